//! A place that keeps the files of a repository: a folder or an object store.

use std::path::Path;
use std::time::SystemTime;

use thiserror::Error;

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
    #[error("`{path}`: {source}")]
    Folder {
        /// The path.
        path: String,
        /// The cause.
        source: std::io::Error,
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
