//! Programs, libraries and the scripts that are commands.

use super::super::linter::{Item, interpreter, is_command};
use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::debian::Architecture;
use crate::elf::facts::{ElfFacts, ElfKind};
use crate::elf::{Machine, is_archive};
use crate::escape;
use crate::finding::tags;

/// Directories in which a program asks for an interpreter, with the beginning of its package.
const INTERPRETERS: [(&str, &str); 14] = [
    ("python3", "python3"),
    ("python", "python"),
    ("ruby", "ruby"),
    ("php", "php"),
    ("tclsh", "tcl"),
    ("wish", "tk"),
    ("node", "nodejs"),
    ("escript", "erlang"),
    ("lua", "lua"),
    ("guile", "guile"),
    ("zsh", "zsh"),
    ("ksh", "ksh"),
    ("csh", "csh"),
    ("fish", "fish"),
];

/// Checks a path.
pub(in super::super) fn check(item: &Item, subject: &mut Subject, found: &mut Tally) {
    if let Some(facts) = item.elf {
        program(item, facts, subject, found);
    } else if item.is_file() && is_archive(item.head) {
        is_for_one(item, subject, found);
    }
    if item.is_executable() && !item.path.starts_with("/usr/share/doc/") {
        script(item, found);
    }
}

fn program(item: &Item, facts: &ElfFacts, subject: &mut Subject, found: &mut Tally) {
    let shown = escape::line(item.path);
    let is_code = matches!(facts.kind, ElfKind::Program | ElfKind::Library);
    let is_told = is_for_one(item, subject, found);
    if !is_told
        && !is_for_others(item.path)
        && let Ok(architecture) = subject.architecture.parse::<Architecture>()
        && is_code
        && of_machine(facts.machine).is_some_and(|other| other != architecture)
    {
        found.tell_at(&shown, tags::PROGRAM_OF_ANOTHER_MACHINE, || {
            format!("`{shown}` is for another architecture than `{architecture}`")
        });
    }
    if item.is_below("/etc")
        || (item.is_below("/usr/share") && is_code && !item.path.starts_with("/usr/share/doc/"))
    {
        found.tell_at(&shown, tags::PROGRAM_PLACE, || {
            format!("`{shown}` is machine code where none is expected")
        });
    }
    let is_debug = item.is_below("/usr/lib/debug")
        || subject.name.ends_with("-dbg")
        || subject.name.ends_with("-dbgsym");
    if facts.has_symbols && is_code && !is_debug && !facts.hardening.is_of_symbols {
        found.tell_at(&shown, tags::NOT_STRIPPED, || {
            format!("`{shown}` has its debug symbols")
        });
    }
    if facts.is_static() && !is_debug && !facts.hardening.is_of_symbols && !facts.is_pie {
        found.tell_at(&shown, tags::LINKED_STATICALLY, || {
            format!("`{shown}` is linked statically")
        });
    }
    let source = subject.source();
    let mut searched = facts.rpath.iter().chain(&facts.runpath);
    if let Some(path) = searched.find(|it| !it.is_empty() && !is_own_search(it, &source)) {
        found.tell_at(&shown, tags::SEARCH_PATH, || {
            format!("`{shown}` looks for libraries in `{}`", escape::line(path))
        });
    }
    if facts.kind == ElfKind::Library && !is_debug && !facts.hardening.is_of_symbols {
        library(item, facts, subject, found);
    }
    if facts
        .needed
        .iter()
        .any(|library| library.starts_with("libc.so."))
        && subject.needs_libc.is_none()
        && !item.is_below("/opt")
    {
        subject.needs_libc = Some(item.path.to_owned());
    }
}

/// Tells of machine code in a package for every architecture; false: it is for one.
fn is_for_one(item: &Item, subject: &Subject, found: &mut Tally) -> bool {
    if subject.architecture != "all"
        || item.path.starts_with("/usr/share/doc/")
        || is_for_others(item.path)
    {
        return false;
    }
    let shown = escape::line(item.path);
    found.tell_at(&shown, tags::PROGRAM_IN_ALL, || {
        format!("`{shown}` is for one architecture, but the package is for all")
    });
    true
}

/// Returns whether a path is one of programs that need not be for the machine of the package.
fn is_for_others(path: &str) -> bool {
    let rest = path.strip_prefix("/usr").unwrap_or(path);
    let mut folders = rest.split('/').skip(1);
    let folder = folders.next().unwrap_or_default();
    folder.contains("-linux")
        || ["lib32", "libx32", "libo32", "libn32", "lib64"].contains(&folder)
        || (folder == "lib" && folders.next() == Some("gcc-cross"))
}

/// Returns whether a package that searches a path is meant to: the path is relative to the program, or that of the
/// private libraries of its own source.
fn is_own_search(path: &str, source: &str) -> bool {
    let path = path.strip_prefix("/usr").unwrap_or(path);
    let Some(rest) = path.strip_prefix("/lib/") else {
        return path.starts_with("$ORIGIN") || path.starts_with("${ORIGIN}");
    };
    let rest = match rest.split_once('/') {
        Some((triplet, rest)) if triplet.contains("-linux-gnu") => rest,
        _ => rest,
    };
    let rest = rest.strip_prefix("games/").unwrap_or(rest);
    !source.is_empty() && rest.starts_with(source)
}

fn of_machine(machine: Machine) -> Option<Architecture> {
    let Machine {
        number: machine,
        class64,
        little_endian,
        arm_hard_float,
    } = machine;
    Architecture::from_elf(machine, class64, little_endian, arm_hard_float)
}

fn library(item: &Item, facts: &ElfFacts, subject: &mut Subject, found: &mut Tally) {
    let shown = escape::line(item.path);
    if !is_public(item.path) {
        return;
    }
    let name = item.name();
    match &facts.soname {
        None if name.starts_with("lib") => {
            found.tell_at(&shown, tags::LIBRARY_WITHOUT_SONAME, || {
                format!("the library `{shown}` has no soname")
            });
        }
        Some(_) => subject.has_public_library = true,
        None => {}
    }
    if item.is_executable() && facts.interpreter.is_none() {
        found.tell_at(&shown, tags::LIBRARY_EXECUTABLE, || {
            format!("the library `{shown}` is executable")
        });
    }
}

/// Returns whether the dynamic linker looks in a path's directory for libraries of all programs.
fn is_public(path: &str) -> bool {
    let path = path.strip_prefix("/usr").unwrap_or(path);
    match path.split('/').skip(1).collect::<Vec<_>>()[..] {
        ["lib" | "lib32" | "lib64" | "libx32", name] => name.contains(".so"),
        ["lib", triplet, name] => triplet.contains("-linux-gnu") && name.contains(".so"),
        _ => false,
    }
}

fn script(item: &Item, found: &mut Tally) {
    let Some(words) = interpreter(item.head) else {
        return;
    };
    let shown = escape::line(item.path);
    let mut tell = |what: &str| {
        found.tell_at(&shown, tags::INTERPRETER_PATH, || {
            format!("the script `{shown}` {what}")
        });
    };
    let Some(path) = words.first() else {
        return tell("names no interpreter in its first line");
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_of_bin = ["sh", "bash", "dash", "sed", "cat"].contains(&name);
    if path.starts_with("/usr/local/") {
        tell("is run by a program below /usr/local");
    } else if !path.starts_with('/') && !path.starts_with('@') {
        tell("is run by a program without its path");
    } else if [
        "/bin/perl",
        "/bin/python3",
        "/bin/env",
        "/usr/sbin/perl",
        "/bin/ruby",
    ]
    .contains(path)
        || (path.starts_with("/usr/sbin/") && is_of_bin)
    {
        tell("is run by a program that Debian has elsewhere");
    }
}

/// Checks what the package as a whole says of its programs.
pub(in super::super) fn whole(subject: &Subject, found: &mut Tally) {
    for (path, first) in &subject.commands {
        let name = first.rsplit('/').next().unwrap_or_default();
        let known = INTERPRETERS.iter().find(|(start, _)| {
            name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
                == start.trim_end_matches('3')
        });
        if let Some((_, package)) = known
            && is_command(path)
            && !asks_for_interpreter(subject, package)
        {
            let shown = escape::line(path);
            found.tell_at(&shown, tags::INTERPRETER_NOT_ASKED_FOR, || {
                format!(
                    "the command `{shown}` is run by `{}`, which the package does not ask for",
                    escape::line(first)
                )
            });
        }
    }
    let triggers = subject.activates_ldconfig;
    if subject.has_public_library && !triggers && !subject.name.ends_with("-udeb") {
        found.tell(tags::LDCONFIG_TRIGGER, || {
            "there are libraries of all programs, but no trigger for `ldconfig`".into()
        });
    } else if !subject.has_public_library && triggers && subject.name != "libc6" {
        found.tell(tags::LDCONFIG_TRIGGER, || {
            "there is a trigger for `ldconfig`, but no library of all programs".into()
        });
    }
    if subject.has_public_library && !subject.has_shlibs && !subject.name.ends_with("-udeb") {
        found.tell(tags::LIBRARY_NOT_OFFERED, || {
            "there are libraries of all programs, but no `shlibs`".into()
        });
    }
    if let Some(path) = &subject.needs_libc
        && !["libc6", "libc0", "musl", "libc-"]
            .iter()
            .any(|start| subject.asks_for(start))
    {
        let shown = escape::line(path);
        found.tell_at(&shown, tags::LIBC_NOT_ASKED_FOR, || {
            format!("`{shown}` needs the C library, which the package does not ask for")
        });
    }
}

/// Returns whether the package asks for what runs a command, by itself or by a library of the language.
fn asks_for_interpreter(subject: &Subject, package: &str) -> bool {
    let mut names = subject.depends.iter().chain([&subject.name]);
    names.any(|name| {
        name.starts_with(package)
            || name.contains(&format!("-{package}"))
            || name.ends_with(package)
    })
}
