//! Publishing suites anew, as they are: a new date, new signatures, and every file in its place.

use super::RepoError;
use super::list::KEY;
use super::publication::{Publisher, Validity};
use super::signing::{PublicKey, armored};
use super::store::Caching;
use super::suite::{Suite, suites};
use crate::debian::ArchiveSuite;

/// Publishes suites anew: before `Valid-Until` passes, with a new key, or after a run that was cut
/// off.
///
/// # Errors
///
/// Fails where one is not there, or cannot be read or published. Nothing is written before all were
/// read.
pub fn refresh(
    publisher: &Publisher,
    names: &[ArchiveSuite],
    validity: Validity,
) -> Result<(), RepoError> {
    let keys = publisher.keys();
    for name in names {
        let mut suite = Suite::read(publisher.store, name, &keys)?;
        publisher.check_clock(&suite)?;
        for place in suite.places() {
            suite.index(&place)?;
        }
    }
    add_keys(publisher)?;
    for name in names {
        publisher.attempt(
            name,
            validity,
            || Suite::read(publisher.store, name, &keys),
            &mut |suite| {
                for place in suite.places() {
                    suite.index(&place)?;
                    suite.change(&place);
                }
                Ok(true)
            },
        )?;
    }
    drop_old_keys(publisher)
}

/// Writes the public keys where machines find them, beside those that are there: what is published until
/// now is still believed.
pub(super) fn add_keys(publisher: &Publisher) -> Result<(), RepoError> {
    let mut keys = publisher.keys();
    if let Some(object) = publisher.store.get(KEY)? {
        // What cannot be read is no key to anybody.
        let old = PublicKey::read(&object.bytes).unwrap_or_default();
        let is_new = |old: &PublicKey, keys: &[PublicKey]| {
            !keys
                .iter()
                .any(|key| key.fingerprint() == old.fingerprint())
        };
        for old in old {
            if is_new(&old, &keys) {
                keys.push(old);
            }
        }
    }
    write_keys(publisher, &keys)
}

/// Writes the public keys where machines find them, where the copies there are older: their end may be an
/// earlier one.
pub(super) fn renew_keys(publisher: &Publisher) -> Result<(), RepoError> {
    let mut changed = publisher.keys();
    changed.retain(|key| key.changed().is_some());
    // Most have one copy all their life, and need no request.
    if changed.is_empty() {
        return Ok(());
    }
    let Some(object) = publisher.store.get(KEY)? else {
        return Ok(());
    };
    // What cannot be read is no key to anybody.
    let mut keys = PublicKey::read(&object.bytes).unwrap_or_default();
    let mut is_newer = false;
    for own in changed {
        let is_older = |key: &&mut PublicKey| {
            key.fingerprint() == own.fingerprint() && key.changed() < own.changed()
        };
        if let Some(key) = keys.iter_mut().find(is_older) {
            *key = own;
            is_newer = true;
        }
    }
    if is_newer {
        write_keys(publisher, &keys)?;
    }
    Ok(())
}

/// Takes all keys but those of the publisher away where machines find them, unless a suite is signed by
/// another.
pub(super) fn drop_old_keys(publisher: &Publisher) -> Result<(), RepoError> {
    let keys = publisher.keys();
    for name in suites(publisher.store)? {
        if Suite::read(publisher.store, &name, &keys).is_err() {
            return Ok(());
        }
    }
    write_keys(publisher, &keys)
}

fn write_keys(publisher: &Publisher, keys: &[PublicKey]) -> Result<(), RepoError> {
    let text = armored(keys);
    let there = publisher.store.get(KEY)?;
    if there.is_some_and(|object| object.bytes == text.as_bytes()) {
        return Ok(());
    }
    publisher.put_any(KEY, text.as_bytes(), Caching::Ask)
}
