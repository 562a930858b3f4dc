//! Findings about directories that others than root can write: dpkg works in them as root, and
//! follows the links that their owners make.

use std::collections::BTreeSet;

use crate::finding::{Finding, tags};
use crate::plan::PackagePlan;
use crate::tree::{Entry, Kind, PackagePath, Tree};

/// Returns the findings about directories that others than root can write: about the package's
/// paths in them, and about those that lie in the release.
#[must_use]
pub(crate) fn findings_of_owners(plan: &PackagePlan, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut said = BTreeSet::new();
    let mut open = Vec::new();
    if let Some(account) = &plan.deployment.account {
        let own = &plan.deployment.directories;
        let made = [&own.state, &own.log, &own.run];
        open.extend(made.map(|path| (path.clone(), account.user.to_string())));
    }
    for (path, entry) in tree.iter() {
        let above = open
            .iter()
            .find(|(directory, _)| path != directory && path.starts_with(directory));
        match above {
            Some((directory, owner)) => {
                if is_reached_by_links(path, entry, directory) && said.insert(directory.clone()) {
                    findings.push(below_open(plan, path, directory, owner));
                }
            }
            None => {
                if let Some(owner) = writer(entry) {
                    if path.starts_with(&plan.target) {
                        findings.push(in_release(plan, path, &owner));
                    }
                    open.push((path.clone(), owner));
                }
            }
        }
    }
    findings
}

/// Returns the user or group beside root that can make links in a directory.
fn writer(entry: &Entry) -> Option<String> {
    if !matches!(entry.kind, Kind::Directory) {
        return None;
    }
    let (user, group) = (entry.owner.user(), entry.owner.group());
    if user != "root" {
        Some(user.to_owned())
    } else if entry.mode & 0o020 != 0 && group != "root" {
        Some(group.to_owned())
    } else {
        (entry.mode & 0o002 != 0).then(|| "everybody".to_owned())
    }
}

/// Returns whether dpkg meets the links of a directory's owner on its way to a path: it does not
/// follow a link in the place of a directory that it makes, but it follows one above it.
fn is_reached_by_links(path: &PackagePath, entry: &Entry, directory: &PackagePath) -> bool {
    !matches!(entry.kind, Kind::Directory) || path.parent().as_ref() != Some(directory)
}

fn below_open(
    plan: &PackagePlan,
    path: &PackagePath,
    directory: &PackagePath,
    owner: &str,
) -> Finding {
    let message = format!(
        "`{path}` lies below `{directory}`, which `{owner}` can write: dpkg follows links there as root"
    );
    let name = String::from_utf8_lossy(path.file_name()).into_owned();
    let hint = format!(
        "write `/usr/share/{}/{name}`, and let the service copy it to its state",
        plan.control.package
    );
    Finding::new(tags::PATH_IN_WRITABLE_DIRECTORY, message)
        .with_hint(hint)
        .at_path(path)
}

fn in_release(plan: &PackagePlan, path: &PackagePath, owner: &str) -> Finding {
    let message = format!(
        "`{path}` belongs to `{owner}`, but lies in the release, where the service may not write"
    );
    let hint = format!("write a path below `{}`", plan.deployment.directories.state);
    Finding::new(tags::WRITABLE_DIRECTORY_IN_RELEASE, message)
        .with_hint(hint)
        .at_path(path)
}
