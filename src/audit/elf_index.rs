//! The ELF files of a package by their path, each opened once for all who ask about it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};
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
struct Looked {
    /// Its first bytes.
    start: Vec<u8>,
    /// Its dynamic linkage.
    linkage: Option<Linkage>,
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

    /// Returns the first bytes of a file of the package; one whose name is no program's is read now.
    pub(crate) fn start<'a>(
        &'a self,
        path: &PackagePath,
        content: &'a Content,
    ) -> Result<Cow<'a, [u8]>, FsError> {
        Ok(match (self.looked.get(path), content.source()) {
            (Some(looked), _) => Cow::Borrowed(&looked.start),
            (None, Source::Bytes(bytes)) => Cow::Borrowed(&bytes[..bytes.len().min(HEADER_SIZE)]),
            (None, Source::File(source)) => {
                let mut start = vec![0; HEADER_SIZE];
                let length = fs::read_start(source, &mut start)?;
                start.truncate(length);
                Cow::Owned(start)
            }
        })
    }

    /// Returns the dynamic linkage of an ELF file of the package.
    pub(crate) fn linkage(
        &self,
        path: &PackagePath,
        content: &Content,
    ) -> Result<Option<Cow<'_, Linkage>>, FsError> {
        let read = match (self.looked.get(path), content.source()) {
            (Some(looked), _) => return Ok(looked.linkage.as_ref().map(Cow::Borrowed)),
            (None, Source::Bytes(bytes)) => Linkage::read(Cursor::new(bytes)),
            (None, Source::File(source)) => Linkage::read(fs::open_paged(source)?),
        };
        Ok(read.map(Cow::Owned))
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
