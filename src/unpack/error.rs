//! The reasons why a package is not unpacked.

use std::path::PathBuf;

use crate::deb::ArchiveError;
use crate::fs::FsError;

/// The reason why a package is not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// An entry of a package that cannot be unpacked without harm, or not at all.
    #[error("`{}` is not unpacked: `{entry}` {fact}", path.display())]
    Entry {
        /// The package.
        path: PathBuf,
        /// The entry, as the package names it.
        entry: String,
        /// The fact.
        fact: String,
    },
    /// A folder with something in it, of which nothing is to be lost.
    #[error("`{}` is not empty, expected a new or empty folder", .0.display())]
    NotEmpty(PathBuf),
    /// The package cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The operating system refused.
    #[error(transparent)]
    Fs(#[from] FsError),
}

impl UnpackError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Entry { .. } => None,
            Self::NotEmpty(_) => Some("name another folder".into()),
            Self::Archive(error) => error.hint(),
            // A folder is named here without that option.
            Self::Fs(error) => error.hint().map(|hint| hint.replace(" with `-o`", "")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_has_no_hint_at_an_option_that_is_not_there() {
        let full = std::io::ErrorKind::StorageFull.into();
        let error = UnpackError::from(FsError::new("write", "x", full));
        assert_eq!(
            error.hint().as_deref(),
            Some("free some space, or write to another folder")
        );
    }
}
