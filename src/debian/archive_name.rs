//! `ArchiveSuite` and `Component`: names of an archive that become folders of it.

use std::fmt;
use std::str::FromStr;

use super::text::quoted;

/// Declares a name that becomes a folder of an archive.
macro_rules! folder_name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $default:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// The one of an archive that has one.
        impl Default for $name {
            fn default() -> Self {
                Self($default.to_owned())
            }
        }

        impl FromStr for $name {
            type Err = FolderNameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if is_folder_name(text) {
                    return Ok(Self(text.to_owned()));
                }
                Err(FolderNameError {
                    what: $what,
                    example: $default,
                    text: text.to_owned(),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

folder_name!(
    /// The name of a suite of an archive, such as `stable` or `bookworm`.
    ArchiveSuite,
    "suite",
    "stable"
);
folder_name!(
    /// The name of a component of an archive, such as `main`.
    Component,
    "component",
    "main"
);

fn is_folder_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._~".contains(&byte);
    text.bytes().all(is_allowed) && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// A text that is no name of a suite or component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid {what} {}: expected letters, digits and `+-._~`, the first a letter or digit",
    quoted(text)
)]
pub struct FolderNameError {
    what: &'static str,
    example: &'static str,
    text: String,
}

impl FolderNameError {
    /// Returns a hint on what to write.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(format!("write a name such as `{}`", self.example))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folders() {
        for name in ["stable", "13", "bookworm-backports", "a.b~c+d_e"] {
            assert_eq!(name.parse::<ArchiveSuite>().unwrap().as_str(), name);
        }
        for name in ["", ".", "..", "a/b", "-a", "a b", "ä"] {
            assert_eq!(
                name.parse::<Component>().unwrap_err().to_string(),
                format!(
                    "invalid component `{name}`: expected letters, digits and `+-._~`, the first a \
                     letter or digit"
                )
            );
        }
    }
}
