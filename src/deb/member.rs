//! The content of a member of a package, decompressed as dpkg does it: how far it reads, and what it
//! makes of bytes behind the end, decides which files are installed.

use std::io::{self, BufReader, Read};

use super::codec::{self, Decoder};
use super::section::Section;
use crate::message;

/// A member may always unpack to so many bytes …
const BOMB_FLOOR: u64 = 1 << 30;
/// … and to so many times its size. Releases reach 10; a sparse image of a disk may reach 100.
const BOMB_RATIO: u64 = 256;

/// A member that is decompressed while it is read.
pub(super) struct Content {
    decoder: Box<dyn Decoder>,
    read: u64,
    most: u64,
}

impl Content {
    /// Starts to read what the end of the member's name says, such as `.xz`.
    pub(super) fn new(section: Section, suffix: &str) -> io::Result<Self> {
        let most = section.left().saturating_mul(BOMB_RATIO);
        let raw = BufReader::with_capacity(64 << 10, section);
        let decoder = codec::decoder(suffix, raw).unwrap_or_else(|| {
            let formats: Vec<_> = codec::formats().chain(codec::outdated_formats()).collect();
            Err(io::Error::other(format!(
                "compression `{}` is not supported, expected {}",
                crate::escape::line(suffix),
                message::either(&formats)
            )))
        })?;
        Ok(Self {
            decoder,
            read: 0,
            most: most.max(BOMB_FLOOR),
        })
    }

    /// Reads the stream to its end, so that its checksum is compared, and tells how many bytes of
    /// the member lie behind it.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        io::copy(&mut self, &mut io::sink())?;
        let rest = self.decoder.rest();
        rest.map_or(Ok(0), |rest| io::copy(rest, &mut io::sink()))
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(buffer)?;
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
