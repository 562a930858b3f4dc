//! The data archive: every file is read once, hashed while it passes, and compressed by other threads.

use std::io::{Read, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use tar::EntryType;

use super::encoder::{Encoder, Input};
use super::hash::{self, Md5};
use super::tar::{self as format, Item};
use super::{ArchiveError, Method, WriteOptions, ar, module, program, x86};
use crate::finding::Finding;
use crate::fs::{self, FsError};
use crate::tree::{Content, Entry, Kind, Origin, PackagePath, Tree};

/// What became known of a tree while its data archive was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSummary<'tree> {
    /// Every regular file, conffiles too, in byte order.
    pub md5sums: Vec<(&'tree PackagePath, Md5)>,
    /// Installed-Size in KiB (deb-substvars(5)): regular files and symlinks rounded up each, 1 for
    /// everything else.
    pub installed_size: u64,
    /// The size of the archive before compression, in bytes.
    pub archive_size: u64,
    /// What was found in the files, such as a module that could not be stripped.
    pub findings: Vec<Finding>,
}

/// Writes the data archive of a tree.
///
/// # Errors
/// [`ArchiveError`] where a file cannot be read or has changed, where an owner's name is too long,
/// where the archive would break the limit of the format, and where `output` fails.
pub fn write_data<'tree>(
    tree: &'tree Tree,
    options: &WriteOptions,
    output: impl Write,
) -> Result<DataSummary<'tree>, ArchiveError> {
    let size = archive_size(tree);
    let exact = !tree.iter().any(|(_, entry)| module::is_module(entry));
    if options.compression.method() == Method::None && exact && size > ar::MEMBER_LIMIT {
        let member = "data.tar".into();
        return Err(ArchiveError::MemberTooLarge { member, size });
    }
    let input = Input {
        size,
        exact,
        x86: options.compression.method() == Method::Xz && x86::matters(tree, size),
    };
    let threads = options.threads();
    let mut encoder = Encoder::new(output, options.compression, threads, input)?;
    let (full, arriving) = sync_channel(BUFFERS);
    let (empty, recycled) = channel();
    for _ in 0..BUFFERS {
        // The other end lives below.
        let _ = empty.send(vec![0; BUFFER + 1]);
    }
    let summary = thread::scope(|scope| {
        let reading = scope.spawn(move || {
            Packer {
                full,
                recycled,
                buffer: Vec::new(),
                filled: 0,
                unhashed: Vec::new(),
                md5sums: Vec::new(),
                findings: Vec::new(),
                mtime: options.mtime,
            }
            .pack(tree)
        });
        let written = drain(&arriving, &empty, &mut encoder);
        // Where writing failed, the packer is told by its channel.
        drop((arriving, empty));
        let packed = match reading.join() {
            Ok(packed) => packed,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        written.map_err(ArchiveError::Write)?;
        packed.map_err(|stop| match stop {
            Stop::Error(error) => error,
            Stop::NobodyReads => ArchiveError::Write(std::io::ErrorKind::BrokenPipe.into()),
        })
    })?;
    encoder
        .finish()
        .and_then(|mut output| output.flush())
        .map_err(ArchiveError::Write)?;
    Ok(summary)
}

/// Size and number of the buffers between reading and compressing. One byte more tells a file that
/// has grown while it still fits.
const BUFFER: usize = 1 << 20;
const BUFFERS: usize = 8;

/// A buffer, and how much of it is used.
type Filled = (Vec<u8>, usize);

fn drain(
    arriving: &Receiver<Filled>,
    empty: &Sender<Vec<u8>>,
    encoder: &mut impl Write,
) -> std::io::Result<()> {
    for (buffer, filled) in arriving {
        encoder.write_all(&buffer[..filled])?;
        // The packer has finished where nobody takes it.
        let _ = empty.send(buffer);
    }
    Ok(())
}

/// What a path adds to Installed-Size by dpkg-gencontrol's rule; `size` is that of a regular file.
fn installed_size(entry: &Entry, size: u64) -> u64 {
    match &entry.kind {
        Kind::Directory => 1,
        Kind::Regular { .. } => size.div_ceil(1024),
        Kind::Symlink { target } => (target.len() as u64).div_ceil(1024),
    }
}

/// The size of the archive before compression, from the sizes in the tree alone: with modules,
/// which are stripped when they are read, about that.
fn archive_size(tree: &Tree) -> u64 {
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
            let size = module::expected_size(entry);
            format::headers_size(2 + path.relative().len() + slash, target)
                + size
                + format::padding(size)
        })
        .sum();
    root + items + format::end_padding(root + items)
}

/// Why the packer stopped.
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
struct Packer<'tree> {
    full: SyncSender<Filled>,
    recycled: Receiver<Vec<u8>>,
    /// The buffer at hand; empty before the first.
    buffer: Vec<u8>,
    filled: usize,
    /// Files that lie whole in the buffer: their places in it and in `md5sums`.
    unhashed: Vec<(Range<usize>, usize)>,
    md5sums: Vec<(&'tree PackagePath, Md5)>,
    findings: Vec<Finding>,
    mtime: u64,
}

impl<'tree> Packer<'tree> {
    fn pack(mut self, tree: &'tree Tree) -> Result<DataSummary<'tree>, Stop> {
        let root = PackagePath::root();
        let mut headers = Vec::with_capacity(3 * format::BLOCK);
        let (mut size, mut installed) = (0, 0);
        if tree.get(&root).is_none() {
            self.append_headers(&root, &Entry::directory(Origin::Parent), 0, &mut headers)?;
            size += headers.len() as u64;
            installed += 1;
        }
        for (path, entry) in tree.archive_order() {
            let changed = match program::read(entry)? {
                Some(part) => Some(part),
                None => module::read(path, entry, &mut self.findings)?,
            };
            let packed = changed
                .as_ref()
                .map_or(entry.size(), |bytes| bytes.len() as u64);
            self.append_headers(path, entry, packed, &mut headers)?;
            size += headers.len() as u64;
            installed += installed_size(entry, packed);
            if let Kind::Regular { content, .. } = &entry.kind {
                self.append_content(path, content, changed.as_deref())?;
                self.append_zeros(format::padding(packed))?;
                size += packed + format::padding(packed);
            }
        }
        self.append_zeros(format::end_padding(size))?;
        self.send()?;
        Ok(DataSummary {
            md5sums: self.md5sums,
            installed_size: installed,
            archive_size: size + format::end_padding(size),
            findings: self.findings,
        })
    }

    /// Appends a file. One that fits a buffer is kept whole, to be hashed along with others.
    fn append_content(
        &mut self,
        path: &'tree PackagePath,
        content: &Content,
        changed: Option<&[u8]>,
    ) -> Result<(), Stop> {
        let packed = changed.map_or(content.size(), |bytes| bytes.len() as u64);
        let size = usize::try_from(packed).unwrap_or(usize::MAX);
        let whole = size <= BUFFER;
        if whole && size >= self.buffer.len() - self.filled {
            self.send()?;
        }
        let start = self.filled;
        let mut md5 = match (content, changed) {
            (_, Some(bytes)) => self.append_bytes(bytes, whole)?,
            (Content::Bytes(bytes), None) => self.append_bytes(bytes, whole)?,
            (
                Content::File { path, size }
                | Content::Module { path, size }
                | Content::Program { path, size, .. },
                None,
            ) => {
                let mut hash = (!whole).then(md5::Context::new);
                self.append_file(path, *size, hash.as_mut())?;
                hash.map(md5::Context::finalize)
            }
        };
        if whole {
            self.unhashed
                .push((start..start + size, self.md5sums.len()));
        }
        self.md5sums
            .push((path, md5.take().map_or([0; 16], |md5| md5.0)));
        Ok(())
    }

    fn append_bytes(&mut self, bytes: &[u8], whole: bool) -> Result<Option<md5::Digest>, Stop> {
        self.append(bytes)?;
        Ok((!whole).then(|| md5::compute(bytes)))
    }

    fn append_headers(
        &mut self,
        path: &PackagePath,
        entry: &Entry,
        size: u64,
        headers: &mut Vec<u8>,
    ) -> Result<(), Stop> {
        for name in [&entry.owner, &entry.group] {
            if name.len() > format::OWNER_FIELD {
                return Err(Stop::Error(ArchiveError::OwnerTooLong {
                    path: path.clone(),
                    name: name.clone(),
                }));
            }
        }
        let mut name = b"./".to_vec();
        name.extend_from_slice(path.relative());
        let (kind, target) = match &entry.kind {
            Kind::Directory => {
                if name.len() > 2 {
                    name.push(b'/');
                }
                (EntryType::Directory, &[][..])
            }
            Kind::Regular { .. } => (EntryType::Regular, &[][..]),
            Kind::Symlink { target } => (EntryType::Symlink, target.as_slice()),
        };
        let item = Item {
            name: &name,
            kind,
            target,
            mode: entry.mode,
            owner: &entry.owner,
            group: &entry.group,
            size,
            mtime: self.mtime,
        };
        headers.clear();
        format::append_headers(&item, headers);
        self.append(headers)
    }

    fn append(&mut self, mut bytes: &[u8]) -> Result<(), Stop> {
        while !bytes.is_empty() {
            let space = self.space()?;
            let length = space.len().min(bytes.len());
            let (now, later) = bytes.split_at(length);
            space[..length].copy_from_slice(now);
            self.filled += length;
            bytes = later;
        }
        Ok(())
    }

    fn append_zeros(&mut self, mut count: u64) -> Result<(), Stop> {
        while count > 0 {
            let space = self.space()?;
            let length = usize::try_from(count).map_or(space.len(), |count| count.min(space.len()));
            space[..length].fill(0);
            self.filled += length;
            count -= length as u64;
        }
        Ok(())
    }

    /// Reads a file that had `expected` bytes when the tree was made.
    fn append_file(
        &mut self,
        path: &Path,
        expected: u64,
        mut hash: Option<&mut md5::Context>,
    ) -> Result<(), Stop> {
        let mut file = fs::open(path)?;
        // A file that comes with one call cannot change meanwhile, and needs no other.
        let before = hash.is_some().then(|| state(&file, path)).transpose()?;
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
            if let Some(hash) = &mut hash {
                hash.consume(&space[..count]);
            }
            self.filled += count;
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

    /// The free part of the buffer at hand, at least one byte.
    fn space(&mut self) -> Result<&mut [u8], Stop> {
        if self.filled == self.buffer.len() {
            self.send()?;
            self.buffer = self.recycled.recv().map_err(|_| Stop::NobodyReads)?;
        }
        Ok(&mut self.buffer[self.filled..])
    }

    fn send(&mut self) -> Result<(), Stop> {
        let buffer = std::mem::take(&mut self.buffer);
        let (ranges, places): (Vec<_>, Vec<_>) = self.unhashed.drain(..).unzip();
        let files: Vec<&[u8]> = ranges.into_iter().map(|range| &buffer[range]).collect();
        for (place, sum) in places.into_iter().zip(hash::sums(&files)) {
            self.md5sums[place].1 = sum;
        }
        let filled = std::mem::take(&mut self.filled);
        if filled == 0 {
            return Ok(());
        }
        self.full
            .send((buffer, filled))
            .map_err(|_| Stop::NobodyReads)
    }
}

fn changed(path: &Path, change: String) -> Stop {
    Stop::Error(ArchiveError::Changed {
        path: path.into(),
        change,
    })
}

/// What tells whether a file was written to.
fn state(
    file: &std::fs::File,
    path: &Path,
) -> Result<(u64, Option<std::time::SystemTime>), FsError> {
    let metadata = file
        .metadata()
        .map_err(|e| FsError::new("look at", path, e))?;
    Ok((metadata.len(), metadata.modified().ok()))
}
