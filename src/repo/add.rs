//! Adding packages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::RepoError;
use super::index::{Entry, Insertion};
use super::list::of_component;
use super::package::PoolPackage;
use super::publication::Publisher;
use super::store::{Caching, Expected, Source, StoreError, Written};
use super::suite::{Place, Suite, suites};
use crate::debian::{ArchiveSuite, Component};
use crate::parallel;

/// The age from which a file of the pool may be taken for one that nobody needs.
const OLD: Duration = Duration::from_secs(60 * 60);

/// A package that was to be added.
#[derive(Debug, Clone)]
pub struct Added {
    /// Its entry of the index.
    pub entry: Entry,
    /// True where the suite had it already.
    pub known: bool,
    /// True where its file in the pool was lost or damaged, and was put there again.
    pub restored: bool,
}

/// Adds packages to a component of a suite, all or none.
///
/// # Errors
///
/// Fails where one cannot be read, where one of its version is there with other bytes, and where
/// nothing can be published.
pub fn add(
    publisher: &Publisher,
    suite: &ArchiveSuite,
    component: &Component,
    files: &[PathBuf],
) -> Result<Vec<Added>, RepoError> {
    let packages = parallel::map_large(files, |path| PoolPackage::read(path, component));
    let packages: Vec<PoolPackage> = packages.into_iter().collect::<Result<_, _>>()?;
    let packages = distinct(packages)?;
    let mut pool = Pool {
        publisher,
        done: BTreeSet::new(),
        found: Vec::new(),
        restored: BTreeSet::new(),
    };
    let mut added = Vec::new();
    publisher.publish(suite, |suite| {
        for package in &packages {
            if let Some(sources) = &package.sources {
                sources.expect_to_lead_to(suite, &publisher.keys(), &package.path)?;
            }
        }
        let known = insert(suite, component, &packages)?;
        let missing = packages.iter().zip(&known).filter(|(_, known)| !**known);
        let missing: Vec<&PoolPackage> = missing.map(|(package, _)| package).collect();
        let is_change = !missing.is_empty();
        pool.put(&missing)?;
        added.clear();
        let known_packages = packages.iter().zip(&known).filter(|(_, known)| **known);
        let known_packages: Vec<&PoolPackage> = known_packages.map(|(it, _)| it).collect();
        pool.restore(suite, component, &known_packages)?;
        for (package, known) in packages.iter().zip(known) {
            added.push(Added {
                entry: package.entry.clone(),
                known,
                restored: pool.restored.contains(&package.entry.sha256),
            });
        }
        Ok(is_change)
    })?;
    pool.check_found()?;
    Ok(added)
}

/// Returns the packages without those that are named twice.
fn distinct(packages: Vec<PoolPackage>) -> Result<Vec<PoolPackage>, RepoError> {
    let mut by_path: BTreeMap<String, PoolPackage> = BTreeMap::new();
    for package in packages {
        let pool = package.entry.file.clone();
        match by_path.get(&pool) {
            Some(other) if other.entry.sha256 != package.entry.sha256 => {
                return Err(RepoError::SamePool {
                    paths: [other.path.clone(), package.path],
                    pool,
                });
            }
            Some(_) => {}
            None => {
                by_path.insert(pool, package);
            }
        }
    }
    Ok(by_path.into_values().collect())
}

/// Inserts packages into the indices of a suite. Returns of each whether it was in all of them.
fn insert(
    suite: &mut Suite,
    component: &Component,
    packages: &[PoolPackage],
) -> Result<Vec<bool>, RepoError> {
    let mut by_place: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
    for (number, package) in packages.iter().enumerate() {
        for place in suite.places_of(component, package.architecture)? {
            by_place.entry(place).or_default().push(number);
        }
    }
    let mut known = vec![true; packages.len()];
    for (place, numbers) in by_place {
        let entries = numbers.iter().map(|number| packages[*number].entry.clone());
        let entries: Vec<Entry> = entries.collect();
        for number in insert_into(suite, &place, &entries)? {
            known[numbers[number]] = false;
        }
    }
    Ok(known)
}

/// Inserts entries into an index. Returns the numbers of those that it did not have.
pub(super) fn insert_into(
    suite: &mut Suite,
    place: &Place,
    entries: &[Entry],
) -> Result<Vec<usize>, RepoError> {
    let outcomes = suite.index(place)?.insert(entries);
    if let Some(other) = outcomes.iter().position(|it| *it == Insertion::Other) {
        return Err(version_exists(&entries[other]));
    }
    let added = outcomes.iter().enumerate();
    let added = added.filter(|(_, outcome)| **outcome == Insertion::Added);
    let added: Vec<usize> = added.map(|(number, _)| number).collect();
    if !added.is_empty() {
        suite.change(place);
    }
    Ok(added)
}

fn version_exists(entry: &Entry) -> RepoError {
    RepoError::VersionExists {
        package: entry.package.clone(),
        version: entry.version.clone(),
        architecture: entry.architecture.clone(),
    }
}

/// Returns the error of a package whose file is there with other bytes.
fn taken(entry: &Entry, named: &[Entry]) -> RepoError {
    if named.iter().any(|it| !it.is_same_version(entry)) {
        return RepoError::PoolTaken {
            path: entry.file.clone(),
        };
    }
    version_exists(entry)
}

/// The files that this run has put into the pool, or found there.
struct Pool<'a> {
    publisher: &'a Publisher<'a>,
    done: BTreeSet<String>,
    found: Vec<PoolPackage>,
    /// The sums of those that were lost or damaged.
    restored: BTreeSet<String>,
}

impl Pool<'_> {
    /// Puts packages into the pool, each once.
    fn put(&mut self, packages: &[&PoolPackage]) -> Result<(), RepoError> {
        let mut missing = packages.to_vec();
        missing.retain(|package| !self.done.contains(&package.entry.file));
        let outcomes = parallel::map_waiting(&missing, |package| put(self.publisher, package));
        for (package, outcome) in missing.into_iter().zip(outcomes) {
            match outcome? {
                Put::New => {}
                Put::Found => self.found.push(package.clone()),
                Put::Restored => {
                    self.restored.insert(package.entry.sha256.clone());
                }
            }
            self.done.insert(package.entry.file.clone());
        }
        Ok(())
    }

    /// Puts the files of packages that a component names there again where they are lost or damaged.
    fn restore(
        &mut self,
        suite: &mut Suite,
        component: &Component,
        packages: &[&PoolPackage],
    ) -> Result<(), RepoError> {
        if packages.is_empty() {
            return Ok(());
        }
        let entries = of_component(suite, component.as_str())?;
        for package in packages {
            // Another tool may have given the file another name.
            let named = entries
                .iter()
                .filter(|it| it.sha256 == package.entry.sha256);
            for entry in named {
                if restore(self.publisher, entry, &package.path)? {
                    self.restored.insert(entry.sha256.clone());
                }
            }
        }
        Ok(())
    }

    /// Puts back what somebody who tidied up has removed since it was found.
    fn check_found(&self) -> Result<(), RepoError> {
        for package in &self.found {
            if self.publisher.store.facts(&package.entry.file)?.is_none() {
                put(self.publisher, package)?;
            }
        }
        Ok(())
    }
}

/// The fate of a package that was to be in the pool.
enum Put {
    /// There was no file of its name.
    New,
    /// It was there.
    Found,
    /// It was there with other bytes than a suite names.
    Restored,
}

/// Puts a package into the pool.
fn put(publisher: &Publisher, package: &PoolPackage) -> Result<Put, RepoError> {
    let path = &package.entry.file;
    let put = |expected| {
        let source = Source::File(&package.path, &package.entry.sha256);
        publisher
            .store
            .put(path, source, &expected, Caching::Forever)
    };
    match put(Expected::Absent) {
        Ok(Written::Done(_)) => return Ok(Put::New),
        // One that was written after all is found below.
        Ok(Written::Unexpected) | Err(StoreError::Lost { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    match publisher.store.sum(path)? {
        None => {
            put(Expected::Absent)?;
        }
        Some(sum) if sum != package.entry.sha256 => {
            let named = named(publisher, &package.entry)?;
            if !named.iter().any(|it| it.sha256 == package.entry.sha256) {
                return Err(taken(&package.entry, &named));
            }
            put_again(publisher, path, &package.path, &package.entry.sha256)?;
            return Ok(Put::Restored);
        }
        Some(_) => {
            let facts = publisher.store.facts(path)?;
            let modified = facts.and_then(|facts| facts.modified);
            let age = modified.and_then(|it| publisher.clock.now().duration_since(it).ok());
            if age.is_none_or(|age| age > OLD) {
                // The same bytes: from now on it is young, and `prune` keeps it.
                put(Expected::Any)?;
            }
        }
    }
    Ok(Put::Found)
}

/// Returns the entries of all suites that name the file of an entry. Where one has its sum, the bytes that are
/// there are damaged.
fn named(publisher: &Publisher, entry: &Entry) -> Result<Vec<Entry>, RepoError> {
    let mut all = Vec::new();
    for name in suites(publisher.store)? {
        // One that cannot be read says nothing about ours.
        let Ok(mut suite) = Suite::read(publisher.store, &name, &publisher.keys()) else {
            continue;
        };
        for place in suite.places() {
            let named = suite
                .index(&place)
                .map_or_else(|_| Vec::new(), |index| index.of(&entry.package));
            all.extend(named.into_iter().filter(|it| it.file == entry.file));
        }
    }
    Ok(all)
}

/// Puts the file of an entry into the pool where it is lost or damaged. Returns whether it was.
fn restore(publisher: &Publisher, entry: &Entry, from: &Path) -> Result<bool, RepoError> {
    let (store, path) = (publisher.store, &entry.file);
    let facts = store.facts(path)?;
    if facts.is_some_and(|facts| facts.size == entry.size)
        && store.sum(path)?.as_ref() == Some(&entry.sha256)
    {
        return Ok(false);
    }
    put_again(publisher, path, from, &entry.sha256)?;
    Ok(true)
}

/// Writes a file of the pool, whatever is there; once more where the answer got lost.
fn put_again(
    publisher: &Publisher,
    path: &str,
    from: &Path,
    sha256: &str,
) -> Result<(), RepoError> {
    let (store, source) = (publisher.store, Source::File(from, sha256));
    let put = || store.put(path, source, &Expected::Any, Caching::Forever);
    match put() {
        Err(StoreError::Lost { .. }) => put()?,
        written => written?,
    };
    Ok(())
}
