//! The paths that are added, removed and changed. A release has the versions of its applications in the
//! names of folders: a file that only moves with such a folder is the same file.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use serde::Serialize;

use super::release::Folders;
use super::scripts;
use super::side::{Record, Side};
use crate::deb::DataKind;
use crate::tree::PackagePath;

/// The look of a path in one of the packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Look {
    /// The kind: `directory`, `file`, `symlink`, `hard-link` or `other`.
    pub kind: &'static str,
    /// The permission bits, in octal.
    pub mode: String,
    /// `OWNER:GROUP`.
    pub owner: String,
    /// The size in bytes.
    pub size: u64,
    /// Tells that dpkg keeps it as a configuration file.
    pub conffile: bool,
    /// The target of a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// The difference of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PathChange {
    /// The path in the new package; in the old one where it is gone.
    pub path: String,
    /// The path in the old package, where it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_at: Option<String>,
    /// The look in the old package.
    pub old: Option<Look>,
    /// The look in the new package.
    pub new: Option<Look>,
    /// Tells that the contents differ.
    pub content_changed: bool,
    /// Tells that a machine which has the directory keeps its permission bits and its owner: dpkg leaves it, and no
    /// script of the new package changes it.
    pub stays: bool,
}

impl PathChange {
    /// Returns whether a directory, a file or a link has become something else.
    #[must_use]
    pub(crate) fn is_of_kind(&self) -> bool {
        matches!((&self.old, &self.new), (Some(old), Some(new)) if old.kind != new.kind)
    }

    /// Returns whether permission bits or owners differ.
    #[must_use]
    pub(crate) fn is_of_rights(&self) -> bool {
        matches!((&self.old, &self.new), (Some(old), Some(new))
            if old.kind == new.kind && (&old.mode, &old.owner) != (&new.mode, &new.owner))
    }

    /// Returns whether it is a configuration file in one package, and a plain file in the other.
    #[must_use]
    pub(crate) fn is_of_conffile(&self) -> bool {
        matches!((&self.old, &self.new), (Some(old), Some(new)) if old.conffile != new.conffile)
    }
}

/// All differences of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PathChanges {
    /// The paths that only the new package has.
    pub added: Vec<PathChange>,
    /// The paths that only the old package has.
    pub removed: Vec<PathChange>,
    /// The paths that differ.
    pub changed: Vec<PathChange>,
    /// The number of files that only moved with their folder.
    pub moved: usize,
    /// The bytes by which folders grow, the largest growth first.
    pub folders: Vec<FolderGrowth>,
    /// The bytes of all files of the old package.
    pub old_bytes: u64,
    /// The bytes of all files of the new package.
    pub new_bytes: u64,
}

/// The change of a folder's size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FolderGrowth {
    /// The folder in the new package.
    pub folder: String,
    /// The bytes that it grows by; fewer than 0 where it shrinks.
    pub bytes: i64,
}

impl PathChanges {
    pub(super) fn between(old: &Side, new: &Side, folders: &Folders) -> Self {
        let mut changes = Self::default();
        let mut sizes: BTreeMap<String, i64> = BTreeMap::new();
        let before = canonical(old, folders);
        let after = canonical(new, &Folders::default());
        let parents = [parents(old), parents(new)];
        let mut before = before.into_iter().peekable();
        let mut after = after.into_iter().peekable();
        while let Some((name, pair)) = next(&mut before, &mut after) {
            for (record, sign) in [(pair.0, -1), (pair.1, 1)] {
                if let Some(Record { size, .. }) = record.filter(|it| it.kind == DataKind::Regular)
                {
                    let size = i64::try_from(*size).unwrap_or(i64::MAX);
                    *sizes.entry(folder(&name)).or_default() += sign * size;
                }
            }
            changes.take(&name, pair, (old, new), &parents);
        }
        let mut folders: Vec<_> = sizes
            .into_iter()
            .filter(|(_, bytes)| *bytes != 0)
            .map(|(folder, bytes)| FolderGrowth { folder, bytes })
            .collect();
        folders.sort_by_key(|it| std::cmp::Reverse(it.bytes));
        changes.folders = folders;
        changes.old_bytes = bytes(old);
        changes.new_bytes = bytes(new);
        changes
    }

    fn take(
        &mut self,
        name: &PackagePath,
        pair: Pair<'_>,
        (old, new): (&Side, &Side),
        [old_parents, new_parents]: &[BTreeSet<PackagePath>; 2],
    ) {
        let is_told = |record: &Record, parents: &BTreeSet<PackagePath>| {
            // A folder is told by what lies in it.
            record.kind != DataKind::Directory || !parents.contains(&record.path)
        };
        let change = PathChange {
            path: name.to_string(),
            was_at: None,
            old: pair.0.map(|it| look(old, it)),
            new: pair.1.map(|it| look(new, it)),
            content_changed: false,
            stays: false,
        };
        match pair {
            (Some(record), None) if is_told(record, old_parents) => {
                let path = record.path.to_string();
                self.removed.push(PathChange { path, ..change });
            }
            (None, Some(record)) if is_told(record, new_parents) => self.added.push(change),
            (Some(before), Some(after)) => {
                let has_moved = before.path != after.path;
                let content_changed = before.kind == after.kind && before.sum != after.sum;
                let mut change = PathChange {
                    was_at: has_moved.then(|| before.path.to_string()),
                    content_changed,
                    ..change
                };
                change.stays = after.kind == DataKind::Directory
                    && !has_moved
                    && change.is_of_rights()
                    && !scripts::give_rights(new, &after.path);
                let is_told = content_changed
                    || change.is_of_kind()
                    || change.is_of_rights()
                    || change.is_of_conffile();
                if is_told {
                    self.changed.push(change);
                } else if has_moved && after.kind != DataKind::Directory {
                    self.moved += 1;
                }
            }
            _ => {}
        }
    }

    /// Returns the programs that run as their owner or group, and did not.
    pub(crate) fn setuid_anew(&self) -> impl Iterator<Item = &PathChange> {
        let is_set = |look: Option<&Look>| {
            let file = look.filter(|it| it.kind == "file");
            let mode = file.and_then(|it| u32::from_str_radix(&it.mode, 8).ok());
            mode.is_some_and(|mode| mode & 0o6000 != 0)
        };
        let paths = self.added.iter().chain(&self.changed);
        paths.filter(move |it| is_set(it.new.as_ref()) && !is_set(it.old.as_ref()))
    }

    /// Returns the files that are configuration files, and were not.
    pub(crate) fn conffiles_anew(&self) -> impl Iterator<Item = &PathChange> {
        let is_conffile = |look: Option<&Look>| look.is_some_and(|it| it.conffile);
        let paths = self.added.iter().chain(&self.changed);
        paths.filter(move |it| is_conffile(it.new.as_ref()) && !is_conffile(it.old.as_ref()))
    }

    /// Returns whether there is no difference.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.changed.is_empty()
            && self.moved == 0
    }
}

/// A record with the path that it would have in the new package.
type Named<'a> = (Cow<'a, PackagePath>, &'a Record);

/// Returns the records in the order of the paths that they would have in the new package; of several for a path,
/// the last.
fn canonical<'a>(side: &'a Side, folders: &Folders) -> Vec<Named<'a>> {
    let records = side.records.iter();
    let mut named: Vec<Named> = records
        .map(|record| (folders.of_new(&record.path), record))
        .collect();
    named.reverse();
    named.sort_by(|a, b| a.0.cmp(&b.0));
    named.dedup_by(|a, b| a.0 == b.0);
    named
}

/// The records of a path in the old and the new package.
type Pair<'a> = (Option<&'a Record>, Option<&'a Record>);

/// Returns the next path of either package, with its records.
fn next<'a>(
    before: &mut Peekable<impl Iterator<Item = Named<'a>>>,
    after: &mut Peekable<impl Iterator<Item = Named<'a>>>,
) -> Option<(Cow<'a, PackagePath>, Pair<'a>)> {
    let order = match (before.peek(), after.peek()) {
        (Some(old), Some(new)) => old.0.cmp(&new.0),
        (Some(_), None) => Ordering::Less,
        (None, _) => Ordering::Greater,
    };
    let old = if order.is_le() { before.next() } else { None };
    let new = if order.is_ge() { after.next() } else { None };
    let records = (old.as_ref().map(|it| it.1), new.as_ref().map(|it| it.1));
    let name = new.or(old)?.0;
    Some((name, records))
}

/// Returns the folders that hold something.
fn parents(side: &Side) -> BTreeSet<PackagePath> {
    let records = side.records.iter();
    records.filter_map(|it| it.path.parent()).collect()
}

fn look(side: &Side, record: &Record) -> Look {
    Look {
        kind: match record.kind {
            DataKind::Directory => "directory",
            DataKind::Regular => "file",
            DataKind::Symlink => "symlink",
            DataKind::Hardlink => "hard-link",
            DataKind::Other(_) => "other",
        },
        mode: format!("{:04o}", record.mode),
        owner: side.owner(record).to_owned(),
        size: record.size,
        conffile: record.kind == DataKind::Regular
            && side.upgrade.conffiles().contains(&record.path),
        target: side.targets.get(&record.path).cloned(),
    }
}

fn bytes(side: &Side) -> u64 {
    let records = side.records.iter();
    let files = records.filter(|it| it.kind == DataKind::Regular);
    files.fold(0, |sum, it| sum.saturating_add(it.size))
}

/// Returns the folder by which a path is summed up: the application of a release, else the second or
/// third from the top.
fn folder(path: &PackagePath) -> String {
    let path = path.to_string();
    let parts: Vec<&str> = path.split('/').collect();
    let most = match parts.iter().position(|part| *part == "lib") {
        Some(lib) if lib > 1 => lib + 2,
        _ => 4,
    };
    let count = most.min(parts.len().saturating_sub(1)).max(1);
    let folder = parts[..count].join("/");
    if folder.is_empty() {
        "/".into()
    } else {
        folder
    }
}
