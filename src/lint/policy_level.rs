//! `Policy`: by whose rules a package is judged.

use std::fmt;
use std::str::FromStr;

use crate::finding::{Severity, Tag};
use crate::message::nearest;

/// The rules that a package is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Those of Debian's own archive: findings weigh as lintian has them.
    Debian,
    /// Those for packages from elsewhere, which lie below /opt and bring their libraries.
    #[default]
    ThirdParty,
    /// Both, and what is only worth knowing counts as a warning.
    Strict,
}

/// A word that names no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid policy `{word}`, expected `debian`, `third-party` or `strict`{meant}")]
pub struct UnknownPolicy {
    word: String,
    meant: String,
}

impl Policy {
    /// The policies by their names.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("debian", Self::Debian),
        ("third-party", Self::ThirdParty),
        ("strict", Self::Strict),
    ];

    /// Returns how much findings of a kind weigh by this policy.
    #[must_use]
    pub fn severity(self, tag: &Tag) -> Severity {
        match self {
            Self::Debian => tag.debian,
            Self::ThirdParty => tag.severity,
            Self::Strict => tag.severity.max(tag.debian).max(Severity::Warning),
        }
    }
}

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut names = Self::NAMES.into_iter();
        let found = names.find(|(name, _)| *name == word);
        found.map(|(_, policy)| policy).ok_or_else(|| {
            let near = nearest(word, Self::NAMES.into_iter().map(|(name, _)| name));
            UnknownPolicy {
                word: word.to_owned(),
                meant: near.map_or_else(String::new, |near| format!("; did you mean `{near}`?")),
            }
        })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Self::NAMES.iter();
        let name = names.find(|(_, policy)| policy == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}
