//! The content of a member of a package, decompressed as dpkg does it: how far it reads, and what it
//! makes of bytes behind the end, decides which files are installed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;
use liblzma::stream::Stream;

use super::ar::Member;

/// The memory in bytes that a dictionary of xz or lzma may take; `xz -9` has 64 MiB.
const DICTIONARY_LIMIT: u64 = 132 << 20;
/// The binary logarithm of the largest window of zstd, which is dpkg's limit as well.
const WINDOW_LIMIT: u32 = 27;

/// A member may always unpack to so many bytes …
const BOMB_FLOOR: u64 = 1 << 30;
/// … and to so many times its size. Releases reach 10; a sparse image of a disk may reach 100.
const BOMB_RATIO: u64 = 256;

/// A part of a file, whoever else reads the file meanwhile on this thread.
#[derive(Debug)]
pub(super) struct Section {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl Section {
    pub(super) fn new(file: Arc<File>, member: &Member) -> Self {
        Self {
            file,
            at: member.offset,
            end: member.offset + member.size,
        }
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.take(self.end - self.at).read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

type Raw = BufReader<Section>;

/// A member that is decompressed while it is read.
pub(super) struct Content {
    codec: Codec,
    read: u64,
    most: u64,
}

/// What dpkg takes for one stream. It stops behind the first stream of xz, bzip2 and lzma and the
/// first frame of zstd.
enum Codec {
    Plain(Raw),
    Gzip(Gunzip),
    Xz(XzDecoder<Raw>),
    Bzip2(BzDecoder<Raw>),
    Zstd(Box<zstd::Decoder<'static, Raw>>),
}

impl Content {
    /// Starts to read what the end of the member's name says: `.gz`, `.xz`, `.zst`, `.bz2`, `.lzma`
    /// or nothing.
    pub(super) fn new(section: Section, suffix: &str) -> io::Result<Self> {
        let most = (section.end - section.at).saturating_mul(BOMB_RATIO);
        let raw = BufReader::with_capacity(64 << 10, section);
        let lzma = |stream: Result<Stream, liblzma::stream::Error>, raw| {
            Ok::<_, io::Error>(Codec::Xz(XzDecoder::new_stream(raw, stream?)))
        };
        let codec = match suffix {
            "" => Codec::Plain(raw),
            ".gz" => Codec::Gzip(Gunzip::Start(raw)),
            ".xz" => lzma(Stream::new_stream_decoder(DICTIONARY_LIMIT, 0), raw)?,
            ".lzma" => lzma(Stream::new_lzma_decoder(DICTIONARY_LIMIT), raw)?,
            ".bz2" => Codec::Bzip2(BzDecoder::new(raw)),
            ".zst" => {
                let mut decoder = zstd::Decoder::with_buffer(raw)?;
                decoder.window_log_max(WINDOW_LIMIT)?;
                Codec::Zstd(Box::new(decoder.single_frame()))
            }
            other => {
                return Err(io::Error::other(format!(
                    "compression `{}` is not supported, expected xz, zst, gz, bz2 or lzma",
                    crate::escape::line(other)
                )));
            }
        };
        Ok(Self {
            codec,
            read: 0,
            most: most.max(BOMB_FLOOR),
        })
    }

    /// Reads the stream to its end, so that its checksum is compared, and tells how many bytes of
    /// the member lie behind it.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        io::copy(&mut self, &mut io::sink())?;
        let raw: &mut Raw = match &mut self.codec {
            Codec::Plain(raw) => raw,
            Codec::Gzip(gunzip) => match gunzip.raw() {
                Some(raw) => raw,
                None => return Ok(0),
            },
            Codec::Xz(decoder) => decoder.get_mut(),
            Codec::Bzip2(decoder) => decoder.get_mut(),
            Codec::Zstd(decoder) => decoder.get_mut(),
        };
        io::copy(raw, &mut io::sink())
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.codec {
            Codec::Plain(raw) => raw.read(buffer),
            Codec::Gzip(gunzip) => gunzip.read(buffer),
            Codec::Xz(decoder) => decoder.read(buffer).map_err(explain),
            Codec::Bzip2(decoder) => decoder.read(buffer),
            Codec::Zstd(decoder) => decoder.read(buffer),
        }?;
        self.read += count as u64;
        if self.read > self.most {
            return Err(io::Error::other(format!(
                "it unpacks to more than {} MB, which is over {BOMB_RATIO} times its size: it is not read further",
                self.most / 1_000_000
            )));
        }
        Ok(count)
    }
}

/// liblzma only says that a limit was reached, not that it is ours.
fn explain(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    if let Some(liblzma::stream::Error::MemLimit) = inner {
        let most = DICTIONARY_LIMIT >> 20;
        return io::Error::other(format!(
            "its dictionary takes more memory than {most} MiB, expected at most that"
        ));
    }
    error
}

/// gzip as zlib's `gzread` has it, which dpkg calls: members follow each other, what follows them and
/// is none is ignored, and what is no gzip from the start is taken as it is.
enum Gunzip {
    Start(Raw),
    Plain(Raw),
    Member(Box<GzDecoder<Raw>>),
    End(Raw),
    /// Only between two states.
    Nothing,
}

impl Gunzip {
    fn raw(&mut self) -> Option<&mut Raw> {
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
    let mut next = [0];
    let section = raw.get_mut();
    let at = section.at;
    let count = section.read(&mut next)?;
    section.at = at;
    Ok(count == 1 && next == [0x8b])
}
