//! A Cargo project's target directory: which programs the project makes, and what else lies there.

use std::path::{Path, PathBuf};

use super::error::ReleaseError;
use super::files::{Exclude, Walk};
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

/// The project that a directory is the output of; `None` for every other directory.
pub(super) fn project_of(_path: &Path) -> Result<Option<Project>, ReleaseError> {
    Ok(None)
}

impl Project {
    /// The programs alone, as `bin/NAME`.
    pub(super) fn walk(
        &self,
        root: &Path,
        exclude: &mut Exclude<'_>,
    ) -> Result<Walk, ReleaseError> {
        let mut walk = Walk::default();
        for name in &self.programs {
            let found: PathBuf = root.join(name);
            let path = format!("bin/{name}");
            if exclude(Path::new(&path), false) || !found.is_file() {
                continue;
            }
            let metadata = fs::metadata(&found)?;
            walk.add(path.into_bytes(), &found, &metadata, Some(found.clone()))?;
        }
        walk.finish();
        Ok(walk)
    }
}
