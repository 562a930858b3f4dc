//! The packages of one run against each other: the files that they are written to, the paths that they
//! have, and the versions that they ask for.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Package, sibling_alternatives, sibling_units};
use crate::audit::{self, Missing, Reason};
use crate::debian::{Alternatives, ControlFile, Relation, RelationField, Relations};
use crate::error::Error;
use crate::finding::{Finding, tags};
use crate::manifest::Manifest;
use crate::tree::{Entry, Kind, Origin, PackagePath};

/// Checks that each package has a file of its own.
pub(super) fn check_outputs(packages: &[Package]) -> Result<(), Error> {
    let mut files: BTreeMap<&Path, &Package> = BTreeMap::new();
    for package in packages {
        if let Some(other) = files.insert(&package.output, package) {
            return Err(Error::SameOutput {
                path: package.output.clone(),
                packages: [other, package].map(|it| it.control.package.clone()),
            });
        }
    }
    Ok(())
}

/// Compares each package with those before it. What is found is told of the later one.
pub(super) fn compare(manifests: &[Manifest], packages: &mut [Package]) {
    for index in 0..packages.len() {
        let (earlier, later) = packages.split_at_mut(index);
        let Some((package, later)) = later.split_first_mut() else {
            continue;
        };
        let mut findings = Vec::new();
        findings.extend(unmet(&package.control, &package.control));
        for other in &*earlier {
            if may_be_together(other, package) {
                findings.extend(shared_path(manifests, other, package));
                findings.extend(shared_directory(manifests, other, package));
                findings.extend(sibling_alternatives::clash(other, package));
                findings.extend(sibling_units::clash(other, package));
            }
        }
        for other in earlier.iter().chain(&*later) {
            findings.extend(unmet(&package.control, &other.control));
            findings.extend(never_installed(package, other));
        }
        package.findings.extend(findings);
    }
}

/// Takes back that a library is missing where a sibling has it that the package depends on.
pub(super) fn find_libraries(packages: &mut [Package]) {
    for index in 0..packages.len() {
        let package = &packages[index];
        let is_met = |missing: &Missing| {
            missing.reason == Reason::Unknown
                && packages.iter().any(|other| {
                    depends(&package.control, &other.control)
                        && has_library(other, &missing.library)
                })
        };
        let met: Vec<Finding> = (package.audit.missing.iter())
            .filter(|missing| is_met(missing))
            .map(Missing::finding)
            .collect();
        let package = &mut packages[index];
        package.findings.retain(|finding| !met.contains(finding));
        package
            .audit
            .missing
            .retain(|missing| !met.contains(&missing.finding()));
    }
}

/// Returns whether a package is installed only with another of the same run.
fn depends(package: &ControlFile, other: &ControlFile) -> bool {
    let fields = [RelationField::PreDepends, RelationField::Depends];
    let mut fields = fields.into_iter().map(|field| package.relations.get(field));
    fields.any(|field| relations(field).any(|relation| is_met(relation, other)))
}

/// Returns whether a package has a library where the loader finds it.
fn has_library(package: &Package, name: &str) -> bool {
    audit::system_folders().any(|folder| {
        let path = folder.join(name);
        path.is_ok_and(|path| {
            package
                .contents
                .get(&path)
                .is_some_and(|it| !is_directory(it))
        })
    })
}

/// Finds a path that both packages have and that is no directory: dpkg refuses to unpack the second.
fn shared_path(manifests: &[Manifest], first: &Package, second: &Package) -> Option<Finding> {
    let (one, two) = (&first.control, &second.control);
    let mut shared = first.contents.iter().filter_map(|(path, entry)| {
        let (_, other) = second.contents.get_by_any_name(path)?;
        let are_directories = is_directory(entry) && is_directory(other);
        (!are_directories).then_some((path, entry, other))
    });
    let (path, entry, other): (&PackagePath, _, _) = shared.next()?;
    let more = match shared.count() {
        0 => " is".to_owned(),
        more => format!(" and {more} more are"),
    };
    let message = format!(
        "`{path}`{more} in {} and in {}",
        place(manifests, one, entry),
        place(manifests, two, other)
    );
    let hint = "leave it to one of them, which the other depends on; or write `conflicts` \
                below `[package]` of one";
    let finding = Finding::new(tags::PATH_IN_TWO_PACKAGES, message);
    Some(finding.with_hint(hint).at_path(path))
}

/// Finds a directory to which the packages give different owners or modes: it has those of the package that is
/// unpacked first.
fn shared_directory(manifests: &[Manifest], first: &Package, second: &Package) -> Option<Finding> {
    let (path, entry, other) = first.contents.iter().find_map(|(path, entry)| {
        let other = second.contents.get(path)?;
        let is_same = (&entry.owner, entry.mode) == (&other.owner, other.mode);
        let are_directories = is_directory(entry) && is_directory(other);
        (are_directories && !is_same).then_some((path, entry, other))
    })?;
    let has = |package: &ControlFile, entry: &Entry| {
        let (user, group) = (entry.owner.user(), entry.owner.group());
        let place = place(manifests, package, entry);
        format!("{user}:{group} {:04o} in {place}", entry.mode)
    };
    let message = format!(
        "directory `{path}` is {} and {}",
        has(&first.control, entry),
        has(&second.control, other)
    );
    let hint = "give it the same `owner`, `group` and `mode` in both, or another path in one";
    let finding = Finding::new(tags::PATH_IN_TWO_PACKAGES, message);
    Some(finding.with_hint(hint).at_path(path))
}

/// Returns a package and who asked for a path in it.
fn place(manifests: &[Manifest], package: &ControlFile, entry: &Entry) -> String {
    let origin = origin(manifests, package, entry);
    format!("`{}` ({origin})", package.package)
}

fn is_directory(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Directory)
}

/// Returns who asked for a path, with the line of the manifest where that is one of `[files]`.
fn origin(manifests: &[Manifest], package: &ControlFile, entry: &Entry) -> String {
    let line = match &entry.origin {
        Origin::Files { key, .. } => line(manifests, package, key),
        _ => None,
    };
    match line {
        Some(line) => format!("{}, line {line}", entry.origin),
        None => entry.origin.to_string(),
    }
}

fn line(manifests: &[Manifest], package: &ControlFile, key: &str) -> Option<usize> {
    let manifest = manifests.iter().find(|manifest| {
        let name = manifest.tables.package.name.as_ref();
        name.is_some_and(|name| name.get_ref().0 == package.package)
    })?;
    let mut keys = manifest.tables.files.keys();
    let key = keys.find(|written| written.get_ref() == key)?;
    Some(manifest.line(&key.span()))
}

/// Returns whether two packages can be installed at once.
fn may_be_together(first: &Package, second: &Package) -> bool {
    let (one, two) = (&first.control, &second.control);
    !gives_way(one, two) && !gives_way(two, one)
}

/// Returns whether a package is never unpacked beside another.
fn gives_way(package: &ControlFile, other: &ControlFile) -> bool {
    let has = |field| names(package, field, other);
    // `Replaces` alone lets both be installed, and the path goes with the one that is removed first.
    has(RelationField::Conflicts) || has(RelationField::Breaks) && has(RelationField::Replaces)
}

/// Returns whether a package is never configured beside another.
fn excludes(package: &ControlFile, other: &ControlFile) -> bool {
    let fields = [RelationField::Conflicts, RelationField::Breaks];
    fields.into_iter().any(|field| names(package, field, other))
}

/// Returns whether a field of a package names another, or what that provides, in a version that it has.
fn names(package: &ControlFile, field: RelationField, other: &ControlFile) -> bool {
    let others = other.relations.get(RelationField::Provides);
    relations(package.relations.get(field)).any(|relation| {
        is_met(relation, other) || relations(others).any(|it| is_provided(relation, it))
    })
}

/// Returns whether what a package provides is what a relation asks for: without a version, it has none.
fn is_provided(relation: &Relation, provided: &Relation) -> bool {
    let has_version = relation.constraint.as_ref().is_none_or(|asked| {
        let provided = provided.constraint.as_ref();
        provided.is_some_and(|it| asked.admits(&it.version))
    });
    relation.package == provided.package && has_version
}

fn relations(field: Option<&Relations>) -> impl Iterator<Item = &Relation> {
    field
        .into_iter()
        .flatten()
        .flat_map(Alternatives::relations)
}

/// Returns whether a package is the one that a relation asks for, in a version that it asks for.
fn is_met(relation: &Relation, package: &ControlFile) -> bool {
    let constraint = relation.constraint.as_ref();
    relation.package == package.package
        && constraint.is_none_or(|constraint| constraint.admits(&package.version))
}

/// Finds that a package needs another of the same run, and cannot be installed with it or after it.
fn never_installed(package: &Package, other: &Package) -> Option<Finding> {
    let (own, sibling) = (&package.control, &other.control);
    let (field, relation) = needed(own, sibling)?;
    let (name, other) = (&own.package, &sibling.package);
    let asked = format!("`{}` asks for `{relation}`, but", field.name());
    let (message, hint) = if excludes(own, sibling) || excludes(sibling, own) {
        (
            format!("{asked} `{name}` and `{other}` are never installed together"),
            "leave the relation out, or `conflicts` and `breaks`",
        )
    } else if field == RelationField::PreDepends && needed(sibling, own).is_some() {
        (
            format!(
                "{asked} `{other}` is not configured before `{name}`, which it asks for itself"
            ),
            "leave one of the two relations out, or write `depends` in both",
        )
    } else {
        return None;
    };
    Some(Finding::new(tags::SIBLING_IN_CONFLICT, message).with_hint(hint))
}

/// Returns the relation by which a package is not configured without another of the same run.
fn needed<'a>(
    package: &'a ControlFile,
    other: &ControlFile,
) -> Option<(RelationField, &'a Relation)> {
    let mut fields = [RelationField::PreDepends, RelationField::Depends].into_iter();
    fields.find_map(|field| {
        let written = package.relations.get(field)?;
        let mut written = written.iter().map(Alternatives::relations);
        let relation = written.find_map(|any| match any {
            [only] if is_met(only, other) => Some(only),
            _ => None,
        })?;
        Some((field, relation))
    })
}

/// Finds a relation of a package that another of the same run, or it itself, is meant for and does not
/// meet.
fn unmet(package: &ControlFile, other: &ControlFile) -> Option<Finding> {
    let fields = [
        RelationField::PreDepends,
        RelationField::Depends,
        RelationField::Recommends,
    ];
    let mut fields = fields
        .into_iter()
        .filter_map(|field| Some((field, package.relations.get(field)?)));
    let (field, relation) = fields.find_map(|(field, written)| {
        let mut written = written.iter().map(Alternatives::relations);
        let relation = written.find_map(|any| match any {
            [only] if only.package == other.package && !is_met(only, other) => Some(only),
            _ => None,
        })?;
        Some((field, relation))
    })?;
    let message = format!(
        "`{}` asks for `{relation}`, but this `{}` is version {}",
        field.name(),
        other.package,
        other.version
    );
    let hint = if package.package == other.package {
        "leave it out: no package is needed to install itself"
    } else {
        "give both the same version: write `version` below the `[package]` that they share"
    };
    Some(Finding::new(tags::SIBLING_OF_ANOTHER_VERSION, message).with_hint(hint))
}
