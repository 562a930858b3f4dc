//! `version` as a table, and `epoch`.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::debian::Version;
use crate::message::ticked;

/// `version = { … }`: the source that a foreign version is taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct VersionTable {
    /// True to take it from `git describe`.
    pub git: bool,
    /// The version itself, as its author spells it.
    pub upstream: Option<String>,
    /// The version as dpkg is to have it, whole and without a second thought.
    pub exact: Option<String>,
    /// A file whose first line it is, from the manifest's folder.
    pub file: Option<String>,
    /// A command of sh(1) that prints it, run in the manifest's folder.
    pub command: Option<String>,
}

/// The source of a foreign version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionSource<'a> {
    /// `git describe`.
    Git,
    /// The version itself.
    Upstream(&'a str),
    /// The version as dpkg is to have it.
    Exact(&'a str),
    /// A file.
    File(&'a str),
    /// A command.
    Command(&'a str),
}

/// A question about the version that a tool answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionQuestion {
    /// `git describe` in the manifest's folder.
    Git,
    /// A command of sh(1).
    Command(String),
}

impl VersionTable {
    /// Returns the question that a tool answers; `None` where the version comes from elsewhere.
    #[must_use]
    pub fn question(&self) -> Option<VersionQuestion> {
        match self.source().ok()? {
            VersionSource::Git => Some(VersionQuestion::Git),
            VersionSource::Command(line) => Some(VersionQuestion::Command(line.to_owned())),
            VersionSource::Upstream(_) | VersionSource::Exact(_) | VersionSource::File(_) => None,
        }
    }

    /// Returns the source of the version.
    ///
    /// # Errors
    /// The keys that are given, where it is not one.
    pub fn source(&self) -> Result<VersionSource<'_>, Vec<&'static str>> {
        let sources = [
            ("git", self.git.then_some(VersionSource::Git)),
            (
                "upstream",
                self.upstream.as_deref().map(VersionSource::Upstream),
            ),
            ("exact", self.exact.as_deref().map(VersionSource::Exact)),
            ("file", self.file.as_deref().map(VersionSource::File)),
            (
                "command",
                self.command.as_deref().map(VersionSource::Command),
            ),
        ];
        let given = sources
            .iter()
            .filter_map(|(key, source)| Some((*key, (*source)?)));
        match given.collect::<Vec<_>>()[..] {
            [(_, source)] => Ok(source),
            ref other => Err(other.iter().map(|(key, _)| *key).collect()),
        }
    }

    /// Returns a sentence about keys that are no source, and a hint.
    #[must_use]
    pub fn fault(given: &[&str]) -> (String, String) {
        const ALL: [&str; 5] = ["git", "upstream", "exact", "file", "command"];
        let found = match given {
            [] => "nothing".to_owned(),
            several => ticked(several),
        };
        let message = format!("version gives {found}, expected one of {}", ticked(&ALL));
        (
            message,
            "write `version = \"1.0\"`, or `{ git = true }`".to_owned(),
        )
    }
}

/// An epoch: a whole number, or a text that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch(pub u32);

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Epoch;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                let epoch = u32::try_from(number).ok();
                let epoch = epoch.filter(|epoch| *epoch <= Version::EPOCH_MAX);
                epoch.map(Epoch).ok_or_else(|| {
                    E::custom(format!(
                        "invalid epoch `{number}`, expected a whole number from 0 to {}",
                        Version::EPOCH_MAX
                    ))
                })
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                match text.parse() {
                    Ok(number) => self.visit_i64(number),
                    Err(_) => Err(E::custom(format!(
                        "invalid epoch `{}`, expected a whole number from 0 to {}",
                        text.escape_debug(),
                        Version::EPOCH_MAX
                    ))),
                }
            }
        }
        deserializer.deserialize_any(Number)
    }
}
