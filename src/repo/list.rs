//! The packages of a repository.

use super::RepoError;
use super::index::Entry;
use super::remove::distinct;
use super::signing::PublicKey;
use super::store::Store;
use super::suite::{Suite, expect_suites};
use crate::debian::ArchiveSuite;

/// The path of the public key in the repository.
pub(super) const KEY: &str = "key.asc";

/// The packages of a component of a suite.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The suite.
    pub suite: String,
    /// The component.
    pub component: String,
    /// Its packages by name and version, those for all architectures once.
    pub entries: Vec<Entry>,
}

/// Returns the packages of some suites, or of all where none is named.
///
/// # Errors
///
/// Fails where one is not there or cannot be read.
pub fn list(
    store: &dyn Store,
    keys: &[PublicKey],
    names: &[ArchiveSuite],
) -> Result<Vec<Listing>, RepoError> {
    let names = match names {
        [] => expect_suites(store)?,
        names => names.to_vec(),
    };
    let mut listings = Vec::new();
    for name in names {
        let mut suite = Suite::read(store, &name, keys)?;
        for component in suite.components() {
            let entries = of_component(&mut suite, &component)?;
            listings.push(Listing {
                suite: name.to_string(),
                component,
                entries,
            });
        }
    }
    Ok(listings)
}

/// Returns the packages of a component.
pub(super) fn of_component(suite: &mut Suite, component: &str) -> Result<Vec<Entry>, RepoError> {
    let mut entries = Vec::new();
    for place in suite.places() {
        if place.component == component {
            entries.extend(suite.index(&place)?.entries());
        }
    }
    Ok(distinct(entries))
}

/// Returns the keys that the repository itself names: who was given none can at least tell whether it
/// fits together.
///
/// # Errors
///
/// Fails where it names none.
pub(crate) fn published_keys(store: &dyn Store) -> Result<Vec<PublicKey>, RepoError> {
    let Some(object) = store.get(KEY)? else {
        expect_suites(store)?;
        return Err(RepoError::NoKey);
    };
    PublicKey::read(&object.bytes).map_err(|error| RepoError::Unverified {
        path: KEY.to_owned(),
        error,
    })
}
