//! `Deb`: an existing package, its control archive in memory, its data archive as a stream.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tar::EntryType;

use super::ArchiveError;
use super::ar::{self, Member};
use crate::fs::{self, FsError};
use crate::tree::{PackagePath, PathError};

/// The control archive of a package is text; more than this is an attack on memory.
const CONTROL_LIMIT: u64 = 512 << 20;

/// A file of a control archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlFile {
    /// Its permission bits.
    pub mode: u32,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A package that has been opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deb {
    /// Where it lies.
    pub path: PathBuf,
    /// The members of the outer archive in their order.
    pub members: Vec<Member>,
    /// The files of the control archive by name (`control`, `postinst`, …).
    pub control: BTreeMap<String, ControlFile>,
    /// Which of the members is the data archive.
    data: usize,
}

/// What an entry of a data archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    /// A directory.
    Directory,
    /// A regular file.
    Regular,
    /// A symbolic link.
    Symlink,
    /// Another name of an earlier entry.
    Hardlink,
    /// A device, a pipe, or a header that dpkg refuses; the byte is tar's.
    Other(u8),
}

/// An entry of a data archive, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataEntry {
    /// The name as written, for example `./opt/orders/`.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: DataKind,
    /// The target of a symlink or hard link, otherwise empty.
    pub target: Vec<u8>,
    /// Its permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u64,
    /// The group's number.
    pub gid: u64,
    /// The owner's name.
    pub owner: String,
    /// The group's name.
    pub group: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its time in seconds since 1970.
    pub mtime: u64,
    /// Whether a PAX header belongs to it: dpkg refuses to unpack those.
    pub pax: bool,
}

impl DataEntry {
    /// Where dpkg would put it.
    ///
    /// # Errors
    /// [`PathError`] where the name leads outside (`..`) or is no name.
    pub fn path(&self) -> Result<PackagePath, PathError> {
        let name = self.name.strip_prefix(b".").unwrap_or(&self.name);
        if name.is_empty() || name == b"/" {
            return Ok(PackagePath::root());
        }
        if name.first() == Some(&b'/') {
            return PackagePath::new(name);
        }
        PackagePath::new([b"/", self.name.as_slice()].concat())
    }
}

impl Deb {
    /// Opens a package and reads its control archive.
    ///
    /// # Errors
    /// [`ArchiveError::Fs`] where it cannot be read, [`ArchiveError::NotAPackage`] and
    /// [`ArchiveError::Damaged`] where it is none that dpkg would read.
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
        let members = ar::read_members(&mut file, metadata.len())
            .map_err(unreadable)?
            .map_err(no_package)?;
        let version = members.first().map(|first| content(&mut file, first, 64));
        let version = version.transpose().map_err(unreadable)?;
        let (control, data) = parts(&members, version.as_deref()).map_err(no_package)?;
        let mut deb = Self {
            path: path.clone(),
            members,
            control: BTreeMap::new(),
            data,
        };
        deb.control = deb.read_control(&deb.members[control])?;
        Ok(deb)
    }

    /// The member that holds the data archive.
    #[must_use]
    pub fn data_member(&self) -> &Member {
        &self.members[self.data]
    }

    /// Reads the data archive from its start and hands every entry to `visit`, with its content.
    ///
    /// # Errors
    /// What `visit` returns, [`ArchiveError::Fs`] and [`ArchiveError::Damaged`].
    pub fn for_each_data_entry<E: From<ArchiveError>>(
        &self,
        mut visit: impl FnMut(&DataEntry, &mut dyn Read) -> Result<(), E>,
    ) -> Result<(), E> {
        let member = self.data_member();
        let damaged = |e: io::Error| self.damaged(member, &e);
        let mut archive = tar::Archive::new(self.member(member)?);
        for entry in archive.entries().map_err(damaged)? {
            let mut entry = entry.map_err(damaged)?;
            let description = describe(&mut entry).map_err(damaged)?;
            visit(&description, &mut entry)?;
        }
        Ok(())
    }

    fn read_control(&self, member: &Member) -> Result<BTreeMap<String, ControlFile>, ArchiveError> {
        let damaged = |e: io::Error| self.damaged(member, &e);
        let mut files = BTreeMap::new();
        let mut archive = tar::Archive::new(self.member(member)?.take(CONTROL_LIMIT));
        for entry in archive.entries().map_err(damaged)? {
            let mut entry = entry.map_err(damaged)?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let name = name.strip_prefix("./").unwrap_or(&name).to_owned();
            let mode = entry.header().mode().map_err(damaged)?;
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(damaged)?;
            files.insert(name, ControlFile { mode, content });
        }
        if files.contains_key("control") {
            Ok(files)
        } else {
            Err(ArchiveError::Damaged {
                path: self.path.clone(),
                member: member.name.clone(),
                reason: "it holds no file `control`".into(),
            })
        }
    }

    /// The content of a member, decompressed. As dpkg does, only the first xz stream or zstd frame
    /// is read.
    fn member(&self, member: &Member) -> Result<Box<dyn Read>, ArchiveError> {
        let mut file = fs::open(&self.path)?;
        file.seek(SeekFrom::Start(member.offset))
            .map_err(|e| FsError::new("read", &self.path, e))?;
        let raw = BufReader::with_capacity(64 << 10, file.take(member.size));
        let suffix = member
            .name
            .split_once(".tar")
            .map_or("", |(_, suffix)| suffix);
        let reader: Box<dyn Read> = match suffix {
            "" => Box::new(raw),
            ".gz" => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
            ".xz" => Box::new(liblzma::bufread::XzDecoder::new(raw)),
            ".zst" => Box::new(
                zstd::Decoder::with_buffer(raw)
                    .and_then(|mut decoder| {
                        decoder.window_log_max(27)?;
                        Ok(decoder.single_frame())
                    })
                    .map_err(|e| self.damaged(member, &e))?,
            ),
            other => {
                let text =
                    format!("compression `{other}` is not supported, expected xz, zst or gz");
                return Err(self.damaged(member, &io::Error::other(text)));
            }
        };
        Ok(reader)
    }

    /// The error for content that `visit` of [`Deb::for_each_data_entry`] could not read.
    #[must_use]
    pub fn damaged_data(&self, error: &io::Error) -> ArchiveError {
        self.damaged(self.data_member(), error)
    }

    fn damaged(&self, member: &Member, error: &io::Error) -> ArchiveError {
        ArchiveError::Damaged {
            path: self.path.clone(),
            member: member.name.clone(),
            reason: error.to_string(),
        }
    }
}

fn content(file: &mut File, member: &Member, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(member.offset))?;
    file.take(member.size.min(limit)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Which members are the control and the data archive; dpkg asks for this order (deb(5)).
fn parts(members: &[Member], version: Option<&[u8]>) -> Result<(usize, usize), String> {
    match members.first() {
        Some(first) if first.name == "debian-binary" => {}
        Some(first) => {
            return Err(format!(
                "its first member is `{}`, expected `debian-binary`",
                first.name
            ));
        }
        None => return Err("it has no members".into()),
    }
    let version = version.unwrap_or_default();
    if !version.starts_with(b"2.") || !version.contains(&b'\n') {
        return Err(format!(
            "its format version is `{}`, expected `2.0`",
            version.trim_ascii_end().escape_ascii()
        ));
    }
    let mut rest = members
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, member)| !member.name.starts_with('_'));
    let mut expect = |name: &str| match rest.next() {
        Some((at, member)) if is_archive(&member.name, name) => Ok(at),
        Some((_, member)) => Err(format!(
            "member `{}` stands where `{name}` was expected",
            member.name
        )),
        None => Err(format!("it has no member `{name}`")),
    };
    Ok((expect("control.tar")?, expect("data.tar")?))
}

fn is_archive(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem)
        .is_some_and(|suffix| suffix.is_empty() || suffix.starts_with('.'))
}

fn describe(entry: &mut tar::Entry<'_, impl Read>) -> io::Result<DataEntry> {
    let pax = entry.pax_extensions()?.is_some();
    let header = entry.header();
    let text =
        |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let kind = match header.entry_type() {
        EntryType::Directory => DataKind::Directory,
        EntryType::Regular | EntryType::Continuous => DataKind::Regular,
        EntryType::Symlink => DataKind::Symlink,
        EntryType::Link => DataKind::Hardlink,
        other => DataKind::Other(other.as_byte()),
    };
    Ok(DataEntry {
        kind,
        mode: header.mode()? & 0o7777,
        uid: header.uid()?,
        gid: header.gid()?,
        owner: text(header.username_bytes()),
        group: text(header.groupname_bytes()),
        mtime: header.mtime()?,
        size: entry.size(),
        target: entry.link_name_bytes().unwrap_or_default().into_owned(),
        name: entry.path_bytes().into_owned(),
        pax,
    })
}

/// The path that an error names.
impl AsRef<Path> for Deb {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}
