//! Tidying up: old versions, old indices, and files of the pool that nothing names.
//!
//! A machine may have read an index a while ago and come for its files now. So an index stays for a day,
//! and the last few in any case; and a file of the pool stays as long as an index that stays names it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::RepoError;
use super::index::{Entry, Form, Index};
use super::publication::Publisher;
use super::remove::take_out;
use super::store::Listed;
use super::suite::{Suite, by_hash, expect_suites, in_release};
use crate::debian::ArchiveSuite;

/// The time for which files that nothing names stay.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// The files by sum that stay in any case: two for each of the last four publications.
const LAST: usize = 8;

/// The entries and files that were removed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pruned {
    /// Versions of packages, with their suites.
    pub packages: Vec<(ArchiveSuite, Entry)>,
    /// Files of the repository.
    pub files: Vec<String>,
}

/// Keeps so many versions of each package in some suites, or all where none is named; then removes
/// files that are not needed any more.
///
/// # Errors
///
/// Fails where a suite cannot be read, also one that is not named: its packages would be lost.
pub(crate) fn prune(
    publisher: &Publisher,
    names: &[ArchiveSuite],
    keep: Option<usize>,
) -> Result<Pruned, RepoError> {
    let all = expect_suites(publisher.store)?;
    let mut pruned = Pruned::default();
    if let Some(keep) = keep {
        let chosen = if names.is_empty() { &all } else { names };
        for name in chosen {
            let removed = keep_newest(publisher, name, keep)?;
            let removed = removed.into_iter().map(|entry| (name.clone(), entry));
            pruned.packages.extend(removed);
        }
    }
    tidy(publisher, &all, &mut pruned)?;
    Ok(pruned)
}

/// Removes all but the newest versions of each package.
fn keep_newest(
    publisher: &Publisher,
    name: &ArchiveSuite,
    keep: usize,
) -> Result<Vec<Entry>, RepoError> {
    let mut removed = Vec::new();
    publisher.publish(name, |suite| {
        let mut old = BTreeSet::new();
        for component in suite.components() {
            let entries = super::list::of_component(suite, &component)?;
            let mut versions: BTreeMap<_, Vec<&Entry>> = BTreeMap::new();
            for entry in &entries {
                let key = (&entry.package, &entry.architecture);
                versions.entry(key).or_default().push(entry);
            }
            for entries in versions.values() {
                let end = entries.len().saturating_sub(keep);
                old.extend(entries[..end].iter().map(|entry| entry.text.clone()));
            }
        }
        removed = take_out(suite, None, &|entry| old.contains(&entry.text))?;
        Ok(!removed.is_empty())
    })?;
    Ok(removed)
}

/// Removes files that nothing needs.
fn tidy(
    publisher: &Publisher,
    names: &[ArchiveSuite],
    pruned: &mut Pruned,
) -> Result<(), RepoError> {
    let store = publisher.store;
    let files = store.list("dists/")?;
    refuse_hidden_suites(&files)?;
    let beside = store.list_beside_pool()?;
    refuse_other_indices(&beside, names)?;
    let mut needed = BTreeSet::new();
    let mut listed = BTreeSet::new();
    for name in names {
        let mut suite = Suite::read(store, name, &publisher.keys())?;
        let hidden = || RepoError::Hidden {
            path: in_release(name),
        };
        let mut places = suite.listed_places().ok_or_else(hidden)?;
        places.extend(suite.places());
        for place in places {
            let entries = suite.index(&place)?.entries();
            needed.extend(entries.into_iter().map(|entry| entry.file));
        }
        let of_suite = suite.release().files.iter();
        listed.extend(
            of_suite.map(|(path, file)| by_hash(&format!("dists/{name}/{path}"), &file.sha256)),
        );
    }
    let now = publisher.clock.now();
    let (kept, old) = generations(&files, &listed, now);
    let mut pool = store.list("pool/")?;
    refuse_other_indices(&pool, names)?;
    expect_all(&needed, beside.iter().chain(&pool))?;
    pool.retain(|file| {
        file.path.ends_with(".deb") && !needed.contains(&file.path) && is_old(file, now)
    });
    if !pool.is_empty() {
        for path in kept {
            // One that is gone, or that another tool keeps there, names nothing.
            let entries = store.get(&path)?.map(|object| entries_of(&object.bytes));
            let entries = entries.unwrap_or_default();
            needed.extend(entries.into_iter().map(|entry| entry.file));
        }
    }
    pool.retain(|file| !needed.contains(&file.path));
    for path in old
        .into_iter()
        .chain(pool.into_iter().map(|file| file.path))
    {
        // Somebody may need it again since it was listed.
        if store.facts(&path)?.is_some_and(|file| is_old(&file, now)) {
            store.remove(&path)?;
            pruned.files.push(path);
        }
    }
    Ok(())
}

/// Returns the paths of indices that stay though no suite lists them, and of those that do not stay.
fn generations(
    files: &[Listed],
    listed: &BTreeSet<String>,
    now: SystemTime,
) -> (Vec<String>, Vec<String>) {
    let mut folders: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
    for file in files {
        if let Some((folder, _)) = file.path.rsplit_once('/')
            && folder.ends_with("/by-hash/SHA256")
        {
            folders.entry(folder).or_default().push(file);
        }
    }
    let (mut kept, mut old) = (Vec::new(), Vec::new());
    for files in folders.values_mut() {
        files.sort_by_key(|file| std::cmp::Reverse(file.modified));
        for (number, file) in files.iter().enumerate() {
            if listed.contains(&file.path) {
                continue;
            }
            let stays = number < LAST || !is_old(file, now);
            let to = if stays { &mut kept } else { &mut old };
            to.push(file.path.clone());
        }
    }
    (kept, old)
}

fn is_old(file: &Listed, now: SystemTime) -> bool {
    let age = file.modified.and_then(|it| now.duration_since(it).ok());
    age.is_some_and(|age| age > KEPT)
}

/// Returns the packages of an index file of any form.
fn entries_of(bytes: &[u8]) -> Vec<Entry> {
    let form = match bytes {
        [0xfd, b'7', ..] => Form::Xz,
        [0x1f, 0x8b, ..] => Form::Gzip,
        _ => Form::Plain,
    };
    Index::read(bytes, form).map_or_else(|_| Vec::new(), |index| index.entries())
}

/// Refuses a repository with suites in folders of folders: nobody has read what they need.
fn refuse_hidden_suites(files: &[Listed]) -> Result<(), RepoError> {
    let is_hidden = |file: &&Listed| {
        let Some((suite, name)) = file.path.rsplit_once('/') else {
            return false;
        };
        let suite = suite.strip_prefix("dists/").unwrap_or_default();
        let folder = suite.rsplit('/').next().unwrap_or(suite);
        // apt-ftparchive and others write a `Release` beside each index.
        let is_of_index = folder == "source" || folder.starts_with("binary-");
        let is_suite = name == "InRelease" || name == "Release" && !is_of_index;
        is_suite && suite.parse::<ArchiveSuite>().is_err()
    };
    hidden(files.iter().find(is_hidden))
}

/// Refuses files of which one is an index outside of the suites that were read: at the top, in a folder of its own,
/// or in the pool.
fn refuse_other_indices(files: &[Listed], names: &[ArchiveSuite]) -> Result<(), RepoError> {
    let is_read = |path: &str| {
        let suite = path
            .strip_prefix("dists/")
            .and_then(|it| it.split('/').next());
        suite.is_some_and(|suite| names.iter().any(|name| name.as_str() == suite))
    };
    hidden(files.iter().find(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let is_index = matches!(name, "InRelease" | "Release" | "Release.gpg" | "Packages")
            || name.starts_with("Packages.");
        is_index && !is_read(&file.path)
    }))
}

fn hidden(file: Option<&Listed>) -> Result<(), RepoError> {
    match file {
        None => Ok(()),
        Some(file) => Err(RepoError::Hidden {
            path: file.path.clone(),
        }),
    }
}

/// Expects every file that is named: where one is not found, it may be there by another name, as
/// all others.
fn expect_all<'f>(
    needed: &BTreeSet<String>,
    there: impl Iterator<Item = &'f Listed>,
) -> Result<(), RepoError> {
    let there: BTreeSet<&str> = there.map(|file| file.path.as_str()).collect();
    match needed.iter().find(|path| !there.contains(path.as_str())) {
        None => Ok(()),
        Some(path) => Err(RepoError::Pool {
            path: path.clone(),
            words: "is named by an index, but not there".into(),
        }),
    }
}
