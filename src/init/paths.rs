//! Paths as a manifest names them.

use std::path::{Component, Path, PathBuf};

use super::InitError;
use crate::fs;

/// Returns the path from a manifest's directory to the project; empty where they are one.
pub(super) fn from_manifest(manifest: &Path, home: &Path) -> Result<PathBuf, InitError> {
    let here = |path: &Path| {
        fs::canonicalize(if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        })
    };
    let directory = manifest.parent().unwrap_or(Path::new(""));
    Ok(fs::relative(&here(home)?, &here(directory)?))
}

/// Returns whether a path consists of `.` and `..`: the release is then the current directory or
/// above it.
pub(super) fn is_here_or_above(directory: &Path) -> bool {
    directory
        .components()
        .all(|component| matches!(component, Component::CurDir | Component::ParentDir))
}

/// Returns the directory `levels` above, written as briefly as the path allows.
pub(super) fn up(directory: &Path, levels: usize) -> PathBuf {
    let names = directory
        .components()
        .filter(|c| matches!(c, Component::Normal(_)))
        .count();
    let only_names = !directory.components().any(|c| c == Component::ParentDir);
    if only_names && names >= levels {
        let above = directory.ancestors().nth(levels);
        return above.unwrap_or(Path::new("")).to_owned();
    }
    let mut path = directory.to_owned();
    path.extend(std::iter::repeat_n("..", levels));
    path
}

pub(super) fn relative(path: &Path, base: &Path) -> PathBuf {
    path.strip_prefix(base).unwrap_or(path).to_owned()
}

/// Returns `./a` as `a`.
pub(super) fn without_dot(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_above() {
        for (directory, levels, expected) in [
            ("a/_build/prod/rel/orders", 4, "a"),
            ("_build/prod/rel/orders", 4, ""),
            (".", 4, "./../../../.."),
            ("../orders", 4, "../orders/../../../.."),
        ] {
            assert_eq!(up(directory.as_ref(), levels), Path::new(expected));
        }
    }
}
