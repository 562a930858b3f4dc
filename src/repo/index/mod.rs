//! `Index`: the packages of one component for one architecture, in the form in which apt reads them.
//!
//! The name of a package says in which block of the index it stands, so that adding one changes one
//! block: all others are copied as they are.

mod entry;
mod release_file;
mod xz;

use std::fmt::Write as _;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::deb::gzip;
use crate::parallel;

pub(crate) use entry::Entry;
pub(crate) use release_file::{Listed, ReleaseFile, ReleaseFileError};

/// The bytes of text that a block has at most, on average: its compression takes 30 ms, and 40 of
/// them cost 3 % of size.
const BLOCK: usize = 256 << 10;
/// The most bytes of text that an index may have: ten times all of Debian's.
const MOST_BYTES: u64 = 1 << 30;
/// The level of gzip. No apt of today takes that file where there is xz.
const GZIP_LEVEL: u8 = 4;

/// The packages of one component for one architecture.
#[derive(Debug, Clone)]
pub struct Index {
    /// A power of two of blocks, at least one; or those of another tool.
    blocks: Vec<Block>,
}

/// The packages whose names lead here.
#[derive(Debug, Clone, Default)]
struct Block {
    /// The stanzas, each with an empty line behind it.
    text: String,
    /// The same as a block of xz, unless it has changed.
    packed: Option<xz::Block>,
}

/// An index as files.
#[derive(Debug, Clone)]
pub struct IndexFiles {
    /// The size of the text.
    pub size: u64,
    /// The sum of the text.
    pub sha256: String,
    /// The text as xz.
    pub xz: Vec<u8>,
    /// The text as gzip.
    pub gz: Vec<u8>,
}

/// The fate of an entry that was to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Insertion {
    /// It is in the index now.
    Added,
    /// It was there with the same bytes.
    Known,
    /// The same version is there with other bytes.
    Other,
}

/// The form of an index file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `Packages.xz`.
    Xz,
    /// `Packages.gz`.
    Gzip,
    /// `Packages`.
    Plain,
}

impl Form {
    /// The forms in the order in which they are preferred.
    pub const ALL: [Self; 3] = [Self::Xz, Self::Gzip, Self::Plain];

    /// Returns the name of the file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Xz => "Packages.xz",
            Self::Gzip => "Packages.gz",
            Self::Plain => "Packages",
        }
    }
}

impl Default for Index {
    fn default() -> Self {
        Self {
            blocks: vec![Block::default()],
        }
    }
}

impl Index {
    /// Reads an index file.
    ///
    /// # Errors
    ///
    /// Fails where it is damaged.
    pub fn read(bytes: &[u8], form: Form) -> io::Result<Self> {
        let whole = |text: Vec<u8>| -> io::Result<Block> {
            Ok(Block {
                text: utf8(text)?,
                packed: None,
            })
        };
        let blocks = match form {
            Form::Xz => match xz::split(bytes) {
                Some(blocks) if !blocks.is_empty() => unpacked(blocks)?,
                _ => vec![whole(xz::unpack(bytes)?)?],
            },
            Form::Gzip => {
                let mut text = Vec::new();
                MultiGzDecoder::new(bytes)
                    .take(MOST_BYTES)
                    .read_to_end(&mut text)?;
                vec![whole(text)?]
            }
            Form::Plain => vec![whole(bytes.to_vec())?],
        };
        let mut index = Self { blocks };
        if index.is_in_place() {
            index.fit();
        } else {
            index.arrange();
        }
        Ok(index)
    }

    /// Returns all entries, by name and version.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.blocks.iter().flat_map(Block::entries).collect();
        entries.sort_unstable_by(Entry::order);
        entries
    }

    /// Returns the entries of a package.
    #[must_use]
    pub fn of(&self, package: &str) -> Vec<Entry> {
        let block = &self.blocks[place(package, self.blocks.len())];
        let mut entries = block.entries();
        entries.retain(|entry| entry.package == package);
        entries
    }

    /// Adds entries; returns what became of each.
    pub fn insert(&mut self, entries: &[Entry]) -> Vec<Insertion> {
        let count = self.blocks.len();
        let mut outcomes = vec![Insertion::Known; entries.len()];
        let mut wanted: Vec<(usize, usize)> = (entries.iter().enumerate())
            .map(|(number, entry)| (place(&entry.package, count), number))
            .collect();
        wanted.sort_unstable();
        for group in wanted.chunk_by(|one, other| one.0 == other.0) {
            let block = &mut self.blocks[group[0].0];
            let mut there = block.entries();
            let before = there.len();
            for (_, number) in group {
                let entry = &entries[*number];
                outcomes[*number] = match there.iter().find(|it| it.is_same_version(entry)) {
                    Some(it) if it.sha256 == entry.sha256 => Insertion::Known,
                    Some(_) => Insertion::Other,
                    None => {
                        there.push(entry.clone());
                        Insertion::Added
                    }
                };
            }
            if there.len() > before {
                block.set(there);
            }
        }
        self.fit();
        outcomes
    }

    /// Removes entries that are not to be kept; returns them.
    pub fn retain(&mut self, keep: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let mut removed = Vec::new();
        for block in &mut self.blocks {
            let (kept, others): (Vec<_>, Vec<_>) = block.entries().into_iter().partition(&keep);
            if !others.is_empty() {
                block.set(kept);
                removed.extend(others);
            }
        }
        self.fit();
        removed
    }

    /// Returns the files to be published.
    ///
    /// # Errors
    ///
    /// Fails where the memory for compression is not to be had.
    pub fn files(&self) -> io::Result<IndexFiles> {
        let xz: io::Result<Vec<xz::Block>> = parallel::map_large(&self.blocks, |block| {
            let packed = block.packed.clone().map(Ok);
            packed.unwrap_or_else(|| xz::Block::pack(block.text.as_bytes()))
        })
        .into_iter()
        .collect();
        let members = parallel::map_large(&self.blocks, |block| {
            gzip(block.text.as_bytes(), GZIP_LEVEL)
        });
        let mut sum = Sha256::new();
        for block in &self.blocks {
            sum.update(block.text.as_bytes());
        }
        Ok(IndexFiles {
            size: self.size() as u64,
            sha256: hexadecimal(&sum.finalize()),
            xz: xz::join(&xz?),
            gz: members.concat(),
        })
    }

    fn size(&self) -> usize {
        self.blocks.iter().map(|block| block.text.len()).sum()
    }

    /// Returns whether each package stands where its name leads.
    fn is_in_place(&self) -> bool {
        let count = self.blocks.len();
        self.blocks.iter().enumerate().all(|(number, block)| {
            let mut names = block.stanzas().map(entry::name);
            names.all(|name| place(name, count) == number)
                && (block.text.is_empty() || block.text.ends_with("\n\n"))
        })
    }

    /// Parts the packages anew where there are too many or too few blocks for them.
    fn fit(&mut self) {
        let (size, count) = (self.size(), self.blocks.len());
        let is_large = size > count * BLOCK;
        let is_small = count > 1 && size < count * BLOCK / 8;
        if is_large || is_small {
            self.arrange();
        }
    }

    /// Parts the packages into as many blocks as their size asks for.
    fn arrange(&mut self) {
        let count = self.size().div_ceil(BLOCK).max(1).next_power_of_two();
        let mut parts = vec![Vec::new(); count];
        for entry in self.blocks.iter().flat_map(Block::entries) {
            parts[place(&entry.package, count)].push(entry);
        }
        let block = |entries| {
            let mut block = Block::default();
            block.set(entries);
            block
        };
        self.blocks = parts.into_iter().map(block).collect();
    }
}

impl Block {
    fn stanzas(&self) -> impl Iterator<Item = &str> {
        self.text
            .split("\n\n")
            .filter(|text| !text.trim().is_empty())
    }

    fn entries(&self) -> Vec<Entry> {
        self.stanzas().map(Entry::read).collect()
    }

    fn set(&mut self, mut entries: Vec<Entry>) {
        entries.sort_unstable_by(Entry::order);
        self.text.clear();
        for entry in entries {
            self.text.push_str(&entry.text);
            self.text.push('\n');
        }
        self.packed = None;
    }
}

/// Returns the number of the block that a package stands in: FNV-1a of its name, with the upper half
/// laid over the lower.
fn place(package: &str, count: usize) -> usize {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in package.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let folded = (hash >> 32) ^ (hash & 0xffff_ffff);
    usize::try_from(folded).unwrap_or(0) % count
}

fn unpacked(blocks: Vec<xz::Block>) -> io::Result<Vec<Block>> {
    let texts = parallel::map_large(&blocks, xz::Block::unpack);
    let both = texts.into_iter().zip(blocks);
    both.map(|(text, packed)| {
        Ok(Block {
            text: utf8(text?)?,
            packed: Some(packed),
        })
    })
    .collect()
}

fn utf8(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is no text in UTF-8"))
}

/// Returns the digits of a sum.
#[must_use]
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns the SHA-256 sum of some bytes.
#[must_use]
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(package: &str, version: &str, filling: usize) -> Entry {
        let lines: Vec<_> = (0..filling)
            .map(|i| format!(" line {i} of {package}"))
            .collect();
        let filling = lines.join("\n");
        Entry::read(&format!(
            "Package: {package}\nVersion: {version}\nArchitecture: all\nSHA256: {package}{version}\n\
             Description: some\n{filling}"
        ))
    }

    fn many(count: usize) -> Vec<Entry> {
        (0..count)
            .map(|i| entry(&format!("package-{i}"), "1.0", 40))
            .collect()
    }

    #[test]
    fn an_index_is_read_as_it_was_written_in_every_form() {
        for count in [0, 1, 2000] {
            let mut index = Index::default();
            index.insert(&many(count));
            let files = index.files().unwrap();
            let text: String = index
                .blocks
                .iter()
                .map(|block| block.text.as_str())
                .collect();
            assert_eq!(files.size, text.len() as u64);
            assert_eq!(files.sha256, sha256(text.as_bytes()));
            for (form, bytes) in [
                (Form::Xz, &files.xz[..]),
                (Form::Gzip, &files.gz),
                (Form::Plain, text.as_bytes()),
            ] {
                let read = Index::read(bytes, form).unwrap();
                assert_eq!(read.entries().len(), count);
                let again = read.files().unwrap();
                assert_eq!(
                    (again.sha256, again.xz),
                    (files.sha256.clone(), files.xz.clone()),
                    "{form:?}"
                );
            }
        }
    }

    #[test]
    fn one_more_changes_one_block() {
        let mut index = Index::default();
        index.insert(&many(2000));
        let before = xz::split(&index.files().unwrap().xz).unwrap();
        assert!(before.len() > 4);
        let mut index = Index::read(&index.files().unwrap().xz, Form::Xz).unwrap();
        assert_eq!(
            index.insert(&[entry("package-7", "2.0", 9)]),
            [Insertion::Added]
        );
        let after = xz::split(&index.files().unwrap().xz).unwrap();
        let same = before.iter().zip(&after);
        let changed = same.filter(|(one, other)| xz::join([*one]) != xz::join([*other]));
        assert_eq!((changed.count(), after.len()), (1, before.len()));
        let versions: Vec<_> = index
            .of("package-7")
            .into_iter()
            .map(|it| it.version)
            .collect();
        assert_eq!(versions, ["1.0", "2.0"]);
    }

    #[test]
    fn the_order_of_additions_leaves_no_trace() {
        let mut all = many(1500);
        let mut at_once = Index::default();
        at_once.insert(&all);
        all.reverse();
        let mut in_parts = Index::default();
        for part in all.chunks(200) {
            in_parts.insert(part);
        }
        assert_eq!(at_once.files().unwrap().xz, in_parts.files().unwrap().xz);
    }

    #[test]
    fn the_same_version_is_there_once() {
        let mut index = Index::default();
        let mut other = entry("one", "1.0", 2);
        other.sha256 = "other".into();
        let outcomes = index.insert(&[entry("one", "1.0", 1), entry("one", "1.0", 1), other]);
        assert_eq!(
            outcomes,
            [Insertion::Added, Insertion::Known, Insertion::Other]
        );
        assert_eq!(index.entries().len(), 1);
    }

    #[test]
    fn removed_packages_leave_smaller_indices() {
        let mut index = Index::default();
        index.insert(&many(2000));
        let removed = index.retain(|entry| entry.package == "package-3");
        assert_eq!(
            (removed.len(), index.entries().len(), index.blocks.len()),
            (1999, 1, 1)
        );
    }

    #[test]
    fn an_index_of_another_tool_is_put_in_order() {
        let text = "Package: b\nVersion: 1\n\n\nPackage: a\nVersion: 1\n";
        let index = Index::read(text.as_bytes(), Form::Plain).unwrap();
        assert_eq!(
            index.blocks[0].text,
            "Package: a\nVersion: 1\n\nPackage: b\nVersion: 1\n\n"
        );
    }
}
