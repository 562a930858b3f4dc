//! The file system with errors that name the action and the path.
//!
//! clippy.toml bans the bare functions of `std::fs` everywhere else, so that no
//! "No such file or directory" reaches a user without its subject.
#![allow(clippy::disallowed_methods)]

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// A file system call that failed: what was tried, on which path, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`: {}", path.display(), reason(source))]
pub struct FsError {
    /// The verb, as in "cannot *read* `x`".
    pub action: &'static str,
    /// The path it was tried on.
    pub path: PathBuf,
    /// What the operating system answered.
    pub source: io::Error,
}

impl FsError {
    /// Ties an answer of the operating system to what was tried.
    pub fn new(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        Self {
            action,
            path,
            source,
        }
    }

    /// What to do about it, where the answer tells.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self.source.kind() {
            io::ErrorKind::StorageFull => {
                Some("free some space, or write to another folder with `-o`".into())
            }
            io::ErrorKind::NotFound => nearest_existing(&self.path)
                .map(|there| format!("`{}` exists, what is below it does not", there.display())),
            io::ErrorKind::PermissionDenied => Some("check who may read and write it".into()),
            _ => None,
        }
    }
}

/// The answer of the operating system in lower case and without "(os error N)".
fn reason(source: &io::Error) -> String {
    let text = source.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

fn nearest_existing(path: &Path) -> Option<&Path> {
    path.ancestors()
        .skip(1)
        .find(|a| !a.as_os_str().is_empty() && a.symlink_metadata().is_ok())
}

/// Opens a file for reading.
///
/// # Errors
/// [`FsError`] where the operating system refuses; likewise for all of this file.
pub fn open(path: &Path) -> Result<File, FsError> {
    File::open(path).map_err(|e| FsError::new("open", path, e))
}

/// Reads a whole file.
///
/// # Errors
/// [`FsError`].
pub fn read(path: &Path) -> Result<Vec<u8>, FsError> {
    std::fs::read(path).map_err(|e| FsError::new("read", path, e))
}

/// Reads a whole file of UTF-8 text.
///
/// # Errors
/// [`FsError`].
pub fn read_to_string(path: &Path) -> Result<String, FsError> {
    std::fs::read_to_string(path).map_err(|e| FsError::new("read", path, e))
}

/// Writes a whole file.
///
/// # Errors
/// [`FsError`].
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), FsError> {
    std::fs::write(path, content).map_err(|e| FsError::new("write", path, e))
}

/// What a path is, symlinks followed.
///
/// # Errors
/// [`FsError`].
pub fn metadata(path: &Path) -> Result<Metadata, FsError> {
    std::fs::metadata(path).map_err(|e| FsError::new("look at", path, e))
}

/// What a path is, symlinks not followed.
///
/// # Errors
/// [`FsError`].
pub fn symlink_metadata(path: &Path) -> Result<Metadata, FsError> {
    std::fs::symlink_metadata(path).map_err(|e| FsError::new("look at", path, e))
}

/// Where a symlink points.
///
/// # Errors
/// [`FsError`].
pub fn read_link(path: &Path) -> Result<PathBuf, FsError> {
    std::fs::read_link(path).map_err(|e| FsError::new("read the link", path, e))
}

/// The names in a folder, sorted by their bytes.
///
/// # Errors
/// [`FsError`].
pub fn read_dir(path: &Path) -> Result<Vec<PathBuf>, FsError> {
    let failed = |e| FsError::new("list", path, e);
    let mut found = std::fs::read_dir(path)
        .map_err(failed)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    found.sort();
    Ok(found)
}
