//! The stage between the packer and the compressor of a data archive: it hashes the files in every
//! chunk that passes.

use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender};

use super::hash::{self, LongSum, Md5};

/// A part of the archive, with the contents of files that lie in it.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// The buffer; its end may be unused.
    pub(super) buffer: Vec<u8>,
    /// The number of bytes of the buffer that are the archive's.
    pub(super) filled: usize,
    /// The spans in the order of the files: each has at least one, of no bytes where it is empty.
    pub(super) spans: Vec<FileSpan>,
}

impl Chunk {
    /// Returns the bytes of the archive.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }
}

/// A part of the content of a file.
#[derive(Debug, Clone)]
pub(super) struct FileSpan {
    /// The place in the buffer.
    pub(super) range: Range<usize>,
    /// True where the content begins here.
    pub(super) first: bool,
    /// True where the content ends here.
    pub(super) last: bool,
}

/// The number of chunks that are hashed together where the packer is ahead: the more files, the
/// better they fill the lanes of [`hash::sums`].
const BATCH: usize = 4;

/// Hashes the files in passing chunks until no more come, or until nobody takes them. Returns the
/// sums in the order of the files.
pub(super) fn hash(arriving: &Receiver<Chunk>, onward: &SyncSender<Chunk>) -> Vec<Md5> {
    let mut sums = Vec::new();
    let mut long = LongSum::default();
    while let Ok(first) = arriving.recv() {
        let mut batch = vec![first];
        batch.extend(arriving.try_iter().take(BATCH - 1));
        let mut whole = Vec::new();
        for chunk in &batch {
            for span in &chunk.spans {
                let bytes = &chunk.buffer[span.range.clone()];
                if span.first {
                    sums.push([0; 16]);
                }
                let place = sums.len() - 1;
                if span.first && span.last {
                    whole.push((place, bytes));
                    continue;
                }
                // Of files in several chunks one is open at a time.
                long.add(bytes);
                if span.last {
                    sums[place] = std::mem::take(&mut long).finish();
                }
            }
        }
        let (places, contents): (Vec<_>, Vec<_>) = whole.into_iter().unzip();
        for (place, sum) in places.into_iter().zip(hash::sums(&contents)) {
            sums[place] = sum;
        }
        for chunk in batch {
            if onward.send(chunk).is_err() {
                return sums;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    /// Hashes files whose content lies in buffers of ten bytes.
    fn sums(files: &[&[u8]]) -> Vec<Md5> {
        let (packed, arriving) = sync_channel(100);
        let (onward, passed) = sync_channel(100);
        let mut chunk = Chunk::default();
        for file in files {
            let mut rest = *file;
            let mut first = true;
            loop {
                let length = rest.len().min(10 - chunk.filled);
                let start = chunk.filled;
                chunk.buffer.extend_from_slice(&rest[..length]);
                chunk.filled += length;
                chunk.spans.push(FileSpan {
                    range: start..chunk.filled,
                    first,
                    last: length == rest.len(),
                });
                first = false;
                rest = &rest[length..];
                if rest.is_empty() {
                    break;
                }
                packed.send(std::mem::take(&mut chunk)).unwrap();
            }
        }
        packed.send(chunk).unwrap();
        drop(packed);
        let sums = hash(&arriving, &onward);
        let bytes: Vec<u8> = passed
            .try_iter()
            .flat_map(|chunk| chunk.bytes().to_vec())
            .collect();
        assert_eq!(bytes, files.concat());
        sums
    }

    #[test]
    fn every_file_has_its_sum_however_it_is_parted() {
        let bytes: Vec<u8> = (0..100).collect();
        for lengths in [
            &[][..],
            &[0],
            &[3, 0, 4],
            &[25],
            &[3, 25, 2, 1, 9, 0, 40],
            &[10, 10],
            &[15, 15, 15],
        ] {
            let files: Vec<&[u8]> = lengths.iter().map(|n| &bytes[*n..2 * n]).collect();
            let expected: Vec<Md5> = files.iter().map(|f| md5::compute(f).0).collect();
            assert_eq!(sums(&files), expected, "{lengths:?}");
        }
    }
}
