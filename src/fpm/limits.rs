//! `Limits`: how much of an archive is read.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use super::error::FpmError;
use crate::fs;

/// An archive may always unpack to so many bytes …
const BOMB_FLOOR: u64 = 1 << 30;
/// … and to so many times its size, as a package may.
const BOMB_RATIO: u64 = 256;
/// The most KiB of names and fields before one entry.
const MOST_KIB_OF_NAMES: u64 = 64;

/// How much may be read until the next entry.
#[derive(Clone, Default)]
pub(super) struct Limits(Rc<Cell<Option<u64>>>);

impl Limits {
    /// Returns a reader that keeps them.
    pub(super) fn around(&self, path: &Path, content: Box<dyn Read>) -> Result<Limited, FpmError> {
        let size = fs::metadata(path)?.len();
        Ok(Limited {
            content,
            names: self.clone(),
            read: 0,
            most: size.saturating_mul(BOMB_RATIO).max(BOMB_FLOOR),
        })
    }

    /// Says that names and fields are read now.
    pub(super) fn before_entry(&self) {
        self.0.set(Some(MOST_KIB_OF_NAMES << 10));
    }

    /// Says that an entry's content is read now.
    pub(super) fn in_entry(&self) {
        self.0.set(None);
    }
}

/// An archive that is read within limits.
pub(super) struct Limited {
    content: Box<dyn Read>,
    names: Limits,
    read: u64,
    most: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.read += count as u64;
        if self.read > self.most {
            return Err(io::Error::other(format!(
                "it unpacks to more than {} MB, which is over {BOMB_RATIO} times its size",
                self.most / 1_000_000
            )));
        }
        if let Some(left) = self.names.0.get() {
            let Some(left) = left.checked_sub(count as u64) else {
                return Err(io::Error::other(format!(
                    "the names and fields of an entry have more than {MOST_KIB_OF_NAMES} KiB"
                )));
            };
            self.names.0.set(Some(left));
        }
        Ok(count)
    }
}
