//! A store is tried before it is trusted: some take conditions and write all the same.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use super::{Caching, Expected, Source, Store, StoreError, Token, Written};

/// Writes a file to a store under conditions that do not hold, and removes it. `place` names the
/// store in errors.
///
/// # Errors
///
/// Fails with [`StoreError::Unconditional`] where the store writes all the same, and where it
/// cannot be written at all.
pub fn probe(store: &dyn Store, place: &str) -> Result<(), StoreError> {
    let number = RandomState::new().build_hasher().finish();
    let path = format!(".reldeb-probe-{number:016x}");
    let outcome = try_conditions(store, place, &path);
    // The first error is the one to tell.
    let removed = store.remove(&path);
    outcome.and(removed)
}

fn try_conditions(store: &dyn Store, place: &str, path: &str) -> Result<(), StoreError> {
    let put = |text: &str, expected: &Expected| {
        store.put(path, Source::Bytes(text.as_bytes()), expected, Caching::Ask)
    };
    let ignored = |condition| StoreError::Unconditional {
        place: place.into(),
        condition,
    };
    let refuses = |condition| StoreError::Answer {
        place: place.into(),
        words: format!("no to `{condition}` where it holds"),
    };
    let Written::Done(first) = put("first", &Expected::Absent)? else {
        return Err(refuses("If-None-Match"));
    };
    if put("second", &Expected::Absent)? != Written::Unexpected {
        return Err(ignored("If-None-Match"));
    }
    let other = Token("\"00000000000000000000000000000000\"".into());
    if put("third", &Expected::State(other))? != Written::Unexpected {
        return Err(ignored("If-Match"));
    }
    match put("fourth", &Expected::State(first))? {
        Written::Done(_) => Ok(()),
        Written::Unexpected => Err(refuses("If-Match")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Mutex;

    use super::super::{Listed, Object};
    use super::*;

    /// A store that keeps only the conditions that it knows.
    struct Knowing {
        absent: bool,
        state: bool,
        files: Mutex<HashMap<String, Vec<u8>>>,
    }

    impl Store for Knowing {
        fn get(&self, _: &str) -> Result<Option<Object>, StoreError> {
            Ok(None)
        }

        fn facts(&self, _: &str) -> Result<Option<Listed>, StoreError> {
            Ok(None)
        }

        fn put(
            &self,
            path: &str,
            source: Source,
            expected: &Expected,
            _: Caching,
        ) -> Result<Written, StoreError> {
            let Source::Bytes(bytes) = source else {
                unreachable!("a probe is small")
            };
            let mut files = self.files.lock().unwrap();
            let old = files.get(path).map(|old| format!("{old:?}"));
            let holds = match expected {
                Expected::Any => true,
                Expected::Absent => !self.absent || old.is_none(),
                Expected::State(token) => !self.state || old.as_ref() == Some(&token.0),
            };
            if !holds {
                return Ok(Written::Unexpected);
            }
            files.insert(path.into(), bytes.to_vec());
            Ok(Written::Done(Token(format!("{bytes:?}"))))
        }

        fn list(&self, _: &str) -> Result<Vec<Listed>, StoreError> {
            Ok(Vec::new())
        }

        fn remove(&self, path: &str) -> Result<(), StoreError> {
            self.files.lock().unwrap().remove(path);
            Ok(())
        }
    }

    #[test]
    fn stores_that_ignore_conditions_are_found_out() {
        let tried = |absent, state| {
            let files = Mutex::default();
            let store = Knowing {
                absent,
                state,
                files,
            };
            let outcome = probe(&store, "s3://apt").map_err(|error| error.to_string());
            assert!(store.files.lock().unwrap().is_empty());
            outcome
        };
        let ignores = |condition| {
            Err(format!(
                "`s3://apt`: the store ignores `{condition}`: of two jobs at the same time one \
                 would lose its packages"
            ))
        };
        assert_eq!(tried(true, true), Ok(()));
        assert_eq!(tried(false, true), ignores("If-None-Match"));
        assert_eq!(tried(true, false), ignores("If-Match"));
        assert_eq!(tried(false, false), ignores("If-None-Match"));
    }
}
