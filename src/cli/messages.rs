//! What goes to standard error: errors with hints, findings.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use reldeb::escape;
use reldeb::finding::{Finding, Severity};

use super::arguments::{Color, Global};

/// How messages are printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Messages {
    color: bool,
    least: Severity,
}

impl Messages {
    pub(super) fn new(global: &Global, environment: &BTreeMap<String, String>) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: any value that is not empty.
            Color::Auto => {
                io::stderr().is_terminal()
                    && environment.get("NO_COLOR").is_none_or(String::is_empty)
            }
        };
        let least = match (global.quiet, global.verbose) {
            (true, _) => Severity::Error,
            (_, true) => Severity::Info,
            _ => Severity::Warning,
        };
        Self { color, least }
    }

    /// An error and what to do about it.
    pub(super) fn error(self, message: &str, hint: Option<&str>) {
        self.line("error", RED, message);
        self.hint(hint);
    }

    /// Findings that weigh enough.
    pub(super) fn findings(self, findings: &[Finding]) {
        for finding in findings
            .iter()
            .filter(|finding| finding.severity >= self.least)
        {
            let (word, color) = match finding.severity {
                Severity::Info => ("info", GREEN),
                Severity::Warning => ("warning", YELLOW),
                Severity::Error => ("error", RED),
            };
            self.line(word, color, &finding.message);
            self.hint(finding.hint.as_deref());
        }
    }

    fn hint(self, hint: Option<&str>) {
        if let Some(hint) = hint {
            self.line("hint", CYAN, hint);
        }
    }

    fn line(self, word: &str, color: &str, message: &str) {
        let message = shown(message);
        let mut output = io::stderr().lock();
        // Where it cannot be written, there is nobody to tell: the work goes on.
        let _ = if self.color {
            writeln!(output, "\x1b[{color}m{word}\x1b[0m: {message}")
        } else {
            writeln!(output, "{word}: {message}")
        };
    }
}

/// A message as a terminal may have it: nothing of it is obeyed, and no line of it but the first
/// stands at the margin, where it would pass for another message.
fn shown(message: &str) -> String {
    let mut shown = String::new();
    for (number, line) in escape::lines(message).split('\n').enumerate() {
        if number > 0 {
            shown.push_str(if line.starts_with(' ') { "\n" } else { "\n  " });
        }
        shown.push_str(line);
    }
    shown
}

const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const GREEN: &str = "1;32";
const CYAN: &str = "1;36";

#[cfg(test)]
mod tests {
    #[test]
    fn messages_stay_text_and_leave_the_margin() {
        assert_eq!(
            super::shown("a \u{1b}[31m\u{9b}\r\nerror: b\n  1 | c"),
            "a \\u{1b}[31m\\u{9b}\\r\n  error: b\n  1 | c"
        );
    }
}
