//! The folder with the files of an imported package: made anew, and taken away again where it cannot be
//! made whole.

use std::fs as disk;
use std::io;
use std::path::PathBuf;

use super::ROOT;
use crate::deb::Deb;
use crate::fs::{self, FsError};
use crate::import::ImportError;
use crate::unpack::{self, Listing, Modes};

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
                unpack::make_folders(folder)?;
            }
            fs::write_new(&path, content)?;
            fs::set_mode(&path, 0o644)?;
        }
        let root = self.path.join(ROOT);
        let unpacking = unpack::Unpacking::begin(&self.deb, &self.listing, root, Modes::OfAuthor)?;
        let write = |entry: &_, content: &mut dyn io::Read| unpacking.write_entry(entry, content);
        self.deb.for_each_data_entry(write)?;
        Ok(unpacking.link()?)
    }
}
