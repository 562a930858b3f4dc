//! `RelationError`: the faults of a relation, and hints on what to write instead.

use super::architecture::Architecture;
use super::package_name::PackageNameError;
use super::text::quoted;
use super::version::VersionError;

/// The reason why a text is not a relation. `text` is always the one relation that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelationError {
    /// Nothing before, between or after commas or bars.
    #[error("invalid relation {}: has nothing beside a `,` or `|`", quoted(text))]
    Empty {
        /// The list.
        text: String,
    },
    /// The text in the package's place is not a package name.
    #[error("invalid relation {}: {source}", quoted(text))]
    Package {
        /// The text as written.
        text: String,
        /// The fault of the name.
        source: PackageNameError,
    },
    /// The version to compare with is not a version.
    #[error("invalid relation {}: {source}", quoted(text))]
    Version {
        /// The text as written.
        text: String,
        /// The fault of the version.
        source: VersionError,
    },
    /// Not one of the five operators.
    #[error(
        "invalid relation {}: compares by {}, expected `<<`, `<=`, `=`, `>=` or `>>`",
        quoted(text),
        quoted(operator)
    )]
    Operator {
        /// The text as written.
        text: String,
        /// The text before the version.
        operator: String,
    },
    /// Neither `:any` nor an architecture.
    #[error(
        "invalid relation {}: {} after `:` is neither `any` nor an architecture",
        quoted(text),
        quoted(qualifier)
    )]
    Qualifier {
        /// The text as written.
        text: String,
        /// The text after the colon.
        qualifier: String,
    },
    /// `(` without `)`.
    #[error("invalid relation {}: `(` is not closed", quoted(text))]
    Unclosed {
        /// The text as written.
        text: String,
    },
    /// `foo >= 1.0`.
    #[error(
        "invalid relation {}: {} is not in parentheses",
        quoted(text),
        quoted(rest)
    )]
    Unparenthesised {
        /// The text as written.
        text: String,
        /// The operator and the version.
        rest: String,
    },
    /// Something after the end of a relation.
    #[error(
        "invalid relation {}: {} follows where `,` or `|` was expected",
        quoted(text),
        quoted(rest)
    )]
    Trailing {
        /// The text as written.
        text: String,
        /// The surplus text.
        rest: String,
    },
    /// A word between `[` and `]` that is no architecture.
    #[error(
        "invalid relation {}: {} in `[…]` is no architecture",
        quoted(text),
        quoted(word)
    )]
    Architecture {
        /// The text as written.
        text: String,
        /// The word.
        word: String,
    },
    /// `<!nocheck>`, or `[amd64]` in a package.
    #[error(
        "invalid relation {}: only source packages restrict relations",
        quoted(text)
    )]
    Restriction {
        /// The text as written.
        text: String,
    },
    /// `${shlibs:Depends}`.
    #[error(
        "invalid relation {}: substitution variables are for source packages",
        quoted(text)
    )]
    Substitution {
        /// The text as written.
        text: String,
    },
}

impl RelationError {
    /// Returns a hint on what to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty { .. } => Some("remove the `,` or `|` that is too much".into()),
            Self::Package { source, .. } => source.hint(),
            Self::Version { source, .. } => source.hint(),
            Self::Operator { operator, .. } => Some(match operator.as_str() {
                "<" => "write `<<` for earlier, `<=` for earlier or equal".into(),
                ">" => "write `>>` for later, `>=` for later or equal".into(),
                "==" | "" => "write `(= VERSION)` for exactly this version".into(),
                "~>" | "^" | "~" => "write `(>= VERSION)`".into(),
                "!=" => "write two relations, with `<<` and `>>`".into(),
                "=<" => "write `<=`".into(),
                "=>" => "write `>=`".into(),
                _ => "for example: `libc6 (>= 2.34)`".into(),
            }),
            Self::Qualifier { qualifier, .. } => match qualifier.parse::<Architecture>() {
                Err(error) => error.hint(),
                Ok(_) => Some("leave it out".into()),
            },
            Self::Architecture { word, .. } => match word.parse::<Architecture>() {
                Err(error) if !word.is_empty() && !word.starts_with('!') => error.hint(),
                _ => Some("write either `[amd64 arm64]` or `[!amd64 !arm64]`".into()),
            },
            Self::Unclosed { text } => Some(format!("write `{text})`")),
            Self::Unparenthesised { text, rest } => {
                let package = text.strip_suffix(rest.as_str()).unwrap_or(text).trim();
                let end = rest.find(|c| !"<>=".contains(c)).unwrap_or(rest.len());
                let (operator, version) = (&rest[..end], rest[end..].trim());
                let operator = match operator {
                    "==" => "=",
                    "<" => "<<",
                    ">" => ">>",
                    "=<" => "<=",
                    "=>" => ">=",
                    known => known,
                };
                Some(format!("write `{package} ({operator} {version})`"))
            }
            Self::Trailing { .. } => Some("separate relations by `, `".into()),
            Self::Restriction { .. } => Some("leave out `[…]` and `<…>`".into()),
            Self::Substitution { .. } => Some("`auto` stands for what the ELF files need".into()),
        }
    }
}
