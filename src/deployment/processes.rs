//! The end of processes that run from the release, at its removal.

use super::{Contributor, Deployment, DeploymentError, Script, Step};

/// Adds the fragments that end processes.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let (Some(program), Some(_)) = (&deployment.program, &deployment.directories.release) else {
        return Ok(());
    };
    contributor.function("package/processes.sh")?;
    if program.erts.is_some() {
        contributor.function("package/port-mapper.sh")?;
    }
    contributor.function("package/end-processes.sh")?;
    let template = "package/remove-processes.sh";
    contributor.fragment(Script::Prerm, Step::Leftovers, template)?;
    // dpkg calls no prerm where the package was unpacked but never configured.
    contributor.fragment(Script::Postrm, Step::Leftovers, template)
}
