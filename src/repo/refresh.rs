//! Publishing a suite anew, as it is: a new date, new signatures, and every file in its place.

use super::RepoError;
use super::list::KEY;
use super::publication::{Publisher, Validity};
use super::signing::armored;
use super::store::Caching;
use super::suite::Suite;
use crate::debian::ArchiveSuite;

/// Publishes a suite anew: before `Valid-Until` passes, with a new key, or after a run that was cut
/// off.
///
/// # Errors
///
/// Fails where the suite is not there, or cannot be read or published.
pub fn refresh(
    publisher: &Publisher,
    suite: &ArchiveSuite,
    validity: Validity,
) -> Result<(), RepoError> {
    let keys = publisher.keys();
    publish_key(publisher)?;
    publisher.attempt(
        suite,
        validity,
        || Suite::read(publisher.store, suite, &keys),
        &mut |suite| {
            for place in suite.places() {
                suite.index(&place)?;
                suite.change(&place);
            }
            Ok(true)
        },
    )?;
    Ok(())
}

/// Writes the public keys where machines find them.
pub(super) fn publish_key(publisher: &Publisher) -> Result<(), RepoError> {
    let text = armored(&publisher.keys());
    publisher.put_any(KEY, text.as_bytes(), Caching::Ask)
}
