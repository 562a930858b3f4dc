//! Facts of real and of damaged ELF files.

use super::*;
use crate::fs;
use std::io::{Cursor, SeekFrom};
use std::path::Path;

const NAMES: &[u8] =
    b"\0libc.so.6\0GLIBC_2.34\0$ORIGIN/../lib:/opt/x\0libme.so.1\0/lib64/ld-linux-x86-64.so.2\0";
const SECTION_NAMES: &[u8] = b"\0.shstrtab\0.debug_info\0";
const BASE: u64 = 0x1000;
const NAMES_AT: u64 = 64 + 3 * 56;

/// Returns where a name lies among the names.
fn at(name: &str) -> u64 {
    let mut windows = NAMES.windows(name.len());
    let found = windows.position(|window| window == name.as_bytes());
    u64::try_from(found.unwrap()).unwrap()
}

/// Appends numbers, each of so many bytes.
fn put(out: &mut Vec<u8>, numbers: &[(u64, usize)]) {
    for (value, width) in numbers {
        out.extend(&value.to_le_bytes()[..*width]);
    }
}

fn pad(out: &mut Vec<u8>, end: u64) {
    out.resize(usize::try_from(end).unwrap(), 0);
}

/// A 64-bit file as `ld` lays it out, small enough to damage every byte of it: one segment with
/// names, versions and the dynamic section; three sections.
fn small(e_type: u16, flags_1: u64) -> Vec<u8> {
    let versions_at = (NAMES_AT + NAMES.len() as u64).next_multiple_of(8);
    let dynamic_at = versions_at + 32;
    let entries = [
        (1, at("libc.so.6\0")),
        (14, at("libme.so.1\0")),
        (29, at("$ORIGIN")),
        (5, BASE + NAMES_AT),
        (10, NAMES.len() as u64),
        (0x6fff_fffe, BASE + versions_at),
        (0x6fff_ffff, 1),
        (0x6fff_fffb, flags_1),
        (0, 0),
    ];
    let dynamic_size = 16 * entries.len() as u64;
    let section_names_at = dynamic_at + dynamic_size;
    let sections_at = (section_names_at + SECTION_NAMES.len() as u64).next_multiple_of(8);
    let end = sections_at + 3 * 64;
    let mut out = header(e_type, sections_at);
    let loader = at("/lib64");
    for (kind, offset, size) in [
        (1, 0, end),
        (2, dynamic_at, dynamic_size),
        (3, NAMES_AT + loader, NAMES.len() as u64 - loader),
    ] {
        put(&mut out, &[(kind, 4), (4, 4)]);
        let place = [offset, BASE + offset, BASE + offset, size, size, 8];
        put(&mut out, &place.map(|value| (value, 8)));
    }
    out.extend(NAMES);
    pad(&mut out, versions_at);
    let library = [(1, 2), (1, 2), (at("libc.so.6\0"), 4), (16, 4), (0, 4)];
    put(&mut out, &library);
    let version = [(0, 4), (0, 2), (2, 2), (at("GLIBC_2.34\0"), 4), (0, 4)];
    put(&mut out, &version);
    for (tag, value) in entries {
        put(&mut out, &[(tag, 8), (value, 8)]);
    }
    out.extend(SECTION_NAMES);
    pad(&mut out, sections_at);
    for (name, kind, offset, size) in [
        (0, 0, 0, 0),
        (1, 3, section_names_at, SECTION_NAMES.len() as u64),
        (11, 1, 0, 16),
    ] {
        put(&mut out, &[(name, 4), (kind, 4)]);
        put(
            &mut out,
            &[0, 0, offset, size, 0, 1, 0].map(|value| (value, 8)),
        );
    }
    assert_eq!(out.len() as u64, end);
    out
}

/// The header of a file for x86-64 with three segments and three sections.
fn header(e_type: u16, sections_at: u64) -> Vec<u8> {
    let mut out = b"\x7fELF\x02\x01\x01".to_vec();
    out.resize(16, 0);
    put(&mut out, &[(u64::from(e_type), 2), (62, 2), (1, 4), (0, 8)]);
    put(&mut out, &[(64, 8), (sections_at, 8), (0, 4), (64, 2)]);
    put(&mut out, &[(56, 2), (3, 2), (64, 2), (3, 2), (1, 2)]);
    out
}

fn read(bytes: &[u8]) -> Result<ElfFacts, ElfError> {
    ElfFacts::read(Cursor::new(bytes))
}

#[test]
fn a_library_tells_what_it_needs() {
    let facts = read(&small(3, 0)).unwrap();
    assert_eq!(facts.needed, ["libc.so.6"]);
    assert_eq!(facts.soname.as_deref(), Some("libme.so.1"));
    assert_eq!(facts.runpath, ["$ORIGIN/../lib", "/opt/x"]);
    assert_eq!(facts.rpath, Vec::<String>::new());
    assert_eq!(
        facts.interpreter.as_deref(),
        Some("/lib64/ld-linux-x86-64.so.2")
    );
    assert_eq!(facts.versions.len(), 1);
    assert!(facts.versions["libc.so.6"].contains("GLIBC_2.34"));
    assert_eq!(facts.kind, ElfKind::Library);
    assert_eq!(facts.machine.to_string(), "x86-64");
    assert!(!facts.is_static() && !facts.is_musl());
    assert_eq!(read(&small(2, 0)).unwrap().kind, ElfKind::Program);
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let whole = small(3, 0);
    for length in 0..whole.len() {
        let error = read(&whole[..length]).unwrap_err();
        assert_eq!(
            error == ElfError::NotElf,
            length < 16,
            "cut at {length}: {error}"
        );
    }
}

#[test]
fn a_damaged_byte_never_panics() {
    let whole = small(3, 0);
    let mut refused = 0;
    for at in 0..whole.len() {
        for value in [0x00, 0x01, 0x7f, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = value;
            refused += usize::from(read(&bytes).is_err());
        }
    }
    assert!(refused > 500, "{refused}");
}

#[test]
fn what_is_wrong_is_said() {
    let at = |offset: usize, bytes: &[u8]| {
        let mut file = small(3, 0);
        file[offset..offset + bytes.len()].copy_from_slice(bytes);
        file
    };
    let table: Vec<(Vec<u8>, &str)> = vec![
        (
            b"#!/bin/sh\necho never run".to_vec(),
            "not an ELF file: it does not start with `\\x7fELF`",
        ),
        (
            at(4, &[3]),
            "the ELF header is damaged: class 3 and byte order 1, expected 1 or 2",
        ),
        (
            at(56, &[0xfe, 0xff]),
            "the ELF file is damaged: the table of segments has 65534, expected at most 1024",
        ),
        (
            at(64 + 32, &[0xff; 8]),
            "the ELF file is damaged: a segment ends behind the end of the file",
        ),
        (
            at(64 + 16, &[0, 0x90]),
            "the ELF file is damaged: an address of the dynamic section lies in no segment",
        ),
    ];
    for (bytes, message) in table {
        assert_eq!(read(&bytes).unwrap_err().to_string(), message);
    }
}

/// Counts what is read of a file.
struct Counting<R>(R, std::rc::Rc<std::cell::Cell<usize>>);

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.set(self.1.get() + count);
        Ok(count)
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_large_file_is_not_read_whole() {
    let program = std::env::current_exe().unwrap();
    let length = usize::try_from(fs::metadata(&program).unwrap().len()).unwrap();
    let count = std::rc::Rc::new(std::cell::Cell::new(0));
    let facts = ElfFacts::read(Counting(fs::open(&program).unwrap(), count.clone())).unwrap();
    assert_eq!(facts.kind, ElfKind::Program);
    assert!(facts.is_pie && !facts.is_static());
    assert!(facts.needed.iter().any(|n| n == "libc.so.6"));
    assert!(
        count.get() < 100_000 && count.get() * 20 < length,
        "{} of {length}",
        count.get()
    );
}

#[test]
fn the_files_of_this_machine_read_as_readelf_says() {
    let mut seen = 0;
    for folder in [
        "/usr/bin",
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/erlang/erts-13.1.5/bin",
    ] {
        for path in fs::read_dir(Path::new(folder)).unwrap_or_default() {
            if seen > 400 || !path.is_file() {
                continue;
            }
            let facts = match ElfFacts::read(fs::open(&path).unwrap()) {
                Err(ElfError::NotElf) => continue,
                facts => facts.unwrap_or_else(|e| panic!("{}: {e}", path.display())),
            };
            seen += 1;
            if seen % 20 == 0 {
                compare(&path, &facts);
            }
        }
    }
    if seen == 0 {
        println!("skipped: no ELF files on this machine");
    }
}

fn compare(path: &Path, facts: &ElfFacts) {
    let Ok(said) = std::process::Command::new("readelf")
        .args(["-d", "-V", "-W"])
        .arg(path)
        .output()
    else {
        println!("skipped: no readelf");
        return;
    };
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let needed: Vec<_> = said
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .filter_map(|line| line.split(['[', ']']).nth(1))
        .collect();
    assert_eq!(facts.needed, needed, "{}", path.display());
    let (_, versions) = said.split_once(".gnu.version_r'").unwrap_or_default();
    let names: BTreeSet<_> = versions
        .lines()
        .filter_map(|line| line.split_once("Name: "))
        .filter_map(|(_, rest)| rest.split_whitespace().next())
        .collect();
    let ours: BTreeSet<_> = facts
        .versions
        .values()
        .flatten()
        .map(String::as_str)
        .collect();
    assert_eq!(ours, names, "{}", path.display());
}

#[test]
fn programs_libraries_and_static_programs_are_told_apart() {
    let table = [
        ("/usr/bin/true", ElfKind::Program, true, false),
        ("/usr/sbin/ldconfig", ElfKind::Program, true, true),
        (
            "/usr/lib/x86_64-linux-gnu/libc.so.6",
            ElfKind::Library,
            false,
            false,
        ),
        (
            "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
            ElfKind::Library,
            false,
            false,
        ),
    ];
    for (path, kind, is_pie, is_static) in table {
        let Ok(file) = fs::open(Path::new(path)) else {
            println!("skipped: no `{path}` on this machine");
            continue;
        };
        let facts = ElfFacts::read(file).unwrap();
        let found = (facts.kind, facts.is_pie, facts.is_static());
        assert_eq!(found, (kind, is_pie, is_static), "{path}");
        assert!(!facts.is_musl(), "{path}");
    }
}

#[test]
fn seeds_of_the_fuzz_target() {
    crate::fuzzing::seed("elf", "library", &small(3, 0));
    crate::fuzzing::seed("elf", "program", &small(2, 1));
}
