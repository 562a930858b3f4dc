//! The data archive: every file is read once by one thread, hashed by the next while it passes, and
//! compressed by others.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use tar::EntryType;

use super::checksum_stage::{self, Chunk, FileSpan};
use super::codec::{Input, Method};
use super::hash::Md5;
use super::tar::{self as format, Item};
use super::{ArchiveError, WriteOptions, ar, bcj, beam, elf_part, threads};
use crate::counter::Counter;
use crate::finding::Finding;
use crate::fs::{self, FsError};
use crate::tree::{Content, Entry, Kind, Origin, PackagePath, Tree};

/// The facts about a tree that were found while its data archive was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSummary<'tree> {
    /// Every regular file in byte order, but no conffiles: as md5sums lists them (deb-md5sums(5)).
    pub md5sums: Vec<(&'tree PackagePath, Md5)>,
    /// Installed-Size in KiB (deb-substvars(5)): regular files and symlinks rounded up each, 1 for
    /// everything else.
    pub installed_size: u64,
    /// The size of the archive before compression, in bytes.
    pub archive_size: u64,
    /// The findings about files, such as a module that could not be stripped.
    pub findings: Vec<Finding>,
}

/// Returns the regular files in the order in which they are packed.
fn regular_files(tree: &Tree) -> impl Iterator<Item = (&PackagePath, &Entry)> {
    tree.archive_order()
        .filter(|(_, entry)| matches!(entry.kind, Kind::Regular { .. }))
}

/// Returns the sums of all regular files but conffiles, from those of the files that were packed: a hard
/// link has the sum of its file.
fn md5sums(tree: &Tree, sums: Vec<Md5>) -> Vec<(&PackagePath, Md5)> {
    let mut sums = sums.into_iter();
    let firsts: BTreeSet<&PackagePath> = tree.hard_links().map(|(_, link)| &link.file).collect();
    let mut of_firsts = BTreeMap::new();
    let mut listed = Vec::with_capacity(sums.len());
    for (path, entry) in regular_files(tree) {
        let link = tree.hard_link(path);
        let sum = match link.map(|link| &link.file) {
            Some(first) => of_firsts.get(first).copied(),
            None => sums.next(),
        };
        let Some(sum) = sum else { continue };
        if firsts.contains(path) {
            of_firsts.insert(path, sum);
        }
        if !entry.is_conffile() {
            listed.push((path, sum));
        }
    }
    listed
}

/// Writes the data archive of a tree.
///
/// # Errors
/// [`ArchiveError`] where the compressor would not fit into memory, where a file cannot be read or
/// has changed, where an owner's name is too long, where the archive would break the limit of the
/// format, and where `output` fails.
pub fn write_data<'tree>(
    tree: &'tree Tree,
    options: &WriteOptions,
    output: impl Write,
) -> Result<DataSummary<'tree>, ArchiveError> {
    write_counted(tree, options, output, &Counter::default())
}

/// Writes the data archive of a tree, and counts the bytes of the archive before compression.
pub(super) fn write_counted<'tree>(
    tree: &'tree Tree,
    options: &WriteOptions,
    mut output: impl Write,
    packed_bytes: &Counter,
) -> Result<DataSummary<'tree>, ArchiveError> {
    let size = archive_size(tree);
    let exact = !tree.iter().any(|(_, entry)| beam::is_module(entry));
    if options.compression.method() == Method::None && exact && size > ar::MEMBER_LIMIT {
        let member = "data.tar".into();
        return Err(ArchiveError::MemberTooLarge { member, size });
    }
    let input = Input {
        size,
        exact,
        x86: options.compression.method().codec().filters_x86 && bcj::matters(tree, size),
    };
    let threads = threads::choose(options, input)?;
    let compression = options.compression;
    let mut encoder = compression.encoder(&mut output, threads.count, input)?;
    let (full, packed) = sync_channel(BUFFERS);
    let (hashed, arriving) = sync_channel(BUFFERS);
    let (empty, recycled) = channel();
    for _ in 0..BUFFERS {
        // The other end lives below.
        let _ = empty.send(vec![0; BUFFER + 1]);
    }
    let mut summary = thread::scope(|scope| {
        // The ends of the channels that a thread would have had are gone where it does not start, so
        // the other one ends.
        let packing = thread::Builder::new()
            .spawn_scoped(scope, move || {
                Packer::new(full, recycled, options).pack(tree)
            })
            .map_err(ArchiveError::Thread)?;
        let hashing = thread::Builder::new()
            .spawn_scoped(scope, move || checksum_stage::hash(&packed, &hashed))
            .map_err(ArchiveError::Thread)?;
        let written = drain(&arriving, &empty, &mut encoder, packed_bytes);
        // Where writing failed, the others are told by their channels.
        drop((arriving, empty));
        let (packed, sums) = (result(packing), result(hashing));
        written.map_err(|error| ArchiveError::output(error, options.compression))?;
        let packed = packed.map_err(|stop| match stop {
            Stop::Error(error) => error,
            Stop::NobodyReads => ArchiveError::Write(std::io::ErrorKind::BrokenPipe.into()),
        })?;
        Ok::<_, ArchiveError>(DataSummary {
            md5sums: md5sums(tree, sums),
            installed_size: packed.installed_size,
            archive_size: packed.archive_size,
            findings: packed.findings,
        })
    })?;
    encoder
        .finish()
        .and_then(|()| output.flush())
        .map_err(|error| ArchiveError::output(error, options.compression))?;
    summary.findings.extend(threads.finding);
    Ok(summary)
}

fn result<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Size and number of the buffers between reading and compressing. One byte more tells a file that
/// has grown while it still fits.
const BUFFER: usize = 1 << 20;
const BUFFERS: usize = 8;

fn drain(
    arriving: &Receiver<Chunk>,
    empty: &Sender<Vec<u8>>,
    encoder: &mut impl Write,
    packed_bytes: &Counter,
) -> std::io::Result<()> {
    for chunk in arriving {
        encoder.write_all(chunk.bytes())?;
        packed_bytes.add(chunk.bytes().len() as u64);
        // The packer has finished where nobody takes it.
        let _ = empty.send(chunk.buffer);
    }
    Ok(())
}

/// Returns what a path adds to Installed-Size by dpkg-gencontrol's rule; `size` is a regular file's.
fn installed_size(entry: &Entry, size: u64) -> u64 {
    match &entry.kind {
        Kind::Directory => 1,
        Kind::Regular { .. } => size.div_ceil(1024),
        Kind::Symlink { target } => (target.len() as u64).div_ceil(1024),
    }
}

/// Returns the size of the archive before compression, from the sizes in the tree alone. It is an
/// estimate where there are modules, which are stripped only when they are read.
#[must_use]
pub(crate) fn archive_size(tree: &Tree) -> u64 {
    let root = if tree.get(&PackagePath::root()).is_none() {
        format::headers_size(2, 0)
    } else {
        0
    };
    let items: u64 = tree
        .iter()
        .map(|(path, entry)| {
            let (slash, target) = match &entry.kind {
                Kind::Directory => (usize::from(!path.as_bytes().is_empty()), 0),
                Kind::Regular { .. } => (0, 0),
                Kind::Symlink { target } => (0, target.len()),
            };
            let link = tree.hard_link(path);
            let target = link.map_or(target, |link| link.name.len());
            let size = link.map_or_else(|| beam::expected_size(entry), |_| 0);
            format::headers_size(2 + path.relative().len() + slash, target)
                + size
                + format::padding(size)
        })
        .sum();
    root + items + format::end_padding(root + items)
}

/// The reason for the packer to stop.
enum Stop {
    Error(ArchiveError),
    /// The compressor has failed and knows why.
    NobodyReads,
}

impl<E: Into<ArchiveError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Turns a tree into the bytes of a tar archive, buffer by buffer.
struct Packer {
    full: SyncSender<Chunk>,
    recycled: Receiver<Vec<u8>>,
    /// The present buffer; empty before the first.
    chunk: Chunk,
    /// The start of the present file's content in the buffer, and true where the content began in an
    /// earlier buffer.
    content: Option<(usize, bool)>,
    packed: Packed,
    mtime: u64,
}

/// The facts that a packer knows at the end.
struct Packed {
    installed_size: u64,
    archive_size: u64,
    findings: Vec<Finding>,
}

impl Packer {
    fn new(full: SyncSender<Chunk>, recycled: Receiver<Vec<u8>>, options: &WriteOptions) -> Self {
        Self {
            full,
            recycled,
            chunk: Chunk::default(),
            content: None,
            packed: Packed {
                installed_size: 0,
                archive_size: 0,
                findings: Vec::new(),
            },
            mtime: options.mtime,
        }
    }

    fn pack(mut self, tree: &Tree) -> Result<Packed, Stop> {
        let root = PackagePath::root();
        let mut headers = Vec::with_capacity(3 * format::BLOCK);
        if tree.get(&root).is_none() {
            self.append_headers(&root, &Entry::directory(Origin::Parent), 0, &mut headers)?;
            self.packed.installed_size += 1;
        }
        for (path, entry) in tree.archive_order() {
            if let Some(link) = tree.hard_link(path) {
                self.append_item(path, entry, (EntryType::Link, &link.name), 0, &mut headers)?;
                continue;
            }
            let changed = match elf_part::read(entry)? {
                Some(part) => Some(part),
                None => beam::read(path, entry, &mut self.packed.findings)?,
            };
            let size = changed
                .as_ref()
                .map_or(entry.size(), |bytes| bytes.len() as u64);
            self.append_headers(path, entry, size, &mut headers)?;
            self.packed.installed_size += installed_size(entry, size);
            if let Kind::Regular { content, .. } = &entry.kind {
                self.append_content(content, size, changed.as_deref())?;
                self.append_zeros(format::padding(size))?;
                self.packed.archive_size += size + format::padding(size);
            }
        }
        let padding = format::end_padding(self.packed.archive_size);
        self.append_zeros(padding)?;
        self.packed.archive_size += padding;
        self.send()?;
        Ok(self.packed)
    }

    /// Appends a file. One that fits a buffer is kept whole, to be hashed along with others.
    fn append_content(
        &mut self,
        content: &Content,
        size: u64,
        changed: Option<&[u8]>,
    ) -> Result<(), Stop> {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let whole = size <= BUFFER;
        if whole && size >= self.chunk.buffer.len() - self.chunk.filled {
            self.send()?;
        }
        self.content = Some((self.chunk.filled, false));
        match (content, changed) {
            (_, Some(bytes)) => self.append(bytes)?,
            (Content::Bytes(bytes), None) => self.append(bytes)?,
            (Content::File { path, size } | Content::Beam { path, size }, None) => {
                self.append_file(path, *size, whole)?;
            }
            (Content::ElfPart(elf), None) => {
                self.append_file(&elf.path, elf.size, whole)?;
            }
        }
        self.end_file_span(true);
        self.content = None;
        Ok(())
    }

    /// Notes the span of the present file in the present buffer.
    fn end_file_span(&mut self, last: bool) {
        if let Some((start, continued)) = self.content {
            self.chunk.spans.push(FileSpan {
                range: start..self.chunk.filled,
                first: !continued,
                last,
            });
        }
    }

    fn append_headers(
        &mut self,
        path: &PackagePath,
        entry: &Entry,
        size: u64,
        headers: &mut Vec<u8>,
    ) -> Result<(), Stop> {
        let what = match &entry.kind {
            Kind::Directory => (EntryType::Directory, &[][..]),
            Kind::Regular { .. } => (EntryType::Regular, &[][..]),
            Kind::Symlink { target } => (EntryType::Symlink, target.as_slice()),
        };
        self.append_item(path, entry, what, size, headers)
    }

    fn append_item(
        &mut self,
        path: &PackagePath,
        entry: &Entry,
        (kind, target): (EntryType, &[u8]),
        size: u64,
        headers: &mut Vec<u8>,
    ) -> Result<(), Stop> {
        for name in [entry.owner.user(), entry.owner.group()] {
            if name.len() > format::OWNER_FIELD {
                return Err(Stop::Error(ArchiveError::OwnerTooLong {
                    path: path.clone(),
                    name: name.to_owned(),
                }));
            }
        }
        let mut name = b"./".to_vec();
        name.extend_from_slice(path.relative());
        if kind == EntryType::Directory && name.len() > 2 {
            name.push(b'/');
        }
        let item = Item {
            name: &name,
            kind,
            target,
            mode: entry.mode,
            owner: entry.owner.user(),
            group: entry.owner.group(),
            size,
            mtime: self.mtime,
        };
        headers.clear();
        format::append_headers(&item, headers);
        self.packed.archive_size += headers.len() as u64;
        self.append(headers)
    }

    fn append(&mut self, mut bytes: &[u8]) -> Result<(), Stop> {
        while !bytes.is_empty() {
            let space = self.space()?;
            let length = space.len().min(bytes.len());
            let (now, later) = bytes.split_at(length);
            space[..length].copy_from_slice(now);
            self.chunk.filled += length;
            bytes = later;
        }
        Ok(())
    }

    fn append_zeros(&mut self, mut count: u64) -> Result<(), Stop> {
        while count > 0 {
            let space = self.space()?;
            let length = usize::try_from(count).map_or(space.len(), |count| count.min(space.len()));
            space[..length].fill(0);
            self.chunk.filled += length;
            count -= length as u64;
        }
        Ok(())
    }

    /// Reads a file that had `expected` bytes when the tree was made.
    fn append_file(&mut self, path: &Path, expected: u64, whole: bool) -> Result<(), Stop> {
        let mut file = fs::open(path)?;
        // A file that comes with one call cannot change meanwhile, and needs no other.
        let before = (!whole).then(|| state(&file, path)).transpose()?;
        let mut left = expected;
        loop {
            let space = self.space()?;
            // One byte more than expected tells a file that has grown.
            let wanted =
                usize::try_from(left + 1).map_or(space.len(), |left| left.min(space.len()));
            let count = match file.read(&mut space[..wanted]) {
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(FsError::new("read", path, error).into()),
            };
            if count as u64 > left {
                return Err(changed(
                    path,
                    format!("it had {expected} bytes and has more now"),
                ));
            }
            if count == 0 && left > 0 {
                let read = expected - left;
                return Err(changed(
                    path,
                    format!("it had {expected} bytes and has {read} now"),
                ));
            }
            self.chunk.filled += count;
            left -= count as u64;
            if left == 0 && count < wanted {
                break;
            }
        }
        if before.is_some_and(|before| state(&file, path).is_ok_and(|after| after != before)) {
            return Err(changed(path, "it was written to".into()));
        }
        Ok(())
    }

    /// Returns the free part of the present buffer, at least one byte.
    fn space(&mut self) -> Result<&mut [u8], Stop> {
        if self.chunk.filled == self.chunk.buffer.len() {
            self.send()?;
            self.chunk.buffer = self.recycled.recv().map_err(|_| Stop::NobodyReads)?;
        }
        Ok(&mut self.chunk.buffer[self.chunk.filled..])
    }

    fn send(&mut self) -> Result<(), Stop> {
        if self.chunk.filled == 0 {
            return Ok(());
        }
        self.end_file_span(false);
        let chunk = std::mem::take(&mut self.chunk);
        if let Some(content) = &mut self.content {
            *content = (0, true);
        }
        self.full.send(chunk).map_err(|_| Stop::NobodyReads)
    }
}

fn changed(path: &Path, change: String) -> Stop {
    Stop::Error(ArchiveError::Changed {
        path: path.into(),
        change,
    })
}

/// Returns the size and the time of a file, one of which changes when it is written to.
fn state(
    file: &std::fs::File,
    path: &Path,
) -> Result<(u64, Option<std::time::SystemTime>), FsError> {
    let metadata = file
        .metadata()
        .map_err(|e| FsError::new("look at", path, e))?;
    Ok((metadata.len(), metadata.modified().ok()))
}
