//! `DebWriter`: a package that appears at its path only when it is whole.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use ar::{Builder, Header};

use super::ar::MEMBER_LIMIT;
use super::control_archive::{ControlMember, control_archive};
use super::data::{DataSummary, write_counted};
use super::{ArchiveError, WriteOptions};
use crate::counter::Counter;
use crate::fs::FsError;
use crate::tree::Tree;

/// Sizes of a finished package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebSummary {
    /// The whole package, in bytes.
    pub size: u64,
    /// The compressed control archive, in bytes.
    pub control_size: u64,
    /// The compressed data archive, in bytes.
    pub data_size: u64,
}

/// Writes a package: first [`DebWriter::write_data`], because what it finds goes into the control
/// archive, then [`DebWriter::finish`].
///
/// Until the end everything lies in temporary files in the folder of the package. They vanish with
/// an error, and what was at the path before stays as it was.
#[derive(Debug)]
pub struct DebWriter {
    path: PathBuf,
    folder: PathBuf,
    options: WriteOptions,
    /// The data archive. Without a name, so that it vanishes even where the process is killed.
    spool: File,
    data_size: u64,
    packed_bytes: Counter,
}

/// The content of `debian-binary` (deb(5)).
const FORMAT: &[u8] = b"2.0\n";

impl DebWriter {
    /// Prepares to write a package to `path`, in a folder that exists.
    ///
    /// # Errors
    /// [`ArchiveError::Fs`] where the folder cannot be written to or the path is a folder.
    pub fn create(path: impl Into<PathBuf>, options: WriteOptions) -> Result<Self, ArchiveError> {
        let path = path.into();
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
            _ => PathBuf::from("."),
        };
        if path.is_dir() {
            let error = io::ErrorKind::IsADirectory.into();
            return Err(FsError::new("write", path, error).into());
        }
        let spool = tempfile::tempfile_in(&folder)
            .map_err(|e| FsError::new("write to the folder", &folder, bare(&e)))?;
        Ok(Self {
            path,
            folder,
            options,
            spool,
            data_size: 0,
            packed_bytes: Counter::default(),
        })
    }

    /// Counts the bytes of the data archive before compression.
    #[must_use]
    pub fn counted(self, packed_bytes: &Counter) -> Self {
        Self {
            packed_bytes: packed_bytes.clone(),
            ..self
        }
    }

    /// Returns the path that the package will have.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads, hashes and compresses the files of a tree.
    ///
    /// # Errors
    /// The errors of [`write_data`](super::write_data).
    pub fn write_data<'tree>(
        &mut self,
        tree: &'tree Tree,
    ) -> Result<DataSummary<'tree>, ArchiveError> {
        self.spool
            .set_len(0)
            .and_then(|()| self.spool.rewind())
            .map_err(|e| self.failed(e))?;
        let mut output = Bounded {
            output: &self.spool,
            left: MEMBER_LIMIT,
            crossed: false,
        };
        let written = write_counted(tree, &self.options, &mut output, &self.packed_bytes);
        let (left, crossed) = (output.left, output.crossed);
        self.data_size = MEMBER_LIMIT - left;
        written.map_err(|error| match error {
            ArchiveError::Write(_) if crossed => {
                let member = format!("data.tar{}", self.options.compression.member_suffix());
                ArchiveError::MemberGrowsTooLarge { member }
            }
            ArchiveError::Write(source) => self.failed(source),
            other => other,
        })
    }

    /// Puts the package together and gives it its name.
    ///
    /// # Errors
    /// [`ArchiveError::MemberTooLarge`], or [`ArchiveError::Fs`] where the package cannot be written,
    /// synchronised with the disk or renamed.
    pub fn finish(self, control: &[ControlMember<'_>]) -> Result<DebSummary, ArchiveError> {
        let control = control_archive(control, &self.options)?;
        let control_size = control.len() as u64;
        let suffix = self.options.compression.member_suffix();
        if control_size > MEMBER_LIMIT {
            let (member, size) = (format!("control.tar{suffix}"), control_size);
            return Err(ArchiveError::MemberTooLarge { member, size });
        }
        let package = tempfile::Builder::new()
            .prefix(".reldeb-")
            .suffix(".deb.tmp")
            .tempfile_in(&self.folder)
            .map_err(|e| FsError::new("write to the folder", &self.folder, bare(&e)))?;
        let size = self
            .assemble(package.as_file(), &control)
            .map_err(|e| self.failed(e))?;
        package
            .persist(&self.path)
            .map_err(|e| self.failed(e.error))?;
        Ok(DebSummary {
            size,
            control_size,
            data_size: self.data_size,
        })
    }

    /// Writes the members, and returns the size of the package. The standard library copies the data
    /// archive inside the kernel, where it knows that both are files.
    fn assemble(&self, mut package: &File, control: &[u8]) -> io::Result<u64> {
        let suffix = self.options.compression.member_suffix();
        let header = |name: &str, size| {
            let mut header = Header::new(name.into(), size);
            header.set_mode(0o100_644);
            header.set_mtime(self.options.mtime);
            header
        };
        (&self.spool).rewind()?;
        let mut archive = Builder::new(package);
        archive.append(&header("debian-binary", FORMAT.len() as u64), FORMAT)?;
        let name = format!("control.tar{suffix}");
        archive.append(&header(&name, control.len() as u64), control)?;
        let name = format!("data.tar{suffix}");
        archive.append(&header(&name, self.data_size), &self.spool)?;
        readable_by_all(package)?;
        package.sync_all()?;
        package.stream_position()
    }

    fn failed(&self, error: io::Error) -> ArchiveError {
        FsError::new("write", &self.path, error).into()
    }
}

/// Takes so many bytes and no more: hours of work for a package that cannot be must end early.
struct Bounded<W> {
    output: W,
    left: u64,
    /// True where more came. File systems have limits of their own, with the same kind of error.
    crossed: bool,
}

impl<W: Write> Write for Bounded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.left {
            self.crossed = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.output.write(bytes)?;
        self.left -= count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// tempfile puts the path into its errors, which name it already.
fn bare(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}

/// Temporary files are their owner's alone; packages are for everyone, whatever the umask.
#[cfg(unix)]
fn readable_by_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_ends_at_its_limit() {
        let mut member = Bounded {
            output: Vec::new(),
            left: 4,
            crossed: false,
        };
        assert_eq!(member.write(b"abc").unwrap(), 3);
        assert_eq!(member.write(b"d").unwrap(), 1);
        assert!(!member.crossed);
        member.write(b"e").unwrap_err();
        assert!(member.crossed);
        assert_eq!(member.output, b"abcd");
    }
}
