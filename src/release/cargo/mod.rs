//! A Cargo project's target directory: the programs that the project makes, told from the rest.
//! The programs become `bin/NAME` of the release; the rest of the directory is Cargo's own.

use std::path::{Path, PathBuf};

mod packages;
mod profiles;
mod target;

pub(crate) use packages::{CargoPackage, package_at, packages, require_programs};
pub(crate) use profiles::CargoProfiles;
pub(crate) use target::release_directory;

use super::error::ReleaseError;
use super::files::{Exclude, FileKind, ReleaseFile, Walk};
use super::findings;
use crate::fs;

/// A Cargo project whose `target/PROFILE` or `target/TRIPLE/PROFILE` is packaged.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    /// The program that `cargo run` would start.
    pub(super) program: Option<String>,
    programs: Vec<String>,
}

/// Returns the project that a directory is the output of; `None` for every other directory.
/// `near` is the directory of reldeb's manifest: the Cargo package there counts before the
/// workspace above the output, whose other members may be built into it as well.
pub(super) fn project_of(
    directory: &Path,
    near: Option<&Path>,
) -> Result<Option<Project>, ReleaseError> {
    if !is_output(directory) {
        return Ok(None);
    }
    let here = fs::canonicalize(directory)?;
    let near = near.map(fs::canonicalize).transpose()?;
    let beside = near.as_deref().map(Path::ancestors).into_iter().flatten();
    // target/release and target/TRIPLE/release
    let above = here.ancestors().skip(2).take(2);
    let mut manifests = Vec::new();
    manifests.extend(manifest_in(beside));
    manifests.extend(manifest_in(above));
    manifests.dedup();
    let mut refused = None;
    for manifest in &manifests {
        let mut packages = packages(manifest)?;
        if let Err(error) = require_programs(manifest, &packages) {
            refused.get_or_insert(error);
        }
        for package in &mut packages {
            package
                .programs
                .retain(|name| directory.join(name).is_file());
        }
        packages.retain(|package| !package.programs.is_empty());
        if !packages.is_empty() {
            return Ok(Some(Project::of(packages)));
        }
    }
    match (refused, manifests.first()) {
        (Some(error), _) => Err(error),
        (None, Some(manifest)) => Err(not_built(directory, manifest)?),
        (None, None) => of_unknown_project(directory).map(Some),
    }
}

/// Returns whether Cargo builds into a directory.
pub(crate) fn is_output(directory: &Path) -> bool {
    let has = |name: &str| directory.join(name).exists();
    has(".fingerprint") || has(".cargo-lock") || has("deps") && has("build")
}

/// Returns the manifest of the Cargo project that a directory belongs to, and its packages; `None` where
/// there is none.
pub(super) fn packages_around(
    directory: &Path,
) -> Result<Option<(PathBuf, Vec<CargoPackage>)>, ReleaseError> {
    let here = fs::canonicalize(directory)?;
    let Some(manifest) = manifest_in(here.ancestors()) else {
        return Ok(None);
    };
    let packages = packages(&manifest)?;
    Ok(Some((manifest, packages)))
}

fn manifest_in<'a>(mut directories: impl Iterator<Item = &'a Path>) -> Option<PathBuf> {
    directories.find_map(|directory| {
        let manifest = directory.join("Cargo.toml");
        manifest.is_file().then_some(manifest)
    })
}

/// Returns the project of a target directory that lies outside of it: each program is told by
/// the `.d` file beside it.
fn of_unknown_project(directory: &Path) -> Result<Project, ReleaseError> {
    let mut programs = Vec::new();
    for path in fs::read_dir(directory)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if !name.contains('.') && directory.join(format!("{name}.d")).is_file() && path.is_file() {
            programs.push(name.to_owned());
        }
    }
    Ok(Project {
        name: None,
        version: None,
        program: None,
        programs,
    })
}

fn not_built(directory: &Path, manifest: &Path) -> Result<ReleaseError, ReleaseError> {
    let looked_for = format!("a program of `{}`", manifest.display());
    findings::not_a_release(directory, looked_for)
}

impl Project {
    /// Returns the project of packages, each of which has a program.
    fn of(packages: Vec<CargoPackage>) -> Self {
        let one = match &packages[..] {
            [one] => Some(one),
            _ => None,
        };
        let version = packages.first().map(|package| package.version.clone());
        let same = |package: &CargoPackage| Some(&package.version) == version.as_ref();
        Self {
            name: one.map(|package| package.name.clone()),
            program: one.and_then(|package| {
                let default = package.default_run.as_ref().unwrap_or(&package.name);
                package.programs.contains(default).then(|| default.clone())
            }),
            version: version.clone().filter(|_| packages.iter().all(same)),
            programs: packages
                .into_iter()
                .flat_map(|package| package.programs)
                .collect(),
        }
    }

    /// Walks the programs alone, as `bin/NAME`.
    pub(super) fn walk(
        &self,
        root: &Path,
        exclude: &mut Exclude<'_>,
    ) -> Result<Walk, ReleaseError> {
        let mut walk = Walk::default();
        walk.files.push(ReleaseFile {
            path: b"bin".to_vec(),
            kind: FileKind::Directory,
            mode: 0o755,
            has_twin: false,
            source: Some(root.to_owned()),
        });
        for name in &self.programs {
            let found: PathBuf = root.join(name);
            let path = format!("bin/{name}");
            if exclude(Path::new(&path), false) {
                continue;
            }
            let metadata = fs::metadata(&found)?;
            walk.add(path.into_bytes(), &found, &metadata, Some(found.clone()))?;
        }
        walk.finish()?;
        Ok(walk)
    }
}
