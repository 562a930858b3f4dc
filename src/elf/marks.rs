//! The marks that a compiler and a linker leave in an ELF file against attackers. Every table has its limit: what a
//! file claims must not decide how much memory it takes.

use std::io::{Read, Seek};

use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::read::{ReadCache, ReadRef, Result};

/// The number of sections and segments that are looked at.
const MOST_HEADERS: usize = 4096;
/// The bytes that are read of the names of symbols, and of notes of compilers.
const MOST_NAMES: u64 = 4 << 20;
const MOST_NOTES: u64 = 64 << 10;

/// Functions that write as much as they are given: a program without any has little to guard.
const WRITES_BUFFERS: [&[u8]; 8] = [
    b"strcpy", b"strcat", b"sprintf", b"memcpy", b"read", b"fgets", b"recv", b"gets",
];

/// The marks of one ELF file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own")]
pub(crate) struct Marks {
    /// True where a part is made read-only at start.
    pub(crate) has_relro: bool,
    /// True where the stack is asked for with the right to run code; `None` where nothing is said.
    pub(crate) executable_stack: Option<bool>,
    /// True where it has a symbol table for the linker and for debuggers.
    pub(crate) has_symbols: bool,
    /// True for a file of debug symbols, which is never run.
    pub(crate) is_of_symbols: bool,
    /// True where C or C++ is all that it was made of, as its compilers have noted.
    pub(crate) is_of_c: bool,
    /// True where functions guard their part of the stack.
    pub(crate) guards_stack: bool,
    /// True where it calls functions that can write past a buffer.
    pub(crate) writes_buffers: bool,
    /// True for a program of Go, whose linker goes its own way.
    pub(crate) is_of_go: bool,
}

impl Marks {
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

    fn take_names(&mut self, names: &[u8]) {
        for name in names.split(|byte| *byte == 0) {
            self.guards_stack |= name.starts_with(b"__stack_chk_");
            let plain = name.strip_prefix(b"__").unwrap_or(name);
            let plain = plain.strip_suffix(b"_chk").unwrap_or(plain);
            self.writes_buffers |= WRITES_BUFFERS.contains(&plain);
        }
    }
}

fn of<'data, Elf, R>(data: R) -> Result<Marks>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let mut found = Marks::default();
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    if usize::from(header.e_phnum(endian)) <= MOST_HEADERS {
        for segment in header.program_headers(endian, data)? {
            found.has_relro |= segment.p_type(endian) == elf::PT_GNU_RELRO;
            if segment.p_type(endian) == elf::PT_GNU_STACK {
                found.executable_stack = Some(segment.p_flags(endian).0 & elf::PF_X.0 != 0);
            }
        }
    }
    if usize::from(header.e_shnum(endian)) > MOST_HEADERS {
        return Ok(found);
    }
    let sections = header.sections(endian, data)?;
    let mut has_code = false;
    for section in sections.iter() {
        let name = sections.section_name(endian, section).unwrap_or_default();
        let kind = section.sh_type(endian);
        let size: u64 = section.sh_size(endian).into();
        found.has_symbols |= kind == elf::SHT_SYMTAB;
        has_code |= name == b".text" && kind == elf::SHT_PROGBITS;
        found.is_of_go |= name == b".go.buildinfo" || name == b".note.go.buildid";
        if name == b".comment" && size <= MOST_NOTES {
            let notes = section.data(endian, data).unwrap_or_default();
            let says = |word: &[u8]| memchr::memmem::find(notes, word).is_some();
            found.is_of_c = (says(b"GCC: ") || says(b"clang version")) && !says(b"rustc");
        } else if name == b".dynstr" && size <= MOST_NAMES {
            found.take_names(section.data(endian, data).unwrap_or_default());
        }
    }
    found.is_of_symbols = found.has_symbols && !has_code;
    Ok(found)
}
