//! Publications that meet others, lost answers and wrong clocks, in a store of memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::index::Entry;
use super::super::init::{Outline, PageWish, init};
use super::super::list::list;
use super::super::promote::promote;
use super::super::prune::prune;
use super::super::refresh::refresh;
use super::super::remove::remove;
use super::super::signing::SigningKey;
use super::super::store::{FolderStore, Listed, Object, Token};
use super::super::verify::verify;
use super::*;

/// A store in memory that can fail at a request.
#[derive(Default)]
struct Memory {
    files: Mutex<BTreeMap<String, (Vec<u8>, SystemTime)>>,
    requests: AtomicUsize,
    /// The number of a request that is answered by nothing, and whether it is done all the same.
    lost: Option<(usize, bool)>,
    now: Mutex<u64>,
}

impl Memory {
    /// Counts a request. Returns whether it is to be done, and whether its answer is to be given.
    fn request(&self) -> (bool, bool) {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        match self.lost {
            Some((lost, done)) if lost == number => (done, false),
            _ => (true, true),
        }
    }

    fn at(&self, seconds: u64) -> SystemTime {
        *self.now.lock().unwrap() += seconds;
        SystemTime::UNIX_EPOCH + Duration::from_secs(*self.now.lock().unwrap())
    }

    fn lost<T>(path: &str, answered: bool, value: T) -> Result<T, StoreError> {
        let lost = || StoreError::Lost {
            path: path.to_owned(),
            words: "cut".to_owned(),
        };
        answered.then_some(value).ok_or_else(lost)
    }

    fn paths(&self) -> Vec<String> {
        self.files.lock().unwrap().keys().cloned().collect()
    }
}

impl Clock for Memory {
    fn now(&self) -> SystemTime {
        self.at(0)
    }

    fn pause(&self, time: Duration) {
        if !time.is_zero() {
            self.at(time.as_secs() + 1);
        }
    }
}

impl Store for Memory {
    fn get(&self, path: &str) -> Result<Option<Object>, StoreError> {
        let (_, answered) = self.request();
        let files = self.files.lock().unwrap();
        let object = files.get(path).map(|(bytes, modified)| Object {
            bytes: bytes.clone(),
            token: Token(super::super::index::sha256(bytes)),
            modified: Some(*modified),
        });
        Self::lost(path, answered, object)
    }

    fn facts(&self, path: &str) -> Result<Option<Listed>, StoreError> {
        let files = self.list(path)?;
        Ok(files.into_iter().find(|file| file.path == path))
    }

    fn put(
        &self,
        path: &str,
        source: Source,
        expected: &Expected,
        _: Caching,
    ) -> Result<Written, StoreError> {
        let (done, answered) = self.request();
        let bytes = match source {
            Source::Bytes(bytes) => bytes.to_vec(),
            Source::File(path, _) => crate::fs::read(path)?,
        };
        let now = self.now();
        let mut files = self.files.lock().unwrap();
        let there = files
            .get(path)
            .map(|(bytes, _)| super::super::index::sha256(bytes));
        let fits = match expected {
            Expected::Any => true,
            Expected::Absent => there.is_none(),
            Expected::State(token) => there.as_ref() == Some(&token.0),
        };
        if !fits {
            return Self::lost(path, answered, Written::Unexpected);
        }
        let token = Token(super::super::index::sha256(&bytes));
        if done {
            files.insert(path.to_owned(), (bytes, now));
        }
        Self::lost(path, answered, Written::Done(token))
    }

    fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let (_, answered) = self.request();
        let files = self.files.lock().unwrap();
        let files = files.iter().filter(|(path, _)| path.starts_with(prefix));
        let files = files.map(|(path, (bytes, modified))| Listed {
            path: path.clone(),
            size: bytes.len() as u64,
            modified: Some(*modified),
        });
        Self::lost(prefix, answered, files.collect())
    }

    fn remove(&self, path: &str) -> Result<(), StoreError> {
        let (done, answered) = self.request();
        if done {
            self.files.lock().unwrap().remove(path);
        }
        Self::lost(path, answered, ())
    }
}

fn signer() -> Signer {
    Signer::Keys(vec![SigningKey::generate("Example", None).unwrap()])
}

fn stable() -> ArchiveSuite {
    "stable".parse().unwrap()
}

/// A repository with an empty suite, some time after the key was made.
fn made(signer: &Signer) -> Memory {
    let store = Memory::default();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    *store.now.lock().unwrap() = now.as_secs();
    init(&publisher(&store, signer), &stable(), &outline()).unwrap();
    store
}

fn outline() -> Outline {
    Outline {
        origin: Some("Example".into()),
        label: None,
        description: None,
        components: vec!["main".parse().unwrap()],
        architectures: vec!["amd64".parse().unwrap()],
        validity: Validity::AsBefore,
        adopt: false,
        page: PageWish::AsBefore,
    }
}

fn publisher<'a>(store: &'a Memory, signer: &'a Signer) -> Publisher<'a> {
    Publisher {
        store,
        signer,
        clock: store,
        page: std::sync::OnceLock::new(),
        dropped_keys: Mutex::default(),
        sets_date: false,
    }
}

/// Adds an entry without a file in the pool.
fn insert(store: &Memory, signer: &Signer, package: &str) -> Result<bool, RepoError> {
    let entry = Entry::read(&format!(
        "Package: {package}\nVersion: 1\nArchitecture: amd64\nFilename: pool/{package}.deb\nSHA256: a\n"
    ));
    publisher(store, signer).publish(&stable(), |suite| {
        let place = suite.places()[0].clone();
        let added = super::super::add::insert_into(suite, &place, std::slice::from_ref(&entry))?;
        Ok(!added.is_empty())
    })
}

fn packages(store: &Memory, signer: &Signer) -> Vec<String> {
    let listings = list(store, &signer.public(), &[stable()]).unwrap();
    listings[0]
        .entries
        .iter()
        .map(|entry| entry.package.clone())
        .collect()
}

#[test]
fn a_publication_that_was_overtaken_begins_again() {
    let signer = signer();
    let store = made(&signer);
    let mut rounds = 0;
    let entry = Entry::read("Package: late\nVersion: 1\nArchitecture: amd64\nSHA256: a\n");
    let published = publisher(&store, &signer).publish(&stable(), |suite| {
        if rounds < 2 {
            insert(&store, &signer, &format!("early-{rounds}")).unwrap();
        }
        rounds += 1;
        let place = suite.places()[0].clone();
        super::super::add::insert_into(suite, &place, std::slice::from_ref(&entry))?;
        Ok(true)
    });
    assert!(published.unwrap());
    assert_eq!(rounds, 3);
    assert_eq!(packages(&store, &signer), ["early-0", "early-1", "late"]);
}

/// Whatever request is the last one of a run: what is published stays whole, and the next run ends
/// what it began.
#[test]
fn a_run_that_ends_at_any_request_is_healed_by_the_next() {
    let signer = signer();
    let start = made(&signer);
    insert(&start, &signer, "first").unwrap();
    let needed = {
        let store = copy(&start, None);
        insert(&store, &signer, "second").unwrap();
        store.requests.load(Ordering::Relaxed)
    };
    // One reading each of `InRelease` and index, two packed files by sum and by name, `InRelease`.
    assert_eq!(needed, 7);
    for (number, done) in (0..needed).flat_map(|number| [(number, false), (number, true)]) {
        let mut store = copy(&start, Some((number, done)));
        // Lost answers are looked up or asked for again; where there is none at all, it ends.
        let ended = insert(&store, &signer, "second");
        store.lost = None;
        let keys = signer.public();
        let verification = verify(&store, &keys, &[], store.now(), false).unwrap();
        let faults = verification
            .faults
            .into_iter()
            .filter(|fault| fault.error && !fault.path.starts_with("pool/"));
        assert_eq!(faults.collect::<Vec<_>>(), [], "{number} {done}");
        if ended.is_err() {
            insert(&store, &signer, "second").unwrap();
        }
        assert_eq!(
            packages(&store, &signer),
            ["first", "second"],
            "{number} {done}"
        );
    }
}

fn copy(store: &Memory, lost: Option<(usize, bool)>) -> Memory {
    Memory {
        files: Mutex::new(store.files.lock().unwrap().clone()),
        requests: AtomicUsize::new(0),
        lost,
        now: Mutex::new(*store.now.lock().unwrap()),
    }
}

#[test]
fn writers_at_once_lose_nothing() {
    let signer = signer();
    let store = made(&signer);
    let names: Vec<String> = (10..22).map(|i| format!("package-{i}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| insert(&store, &signer, name).unwrap());
        }
    });
    assert_eq!(packages(&store, &signer), names);
}

#[test]
fn dates_neither_go_back_nor_run_ahead() {
    let signer = signer();
    let store = made(&signer);
    let date = || {
        let suite = Suite::read(&store, &stable(), &signer.public()).unwrap();
        suite.release().date().unwrap().unwrap()
    };
    let first = date();
    *store.now.lock().unwrap() -= 5;
    insert(&store, &signer, "one").unwrap();
    assert_eq!(date(), first);
    let before = store.paths();
    *store.now.lock().unwrap() -= 3600;
    let error = insert(&store, &signer, "two").unwrap_err();
    assert!(
        matches!(error, RepoError::Clock { seconds } if seconds > 3595),
        "{error}"
    );
    assert_eq!(store.paths(), before);
    let publisher = Publisher {
        sets_date: true,
        ..publisher(&store, &signer)
    };
    refresh(&publisher, &[stable()], Validity::AsBefore).unwrap();
    assert!(date() < first);
    insert(&store, &signer, "two").unwrap();
    assert_eq!(packages(&store, &signer), ["one", "two"]);
}

/// The clock of one before whose publication somebody tidies up.
struct Tidied<'a>(&'a Memory, AtomicUsize);

impl Clock for Tidied<'_> {
    fn now(&self) -> SystemTime {
        // The first look is before the change is made.
        if self.1.fetch_add(1, Ordering::Relaxed) > 0 {
            let mut files = self.0.files.lock().unwrap();
            files.retain(|path, _| !path.starts_with("pool/"));
        }
        self.0.now()
    }

    fn pause(&self, time: Duration) {
        self.0.pause(time);
    }
}

#[test]
fn a_promoted_package_that_is_tidied_up_meanwhile_is_told() {
    let signer = signer();
    let store = made(&signer);
    let (two, path) = ("two".parse().unwrap(), "pool/orders.deb");
    init(&publisher(&store, &signer), &two, &outline()).unwrap();
    let bytes = Source::Bytes(b"");
    store
        .put(path, bytes, &Expected::Any, Caching::Forever)
        .unwrap();
    insert(&store, &signer, "orders").unwrap();
    let clock = Tidied(&store, AtomicUsize::new(0));
    let publisher = Publisher {
        clock: &clock,
        ..publisher(&store, &signer)
    };
    let error = promote(&publisher, &stable(), &two, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`pool/orders.deb` is named by an index, but not there"
    );
}

#[test]
fn publications_differ_in_the_second_of_their_change() {
    let signer = signer();
    let store = made(&signer);
    let modified = || {
        store
            .facts("dists/stable/InRelease")
            .unwrap()
            .unwrap()
            .modified
    };
    let mut last = modified();
    for name in ["one", "two", "three"] {
        insert(&store, &signer, name).unwrap();
        assert!(modified() > last);
        last = modified();
    }
}

#[test]
fn the_next_second_is_awaited_by_a_clock_that_files_lag_behind() {
    let at = |milliseconds| SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds);
    for (earlier, now, expected) in [
        (5_000, 5_300, 750),
        (5_999, 6_000, 50),
        (5_999, 6_049, 1),
        (5_000, 6_050, 0),
        (5_000, 9_000, 0),
        (90_000, 5_000, 2_000),
    ] {
        let pause = until_next_second(at(earlier), at(now));
        assert_eq!(pause, Duration::from_millis(expected), "{earlier} {now}");
    }
}

#[test]
fn publications_to_a_folder_differ_in_their_second() {
    let folder = tempfile::tempdir().unwrap();
    let signer = signer();
    let store = FolderStore::new(folder.path());
    let publisher = Publisher::new(&store, &signer);
    init(&publisher, &stable(), &outline()).unwrap();
    let modified = || {
        let facts = store.facts("dists/stable/InRelease").unwrap().unwrap();
        let time = facts.modified.unwrap();
        time.duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_secs()
    };
    let mut seconds = vec![modified()];
    for _ in 0..3 {
        publisher.publish(&stable(), |_| Ok(true)).unwrap();
        seconds.push(modified());
    }
    assert!(
        seconds.windows(2).all(|pair| pair[0] < pair[1]),
        "{seconds:?}"
    );
}

#[test]
fn files_stay_for_a_day_and_some_generations() {
    let signer = signer();
    let store = made(&signer);
    let publisher = publisher(&store, &signer);
    let add = |number: usize| {
        let name = format!("package-{number}");
        let (path, bytes) = (format!("pool/{name}.deb"), Source::Bytes(name.as_bytes()));
        let put = store.put(&path, bytes, &Expected::Absent, Caching::Forever);
        put.unwrap();
        insert(&store, &signer, &name).unwrap();
    };
    (0..8).for_each(add);
    let wanted = ["package-7".parse().unwrap()];
    remove(&publisher, &stable(), &wanted, None, None).unwrap();
    assert_eq!(prune(&publisher, &[], None).unwrap().files, [""; 0]);
    store.at(25 * 3600);
    // The last indices name it still.
    let files = prune(&publisher, &[], None).unwrap().files;
    assert!(
        !files.is_empty() && files.iter().all(|path| path.contains("/by-hash/")),
        "{files:?}"
    );
    let hashed = store
        .paths()
        .into_iter()
        .filter(|path| path.contains("/by-hash/"));
    assert_eq!(hashed.count(), 8);
    for _ in 0..4 {
        store.at(1);
        refresh(&publisher, &[stable()], Validity::AsBefore).unwrap();
    }
    (10..15).for_each(add);
    store.at(25 * 3600);
    let files = prune(&publisher, &[], None).unwrap().files;
    assert!(
        files.contains(&"pool/package-7.deb".to_owned()),
        "{files:?}"
    );
    assert!(store.facts("pool/package-6.deb").unwrap().is_some());
}

#[test]
fn an_end_of_belief_is_kept_until_another_is_given() {
    let signer = signer();
    let store = made(&signer);
    let publisher = publisher(&store, &signer);
    let lasts = || {
        let suite = Suite::read(&store, &stable(), &signer.public()).unwrap();
        suite.valid_for().unwrap()
    };
    assert_eq!(lasts(), None);
    let week = Some(Duration::from_hours(7 * 24));
    refresh(&publisher, &[stable()], Validity::For(week)).unwrap();
    store.at(3600);
    insert(&store, &signer, "one").unwrap();
    assert_eq!(lasts(), week);
    refresh(&publisher, &[stable()], Validity::For(None)).unwrap();
    assert_eq!(lasts(), None);
}
