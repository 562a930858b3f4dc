//! The changes of conffiles and directories since earlier versions, by dpkg-maintscript-helper(1).

use std::collections::BTreeMap;

use serde::Serialize;

use super::places::Own;
use super::{Contributor, Deployment, DeploymentError, Facts, Script, Step};
use crate::manifest::{Checked, InvalidValue, SymlinkTarget, WrittenPath};
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
///
/// # Errors
/// [`InvalidValue`] for a path that is not the package's, and for one that is changed in two ways: the
/// second way finds nothing, or overwrites what the first has kept of the sysadmin's.
pub(super) fn resolve(
    facts: &Facts<'_>,
    own: &Own<'_>,
) -> Result<Vec<ConffileChange>, InvalidValue> {
    let table = &facts.manifest.tables.conffiles;
    let mut taken = Taken::default();
    let mut changes = Vec::new();
    for removed in &table.removed {
        let path = own.changed_file(removed)?;
        taken.leaves(removed, "`removed`")?;
        changes.push(ConffileChange::Removed { path });
    }
    for (from, to) in &table.renamed {
        let (old, new) = (own.changed_file(from)?, own.changed_file(to)?);
        taken.leaves(from, "`renamed`")?;
        taken.comes(to, from)?;
        changes.push(ConffileChange::Renamed { from: old, to: new });
    }
    for (directory, target) in &table.directory_to_symlink {
        let path = own.changed(directory)?;
        taken.leaves(directory, "`directory-to-symlink`")?;
        let target = target.clone();
        changes.push(ConffileChange::DirectoryToSymlink { path, target });
    }
    for (symlink, target) in &table.symlink_to_directory {
        let path = own.changed(symlink)?;
        taken.leaves(symlink, "`symlink-to-directory`")?;
        let target = target.clone();
        changes.push(ConffileChange::SymlinkToDirectory { path, target });
    }
    Ok(changes)
}

/// The paths that are changed already.
#[derive(Default)]
struct Taken<'a> {
    /// The old paths, each with the key that changes it.
    old: BTreeMap<&'a PackagePath, &'static str>,
    /// The new paths of moved conffiles, each with the old one.
    new: BTreeMap<&'a PackagePath, &'a PackagePath>,
}

impl<'a> Taken<'a> {
    /// Takes an old path.
    fn leaves(&mut self, path: &'a WrittenPath, key: &'static str) -> Result<(), InvalidValue> {
        let Checked(checked) = path.get_ref();
        let Some(other) = self.old.insert(checked, key) else {
            return Ok(());
        };
        let places = if other == key {
            format!("twice in {key}")
        } else {
            format!("in {other} and in {key}")
        };
        let message = format!("`{checked}` is {places}");
        let hint = "write what becomes of it once".to_owned();
        Err(InvalidValue::new(path.span(), message, Some(hint)))
    }

    /// Takes a new path of a conffile.
    fn comes(&mut self, to: &'a WrittenPath, from: &'a WrittenPath) -> Result<(), InvalidValue> {
        let (Checked(new), Checked(old)) = (to.get_ref(), from.get_ref());
        let invalid =
            |message, hint: &str| Err(InvalidValue::new(to.span(), message, Some(hint.to_owned())));
        if self.old.get(new) == Some(&"`removed`") {
            let message = format!("`{new}` is the new path of `{old}`, and in `removed`");
            return invalid(message, "write what becomes of it once");
        }
        if let Some(other) = self.new.insert(new, old) {
            let message = format!("`{new}` is the new path of `{other}` and of `{old}`");
            return invalid(
                message,
                "give each a path of its own, or write one of them into `removed`",
            );
        }
        Ok(())
    }
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
