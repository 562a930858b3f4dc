//! `[debconf]`: the connection of postinst and postrm to debconf (debconf-devel(7)).

use super::{Contributor, Deployment, DeploymentError, Script, Step};

/// Adds the fragments that begin and end the connection. What begins it is first, because debconf
/// runs the script anew; the end is before services start, which would hold it open.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if !deployment.registries.debconf {
        return Ok(());
    }
    for (script, step, template) in [
        (
            Script::Postinst,
            Step::Debconf,
            "package/postinst-debconf.sh",
        ),
        (
            Script::Postinst,
            Step::DebconfEnd,
            "package/postinst-debconf-end.sh",
        ),
        (Script::Postrm, Step::Debconf, "package/postrm-debconf.sh"),
        (
            Script::Postrm,
            Step::DebconfPurge,
            "package/postrm-debconf-purge.sh",
        ),
    ] {
        contributor.fragment(script, step, template)?;
    }
    Ok(())
}
