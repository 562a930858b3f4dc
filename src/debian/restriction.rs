//! `Restriction`: the architectures that a relation is for, as in the control files of source packages.

use std::fmt;

use super::architecture::Architecture;
use super::relation_error::RelationError;

/// The architectures that a relation is for, `[armhf arm64]`, or those that it is not for, `[!amd64]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    excludes: bool,
    architectures: Vec<Machines>,
}

/// An architecture, or a wildcard for several (policy 11.1).
#[derive(Debug, Clone, PartialEq, Eq)]
enum Machines {
    One(Architecture),
    /// `linux-any`, `any-arm`.
    Wildcard(String),
}

impl Machines {
    fn parse(word: &str) -> Option<Self> {
        let is_name =
            |it: &str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if word == "any"
            || word.split_once('-').is_some_and(|(kernel, processor)| {
                is_name(kernel) && is_name(processor) && (kernel == "any" || processor == "any")
            })
        {
            return Some(Self::Wildcard(word.to_owned()));
        }
        let architecture = word.parse::<Architecture>().ok();
        architecture.filter(|it| !it.is_all()).map(Self::One)
    }

    fn include(&self, architecture: Architecture) -> bool {
        match self {
            Self::One(it) => *it == architecture,
            Self::Wildcard(word) => {
                let (kernel, processor) = word.split_once('-').unwrap_or(("any", "any"));
                let of_architecture = match architecture.as_str() {
                    "armel" | "armhf" => "arm",
                    "x32" => "amd64",
                    name => name,
                };
                let has_kernel = ["any", "linux"].contains(&kernel);
                has_kernel && (processor == "any" || processor == of_architecture)
            }
        }
    }
}

impl fmt::Display for Machines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(architecture) => write!(f, "{architecture}"),
            Self::Wildcard(word) => f.write_str(word),
        }
    }
}

impl Restriction {
    /// Returns whether the relation is for a package of this architecture.
    #[must_use]
    pub fn admits(&self, architecture: Architecture) -> bool {
        let mut machines = self.architectures.iter();
        machines.any(|it| it.include(architecture)) != self.excludes
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
            architectures.push(Machines::parse(name).ok_or_else(|| wrong(name))?);
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
