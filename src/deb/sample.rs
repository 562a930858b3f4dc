//! A sample of what a tree holds, by which a compressor chooses its parameters before it begins.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::fs;
use crate::tree::{Content, Kind, Tree};

/// The parts of a sample, evenly spread over the bytes of the tree.
const PARTS: u64 = 16;
/// The bytes of a part: a 512th of the tree in all, at least 128 KiB and at most 1 MiB.
const LEAST: u64 = 8 << 10;
const MOST: u64 = 64 << 10;

/// Reads parts of the files that are packed as they are. A file that cannot be read counts nothing
/// here: the error is the archive's, which reads it whole.
pub(super) fn sample(tree: &Tree) -> Vec<u8> {
    let files = || tree.iter().filter_map(|(_, entry)| plain(&entry.kind));
    let whole: u64 = files().map(|(_, size)| size).sum();
    let distance = whole / PARTS;
    let length = (distance / 512).clamp(LEAST, MOST);
    let mut sample = Vec::new();
    // Of the part at hand, its start among the bytes of all files.
    let mut part = 0;
    let mut before = 0;
    for (path, size) in files() {
        let after = before + size;
        while part < after {
            let end = (part + length).min(after);
            let start = part.max(before);
            if start < end {
                read(path, start - before, end - start, &mut sample);
            }
            if part + length > after {
                // The part goes on in the next file.
                break;
            }
            part += distance.max(length);
        }
        before = after;
    }
    sample
}

fn plain(kind: &Kind) -> Option<(&Path, u64)> {
    match kind {
        Kind::Regular {
            content: Content::File { path, size },
            ..
        } => Some((path, *size)),
        _ => None,
    }
}

fn read(path: &Path, start: u64, length: u64, sample: &mut Vec<u8>) {
    let Ok(mut file) = fs::open(path) else { return };
    if file.seek(SeekFrom::Start(start)).is_ok() {
        // What was read before an error is as good a sample.
        let _ = file.take(length).read_to_end(sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Entry, Origin, PackagePath};

    /// The sample of files with these contents.
    fn sample_of(contents: &[Vec<u8>]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let mut tree = Tree::default();
        for (number, bytes) in contents.iter().enumerate() {
            let path = folder.path().join(number.to_string());
            crate::fs::write(&path, bytes).unwrap();
            let (path, size) = (path.into(), bytes.len() as u64);
            let entry = Entry::regular(Content::File { path, size }, 0o644, Origin::Parent);
            let path = PackagePath::new(format!("/{number:06}")).unwrap();
            tree.insert(path, entry).unwrap();
        }
        sample(&tree)
    }

    /// So many bytes that count on in steps of a KiB.
    fn counting(length: usize) -> Vec<u8> {
        let kib = |n: usize| u8::try_from(n / 1024 % 256).unwrap_or_default();
        (0..length).map(kib).collect()
    }

    #[test]
    fn a_small_tree_is_its_own_sample() {
        let bytes = counting(100_000);
        let files = [bytes[..10].to_vec(), vec![], bytes[10..].to_vec()];
        assert_eq!(sample_of(&files), bytes);
        assert!(sample_of(&[]).is_empty());
    }

    #[test]
    fn a_sample_is_the_same_however_the_bytes_are_parted_into_files() {
        const LENGTH: usize = 4 << 20;
        let bytes = counting(LENGTH);
        let expected: Vec<u8> = bytes
            .chunks(LENGTH / 16)
            .flat_map(|part| part[..8 << 10].to_vec())
            .collect();
        for size in [3_000, 100_000, LENGTH] {
            let files: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            assert!(sample_of(&files) == expected, "files of {size} bytes");
        }
    }
}
