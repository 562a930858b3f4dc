//! `ManifestError` and `Problem`: the faults of a manifest.

use std::ops::Range;
use std::path::PathBuf;

use crate::debian::PackageName;
use crate::fs::FsError;
use crate::message::{nearest, ticked};
use crate::output_path::OutputPath;

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The manifest could not be read.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// No manifest was named and none lies in the folder.
    #[error("no `reldeb.toml` in `{}`", directory.display())]
    NotFound {
        /// The folder that was searched.
        directory: PathBuf,
    },
    /// A Cargo.toml without the table.
    #[error("`{}` has no table `[package.metadata.reldeb]` or `[workspace.metadata.reldeb]`", path.display())]
    NoCargoMetadata {
        /// The Cargo.toml.
        path: PathBuf,
        /// True where it has the table of cargo-deb.
        of_cargo_deb: bool,
    },
    /// `--variant` names none of the variants.
    #[error("`{}` has no `[variant.{variant}]`", path.display())]
    UnknownVariant {
        /// The manifest.
        path: PathBuf,
        /// The variant that was asked for.
        variant: String,
        /// The variants of the manifest.
        known: Vec<String>,
    },
    /// A package is asked for that the manifest does not make.
    #[error("`{}` makes no package `{package}`", path.display())]
    UnknownPackage {
        /// The manifest.
        path: PathBuf,
        /// The name that was asked for.
        package: String,
        /// The packages of the manifest, as far as it names them.
        known: Vec<PackageName>,
    },
    /// A fault at one place of the manifest.
    #[error("{}:{line}: {problem}\n  {line} | {text}", path.display())]
    Invalid {
        /// The manifest.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The text of that line.
        text: String,
        /// The fault.
        problem: Problem,
    },
}

/// A value of a manifest that is not allowed, with its place in the text. What checks it needs not the
/// text: [`super::Manifest::locate`] finds the line.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
pub struct InvalidValue {
    /// The bytes of the text.
    pub span: Range<usize>,
    /// A sentence on the fault.
    pub message: String,
    /// A hint on what to write instead.
    pub hint: Option<String>,
}

impl InvalidValue {
    /// Makes the error for the value at this place.
    pub fn new(span: Range<usize>, message: impl Into<String>, hint: Option<String>) -> Self {
        let message = message.into();
        Self {
            span,
            message,
            hint,
        }
    }
}

/// A fault at one place of a manifest.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Problem {
    /// The text is not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A key that no manifest has.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that are known there.
        known: Vec<String>,
    },
    /// A value of another type than the key takes.
    #[error("found {found}, expected {expected}")]
    WrongType {
        /// The type or value that stands there.
        found: String,
        /// The type that the key takes.
        expected: String,
    },
    /// A value of the right type that is not allowed.
    #[error("{message}")]
    InvalidValue {
        /// A sentence on the fault.
        message: String,
        /// A hint on what to write instead.
        hint: Option<String>,
    },
    /// A key whose variables make it the same as another.
    #[error("key `{key}` is there twice, once with a variable in it")]
    SameKey {
        /// The key after its variables were expanded.
        key: String,
    },
    /// `$VAR` without a value.
    #[error("variable `{0}` is not set")]
    UnsetVariable(String),
    /// A dollar sign that starts no variable.
    #[error("`{0}` is no variable")]
    MalformedVariable(String),
}

impl Problem {
    /// Returns the problem that a message of serde reports.
    pub(super) fn from_serde(message: &str) -> Self {
        // Value types append their hint after a newline: see `Checked`.
        if let Some((message, hint)) = message.split_once('\n') {
            return Self::InvalidValue {
                message: message.to_owned(),
                hint: Some(hint.to_owned()),
            };
        }
        if let Some((key, rest)) = message
            .strip_prefix("unknown field `")
            .and_then(|rest| rest.split_once('`'))
        {
            let known = rest
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            return Self::UnknownKey {
                key: key.to_owned(),
                known,
            };
        }
        if let Some((found, expected)) = message
            .strip_prefix("invalid type: ")
            .and_then(|rest| rest.split_once(", expected "))
        {
            return Self::WrongType {
                found: in_words_of_toml(found),
                expected: in_words_of_toml(expected),
            };
        }
        if let Some((key, _)) = message
            .strip_prefix("unknown variant `")
            .and_then(|rest| rest.split_once('`'))
        {
            let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
            return Self::InvalidValue {
                message: format!("unknown value `{key}`, expected one of {}", ticked(&known)),
                hint: meant(key, &known).map(|near| format!("did you mean `{near}`?")),
            };
        }
        Self::InvalidValue {
            message: message.to_owned(),
            hint: None,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { key, known } => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let near = meant(key, &known);
                Some(near.map_or_else(
                    || format!("the keys here are {}", ticked(&known)),
                    |near| format!("did you mean `{near}`?"),
                ))
            }
            Self::InvalidValue { hint, .. } => hint.clone(),
            // As cargo-deb spells it.
            Self::UnsetVariable(name) if name == "auto" => Some(
                "write `auto` without the dollar sign: in `depends` it stands for what the ELF \
                 files need"
                    .into(),
            ),
            Self::UnsetVariable(name) if OutputPath::is_name(name) => Some(format!(
                "in `output` write `{{{name}}}`, without the dollar sign; or set it, give a default with \
                 `${{{name}:-…}}`, or write `$$` for a dollar sign"
            )),
            Self::UnsetVariable(name) => Some(format!(
                "set it, give a default with `${{{name}:-…}}`, or write `$$` for a dollar sign"
            )),
            Self::SameKey { .. } => Some("leave one of them out".into()),
            Self::MalformedVariable(_) => Some("write `$$` for a dollar sign".into()),
            Self::WrongType { found, expected } => how_to_write(found, expected),
            Self::Syntax(message) => message
                .contains("leading zero")
                .then(|| "put the number in quotes, as in `\"0644\"`".to_owned()),
        }
    }
}

/// Returns the known value that has a text as another name, or else that is most like it.
fn meant<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    let known = known.iter().copied();
    let of_another_name = |word: &&str| match *word {
        "init" => text.starts_with("sysv"),
        // The words of fpm and nfpm.
        "before-first-install" => matches!(text, "before-install" | "preinstall" | "preinst"),
        "after-first-install" => matches!(text, "after-install" | "postinstall" | "postinst"),
        _ => false,
    };
    let named = known.clone().find(of_another_name);
    named.or_else(|| nearest(text, known))
}

/// Returns a type that serde names in the words of TOML: a list, a table.
fn in_words_of_toml(words: &str) -> String {
    match words {
        "sequence" => "list",
        "a sequence" => "a list",
        "map" => "table",
        "a map" => "a table",
        "a boolean" => "`true` or `false`",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
    .to_owned()
}

/// Returns how a value is written that the key takes.
fn how_to_write(found: &str, expected: &str) -> Option<String> {
    let (kind, value) = found.split_once(' ')?;
    match (kind, expected) {
        ("integer" | "float", "a string") => Some(format!(
            "put it in quotes: `\"{}\"`",
            value.trim_matches('`')
        )),
        ("string", "a list") => Some(format!("put it in brackets: `[{value}]`")),
        _ => None,
    }
}

impl ManifestError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fs(error) => error.hint(),
            Self::NotFound { .. } => {
                Some("`reldeb init` writes one; `--manifest FILE` names another".into())
            }
            Self::NoCargoMetadata {
                of_cargo_deb: true, ..
            } => Some("`reldeb import Cargo.toml` makes a manifest of cargo-deb's table".into()),
            Self::NoCargoMetadata { .. } => {
                Some("add the table, or write a `reldeb.toml` with `reldeb init`".into())
            }
            Self::UnknownVariant { variant, known, .. } => {
                Some(match nearest(variant, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.is_empty() => "it has no variants at all".into(),
                    None => {
                        let known: Vec<&str> = known.iter().map(String::as_str).collect();
                        format!("the variants are {}", ticked(&known))
                    }
                })
            }
            Self::UnknownPackage { package, known, .. } => Some(
                match nearest(package, known.iter().map(PackageName::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.is_empty() => "it makes one package: leave the name out".into(),
                    None => format!("it makes {}", ticked(known)),
                },
            ),
            Self::Invalid { problem, .. } => problem.hint(),
        }
    }
}
