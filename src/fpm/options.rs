//! Every option of fpm: its name, its kind, and what becomes of it.

/// The kind of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// It has a value; the last one counts.
    Value,
    /// It has a value; all of them count.
    List,
    /// It is there or not.
    Switch,
    /// A switch that `no-` in front of its name turns off.
    OnOff,
}

/// The fate of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It does what it did, by the means of the manifest.
    Mapped,
    /// It has no meaning for a package of Debian.
    Ignored,
    /// It would change the package in a way that has another name here.
    Refused,
}

/// An option of fpm.
#[derive(Debug, PartialEq, Eq)]
pub struct FpmOption {
    /// The name, without the two hyphens.
    pub long: &'static str,
    /// The letter.
    pub short: Option<char>,
    /// The kind.
    pub kind: OptionKind,
    /// The fate.
    pub fate: Fate,
    /// The key of the manifest that it becomes, the reason why it is ignored, or what to write instead.
    pub meaning: &'static str,
}

impl FpmOption {
    /// Returns whether it is written without a value.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        matches!(self.kind, OptionKind::Switch | OptionKind::OnOff)
    }
}

use Fate::{Ignored, Mapped, Refused};
use OptionKind::{List, OnOff, Switch, Value};

const fn row(long: &'static str, kind: OptionKind, fate: Fate, meaning: &'static str) -> FpmOption {
    FpmOption {
        long,
        short: None,
        kind,
        fate,
        meaning,
    }
}

const fn lettered(
    short: char,
    long: &'static str,
    kind: OptionKind,
    fate: Fate,
    meaning: &'static str,
) -> FpmOption {
    FpmOption {
        long,
        short: Some(short),
        kind,
        fate,
        meaning,
    }
}

const NOTHING: &str = "no effect on a package of Debian";
const DEPENDENCIES: &str = "only given dependencies count";
const NO_CHANGES: &str = "no `.changes` file is made";

/// The options, in the order of the page.
#[rustfmt::skip]
pub const OPTIONS: &[FpmOption] = &[
    lettered('s', "input-type", Value, Mapped, "`dir`, `empty` or `tar`"),
    lettered('t', "output-type", Value, Mapped, "`deb`"),
    lettered('C', "chdir", Value, Mapped, "the folder where sources start"),
    row("prefix", Value, Mapped, "goes before every target of `[files]`"),
    row("inputs", Value, Mapped, "a file with an argument a line"),
    lettered('x', "exclude", List, Mapped, "`exclude` of the entries of `[files]`"),
    row("exclude-file", Value, Mapped, "a file with a pattern a line"),
    row("fpm-options-file", Value, Mapped, "a file with options, which count where it is named"),

    lettered('p', "package", Value, Mapped, "`[build] output`"),
    lettered('f', "force", Switch, Mapped, "replaces a package that is there"),
    lettered('n', "name", Value, Mapped, "`[package] name`"),
    lettered('S', "package-name-suffix", Value, Mapped, "goes behind the name"),
    lettered('v', "version", Value, Mapped, "`[package] version`"),
    row("iteration", Value, Mapped, "`[package] revision`"),
    row("epoch", Value, Mapped, "`[package] epoch`"),
    lettered('a', "architecture", Value, Mapped, "`[package] architecture`"),
    lettered('m', "maintainer", Value, Mapped, "`[package] maintainer`"),
    row("description", Value, Mapped, "`[package] description`"),
    row("url", Value, Mapped, "`[package] homepage`"),
    row("license", Value, Mapped, "`[package] license`"),
    row("vendor", Value, Ignored, "Debian has no such field; `--deb-field 'Vendor: …'` writes it"),
    row("category", Value, Mapped, "`[package] section`"),

    lettered('d', "depends", List, Mapped, "`[package] depends`"),
    row("no-depends", Switch, Mapped, "`[package] depends = []`"),
    row("no-auto-depends", Switch, Ignored, DEPENDENCIES),
    row("provides", List, Mapped, "`[package] provides`"),
    row("conflicts", List, Mapped, "`[package] conflicts`"),
    row("replaces", List, Mapped, "`[package] replaces`"),
    row("config-files", List, Mapped, "`conffile = true` in `[files]`"),
    row("directories", List, Ignored, NOTHING),

    row("before-install", Value, Mapped, "`[scripts] preinst`"),
    row("after-install", Value, Mapped, "`[scripts] postinst`"),
    row("before-remove", Value, Mapped, "`[scripts] prerm`"),
    row("after-remove", Value, Mapped, "`[scripts] postrm`"),
    row("before-upgrade", Value, Mapped, "`[scripts] preinst`, at an upgrade"),
    row("after-upgrade", Value, Mapped, "`[scripts] postinst`, at an upgrade"),
    row("pre-install", Value, Mapped, "as `--before-install`"),
    row("post-install", Value, Mapped, "as `--after-install`"),
    row("pre-uninstall", Value, Mapped, "as `--before-remove`"),
    row("post-uninstall", Value, Mapped, "as `--after-remove`"),
    row("template-scripts", Switch, Mapped, "`<%= name %>` in scripts is filled in"),
    row("template-value", List, Mapped, "`KEY=VALUE` for `<%= KEY %>`"),

    row("deb-pre-depends", List, Mapped, "`[package] pre-depends`"),
    row("deb-recommends", List, Mapped, "`[package] recommends`"),
    row("deb-suggests", List, Mapped, "`[package] suggests`"),
    row("deb-build-depends", List, Ignored, "a binary package has no `Build-Depends`"),
    row("deb-ignore-iteration-in-dependencies", OnOff, Mapped, "`name = 1.2` becomes a range"),
    row("deb-priority", Value, Mapped, "`[package] priority`"),
    row("deb-field", List, Mapped, "`[package.fields]`"),
    row("deb-installed-size", Value, Mapped, "`[package] installed-size`"),
    row("deb-compression", Value, Mapped, "`[build] compression`"),
    row("deb-compression-level", Value, Mapped, "`[build] compression`"),
    row("deb-changelog", Value, Mapped, "`[package] changelog`"),
    row("deb-upstream-changelog", Value, Mapped, "`[package] upstream-changelog`"),

    row("deb-user", Value, Mapped, "`owner` of the entries of `[files]`"),
    row("deb-group", Value, Mapped, "`group` of the entries of `[files]`"),
    row("deb-use-file-permissions", OnOff, Mapped, "`mode` of the entries of `[files]`"),
    row("deb-no-default-config-files", OnOff, Mapped, "`conffile = false` in `[files]`"),
    row("deb-auto-config-files", OnOff, Mapped, "init scripts and defaults are conffiles"),

    row("deb-systemd", List, Mapped, "`[units]`"),
    row("deb-systemd-enable", OnOff, Mapped, "`enable` in `[units]`"),
    row("deb-systemd-auto-start", OnOff, Mapped, "`start` in `[units]`"),
    row("deb-systemd-restart-after-upgrade", OnOff, Mapped, "`on-upgrade` in `[units]`"),
    row("deb-systemd-path", Value, Mapped, "`/lib/systemd/system` or `/usr/lib/systemd/system`"),
    row("deb-init", List, Mapped, "`[files]`, and `[hooks]` that register it"),
    row("deb-default", List, Mapped, "`[files]`"),
    row("deb-upstart", List, Ignored, "no Debian has Upstart any more"),
    row("deb-after-purge", Value, Mapped, "`[scripts] postrm`, at a purge"),
    row("deb-maintainerscripts-force-errorchecks", OnOff, Mapped, "`set -e` in scripts by events"),

    row("deb-interest", List, Mapped, "`[triggers] interest`"),
    row("deb-interest-noawait", List, Mapped, "`[triggers] interest-noawait`"),
    row("deb-activate", List, Mapped, "`[triggers] activate`"),
    row("deb-activate-noawait", List, Mapped, "`[triggers] activate-noawait`"),
    row("deb-config", Value, Mapped, "`[control-files] config`"),
    row("deb-templates", Value, Mapped, "`[control-files] templates`"),
    row("deb-meta-file", List, Mapped, "`[control-files]`: a file without a dot in its name, which dpkg installs"),
    row("deb-shlibs", Value, Refused, "write the text to a file and give it as `--deb-meta-file shlibs`"),
    row("deb-custom-control", Value, Refused, "`[package]` and `[package.fields]` of a manifest have every field"),
    lettered('e', "edit", Switch, Refused, "`--print-manifest` writes a manifest that can be edited"),

    row("source-date-epoch-default", Value, Mapped, "the time of the files where `SOURCE_DATE_EPOCH` is not set"),
    row("source-date-epoch-from-changelog", Switch, Ignored, "the time of the newest source counts"),
    row("deb-dist", Value, Ignored, NO_CHANGES),
    row("deb-generate-changes", OnOff, Ignored, NO_CHANGES),
    row("log", Value, Ignored, NOTHING),
    row("verbose", Switch, Ignored, NOTHING),
    row("debug", Switch, Ignored, NOTHING),
    row("debug-workspace", Switch, Ignored, NOTHING),
    row("workdir", Value, Ignored, NOTHING),

    row("print-manifest", Switch, Mapped, "reldeb's own: writes the manifest, and no package"),
    lettered('h', "help", Switch, Mapped, "shows these options"),
];

/// Returns the option with this name, and whether it is turned on by it.
pub(super) fn long(name: &str) -> Option<(&'static FpmOption, bool)> {
    if let Some(option) = OPTIONS.iter().find(|it| it.long == name) {
        return Some((option, true));
    }
    let name = name.strip_prefix("no-")?;
    let mut negatable = OPTIONS.iter().filter(|it| it.kind == OnOff);
    negatable.find(|it| it.long == name).map(|it| (it, false))
}

/// Returns the option with this letter.
pub(super) fn short(letter: char) -> Option<&'static FpmOption> {
    OPTIONS.iter().find(|it| it.short == Some(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_letters_are_those_of_one_option() {
        for option in OPTIONS {
            assert_eq!(long(option.long), Some((option, true)));
            if let Some(letter) = option.short {
                assert_eq!(short(letter), Some(option));
            }
        }
        let (option, on) = long("no-deb-systemd-enable").unwrap();
        assert_eq!((option.long, on), ("deb-systemd-enable", false));
        assert_eq!(long("no-force"), None);
    }
}
