//! An xz stream of many blocks, of which each can be taken over as it is (the .xz file format 1.2.1,
//! sections 2 to 4).
//!
//! liblzma makes and reads the blocks; header, index and footer around them are a few numbers.

use std::io::{self, Read};

use flate2::Crc;
use liblzma::bufread::{XzDecoder, XzEncoder};
use liblzma::stream::{Check, Filters, LzmaOptions, Stream};

/// The first bytes of a stream.
const MAGIC: &[u8] = b"\xfd7zXZ\0";
/// The last bytes of a stream.
const END: &[u8] = b"YZ";
/// The flags of a stream whose blocks have a CRC64, as xz(1) makes them.
const FLAGS: [u8; 2] = [0, 4];
/// The bytes of the header of a stream, and of its footer.
const FRAME: usize = 12;
/// The bytes that matches reach back: more than nearly all blocks have.
const DICTIONARY: u32 = 512 << 10;
/// The most memory that a block of somebody else may take to be read.
const MEMORY: u64 = 132 << 20;

/// A block as it lies in a stream.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// The bytes with their check, filled up to a multiple of four.
    bytes: Vec<u8>,
    /// The number of bytes before they were filled up.
    unpadded: u64,
    /// The number of bytes that come out of it.
    size: u64,
}

impl Block {
    /// Compresses a text.
    pub(super) fn pack(text: &[u8]) -> io::Result<Self> {
        let mut options = LzmaOptions::new_preset(6)?;
        options.dict_size(DICTIONARY);
        let mut filters = Filters::new();
        filters.lzma2(&options);
        let stream = Stream::new_stream_encoder(&filters, Check::Crc64)?;
        let mut packed = Vec::new();
        XzEncoder::new_stream(text, stream).read_to_end(&mut packed)?;
        // A stream of nothing has no block at all.
        match split(&packed).as_deref() {
            Some([only]) => Ok(only.clone()),
            Some([]) => Ok(Self::nothing()),
            _ => Err(io::Error::other("the encoder made no stream of one block")),
        }
    }

    /// Returns a block of no bytes: LZMA2's mark of the end, behind a header that names it alone.
    fn nothing() -> Self {
        // Three times four bytes: size, flags, filter 0x21 with one byte for the dictionary.
        let mut bytes = vec![2, 0, 0x21, 1, 0, 0, 0, 0];
        bytes.extend_from_slice(&crc32(&bytes));
        bytes.push(0);
        let unpadded = bytes.len() as u64 + 8;
        bytes.extend_from_slice(&[0; 3]);
        // The CRC64 of nothing is zero.
        bytes.extend_from_slice(&[0; 8]);
        Self {
            bytes,
            unpadded,
            size: 0,
        }
    }

    /// Decompresses it; its check is compared.
    pub(super) fn unpack(&self) -> io::Result<Vec<u8>> {
        unpack(&join([self]))
    }
}

/// Decompresses a whole file.
pub(super) fn unpack(stream: &[u8]) -> io::Result<Vec<u8>> {
    let decoder = Stream::new_stream_decoder(MEMORY, liblzma::stream::CONCATENATED)?;
    let mut text = Vec::new();
    XzDecoder::new_stream(stream, decoder)
        .take(super::MOST_BYTES)
        .read_to_end(&mut text)?;
    Ok(text)
}

/// Makes one stream of blocks.
pub(super) fn join<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Vec<u8> {
    let mut stream = MAGIC.to_vec();
    stream.extend_from_slice(&FLAGS);
    stream.extend_from_slice(&crc32(&FLAGS));
    let mut records = Vec::new();
    let mut count = 0;
    for block in blocks {
        stream.extend_from_slice(&block.bytes);
        put_number(&mut records, block.unpadded);
        put_number(&mut records, block.size);
        count += 1;
    }
    let mut index = vec![0];
    put_number(&mut index, count);
    index.extend_from_slice(&records);
    index.resize(index.len().next_multiple_of(4), 0);
    index.extend_from_slice(&crc32(&index));
    // The size of an index fits: it has a few bytes for each block.
    let backward = u32::try_from(index.len() / 4 - 1).unwrap_or(u32::MAX);
    let mut footer = backward.to_le_bytes().to_vec();
    footer.extend_from_slice(&FLAGS);
    stream.extend_from_slice(&index);
    stream.extend_from_slice(&crc32(&footer));
    stream.extend_from_slice(&footer);
    stream.extend_from_slice(END);
    stream
}

/// Parts a file into its blocks; none where it is not one stream whose blocks have a CRC64.
pub(super) fn split(stream: &[u8]) -> Option<Vec<Block>> {
    let rest = stream.strip_prefix(MAGIC)?.strip_prefix(&FLAGS)?;
    rest.strip_prefix(&crc32(&FLAGS))?;
    let footer = stream.get(stream.len().checked_sub(FRAME)?..)?;
    let (sum, footer) = footer.split_at(4);
    let footer = footer.strip_suffix(END)?;
    if sum != crc32(footer) || footer.get(4..) != Some(&FLAGS) {
        return None;
    }
    let backward = u32::from_le_bytes(footer.get(..4)?.try_into().ok()?);
    let size = (usize::try_from(backward).ok()? + 1).checked_mul(4)?;
    let end = stream.len() - FRAME;
    let start = end.checked_sub(size).filter(|start| *start >= FRAME)?;
    let (index, sum) = stream[start..end].split_at(size.checked_sub(4)?);
    if sum != crc32(index) {
        return None;
    }
    blocks(&stream[FRAME..start], index.strip_prefix(&[0])?)
}

/// Parts the bytes of all blocks as the records of the index tell.
fn blocks(mut bytes: &[u8], mut index: &[u8]) -> Option<Vec<Block>> {
    let count = take_number(&mut index)?;
    let mut blocks = Vec::new();
    for _ in 0..count {
        let unpadded = take_number(&mut index)?;
        let size = take_number(&mut index)?;
        let padded = usize::try_from(unpadded)
            .ok()?
            .checked_next_multiple_of(4)?;
        let (block, rest) = bytes.split_at_checked(padded)?;
        bytes = rest;
        blocks.push(Block {
            bytes: block.to_vec(),
            unpadded,
            size,
        });
    }
    bytes.is_empty().then_some(blocks)
}

/// Writes a number in parts of seven bits, the lowest first.
fn put_number(output: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        output.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    output.push(number.to_le_bytes()[0]);
}

fn take_number(input: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for part in 0..9 {
        let (byte, rest) = input.split_first()?;
        *input = rest;
        number |= u64::from(byte & 0x7f) << (7 * part);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn crc32(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Vec<Vec<u8>> {
        let long: Vec<u8> = (0..70_000u32)
            .flat_map(|i| i.wrapping_mul(i).to_le_bytes())
            .collect();
        vec![b"one".to_vec(), Vec::new(), long, b"three\n".repeat(50)]
    }

    #[test]
    fn blocks_are_joined_and_parted_again() {
        let blocks: Vec<Block> = texts()
            .iter()
            .map(|text| Block::pack(text).unwrap())
            .collect();
        let stream = join(&blocks);
        assert_eq!(unpack(&stream).unwrap(), texts().concat());
        let parted = split(&stream).unwrap();
        assert_eq!(join(&parted), stream);
        for (block, text) in parted.iter().zip(texts()) {
            assert_eq!(block.unpack().unwrap(), text);
        }
        assert_eq!(unpack(&join([])).unwrap(), b"");
    }

    #[test]
    fn what_is_damaged_is_no_stream_of_ours() {
        let stream = join(&[Block::pack(b"one").unwrap(), Block::pack(b"two").unwrap()]);
        for length in 0..stream.len() {
            assert!(split(&stream[..length]).is_none(), "{length}");
        }
        for place in 0..stream.len() {
            let mut damaged = stream.clone();
            damaged[place] ^= 0x10;
            let whole = split(&damaged).map(|blocks| blocks.iter().map(Block::unpack).collect());
            let whole: Option<Result<Vec<_>, _>> = whole;
            assert!(!matches!(whole, Some(Ok(_))), "{place}");
        }
    }

    #[test]
    fn every_xz_reads_it() {
        let blocks: Vec<Block> = texts()
            .iter()
            .map(|text| Block::pack(text).unwrap())
            .collect();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file, &join(&blocks)).unwrap();
        let Ok(output) = std::process::Command::new("xz")
            .args(["-dc", "--format=xz"])
            .arg(file.path())
            .output()
        else {
            return;
        };
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, texts().concat());
    }
}
