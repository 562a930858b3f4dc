//! The script or program that starts a release, and the verbs it knows.

use std::path::PathBuf;

use super::kinds::{Kind, PLAIN};
use super::{cookie, hooks};
use crate::elf::LIBRARY_PATH;

/// The script or program that starts a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartScript {
    /// The script, relative to the release: `bin/orders`. An absolute path is one of the package.
    pub path: PathBuf,
    /// The script that knows the verbs: another one where a wrapper starts the release.
    pub asks: PathBuf,
    /// The kind of release that it starts.
    pub kind: &'static Kind,
    /// The arguments with which it stays in the foreground and never asks the terminal.
    pub foreground: Vec<String>,
    /// The verbs that the script knows, in its own order; empty where every argument goes to the
    /// program.
    pub verbs: Vec<String>,
    /// True where the script passes the node's cookie to commands in a way that is not
    /// known, and so cannot be kept off their command lines.
    pub shows_cookie: bool,
    /// Variables that a script beside it sets to start the release as a server.
    pub environment: Vec<(String, String)>,
    /// True where the script itself names folders of libraries to ld.so(8).
    pub sets_library_path: bool,
    /// The events of the script's own hooks that no service manager reaches by its verbs:
    /// `post_start`, `pre_stop`, `post_stop`.
    pub hooks: Vec<&'static str>,
}

impl StartScript {
    /// Returns a script of a release of that kind, with what it says.
    pub(super) fn of_release(path: PathBuf, kind: &'static Kind, text: &str) -> Self {
        Self {
            asks: path.clone(),
            path,
            kind,
            foreground: kind.foreground.iter().copied().map(String::from).collect(),
            verbs: verbs(text),
            shows_cookie: cookie::shows_cookie(text),
            environment: Vec::new(),
            sets_library_path: text.contains(LIBRARY_PATH),
            hooks: hooks::run(text),
        }
    }

    /// Returns the start script for a program that is started without arguments.
    pub(crate) fn program(path: PathBuf) -> Self {
        Self {
            asks: path.clone(),
            path,
            kind: &PLAIN,
            foreground: Vec::new(),
            verbs: Vec::new(),
            shows_cookie: false,
            environment: Vec::new(),
            sets_library_path: false,
            hooks: Vec::new(),
        }
    }

    /// Returns another script of the same release, which starts it in its own way: a wrapper. It gets
    /// the arguments that it knows; all questions go to the release's own script, where there is one.
    pub(super) fn of_wrapper(
        path: PathBuf,
        kind: &'static Kind,
        text: &str,
        own: Option<&Self>,
    ) -> Self {
        let mut named = Self::of_release(path, kind, text);
        if !kind.foreground.iter().all(|verb| named.knows(verb)) {
            named.foreground.clear();
        }
        match own {
            Some(own) => Self {
                path: named.path,
                foreground: named.foreground,
                ..own.clone()
            },
            None => named,
        }
    }

    /// Returns whether the script knows a verb.
    #[must_use]
    pub fn knows(&self, verb: &str) -> bool {
        self.verbs.iter().any(|known| known == verb)
    }
}

/// Returns the variables that a wrapper sets for the script that it becomes, as in
/// `PHX_SERVER=true exec ./shop start`, or exports in lines of their own.
pub(super) fn assignments(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let (line, is_exported) = match line.strip_prefix("export ") {
            Some(rest) => (rest, true),
            None => (line, false),
        };
        let mut found = Vec::new();
        let mut words = line.split_ascii_whitespace();
        let next = words.find(|word| match assignment(word) {
            Some(assignment) => {
                found.push(assignment);
                false
            }
            None => true,
        });
        if next == Some("exec") || (is_exported && next.is_none()) {
            all.append(&mut found);
        }
    }
    all
}

/// Returns a variable and its value, where the shell has nothing to do with it.
fn assignment(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let value = value.trim_matches(['"', '\'']);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_plain = value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-:/".contains(c));
    (is_name && is_plain).then(|| (name.to_owned(), value.to_owned()))
}

/// Returns the patterns of the script's main `case $1 in`: of those outside of functions, the
/// one with the most arms. A line-wise reading, which is how the templates of relx, mix and
/// Distillery are laid out; a script laid out otherwise has no verbs here.
pub(super) fn verbs(text: &str) -> Vec<String> {
    let mut best = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if is_case_of_first_argument(line) {
            let found = arms(&mut lines);
            if found.len() > best.len() {
                best = found;
            }
        }
    }
    for verb in extensions(text) {
        if !best.contains(&verb) {
            best.push(verb);
        }
    }
    best
}

/// Returns the verbs that a project adds to relx's script: the arm of `relx_is_extension` that
/// answers 1.
fn extensions(text: &str) -> Vec<String> {
    let mut verbs = Vec::new();
    let function = text
        .split_once("\nrelx_is_extension()")
        .map(|(_, rest)| rest);
    let mut lines = function.unwrap_or_default().lines().skip(2);
    if lines
        .next()
        .is_some_and(|line| line.trim_start().starts_with("case "))
        && let Some((pattern, _)) = lines.next().and_then(|line| line.split_once(')'))
    {
        add_verbs(pattern, &mut verbs);
        verbs.retain(|verb| verb != "undefined");
    }
    verbs
}

/// Returns whether a line is `case $1 in` without indentation, which it would have inside of a
/// function.
fn is_case_of_first_argument(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    line.starts_with("case ")
        && words.next() == Some("case")
        && matches!(words.next(), Some("$1" | "\"$1\"" | "${1}" | "\"${1}\""))
        && words.next() == Some("in")
}

/// Reads the verbs of the arms up to the `esac` that ends them.
fn arms<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut verbs = Vec::new();
    let mut depth = 1_usize;
    let mut inside_arm = false;
    for line in lines {
        let line = line.trim();
        if line.starts_with("case ") && line.ends_with(" in") {
            depth += 1;
        } else if line == "esac" || line.starts_with("esac ") || line.starts_with("esac;") {
            depth -= 1;
            if depth == 0 {
                break;
            }
        } else if depth == 1 && !inside_arm {
            if let Some((pattern, body)) = line.split_once(')') {
                add_verbs(pattern, &mut verbs);
                inside_arm = !body.trim_end().ends_with(";;");
            }
        } else if depth == 1 && line.ends_with(";;") {
            inside_arm = false;
        }
    }
    verbs
}

fn add_verbs(pattern: &str, verbs: &mut Vec<String>) {
    for verb in pattern.trim_start_matches('(').split('|') {
        let verb = verb.trim().trim_matches(['"', '\'']);
        let is_word = verb.starts_with(|c: char| c.is_ascii_alphabetic())
            && verb
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if is_word && !verbs.iter().any(|known| known == verb) {
            verbs.push(verb.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"
usage() {
    case "$1" in
        secret) echo ;;
    esac
}
case "$1" in
    quick) QUICK=1 ;;
esac
# Check the first argument
case "$1" in
    start|daemon)
        case "$1" in
            daemon)
                shift
                ;;
        esac
        ;;
    "rpc")
        echo "known (or not)
    fake)
" ;;
    remote_console|remote)
        ;;
    -*) ;;
    *)
        usage "$1"
        ;;
esac
"#;

    #[test]
    fn verbs_are_the_arms_of_the_main_case() {
        assert_eq!(
            verbs(SCRIPT),
            ["start", "daemon", "rpc", "remote_console", "remote"]
        );
        assert_eq!(verbs("exec erlexec \"$@\"\n"), [""; 0]);
        assert_eq!(verbs("case $1 in\nstart)\n"), ["start"]);
    }

    #[test]
    fn extensions_of_relx_are_verbs() {
        let script = |names: &str| {
            format!(
                "#!/bin/sh\nrelx_is_extension() {{\n    EXTENSION=$1\n    case \"$EXTENSION\" in\n        \
                 {names})\n            echo \"1\"\n        ;;\n    esac\n}}\ncase \"$1\" in\n    \
                 stop)\n        ;;\nesac\n"
            )
        };
        assert_eq!(verbs(&script("undefined")), ["stop"]);
        assert_eq!(verbs(&script("backup|undefined")), ["stop", "backup"]);
    }
}
