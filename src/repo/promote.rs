//! Promoting packages from one suite to another.

use std::collections::BTreeMap;
use std::path::Path;

use super::RepoError;
use super::add::insert_into;
use super::index::Entry;
use super::keyring::is_keyring;
use super::list::of_component;
use super::publication::Publisher;
use super::remove::absent;
use super::shipped_sources::ShippedSources;
use super::store::Store;
use super::suite::Suite;
use super::wanted::Wanted;
use crate::debian::{Architecture, ArchiveSuite, Component};
use crate::message::counted;

/// The packages of a promotion.
#[derive(Debug, Default)]
pub(crate) struct Promoted {
    /// Those that the other suite did not have.
    pub(crate) added: Vec<Entry>,
    /// The keyring packages that nobody named: one leads its machines to the suite that it was made for.
    pub(crate) left_out: Vec<Entry>,
}

/// Puts packages of one suite into another: of each name the version that is named, or the newest; of
/// all names but those of keyring packages where none is named.
///
/// # Errors
///
/// Fails where one of them or its file is not there, or the other suite has no place for it.
pub(crate) fn promote(
    publisher: &Publisher,
    from: &ArchiveSuite,
    to: &ArchiveSuite,
    packages: &[Wanted],
) -> Result<Promoted, RepoError> {
    let mut promoted = Promoted::default();
    publisher.publish(to, |to| {
        promoted = Promoted::default();
        let mut source = Suite::read(publisher.store, from, &publisher.keys())?;
        for (component, mut entries) in chosen(&mut source, packages)? {
            let is_left_out = |entry: &mut Entry| packages.is_empty() && is_keyring(&entry.package);
            promoted
                .left_out
                .extend(entries.extract_if(.., is_left_out));
            for entry in entries.iter().filter(|it| is_keyring(&it.package)) {
                refuse_other_sources(publisher, to, entry)?;
            }
            let added = insert(publisher.store, to, &component, &entries)?;
            promoted.added.extend(added);
        }
        Ok(!promoted.added.is_empty())
    })?;
    // Somebody may have tidied up since the first look.
    for entry in &promoted.added {
        expect_file(publisher.store, entry)?;
    }
    Ok(promoted)
}

/// Refuses a keyring package of this repository that would lead the machines of a suite to other ones.
fn refuse_other_sources(publisher: &Publisher, to: &Suite, entry: &Entry) -> Result<(), RepoError> {
    // One that is not there is told below.
    let Some(object) = publisher.store.get(&entry.file)? else {
        return Ok(());
    };
    match ShippedSources::of_bytes(&object.bytes, &entry.package)? {
        Some(sources) => sources.expect_to_lead_to(to, &publisher.keys(), Path::new(&entry.file)),
        None => Ok(()),
    }
}

/// Returns the packages that are meant, by their components.
fn chosen(
    suite: &mut Suite,
    packages: &[Wanted],
) -> Result<BTreeMap<String, Vec<Entry>>, RepoError> {
    let mut chosen = BTreeMap::new();
    for component in suite.components() {
        let mut entries = of_component(suite, &component)?;
        entries.retain(|entry| packages.is_empty() || packages.iter().any(|it| it.is(entry)));
        let is_named = |entry: &Entry| {
            packages
                .iter()
                .any(|it| it.version.is_some() && it.is(entry))
        };
        let newest = newest(&entries);
        entries.retain(|entry| is_named(entry) || newest.get(&key(entry)) == Some(&entry.version));
        chosen.insert(component, entries);
    }
    for wanted in packages {
        if !chosen.values().flatten().any(|entry| wanted.is(entry)) {
            return Err(absent(suite, wanted)?);
        }
    }
    Ok(chosen)
}

fn key(entry: &Entry) -> (String, String) {
    (entry.package.clone(), entry.architecture.clone())
}

/// Returns the newest version of each package.
fn newest(entries: &[Entry]) -> BTreeMap<(String, String), String> {
    // They are in the order of their versions.
    let versions = entries
        .iter()
        .map(|entry| (key(entry), entry.version.clone()));
    versions.collect()
}

/// Inserts packages of a component. Returns those that were not there.
fn insert(
    store: &dyn Store,
    suite: &mut Suite,
    component: &str,
    entries: &[Entry],
) -> Result<Vec<Entry>, RepoError> {
    let mut added = BTreeMap::new();
    for entry in entries {
        let unreadable = |words: String| RepoError::Damaged {
            path: entry.file.clone(),
            words,
        };
        let component: Component = component
            .parse()
            .map_err(|error| unreadable(format!("{error}")))?;
        let architecture: Architecture =
            (entry.architecture.parse()).map_err(|error| unreadable(format!("{error}")))?;
        for place in suite.places_of(&component, architecture)? {
            if !insert_into(suite, &place, std::slice::from_ref(entry))?.is_empty() {
                expect_file(store, entry)?;
                added.insert(entry.text.clone(), entry.clone());
            }
        }
    }
    Ok(super::remove::distinct(added.into_values().collect()))
}

/// Checks that the file of a package is in the pool, by its size.
fn expect_file(store: &dyn Store, entry: &Entry) -> Result<(), RepoError> {
    let words = match store.facts(&entry.file)? {
        Some(facts) if facts.size == entry.size => return Ok(()),
        Some(facts) => {
            let there = counted(facts.size, "byte");
            format!("has {there}, expected {}", entry.size)
        }
        None => "is named by an index, but not there".to_owned(),
    };
    Err(RepoError::Pool {
        path: entry.file.clone(),
        words,
    })
}
