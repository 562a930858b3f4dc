//! The reasons why no manifest can be proposed.

use std::path::PathBuf;

use super::text;
use crate::erlang::term::TermError;
use crate::fs::FsError;
use crate::release::ReleaseError;

/// The reason why no manifest can be proposed.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The manifest exists already.
    #[error("`{}` exists, and is not overwritten", .0.display())]
    Exists(PathBuf),
    /// A file for a CI server is there already, with another text.
    #[error("`{}` exists, and is not overwritten", .0.display())]
    ExistsForCi(PathBuf),
    /// Cargo's manifest has a table for reldeb already.
    #[error("`{}` has a `[package.metadata.reldeb]`, which is a manifest already", .0.display())]
    ExistsInCargo(PathBuf),
    /// The directory is neither a project nor a release.
    #[error("`{}` is neither a project (`rebar.config`, `mix.exs`, `gleam.toml`, `Cargo.toml`) nor a release", path.display())]
    Nothing {
        /// The directory.
        path: PathBuf,
        /// The reason why the directory is no release.
        source: ReleaseError,
    },
    /// The project makes several releases, and one manifest is to be written.
    #[error("`{}` holds several releases: {}", path.display(), text::list(releases))]
    Several {
        /// The project.
        path: PathBuf,
        /// The project's releases.
        releases: Vec<PathBuf>,
    },
    /// A file of the project that cannot be read as Erlang terms.
    #[error("`{}` cannot be read as Erlang terms: {source}", path.display())]
    BadTerms {
        /// The file.
        path: PathBuf,
        /// The place and the fault.
        source: TermError,
    },
    /// A file of the project that cannot be read as TOML.
    #[error("`{}` cannot be read as TOML: {message}", path.display())]
    BadToml {
        /// The file.
        path: PathBuf,
        /// The fault.
        message: String,
    },
    /// The release cannot become a package.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The operating system refused.
    #[error(transparent)]
    Fs(#[from] FsError),
}

impl InitError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exists(path) if path.extension().is_some_and(|it| it == "json") => {
                Some("it is no schema of this version: remove it, or name another".into())
            }
            Self::Exists(_) | Self::ExistsInCargo(_) => Some(
                "`reldeb plan` shows what it makes; `reldeb init --output FILE` writes another"
                    .into(),
            ),
            Self::ExistsForCi(_) => {
                Some("move it away, write the files anew, and take over what differs".into())
            }
            Self::Nothing { source, .. } => source.hint(),
            Self::Several { releases, .. } => {
                let first = releases.first()?;
                Some(format!(
                    "name one: `reldeb init --output FILE {}`",
                    first.display()
                ))
            }
            Self::BadTerms { .. } | Self::BadToml { .. } => None,
            Self::Release(error) => error.hint(),
            Self::Fs(error) => error.hint(),
        }
    }
}
