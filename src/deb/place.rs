//! The places of faults in an archive.

use std::io::{self, Read};

/// An archive with the number of its bytes that were read.
#[derive(Debug)]
pub(super) struct Counted<R> {
    pub(super) archive: R,
    pub(super) read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.archive.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

/// A fault with its place: the number of bytes of the unpacked archive before it.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(super) struct Placed {
    pub(super) at: u64,
    error: io::Error,
}

impl Placed {
    /// Returns an error with its place, unless it has one.
    pub(super) fn wrap(at: u64, error: io::Error) -> io::Error {
        if Self::of(&error).is_some() {
            return error;
        }
        io::Error::new(error.kind(), Self { at, error })
    }

    /// Returns the place of an error.
    pub(super) fn of(error: &io::Error) -> Option<u64> {
        let placed = error.get_ref()?.downcast_ref::<Self>()?;
        Some(placed.at)
    }
}
