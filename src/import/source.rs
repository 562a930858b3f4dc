//! What can be imported, told by name and content.

use std::path::{Path, PathBuf};

use super::ImportError;
use crate::fs;

/// A manifest of another tool, or another thing that a manifest can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
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
            "toml" => Ok(Self::Cargo(path)),
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
            let text = fs::read_to_string(&path)?;
            let mut lines = text.lines();
            let counts = match name {
                "Cargo.toml" => text.contains("metadata.deb"),
                "nfpm.yaml" | "nfpm.yml" => true,
                _ => lines.any(|line| line.starts_with("nfpms:")),
            };
            if counts {
                found.push(path);
            }
        }
        if directory.join("debian/control").is_file() {
            found.push(directory.join("debian"));
        }
        let here = if directory.as_os_str().is_empty() {
            Path::new(".")
        } else {
            directory
        };
        match &found[..] {
            [] => Err(ImportError::Nothing {
                directory: here.to_owned(),
            }),
            [one] => Self::of(one),
            _ => Err(ImportError::Several {
                directory: here.to_owned(),
                found: found
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect(),
            }),
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

/// Returns whether a YAML file is goreleaser's: nfpm has none of these keys.
fn is_goreleaser(path: &Path) -> Result<bool, ImportError> {
    let text = fs::read_to_string(path)?;
    let mut lines = text.lines();
    Ok(lines.any(|line| {
        ["nfpms:", "builds:", "project_name:"]
            .iter()
            .any(|key| line.starts_with(key))
    }))
}
