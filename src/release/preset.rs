//! Named lists of the files that a release has and never reads, for `exclude = ["preset:NAME"]`.

/// A pattern of a preset, with the reason for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// A gitignore pattern, relative to the root of the release.
    pub pattern: &'static str,
    /// The purpose of the files, or their reader.
    pub why: &'static str,
}

const fn pruned(pattern: &'static str, why: &'static str) -> Pruned {
    Pruned { pattern, why }
}

/// The files that a running Erlang or Elixir release never reads: sources, headers, static
/// archives, documentation and the tools that build an emulator.
///
/// Below `priv` only files for linkers are in it: an application may keep sources there as data.
/// `ebin`, `erts-VSN/lib` (bundled libraries) and `releases` stay whole. A release that compiles
/// Erlang modules while it runs may need `include` back: `!lib/stdlib-*/include/`.
pub(crate) const RUNTIME: &[Pruned] = &[
    pruned("/lib/*/src/", "sources: for debuggers and the compiler"),
    pruned("/lib/*/c_src/", "sources of NIFs and drivers"),
    pruned("/lib/*/include/", "header files: for the compiler"),
    pruned(
        "/lib/*/asn1/",
        "ASN.1 specifications, compiled into modules",
    ),
    pruned(
        "/lib/snmp-*/mibs/",
        "sources of MIBs; the compiled ones are in `priv/mibs`",
    ),
    pruned("/lib/*/doc/", "documentation, for the shell's `h/1` too"),
    pruned("/lib/*/docs/", "documentation"),
    pruned("/lib/*/man/", "manual pages"),
    pruned("/lib/*/examples/", "examples"),
    pruned("/lib/*/test/", "tests"),
    pruned("/lib/*/emacs/", "a mode for an editor"),
    pruned("/lib/*/ebin/*.[eh]rl", "sources beside their modules"),
    pruned(
        "/lib/erl_interface-*/lib/",
        "libraries for C programs that talk to a node",
    ),
    pruned("/erts-*/include/", "header files of the emulator"),
    pruned("/erts-*/lib/internal/", "static archives of the emulator"),
    pruned("/erts-*/doc/", "documentation of the emulator"),
    pruned("/erts-*/man/", "manual pages of the emulator"),
    pruned("/erts-*/src/", "templates of the install script"),
    pruned(
        "/erts-*/bin/yielding_c_fun",
        "a tool that builds the emulator",
    ),
    pruned(
        "/usr/include/",
        "header files, where OTP was copied as installed",
    ),
    pruned(
        "/usr/lib/*.a",
        "static archives, where OTP was copied as installed",
    ),
    pruned("*.a", "static archives: for a linker"),
    pruned("*.la", "descriptions of libraries: for libtool"),
    pruned("*.o", "object files: for a linker"),
];

/// The presets by name.
pub(crate) const PRESETS: &[(&str, &[Pruned])] = &[("runtime", RUNTIME)];

/// Returns the patterns that stand for one entry of `exclude`: those of a preset where it
/// is `preset:NAME`. `None` for any other entry, or an unknown preset.
#[must_use]
pub fn preset(entry: &str) -> Option<&'static [Pruned]> {
    let name = entry.strip_prefix("preset:")?;
    PRESETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, patterns)| *patterns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ignore::gitignore::{Gitignore, GitignoreBuilder};

    fn matcher() -> Gitignore {
        let mut builder = GitignoreBuilder::new("/r");
        for pruned in preset("preset:runtime").unwrap() {
            builder.add_line(None, pruned.pattern).unwrap();
        }
        builder.build().unwrap()
    }

    #[test]
    fn the_preset_takes_what_is_not_read_and_leaves_the_rest() {
        let table = [
            ("lib/myapp-1.0.0/src/myapp.erl", true),
            ("lib/myapp-1.0.0/src/sub/deep.erl", true),
            ("lib/stdlib-4.2/include/qlc.hrl", true),
            ("lib/snmp-5.13/mibs/STANDARD-MIB.mib", true),
            ("lib/snmp-5.13/priv/mibs/STANDARD-MIB.bin", false),
            ("lib/myapp-1.0.0/ebin/myapp.beam", false),
            ("lib/myapp-1.0.0/ebin/myapp.app", false),
            ("lib/myapp-1.0.0/priv/src/template.erl", false),
            ("lib/myapp-1.0.0/priv/nif.so", false),
            ("lib/myapp-1.0.0/priv/nif.o", true),
            ("lib/myapp-1.0.0/priv/static/include/a.html", false),
            ("lib/myapp-1.0.0/priv/test/a", false),
            ("erts-13.1.5/include/erl_nif.h", true),
            ("erts-13.1.5/lib/libcrypto.so.3", false),
            ("erts-13.1.5/lib/internal/libethread.a", true),
            ("erts-13.1.5/bin/beam.smp", false),
            ("releases/1.0.0/sys.config", false),
            ("bin/myapp", false),
            ("src/x", false),
        ];
        let matcher = matcher();
        for (path, expected) in table {
            let found = matcher.matched_path_or_any_parents(path, false).is_ignore();
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn an_entry_that_is_no_preset_is_none() {
        for entry in ["runtime", "preset:", "preset:other", "*.a"] {
            assert_eq!(preset(entry), None, "{entry}");
        }
    }
}
