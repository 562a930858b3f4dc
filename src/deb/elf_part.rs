//! ELF files on their way into the archive: read whole, and only one part of each packed.

use super::ArchiveError;
use super::beam::read_whole;
use crate::elf::split::Symbols;
use crate::tree::{Content, Entry, Kind};

/// Reads the part of an ELF file that is packed; `None` for everything else.
pub(super) fn read(entry: &Entry) -> Result<Option<Vec<u8>>, ArchiveError> {
    let Kind::Regular {
        content: Content::ElfPart(elf),
        ..
    } = &entry.kind
    else {
        return Ok(None);
    };
    let bytes = read_whole(&elf.path, elf.size)?;
    let symbols = Symbols::parse(&bytes).ok().flatten();
    let bytes = symbols.and_then(|symbols| symbols.part(elf.part).ok());
    // It could be parted, into parts of known sizes, when the tree was made.
    match bytes.filter(|bytes| bytes.len() as u64 == elf.packed) {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(ArchiveError::Changed {
            path: elf.path.to_path_buf(),
            change: "its sections are others now".to_owned(),
        }),
    }
}
