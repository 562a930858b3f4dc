//! The behaviour that a repository relies on, of any store.

use std::process::Command;
use std::sync::Barrier;

use reldeb::internals::repo::store::{
    Caching, Expected, Source, Store, StoreError, Token, Written,
};

use crate::packed::success;

/// A store that several programs have: each call makes the handle of another one.
pub(super) type Program<'a> = &'a (dyn Fn() -> Box<dyn Store> + Sync);

pub(super) fn put(store: &dyn Store, path: &str, bytes: &[u8], expected: &Expected) -> Written {
    store
        .put(path, Source::Bytes(bytes), expected, Caching::Ask)
        .unwrap()
}

pub(super) fn done(written: Written) -> Token {
    match written {
        Written::Done(token) => token,
        Written::Unexpected => panic!("the state was not the expected one"),
    }
}

fn bytes(store: &dyn Store, path: &str) -> Option<Vec<u8>> {
    store.get(path).unwrap().map(|object| object.bytes)
}

/// Tries all that one program does.
pub(super) fn check(store: &dyn Store) {
    nothing_is_no_error(store);
    states_are_kept_apart(store);
    names_are_kept_as_they_are(store);
    files_are_sent_from_the_disk(store);
    listings_are_by_path(store);
    paths_are_checked(store);
}

fn nothing_is_no_error(store: &dyn Store) {
    assert_eq!(store.get("a/none").unwrap(), None);
    assert_eq!(store.facts("a/none").unwrap(), None);
    assert_eq!(store.sum("a/none").unwrap(), None);
    assert_eq!(store.list("a/").unwrap(), []);
    store.remove("a/none").unwrap();
    let state = Expected::State(Token("\"of another one\"".into()));
    assert_eq!(put(store, "a/none", b"x", &state), Written::Unexpected);
    assert_eq!(bytes(store, "a/none"), None);
}

fn states_are_kept_apart(store: &dyn Store) {
    let first = done(put(store, "a/state", b"1", &Expected::Absent));
    let again = put(store, "a/state", b"1", &Expected::Absent);
    assert_eq!(again, Written::Unexpected, "even of the same bytes");

    let object = store.get("a/state").unwrap().unwrap();
    assert_eq!((object.bytes, object.token), (b"1".to_vec(), first.clone()));
    assert!(object.modified.unwrap().elapsed().is_ok());

    let state = Expected::State(first.clone());
    let second = done(put(store, "a/state", b"2", &state));
    assert_ne!(first, second);
    let late = put(store, "a/state", b"3", &state);
    assert_eq!(late, Written::Unexpected);
    assert_eq!(bytes(store, "a/state"), Some(b"2".to_vec()));

    done(put(store, "a/state", b"four", &Expected::Any));
    let facts = store.facts("a/state").unwrap().unwrap();
    assert_eq!((facts.path.as_str(), facts.size), ("a/state", 4));
    assert_eq!(
        store.sum("a/state").unwrap().unwrap(),
        "04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00"
    );

    store.remove("a/state").unwrap();
    assert_eq!(store.get("a/state").unwrap(), None);
    assert_eq!(
        put(store, "a/state", b"5", &Expected::State(second)),
        Written::Unexpected
    );
    done(put(store, "a/state", b"", &Expected::Absent));
    assert_eq!(bytes(store, "a/state"), Some(Vec::new()));
}

fn names_are_kept_as_they_are(store: &dyn Store) {
    let path = "b/lib+x/demo_1%3a2+b~rc1:é &?#'[x]@.deb";
    done(put(store, path, b"odd", &Expected::Absent));
    assert_eq!(bytes(store, path), Some(b"odd".to_vec()));
    let listed = store.list("b/lib+").unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].path.as_str(), listed[0].size), (path, 3));
    store.remove(path).unwrap();
    assert_eq!(store.list("b/").unwrap(), []);
}

fn files_are_sent_from_the_disk(store: &dyn Store) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let content = vec![7; 300_000];
    std::fs::write(file.path(), &content).unwrap();
    let sum = success(Command::new("sha256sum").arg(file.path()));
    let sum = sum.split(' ').next().unwrap();
    let write = |expected: &Expected| {
        store.put(
            "c/file",
            Source::File(file.path(), sum),
            expected,
            Caching::Forever,
        )
    };
    done(write(&Expected::Absent).unwrap());
    assert_eq!(bytes(store, "c/file"), Some(content));
    assert_eq!(write(&Expected::Absent).unwrap(), Written::Unexpected);
    let none = store.put(
        "c/none",
        Source::File("/nowhere/x.deb".as_ref(), ""),
        &Expected::Absent,
        Caching::Forever,
    );
    assert_eq!(
        none.unwrap_err().to_string(),
        "cannot open `/nowhere/x.deb`: no such file or directory"
    );
    assert_eq!(store.get("c/none").unwrap(), None);
    // A build may write it still.
    std::fs::write(file.path(), "other").unwrap();
    let path = "c/changed";
    let source = Source::File(file.path(), sum);
    let changed = store.put(path, source, &Expected::Absent, Caching::Forever);
    assert_eq!(
        changed.unwrap_err().to_string(),
        format!("`{}` has changed since it was read", file.path().display())
    );
    assert_eq!(store.get(path).unwrap(), None);
}

fn listings_are_by_path(store: &dyn Store) {
    for path in ["d/b/2", "d/b-1", "d/a", "d/b/1", "da"] {
        done(put(store, path, b"x", &Expected::Absent));
    }
    let paths = |prefix| -> Vec<String> {
        let listed = store.list(prefix).unwrap();
        listed.into_iter().map(|file| file.path).collect()
    };
    assert_eq!(paths("d/"), ["d/a", "d/b-1", "d/b/1", "d/b/2"]);
    assert_eq!(paths("d/b"), ["d/b-1", "d/b/1", "d/b/2"]);
    assert_eq!(paths("d/b/"), ["d/b/1", "d/b/2"]);
    assert_eq!(paths("d"), ["d/a", "d/b-1", "d/b/1", "d/b/2", "da"]);
    assert!(paths("").contains(&"da".into()));
}

fn paths_are_checked(store: &dyn Store) {
    for path in ["", "/etc/x", "a/../../x", "a//b", "a/"] {
        let expected = Expected::Any;
        for error in [
            store.get(path).unwrap_err(),
            store.remove(path).unwrap_err(),
            store
                .put(path, Source::Bytes(b""), &expected, Caching::Ask)
                .unwrap_err(),
        ] {
            assert!(matches!(error, StoreError::Path { .. }), "{path}: {error}");
        }
    }
}

/// Sixteen programs write the same new file: one is told that it did, and it did.
pub(super) fn one_of_many_racers_wins(program: Program) {
    let barrier = Barrier::new(16);
    let race = |number: usize| {
        let store = program();
        barrier.wait();
        let text = number.to_string();
        put(&*store, "race/new", text.as_bytes(), &Expected::Absent) != Written::Unexpected
    };
    let won: Vec<usize> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..16).map(|n| scope.spawn(move || (n, race(n)))).collect();
        let outcomes = racers.into_iter().map(|racer| racer.join().unwrap());
        outcomes.filter(|(_, won)| *won).map(|(n, _)| n).collect()
    });
    assert_eq!(won.len(), 1, "{won:?}");
    let text = won[0].to_string();
    assert_eq!(bytes(&*program(), "race/new"), Some(text.into_bytes()));
}

/// Eight programs add one to a number, each until it is told that it did.
pub(super) fn no_addition_is_lost(program: Program) {
    let store = program();
    done(put(&*store, "race/sum", b"0", &Expected::Absent));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| add_one(&*program()));
        }
    });
    assert_eq!(bytes(&*store, "race/sum"), Some(b"8".to_vec()));
}

fn add_one(store: &dyn Store) {
    loop {
        let old = store.get("race/sum").unwrap().unwrap();
        let number: u32 = String::from_utf8(old.bytes).unwrap().parse().unwrap();
        let text = (number + 1).to_string();
        let expected = Expected::State(old.token);
        if put(store, "race/sum", text.as_bytes(), &expected) != Written::Unexpected {
            return;
        }
    }
}
