//! Checks shell for other machines by sh(1) and shellcheck(1) of this one. No script is run.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// The reason why sh(1) would not read a script as its author meant it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellFault {
    /// sh(1) cannot read it; its own words, with the line.
    #[error("is no valid shell: {0}")]
    Syntax(String),
    /// sh(1) reads it without an error and takes all following text into the document.
    #[error("has a here-document that does not end")]
    HereDocument,
}

impl ShellFault {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "try it with `sh -n`",
            Self::HereDocument => {
                "end it with its word alone on a line, without blanks before or after it"
            }
        }
    }
}

/// Returns the fault of a script for a shell of the family of sh(1); `None` on a machine without
/// that.
///
/// A here-document without an end is no error of sh(1): it takes all following text. So the
/// script is read between brackets: a here-document takes the closing one, which is an
/// error.
///
/// The shell reads nothing behind an `exit` that ends whole commands: it may be an archive.
pub(crate) fn fault(shell: &str, script: &str) -> Option<ShellFault> {
    // Whatever the path of programs.
    let program = if shell == "sh" { "/bin/sh" } else { shell };
    let alone = fed(program, &["-n"], script)?;
    if !alone.status.success() {
        let head = to_exit(script);
        if head.len() < script.len() && fault(shell, head).is_none() {
            return None;
        }
        let said = String::from_utf8_lossy(&alone.stderr);
        let line = said.lines().next().unwrap_or_default();
        // "/bin/sh: 2: Syntax error: …", "bash: line 2: syntax error …"
        let reason = line.strip_prefix(&format!("{program}: ")).unwrap_or(line);
        let reason = reason.strip_prefix("line ").unwrap_or(reason);
        return Some(ShellFault::Syntax(reason.to_owned()));
    }
    if !script.contains("<<") {
        return None;
    }
    let enclosed = fed(program, &["-n"], &format!("(\n:\n{script}\n)\n"))?;
    (!enclosed.status.success()).then_some(ShellFault::HereDocument)
}

/// Returns a script up to its first `exit` at the beginning of a line.
fn to_exit(script: &str) -> &str {
    let is_exit = |line: &str| {
        let status = line.trim_end().strip_prefix("exit");
        status.is_some_and(|it| it.chars().all(|c| c == ' ' || c.is_ascii_digit()))
    };
    let mut end = 0;
    for line in script.split_inclusive('\n') {
        end += line.len();
        if is_exit(line) {
            break;
        }
    }
    script.get(..end).unwrap_or(script)
}

/// Returns whether there is nothing in a script but comments and white space.
pub(crate) fn has_no_command(script: &str) -> bool {
    let mut lines = script.lines().map(str::trim_start);
    lines.all(|line| line.is_empty() || line.starts_with('#'))
}

/// Returns the warnings of shellcheck(1) about a script for a shell that has these variables: the
/// line, counted from 1, and the remark. Empty where it is not installed.
pub(crate) fn remarks(shell: &str, script: &str, variables: &[&str]) -> Vec<(usize, String)> {
    // The variables follow the script, so that its lines keep their numbers and a directive at
    // its top stays there. The empty line ends a last line that is continued.
    let mut whole = format!("{script}\n\n");
    for name in variables {
        let _ = write!(whole, "{name}=''\n: \"${name}\"\n");
    }
    let shell = format!("--shell={shell}");
    let arguments = [shell.as_str(), "--severity=warning", "--format=gcc", "-"];
    let Some(output) = fed("shellcheck", &arguments, &whole) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    // "-:2:3: warning: … [SC2164]"
    let remarks = text.lines().filter_map(|line| {
        let (place, remark) = line.strip_prefix("-:")?.split_once(": ")?;
        let line: usize = place.split(':').next()?.parse().ok()?;
        (line <= script.lines().count()).then(|| (line, remark.to_owned()))
    });
    remarks.collect()
}

/// Runs a program with a text on its standard input; `None` where there is no such program.
fn fed(program: &str, arguments: &[&str], text: &str) -> Option<Output> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    // A program that stops reading tells the reason by its status.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    child.wait_with_output().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found_whatever_follows() {
        let open = Some(ShellFault::HereDocument);
        for (script, expected) in [
            ("true", None),
            ("", None),
            ("# only this", None),
            ("cat <<EOF\nhello\nEOF", None),
            ("cat <<-EOF\n\thello\n\tEOF", None),
            ("echo continued \\", None),
            ("true\nexit 0\n(payload\n", None),
            ("cat <<EOF\nexit 0\n(", open.clone()),
            ("cat <<EOF\nhello", open.clone()),
            ("cat <<EOF\nhello\n EOF", open.clone()),
            ("cat <<'EOF'\nhello\nEOF \n", open.clone()),
            ("cat <<EOF", open.clone()),
            ("cat <<A <<B\na\nA\nb", open),
        ] {
            assert_eq!(fault("sh", script), expected, "{script}");
        }
        for script in [
            "if true; then\nexit 0\n(",
            "exit 0 | (\n",
            "if true; then",
            "echo a\n)\n(\necho b",
            "echo 'a",
            "(",
        ] {
            let found = fault("sh", script);
            assert!(matches!(found, Some(ShellFault::Syntax(_))), "{script}");
        }
        let expected = "2: Syntax error: \")\" unexpected";
        assert_eq!(
            fault("sh", "true\n)\n"),
            Some(ShellFault::Syntax(expected.into()))
        );
    }

    #[test]
    fn a_script_of_comments_has_no_command() {
        for (script, expected) in [
            ("", true),
            (" \n\t\n", true),
            ("#!/bin/sh\n# nothing yet\n  # nor here\n", true),
            (":", false),
            ("# a\ntrue", false),
        ] {
            assert_eq!(has_no_command(script), expected, "{script}");
        }
    }
}
