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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Content, Origin};
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Claims files; `None` is a rendered one, a number is how many folders the root has, and 9 is the
    /// path itself.
    fn tree(claims: &[(&str, Option<usize>)]) -> Result<Tree, TreeError> {
        let mut made = Claims::default();
        for (text, root) in claims {
            let path = PackagePath::new(text).unwrap();
            let said = format!("{root:?}").into_bytes();
            let entry = Entry::regular(Content::Bytes(said.into()), 0o644, Origin::Parent);
            match root {
                None => made.claim_rendered(path, entry),
                Some(9) => made.claim_exactly(path, entry),
                Some(depth) => {
                    let names = text.split('/').take(depth + 1);
                    let root = names.collect::<Vec<_>>().join("/");
                    made.claim_below(&PackagePath::new(root).unwrap(), path, entry);
                }
            }
        }
        made.into_tree()
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_most_specific_wins_in_any_order(
            made in vec(
                (
                    proptest::sample::select(vec!["/a/b/c", "/a/b/d", "/a/e/c"]),
                    proptest::sample::select(vec![None, Some(1), Some(2), Some(3), Some(9)]),
                ),
                1..8,
            ),
            turn in 0..8_usize,
        ) {
            let mut unique = made;
            unique.sort_unstable();
            unique.dedup();
            let mut turned = unique.clone();
            turned.rotate_left(turn % unique.len());
            turned.reverse();
            let found = tree(&unique).unwrap();
            prop_assert_eq!(&tree(&turned).unwrap(), &found);
            for (path, entry) in found.iter() {
                let claims = unique.iter().filter(|(text, _)| text.as_bytes() == path.as_bytes());
                let strongest = claims.map(|(_, root)| root).max().unwrap();
                let said = format!("{strongest:?}").into_bytes();
                let content = Content::Bytes(said.into());
                prop_assert_eq!(&entry.kind, &Kind::Regular { content, conffile: false });
            }
            // The strongest twice is a clash.
            unique.push(*unique.last().unwrap());
            prop_assert!(tree(&unique).is_err());
        }
    }
}
