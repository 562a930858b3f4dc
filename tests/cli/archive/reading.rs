//! Packages that are read back, whole and damaged.

use std::collections::BTreeMap;
use std::fs;

use reldeb::internals::deb::{ArchiveError, DataKind, Deb};
use reldeb::internals::tree::{Content, Kind, Tree};

use super::{CONTROL, MTIME, awkward, options, path, regular, write};

#[test]
fn a_package_is_read_back() {
    let tree = awkward();
    let folder = tempfile::tempdir().unwrap();
    for compression in ["xz", "zstd:3", "gzip", "none"] {
        let file = folder.path().join("demo.deb");
        write(&tree, &file, options(compression)).unwrap();
        let deb = Deb::open(&file).unwrap();
        assert_eq!(deb.control["control"].content, CONTROL.as_bytes());
        assert_eq!(deb.control["postinst"].mode, 0o755);
        let mut found = BTreeMap::new();
        deb.for_each_data_entry(|entry, content| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).unwrap();
            assert_eq!(entry.owner.as_str(), "root");
            assert_eq!(entry.mtime, MTIME.cast_signed());
            found.insert(entry.path().unwrap(), (entry.clone(), bytes));
            Ok::<(), ArchiveError>(())
        })
        .unwrap();
        assert_eq!(found.len(), tree.len());
        for (at, entry) in tree.iter() {
            let (read, bytes) = &found[at];
            assert_eq!(read.mode, entry.mode, "{at}");
            match &entry.kind {
                Kind::Directory => assert_eq!(read.kind, DataKind::Directory, "{at}"),
                Kind::Symlink { target } => assert_eq!(&read.target, target, "{at}"),
                Kind::Regular {
                    content: Content::Bytes(expected),
                    ..
                } => {
                    assert_eq!(bytes.as_slice(), expected.as_ref(), "{at}");
                }
                Kind::Regular { .. } => unreachable!("{at}"),
            }
        }
    }
}

/// Damaged copies of a good gzip package, and what is said about each.
fn broken(good: &[u8]) -> Vec<(Vec<u8>, String)> {
    let replaced = |from: &str, to: &str| {
        let windows = good.windows(from.len());
        let at = windows.into_iter().position(|w| w == from.as_bytes());
        let mut bytes = good.to_vec();
        bytes[at.unwrap()..][..to.len()].copy_from_slice(to.as_bytes());
        bytes
    };
    let mut noisy = good.to_vec();
    let middle = good.len() - 5_000;
    noisy[middle..middle + 64].fill(0xff);
    let none = "` is not a Debian package: ";
    let damaged = "` is damaged: member `";
    let table: [(Vec<u8>, &str, &str); 11] = [
        (vec![], none, "it is shorter than the head of an ar archive"),
        (
            b"<html>404</html>".to_vec(),
            none,
            "it does not start with `!<arch>`",
        ),
        (good[..8].to_vec(), none, "it has no members"),
        (good[..72].to_vec(), none, "it has no member `control.tar`"),
        (
            good[..100].to_vec(),
            none,
            "it ends inside a member header at byte 72",
        ),
        (
            replaced("2.0\n", "3.0\n"),
            none,
            "its format version is `3.0\\n`, expected `2.0\\n`",
        ),
        (
            replaced("debian-binary", "debian_binary"),
            none,
            "its first member is `debian_binary`, expected `debian-binary`",
        ),
        (
            replaced("control.tar", "data.tar.xz"),
            none,
            "member `data.tar.xz.gz` stands where `control.tar` was expected",
        ),
        (
            good[..good.len() - 1000].to_vec(),
            none,
            "it is cut off: member `data.tar.gz` has ",
        ),
        (
            replaced("control.tar.gz", "control.tar.xz"),
            damaged,
            "control.tar.xz`, unpacked byte 0: ",
        ),
        (noisy, damaged, "data.tar.gz`"),
    ];
    table
        .into_iter()
        .map(|(bytes, head, tail)| (bytes, format!("{head}{tail}")))
        .collect()
}

#[test]
fn broken_packages_are_errors_that_say_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.deb");
    let noise = (0..90_000_u32).map(|i| (i.wrapping_mul(i) >> 7).to_le_bytes()[0]);
    let mut tree = Tree::default();
    tree.insert(path("/noise"), regular(&noise.collect::<Vec<_>>()))
        .unwrap();
    write(&tree, &file, options("gzip:1")).unwrap();
    for (bytes, expected) in broken(&fs::read(&file).unwrap()) {
        fs::write(&file, bytes).unwrap();
        let read = Deb::open(&file).and_then(|deb| {
            deb.for_each_data_entry(|_, content| {
                let copied = std::io::copy(content, &mut std::io::sink());
                copied.map(|_| ()).map_err(|e| deb.damaged_data(&e))
            })
        });
        let error = read.unwrap_err().to_string();
        let expected = format!("`{}{expected}", file.display());
        assert!(error.starts_with(&expected), "{error}\n{expected}");
    }
}
