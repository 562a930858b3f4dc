//! `DebWriter`: a package that appears at its path only when it is whole.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;

use tar::EntryType;

use super::ar::{self, write_member};
use super::data::{DataSummary, write_data};
use super::encoder::{Encoder, Input};
use super::tar::{self as format, Item};
use super::{ArchiveError, WriteOptions};
use crate::fs::FsError;
use crate::tree::Tree;

/// A file of the control archive, for example `control` or `postinst`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlMember {
    /// Its name, without a directory.
    pub name: String,
    /// Its permission bits: 0o755 for maintainer scripts, 0o644 for the rest.
    pub mode: u32,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Makes a control archive: `./`, then the members in their order, everything root's.
///
/// # Errors
/// [`ArchiveError::Compress`].
pub fn control_archive(
    members: &[ControlMember],
    options: &WriteOptions,
) -> Result<Vec<u8>, ArchiveError> {
    let item = |name, kind, mode, size| Item {
        name,
        kind,
        target: b"",
        mode,
        owner: "root",
        group: "root",
        size,
        mtime: options.mtime,
    };
    let names: Vec<String> = members.iter().map(|m| format!("./{}", m.name)).collect();
    let files = || names.iter().zip(members);
    let size = |(name, member): (&String, &ControlMember)| {
        let size = member.content.len() as u64;
        format::headers_size(name.len(), 0) + size + format::padding(size)
    };
    let filled = format::headers_size(2, 0) + files().map(size).sum::<u64>();
    let padding = format::end_padding(filled);
    let input = Input {
        size: filled + padding,
        exact: true,
        x86: false,
    };
    let encoder = Encoder::new(Vec::new(), options.compression, 1, input)?;
    let mut archive = Archive(encoder);
    archive
        .append(&item(b"./", EntryType::Directory, 0o755, 0), b"")
        .and_then(|()| {
            files().try_for_each(|(name, member)| {
                let size = member.content.len() as u64;
                let item = item(name.as_bytes(), EntryType::Regular, member.mode, size);
                archive.append(&item, &member.content)
            })
        })
        .and_then(|()| archive.append_zeros(padding))
        .and_then(|()| archive.0.finish())
        .map_err(ArchiveError::Write)
}

/// A tar archive on its way through a compressor: md5sums can be long, so it is in memory once.
struct Archive<W: Write>(Encoder<W>);

impl<W: Write> Archive<W> {
    fn append(&mut self, item: &Item<'_>, content: &[u8]) -> io::Result<()> {
        let mut headers = Vec::new();
        format::append_headers(item, &mut headers);
        self.0.write_all(&headers)?;
        self.0.write_all(content)?;
        self.append_zeros(format::padding(item.size))
    }

    fn append_zeros(&mut self, count: u64) -> io::Result<()> {
        io::copy(&mut io::repeat(0).take(count), &mut self.0).map(drop)
    }
}

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
    /// Without a name, so that nothing is left behind even where the process is killed.
    spool: File,
}

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
        })
    }

    /// Where the package will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads, hashes and compresses the files of a tree.
    ///
    /// # Errors
    /// As [`write_data`].
    pub fn write_data<'tree>(
        &mut self,
        tree: &'tree Tree,
    ) -> Result<DataSummary<'tree>, ArchiveError> {
        self.spool
            .set_len(0)
            .and_then(|()| self.spool.rewind())
            .map_err(|e| self.failed(e))?;
        let mut spool = Bounded {
            output: &self.spool,
            left: ar::MEMBER_LIMIT,
            crossed: false,
        };
        write_data(tree, &self.options, &mut spool).map_err(|error| match error {
            ArchiveError::Write(_) if spool.crossed => {
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
    pub fn finish(self, control: &[ControlMember]) -> Result<DebSummary, ArchiveError> {
        let control = control_archive(control, &self.options)?;
        let data_size = self.spool.metadata().map_err(|e| self.failed(e))?.len();
        let suffix = self.options.compression.member_suffix();
        let names = ["control.tar", "data.tar"].map(|name| format!("{name}{suffix}"));
        let sizes = [control.len() as u64, data_size];
        for (member, size) in names.iter().zip(sizes) {
            if size > ar::MEMBER_LIMIT {
                let member = member.clone();
                return Err(ArchiveError::MemberTooLarge { member, size });
            }
        }
        let control_size = control.len() as u64;
        let size = self.assemble(&names, &control, data_size)?;
        Ok(DebSummary {
            size,
            control_size,
            data_size,
        })
    }

    fn assemble(
        self,
        [control_name, data_name]: &[String; 2],
        control: &[u8],
        data_size: u64,
    ) -> Result<u64, ArchiveError> {
        let Self {
            path,
            folder,
            options: WriteOptions { mtime, .. },
            spool,
        } = self;
        let failed = |error| FsError::new("write", &path, error);
        let mut package = tempfile::Builder::new()
            .prefix(".reldeb-")
            .suffix(".deb.tmp")
            .tempfile_in(&folder)
            .map_err(|e| FsError::new("write to the folder", &folder, bare(&e)))?;
        let file = package.as_file_mut();
        let size = control.len() as u64;
        file.write_all(ar::MAGIC)
            .and_then(|()| write_member(file, "debian-binary", mtime, 4, &mut &b"2.0\n"[..]))
            .and_then(|()| write_member(file, control_name, mtime, size, &mut &*control))
            .and_then(|()| write_member(file, data_name, mtime, data_size, &mut &spool))
            .map_err(failed)?;
        // To give the blocks of a large file back takes as long as to write them to the disk.
        let released = thread::spawn(move || drop(spool));
        let size = readable_by_all(file)
            .and_then(|()| file.sync_all())
            .and_then(|()| file.stream_position())
            .map_err(failed)?;
        package
            .persist(&path)
            .map_err(|e| FsError::new("write", &path, e.error))?;
        sync_folder(&folder).map_err(failed)?;
        // A thread that only closes a file does not panic.
        let _ = released.join();
        Ok(size)
    }

    fn failed(&self, error: io::Error) -> ArchiveError {
        FsError::new("write", &self.path, error).into()
    }
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

/// Makes the new name survive a power cut.
#[cfg(unix)]
#[allow(
    clippy::disallowed_methods,
    reason = "the caller adds the path of the package"
)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
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
