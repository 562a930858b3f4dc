//! Small files of every class and byte order, whole and damaged.

use object::elf;
use object::read::elf::{FileHeader, SectionHeader};

use super::*;

/// A file as `ld` lays it out, small enough to damage every byte of it. `.debug_info` stands before
/// `.text` among the headers, which no linker does, so that the number of `.text` must be kept.
struct Small {
    is_64: bool,
    is_big: bool,
    bytes: Vec<u8>,
    loaded: usize,
}

const NAMES: &[u8] =
    b"\0.note.gnu.build-id\0.debug_info\0.text\0.ARM.attributes\0.symtab\0.strtab\0.shstrtab\0";
const NOTE: &[u8] = b"\x04\0\0\0\x04\0\0\0\x03\0\0\0GNU\0\xab\xcd\xef\x01";

impl Small {
    fn new(is_64: bool, is_big: bool) -> Self {
        let (header, segment) = if is_64 { (64, 56) } else { (52, 32) };
        let note = header + segment;
        let text = note + NOTE.len();
        let loaded = text + 16;
        let mut small = Self {
            is_64,
            is_big,
            bytes: Vec::new(),
            loaded,
        };
        let mut note_bytes = NOTE.to_vec();
        if is_big {
            note_bytes[..12].chunks_mut(4).for_each(<[u8]>::reverse);
        }
        let mut body = note_bytes;
        body.extend([0x90; 16]);
        let mut place = |bytes: &[u8]| {
            let at = header + segment + body.len();
            body.extend(bytes);
            (at as u64, bytes.len() as u64)
        };
        let debug = place(&[b'd'; 400]);
        let attributes = place(b"A\x0f\0\0\0aeabi\0\x01\x05\0\0\0\x06");
        let symbols = place(&[0; 24]);
        let strings = place(b"\0main\0");
        let names = place(NAMES);
        let table = (header + segment + body.len()).next_multiple_of(8);
        small.header(table as u64);
        small.segment(loaded as u64);
        small.bytes.extend(&body);
        small.bytes.resize(table, 0);
        let loaded_place = |at: usize, length: usize| (at as u64, length as u64);
        small.section("", 0, 0, (0, 0), 0);
        let place = loaded_place(note, NOTE.len());
        small.section(".note.gnu.build-id", 7, 2, place, 0);
        small.section(".debug_info", 1, 0, debug, 0);
        small.section(".text", 1, 6, loaded_place(text, 16), 0);
        small.section(".ARM.attributes", 0x7000_0003, 0, attributes, 0);
        small.section(".symtab", 2, 0, symbols, 6);
        small.section(".strtab", 3, 0, strings, 0);
        small.section(".shstrtab", 3, 0, names, 0);
        small
    }

    fn put(&mut self, value: u64, width: usize) {
        let bytes = value.to_be_bytes();
        let mut bytes = bytes[8 - width..].to_vec();
        if !self.is_big {
            bytes.reverse();
        }
        self.bytes.extend(bytes);
    }

    fn word(&mut self, value: u64) {
        self.put(value, if self.is_64 { 8 } else { 4 });
    }

    fn header(&mut self, table: u64) {
        let class = if self.is_64 { 2 } else { 1 };
        let order = if self.is_big { 2 } else { 1 };
        self.bytes
            .extend([0x7f, b'E', b'L', b'F', class, order, 1, 0]);
        self.bytes.extend([0; 8]);
        self.put(3, 2);
        self.put(62, 2);
        self.put(1, 4);
        self.word(0);
        self.word(if self.is_64 { 64 } else { 52 });
        self.word(table);
        self.put(0, 4);
        let sizes = if self.is_64 {
            [64, 56, 1, 64]
        } else {
            [52, 32, 1, 40]
        };
        for size in sizes {
            self.put(size, 2);
        }
        self.put(8, 2);
        self.put(7, 2);
    }

    fn segment(&mut self, size: u64) {
        self.put(1, 4);
        if self.is_64 {
            self.put(5, 4);
        }
        for value in [0, 0, 0, size, size] {
            self.word(value);
        }
        if !self.is_64 {
            self.put(5, 4);
        }
        self.word(4096);
    }

    fn section(&mut self, name: &str, kind: u64, flags: u64, place: (u64, u64), link: u64) {
        let name = format!("{name}\0");
        let name = NAMES
            .windows(name.len())
            .position(|part| part == name.as_bytes());
        self.put(name.unwrap() as u64, 4);
        self.put(kind, 4);
        self.word(flags);
        self.word(if flags & 2 == 0 { 0 } else { place.0 });
        self.word(place.0);
        self.word(place.1);
        self.put(link, 4);
        self.put(0, 4);
        self.word(1);
        self.word(0);
    }
}

/// Name, type and bytes of every section; what has no bytes has none.
fn sections(bytes: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
    fn of<Elf: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
        let header = Elf::parse(bytes).unwrap();
        let endian = header.endian().unwrap();
        let table = header.sections(endian, bytes).unwrap();
        let read = table.iter().map(|section| {
            let name = table.section_name(endian, section).unwrap();
            (
                String::from_utf8(name.to_vec()).unwrap(),
                section.sh_type(endian).0,
                section.data(endian, bytes).unwrap().to_vec(),
            )
        });
        read.collect()
    }
    if bytes[4] == 2 {
        of::<elf::FileHeader64<Endianness>>(bytes)
    } else {
        of::<elf::FileHeader32<Endianness>>(bytes)
    }
}

fn names(sections: &[(String, u32, Vec<u8>)]) -> Vec<&str> {
    sections.iter().map(|(name, _, _)| name.as_str()).collect()
}

fn all() -> [Small; 4] {
    [(true, false), (true, true), (false, false), (false, true)]
        .map(|(is_64, is_big)| Small::new(is_64, is_big))
}

#[test]
fn code_keeps_what_is_loaded_and_the_numbers_of_its_sections() {
    for small in all() {
        let symbols = Symbols::parse(&small.bytes).unwrap().unwrap();
        assert_eq!(symbols.build_id(), Some(&[0xab, 0xcd, 0xef, 1][..]));
        let code = symbols.part(Part::Code).unwrap();
        // The header has a new place of the table, and new counts.
        let header = if small.is_64 { 64 } else { 52 };
        assert_eq!(
            code[header..small.loaded],
            small.bytes[header..small.loaded]
        );
        let kept = sections(&code);
        let expected = [
            "",
            ".note.gnu.build-id",
            "",
            ".text",
            ".ARM.attributes",
            ".shstrtab",
        ];
        assert_eq!(names(&kept), expected);
        let before = sections(&small.bytes);
        for index in [1, 3, 4] {
            assert_eq!(kept[index], before[index]);
        }
        assert!(Symbols::parse(&code).unwrap().is_none());
    }
}

#[test]
fn debug_symbols_have_all_sections_and_the_bytes_of_none_in_memory() {
    for small in all() {
        let symbols = Symbols::parse(&small.bytes).unwrap().unwrap();
        let debug = symbols.part(Part::DebugSymbols).unwrap();
        let (kept, before) = (sections(&debug), sections(&small.bytes));
        assert_eq!(names(&kept), names(&before));
        for (index, section) in before.iter().enumerate() {
            if section.0 == ".text" {
                assert_eq!(kept[index].1, elf::SHT_NOBITS.0);
                assert!(kept[index].2.is_empty());
            } else {
                assert_eq!(&kept[index], section);
            }
        }
        let again = Symbols::parse(&debug).unwrap().unwrap();
        assert_eq!(again.build_id(), symbols.build_id());
    }
}

#[test]
fn what_cannot_be_parted_says_why() {
    let case = |change: &dyn Fn(&mut Vec<u8>), expected: &str| {
        let mut bytes = Small::new(true, false).bytes;
        change(&mut bytes);
        let parted = Symbols::parse(&bytes).and_then(|symbols| {
            let symbols = symbols.expect("it has symbols");
            symbols.part(Part::Code)
        });
        assert_eq!(parted.unwrap_err().to_string(), expected);
    };
    case(
        &|bytes| bytes[0] = b'#',
        "not an ELF file: it does not start with `\\x7fELF`",
    );
    case(
        &|bytes| bytes[4] = 3,
        "the ELF file is damaged: its class is neither 1 nor 2",
    );
    case(
        &|bytes| bytes[16] = 1,
        "ELF type 1 is not linked, expected a program or a shared library",
    );
    let length = Small::new(true, false).bytes.len();
    case(
        &|bytes| bytes.extend(b"payload"),
        &format!("bytes from {length} on belong to no section, expected none"),
    );
    // The segment grows over the whole file.
    case(
        &|bytes| bytes[96..98].copy_from_slice(&u16::try_from(length).unwrap().to_le_bytes()),
        "its debug sections lie between its segments, expected them at the end",
    );
    // `.ARM.attributes` gets the place of `.debug_info`.
    case(
        &|bytes| {
            let table = length - 8 * 64;
            let place = bytes[table + 2 * 64 + 24..][..16].to_vec();
            bytes[table + 4 * 64 + 24..][..16].copy_from_slice(&place);
        },
        "the ELF file is damaged: sections overlap at 156",
    );
    case(
        &|bytes| bytes.truncate(length - 1),
        "the ELF file is damaged: invalid ELF section header offset/size/alignment",
    );
}

#[test]
fn damage_never_panics_nor_grows_a_file() {
    for small in all() {
        for length in 0..small.bytes.len() {
            let cut = Symbols::parse(&small.bytes[..length]);
            assert!(cut.is_err(), "cut at {length}");
        }
        for at in 0..small.bytes.len() {
            for change in [1, 0x80, 0xff] {
                let mut bytes = small.bytes.clone();
                bytes[at] ^= change;
                let Ok(Some(symbols)) = Symbols::parse(&bytes) else {
                    continue;
                };
                if let Ok(code) = symbols.part(Part::Code) {
                    assert!(code.len() < bytes.len(), "byte {at}");
                    let header = if small.is_64 { 64 } else { 52 };
                    let same = header..small.loaded;
                    assert_eq!(code[same.clone()], bytes[same], "byte {at}");
                }
                // Its alignment may add to it.
                let debug = symbols.part(Part::DebugSymbols).unwrap();
                assert!(debug.len() < 2 * bytes.len(), "byte {at}");
            }
        }
    }
}

#[test]
fn seeds_of_the_fuzz_target() {
    for small in all() {
        let bits = if small.is_64 { 64 } else { 32 };
        let order = if small.is_big { "big" } else { "little" };
        crate::fuzzing::seed("elf", &format!("symbols-{bits}-{order}"), &small.bytes);
    }
}
