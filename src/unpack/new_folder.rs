//! A folder that is filled whole or not at all.

use std::fs as disk;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::UnpackError;
use crate::fs::{self, FsError};

/// A folder that is new or empty, and gets what is in it at once. Until then all lies in a folder in it
/// that nobody else may enter.
#[derive(Debug)]
pub(crate) struct NewFolder {
    path: PathBuf,
    /// True where the folder was not there.
    is_new: bool,
    /// `None` when all is done.
    inner: Option<TempDir>,
}

impl NewFolder {
    /// Makes the folder, unless it is there and empty.
    ///
    /// # Errors
    /// [`UnpackError::NotEmpty`], and [`UnpackError::Fs`] where it cannot be made or read.
    pub(crate) fn at(path: &Path) -> Result<Self, UnpackError> {
        let is_new = fs::create_dir(path)?;
        if !is_new && !fs::read_dir(path)?.is_empty() {
            return Err(UnpackError::NotEmpty(path.to_owned()));
        }
        let mut folder = Self {
            path: path.to_owned(),
            is_new,
            inner: None,
        };
        let inner = tempfile::Builder::new().prefix(".reldeb-").tempdir_in(path);
        let inner = inner.map_err(|error| FsError::new("write to", path, error))?;
        folder.inner = Some(inner);
        Ok(folder)
    }

    /// Returns the folder to fill.
    #[must_use]
    pub(crate) fn inner(&self) -> &Path {
        self.inner.as_ref().map_or(&self.path, TempDir::path)
    }

    /// Moves everything to its place.
    ///
    /// # Errors
    /// [`FsError`] where that is refused, or something is there by now.
    pub(crate) fn keep(mut self) -> Result<(), UnpackError> {
        let mut moved = Vec::new();
        for from in fs::read_dir(self.inner())? {
            let to = self.path.join(from.file_name().unwrap_or_default());
            let done = if to.symlink_metadata().is_ok() {
                Err(UnpackError::NotEmpty(self.path.clone()))
            } else {
                let refused = |error| FsError::new("write", &to, error).into();
                disk::rename(&from, &to).map_err(refused)
            };
            if let Err(error) = done {
                // Back, to be taken away: the error is the one to tell.
                for (from, to) in moved {
                    let _ = disk::rename(to, from);
                }
                return Err(error);
            }
            moved.push((from, to));
        }
        self.is_new = false;
        Ok(())
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        // The folder in it goes first. What cannot be taken away stays.
        drop(self.inner.take());
        if self.is_new {
            let _ = disk::remove_dir(&self.path);
        }
    }
}
