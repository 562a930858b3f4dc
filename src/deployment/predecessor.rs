//! The upgrade from a package of the same name that was made by other means.

use super::{Contributor, Deployment, DeploymentError, Script, Step};

/// Adds the fragments that stop the service of such a package, take over its files, and give them
/// back where the upgrade fails.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if deployment.service.is_none() {
        return Ok(());
    }
    for (script, step, template) in [
        (
            Script::Preinst,
            // Whether the service runs is noted before it is stopped.
            Step::Leftovers,
            "package/preinst-predecessor.sh",
        ),
        (
            Script::Postinst,
            Step::Directories,
            "package/postinst-predecessor.sh",
        ),
        (
            Script::Postrm,
            Step::Leftovers,
            "package/postrm-predecessor.sh",
        ),
    ] {
        contributor.fragment(script, step, template)?;
    }
    Ok(())
}
