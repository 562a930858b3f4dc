//! Findings about symlinks: those that dpkg puts in the place of the sysadmin's files, and those of
//! the author's folders that lead to nothing on the target machine.

use crate::escape;
use crate::finding::{Finding, tags};
use crate::message::{key, quoted};
use crate::release::{Node, Outcome, means_target_machine, resolve};
use crate::tree::{Kind, Origin, PackagePath, Tree};

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

/// Returns the finding about a symlink that lay in a folder of the author's and leads to nothing.
fn of_folder(tree: &Tree, path: &PackagePath, target: &[u8]) -> Option<Finding> {
    let node = |relative: &[u8]| {
        let path = PackagePath::root().join(relative).ok()?;
        Some(match &tree.get(&path)?.kind {
            Kind::Directory => Node::Directory,
            Kind::Regular { .. } => Node::File,
            Kind::Symlink { target } => Node::Symlink(target),
        })
    };
    let to = escape::bytes(target);
    let fact = match target.strip_prefix(b"/") {
        Some(below_root) => match resolve(node, b"", below_root) {
            Outcome::Inside => return None,
            _ if means_target_machine(target) => return None,
            _ => "is not in the package, but perhaps on this machine alone",
        },
        None => match resolve(node, path.relative(), target) {
            Outcome::Inside => return None,
            Outcome::Loop => "leads back to it",
            Outcome::Outside | Outcome::Dangling => "is not in the package",
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
