//! The files that the project's own installation has put below `debian`, as `[files]` says them.

use std::collections::BTreeSet;

use super::excludes::escaped;
use super::folder::{Folder, files_below};
use super::install::INSTALLED;
use super::listed::Listed;
use super::{Package, Writing, build_systems, changelogs};
use crate::debian::Version;
use crate::import::ImportError;
use crate::manifest::draft::Value;

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
    let (tree, left_out) = if let Some((tree, files)) = tree {
        let given = given(package, &folder.version()?, folder, listed);
        let (known, new): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|file| is_given(file, &given, listed));
        if new.is_empty() {
            return Ok(());
        }
        (tree, known)
    } else {
        let Some(installation) = build_systems::of(package, is_whole, folder, listed)? else {
            return Ok(());
        };
        let (files, hint) = installation.said(package, folder);
        let what = format!("`{own}` is not there yet: {files}");
        writing.notes.differs(None, &what, &hint);
        (own.as_str(), Vec::new())
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

/// The tables of which one alone is enough for a package.
const ENOUGH: [&str; 6] = [
    "files",
    "units",
    "scripts",
    "triggers",
    "debconf",
    "control-files",
];

/// Writes the tree of a package of which nothing was found, so that `reldeb build` misses it by its name.
pub(super) fn expect_something(package: &Package<'_>, folder: &Folder<'_>, writing: &mut Writing) {
    let mut tables = ENOUGH.iter();
    let has_some = tables.any(|it| writing.draft.table(&package.table(it)).has_entries());
    if has_some || package.has_relations() || !folder.on_disk("debian/rules").is_file() {
        return;
    }
    let name = &package.name;
    let what = format!("nothing that `{name}` packs is found");
    let hint = format!(
        "put it into `debian/{name}`, or write what `rules` installs below `[files]`, such as \
         `\"/usr/bin/{name}\" = \"{name}\"`"
    );
    writing.notes.left_out(None, &what, &hint);
    let source = folder.source(&format!("debian/{name}/"));
    let table = writing.draft.table(&package.table("files"));
    table.set("/", source);
}
