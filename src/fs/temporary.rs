//! `TemporaryFolder`: a folder that is gone in the end, also where a signal ends the process.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

/// The temporary folders of the process.
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A folder that is removed when the value is dropped, or by [`remove_temporary_folders`].
#[derive(Debug)]
pub(crate) struct TemporaryFolder {
    folder: Option<TempDir>,
    path: PathBuf,
}

impl TemporaryFolder {
    /// Makes a folder `reldeb-…` where temporary files lie.
    ///
    /// # Errors
    /// [`io::Error`] where it cannot be made.
    pub(crate) fn new() -> io::Result<Self> {
        let mut folders = folders();
        let folder = TempDir::with_prefix("reldeb-")?;
        let path = folder.path().to_owned();
        folders.push(path.clone());
        let folder = Some(folder);
        Ok(Self { folder, path })
    }

    /// Returns the path of the folder.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let mut folders = folders();
        folders.retain(|it| *it != self.path);
        drop(self.folder.take());
    }
}

fn folders() -> MutexGuard<'static, Vec<PathBuf>> {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary folders of the process, which is about to end: from now on whoever drops or makes one
/// waits for that end, and says nothing of what it misses.
pub(crate) fn remove_temporary_folders() {
    let folders = folders();
    for folder in folders.iter() {
        // Another thread may be writing into it, until it finds that the folder is gone.
        for _ in 0..100 {
            match std::fs::remove_dir_all(folder) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                _ => break,
            }
        }
    }
    std::mem::forget(folders);
}
