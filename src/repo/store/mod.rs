//! A place that keeps the files of a repository: a folder or an object store.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::fs::FsError;

mod folder;

pub use folder::FolderStore;

/// The mark of one state of a file, as the store gives it: an `ETag`, or a folder's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(pub String);

/// A file as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The mark of this state.
    pub token: Token,
    /// The time of its last change, where the store tells it.
    pub modified: Option<SystemTime>,
}

/// A file in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path below the top of the repository, without a leading slash.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// The time of its last change.
    pub modified: Option<SystemTime>,
}

/// The bytes of a file to be.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// Bytes in memory.
    Bytes(&'a [u8]),
    /// A file of this machine, sent as it is read.
    File(&'a Path),
}

/// The state of a path that writing to it expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Any: what is there is replaced.
    Any,
    /// No file.
    Absent,
    /// The file in the state of this mark.
    State(Token),
}

/// The time for which clients and caches may keep a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// They ask each time: the file of this name changes.
    Ask,
    /// For ever: the file of this name never changes.
    Forever,
}

/// The outcome of writing a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is there, in the state of this mark.
    Done(Token),
    /// The path was not in the expected state, and nothing was written.
    Unexpected,
}

/// Why a store cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The answer to a change did not come: it may have happened or not.
    #[error("`{path}`: the answer of the store got lost: {words}")]
    Lost {
        /// The path that was changed.
        path: String,
        /// The words of the failure.
        words: String,
    },
    /// A file or folder of this machine cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FsError),
    /// A path that no file of a repository can have.
    #[error(
        "`{path}` is no path of a repository: expected names with `/` between them, none of them \
         empty, `.` or `..`"
    )]
    Path {
        /// The path.
        path: String,
    },
    /// A path that would be read or written outside of the folder.
    #[error("`{path}` leads out of the folder of the repository, by a symlink")]
    Outside {
        /// The path.
        path: String,
    },
}

/// A place that keeps files by their paths. Paths have no leading slash and no `..`.
pub trait Store: Send + Sync {
    /// Returns the file at a path, or none where there is none.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be read.
    fn get(&self, path: &str) -> Result<Option<Object>, StoreError>;

    /// Returns size and time of the file at a path, or none where there is none.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be read.
    fn facts(&self, path: &str) -> Result<Option<Listed>, StoreError>;

    /// Returns the SHA-256 of the file at a path in hexadecimal digits, or none where there is
    /// none.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be read.
    fn sum(&self, path: &str) -> Result<Option<String>, StoreError> {
        let object = self.get(path)?;
        Ok(object.map(|object| hexadecimal(&Sha256::digest(&object.bytes))))
    }

    /// Writes a file, whole or not at all, where its path is in the expected state.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be written; with [`StoreError::Lost`] where nobody can tell
    /// whether it was.
    fn put(
        &self,
        path: &str,
        source: Source,
        expected: &Expected,
        caching: Caching,
    ) -> Result<Written, StoreError>;

    /// Returns the files whose paths begin with a prefix, by path.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be read.
    fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError>;

    /// Removes the file at a path; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be written.
    fn remove(&self, path: &str) -> Result<(), StoreError>;
}

/// Returns bytes as hexadecimal digits.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads a file to its end, piece by piece.
fn read_pieces(
    file: &mut File,
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), FsError>,
) -> Result<(), FsError> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => take(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(FsError::new("read", path, error)),
        }
    }
}

/// Checks that a path is one of a repository: below its top, the same in every store.
fn check_path(path: &str) -> Result<(), StoreError> {
    let is_name = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\0', '\\']);
    if path.split('/').all(is_name) {
        Ok(())
    } else {
        Err(StoreError::Path { path: path.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_below_the_top() {
        for path in ["InRelease", "pool/main/d/a_1+b~c.deb", "a/.b", "..a/b.."] {
            check_path(path).unwrap();
        }
        for path in ["", "/a", "a/", "a//b", ".", "a/../b", "./a", "a/.", "a\0b"] {
            assert_eq!(
                check_path(path).unwrap_err().to_string(),
                format!(
                    "`{path}` is no path of a repository: expected names with `/` between them, \
                     none of them empty, `.` or `..`"
                )
            );
        }
    }
}
