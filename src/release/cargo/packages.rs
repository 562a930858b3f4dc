//! The packages of a Cargo project, as its Cargo.toml files state them.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::fs;
use crate::release::ReleaseError;

/// The contents of a package's Cargo.toml, as far as a Debian package needs them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CargoPackage {
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
    /// `package.homepage`.
    pub homepage: Option<String>,
    /// `package.repository`.
    pub repository: Option<String>,
    /// `package.documentation`.
    pub documentation: Option<String>,
    /// `package.license-file`, from the package's directory.
    pub license_file: Option<PathBuf>,
    /// `package.readme`, or the file of that name that Cargo finds, from the package's directory.
    pub readme: Option<PathBuf>,
    /// `package.authors`, as written.
    pub authors: Vec<String>,
    /// `package.default-run`: the program that `cargo run` starts.
    pub default_run: Option<String>,
    /// The names of the package's programs, declared and found.
    pub programs: Vec<String>,
    /// The libraries that other languages load, such as `libname.so`.
    pub libraries: Vec<String>,
    /// The crates that the package depends on.
    pub dependencies: Vec<String>,
}

/// Returns the packages that `cargo build` builds where a manifest lies: those of
/// `default-members`, or else its own, or else all members of the workspace.
///
/// # Errors
/// [`ReleaseError::BadCargoManifest`] for one that is not as Cargo wants it.
pub(crate) fn packages(manifest: &Path) -> Result<Vec<CargoPackage>, ReleaseError> {
    let root = manifest.parent().unwrap_or(Path::new(""));
    let table = read(manifest)?;
    let workspace = table.get("workspace").and_then(Value::as_table);
    let own = table.get("package").is_some();
    let members = match workspace {
        Some(workspace) => match workspace.get("default-members") {
            Some(members) => directories(root, members)?,
            None if own => vec![root.to_owned()],
            None => match workspace.get("members") {
                Some(members) => {
                    let mut all = directories(root, members)?;
                    all.retain(|member| !excludes(workspace, root, member));
                    with_dependencies(all, workspace, root)?
                }
                None => Vec::new(),
            },
        },
        None => vec![root.to_owned()],
    };
    let (_, workspace) = workspace_of(root, table)?;
    let shared = shared_by(&workspace);
    let mut packages = Vec::new();
    for member in members {
        let path = member.join("Cargo.toml");
        let table = read(&path)?;
        packages.push(package(&path, &member, &table, shared)?);
    }
    Ok(packages)
}

/// Returns the package whose manifest this is; `None` where it is only that of a workspace.
///
/// # Errors
/// [`ReleaseError::BadCargoManifest`] for one that is not as Cargo wants it.
pub(crate) fn package_at(manifest: &Path) -> Result<Option<CargoPackage>, ReleaseError> {
    let directory = manifest.parent().unwrap_or(Path::new(""));
    let table = read(manifest)?;
    if !table.contains_key("package") {
        return Ok(None);
    }
    let (root, workspace) = workspace_of(directory, table.clone())?;
    let shared = shared_by(&workspace);
    let mut package = package(manifest, directory, &table, shared)?;
    // What the workspace shares has its paths from there.
    let here = fs::canonicalize(&existing(directory))?;
    let up = fs::relative(&root, &here);
    let inherits = |key: &str| table["package"].get(key).is_some_and(Value::is_table);
    for (key, path) in [
        ("license-file", &mut package.license_file),
        ("readme", &mut package.readme),
    ] {
        if let Some(path) = path
            && inherits(key)
        {
            *path = up.join(&*path);
        }
    }
    Ok(Some(package))
}

fn shared_by(workspace: &Table) -> Option<&Table> {
    workspace.get("workspace")?.get("package")?.as_table()
}

/// Returns a directory as it can be opened.
fn existing(directory: &Path) -> PathBuf {
    if directory.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        directory.to_owned()
    }
}

/// Checks that a program is among what the packages make.
///
/// # Errors
/// [`ReleaseError::OnlyLibraries`] where there is none.
pub(crate) fn require_programs(
    manifest: &Path,
    packages: &[CargoPackage],
) -> Result<(), ReleaseError> {
    if packages.iter().any(|package| !package.programs.is_empty()) {
        return Ok(());
    }
    let libraries = packages.iter().flat_map(|package| &package.libraries);
    Err(ReleaseError::OnlyLibraries {
        path: manifest.to_owned(),
        libraries: libraries.cloned().collect(),
    })
}

/// Returns the directory and the manifest of the workspace that a package belongs to, or else
/// its own.
pub(super) fn workspace_of(
    directory: &Path,
    table: Table,
) -> Result<(PathBuf, Table), ReleaseError> {
    let here = fs::canonicalize(&existing(directory))?;
    if table.contains_key("workspace") {
        return Ok((here, table));
    }
    let named = table
        .get("package")
        .and_then(|package| package.get("workspace")?.as_str());
    if let Some(named) = named {
        let root = here.join(named);
        let table = read(&root.join("Cargo.toml"))?;
        return Ok((fs::canonicalize(&root)?, table));
    }
    for above in here.ancestors().skip(1) {
        let manifest = above.join("Cargo.toml");
        if !manifest.is_file() {
            continue;
        }
        let found = read(&manifest)?;
        if let Some(workspace) = found.get("workspace").and_then(Value::as_table)
            && !excludes(workspace, above, &here)
        {
            return Ok((above.to_owned(), found));
        }
    }
    Ok((here, table))
}

/// Adds the path dependencies below the workspace, which are members of it unasked.
fn with_dependencies(
    mut members: Vec<PathBuf>,
    workspace: &Table,
    root: &Path,
) -> Result<Vec<PathBuf>, ReleaseError> {
    let top = fs::canonicalize(&existing(root))?;
    let mut known = Vec::new();
    for member in &members {
        known.push(fs::canonicalize(member)?);
    }
    let mut at = 0;
    while let Some(member) = members.get(at).cloned() {
        at += 1;
        let table = read(&member.join("Cargo.toml"))?;
        let tables = ["dependencies", "build-dependencies", "dev-dependencies"];
        let dependencies = tables
            .iter()
            .filter_map(|name| table.get(*name)?.as_table());
        let paths = dependencies
            .flatten()
            .filter_map(|(_, it)| it.get("path")?.as_str());
        for path in paths {
            // One that is not there is Cargo's to complain about.
            let Ok(directory) = fs::canonicalize(&member.join(path)) else {
                continue;
            };
            let own = directory.strip_prefix(&top).map(|below| root.join(below));
            if let Ok(own) = own
                && !known.contains(&directory)
                && !excludes(workspace, root, &own)
                && own.join("Cargo.toml").is_file()
            {
                known.push(directory);
                members.push(own);
            }
        }
    }
    Ok(members)
}

fn excludes(workspace: &Table, root: &Path, member: &Path) -> bool {
    let excluded = workspace.get("exclude").and_then(Value::as_array);
    let mut paths = excluded.into_iter().flatten().filter_map(Value::as_str);
    paths.any(|path| member.starts_with(root.join(path)))
}

pub(super) fn read(path: &Path) -> Result<Table, ReleaseError> {
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
    let value = |key: &str| match own.get(key)? {
        // `key.workspace = true`
        Value::Table(_) => shared?.get(key),
        value => Some(value),
    };
    let text = |key: &str| Some(value(key)?.as_str()?.trim().to_owned());
    let authors = value("authors").and_then(Value::as_array);
    let dependencies = table.get("dependencies").and_then(Value::as_table);
    let name = text("name").ok_or_else(|| missing("package.name"))?;
    let automatic = own.get("autobins").and_then(Value::as_bool) != Some(false);
    Ok(CargoPackage {
        directory: directory.to_owned(),
        programs: programs(directory, table, &name, automatic),
        libraries: libraries(table, &name),
        name,
        version: text("version").unwrap_or_else(|| "0.0.0".into()),
        description: text("description"),
        license: text("license"),
        homepage: text("homepage"),
        repository: text("repository"),
        documentation: text("documentation"),
        license_file: text("license-file").map(PathBuf::from),
        readme: match value("readme") {
            Some(Value::String(path)) => Some(PathBuf::from(path)),
            Some(Value::Boolean(false)) => None,
            _ => {
                let mut names = ["README.md", "README.txt", "README"].iter().map(Path::new);
                let found = names.find(|name| directory.join(name).is_file());
                found.map(Path::to_owned)
            }
        },
        authors: authors
            .into_iter()
            .flatten()
            .filter_map(|author| Some(author.as_str()?.to_owned()))
            .collect(),
        default_run: text("default-run"),
        dependencies: dependencies
            .into_iter()
            .flat_map(|all| all.keys().cloned())
            .collect(),
    })
}

/// Returns the declared programs, and those that Cargo finds by their place, as far as none that is
/// declared has that place.
fn programs(directory: &Path, table: &Table, package: &str, automatic: bool) -> Vec<String> {
    let declared = table.get("bin").and_then(Value::as_array);
    let values = |key| {
        let declared = declared.into_iter().flatten();
        declared.filter_map(move |bin| bin.get(key)?.as_str())
    };
    let mut programs: Vec<String> = values("name").map(str::to_owned).collect();
    let is_free =
        |source: &Path| source.is_file() && !values("path").any(|it| directory.join(it) == source);
    if automatic {
        if is_free(&directory.join("src/main.rs")) {
            programs.push(package.to_owned());
        }
        // A project without src/bin is the rule.
        for path in fs::read_dir(&directory.join("src/bin")).unwrap_or_default() {
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            if (is_source && is_free(&path) || is_free(&path.join("main.rs")))
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

/// Returns the files of a library for other languages.
fn libraries(table: &Table, package: &str) -> Vec<String> {
    let library = table.get("lib").and_then(Value::as_table);
    let Some(library) = library else {
        return Vec::new();
    };
    let name = library.get("name").and_then(Value::as_str);
    let name = name.unwrap_or(package).replace('-', "_");
    let kinds = ["crate-type", "crate_type"].map(|key| library.get(key)?.as_array());
    let kinds = kinds.into_iter().flatten().flatten();
    let kinds = kinds.filter_map(Value::as_str);
    let mut files: Vec<String> = kinds
        .filter(|kind| matches!(*kind, "cdylib" | "dylib"))
        .map(|_| format!("lib{name}.so"))
        .collect();
    files.dedup();
    files
}
