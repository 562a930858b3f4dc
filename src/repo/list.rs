//! The packages of a repository.

use super::RepoError;
use super::index::Entry;
use super::remove::distinct;
use super::signing::{PublicKey, verify};
use super::store::Store;
use super::suite::{Suite, expect_suites, in_release};
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

/// Returns those of the keys that the repository itself names which have signed one of some suites: one that
/// was put beside them by somebody else is none. All of them where none has signed, for whoever reads a suite
/// to tell so.
///
/// # Errors
///
/// Fails where it names none, or cannot be read.
pub(crate) fn published_signers(
    store: &dyn Store,
    names: &[ArchiveSuite],
) -> Result<Vec<PublicKey>, RepoError> {
    let keys = published_keys(store)?;
    let mut signed = Vec::new();
    for name in names {
        let object = store.get(&in_release(name))?;
        let text = object.map(|object| String::from_utf8_lossy(&object.bytes).into_owned());
        let verified = text.and_then(|text| verify(&text, &keys).ok());
        signed.extend(verified.into_iter().flat_map(|it| it.fingerprints));
    }
    if signed.is_empty() {
        return Ok(keys);
    }
    let has_signed = |key: &PublicKey| signed.contains(&key.fingerprint());
    Ok(keys.into_iter().filter(has_signed).collect())
}
