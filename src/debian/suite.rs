//! The suites of Debian and Ubuntu that packages are made for.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::message::{nearest, ticked};

/// The publisher of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Debian.
    Debian,
    /// Ubuntu.
    Ubuntu,
}

/// A release of Debian or Ubuntu that the tables cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Suite {
    /// The publisher.
    pub distribution: Distribution,
    /// Its code name, `bookworm`.
    pub name: &'static str,
    /// Its number, `12`; `sid` has none and is called by its name.
    pub number: &'static str,
}

const fn suite(distribution: Distribution, name: &'static str, number: &'static str) -> Suite {
    Suite {
        distribution,
        name,
        number,
    }
}

impl fmt::Display for Suite {
    /// `Debian 12 (bookworm)`; `Debian sid`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let distribution = match self.distribution {
            Distribution::Debian => "Debian",
            Distribution::Ubuntu => "Ubuntu",
        };
        if self.number == self.name {
            write!(f, "{distribution} {}", self.name)
        } else {
            write!(f, "{distribution} {} ({})", self.number, self.name)
        }
    }
}

impl FromStr for Suite {
    type Err = SuiteError;

    /// Parses a code name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut known = SUITES.iter();
        let suite = known.find(|suite| suite.name == text).copied();
        suite.ok_or_else(|| SuiteError(text.to_owned()))
    }
}

/// A text that is the code name of none of [`SUITES`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown suite `{}`, expected one of {}",
    .0.escape_debug(),
    ticked(&SUITES.map(|suite| suite.name))
)]
pub struct SuiteError(pub(crate) String);

impl SuiteError {
    /// Returns a hint on what to do: the code name of a number, or the nearest name.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = self.0.to_ascii_lowercase();
        if let Some(suite) = meant(&text) {
            return Some(format!("write `{}`", suite.name));
        }
        let near = nearest(&text, SUITES.iter().map(|suite| suite.name));
        near.map(|name| format!("did you mean `{name}`?"))
    }
}

/// The suite of a number or of a name with something around it: `11`, `debian-11`, `Ubuntu
/// 22.04.3`, `bookworm-slim`.
fn meant(text: &str) -> Option<Suite> {
    let words = [
        ("debian", Distribution::Debian),
        ("deb", Distribution::Debian),
        ("ubuntu", Distribution::Ubuntu),
    ];
    let word = words
        .iter()
        .find_map(|(word, distribution)| Some((Some(*distribution), text.strip_prefix(word)?)));
    let (distribution, rest) = word.unwrap_or((None, text));
    let rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let rest = if rest == "unstable" { "sid" } else { rest };
    let is_meant = |suite: &&Suite| {
        let is_of = |known: &str| {
            let after = rest
                .strip_prefix(known)
                .and_then(|after| after.chars().next());
            // `12.04` alone is a release of Ubuntu, `debian-12.4` one of Debian 12.
            let is_point = suite.distribution == Distribution::Ubuntu || distribution.is_some();
            rest == known
                || after.is_some_and(|c| !c.is_ascii_alphanumeric() && (c != '.' || is_point))
        };
        distribution.is_none_or(|distribution| distribution == suite.distribution)
            && (is_of(suite.name) || is_of(suite.number))
    };
    SUITES.iter().find(is_meant).copied()
}

/// The suites of the tables in the order of their columns: within each distribution from the
/// oldest to the newest.
pub const SUITES: [Suite; 7] = [
    suite(Distribution::Debian, "bullseye", "11"),
    suite(Distribution::Debian, "bookworm", "12"),
    suite(Distribution::Debian, "trixie", "13"),
    suite(Distribution::Debian, "sid", "sid"),
    suite(Distribution::Ubuntu, "focal", "20.04"),
    suite(Distribution::Ubuntu, "jammy", "22.04"),
    suite(Distribution::Ubuntu, "noble", "24.04"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_have_names_and_are_read_by_them() {
        for (name, shown) in [
            ("bullseye", "Debian 11 (bullseye)"),
            ("bookworm", "Debian 12 (bookworm)"),
            ("trixie", "Debian 13 (trixie)"),
            ("sid", "Debian sid"),
            ("focal", "Ubuntu 20.04 (focal)"),
            ("jammy", "Ubuntu 22.04 (jammy)"),
            ("noble", "Ubuntu 24.04 (noble)"),
        ] {
            let suite: Suite = name.parse().unwrap();
            assert_eq!(suite.name, name);
            assert_eq!(suite.to_string(), shown);
        }
    }

    #[test]
    fn an_unknown_suite_is_refused_with_the_one_that_was_meant() {
        for (text, hint) in [
            ("Bullseye", Some("write `bullseye`")),
            ("11", Some("write `bullseye`")),
            ("debian-11", Some("write `bullseye`")),
            ("Debian 12.4", Some("write `bookworm`")),
            ("deb13u1", None),
            ("debian:bookworm-slim", Some("write `bookworm`")),
            ("bookworm-backports", Some("write `bookworm`")),
            ("unstable", Some("write `sid`")),
            ("22.04", Some("write `jammy`")),
            ("Ubuntu 22.04.3 LTS", Some("write `jammy`")),
            ("ubuntu2404", None),
            ("12.04", None),
            ("ubuntu-12", None),
            ("bulseye", Some("did you mean `bullseye`?")),
            ("nobel", Some("did you mean `noble`?")),
            ("trixi", Some("did you mean `trixie`?")),
            ("buster", None),
            ("bionic", None),
            ("forky", None),
            ("stable", None),
            ("", None),
        ] {
            let error = text.parse::<Suite>().unwrap_err();
            let expected = format!(
                "unknown suite `{text}`, expected one of `bullseye`, `bookworm`, `trixie`, `sid`, `focal`, `jammy` and `noble`"
            );
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.hint().as_deref(), hint, "{text}");
        }
    }
}
