//! Removing packages from a suite. Their files stay in the pool until `prune`.

use super::RepoError;
use super::index::Entry;
use super::publication::Publisher;
use super::suite::Suite;
use super::wanted::Wanted;
use crate::debian::{ArchiveSuite, Component};

/// The most versions that an error names.
const MOST_TOLD: usize = 5;

/// Removes packages from a suite; from one component and one architecture where they are named.
/// Returns what was removed.
///
/// # Errors
///
/// Fails where one of them is not there: then nothing is published.
pub(crate) fn remove(
    publisher: &Publisher,
    suite: &ArchiveSuite,
    packages: &[Wanted],
    component: Option<&Component>,
    architecture: Option<&str>,
) -> Result<Vec<Entry>, RepoError> {
    let mut removed = Vec::new();
    publisher.publish(suite, |suite| {
        let is_meant = |entry: &Entry| {
            let is_for = architecture.is_none_or(|wanted| entry.architecture == wanted);
            is_for && packages.iter().any(|wanted| wanted.is(entry))
        };
        if let Some(component) = component {
            suite.expect_component(component)?;
        }
        removed = take_out(suite, component, &is_meant)?;
        for wanted in packages {
            if !removed.iter().any(|entry| wanted.is(entry)) {
                return Err(absent(suite, wanted)?);
            }
        }
        Ok(!removed.is_empty())
    })?;
    Ok(removed)
}

/// Takes entries out of all indices of a suite, or of those of a component. Returns each once.
pub(super) fn take_out(
    suite: &mut Suite,
    component: Option<&Component>,
    is_meant: &dyn Fn(&Entry) -> bool,
) -> Result<Vec<Entry>, RepoError> {
    let mut places = suite.places();
    places.retain(|place| component.is_none_or(|it| it.as_str() == place.component));
    let mut removed = Vec::new();
    for place in places {
        let found = suite.index(&place)?.retain(|entry| !is_meant(entry));
        if !found.is_empty() {
            suite.change(&place);
            removed.extend(found);
        }
    }
    Ok(distinct(removed))
}

/// Returns the error of a package that a suite lacks, with the newest versions of its name.
///
/// # Errors
///
/// Fails where an index cannot be read.
pub(super) fn absent(suite: &mut Suite, wanted: &Wanted) -> Result<RepoError, RepoError> {
    let mut entries = Vec::new();
    for place in suite.places() {
        entries.extend(suite.index(&place)?.of(wanted.package.as_str()));
    }
    if entries.iter().any(|entry| wanted.is(entry)) {
        // It is there, for another architecture or in another component than is meant.
        entries.clear();
    }
    entries.sort_by(Entry::order);
    let mut known: Vec<String> = entries.into_iter().map(|entry| entry.version).collect();
    known.dedup();
    Ok(RepoError::NoPackage {
        suite: suite.name().clone(),
        wanted: wanted.clone(),
        known: known.split_off(known.len().saturating_sub(MOST_TOLD)),
    })
}

/// Returns entries in order, those for all architectures once.
pub(super) fn distinct(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(Entry::order);
    entries.dedup_by(|one, other| one.text == other.text);
    entries
}
