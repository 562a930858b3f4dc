//! Who gets a path: the more specific claim, and only for itself.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use crate::tree::{Entry, Kind, PackagePath, Tree, TreeError};

/// Paths with the weight of their claim: it grows with the number of components that it was written
/// with; rendered files have 0, less than a tree at the root.
#[derive(Debug, Default)]
pub(super) struct Claims {
    claims: BTreeMap<PackagePath, (usize, Entry)>,
}

impl Claims {
    /// Claims a path for a rendered file: anything the author brings wins over it.
    pub(super) fn claim_rendered(
        &mut self,
        path: PackagePath,
        entry: Entry,
    ) -> Result<(), TreeError> {
        self.claim(path, 0, entry)
    }

    /// Claims a path for something found below `root`, or for `root` itself.
    pub(super) fn claim_below(
        &mut self,
        root: &PackagePath,
        path: PackagePath,
        entry: Entry,
    ) -> Result<(), TreeError> {
        let weight = 2 * components(root) + 1;
        self.claim(path, weight, entry)
    }

    /// Claims exactly this path.
    pub(super) fn claim_exactly(
        &mut self,
        path: PackagePath,
        entry: Entry,
    ) -> Result<(), TreeError> {
        // One more than a tree at the same path: a file named by its own key is more specific than
        // a tree or glob that happens to find it.
        let weight = 2 * components(&path) + 2;
        self.claim(path, weight, entry)
    }

    fn claim(&mut self, path: PackagePath, weight: usize, entry: Entry) -> Result<(), TreeError> {
        match self.claims.entry(path) {
            Slot::Vacant(slot) => {
                slot.insert((weight, entry));
            }
            Slot::Occupied(mut slot) => {
                let (taken, other) = slot.get();
                let both_directories =
                    entry.kind == Kind::Directory && other.kind == Kind::Directory;
                if weight == *taken && !both_directories {
                    return Err(TreeError::Clash {
                        path: slot.key().clone(),
                        first: other.origin.clone(),
                        second: entry.origin,
                    });
                }
                if weight >= *taken {
                    slot.insert((weight, entry));
                }
            }
        }
        Ok(())
    }

    /// The winners.
    pub(super) fn into_tree(self) -> Result<Tree, TreeError> {
        let mut tree = Tree::default();
        for (path, (_, entry)) in self.claims {
            tree.insert(path, entry)?;
        }
        Ok(tree)
    }
}

fn components(path: &PackagePath) -> usize {
    path.as_bytes().iter().filter(|byte| **byte == b'/').count()
}
