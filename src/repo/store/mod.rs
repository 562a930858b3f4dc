//! A place that keeps the files of a repository: a folder or an object store.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::fs::FsError;

mod folder;
pub(crate) mod probe;
mod s3;
pub(crate) mod target;

pub use folder::FolderStore;
pub use s3::{S3Options, S3Store};

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
    /// A file of this machine, sent as it is read, and the SHA-256 sum that it has to have.
    File(&'a Path, &'a str),
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
    /// A store somewhere else that gave no answer.
    #[error("`{place}`: the store cannot be reached: {words}")]
    Unreachable {
        /// The file, as `s3://BUCKET/PATH`.
        place: String,
        /// The words of the failure.
        words: String,
    },
    /// An answer of the store that is not the wanted one.
    #[error("`{place}`: the store says {words}")]
    Answer {
        /// The file, as `s3://BUCKET/PATH`.
        place: String,
        /// The status, the code and the sentence of the answer, as far as there are any.
        words: String,
    },
    /// A file that is not what was read before.
    #[error("`{}` has changed since it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file that is too large for one request.
    #[error("`{}` has {size} bytes: a store takes at most 5 GB at once", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: u64,
    },
    /// A store that writes what it should have refused.
    #[error(
        "`{place}`: the store ignores `{condition}`: of two jobs at the same time one would lose \
         its packages"
    )]
    Unconditional {
        /// The store.
        place: String,
        /// The header that it ignores.
        condition: &'static str,
    },
    /// A store without its key.
    #[error("the variable `{name}` is not set: expected the key of `{place}`")]
    NoKey {
        /// The variable.
        name: &'static str,
        /// The store.
        place: String,
    },
    /// An address that is none of an object store.
    #[error("`{endpoint}` is no endpoint: expected `https://HOST` or `http://HOST:PORT`")]
    Endpoint {
        /// The address.
        endpoint: String,
    },
    /// A file of certificates without any.
    #[error("`{}` has no certificates: expected PEM blocks `CERTIFICATE`", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
    },
    /// A symlink that stands for a folder, or for nothing.
    #[error("`{path}` is a symlink that leads to no file: nobody knows which files it stands for")]
    Link {
        /// The path.
        path: String,
    },
    /// A folder that has another name.
    #[error("`{path}` is a symlink to `{real}`: nothing is written through it")]
    Alias {
        /// The path of the symlink.
        path: String,
        /// The path of the folder.
        real: String,
    },
    /// A path that would be read or written outside of the folder.
    #[error("`{path}` leads out of the folder of the repository, by a symlink")]
    Outside {
        /// The path.
        path: String,
    },
}

/// Checks that a file of this machine has the sum that was read before.
fn check_unchanged(path: &Path, expected: &str, sum: &str) -> Result<(), StoreError> {
    if sum == expected {
        return Ok(());
    }
    let path = path.into();
    Err(StoreError::Changed { path })
}

impl StoreError {
    /// Returns a hint on what to do, where the error tells.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Lost { .. } => "run it again: it finds out how far it came",
            Self::Changed { .. } => "wait until the build that writes it is done, and run it again",
            Self::Folder(error) => return folder_hint(error),
            Self::Outside { .. } => "make the repository in the folder that the link leads to",
            Self::Link { .. } => {
                "put the folder itself there, by `mv` or `mount --bind`; remove a link that leads nowhere"
            }
            Self::Unreachable { words, .. } if words.contains("certificate") => {
                "name the certificates of your own authority with `SSL_CERT_FILE`"
            }
            Self::Unreachable { .. } => "check `--endpoint` and the network, then run it again",
            Self::Answer { words, .. } => return s3::hint(words),
            Self::Unconditional { .. } => {
                "take another store, or make sure that only one job writes and say so with \
                 `--single-writer`"
            }
            Self::Alias { real, .. } => {
                return Some(match real.strip_prefix("dists/") {
                    Some(suite) => format!("publish to the suite `{suite}` itself"),
                    None => {
                        format!("put the folder `{real}` itself there, by `mv` or `mount --bind`")
                    }
                });
            }
            Self::NoKey { .. } => "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
            _ => return None,
        };
        Some(text.into())
    }
}

fn folder_hint(error: &FsError) -> Option<String> {
    match error.source.kind() {
        io::ErrorKind::StorageFull => Some("free some space, and call it again: nothing was published".into()),
        io::ErrorKind::FileTooLarge => Some(
            "raise `ulimit -f`, or keep the repository on a file system that takes larger files: nothing was \
             published"
                .into(),
        ),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("check who may write to it, and call it again: nothing was published".into())
        }
        _ => error.hint(),
    }
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
        Ok(object.map(|object| sum_of(&object.bytes)))
    }

    /// Returns the words with which the store refuses a file to those without its key, or none
    /// where it does not, or where the store cannot know.
    fn refusal(&self, _path: &str) -> Option<String> {
        None
    }

    /// Returns the path of the folder at a path once symlinks are followed, or none where the store has no
    /// symlinks.
    fn real_path(&self, _path: &str) -> Option<String> {
        None
    }

    /// Checks that no symlink leads to the folder of a path, through which nothing would be written.
    ///
    /// # Errors
    ///
    /// Fails with [`StoreError::Alias`] or [`StoreError::Outside`] where one does.
    fn expect_in_place(&self, _path: &str) -> Result<(), StoreError> {
        Ok(())
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

    /// Returns the files that a look at what else lies in the repository finds, by path; those of the pool need
    /// not be among them, nor those that cannot be read.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be read.
    fn list_beside_pool(&self) -> Result<Vec<Listed>, StoreError> {
        self.list("")
    }

    /// Removes the file at a path; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// Fails where the store cannot be written.
    fn remove(&self, path: &str) -> Result<(), StoreError>;
}

/// Returns the SHA-256 of bytes in hexadecimal digits.
fn sum_of(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
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
