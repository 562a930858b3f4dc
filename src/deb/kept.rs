//! `KeptNames`: the names of a package that are kept in memory while it is looked at.

use super::{ArchiveError, DataEntry, Deb};

/// The most paths that are kept: many more than any package of Debian has.
const MOST_PATHS: usize = 500_000;
/// The most bytes that they and the targets of links have together.
const MOST_BYTES: usize = 16 << 20;

/// A count of what is kept, so that no package takes all memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptNames {
    paths: usize,
    bytes: usize,
}

impl KeptNames {
    /// Counts the name of an entry and what it leads to.
    ///
    /// # Errors
    /// [`ArchiveError::TooManyPaths`] and [`ArchiveError::NamesTooLong`].
    pub(crate) fn entry(&mut self, deb: &Deb, entry: &DataEntry) -> Result<(), ArchiveError> {
        self.paths += 1;
        if self.paths > MOST_PATHS {
            let path = deb.path.clone();
            return Err(ArchiveError::TooManyPaths {
                path,
                most: MOST_PATHS,
            });
        }
        self.name(deb, &entry.name)?;
        self.name(deb, &entry.target)
    }

    /// Counts a name.
    ///
    /// # Errors
    /// [`ArchiveError::NamesTooLong`].
    pub(crate) fn name(&mut self, deb: &Deb, name: &[u8]) -> Result<(), ArchiveError> {
        self.bytes += name.len();
        if self.bytes > MOST_BYTES {
            let path = deb.path.clone();
            return Err(ArchiveError::NamesTooLong { path });
        }
        Ok(())
    }
}
