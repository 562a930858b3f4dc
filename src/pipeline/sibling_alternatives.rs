//! The alternatives of two packages of one run against each other: update-alternatives(1) has one registry
//! for both.

use super::Package;
use crate::debian::reserved::unaliased;
use crate::deployment::{Alternative, AlternativeLink};
use crate::finding::{Finding, tags};

/// A link that a package asks for, with the name of the master link that it follows.
struct Wanted<'a> {
    it: &'a AlternativeLink,
    master: &'a str,
}

/// Finds an alternative that keeps the second of two packages from being configured.
pub(super) fn clash(first: &Package, second: &Package) -> Option<Finding> {
    at_odds(first, second)
        .or_else(|| covered(first, second))
        .or_else(|| covered(second, first))
}

fn wanted(package: &Package) -> impl Iterator<Item = Wanted<'_>> {
    let deployment = package.deployment.iter();
    let all = deployment.flat_map(|it| &it.registries.alternatives);
    all.filter(|it| !it.removed).flat_map(|it| {
        let Alternative { master, slaves, .. } = it;
        let links = std::iter::once(master).chain(slaves);
        links.map(|it| Wanted {
            it,
            master: &master.name,
        })
    })
}

/// Finds a name that has two links, a link that has two names, and one that follows two others.
fn at_odds(first: &Package, second: &Package) -> Option<Finding> {
    let (one, two) = (&first.control.package, &second.control.package);
    wanted(second).find_map(|second| {
        wanted(first).find_map(|first| {
            let (own, other) = (second.it, first.it);
            let (link, taken) = (own.link.to_string(), other.link.to_string());
            let message = if own.name == other.name && link != taken {
                format!(
                    "alternative `{}` has the link `{taken}` in `{one}` and `{link}` in `{two}`",
                    own.name
                )
            } else if own.name != other.name && unaliased(&link) == unaliased(&taken) {
                format!(
                    "alternative `{link}` has the name `{}` in `{one}` and `{}` in `{two}`",
                    other.name, own.name
                )
            } else if own.name == other.name && second.master != first.master {
                format!(
                    "alternative `{link}` belongs to `{}` in `{one}` and to `{}` in `{two}`",
                    first.master, second.master
                )
            } else {
                return None;
            };
            let hint = "write the same in both, or `conflicts` below `[package]` of one";
            Some(Finding::new(tags::ALTERNATIVE_IN_TWO_PACKAGES, message).with_hint(hint))
        })
    })
}

/// Finds a link of a package that is a path of another.
fn covered(package: &Package, other: &Package) -> Option<Finding> {
    wanted(package).find_map(|Wanted { it, .. }| {
        let (path, _) = other.contents.get_by_any_name(&it.link)?;
        let message = format!(
            "alternative `{}` of `{}` is a path of `{}`",
            it.link, package.control.package, other.control.package
        );
        let hint = "leave the path out, and let that package offer it as an alternative, too";
        let finding = Finding::new(tags::ALTERNATIVE_IN_TWO_PACKAGES, message);
        Some(finding.with_hint(hint).at_path(&path))
    })
}
