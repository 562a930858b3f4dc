//! The environment files of the service that `[files]` brings: they are read by root's shell, and
//! passwords may stand in them.

use super::PopulateError;
use super::mappings::of_origin;
use crate::plan::{PackagePlan, Settings};
use crate::tree::{Entry, Kind, Owner, PackagePath, Tree};

/// The bits of chmod(1) that let others than the owner write.
const OTHERS_WRITE: u32 = 0o022;

/// The bits of chmod(1) that let everybody read or run.
const EVERYBODY: u32 = 0o007;

/// Gives an environment file the mode and the group that it needs, where the manifest gives none.
/// Returns whether it is one.
pub(super) fn give(plan: &PackagePlan, path: &PackagePath, entry: &mut Entry) -> bool {
    let deployment = &plan.deployment;
    let mut files = deployment.environment_files.iter();
    if !files.any(|file| file.path == *path) {
        return false;
    }
    if let Some(account) = &deployment.account
        && entry.owner.group() == "root"
    {
        entry.owner = Owner::new(entry.owner.user(), account.group.as_str());
    }
    entry.mode = 0o640;
    true
}

/// Refuses environment files that others than root could write, directly or by their directories, or that
/// everybody could read.
///
/// # Errors
/// [`PopulateError::EnvironmentFile`] for the first.
pub(super) fn check(
    settings: &Settings,
    plan: &PackagePlan,
    tree: &Tree,
) -> Result<(), PopulateError> {
    for file in &plan.deployment.environment_files {
        let way = std::iter::successors(Some(file.path.clone()), PackagePath::parent);
        for place in way {
            let Some(entry) = tree.get(&place) else {
                continue;
            };
            if let Some(fault) = fault(entry, place == file.path) {
                let by = of_origin(plan, &entry.origin).map(|mapping| mapping.line);
                return Err(PopulateError::EnvironmentFile {
                    manifest: settings.manifest_path.clone(),
                    line: file.line,
                    path: file.path.clone(),
                    fault: match by {
                        Some(line) => format!("line {line} makes `{place}` {fault}"),
                        None => format!("`{place}` is {fault}"),
                    },
                });
            }
        }
    }
    Ok(())
}

fn fault(entry: &Entry, is_file: bool) -> Option<&'static str> {
    let is_roots = entry.owner.user() == "root" && entry.mode & OTHERS_WRITE == 0;
    match entry.kind {
        Kind::Symlink { .. } => Some("a symlink"),
        Kind::Directory if is_file => Some("a directory"),
        _ if !is_roots => Some("writable for others than root"),
        Kind::Regular { .. } if entry.mode & EVERYBODY != 0 => Some("readable for all"),
        _ => None,
    }
}
