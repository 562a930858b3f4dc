//! Files of tmpfiles.d(5) and sysusers.d(5): systemd applies them at boot, the package at once.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Contributor, Deployment, DeploymentError, Script, Step};
use crate::finding::{Finding, Severity, tags};
use crate::tree::{Kind, PackagePath, Tree};

/// The parents of directories of snippets; /lib is /usr/lib.
const PARENTS: [&str; 3] = ["/etc", "/lib", "/usr/lib"];

/// A list of snippets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnippetList {
    /// tmpfiles.d(5).
    Tmpfiles,
    /// sysusers.d(5).
    Sysusers,
}

/// Returns the list that systemd reads a path for, and its name there; `None` for a path that is no snippet.
pub(crate) fn snippet(path: &PackagePath) -> Option<(SnippetList, &str)> {
    let path = std::str::from_utf8(path.as_bytes()).ok()?;
    let (directory, name) = path.rsplit_once('/')?;
    let (parent, list) = directory.rsplit_once('/')?;
    let list = match list {
        "tmpfiles.d" => SnippetList::Tmpfiles,
        "sysusers.d" => SnippetList::Sysusers,
        _ => return None,
    };
    (PARENTS.contains(&parent) && name.ends_with(".conf")).then_some((list, name))
}

/// The snippets of a package, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snippets {
    /// Those of tmpfiles.d.
    pub tmpfiles: Vec<String>,
    /// Those of sysusers.d.
    pub sysusers: Vec<String>,
}

impl Snippets {
    /// Collects the snippets of a tree. A name that is not UTF-8 is none of systemd's.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let names = |list: SnippetList| {
            let entries = tree
                .iter()
                .filter(|(_, entry)| !matches!(entry.kind, Kind::Directory));
            let snippets = entries.filter_map(|(path, _)| snippet(path));
            let names = snippets.filter(|(of, _)| *of == list);
            // systemd takes one of each name.
            let names: BTreeSet<_> = names.map(|(_, name)| name.to_owned()).collect();
            names.into_iter().collect()
        };
        Self {
            tmpfiles: names(SnippetList::Tmpfiles),
            sysusers: names(SnippetList::Sysusers),
        }
    }
}

/// Returns the finding about a package whose snippets have no effect where systemd is missing.
pub(crate) fn findings(deployment: &Deployment) -> Option<Finding> {
    let first = deployment.paths.snippets.tmpfiles.first()?;
    let message = format!("what `{first}` of tmpfiles.d asks for is made by systemd alone");
    let finding = Finding::new(tags::TMPFILES_WITHOUT_SYSTEMD, message)
        .with_hint("make it in a hook, or let the package depend on `systemd | systemd-tmpfiles`");
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
