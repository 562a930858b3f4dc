//! The files of the build machine that can hold machine code, by their path: each is opened once, for
//! all who ask about it later.

use std::collections::HashMap;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use super::archive::{first_object, is_archive};
use super::facts::{ElfError, ElfFacts};
use super::words::is_misspelt;
use super::{HEADER_SIZE, Header, read_header};
use crate::fs::{self, FsError};
use crate::parallel;

/// A file to look at.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Its path on the build machine.
    pub(crate) path: PathBuf,
    /// True where its words are looked at, too: then all of it is read.
    pub(crate) words: bool,
}

/// All that one look at a file gives.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Its first bytes, of which a script names its interpreter.
    pub(crate) start: Vec<u8>,
    /// The facts of an ELF file.
    pub(crate) facts: Result<ElfFacts, ElfError>,
    /// The objects of an archive.
    pub(crate) archive: Option<Header>,
    /// True where an ELF file has a word that lintian takes for a mistake; `None`: not looked for.
    pub(crate) is_misspelt: Option<bool>,
}

impl Seen {
    /// Looks at a file of the build machine.
    pub(crate) fn at(path: &Path, words: bool) -> Result<Self, FsError> {
        let failed = |error| FsError::new("read", path, error);
        let mut file = fs::open_paged(path)?;
        let mut seen = Self::of(&mut file).map_err(failed)?;
        if words && seen.is_elf() {
            let file = file.into_start().map_err(failed)?;
            seen.is_misspelt = Some(is_misspelt(file).map_err(failed)?);
        }
        Ok(seen)
    }

    /// Looks at the bytes of a file.
    pub(crate) fn of(mut file: impl Read + Seek) -> std::io::Result<Self> {
        let mut start = Vec::with_capacity(HEADER_SIZE);
        (&mut file)
            .take(HEADER_SIZE as u64)
            .read_to_end(&mut start)?;
        let archive = if is_archive(&start) {
            first_object(&mut file)?
        } else {
            None
        };
        file.rewind()?;
        Ok(Self {
            start,
            archive,
            facts: ElfFacts::read(file),
            is_misspelt: None,
        })
    }

    /// Returns whether it begins as an ELF file does, sound or not.
    pub(crate) fn is_elf(&self) -> bool {
        ElfFacts::is_elf(&self.start)
    }

    /// Returns its header, where that is known.
    pub(crate) fn header(&self) -> Option<Header> {
        self.archive.or_else(|| read_header(&self.start))
    }
}

/// The files that were looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenFiles(HashMap<PathBuf, Seen>);

impl SeenFiles {
    /// Looks at those files that nobody has looked at yet, several at once.
    ///
    /// # Errors
    /// [`FsError`] of the first that cannot be read; what was seen of the others is kept.
    pub(crate) fn look(&mut self, files: impl Iterator<Item = Wanted>) -> Result<(), FsError> {
        let mut files: Vec<_> = files.filter(|it| !self.0.contains_key(&it.path)).collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        let looked = parallel::map(&files, |file| Seen::at(&file.path, file.words));
        let mut failed = None;
        for (file, seen) in files.into_iter().zip(looked) {
            match seen {
                Ok(seen) => self.insert(file.path, seen),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Takes in what was seen of a file.
    pub(crate) fn insert(&mut self, path: PathBuf, seen: Seen) {
        self.0.insert(path, seen);
    }

    /// Returns what was seen of a file; `None`: nobody has looked.
    pub(crate) fn get(&self, path: &Path) -> Option<&Seen> {
        self.0.get(path)
    }
}
