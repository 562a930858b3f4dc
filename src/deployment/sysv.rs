//! `SysV` init: the init script with its log rotation, registered, started and stopped by
//! Debian's helpers.

use super::context::has_init_script;
use super::{Contributor, Deployment, DeploymentError, Script, Step};

/// Adds the init script and the fragments that go with it.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let service = deployment.service.as_ref();
    let Some(service) = service.filter(|service| has_init_script(service)) else {
        return Ok(());
    };
    let name = &service.name;
    contributor.file(&format!("/etc/init.d/{name}"), 0o755, "init/init.sh")?;
    contributor.file(&format!("/etc/logrotate.d/{name}"), 0o644, "init/logrotate")?;
    contributor.fragment(Script::Preinst, Step::Init, "init/preinst.sh")?;
    contributor.fragment(Script::Postinst, Step::Init, "init/postinst.sh")?;
    contributor.fragment(Script::Prerm, Step::Init, "init/prerm.sh")?;
    contributor.fragment(Script::Postrm, Step::Init, "init/postrm.sh")
}
