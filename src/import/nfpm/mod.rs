//! `reldeb import` of an nfpm.yaml, and of the `nfpms` of goreleaser.

mod contents;
mod control;
mod family;
mod first;
mod flat;
mod glob;
mod goreleaser;
mod own_version;
mod owners;
mod private;
mod scripts;
mod template;
mod version;

use std::path::{Path, PathBuf};

use family::Family;
use goreleaser::Project;
use template::Expanded;

use super::document::Document;
use super::model::Model;
use super::moved;
use super::node::{Fault, Table};
use super::notes::Notes;
use super::{ImportEnvironment, ImportError, Place, Reading};
use crate::finding::tags;

/// The keys of nfpm that a .deb takes up, or that mean nothing to it.
const KEYS: [&str; 43] = [
    "name",
    "arch",
    "platform",
    "epoch",
    "version",
    "version_schema",
    "version_metadata",
    "prerelease",
    "release",
    "section",
    "priority",
    "maintainer",
    "description",
    "vendor",
    "homepage",
    "license",
    "changelog",
    "disable_globbing",
    "mtime",
    "umask",
    "depends",
    "recommends",
    "suggests",
    "conflicts",
    "replaces",
    "provides",
    "contents",
    "scripts",
    "deb",
    "overrides",
    "rpm",
    "apk",
    "archlinux",
    "ipk",
    "msix",
    "id",
    "package_name",
    "file_name_template",
    "ids",
    "builds",
    "formats",
    "bindir",
    "meta",
];

/// The file that is read, with what all its packages have in common.
struct Source<'a> {
    place: &'a Place,
    environment: &'a ImportEnvironment,
    /// The folder where paths start: the one that the tool is called in.
    home: PathBuf,
    /// The project of goreleaser; none for nfpm itself.
    project: Option<Project>,
    /// The names of the packages of the file.
    names: Vec<String>,
    /// The version of the packages, where relations can name it by a variable.
    own_version: Option<String>,
}

/// Reads an nfpm.yaml.
pub(super) fn read(
    path: &Path,
    place: &Place,
    environment: &ImportEnvironment,
) -> Result<Reading, ImportError> {
    let document = Document::of_yaml(path)?;
    let own_version = document.root.text("version");
    let own_version = own_version.map_err(|fault| document.error(fault))?;
    let own_version = own_version.map(|text| template::environment(text).written);
    let source = Source {
        place,
        environment,
        home: PathBuf::from("."),
        project: None,
        names: names([&document.root], &template::environment),
        own_version: own_version.filter(|it| it.starts_with('$')),
    };
    let mut notes = Notes::about(path);
    let mut model = source
        .package(&document.root, &mut notes)
        .map_err(|fault| document.error(fault))?;
    moved::follow(&mut model, &mut notes, place);
    let mut reading = Reading {
        notes,
        ..Reading::default()
    };
    model.write(&mut reading.draft, "");
    Ok(reading)
}

/// Reads the `nfpms` of a file of goreleaser.
pub(super) fn read_goreleaser(
    path: &Path,
    place: &Place,
    environment: &ImportEnvironment,
) -> Result<Reading, ImportError> {
    let document = Document::of_yaml(path)?;
    let home = PathBuf::from(".");
    let located = |fault: Fault| document.error(fault);
    let project = Project::of(&document.root, &home).map_err(located)?;
    let packages = goreleaser::packages(&document.root, &project).map_err(located)?;
    if packages.is_empty() {
        return Err(ImportError::NoPackage {
            path: path.to_owned(),
            hint: "`nfpms` needs an entry with `deb` in its `formats`".into(),
        });
    }
    let mut reading = Reading {
        notes: Notes::about(path),
        before_build: before_build(&project, &home),
        ..Reading::default()
    };
    let source = Source {
        place,
        environment,
        home,
        names: names(&packages, &|text| {
            template::goreleaser(text, "name", &project)
        }),
        project: Some(project),
        own_version: Some("${VERSION}".to_owned()),
    };
    let mut family = Family::default();
    for table in &packages {
        let model = source.package(table, &mut reading.notes);
        let mut model = model.map_err(located)?;
        moved::follow(&mut model, &mut reading.notes, place);
        family.add(model, table, &mut reading.notes);
    }
    family.write(&mut reading.draft);
    Ok(reading)
}

/// Returns the names of packages, as a manifest writes them.
fn names<'a>(
    tables: impl IntoIterator<Item = &'a Table>,
    expand: &dyn Fn(&str) -> Expanded,
) -> Vec<String> {
    let texts = tables.into_iter().filter_map(|table| {
        let text = table.text("name").ok().flatten()?;
        Some(expand(text).written)
    });
    texts.collect()
}

/// Returns the command that builds the programs, where they are not there.
fn before_build(project: &Project, home: &Path) -> Option<String> {
    let is_missing = !project
        .default_paths()
        .all(|path| home.join(path).is_file());
    is_missing.then(|| "goreleaser build --clean".into())
}

impl Source<'_> {
    /// Returns the lines of a package.
    fn package(&self, written: &Table, notes: &mut Notes) -> Result<Model, Fault> {
        let over = match written.table("overrides")? {
            Some(overrides) => overrides.table("deb")?,
            None => None,
        };
        let table = match over {
            // What is empty takes nothing away, in nfpm and in goreleaser.
            Some(over) => written.overlaid(&over.filled()),
            None => written.clone(),
        };
        let mut model = Model::default();
        self.control(&table, &mut model, notes)?;
        self.contents(&table, &mut model, notes)?;
        owners::add(&table, &mut model, notes)?;
        self.scripts(&table, &mut model, notes)?;
        self.deb(&table, &mut model, notes)?;
        self.require_files(&table, &model, notes)?;
        for (key, line) in table.others(&KEYS) {
            let is_of_goreleaser = self.project.is_some() && goreleaser::KEYS.contains(&key);
            if !is_of_goreleaser && !first::KEYS.contains(&key) {
                model.comment("package", format!("`{key}` has no equivalent."));
                let hint = match key {
                    "if" => "the package is built whenever its manifest is",
                    "goamd64" => {
                        "`GORELEASER_TARGET` in the environment of the build names the programs"
                    }
                    "libdirs" => "name the libraries and headers in `[files]`",
                    _ => "",
                };
                let what = match hint {
                    "" => format!("`{key}` is not known"),
                    _ => format!("`{key}` is left out"),
                };
                notes.left_out(Some(line), &what, hint);
            }
        }
        Ok(model)
    }

    /// Checks that a package has a file, or is meant to have none.
    fn require_files(&self, table: &Table, model: &Model, notes: &mut Notes) -> Result<(), Fault> {
        if model.has_files() {
            return Ok(());
        }
        let name = table.text("name")?.unwrap_or_default();
        let line = table.line("contents").or(table.line("name"));
        let fault = |message: String| Fault {
            line: line.unwrap_or(1),
            message,
        };
        if self.project.is_some() && table.boolean("meta")? != Some(true) {
            return Err(fault(format!(
                "package `{name}` has no program, expected one that a build makes for Linux, or `meta: true`"
            )));
        }
        if !model.does_something() {
            return Err(fault(format!(
                "package `{name}` has no file and asks for nothing, expected `contents` for a .deb, or `depends`"
            )));
        }
        if !table.list("contents")?.is_empty() {
            notes.add(
                tags::IMPORT_EMPTY,
                line,
                &format!("package `{name}` has no file: none of its `contents` is for a .deb"),
                "leave it where it is to ask for others alone; else write the files below `[files]`",
            );
        }
        Ok(())
    }

    /// Returns a text of a key in which nfpm or goreleaser puts values; says which cannot be known.
    fn expanded(
        &self,
        table: &'static str,
        key: &str,
        (line, text): (usize, &str),
        model: &mut Model,
        notes: &mut Notes,
    ) -> Expanded {
        let expanded = self.expand(key, text);
        expanded.tell(table, key, line, model, notes);
        expanded
    }

    fn expand(&self, key: &str, text: &str) -> Expanded {
        match &self.project {
            None => template::environment(text),
            Some(project) => template::goreleaser(text, key, project),
        }
    }

    /// Adds a text of `[package]`.
    fn text(
        &self,
        table: &Table,
        key: &'static str,
        target: &'static str,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        if let Some(text) = table.text(key)?.filter(|text| !text.trim().is_empty()) {
            let line = table.line(key).unwrap_or(1);
            let text = self.expanded("package", key, (line, text), model, notes);
            model.set("package", target, text.text());
        }
        Ok(())
    }
}
