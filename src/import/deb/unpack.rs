//! The folder with the files of an imported package: made anew, and taken away again where it cannot be
//! made whole.

use std::fs::{self as disk, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::ROOT;
use super::listing::Listing;
use crate::deb::{ArchiveError, DataEntry, DataKind, Deb};
use crate::fs::{self, FsError};
use crate::import::ImportError;
use crate::tree::{Kind, PackagePath};

/// A package whose files are to be unpacked.
#[derive(Debug)]
pub(in crate::import) struct Unpacking {
    /// The folder, which must not exist.
    pub(in crate::import) path: PathBuf,
    /// Files of the control archive, by their paths in the folder.
    pub(super) files: Vec<(PathBuf, Vec<u8>)>,
    pub(super) listing: Listing,
    pub(super) deb: Deb,
}

impl Unpacking {
    /// Makes the folder, whole or not at all.
    ///
    /// # Errors
    /// [`ImportError::FolderExists`] where there is something in its place, and where it cannot be written.
    pub(in crate::import) fn write(&self) -> Result<(), ImportError> {
        disk::create_dir(&self.path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => ImportError::FolderExists(self.path.clone()),
            _ => FsError::new("make the folder", &self.path, error).into(),
        })?;
        self.fill().inspect_err(|_| self.remove())
    }

    /// Takes the folder away again. The error that led here is the one to tell.
    pub(in crate::import) fn remove(&self) {
        let _ = disk::remove_dir_all(&self.path);
    }

    fn fill(&self) -> Result<(), ImportError> {
        for (path, content) in &self.files {
            let path = self.path.join(path);
            if let Some(folder) = path.parent() {
                make_folders(folder)?;
            }
            fs::write_new(&path, content)?;
            fs::set_mode(&path, 0o644)?;
        }
        make_folders(&self.path.join(ROOT))?;
        for (path, entry) in self.listing.tree.iter() {
            let folder = match entry.kind {
                Kind::Directory => Some(path.clone()),
                _ => path.parent(),
            };
            if let Some(folder) = folder {
                make_folders(&self.place(&folder))?;
            }
        }
        self.deb
            .for_each_data_entry(|entry, content| match entry.kind {
                DataKind::Regular => self.write_file(entry, content),
                _ => Ok(()),
            })?;
        for (path, target) in &self.listing.hard_links {
            let (path, target) = (self.place(path), self.place(target));
            disk::hard_link(target, &path).map_err(|error| FsError::new("write", &path, error))?;
        }
        // At last: nothing that is written may go through them.
        for (path, entry) in self.listing.tree.iter() {
            if let Kind::Symlink { target } = &entry.kind {
                fs::symlink(&fs::path_from_bytes(target), &self.place(path))?;
            }
        }
        Ok(())
    }

    fn write_file(&self, entry: &DataEntry, mut content: &mut dyn Read) -> Result<(), ImportError> {
        let changed = || ArchiveError::NotAPackage {
            path: self.deb.path.clone(),
            reason: "it has changed while it was read".to_owned(),
        };
        let path = entry.path().map_err(|_| changed())?;
        if self.listing.tree.get(&path).is_none() {
            return Err(changed().into());
        }
        let path = self.place(&path);
        let unwritable = |error| FsError::new("write", &path, error);
        let mut file = File::create_new(&path).map_err(unwritable)?;
        // Before its content is there: it may be for few eyes.
        fs::set_mode(&path, mode_on_disk(entry.mode))?;
        let copied = io::copy(&mut content, &mut file).map_err(unwritable)?;
        if copied != entry.size {
            return Err(changed().into());
        }
        let seconds = Duration::from_secs(u64::try_from(entry.mtime).unwrap_or_default());
        if let Some(time) = UNIX_EPOCH.checked_add(seconds) {
            file.set_modified(time).map_err(unwritable)?;
        }
        Ok(())
    }

    /// Returns the place of a path of the package.
    fn place(&self, path: &PackagePath) -> PathBuf {
        let root = self.path.join(ROOT);
        root.join(fs::as_path(path.relative()))
    }
}

/// Returns the mode of a file on the build machine: nobody gets rights there by an import.
pub(super) fn mode_on_disk(mode: u32) -> u32 {
    let mode_of_owner = if mode & 0o111 == 0 { 0o600 } else { 0o700 };
    if mode & 0o004 == 0 {
        mode_of_owner
    } else {
        mode_of_owner | (mode_of_owner & 0o500) >> 3 | (mode_of_owner & 0o500) >> 6
    }
}

/// Makes a folder and those above it; none of them is a link, since none is made before the last folder.
fn make_folders(path: &Path) -> Result<(), FsError> {
    disk::create_dir_all(path).map_err(|error| FsError::new("make the folder", path, error))
}
