//! The changes of conffiles and directories since earlier versions, by dpkg-maintscript-helper(1).

use serde::Serialize;

use super::places::Own;
use super::{Contributor, Deployment, DeploymentError, Facts, Script, Step};
use crate::manifest::{InvalidValue, SymlinkTarget};
use crate::tree::PackagePath;

/// A change of a path since an earlier version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "change")]
pub enum ConffileChange {
    /// A conffile that the new version has not (`rm_conffile`).
    Removed {
        /// The path that it had.
        path: PackagePath,
    },
    /// A conffile that moved (`mv_conffile`).
    Renamed {
        /// The old path.
        from: PackagePath,
        /// The new path.
        to: PackagePath,
    },
    /// A directory that the new version ships as a symlink (`dir_to_symlink`).
    DirectoryToSymlink {
        /// The path.
        path: PackagePath,
        /// The target of the symlink.
        target: SymlinkTarget,
    },
    /// A symlink that the new version ships as a directory (`symlink_to_dir`).
    SymlinkToDirectory {
        /// The path.
        path: PackagePath,
        /// The former target of the symlink.
        target: SymlinkTarget,
    },
}

/// Returns the changes in the order of the manifest's keys.
pub(super) fn resolve(
    facts: &Facts<'_>,
    own: &Own<'_>,
) -> Result<Vec<ConffileChange>, InvalidValue> {
    let table = &facts.manifest.tables.conffiles;
    let mut changes = Vec::new();
    for removed in &table.removed {
        changes.push(ConffileChange::Removed {
            path: own.changed_file(removed)?,
        });
    }
    for (from, to) in &table.renamed {
        changes.push(ConffileChange::Renamed {
            from: own.changed_file(from)?,
            to: own.changed_file(to)?,
        });
    }
    for (directory, target) in &table.directory_to_symlink {
        changes.push(ConffileChange::DirectoryToSymlink {
            path: own.changed(directory)?,
            target: target.clone(),
        });
    }
    for (symlink, target) in &table.symlink_to_directory {
        changes.push(ConffileChange::SymlinkToDirectory {
            path: own.changed(symlink)?,
            target: target.clone(),
        });
    }
    Ok(changes)
}

/// Adds the fragments that make the changes.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if deployment.conffile_changes.is_empty() {
        return Ok(());
    }
    for script in [Script::Preinst, Script::Postinst, Script::Postrm] {
        contributor.fragment(script, Step::Conffiles, "package/conffiles.sh")?;
    }
    Ok(())
}
