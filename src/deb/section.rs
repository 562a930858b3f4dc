//! `Section`: a member of a package as a file of its own.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::ar::Member;
use crate::counter::Counter;

/// A part of a file, whoever else reads the file meanwhile on this thread.
#[derive(Debug)]
pub(super) struct Section {
    file: Arc<File>,
    at: u64,
    end: u64,
    counter: Option<Counter>,
}

impl Section {
    /// Takes the content of a member of a package.
    pub(super) fn new(file: Arc<File>, member: &Member) -> Self {
        Self {
            file,
            at: member.offset,
            end: member.offset + member.size,
            counter: None,
        }
    }

    /// Counts what is read.
    pub(super) fn counted(self, counter: &Counter) -> Self {
        Self {
            counter: Some(counter.clone()),
            ..self
        }
    }

    /// Returns the number of bytes that are left.
    pub(super) fn left(&self) -> u64 {
        self.end - self.at
    }

    /// Returns the next byte, which stays the next one.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        let mut next = [0];
        let at = self.at;
        let count = self.read(&mut next)?;
        self.at = at;
        Ok((count == 1).then_some(next[0]))
    }
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.take(self.left()).read(buffer)?;
        self.at += count as u64;
        if let Some(counter) = &self.counter {
            counter.add(count as u64);
        }
        Ok(count)
    }
}
