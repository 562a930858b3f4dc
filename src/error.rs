//! `Error`: one variant per room of the house; each room has one variant per failure.

use std::path::{Path, PathBuf};

use crate::contents::PopulateError;
use crate::deb::ArchiveError;
use crate::debian::PackageName;
use crate::deployment::DeploymentError;
use crate::finding::tags::UnknownTag;
use crate::fpm::FpmError;
use crate::fs::FsError;
use crate::import::ImportError;
use crate::init::InitError;
use crate::manifest::ManifestError;
use crate::plan::PlanError;
use crate::release::ReleaseError;
use crate::template::TemplateError;
use crate::unpack::UnpackError;
use crate::verify::ShellError;

/// The failures of the library.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the variants with fields say all; any other is the error of that room
pub enum Error {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Fpm(#[from] FpmError),
    #[error(transparent)]
    Fs(#[from] FsError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Init(#[from] InitError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Populate(#[from] PopulateError),
    #[error("{package}: {error}")]
    OfPackage {
        package: PackageName,
        error: Box<Error>,
    },
    #[error("`{}` would be both `{}` and `{}`", path.display(), packages[0], packages[1])]
    SameOutput {
        path: PathBuf,
        packages: [PackageName; 2],
    },
    #[error("`{}` is there, and is not to be replaced", path.display())]
    IsThere { path: PathBuf },
    #[error("package `{package}` has findings that are errors: {errors}")]
    Refused { package: PackageName, errors: usize },
    #[error(transparent)]
    Release(#[from] ReleaseError),
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    #[error(transparent)]
    Shell(#[from] ShellError),
    #[error(transparent)]
    Tag(#[from] UnknownTag),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Unpack(#[from] UnpackError),
}

impl Error {
    /// Returns the error with the package that it is about, where there are several.
    pub(crate) fn of_package(self, package: &PackageName) -> Self {
        Self::OfPackage {
            package: package.clone(),
            error: Box::new(self),
        }
    }

    /// Returns the line of a manifest that it is about.
    pub(crate) fn place(&self) -> Option<(&Path, usize)> {
        match self {
            Self::Manifest(ManifestError::Invalid { path, line, .. }) => Some((path, *line)),
            Self::OfPackage { error, .. } => error.place(),
            _ => None,
        }
    }

    /// Returns a hint on what to do about it, apart from the error's text.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Archive(error) => error.hint(),
            Self::Fpm(error) => error.hint(),
            Self::Fs(error) => error.hint(),
            Self::Import(error) => error.hint(),
            Self::Init(error) => error.hint(),
            Self::Manifest(error) => error.hint(),
            Self::Plan(error) => error.hint(),
            Self::Populate(error) => error.hint(),
            Self::OfPackage { error, .. } => error.hint(),
            Self::SameOutput { .. } => Some(
                "name a folder, or a file with `{name}` in it, such as \
                 `dist/{name}_{version}_{architecture}.deb`"
                    .into(),
            ),
            Self::IsThere { .. } => {
                Some("give the package another version, or remove the file".into())
            }
            Self::Refused { .. } => Some("look at its findings".into()),
            Self::Release(error) => error.hint(),
            Self::Deployment(error) => error.hint(),
            Self::Shell(_) => Some(
                "compare your templates with the built-in ones: `reldeb template show NAME`".into(),
            ),
            Self::Tag(error) => Some(error.hint()),
            Self::Template(error) => error.hint(),
            Self::Unpack(error) => error.hint(),
        }
    }
}
