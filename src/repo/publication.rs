//! `Publisher`: publishes a change of a suite, whatever others publish meanwhile.
//!
//! 1. `InRelease` is read and verified, and each index that the change looks at.
//! 2. The change is made in memory. It puts packages into the pool, which nothing names yet.
//! 3. Indices are written by their sums, then by their names.
//! 4. The new `InRelease` is signed, and written if the one of step 1 is still there. Where it is
//!    not, all begins again: the change is made on what the other has published.
//! 5. Where nobody can tell whether it was written, a look at it tells.
//!
//! A process that ends in between leaves files that nothing names.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use super::RepoError;
use super::index::{Form, IndexFiles, Listed};
use super::refresh::renew_keys;
use super::signing::{PublicKey, Signer, TOLERANCE};
use super::store::{Caching, Expected, Source, Store, StoreError, Written};
use super::suite::{Place, Suite, by_hash, in_release};
use crate::debian::ArchiveSuite;

/// The field with the address for which each publication writes a page.
pub(super) const PAGE: &str = "X-Reldeb-Page";
/// The attempts before somebody who is always late gives up.
const ATTEMPTS: usize = 200;
/// The most time between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);
/// The time by which the times of files and of stores lie behind those of a clock: a kernel gives
/// files the time of its last tick.
const LAG: Duration = Duration::from_millis(50);

/// The clock and the patience of a process; tests have others.
pub trait Clock: Sync {
    /// Returns the time.
    fn now(&self) -> SystemTime;
    /// Lets time pass.
    fn pause(&self, time: Duration);
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// One who publishes to a repository.
pub struct Publisher<'a> {
    /// The place of the repository.
    pub store: &'a dyn Store,
    /// The one who signs it.
    pub signer: &'a Signer,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The address for which a page is to be written, as the suites say that it has published.
    pub page: OnceLock<String>,
    /// The suites, and the keys that signed them before this publisher did, and no longer do.
    pub dropped_keys: Mutex<BTreeSet<(ArchiveSuite, String)>>,
    /// Believes the clock where the last publication lies ahead of it: that came from a wrong one.
    pub sets_date: bool,
}

/// The fate of an attempt.
enum Attempt {
    Published,
    Overtaken,
}

/// The lifetime of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// As that of the one before.
    AsBefore,
    /// From now on for this time; for ever where there is none.
    For(Option<Duration>),
}

impl<'a> Publisher<'a> {
    /// Returns one who publishes by the clock of this machine.
    #[must_use]
    pub fn new(store: &'a dyn Store, signer: &'a Signer) -> Self {
        Self {
            store,
            signer,
            clock: &SystemClock,
            page: OnceLock::new(),
            dropped_keys: Mutex::default(),
            sets_date: false,
        }
    }
}

impl Publisher<'_> {
    /// Returns the keys by which the repository is verified.
    #[must_use]
    pub fn keys(&self) -> Vec<PublicKey> {
        self.signer.public()
    }

    /// Changes a suite and publishes it. A change that says `false` leaves all as it is. It may be made
    /// several times, each time on the suite as it is then.
    ///
    /// Returns whether something was published.
    ///
    /// # Errors
    ///
    /// Fails where the change does, and where the suite cannot be read, signed or written.
    pub fn publish(
        &self,
        name: &ArchiveSuite,
        mut change: impl FnMut(&mut Suite) -> Result<bool, RepoError>,
    ) -> Result<bool, RepoError> {
        let keys = self.keys();
        let mut change = |suite: &mut Suite| {
            let is_changed = change(suite)?;
            if is_changed {
                renew_keys(self)?;
            }
            Ok(is_changed)
        };
        self.attempt(
            name,
            Validity::AsBefore,
            || Suite::read(self.store, name, &keys),
            &mut change,
        )
    }

    /// Publishes a suite that is read in a way of its own: see [`Publisher::publish`].
    pub(super) fn attempt<'s>(
        &self,
        name: &ArchiveSuite,
        validity: Validity,
        read: impl Fn() -> Result<Suite<'s>, RepoError>,
        change: &mut dyn FnMut(&mut Suite<'s>) -> Result<bool, RepoError>,
    ) -> Result<bool, RepoError> {
        let mut missing = None;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                self.clock.pause(jitter(attempt));
            }
            let mut suite = read()?;
            self.check_clock(&suite)?;
            self.store.expect_in_place(&in_release(name))?;
            match change(&mut suite) {
                Ok(false) => return Ok(false),
                Ok(true) => {}
                // Somebody may have published and tidied up since; but not twice.
                Err(RepoError::Missing { path }) if missing.as_ref() != Some(&path) => {
                    missing = Some(path);
                    continue;
                }
                Err(error) => return Err(error),
            }
            if let Attempt::Published = self.write(&mut suite, validity)? {
                if let Some(address) = suite.release.get(PAGE) {
                    self.page.get_or_init(|| address.to_owned());
                }
                let dropped = suite.other_keys.into_iter();
                let dropped = dropped.map(|key| (name.clone(), key));
                let told = self.dropped_keys.lock();
                told.unwrap_or_else(PoisonError::into_inner).extend(dropped);
                return Ok(true);
            }
        }
        Err(RepoError::Busy {
            suite: name.clone(),
            attempts: ATTEMPTS,
        })
    }

    /// Refuses where apt would take what is published for older than what was.
    pub(super) fn check_clock(&self, suite: &Suite) -> Result<(), RepoError> {
        let ahead = last_date(suite)?.and_then(|last| last.duration_since(self.clock.now()).ok());
        match ahead.filter(|ahead| *ahead > TOLERANCE && !self.sets_date) {
            Some(ahead) => Err(RepoError::Clock {
                seconds: ahead.as_secs(),
            }),
            None => Ok(()),
        }
    }

    fn write(&self, suite: &mut Suite, validity: Validity) -> Result<Attempt, RepoError> {
        for place in std::mem::take(&mut suite.changed) {
            let files = suite.index(&place)?.files().map_err(RepoError::Compress)?;
            self.write_index(suite, &place, &files)?;
        }
        let valid_for = match validity {
            Validity::AsBefore => suite.valid_for()?,
            Validity::For(time) => time,
        };
        let last = last_date(suite)?;
        self.await_next_second(suite);
        let now = self.clock.now();
        let last = last.filter(|_| !self.sets_date);
        suite
            .release
            .set_times(last.map_or(now, |last| last.max(now)), valid_for);
        let signed = self.signer.clear_sign(&suite.release.to_string())?;
        self.write_in_release(suite, signed.as_bytes())
    }

    /// Writes an index by its sums, then by its names, and lists it.
    fn write_index(
        &self,
        suite: &mut Suite,
        place: &Place,
        files: &IndexFiles,
    ) -> Result<(), RepoError> {
        let folder = place.folder();
        let path = |form: Form| format!("{folder}/{}", form.file_name());
        let plain = Listed {
            sha256: files.sha256.clone(),
            size: files.size,
        };
        // apt finds nothing where the text itself is not listed; nobody needs to store it.
        suite.release.files.insert(path(Form::Plain), plain);
        let packed = [(Form::Xz, &files.xz), (Form::Gzip, &files.gz)];
        for (form, bytes) in packed {
            let listed = Listed::of(bytes);
            let below = by_hash(&path(form), &listed.sha256);
            // Its time tells `prune` that it is needed again, should it be there already.
            self.put(suite, &below, bytes, Caching::Forever)?;
            suite.release.files.insert(path(form), listed);
        }
        for (form, bytes) in packed {
            self.put(suite, &path(form), bytes, Caching::Ask)?;
        }
        Ok(())
    }

    /// Writes a file below the folder of a suite, whatever is there.
    fn put(
        &self,
        suite: &Suite,
        path: &str,
        bytes: &[u8],
        caching: Caching,
    ) -> Result<(), RepoError> {
        let path = format!("dists/{}/{path}", suite.name());
        self.put_any(&path, bytes, caching)
    }

    /// Writes a file, whatever is there; once more where the answer got lost.
    pub(super) fn put_any(
        &self,
        path: &str,
        bytes: &[u8],
        caching: Caching,
    ) -> Result<(), RepoError> {
        let put = || {
            self.store
                .put(path, Source::Bytes(bytes), &Expected::Any, caching)
        };
        match put() {
            Err(StoreError::Lost { .. }) => put()?,
            written => written?,
        };
        Ok(())
    }

    /// Waits where a client that asks for changes since the last publication would hear of none.
    fn await_next_second(&self, suite: &Suite) {
        if let Some(modified) = suite.modified {
            self.clock
                .pause(until_next_second(modified, self.clock.now()));
        }
    }

    fn write_in_release(&self, suite: &Suite, bytes: &[u8]) -> Result<Attempt, RepoError> {
        let path = in_release(suite.name());
        let expected = match &suite.token {
            Some(token) => Expected::State(token.clone()),
            None => Expected::Absent,
        };
        match self
            .store
            .put(&path, Source::Bytes(bytes), &expected, Caching::Ask)
        {
            Ok(Written::Done(_)) => Ok(Attempt::Published),
            Ok(Written::Unexpected) => Ok(Attempt::Overtaken),
            Err(StoreError::Lost { .. }) => {
                let there = self.store.get(&path)?;
                let is_ours = there.is_some_and(|object| object.bytes == bytes);
                Ok(if is_ours {
                    Attempt::Published
                } else {
                    Attempt::Overtaken
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Returns the date of the publication that a suite was read from.
fn last_date(suite: &Suite) -> Result<Option<SystemTime>, RepoError> {
    let path = in_release(suite.name());
    let date = suite.release.date();
    date.map_err(|error| RepoError::of_release(&path, &error))
}

/// Returns the time to wait until a change differs from an earlier one in its second, as HTTP counts.
fn until_next_second(earlier: SystemTime, now: SystemTime) -> Duration {
    let since_epoch = |time: SystemTime| {
        time.duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
    };
    let next = Duration::from_secs(since_epoch(earlier).as_secs() + 1) + LAG;
    let ahead = next.saturating_sub(since_epoch(now));
    // One whose clock is far ahead is not waited for.
    ahead.min(Duration::from_secs(2))
}

/// Returns a time that is long for those who have lost often, and different for each.
fn jitter(attempt: usize) -> Duration {
    let most = Duration::from_millis(100) * u32::try_from(attempt).unwrap_or(u32::MAX);
    let most = most.min(LONGEST_PAUSE);
    let thousandths = RandomState::new().build_hasher().finish() % 1000;
    most.mul_f64(f64::from(u32::try_from(thousandths).unwrap_or(0)) / 1000.0)
}

#[cfg(test)]
#[path = "publication_tests.rs"]
mod tests;
