//! `reldeb import` of `[package.metadata.deb]` of a Cargo.toml, with its variants.

mod assets;
mod conffiles;
mod control;
mod scripts;
mod symbols;
mod units;
mod version;

use std::path::{Path, PathBuf};

use assets::Asset;

use super::control::legal_name;
use super::document::Document;
use super::model::{Model, table_key};
use super::moved;
use super::node::{Fault, Node, Table};
use super::notes::Notes;
use super::{ImportEnvironment, ImportError, Place, Reading};
use crate::debian::PackageName;
use crate::manifest::draft::{Text, Value};
use crate::release::{
    CargoPackage, CargoProfiles, Release, cargo_package_at, cargo_release_directory,
};

/// The keys of cargo-deb.
const KEYS: [&str; 33] = [
    "name",
    "maintainer",
    "copyright",
    "license-file",
    "changelog",
    "depends",
    "pre-depends",
    "recommends",
    "suggests",
    "enhances",
    "conflicts",
    "breaks",
    "replaces",
    "provides",
    "extended-description",
    "extended-description-file",
    "section",
    "priority",
    "revision",
    "conf-files",
    "assets",
    "merge-assets",
    "triggers-file",
    "maintainer-scripts",
    "features",
    "default-features",
    "separate-debug-symbols",
    "dbgsym",
    "compress-debug-symbols",
    "preserve-symlinks",
    "systemd-units",
    "variants",
    "profile",
];

/// The keys that all variants have in common.
struct Crate<'a> {
    cargo: CargoPackage,
    /// `[package]` as it is written.
    own: Table,
    place: &'a Place,
    environment: &'a ImportEnvironment,
    /// The folder of Cargo.toml.
    home: PathBuf,
    /// The directory that Cargo builds into, from there.
    target: PathBuf,
    /// The wishes of Cargo's profiles about symbols.
    profiles: CargoProfiles,
    /// True where the version must be written: no Cargo.toml tells it beside the manifest.
    writes_version: bool,
}

/// A section of cargo-deb, that of the package or of a variant with what it inherits.
struct Section {
    table: Table,
    assets: Vec<Asset>,
    /// The package's name.
    name: String,
    /// The variant that it is of.
    variant: Option<String>,
}

/// Reads a Cargo.toml.
pub(super) fn read(
    path: &Path,
    place: &Place,
    environment: &ImportEnvironment,
) -> Result<Reading, ImportError> {
    let document = Document::of_toml(path)?;
    let Some(cargo) = cargo_package_at(path)? else {
        return Err(ImportError::NoPackage {
            path: path.to_owned(),
            hint: "name the Cargo.toml of one of the workspace's packages".into(),
        });
    };
    let home = path.parent().unwrap_or(Path::new(""));
    let home = if home.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        home.to_owned()
    };
    let target = cargo_release_directory(&home, &environment.variables)?;
    let profiles = CargoProfiles::of(&home)?;
    let writes_version = !tells_version(&cargo, &place.manifest);
    let own = document.root.table("package");
    let own = own.map_err(|fault| document.error(fault))?;
    let krate = Crate {
        cargo,
        own: own.cloned().unwrap_or_default(),
        place,
        environment,
        home,
        target,
        profiles,
        writes_version,
    };
    let mut reading = Reading {
        notes: Notes::about(path),
        ..Reading::default()
    };
    krate
        .read(&document.root, &mut reading)
        .map_err(|fault| document.error(fault))?;
    Ok(reading)
}

/// Returns whether a build finds the version by itself.
fn tells_version(cargo: &CargoPackage, manifest: &Path) -> bool {
    let folder = match manifest.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = PackageName::from_release_name(&cargo.name).ok();
    let mut release = Release::absent();
    // Several packages without one that is meant have no version.
    let found = release.identify(folder, name.as_ref()).is_ok();
    found && release.version.as_ref() == Some(&cargo.version)
}

impl Crate<'_> {
    fn read(&self, root: &Table, reading: &mut Reading) -> Result<(), Fault> {
        let empty = Table::default();
        let deb = match root.table("package")? {
            Some(package) => package.table("metadata")?,
            None => None,
        };
        let deb = deb.map_or(Ok(None), |metadata| metadata.table("deb"))?;
        let deb = deb.unwrap_or(&empty);
        let legal = PackageName::from_release_name(&self.cargo.name);
        let legal = legal.map_or_else(|_| self.cargo.name.clone(), |name| name.to_string());
        let base = Section {
            assets: assets::of(deb, None)?,
            name: named(deb, &mut reading.notes)?.unwrap_or_else(|| legal.clone()),
            table: deb.without(&["variants"]),
            variant: None,
        };
        let notes = &mut reading.notes;
        let model = self.model(&base, notes)?;
        model.write(&mut reading.draft, "");
        if !self.is_built(&base)? {
            let command = self.build_command(&base.table)?;
            reading.before_build = Some(command.join(" "));
        }
        let variants = deb.table("variants")?.unwrap_or(&empty);
        for (variant, node) in variants.iter() {
            let own = node.as_table(variant)?;
            let section = Section {
                assets: assets::of(own, Some(&base.assets))?,
                name: named(own, notes)?.unwrap_or_else(|| match deb.get("name") {
                    Some(_) => base.name.clone(),
                    None => format!("{legal}-{variant}"),
                }),
                table: inherited(&base.table, own, notes),
                variant: Some(variant.to_owned()),
            };
            let mode_of = |entry: &Value| self.mode_of(entry);
            let over = self.model(&section, notes)?.over(&model, &mode_of);
            let prefix = format!("variant.{}.", table_key(variant));
            over.write(&mut reading.draft, &prefix);
        }
        Ok(())
    }

    /// Returns the lines of a section.
    fn model(&self, section: &Section, notes: &mut Notes) -> Result<Model, Fault> {
        let mut model = Model::default();
        self.package(section, &mut model, notes)?;
        self.files(section, &mut model, notes)?;
        self.units(section, &mut model, notes)?;
        self.scripts(section, &mut model, notes)?;
        conffiles::mark(section, &mut model, notes)?;
        moved::follow(&mut model, notes, self.place);
        self.debug_symbols(section, &mut model, notes)?;
        self.how_to_build(section, &mut model)?;
        for (key, line) in section.table.others(&KEYS) {
            model.comment("package", format!("cargo-deb's `{key}` has no equivalent."));
            notes.left_out(Some(line), &format!("`{key}` is not known"), "");
        }
        self.require_files(section, &model)?;
        Ok(model)
    }

    /// Checks that a package has a file, beside a readme that nobody names, or does something else.
    fn require_files(&self, section: &Section, model: &Model) -> Result<(), Fault> {
        let is_automatic = matches!(section.assets[..], [Asset::Auto]);
        let is_empty = is_automatic && assets::makes_nothing(&self.cargo);
        if model.does_something() || model.has_files() && !is_empty {
            return Ok(());
        }
        let line = section.table.line("assets").or(self.own.line("name"));
        let name = &section.name;
        Err(Fault {
            line: line.unwrap_or(1),
            message: format!(
                "package `{name}` has no file, expected some in `assets`, or a program of the crate"
            ),
        })
    }

    /// Adds how the programs are built, where that is not the usual way.
    fn how_to_build(&self, section: &Section, model: &mut Model) -> Result<(), Fault> {
        let table = &section.table;
        let profile = table.text("profile")?.filter(|it| *it != "release");
        let features = features(table)?;
        let is_bare = table.boolean("default-features")? == Some(false);
        if profile.is_none() && features.is_empty() && !is_bare {
            return Ok(());
        }
        let command = self.build_command(table)?.join(" ");
        model.comment(
            "cargo",
            format!("`cargo reldeb` builds so; `reldeb build` packs what `{command}` has built."),
        );
        if let Some(profile) = profile {
            model.set("cargo", "profile", profile);
        }
        if !features.is_empty() {
            model.set("cargo", "features", Value::list(features));
        }
        if is_bare {
            model.set("cargo", "default-features", false);
        }
        Ok(())
    }

    /// Returns the command that builds the programs.
    fn build_command(&self, table: &Table) -> Result<Vec<String>, Fault> {
        let mut words = vec!["cargo".to_owned(), "build".into()];
        match table.text("profile")? {
            None | Some("release") => words.push("--release".into()),
            Some(profile) => words.extend(["--profile".into(), profile.to_owned()]),
        }
        if table.boolean("default-features")? == Some(false) {
            words.push("--no-default-features".into());
        }
        let features = features(table)?;
        if !features.is_empty() {
            words.extend(["--features".into(), features.join(",")]);
        }
        let manifest = self.home.join("Cargo.toml");
        if let Ok(below) = manifest.strip_prefix(".") {
            if below.parent() != Some(Path::new("")) {
                words.extend(["--manifest-path".into(), below.display().to_string()]);
            }
        } else {
            words.extend(["--manifest-path".into(), manifest.display().to_string()]);
        }
        Ok(words)
    }

    /// Returns the directory with the programs of a section.
    fn built_in(&self, section: &Section) -> Result<PathBuf, Fault> {
        Ok(match section.table.text("profile")? {
            None | Some("release") => self.target.clone(),
            Some("dev") => self.target.with_file_name("debug"),
            Some(profile) => self.target.with_file_name(profile),
        })
    }

    /// Returns the path of a source as the manifest names it.
    fn source(&self, path: &Path) -> String {
        self.place.path(&path.to_string_lossy())
    }

    fn path(&self, path: &str) -> Text {
        Text::literal(&self.place.path(path))
    }
}

/// Returns the name that a section gives to its package, as Debian has it.
fn named(table: &Table, notes: &mut Notes) -> Result<Option<String>, Fault> {
    let line = table.line("name").unwrap_or(1);
    let text = table.text("name")?;
    text.map(|text| legal_name(text, line, notes)).transpose()
}

/// Returns the features, of which Cargo takes several in one text.
fn features(table: &Table) -> Result<Vec<String>, Fault> {
    let texts = table.texts("features")?;
    let words = texts.iter().flat_map(|text| text.split([',', ' ']));
    let words = words.filter(|word| !word.is_empty());
    Ok(words.map(str::to_owned).collect())
}

/// Returns the section of a variant: each key is its own or that of the package.
fn inherited(base: &Table, own: &Table, notes: &mut Notes) -> Table {
    let mut result = own.clone();
    let (text, file) = ("extended-description", "extended-description-file");
    let says_more = own
        .text(text)
        .is_ok_and(|it| it.is_some_and(|it| !it.trim().is_empty()));
    let is_other = says_more && own.get(file).is_none();
    for (key, value) in base.iter() {
        if key == file && is_other {
            let what = format!("the variant's `{text}` takes the place of `{file}`");
            let why = "cargo-deb says that both are there, and takes the file";
            notes.differs(own.line(text), &what, why);
            continue;
        }
        result.insert(key.to_owned(), value.clone());
    }
    result
}

/// Returns the values of a key that may also be a single text.
fn one_or_several<'a>(table: &'a Table, key: &str) -> Vec<&'a Node> {
    match table.get(key) {
        None => Vec::new(),
        Some(node) => match node.as_list(key) {
            Ok(list) => list.iter().collect(),
            Err(_) => vec![node],
        },
    }
}
