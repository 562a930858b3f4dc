//! `Restriction`: the architectures that a relation is for, as in the control files of source packages.

use std::fmt;

use super::architecture::Architecture;
use super::relation_error::RelationError;

/// The architectures that a relation is for, `[armhf arm64]`, or those that it is not for, `[!amd64]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    excludes: bool,
    architectures: Vec<Architecture>,
}

impl Restriction {
    /// Returns whether the relation is for a package of this architecture.
    #[must_use]
    pub fn admits(&self, architecture: Architecture) -> bool {
        self.architectures.contains(&architecture) != self.excludes
    }

    /// Reads the words between the brackets of the relation `text`.
    pub(super) fn parse(text: &str, words: &str) -> Result<Self, RelationError> {
        let wrong = |word: &str| RelationError::Architecture {
            text: text.to_owned(),
            word: word.to_owned(),
        };
        let excludes = words.trim_start().starts_with('!');
        let mut architectures = Vec::new();
        for word in words.split_whitespace() {
            let name = match (excludes, word.strip_prefix('!')) {
                (true, Some(name)) => name,
                (false, None) => word,
                _ => return Err(wrong(word)),
            };
            match name.parse::<Architecture>() {
                Ok(architecture) if !architecture.is_all() => architectures.push(architecture),
                _ => return Err(wrong(name)),
            }
        }
        if architectures.is_empty() {
            return Err(wrong(""));
        }
        Ok(Self {
            excludes,
            architectures,
        })
    }
}

impl fmt::Display for Restriction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.excludes { "!" } else { "" };
        for (index, architecture) in self.architectures.iter().enumerate() {
            let blank = if index > 0 { " " } else { "" };
            write!(f, "{blank}{mark}{architecture}")?;
        }
        Ok(())
    }
}
