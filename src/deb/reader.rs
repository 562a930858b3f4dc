//! `Deb`: an existing package, its control archive in memory, its data archive as a stream.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ArchiveError;
use super::ar::{self, Member};
use super::codec;
use super::entries::{DataEntry, DataKind, Entries, Reading};
use super::member::Content;
use super::place::Placed;
use super::section::Section;
use crate::counter::Counter;
use crate::fs::{self, FsError};
use crate::{escape, message};

/// The files of a control archive are short text: more than this, in bytes, is an attack on memory.
const CONTROL_LIMIT: u64 = 16 << 20;
/// But `md5sums` has a line for each path of the package: so much is kept of it …
const KEPT_SUMS: u64 = 1 << 20;
/// … and so much is read.
const SUMS_LIMIT: u64 = 512 << 20;
/// The file of the control archive with the sums.
const SUMS: &str = "md5sums";
/// The bytes of `debian-binary` that are read at most: it holds a number.
const FORMAT_LIMIT: u64 = 1024;

/// A file of a control archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlArchiveFile {
    /// Its permission bits.
    pub mode: u32,
    /// Its size in bytes.
    pub size: u64,
    /// Its bytes; of a `md5sums` of more than 1 MiB none, which [`Deb::control_content`] reads.
    pub content: Vec<u8>,
}

/// Something in a control archive that is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlOther {
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: DataKind,
    /// The target of a link.
    pub target: Vec<u8>,
}

/// A package that has been opened.
#[derive(Debug, Clone)]
pub struct Deb {
    /// The path of the package's file.
    pub path: PathBuf,
    /// The members of the outer archive in their order, up to the data archive. Those that dpkg
    /// passes over are not among them.
    pub members: Vec<Member>,
    /// The files of the control archive by name (`control`, `postinst`, …).
    pub control: BTreeMap<String, ControlArchiveFile>,
    /// The rest of the control archive: directories below its root, links, devices.
    pub control_others: Vec<ControlOther>,
    /// The number of bytes behind the last member that dpkg reads.
    pub behind: u64,
    /// The number of bytes of the control archive's member behind the end of its compressed stream.
    pub behind_control: u64,
    /// The size of the package in bytes.
    pub size: u64,
    file: Arc<File>,
    /// The number of bytes of members that were read, each time anew.
    read: Counter,
    /// The indexes of the control archive and of the data archive among the members.
    parts: (usize, usize),
    /// The number of files of the control archive before the `md5sums` that counts.
    before_sums: usize,
}

impl Deb {
    /// Opens a package and reads its control archive. What is no regular file, such as a pipe, is
    /// copied to a temporary file first.
    ///
    /// # Errors
    /// [`ArchiveError::Fs`] where it cannot be read, [`ArchiveError::Old`] where it is a package of before 1995,
    /// [`ArchiveError::NotAPackage`] and [`ArchiveError::Damaged`] where it is none that dpkg would read.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, ArchiveError> {
        let path = path.into();
        let unreadable = |e| FsError::new("read", &path, e);
        let mut file = fs::open(&path)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()).into());
        }
        let no_package = |reason: String| ArchiveError::NotAPackage {
            path: path.clone(),
            reason,
        };
        let mut size = metadata.len();
        if !metadata.is_file() {
            (file, size) = spool(file, &path)?;
        }
        if ar::is_old(&mut file).map_err(unreadable)? {
            return Err(ArchiveError::Old { path });
        }
        let found = ar::read_members(&mut file, size)
            .map_err(unreadable)?
            .map_err(no_package)?;
        let file = Arc::new(file);
        let mut format = Vec::new();
        if let Some(first) = found.members.first() {
            let mut section = Section::new(Arc::clone(&file), first).take(FORMAT_LIMIT);
            section.read_to_end(&mut format).map_err(unreadable)?;
        }
        let parts = parts(&found.members, &format).map_err(no_package)?;
        let mut deb = Self {
            path: path.clone(),
            members: found.members,
            control: BTreeMap::new(),
            control_others: Vec::new(),
            behind: found.behind,
            behind_control: 0,
            size,
            file,
            read: Counter::default(),
            parts,
            before_sums: 0,
        };
        deb.read_control()?;
        Ok(deb)
    }

    /// Returns the number of bytes of it that were read so far: beside its size, the progress of one reading.
    #[must_use]
    pub fn bytes_read(&self) -> &Counter {
        &self.read
    }

    /// Returns the member that holds the control archive.
    #[must_use]
    pub fn control_member(&self) -> &Member {
        &self.members[self.parts.0]
    }

    /// Returns the member that holds the data archive.
    #[must_use]
    pub fn data_member(&self) -> &Member {
        &self.members[self.parts.1]
    }

    /// Reads the data archive from its start and hands every entry to `visit`, with its content;
    /// then reads what is left, so that the checksum of the compression is compared.
    ///
    /// Returns the number of bytes of the member behind the end of the compressed stream: dpkg
    /// ignores a few of them and fails at many.
    ///
    /// # Errors
    /// The error that `visit` returns, [`ArchiveError::Fs`] and [`ArchiveError::Damaged`].
    pub fn for_each_data_entry<E: From<ArchiveError>>(
        &self,
        mut visit: impl FnMut(&DataEntry, &mut dyn Read) -> Result<(), E>,
    ) -> Result<u64, E> {
        let member = self.data_member();
        let damaged = |e: io::Error| self.damaged(member, &e);
        let mut entries = Entries::new(self.content(member)?, Reading::Dpkg);
        while let Some(entry) = entries.next_entry().map_err(damaged)? {
            visit(&entry, &mut entries)?;
        }
        Ok(entries.into_rest().finish().map_err(damaged)?)
    }

    /// Returns the content of a file of the control archive, also where it is not kept in memory.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`].
    pub fn control_content(&self, name: &str) -> Result<Option<Box<dyn Read + '_>>, ArchiveError> {
        let Some(file) = self.control.get(name) else {
            return Ok(None);
        };
        if file.size == file.content.len() as u64 {
            return Ok(Some(Box::new(&*file.content)));
        }
        let member = self.control_member();
        let damaged = |e: io::Error| self.damaged(member, &e);
        let mut entries = Entries::new(self.content(member)?, Reading::Tar);
        let mut before = 0;
        while let Some(entry) = entries.next_entry().map_err(damaged)? {
            if entry.kind == DataKind::Regular {
                if before == self.before_sums {
                    return Ok(Some(Box::new(entries)));
                }
                before += 1;
            }
        }
        Ok(None)
    }

    fn read_control(&mut self) -> Result<(), ArchiveError> {
        let member = self.control_member().clone();
        let content = self.content(&member)?;
        let read = self.read_control_entries(Entries::new(content, Reading::Tar));
        read.map_err(|e| self.damaged(&member, &e))?;
        if self.control.contains_key("control") {
            return Ok(());
        }
        Err(ArchiveError::Damaged {
            path: self.path.clone(),
            member: member.name,
            at: None,
            reason: "it holds no file `control`".into(),
        })
    }

    fn read_control_entries(&mut self, mut entries: Entries<Content>) -> io::Result<()> {
        let mut left = CONTROL_LIMIT;
        let mut count = 0;
        while let Some(entry) = entries.next_entry()? {
            let name = control_name(&entry.name)?;
            let is_sums = name == SUMS && entry.kind == DataKind::Regular;
            // A header takes memory as well.
            let kept = 512 + if is_sums { 0 } else { entry.size };
            let most = if is_sums { SUMS_LIMIT } else { CONTROL_LIMIT };
            left = left
                .checked_sub(kept)
                .filter(|_| entry.size <= most)
                .ok_or_else(|| {
                    io::Error::other(format!(
                        "`{}` makes it larger than {} MiB, expected at most that",
                        escape::line(&name),
                        most >> 20
                    ))
                })?;
            if entry.kind == DataKind::Regular {
                if is_sums {
                    self.before_sums = count;
                }
                count += 1;
                let mut content = Vec::new();
                if !is_sums || entry.size <= KEPT_SUMS {
                    entries.read_to_end(&mut content)?;
                }
                let file = ControlArchiveFile {
                    mode: entry.mode,
                    size: entry.size,
                    content,
                };
                self.control.insert(name, file);
            } else if !name.is_empty() {
                self.control_others.push(ControlOther {
                    name,
                    kind: entry.kind,
                    target: entry.target,
                });
            }
        }
        self.behind_control = entries.into_rest().finish()?;
        Ok(())
    }

    /// Starts to read a member, decompressed.
    fn content(&self, member: &Member) -> Result<Content, ArchiveError> {
        let section = Section::new(Arc::clone(&self.file), member).counted(&self.read);
        let suffix = member.name.split_once(".tar").map_or("", |(_, end)| end);
        Content::new(section, suffix).map_err(|e| self.damaged(member, &e))
    }

    /// Makes the error for content that `visit` of [`Deb::for_each_data_entry`] could not read.
    #[must_use]
    pub fn damaged_data(&self, error: &io::Error) -> ArchiveError {
        self.damaged(self.data_member(), error)
    }

    /// Makes the error for content of the control archive that could not be read.
    #[must_use]
    pub fn damaged_control(&self, error: &io::Error) -> ArchiveError {
        self.damaged(self.control_member(), error)
    }

    fn damaged(&self, member: &Member, error: &io::Error) -> ArchiveError {
        ArchiveError::Damaged {
            path: self.path.clone(),
            member: member.name.clone(),
            at: Placed::of(error),
            reason: error.to_string(),
        }
    }
}

/// Copies a file that cannot be read twice to a temporary file without a name; returns its size too.
fn spool(mut pipe: File, path: &Path) -> Result<(File, u64), ArchiveError> {
    let unreadable = |e| FsError::new("read", path, e);
    let unwritable = |e| FsError::new("keep a copy of", path, e);
    let mut start = Vec::new();
    let mut magic = (&mut pipe).take(ar::MAGIC.len() as u64);
    magic.read_to_end(&mut start).map_err(unreadable)?;
    let mut file = tempfile::tempfile().map_err(unwritable)?;
    let mut size = io::copy(&mut &*start, &mut file).map_err(unwritable)?;
    // Anything but a package may have no end.
    if start == ar::MAGIC {
        size += io::copy(&mut pipe, &mut file).map_err(unwritable)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(unwritable)?;
    Ok((file, size))
}

/// Returns the name that tar gives a file of the control archive.
fn control_name(name: &[u8]) -> io::Result<String> {
    let mut parts = Vec::new();
    for part in name.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                return Err(io::Error::other(format!(
                    "`{}` leads outside",
                    escape::bytes(name)
                )));
            }
            _ => parts.push(String::from_utf8_lossy(part)),
        }
    }
    Ok(parts.join("/"))
}

/// Finds the control archive and the data archive; dpkg asks for this order (deb(5)).
fn parts(members: &[Member], format: &[u8]) -> Result<(usize, usize), String> {
    match members.first() {
        Some(first) if first.name == "debian-binary" => {}
        Some(first) => {
            return Err(format!(
                "its first member is `{}`, expected `debian-binary`",
                escape::line(&first.name)
            ));
        }
        None => return Err("it has no members".into()),
    }
    if !is_format(format) {
        return Err(format!(
            "its format version is `{}`, expected `2.0\\n`",
            format[..format.len().min(32)].escape_ascii()
        ));
    }
    let outdated = |member: &&Member| {
        let format = member.name.strip_prefix("control.tar.");
        format.is_some_and(|format| codec::outdated_formats().any(|known| known == format))
    };
    if let Some(member) = members.iter().find(outdated) {
        return Err(format!(
            "member `{}` is compressed as only a data archive may be, expected {}",
            member.name,
            message::either(&codec::formats().collect::<Vec<_>>())
        ));
    }
    let mut rest = members.iter().enumerate().skip(1);
    let mut expect = |name: &str| match rest.next() {
        Some((at, member)) if is_archive(&member.name, name) => Ok(at),
        Some((_, member)) => Err(format!(
            "member `{}` stands where `{name}` was expected",
            escape::line(&member.name)
        )),
        None => Err(format!("it has no member `{name}`")),
    };
    Ok((expect("control.tar")?, expect("data.tar")?))
}

/// Tells whether dpkg takes a format version: 2, a minor version, the end of the line.
fn is_format(format: &[u8]) -> bool {
    let mut parts = format.splitn(2, |byte| *byte == b'\n');
    let (Some(line), Some(_)) = (parts.next(), parts.next()) else {
        return false;
    };
    let Some((major, minor)) = std::str::from_utf8(line)
        .ok()
        .and_then(|l| l.split_once('.'))
    else {
        return false;
    };
    let number = |digits: &str| -> Option<i32> {
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse().ok()).flatten()
    };
    number(major) == Some(2) && number(minor).is_some()
}

fn is_archive(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem)
        .is_some_and(|suffix| suffix.is_empty() || suffix.starts_with('.'))
}

/// Gives the path that an error names.
impl AsRef<Path> for Deb {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}
