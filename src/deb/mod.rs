//! Bytes only: tar, compression and ar, in both directions.
//!
//! Writing: [`DebWriter`] takes a [`Tree`](crate::tree::Tree) and the members of the control archive.
//! Reading: [`Deb`] opens any package that dpkg of Debian 11 or later would.

mod ar;
mod bcj;
mod beam;
mod checksum_stage;
mod codec;
mod compression;
mod control_archive;
mod data;
mod elf_part;
mod entries;
mod hash;
mod kept;
mod member;
mod memory_limits;
mod place;
mod reader;
mod section;
mod tar;
mod threads;
mod writer;

use std::num::NonZero;
use std::path::PathBuf;

pub(crate) use ar::Member;
pub(crate) use beam::MODULE_LIMIT;
pub use beam::packed_sizes;
pub(crate) use codec::Method;
pub use codec::gzip;
pub use compression::Compression;
pub(crate) use compression::CompressionError;
pub(crate) use control_archive::control_archive;
pub use control_archive::{ControlContent, ControlMember};
pub(crate) use data::archive_size;
pub use data::{DataSummary, write_data};
pub(crate) use entries::DataEntry;
pub use entries::DataKind;
pub(crate) use hash::LongSum;
pub(crate) use hash::Md5;
pub(crate) use kept::KeptNames;
pub use memory_limits::Memory;
pub(crate) use reader::ControlArchiveFile;
pub use reader::Deb;
pub use writer::{DebSummary, DebWriter};

use crate::fs::{self, FsError};
use crate::tree::PackagePath;

/// The settings with which archives are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOptions {
    /// The time of everything in the package, in seconds since 1970.
    pub mtime: u64,
    /// The compression of the control archive and of the data archive.
    pub compression: Compression,
    /// The most threads that compress; `None`: one for each core that this process may use. The
    /// bytes do not depend on it.
    pub threads: Option<NonZero<usize>>,
    /// The memory that the threads have to fit into; fewer do where they would not.
    pub memory: Memory,
}

/// A package that could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file of the build machine could not be opened, read, written or renamed.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// A file did not have the size that it had when the tree was made.
    #[error("file `{}` changed while it was packed: {change}", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// The difference between what was found and what was expected.
        change: String,
    },
    /// The header has 32 bytes for the name of an owner or group.
    #[error("`{path}` belongs to `{name}`, expected a name of at most 32 bytes")]
    OwnerTooLong {
        /// The path in the package.
        path: PackagePath,
        /// The name of the owner or the group.
        name: String,
    },
    /// The field for the size of a member has ten digits (deb(5)).
    #[error(
        "archive member `{member}` has {size} bytes, expected at most 9999999999, the limit of the \
         package format"
    )]
    MemberTooLarge {
        /// The member, for example `data.tar.xz`.
        member: String,
        /// The size that it has, or would have.
        size: u64,
    },
    /// The member is not complete and already too large, see [`ArchiveError::MemberTooLarge`].
    #[error(
        "archive member `{member}` grows beyond 9999999999 bytes, the limit of the package format"
    )]
    MemberGrowsTooLarge {
        /// The member, for example `data.tar.xz`.
        member: String,
    },
    /// The archive could not be compressed or written.
    #[error("cannot write the archive: {0}")]
    Write(std::io::Error),
    /// The system gives no thread to a process that needs three at least.
    #[error("cannot start a thread: {}", fs::reason(.0))]
    Thread(std::io::Error),
    /// Compression could not start.
    #[error("cannot compress with `{compression}`: {reason}")]
    Compress {
        /// The compression that was asked for.
        compression: Compression,
        /// The answer of the library.
        reason: String,
    },
    /// A single thread would take more memory than the process may.
    #[error(
        "compression `{compression}` takes about {} MB of memory for this package, expected at most \
         {} MB, the limit of this process",
        threads::megabytes(*needed), threads::megabytes(*limit)
    )]
    Memory {
        /// The compression that was asked for.
        compression: Compression,
        /// The memory that it would take, in bytes: the least that was measured.
        needed: u64,
        /// The memory that the process may take, in bytes.
        limit: u64,
        /// The strongest lower level of the same method that would fit.
        fitting: Option<Compression>,
    },
    /// The file is a package in the format of before 1995 (deb-old(5)).
    #[error("`{}` has the package format of before 1995, expected that which begins with `!<arch>`", path.display())]
    Old {
        /// The file.
        path: PathBuf,
    },
    /// The package has more paths than are kept in memory.
    #[error("`{}` has more than {most} paths, expected at most that", path.display())]
    TooManyPaths {
        /// The package.
        path: PathBuf,
        /// The most paths.
        most: usize,
    },
    /// The names in the package are longer than what is kept in memory.
    #[error(
        "the names of the paths of `{}` and of what they lead to have more than 16 MiB together, expected at most \
         that", path.display()
    )]
    NamesTooLong {
        /// The package.
        path: PathBuf,
    },
    /// The file is no package, or a damaged one.
    #[error("`{}` is not a Debian package: {reason}", path.display())]
    NotAPackage {
        /// The file.
        path: PathBuf,
        /// The fault.
        reason: String,
    },
    /// A member of the package is damaged.
    #[error("`{}` is damaged: member `{member}`{}: {reason}", path.display(), place(*at))]
    Damaged {
        /// The package.
        path: PathBuf,
        /// The member.
        member: String,
        /// The number of bytes of the unpacked member before the fault, where it is known.
        at: Option<u64>,
        /// The fault.
        reason: String,
    },
}

fn place(at: Option<u64>) -> String {
    at.map_or_else(String::new, |at| format!(", unpacked byte {at}"))
}

impl ArchiveError {
    /// Returns the error of the file or of the compressor: liblzma and libzstd start their threads and
    /// take their memory at the first bytes, and what they say has no code of the operating system.
    fn output(error: std::io::Error, compression: Compression) -> Self {
        if error.raw_os_error().is_none() && error.kind() == std::io::ErrorKind::Other {
            let reason = error.to_string();
            return Self::Compress {
                compression,
                reason,
            };
        }
        Self::Write(error)
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fs(error) => error.hint(),
            Self::Changed { .. } => {
                Some("build the package when nothing writes to the release any more".into())
            }
            Self::MemberTooLarge { .. } | Self::MemberGrowsTooLarge { .. } => {
                Some("compress more strongly, exclude files, or split the package in two".into())
            }
            Self::Thread(_) => Some(
                "raise the limit of processes: `ulimit -u`, or that of the container or control \
                 group"
                    .into(),
            ),
            Self::Compress { .. } => Some(
                "use fewer threads or a lower level, or raise the limits of processes and memory"
                    .into(),
            ),
            Self::Memory { fitting, .. } => Some(match fitting {
                Some(weaker) => format!(
                    "compress with `{weaker}`, which fits, or raise the memory limit of the container \
                     or control group"
                ),
                None => {
                    "compress with `gzip:6`, which takes the least, or raise the memory limit of \
                         the container or control group"
                        .into()
                }
            }),
            Self::Old { path } => Some(format!(
                "`dpkg-deb --raw-extract {} DIRECTORY` and `dpkg-deb --build DIRECTORY` make one of today",
                path.display()
            )),
            Self::NotAPackage { .. } | Self::Damaged { .. } => {
                Some("copy or download the package again".into())
            }
            Self::TooManyPaths { .. }
            | Self::NamesTooLong { .. }
            | Self::OwnerTooLong { .. }
            | Self::Write(_) => None,
        }
    }
}
