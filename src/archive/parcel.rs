//! `Parcel`: a piece of the data archive on its way from the packer, which fills it, over the hasher
//! to the compressor; and the hasher.

use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender};

use super::hash::{self, Md5};

/// A buffer of the archive, and where the contents of files lie in it.
#[derive(Debug, Default)]
pub(super) struct Parcel {
    /// The buffer, longer than what is used of it.
    pub(super) buffer: Vec<u8>,
    /// How many bytes of it are the archive's.
    pub(super) filled: usize,
    /// In the order of the files: every file has at least one, of no bytes where it is empty.
    pub(super) pieces: Vec<Piece>,
}

impl Parcel {
    /// The bytes of the archive.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }
}

/// A part of the content of a file.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Where it lies in the buffer.
    pub(super) range: Range<usize>,
    /// Whether the content begins with it.
    pub(super) first: bool,
    /// Whether the content ends with it.
    pub(super) last: bool,
}

/// Hashes what passes, until no more comes or nobody takes it: the sums of the files in their order.
pub(super) fn hash(arriving: &Receiver<Parcel>, onward: &SyncSender<Parcel>) -> Vec<Md5> {
    let mut sums = Vec::new();
    let mut long = md5::Context::new();
    for parcel in arriving {
        let (whole, parts): (Vec<_>, Vec<_>) =
            parcel.pieces.iter().partition(|p| p.first && p.last);
        // A file that goes on from another parcel comes before all others, and one that goes on in
        // the next after them.
        for part in parts.iter().filter(|part| !part.first) {
            long.consume(&parcel.buffer[part.range.clone()]);
            if part.last {
                sums.push(std::mem::take(&mut long).finalize().0);
            }
        }
        let whole: Vec<&[u8]> = whole
            .iter()
            .map(|piece| &parcel.buffer[piece.range.clone()])
            .collect();
        sums.extend(hash::sums(&whole));
        for part in parts.iter().filter(|part| part.first) {
            long.consume(&parcel.buffer[part.range.clone()]);
        }
        if onward.send(parcel).is_err() {
            break;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    /// What the hasher says of files whose content lies in buffers of ten bytes.
    fn sums(files: &[&[u8]]) -> Vec<Md5> {
        let (packed, arriving) = sync_channel(100);
        let (onward, passed) = sync_channel(100);
        let mut parcel = Parcel::default();
        for file in files {
            let mut rest = *file;
            loop {
                let length = rest.len().min(10 - parcel.filled);
                let start = parcel.filled;
                parcel.buffer.extend_from_slice(&rest[..length]);
                parcel.filled += length;
                parcel.pieces.push(Piece {
                    range: start..parcel.filled,
                    first: rest.len() == file.len(),
                    last: length == rest.len(),
                });
                rest = &rest[length..];
                if rest.is_empty() {
                    break;
                }
                packed.send(std::mem::take(&mut parcel)).unwrap();
            }
        }
        packed.send(parcel).unwrap();
        drop(packed);
        let sums = hash(&arriving, &onward);
        let bytes: Vec<u8> = passed
            .try_iter()
            .flat_map(|parcel| parcel.bytes().to_vec())
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
