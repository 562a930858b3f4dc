//! Threads and memory: what `--threads` takes, and what becomes of a package where memory is scarce.

use std::num::NonZero;
use std::path::Path;

use reldeb::internals::deb::{ArchiveError, DebWriter, Memory, WriteOptions, write_data};
use reldeb::internals::finding::{Finding, Severity};
use reldeb::internals::tree::{Content, Entry, Origin, PackagePath, Tree};

use crate::support::Test;

const MIB: u64 = 1 << 20;

fn options(compression: &str, threads: Option<usize>, memory: Memory) -> WriteOptions {
    WriteOptions {
        mtime: 1_700_000_000,
        compression: compression.parse().unwrap(),
        threads: threads.and_then(NonZero::new),
        memory,
    }
}

/// A tree of one file, of which nothing but the size is looked at before its turn.
fn tree(file: &Path, size: u64) -> Tree {
    let content = Content::File {
        path: file.into(),
        size,
    };
    let mut tree = Tree::default();
    let entry = Entry::regular(content, 0o644, Origin::Release(file.into()));
    tree.insert(PackagePath::new("/opt/demo/big").unwrap(), entry)
        .unwrap();
    tree
}

#[test]
fn a_number_of_threads_is_at_least_one() {
    for value in ["0", "-1", "", "two", "1.5", "65536", "99999999999999999999"] {
        Test::new()
            .args(["build", "--threads", value])
            .status(2)
            .stderr(&format!(
                "
                error: invalid value '{value}' for '--threads <N>': expected a whole number from 1 to 65535

                For more information, try '--help'.
                "
            ))
            .run();
    }
}

/// Threads that find no work are not started: so many would not even start.
#[test]
fn far_more_threads_than_cores_do_no_harm() {
    for compression in ["gzip:1", "xz:0", "zstd:1", "none"] {
        Test::new()
            .manifest(
                "
                [package]
                name = \"demo\"
                version = \"1.0\"
                architecture = \"all\"
                maintainer = \"Ann Example <ann@example.com>\"
                description = \"demonstrates\"

                [release]
                path = \"rel\"
                ",
            )
            .executable("rel/bin/demo", "#!/bin/sh\n")
            .args(["build", "-q", "--threads", "65535", "-o", "demo.deb"])
            .args(["--compression", compression])
            .stdout("demo.deb\n")
            .run();
    }
}

#[test]
fn scarce_memory_costs_threads_but_changes_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("big");
    let bytes: Vec<u8> = (0..20_000_000_u32)
        .map(|i| (i.wrapping_mul(i) >> 13).to_le_bytes()[0])
        .collect();
    std::fs::write(&file, &bytes).unwrap();
    let tree = tree(&file, bytes.len() as u64);
    let packed = |compression: &str, memory| {
        let mut archive = Vec::new();
        let options = options(compression, Some(3), memory);
        let findings = write_data(&tree, &options, &mut archive).unwrap().findings;
        (archive, findings)
    };
    let scarce = Memory {
        limit: Some(1024 * MIB),
        available: Some(64 * MIB),
    };
    let tags = |findings: &[Finding]| -> Vec<_> {
        findings.iter().map(|f| (f.tag.name, f.severity)).collect()
    };
    for compression in ["xz:1", "zstd:3", "gzip:1"] {
        let (free, nothing) = packed(compression, Memory::default());
        let (fitted, findings) = packed(compression, scarce);
        assert_eq!(tags(&nothing), [], "{compression}");
        assert_eq!(
            tags(&findings),
            [("fewer-threads", Severity::Warning)],
            "{compression}"
        );
        assert!(free == fitted, "{compression}");
    }
}

/// Not even the file, which is not there, is missed before.
#[test]
fn a_level_beyond_the_limit_is_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let deb = folder.path().join("demo.deb");
    std::fs::write(&deb, "the good one").unwrap();
    let memory = Memory {
        limit: Some(512 * MIB),
        available: Some(400 * MIB),
    };
    let tree = tree(&folder.path().join("missing"), 60 * MIB);
    let write = |compression| {
        let mut writer = DebWriter::create(&deb, options(compression, None, memory)).unwrap();
        writer.write_data(&tree).map(|_| ()).unwrap_err()
    };
    let error = write("best");
    assert_eq!(
        (error.to_string(), error.hint().unwrap()),
        (
            "compression `xz:9` takes about 649 MB of memory for this package, expected at most \
             537 MB, the limit of this process"
                .to_owned(),
            "compress with `xz:8`, which fits, or raise the memory limit of the container or \
             control group"
                .to_owned()
        )
    );
    assert!(matches!(write("xz:8"), ArchiveError::Fs(_)));
    assert_eq!(std::fs::read_to_string(&deb).unwrap(), "the good one");
}
