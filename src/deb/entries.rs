//! The entries of a tar archive, taken apart exactly as dpkg does (its lib/dpkg/tarfn.c): another
//! reading of the same bytes would show other files than those that are installed.
//!
//! Control archives are unpacked by tar itself, which takes some more.

use std::io::{self, Read};

use super::place::{Counted, Placed};
use super::tar::BLOCK;
use crate::escape;
use crate::tree::{PackagePath, PathError};

/// The longest name, link target or PAX header that is read, in bytes: no file system takes as much.
const NAME_LIMIT: u64 = 64 << 10;

/// The kind of an entry of a data archive.
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
    /// Its kind.
    pub kind: DataKind,
    /// The target of a symlink or hard link, otherwise empty.
    pub target: Vec<u8>,
    /// Its permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u64,
    /// The group's number.
    pub gid: u64,
    /// The owner's name; empty where there is none.
    pub owner: String,
    /// The group's name; empty where there is none.
    pub group: String,
    /// The size of its content in bytes: only regular files have some.
    pub size: u64,
    /// The size that its header claims.
    pub claimed_size: u64,
    /// Its time in seconds since 1970.
    pub mtime: i64,
    /// Tells that a PAX header belongs to it: dpkg refuses to unpack those.
    pub pax: bool,
}

impl DataEntry {
    /// Returns the names of owner and group. Without a name it is the number that dpkg takes; that of root has a
    /// name on every machine.
    #[must_use]
    pub fn owners(&self) -> [String; 2] {
        let pairs = [(&self.owner, self.uid), (&self.group, self.gid)];
        pairs.map(|(name, number)| match (name.as_str(), number) {
            ("", 0) => "root".to_owned(),
            ("", number) => number.to_string(),
            (name, _) => name.to_owned(),
        })
    }

    /// Returns the path at which dpkg would put it.
    ///
    /// # Errors
    /// [`PathError`] where the name leads outside (`..`) or is no name.
    pub fn path(&self) -> Result<PackagePath, PathError> {
        PackagePath::new([b"/", self.name.as_slice()].concat())
    }
}

/// The program whose way of taking the archive apart is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// dpkg, the data archive.
    Dpkg,
    /// GNU tar, the control archive: it knows PAX headers, and extracts what it does not know as a file.
    Tar,
}

/// A tar archive entry by entry; to read from it gives the content of the last entry.
#[derive(Debug)]
pub(super) struct Entries<R> {
    archive: Counted<R>,
    /// The place in the archive of what was read last.
    at: u64,
    reading: Reading,
    /// The bytes of the content and its padding that have not been read.
    content: u64,
    padding: u64,
}

impl<R: Read> Entries<R> {
    pub(super) fn new(archive: R, reading: Reading) -> Self {
        Self {
            archive: Counted { archive, read: 0 },
            at: 0,
            reading,
            content: 0,
            padding: 0,
        }
    }

    /// Reads to the next entry; `None` at the end of the archive.
    pub(super) fn next_entry(&mut self) -> io::Result<Option<DataEntry>> {
        let next = self.advance();
        next.map_err(|error| Placed::wrap(self.at, error))
    }

    fn advance(&mut self) -> io::Result<Option<DataEntry>> {
        self.skip_content()?;
        let mut long = Long::default();
        loop {
            let Some(block) = self.block()? else {
                return Ok(None);
            };
            let Some(mut entry) = decode(&block, self.reading)? else {
                return Ok(None);
            };
            let kind = entry.kind;
            if !matches!(kind, DataKind::Other(b'L' | b'K')) {
                long.apply(&mut entry);
            }
            if entry.name.is_empty() {
                return Err(damage("an entry has no name"));
            }
            match (kind, self.reading) {
                (DataKind::Other(b'L'), _) => long.name = Some(self.text(&entry)?),
                (DataKind::Other(b'K'), _) => long.target = Some(self.text(&entry)?),
                (DataKind::Other(b'x'), Reading::Tar) => long.read_pax(&self.bytes(&entry)?)?,
                (DataKind::Other(b'x' | b'g'), _) => {
                    long.pax = true;
                    self.begin(entry.claimed_size);
                    self.skip_content()?;
                }
                _ => {
                    self.settle(&mut entry, long.pax);
                    return Ok(Some(entry));
                }
            }
        }
    }

    /// Returns the bytes of the archive behind its end.
    pub(super) fn into_rest(self) -> R {
        self.archive.archive
    }

    /// Decides what the entry is and whether content follows.
    fn settle(&mut self, entry: &mut DataEntry, pax: bool) {
        entry.pax = pax;
        // tar makes a directory of a file whose name ends in a slash, dpkg a file.
        let is_slashed = entry.kind == DataKind::Regular && entry.name.ends_with(b"/");
        if is_slashed && self.reading == Reading::Tar {
            entry.kind = DataKind::Directory;
        }
        if self.reading == Reading::Tar
            && !matches!(entry.kind, DataKind::Other(b'3' | b'4' | b'6'))
            && let DataKind::Other(_) = entry.kind
        {
            entry.kind = DataKind::Regular;
        }
        if !matches!(entry.kind, DataKind::Symlink | DataKind::Hardlink) {
            entry.target.clear();
        }
        entry.size = match entry.kind {
            DataKind::Regular => entry.claimed_size,
            _ => 0,
        };
        // What dpkg refuses is passed over as tar does.
        self.begin(match entry.kind {
            DataKind::Other(b'3' | b'4' | b'6') => 0,
            DataKind::Other(_) => entry.claimed_size,
            _ => entry.size,
        });
        // And gives no content: all of it counts as padding.
        let beyond = self.content - entry.size;
        self.content = entry.size;
        self.padding = self.padding.saturating_add(beyond);
    }

    fn begin(&mut self, size: u64) {
        self.content = size;
        self.padding = super::tar::padding(size);
    }

    fn skip_content(&mut self) -> io::Result<()> {
        let left = self.content.saturating_add(self.padding);
        (self.content, self.padding) = (0, 0);
        let skipped = io::copy(&mut (&mut self.archive).take(left), &mut io::sink());
        self.at = self.archive.read;
        if skipped? < left {
            return Err(cut_off());
        }
        Ok(())
    }

    /// The next block; `None` where the archive ends before it.
    fn block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        self.at = self.archive.read;
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.archive.read(&mut block[filled..]) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => {
                    self.at = self.archive.read;
                    return Err(cut_off());
                }
                Ok(more) => filled += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(block))
    }

    /// The content of an entry that describes the next one.
    fn bytes(&mut self, entry: &DataEntry) -> io::Result<Vec<u8>> {
        if entry.claimed_size > NAME_LIMIT {
            return Err(damage(format!(
                "a name or header has {} bytes, expected at most {NAME_LIMIT}",
                entry.claimed_size
            )));
        }
        self.begin(entry.claimed_size);
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        self.skip_content()?;
        Ok(bytes)
    }

    fn text(&mut self, entry: &DataEntry) -> io::Result<Vec<u8>> {
        self.bytes(entry).map(|bytes| until_nul(&bytes).to_vec())
    }
}

impl<R: Read> Read for Entries<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.content).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let read = self.archive.read(&mut buffer[..most]);
        let placed = |error| Placed::wrap(self.archive.read, error);
        let count = read.map_err(placed)?;
        if count == 0 && most > 0 {
            return Err(placed(cut_off()));
        }
        self.content -= count as u64;
        Ok(count)
    }
}

/// The words of the headers before an entry about it.
#[derive(Debug, Default)]
struct Long {
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
    pax: bool,
}

impl Long {
    fn apply(&mut self, entry: &mut DataEntry) {
        if let Some(name) = self.name.take() {
            entry.name = name;
        }
        if let Some(target) = self.target.take() {
            entry.target = target;
        }
        if let Some(size) = self.size.take() {
            entry.claimed_size = size;
        }
    }

    fn read_pax(&mut self, header: &[u8]) -> io::Result<()> {
        for extension in tar::PaxExtensions::new(header) {
            let extension = extension?;
            let value = extension.value_bytes();
            match extension.key_bytes() {
                b"path" => self.name = Some(value.to_vec()),
                b"linkpath" => self.target = Some(value.to_vec()),
                b"size" => {
                    let size = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok());
                    self.size =
                        Some(size.ok_or_else(|| damage("the size in a PAX header is no number"))?);
                }
                key if key.starts_with(b"GNU.sparse.") => {
                    return Err(damage("a file is sparse, expected one with all its bytes"));
                }
                _ => {}
            }
        }
        self.pax = true;
        Ok(())
    }
}

/// Reads a header; `None` where it ends the archive, which for dpkg is any without a name that is
/// not valid.
fn decode(block: &[u8; BLOCK], reading: Reading) -> io::Result<Option<DataEntry>> {
    let name = name(block);
    match fields(block, name) {
        Ok(entry) => Ok(Some(entry)),
        Err(_) if block.iter().all(|byte| *byte == 0) => Ok(None),
        Err((name, _)) if name.is_empty() && reading == Reading::Dpkg => Ok(None),
        Err((name, what)) => Err(damage(format!(
            "the header of `{}` has {what}",
            escape::bytes(&name)
        ))),
    }
}

fn name(block: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_nul(&block[..100]);
    let prefix = until_nul(&block[345..500]);
    if &block[257..263] == b"ustar\0" && !prefix.is_empty() {
        return [prefix, b"/", name].concat();
    }
    name.to_vec()
}

/// The fields in the order in which dpkg looks at them; an error is the name and what is wrong.
fn fields(block: &[u8; BLOCK], name: Vec<u8>) -> Result<DataEntry, (Vec<u8>, &'static str)> {
    let read = || -> Result<_, &'static str> {
        let unsigned = |field: &[u8], most: u64| {
            let number = number(field).and_then(|number| u64::try_from(number).ok());
            number.filter(|number| *number <= most)
        };
        let size = unsigned(&block[124..136], i64::MAX.unsigned_abs()).ok_or("an invalid size")?;
        let mtime = number(&block[136..148]).ok_or("an invalid time")?;
        let uid = unsigned(&block[108..116], u64::from(u32::MAX)).ok_or("an invalid owner")?;
        let gid = unsigned(&block[116..124], u64::from(u32::MAX)).ok_or("an invalid group")?;
        let sum = octal(&block[148..156]).ok_or("an invalid checksum")?;
        let bytes = block[..148].iter().chain(&block[156..]);
        let actual = bytes.map(|byte| i64::from(*byte)).sum::<i64>() + 8 * i64::from(b' ');
        if sum != actual {
            return Err("a wrong checksum");
        }
        Ok((size, mtime, uid, gid))
    };
    let (size, mtime, uid, gid) = match read() {
        Ok(numbers) => numbers,
        Err(what) => return Err((name, what)),
    };
    let text = |field: &[u8]| String::from_utf8_lossy(until_nul(field)).into_owned();
    Ok(DataEntry {
        name,
        kind: match block[156] {
            0 | b'0' => DataKind::Regular,
            b'1' => DataKind::Hardlink,
            b'2' => DataKind::Symlink,
            b'5' => DataKind::Directory,
            other => DataKind::Other(other),
        },
        target: until_nul(&block[157..257]).to_vec(),
        mode: mode(&block[100..108]),
        uid,
        gid,
        owner: text(&block[265..297]),
        group: text(&block[297..329]),
        size: 0,
        claimed_size: size,
        mtime,
        pax: false,
    })
}

/// The permission bits. dpkg does not mind a field that is no number: octal digits that are none
/// are 0, and a binary number that is too large is all bits.
fn mode(field: &[u8]) -> u32 {
    let number = match field[0] {
        0x80 | 0xff => base_256(field)
            .filter(|number| u32::try_from(*number).is_ok())
            .unwrap_or(0o7777),
        _ => octal(field).unwrap_or(0),
    };
    u32::try_from(number & 0o7777).unwrap_or_default()
}

fn number(field: &[u8]) -> Option<i64> {
    match field[0] {
        0x80 | 0xff => base_256(field),
        _ => octal(field),
    }
}

/// Digits between spaces in front, and spaces and NULs behind. All NULs are 0, all spaces are nothing.
fn octal(field: &[u8]) -> Option<i64> {
    let spaces = field.iter().take_while(|byte| **byte == b' ').count();
    let field = &field[spaces..];
    let digits = field
        .iter()
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .count();
    let (digits, rest) = field.split_at(digits);
    if field.is_empty() || rest.iter().any(|byte| !matches!(byte, 0 | b' ')) {
        return None;
    }
    Some(
        digits
            .iter()
            .fold(0, |number, digit| number * 8 + i64::from(digit - b'0')),
    )
}

/// A binary number in two's complement, behind a mark in its first byte.
fn base_256(field: &[u8]) -> Option<i64> {
    let sign = if field[0] == 0xff { 0xff } else { 0 };
    let (above, value) = field.split_at(field.len().saturating_sub(8));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(value);
    if above.is_empty() {
        bytes[0] = sign;
    }
    let overflows = above.iter().skip(1).any(|byte| *byte != sign) || (bytes[0] ^ sign) & 0x80 != 0;
    (!overflows).then(|| i64::from_be_bytes(bytes))
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn damage(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

fn cut_off() -> io::Error {
    damage("the archive is cut off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_dpkg_reads_them() {
        for (field, number) in [
            (&b"0000644\0"[..], Some(0o644)),
            (b"  644 \0\0", Some(0o644)),
            (b"644     ", Some(0o644)),
            (b"77777777", Some(0o77_777_777)),
            (b"\0\0\0\0\0\0\0\0", Some(0)),
            (b"        ", None),
            (b"0000648\0", None),
            (b"644\x00644\0", None),
            (b"-0000001", None),
            (b"\x80\0\0\0\0\0\x01\0", Some(256)),
            (b"\xff\xff\xff\xff\xff\xff\xff\xfe", Some(-2)),
            (b"\x80\0\0\0\0\0\0\0\x02\x40\0\0", Some(0x0240_0000)),
            (b"\x80\0\0\x01\0\0\0\0\0\0\0\0", None),
            (b"\x80\0\0\0\x80\0\0\0\0\0\0\0", None),
            (b"\x81\0\0\0\0\0\0\0", None),
        ] {
            assert_eq!(super::number(field), number, "{field:?}");
        }
    }

    #[test]
    fn modes_that_are_no_numbers_are_not_minded() {
        for (field, bits) in [
            (b"0104755\0", 0o4755),
            (b"rwxr-xr-", 0),
            (b"\x80\0\0\0\0\0\x09\xed", 0o4755),
            (b"\x80\x01\0\0\0\0\0\0", 0o7777),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff", 0o7777),
        ] {
            assert_eq!(mode(field), bits, "{field:?}");
        }
    }
}
