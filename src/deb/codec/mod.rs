//! The compressions of archive members: a row and a file for each. Both directions look here alone.

mod bzip2;
mod gzip;
mod none;
mod xz;
mod zstandard;

use std::io::{self, BufReader, Read, Write};
use std::ops::RangeInclusive;

pub use gzip::gzip;

use super::section::Section;
use crate::debian::Suite;
use crate::message;

/// The most threads that compress: more than any of the libraries takes.
const MOST_THREADS: usize = 200;

/// A compression of a member of the package: those that dpkg reads, without the outdated ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// xz: read by every dpkg since 2011.
    Xz,
    /// zstd: read by dpkg since 1.21.18 (Debian 12) and by Ubuntu's since 18.04, not by Debian 11.
    Zstd,
    /// gzip: read by every dpkg.
    Gzip,
    /// No compression.
    None,
}

impl Method {
    /// Every method, in the order in which messages list them.
    pub const ALL: [Self; 4] = [Self::Xz, Self::Zstd, Self::Gzip, Self::None];

    /// Returns the row of the method.
    pub(super) fn codec(self) -> &'static Codec {
        match self {
            Self::Xz => &xz::CODEC,
            Self::Zstd => &zstandard::CODEC,
            Self::Gzip => &gzip::CODEC,
            Self::None => &none::CODEC,
        }
    }

    /// Returns the name in the manifest and on the command line, as of dpkg-deb's `-Z`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.codec().name
    }

    /// Returns the names of all methods in words.
    #[must_use]
    pub fn names() -> String {
        message::either(&Self::ALL.map(Self::name))
    }

    /// Returns the levels; `None` where there are none.
    #[must_use]
    pub fn levels(self) -> Option<RangeInclusive<u8>> {
        self.codec().levels.clone()
    }

    /// Returns the first version of Debian's dpkg that reads the method, where a suite's dpkg does
    /// not.
    #[must_use]
    pub fn unread_before(self, suite: Suite) -> Option<&'static str> {
        let (suites, version) = self.codec().unread?;
        suites.contains(&suite.name).then_some(version)
    }
}

/// Formats that dpkg reads in data archives alone, and that nothing writes any more.
const OUTDATED: [(&str, Decode); 2] = [(".bz2", bzip2::decoder), (".lzma", xz::lzma_decoder)];

/// All that is asked of a compression.
pub(super) struct Codec {
    pub(super) name: &'static str,
    /// Names that people write where they mean it: of file formats and of other tools.
    pub(super) mistaken: &'static [&'static str],
    /// The end of a member's name after `.tar` (deb(5)).
    pub(super) suffix: &'static str,
    pub(super) levels: Option<RangeInclusive<u8>>,
    /// The level taken where none is named; docs/performance.md has the measurements.
    pub(super) default_level: u8,
    /// Suites whose dpkg does not read it, and the first version of Debian's dpkg that does.
    pub(super) unread: Option<(&'static [&'static str], &'static str)>,
    /// Tells that it has a filter for the machine code of x86.
    pub(super) filters_x86: bool,
    /// Returns the number of parts that an input is cut into, by level and size: so many threads
    /// find work.
    pub(super) jobs: fn(u8, u64) -> u64,
    /// Returns the number of threads that keep so many cores busy, by level, cores and size.
    pub(super) workers: fn(u8, usize, u64) -> usize,
    /// Returns the memory in bytes that an encoder takes, by level, threads and input: an upper bound
    /// near to what was measured of input that cannot be compressed.
    pub(super) memory: fn(u8, usize, Input) -> u64,
    pub(super) encoder: Encode,
    pub(super) decoder: Decode,
}

/// Starts an encoder, by level, threads and input. The bytes do not depend on the threads.
type Encode = for<'w> fn(&'w mut dyn Write, u8, usize, Input) -> io::Result<Box<dyn Encoder + 'w>>;
/// Starts a decoder.
type Decode = fn(Raw) -> io::Result<Box<dyn Decoder>>;

/// The facts about its input that an encoder is told beforehand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    /// Its size in bytes, or about that.
    pub(super) size: u64,
    /// Tells that this is its size to the byte.
    pub(super) exact: bool,
    /// Tells that machine code for x86 dominates it.
    pub(super) x86: bool,
}

impl Codec {
    /// Returns the number of threads that find work.
    pub(super) fn most_threads(&self, level: u8, input: Input) -> usize {
        usize::try_from((self.jobs)(level, input.size))
            .unwrap_or(usize::MAX)
            .clamp(1, MOST_THREADS)
    }
}

/// Compresses what is written to it.
pub(super) trait Encoder: Write {
    /// Writes what is left.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// The compressed bytes of a member.
pub(super) type Raw = BufReader<Section>;

/// Decompresses a member as far as dpkg does: to the end of the first stream or frame.
pub(super) trait Decoder: Read {
    /// Returns the bytes that were not decompressed; `None` where there can be none.
    fn rest(&mut self) -> Option<&mut Raw>;
}

/// Starts to read what the end of the member's name says; `None` where no dpkg reads that.
pub(super) fn decoder(suffix: &str, raw: Raw) -> Option<io::Result<Box<dyn Decoder>>> {
    let written = Method::ALL.map(|method| (method.codec().suffix, method.codec().decoder));
    let mut rows = written.into_iter().chain(OUTDATED);
    let (_, decode) = rows.find(|(known, _)| *known == suffix)?;
    Some(decode(raw))
}

/// Returns the formats of compressed control archives, by the ends of their names without the dot.
pub(super) fn formats() -> impl Iterator<Item = &'static str> {
    Method::ALL
        .into_iter()
        .filter_map(|method| method.codec().suffix.strip_prefix('.'))
}

/// Returns the formats of compressed data archives alone.
pub(super) fn outdated_formats() -> impl Iterator<Item = &'static str> {
    OUTDATED
        .iter()
        .filter_map(|(suffix, _)| suffix.strip_prefix('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debian::SUITES;

    #[test]
    fn bullseye_alone_reads_no_zstd() {
        for suite in SUITES {
            let unread = (suite.name == "bullseye").then_some("1.21.18");
            assert_eq!(Method::Zstd.unread_before(suite), unread, "{suite}");
            for method in [Method::Xz, Method::Gzip, Method::None] {
                assert_eq!(method.unread_before(suite), None, "{suite} {method:?}");
            }
        }
    }
}
