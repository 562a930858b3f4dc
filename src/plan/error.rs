//! Why nothing can be planned.

use std::path::PathBuf;

use crate::debian::{PackageName, RelationError};
use crate::deployment::DeploymentError;
use crate::elf::Machine;
use crate::manifest::{InvalidValue, Manifest, ManifestError};
use crate::message::ticked;
use crate::release::{ReleaseError, mixture};

/// Manifest, release and command line that make no package.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A value of the manifest that is not allowed.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The same before its line is known.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// A relation that reldeb adds by itself.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// A key without which there is no package.
    #[error("`{key}` is missing in `{}`", manifest.display())]
    Missing {
        /// The key, with its table.
        key: &'static str,
        /// The manifest.
        manifest: PathBuf,
        /// The line to write.
        hint: String,
    },
    /// A key that says how to pack a release, where there is none.
    #[error("`{key}` of `[release]` in `{}` is about a release, but `path` names none", manifest.display())]
    KeyWithoutRelease {
        /// The key.
        key: &'static str,
        /// The manifest.
        manifest: PathBuf,
    },
    /// A directory is given for the release, and none of several packages has one.
    #[error("no package of `{}` that is built has a release: `--release` has nothing to replace", manifest.display())]
    NothingToReplace {
        /// The manifest.
        manifest: PathBuf,
    },
    /// A directory is given for the release, and several packages have different ones.
    #[error("`--release` is one directory, but {} of `{}` have releases of their own", ticked(packages), manifest.display())]
    SeveralToReplace {
        /// The manifest.
        manifest: PathBuf,
        /// The packages with a release.
        packages: Vec<PackageName>,
    },
    /// An effect on the target that is not possible.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// A name or version that the release itself gives is not legal, or there is none.
    #[error("{message}")]
    FromRelease {
        /// The fault.
        message: String,
        /// The way to mend it.
        hint: String,
    },
    /// Machine code for more than one machine, some of it from `[files]`.
    #[error("the package mixes architectures: {}", mixture(.0))]
    MixedMachines(Vec<(Machine, Vec<PathBuf>)>),
    /// The release is not what a package can hold.
    #[error(transparent)]
    Release(#[from] ReleaseError),
}

impl PlanError {
    /// Returns the error with the line of the manifest that it speaks of.
    pub(super) fn located(self, manifest: &Manifest) -> Self {
        match self {
            Self::Invalid(error) | Self::Deployment(DeploymentError::Invalid(error)) => {
                Self::Manifest(manifest.locate(error))
            }
            other => other,
        }
    }

    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Manifest(error) => error.hint(),
            Self::Invalid(error) => error.hint.clone(),
            Self::Relation(error) => error.hint(),
            Self::Deployment(error) => error.hint(),
            Self::Release(error) => error.hint(),
            Self::MixedMachines(_) => Some(
                "leave out the files that are not for the target: those of the release with \
                 `exclude` in `[release]`, the others in `[files]`"
                    .into(),
            ),
            Self::KeyWithoutRelease {
                key: key @ ("bundle-libraries" | "library-path"),
                ..
            } => Some(format!(
                "bundled libraries lie in the directory of a release: write its `path` beside it, or leave \
                 `{key}` out, and `Depends` asks for the packages of the libraries"
            )),
            Self::KeyWithoutRelease { key, .. } => Some(format!(
                "write `path` beside it, or leave `{key}` out: `[files]` says itself where each file goes"
            )),
            Self::NothingToReplace { .. } => Some(
                "write `path` below `[release]` of the package that it is for, or name that package"
                    .into(),
            ),
            Self::SeveralToReplace { packages, .. } => {
                let one = packages.first()?;
                Some(format!("name the one that it is for, as in `reldeb build --release DIR {one}`"))
            }
            Self::Missing { hint, .. } | Self::FromRelease { hint, .. } => Some(hint.clone()),
        }
    }
}
