//! The symlinks: their form, and whether they can lead anywhere.

use super::super::linter::Item;
use super::super::unpack::Tally;
use crate::deb::DataKind;
use crate::escape;
use crate::finding::tags;

/// Checks a symlink.
pub(in super::super) fn check(item: &Item, found: &mut Tally) {
    if item.entry.kind != DataKind::Symlink {
        return;
    }
    let target = String::from_utf8_lossy(&item.entry.target);
    let shown = escape::line(item.path);
    let to = || escape::line(&target).into_owned();
    if let Some(what) = lost(item.path, &target) {
        found.tell_at(&shown, tags::SYMLINK_LOST, || {
            format!("the link `{shown}` to `{}` {what}", to())
        });
    } else if let Some(what) = form(item.path, &target) {
        found.tell_at(&shown, tags::SYMLINK_FORM, || {
            format!("the link `{shown}` to `{}` {what}", to())
        });
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// Returns why a link can lead nowhere.
fn lost(path: &str, target: &str) -> Option<&'static str> {
    if target.contains('*') {
        return Some("has a wildcard in its target");
    }
    if let Some(rest) = target.strip_prefix('/') {
        let top = parts(rest);
        return match top[..] {
            [] => Some("leads to the root"),
            ["tmp", ..] | ["var" | "usr", "tmp", ..] => {
                Some("leads below a directory for temporary files")
            }
            ["build" | "home" | "builds", ..] => Some("leads to where it was built"),
            _ => None,
        };
    }
    let mut folder = parts(path);
    folder.pop();
    let steps = parts(target);
    let ups = steps.iter().take_while(|step| **step == "..").count();
    if ups > folder.len() {
        return Some("leads above the root");
    }
    let names = steps
        .iter()
        .filter(|step| **step != "." && **step != "..")
        .count();
    (names == 0 && ups == 0).then_some("leads to its own directory")
}

/// Returns what is unusual in a target.
fn form(path: &str, target: &str) -> Option<&'static str> {
    let folder = parts(path);
    if target.contains("//") {
        return Some("has a double slash");
    }
    if target.len() > 1 && target.ends_with('/') {
        return Some("ends in a slash");
    }
    let ends = [".gz", ".bz2", ".xz", ".zst"];
    if let Some(end) = ends.iter().find(|end| target.ends_with(*end))
        && !path.ends_with(end)
    {
        return Some("leads to a compressed file, but has another ending");
    }
    let steps = parts(target);
    if target.starts_with('/') {
        let is_within = folder.first() == steps.first();
        return is_within.then_some("is absolute within one directory of the root");
    }
    let ups = steps.iter().take_while(|step| **step == "..").count();
    let rest = &steps[ups..];
    if rest.iter().any(|step| *step == "." || *step == "..") {
        return (target != ".").then_some("goes a longer way than needed");
    }
    let left = folder.len() - 1;
    if ups > 0 && folder.get(left - ups) == rest.first() {
        return Some("goes a longer way than needed");
    }
    let leaves_top = left == ups && rest.first() != folder.first() && left > 0;
    leaves_top.then_some("is relative from one directory of the root to another")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case = (
        &'static str,
        &'static str,
        Option<&'static str>,
        Option<&'static str>,
    );

    /// Each symlink with what makes it lost, and what is odd about one that is not.
    const CASES: [Case; 15] = [
        ("/usr/bin/x", "y", None, None),
        ("/usr/bin/x", "../lib/y", None, None),
        ("/usr/bin/x", "/opt/y", None, None),
        (
            "/usr/bin/x",
            "/usr/lib/y",
            None,
            Some("is absolute within one directory of the root"),
        ),
        (
            "/usr/bin/x",
            "../../opt/y",
            None,
            Some("is relative from one directory of the root to another"),
        ),
        (
            "/usr/bin/x",
            "../bin/y",
            None,
            Some("goes a longer way than needed"),
        ),
        (
            "/usr/bin/x",
            "../lib/../y",
            None,
            Some("goes a longer way than needed"),
        ),
        ("/usr/bin/x", "a//b", None, Some("has a double slash")),
        ("/usr/bin/x", "a/", None, Some("ends in a slash")),
        (
            "/usr/bin/x",
            "a.gz",
            None,
            Some("leads to a compressed file, but has another ending"),
        ),
        (
            "/usr/bin/x",
            "../../../y",
            Some("leads above the root"),
            None,
        ),
        (
            "/usr/bin/x",
            "/tmp/y",
            Some("leads below a directory for temporary files"),
            None,
        ),
        ("/usr/bin/x", ".", Some("leads to its own directory"), None),
        (
            "/usr/bin/x",
            "lib*",
            Some("has a wildcard in its target"),
            None,
        ),
        ("/x", "y", None, None),
    ];

    #[test]
    fn targets_are_judged_by_their_form() {
        for (path, target, why, unusual) in CASES {
            assert_eq!(lost(path, target), why, "{path} -> {target}");
            if why.is_none() {
                assert_eq!(form(path, target), unusual, "{path} -> {target}");
            }
        }
    }
}
