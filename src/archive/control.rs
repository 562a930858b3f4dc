//! The control archive: how it is made, and how much place it will take before all of it is known.

use std::io::{self, Read, Write};

use tar::EntryType;

use super::encoder::{Encoder, Input};
use super::tar::{self as format, Item};
use super::{ArchiveError, Compression, Method, WriteOptions, gzip, threads};

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

/// How the control archive is compressed: as the data archive, but with gzip beside zstd. So every
/// tool can tell what a package is, also one that cannot unpack it, and the archive can be brought to
/// a size that was fixed before ([`fill`]).
pub(super) fn compression(options: &WriteOptions) -> Compression {
    match options.compression.method() {
        Method::Zstd => Compression::CONTROL_BESIDE_ZSTD,
        _ => options.compression,
    }
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
    let compression = compression(options);
    let threads = match compression.method() {
        Method::Gzip => threads::wanted(options.threads, compression, input),
        // One thread takes no memory that was not counted for the data archive.
        _ => 1,
    };
    let encoder = Encoder::new(Vec::new(), compression, threads, input)?;
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

/// How many bytes to keep for a control archive of which only this much is known; `None` where its
/// size cannot be brought to a given one afterwards.
///
/// # Errors
/// As [`control_archive`].
pub(super) fn place(
    expected: &[ControlMember],
    options: &WriteOptions,
) -> Result<Option<usize>, ArchiveError> {
    let size = match compression(options).method() {
        Method::Xz | Method::Zstd => return Ok(None),
        method => (method, control_archive(expected, options)?.len()),
    };
    Ok(Some(match size {
        // Sums of other digits compress to another size, by the root of their number: a hundredth
        // of this for a hundred thousand.
        (Method::Gzip, size) => (size + size / 256 + 128).next_multiple_of(2),
        (_, size) => size,
    }))
}

/// Brings a control archive to the size of its place, where it is smaller: behind gzip follow members
/// that hold nothing. One that does not fit stays as it is.
pub(super) fn fill(mut archive: Vec<u8>, place: usize, options: &WriteOptions) -> Vec<u8> {
    if compression(options).method() == Method::Gzip
        && let Some(padding) = place.checked_sub(archive.len()).and_then(gzip::nothing)
    {
        archive.extend(padding);
    }
    archive
}
