//! `Error`: one variant per room of the house; each room has one variant per failure.

use crate::contents::PopulateError;
use crate::deb::ArchiveError;
use crate::debian::PackageName;
use crate::deployment::DeploymentError;
use crate::finding::tags::UnknownTag;
use crate::fs::FsError;
use crate::init::InitError;
use crate::manifest::ManifestError;
use crate::plan::PlanError;
use crate::release::ReleaseError;
use crate::template::TemplateError;
use crate::verify::ShellError;

/// The failures of the library.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // each variant but `Refused` is the error of the room of that name
pub enum Error {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Fs(#[from] FsError),
    #[error(transparent)]
    Init(#[from] InitError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Populate(#[from] PopulateError),
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
}

impl Error {
    /// Returns a hint on what to do about it, apart from the error's text.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Archive(error) => error.hint(),
            Self::Fs(error) => error.hint(),
            Self::Init(error) => error.hint(),
            Self::Manifest(error) => error.hint(),
            Self::Plan(error) => error.hint(),
            Self::Populate(error) => error.hint(),
            Self::Refused { .. } => Some("look at its findings".into()),
            Self::Release(error) => error.hint(),
            Self::Deployment(error) => error.hint(),
            Self::Shell(_) => Some(
                "compare your templates with the built-in ones: `reldeb template show NAME`".into(),
            ),
            Self::Tag(error) => Some(error.hint()),
            Self::Template(error) => error.hint(),
        }
    }
}
