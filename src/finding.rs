//! `Finding`: something the user should know that does not stop the work.
//! `plan`, `build` and `check` return findings; only the command line prints them.

use serde::Serialize;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing: how a default was chosen. Shown with `-v`.
    Info,
    /// Probably not what was meant. The package is built.
    Warning,
    /// The package would not work or would be refused. Exit status 1.
    Error,
}

/// Something found while looking at a manifest, a release or a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable name in kebab-case, for scripts to select by.
    pub tag: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is the case: lower case, the subject in backticks, no full stop.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Finding {
    /// A finding of severity [`Severity::Warning`].
    pub fn warning(tag: &'static str, message: impl Into<String>) -> Self {
        Self {
            tag,
            severity: Severity::Warning,
            message: message.into(),
            hint: None,
        }
    }

    /// A finding of severity [`Severity::Info`].
    pub fn info(tag: &'static str, message: impl Into<String>) -> Self {
        Self {
            tag,
            severity: Severity::Info,
            message: message.into(),
            hint: None,
        }
    }

    /// A finding of severity [`Severity::Error`].
    pub fn error(tag: &'static str, message: impl Into<String>) -> Self {
        Self {
            tag,
            severity: Severity::Error,
            message: message.into(),
            hint: None,
        }
    }

    /// The same finding with what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
