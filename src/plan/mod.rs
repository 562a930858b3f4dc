//! `Plan`: what will be done. Every default is decided once, here, but for those that depend on a
//! single file, such as its mode. Nothing is read here: what lies on the build machine comes in as
//! `Inputs`.

mod configuration;
mod control;
mod description;
mod documents;
mod error;
mod libraries;
mod machine;
mod multi_arch;
mod policy;
mod readme;
mod suites;
mod version;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use error::PlanError;

use crate::manifest::Spanned;
use machine::PackageMachine;

use crate::audit::{DeclaredSuite, Libraries};
use crate::deb::{Compression, ControlMember};
use crate::debian::{
    Architecture, ControlFile, PackageName, PackageNameError, RelationField, Version,
};
use crate::deployment::{Deployment, Facts, release_target};
use crate::files::sources::Claims;
use crate::files::{self, Mapping, Mappings};
use crate::finding::{Finding, Location, Tag, tags};
use crate::hooks::Hook;
use crate::manifest::{
    InvalidValue, LintianTag, Manifest, PublishTable, Reason, Tables, TextOr, VersionQuestion,
};
pub use crate::output_path::OutputPath;
pub(crate) use crate::output_path::OutputPathError;
use crate::outputs::Destination;
use crate::own_scripts::{self, OwnScript};
use crate::release::{Release, StartScript};
use crate::tree::PackagePath;
use crate::units::WrittenUnit;
use crate::vocabulary::DebugSymbols;

/// The earliest time that goes into a package: dpkg and lintian take anything before 1975 for a
/// broken clock (lintian: `package-contains-ancient-file`).
pub(crate) const EARLIEST_MTIME: u64 = 157_766_400;

/// The values that the caller sets over the manifest.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// `--release`: the directory of the release, in place of that of the manifest.
    pub release: Option<PathBuf>,
    /// `--version`: a whole Debian version.
    pub version: Option<Version>,
    /// `--arch`.
    pub architecture: Option<Architecture>,
    /// `--compression`.
    pub compression: Option<Compression>,
    /// `--output`: a file, or a folder.
    pub output: Option<OutputPath>,
    /// `SOURCE_DATE_EPOCH`, in seconds.
    pub source_date_epoch: Option<u64>,
    /// `--release-version`: a version as a release spells its own.
    pub release_version: Option<String>,
    /// The answers of `git describe` and of commands that manifests ask for versions.
    pub version_answers: BTreeMap<VersionQuestion, Result<String, ToolFailure>>,
}

/// A failure of git, or of a command of the author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFailure {
    /// The words of the tool.
    pub words: String,
    /// The way to mend it.
    pub hint: String,
}

/// The decisions about what will be packed, and how.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The settings that the package shares with that of its debug symbols.
    pub settings: Settings,
    /// The package.
    pub package: PackagePlan,
}

/// Lines of a manifest.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Those of the entries of `[files]`, by their keys.
    pub files: BTreeMap<String, Location>,
    /// Those of the findings that are allowed.
    pub allowed: Vec<(&'static Tag, Location)>,
}

/// The settings of a package and of that of its debug symbols.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The suites that they must run on; empty: none is declared.
    pub suites: Vec<DeclaredSuite>,
    /// How the members are compressed.
    pub compression: Compression,
    /// The folder that the manifest names for packages: it is made where it is missing. One that
    /// the caller names must exist.
    pub output_folder: Option<PathBuf>,
    /// The time of every entry, in seconds since 1970.
    pub mtime: u64,
    /// The folder of the manifest, where the sources of `[files]` start; empty where it is the
    /// process's own.
    pub directory: PathBuf,
    /// The manifest, for errors that name a line of it.
    pub manifest_path: PathBuf,
    /// True where templates of the author take the place of built-in ones.
    pub has_own_templates: bool,
    /// The tags of findings that are no errors.
    pub allowed: Vec<&'static Tag>,
    /// The repository where they go.
    pub publish: PublishTable,
    /// The lines of the manifest that findings about the package may have.
    pub places: Places,
}

/// One package: what will be in it, and what it does on a machine.
#[derive(Debug, Clone)]
pub(crate) struct PackagePlan {
    /// The control file, without `Installed-Size`.
    pub control: ControlFile,
    /// The file that is written.
    pub output: PathBuf,
    /// The place of what is written beside it.
    pub(crate) destination: Destination,
    /// True where `Depends` asks for what the ELF files need.
    pub auto_depends: bool,
    /// The place of `depends` in the manifest.
    pub depends_place: Option<Location>,
    /// The directory of the release, or where one would be.
    pub target: PackagePath,
    /// Files of the release that go to the configuration directory, by their path in the release.
    pub configuration: Vec<PathBuf>,
    /// Take debug chunks out of .beam files.
    pub strip: bool,
    /// The fate of the symbols of ELF files.
    pub symbols: SymbolsPlan,
    /// Pack the cookie that the release brings.
    pub keep_cookie: bool,
    /// `[files]`, in the manifest's order of paths.
    pub mappings: Mappings,
    /// The places where libraries are looked for.
    pub libraries: Libraries,
    /// The effects of the package on a machine.
    pub deployment: Deployment,
    /// The author's own maintainer scripts.
    pub own_scripts: Vec<OwnScript>,
    /// True where the author's own maintainer scripts are all.
    pub scripts_alone: bool,
    /// The licence's short name; empty: unknown.
    pub license: String,
    /// The holder of the copyright; `None`: nobody says.
    pub copyright_holder: Option<String>,
    /// The author's license file, and how many of its first lines are left out; `None`: those beside
    /// the manifest.
    pub license_file: Option<(PathBuf, usize)>,
    /// True where copyright file, changelog and overrides for lintian are made.
    pub documents: bool,
    /// True where large documents are compressed.
    pub compress_documents: bool,
    /// The author's changelog file.
    pub changelog: Option<PathBuf>,
    /// The changelog file of the author's project.
    pub upstream_changelog: Option<PathBuf>,
    /// Further files of the control archive.
    pub members: Vec<ControlMember<'static>>,
    /// The author's overrides for lintian: tag and reason.
    pub overrides: Vec<(LintianTag, Reason)>,
}

/// The fate of the debug symbols of ELF files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SymbolsPlan {
    /// They stay where they are.
    Keep,
    /// They are left out.
    Strip,
    /// They go into a second package of this name, which is written beside the first.
    Package(PackageName),
}

/// The things that lie on the build machine beside the release, as they were found.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// The script or program that runs: the release's, or the one that `[service]` names.
    pub(crate) script: Option<StartScript>,
    /// The author's hooks.
    pub(crate) hooks: Vec<Hook>,
    /// The author's own maintainer scripts.
    pub(crate) own_scripts: Vec<OwnScript>,
    /// The author's units.
    pub(crate) units: Vec<WrittenUnit>,
    /// `[files]`, in the manifest's order of paths.
    pub(crate) mappings: Vec<Mapping>,
    /// The paths that `[files]` claims.
    pub(crate) claims: Claims,
    /// The holder of the copyright, as the manifest or the project says; `None` where neither does.
    pub(crate) copyright_holder: Option<String>,
    /// The text of `description-file`.
    pub(crate) description_file: Option<String>,
    /// The first line of the file that the version is taken from.
    pub(crate) version_file: Option<String>,
    /// Further files of the control archive.
    pub(crate) members: Vec<ControlMember<'static>>,
    /// The place that packages are written to.
    pub(crate) destination: Destination,
}

impl Plan {
    /// Decides everything that the manifest leaves open.
    ///
    /// # Errors
    /// [`PlanError`] names the value, and its place in the manifest where it has one.
    pub(crate) fn resolve(
        manifest: &Manifest,
        release: &Release,
        inputs: Inputs,
        options: &BuildOptions,
    ) -> Result<(Self, Vec<Finding>), PlanError> {
        Self::decide(manifest, release, inputs, options).map_err(|error| error.located(manifest))
    }

    fn decide(
        manifest: &Manifest,
        release: &Release,
        inputs: Inputs,
        options: &BuildOptions,
    ) -> Result<(Self, Vec<Finding>), PlanError> {
        let tables = &manifest.tables;
        let name = control::name(manifest, release)?;
        let target = release_target(tables, &name)?;
        let libraries = libraries::resolve(manifest, release, inputs.script.as_ref(), &target)?;
        let machine = machine::resolve(release, &target, inputs.claims)?;
        let texts = (
            inputs.version_file.as_deref(),
            inputs.description_file.as_deref(),
        );
        let (mut control, mut findings) =
            control_file(manifest, release, (name, machine), texts, options)?;
        findings.extend(require_runtime(tables, release, &control)?);
        findings.extend(policy::of_cookies(manifest, release));
        let (deployment, found) = Deployment::resolve(&Facts {
            manifest,
            release,
            script: inputs.script.as_ref(),
            hooks: &inputs.hooks,
            units: &inputs.units,
            name: &control.package,
            version: &control.version,
            target: &target,
            synopsis: control.description.synopsis(),
            homepage: control.homepage.as_ref(),
            data_directories: data_directories(release, &inputs.mappings, &target),
            library_path: libraries.variable(),
        })?;
        findings.extend(found);
        multi_arch::check(manifest, &control, &deployment)?;
        control::require_helpers(&mut control.relations, &deployment, &inputs.mappings)?;
        let output = inputs.destination.file(&control);
        let resolved = |path: &Spanned<String>| manifest.resolve(path.get_ref());
        let settings = settings(manifest, release, options, &output)?;
        let package = PackagePlan {
            output,
            destination: inputs.destination,
            configuration: configuration::resolve(tables, release)?,
            strip: tables.release.strip.unwrap_or(true),
            symbols: symbols(tables, &control)?,
            keep_cookie: tables.release.keep_cookie.unwrap_or(false),
            copyright_holder: inputs.copyright_holder,
            license_file: license_file(manifest),
            documents: documents::are_made(tables)?,
            compress_documents: tables.package.compress_documents.unwrap_or(false),
            changelog: tables.package.changelog.as_ref().map(resolved),
            upstream_changelog: tables.package.upstream_changelog.as_ref().map(resolved),
            auto_depends: tables.package.auto_depends(),
            depends_place: place_of_depends(manifest),
            control,
            target,
            license: control::license(tables),
            mappings: inputs.mappings.into(),
            members: inputs.members,
            overrides: overrides(tables),
            libraries,
            deployment,
            own_scripts: inputs.own_scripts,
            scripts_alone: own_scripts::alone(tables)?,
        };
        Ok((Self { settings, package }, findings))
    }
}

/// Returns the place of the first relation of `depends`.
fn place_of_depends(manifest: &Manifest) -> Option<Location> {
    let depends = manifest.tables.package.depends.as_ref()?;
    let first = depends.0.first()?;
    Some(manifest.place(&first.span()))
}

/// Returns the control file of a package, with the findings about it; `texts` are those of the files
/// that version and description are taken from.
fn control_file(
    manifest: &Manifest,
    release: &Release,
    (name, machine): (PackageName, PackageMachine),
    (version, description): (Option<&str>, Option<&str>),
    options: &BuildOptions,
) -> Result<(ControlFile, Vec<Finding>), PlanError> {
    let mut findings = Vec::new();
    let version = version::resolve(manifest, release, version, options, &mut findings)?;
    let (architecture, found) = control::architecture(manifest, &machine, options)?;
    findings.extend(found);
    let description = description::resolve(manifest, description)?;
    let identity = (name, version, architecture);
    let (control, found) = control::file(manifest, release, identity, &description)?;
    findings.extend(found);
    Ok((control, findings))
}

/// Returns the directory of the release on the target.
///
/// # Errors
/// [`PlanError`] where the name of the package is not known, or the directory is not its own.
pub(crate) fn target(manifest: &Manifest, release: &Release) -> Result<PackagePath, PlanError> {
    let name = control::name(manifest, release)?;
    let target = release_target(&manifest.tables, &name).map_err(PlanError::from);
    target.map_err(|error| error.located(manifest))
}

/// Returns the license file that the manifest names, with the number of lines to leave out.
pub(crate) fn license_file(manifest: &Manifest) -> Option<(PathBuf, usize)> {
    let written = manifest.tables.package.license_file.as_ref()?;
    let (path, skip) = match written.get_ref() {
        TextOr::Text(path) => (path, 0),
        TextOr::Table(table) => (&table.path, table.skip),
    };
    Some((
        manifest.resolve(path),
        skip.try_into().unwrap_or(usize::MAX),
    ))
}

/// Returns the fate of the symbols. Their package has the name that debhelper would give it.
fn symbols(tables: &Tables, control: &ControlFile) -> Result<SymbolsPlan, PlanError> {
    match tables.release.debug_symbols.unwrap_or_default() {
        DebugSymbols::Keep => Ok(SymbolsPlan::Keep),
        DebugSymbols::Strip => Ok(SymbolsPlan::Strip),
        DebugSymbols::Package => {
            let name = format!("{}-dbgsym", control.package).parse();
            let name = name.map_err(|error: PackageNameError| PlanError::FromRelease {
                message: error.to_string(),
                hint: "write a shorter `name` below `[package]`".to_owned(),
            })?;
            Ok(SymbolsPlan::Package(name))
        }
    }
}

/// Returns the empty directories that `[files]` makes in the release, where there is one.
fn data_directories(release: &Release, mappings: &[Mapping], target: &PackagePath) -> Vec<String> {
    if release.is_absent() {
        return Vec::new();
    }
    files::data_directories(mappings, target)
}

/// Returns the author's overrides for lintian, those of `[check]` as well: what is allowed, lintian need not tell. A
/// tag that only one lintian has is an error to the others.
fn overrides(tables: &Tables) -> Vec<(LintianTag, Reason)> {
    let overrides = tables.lintian.overrides.iter();
    let written = overrides.map(|(tag, reason)| (tag.get_ref().clone(), reason.clone()));
    let mut all: Vec<(LintianTag, Reason)> = written.collect();
    for (key, reason) in &tables.check.allow {
        let names = key.get_ref().0.lintian.iter();
        for name in names.filter(|name| !tags::OF_ONE_LINTIAN.contains(name)) {
            let is_there = all.iter().any(|(tag, _)| tag.as_str() == *name);
            // The names in the table of findings are tags.
            if let (Ok(tag), false) = (name.parse(), is_there) {
                all.push((tag, reason.0.clone()));
            }
        }
    }
    all
}

/// Checks that a release which runs on Erlang has one, in it or by `Depends`; the finding is about one that
/// may be without.
fn require_runtime(
    tables: &Tables,
    release: &Release,
    control: &ControlFile,
) -> Result<Option<Finding>, PlanError> {
    let depends = control.relations.get(RelationField::Depends);
    let depends_on = |is_wanted: &dyn Fn(&str) -> bool| {
        let mut all = depends.iter().flat_map(|depends| depends.iter());
        all.any(|any| {
            any.relations()
                .iter()
                .any(|it| is_wanted(it.package.as_str()))
        })
    };
    if tables.release.include_erts.unwrap_or(true) {
        release.require_runtime(|name| depends_on(&|it| it == name))?;
        return Ok(None);
    }
    let of_erlang = |name: &str| {
        ["erlang", "esl-erlang", "elixir"]
            .iter()
            .any(|it| name.starts_with(it))
    };
    let missing = release
        .erts
        .as_ref()
        .filter(|erts| !erts.included && !depends_on(&of_erlang));
    Ok(missing.map(|erts| {
        let message = "the release has no Erlang runtime, and the package depends on none";
        let hint = format!(
            "write `depends = [\"auto\", \"erlang-base\"]` below `[package]`; the release was built with ERTS {}",
            erts.version
        );
        Finding::new(tags::NO_ERTS, message).with_hint(hint)
    }))
}

/// Returns what the package and that of its debug symbols share.
fn settings(
    manifest: &Manifest,
    release: &Release,
    options: &BuildOptions,
    output: &Path,
) -> Result<Settings, PlanError> {
    Ok(Settings {
        suites: suites::declared(manifest),
        compression: suites::compression(&manifest.tables, options)?,
        output_folder: output_folder(output, options),
        mtime: mtime(release, options),
        directory: manifest.resolve(""),
        manifest_path: manifest.path().to_owned(),
        has_own_templates: manifest.tables.templates.directory.is_some(),
        allowed: allowed(&manifest.tables)?,
        publish: manifest.tables.publish.clone(),
        places: places(manifest),
    })
}

/// Returns the lines of the manifest that findings about the package may have.
fn places(manifest: &Manifest) -> Places {
    let files = manifest.tables.files.keys();
    let allowed = manifest.tables.check.allow.keys();
    Places {
        files: files
            .map(|key| (key.get_ref().clone(), manifest.place(&key.span())))
            .collect(),
        allowed: allowed
            .map(|key| (key.get_ref().0, manifest.place(&key.span())))
            .collect(),
    }
}

/// Returns the tags of findings that are no errors, and no warnings. Where scripts of the author's are all, they
/// are to register what the package has.
fn allowed(tables: &Tables) -> Result<Vec<&'static Tag>, InvalidValue> {
    let written = tables.check.allow.keys();
    let written = written.map(|key| key.get_ref().0);
    let of_scripts: &[_] = if own_scripts::alone(tables)? {
        &[tags::UNIT_NOT_REGISTERED]
    } else {
        &[]
    };
    Ok(written.chain(of_scripts.iter().copied()).collect())
}

/// The time of every entry: the newest file of the release, unless `SOURCE_DATE_EPOCH` says.
fn mtime(release: &Release, options: &BuildOptions) -> u64 {
    options
        .source_date_epoch
        .unwrap_or(release.newest_mtime)
        .max(EARLIEST_MTIME)
}

/// The folder to make before the package is written: that of the manifest, or one of the command line
/// that a slash at its end tells from a file.
fn output_folder(output: &Path, options: &BuildOptions) -> Option<PathBuf> {
    let folder = output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())?;
    let is_made = options.output.as_ref().is_none_or(OutputPath::is_folder);
    is_made.then(|| folder.to_owned())
}
