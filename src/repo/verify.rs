//! Verifying a repository: signatures, sums, and the files that are named.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, SystemTime};

use super::RepoError;
use super::index::{Form, sha256};
use super::package::refusal;
use super::secrets::secret_keys;
use super::signing::{self, PublicKey, SigningError, TOLERANCE};
use super::store::Store;
use super::suite::{Suite, by_hash, expect_suites, in_release};
use crate::deb::Deb;
use crate::debian::ArchiveSuite;
use crate::fs::FsError;
use crate::message::counted;

/// The time before the end of a key from which it is told.
const KEY_WARNING: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// The time before the end of an index from which it is told.
const INDEX_WARNING: Duration = Duration::from_secs(24 * 60 * 60);

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path in the repository.
    pub path: String,
    /// The fact.
    pub words: String,
    /// True where machines cannot install because of it, false where they can.
    pub error: bool,
}

/// The outcome of a look at a repository.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    /// The suites that were looked at.
    pub suites: Vec<ArchiveSuite>,
    /// The number of files of packages that are named.
    pub packages: usize,
    /// The faults.
    pub faults: Vec<Fault>,
}

/// Verifies some suites, or all where none is named; the bytes of each package as well where `deep`.
///
/// # Errors
///
/// Fails where the store cannot be read; anything else is a fault.
pub fn verify(
    store: &dyn Store,
    keys: &[PublicKey],
    names: &[ArchiveSuite],
    now: SystemTime,
    deep: bool,
) -> Result<Verification, RepoError> {
    let mut verification = Verification {
        suites: match names {
            [] => expect_suites(store)?,
            names => names.to_vec(),
        },
        ..Verification::default()
    };
    let faults = &mut verification.faults;
    for key in keys {
        check_key(key, now, faults);
    }
    let mut files = BTreeMap::new();
    for name in &verification.suites {
        match check_suite(store, name, keys, now, faults) {
            Ok(of_suite) => {
                files.extend(of_suite);
                if let Some(words) = unreadable(store, name) {
                    faults.push(warning(&in_release(name), words));
                }
            }
            Err(RepoError::Store(error)) => return Err(error.into()),
            Err(error) => faults.push(fault(&in_release(name), error.to_string())),
        }
    }
    check_published_keys(store, keys, faults)?;
    check_pool(store, &files, deep, faults)?;
    verification.packages = files.len();
    Ok(verification)
}

/// Returns words for a suite that machines cannot read, since the store asks everybody for a key.
#[must_use]
pub(crate) fn unreadable(store: &dyn Store, suite: &ArchiveSuite) -> Option<String> {
    let words = store.refusal(&in_release(suite))?;
    Some(format!(
        "cannot be read without a key: the store says {words}"
    ))
}

fn fault(path: &str, words: impl Into<String>) -> Fault {
    Fault {
        path: path.to_owned(),
        words: words.into(),
        error: true,
    }
}

fn warning(path: &str, words: impl Into<String>) -> Fault {
    Fault {
        error: false,
        ..fault(path, words)
    }
}

fn check_key(key: &PublicKey, now: SystemTime, faults: &mut Vec<Fault>) {
    let Some(end) = key.expires() else { return };
    let path = super::list::KEY;
    let print = key.fingerprint();
    match end.duration_since(now) {
        Ok(left) if left > KEY_WARNING => {}
        Ok(left) => {
            let words = format!("key `{print}` ends in {}", days(left));
            faults.push(warning(path, words));
        }
        Err(_) => faults.push(fault(path, format!("key `{print}` has ended"))),
    }
}

/// Checks that the keys in the repository are those that are believed, and that none is secret.
fn check_published_keys(
    store: &dyn Store,
    keys: &[PublicKey],
    faults: &mut Vec<Fault>,
) -> Result<(), RepoError> {
    let path = super::list::KEY;
    for path in secret_keys(store)? {
        let words = "is a secret key, for everybody who reads the repository: take it away, and sign with a new \
                     one";
        faults.push(fault(&path, words));
    }
    let Some(object) = store.get(path)? else {
        let words = "is not there: `reldeb repo refresh` writes it";
        faults.push(warning(path, words));
        return Ok(());
    };
    let published = match PublicKey::read(&object.bytes) {
        Ok(published) => published,
        Err(error) => {
            faults.push(fault(path, error.to_string()));
            return Ok(());
        }
    };
    let prints =
        |keys: &[PublicKey]| -> Vec<String> { keys.iter().map(PublicKey::fingerprint).collect() };
    let believed = prints(keys);
    let (known, others): (Vec<_>, Vec<_>) =
        (prints(&published).into_iter()).partition(|print| believed.contains(print));
    let others = others.join("`, `");
    if known.is_empty() {
        let words = format!("is not the key that is believed, but `{others}`");
        faults.push(fault(path, words));
    } else if !others.is_empty() {
        let words = format!("has a key beside those that are believed: `{others}`");
        faults.push(warning(path, words));
    }
    Ok(())
}

fn days(time: Duration) -> String {
    counted(time.as_secs() / 86_400, "day")
}

/// The files of packages by their paths: size and sum.
type Named = BTreeMap<String, (u64, String)>;

/// Checks a suite and its indices. Returns the files that it names.
fn check_suite(
    store: &dyn Store,
    name: &ArchiveSuite,
    keys: &[PublicKey],
    now: SystemTime,
    faults: &mut Vec<Fault>,
) -> Result<Named, RepoError> {
    let mut suite = Suite::read(store, name, keys)?;
    check_signatures(store, name, keys, now, faults)?;
    let path = in_release(name);
    let date = suite.release().date();
    let date = date.map_err(|error| RepoError::of_release(&path, &error))?;
    let ahead = date.and_then(|date| date.duration_since(now).ok());
    if let Some(ahead) = ahead.filter(|ahead| *ahead > TOLERANCE) {
        let seconds = ahead.as_secs();
        let words = format!(
            "its `Date` is {seconds} seconds ahead of the clock of this machine: apt refuses it"
        );
        faults.push(fault(&path, words));
    }
    let until = suite.release().valid_until();
    let until = until.map_err(|error| RepoError::of_release(&path, &error))?;
    match until.map(|until| until.duration_since(now)) {
        Some(Err(_)) => faults.push(fault(&path, "its `Valid-Until` has passed")),
        Some(Ok(left)) if left < INDEX_WARNING => {
            faults.push(warning(&path, "its `Valid-Until` passes within a day"));
        }
        _ => {}
    }
    let mut named = Named::new();
    for place in suite.places() {
        check_files(store, &suite, &place.folder(), faults)?;
        match suite.index(&place) {
            Ok(index) => {
                for entry in index.entries() {
                    named.insert(entry.file, (entry.size, entry.sha256));
                }
            }
            Err(RepoError::Store(error)) => return Err(error.into()),
            Err(error) => {
                let folder = format!("dists/{name}/{}", place.folder());
                faults.push(fault(&folder, error.to_string()));
            }
        }
    }
    Ok(named)
}

/// Checks that the signatures of a suite count by now, and for ever.
fn check_signatures(
    store: &dyn Store,
    name: &ArchiveSuite,
    keys: &[PublicKey],
    now: SystemTime,
    faults: &mut Vec<Fault>,
) -> Result<(), RepoError> {
    let path = in_release(name);
    let text = store.get(&path)?.map(|object| object.bytes);
    let text = String::from_utf8_lossy(text.as_deref().unwrap_or_default()).into_owned();
    // One that was replaced since, by something that is not signed so, is for the next look.
    let verified = signing::verify(&text, keys).ok();
    for times in verified.into_iter().flat_map(|it| it.times) {
        match times.expect_lasting(now) {
            Ok(()) => {}
            Err(error @ SigningError::SignatureEnds { .. }) => {
                faults.push(warning(&path, error.to_string()));
            }
            Err(error) => faults.push(fault(&path, format!("{error}: apt refuses it"))),
        }
    }
    Ok(())
}

/// Checks the files of an index, by their sums and by their names.
fn check_files(
    store: &dyn Store,
    suite: &Suite,
    folder: &str,
    faults: &mut Vec<Fault>,
) -> Result<(), RepoError> {
    for form in Form::ALL {
        let below = format!("{folder}/{}", form.file_name());
        let path = format!("dists/{}/{below}", suite.name());
        let Some(listed) = suite.release().files.get(&below) else {
            faults.push(fault(&path, "is not listed in `InRelease`"));
            continue;
        };
        if form == Form::Plain {
            // It is listed for apt, and kept by nobody.
            continue;
        }
        let hashed = by_hash(&path, &listed.sha256);
        match store.get(&hashed)? {
            None => faults.push(fault(&hashed, "is listed, but not there")),
            Some(object) if sha256(&object.bytes) != listed.sha256 => {
                faults.push(fault(&hashed, "does not have the sum of its name"));
            }
            Some(_) => {}
        }
        match store.get(&path)? {
            Some(object) if sha256(&object.bytes) == listed.sha256 => {}
            _ => faults.push(warning(
                &path,
                "is not of this publication: tools that take files by name alone fail until the next",
            )),
        }
    }
    Ok(())
}

/// Checks that the files of packages are there.
fn check_pool(
    store: &dyn Store,
    named: &Named,
    deep: bool,
    faults: &mut Vec<Fault>,
) -> Result<(), RepoError> {
    let files = store.list("pool/")?;
    let sizes: BTreeMap<&str, u64> = files.iter().map(|it| (it.path.as_str(), it.size)).collect();
    for (path, (size, sum)) in named {
        match sizes.get(path.as_str()) {
            None => faults.push(fault(
                path,
                "is named by an index, but not there: add the package again",
            )),
            Some(there) if there != size => {
                let words = counted(*there, "byte");
                let words = format!("has {words}, expected {size}: add the package again");
                faults.push(fault(path, words));
            }
            Some(_) if deep => {
                if store.sum(path)?.as_ref() != Some(sum) {
                    let words = "does not have the sum that an index names: add the package again";
                    faults.push(fault(path, words));
                } else if let Some(words) = refused(store, path)? {
                    faults.push(fault(path, format!("is fit for no machine: {words}")));
                }
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Returns the fact for which dpkg refuses a package of the pool, or none where it takes it.
fn refused(store: &dyn Store, path: &str) -> Result<Option<String>, RepoError> {
    let Some(object) = store.get(path)? else {
        return Ok(None);
    };
    let failed = |error| FsError::new("write", path, error);
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    file.write_all(&object.bytes).map_err(failed)?;
    let outcome = Deb::open(file.path()).and_then(|deb| refusal(&deb));
    Ok(outcome.unwrap_or_else(|error| Some(error.to_string())))
}
