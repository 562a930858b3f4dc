//! `PackageName`: the name of a binary package (Debian Policy 5.6.1).

use super::text::{as_text, first_bad, named, quoted};
use std::str::FromStr;

/// The name of a binary package: lower case letters, digits and `+ - .`, at least
/// two characters, the first a letter or digit (Debian Policy 5.6.1).
///
/// dpkg itself also reads upper case and `_`; `dpkg-deb` refuses to build such a
/// package, and so does this type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

impl PackageName {
    /// Returns the legal name that stands for the name of a release: lower case, `-` for `_`.
    ///
    /// # Errors [`PackageNameError`] about the release's name where the result is not
    /// legal either.
    pub fn from_release_name(release: &str) -> Result<Self, PackageNameError> {
        let name = release.to_ascii_lowercase().replace('_', "-");
        // Each character became one character, so positions in `name` are also those in
        // `release`.
        check(release, &name).map(|()| Self(name))
    }
}

impl FromStr for PackageName {
    type Err = PackageNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(text, text).map(|()| Self(text.to_owned()))
    }
}

as_text!(PackageName);

/// Checks `name`; errors show `text`, which is what the user wrote.
fn check(text: &str, name: &str) -> Result<(), PackageNameError> {
    let text = || text.to_owned();
    let Some(first) = name.chars().next() else {
        return Err(PackageNameError::Empty);
    };
    if let Some((character, position)) = first_bad(name, is_allowed) {
        return Err(PackageNameError::Character {
            text: text(),
            character,
            position,
        });
    }
    if !first.is_ascii_alphanumeric() {
        return Err(PackageNameError::Start {
            text: text(),
            character: first,
        });
    }
    if name.len() < 2 {
        return Err(PackageNameError::TooShort { text: text() });
    }
    Ok(())
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-' | '.')
}

/// The reason why a text is not a package name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageNameError {
    /// There is no text.
    #[error("invalid package name ``: is empty")]
    Empty,
    /// One character only.
    #[error(
        "invalid package name {}: has one character, expected at least two",
        quoted(text)
    )]
    TooShort {
        /// The text as written.
        text: String,
    },
    /// The first character is `+`, `-` or `.`.
    #[error(
        "invalid package name {}: starts with {}, expected a lower case letter or a digit",
        quoted(text),
        named(*character)
    )]
    Start {
        /// The text as written.
        text: String,
        /// The first character of the text.
        character: char,
    },
    /// A character that no package name may have.
    #[error(
        "invalid package name {}: contains {} at character {position}, \
         expected lower case letters, digits and `+ - .`",
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
}

impl PackageNameError {
    /// Returns a hint: a legal spelling, where one is near.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::TooShort { .. } => Some("choose a longer name".into()),
            Self::Start { text, .. } | Self::Character { text, .. } => {
                legal_spelling(text).map(|name| format!("write it as `{name}`"))
            }
        }
    }
}

/// Returns the nearest legal name: lower case, and one `-` for each run of characters that are
/// not allowed.
fn legal_spelling(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    for c in text.to_lowercase().chars() {
        if is_allowed(c) {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name
        .trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
        .trim_end_matches(['-', '.']);
    name.parse::<PackageName>().ok().map(|name| name.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_names_are_taken_as_they_are() {
        for name in ["orders", "libstdc++6", "0ad", "a1", "x.y-z+1"] {
            assert_eq!(name.parse::<PackageName>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn each_fault_has_its_message_and_hint() {
        #[rustfmt::skip]
        let table = [
            ("", "is empty", None),
            ("a", "has one character, expected at least two", Some("choose a longer name")),
            ("-ab", "starts with `-`, expected a lower case letter or a digit", Some("write it as `ab`")),
            ("My_App", "contains `M` at character 1, expected lower case letters, digits and `+ - .`", Some("write it as `my-app`")),
            ("my app", "contains a space at character 3, expected lower case letters, digits and `+ - .`", Some("write it as `my-app`")),
            ("a\nDepends: x", "contains a line break at character 2, expected lower case letters, digits and `+ - .`", Some("write it as `a-depends-x`")),
            ("é", "contains `é` at character 1, expected lower case letters, digits and `+ - .`", None),
            ("ab/../c", "contains `/` at character 3, expected lower case letters, digits and `+ - .`", Some("write it as `ab-..-c`")),
        ];
        for (text, fact, hint) in table {
            let error = text.parse::<PackageName>().unwrap_err();
            let expected = format!("invalid package name {}: {fact}", quoted(text));
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.hint().as_deref(), hint, "{text}");
        }
    }

    #[test]
    fn a_release_name_becomes_a_package_name() {
        for (release, package) in [("my_app", "my-app"), ("Orders", "orders"), ("a1", "a1")] {
            assert_eq!(
                PackageName::from_release_name(release).unwrap().as_str(),
                package
            );
        }
        let error = PackageName::from_release_name("My App").unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid package name `My App`: contains a space at character 3, \
             expected lower case letters, digits and `+ - .`"
        );
        assert!(PackageName::from_release_name("_").is_err());
    }
}
