//! The protection that compiler and linker put into an ELF file. With [`ElfFacts::is_pie`] and the folders
//! of [`ElfFacts::runpath`] it is all that checkers of hardening ask for.
//!
//! [`ElfFacts::is_pie`]: super::facts::ElfFacts::is_pie
//! [`ElfFacts::runpath`]: super::facts::ElfFacts::runpath

use object::Endianness;
use object::elf;
use object::read::ReadRef;
use object::read::elf::{FileHeader, SectionHeader, SectionTable, Sym};

/// The protection that compiler and linker put into an ELF file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hardening {
    /// True where a part is made read-only at start (`-z relro`).
    pub has_relro: bool,
    /// True where all symbols are bound at start (`-z now`), so that relro covers them as well.
    pub binds_now: bool,
    /// True where functions watch over the end of their buffers (`-fstack-protector`); false also for a
    /// file that has none, or that is linked statically.
    pub has_stack_protector: bool,
    /// Its calls of functions that `_FORTIFY_SOURCE` makes safer.
    pub fortify: Fortify,
    /// True where it calls functions that can write past a buffer.
    pub writes_buffers: bool,
    /// True where the stack is asked for with the right to run code.
    pub has_executable_stack: bool,
    /// True for a file of debug symbols, which has no code to protect.
    pub is_of_symbols: bool,
    /// The language that all of it was made of.
    pub language: Language,
}

/// The languages by which the usual protections differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// C or C++ alone, as their compilers have noted.
    C,
    /// Go, whose linker goes its own way.
    Go,
    /// Any other, or nobody knows which.
    #[default]
    Other,
}

/// The calls of functions of which glibc has a form that checks the size of a buffer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fortify {
    /// No such function is called.
    #[default]
    NoCalls,
    /// Only unchecked forms are called.
    Unchecked,
    /// At least one checked form is called.
    Checked,
}

/// Functions that write as much as they are given: a program without any has little to guard.
const WRITES_BUFFERS: [&[u8]; 8] = [
    b"strcpy", b"strcat", b"sprintf", b"memcpy", b"read", b"fgets", b"recv", b"gets",
];

/// The bytes that are read of the notes of compilers.
const NOTES_BYTES: u64 = 64 << 10;

/// The largest table of dynamic symbols that is read: half a million symbols.
const TABLE_BYTES: u64 = 16 << 20;
/// The most symbols whose names are read; they stay in memory meanwhile.
const NAMES: usize = 1 << 14;

/// Takes what a section tells of the language. A damaged section tells nothing.
pub(super) fn of_section<'data, Elf, R>(
    name: &[u8],
    section: &Elf::SectionHeader,
    endian: Endianness,
    data: R,
    hardening: &mut Hardening,
) where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    if name == b".go.buildinfo" || name == b".note.go.buildid" {
        hardening.language = Language::Go;
    } else if name == b".comment"
        && hardening.language == Language::Other
        && section.sh_size(endian).into() <= NOTES_BYTES
    {
        let notes = section.data(endian, data).unwrap_or_default();
        let says = |word: &[u8]| memchr::memmem::find(notes, word).is_some();
        if (says(b"GCC: ") || says(b"clang version")) && !says(b"rustc") {
            hardening.language = Language::C;
        }
    }
}

/// Reads the symbols that others must define. A damaged table tells nothing.
pub(super) fn of_symbols<'data, Elf, R>(
    sections: &SectionTable<'data, Elf, R>,
    endian: Endianness,
    data: R,
    hardening: &mut Hardening,
) where
    Elf: FileHeader<Endian = Endianness>,
    R: ReadRef<'data>,
{
    let mut all = sections.iter();
    let table = all.find(|section| section.sh_type(endian) == elf::SHT_DYNSYM);
    let Some(table) = table.filter(|table| table.sh_size(endian).into() <= TABLE_BYTES) else {
        return;
    };
    let (Ok(symbols), Ok(strings)) = (
        table.data_as_array::<Elf::Sym, _>(endian, data),
        sections.strings(endian, data, table.link(endian)),
    ) else {
        return;
    };
    let undefined = symbols
        .iter()
        .filter(|symbol| symbol.st_shndx(endian) == elf::SHN_UNDEF);
    for symbol in undefined.take(NAMES) {
        let Ok(name) = symbol.name(endian, strings) else {
            continue;
        };
        let inner = name
            .strip_prefix(b"__")
            .and_then(|name| name.strip_suffix(b"_chk"));
        if inner.is_some_and(is_fortified) {
            hardening.fortify = Fortify::Checked;
        } else if hardening.fortify == Fortify::NoCalls && is_fortified(name) {
            hardening.fortify = Fortify::Unchecked;
        }
        hardening.writes_buffers |= WRITES_BUFFERS.contains(&inner.unwrap_or(name));
        // Some architectures name the guard, too, and 32-bit x86 hides the function.
        hardening.has_stack_protector |= name.starts_with(b"__stack_chk_");
    }
}

fn is_fortified(name: &[u8]) -> bool {
    FORTIFIED.iter().any(|function| function.as_bytes() == name)
}

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
