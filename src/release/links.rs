//! The check of where the symlinks of a release lead on another machine.

use std::collections::VecDeque;

use super::error::{ReleaseError, exclude_line};
use super::files::{FileKind, ReleaseFile, shown};
use super::kinds::Kind;
use crate::finding::{Finding, tags};
use crate::tree::{self, PackagePath, Tree};

/// The most symlinks that Linux follows in one path, `path_resolution(7)`.
const MOST_HOPS: usize = 40;

/// Absolute targets that mean the target machine: the sysadmin's files, and those that the
/// system itself provides at fixed places. Everything else is a path of the build machine.
const PATHS_OF_TARGET: &[&[u8]] = &[
    b"/etc/",
    b"/run/",
    b"/var/log/",
    b"/var/lib/",
    b"/usr/share/",
    b"/dev/",
    b"/proc/",
];

/// The place that a symlink leads to.
pub(crate) enum Outcome {
    Inside,
    Outside,
    Loop,
    Dangling,
}

/// The kind of a path that a symlink leads over.
pub(crate) enum Node<'a> {
    Directory,
    File,
    Symlink(&'a [u8]),
}

impl<'a> Node<'a> {
    /// Returns the kind of a path of a package, which is relative to its root.
    pub(crate) fn of(tree: &'a Tree, path: &[u8]) -> Option<Self> {
        let path = PackagePath::root().join(path).ok()?;
        Some(match &tree.get(&path)?.kind {
            tree::Kind::Directory => Self::Directory,
            tree::Kind::Regular { .. } => Self::File,
            tree::Kind::Symlink { target } => Self::Symlink(target),
        })
    }
}

/// Checks every symlink. Links to the build machine and out of the release are errors; links to
/// nothing are findings.
pub(super) fn check(
    root: &std::path::Path,
    files: &[ReleaseFile],
    kind: &Kind,
) -> Result<Vec<Finding>, ReleaseError> {
    let mut findings = Vec::new();
    let mut of_this_machine = Vec::new();
    for file in files {
        let FileKind::Symlink { target } = &file.kind else {
            continue;
        };
        let (link, to) = (shown(&file.path), shown(target));
        if target.first() == Some(&b'/') {
            if means_target_machine(target) {
                let message = format!("symlink `{link}` leads to `{to}` on the target machine");
                findings.push(
                    Finding::new(tags::ABSOLUTE_SYMLINK, message).at_release_file(link, None),
                );
            } else {
                of_this_machine.push(format!("{link} -> {to}"));
            }
            continue;
        }
        match resolve(|path| node(files, path), &file.path, target) {
            Outcome::Inside => {}
            Outcome::Outside => return Err(ReleaseError::LinkOutside { link, target: to }),
            Outcome::Loop => return Err(ReleaseError::LinkLoop { link, target: to }),
            Outcome::Dangling => findings.push(
                Finding::new(
                    tags::DANGLING_SYMLINK,
                    format!("symlink `{link}` leads to `{to}`, which is not in the package"),
                )
                .with_hint(format!("leave it out: {}", exclude_line(&file.path, false)))
                .at_release_file(link, None),
            ),
        }
    }
    if of_this_machine.is_empty() {
        return Ok(findings);
    }
    Err(ReleaseError::DevMode {
        path: root.to_owned(),
        links: of_this_machine,
        hint: kind.links_hint,
    })
}

/// Returns whether an absolute target means the target machine. A workspace of Jenkins does not:
/// it lies below /var/lib, and has a `workspace` in its path.
pub(crate) fn means_target_machine(target: &[u8]) -> bool {
    PATHS_OF_TARGET
        .iter()
        .any(|start| target.starts_with(start))
        && !target.windows(11).any(|part| part == b"/workspace/")
}

fn node<'a>(files: &'a [ReleaseFile], path: &[u8]) -> Option<Node<'a>> {
    let index = files.binary_search_by(|file| file.path.as_slice().cmp(path));
    Some(match &files[index.ok()?].kind {
        FileKind::Directory => Node::Directory,
        FileKind::Regular { .. } => Node::File,
        FileKind::Symlink { target } => Node::Symlink(target),
    })
}

/// Follows a symlink over the paths of a tree, which `node` tells; all are relative to its root.
pub(crate) fn resolve<'a>(
    node: impl Fn(&[u8]) -> Option<Node<'a>>,
    link: &[u8],
    target: &'a [u8],
) -> Outcome {
    let mut current: Vec<Vec<u8>> = link
        .split(|byte| *byte == b'/')
        .map(<[u8]>::to_vec)
        .collect();
    current.pop();
    let mut rest: VecDeque<&[u8]> = target.split(|byte| *byte == b'/').collect();
    let mut hops = 0;
    while let Some(component) = rest.pop_front() {
        match component {
            b"" | b"." => continue,
            b".." => {
                if current.pop().is_none() {
                    return Outcome::Outside;
                }
                continue;
            }
            name => current.push(name.to_vec()),
        }
        let path = current.join(&b'/');
        match node(&path) {
            None => return Outcome::Dangling,
            Some(Node::File) if rest.iter().any(|more| !more.is_empty()) => {
                return Outcome::Dangling;
            }
            Some(Node::Directory | Node::File) => {}
            // An absolute target is judged where that link itself is looked at.
            Some(Node::Symlink(target)) if target.first() == Some(&b'/') => {
                return Outcome::Inside;
            }
            Some(Node::Symlink(target)) => {
                hops += 1;
                if hops > MOST_HOPS || path == link {
                    return Outcome::Loop;
                }
                current.pop();
                for component in target.rsplit(|byte| *byte == b'/') {
                    rest.push_front(component);
                }
            }
        }
    }
    Outcome::Inside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(links: &[(&str, &str)]) -> Vec<ReleaseFile> {
        let file = |path: &str, kind| ReleaseFile {
            path: path.into(),
            kind,
            mode: 0o755,
            has_twin: false,
            source: None,
        };
        let mut files: Vec<_> = links
            .iter()
            .map(|(link, to)| {
                file(
                    link,
                    FileKind::Symlink {
                        target: (*to).into(),
                    },
                )
            })
            .collect();
        files.push(file("lib", FileKind::Directory));
        files.push(file("lib/a-1", FileKind::Directory));
        files.push(file("lib/a-1/x", FileKind::Regular { size: 1 }));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    fn said(links: &[(&str, &str)]) -> String {
        let (text, hint) = match check("/r".as_ref(), &tree(links), &crate::release::kinds::RELX) {
            Ok(findings) => findings
                .into_iter()
                .map(|f| (f.message, f.hint))
                .next()
                .unwrap_or_default(),
            Err(error) => (error.to_string(), error.hint()),
        };
        hint.map_or(text.clone(), |hint| format!("{text}\nhint: {hint}"))
    }

    #[test]
    fn links_inside_are_silent() {
        assert_eq!(
            said(&[("lib/a", "a-1"), ("lib/a-1/y", "../a/x"), ("up", "lib/..")]),
            ""
        );
    }

    #[test]
    fn links_elsewhere_are_said() {
        for (links, expected) in [
            (
                &[("lib/b", "../../b")][..],
                "symlink `lib/b` -> `../../b` leaves the release\nhint: replace it by what it \
                 should lead to, or leave it out: `exclude = [\"/lib/b\"]` in `[release]`",
            ),
            (
                &[("lib/b", "c"), ("lib/c", "b")],
                "symlink `lib/b` -> `c` is a loop\nhint: replace it by what it should lead to, \
                 or leave it out: `exclude = [\"/lib/b\"]` in `[release]`",
            ),
            (
                &[("lib/b", "b")],
                "symlink `lib/b` -> `b` is a loop\nhint: replace it by what it should lead to, \
                 or leave it out: `exclude = [\"/lib/b\"]` in `[release]`",
            ),
            (
                &[("lib/b", "a-1/x/y")],
                "symlink `lib/b` leads to `a-1/x/y`, which is not in the package\nhint: leave it \
                 out: `exclude = [\"/lib/b\"]` in `[release]`",
            ),
            (
                &[("lib/b", "/etc/orders/b")],
                "symlink `lib/b` leads to `/etc/orders/b` on the target machine",
            ),
            (
                &[
                    ("a", "/usr/lib/erlang/lib/a"),
                    ("b", "/home/u/b"),
                    ("c", "/c"),
                    ("d", "/d"),
                ],
                "release `/r` links to files of this machine: `a -> /usr/lib/erlang/lib/a`, \
                 `b -> /home/u/b`, `c -> /c` and 1 more\nhint: build with `{dev_mode, false}` or \
                 `{mode, prod}`, as `rebar3 as prod release` does",
            ),
        ] {
            assert_eq!(said(links), expected);
        }
    }
}
