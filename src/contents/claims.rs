//! Resolves several sources for one path: the most specific wins; equal ones are an error.

use crate::tree::{Entry, Kind, PackagePath, Tree, TreeError};

/// Paths with the weights of their claims: a weight grows with the number of components that the
/// claim was written with; rendered files have 0, less than a tree at the root.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The claims in the order in which they were made, a path perhaps more than once.
    claims: Vec<Claim>,
}

impl Claims {
    /// Reserves space for `count` claims: growing by doubling could waste half of the memory.
    pub(super) fn expect(&mut self, count: usize) {
        // Templates and `[files]` add some more.
        self.claims.reserve_exact(count + 256);
    }

    /// Claims a path for a rendered file: any file of the author's wins over it.
    pub(super) fn claim_rendered(&mut self, path: PackagePath, entry: Entry) {
        self.claims.push((path, 0, entry));
    }

    /// Claims a path for something found below `root`, or for `root` itself.
    pub(super) fn claim_below(&mut self, root: &PackagePath, path: PackagePath, entry: Entry) {
        let weight = 2 * components(root) + 1;
        self.claims.push((path, weight, entry));
    }

    /// Claims exactly this path.
    pub(super) fn claim_exactly(&mut self, path: PackagePath, entry: Entry) {
        // One more than a tree at the same path: a file named by its own key is more specific than
        // a tree or glob that happens to find it.
        let weight = 2 * components(&path) + 2;
        self.claims.push((path, weight, entry));
    }

    /// Returns the tree of the entries that won their paths.
    ///
    /// # Errors
    /// [`TreeError::Clash`] where two claims of the same weight are not both for a directory.
    pub(super) fn into_tree(mut self) -> Result<Tree, TreeError> {
        // Stable, so that of two equal claims the first made stays first.
        self.claims.sort_by(|a, b| a.0.cmp(&b.0));
        let mut error = None;
        self.claims.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same && let Err(clash) = contend(earlier, later) {
                error.get_or_insert(clash);
            }
            same
        });
        match error {
            Some(error) => Err(error),
            None => Ok(Tree::of_sorted(
                self.claims
                    .into_iter()
                    .map(|(path, _, entry)| (path, entry)),
            )),
        }
    }
}

type Claim = (PackagePath, usize, Entry);

/// Puts the winner of two claims to one path into the place of the earlier.
fn contend(earlier: &mut Claim, later: &mut Claim) -> Result<(), TreeError> {
    let both_directories = [&earlier.2, &later.2]
        .iter()
        .all(|entry| entry.kind == Kind::Directory);
    if later.1 == earlier.1 && !both_directories {
        return Err(TreeError::Clash {
            path: earlier.0.clone(),
            first: earlier.2.origin.clone(),
            second: later.2.origin.clone(),
        });
    }
    if later.1 >= earlier.1 {
        std::mem::swap(earlier, later);
    }
    Ok(())
}

fn components(path: &PackagePath) -> usize {
    path.as_bytes().iter().filter(|byte| **byte == b'/').count()
}
