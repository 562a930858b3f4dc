//! The manifests that can be imported, told by name and content.

use std::path::{Path, PathBuf};

use super::ImportError;
use super::document::Document;
use super::node::Table;
use crate::fs;
use crate::release::cargo_packages;

/// A manifest of another tool, or another thing that a manifest can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A Cargo.toml, for cargo-deb.
    Cargo(PathBuf),
    /// An nfpm.yaml.
    Nfpm(PathBuf),
    /// A .goreleaser.yaml, with `nfpms`.
    Goreleaser(PathBuf),
    /// A folder `debian`.
    Debian(PathBuf),
    /// A package.
    Deb(PathBuf),
}

/// The names of manifests that are looked for in a folder.
const NAMES: [&str; 9] = [
    "Cargo.toml",
    "nfpm.yaml",
    "nfpm.yml",
    ".goreleaser.yaml",
    ".goreleaser.yml",
    "goreleaser.yaml",
    "goreleaser.yml",
    ".config/goreleaser.yaml",
    ".config/goreleaser.yml",
];

impl Source {
    /// Returns what a path is: of a folder, what it holds.
    pub(super) fn of(path: &Path) -> Result<Self, ImportError> {
        let metadata = fs::metadata(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if metadata.is_dir() {
            return if path.join("control").is_file() {
                Ok(Self::Debian(path.to_owned()))
            } else {
                Self::find(path)
            };
        }
        let path = path.to_owned();
        if name == "control" {
            let folder = path.parent().unwrap_or(Path::new(""));
            return Ok(Self::Debian(folder.to_owned()));
        }
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        match &*extension {
            "toml" => of_cargo(path),
            "deb" | "udeb" => Ok(Self::Deb(path)),
            "yaml" | "yml" => {
                if name.contains("goreleaser") || is_goreleaser(&path)? {
                    Ok(Self::Goreleaser(path))
                } else {
                    Ok(Self::Nfpm(path))
                }
            }
            _ => Err(ImportError::Unknown(path)),
        }
    }

    /// Returns the one manifest in a folder; a Cargo.toml counts where it has a section for cargo-deb, a
    /// file of goreleaser where it has `nfpms`.
    pub(super) fn find(directory: &Path) -> Result<Self, ImportError> {
        let mut found = Vec::new();
        for name in NAMES {
            let path = directory.join(name);
            if !path.is_file() {
                continue;
            }
            let text = fs::read_small_text(&path)?;
            let mut lines = text.lines();
            match name {
                "Cargo.toml" => found.extend(sections(&path)?),
                "nfpm.yaml" | "nfpm.yml" => found.push(path),
                _ if lines.any(|line| line.starts_with("nfpms:")) => found.push(path),
                _ => {}
            }
        }
        if directory.join("debian/control").is_file() {
            found.push(directory.join("debian"));
        }
        match &found[..] {
            [one] => Self::of(one),
            _ => Err(not_one(directory, &found)),
        }
    }

    /// Returns the folder where the paths of the source start, in which the manifest is written. nfpm and
    /// goreleaser take the one that they are called in.
    pub(super) fn home(&self) -> &Path {
        let path = match self {
            Self::Cargo(path) | Self::Debian(path) => path,
            Self::Nfpm(_) | Self::Goreleaser(_) | Self::Deb(_) => return Path::new(""),
        };
        path.parent().unwrap_or(Path::new(""))
    }
}

/// Returns the error for nothing or several where one is to be found.
fn not_one(directory: &Path, found: &[PathBuf]) -> ImportError {
    let directory = if directory.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        directory.to_owned()
    };
    if found.is_empty() {
        return ImportError::Nothing { directory };
    }
    let found = found.iter().map(|path| path.display().to_string());
    ImportError::Several {
        directory,
        found: found.collect(),
    }
}

/// Returns the package of a Cargo.toml: of one that is only a workspace's, the member with a section for
/// cargo-deb.
fn of_cargo(path: PathBuf) -> Result<Source, ImportError> {
    if Document::of_toml(&path)?.root.get("package").is_some() {
        return Ok(Source::Cargo(path));
    }
    let mut found = sections(&path)?;
    match found.pop() {
        Some(one) if found.is_empty() => Ok(Source::Cargo(one)),
        Some(last) => {
            found.push(last);
            Err(not_one(path.parent().unwrap_or(Path::new("")), &found))
        }
        None => Ok(Source::Cargo(path)),
    }
}

/// Returns the manifests with a section for cargo-deb: this one, or where it is only a workspace's, those of
/// its members.
fn sections(path: &Path) -> Result<Vec<PathBuf>, ImportError> {
    let has_section = |root: &Table| {
        let package = root.get("package")?.as_table("package").ok()?;
        let metadata = package.get("metadata")?.as_table("metadata").ok()?;
        Some(metadata.get("deb").is_some())
    };
    let root = Document::of_toml(path)?.root;
    if root.get("package").is_some() || root.get("workspace").is_none() {
        let own = (has_section(&root) == Some(true)).then(|| path.to_owned());
        return Ok(own.into_iter().collect());
    }
    let mut found = Vec::new();
    for package in cargo_packages(path)? {
        let member = package.directory.join("Cargo.toml");
        if has_section(&Document::of_toml(&member)?.root) == Some(true) {
            found.push(member);
        }
    }
    Ok(found)
}

/// Returns whether a YAML file is goreleaser's: nfpm has none of these keys.
fn is_goreleaser(path: &Path) -> Result<bool, ImportError> {
    let text = fs::read_small_text(path)?;
    let mut lines = text.lines();
    Ok(lines.any(|line| {
        ["nfpms:", "builds:", "project_name:"]
            .iter()
            .any(|key| line.starts_with(key))
    }))
}
