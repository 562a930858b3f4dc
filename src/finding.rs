//! `Finding`: something the user should know that does not stop the work.
//! `plan`, `build` and `check` return findings; only the command line prints them.

mod tag;
pub(crate) mod tags;

use std::fmt;
use std::path::Path;

use serde::Serialize;

pub use tag::Tag;

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

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// The place that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "kebab-case")]
pub enum Location {
    /// A line of the manifest.
    Manifest {
        /// The path of the manifest.
        manifest: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// A path of the package.
    Package {
        /// The path on the target machine.
        path: String,
    },
    /// A file of the release.
    Release {
        /// The path below the release.
        release_file: String,
        /// The line, counted from 1, where it is about one.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
    },
}

impl Location {
    /// Returns a line of a manifest, counted from 1.
    pub(crate) fn of_manifest(manifest: &Path, line: usize) -> Self {
        Self::Manifest {
            manifest: manifest.display().to_string(),
            line,
        }
    }
}

/// Something found while looking at a manifest, a release or a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The kind of the finding.
    pub tag: &'static Tag,
    /// How much it weighs.
    pub severity: Severity,
    /// The package that it is about, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The place that it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The fact: lower case, the subject in backticks, no full stop.
    pub message: String,
    /// The hint on what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The number of findings that it stands for: one, but for those that are not told one by one.
    #[serde(skip_serializing_if = "is_one")]
    pub count: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Finding {
    /// Returns a finding that weighs as its tag says.
    pub fn new(tag: &'static Tag, message: impl Into<String>) -> Self {
        Self {
            tag,
            severity: tag.severity,
            package: None,
            location: None,
            message: message.into(),
            hint: None,
            count: 1,
        }
    }

    /// Returns the finding that stands for many.
    #[must_use]
    pub(crate) fn counting(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// Returns the finding about one of several packages.
    #[must_use]
    pub(crate) fn of_package(mut self, package: String) -> Self {
        self.package = Some(package);
        self
    }

    /// Returns the finding with another severity than its tag has.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Returns the finding with what to do about it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        self.with_hint_if(Some(hint.into()))
    }

    /// Returns the finding with what to do about it, where that is known: most often the hint of
    /// an error.
    #[must_use]
    pub fn with_hint_if(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// Returns the finding at a place, where that is known: most often one of the manifest.
    #[must_use]
    pub fn at(mut self, place: Option<&Location>) -> Self {
        self.location = place.cloned();
        self
    }

    /// Returns the finding at a path of the package.
    #[must_use]
    pub fn at_path(mut self, path: impl fmt::Display) -> Self {
        self.location = Some(Location::Package {
            path: path.to_string(),
        });
        self
    }

    /// Returns the finding at a file of the release.
    #[must_use]
    pub fn at_release_file(mut self, file: impl fmt::Display, line: Option<usize>) -> Self {
        self.location = Some(Location::Release {
            release_file: file.to_string(),
            line,
        });
        self
    }
}

/// The message, after the package and the line of the manifest where it is about one. Other places are named by the
/// message itself.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(package) = &self.package {
            write!(f, "{package}: ")?;
        }
        if let Some(Location::Manifest { manifest, line }) = &self.location {
            write!(f, "{manifest}:{line}: ")?;
        }
        f.write_str(&self.message)
    }
}
