//! The place of a new manifest, and paths as it names them.

use std::path::{Component, Path, PathBuf};

use super::MANIFEST;
use crate::fs::{self, FsError};

/// The place of a new manifest.
#[derive(Debug)]
pub(super) struct Place {
    /// The path of the manifest.
    pub(super) manifest: PathBuf,
    /// The path from the manifest's folder to the one where the paths of the other tool start; empty where
    /// they are one.
    to_home: PathBuf,
}

impl Place {
    /// Returns the place of a manifest: in the folder where the paths of the other tool start, unless
    /// another file is named.
    pub(super) fn new(home: &Path, output: Option<&Path>) -> Result<Self, FsError> {
        let here = |path: &Path| {
            fs::canonicalize(if path.as_os_str().is_empty() {
                Path::new(".")
            } else {
                path
            })
        };
        Ok(match output {
            None => Self {
                manifest: home.strip_prefix(".").unwrap_or(home).join(MANIFEST),
                to_home: PathBuf::new(),
            },
            Some(output) => {
                let folder = output.parent().unwrap_or(Path::new(""));
                Self {
                    manifest: output.to_owned(),
                    to_home: fs::relative(&here(home)?, &here(folder)?),
                }
            }
        })
    }

    /// Returns the path of something beside the manifest.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.manifest.with_file_name(name)
    }

    /// Returns a path of the manifest as it is from here.
    pub(super) fn beside_path(&self, path: &str) -> PathBuf {
        let folder = self.manifest.parent().unwrap_or(Path::new(""));
        folder.join(path)
    }

    /// Returns a path of the other tool as the manifest names it: without `.` and needless `..`.
    pub(super) fn path(&self, path: &str) -> String {
        let slash = if path.ends_with('/') { "/" } else { "" };
        let mut whole = PathBuf::new();
        for component in self.to_home.join(path).components() {
            let is_below = matches!(whole.components().next_back(), Some(Component::Normal(_)));
            match component {
                Component::CurDir => {}
                Component::ParentDir if is_below => {
                    whole.pop();
                }
                component => whole.push(component),
            }
        }
        if whole.as_os_str().is_empty() {
            return format!(".{slash}");
        }
        let text = whole.to_string_lossy();
        format!("{}{slash}", text.trim_end_matches('/'))
    }
}
