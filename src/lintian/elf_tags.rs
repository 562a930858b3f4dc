//! The tags of lintian for an ELF file that was compiled elsewhere: hardening that its compiler did
//! not do, symbols, and how it is linked. The conditions are lintian's own.

use std::collections::BTreeSet;

use crate::elf::Fortify;
use crate::elf::facts::{ElfFacts, ElfKind};

/// The tags that say of a file that it has what nobody needs to run it.
pub(super) const OF_SYMBOLS: [&str; 2] =
    ["unstripped-binary-or-object", "binary-has-unneeded-section"];

/// Returns the tags that lintian gives one ELF file.
pub(super) fn tags(facts: &ElfFacts, name: &[u8]) -> BTreeSet<&'static str> {
    let mut tags = BTreeSet::new();
    if facts.has_symbols && !name.ends_with(b".o") && !name.ends_with(b".ko") {
        tags.insert("unstripped-binary-or-object");
    }
    if !facts.has_symbols && facts.has_comment {
        tags.insert("binary-has-unneeded-section");
    }
    if facts.hardening.fortify == Fortify::Unchecked {
        tags.insert("hardening-no-fortify-functions");
    }
    if [ElfKind::Program, ElfKind::Library].contains(&facts.kind) {
        tags.extend(of_linking(facts));
    }
    tags
}

fn of_linking(facts: &ElfFacts) -> Vec<&'static str> {
    let mut tags = Vec::new();
    if facts.needed.is_empty() {
        // A static program that can be loaded anywhere counts as a library.
        tags.push(if facts.is_fixed() {
            "statically-linked-binary"
        } else {
            "shared-library-lacks-prerequisites"
        });
        return tags;
    }
    let has = |start: &str| {
        let mut needed = facts.needed.iter();
        needed.any(|library| library.starts_with(start))
    };
    if !has("libc.so.") && !facts.is_fixed() {
        tags.push("library-not-linked-against-libc");
    }
    if !has("libc.so.") && facts.is_fixed() && !has("libstdc++.so.") {
        tags.push("program-not-linked-against-libc");
    }
    if !facts.hardening.has_relro {
        tags.push("hardening-no-relro");
    }
    if !facts.hardening.binds_now {
        tags.push("hardening-no-bindnow");
    }
    if facts.is_fixed() {
        tags.push("hardening-no-pie");
    }
    for path in facts.rpath.iter().chain(&facts.runpath) {
        if path.starts_with('/') {
            tags.push("custom-library-search-path");
        } else if !path.starts_with("$ORIGIN") && !path.starts_with("${ORIGIN}") {
            tags.push("relative-library-search-path");
        }
    }
    tags
}
