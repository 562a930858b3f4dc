//! The control archive.

use std::io::{self, Read, Write};

use tar::EntryType;

use super::codec::{Encoder, Input};
use super::hash::Md5;
use super::tar::{self as format, Item};
use super::{ArchiveError, WriteOptions};
use crate::tree::PackagePath;

/// A file of the control archive, for example `control` or `postinst`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlMember<'a> {
    /// Its name, without a directory.
    pub name: String,
    /// Its permission bits: 0o755 for maintainer scripts, 0o644 for the rest.
    pub mode: u32,
    /// Its bytes.
    pub content: ControlContent<'a>,
}

/// The content of a file of the control archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlContent<'a> {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A line for each file: its sum and its path without the slash (deb-md5sums(5)). Of many files
    /// that is megabytes, so they are written line by line.
    Md5sums(&'a [(&'a PackagePath, Md5)]),
}

impl<T: Into<Vec<u8>>> From<T> for ControlContent<'_> {
    fn from(bytes: T) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl ControlContent<'_> {
    fn size(&self) -> u64 {
        let line = |path: &PackagePath| 32 + 2 + path.relative().len() + 1;
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Md5sums(sums) => sums.iter().map(|(path, _)| line(path) as u64).sum(),
        }
    }

    fn write_to(&self, output: &mut impl Write) -> io::Result<()> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let sums = match self {
            Self::Bytes(bytes) => return output.write_all(bytes),
            Self::Md5sums(sums) => sums,
        };
        let mut text = Vec::with_capacity(2 * CHUNK);
        for (path, sum) in *sums {
            let digits = sum.iter().flat_map(|byte| [byte >> 4, byte & 15]);
            text.extend(digits.map(|digit| DIGITS[usize::from(digit)]));
            text.extend_from_slice(b"  ");
            text.extend_from_slice(path.relative());
            text.push(b'\n');
            if text.len() >= CHUNK {
                output.write_all(&text)?;
                text.clear();
            }
        }
        output.write_all(&text)
    }
}

/// The number of bytes of md5sums that are written at once.
const CHUNK: usize = 64 << 10;

/// Makes a control archive: `./`, then the members in their order, everything root's.
///
/// # Errors
/// [`ArchiveError::Compress`].
pub(crate) fn control_archive(
    members: &[ControlMember<'_>],
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
    let size = |(name, member): (&String, &ControlMember<'_>)| {
        let size = member.content.size();
        format::headers_size(name.len(), 0) + size + format::padding(size)
    };
    let filled = format::headers_size(2, 0) + files().map(size).sum::<u64>();
    let padding = format::end_padding(filled);
    let input = Input {
        size: filled + padding,
        exact: true,
        x86: false,
    };
    let write = |mut archive: Archive<'_>| {
        archive.append_headers(&item(b"./", EntryType::Directory, 0o755, 0))?;
        for (name, member) in files() {
            let size = member.content.size();
            let item = item(name.as_bytes(), EntryType::Regular, member.mode, size);
            archive.append_headers(&item)?;
            member.content.write_to(&mut archive.0)?;
            archive.append_zeros(format::padding(size))?;
        }
        archive.append_zeros(padding)?;
        archive.0.finish()
    };
    let mut bytes = Vec::new();
    // One thread takes no memory that was not counted for the data archive.
    let encoder = options.compression.encoder(&mut bytes, 1, input)?;
    write(Archive(encoder)).map_err(|error| ArchiveError::output(error, options.compression))?;
    Ok(bytes)
}

/// A tar archive on its way through a compressor.
struct Archive<'w>(Box<dyn Encoder + 'w>);

impl Archive<'_> {
    fn append_headers(&mut self, item: &Item<'_>) -> io::Result<()> {
        let mut headers = Vec::new();
        format::append_headers(item, &mut headers);
        self.0.write_all(&headers)
    }

    fn append_zeros(&mut self, count: u64) -> io::Result<()> {
        io::copy(&mut io::repeat(0).take(count), &mut self.0).map(drop)
    }
}
