//! `reldeb check X.deb`: the same audit for a package that is already there, whoever made it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use super::elf::ElfFacts;
use super::libraries::{Audit, SearchRules, audit};
use super::members::{self, ElfFiles};
use super::suites::Suite;
use crate::archive::{ArchiveError, DataEntry, DataKind, Deb};
use crate::debian::{Relations, Stanza};
use crate::finding::Finding;
use crate::tree::PackagePath;

/// The size in bytes up to which an ELF file is looked at: it is in memory meanwhile.
const ELF_LIMIT: u64 = 256 << 20;

/// The size in bytes up to which a file is read for the folders it puts into `LD_LIBRARY_PATH`.
const SCRIPT_LIMIT: u64 = 1 << 20;

/// What was found in a package.
#[derive(Debug, Clone)]
pub struct DebReport {
    /// `Package`, `Version` and `Architecture`, empty where the control file lacks them.
    pub name: [String; 3],
    /// `Depends` as it stands.
    pub depends: String,
    /// What its ELF files need.
    pub audit: Audit,
    /// The suites that the manifest declares; none of a package that is there.
    pub suites: Vec<Suite>,
    /// What the user should know.
    pub findings: Vec<Finding>,
}

/// Reads a package from its start to its end and answers what its ELF files need.
///
/// # Errors
/// [`ArchiveError`] where it cannot be read or is damaged.
pub fn check_deb(deb: &Deb) -> Result<DebReport, ArchiveError> {
    let mut found = Found::default();
    deb.for_each_data_entry(|entry, content| {
        found
            .entry(entry, content)
            .map_err(|error| deb.damaged_data(&error))
    })?;
    let control = deb.control.get("control").map(|file| &file.content[..]);
    let text = String::from_utf8_lossy(control.unwrap_or_default());
    let stanza = Stanza::parse_all(&text).unwrap_or_default();
    let field = |name: &str| {
        let value = stanza.first().and_then(|stanza| stanza.get(name));
        value.unwrap_or_default().to_owned()
    };
    let mut findings = std::mem::take(&mut found.findings);
    let audit = audit(&found.files, &found.rules());
    findings.extend(audit.findings());
    let mut depends: Relations = field("Depends").parse().unwrap_or_default();
    depends.merge(field("Pre-Depends").parse().unwrap_or_default());
    findings.extend(members::uncovered(&members::relations(&audit), &depends));
    Ok(DebReport {
        name: ["Package", "Version", "Architecture"].map(field),
        depends: field("Depends"),
        audit,
        suites: Vec::new(),
        findings,
    })
}

/// What the entries of a data archive say.
#[derive(Default)]
struct Found {
    files: ElfFiles,
    regular: BTreeSet<PackagePath>,
    symlinks: BTreeMap<PackagePath, Vec<u8>>,
    /// Folders that are named in `LD_LIBRARY_PATH`.
    library_path: BTreeSet<PackagePath>,
    /// Folders of releases whose scripts set that variable.
    releases: BTreeSet<PackagePath>,
    findings: Vec<Finding>,
}

impl Found {
    fn entry(&mut self, entry: &DataEntry, content: &mut dyn Read) -> std::io::Result<()> {
        let Ok(path) = entry.path() else {
            return Ok(());
        };
        match entry.kind {
            DataKind::Regular => self.regular(&path, entry, content),
            DataKind::Symlink => {
                self.symlinks.insert(path, entry.target.clone());
                Ok(())
            }
            DataKind::Hardlink => {
                let target = entry.target.strip_prefix(b".").unwrap_or(&entry.target);
                self.symlinks.insert(path, [b"/", target].concat());
                Ok(())
            }
            DataKind::Directory | DataKind::Other(_) => Ok(()),
        }
    }

    fn regular(
        &mut self,
        path: &PackagePath,
        entry: &DataEntry,
        mut content: &mut dyn Read,
    ) -> std::io::Result<()> {
        self.regular.insert(path.clone());
        let mut start = Vec::new();
        Read::take(&mut content, 4).read_to_end(&mut start)?;
        let limit = if ElfFacts::is_elf(&start) {
            ELF_LIMIT
        } else if start.starts_with(b"#!") || is_unit(path) {
            SCRIPT_LIMIT
        } else {
            return Ok(());
        };
        if entry.size > limit {
            if limit == ELF_LIMIT {
                let message = format!("`{path}` is not looked at: it has more than {limit} bytes");
                self.findings
                    .push(Finding::warning("elf-too-large", message));
            }
            return Ok(());
        }
        content.take(limit).read_to_end(&mut start)?;
        if limit == ELF_LIMIT {
            let read = ElfFacts::read(Cursor::new(start));
            members::add(path, read, &mut self.files, &mut self.findings);
        } else {
            self.script(path, &String::from_utf8_lossy(&start));
        }
        Ok(())
    }

    /// The folders that a script or unit puts into `LD_LIBRARY_PATH`.
    fn script(&mut self, path: &PackagePath, text: &str) {
        let mut parts = text.split("LD_LIBRARY_PATH=");
        parts.next();
        for value in parts {
            let value = value.trim_start_matches(['"', '\'']);
            let end = value.find(|c: char| c.is_whitespace() || "\"';".contains(c));
            for folder in value[..end.unwrap_or(value.len())].split(':') {
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
        SearchRules {
            library_path,
            links: members::resolve(&self.symlinks, |path| self.regular.contains(path)),
            ..SearchRules::default()
        }
    }
}

/// Whether a file is one that service managers read.
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
