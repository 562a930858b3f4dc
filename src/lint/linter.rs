//! `Linter`: the checks of policy and security over one package, which is read once: each path and its content as
//! it passes, then the package as a whole.

use std::io::{self, Read};

use super::policy::{
    binaries, control, documents, fields, init, paths, relations, scripts, symlinks,
};
use super::policy_level::Policy;
use super::reproducible;
use super::security;
use super::subject::Subject;
use super::unpack::Tally;
use super::watch::Watch;
use crate::deb::{DataEntry, DataKind, Deb};
use crate::elf::facts::ElfFacts;
use crate::finding::{Finding, tags};
use crate::units::UnitText;

/// One path of the package, as the checks see it.
pub(super) struct Item<'a> {
    /// The path, with a slash in front and none at its end.
    pub(super) path: &'a str,
    pub(super) entry: &'a DataEntry,
    /// The beginning of a regular file; of texts that are looked at, all.
    pub(super) head: &'a [u8],
    /// The facts of an ELF file.
    pub(super) elf: Option<&'a ElfFacts>,
    /// A path of the machine that built the file.
    pub(super) build_path: Option<&'a str>,
}

impl Item<'_> {
    pub(super) fn is_file(&self) -> bool {
        self.entry.kind == DataKind::Regular
    }

    pub(super) fn is_directory(&self) -> bool {
        self.entry.kind == DataKind::Directory
    }

    pub(super) fn mode(&self) -> u32 {
        self.entry.mode & 0o7777
    }

    pub(super) fn is_executable(&self) -> bool {
        self.is_file() && self.mode() & 0o111 != 0
    }

    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn is_below(&self, folder: &str) -> bool {
        let rest = self.path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'))
    }

    /// Returns the text of a file that is a text.
    pub(super) fn text(&self) -> Option<&str> {
        let has_all = self.head.len() as u64 == self.entry.size;
        let text = std::str::from_utf8(self.head).ok()?;
        (has_all && !text.contains('\0')).then_some(text)
    }

    /// Returns the interpreter and its arguments, where the file is a script.
    pub(super) fn interpreter(&self) -> Option<Vec<&str>> {
        interpreter(self.head)
    }
}

/// Returns the words of a first line with `#!`.
pub(super) fn interpreter(text: &[u8]) -> Option<Vec<&str>> {
    let line = text.strip_prefix(b"#!")?;
    // So attributes begin in Rust.
    if line.starts_with(b"[") {
        return None;
    }
    let line = line.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line.get(..line.len().min(256))?).ok()?;
    Some(line.split_whitespace().collect())
}

/// The checks on their way through a package.
pub(crate) struct Linter {
    policy: Policy,
    subject: Subject,
    found: Tally,
}

impl Linter {
    /// Begins with the control archive.
    pub(crate) fn new(deb: &Deb, policy: Policy, as_written: bool) -> Self {
        let subject = Subject::new(deb);
        let mut found = Tally::default();
        fields::check(&subject, &mut found);
        relations::check(&subject, &mut found);
        control::check(deb, &subject, as_written, &mut found);
        scripts::check(&subject, &mut found);
        security::scripts::check(&subject, &mut found);
        Self {
            policy,
            subject,
            found,
        }
    }

    /// Takes the next entry; `read` reads its content, and returns the facts of an ELF file.
    pub(crate) fn entry(
        &mut self,
        entry: &DataEntry,
        content: &mut dyn Read,
        read: &mut dyn FnMut(&mut dyn Read) -> io::Result<Option<ElfFacts>>,
    ) -> io::Result<()> {
        paths::name(&entry.name, &mut self.found);
        let Ok(path) = entry.path() else {
            return read(content).map(drop);
        };
        let path = path.to_string();
        let path = path.trim_end_matches('/');
        let mut watch = Watch::new(content, entry.size, is_read_whole(path, entry));
        let elf = read(&mut watch)?;
        if entry.kind == DataKind::Regular {
            watch.fill()?;
        }
        if watch.is_worth_reading() {
            watch.drain()?;
        }
        let Watch {
            head, build_path, ..
        } = watch;
        let item = Item {
            path,
            entry,
            head: &head,
            elf: elf.as_ref(),
            build_path: build_path.as_deref(),
        };
        self.item(&item);
        Ok(())
    }

    fn item(&mut self, item: &Item) {
        let found = &mut self.found;
        paths::check(item, &self.subject, found);
        symlinks::check(item, found);
        documents::check(item, &self.subject, found);
        binaries::check(item, &mut self.subject, found);
        security::files::check(item, found);
        security::elf::check(item, found);
        reproducible::check(item, found);
        self.keep(item);
    }

    /// Keeps what the checks of the whole package need.
    fn keep(&mut self, item: &Item) {
        if item.path.is_empty() {
            return;
        }
        let interpreter = item.interpreter();
        let is_program = item.elf.is_some() || interpreter.is_some();
        self.subject.keep(item.path, item.entry, is_program);
        let Some(text) = item.text().filter(|text| self.subject.has_room(text.len())) else {
            return;
        };
        if is_unit(item.path) {
            if let Ok(unit) = UnitText::parse(text) {
                self.subject.units.push((item.path.to_owned(), unit));
            }
        } else if is_kept(item.path) {
            self.subject
                .texts
                .push((item.path.to_owned(), text.to_owned()));
        } else if let Some(first) =
            interpreter.and_then(|words| words.first().copied().map(str::to_owned))
            && is_command(item.path)
        {
            self.subject.commands.push((item.path.to_owned(), first));
        }
    }

    /// Returns the findings.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let Self {
            policy,
            subject,
            mut found,
        } = self;
        if subject.is_partial {
            found.tell(tags::FILES_TOO_MANY, || {
                "the package has too many files: what they have to do with each other was not looked at".into()
            });
        } else {
            control::whole(&subject, &mut found);
            paths::whole(&subject, &mut found);
            documents::whole(&subject, &mut found);
            binaries::whole(&subject, &mut found);
            init::whole(&subject, &mut found);
            security::writable::whole(&subject, &mut found);
            security::units::whole(&subject, &mut found);
        }
        let mut findings = found.finish();
        for finding in &mut findings {
            if finding.severity == finding.tag.severity {
                finding.severity = policy.severity(finding.tag);
            }
        }
        findings
    }
}

/// Returns whether a path is a unit of systemd.
fn is_unit(path: &str) -> bool {
    let folders = [
        "/usr/lib/systemd/system/",
        "/lib/systemd/system/",
        "/etc/systemd/system/",
    ];
    let ends = [".service", ".socket", ".timer", ".path", ".mount"];
    folders.iter().any(|folder| path.starts_with(folder))
        && ends.iter().any(|end| path.ends_with(end))
}

/// Returns whether a text is looked at together with others.
fn is_kept(path: &str) -> bool {
    let folders = [
        "/etc/init.d/",
        "/etc/cron.d/",
        "/etc/cron.daily/",
        "/etc/cron.hourly/",
        "/etc/cron.weekly/",
        "/etc/cron.monthly/",
        "/etc/logrotate.d/",
        "/usr/lib/tmpfiles.d/",
    ];
    folders.iter().any(|folder| path.starts_with(folder))
}

/// Returns whether a path is a command that people call.
pub(super) fn is_command(path: &str) -> bool {
    let folders = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/games/"];
    let mut rest = folders
        .iter()
        .filter_map(|folder| path.strip_prefix(folder));
    rest.any(|name| !name.is_empty() && !name.contains('/'))
}

/// Returns whether all of a file is kept, up to the limit, to be looked at.
fn is_read_whole(path: &str, entry: &DataEntry) -> bool {
    entry.kind == DataKind::Regular
        && (is_unit(path)
            || is_kept(path)
            || path.starts_with("/etc/")
            || (path.starts_with("/usr/share/doc/") && path.ends_with("/copyright")))
}
