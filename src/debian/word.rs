//! `Section`, `Priority` and `Homepage`: values that are one word; and `MultiArch`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::message::nearest;

/// Declares a type for the value of a field that is one word.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// Returns the word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = WordError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control())
                {
                    return Err(WordError {
                        what: $what,
                        text: text.to_owned(),
                    });
                }
                Ok(Self(Cow::Owned(text.to_owned())))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(
    /// The part of an archive that a package belongs to: `net`, `contrib/web`.
    Section,
    "section"
);
word!(
    /// The importance of a package to a system: `optional`.
    Priority,
    "priority"
);
word!(
    /// The address of a project's web site.
    Homepage,
    "homepage"
);

impl Section {
    /// `debug`, for packages of debug symbols.
    pub const DEBUG: Self = Self(Cow::Borrowed("debug"));
    /// `misc`, for packages of which nothing is known.
    pub const MISC: Self = Self(Cow::Borrowed("misc"));
}

impl Priority {
    /// `optional`, as nearly all packages have it.
    pub const OPTIONAL: Self = Self(Cow::Borrowed("optional"));
}

/// A value that is not one word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {what} `{}`: expected one word", text.escape_debug())]
pub struct WordError {
    what: &'static str,
    text: String,
}

/// The ways in which packages of several architectures get along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MultiArch {
    /// It serves packages of any architecture.
    Foreign,
    /// It serves those that ask for any architecture.
    Allowed,
    /// It can be installed for several architectures at once.
    Same,
    /// It serves packages of its own architecture.
    No,
}

impl MultiArch {
    const WORDS: [(&str, Self); 4] = [
        ("foreign", Self::Foreign),
        ("allowed", Self::Allowed),
        ("same", Self::Same),
        ("no", Self::No),
    ];

    /// Returns all words.
    pub(crate) fn words() -> [&'static str; 4] {
        Self::WORDS.map(|(word, _)| word)
    }
}

impl FromStr for MultiArch {
    type Err = MultiArchError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::WORDS.iter().find(|(word, _)| *word == text);
        let error = || MultiArchError(text.to_owned());
        known.map(|(_, value)| *value).ok_or_else(error)
    }
}

impl fmt::Display for MultiArch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = Self::WORDS.iter().find(|(_, value)| value == self);
        written.map_or(Ok(()), |(word, _)| f.write_str(word))
    }
}

/// A text that is no value of `Multi-Arch`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid multi-arch `{}`, expected `foreign`, `allowed`, `same` or `no`",
    .0.escape_debug()
)]
pub struct MultiArchError(String);

impl MultiArchError {
    /// Returns a hint on what to write.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(nearest(&self.0, MultiArch::words()).map_or_else(
            || "leave it out for `no`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ))
    }
}
