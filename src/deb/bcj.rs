//! The choice of xz's filter for the machine code of x86 (branch, call, jump): it pays where a tree
//! holds enough of that code.

use crate::elf::split::Part;
use crate::elf::{HEADER_SIZE, Header, read_header};
use crate::fs;
use crate::tree::{Content, Kind, PackagePath, Source, Tree};

/// The number of largest files that are looked into: they hold nearly all machine code of a release.
const FILES: usize = 32;
/// The filter pays where code is a tenth of the bytes; it costs text and data nearly nothing.
const SHARE: u64 = 10;

/// Tells whether the filter pays for a tree of `size` bytes, by its largest files. A file that
/// cannot be read counts nothing here: the error is the archive's, which reads it whole.
pub(super) fn matters(tree: &Tree, size: u64) -> bool {
    let mut largest: Vec<(u64, &PackagePath, &Content)> = tree
        .iter()
        .filter_map(|(path, entry)| match &entry.kind {
            Kind::Regular { content, .. } => Some((content.size(), path, content)),
            Kind::Directory | Kind::Symlink { .. } => None,
        })
        .collect();
    // Stable: files of one size stay in the order of their paths, so the answer is always the same.
    largest.sort_by_key(|(size, ..)| std::cmp::Reverse(*size));
    let code: u64 = largest
        .iter()
        .take(FILES)
        .filter(|(_, path, content)| is_x86(tree, path, content))
        .map(|(size, ..)| size)
        .sum();
    code > 0 && code >= size / SHARE
}

fn is_x86(tree: &Tree, path: &PackagePath, content: &Content) -> bool {
    if matches!(content, Content::ElfPart(elf) if elf.part == Part::DebugSymbols) {
        return false;
    }
    if let Some(machine) = tree.machine(path) {
        return machine.is_x86();
    }
    // No program by its name.
    let mut start = [0; HEADER_SIZE];
    let header = match content.source() {
        Source::Bytes(bytes) => read_header(bytes),
        Source::File(path) => match fs::read_start(path, &mut start) {
            Ok(length) => read_header(&start[..length]),
            Err(_) => None,
        },
    };
    matches!(header, Some(Header::Elf { machine, .. }) if machine.is_x86())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Entry, Origin};

    #[test]
    fn code_counts_from_a_tenth_of_the_bytes() {
        let elf = |machine: u8| {
            let mut bytes = vec![0; 1000];
            bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
            bytes[18] = machine;
            bytes
        };
        for (content, size, expected) in [
            (elf(62), 1_000, true),
            (elf(62), 10_000, true),
            (elf(62), 10_010, false),
            (elf(3), 1_000, true),
            (elf(183), 1_000, false),
            (b"#!/bin/sh".to_vec(), 9, false),
            (vec![], 0, false),
        ] {
            let mut tree = Tree::default();
            let content = Content::Bytes(content.into());
            let entry = Entry::regular(content.clone(), 0o755, Origin::Parent);
            tree.insert(PackagePath::new("/x").unwrap(), entry).unwrap();
            assert_eq!(matters(&tree, size), expected, "{size}");
        }
    }
}
