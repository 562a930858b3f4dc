//! `Mappings`: the entries of `[files]`, found by their keys.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use super::Mapping;

/// The entries of `[files]` in their order. Each path of a package asks for its own, so they are found by their keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mappings {
    all: Vec<Mapping>,
    places: HashMap<Arc<String>, usize>,
}

impl Mappings {
    /// Returns the first entry with a key.
    #[must_use]
    pub(crate) fn get(&self, key: &String) -> Option<&Mapping> {
        self.all.get(*self.places.get(key)?)
    }
}

impl From<Vec<Mapping>> for Mappings {
    fn from(all: Vec<Mapping>) -> Self {
        let mut places = HashMap::new();
        for (place, mapping) in all.iter().enumerate() {
            places.entry(Arc::clone(&mapping.key)).or_insert(place);
        }
        Self { all, places }
    }
}

impl Deref for Mappings {
    type Target = [Mapping];

    fn deref(&self) -> &[Mapping] {
        &self.all
    }
}
