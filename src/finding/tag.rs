//! `Tag`: a kind of finding, with its explanation.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Severity;

/// A kind of finding. All of them are in [`tags`](super::tags).
#[derive(Debug, PartialEq, Eq)]
pub struct Tag {
    /// A stable name in kebab-case, for scripts to select by.
    pub name: &'static str,
    /// How much its findings weigh, where nothing else is said.
    pub severity: Severity,
    /// How much they weigh in a package for Debian's own archive.
    pub debian: Severity,
    /// The tags of lintian that say the same.
    pub lintian: &'static [&'static str],
    /// One sentence, as it stands in the doc comment.
    pub(super) summary: &'static str,
    /// The lines of the doc comment after it.
    pub(super) explanation: &'static str,
}

impl Tag {
    /// Returns the kind of findings in one sentence.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.summary.trim_start()
    }

    /// Returns why it matters and what to do, in lines of at most 100 characters.
    #[must_use]
    pub fn explanation(&self) -> String {
        // Each line of a doc comment starts with a space.
        let lines = self.explanation.trim().lines();
        let lines: Vec<&str> = lines.map(str::trim_start).collect();
        lines.join("\n")
    }

    /// Returns what to do about it: the last paragraph of the explanation.
    #[must_use]
    pub fn remedy(&self) -> String {
        let explanation = self.explanation();
        let last = explanation.rsplit("\n\n").next();
        last.unwrap_or_default().to_owned()
    }
}

/// Returns the last of some severities: the one that was written, where one was.
pub(super) const fn last_of(severities: &[Severity]) -> Severity {
    severities[severities.len() - 1]
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

/// Declares tags, and `ALL` of them: the first line of each doc comment is the summary, the others
/// are the explanation. `debian` is the severity in a package for Debian's own archive, `lintian` names
/// lintian's tags for the same.
macro_rules! tags {
    ($(
        #[doc = $summary:literal]
        $(#[doc = $line:literal])*
        $constant:ident: $severity:ident = $name:literal
            $(, debian $debian:ident)? $(, lintian $($lintian:literal)+)?;
    )+) => {
        $(
            #[doc = $summary]
            $(#[doc = $line])*
            pub(crate) const $constant: &Tag = &Tag {
                name: $name,
                severity: Severity::$severity,
                debian: $crate::finding::tag::last_of(&[
                    Severity::$severity $(, Severity::$debian)?
                ]),
                lintian: &[$($($lintian),+)?],
                summary: $summary,
                explanation: concat!($($line, "\n"),*),
            };
        )+

        pub(super) const ALL: &[&Tag] = &[$($constant),+];
    };
}

pub(super) use tags;
