//! The files of a package on the build machine: never outside their folder, never through a link, and no
//! devices.

mod error;
mod listing;
mod new_folder;
mod sparse;

use std::fs::{self as disk, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

pub(crate) use error::UnpackError;
pub(crate) use listing::Listing;
pub(crate) use new_folder::NewFolder;

use crate::deb::{ArchiveError, DataEntry, DataKind, Deb};
use crate::fs::{self, FsError};
use crate::tree::{Kind, PackagePath};

/// The folder of the control archive's files, as dpkg-deb(1) names it.
const CONTROL: &str = "DEBIAN";

/// The permission bits that unpacked files get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modes {
    /// Those of a file to work on: nobody gets rights on the build machine by an import.
    OfAuthor,
    /// Those in the package, without setuid, setgid and the sticky bit.
    Plain,
    /// Those in the package.
    All,
}

/// A package that is being unpacked below a folder that nobody else writes.
#[derive(Debug)]
pub(crate) struct Unpacking<'a> {
    deb: &'a Deb,
    listing: &'a Listing,
    root: PathBuf,
    modes: Modes,
}

impl<'a> Unpacking<'a> {
    /// Makes all directories below `root`.
    ///
    /// # Errors
    /// [`FsError`] where one cannot be made.
    pub(crate) fn begin(
        deb: &'a Deb,
        listing: &'a Listing,
        root: PathBuf,
        modes: Modes,
    ) -> Result<Self, FsError> {
        let unpacking = Self {
            deb,
            listing,
            root,
            modes,
        };
        make_folders(&unpacking.root)?;
        for (path, entry) in listing.tree.iter() {
            let folder = match entry.kind {
                Kind::Directory => Some(path.clone()),
                _ => path.parent(),
            };
            if let Some(folder) = folder {
                make_folders(&place(&unpacking.root, &folder))?;
            }
        }
        Ok(unpacking)
    }

    /// Writes the files of the control archive to the folder `DEBIAN`.
    ///
    /// # Errors
    /// [`UnpackError`] where there is one already, where one cannot be read or written.
    pub(crate) fn write_control(&self) -> Result<(), UnpackError> {
        let folder = self.root.join(CONTROL);
        // A link is made last, and is not there yet.
        let named = PackagePath::new(format!("/{CONTROL}"));
        let is_named = named.is_ok_and(|path| self.listing.tree.get(&path).is_some());
        if is_named || folder.symlink_metadata().is_ok() {
            return Err(UnpackError::Entry {
                path: self.deb.path.clone(),
                entry: format!("/{CONTROL}"),
                fact: "stands where the files of the control archive go".to_owned(),
            });
        }
        make_folders(&folder)?;
        for (name, file) in &self.deb.control {
            let path = folder.join(name);
            if let Some(folder) = path.parent() {
                make_folders(folder)?;
            }
            let mut content = self.deb.control_content(name)?.unwrap_or(Box::new(&[][..]));
            let damaged = |error| self.deb.damaged_control(&error).into();
            self.write(&path, file.mode, &mut content, damaged)?;
        }
        Ok(())
    }

    /// Writes the file of an entry; anything else is made at another time.
    ///
    /// # Errors
    /// [`UnpackError`] where it cannot be read or written, or was not there when the package was listed.
    pub(crate) fn write_entry(
        &self,
        entry: &DataEntry,
        content: &mut dyn Read,
    ) -> Result<(), UnpackError> {
        if entry.kind != DataKind::Regular {
            return Ok(());
        }
        let path = entry.path().map_err(|_| self.has_changed())?;
        if self.listing.tree.get(&path).is_none() {
            return Err(self.has_changed().into());
        }
        let path = place(&self.root, &path);
        let damaged = |error| self.deb.damaged_data(&error).into();
        let (file, copied) = self.write(&path, entry.mode, content, damaged)?;
        if copied != entry.size {
            return Err(self.has_changed().into());
        }
        let seconds = Duration::from_secs(u64::try_from(entry.mtime).unwrap_or_default());
        if let Some(time) = UNIX_EPOCH.checked_add(seconds) {
            let unwritable = |error| FsError::new("write", &path, error);
            file.set_modified(time).map_err(unwritable)?;
        }
        Ok(())
    }

    /// Makes the links. They come last: nothing that is written may go through them.
    ///
    /// # Errors
    /// [`FsError`] where one cannot be made.
    pub(crate) fn link(&self) -> Result<(), FsError> {
        for (path, target) in &self.listing.hard_links {
            let (path, target) = (place(&self.root, path), place(&self.root, target));
            disk::hard_link(target, &path).map_err(|error| FsError::new("write", &path, error))?;
        }
        for (path, entry) in self.listing.tree.iter() {
            if let Kind::Symlink { target } = &entry.kind {
                fs::symlink(&fs::path_from_bytes(target), &place(&self.root, path))?;
            }
        }
        Ok(())
    }

    fn write(
        &self,
        path: &Path,
        mode: u32,
        content: &mut dyn Read,
        damaged: impl Fn(std::io::Error) -> UnpackError,
    ) -> Result<(File, u64), UnpackError> {
        let unwritable = |error| FsError::new("write", path, error);
        let mut file = File::create_new(path).map_err(unwritable)?;
        // Before its content is there: it may be for few eyes.
        fs::set_mode(path, 0o600)?;
        let copied = match sparse::copy(content, &mut file) {
            Ok(copied) => copied,
            Err(sparse::Stopped::Read(error)) => return Err(damaged(error)),
            Err(sparse::Stopped::Write(error)) => return Err(unwritable(error).into()),
        };
        fs::set_mode(path, self.modes.on_disk(mode))?;
        Ok((file, copied))
    }

    fn has_changed(&self) -> ArchiveError {
        ArchiveError::NotAPackage {
            path: self.deb.path.clone(),
            reason: "it has changed while it was read".to_owned(),
        }
    }
}

impl Listing {
    /// Gives the directories below `root` their modes, the innermost first: one may be closed to its owner.
    ///
    /// # Errors
    /// [`FsError`] where that is refused.
    pub(crate) fn set_directory_modes(&self, root: &Path, modes: Modes) -> Result<(), FsError> {
        let mut directories: Vec<_> = self
            .tree
            .iter()
            .filter(|(path, entry)| entry.kind == Kind::Directory && **path != PackagePath::root())
            .collect();
        directories.reverse();
        for (path, entry) in directories {
            fs::set_mode(&place(root, path), modes.on_disk(entry.mode))?;
        }
        Ok(())
    }
}

impl Modes {
    fn on_disk(self, mode: u32) -> u32 {
        match self {
            Self::OfAuthor => mode_of_author(mode),
            Self::Plain => mode & 0o777,
            Self::All => mode & 0o7777,
        }
    }
}

/// Returns the mode of a file to work on.
pub(crate) fn mode_of_author(mode: u32) -> u32 {
    let mode_of_owner = if mode & 0o111 == 0 { 0o600 } else { 0o700 };
    if mode & 0o004 == 0 {
        mode_of_owner
    } else {
        mode_of_owner | (mode_of_owner & 0o500) >> 3 | (mode_of_owner & 0o500) >> 6
    }
}

/// Returns the place of a path of the package.
fn place(root: &Path, path: &PackagePath) -> PathBuf {
    root.join(fs::as_path(path.relative()))
}

/// Makes a folder and those above it; none of them is a link, since none is made before the last folder.
pub(crate) fn make_folders(path: &Path) -> Result<(), FsError> {
    disk::create_dir_all(path).map_err(|error| FsError::new("make the folder", path, error))
}
