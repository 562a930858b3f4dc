//! `Subject`: what is kept of a package while it is read, for the checks that look at it as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::unpack::Fields;
use crate::deb::{DataEntry, DataKind, Deb};
use crate::debian::{Alternatives, RelationField, Relations};
use crate::units::UnitText;

/// The bytes that paths may take in memory, about: as many as 150,000 usual ones.
const PATHS_LIMIT: usize = 24 << 20;

/// The bytes that kept texts may take in memory.
const TEXTS_LIMIT: usize = 4 << 20;

/// The length in bytes up to which relations are read: to put many together takes the square of their number.
const RELATIONS_LIMIT: usize = 64 << 10;

/// One path of the package.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) kind: DataKind,
    pub(super) mode: u32,
    pub(super) owner: String,
    pub(super) group: String,
    /// True for ELF files and scripts.
    pub(super) is_program: bool,
}

/// The facts of a package.
#[derive(Debug, Default)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) architecture: String,
    pub(super) fields: Fields,
    pub(super) conffiles: Vec<String>,
    /// The maintainer scripts and `config`, by their names.
    pub(super) scripts: BTreeMap<String, String>,
    /// The packages that must be there, by name.
    pub(super) depends: BTreeSet<String>,
    pub(super) paths: BTreeMap<String, Record>,
    /// True where not all paths could be kept.
    pub(super) is_partial: bool,
    /// Units of systemd by their path.
    pub(super) units: Vec<(String, UnitText)>,
    /// Other texts that are looked at together, by their path: init scripts, jobs of cron and the like.
    pub(super) texts: Vec<(String, String)>,
    /// The interpreters of commands by their path.
    pub(super) commands: Vec<(String, String)>,
    /// A library lies where the dynamic linker looks for those of all programs.
    pub(super) has_public_library: bool,
    /// The package has the trigger of ldconfig(8).
    pub(super) activates_ldconfig: bool,
    /// It says what depends on its libraries.
    pub(super) has_shlibs: bool,
    /// A program that needs the C library.
    pub(super) needs_libc: Option<String>,
    paths_size: usize,
    texts_size: usize,
}

impl Subject {
    /// Reads the control archive.
    pub(super) fn new(deb: &Deb) -> Self {
        let text = |name: &str| {
            let file = deb.control.get(name);
            file.map_or(&b""[..], |file| &file.content)
        };
        let fields = Fields::read(text("control"));
        let mut depends = BTreeSet::new();
        for field in [RelationField::Depends, RelationField::PreDepends] {
            let value = fields.get(&field.name().to_ascii_lowercase());
            if value.len() <= RELATIONS_LIMIT {
                let (relations, _) = Relations::read_leniently(&value);
                let all = relations.iter().flat_map(Alternatives::relations);
                depends.extend(all.map(|it| it.package.as_str().to_owned()));
            }
        }
        let conffiles = String::from_utf8_lossy(text("conffiles"));
        let scripts = ["preinst", "postinst", "prerm", "postrm", "config"];
        let scripts = scripts.into_iter().filter_map(|name| {
            let file = deb.control.get(name)?;
            let text = String::from_utf8_lossy(&file.content);
            Some((name.to_owned(), text.into_owned()))
        });
        Self {
            name: fields.get("package"),
            architecture: fields.get("architecture"),
            conffiles: conffiles.lines().map(str::to_owned).collect(),
            scripts: scripts.collect(),
            activates_ldconfig: String::from_utf8_lossy(text("triggers"))
                .lines()
                .any(|line| line.starts_with("activate") && line.ends_with(" ldconfig")),
            has_shlibs: deb.control.contains_key("shlibs"),
            depends,
            fields,
            ..Self::default()
        }
    }

    /// Returns the name of the source package.
    pub(super) fn source(&self) -> String {
        let source = self.fields.get("source");
        let source = source.split_whitespace().next();
        source.map_or_else(|| self.name.clone(), str::to_owned)
    }

    /// Keeps a path in mind.
    pub(super) fn keep(&mut self, path: &str, entry: &DataEntry, is_program: bool) {
        self.paths_size += path.len() + 200;
        if self.paths_size > PATHS_LIMIT {
            self.is_partial = true;
            return;
        }
        let record = Record {
            kind: entry.kind,
            mode: entry.mode & 0o7777,
            owner: entry.owner.clone(),
            group: entry.group.clone(),
            is_program,
        };
        self.paths.insert(path.to_owned(), record);
    }

    /// Tells whether a text of this size may be kept; then it counts.
    pub(super) fn has_room(&mut self, size: usize) -> bool {
        self.texts_size += size + 200;
        self.texts_size <= TEXTS_LIMIT
    }

    /// Tells whether the package has a path, also by the name that it has on a machine whose /bin is /usr/bin.
    pub(super) fn has(&self, path: &str) -> bool {
        let merged = path.strip_prefix("/usr").unwrap_or(path);
        self.paths.contains_key(path)
            || self.paths.contains_key(merged)
            || self.paths.contains_key(&format!("/usr{path}"))
    }

    /// Tells whether a path is a conffile.
    pub(super) fn is_conffile(&self, path: &str) -> bool {
        self.conffiles.iter().any(|line| {
            let line = line.trim_end();
            line == path || line.strip_prefix("remove-on-upgrade ") == Some(path)
        })
    }

    /// Tells whether the package asks for another, by the beginning of its name.
    pub(super) fn asks_for(&self, start: &str) -> bool {
        self.name.starts_with(start) || self.depends.iter().any(|name| name.starts_with(start))
    }
}
