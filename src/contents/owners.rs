//! Findings about directories that others than root can write: dpkg works in them as root, and
//! follows the links that their owners make.

use std::collections::BTreeSet;

use super::PopulateError;
use super::mappings::of_origin;
use crate::debian::{RelationField, reserved};
use crate::deployment::Script;
use crate::finding::{Finding, tags};
use crate::plan::{PackagePlan, Settings};
use crate::tree::{Entry, Kind, PackagePath, Tree};
use crate::vocabulary::HookEvent;

/// Returns the findings about directories that others than root can write: about the package's
/// paths in them, and about those that lie in the release.
#[must_use]
pub(crate) fn findings_of_owners(plan: &PackagePlan, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut said = BTreeSet::new();
    let mut open = Vec::new();
    if let Some(account) = &plan.deployment.account
        && plan.deployment.has_state
    {
        let own = &plan.deployment.directories;
        let made = own.of_service();
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
                    let release = plan.deployment.directories.release.as_ref();
                    if release.is_some_and(|release| path.starts_with(release)) {
                        findings.push(in_release(plan, path, &owner));
                    }
                    open.push((path.clone(), owner));
                }
            }
        }
    }
    findings
}

/// Checks that the owners of `[files]` are there when dpkg unpacks: it gives what belongs to unknown ones
/// to root. What runs before, the hook `before-first-install`, a preinst of the author's own and packages of
/// `Pre-Depends`, may make them.
///
/// # Errors
/// [`PopulateError::UnknownOwner`] for the first that nobody makes.
pub(super) fn check(settings: &Settings, plan: &PackagePlan) -> Result<(), PopulateError> {
    let deployment = &plan.deployment;
    let mut hooks = deployment.hooks.iter();
    let asked = plan.control.relations.get(RelationField::PreDepends);
    let mut asked = asked.iter().flat_map(|asked| asked.iter());
    let mut own_scripts = plan.own_scripts.iter();
    if hooks.any(|hook| hook.event == HookEvent::BeforeFirstInstall)
        || own_scripts.any(|own| own.script == Script::Preinst)
        || asked.any(|any| {
            any.relations()
                .iter()
                .any(|it| !is_own_helper(it.package.as_str()))
        })
    {
        return Ok(());
    }
    let account = deployment.account.as_ref();
    for mapping in plan.mappings.iter() {
        for (key, name) in [("owner", &mapping.owner), ("group", &mapping.group)] {
            let is_made = account.is_some_and(|account| {
                let mut groups = account.groups.iter();
                account.user.as_str() == name
                    || key == "group" && groups.any(|group| group.as_str() == name)
            });
            if !is_made && !reserved::is_static(key, name) {
                return Err(PopulateError::UnknownOwner {
                    manifest: settings.manifest_path.clone(),
                    line: mapping.line,
                    path: mapping.key.to_string(),
                    key,
                    name: name.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Returns whether reldeb itself asks for a package in `Pre-Depends`.
fn is_own_helper(package: &str) -> bool {
    ["init-system-helpers", "passwd"].contains(&package)
}

/// Checks that root alone can change or replace the files with capabilities: another would get them.
///
/// # Errors
/// [`PopulateError::CapabilitiesForOthers`] names the file and what can be written.
pub(super) fn check_capabilities(
    settings: &Settings,
    plan: &PackagePlan,
    tree: &Tree,
) -> Result<(), PopulateError> {
    let account = plan.deployment.account.as_ref();
    let own = &plan.deployment.directories;
    for (path, entry) in tree.iter() {
        let Some(mapping) = of_origin(plan, &entry.origin) else {
            continue;
        };
        if mapping.capabilities.is_none() || !matches!(entry.kind, Kind::Regular { .. }) {
            continue;
        }
        let mut way = std::iter::successors(Some(path.clone()), PackagePath::parent);
        let found = way.find_map(|place| {
            let of_service = account.filter(|_| own.of_service().any(|made| *made == place));
            let of_service = of_service.map(|account| account.user.to_string());
            let writer = tree.get(&place).and_then(who_can_write).or(of_service)?;
            Some((place, writer))
        });
        if let Some((place, writer)) = found {
            return Err(PopulateError::CapabilitiesForOthers {
                manifest: settings.manifest_path.clone(),
                line: mapping.line,
                path: path.clone(),
                place,
                writer,
            });
        }
    }
    Ok(())
}

/// Returns the user or group beside root that can make links in a directory.
fn writer(entry: &Entry) -> Option<String> {
    matches!(entry.kind, Kind::Directory)
        .then(|| who_can_write(entry))
        .flatten()
}

/// Returns the user or group beside root that can write a path.
fn who_can_write(entry: &Entry) -> Option<String> {
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
    let elsewhere = format!("/usr/share/{}/{name}", plan.control.package);
    let is_below = elsewhere.starts_with(&format!("{directory}/"));
    let hint = if plan.deployment.has_state && !is_below {
        format!("write `{elsewhere}`, and let the service copy it to its state")
    } else {
        format!(
            "leave `{directory}` to root, and give away only what `{owner}` must write, such as an empty \
             directory below `/var/lib`"
        )
    };
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
