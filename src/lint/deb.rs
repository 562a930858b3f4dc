//! `reldeb check X.deb`: the same audit for a package that is already there, whoever made it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::linter::Linter;
use super::policy_level::Policy;
use super::unpack::{Fields, Tally, read_as_dpkg};
use crate::audit::libraries::{Audit, SearchRules, audit};
use crate::audit::members::{self, ElfFiles};
use crate::deb::{ArchiveError, DataEntry, DataKind, Deb};
use crate::debian::{RelationField, Relations, Suite};
use crate::elf::facts::ElfFacts;
use crate::finding::{Finding, Tag, tags};
use crate::tree::PackagePath;

/// The size in bytes up to which an ELF file is looked at.
const ELF_LIMIT: u64 = 256 << 20;

/// The size in bytes from which on it lies in a temporary file meanwhile, not in memory.
const MEMORY_LIMIT: usize = 8 << 20;

/// The bytes that the facts of all ELF files may take in memory: about 8,000 usual ones.
const FACTS_LIMIT: usize = 24 << 20;

/// The number of folders that scripts may put into `LD_LIBRARY_PATH`: every library is looked for
/// in each.
const MOST_FOLDERS: usize = 64;

/// The bytes that links may take in memory, and again what they lead to.
const LINKS_LIMIT: usize = 12 << 20;

/// The length in bytes up to which relations are compared with what the ELF files need.
const RELATIONS_LIMIT: usize = 64 << 10;

/// The size in bytes up to which a file is read for the folders it puts into `LD_LIBRARY_PATH`.
const SCRIPT_LIMIT: u64 = 1 << 20;

/// The facts of a package that was checked.
#[derive(Debug, Clone)]
pub struct DebReport {
    /// `Package`, `Version` and `Architecture`, empty where the control file lacks them.
    pub name: [String; 3],
    /// `Depends` as it stands.
    pub depends: String,
    /// The libraries that its ELF files need.
    pub audit: Audit,
    /// The suites that the manifest declares; none of a package that is there.
    pub suites: Vec<Suite>,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// Reads a package from its start to its end and answers what its ELF files need, what dpkg would
/// refuse, and what a policy says.
///
/// # Errors
/// [`ArchiveError`] where it cannot be read or is damaged.
pub fn check_deb(deb: &Deb, policy: Policy) -> Result<DebReport, ArchiveError> {
    let mut found = DebCheck {
        linter: Some(Linter::new(deb, policy, true)),
        ..DebCheck::default()
    };
    let findings = read_as_dpkg(deb, |entry, content| {
        found
            .entry(entry, content)
            .map_err(|error| deb.damaged_data(&error))
    })?;
    Ok(found.finish(deb, findings))
}

/// Reads a package that was written for this alone, and answers what a policy says.
///
/// # Errors
/// [`ArchiveError`] where it cannot be read or is damaged.
pub(super) fn check_planned(deb: &Deb, policy: Policy) -> Result<Vec<Finding>, ArchiveError> {
    let mut found = DebCheck {
        linter: Some(Linter::new(deb, policy, false)),
        ..DebCheck::default()
    };
    deb.for_each_data_entry(|entry, content| {
        let taken = found.entry(entry, content);
        taken.map_err(|error| deb.damaged_data(&error))
    })?;
    Ok(found.linter.map_or_else(Vec::new, Linter::finish))
}

/// Returns the report on a package whose entries have been seen.
fn report(mut found: DebCheck, deb: &Deb, mut findings: Vec<Finding>) -> DebReport {
    let control = deb.control.get("control").map(|file| &file.content[..]);
    let fields = Fields::read(control.unwrap_or_default());
    findings.extend(std::mem::take(&mut found.findings).finish());
    let mut audit = audit(&found.files, &found.rules());
    let (depends, unread) = depends(&fields);
    audit.leave_to(&depends);
    findings.extend(audit.findings());
    findings.extend(unread);
    let needed = members::relations(&audit);
    findings.extend(members::uncovered(&needed, Some(&depends)));
    let architecture = fields.get("architecture");
    findings.extend(members::renamed(&architecture, &[], &depends));
    findings.extend(found.linter.map_or_else(Vec::new, Linter::finish));
    let depends_text = fields.get("depends");
    // It may be folded.
    let depends_text: Vec<_> = depends_text.split_whitespace().collect();
    DebReport {
        name: ["package", "version", "architecture"].map(|name| fields.get(name)),
        depends: depends_text.join(" "),
        audit,
        suites: Vec::new(),
        findings,
    }
}

/// Returns the packages that must be there, as far as they can be read, and findings about the rest.
fn depends(fields: &Fields) -> (Relations, Vec<Finding>) {
    let (mut depends, mut findings) = (Relations::new(), Vec::new());
    let mut unread = |field: RelationField, what: &str| {
        let message = format!("`{}` cannot be read in full: {what}", field.name());
        findings.push(Finding::new(tags::RELATIONS_NOT_READ, message));
    };
    for field in [RelationField::Depends, RelationField::PreDepends] {
        let text = fields.get(&field.name().to_ascii_lowercase());
        // To put many together takes the square of their number.
        if text.len() > RELATIONS_LIMIT {
            unread(field, &format!("it has more than {RELATIONS_LIMIT} bytes"));
            continue;
        }
        let (relations, errors) = Relations::read_leniently(&text);
        depends.merge(relations);
        if let Some(first) = errors.first() {
            unread(field, &first.to_string());
        }
    }
    (depends, findings)
}

/// The facts of the entries of a data archive, seen one by one. Everything here has its limit in bytes or in number:
/// what a package claims must not decide how much memory it takes.
#[derive(Default)]
pub(crate) struct DebCheck {
    files: ElfFiles,
    /// The memory in bytes that the facts of the files take, about.
    facts: usize,
    symlinks: BTreeMap<PackagePath, Vec<u8>>,
    /// The memory in bytes that the symlinks take.
    links: usize,
    /// Folders that are named in `LD_LIBRARY_PATH`.
    library_path: BTreeSet<PackagePath>,
    /// Folders of releases whose scripts set that variable.
    releases: BTreeSet<PackagePath>,
    findings: Tally,
    /// The checks of a policy, where they are asked for.
    linter: Option<Linter>,
}

impl DebCheck {
    /// Takes the next entry, and reads as much of its content as it needs.
    pub(crate) fn entry(&mut self, entry: &DataEntry, content: &mut dyn Read) -> io::Result<()> {
        let Some(mut linter) = self.linter.take() else {
            return self.read(entry, content).map(drop);
        };
        let taken = linter.entry(entry, content, &mut |content| self.read(entry, content));
        self.linter = Some(linter);
        taken
    }

    fn read(&mut self, entry: &DataEntry, content: &mut dyn Read) -> io::Result<Option<ElfFacts>> {
        let Ok(path) = entry.path() else {
            return Ok(None);
        };
        match entry.kind {
            DataKind::Regular => return self.regular(&path, entry, content),
            DataKind::Symlink => self.link(path, entry.target.clone()),
            DataKind::Hardlink => self.link(path, [b"/", &*entry.target].concat()),
            DataKind::Directory | DataKind::Other(_) => {}
        }
        Ok(None)
    }

    /// Returns what the entries that were seen tell, behind what else was found.
    pub(crate) fn finish(self, deb: &Deb, findings: Vec<Finding>) -> DebReport {
        report(self, deb, findings)
    }

    fn link(&mut self, path: PackagePath, target: Vec<u8>) {
        self.links += path.as_bytes().len() + target.len() + 128;
        if self.links <= LINKS_LIMIT {
            self.symlinks.insert(path, target);
            return;
        }
        self.not_looked_at(tags::LINKS_TOO_MANY, "the package has too many links");
    }

    fn not_looked_at(&mut self, tag: &'static Tag, what: &str) {
        self.findings
            .once(tag, || format!("{what}: not all were looked at"));
    }

    fn regular(
        &mut self,
        path: &PackagePath,
        entry: &DataEntry,
        content: &mut dyn Read,
    ) -> io::Result<Option<ElfFacts>> {
        let mut start = Vec::new();
        content.take(4).read_to_end(&mut start)?;
        if ElfFacts::is_elf(&start) {
            if entry.size <= ELF_LIMIT {
                return self.elf(path, &start, content);
            }
            self.findings.tell_at(path, tags::ELF_TOO_LARGE, || {
                format!("`{path}` is not looked at: it has more than {ELF_LIMIT} bytes")
            });
        } else if (start.starts_with(b"#!") || is_unit(path)) && entry.size <= SCRIPT_LIMIT {
            content.read_to_end(&mut start)?;
            self.script(path, &String::from_utf8_lossy(&start));
        }
        Ok(None)
    }

    fn elf(
        &mut self,
        path: &PackagePath,
        start: &[u8],
        content: &mut dyn Read,
    ) -> io::Result<Option<ElfFacts>> {
        if self.facts > FACTS_LIMIT {
            self.not_looked_at(tags::ELF_TOO_MANY, "the package has too many ELF files");
            return Ok(None);
        }
        let facts = match spooled(start, content)? {
            Ok(file) => ElfFacts::read(file),
            Err(error) => {
                self.findings.tell_at(path, tags::ELF_NOT_READ, || {
                    format!("`{path}` is not looked at: no temporary file: {error}")
                });
                return Ok(None);
            }
        };
        let seen = facts.as_ref().ok().cloned();
        let mut found = Vec::new();
        members::add(path, facts, &mut self.files, &mut found);
        for finding in found {
            self.findings.add(finding);
        }
        if let Some((_, facts)) = self.files.last() {
            self.facts += path.as_bytes().len() + facts.memory();
        }
        Ok(seen)
    }

    /// The folders that a script or unit puts into `LD_LIBRARY_PATH`.
    fn script(&mut self, path: &PackagePath, text: &str) {
        let mut parts = text.split("LD_LIBRARY_PATH=");
        parts.next();
        for value in parts {
            if self.library_path.len() + self.releases.len() >= MOST_FOLDERS {
                return;
            }
            let value = value.trim_start_matches(['"', '\'']);
            let end = value.find(|c: char| c.is_whitespace() || "\"';".contains(c));
            let folders = value[..end.unwrap_or(value.len())].split(':');
            for folder in folders.take(MOST_FOLDERS) {
                self.library_path.extend(PackagePath::new(folder));
            }
            // relx has `erts-VSN/lib` there, beside the `bin` of its script.
            let bin = path.parent().filter(|folder| folder.file_name() == b"bin");
            self.releases.extend(bin.and_then(|bin| bin.parent()));
        }
    }

    fn rules(&self) -> SearchRules {
        let mut library_path: Vec<_> = self.library_path.iter().cloned().collect();
        for (file, _) in &self.files {
            let is_of_release = |folder: &PackagePath| {
                let erts = folder.parent()?;
                let is_erts =
                    folder.file_name() == b"lib" && erts.file_name().starts_with(b"erts-");
                Some(is_erts && self.releases.contains(&erts.parent()?))
            };
            if let Some(folder) = file.parent()
                && is_of_release(&folder) == Some(true)
                && !library_path.contains(&folder)
            {
                library_path.push(folder);
            }
        }
        let files: HashSet<_> = self.files.iter().map(|(path, _)| path).collect();
        SearchRules {
            library_path,
            links: members::resolve(&self.symlinks, LINKS_LIMIT, |path| files.contains(path)),
            ..SearchRules::default()
        }
    }
}

/// The content of a file, in memory or, where it is large, in a temporary file; the inner error is
/// that of the temporary file.
fn spooled(start: &[u8], content: &mut dyn Read) -> io::Result<Result<SpooledTempFile, io::Error>> {
    let mut file = tempfile::spooled_tempfile(MEMORY_LIMIT);
    let mut buffer = vec![0; 64 << 10];
    let mut written = file.write_all(start);
    while written.is_ok() {
        let count = content.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        written = file.write_all(&buffer[..count]);
    }
    Ok(written
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .map(|_| file))
}

/// Returns whether a file is one that service managers read.
fn is_unit(path: &PackagePath) -> bool {
    let folders = [
        &b"/usr/lib/systemd/system/"[..],
        b"/lib/systemd/system/",
        b"/etc/default/",
    ];
    folders
        .iter()
        .any(|folder| path.as_bytes().starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_that_cannot_be_read_are_told() {
        let long = format!("Depends: {}ab\n", "ab, ".repeat(RELATIONS_LIMIT / 4));
        #[rustfmt::skip]
        let table = [
            ("Depends: ab, cd\nPre-Depends: ef\n", "ab, cd, ef", ""),
            ("Depends: ab, Cd (> 1), ef\n", "ab, ef", "`Depends` cannot be read in full: invalid relation `Cd (> 1)`: compares by `>`, expected `<<`, `<=`, `=`, `>=` or `>>`"),
            (&long, "", "`Depends` cannot be read in full: it has more than 65536 bytes"),
        ];
        for (text, expected, message) in table {
            let (read, findings) = depends(&Fields::read(text.as_bytes()));
            let messages: Vec<_> = findings.iter().map(|it| it.message.as_str()).collect();
            assert_eq!(
                (read.to_string().as_str(), messages.concat().as_str()),
                (expected, message)
            );
        }
    }
}
