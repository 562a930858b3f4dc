//! Findings about the lines of sysusers.d(5) and tmpfiles.d(5): systemd-sysusers refuses a file for one that
//! it cannot read, and the package stays half configured; systemd-tmpfiles passes over the line.

use super::inert;
use crate::audit::DeclaredSuite;
use crate::debian::Suite;
use crate::deployment::{SnippetList, snippet};
use crate::finding::{Finding, Severity, tags};
use crate::tree::{Kind, PackagePath, Tree};

/// Suites whose systemd is older than 257, which brought `u!`.
const BEFORE_257: [&str; 5] = ["bullseye", "bookworm", "focal", "jammy", "noble"];

/// Returns the findings about the snippets of a tree: of each the first line that cannot be read.
pub(super) fn findings(suites: &[DeclaredSuite], tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, entry) in tree.iter() {
        let Kind::Regular { content, .. } = &entry.kind else {
            continue;
        };
        let Some((list, _)) = snippet(path) else {
            continue;
        };
        let Some(bytes) = inert::read(content) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        if list == SnippetList::Sysusers {
            findings.extend(of_sysusers(path, &text));
            findings.extend(of_locked(suites, path, &text));
        } else {
            findings.extend(of_tmpfiles(path, &text));
        }
    }
    findings
}

/// Returns the lines that systemd reads, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(index, line)| (index + 1, line))
}

fn of_sysusers(path: &PackagePath, text: &str) -> Option<Finding> {
    let mut faults = lines(text).filter_map(|(number, line)| Some((number, sysusers_fault(line)?)));
    let (number, fact) = faults.next()?;
    let message = format!("systemd-sysusers refuses `{path}`: line {number} {fact}");
    let finding = Finding::new(tags::SYSUSERS_FILE_REFUSED, message).at_path(path);
    Some(finding.with_hint(
        "write `u NAME ID \"DESCRIPTION\" HOME SHELL`, `g NAME ID`, `m USER GROUP` or `r - FROM-TO`",
    ))
}

/// Finds a user with `u!`, for which the systemd of a suite is too old.
fn of_locked(suites: &[DeclaredSuite], path: &PackagePath, text: &str) -> Option<Finding> {
    let (number, _) = lines(text).find(|(_, line)| line.split_whitespace().next() == Some("u!"))?;
    let is_old = |suite: &Suite| BEFORE_257.contains(&suite.name);
    let old = suites.iter().map(|it| it.suite).find(is_old);
    let (place, severity) = match old {
        Some(suite) => (suite.to_string(), Severity::Error),
        None if suites.is_empty() => ("Debian 12 (bookworm)".to_owned(), Severity::Warning),
        None => return None,
    };
    let message = format!(
        "systemd-sysusers of {place} refuses `{path}`: line {number} has the type `u!`, which came with systemd 257"
    );
    let finding = Finding::new(tags::SYSUSERS_FILE_REFUSED, message).at_path(path);
    let hint = "write `u`, or `suites` without that one";
    Some(finding.with_hint(hint).with_severity(severity))
}

/// Returns the fact about a line of sysusers.d(5), as systemd 252 and later tell it.
fn sysusers_fault(line: &str) -> Option<String> {
    let Some(fields) = fields(line) else {
        return Some("has a quote that does not end".to_owned());
    };
    let field = |at: usize| {
        fields
            .get(at)
            .map(String::as_str)
            .filter(|it| !["", "-"].contains(it))
    };
    let kind = fields.first().map_or("", String::as_str);
    if !["u", "u!", "g", "m", "r"].contains(&kind) {
        return Some(format!("has the type `{kind}`, which is none"));
    }
    if fields.len() > 6 {
        return Some(format!("has `{}` behind its last field", fields[6]));
    }
    let (name, id) = (field(1), field(2));
    if kind == "r" {
        return match (name, id) {
            (Some(name), _) => Some(format!("has the name `{name}`, but ranges have none")),
            (None, Some(id)) if is_range(id) => surplus(&fields, 3),
            _ => Some("has no range of numbers".to_owned()),
        };
    }
    match name {
        None => return Some("has no name".to_owned()),
        Some(name) if !is_name(name) => {
            return Some(format!("has the name `{name}`, which is none"));
        }
        Some(_) => {}
    }
    match (kind, id) {
        ("m", Some(group)) if is_name(group) => return surplus(&fields, 3),
        ("m", _) => return Some("has no group in its third field".to_owned()),
        (_, Some(id)) if !is_id(id, kind != "g") => {
            return Some(format!("has the number `{id}`, which is none"));
        }
        ("g", _) => return surplus(&fields, 3),
        _ => {}
    }
    let is_path = |text: &str| text.starts_with(['/', '%']);
    let description = field(3).filter(|it| it.contains(':'));
    let description = description.map(|it| format!("has a colon in its description `{it}`"));
    let home = field(4).filter(|it| !is_path(it));
    let home = home.map(|it| format!("has the home `{it}`, which is no absolute path"));
    let shell = field(5).filter(|it| !is_path(it));
    let shell = shell.map(|it| format!("has the shell `{it}`, which is no absolute path"));
    description.or(home).or(shell)
}

/// Returns the fact about the first field from one on that a line may not have.
fn surplus(fields: &[String], from: usize) -> Option<String> {
    let mut more = fields.iter().skip(from);
    let field = more.find(|it| !["", "-"].contains(&it.as_str()))?;
    Some(format!("has `{field}` behind its last field"))
}

/// Returns whether systemd takes a name for that of a user or group. What `%` stands for is not known.
fn is_name(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    name.contains('%') || first && name.len() <= 31 && name.chars().all(legal)
}

/// Returns whether a text is a number, the path of a file that has it, or, of a user, one with a group
/// behind a colon.
fn is_id(id: &str, is_user: bool) -> bool {
    if id.starts_with('/') || id.contains('%') {
        return true;
    }
    match id.split_once(':') {
        Some((user, group)) => {
            is_user && (user == "-" || is_number(user)) && (is_number(group) || is_name(group))
        }
        None => is_number(id),
    }
}

fn is_range(text: &str) -> bool {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let ends = from.parse::<u32>().ok().zip(to.parse::<u32>().ok());
    text.contains('%') || ends.is_some_and(|(from, to)| from <= to)
}

fn is_number(text: &str) -> bool {
    let is_plain = text == "0" || !text.starts_with(['0', '+']);
    is_plain && text.parse::<u32>().is_ok()
}

fn of_tmpfiles(path: &PackagePath, text: &str) -> Option<Finding> {
    let mut faults = lines(text).filter_map(|(number, line)| Some((number, tmpfiles_fault(line)?)));
    let (number, fact) = faults.next()?;
    let message = format!("systemd-tmpfiles passes over line {number} of `{path}`: it {fact}");
    let finding = Finding::new(tags::TMPFILES_LINE_IGNORED, message).at_path(path);
    Some(finding.with_hint("write `d /var/lib/NAME 0750 OWNER GROUP`, or what tmpfiles.d(5) says"))
}

/// Returns the fact about a line of tmpfiles.d(5).
fn tmpfiles_fault(line: &str) -> Option<String> {
    let Some(fields) = fields(line) else {
        return Some("has a quote that does not end".to_owned());
    };
    let field = |at: usize| fields.get(at).map_or("", String::as_str);
    let (kind, path, mode) = (field(0), field(1), field(2));
    let mut signs = kind.chars();
    let is_known = signs
        .next()
        .is_some_and(|c| "fFwdDevqQpLcbCxXrRzZtThHaA".contains(c));
    if !is_known || !signs.all(|c| "+!-=~^$?".contains(c)) {
        return Some(format!("has the type `{kind}`, which is none"));
    }
    if !path.starts_with(['/', '%']) {
        return Some(format!("has the path `{path}`, which is not absolute"));
    }
    let digits = mode.trim_start_matches(['~', ':']);
    let is_mode = u32::from_str_radix(digits, 8).is_ok_and(|mode| mode <= 0o7777);
    (!["", "-"].contains(&mode) && !is_mode)
        .then(|| format!("has the mode `{mode}`, which is none"))
}

/// Returns the fields of a line, without their quotes; `None` where a quote does not end.
fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut field: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                field.get_or_insert_default();
            }
            (_, '\\') => field.get_or_insert_default().extend(characters.next()),
            (None, _) if c.is_ascii_whitespace() => fields.extend(field.take()),
            _ => field.get_or_insert_default().push(c),
        }
    }
    fields.extend(field);
    quote.is_none().then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines were given to systemd-sysusers 252 itself.
    #[test]
    fn sysusers_reads_a_line() {
        for line in [
            "u demo",
            "u demo - \"Demo user\" /var/lib/demo /bin/sh",
            "u! demo 500:demo2 - - -",
            "u Demo /usr/bin",
            "u _demo -:users",
            "u x%m",
            "g demo 12",
            "m demo users",
            "r - 500-900",
            "r - 500",
        ] {
            assert_eq!(sysusers_fault(line), None, "{line}");
        }
        for (line, fact) in [
            ("u", "has no name"),
            ("u -", "has no name"),
            ("x demo", "has the type `x`, which is none"),
            ("uu demo", "has the type `uu`, which is none"),
            ("; c", "has the type `;`, which is none"),
            ("u de.mo", "has the name `de.mo`, which is none"),
            ("u demo abc", "has the number `abc`, which is none"),
            (
                "u demo 99999999999",
                "has the number `99999999999`, which is none",
            ),
            ("u demo 0x10", "has the number `0x10`, which is none"),
            ("g demo 010", "has the number `010`, which is none"),
            ("g demo 1:2", "has the number `1:2`, which is none"),
            ("g demo - desc", "has `desc` behind its last field"),
            (
                "u demo - Demo user /x",
                "has the home `user`, which is no absolute path",
            ),
            (
                "u demo - - /x y",
                "has the shell `y`, which is no absolute path",
            ),
            ("u demo - - - /bin/sh # x", "has `#` behind its last field"),
            ("u demo - \"a:b\"", "has a colon in its description `a:b`"),
            ("u demo - \"a", "has a quote that does not end"),
            ("m demo -", "has no group in its third field"),
            ("m demo users x", "has `x` behind its last field"),
            ("r x 500-900", "has the name `x`, but ranges have none"),
            ("r - 900-500", "has no range of numbers"),
        ] {
            assert_eq!(sysusers_fault(line).as_deref(), Some(fact), "{line}");
        }
    }

    #[test]
    fn tmpfiles_reads_a_line() {
        for line in [
            "d /run/x 0755 root root -",
            "L+ /run/y - - - - a b",
            "f!= \"/run/a b\" ~0644",
            "C %S/x",
        ] {
            assert_eq!(tmpfiles_fault(line), None, "{line}");
        }
        for (line, fact) in [
            ("k /run/x", "has the type `k`, which is none"),
            ("dd /run/x", "has the type `dd`, which is none"),
            ("d run/x", "has the path `run/x`, which is not absolute"),
            ("d", "has the path ``, which is not absolute"),
            ("d /run/x 99999", "has the mode `99999`, which is none"),
        ] {
            assert_eq!(tmpfiles_fault(line).as_deref(), Some(fact), "{line}");
        }
    }
}
