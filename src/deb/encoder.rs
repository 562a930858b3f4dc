//! One streaming encoder for every method, with as many threads as asked for and with bytes that do
//! not depend on their number.

use std::io::{self, Write};

use liblzma::stream::{Check, Filters, LzmaOptions, MtStreamBuilder};
use liblzma::write::XzEncoder;

use super::gzip::{self, GzipEncoder};
use super::{ArchiveError, Compression, Method, zstandard};

/// What an encoder is told about its input beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    /// Its size in bytes, or about that.
    pub(super) size: u64,
    /// Whether that is its size to the byte.
    pub(super) exact: bool,
    /// Whether machine code for x86 dominates it.
    pub(super) x86: bool,
}

/// More threads than any of the libraries takes.
const MOST_THREADS: usize = 200;

/// How many threads find work in an input: one for each part that it is cut into.
pub(super) fn jobs(compression: Compression, input: Input) -> usize {
    let level = compression.level();
    let jobs = match compression.method() {
        Method::Xz => xz_sizes(level, input.size).blocks,
        Method::Zstd => input.size.div_ceil(zstandard::job_size(level, input.size)),
        Method::Gzip => input.size.div_ceil(gzip::BLOCK as u64),
        Method::None => 1,
    };
    usize::try_from(jobs)
        .unwrap_or(usize::MAX)
        .clamp(1, MOST_THREADS)
}

/// How many threads keep so many cores busy.
pub(super) fn workers(compression: Compression, cores: usize, input: Input) -> usize {
    match compression.method() {
        Method::Zstd => zstandard::workers(compression.level(), cores, input.size),
        Method::Xz | Method::Gzip | Method::None => cores,
    }
}

/// The memory in bytes that an encoder takes with so many threads: an upper bound near to what was
/// measured of input that cannot be compressed.
pub(super) fn memory(compression: Compression, threads: usize, input: Input) -> u64 {
    let level = compression.level();
    match compression.method() {
        Method::Xz => xz_memory(level, threads, input),
        Method::Zstd => zstandard::memory(level, threads, input),
        Method::Gzip => threads as u64 * gzip_memory(level),
        Method::None => 0,
    }
}

/// Compresses what is written to it.
pub(super) enum Encoder<W: Write> {
    Xz(XzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
    Gzip(GzipEncoder<W>),
    None(W),
}

impl<W: Write> Encoder<W> {
    /// Starts the threads.
    pub(super) fn new(
        output: W,
        compression: Compression,
        threads: usize,
        input: Input,
    ) -> Result<Self, ArchiveError> {
        let failed = |reason: String| ArchiveError::Compress {
            compression,
            reason,
        };
        let level = compression.level();
        match compression.method() {
            Method::Xz => xz(output, level, threads, input)
                .map(Self::Xz)
                .map_err(|e| failed(e.to_string())),
            Method::Zstd => zstandard::encoder(output, level, threads.min(MOST_THREADS), input)
                .map(Self::Zstd)
                .map_err(|e| failed(e.to_string())),
            Method::Gzip => GzipEncoder::new(output, level, threads)
                .map(Self::Gzip)
                .map_err(|e| failed(e.to_string())),
            Method::None => Ok(Self::None(output)),
        }
    }

    /// Writes what is left and gives the output back.
    pub(super) fn finish(self) -> io::Result<W> {
        match self {
            Self::Xz(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
            Self::Gzip(encoder) => encoder.finish(),
            Self::None(output) => Ok(output),
        }
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Xz(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::None(output) => output.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes per block of xz and the bytes that matches reach back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct XzSizes {
    block: u64,
    dictionary: u32,
    blocks: u64,
}

/// Cuts the input into equal blocks: about sixteen, so that a tree of 60 MB already keeps eight
/// cores busy and the last block does not leave all but one idle; but none far below 8 MiB, where the
/// loss at every start exceeds 0.3 %, and none above three dictionaries, which gains nothing more.
fn xz_sizes(level: u8, size: u64) -> XzSizes {
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
    XzSizes {
        block,
        dictionary: dictionary.min(useful),
        blocks,
    }
}

/// One stream of many blocks, always by the multi-threaded encoder: liblzma's single-threaded one
/// writes other bytes.
fn xz_builder(
    level: u8,
    threads: usize,
    input: Input,
) -> Result<MtStreamBuilder, liblzma::stream::Error> {
    let sizes = xz_sizes(level, input.size);
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

fn xz<W: Write>(
    output: W,
    level: u8,
    threads: usize,
    input: Input,
) -> Result<XzEncoder<W>, liblzma::stream::Error> {
    let blocks = usize::try_from(xz_sizes(level, input.size).blocks).unwrap_or(usize::MAX);
    let stream = xz_builder(level, threads.min(blocks), input)?.encoder()?;
    Ok(XzEncoder::new_stream(output, stream))
}

/// What liblzma says, without the buffers of blocks that there are not: it counts two finished blocks
/// for each thread.
fn xz_memory(level: u8, threads: usize, input: Input) -> u64 {
    let Ok(builder) = xz_builder(level, threads, input) else {
        return 0;
    };
    let sizes = xz_sizes(level, input.size);
    let never_there = (2 * threads as u64).saturating_sub(sizes.blocks);
    builder.memusage().saturating_sub(never_there * sizes.block)
}

/// libdeflate's tables, a block on its way in and out, and two that wait to be written.
fn gzip_memory(level: u8) -> u64 {
    let tables = if level < 10 { 2 << 20 } else { 10 << 20 };
    tables + 5 * gzip::BLOCK as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xz_blocks_are_equal_and_within_bounds() {
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
            let expected = XzSizes {
                block,
                dictionary,
                blocks,
            };
            assert_eq!(xz_sizes(level, size), expected, "{level} {size}");
        }
    }
}
