//! `UnitName`: the basename that a systemd unit and an init script share.

use super::package_name::PackageName;
use super::text::{as_text, first_bad, named, quoted};
use std::str::FromStr;

/// The basename of a unit and an init script, without `.service` and `@`: letters,
/// digits and `_ . -`, the first a letter or digit.
///
/// This is what both systemd.unit(5) and the init scripts' own tools take; systemd
/// refuses the `+` that package names may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitName(String);

/// The most bytes of a name: systemd allows 255 with the suffix and the name of an instance.
const LENGTH_MAX: usize = 200;

impl UnitName {
    /// Returns the name of a unit named after a package: `-` for `+`.
    ///
    /// # Errors
    /// [`UnitNameError::TooLong`] and [`UnitNameError::Suffix`].
    pub fn from_package_name(package: &PackageName) -> Result<Self, UnitNameError> {
        package.as_str().replace('+', "-").parse()
    }
}

impl FromStr for UnitName {
    type Err = UnitNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let owned = || text.to_owned();
        let first = text.chars().next().ok_or(UnitNameError::Empty)?;
        if let Some(name) = without_suffix(text) {
            let name = name.to_owned();
            return Err(UnitNameError::Suffix {
                text: owned(),
                name,
            });
        }
        if let Some((character, position)) = first_bad(text, is_allowed) {
            return Err(UnitNameError::Character {
                text: owned(),
                character,
                position,
            });
        }
        if !first.is_ascii_alphanumeric() {
            return Err(UnitNameError::Start {
                text: owned(),
                character: first,
            });
        }
        if text.len() > LENGTH_MAX {
            return Err(UnitNameError::TooLong { text: owned() });
        }
        Ok(Self(owned()))
    }
}

/// Returns the text before the suffix of a systemd unit or the `@` of a template.
fn without_suffix(text: &str) -> Option<&str> {
    let name = [".service", ".socket", ".timer", ".target", ".path", ".sh"]
        .iter()
        .find_map(|suffix| text.strip_suffix(suffix));
    let bare = name.unwrap_or(text);
    let bare = bare.strip_suffix('@').unwrap_or(bare);
    (bare.len() < text.len()).then_some(bare)
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

as_text!(UnitName);

/// The reason why a text is not the basename of a unit and an init script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitNameError {
    /// There is no text.
    #[error("invalid service name ``: is empty")]
    Empty,
    /// A first character that is neither letter nor digit.
    #[error(
        "invalid service name {}: starts with {}, expected a letter or a digit",
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
        "invalid service name {}: contains {} at character {position}, \
         expected letters, digits and `_ . -`",
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
    /// The name of a file rather than of a service.
    #[error(
        "invalid service name {}: is a file name, expected the name of a service",
        quoted(text)
    )]
    Suffix {
        /// The text as written.
        text: String,
        /// The name without the suffix.
        name: String,
    },
    /// More than 200 characters.
    #[error(
        "invalid service name {}: has {} characters, expected at most {LENGTH_MAX}",
        quoted(text),
        text.len()
    )]
    TooLong {
        /// The text as written.
        text: String,
    },
}

impl UnitNameError {
    /// Returns a hint: a legal spelling, where one is near.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let near = match self {
            Self::Empty => return None,
            Self::Start { text, .. } | Self::Character { text, .. } if text.starts_with('/') => {
                return Some(
                    "write a name: `program` has the path of what the service runs".into(),
                );
            }
            Self::TooLong { .. } => return Some("choose a shorter name".into()),
            Self::Suffix { name, .. } => name.clone(),
            Self::Start { text, .. } | Self::Character { text, .. } => text
                .replace(|c| !is_allowed(c), "-")
                .trim_matches(|c: char| !c.is_ascii_alphanumeric())
                .to_owned(),
        };
        let name = near.parse::<UnitName>().ok()?;
        Some(format!("write it as `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_names_are_taken() {
        for name in ["orders", "My_App.v2", "0ad", "a-b"] {
            assert_eq!(name.parse::<UnitName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn each_fault_has_its_message_and_hint() {
        let long = "a".repeat(201);
        #[rustfmt::skip]
        let table = [
            ("", "is empty", None),
            ("my+app", "contains `+` at character 3, expected letters, digits and `_ . -`", Some("write it as `my-app`")),
            ("../x", "contains `/` at character 3, expected letters, digits and `_ . -`", Some("write it as `x`")),
            ("/opt/x/bin/x", "contains `/` at character 1, expected letters, digits and `_ . -`", Some("write a name: `program` has the path of what the service runs")),
            ("a b", "contains a space at character 2, expected letters, digits and `_ . -`", Some("write it as `a-b`")),
            ("_x", "starts with `_`, expected a letter or a digit", Some("write it as `x`")),
            ("-", "starts with `-`, expected a letter or a digit", None),
            ("orders.service", "is a file name, expected the name of a service", Some("write it as `orders`")),
            ("orders@", "is a file name, expected the name of a service", Some("write it as `orders`")),
            ("orders@.service", "is a file name, expected the name of a service", Some("write it as `orders`")),
            (&long, "has 201 characters, expected at most 200", Some("choose a shorter name")),
        ];
        for (text, fact, hint) in table {
            let error = text.parse::<UnitName>().unwrap_err();
            let expected = format!("invalid service name {}: {fact}", quoted(text));
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.hint().as_deref(), hint, "{text}");
        }
    }

    #[test]
    fn a_package_has_a_unit() {
        for (package, unit) in [
            ("orders", "orders"),
            ("my.app+x", "my.app-x"),
            ("g++", "g--"),
        ] {
            let package = package.parse().unwrap();
            assert_eq!(
                UnitName::from_package_name(&package).unwrap().as_str(),
                unit
            );
        }
    }
}
