//! `dh_strip` of `debian/rules`: the fate of debug symbols, as `debug-symbols` says it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::fs;
use crate::import::notes::Notes;
use crate::import::{ImportError, control_text};

/// Returns the value of `debug-symbols` for packages with ELF files; nothing where their symbols stay.
pub(super) fn fate(rules: &Path) -> Result<Option<&'static str>, ImportError> {
    if !rules.is_file() {
        return Ok(Some("package"));
    }
    let bytes = fs::read_small(rules)?;
    // Options may stand on the next line.
    let text = control_text::utf8(rules, &bytes)?.replace("\\\n", " ");
    Ok(Rules::of(&text).fate())
}

/// Tells of static libraries, which `dh_strip` strips as well.
pub(super) fn tell_archives(archives: &BTreeSet<String>, notes: &mut Notes) {
    let Some(first) = archives.first() else {
        return;
    };
    let more = match archives.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let what = format!("static library `{first}`{more} keeps its debug symbols");
    let why = "dh_strip takes them out: run `strip --strip-debug --remove-section=.comment \
               --enable-deterministic-archives` before the build";
    notes.differs(None, &what, why);
}

/// The parts of `debian/rules` that are about symbols.
#[derive(Default)]
struct Rules<'a> {
    /// True where debhelper or CDBS chooses the commands.
    is_automatic: bool,
    /// True where a target takes the place of `dh_strip`.
    is_replaced: bool,
    /// The options of each call.
    calls: Vec<&'a str>,
    /// True for `nostrip` in `DEB_BUILD_OPTIONS`.
    keeps: bool,
    /// True for `noautodbgsym` there.
    is_without_package: bool,
}

impl<'a> Rules<'a> {
    fn of(text: &'a str) -> Self {
        let mut rules = Self::default();
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
        {
            if let Some(recipe) = line.strip_prefix('\t') {
                let call = recipe.trim_start_matches(['@', '-', '+', ' ', '\t']);
                let (command, options) = call.split_once(' ').unwrap_or((call, ""));
                rules.is_automatic |= command == "dh";
                if command == "dh_strip" {
                    rules.calls.push(options);
                }
                continue;
            }
            rules.is_automatic |= line.starts_with("include") && line.contains("cdbs");
            let targets = line.split(':').next().unwrap_or_default();
            let mut targets = targets.split_whitespace();
            rules.is_replaced |=
                targets.any(|it| matches!(it, "override_dh_strip" | "override_dh_strip-arch"));
            if line.contains("DEB_BUILD_OPTIONS") && !line.starts_with("if") {
                let mut words = line.split([' ', '\t', '=', ',']);
                rules.keeps |= words.clone().any(|word| word == "nostrip");
                rules.is_without_package |= words.any(|word| word == "noautodbgsym");
            }
        }
        rules
    }

    fn fate(&self) -> Option<&'static str> {
        let strips = !self.calls.is_empty() || self.is_automatic && !self.is_replaced;
        let has = |start: &str| {
            let mut options = self.calls.iter().flat_map(|it| it.split_whitespace());
            options.any(|option| option.starts_with(start))
        };
        if self.keeps || !strips || has("-X") || has("--exclude") {
            return None;
        }
        let is_without = self.is_without_package || has("--no-automatic-dbgsym");
        Some(if is_without { "strip" } else { "package" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_say_what_becomes_of_symbols() {
        for (rules, expected) in [
            ("%:\n\tdh $@\n", Some("package")),
            ("%:\n\t@dh $@ --with systemd\n", Some("package")),
            (
                "include /usr/share/cdbs/1/rules/debhelper.mk\n",
                Some("package"),
            ),
            (
                "binary-arch:\n\tdh_install\n\tdh_strip -a\n",
                Some("package"),
            ),
            ("binary-arch:\n\tdh_install\n\t# dh_strip\n", None),
            ("%:\n\tdh $@\noverride_dh_strip:\n", None),
            (
                "%:\n\tdh $@\noverride_dh_strip override_dh_dwz:\n\ttrue\n",
                None,
            ),
            ("%:\n\tdh $@\noverride_dh_strip-indep:\n", Some("package")),
            (
                "%:\n\tdh $@\noverride_dh_strip:\n\tdh_strip \\\n\t --dbgsym-migration='a-dbg (<< 2)'\n",
                Some("package"),
            ),
            (
                "%:\n\tdh $@\noverride_dh_strip-arch:\n\tdh_strip --no-automatic-dbgsym\n",
                Some("strip"),
            ),
            (
                "%:\n\tdh $@\noverride_dh_strip:\n\tdh_strip -Xplugin.so\n",
                None,
            ),
            ("export DEB_BUILD_OPTIONS += nostrip\n%:\n\tdh $@\n", None),
            (
                "export DEB_BUILD_OPTIONS=noautodbgsym\n%:\n\tdh $@\n",
                Some("strip"),
            ),
            (
                "ifeq (,$(filter nostrip , $(DEB_BUILD_OPTIONS)))\nendif\n%:\n\tdh $@\n",
                Some("package"),
            ),
        ] {
            let text = rules.replace("\\\n", " ");
            assert_eq!(Rules::of(&text).fate(), expected, "{rules}");
        }
    }
}
