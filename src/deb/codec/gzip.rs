//! gzip on many threads: each block of the input becomes a member of its own, which every reader of
//! gzip joins again (RFC 1952, section 2.2); dpkg reads them since long before Debian 11.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::bufread::GzDecoder;
use libdeflater::{CompressionLvl, Compressor};

use super::{Codec, Decoder, Encoder, Input, Raw};

pub(super) static CODEC: Codec = Codec {
    name: "gzip",
    mistaken: &["gz", "zlib", "pigz", "deflate"],
    suffix: ".gz",
    levels: Some(1..=12),
    default_level: 6,
    unread: None,
    filters_x86: false,
    jobs: |_, size| size.div_ceil(BLOCK as u64),
    workers: |_, cores, _| cores,
    memory,
    encoder: |output, level, threads, _| Ok(Box::new(GzipEncoder::new(output, level, threads)?)),
    decoder: |raw| Ok(Box::new(Gunzip::Start(raw))),
};

/// Input bytes per member. Matches reach back 32 KiB, so little is lost at its start.
const BLOCK: usize = 1 << 20;

/// A block on its way to a thread, and where the result goes.
type Job = (Vec<u8>, SyncSender<Vec<u8>>);

/// Adds up libdeflate's tables, a block on its way in and out, and two that wait to be written.
fn memory(level: u8, threads: usize, _: Input) -> u64 {
    let tables = if level < 10 { 2 << 20 } else { 10 << 20 };
    threads as u64 * (tables + 5 * BLOCK as u64)
}

/// Compresses what is written to it; the order of the blocks is kept.
struct GzipEncoder<W: Write> {
    output: W,
    block: Vec<u8>,
    jobs: Sender<Job>,
    results: VecDeque<Receiver<Vec<u8>>>,
    threads: usize,
    written: bool,
}

impl<W: Write> GzipEncoder<W> {
    /// Starts the threads, as many of them as the system lets.
    fn new(output: W, level: u8, threads: usize) -> io::Result<Self> {
        let level = CompressionLvl::new(i32::from(level))
            .map_err(|_| io::Error::other(format!("no level {level}")))?;
        let (jobs, waiting) = channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for started in 0..threads {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new().spawn(move || work(&waiting, level));
            if let (0, Err(error)) = (started, thread) {
                return Err(error);
            }
        }
        Ok(Self {
            output,
            block: Vec::with_capacity(BLOCK),
            jobs,
            results: VecDeque::new(),
            threads,
            written: false,
        })
    }

    fn submit(&mut self) -> io::Result<()> {
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        let (result, receiver) = sync_channel(1);
        self.jobs.send((block, result)).map_err(|_| thread_died())?;
        self.results.push_back(receiver);
        self.written = true;
        while self.results.len() > 2 * self.threads {
            self.write_next()?;
        }
        Ok(())
    }

    fn write_next(&mut self) -> io::Result<()> {
        if let Some(result) = self.results.pop_front() {
            let member = result.recv().map_err(|_| thread_died())?;
            self.output.write_all(&member)?;
        }
        Ok(())
    }
}

impl<W: Write> Encoder for GzipEncoder<W> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if !self.block.is_empty() || !self.written {
            self.submit()?;
        }
        while !self.results.is_empty() {
            self.write_next()?;
        }
        Ok(())
    }
}

impl<W: Write> Write for GzipEncoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend_from_slice(&bytes[..taken]);
        if self.block.len() == BLOCK {
            self.submit()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, level: CompressionLvl) {
    let mut compressor = Compressor::new(level);
    loop {
        let job = waiting.lock().ok().and_then(|jobs| jobs.recv().ok());
        let Some((block, result)) = job else { return };
        let Some(member) = compress(&mut compressor, &block) else {
            return;
        };
        // Nobody waits any more where the writer failed meanwhile.
        let _ = result.send(member);
    }
}

fn compress(compressor: &mut Compressor, block: &[u8]) -> Option<Vec<u8>> {
    let mut member = vec![0; compressor.gzip_compress_bound(block.len())];
    let size = compressor.gzip_compress(block, &mut member).ok()?;
    member.truncate(size);
    Some(member)
}

fn thread_died() -> io::Error {
    io::Error::other("a thread that compresses has died")
}

/// Compresses a small text, such as a changelog, into one member without name and time: as
/// `gzip -9n` would, and the same bytes everywhere. `level` is 1 to 12, others are brought into
/// that range.
#[must_use]
pub fn gzip(bytes: &[u8], level: u8) -> Vec<u8> {
    let level = CompressionLvl::new(i32::from(level.clamp(1, 12))).unwrap_or_default();
    compress(&mut Compressor::new(level), bytes).unwrap_or_default()
}

/// Reads gzip as zlib's `gzread` does, which dpkg calls: members follow each other, whatever else
/// follows is ignored, and what is no gzip from the start is taken as it is.
enum Gunzip {
    Start(Raw),
    Plain(Raw),
    Member(Box<GzDecoder<Raw>>),
    End(Raw),
    /// Only between two states.
    Nothing,
}

impl Decoder for Gunzip {
    fn rest(&mut self) -> Option<&mut Raw> {
        match self {
            Self::Start(raw) | Self::Plain(raw) | Self::End(raw) => Some(raw),
            Self::Member(_) | Self::Nothing => None,
        }
    }
}

impl Read for Gunzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(self, Self::Nothing) {
                Self::Start(mut raw) => {
                    *self = if starts_gzip(&mut raw)? {
                        Self::Member(Box::new(GzDecoder::new(raw)))
                    } else {
                        Self::Plain(raw)
                    };
                }
                Self::Plain(mut raw) => {
                    let count = raw.read(buffer);
                    *self = Self::Plain(raw);
                    return count;
                }
                Self::Member(mut member) => match member.read(buffer)? {
                    0 => {
                        let mut raw = member.into_inner();
                        *self = if starts_gzip(&mut raw)? {
                            Self::Member(Box::new(GzDecoder::new(raw)))
                        } else {
                            Self::End(raw)
                        };
                    }
                    count => {
                        *self = Self::Member(member);
                        return Ok(count);
                    }
                },
                Self::End(raw) => {
                    *self = Self::End(raw);
                    return Ok(0);
                }
                Self::Nothing => return Ok(0),
            }
        }
    }
}

/// Tells whether gzip's magic number comes next, of which the buffer may hold half.
fn starts_gzip(raw: &mut Raw) -> io::Result<bool> {
    let buffered = raw.fill_buf()?;
    if let [first, second, ..] = buffered {
        return Ok((*first, *second) == (0x1f, 0x8b));
    }
    if buffered != [0x1f] {
        return Ok(false);
    }
    Ok(raw.get_mut().peek()? == Some(0x8b))
}

#[cfg(test)]
mod tests {
    use super::*;
    fn encode(bytes: &[u8], threads: usize) -> Vec<u8> {
        let mut output = Vec::new();
        let mut encoder = Box::new(GzipEncoder::new(&mut output, 6, threads).unwrap());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap();
        output
    }

    #[test]
    fn blocks_join_to_the_input() {
        for size in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 7] {
            let bytes: Vec<u8> = (0..size).map(|i| (i * i / 1000).to_le_bytes()[0]).collect();
            let compressed = encode(&bytes, 2);
            let mut read = Vec::new();
            flate2::read::MultiGzDecoder::new(compressed.as_slice())
                .read_to_end(&mut read)
                .unwrap();
            assert!(read == bytes, "{size}");
            assert!(compressed == encode(&bytes, 7), "{size}");
        }
    }

    #[test]
    fn a_text_has_no_name_and_no_time() {
        let member = gzip(b"reldeb (1.0) unstable; urgency=medium\n", 9);
        assert_eq!(member[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    }
}
