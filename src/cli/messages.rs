//! What goes to standard error: errors with hints, findings.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

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
        let mut output = io::stderr().lock();
        // Where it cannot be written, there is nobody to tell: the work goes on.
        let _ = if self.color {
            writeln!(output, "\x1b[{color}m{word}\x1b[0m: {message}")
        } else {
            writeln!(output, "{word}: {message}")
        };
    }
}

const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const GREEN: &str = "1;32";
const CYAN: &str = "1;36";
