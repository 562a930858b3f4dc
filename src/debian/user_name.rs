//! `UserName`: the name of a system user or group.

use super::package_name::PackageName;
use super::text::{as_text, first_bad, named, quoted};
use std::str::FromStr;

/// The name of a system user or group: a lower case letter or `_`, then up to 30
/// lower case letters, digits, `_` and `-`.
///
/// useradd, adduser and systemd-sysusers all take these names on all systems; Debian
/// Policy 9.2.1 recommends a leading `_` where names could clash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(String);

/// The most bytes of a name: longer ones do not fit the records of logins.
const LENGTH_MAX: usize = 31;

impl UserName {
    /// Returns the name of a user named after a package: `-` for `.` and `+`, `_` before a
    /// digit.
    ///
    /// # Errors
    /// [`UserNameError::TooLong`].
    pub fn from_package_name(package: &PackageName) -> Result<Self, UserNameError> {
        adapted(package.as_str()).parse()
    }
}

/// Returns the nearest name that differs by no more than case and punctuation.
fn adapted(text: &str) -> String {
    let name: String = text
        .to_lowercase()
        .chars()
        .map(|c| if is_allowed(c) { c } else { '-' })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        format!("_{}", name.trim_start_matches('-'))
    } else {
        name
    }
}

impl FromStr for UserName {
    type Err = UserNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let owned = || text.to_owned();
        let first = text.chars().next().ok_or(UserNameError::Empty)?;
        if let Some((character, position)) = first_bad(text, is_allowed) {
            return Err(UserNameError::Character {
                text: owned(),
                character,
                position,
            });
        }
        if !first.is_ascii_lowercase() && first != '_' {
            return Err(UserNameError::Start {
                text: owned(),
                character: first,
            });
        }
        if text.len() > LENGTH_MAX {
            return Err(UserNameError::TooLong { text: owned() });
        }
        Ok(Self(owned()))
    }
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-')
}

as_text!(UserName);

/// The reason why a text is not the name of a user or group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserNameError {
    /// There is no text.
    #[error("invalid user or group name ``: is empty")]
    Empty,
    /// A first character that is neither letter nor `_`.
    #[error(
        "invalid user or group name {}: starts with {}, expected a lower case letter or `_`",
        quoted(text),
        named(*character)
    )]
    Start {
        /// The text as written.
        text: String,
        /// The first character of the text.
        character: char,
    },
    /// A character that no name may have.
    #[error(
        "invalid user or group name {}: contains {} at character {position}, \
         expected lower case letters, digits, `_` and `-`",
        quoted(text),
        named(*character)
    )]
    Character {
        /// The text as written.
        text: String,
        /// The first wrong character.
        character: char,
        /// The place of the character, counted from 1.
        position: usize,
    },
    /// More than 31 characters.
    #[error(
        "invalid user or group name {}: has {} characters, expected at most {LENGTH_MAX}",
        quoted(text),
        text.len()
    )]
    TooLong {
        /// The text as written.
        text: String,
    },
}

impl UserNameError {
    /// Returns a hint: a legal spelling, where one is near.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::TooLong { .. } => Some("choose a shorter name".into()),
            Self::Start { text, .. } | Self::Character { text, .. } => {
                let name = adapted(text).parse::<UserName>().ok()?;
                let has_letter = name.0.contains(|c: char| c.is_ascii_alphanumeric());
                has_letter.then(|| format!("write it as `{name}`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_names_are_taken() {
        let longest = "a".repeat(31);
        for name in ["orders", "_orders", "a", "www-data", "x_1", "_9", &longest] {
            assert_eq!(name.parse::<UserName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn each_fault_has_its_message_and_hint() {
        let long = "a".repeat(32);
        #[rustfmt::skip]
        let table = [
            ("", "is empty", None),
            ("9app", "starts with `9`, expected a lower case letter or `_`", Some("write it as `_9app`")),
            ("-app", "starts with `-`, expected a lower case letter or `_`", Some("write it as `_app`")),
            ("my.app", "contains `.` at character 3, expected lower case letters, digits, `_` and `-`", Some("write it as `my-app`")),
            ("a;rm", "contains `;` at character 2, expected lower case letters, digits, `_` and `-`", Some("write it as `a-rm`")),
            ("root\n", "contains a line break at character 5, expected lower case letters, digits, `_` and `-`", Some("write it as `root-`")),
            ("$", "contains `$` at character 1, expected lower case letters, digits, `_` and `-`", None),
            (&long, "has 32 characters, expected at most 31", Some("choose a shorter name")),
        ];
        for (text, fact, hint) in table {
            let error = text.parse::<UserName>().unwrap_err();
            let expected = format!("invalid user or group name {}: {fact}", quoted(text));
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.hint().as_deref(), hint, "{text}");
        }
    }

    #[test]
    fn a_package_has_a_user() {
        for (package, user) in [
            ("orders", "orders"),
            ("my.app+x", "my-app-x"),
            ("0ad", "_0ad"),
        ] {
            let package = package.parse().unwrap();
            assert_eq!(
                UserName::from_package_name(&package).unwrap().as_str(),
                user
            );
        }
        let long = "a".repeat(32).parse().unwrap();
        assert!(UserName::from_package_name(&long).is_err());
    }
}
