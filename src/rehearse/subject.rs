//! `Subject`: what a rehearsal has to know of a package.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::deb::{ArchiveError, DataEntry, DataKind, Deb};
use crate::debian::{Relations, Stanza};

/// A package.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) architecture: String,
    /// The bytes that it takes, as a file and installed.
    pub(super) size: u64,
    /// Everything that must be installed before it.
    pub(super) relations: Relations,
    /// Its paths, without directories that it shares with others.
    pub(super) paths: BTreeSet<String>,
    /// Its directories with mode and owners, as a snapshot describes them.
    pub(super) directories: BTreeMap<String, String>,
    /// The names of its units of systemd.
    pub(super) units: Vec<String>,
    /// The names of its init scripts.
    pub(super) init_scripts: Vec<String>,
    /// The names of its maintainer scripts.
    pub(super) scripts: BTreeSet<String>,
}

impl Subject {
    pub(super) fn read(deb: &Deb) -> Result<Self, ArchiveError> {
        let control = deb.control.get("control").map(|file| &file.content[..]);
        let text = String::from_utf8_lossy(control.unwrap_or_default());
        let stanza: Stanza = text.parse().unwrap_or_default();
        let field = |name: &str| stanza.get(name).unwrap_or_default().to_owned();
        let mut relations = Relations::new();
        for name in ["Pre-Depends", "Depends"] {
            let (read, _) = Relations::read_leniently(&field(name));
            read.iter().for_each(|it| relations.require(it.clone()));
        }
        let mut subject = Self {
            path: deb.path.clone(),
            name: field("Package"),
            version: field("Version"),
            architecture: field("Architecture"),
            size: deb.size,
            relations,
            paths: BTreeSet::new(),
            directories: BTreeMap::new(),
            units: Vec::new(),
            init_scripts: Vec::new(),
            scripts: deb.control.keys().cloned().collect(),
        };
        deb.for_each_data_entry(|entry, _| {
            subject.size = subject.size.saturating_add(entry.size);
            if let Ok(path) = entry.path() {
                subject.add(path.to_string(), entry);
            }
            Ok::<_, ArchiveError>(())
        })?;
        Ok(subject)
    }

    fn add(&mut self, path: String, entry: &DataEntry) {
        let unit = ["/lib/systemd/system/", "/usr/lib/systemd/system/"]
            .iter()
            .find_map(|folder| path.strip_prefix(folder));
        if let Some(unit) = unit.filter(|unit| !unit.contains('/')) {
            // A template is no service, and a link is another's name.
            let is_one = [".service", ".socket", ".timer", ".path"]
                .iter()
                .any(|end| unit.ends_with(end));
            if is_one && !unit.contains('@') && entry.kind == DataKind::Regular {
                self.units.push(unit.to_owned());
            }
        }
        if let Some(script) = path.strip_prefix("/etc/init.d/") {
            self.init_scripts.push(script.to_owned());
        }
        // Numbers without names are of the machine that built it.
        if entry.kind == DataKind::Directory && !entry.owner.is_empty() && !entry.group.is_empty() {
            let (mode, owner, group) = (entry.mode & 0o7777, &entry.owner, &entry.group);
            let text = format!("directory {mode:04o} {owner}:{group}");
            self.directories.insert(path.clone(), text);
        }
        self.paths.insert(path);
    }
}
