//! The files that the project's own installation has put below `debian`, as `[files]` says them.

use std::collections::BTreeSet;

use super::excludes::escaped;
use super::folder::{Folder, files_below};
use super::install::INSTALLED;
use super::listed::Listed;
use super::{Package, Writing, changelogs};
use crate::debian::Version;
use crate::fs;
use crate::import::{ImportError, control_text};
use crate::manifest::draft::Value;

/// Files by which debhelper finds that a project has an installation of its own; a makefile needs a target.
const BUILD_SYSTEMS: [&str; 9] = [
    "Build.PL",
    "CMakeLists.txt",
    "Makefile.PL",
    "build.xml",
    "configure",
    "meson.build",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
];
const MAKEFILES: [&str; 4] = ["GNUmakefile", "makefile", "Makefile", "Makefile.in"];

/// Adds the tree of `debian/PACKAGE`, where `dh_auto_install` installs a package that is alone. One that is, and
/// that nothing is chosen for by `*.install`, has the files of `debian/tmp` as well.
pub(super) fn read(
    package: &Package<'_>,
    is_alone: bool,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let own = format!("debian/{}", package.name);
    let is_whole = is_alone && folder.of(package, "install").is_none();
    let candidates = [(own.as_str(), true), (INSTALLED, is_whole)];
    let mut trees = candidates.iter().filter(|(_, counts)| *counts);
    let tree = trees.find_map(|(tree, _)| {
        let files = files_below(&folder.on_disk(tree));
        (!files.is_empty()).then_some((*tree, files))
    });
    let (tree, left_out) = match tree {
        Some((tree, files)) => {
            let given = given(package, &folder.version()?, folder, listed);
            let (known, new): (Vec<_>, Vec<_>) = files
                .into_iter()
                .partition(|file| is_given(file, &given, listed));
            if new.is_empty() {
                return Ok(());
            }
            (tree, known)
        }
        None if is_whole && has_installation(folder)? => {
            let what = format!("`{own}` is not there yet: the files that the project installs");
            let hint = "run `debian/rules build` and `dh_auto_install` before `reldeb build`";
            writing.notes.differs(None, &what, hint);
            (own.as_str(), Vec::new())
        }
        None => return Ok(()),
    };
    let control = folder.on_disk(&format!("{tree}/DEBIAN"));
    let control = control.is_dir().then(|| "/DEBIAN".to_owned());
    let left_out = left_out.iter().map(|file| escaped(file));
    let patterns: Vec<String> = control.into_iter().chain(left_out).collect();
    let more = (!patterns.is_empty()).then(|| ("exclude", Value::list(patterns)));
    let source = folder.source(&format!("{tree}/"));
    listed.add_with("/", Some(&source), more.into_iter().collect());
    Ok(())
}

/// Returns the paths that the manifest gives without the tree: those of entries and units, and the documents that
/// are made.
fn given(
    package: &Package<'_>,
    version: &Version,
    folder: &Folder<'_>,
    listed: &Listed,
) -> BTreeSet<String> {
    let mut given: BTreeSet<String> = listed.targets().map(str::to_owned).collect();
    for unit in listed.units() {
        for folder in ["system", "user"] {
            given.insert(format!("/usr/lib/systemd/{folder}/{unit}"));
        }
    }
    let home = format!("/usr/share/doc/{}", package.name);
    for name in ["changelog", "changelog.Debian", "copyright"] {
        given.insert(format!("{home}/{name}"));
    }
    // dh_installchangelogs renames it.
    let own = format!("debian/{}/", package.name);
    let upstream = changelogs::upstream(package, version, folder);
    let upstream = upstream.and_then(|path| Some(format!("/{}", path.strip_prefix(&own)?)));
    given.extend(upstream);
    given
}

/// Returns whether a file of the tree comes from elsewhere: debhelper has compressed some of them.
fn is_given(file: &str, given: &BTreeSet<String>, listed: &Listed) -> bool {
    let merged = match file.strip_prefix("/lib/") {
        Some(below) => format!("/usr/lib/{below}"),
        None => file.to_owned(),
    };
    let Some(plain) = merged.strip_suffix(".gz") else {
        return given.contains(&merged);
    };
    let is_below = |target: &str| target.ends_with('/') && merged.starts_with(target);
    given.contains(&merged) || given.contains(plain) || listed.targets().any(is_below)
}

/// Returns whether `dh` would call an installation of the project's own.
fn has_installation(folder: &Folder<'_>) -> Result<bool, ImportError> {
    let rules = folder.on_disk("debian/rules");
    if !rules.is_file() {
        return Ok(false);
    }
    let bytes = fs::read_small(&rules)?;
    let text = control_text::utf8(&rules, &bytes)?;
    let calls = text.lines().filter_map(|line| line.strip_prefix('\t'));
    let mut calls = calls.map(|line| line.trim_start_matches(['@', '-', '+', ' ']));
    let is_called = calls.any(|it| it.starts_with("dh ") || it.starts_with("dh_auto_install"));
    let is_replaced = text
        .lines()
        .any(|line| line.starts_with("override_dh_auto_install"));
    if !is_called || is_replaced {
        return Ok(false);
    }
    if BUILD_SYSTEMS.iter().any(|it| folder.on_disk(it).is_file()) {
        return Ok(true);
    }
    for name in MAKEFILES {
        let path = folder.on_disk(name);
        if path.is_file() {
            let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            let mut targets = text.lines().filter_map(|line| line.split_once(':'));
            return Ok(targets.any(|(names, _)| names.split_whitespace().any(|it| it == "install")));
        }
    }
    Ok(false)
}
