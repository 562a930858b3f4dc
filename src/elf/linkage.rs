//! The dynamic linkage of an ELF file, by its sections and dynamic symbols.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};
use object::read::{ReadCache, ReadRef, Result};

/// The marks of compiler and linker in a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Linkage {
    /// True for a program that is loaded at one address only; `None`: it is not linked.
    pub(crate) is_fixed: Option<bool>,
    /// True where it has a symbol table for the linker and for debuggers.
    pub(crate) has_symbols: bool,
    /// True where it says which compiler made it.
    pub(crate) has_comment: bool,
    /// The symbols that others must define.
    pub(crate) undefined: BTreeSet<Vec<u8>>,
    /// The libraries that it needs.
    pub(crate) needed: Vec<Vec<u8>>,
    /// The folders of `DT_RPATH` and `DT_RUNPATH`.
    pub(crate) search_paths: Vec<Vec<u8>>,
    /// True where all symbols are bound at start.
    pub(crate) binds_now: bool,
    /// True where a part is made read-only at start.
    pub(crate) has_relro: bool,
}

impl Linkage {
    /// Reads a file; `None` for what is no sound ELF file.
    pub(crate) fn read(reader: impl Read + Seek) -> Option<Self> {
        let cache = ReadCache::new(reader);
        let data = &cache;
        let ident = data.read_bytes_at(0, 16).ok()?;
        let read = match (ident.starts_with(&elf::ELFMAG), ident[4]) {
            (true, 1) => of::<FileHeader32<Endianness>, _>(data),
            (true, 2) => of::<FileHeader64<Endianness>, _>(data),
            _ => return None,
        };
        read.ok()
    }
}

fn of<'data, Elf, R>(data: R) -> Result<Linkage>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let mut linkage = Linkage::default();
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    for section in sections.iter() {
        linkage.has_symbols |= section.sh_type(endian) == elf::SHT_SYMTAB;
        linkage.has_comment |=
            [&b".comment"[..], b".note"].contains(&sections.section_name(endian, section)?);
    }
    let symbols = sections.symbols(endian, data, elf::SHT_DYNSYM)?;
    for symbol in symbols.iter() {
        if symbol.st_shndx(endian) == elf::SHN_UNDEF {
            let name = symbols.symbol_name(endian, symbol)?;
            linkage.undefined.insert(name.to_vec());
        }
    }
    let kind = header.e_type(endian);
    if kind != elf::ET_EXEC && kind != elf::ET_DYN {
        return Ok(linkage);
    }
    linkage.is_fixed = Some(kind == elf::ET_EXEC);
    for segment in header.program_headers(endian, data)? {
        linkage.has_relro |= segment.p_type(endian) == elf::PT_GNU_RELRO;
    }
    let dynamic = sections.dynamic_table(endian, data)?;
    for entry in &dynamic {
        match entry.tag {
            elf::DT_NEEDED => linkage.needed.push(dynamic.string(entry)?.to_vec()),
            elf::DT_RPATH | elf::DT_RUNPATH => {
                let paths = dynamic.string(entry)?.split(|byte| *byte == b':');
                linkage.search_paths.extend(paths.map(<[u8]>::to_vec));
            }
            elf::DT_FLAGS_1 => linkage.binds_now = entry.val & elf::DF_1_NOW.0 != 0,
            _ => {}
        }
    }
    Ok(linkage)
}
