//! xz: one stream of equal blocks, on many threads.

use std::io::{self, Read, Write};

use liblzma::bufread::XzDecoder;
use liblzma::stream::{Check, Filters, LzmaOptions, MtStreamBuilder, Stream};
use liblzma::write::XzEncoder;

use super::{Codec, Decoder, Encoder, Input, MOST_THREADS, Raw};

pub(super) static CODEC: Codec = Codec {
    name: "xz",
    mistaken: &["lzma", "lzma2", "bzip2", "bz2"],
    suffix: ".xz",
    levels: Some(0..=9),
    default_level: 5,
    unread: None,
    filters_x86: true,
    jobs: |level, size| sizes(level, size).blocks,
    workers: |_, cores, _| cores,
    memory,
    encoder,
    decoder: |raw| decoder(raw, Stream::new_stream_decoder(DICTIONARY_LIMIT, 0)),
};

/// The memory in bytes that a dictionary may take; `xz -9` has 64 MiB.
const DICTIONARY_LIMIT: u64 = 132 << 20;

/// The bytes of a block, the bytes that matches reach back, and the number of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sizes {
    block: u64,
    dictionary: u32,
    blocks: u64,
}

/// Cuts the input into equal blocks: about sixteen, so that a tree of 60 MB already keeps eight
/// cores busy and the last block does not leave all but one idle; but none far below 8 MiB, where the
/// loss at every start exceeds 0.3 %, and none above three dictionaries, which gains nothing more.
fn sizes(level: u8, size: u64) -> Sizes {
    let dictionary: u32 = match level {
        0 => 256 << 10,
        1 => 1 << 20,
        2 => 2 << 20,
        3 | 4 => 4 << 20,
        5 | 6 => 8 << 20,
        7 => 16 << 20,
        8 => 32 << 20,
        _ => 64 << 20,
    };
    let least = u64::from(dictionary).max(8 << 20);
    let wanted = (size / 16).clamp(least, 3 * least);
    let blocks = match size.div_ceil(wanted) {
        0 | 1 => 1,
        // Of three blocks the third would keep one of two cores busy alone.
        more => more.next_multiple_of(2),
    };
    let block = size.div_ceil(blocks).max(64 << 10);
    // A dictionary beyond the block costs memory here and on every machine that unpacks.
    let useful = u32::try_from(block.next_power_of_two()).unwrap_or(u32::MAX);
    Sizes {
        block,
        dictionary: dictionary.min(useful),
        blocks,
    }
}

/// Sets up the multi-threaded encoder, also for one thread: liblzma's single-threaded one writes
/// other bytes.
fn builder(
    level: u8,
    threads: usize,
    input: Input,
) -> Result<MtStreamBuilder, liblzma::stream::Error> {
    let sizes = sizes(level, input.size);
    let mut options = LzmaOptions::new_preset(u32::from(level))?;
    options.dict_size(sizes.dictionary);
    let mut filters = Filters::new();
    if input.x86 {
        filters.x86();
    }
    filters.lzma2(&options);
    let mut builder = MtStreamBuilder::new();
    builder
        .threads(u32::try_from(threads.min(MOST_THREADS)).unwrap_or(1))
        .block_size(sizes.block)
        .filters(filters)
        .check(Check::Crc64);
    Ok(builder)
}

fn encoder(
    output: &mut dyn Write,
    level: u8,
    threads: usize,
    input: Input,
) -> io::Result<Box<dyn Encoder + '_>> {
    let blocks = usize::try_from(sizes(level, input.size).blocks).unwrap_or(usize::MAX);
    let stream = builder(level, threads.min(blocks), input)?.encoder()?;
    Ok(Box::new(XzEncoder::new_stream(output, stream)))
}

impl Encoder for XzEncoder<&mut dyn Write> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        XzEncoder::finish(*self).map(drop)
    }
}

/// Asks liblzma, and takes off the buffers of blocks that there are not: it counts two finished
/// blocks for each thread.
fn memory(level: u8, threads: usize, input: Input) -> u64 {
    let Ok(builder) = builder(level, threads, input) else {
        return 0;
    };
    let sizes = sizes(level, input.size);
    let never_there = (2 * threads as u64).saturating_sub(sizes.blocks);
    builder.memusage().saturating_sub(never_there * sizes.block)
}

/// Reads the format that came before xz; old data archives have it.
pub(super) fn lzma_decoder(raw: Raw) -> io::Result<Box<dyn Decoder>> {
    decoder(raw, Stream::new_lzma_decoder(DICTIONARY_LIMIT))
}

fn decoder(
    raw: Raw,
    stream: Result<Stream, liblzma::stream::Error>,
) -> io::Result<Box<dyn Decoder>> {
    Ok(Box::new(Bounded(XzDecoder::new_stream(raw, stream?))))
}

/// A decoder whose error tells that the limit is ours: liblzma only says that one was reached.
struct Bounded(XzDecoder<Raw>);

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            let Some(liblzma::stream::Error::MemLimit) = inner else {
                return error;
            };
            let most = DICTIONARY_LIMIT >> 20;
            io::Error::other(format!(
                "its dictionary takes more memory than {most} MiB, expected at most that"
            ))
        })
    }
}

impl Decoder for Bounded {
    fn rest(&mut self) -> Option<&mut Raw> {
        Some(self.0.get_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_equal_and_within_bounds() {
        const MIB: u64 = 1 << 20;
        for (level, size, blocks, block, dictionary) in [
            (6, 10 * 1024, 1, 64 << 10, 64 << 10),
            (6, 5 * MIB, 1, 5 * MIB, 8 << 20),
            (6, 24 * MIB, 4, 6 * MIB, 8 << 20),
            (6, 60 * MIB, 8, 60 * MIB / 8, 8 << 20),
            (6, 160 * MIB, 16, 10 * MIB, 8 << 20),
            (6, 2400 * MIB, 100, 24 * MIB, 8 << 20),
            (0, 60 * MIB, 8, 60 * MIB / 8, 256 << 10),
            (9, 60 * MIB, 1, 60 * MIB, 64 << 20),
            (9, 640 * MIB, 10, 64 * MIB, 64 << 20),
        ] {
            let expected = Sizes {
                block,
                dictionary,
                blocks,
            };
            assert_eq!(sizes(level, size), expected, "{level} {size}");
        }
    }
}
