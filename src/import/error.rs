//! The reasons why a manifest of another tool becomes none of ours.

use std::path::PathBuf;

use crate::deb::ArchiveError;
use crate::fs::FsError;
use crate::message::ticked;
use crate::release::ReleaseError;
use crate::unpack::UnpackError;

/// The reason why a manifest of another tool becomes none of ours.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The manifest exists already.
    #[error("`{}` exists, and is not overwritten", .0.display())]
    Exists(PathBuf),
    /// There is something already where the files of a package go to.
    #[error("`{}` exists, and is not overwritten", .0.display())]
    FolderExists(PathBuf),
    /// A directory without a manifest that can be imported.
    #[error("`{}` has nothing to import", directory.display())]
    Nothing {
        /// The directory.
        directory: PathBuf,
    },
    /// A directory with several manifests that can be imported.
    #[error("`{}` has several manifests that can be imported: {}", directory.display(), ticked(found))]
    Several {
        /// The directory.
        directory: PathBuf,
        /// The manifests.
        found: Vec<String>,
    },
    /// A file of no known kind.
    #[error("`{}` is nothing that can be imported", .0.display())]
    Unknown(PathBuf),
    /// A file that cannot be read as what it is.
    #[error("{}:{line}: {message}\n  {line} | {text}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The text of the line.
        text: String,
        /// The fault, and what was expected.
        message: String,
    },
    /// A manifest that makes no Debian package.
    #[error("`{}` makes no Debian package", path.display())]
    NoPackage {
        /// The file.
        path: PathBuf,
        /// The way to make one.
        hint: String,
    },
    /// Cargo's manifest cannot be read.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The package cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The files of a package cannot be unpacked.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The operating system refused.
    #[error(transparent)]
    Fs(#[from] FsError),
}

impl ImportError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exists(_) => Some("write another with `reldeb import --output FILE`".into()),
            Self::FolderExists(path) => Some(format!(
                "remove `{}`: the files of the package go there",
                path.display()
            )),
            Self::Nothing { .. } | Self::Unknown(_) => Some(
                "a `Cargo.toml` with `[package.metadata.deb]`, an `nfpm.yaml`, a `.goreleaser.yaml` with \
                 `nfpms`, a folder `debian` and a `.deb` can be"
                    .into(),
            ),
            Self::Several { found, .. } => {
                let first = found.first()?;
                Some(format!("name one: `reldeb import {first}`"))
            }
            Self::NoPackage { hint, .. } => Some(hint.clone()),
            Self::Malformed { .. } => None,
            Self::Release(error) => error.hint(),
            Self::Archive(error) => error.hint(),
            Self::Unpack(error) => error.hint(),
            Self::Fs(error) => error.hint(),
        }
    }
}
