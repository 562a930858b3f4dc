//! One streaming encoder for every method, with as many threads as asked for and with bytes that do
//! not depend on their number.

use std::io::{self, Write};

use liblzma::stream::{Check, Filters, LzmaOptions, MtStreamBuilder};
use liblzma::write::XzEncoder;

use super::gzip::GzipEncoder;
use super::{ArchiveError, Compression, Method};

/// What an encoder is told about its input beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    /// Its size in bytes.
    pub(super) size: u64,
    /// Whether machine code for x86 dominates it.
    pub(super) x86: bool,
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
            Method::Zstd => zstandard(output, level, threads, input)
                .map(Self::Zstd)
                .map_err(|e| failed(e.to_string())),
            Method::Gzip => GzipEncoder::new(output, level, threads)
                .map(Self::Gzip)
                .ok_or_else(|| failed(format!("no level {level}"))),
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

/// The dictionary of the default preset 6 is 8 MiB; a block of that size loses 0.3 % against three
/// times as much, and even a tree of 30 MB then keeps several cores busy.
const XZ_BLOCK: u64 = 8 << 20;

/// One stream of many blocks, always by the multi-threaded encoder: liblzma's single-threaded one
/// writes other bytes.
fn xz<W: Write>(
    output: W,
    level: u8,
    threads: usize,
    input: Input,
) -> Result<XzEncoder<W>, liblzma::stream::Error> {
    let mut options = LzmaOptions::new_preset(u32::from(level))?;
    let dictionary: u64 = match level {
        0 => 256 << 10,
        1 => 1 << 20,
        2 => 2 << 20,
        3 | 4 => 4 << 20,
        5 | 6 => 8 << 20,
        7 => 16 << 20,
        8 => 32 << 20,
        _ => 64 << 20,
    };
    let block = XZ_BLOCK.max(dictionary);
    // A dictionary beyond the input costs memory here and, worse, on every machine that unpacks.
    let needed = input.size.next_power_of_two().max(64 << 10);
    options.dict_size(u32::try_from(dictionary.min(needed)).unwrap_or(u32::MAX));
    let mut filters = Filters::new();
    if input.x86 {
        filters.x86();
    }
    filters.lzma2(&options);
    let blocks = usize::try_from(input.size / block + 1).unwrap_or(usize::MAX);
    let threads = threads.min(blocks).min(256);
    let stream = MtStreamBuilder::new()
        .threads(u32::try_from(threads).unwrap_or(1))
        .block_size(block.min(needed))
        .filters(filters)
        .check(Check::Crc64)
        .encoder()?;
    Ok(XzEncoder::new_stream(output, stream))
}

/// One frame, always by worker threads: without them zstd writes other bytes.
fn zstandard<W: Write>(
    output: W,
    level: u8,
    threads: usize,
    input: Input,
) -> io::Result<zstd::Encoder<'static, W>> {
    let mut encoder = zstd::Encoder::new(output, i32::from(level))?;
    encoder.multithread(u32::try_from(threads.min(200)).unwrap_or(1))?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(input.size))?;
    Ok(encoder)
}
