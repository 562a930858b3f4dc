//! ELF files parted into what runs and what a debugger wants, without any tool of the build machine.
//!
//! `object` reads the tables. Its builder would lay a file out anew and write the dynamic symbols
//! and hash tables again; here every byte that a segment or a section in memory covers stays where
//! it is, and only what lies behind is left out. Such a file runs because nothing of it has moved.

mod parse;
mod write;

#[cfg(test)]
mod tests;

use object::Endianness;

/// The size in bytes up to which a program is parted: it is in memory meanwhile.
pub(crate) const PROGRAM_LIMIT: u64 = 256 << 20;

/// The reason against parting a file. It may still be packed as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SymbolsError {
    /// It does not start with the magic number.
    #[error("not an ELF file: it does not start with `\\x7fELF`")]
    NotElf,
    /// An object file or a core dump: its symbols are what it is for.
    #[error("ELF type {0} is not linked, expected a program or a shared library")]
    NotLinked(u16),
    /// Some table does not lie where the header says.
    #[error("the ELF file is damaged: {what}")]
    Damaged {
        /// The fault, lower case.
        what: String,
    },
    /// Bytes that no table knows: what such a file reads at start would get lost or move.
    #[error("bytes from {offset} on belong to no section, expected none")]
    Unknown {
        /// Their start in the file.
        offset: u64,
    },
    /// Nothing would get smaller: a tool such as patchelf put what is loaded behind the symbols.
    #[error("its debug sections lie between its segments, expected them at the end")]
    Interleaved,
    /// More sections than the header can count.
    #[error("it has {0} sections, expected fewer than 65280")]
    TooManySections(usize),
}

impl SymbolsError {
    /// Returns what to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NotElf => None,
            Self::Damaged { .. } => Some("build the file again, or exclude it".into()),
            _ => Some("build the file without debug symbols, or leave it as it is".into()),
        }
    }
}

/// The part of an ELF file that is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The code: all that is loaded, and no symbols but the dynamic ones.
    Code,
    /// The symbol table and DWARF for a debugger, and of what is loaded only the place.
    DebugSymbols,
}

/// A linked ELF file that has debug sections or a symbol table, and can do without.
#[derive(Debug)]
pub(crate) struct Symbols<'data> {
    bytes: &'data [u8],
    is_64: bool,
    endian: Endianness,
    segments: Vec<Segment>,
    sections: Vec<Section<'data>>,
    /// The end in the file of what is loaded; the headers are part of it.
    loaded: usize,
    build_id: Option<&'data [u8]>,
}

/// The fields of a program header that are changed.
#[derive(Debug, Clone, Copy)]
struct Segment {
    /// The place of its header.
    header: usize,
    offset: u64,
    file_size: u64,
}

/// A section header, its name, and which part it belongs to.
#[derive(Debug, Clone, Copy)]
struct Section<'data> {
    name: &'data [u8],
    kind: u32,
    flags: u64,
    address: u64,
    offset: u64,
    size: u64,
    link: u32,
    info: u32,
    alignment: u64,
    entry_size: u64,
    is_loaded: bool,
    is_symbols: bool,
}

impl<'data> Symbols<'data> {
    /// Reads the tables of an ELF file; `None` where it has neither debug sections nor a symbol
    /// table.
    ///
    /// # Errors
    /// [`SymbolsError`] where it cannot be parted safely.
    pub(crate) fn parse(bytes: &'data [u8]) -> Result<Option<Self>, SymbolsError> {
        parse::parse(bytes)
    }

    /// Returns the name that the linker gave the file (`--build-id`), where it did.
    #[must_use]
    pub(crate) fn build_id(&self) -> Option<&'data [u8]> {
        self.build_id
    }

    /// Returns the bytes of one part.
    ///
    /// # Errors
    /// [`SymbolsError::Interleaved`] and [`SymbolsError::TooManySections`].
    pub(crate) fn part(&self, part: Part) -> Result<Vec<u8>, SymbolsError> {
        match part {
            Part::Code => write::code(self),
            Part::DebugSymbols => Ok(write::debug_symbols(self)),
        }
    }
}
