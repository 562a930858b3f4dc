//! Reading the tables of an ELF file, and refusing every file with something that they do not tell.

use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};

use super::{Section, Segment, Symbols, SymbolsError};

pub(super) fn parse(bytes: &[u8]) -> Result<Option<Symbols<'_>>, SymbolsError> {
    if !bytes.starts_with(&elf::ELFMAG) {
        return Err(SymbolsError::NotElf);
    }
    match bytes.get(4) {
        Some(1) => of::<FileHeader32<Endianness>>(bytes),
        Some(2) => of::<FileHeader64<Endianness>>(bytes),
        _ => Err(damaged("its class is neither 1 nor 2")),
    }
}

fn damaged(what: impl Into<String>) -> SymbolsError {
    SymbolsError::Damaged { what: what.into() }
}

/// `object` speaks in sentences of its own, such as "Invalid ELF section size".
fn from_object(error: object::read::Error) -> SymbolsError {
    damaged(error.to_string().replacen("Invalid", "invalid", 1))
}

fn of<Elf: FileHeader<Endian = Endianness>>(
    bytes: &[u8],
) -> Result<Option<Symbols<'_>>, SymbolsError> {
    let header = Elf::parse(bytes).map_err(from_object)?;
    let endian = header.endian().map_err(from_object)?;
    let kind = header.e_type(endian);
    if kind != elf::ET_EXEC && kind != elf::ET_DYN {
        return Err(SymbolsError::NotLinked(kind.0));
    }
    let mut sections = sections(header, endian, bytes)?;
    mark_symbols(&mut sections);
    if !sections.iter().any(is_worth_it) {
        return Ok(None);
    }
    let first: u64 = header.e_phoff(endian).into();
    let length = usize::from(header.e_phentsize(endian));
    let segments = segments(header, endian, bytes, first, length)?;
    let headers = (first, (segments.len() * length) as u64);
    let identity = (0, size_of::<Elf>() as u64);
    let places = segments.iter().map(|s| (s.offset, s.file_size));
    let in_memory = sections.iter().filter(|s| s.is_loaded && has_bytes(s));
    let loaded = places
        .chain(in_memory.map(|s| (s.offset, s.size)))
        .chain([headers, identity])
        .map(|(start, length)| end(bytes, start, length))
        .try_fold(0, |most, end| end.map(|end| end.max(most)))?;
    let table = (
        header.e_shoff(endian).into(),
        (sections.len() * usize::from(header.e_shentsize(endian))) as u64,
    );
    refuse_unknown_bytes(bytes, loaded, &sections, table)?;
    Ok(Some(Symbols {
        bytes,
        is_64: header.is_class_64(),
        endian,
        loaded,
        build_id: build_id(header, endian, bytes),
        segments,
        sections,
    }))
}

fn sections<'data, Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    endian: Endianness,
    bytes: &'data [u8],
) -> Result<Vec<Section<'data>>, SymbolsError> {
    let table = header.sections(endian, bytes).map_err(from_object)?;
    let mut sections = Vec::with_capacity(table.len());
    for (index, section) in table.iter().enumerate() {
        // The first has no name, and may hold counts that the header has no room for.
        let name = match index {
            0 => &b""[..],
            _ => table.section_name(endian, section).map_err(from_object)?,
        };
        let flags: u64 = section.sh_flags(endian).0;
        let read = Section {
            name,
            kind: section.sh_type(endian).0,
            flags,
            address: section.sh_addr(endian).into(),
            offset: section.sh_offset(endian).into(),
            size: section.sh_size(endian).into(),
            link: section.sh_link(endian),
            info: section.sh_info(endian),
            alignment: section.sh_addralign(endian).into(),
            entry_size: section.sh_entsize(endian).into(),
            is_loaded: flags & elf::SHF_ALLOC.0 != 0,
            is_symbols: false,
        };
        if has_bytes(&read) {
            end(bytes, read.offset, read.size)?;
        }
        sections.push(read);
    }
    Ok(sections)
}

fn segments<Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    endian: Endianness,
    bytes: &[u8],
    first: u64,
    length: usize,
) -> Result<Vec<Segment>, SymbolsError> {
    let read = header.program_headers(endian, bytes).map_err(from_object)?;
    let first = usize::try_from(first).map_err(|_| damaged("its program headers lie outside"))?;
    let segments = read.iter().enumerate().map(|(index, segment)| Segment {
        header: first + index * length,
        offset: segment.p_offset(endian).into(),
        file_size: segment.p_filesz(endian).into(),
    });
    Ok(segments.collect())
}

/// Returns the end of something in the file.
fn end(bytes: &[u8], start: u64, length: u64) -> Result<usize, SymbolsError> {
    start
        .checked_add(length)
        .and_then(|end| usize::try_from(end).ok())
        .filter(|end| *end <= bytes.len())
        .ok_or_else(|| damaged(format!("{length} bytes at {start} lie outside the file")))
}

pub(super) fn has_bytes(section: &Section<'_>) -> bool {
    section.kind != elf::SHT_NULL.0 && section.kind != elf::SHT_NOBITS.0
}

/// Marks what only debuggers and linkers read. What is in memory is never among it, such as
/// `.debug_gdb_scripts` of Rust; nor is a section that nobody knows.
fn mark_symbols(sections: &mut [Section<'_>]) {
    for section in sections.iter_mut().filter(|section| !section.is_loaded) {
        const STARTS: [&[u8]; 4] = [b".debug_", b".zdebug_", b".stab", b".gnu_debugaltlink"];
        let tables = [elf::SHT_SYMTAB.0, elf::SHT_SYMTAB_SHNDX.0];
        section.is_symbols = tables.contains(&section.kind)
            || [&b".comment"[..], b".gdb_index"].contains(&section.name)
            || STARTS.iter().any(|start| section.name.starts_with(start));
    }
    let links = |section: &Section<'_>| usize::try_from(section.link).unwrap_or_default();
    let symbols: Vec<bool> = sections.iter().map(|section| section.is_symbols).collect();
    // Relocations that the linker was asked to keep speak of the symbols in the table.
    for section in sections.iter_mut().filter(|section| !section.is_loaded) {
        let relocations = [elf::SHT_REL.0, elf::SHT_RELA.0].contains(&section.kind);
        section.is_symbols |= relocations && symbols.get(links(section)) == Some(&true);
    }
    // A table of names goes with the last that reads it.
    let (mut needed, mut unneeded) = (vec![false; sections.len()], vec![false; sections.len()]);
    for section in sections.iter() {
        let side = if section.is_symbols {
            &mut unneeded
        } else {
            &mut needed
        };
        if let Some(linked) = side.get_mut(links(section)) {
            *linked = true;
        }
    }
    for (index, section) in sections.iter_mut().enumerate() {
        section.is_symbols |= section.kind == elf::SHT_STRTAB.0
            && !section.is_loaded
            && unneeded[index]
            && !needed[index];
    }
}

/// `.comment` alone is no reason to write a file anew.
fn is_worth_it(section: &Section<'_>) -> bool {
    section.is_symbols && section.name != b".comment"
}

/// Some programs carry a payload behind their sections and find it by the length of the file.
fn refuse_unknown_bytes(
    bytes: &[u8],
    loaded: usize,
    sections: &[Section<'_>],
    table: (u64, u64),
) -> Result<(), SymbolsError> {
    let mut places = vec![(table.0, table.1)];
    let notes = sections.iter().filter(|s| s.is_loaded && has_bytes(s));
    let notes = notes.filter(|section| section.kind == elf::SHT_NOTE.0);
    if notes.map(|section| section.size).sum::<u64>() > bytes.len() as u64 {
        return Err(damaged("its notes overlap"));
    }
    let outside = sections.iter().filter(|s| !s.is_loaded && has_bytes(s));
    places.extend(outside.map(|section| (section.offset, section.size)));
    places.push((bytes.len() as u64, 0));
    places.sort_unstable();
    let (mut known, mut behind) = (loaded, 0);
    for (start, length) in places {
        let stop = end(bytes, start, length)?;
        let start = stop - usize::try_from(length).unwrap_or_default();
        // A thousand sections of the same bytes would be written a thousand times.
        if start < behind && length > 0 {
            return Err(damaged(format!("sections overlap at {start}")));
        }
        behind = behind.max(stop);
        let gap = bytes.get(known..start).unwrap_or_default();
        // Padding.
        if let Some(at) = gap.iter().position(|byte| *byte != 0) {
            let offset = (known + at) as u64;
            return Err(SymbolsError::Unknown { offset });
        }
        known = known.max(stop);
    }
    Ok(())
}

fn build_id<'data, Elf: FileHeader<Endian = Endianness>>(
    header: &Elf,
    endian: Endianness,
    bytes: &'data [u8],
) -> Option<&'data [u8]> {
    let sections = header.sections(endian, bytes).ok()?;
    for section in sections.iter() {
        let Ok(Some(mut notes)) = section.notes(endian, bytes) else {
            continue;
        };
        while let Ok(Some(note)) = notes.next() {
            // One byte names the folder, the others the file.
            if note.name() == elf::ELF_NOTE_GNU
                && note.n_type(endian) == elf::NT_GNU_BUILD_ID
                && (2..=64).contains(&note.desc().len())
            {
                return Some(note.desc());
            }
        }
    }
    None
}
