//! The ELF files of a package by their path.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use crate::elf::facts::{ElfError, ElfFacts};
use crate::elf::{Header, Machine, Seen, SeenFiles, Wanted, can_be_elf};
use crate::fs::FsError;
use crate::tree::{Content, Entry, Kind, PackagePath, Source, Tree};

/// The files of the build machine that a package has and that can hold machine code, with all that is
/// known of them.
#[derive(Debug, Default)]
pub(crate) struct ElfIndex(SeenFiles);

impl ElfIndex {
    /// Looks at the files of a tree that nobody has looked at yet.
    ///
    /// # Errors
    /// [`FsError`] where a file cannot be read.
    pub(crate) fn of(tree: &Tree, mut seen: SeenFiles) -> Result<Self, FsError> {
        let sources = tree.iter().filter_map(|(path, entry)| source(path, entry));
        seen.look(sources.map(|source| Wanted {
            path: source.to_owned(),
            words: false,
        }))?;
        Ok(Self(seen))
    }

    /// Takes in what was seen of a file that is put into the package.
    pub(super) fn insert(&mut self, source: PathBuf, seen: Seen) {
        self.0.insert(source, seen);
    }

    /// Returns what is known of a file of the package; one whose name is no program's is looked at now.
    pub(crate) fn look(&self, content: &Content) -> Result<Cow<'_, Seen>, FsError> {
        match content.source() {
            Source::File(path) => match self.0.get(path) {
                Some(seen) => Ok(Cow::Borrowed(seen)),
                None => Ok(Cow::Owned(Seen::at(path, false)?)),
            },
            Source::Bytes(bytes) => {
                let seen = Seen::of(Cursor::new(bytes));
                let seen = seen.map_err(|error| FsError::new("read", "", error));
                Ok(Cow::Owned(seen?))
            }
        }
    }

    /// Returns the facts of each file of a tree that can hold machine code.
    pub(crate) fn facts<'a>(
        &'a self,
        tree: &'a Tree,
    ) -> impl Iterator<Item = (&'a PackagePath, &'a Result<ElfFacts, ElfError>)> {
        self.files(tree).map(|(path, seen)| (path, &seen.facts))
    }

    /// Returns the machine of each ELF file of a tree.
    pub(crate) fn machines(&self, tree: &Tree) -> BTreeMap<PackagePath, Machine> {
        let machines = self.files(tree).filter_map(|(path, seen)| {
            let Some(Header::Elf { machine, .. }) = seen.header() else {
                return None;
            };
            Some((path.clone(), machine))
        });
        machines.collect()
    }

    fn files<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = (&'a PackagePath, &'a Seen)> {
        let files = tree.iter();
        files.filter_map(|(path, entry)| Some((path, self.0.get(source(path, entry)?)?)))
    }
}

/// Returns the file of the build machine, where it can hold machine code by its name in the package.
fn source<'a>(path: &PackagePath, entry: &'a Entry) -> Option<&'a Path> {
    let Kind::Regular {
        content: content @ (Content::File { .. } | Content::ElfPart(_)),
        ..
    } = &entry.kind
    else {
        return None;
    };
    match content.source() {
        Source::File(source) if can_be_elf(path.file_name(), entry.mode & 0o111 != 0) => {
            Some(source)
        }
        _ => None,
    }
}
