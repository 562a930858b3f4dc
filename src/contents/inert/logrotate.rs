//! The entries of a file in /etc/logrotate.d: logrotate(8) passes over a file from the entry on that it
//! cannot read.

use std::collections::BTreeMap;

/// Directives whose lines up to `endscript` are a script.
const SCRIPTS: [&str; 5] = [
    "prerotate",
    "postrotate",
    "firstaction",
    "lastaction",
    "preremove",
];

/// A fact, and what to do about it.
pub(super) type Fault = (String, &'static str);

const IN_ONE: &str = "name each log in one entry";
const BRACES: &str =
    "write `{` behind the paths, and `}` on a line of its own behind the directives";

/// The paths of all files, each with the file that names it.
#[derive(Debug, Default)]
pub(super) struct Logs(BTreeMap<String, String>);

impl Logs {
    /// Reads the text of a file, and returns the first fault in it.
    pub(super) fn read(&mut self, file: &str, text: &str) -> Option<Fault> {
        // The line with the brace that is open, and the script that is.
        let mut open = None;
        let mut script = None;
        for (index, line) in text.lines().enumerate() {
            let (number, line) = (index + 1, line.trim());
            let word = line.split_whitespace().next().unwrap_or_default();
            if script.is_some() {
                script = script.filter(|_| !line.starts_with("endscript"));
                continue;
            }
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if open.is_none() {
                if line.starts_with('}') {
                    return Some((format!("the `}}` of line {number} closes nothing"), BRACES));
                }
                let (paths, body) = line
                    .split_once('{')
                    .map_or((line, None), |(a, b)| (a, Some(b)));
                if let Some(fault) = self.take(file, paths) {
                    return Some(fault);
                }
                let body = body.map(str::trim);
                open = body.filter(|it| !it.ends_with('}')).map(|_| number);
            } else if line.ends_with('}') {
                open = None;
            } else if line.ends_with('{') {
                return Some((
                    format!("line {number} opens an entry within another"),
                    BRACES,
                ));
            } else if SCRIPTS.contains(&word) {
                script = Some((word, number));
            }
        }
        if let Some((word, number)) = script {
            let fact = format!("the `{word}` of line {number} has no `endscript`");
            return Some((
                fact,
                "write `endscript` behind the script, on a line of its own",
            ));
        }
        let fact = |number| format!("the `{{` of line {number} is never closed");
        open.map(|number| (fact(number), BRACES))
    }

    /// Takes the paths of a line outside of entries.
    fn take(&mut self, file: &str, line: &str) -> Option<Fault> {
        let words = line
            .split_whitespace()
            .map(|it| it.trim_matches(['"', '\'']));
        for path in words.filter(|it| it.starts_with('/')) {
            // `include` has a path, too.
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return None;
            }
            if let Some(other) = self.0.insert(path.to_owned(), file.to_owned()) {
                let fact = if other == file {
                    format!("`{path}` is in it twice")
                } else {
                    format!("`{path}` is in `{other}`, too")
                };
                return Some((fact, IN_ONE));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logrotate_reads_a_file() {
        let fault = |text: &str| Logs::default().read("x", text).map(|(fact, _)| fact);
        for text in [
            "",
            "# x {\ncompress\ninclude /etc/x\n",
            "/var/log/a.log /var/log/b.log {\n  daily\n  postrotate\n    f() {\n    }\n  endscript\n}\n/var/log/c\n{\n weekly\n}\n",
            "\"/var/log/a b.log\" { daily }\n",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
        for (text, fact) in [
            ("/a {\n", "the `{` of line 1 is never closed"),
            ("/a {\n}\n}\n", "the `}` of line 3 closes nothing"),
            ("/a {\n/b {\n}\n", "line 2 opens an entry within another"),
            (
                "/a {\npostrotate\nx\n}\n",
                "the `postrotate` of line 2 has no `endscript`",
            ),
            ("/a {\n}\n/b /a {\n}\n", "`/a` is in it twice"),
        ] {
            assert_eq!(fault(text).as_deref(), Some(fact), "{text}");
        }
    }
}
