//! Files of tmpfiles.d(5) and sysusers.d(5): systemd applies them at boot, the package at once.

use serde::Serialize;

use super::{Contributor, Deployment, DeploymentError, Script, Step};
use crate::finding::{Finding, Severity, tags};
use crate::tree::{Kind, PackagePath, Tree};

/// The snippets of a package, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snippets {
    /// Those in /usr/lib/tmpfiles.d.
    pub tmpfiles: Vec<String>,
    /// Those in /usr/lib/sysusers.d.
    pub sysusers: Vec<String>,
}

impl Snippets {
    /// Collects the snippets of a tree. A name that is not UTF-8 is none of systemd's.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let names = |directory: &str| {
            let paths = tree.iter().filter_map(|(path, entry)| {
                let is_snippet = !matches!(entry.kind, Kind::Directory);
                let name = path.as_bytes().strip_prefix(directory.as_bytes())?;
                let name = std::str::from_utf8(name).ok()?;
                let is_direct = is_snippet && name.ends_with(".conf") && !name.contains('/');
                is_direct.then(|| name.to_owned())
            });
            paths.collect()
        };
        Self {
            tmpfiles: names("/usr/lib/tmpfiles.d/"),
            sysusers: names("/usr/lib/sysusers.d/"),
        }
    }
}

/// Returns the finding about a package whose snippets have no effect where systemd is missing.
pub(crate) fn findings(deployment: &Deployment) -> Option<Finding> {
    let first = deployment.paths.snippets.tmpfiles.first()?;
    let path = PackagePath::new(format!("/usr/lib/tmpfiles.d/{first}")).ok()?;
    let message = format!("what `{path}` asks for is made by systemd alone");
    let finding = Finding::new(tags::TMPFILES_WITHOUT_SYSTEMD, message)
        .with_hint("make it in a hook, or let the package depend on `systemd | systemd-tmpfiles`")
        .at_path(&path);
    let runs_without = deployment
        .service
        .as_ref()
        .is_some_and(|service| service.init);
    Some(if runs_without {
        finding
    } else {
        finding.with_severity(Severity::Info)
    })
}

/// Adds the fragments that apply the snippets: users first, to whom the others give files.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let Snippets { tmpfiles, sysusers } = &deployment.paths.snippets;
    if !sysusers.is_empty() {
        let template = "package/postinst-sysusers.sh";
        contributor.fragment(Script::Postinst, Step::Account, template)?;
    }
    if !tmpfiles.is_empty() {
        let template = "package/postinst-tmpfiles.sh";
        contributor.fragment(Script::Postinst, Step::Directories, template)?;
    }
    Ok(())
}
