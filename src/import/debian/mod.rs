//! `reldeb import` of a folder `debian`: the files that debhelper reads become tables.

mod build_systems;
mod built;
mod calls;
mod changelogs;
mod compress;
mod conffiles;
mod control;
mod documents;
mod excludes;
mod folder;
mod host;
mod install;
mod listed;
mod modes;
mod registries;
mod rules;
mod scripts;
mod services;
mod symbols;

use std::path::{Path, PathBuf};

use super::control_text::{self, Placed};
use super::notes::Notes;
use super::{ImportEnvironment, ImportError, Place, Reading};
use crate::debian::PackageName;
use crate::fs;
use crate::import::relations::FIELDS;
use crate::manifest::draft::Draft;
use folder::Folder;
use host::Host;
use listed::Listed;

/// The tables of a package, in the order in which they are written.
const TABLES: [&str; 11] = [
    "package",
    "package.fields",
    "release",
    "files",
    "units",
    "scripts",
    "conffiles",
    "alternatives",
    "triggers",
    "debconf",
    "control-files",
];

/// A binary package of the folder.
pub(super) struct Package<'a> {
    name: PackageName,
    /// Its stanza.
    placed: &'a Placed,
    /// True where files without its name are its own.
    is_first: bool,
    /// The start of the names of its tables.
    prefix: String,
    /// Another package of the folder, to whose documents a link leads.
    shares: Option<PackageName>,
}

impl Package<'_> {
    /// Returns whether it may have ELF files, which `dh_strip` looks for.
    fn may_have_programs(&self) -> bool {
        self.placed.stanza.get("Architecture") != Some("all")
    }

    /// Returns whether it has a relation to another package that is no variable of the build.
    fn has_relations(&self) -> bool {
        let mut values = FIELDS
            .iter()
            .filter_map(|field| self.placed.stanza.get(field.name()));
        let is_named = |word: &str| !word.trim().is_empty() && !word.trim().starts_with("${");
        values.any(|value| value.split(',').any(is_named))
    }

    /// Returns the whole name of a table.
    fn table(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// The parts that are written while the folder is read.
pub(super) struct Writing {
    pub(super) draft: Draft,
    pub(super) notes: Notes,
    /// Further files, by their paths.
    pub(super) others: std::collections::BTreeMap<PathBuf, Vec<u8>>,
}

/// Reads it.
pub(super) fn read(
    path: &Path,
    place: &Place,
    environment: &ImportEnvironment,
) -> Result<Reading, ImportError> {
    let folder = Folder::open(path, place, Host::of(&environment.variables))?;
    let control = path.join("control");
    let stanzas = control_text::read_all(&control, &fs::read_small(&control)?)?;
    let (source, binaries) = control::parted(&control, &stanzas)?;
    let mut writing = Writing {
        draft: Draft::default(),
        notes: Notes::about(&control),
        others: std::collections::BTreeMap::new(),
    };
    let (packages, not_made) = packages(&control, binaries, &folder, &mut writing.notes)?;
    let names: Vec<PackageName> = packages.iter().map(|it| it.name.clone()).collect();
    let is_alone = packages.len() + not_made.len() == 1;
    let version = folder.version()?;
    let symbols = symbols::fate(&path.join("rules"))?;
    let upstream = control::write_shared(
        source,
        &packages,
        &version,
        &folder,
        environment,
        &mut writing,
    );
    for package in &packages {
        for table in TABLES {
            writing.draft.table(&package.table(table));
        }
        let asks = registries::asks_questions(package, &folder);
        control::write(package, source, &names, &version, asks, &mut writing);
        if packages.len() > 1 {
            let has_common = packages.iter().all(|it| it.shares.is_none());
            let shared = (has_common, upstream.as_deref());
            changelogs::write_own(package, &version, shared, &folder, &mut writing);
        }
        files(package, is_alone, symbols, &folder, &mut writing)?;
        scripts::read(package, &folder, &mut writing)?;
        built::expect_something(package, &folder, &mut writing);
    }
    rules::tell(&path.join("rules"), &folder.rules, &mut writing.notes)?;
    folder.tell_patches(&mut writing.notes)?;
    folder.host.tell(&mut writing.notes);
    folder.tell_outside(&mut writing.notes);
    folder.tell_unread(&names, &not_made, &mut writing.notes);
    Ok(Reading {
        draft: writing.draft,
        notes: writing.notes,
        others: writing.others,
        ..Reading::default()
    })
}

/// Reads the files and the units of a package.
fn files(
    package: &Package<'_>,
    is_alone: bool,
    symbols: Option<&'static str>,
    folder: &Folder<'_>,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let mut listed = Listed::default();
    install::read(package, folder, &mut listed, writing)?;
    documents::read(package, folder, &mut listed, writing)?;
    services::read(package, folder, &mut listed, writing);
    built::read(package, is_alone, folder, &mut listed, writing)?;
    services::take_installed(package, folder, &mut listed)?;
    modes::fix(package, folder, &mut listed, writing)?;
    compress::read(package, folder, &mut listed, writing)?;
    registries::read(package, folder, &mut listed, writing)?;
    let archives = folder.take_archives();
    let is_stripped = package.may_have_programs() && !folder.rules.skips("dh_strip", package);
    if let Some(symbols) = symbols.filter(|_| is_stripped) {
        symbols::tell_archives(&archives, &mut writing.notes);
        let table = writing.draft.table(&package.table("release"));
        table.set("debug-symbols", symbols);
    }
    listed.write_units(writing.draft.table(&package.table("units")));
    listed.write(writing.draft.table(&package.table("files")));
    Ok(())
}

/// Returns the packages of stanzas, and the names of those that `dh` is told not to make.
fn packages<'a>(
    control: &Path,
    stanzas: &'a [Placed],
    folder: &Folder<'_>,
    notes: &mut Notes,
) -> Result<(Vec<Package<'a>>, Vec<PackageName>), ImportError> {
    let mut packages = Vec::new();
    for placed in stanzas {
        if placed.stanza.get("Package-Type") == Some("udeb") {
            let what = "a package of the installer is left out";
            let line = placed.line_of("Package");
            notes.left_out(Some(line), what, "reldeb makes none");
            continue;
        }
        packages.push(Package {
            name: control::name(control, placed)?,
            placed,
            is_first: packages.is_empty(),
            prefix: String::new(),
            shares: None,
        });
    }
    let is_made = |it: &Package<'_>| folder.rules.makes(&it.name, it.may_have_programs());
    let mut not_made = Vec::new();
    if packages.iter().any(is_made) {
        packages.retain(|package| {
            let stays = is_made(package);
            not_made.extend((!stays).then(|| package.name.clone()));
            stays
        });
    }
    documents::find_shared(&mut packages, folder)?;
    if packages.len() > 1 {
        for package in &mut packages {
            package.prefix = format!("packages.{}.", quoted(package.name.as_str()));
        }
    }
    Ok((packages, not_made))
}

/// Returns a part of a table's name.
fn quoted(name: &str) -> String {
    if name.contains(['.', '+']) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}
