//! The laws that readers of foreign bytes keep: for the targets below `fuzz/`, and the test that
//! replays their seeds. No part of the library's interface.
//!
//! # Panics
//! Each function panics where its law is broken.

use std::io::{self, Cursor, Write as _};
use std::path::PathBuf;

use crate::deb::{ArchiveError, Deb};
use crate::elf::facts::ElfFacts;
use crate::elf::split::{Part, Symbols};
use crate::elf::{Hardening, read_header};
use crate::erlang::{beam, term};
use crate::lint;
use crate::manifest::{Environment, Manifest};

/// Reads bytes as a package: its control archive, every entry and its content, and its faults.
#[expect(clippy::expect_used, reason = "a broken law ends the target")]
pub fn package(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    file.write_all(bytes).expect("it can be written");
    let Ok(deb) = Deb::open(file.path()) else {
        return;
    };
    for name in deb.control.keys() {
        let content = deb.control_content(name);
        let content = content.expect("a file that was read can be read again");
        assert!(content.is_some(), "`{name}` has no content");
    }
    let _ = deb.for_each_data_entry(|entry, content| {
        let read = io::copy(content, &mut io::sink()).map_err(|e| deb.damaged_data(&e))?;
        assert_eq!(read, entry.size, "the size of {entry:?}");
        Ok::<(), ArchiveError>(())
    });
    let _ = lint::read_as_dpkg(&deb, |_, _| Ok::<(), ArchiveError>(()));
}

/// Reads bytes as the blocks of a control archive, then of a data archive. The sum of each block is
/// made right first, since no fuzzer would guess it.
pub fn entries(bytes: &[u8]) {
    let archive = sealed(bytes);
    package(&around(&archive, &[]));
    let mut control = [0; 512];
    control[..7].copy_from_slice(b"control");
    control[124..136].copy_from_slice(b"00000000000\0");
    package(&around(&sealed(&control), &archive));
}

/// Returns whole blocks, each with its sum, and the end of an archive.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut archive = bytes.to_vec();
    archive.resize(archive.len().next_multiple_of(512), 0);
    for block in archive.chunks_exact_mut(512) {
        if block.iter().any(|byte| *byte != 0) {
            block[148..156].fill(b' ');
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// Returns a package of a control and a data archive.
fn around(control: &[u8], data: &[u8]) -> Vec<u8> {
    let member = |name: &str, content: &[u8]| {
        let size = content.len();
        let header = format!("{name:<16}0           0     0     100644  {size:<10}`\n");
        [header.as_bytes(), content].concat()
    };
    [
        b"!<arch>\n".to_vec(),
        member("debian-binary", b"2.0\n"),
        member("control.tar", control),
        member("data.tar", data),
    ]
    .concat()
}

/// Reads bytes as an ELF file and parts its symbols: nothing that is loaded changes by it.
#[expect(clippy::expect_used, reason = "a broken law ends the target")]
pub fn elf(bytes: &[u8]) {
    let _ = read_header(bytes);
    let facts = ElfFacts::read(Cursor::new(bytes));
    // What sections tell goes with them.
    let loaded = |facts: Result<ElfFacts, _>| {
        facts.map(|facts| ElfFacts {
            has_symbols: false,
            has_comment: false,
            hardening: Hardening::default(),
            ..facts
        })
    };
    let Ok(Some(symbols)) = Symbols::parse(bytes) else {
        return;
    };
    let debug = symbols.part(Part::DebugSymbols);
    let debug = debug.expect("debug symbols can always be parted");
    // Their alignment may add to it.
    assert!(
        debug.len() < 2 * bytes.len() + 4096,
        "{} bytes",
        debug.len()
    );
    if let Ok(code) = symbols.part(Part::Code) {
        assert!(code.len() < bytes.len(), "{} bytes", code.len());
        let again = Symbols::parse(&code).expect("what was parted is sound");
        assert!(again.is_none(), "symbols are left");
        if facts.is_ok() {
            assert_eq!(loaded(ElfFacts::read(Cursor::new(&code))), loaded(facts));
        }
    }
}

/// Reads bytes as a module: a stripped one has nothing more to strip.
pub fn beam(bytes: &[u8]) {
    if let Ok(Some(stripped)) = beam::strip(bytes) {
        assert_eq!(beam::strip(&stripped), Ok(None));
    }
}

/// Reads bytes as Erlang terms.
pub fn terms(bytes: &[u8]) {
    match term::parse(bytes) {
        Ok(terms) => terms.iter().for_each(|term| drop(term.to_string())),
        Err(error) => assert!(error.line > 0, "{error}"),
    }
}

/// Reads bytes as a manifest, without and with its variant `small`, and as a Cargo.toml.
pub fn manifest(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let environment = Environment::from([("NAME".into(), "value".into())]);
    for (path, variant) in [
        ("reldeb.toml", None),
        ("reldeb.toml", Some("small")),
        ("Cargo.toml", None),
    ] {
        let read = Manifest::parse(PathBuf::from(path), text.into(), variant, &environment);
        if let Err(error) = read {
            let _ = (error.to_string(), error.hint());
        }
    }
}

/// Compares a seed of a target with the bytes that a test made, or writes it where the environment
/// has `RELDEB_SEEDS=write`.
#[cfg(test)]
pub(crate) fn seed(target: &str, name: &str, bytes: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let path = path.join(target).join(name);
    if std::env::var_os("RELDEB_SEEDS").is_some_and(|value| value == "write") {
        crate::fs::write(&path, bytes).unwrap();
    }
    let there = crate::fs::read(&path).ok();
    assert!(
        there.as_deref() == Some(bytes),
        "`{}` is another: run with RELDEB_SEEDS=write",
        path.display()
    );
}
