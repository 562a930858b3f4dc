//! `Plan`: what will be done. Every default is decided once, here, but for those that depend on a
//! single file, such as its mode.

mod control;
mod debug_symbols;
mod error;
mod files;
mod libraries;
mod policy;
pub(crate) mod sources;
mod suites;
mod version;

use std::path::{Path, PathBuf};

pub use error::PlanError;
pub use files::{Mapping, MappingSource};

use crate::audit::{DeclaredSuite, Libraries};
use crate::deb::Compression;
use crate::debian::{Architecture, ControlFile, RelationField, Version};
use crate::deployment::{Deployment, Facts, release_target};
use crate::finding::Finding;
use crate::manifest::{Manifest, Tables};
use crate::release::Release;
use crate::tree::PackagePath;
use crate::vocabulary::DebugSymbols;

/// The folder that packages are written to when nothing else is said.
pub const DEFAULT_OUTPUT: &str = "dist";

/// The earliest time that goes into a package: dpkg and lintian take anything before 1975 for a
/// broken clock (lintian: `package-contains-ancient-file`).
pub const EARLIEST_MTIME: u64 = 157_766_400;

/// What the command line says over the manifest.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--version`: a whole Debian version.
    pub version: Option<Version>,
    /// `--arch`.
    pub architecture: Option<Architecture>,
    /// `--compression`.
    pub compression: Option<Compression>,
    /// `--output`: a file, or a folder.
    pub output: Option<PathBuf>,
    /// `SOURCE_DATE_EPOCH`, in seconds.
    pub source_date_epoch: Option<u64>,
    /// What `git describe` says of the manifest's folder, where the manifest asks for it.
    pub git_describe: Option<Result<String, GitFailure>>,
}

/// A failure of git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitFailure {
    /// The words of git.
    pub words: String,
    /// The way to mend it.
    pub hint: String,
}

/// What will be packed, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The control file, without `Installed-Size`.
    pub control: ControlFile,
    /// Whether `Depends` asks for what the ELF files need.
    pub auto_depends: bool,
    /// Where the release goes.
    pub target: PackagePath,
    /// Files of the release that go to the configuration directory, by their path in the release.
    pub configuration: Vec<PathBuf>,
    /// Take debug chunks out of .beam files.
    pub strip: bool,
    /// What becomes of the symbols of ELF files.
    pub debug_symbols: DebugSymbols,
    /// Pack the cookie that the release brings.
    pub keep_cookie: bool,
    /// `[files]`, in the manifest's order of paths.
    pub mappings: Vec<Mapping>,
    /// Where libraries are looked for.
    pub libraries: Libraries,
    /// The suites that it must run on; empty: none is declared.
    pub suites: Vec<DeclaredSuite>,
    /// What the package does on a machine.
    pub deployment: Deployment,
    /// The licence's short name; empty: unknown.
    pub license: String,
    /// Who holds the copyright.
    pub copyright_holder: String,
    /// The text of the author's licence file; empty: none was found.
    pub license_text: String,
    /// The author's changelog file.
    pub changelog: Option<PathBuf>,
    /// How the members are compressed.
    pub compression: Compression,
    /// The file that is written.
    pub output: PathBuf,
    /// The folder that the manifest names for packages: it is made where it is missing. One that
    /// the command line names must exist.
    pub output_folder: Option<PathBuf>,
    /// The time of every entry, in seconds since 1970.
    pub mtime: u64,
    /// The folder of the manifest, where the sources of `[files]` start; empty where it is the
    /// process's own.
    pub directory: PathBuf,
    /// The manifest, for errors that name a line of it.
    pub manifest_path: PathBuf,
}

impl Plan {
    /// Decides everything that the manifest leaves open.
    ///
    /// # Errors
    /// [`PlanError`] names the value, and its place in the manifest where it has one.
    pub fn resolve(
        manifest: &Manifest,
        release: &Release,
        overrides: &Overrides,
    ) -> Result<(Self, Vec<Finding>), PlanError> {
        Self::decide(manifest, release, overrides).map_err(|error| error.located(manifest))
    }

    fn decide(
        manifest: &Manifest,
        release: &Release,
        overrides: &Overrides,
    ) -> Result<(Self, Vec<Finding>), PlanError> {
        let mut findings = Vec::new();
        let tables = &manifest.tables;
        let name = control::name(tables, release)?;
        let version = version::resolve(tables, release, overrides, &mut findings)?;
        let mappings = files::mappings(manifest)?;
        let directory = manifest.resolve("");
        let outputs = folder_of_outputs(manifest, overrides);
        let target = release_target(tables, &name)?;
        let machine = sources::machine(release, &target, &directory, &mappings, &outputs)?;
        let architecture = control::architecture(tables, &machine, overrides, &mut findings)?;
        let identity = (name, version, architecture);
        let mut control = control::file(manifest, release, identity, &mut findings)?;
        require_runtime(tables, release, &control)?;
        findings.extend(policy::of_cookies(manifest, release));
        let libraries = libraries::resolve(manifest, release, &target)?;
        let (deployment, found) = Deployment::resolve(&Facts {
            manifest,
            release,
            name: &control.package,
            version: &control.version,
            target: &target,
            synopsis: control.description.synopsis(),
            homepage: control.homepage.as_ref(),
            data_directories: files::data_directories(&mappings, &target),
            library_path: libraries.variable(),
        })?;
        findings.extend(found);
        control::require_helpers(&mut control.relations, &deployment)?;
        let (license_text, license) = control::license(manifest)?;
        let output = output(manifest, overrides, &control);
        let changelog = tables.package.changelog.as_ref();
        let plan = Self {
            output_folder: output_folder(&output, overrides),
            output,
            mtime: mtime(release, overrides),
            configuration: files::configuration(tables, release)?,
            strip: tables.release.strip.unwrap_or(true),
            debug_symbols: tables.release.debug_symbols.unwrap_or_default(),
            keep_cookie: tables.release.keep_cookie.unwrap_or(false),
            copyright_holder: control::copyright_holder(tables, &control),
            changelog: changelog.map(|path| manifest.resolve(path.get_ref())),
            directory,
            manifest_path: manifest.path().to_owned(),
            auto_depends: tables.package.auto_depends(),
            control,
            target,
            mappings,
            libraries,
            deployment,
            license,
            license_text,
            suites: suites::declared(manifest),
            compression: suites::compression(tables, overrides)?,
        };
        Ok((plan, findings))
    }
}

/// Checks that a release which runs on Erlang has one, in it or by `Depends`.
fn require_runtime(
    tables: &Tables,
    release: &Release,
    control: &ControlFile,
) -> Result<(), PlanError> {
    if !tables.release.include_erts.unwrap_or(true) {
        return Ok(());
    }
    let depends = control.relations.get(RelationField::Depends);
    release.require_runtime(|name| {
        let mut all = depends.iter().flat_map(|depends| depends.iter());
        all.any(|any| any.relations().iter().any(|it| it.package.as_str() == name))
    })?;
    Ok(())
}

/// The time of every entry: the newest file of the release, unless `SOURCE_DATE_EPOCH` says.
fn mtime(release: &Release, overrides: &Overrides) -> u64 {
    overrides
        .source_date_epoch
        .unwrap_or(release.newest_mtime)
        .max(EARLIEST_MTIME)
}

/// The file that is written: a folder gets the name that dpkg-deb would give.
fn output(manifest: &Manifest, overrides: &Overrides, control: &ControlFile) -> PathBuf {
    match asked_output(manifest, overrides) {
        Asked::File(path) => path,
        Asked::Folder(folder) => folder.join(control.file_name()),
    }
}

/// What the command line or the manifest asks to write to.
enum Asked {
    File(PathBuf),
    Folder(PathBuf),
}

fn asked_output(manifest: &Manifest, overrides: &Overrides) -> Asked {
    let asked = overrides.output.clone().unwrap_or_else(|| {
        let output = manifest.tables.build.output.as_ref();
        manifest.resolve(output.map_or(DEFAULT_OUTPUT, |output| output.get_ref()))
    });
    let is_file = asked
        .extension()
        .is_some_and(|extension| extension == "deb")
        && !asked.is_dir();
    if is_file {
        Asked::File(asked)
    } else {
        Asked::Folder(asked)
    }
}

/// Returns the folder that the package will be in, which is known before anything of it is.
pub(crate) fn folder_of_outputs(manifest: &Manifest, overrides: &Overrides) -> PathBuf {
    match asked_output(manifest, overrides) {
        Asked::File(path) => path.parent().map(Path::to_owned).unwrap_or_default(),
        Asked::Folder(folder) => folder,
    }
}

/// The folder to make before the package is written.
fn output_folder(output: &Path, overrides: &Overrides) -> Option<PathBuf> {
    let folder = output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())?;
    overrides.output.is_none().then(|| folder.to_owned())
}
