//! The removal of files in the release that nobody else would remove.

use super::{Contributor, Deployment, DeploymentError, Script, Step};

/// Adds the fragments that remove what is left of the release.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let template = "package/postrm-release.sh";
    contributor.fragment(Script::Postrm, Step::Leftovers, template)?;
    if !deployment.leaves_files() || deployment.directories.release.is_none() {
        return Ok(());
    }
    contributor.function("package/remove-leftovers.sh")?;
    let template = "package/preinst-release.sh";
    contributor.fragment(Script::Preinst, Step::Directories, template)
}
