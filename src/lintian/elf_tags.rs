//! The tags of lintian for an ELF file that was compiled elsewhere: hardening that its compiler did
//! not do, symbols, and how it is linked. The conditions are lintian's own.

use std::collections::BTreeSet;

use crate::elf::Linkage;

/// The functions of which glibc has a checked form that `_FORTIFY_SOURCE` uses: those that
/// lintian looks for (`data/binaries/hardened-functions`).
const FORTIFIED: &[&str] = &[
    "asprintf",
    "confstr",
    "dprintf",
    "fdelt",
    "fgets",
    "fgets_unlocked",
    "fgetws",
    "fgetws_unlocked",
    "fprintf",
    "fread",
    "fread_unlocked",
    "fwprintf",
    "getcwd",
    "getdomainname",
    "getgroups",
    "gethostname",
    "getlogin_r",
    "gets",
    "getwd",
    "longjmp",
    "mbsnrtowcs",
    "mbsrtowcs",
    "mbstowcs",
    "mempcpy",
    "obstack_printf",
    "obstack_vprintf",
    "poll",
    "ppoll",
    "pread",
    "pread64",
    "printf",
    "ptsname_r",
    "read",
    "readlink",
    "readlinkat",
    "realpath",
    "recv",
    "recvfrom",
    "snprintf",
    "sprintf",
    "stpcpy",
    "stpncpy",
    "strcat",
    "strcpy",
    "strncat",
    "strncpy",
    "swprintf",
    "syslog",
    "ttyname_r",
    "vasprintf",
    "vdprintf",
    "vfprintf",
    "vfwprintf",
    "vprintf",
    "vsnprintf",
    "vsprintf",
    "vswprintf",
    "vsyslog",
    "vwprintf",
    "wcpcpy",
    "wcpncpy",
    "wcrtomb",
    "wcscat",
    "wcscpy",
    "wcsncat",
    "wcsncpy",
    "wcsnrtombs",
    "wcsrtombs",
    "wcstombs",
    "wctomb",
    "wmempcpy",
    "wprintf",
];

/// The tags that say of a file that it has what nobody needs to run it.
pub(super) const OF_SYMBOLS: [&str; 2] =
    ["unstripped-binary-or-object", "binary-has-unneeded-section"];

/// Returns the tags that lintian gives one ELF file.
pub(super) fn tags(linkage: &Linkage, name: &[u8]) -> BTreeSet<&'static str> {
    let mut tags = BTreeSet::new();
    if linkage.has_symbols && !name.ends_with(b".o") && !name.ends_with(b".ko") {
        tags.insert("unstripped-binary-or-object");
    }
    if !linkage.has_symbols && linkage.has_comment {
        tags.insert("binary-has-unneeded-section");
    }
    if is_without_fortify(&linkage.undefined) {
        tags.insert("hardening-no-fortify-functions");
    }
    if let Some(is_fixed) = linkage.is_fixed {
        tags.extend(of_linking(linkage, is_fixed));
    }
    tags
}

/// Calls functions that have a checked form, and no checked one.
fn is_without_fortify(undefined: &BTreeSet<Vec<u8>>) -> bool {
    let known = |name: &[u8]| FORTIFIED.iter().any(|function| function.as_bytes() == name);
    let checked = |name: &Vec<u8>| {
        let inner = name
            .strip_prefix(b"__")
            .and_then(|name| name.strip_suffix(b"_chk"));
        inner.is_some_and(known)
    };
    undefined.iter().any(|name| known(name)) && !undefined.iter().any(checked)
}

fn of_linking(linkage: &Linkage, is_fixed: bool) -> Vec<&'static str> {
    let mut tags = Vec::new();
    if linkage.needed.is_empty() {
        // A static program that can be loaded anywhere counts as a library.
        tags.push(if is_fixed {
            "statically-linked-binary"
        } else {
            "shared-library-lacks-prerequisites"
        });
        return tags;
    }
    let has = |start: &[u8]| {
        linkage
            .needed
            .iter()
            .any(|library| library.starts_with(start))
    };
    if !has(b"libc.so.") && !is_fixed {
        tags.push("library-not-linked-against-libc");
    }
    if !has(b"libc.so.") && is_fixed && !has(b"libstdc++.so.") {
        tags.push("program-not-linked-against-libc");
    }
    if !linkage.has_relro {
        tags.push("hardening-no-relro");
    }
    if !linkage.binds_now {
        tags.push("hardening-no-bindnow");
    }
    if is_fixed {
        tags.push("hardening-no-pie");
    }
    for path in linkage.search_paths.iter().filter(|path| !path.is_empty()) {
        if path.starts_with(b"/") {
            tags.push("custom-library-search-path");
        } else if !path.starts_with(b"$ORIGIN") && !path.starts_with(b"${ORIGIN}") {
            tags.push("relative-library-search-path");
        }
    }
    tags
}
