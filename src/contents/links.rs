//! Findings about symlinks: those that dpkg puts in the place of the sysadmin's files, and those of
//! the author's folders that lead to nothing on the target machine.

use super::error::LinkLoop;
use super::{PopulateError, mappings};
use crate::escape;
use crate::finding::{Finding, tags};
use crate::message::{key, quoted};
use crate::plan::{PackagePlan, Settings};
use crate::release::{Node, Outcome, means_target_machine, resolve};
use crate::tree::{Kind, Origin, PackagePath, Tree};

/// The most symlinks that Linux follows in one path, `path_resolution(7)`.
const MOST_HOPS: usize = 40;

/// Refuses a symlink that never ends.
///
/// # Errors
/// [`PopulateError::LinkLoop`] names it and one that leads back to it.
pub(super) fn check(
    settings: &Settings,
    plan: &PackagePlan,
    tree: &Tree,
) -> Result<(), PopulateError> {
    for (path, entry) in tree.iter() {
        let Some(last) = endless(tree, path, &entry.kind) else {
            continue;
        };
        let other = (last != *path).then(|| {
            let origin = tree.get(&last).map(|entry| entry.origin.clone());
            (last, origin.unwrap_or(Origin::Parent))
        });
        return Err(PopulateError::LinkLoop(Box::new(LinkLoop {
            place: mappings::of_origin(plan, &entry.origin)
                .map(|mapping| (settings.manifest_path.clone(), mapping.line)),
            path: path.clone(),
            origin: entry.origin.clone(),
            other,
        })));
    }
    Ok(())
}

/// Returns the last symlink before one leads back to itself, or before Linux gives up.
fn endless(tree: &Tree, link: &PackagePath, kind: &Kind) -> Option<PackagePath> {
    let Kind::Symlink { target } = kind else {
        return None;
    };
    follow(tree, link, target, |step| {
        let is_endless = step.current.is_also(link) || step.hops > MOST_HOPS;
        (step.is_symlink && is_endless).then(|| step.last.clone())
    })
}

/// Returns whether the way from a path of the package comes by another path.
pub(super) fn leads_by(tree: &Tree, path: &PackagePath, other: &PackagePath) -> bool {
    let found = follow(tree, path, path.as_bytes(), |step| {
        step.current.is_also(other).then_some(())
    });
    found.is_some()
}

/// A path that was arrived at.
struct Step<'a> {
    current: &'a PackagePath,
    is_symlink: bool,
    /// The symlinks so far, with the first, and with this one.
    hops: usize,
    /// The symlink before this path.
    last: &'a PackagePath,
}

/// Follows a symlink from path to path of a tree, as Linux does. Returns the first answer of `arrive`;
/// `None` where the way ends or leaves the tree.
fn follow<T>(
    tree: &Tree,
    link: &PackagePath,
    target: &[u8],
    mut arrive: impl FnMut(Step<'_>) -> Option<T>,
) -> Option<T> {
    let names = |target: &[u8]| -> Vec<Vec<u8>> {
        let names = target.split(|byte| *byte == b'/').rev();
        names.map(<[u8]>::to_vec).collect()
    };
    let start = |target: &[u8], from: &PackagePath| {
        let parent = from.parent().filter(|_| target.first() != Some(&b'/'));
        parent.unwrap_or_else(PackagePath::root)
    };
    let mut last = link.clone();
    let (mut current, mut rest) = (start(target, link), names(target));
    let mut hops = 1;
    while let Some(name) = rest.pop() {
        match &name[..] {
            b"" | b"." => continue,
            b".." => current = current.parent().unwrap_or_else(PackagePath::root),
            name => current = current.join(name).ok()?,
        }
        let entry = tree.get_by_any_name(&current).map(|(_, entry)| entry);
        let target = match entry.map(|entry| &entry.kind) {
            Some(Kind::Symlink { target }) => Some(target),
            _ => None,
        };
        hops += usize::from(target.is_some());
        let answer = arrive(Step {
            current: &current,
            is_symlink: target.is_some(),
            hops,
            last: &last,
        });
        if answer.is_some() || entry.is_none() || hops > MOST_HOPS {
            return answer;
        }
        let Some(target) = target else {
            continue;
        };
        rest.extend(names(target));
        last = current.clone();
        current = start(target, &last);
    }
    None
}

/// Returns the findings about the symlinks of a tree.
pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_etc = Vec::new();
    for (path, entry) in tree.iter() {
        let Kind::Symlink { target } = &entry.kind else {
            continue;
        };
        if path.as_bytes().starts_with(b"/etc/") {
            in_etc.push(path);
        }
        let is_found = matches!(
            &entry.origin,
            Origin::Files {
                source: Some(_),
                ..
            }
        );
        if is_found {
            findings.extend(of_folder(tree, path, target));
        }
    }
    if let [path, more @ ..] = &in_etc[..] {
        let more = match more.len() {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        let message = format!(
            "`{path}`{more} is a symlink: dpkg puts it in the place of the sysadmin's file without asking"
        );
        let hint = "pack the file, which becomes a conffile, or make the link in `after-first-install` \
                    of `[hooks]`";
        let finding = Finding::new(tags::SYMLINK_IN_ETC, message).with_hint(hint);
        findings.push(finding.at_path(path));
    }
    findings
}

/// Returns the target of a symlink in the spelling of policy 10.5: relative within a folder below the
/// root, absolute out of it. A target that is not in normal form stays as it is.
pub(super) fn by_policy(path: &PackagePath, target: Vec<u8>) -> Vec<u8> {
    let from: Vec<&[u8]> = path.relative().split(|byte| *byte == b'/').collect();
    let folder = &from[..from.len() - 1];
    let is_name = |name: &&[u8]| !matches!(*name, b"" | b"." | b"..");
    if let Some(below_root) = target.strip_prefix(b"/") {
        let to: Vec<&[u8]> = below_root.split(|byte| *byte == b'/').collect();
        if !to.iter().all(is_name) || folder.first() != Some(&to[0]) {
            return target;
        }
        let shared = folder.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n(&b".."[..], folder.len() - shared);
        let relative: Vec<&[u8]> = up.chain(to[shared..].iter().copied()).collect();
        return match relative.join(&b'/') {
            here if here.is_empty() => b".".to_vec(),
            relative => relative,
        };
    }
    let names: Vec<&[u8]> = target.split(|byte| *byte == b'/').collect();
    let up = names.iter().take_while(|name| **name == b"..").count();
    let down = &names[up..];
    // One that stays below its folder of the root is right, and one above the root means the root.
    if up != folder.len() || up == 0 || down.is_empty() || !down.iter().all(is_name) {
        return target;
    }
    [b"/", &down.join(&b'/')[..]].concat()
}

/// Returns the finding about a symlink that lay in a folder of the author's and leads to nothing.
fn of_folder(tree: &Tree, path: &PackagePath, target: &[u8]) -> Option<Finding> {
    let node = |path: &[u8]| Node::of(tree, path);
    let to = escape::bytes(target);
    let fact = match target.strip_prefix(b"/") {
        Some(below_root) => match resolve(node, b"", below_root) {
            Outcome::Inside => return None,
            _ if means_target_machine(target) => return None,
            _ => "is not in the package, but perhaps on this machine alone",
        },
        None => match resolve(node, path.relative(), target) {
            Outcome::Inside => return None,
            Outcome::Loop | Outcome::Outside | Outcome::Dangling => "is not in the package",
        },
    };
    let message = format!("symlink `{path}` leads to `{to}`, which {fact}");
    let line = format!(
        "`{} = {{ symlink = {} }}`",
        key(&path.to_string()),
        quoted(&to)
    );
    let hint = format!("put a copy in its place, or write it in `[files]` if it is meant: {line}");
    let finding = Finding::new(tags::DANGLING_SYMLINK, message).with_hint(hint);
    Some(finding.at_path(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_spelled_by_policy() {
        let table = [
            ("/usr/bin/x", "/usr/lib/x/x", "../lib/x/x"),
            ("/usr/bin/x", "/usr/bin/y", "y"),
            ("/usr/lib/x/here", "/usr/lib/x", "."),
            ("/usr/bin/x", "/opt/x/bin/x", "/opt/x/bin/x"),
            ("/usr/bin/x", "../../opt/x/bin/x", "/opt/x/bin/x"),
            ("/usr/bin/x", "../lib/x", "../lib/x"),
            ("/usr/bin/x", "../../../opt/x", "../../../opt/x"),
            ("/usr/bin/x", "/usr/../opt/x", "/usr/../opt/x"),
            ("/x", "/y", "/y"),
            ("/x", "y", "y"),
        ];
        for (path, target, expected) in table {
            let path = PackagePath::new(path).unwrap();
            let found = by_policy(&path, target.as_bytes().to_vec());
            assert_eq!(String::from_utf8_lossy(&found), expected, "{path} {target}");
        }
    }
}
