//! The removals of a purge: state, logs, and what the service has left.

use super::directories::{ENTER, OTHERS};
use super::places::Own;
use super::{Contributor, Deployment, DeploymentError, Directories, Facts, Script, Service, Step};
use crate::tree::PackagePath;

/// Returns the paths that purge removes: those of the manifest, else state and logs.
pub(super) fn paths(
    facts: &Facts<'_>,
    own: &Own<'_>,
    directories: &Directories,
    has_state: bool,
) -> Result<Vec<PackagePath>, DeploymentError> {
    let table = &facts.manifest.tables.purge;
    if table.keep.unwrap_or(false) {
        return Ok(Vec::new());
    }
    let mut paths = match &table.remove {
        Some(remove) => {
            let checked = remove.iter().map(|path| own.purged(path));
            checked.collect::<Result<Vec<_>, _>>()?
        }
        None if has_state => vec![directories.state.clone(), directories.log.clone()],
        None => Vec::new(),
    };
    // What can be made anew is nobody's data, whatever the manifest's list says.
    let cache = directories.cache.iter();
    let cache: Vec<_> = cache.filter(|it| !paths.contains(it)).cloned().collect();
    paths.extend(cache);
    Ok(paths)
}

/// Returns whether purge removes the secrets of this and of earlier versions.
pub(super) fn removes_secrets(facts: &Facts<'_>, service: Option<&Service>) -> bool {
    service.is_some() && !facts.manifest.tables.purge.keep.unwrap_or(false)
}

/// Returns whether purge removes the service's files below the release: not where the manifest
/// has a list of its own.
pub(super) fn removes_from_release(facts: &Facts<'_>) -> bool {
    let table = &facts.manifest.tables.purge;
    !table.keep.unwrap_or(false) && table.remove.is_none()
}

/// Adds the fragment that purges.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if !deployment.leaves_files() && deployment.purge.is_empty() {
        return Ok(());
    }
    contributor.function(ENTER)?;
    contributor.function(OTHERS)?;
    contributor.function("package/remove-tree.sh")?;
    if contributor.context.is_service() {
        contributor.function("package/taken-over.sh")?;
    }
    contributor.fragment(Script::Postrm, Step::Purge, "package/postrm-purge.sh")
}
