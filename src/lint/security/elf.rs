//! The marks of hardening in ELF files.

use super::super::linter::Item;
use super::super::unpack::Tally;
use crate::elf::Language;
use crate::elf::facts::ElfKind;
use crate::escape;
use crate::finding::tags;

/// The size in bytes from which on a program has something to guard.
const NOT_SMALL: u64 = 16 << 10;

/// `EM_MIPS` of elf(5).
const MIPS: u16 = 8;

/// Checks an ELF file.
pub(in super::super) fn check(item: &Item, found: &mut Tally) {
    let Some(facts) = item.elf else {
        return;
    };
    let hardening = &facts.hardening;
    let is_of_go = hardening.language == Language::Go;
    if !matches!(facts.kind, ElfKind::Program | ElfKind::Library)
        || hardening.is_of_symbols
        || item.is_below("/usr/lib/debug")
    {
        return;
    }
    let shown = escape::line(item.path);
    let is_dynamic = !facts.needed.is_empty();
    // The linker of Go makes programs of one address unless it is asked, and has no tables to guard.
    if is_dynamic && facts.kind == ElfKind::Program && !facts.is_pie && !is_of_go {
        found.tell_at(&shown, tags::NO_PIE, || {
            format!("`{shown}` is loaded at the same address each time")
        });
    }
    if is_dynamic && !hardening.has_relro && !is_of_go {
        found.tell_at(&shown, tags::NO_RELRO, || {
            format!("`{shown}` keeps the tables of the dynamic linker writable")
        });
    }
    if hardening.language == Language::C
        && hardening.writes_buffers
        && !hardening.has_stack_protector
        && item.entry.size > NOT_SMALL
    {
        found.tell_at(&shown, tags::NO_STACK_PROTECTOR, || {
            format!("`{shown}` does not guard its stack")
        });
    }
    // On MIPS the kernel needs it so.
    if hardening.has_executable_stack && facts.machine.number != MIPS {
        found.tell_at(&shown, tags::EXECUTABLE_STACK, || {
            format!("`{shown}` asks for a stack that can hold code")
        });
    }
    for path in facts.rpath.iter().chain(&facts.runpath) {
        if is_writable(path) {
            found.tell_at(&shown, tags::SEARCH_PATH_WRITABLE, || {
                format!(
                    "`{shown}` looks for libraries in `{}`, where others can write",
                    escape::line(path)
                )
            });
        }
    }
}

/// Returns whether others than root can write to a directory of a search path.
fn is_writable(path: &str) -> bool {
    if path.is_empty() || path.starts_with('$') {
        return false;
    }
    let folders = ["/tmp", "/var/tmp", "/dev/shm", "/home", "/builds", "/build"];
    let is_below = |folder: &str| {
        let rest = path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !path.starts_with('/') || folders.iter().any(|folder| is_below(folder))
}
