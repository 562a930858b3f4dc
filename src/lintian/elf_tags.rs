//! What lintian finds in an ELF file that was compiled elsewhere: hardening that its compiler did
//! not do, symbols, and how it is linked. The conditions are lintian's own.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::ReadCache;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};
use object::read::{ReadRef, Result};

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

/// The tags that lintian gives one ELF file; none for what is no sound one.
pub(super) fn tags(reader: impl Read + Seek, name: &[u8]) -> BTreeSet<&'static str> {
    let cache = ReadCache::new(reader);
    let data = &cache;
    let Ok(ident) = data.read_bytes_at(0, 16) else {
        return BTreeSet::new();
    };
    let tags = match (ident.starts_with(&elf::ELFMAG), ident[4]) {
        (true, 1) => of::<FileHeader32<Endianness>, _>(data, name),
        (true, 2) => of::<FileHeader64<Endianness>, _>(data, name),
        _ => return BTreeSet::new(),
    };
    // A damaged file is for the audit to tell; lintian says other things of it.
    tags.unwrap_or_default()
}

fn of<'data, Elf, R>(data: R, name: &[u8]) -> Result<BTreeSet<&'static str>>
where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let mut tags = BTreeSet::new();
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    let kind = header.e_type(endian);
    let sections = header.sections(endian, data)?;
    let mut has_symbols = false;
    let mut has_comment = false;
    for section in sections.iter() {
        has_symbols |= section.sh_type(endian) == elf::SHT_SYMTAB;
        has_comment |=
            [&b".comment"[..], b".note"].contains(&sections.section_name(endian, section)?);
    }
    if has_symbols && !name.ends_with(b".o") && !name.ends_with(b".ko") {
        tags.insert("unstripped-binary-or-object");
    }
    if !has_symbols && has_comment {
        tags.insert("binary-has-unneeded-section");
    }
    let symbols = sections.symbols(endian, data, elf::SHT_DYNSYM)?;
    let mut undefined = BTreeSet::new();
    for symbol in symbols.iter() {
        if symbol.st_shndx(endian) == elf::SHN_UNDEF {
            undefined.insert(symbols.symbol_name(endian, symbol)?);
        }
    }
    if is_without_fortify(&undefined) {
        tags.insert("hardening-no-fortify-functions");
    }
    if kind != elf::ET_EXEC && kind != elf::ET_DYN {
        return Ok(tags);
    }
    let linked = Linked::read::<Elf, R>(header, endian, data)?;
    tags.extend(linked.tags(kind == elf::ET_EXEC));
    Ok(tags)
}

/// Calls functions that have a checked form, and no checked one.
fn is_without_fortify(undefined: &BTreeSet<&[u8]>) -> bool {
    let known = |name: &[u8]| FORTIFIED.iter().any(|function| function.as_bytes() == name);
    let checked = |name: &&[u8]| {
        let inner = name
            .strip_prefix(b"__")
            .and_then(|name| name.strip_suffix(b"_chk"));
        inner.is_some_and(known)
    };
    undefined.iter().any(|name| known(name)) && !undefined.iter().any(checked)
}

/// How a file is linked.
#[derive(Debug, Default)]
struct Linked {
    needed: Vec<Vec<u8>>,
    search_paths: Vec<Vec<u8>>,
    binds_now: bool,
    has_relro: bool,
}

impl Linked {
    fn read<'data, Elf, R>(header: &Elf, endian: Endianness, data: R) -> Result<Self>
    where
        Elf: FileHeader<Endian = Endianness>,
        R: ReadRef<'data>,
    {
        let mut linked = Self::default();
        for segment in header.program_headers(endian, data)? {
            linked.has_relro |= segment.p_type(endian) == elf::PT_GNU_RELRO;
        }
        let dynamic = header.sections(endian, data)?.dynamic_table(endian, data)?;
        for entry in &dynamic {
            match entry.tag {
                elf::DT_NEEDED => linked.needed.push(dynamic.string(entry)?.to_vec()),
                elf::DT_RPATH | elf::DT_RUNPATH => {
                    let paths = dynamic.string(entry)?.split(|byte| *byte == b':');
                    linked.search_paths.extend(paths.map(<[u8]>::to_vec));
                }
                elf::DT_FLAGS_1 => linked.binds_now = entry.val & elf::DF_1_NOW.0 != 0,
                _ => {}
            }
        }
        Ok(linked)
    }

    fn tags(&self, is_fixed: bool) -> Vec<&'static str> {
        let mut tags = Vec::new();
        if self.needed.is_empty() {
            // A static program that can be loaded anywhere counts as a library.
            tags.push(if is_fixed {
                "statically-linked-binary"
            } else {
                "shared-library-lacks-prerequisites"
            });
            return tags;
        }
        let has = |start: &[u8]| self.needed.iter().any(|library| library.starts_with(start));
        if !has(b"libc.so.") && !is_fixed {
            tags.push("library-not-linked-against-libc");
        }
        if !has(b"libc.so.") && is_fixed && !has(b"libstdc++.so.") {
            tags.push("program-not-linked-against-libc");
        }
        if !self.has_relro {
            tags.push("hardening-no-relro");
        }
        if !self.binds_now {
            tags.push("hardening-no-bindnow");
        }
        if is_fixed {
            tags.push("hardening-no-pie");
        }
        for path in self.search_paths.iter().filter(|path| !path.is_empty()) {
            if path.starts_with(b"/") {
                tags.push("custom-library-search-path");
            } else if !path.starts_with(b"$ORIGIN") && !path.starts_with(b"${ORIGIN}") {
                tags.push("relative-library-search-path");
            }
        }
        tags
    }
}
