//! Writing the two parts of an ELF file. The offsets of header fields are those of elf(5).

use object::{Endian, elf};

use super::parse::has_bytes;
use super::{Section, Symbols, SymbolsError};

/// The distance from the headers up to which a note keeps its place in the file of debug symbols.
const NEAR: usize = 4096;

/// Writes what runs: the file up to the end of what is loaded, then the few other sections that are
/// kept, their names and their headers.
pub(super) fn code(symbols: &Symbols<'_>) -> Result<Vec<u8>, SymbolsError> {
    let mut out = symbols.bytes[..symbols.loaded].to_vec();
    let (mut kept, places) = kept(symbols);
    // Its own header is the last.
    if kept.len() + 1 >= usize::from(elf::SHN_LORESERVE) {
        return Err(SymbolsError::TooManySections(kept.len() + 1));
    }
    for section in kept.iter_mut().filter(|s| has_bytes(s) && !s.is_loaded) {
        if section.offset + section.size > symbols.loaded as u64 {
            move_to_end(symbols, section, &mut out);
        }
    }
    let mut names = vec![0];
    let mut headers = Vec::new();
    let place = |old: u32| {
        let new = places.get(usize::try_from(old).unwrap_or(usize::MAX));
        new.copied().flatten().unwrap_or_default()
    };
    for (index, section) in kept.iter_mut().enumerate() {
        section.link = place(section.link);
        if index == 0 {
            // Counts that did not fit the header, and do now; `info` counts segments.
            (section.size, section.link) = (0, 0);
        } else if speaks_of_section(section) {
            section.info = place(section.info);
        }
        let name = add_name(&mut names, section.name);
        append_header(symbols, section, name, &mut headers);
    }
    let name = add_name(&mut names, b".shstrtab");
    let own = Section {
        name: b".shstrtab",
        kind: elf::SHT_STRTAB.0,
        flags: 0,
        address: 0,
        offset: out.len() as u64,
        size: names.len() as u64,
        link: 0,
        info: 0,
        alignment: 1,
        entry_size: 0,
        is_loaded: false,
        is_symbols: false,
    };
    append_header(symbols, &own, name, &mut headers);
    out.extend_from_slice(&names);
    let table = append_table(&headers, &mut out);
    if out.len() >= symbols.bytes.len() {
        return Err(SymbolsError::Interleaved);
    }
    let count = u16::try_from(kept.len() + 1).unwrap_or_default();
    let (count_at, names_at) = if symbols.is_64 { (60, 62) } else { (48, 50) };
    set_table_offset(symbols, &mut out, table);
    set(&mut out, count_at, &symbols.endian.write_u16(count));
    let last = symbols.endian.write_u16(count - 1);
    set(&mut out, names_at, &last);
    Ok(out)
}

/// Returns the sections that stay, and the new place of each old one. Dynamic symbols name sections in
/// memory by their number, so up to the last of these a section that goes leaves an empty header.
fn kept<'data>(symbols: &Symbols<'data>) -> (Vec<Section<'data>>, Vec<Option<u32>>) {
    let sections = &symbols.sections;
    let fixed = sections.iter().rposition(|section| section.is_loaded);
    let fixed = fixed.map_or(1, |last| last + 1);
    let names = header_names(symbols);
    let mut kept: Vec<Section<'data>> = Vec::with_capacity(sections.len());
    let mut places = Vec::with_capacity(sections.len());
    for (index, section) in sections.iter().enumerate() {
        let linked = || {
            let mut others = sections.iter().filter(|section| !section.is_symbols);
            others.any(|other| usize::try_from(other.link) == Ok(index))
        };
        // The names of sections are written anew.
        let is_names = Some(index) == names && !section.is_loaded && !linked();
        if section.is_symbols || is_names {
            places.push(None);
            if index < fixed {
                kept.push(empty());
            }
        } else {
            places.push(u32::try_from(kept.len()).ok());
            kept.push(*section);
        }
    }
    (kept, places)
}

fn empty() -> Section<'static> {
    Section {
        name: b"",
        kind: elf::SHT_NULL.0,
        flags: 0,
        address: 0,
        offset: 0,
        size: 0,
        link: 0,
        info: 0,
        alignment: 0,
        entry_size: 0,
        is_loaded: false,
        is_symbols: false,
    }
}

/// Finds the section with the names of the others.
fn header_names(symbols: &Symbols<'_>) -> Option<usize> {
    let at = if symbols.is_64 { 62 } else { 50 };
    let written = symbols.bytes.get(at..at + 2)?.try_into().ok()?;
    let index = symbols.endian.read_u16(written);
    if index == elf::SHN_XINDEX.0 {
        return usize::try_from(symbols.sections.first()?.link).ok();
    }
    Some(usize::from(index))
}

/// Tells whether `sh_info` is the number of a section.
fn speaks_of_section(section: &Section<'_>) -> bool {
    [elf::SHT_REL.0, elf::SHT_RELA.0].contains(&section.kind)
        || section.flags & elf::SHF_INFO_LINK.0 != 0
}

/// Writes what a debugger wants. Sections keep their numbers and addresses; those in memory keep no
/// bytes, but for notes, by which the file is told.
pub(super) fn debug_symbols(symbols: &Symbols<'_>) -> Vec<u8> {
    let bytes = symbols.bytes;
    let header = if symbols.is_64 { 64 } else { 52 };
    let segment = if symbols.is_64 { 56 } else { 32 };
    let mut out = bytes[..header].to_vec();
    for place in &symbols.segments {
        out.extend_from_slice(&bytes[place.header..place.header + segment]);
    }
    if !symbols.segments.is_empty() {
        let at = if symbols.is_64 { 32 } else { 28 };
        set_word(symbols, &mut out, at, header as u64);
    }
    let mut sections = symbols.sections.clone();
    let is_note = |section: &Section<'_>| section.is_loaded && section.kind == elf::SHT_NOTE.0;
    for section in sections.iter_mut().filter(|section| is_note(section)) {
        let offset = usize::try_from(section.offset).unwrap_or(usize::MAX);
        if (out.len()..out.len() + NEAR).contains(&offset) {
            out.resize(offset, 0);
        }
        move_to_end(symbols, section, &mut out);
    }
    for (index, place) in symbols.segments.iter().enumerate() {
        let at = header + index * segment + if symbols.is_64 { 32 } else { 16 };
        let left = (out.len() as u64).saturating_sub(place.offset);
        set_word(symbols, &mut out, at, place.file_size.min(left));
    }
    for section in sections.iter_mut().filter(|section| !is_note(section)) {
        if section.is_loaded && section.kind != elf::SHT_NULL.0 {
            section.kind = elf::SHT_NOBITS.0;
            section.offset = out.len() as u64;
        } else if has_bytes(section) {
            move_to_end(symbols, section, &mut out);
        }
    }
    let mut headers = Vec::new();
    for (section, name) in sections.iter().zip(name_offsets(symbols)) {
        append_header(symbols, section, name, &mut headers);
    }
    let table = append_table(&headers, &mut out);
    set_table_offset(symbols, &mut out, table);
    out
}

/// Returns `sh_name` of every section as it is in the file: the table of names stays.
fn name_offsets<'a>(symbols: &'a Symbols<'_>) -> impl Iterator<Item = u32> + 'a {
    let start = if symbols.is_64 { 40 } else { 32 };
    let length = if symbols.is_64 { 64 } else { 40 };
    let table = word(symbols, start).unwrap_or(usize::MAX);
    (0..symbols.sections.len()).map(move |index| {
        let at = table.saturating_add(index * length);
        let written = symbols.bytes.get(at..at.saturating_add(4));
        let written = written.and_then(|bytes| bytes.try_into().ok());
        written.map_or(0, |bytes| symbols.endian.read_u32(bytes))
    })
}

fn word(symbols: &Symbols<'_>, at: usize) -> Option<usize> {
    if symbols.is_64 {
        let bytes = symbols.bytes.get(at..at + 8)?.try_into().ok()?;
        usize::try_from(symbols.endian.read_u64(bytes)).ok()
    } else {
        let bytes = symbols.bytes.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(symbols.endian.read_u32(bytes)).ok()
    }
}

/// Puts the bytes of a section behind what is there.
fn move_to_end(symbols: &Symbols<'_>, section: &mut Section<'_>, out: &mut Vec<u8>) {
    let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let start = place(section.offset);
    let bytes = symbols.bytes.get(start..start + place(section.size));
    let alignment = usize::try_from(section.alignment.clamp(1, 16)).unwrap_or(1);
    out.resize(out.len().next_multiple_of(alignment), 0);
    section.offset = out.len() as u64;
    out.extend_from_slice(bytes.unwrap_or_default());
}

fn add_name(names: &mut Vec<u8>, name: &[u8]) -> u32 {
    if name.is_empty() {
        return 0;
    }
    let at = u32::try_from(names.len()).unwrap_or_default();
    names.extend_from_slice(name);
    names.push(0);
    at
}

fn append_header(symbols: &Symbols<'_>, section: &Section<'_>, name: u32, out: &mut Vec<u8>) {
    let endian = symbols.endian;
    let half = |value: u32| endian.write_u32(value);
    out.extend_from_slice(&half(name));
    out.extend_from_slice(&half(section.kind));
    append_word(symbols, section.flags, out);
    append_word(symbols, section.address, out);
    append_word(symbols, section.offset, out);
    append_word(symbols, section.size, out);
    out.extend_from_slice(&half(section.link));
    out.extend_from_slice(&half(section.info));
    append_word(symbols, section.alignment, out);
    append_word(symbols, section.entry_size, out);
}

fn append_word(symbols: &Symbols<'_>, value: u64, out: &mut Vec<u8>) {
    if symbols.is_64 {
        out.extend_from_slice(&symbols.endian.write_u64(value));
    } else {
        // It came from a field of this size, or is the length of a file that fits one.
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        out.extend_from_slice(&symbols.endian.write_u32(value));
    }
}

/// Appends the section headers, and returns their start.
fn append_table(headers: &[u8], out: &mut Vec<u8>) -> u64 {
    out.resize(out.len().next_multiple_of(8), 0);
    let start = out.len() as u64;
    out.extend_from_slice(headers);
    start
}

fn set_table_offset(symbols: &Symbols<'_>, out: &mut [u8], offset: u64) {
    let at = if symbols.is_64 { 40 } else { 32 };
    set_word(symbols, out, at, offset);
}

fn set_word(symbols: &Symbols<'_>, out: &mut [u8], at: usize, value: u64) {
    let mut bytes = Vec::with_capacity(8);
    append_word(symbols, value, &mut bytes);
    set(out, at, &bytes);
}

fn set(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}
