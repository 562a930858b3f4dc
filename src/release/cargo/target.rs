//! The directory that `cargo build --release` writes into: by the environment, by Cargo's
//! configuration files, or `target` of the workspace.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use toml::{Table, Value};

use super::packages::{read, workspace_of};
use crate::fs;
use crate::release::ReleaseError;

/// The variables of a process.
type Environment = BTreeMap<String, String>;

/// Returns the directory with the programs of a project's release build, relative to the
/// project unless it was named by an absolute path outside of the workspace.
///
/// # Errors
/// [`ReleaseError::BadCargoManifest`] for a Cargo.toml or a configuration file that cannot be
/// read.
pub(crate) fn release_directory(
    project: &Path,
    environment: &Environment,
) -> Result<PathBuf, ReleaseError> {
    let here = fs::canonicalize(project)?;
    let (root, _) = workspace_of(&here, read(&here.join("Cargo.toml"))?)?;
    let configuration = configuration(&here, environment)?;
    let variable = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    let configured = |key: &str| {
        configuration.iter().find_map(|(base, table)| {
            let value = table.get("build")?.get(key)?;
            let value = match value {
                Value::Array(values) => values.first()?,
                value => value,
            };
            Some((base.as_path(), value.as_str()?))
        })
    };
    let named = variable("CARGO_TARGET_DIR")
        .or_else(|| variable("CARGO_BUILD_TARGET_DIR"))
        .map(|value| (here.as_path(), value.as_str()))
        .or_else(|| configured("target-dir"));
    let (base, written) = named.unwrap_or((&root, "target"));
    let target = normal(&base.join(written));
    let triple = variable("CARGO_BUILD_TARGET")
        .map(String::as_str)
        .or_else(|| Some(configured("target")?.1))
        // The triple of the machine, which Cargo asks rustc for.
        .filter(|triple| *triple != "host-tuple");
    let directory = match triple {
        // A JSON file describes a target; its stem is the name.
        Some(triple) => target
            .join(
                Path::new(triple.strip_suffix(".json").unwrap_or(triple))
                    .file_name()
                    .unwrap_or_default(),
            )
            .join("release"),
        None => of_any_target(&target)?,
    };
    if Path::new(written).is_absolute() && !directory.starts_with(&root) {
        return Ok(directory);
    }
    Ok(fs::relative(&directory, &here))
}

/// Returns `target/release`, or, where only that has output, the one `target/TRIPLE/release`: for
/// another target Cargo puts the build scripts alone into `target/release`.
fn of_any_target(target: &Path) -> Result<PathBuf, ReleaseError> {
    let usual = target.join("release");
    if !target.is_dir() || has_output(&usual) {
        return Ok(usual);
    }
    let mut found: Vec<PathBuf> = fs::read_dir(target)?
        .into_iter()
        .map(|path| path.join("release"))
        .filter(|path| has_output(path))
        .collect();
    Ok(match found.pop() {
        Some(one) if found.is_empty() => one,
        _ => usual,
    })
}

/// Returns whether a directory holds more than what Cargo keeps for itself.
fn has_output(directory: &Path) -> bool {
    let paths = fs::read_dir(directory).unwrap_or_default();
    let hidden = |path: &Path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
    };
    paths.iter().any(|path| path.is_file() && !hidden(path))
}

/// Returns Cargo's configuration files, the nearest first, each with the directory that its
/// paths are relative to.
fn configuration(
    here: &Path,
    environment: &Environment,
) -> Result<Vec<(PathBuf, Table)>, ReleaseError> {
    let mut places: Vec<PathBuf> = here.ancestors().map(|above| above.join(".cargo")).collect();
    let home = match (environment.get("CARGO_HOME"), environment.get("HOME")) {
        (Some(home), _) => Some(PathBuf::from(home)),
        (None, Some(home)) => Some(Path::new(home).join(".cargo")),
        (None, None) => None,
    };
    places.extend(home.filter(|home| home.is_absolute() && !places.contains(home)));
    let mut found = Vec::new();
    for place in places {
        let names = ["config", "config.toml"].map(|name| place.join(name));
        if let Some(path) = names.iter().find(|path| path.is_file()) {
            let base = place.parent().unwrap_or(&place).to_owned();
            found.push((base, read(path)?));
        }
    }
    Ok(found)
}

/// Returns a path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}
