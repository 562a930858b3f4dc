//! systemd: the unit, enabled, started and stopped by Debian's helpers.

use super::{Contributor, Deployment, DeploymentError, Script, Step, directives};

pub(crate) const UNIT: &str = "systemd/unit.service";

/// Adds the unit and the fragments that go with it.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let service = deployment.service.as_ref();
    let Some(service) = service.filter(|service| service.systemd) else {
        return Ok(());
    };
    // Policy 10.1: units are below /usr on every release that can install the package.
    let unit = contributor.context.unit().unwrap_or_default();
    let path = format!("/usr/lib/systemd/system/{unit}");
    let text = directives::apply(&contributor.render(UNIT)?, &service.directives);
    contributor.bytes(&path, 0o644, UNIT, text.into_bytes())?;
    contributor.function("systemd/is-anothers.sh")?;
    if service.instances {
        contributor.function("systemd/forget-instances.sh")?;
    }
    contributor.fragment(Script::Preinst, Step::Systemd, "systemd/preinst.sh")?;
    contributor.fragment(Script::Postinst, Step::Systemd, "systemd/postinst.sh")?;
    contributor.fragment(Script::Prerm, Step::Systemd, "systemd/prerm.sh")?;
    contributor.fragment(Script::Postrm, Step::Systemd, "systemd/postrm.sh")
}
