//! The changelogs: Debian's, and that of the project where `dh_installchangelogs` finds one.

use super::folder::Folder;
use super::{Package, Writing};
use crate::debian::Version;
use crate::fs;
use crate::manifest::draft::DraftTable;

/// The command that packs them.
const COMMAND: &str = "dh_installchangelogs";

/// The names of changelogs in small letters, and the endings that they may have, the first wanted most.
const NAMES: [&str; 3] = ["changelog", "changes", "history"];
const ENDINGS: [&str; 5] = ["", ".txt", ".md", ".rst", ".org"];

/// Writes those that all packages have in common: returns the project's own, which each has unless it has another.
pub(super) fn write_shared(
    packages: &[Package<'_>],
    version: &Version,
    folder: &Folder<'_>,
    table: &mut DraftTable,
) -> Option<String> {
    // Without documents there is none that a changelog could be.
    if packages.iter().any(|package| package.shares.is_some()) {
        return None;
    }
    let own = match packages {
        [alone] => folder.named(&format!("{}.changelog", alone.name)),
        _ => None,
    };
    if let Some(changelog) = own.or_else(|| folder.named("changelog")) {
        table.set("changelog", changelog.source);
    }
    let mut all = packages
        .iter()
        .map(|package| upstream(package, version, folder));
    let first = all.next().flatten()?;
    if !all.all(|other| other.as_ref() == Some(&first)) {
        return None;
    }
    table.set("upstream-changelog", folder.source(&first));
    Some(first)
}

/// Writes those that one of several packages has for itself.
pub(super) fn write_own(
    package: &Package<'_>,
    version: &Version,
    (has_common, shared): (bool, Option<&str>),
    folder: &Folder<'_>,
    writing: &mut Writing,
) {
    let table = writing.draft.table(&package.table("package"));
    if package.shares.is_some() {
        return;
    }
    let own = folder.named(&format!("{}.changelog", package.name));
    let common = || folder.named("changelog").filter(|_| !has_common);
    if let Some(changelog) = own.or_else(common) {
        table.set("changelog", changelog.source);
    }
    if shared.is_none()
        && let Some(path) = upstream(package, version, folder)
    {
        table.set("upstream-changelog", folder.source(&path));
    }
}

/// Returns the project's own changelog of a package, by its path from the folder of the project.
pub(super) fn upstream(
    package: &Package<'_>,
    version: &Version,
    folder: &Folder<'_>,
) -> Option<String> {
    let (operands, excludes) = folder.rules.operands(COMMAND, package)?;
    if let Some(operand) = operands.first() {
        return Some(operand.trim_start_matches("./").to_owned());
    }
    // A native package has but one changelog.
    version.debian_revision()?;
    let own = format!("debian/{0}/usr/share/doc/{0}", package.name);
    let mut folders = [own.as_str(), "", "doc", "docs"].into_iter();
    folders.find_map(|path| find(path, &excludes, folder))
}

/// Returns the changelog in a folder of the project.
fn find(path: &str, excludes: &[String], folder: &Folder<'_>) -> Option<String> {
    let here = if path.is_empty() { "." } else { path };
    let found = fs::read_dir(&folder.on_disk(here)).unwrap_or_default();
    let mut found: Vec<String> = found
        .iter()
        .filter(|file| fs::metadata(file).is_ok_and(|it| it.is_file() && it.len() > 0))
        .filter_map(|file| file.file_name()?.to_str())
        .map(|name| format!("{path}/{name}").trim_start_matches('/').to_owned())
        .filter(|path| !super::excludes::leave_out(excludes, path))
        .collect();
    found.sort();
    let wanted = ENDINGS
        .iter()
        .flat_map(|end| NAMES.map(|name| format!("{name}{end}")));
    wanted.into_iter().find_map(|wanted| {
        let is_it = |path: &&String| {
            let name = path.rsplit('/').next().unwrap_or_default();
            name.eq_ignore_ascii_case(&wanted)
        };
        found.iter().find(is_it).cloned()
    })
}
