//! `reldeb import`: reads the manifest of another tool and makes one of it. Nothing is written before
//! [`Imported::write`], and an existing file is never overwritten.

mod cargo_deb;
mod control;
mod control_text;
mod deb;
mod debian;
mod document;
mod error;
mod files;
mod model;
mod moved;
mod nfpm;
mod node;
mod notes;
mod place;
mod relations;
mod source;
mod triggers;
mod yaml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use error::ImportError;
pub(crate) use source::Source;

use crate::finding::Finding;
use crate::fs;
use crate::manifest::draft::Draft;
use deb::Unpacking;
use notes::Notes;
use place::Place;

/// The name of the manifest.
const MANIFEST: &str = "reldeb.toml";

/// The comment at the top of a manifest.
const HEAD: &str =
    "What `reldeb build` packs. Keys that are not here have a default: `reldeb plan` shows it.";

/// The things that the caller knows and a manifest of another tool may lack.
#[derive(Debug, Clone, Default)]
pub(crate) struct ImportEnvironment {
    /// `Name <address>` of the author, as the environment or git's configuration names them.
    pub maintainer: Option<String>,
    /// The variables of the process, for Cargo's target directory.
    pub variables: BTreeMap<String, String>,
    /// The manifest to write in place of `reldeb.toml` of the project.
    pub output: Option<PathBuf>,
}

/// A manifest that was made of another tool's, not written yet.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The text of the manifest.
    pub manifest_text: String,
    /// The path of the manifest.
    pub path: PathBuf,
    /// Further files that the manifest names, by their paths.
    pub others: BTreeMap<PathBuf, Vec<u8>>,
    /// The folder that is made for the files of a package.
    folder: Option<Unpacking>,
    /// The points that will differ from the other tool's package, and what has no equivalent.
    pub findings: Vec<Finding>,
    /// The command to run next.
    pub next_command: String,
}

impl Imported {
    /// Writes the manifest and the other files, all or none: not where there is one of them by now.
    ///
    /// # Errors
    /// [`ImportError::Exists`] and [`ImportError::FolderExists`], or [`ImportError::Fs`] where the operating
    /// system refuses.
    pub(crate) fn write(&self) -> Result<(), ImportError> {
        if let Some(folder) = &self.folder {
            folder.write()?;
        }
        self.write_files().inspect_err(|_| {
            if let Some(folder) = &self.folder {
                folder.remove();
            }
        })
    }

    /// Returns the folder that is made for the files of a package.
    #[must_use]
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(|folder| folder.path.as_path())
    }

    fn write_files(&self) -> Result<(), ImportError> {
        let others = self.others.iter();
        let others = others.map(|(path, content)| (path.as_path(), &content[..]));
        let manifest = (self.path.as_path(), self.manifest_text.as_bytes());
        fs::write_all_new(others.chain([manifest])).map_err(|error| match error.source.kind() {
            std::io::ErrorKind::AlreadyExists => ImportError::Exists(error.path),
            _ => error.into(),
        })
    }
}

/// The things that a reader makes of the manifest of another tool.
#[derive(Debug, Default)]
struct Reading {
    draft: Draft,
    /// Further files, by their paths.
    others: BTreeMap<PathBuf, Vec<u8>>,
    notes: Notes,
    /// A package whose files are unpacked.
    folder: Option<Unpacking>,
    /// The command that makes what is packed, before `reldeb build`.
    before_build: Option<String>,
}

/// Reads the manifest of another tool, or the one in the current directory where none is named, and
/// makes one of it.
///
/// # Errors
/// [`ImportError`] where nothing or several things are found, where one cannot be read, and where
/// there is a manifest already.
pub(crate) fn import(
    file: Option<&Path>,
    environment: &ImportEnvironment,
) -> Result<Imported, ImportError> {
    let source = match file {
        Some(file) => Source::of(file)?,
        None => Source::find(Path::new(""))?,
    };
    let place = Place::new(source.home(), environment.output.as_deref())?;
    if fs::symlink_metadata(&place.manifest).is_ok() {
        return Err(ImportError::Exists(place.manifest));
    }
    let reading = match &source {
        Source::Cargo(path) => cargo_deb::read(path, &place, environment)?,
        Source::Nfpm(path) => nfpm::read(path, &place, environment)?,
        Source::Goreleaser(path) => nfpm::read_goreleaser(path, &place, environment)?,
        Source::Debian(path) => debian::read(path, &place, environment)?,
        Source::Deb(path) => deb::read(path, &place, environment)?,
    };
    if let Some(folder) = reading.folder.as_ref().map(|folder| &folder.path)
        && fs::symlink_metadata(folder).is_ok()
    {
        return Err(ImportError::FolderExists(folder.clone()));
    }
    let build = if place.manifest == Path::new(MANIFEST) {
        "reldeb build".to_owned()
    } else {
        format!("reldeb build --manifest {}", place.manifest.display())
    };
    let next_command = match reading.before_build {
        Some(before) => format!("{before} && {build}"),
        None => build,
    };
    let mut draft = Draft::default();
    draft.comment(HEAD);
    draft.append(reading.draft);
    Ok(Imported {
        manifest_text: draft.to_string(),
        others: reading.others,
        folder: reading.folder,
        findings: reading.notes.findings,
        next_command,
        path: place.manifest,
    })
}
