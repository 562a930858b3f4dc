//! The check of `[conffiles]` against the paths of the package: a conffile that is removed must
//! not be there any more, or the sysadmin's changes would be lost with it, and the new path of
//! one that moved must be there.

use super::PopulateError;
use crate::deployment::ConffileChange;
use crate::plan::PackagePlan;
use crate::tree::{Kind, PackagePath, Tree};

/// Compares `[conffiles]` with the paths of the package.
///
/// # Errors
/// [`PopulateError::Change`] names the path and what it should be.
pub(super) fn check(plan: &PackagePlan, tree: &Tree) -> Result<(), PopulateError> {
    for change in &plan.deployment.conffile_changes {
        match change {
            ConffileChange::Removed { path } => {
                require(tree, path, "removed", "no path of the package", |kind| {
                    kind.is_none()
                })?;
            }
            ConffileChange::Renamed { from, to } => {
                require(tree, from, "renamed", "no path of the package", |kind| {
                    kind.is_none()
                })?;
                require(tree, to, "renamed", "a conffile of the package", |kind| {
                    matches!(kind, Some(Kind::Regular { conffile: true, .. }))
                })?;
            }
            ConffileChange::DirectoryToSymlink { path, .. } => {
                let expected = "a symlink of the package";
                require(tree, path, "directory-to-symlink", expected, |kind| {
                    matches!(kind, Some(Kind::Symlink { .. }))
                })?;
            }
            ConffileChange::SymlinkToDirectory { path, .. } => {
                let expected = "a directory of the package";
                require(tree, path, "symlink-to-directory", expected, |kind| {
                    matches!(kind, Some(Kind::Directory))
                })?;
            }
        }
    }
    Ok(())
}

fn require(
    tree: &Tree,
    path: &PackagePath,
    key: &'static str,
    expected: &'static str,
    is_right: impl Fn(Option<&Kind>) -> bool,
) -> Result<(), PopulateError> {
    let kind = tree.get(path).map(|entry| &entry.kind);
    if is_right(kind) {
        return Ok(());
    }
    let found = match kind {
        None => "is not in the package",
        Some(Kind::Directory) => "is a directory of the package",
        Some(Kind::Symlink { .. }) => "is a symlink of the package",
        Some(Kind::Regular { .. }) => "is a file of the package",
    };
    Err(PopulateError::Change {
        path: path.clone(),
        key,
        found,
        expected,
    })
}
