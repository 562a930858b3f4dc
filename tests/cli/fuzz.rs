//! The fuzz targets' seeds, replayed by the functions that the targets call.
//!
//! Seeds that are no text are made here; `RELDEB_SEEDS=write cargo test seeds` writes them.

use std::io::Write as _;
use std::path::PathBuf;

use reldeb::fuzzing;

use crate::forged::*;
use crate::support::project;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 6] = [
    ("beam", fuzzing::beam),
    ("elf", fuzzing::elf),
    ("entries", fuzzing::entries),
    ("manifest", fuzzing::manifest),
    ("package", fuzzing::package),
    ("terms", fuzzing::terms),
];

/// Returns the paths in a folder below `fuzz`, sorted.
fn listed(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(project().join("fuzz").join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_target_has_a_row_and_a_corpus() {
    let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
    for folder in ["fuzz_targets", "corpus"] {
        let paths = listed(folder);
        let stems = paths.iter().map(|path| path.file_stem().unwrap());
        assert_eq!(stems.collect::<Vec<_>>(), names, "{folder}");
    }
    for (path, name) in listed("fuzz_targets").iter().zip(names) {
        let source = std::fs::read_to_string(path).unwrap();
        assert!(
            source.contains(&format!("reldeb::fuzzing::{name}(bytes)")),
            "{name}"
        );
    }
}

#[test]
fn every_seed_keeps_the_laws() {
    for (target, read) in TARGETS {
        let seeds = listed(&format!("corpus/{target}"));
        assert!(!seeds.is_empty(), "{target}");
        for seed in seeds {
            // Shown where the next line panics.
            println!("{}", seed.display());
            read(&std::fs::read(seed).unwrap());
        }
    }
}

fn seed(target: &str, name: &str, bytes: &[u8]) {
    let path = project().join("fuzz/corpus").join(target).join(name);
    if std::env::var_os("RELDEB_SEEDS").is_some_and(|value| value == "write") {
        std::fs::write(&path, bytes).unwrap();
    }
    let there = std::fs::read(&path).ok();
    assert!(
        there.as_deref() == Some(bytes),
        "`{}` is another: run with RELDEB_SEEDS=write",
        path.display()
    );
}

#[test]
fn seeds_of_packages() {
    for (name, package) in odd::readable() {
        let bytes = package.bytes();
        if bytes.len() < 1024 {
            seed("package", &name.replace(' ', "-"), &bytes);
        }
    }
    let data = below(&[]);
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    xz.write_all(&data).unwrap();
    let package = Package::new(&data).data("data.tar.xz", xz.finish().unwrap());
    seed("package", "xz", &package.bytes());
    let zstd = zstd::encode_all(data.as_slice(), 1).unwrap();
    let package = Package::new(&data).data("data.tar.zst", zstd);
    seed("package", "zstd", &package.bytes());
}

#[test]
fn seeds_of_entries() {
    let long = format!("./opt/{}", "n".repeat(120));
    let numbers = Header::new(b'0', "./opt/n")
        .put(124, b"\x80\0\0\0\0\0\0\0\0\0\0\x04")
        .put(136, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
    for (name, entries) in [
        ("file", [directory("./opt/"), file("./opt/a", "x\n")]),
        (
            "links",
            [
                Header::new(b'2', "./opt/l").target("a").bytes(),
                Header::new(b'1', "./opt/k").target("./opt/a").bytes(),
            ],
        ),
        ("long-name", [long_name(b'L', &long), file("./opt/n", "")]),
        (
            "long-target",
            [long_name(b'K', &long), Header::new(b'2', "./l").bytes()],
        ),
        (
            "pax",
            [
                with_content(Header::new(b'x', "x").size(18), "18 path=./control\n"),
                file("./x", CONTROL),
            ],
        ),
        ("numbers", [with_content(numbers, "1234"), vec![]]),
        (
            "unknown",
            [with_content(Header::new(b'?', "./x").size(3), "abc"), end()],
        ),
        ("device", [Header::new(b'3', "./dev").bytes(), vec![]]),
    ] {
        let mut bytes = entries.concat();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        bytes.truncate(used);
        seed("entries", name, &bytes);
    }
}
