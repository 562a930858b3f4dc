//! `DebWriter`: a package that appears at its path only when it is whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::ar;
use super::control::{self, ControlMember, control_archive};
use super::data::{DataSummary, write_data};
use super::disk::{self, Disk, Eager};
use super::{ArchiveError, WriteOptions};
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
    /// Whether the data archive lies where it was first written, which takes half of the writing.
    pub in_place: bool,
}

/// Writes a package: first [`DebWriter::write_data`], because what it finds goes into the control
/// archive, then [`DebWriter::finish`].
///
/// The control archive stands first in a package. Where [`DebWriter::keep_place`] was told what it will
/// be like, the data archive is written behind its place and never moved.
///
/// Until the end everything lies in temporary files in the folder of the package. They vanish with
/// an error, and what was at the path before stays as it was.
#[derive(Debug)]
pub struct DebWriter {
    path: PathBuf,
    folder: PathBuf,
    options: WriteOptions,
    /// Without a name, so that nothing is left behind even where the process is killed.
    file: File,
    /// How many bytes are kept for the control archive.
    place: Option<usize>,
    /// Where the data archive begins in the file.
    start: u64,
    data_size: u64,
    disk: Option<Disk>,
}

/// What stands before the data archive beside the control archive: `debian-binary` and the headers.
const BESIDE_CONTROL: u64 = (ar::MAGIC.len() + 3 * ar::HEADER_SIZE + FORMAT.len()) as u64;

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
        let file = tempfile::tempfile_in(&folder)
            .map_err(|e| FsError::new("write to the folder", &folder, bare(&e)))?;
        Ok(Self {
            path,
            folder,
            options,
            file,
            place: None,
            start: 0,
            data_size: 0,
            disk: None,
        })
    }

    /// Where the package will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps place for a control archive of about these members, as far as they can be told before
    /// the data archive is written (see [`DataSummary::expected`]). Where the archive turns out
    /// larger or far smaller, and always with xz, whose size cannot be foretold, the data is copied
    /// behind it. To be called before [`DebWriter::write_data`]; later it changes nothing.
    ///
    /// # Errors
    /// [`ArchiveError::Compress`], or [`ArchiveError::Fs`] where the file cannot be opened twice.
    pub fn keep_place(&mut self, expected: &[ControlMember<'_>]) -> Result<(), ArchiveError> {
        self.place = control::place(expected, &self.options)?;
        if self.place.is_some() {
            self.disk = Some(Disk::new(&self.file).map_err(|e| self.failed(e))?);
        }
        Ok(())
    }

    /// Reads, hashes and compresses the files of a tree.
    ///
    /// # Errors
    /// As [`write_data`].
    pub fn write_data<'tree>(
        &mut self,
        tree: &'tree Tree,
    ) -> Result<DataSummary<'tree>, ArchiveError> {
        self.start = self.place.map_or(0, |place| BESIDE_CONTROL + place as u64);
        self.file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(self.start)))
            .map_err(|e| self.failed(e))?;
        let mut output = Bounded {
            output: Eager {
                file: &self.file,
                disk: self.disk.as_mut(),
            },
            left: ar::MEMBER_LIMIT,
            crossed: false,
        };
        let written = write_data(tree, &self.options, &mut output);
        let (left, crossed) = (output.left, output.crossed);
        self.data_size = ar::MEMBER_LIMIT - left;
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
    pub fn finish(mut self, control: &[ControlMember<'_>]) -> Result<DebSummary, ArchiveError> {
        let mut control = control_archive(control, &self.options)?;
        if let Some(place) = self.place {
            control = control::fill(control, place, &self.options);
        }
        let (control_size, data_size) = (control.len() as u64, self.data_size);
        let control_suffix = control::compression(&self.options).member_suffix();
        let control_name = format!("control.tar{control_suffix}");
        let data_name = format!("data.tar{}", self.options.compression.member_suffix());
        if control_size > ar::MEMBER_LIMIT {
            let (member, size) = (control_name, control_size);
            return Err(ArchiveError::MemberTooLarge { member, size });
        }
        let mut head = ar::MAGIC.to_vec();
        let mtime = self.options.mtime;
        ar::append_member(&mut head, "debian-binary", mtime, FORMAT);
        ar::append_member(&mut head, &control_name, mtime, &control);
        ar::append_header(&mut head, &data_name, mtime, data_size);
        let disk = self.disk.take().map_or(Ok(()), Disk::finish);
        disk.map_err(|e| self.failed(e))?;
        let named = self.named_in_place(&head)?;
        let in_place = named.is_some();
        let package = match named {
            Some(package) => package,
            None => self.copied(&head)?,
        };
        package
            .persist(&self.path)
            .map_err(|e| self.failed(e.error))?;
        Ok(DebSummary {
            size: head.len() as u64 + data_size + data_size % 2,
            control_size,
            data_size,
            in_place,
        })
    }

    /// Writes what comes before the data archive to its place, and gives the file a name; `None` where
    /// it does not fit there, or where the file system gives no names afterwards.
    fn named_in_place(&self, head: &[u8]) -> Result<Option<NamedTempFile<()>>, ArchiveError> {
        if head.len() as u64 != self.start {
            return Ok(None);
        }
        let mut file = &self.file;
        file.seek(SeekFrom::End(0))
            .and_then(|_| file.write_all(self.data_padding()))
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(head))
            .and_then(|()| readable_by_all(file))
            .and_then(|()| file.sync_all())
            .map_err(|e| self.failed(e))?;
        let named = Self::temporary().make_in(&self.folder, |path| name(file, path));
        Ok(named.ok())
    }

    /// Copies the data archive behind what comes before it, into a file with a name.
    fn copied(&self, head: &[u8]) -> Result<NamedTempFile<()>, ArchiveError> {
        let mut package = Self::temporary()
            .tempfile_in(&self.folder)
            .map_err(|e| FsError::new("write to the folder", &self.folder, bare(&e)))?;
        let output = package.as_file_mut();
        output
            .write_all(head)
            .and_then(|()| self.copy_data(output))
            .and_then(|()| output.write_all(self.data_padding()))
            .and_then(|()| readable_by_all(output))
            .and_then(|()| output.sync_all())
            .map_err(|e| self.failed(e))?;
        Ok(NamedTempFile::from_parts((), package.into_temp_path()))
    }

    /// The standard library copies inside the kernel, where it knows that both are files.
    fn copy_data(&self, output: &mut File) -> io::Result<()> {
        let mut data = &self.file;
        data.seek(SeekFrom::Start(self.start))?;
        let mut disk = Disk::new(output)?;
        let mut left = self.data_size;
        while left > 0 {
            let count = io::copy(&mut data.take(left.min(disk::PART)), output)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            disk.written(count);
            left -= count;
        }
        disk.finish()
    }

    /// What keeps the length of an archive even.
    fn data_padding(&self) -> &'static [u8] {
        &b"\n"[..usize::from(self.data_size % 2 == 1)]
    }

    fn temporary() -> tempfile::Builder<'static, 'static> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".reldeb-").suffix(".deb.tmp");
        builder
    }

    fn failed(&self, error: io::Error) -> ArchiveError {
        FsError::new("write", &self.path, error).into()
    }
}

/// Gives a file without a name one, as open(2) tells for `O_TMPFILE`.
#[cfg(unix)]
fn name(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, linkat};

    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(unix))]
fn name(_file: &File, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Takes so many bytes and no more: hours of work for a package that cannot be must end early.
struct Bounded<W> {
    output: W,
    left: u64,
    /// Whether more came. File systems have limits of their own, with the same kind of error.
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
