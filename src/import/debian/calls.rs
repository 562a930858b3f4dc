//! The calls of `debian/rules`: which packages each command of debhelper acts on, and which files it leaves out.

use std::path::Path;

use super::Package;
use crate::debian::PackageName;
use crate::fs;
use crate::import::{ImportError, control_text};

/// The commands whose options `-X`, `-p` and `-N` are followed, each with the files that it reads.
const FOLLOWED: [(&str, &[&str]); 23] = [
    ("dh_install", &["install"]),
    ("dh_installalternatives", &["alternatives"]),
    (
        "dh_installcron",
        &[
            "cron.d",
            "cron.hourly",
            "cron.daily",
            "cron.weekly",
            "cron.monthly",
        ],
    ),
    ("dh_installchangelogs", &["NEWS"]),
    ("dh_installdebconf", &["templates", "config"]),
    ("dh_installdirs", &["dirs"]),
    (
        "dh_installdocs",
        &["docs", "copyright", "README.Debian", "TODO"],
    ),
    ("dh_installexamples", &["examples"]),
    ("dh_installifupdown", &["if-up", "if-down"]),
    ("dh_installinfo", &["info"]),
    ("dh_installinit", &["default", "init"]),
    ("dh_installlogrotate", &["logrotate"]),
    ("dh_installman", &["manpages"]),
    ("dh_installpam", &["pam"]),
    (
        "dh_installsystemd",
        &["mount", "path", "service", "socket", "target", "timer"],
    ),
    ("dh_installsysusers", &["sysusers"]),
    ("dh_installtmpfiles", &["tmpfile", "tmpfiles"]),
    ("dh_installudev", &["udev"]),
    ("dh_link", &["links"]),
    ("dh_lintian", &["lintian-overrides"]),
    // These read no files of the folder.
    ("dh_compress", &[]),
    ("dh_fixperms", &[]),
    ("dh_strip", &[]),
];

/// The commands that look at `-X`.
const EXCLUDING: [&str; 6] = [
    "dh_compress",
    "dh_fixperms",
    "dh_install",
    "dh_installchangelogs",
    "dh_installdocs",
    "dh_installexamples",
];

/// A `debian/rules`, as far as it calls debhelper.
#[derive(Default)]
pub(super) struct Rules {
    targets: Vec<Target>,
    /// The options of the one call of `dh`, where there is one.
    dh: Option<Call>,
}

/// A target with its recipe.
struct Target {
    name: String,
    /// True where it needs other targets, or is one on a condition.
    is_more: bool,
    /// The commands, each a whole line.
    recipe: Vec<String>,
}

/// The options of a call.
#[derive(Default, Clone)]
pub(super) struct Call {
    only: Vec<String>,
    not: Vec<String>,
    /// True for packages of an architecture alone, false for those of all.
    is_arch: Option<bool>,
    exclude: Vec<String>,
    /// The package whose documents the others share.
    link_doc: Option<String>,
    /// Words that are no options.
    operands: Vec<String>,
    /// True where it has more options than that.
    has_more: bool,
}

impl Call {
    /// Reads the words behind the command; nothing where one is none of plain words.
    fn of(words: &[&str]) -> Option<Self> {
        let mut call = Self::default();
        let mut words = words.iter().copied().filter(|word| *word != "$@");
        while let Some(word) = words.next() {
            if !is_plain(word) {
                return None;
            }
            let (list, value) = match option(word) {
                Some(("X", value)) => (&mut call.exclude, value),
                Some(("N", value)) => (&mut call.not, value),
                Some((_, value)) => (&mut call.only, value),
                None => {
                    match word {
                        "-a" | "-s" | "--arch" | "--same-arch" => call.is_arch = Some(true),
                        "-i" | "--indep" => call.is_arch = Some(false),
                        "--link-doc" => {
                            let other = words.next().filter(|word| is_plain(word))?;
                            call.link_doc = Some(other.to_owned());
                        }
                        _ if word.starts_with("--link-doc=") => {
                            call.link_doc = word.split_once('=').map(|(_, it)| it.to_owned());
                        }
                        _ if word.starts_with('-') => call.has_more = true,
                        _ => call.operands.push(word.to_owned()),
                    }
                    continue;
                }
            };
            let value = match value {
                "" => words.next().filter(|word| is_plain(word))?,
                value => value,
            };
            list.push(value.to_owned());
        }
        Some(call)
    }

    /// Returns whether a command is called with nothing but what is followed: `dh_installchangelogs` may name one
    /// file of plain text.
    fn is_followed(&self, command: &str) -> bool {
        let is_known = match &self.operands[..] {
            [] => true,
            [one] => {
                let name = one.to_ascii_lowercase();
                let is_page = [".html", ".htm"].iter().any(|end| name.ends_with(end));
                command == "dh_installchangelogs" && !is_page
            }
            _ => false,
        };
        let is_linking = self.link_doc.is_some();
        is_known && !self.has_more && (!is_linking || command == "dh_installdocs")
    }

    fn acts_on(&self, name: &str, is_arch: bool) -> bool {
        let is_chosen = match self.is_arch {
            None => self.only.is_empty(),
            Some(chosen) => chosen == is_arch,
        };
        (is_chosen || self.only.iter().any(|it| it == name))
            && !self.not.iter().any(|it| it == name)
    }
}

/// Returns whether a shell and make take a word as it is.
fn is_plain(word: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+:/=,@%~".contains(c);
    !word.is_empty() && word.chars().all(is_plain)
}

/// Returns an option of those that are followed, by its short name, with the value that stands in the same word.
pub(super) fn option(word: &str) -> Option<(&'static str, &str)> {
    for (short, long) in [("X", "exclude"), ("N", "no-package"), ("p", "package")] {
        let own = word.strip_prefix("--").and_then(|it| it.strip_prefix(long));
        match own.map(|rest| rest.strip_prefix('=').unwrap_or(rest)) {
            Some("") => return Some((short, "")),
            Some(value) if word.contains('=') => return Some((short, value)),
            _ => {}
        }
        let bare = word.strip_prefix('-').filter(|it| !it.starts_with('-'));
        if let Some(value) = bare.and_then(|it| it.strip_prefix(short)) {
            return Some((short, value));
        }
    }
    None
}

/// Returns whether a command leaves out what `-X` says.
pub(super) fn looks_at_excludes(command: &str) -> bool {
    EXCLUDING.contains(&command)
}

/// Returns whether a line calls a command with options that are followed alone.
pub(super) fn is_followed(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let command = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    Call::of(&words).is_some_and(|call| {
        let is_known = call.exclude.is_empty() || EXCLUDING.contains(&command);
        is_known && call.is_followed(command)
    })
}

/// Returns a line of a recipe without the signs of make in front.
pub(super) fn call_of(line: &str) -> &str {
    line.trim().trim_start_matches(['@', '-', '+', ' '])
}

impl Rules {
    /// Reads the rules of a folder, where they are there.
    pub(super) fn read(path: &Path) -> Result<Self, ImportError> {
        if !path.is_file() {
            return Ok(Self::default());
        }
        let bytes = fs::read_small(path)?;
        Ok(Self::of(control_text::utf8(path, &bytes)?))
    }

    fn of(text: &str) -> Self {
        let text = text.replace("\\\n", " ");
        let mut rules = Self::default();
        let mut here = 0;
        let mut conditions = 0_usize;
        for line in text.lines() {
            if let Some(recipe) = line.strip_prefix('\t') {
                let call = call_of(recipe);
                if !call.is_empty() && !call.starts_with('#') {
                    for target in &mut rules.targets[here..] {
                        target.recipe.push(call.to_owned());
                        target.is_more |= conditions > 0;
                    }
                }
            } else if line.trim_start().starts_with("if") {
                conditions += 1;
            } else if line.trim_start().starts_with("endif") {
                conditions = conditions.saturating_sub(1);
            } else if let Some((names, needs)) = line.split_once(':')
                && !line.starts_with([' ', '#'])
                && !needs.starts_with('=')
            {
                here = rules.targets.len();
                rules
                    .targets
                    .extend(names.split_whitespace().map(|name| Target {
                        name: name.to_owned(),
                        is_more: conditions > 0 || !needs.trim().is_empty(),
                        recipe: Vec::new(),
                    }));
            }
        }
        let calls = rules.lines().filter_map(|line| words_of(line, "dh"));
        let calls: Vec<_> = calls.collect();
        if let [words] = &calls[..] {
            rules.dh = Some(Call::of_dh(words));
        }
        rules
    }

    /// Returns whether an installation of the project is called: by its command, or by `dh` unless a target is in its
    /// place.
    pub(super) fn installs(&self) -> bool {
        let command = "dh_auto_install";
        let is_replaced = |target: &Target| target.name.starts_with("override_dh_auto_install");
        let mut lines = self.lines();
        lines.any(|line| words_of(line, command).is_some())
            || self.calls_dh() && !self.targets.iter().any(is_replaced)
    }

    fn calls_dh(&self) -> bool {
        self.lines().any(|line| words_of(line, "dh").is_some())
    }

    /// Returns the build system that a call names, or nothing where debhelper finds it.
    pub(super) fn build_system(&self) -> Option<&str> {
        let lines = self.lines().filter(|line| line.starts_with("dh"));
        let mut words = lines.flat_map(str::split_whitespace);
        while let Some(word) = words.next() {
            let value = match word {
                "-S" | "--buildsystem" => words.next(),
                _ => word
                    .strip_prefix("--buildsystem=")
                    .or(word.strip_prefix("-S")),
            };
            if value.is_some() {
                return value;
            }
        }
        None
    }

    /// Returns whether `dh` is called with an addon.
    pub(super) fn has_addon(&self, name: &str) -> bool {
        let lines = self.lines().filter(|line| words_of(line, "dh").is_some());
        let mut words = lines.flat_map(|line| line.split([' ', '\t', ',', '=']));
        words.any(|word| word == name)
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        let targets = self.targets.iter();
        targets.flat_map(|target| target.recipe.iter().map(String::as_str))
    }

    /// Returns the calls of a command for a package; nothing where they are more than plain words. Without rules it
    /// is called as `dh` does.
    fn calls(&self, command: &str, is_arch: bool) -> Option<Vec<Call>> {
        if self.targets.is_empty() {
            return Some(vec![Call::default()]);
        }
        let suffix = if is_arch { "-arch" } else { "-indep" };
        let names = [
            format!("override_{command}"),
            format!("override_{command}{suffix}"),
        ];
        let is_own = |target: &&Target| names.contains(&target.name);
        let own: Vec<&Target> = self.targets.iter().filter(is_own).collect();
        let others = self.targets.iter().filter(|target| {
            let name = target.name.strip_prefix("override_").unwrap_or_default();
            super::rules::own_name(name) != command
        });
        let elsewhere = others.flat_map(|target| target.recipe.iter());
        let elsewhere = elsewhere.filter_map(|line| words_of(line, command));
        let mut calls = elsewhere
            .map(|words| Call::of(&words).filter(|call| call.is_followed(command)))
            .collect::<Option<Vec<Call>>>()?;
        for target in &own {
            calls.extend(target.calls(command)?);
        }
        match &self.dh {
            Some(dh) if own.is_empty() => calls.push(dh.clone()),
            Some(dh) => {
                for call in &mut calls {
                    call.exclude.extend(dh.exclude.iter().cloned());
                }
            }
            None if calls.is_empty() || own.is_empty() && self.calls_dh() => return None,
            None => {}
        }
        Some(calls)
    }

    /// Returns the texts that leave a file of a package out of what a command does, when its path has one.
    pub(super) fn excludes(&self, command: &str, package: &Package<'_>) -> Vec<String> {
        let Some(calls) = self.calls(command, package.may_have_programs()) else {
            let dh = self.dh.iter();
            return dh.flat_map(|dh| dh.exclude.iter().cloned()).collect();
        };
        let acts = |call: &Call| call.acts_on(package.name.as_str(), package.may_have_programs());
        let mut lists = calls.into_iter().filter(acts).map(|call| call.exclude);
        let first = lists.next().unwrap_or_default();
        // What one of several calls installs is there.
        lists.fold(first, |both, list| {
            both.into_iter().filter(|it| list.contains(it)).collect()
        })
    }

    /// Returns the operands of the first call that acts on a package, with what it leaves out; nothing where none does, or
    /// where it is more than plain words.
    pub(super) fn operands(
        &self,
        command: &str,
        package: &Package<'_>,
    ) -> Option<(Vec<String>, Vec<String>)> {
        let is_arch = package.may_have_programs();
        let calls = self.calls(command, is_arch)?;
        let mut calls = calls.into_iter();
        let call = calls.find(|call| call.acts_on(package.name.as_str(), is_arch))?;
        Some((call.operands, call.exclude))
    }

    /// Returns the package whose documents another one shares by a link.
    pub(super) fn link_doc(&self, name: &PackageName, is_arch: bool) -> Option<String> {
        let calls = self.calls("dh_installdocs", is_arch)?;
        let mut calls = calls
            .into_iter()
            .filter(|call| call.acts_on(name.as_str(), is_arch));
        let other = calls.find_map(|call| call.link_doc)?;
        (other != name.as_str()).then_some(other)
    }

    /// Returns whether a command is called, but not for a package.
    pub(super) fn skips(&self, command: &str, package: &Package<'_>) -> bool {
        let is_arch = package.may_have_programs();
        let calls = self.calls(command, is_arch);
        calls.is_some_and(|calls| {
            let mut calls = calls.iter();
            !calls.any(|call| call.acts_on(package.name.as_str(), is_arch))
        })
    }

    /// Returns whether no command reads a package's file of a kind.
    pub(super) fn skips_kind(&self, kind: &str, package: &Package<'_>) -> bool {
        let mut commands = FOLLOWED.iter().filter(|(_, kinds)| kinds.contains(&kind));
        commands.any(|(command, _)| self.skips(command, package))
    }

    /// Returns whether `dh` makes a package.
    pub(super) fn makes(&self, name: &PackageName, is_arch: bool) -> bool {
        let dh = self.dh.as_ref();
        dh.is_none_or(|dh| dh.acts_on(name.as_str(), is_arch))
    }

    /// Returns whether an option of `dh` is followed, with its value: where there is one call of it, and some
    /// package is made.
    pub(super) fn follows_dh(&self, words: &str) -> bool {
        let words: Vec<&str> = words.split_whitespace().collect();
        let call = Call::of(&words).filter(|call| call.is_followed("dh"));
        self.dh.is_some() && words.first().is_some_and(|it| option(it).is_some()) && call.is_some()
    }

    /// Returns whether all that a target says of a command is followed.
    pub(super) fn follows(&self, name: &str, command: &str) -> bool {
        let mut targets = self.targets.iter().filter(|target| target.name == name);
        name.starts_with("override_")
            && FOLLOWED.iter().any(|(known, _)| *known == command)
            && targets.all(|target| {
                let excludes = |call: Call| !call.exclude.is_empty();
                let is_known = EXCLUDING.contains(&command);
                let calls = target.calls(command);
                calls.is_some_and(|calls| is_known || !calls.into_iter().any(excludes))
            })
    }
}

impl Call {
    /// Reads the options of `dh`: those that are no plain words, or others, are told of elsewhere.
    fn of_dh(words: &[&str]) -> Self {
        let mut call = Self::default();
        let mut index = 0;
        while index < words.len() {
            let count = match option(words[index]) {
                Some((_, "")) => 2,
                _ => 1,
            };
            let some = &words[index..words.len().min(index + count)];
            if let Some(one) = Self::of(some).filter(|one| one.is_followed("dh")) {
                call.only.extend(one.only);
                call.not.extend(one.not);
                call.exclude.extend(one.exclude);
            }
            index += count;
        }
        call
    }
}

impl Target {
    /// Returns the calls where the target is nothing but calls of a command with options that are followed.
    fn calls(&self, command: &str) -> Option<Vec<Call>> {
        if self.is_more {
            return None;
        }
        let is_idle = |line: &&String| matches!(line.as_str(), "true" | ":");
        let lines = self.recipe.iter().filter(|line| !is_idle(line));
        let calls = lines.map(|line| {
            let words = words_of(line, command)?;
            Call::of(&words).filter(|call| call.is_followed(command))
        });
        calls.collect()
    }
}

/// Returns the words behind a command that a line calls.
fn words_of<'a>(line: &'a str, command: &str) -> Option<Vec<&'a str>> {
    let mut words = line.split_whitespace();
    (words.next() == Some(command)).then(|| words.collect())
}
