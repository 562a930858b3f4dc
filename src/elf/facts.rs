//! The facts of one ELF file, read from its headers only: a program of 100 MB costs some pages.
//!
//! `object` rather than `goblin`: it reads through any reader without the whole file in memory.
//! The libraries that it needs are found by way of the program headers, as the dynamic loader does it, so that a
//! file without section headers is understood as well. The sections tell what compiler and linker
//! left in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use super::Machine;
use super::hardening::{Hardening, of_section, of_symbols};
use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader};
use object::read::{ReadCache, ReadRef};

/// The kind of a file, from `e_type`; elf(5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElfKind {
    /// A program, position independent or not.
    Program,
    /// A shared library or a plug-in, such as a NIF.
    Library,
    /// An object file for the linker, or a kernel module.
    Relocatable,
    /// A core dump, or something the processor's supplement defines.
    Other,
}

/// The facts of one ELF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElfFacts {
    /// The kind of file.
    pub kind: ElfKind,
    /// The machine it is for.
    pub machine: Machine,
    /// A program that can be loaded anywhere.
    pub is_pie: bool,
    /// The dynamic loader, `PT_INTERP`.
    pub interpreter: Option<String>,
    /// `DT_SONAME`.
    pub soname: Option<String>,
    /// The sonames in `DT_NEEDED`, in their order.
    pub needed: Vec<String>,
    /// The folders in `DT_RPATH`, `$ORIGIN` as written.
    pub rpath: Vec<String>,
    /// The folders in `DT_RUNPATH`, `$ORIGIN` as written.
    pub runpath: Vec<String>,
    /// The symbol versions it needs, by the soname they come from.
    pub versions: BTreeMap<String, BTreeSet<String>>,
    /// True where it has a symbol table for the linker and for debuggers (`.symtab`).
    pub has_symbols: bool,
    /// True where it says which compiler made it.
    pub has_comment: bool,
    /// The protection against faults in it.
    pub hardening: Hardening,
}

/// The reason for a file to have no facts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElfError {
    /// It does not start with the magic number.
    #[error("not an ELF file: it does not start with `\\x7fELF`")]
    NotElf,
    /// A class or byte order that elf(5) does not know.
    #[error("the ELF header is damaged: class {class} and byte order {data}, expected 1 or 2")]
    Ident {
        /// `EI_CLASS`.
        class: u8,
        /// `EI_DATA`.
        data: u8,
    },
    /// Some table does not lie where the header says.
    #[error("the ELF file is damaged: {what}")]
    Damaged {
        /// The fault, lower case.
        what: String,
    },
    /// A table that is too long to be true.
    #[error("the ELF file is damaged: {what} has {found}, expected at most {limit}")]
    TooMany {
        /// The table.
        what: &'static str,
        /// The number in the file.
        found: u64,
        /// The number that no sound file exceeds.
        limit: u64,
    },
}

impl ElfError {
    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotElf => None,
            _ => Some("build the file again, or exclude it".into()),
        }
    }
}

fn damaged(what: &'static str) -> ElfError {
    ElfError::Damaged { what: what.into() }
}

/// Makes an error of what `object` says: it speaks in sentences of its own, such as "Invalid ELF
/// dynamic segment".
fn from_object(error: object::read::Error) -> ElfError {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(char::to_lowercase);
    ElfError::Damaged {
        what: first.into_iter().flatten().chain(letters).collect(),
    }
}

/// Limits far above what a linker writes, so that a damaged header cannot ask for much work.
const SEGMENTS: u64 = 1024;
const SECTIONS: u64 = 1 << 18;
/// The number of sections whose names are read; they stay in memory meanwhile.
const NAMED_SECTIONS: usize = 1 << 14;
const DYNAMIC_BYTES: u64 = 1 << 20;
const INTERPRETER_BYTES: u64 = 4096;
const VERSIONS: u64 = 4096;
const NEEDED: u64 = 2048;
/// The number of folders of a `RUNPATH` that are looked at.
const FOLDERS: usize = 64;

impl ElfFacts {
    /// Tells whether bytes begin as an ELF file does; four are enough.
    #[must_use]
    pub fn is_elf(start: &[u8]) -> bool {
        start.starts_with(&elf::ELFMAG)
    }

    /// Reads the facts through a reader that can seek.
    ///
    /// # Errors
    /// [`ElfError`] where it is no ELF file, or one that is cut off or makes no sense.
    pub fn read(reader: impl Read + Seek) -> Result<Self, ElfError> {
        let cache = ReadCache::new(reader);
        let data = &cache;
        let ident = data.read_bytes_at(0, 16).map_err(|()| ElfError::NotElf)?;
        if !Self::is_elf(ident) {
            return Err(ElfError::NotElf);
        }
        match ident[4..6] {
            [1, 1 | 2] => facts::<FileHeader32<Endianness>, _>(data),
            [2, 1 | 2] => facts::<FileHeader64<Endianness>, _>(data),
            _ => Err(ElfError::Ident {
                class: ident[4],
                data: ident[5],
            }),
        }
    }

    /// Tells whether it is a program that the kernel starts without a dynamic loader.
    #[must_use]
    pub fn is_static(&self) -> bool {
        self.kind == ElfKind::Program && self.interpreter.is_none() && self.needed.is_empty()
    }

    /// Returns whether it is a program that is loaded at one address only (`ET_EXEC`).
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.kind == ElfKind::Program && !self.is_pie
    }

    /// Estimates the memory in bytes that the facts take.
    pub(crate) fn memory(&self) -> usize {
        let texts = self.needed.iter().chain(&self.rpath).chain(&self.runpath);
        let versions = self
            .versions
            .iter()
            .flat_map(|(library, versions)| std::iter::once(library).chain(versions));
        let texts = texts
            .chain(versions)
            .chain(&self.soname)
            .chain(&self.interpreter);
        512 + texts.map(|text| text.len() + 64).sum::<usize>()
    }

    /// Tells whether it was linked against musl, which no Debian system has by default: by its
    /// loader, or for a library by the name of musl's own soname.
    #[must_use]
    pub fn is_musl(&self) -> bool {
        let musl = |name: &str| name.starts_with("ld-musl-") || name.starts_with("libc.musl-");
        let loader = self.interpreter.as_deref().unwrap_or_default();
        loader.rsplit('/').next().is_some_and(musl)
            || self.needed.iter().any(|n| musl(n) || n == "libc.so")
    }
}

/// The part of a file that a segment loads: where it lies in memory and in the file.
struct Load {
    address: u64,
    offset: u64,
    size: u64,
}

/// Returns the place in the file of an address of the running program.
fn offset_of(loads: &[Load], address: u64) -> Result<u64, ElfError> {
    loads
        .iter()
        .find(|l| address >= l.address && address - l.address < l.size)
        .and_then(|l| l.offset.checked_add(address - l.address))
        .ok_or_else(|| damaged("an address of the dynamic section lies in no segment"))
}

fn facts<'data, Elf, R>(data: R) -> Result<ElfFacts, ElfError>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let header = Elf::parse(data).map_err(from_object)?;
    let endian = header.endian().map_err(from_object)?;
    let kind = header.e_type(endian);
    let mut found = ElfFacts {
        kind: ElfKind::Other,
        machine: Machine::of(header, endian),
        is_pie: false,
        interpreter: None,
        soname: None,
        needed: vec![],
        rpath: vec![],
        runpath: vec![],
        versions: BTreeMap::new(),
        has_symbols: false,
        has_comment: false,
        hardening: Hardening::default(),
    };
    let flags = segments::<Elf, R>(header, endian, data, &mut found)?;
    sections::<Elf, R>(header, endian, data, &mut found)?;
    found.hardening.binds_now = flags & elf::DF_1_NOW.0 != 0;
    // Some libraries, libc.so.6 for one, can be started and have a loader as well.
    found.is_pie = kind == elf::ET_DYN
        && found.soname.is_none()
        && (found.interpreter.is_some() || flags & elf::DF_1_PIE.0 != 0);
    found.kind = match kind {
        elf::ET_EXEC => ElfKind::Program,
        elf::ET_DYN if found.is_pie => ElfKind::Program,
        elf::ET_DYN => ElfKind::Library,
        elf::ET_REL => ElfKind::Relocatable,
        _ => ElfKind::Other,
    };
    Ok(found)
}

/// Reads what the program headers lead to, and returns `DT_FLAGS_1`.
fn segments<'data, Elf, R>(
    header: &Elf,
    endian: Endianness,
    data: R,
    found: &mut ElfFacts,
) -> Result<u64, ElfError>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let count = u64::from(header.phnum(endian, data).map_err(from_object)?);
    limit("the table of segments", count, SEGMENTS)?;
    let length = data.len().map_err(|()| damaged("its length is unknown"))?;
    let segments = header.program_headers(endian, data).map_err(from_object)?;
    let mut loads = Vec::new();
    for segment in segments {
        let (offset, size) = segment.file_range(endian);
        if offset.checked_add(size).is_none_or(|end| end > length) {
            return Err(damaged("a segment ends behind the end of the file"));
        }
        let kind = segment.p_type(endian);
        if kind == elf::PT_LOAD {
            let address = segment.p_vaddr(endian).into();
            loads.push(Load {
                address,
                offset,
                size,
            });
        } else if kind == elf::PT_GNU_RELRO {
            found.hardening.has_relro = true;
        } else if kind == elf::PT_GNU_STACK {
            let flags = segment.p_flags(endian).0;
            found.hardening.has_executable_stack = flags & elf::PF_X.0 != 0;
        } else if kind == elf::PT_INTERP {
            limit("the name of the loader", size, INTERPRETER_BYTES)?;
            let name = segment.interpreter(endian, data).map_err(from_object)?;
            found.interpreter = name.map(text);
        }
    }
    let mut flags = 0;
    for segment in segments {
        if segment.p_type(endian) == elf::PT_DYNAMIC {
            let (_, size) = segment.file_range(endian);
            limit("the dynamic section", size, DYNAMIC_BYTES)?;
            let entries = segment.dynamic(endian, data).map_err(from_object)?;
            flags = dynamic::<Elf, R>(endian, data, &loads, entries.unwrap_or_default(), found)?;
        }
    }
    Ok(flags)
}

fn limit(what: &'static str, found: u64, limit: u64) -> Result<(), ElfError> {
    if found > limit {
        return Err(ElfError::TooMany { what, found, limit });
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The strings of the dynamic section.
struct Strings<R> {
    data: R,
    start: u64,
    end: u64,
}

impl<'data, R: ReadRef<'data>> Strings<R> {
    fn get(&self, at: u64) -> Result<String, ElfError> {
        let start = self.start.checked_add(at).filter(|start| *start < self.end);
        start
            .and_then(|start| self.data.read_bytes_at_until(start..self.end, 0).ok())
            .map(text)
            .ok_or_else(|| damaged("a name lies outside of the table of names"))
    }
}

/// Reads the dynamic section, and returns `DT_FLAGS_1`.
fn dynamic<'data, Elf, R>(
    endian: Endianness,
    data: R,
    loads: &[Load],
    entries: &[Elf::Dyn],
    found: &mut ElfFacts,
) -> Result<u64, ElfError>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let entries: Vec<_> = entries
        .iter()
        .map(|entry| (entry.tag(endian), entry.val(endian)))
        .take_while(|(tag, _)| *tag != elf::DT_NULL)
        .collect();
    let value = |wanted| entries.iter().find(|(tag, _)| *tag == wanted).map(|e| e.1);
    let Some(table) = value(elf::DT_STRTAB) else {
        return Ok(0);
    };
    let start = offset_of(loads, table)?;
    let strings = Strings {
        data,
        start,
        end: start.saturating_add(value(elf::DT_STRSZ).unwrap_or(0)),
    };
    let needed = entries.iter().filter(|(tag, _)| *tag == elf::DT_NEEDED);
    limit("the list of libraries", needed.count() as u64, NEEDED)?;
    for (tag, value) in &entries {
        match *tag {
            elf::DT_NEEDED => found.needed.push(strings.get(*value)?),
            elf::DT_SONAME => found.soname = Some(strings.get(*value)?),
            elf::DT_RPATH => found.rpath = folders(&strings.get(*value)?),
            elf::DT_RUNPATH => found.runpath = folders(&strings.get(*value)?),
            _ => {}
        }
    }
    if let Some(address) = value(elf::DT_VERNEED) {
        let at = offset_of(loads, address)?;
        let count = value(elf::DT_VERNEEDNUM).unwrap_or(0);
        found.versions = versions(endian, data, &strings, at, count)?;
    }
    Ok(value(elf::DT_FLAGS_1).unwrap_or(0))
}

fn folders(path: &str) -> Vec<String> {
    path.split(':')
        .filter(|folder| !folder.is_empty())
        .take(FOLDERS)
        .map(str::to_owned)
        .collect()
}

/// Reads the versions that are needed, record by record.
fn versions<'data, R: ReadRef<'data>>(
    endian: Endianness,
    data: R,
    strings: &Strings<R>,
    mut at: u64,
    count: u64,
) -> Result<BTreeMap<String, BTreeSet<String>>, ElfError> {
    let cut = |()| damaged("a record of needed versions is cut off");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut seen = 0;
    limit("the table of needed versions", count, VERSIONS)?;
    for _ in 0..count {
        let library: &elf::Verneed<Endianness> = data.read_at(at).map_err(cut)?;
        let name = strings.get(library.vn_file.get(endian).into())?;
        let names = found.entry(name).or_default();
        let mut next = at.saturating_add(library.vn_aux.get(endian).into());
        for _ in 0..library.vn_cnt.get(endian) {
            seen += 1;
            limit("the table of needed versions", seen, VERSIONS)?;
            let version: &elf::Vernaux<Endianness> = data.read_at(next).map_err(cut)?;
            names.insert(strings.get(version.vna_name.get(endian).into())?);
            match version.vna_next.get(endian) {
                0 => break,
                step => next = next.saturating_add(step.into()),
            }
        }
        match library.vn_next.get(endian) {
            0 => break,
            step => at = at.saturating_add(step.into()),
        }
    }
    Ok(found)
}

/// Reads what the section headers lead to, of which a file may have none, and checks that they are
/// sound.
fn sections<'data, Elf, R>(
    header: &Elf,
    endian: Endianness,
    data: R,
    found: &mut ElfFacts,
) -> Result<(), ElfError>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let count = u64::from(header.shnum(endian, data).map_err(from_object)?);
    limit("the table of sections", count, SECTIONS)?;
    let sections = header.sections(endian, data).map_err(from_object)?;
    let mut has_code = false;
    for section in sections.iter().take(NAMED_SECTIONS) {
        let name = sections
            .section_name(endian, section)
            .map_err(from_object)?;
        let kind = section.sh_type(endian);
        found.has_symbols |= kind == elf::SHT_SYMTAB;
        found.has_comment |= [&b".comment"[..], b".note"].contains(&name);
        has_code |= name == b".text" && kind == elf::SHT_PROGBITS;
        of_section::<Elf, R>(name, section, endian, data, &mut found.hardening);
    }
    found.hardening.is_of_symbols = found.has_symbols && !has_code;
    of_symbols(&sections, endian, data, &mut found.hardening);
    Ok(())
}

#[cfg(test)]
mod tests;
