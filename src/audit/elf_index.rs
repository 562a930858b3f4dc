//! The ELF files of a package by their path, each opened once for all who ask about it.

use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::path::Path;

use crate::elf::facts::{ElfError, ElfFacts};
use crate::elf::{HEADER_SIZE, Linkage, can_be_elf};
use crate::fs::{self, FsError};
use crate::parallel;
use crate::tree::{Content, Kind, PackagePath, Source, Tree};

/// The files of a package that can hold machine code, each with its facts.
#[derive(Debug, Default)]
pub struct ElfIndex {
    looked: BTreeMap<PackagePath, Looked>,
    facts: Vec<(PackagePath, Result<ElfFacts, ElfError>)>,
}

/// The facts that one look at a file gives.
#[derive(Debug)]
pub(crate) struct Looked {
    /// Its first bytes.
    pub(crate) start: Vec<u8>,
    /// Its dynamic linkage.
    pub(crate) linkage: Option<Linkage>,
}

impl ElfIndex {
    /// Looks at the files of a tree.
    ///
    /// # Errors
    /// [`FsError`] where a file cannot be read.
    pub fn of(tree: &Tree) -> Result<Self, FsError> {
        let sources = tree.iter().filter_map(|(path, entry)| match &entry.kind {
            Kind::Regular {
                content: content @ (Content::File { .. } | Content::ElfPart(_)),
                ..
            } if can_be_elf(path.file_name(), entry.mode & 0o111 != 0) => match content.source() {
                Source::File(source) => Some((path, source)),
                Source::Bytes(_) => None,
            },
            _ => None,
        });
        let sources: Vec<_> = sources.collect();
        let looked = parallel::map(&sources, |(_, source)| look(source));
        let mut index = Self::default();
        for ((path, _), seen) in sources.into_iter().zip(looked) {
            let (looked, facts) = seen?;
            index.looked.insert(path.clone(), looked);
            index.facts.push((path.clone(), facts));
        }
        Ok(index)
    }

    /// Returns what was seen of a path.
    pub(crate) fn get(&self, path: &PackagePath) -> Option<&Looked> {
        self.looked.get(path)
    }

    /// Gives away the facts of each path, in their order.
    pub(crate) fn take_facts(&mut self) -> Vec<(PackagePath, Result<ElfFacts, ElfError>)> {
        std::mem::take(&mut self.facts)
    }
}

/// Looks at a file once: returns what lintian asks of it, and the facts in its headers.
fn look(source: &Path) -> Result<(Looked, Result<ElfFacts, ElfError>), FsError> {
    let failed = |error| FsError::new("read", source, error);
    let mut file = fs::open_paged(source)?;
    let mut start = Vec::with_capacity(HEADER_SIZE);
    let first = (&mut file).take(HEADER_SIZE as u64).read_to_end(&mut start);
    first.and_then(|_| file.rewind()).map_err(failed)?;
    let facts = ElfFacts::read(&mut file);
    let linkage = ElfFacts::is_elf(&start)
        .then(|| Linkage::read(&mut file))
        .flatten();
    Ok((Looked { start, linkage }, facts))
}
