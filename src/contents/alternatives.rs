//! The check of `[alternatives]` against the paths of the package: update-alternatives(1) makes the
//! links, so the package must not have them, and what they lead to must be there.

use super::{PopulateError, links};
use crate::debian::reserved;
use crate::deployment::AlternativeLink;
use crate::plan::{PackagePlan, Settings};
use crate::tree::{PackagePath, Tree};

/// Compares `[alternatives]` with the paths of the package.
///
/// # Errors
/// [`PopulateError::Alternative`] names the link and what is in its place.
pub(super) fn check(
    settings: &Settings,
    plan: &PackagePlan,
    tree: &Tree,
) -> Result<(), PopulateError> {
    let alternatives = plan.deployment.registries.alternatives.iter();
    for alternative in alternatives.filter(|alternative| !alternative.removed) {
        let links = std::iter::once(&alternative.master).chain(&alternative.slaves);
        for link in links {
            if let Some((fact, hint)) = fault(link, tree) {
                return Err(PopulateError::Alternative {
                    manifest: settings.manifest_path.clone(),
                    line: alternative.line,
                    fact,
                    hint,
                });
            }
        }
    }
    Ok(())
}

fn fault(alternative: &AlternativeLink, tree: &Tree) -> Option<(String, String)> {
    let AlternativeLink { link, path, .. } = alternative;
    if let Some((name, taken)) = tree.get_by_any_name(link) {
        let by = if name == *link {
            String::new()
        } else {
            format!(" by the name `{name}`")
        };
        let fact = format!(
            "alternative `{link}` is also a path of the package{by}, from {}",
            taken.origin
        );
        let hint = "leave the path out: update-alternatives makes the link".to_owned();
        return Some((fact, hint));
    }
    if let Some(directory) = link.parent().filter(|it| !is_there(it, tree)) {
        let fact = format!(
            "alternative `{link}` lies in `{directory}`, which neither the package nor every Debian has"
        );
        let hint = "write a link in `/usr/bin`, or the directory into `[files]`".to_owned();
        return Some((fact, hint));
    }
    if links::leads_by(tree, path, link) {
        let fact =
            format!("alternative `{link}` stands for `{path}`, a symlink that leads to `{link}`");
        let hint = "name the program itself".to_owned();
        return Some((fact, hint));
    }
    if tree.get(path).is_some() {
        return None;
    }
    let fact = format!("alternative `{link}` stands for `{path}`, which is not in the package");
    let compressed = PackagePath::new([path.as_bytes(), b".gz"].concat());
    let hint = match compressed {
        Ok(compressed) if tree.get(&compressed).is_some() => {
            format!("write `{compressed}`: manual pages are compressed")
        }
        _ => "name a path of the release or of `[files]`".to_owned(),
    };
    Some((fact, hint))
}

/// Returns whether a directory of a link is there when update-alternatives makes that.
fn is_there(directory: &PackagePath, tree: &Tree) -> bool {
    let path = directory.to_string();
    // Pages in another language lie where the packages of that language made a directory.
    tree.get_by_any_name(directory).is_some()
        || path.starts_with("/usr/share/man/")
        || reserved::is_shared_directory(&path)
        || reserved::part_of(&path) == Some(reserved::Part::Directory)
}
