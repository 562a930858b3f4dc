//! Packages as dpkg and GNU tar see them, and what a failed write leaves behind.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod failures;
mod members;
mod peers;
mod reading;

use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Output};

use reldeb::internals::deb::{
    ArchiveError, ControlMember, DebSummary, DebWriter, Memory, WriteOptions,
};
use reldeb::internals::tree::{Content, Entry, Origin, PackagePath, Tree};

const MTIME: u64 = 1_700_000_000;
const CONTROL: &str = "Package: demo\nVersion: 1.0\nArchitecture: all\n\
    Maintainer: Demo <demo@example.com>\nDescription: demonstration\n";

pub(super) fn options(compression: &str) -> WriteOptions {
    WriteOptions {
        mtime: MTIME,
        compression: compression.parse().unwrap(),
        threads: NonZero::new(2),
        memory: Memory::default(),
    }
}

pub(super) fn path(bytes: impl AsRef<[u8]>) -> PackagePath {
    PackagePath::new(bytes).unwrap()
}

pub(super) fn regular(content: &[u8]) -> Entry {
    Entry::regular(Content::Bytes(content.into()), 0o644, Origin::Parent)
}

pub(super) fn file(source: &Path) -> Entry {
    let size = fs::metadata(source).unwrap().len();
    let content = Content::File {
        path: source.into(),
        size,
    };
    Entry::regular(content, 0o644, Origin::Release(source.into()))
}

/// A tree with everything that is awkward in tar.
pub(super) fn awkward() -> Tree {
    let mut tree = Tree::default();
    let mut add = |at: &[u8], entry| tree.insert(path(at), entry).unwrap();
    add(
        b"/opt/demo/bin/demo",
        Entry {
            mode: 0o755,
            ..regular(b"#!/bin/sh\n")
        },
    );
    add(b"/opt/demo/empty", regular(b""));
    add(b"/opt/demo/block", regular(&[7; 512]));
    add(b"/opt/demo/odd", regular(&[8; 513]));
    add(b"/opt/demo/with space", regular(b"1"));
    add("/opt/demo/smörgås".as_bytes(), regular(b"2"));
    add(b"/opt/demo/latin1-\xe9", regular(b"3"));
    add(
        b"/opt/demo/link",
        Entry::symlink("bin/demo", Origin::Parent),
    );
    add(
        b"/opt/demo/state",
        Entry {
            mode: 0o750,
            ..Entry::directory(Origin::Parent)
        },
    );
    add(
        b"/usr/bin/demo",
        Entry::symlink("/opt/demo/bin/demo", Origin::Parent),
    );
    for length in [97, 98, 99, 100, 101, 150, 246] {
        let name = [b"/".as_slice(), &vec![b'n'; length]].concat();
        add(&name, regular(name.len().to_string().as_bytes()));
        let target = "t".repeat(length);
        add(
            format!("/opt/demo/to-{length}").as_bytes(),
            Entry::symlink(target, Origin::Parent),
        );
    }
    add(
        b"/opt/demo/to-far",
        Entry::symlink("f/".repeat(600), Origin::Parent),
    );
    let deep = format!("/{}", "d".repeat(199)).repeat(16);
    add(deep.as_bytes(), regular(b"deep"));
    tree.add_parents().unwrap();
    tree
}

pub(super) fn write(
    tree: &Tree,
    to: &Path,
    options: WriteOptions,
) -> Result<DebSummary, ArchiveError> {
    let mut writer = DebWriter::create(to, options)?;
    writer.write_data(tree)?;
    let member = |name: &str, mode, text: &str| ControlMember {
        name: name.into(),
        mode,
        content: text.into(),
    };
    writer.finish(&[
        member("control", 0o644, CONTROL),
        member("postinst", 0o755, "#!/bin/sh\nexit 0\n"),
    ])
}

pub(super) fn run(command: &mut Command) -> Output {
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

pub(super) fn stdout(command: &mut Command) -> String {
    String::from_utf8_lossy(&run(command).stdout).into_owned()
}
