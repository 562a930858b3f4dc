//! A Cargo project's target directory: the programs that the project makes, told from the rest.
//! The programs become `bin/NAME` of the release; the rest of the directory is Cargo's own.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::error::ReleaseError;
use super::files::{Exclude, FileKind, ReleaseFile, Walk};
use super::findings;
use crate::fs;

/// The contents of a package's Cargo.toml, as far as a Debian package needs them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CargoPackage {
    /// The directory of the package's Cargo.toml.
    pub directory: PathBuf,
    /// `package.name`.
    pub name: String,
    /// `package.version`, also from the workspace; Cargo's default is `0.0.0`.
    pub version: String,
    /// `package.description`.
    pub description: Option<String>,
    /// `package.license`, an SPDX expression.
    pub license: Option<String>,
    /// `package.homepage`, or else `package.repository`.
    pub homepage: Option<String>,
    /// `package.default-run`: the program that `cargo run` starts.
    pub default_run: Option<String>,
    /// The names of the package's programs, declared and found.
    pub programs: Vec<String>,
}

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
pub(super) fn project_of(directory: &Path) -> Result<Option<Project>, ReleaseError> {
    let has = |name: &str| directory.join(name).exists();
    if !(has(".fingerprint") || has(".cargo-lock") || has("deps") && has("build")) {
        return Ok(None);
    }
    let here = fs::canonicalize(directory)?;
    // target/release and target/TRIPLE/release
    let manifests = here.ancestors().skip(2).take(2);
    let found = manifests
        .map(|above| above.join("Cargo.toml"))
        .find(|manifest| manifest.is_file());
    let Some(manifest) = found else {
        return of_unknown_project(directory).map(Some);
    };
    let built = |name: &String| directory.join(name).is_file();
    let mut packages = packages(&manifest)?;
    for package in &mut packages {
        package.programs.retain(built);
    }
    packages.retain(|package| !package.programs.is_empty());
    let one = match &packages[..] {
        [] => return Err(not_built(directory, &manifest)?),
        [one] => Some(one),
        _ => None,
    };
    let version = &packages[0].version;
    let same = packages.iter().all(|package| package.version == *version);
    Ok(Some(Project {
        name: one.map(|package| package.name.clone()),
        version: same.then(|| version.clone()),
        program: one.and_then(|package| {
            let default = package.default_run.as_ref().unwrap_or(&package.name);
            package.programs.contains(default).then(|| default.clone())
        }),
        programs: packages
            .into_iter()
            .flat_map(|package| package.programs)
            .collect(),
    }))
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
        walk.finish();
        Ok(walk)
    }
}

/// Returns the packages that `cargo build` builds where a manifest lies: those of
/// `default-members`, or else its own, or else all members of the workspace.
///
/// # Errors
/// [`ReleaseError::BadCargoManifest`] for one that is not as Cargo wants it.
pub fn packages(manifest: &Path) -> Result<Vec<CargoPackage>, ReleaseError> {
    let root = manifest.parent().unwrap_or(Path::new(""));
    let table = read(manifest)?;
    let workspace = table.get("workspace").and_then(Value::as_table);
    let own = table.get("package").is_some();
    let members = match workspace {
        Some(workspace) => match workspace.get("default-members") {
            Some(members) => directories(root, members)?,
            None if own => vec![root.to_owned()],
            None => match workspace.get("members") {
                Some(members) => directories(root, members)?,
                None => Vec::new(),
            },
        },
        None => vec![root.to_owned()],
    };
    let shared = workspace
        .and_then(|workspace| workspace.get("package"))
        .and_then(Value::as_table);
    let mut packages = Vec::new();
    for member in members {
        let path = member.join("Cargo.toml");
        let table = read(&path)?;
        packages.push(package(&path, &member, &table, shared)?);
    }
    Ok(packages)
}

fn read(path: &Path) -> Result<Table, ReleaseError> {
    fs::read_to_string(path)?
        .parse()
        .map_err(|error: toml::de::Error| ReleaseError::BadCargoManifest {
            path: path.to_owned(),
            reason: error.message().to_owned(),
        })
}

/// Returns the directories that members name; a component with `*` or `?` names all that match.
fn directories(root: &Path, members: &Value) -> Result<Vec<PathBuf>, ReleaseError> {
    let mut found = Vec::new();
    let members = members.as_array().into_iter().flatten();
    for member in members.filter_map(Value::as_str) {
        let mut here = vec![root.to_owned()];
        for component in Path::new(member) {
            let text = component.to_string_lossy();
            let glob = match globset::Glob::new(&text) {
                Ok(glob) if text.contains(['*', '?', '[']) => glob.compile_matcher(),
                _ => {
                    for path in &mut here {
                        path.push(component);
                    }
                    continue;
                }
            };
            let mut next = Vec::new();
            for path in here {
                next.extend(
                    fs::read_dir(&path)?
                        .into_iter()
                        .filter(|entry| entry.file_name().is_some_and(|name| glob.is_match(name))),
                );
            }
            here = next;
        }
        found.extend(
            here.into_iter()
                .filter(|path| path.join("Cargo.toml").is_file()),
        );
    }
    Ok(found)
}

fn package(
    path: &Path,
    directory: &Path,
    table: &Table,
    shared: Option<&Table>,
) -> Result<CargoPackage, ReleaseError> {
    let missing = |what: &str| ReleaseError::BadCargoManifest {
        path: path.to_owned(),
        reason: format!("it has no `{what}`"),
    };
    let own = table.get("package").and_then(Value::as_table);
    let own = own.ok_or_else(|| missing("package"))?;
    let text = |key: &str| {
        let value = match own.get(key)? {
            // `key.workspace = true`
            Value::Table(_) => shared?.get(key)?,
            value => value,
        };
        Some(value.as_str()?.trim().to_owned())
    };
    let name = text("name").ok_or_else(|| missing("package.name"))?;
    let automatic = own.get("autobins").and_then(Value::as_bool) != Some(false);
    Ok(CargoPackage {
        directory: directory.to_owned(),
        programs: programs(directory, table, &name, automatic),
        name,
        version: text("version").unwrap_or_else(|| "0.0.0".into()),
        description: text("description"),
        license: text("license"),
        homepage: text("homepage").or_else(|| text("repository")),
        default_run: text("default-run"),
    })
}

/// Returns the declared programs, and those that Cargo finds by their place.
fn programs(directory: &Path, table: &Table, package: &str, automatic: bool) -> Vec<String> {
    let declared = table.get("bin").and_then(Value::as_array);
    let mut programs: Vec<String> = declared
        .into_iter()
        .flatten()
        .filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned()))
        .collect();
    if automatic {
        if directory.join("src/main.rs").is_file() {
            programs.push(package.to_owned());
        }
        // A project without src/bin is the rule.
        for path in fs::read_dir(&directory.join("src/bin")).unwrap_or_default() {
            let source = path.extension().is_some_and(|extension| extension == "rs");
            if (source || path.join("main.rs").is_file())
                && let Some(stem) = path.file_stem().and_then(|stem| stem.to_str())
            {
                programs.push(stem.to_owned());
            }
        }
    }
    programs.sort();
    programs.dedup();
    programs
}
