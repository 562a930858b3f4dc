//! Resolves several sources for one path: the most specific wins; equal ones are an error. `/lib/x` and
//! `/usr/lib/x` are one path on each machine, and dpkg cannot unpack a package that has both.

use std::cmp::Ordering;
use std::collections::BTreeSet;

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
        let weight = 2 * depth(root) + 1;
        self.claims.push((path, weight, entry));
    }

    /// Claims exactly this path.
    pub(super) fn claim_exactly(&mut self, path: PackagePath, entry: Entry) {
        // One more than a tree at the same path: a file named by its own key is more specific than
        // a tree or glob that happens to find it.
        let weight = 2 * depth(&path) + 2;
        self.claims.push((path, weight, entry));
    }

    /// Returns the tree of the entries that won their paths.
    ///
    /// # Errors
    /// [`TreeError::Clash`] or [`TreeError::TwoNames`] where the two heaviest claims to a path weigh the
    /// same and are not both for a directory.
    pub(super) fn into_tree(mut self) -> Result<Tree, TreeError> {
        // The heaviest first, so that lighter ones never meet; stable, so that of two equal claims the
        // first made stays first.
        self.claims
            .sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let mut error = None;
        self.claims.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same && let Err(clash) = contend(earlier, later) {
                error.get_or_insert(clash);
            }
            same
        });
        if let Some(error) = error {
            return Err(error);
        }
        let lost = self.lost_to_other_names()?;
        let mut place = 0..;
        self.claims.retain(|_| !lost.contains(&place.next()));
        Ok(Tree::of_sorted(
            self.claims
                .into_iter()
                .map(|(path, _, entry)| (path, entry)),
        ))
    }

    /// Returns the places of the claims that are lighter than one to the other name of their path.
    fn lost_to_other_names(&self) -> Result<BTreeSet<Option<usize>>, TreeError> {
        let mut lost = BTreeSet::new();
        for (place, (path, weight, entry)) in self.claims.iter().enumerate() {
            let Some(other) = self.other_name(path) else {
                continue;
            };
            let (other_path, other_weight, other_entry) = &self.claims[other];
            match weight.cmp(other_weight) {
                _ if are_directories(entry, other_entry) => {}
                Ordering::Less => _ = lost.insert(Some(place)),
                Ordering::Greater => _ = lost.insert(Some(other)),
                Ordering::Equal => {
                    return Err(TreeError::TwoNames {
                        path: path.clone(),
                        first: entry.origin.clone(),
                        other: other_path.clone(),
                        second: other_entry.origin.clone(),
                    });
                }
            }
        }
        Ok(lost)
    }

    /// Returns the place of the claim below /usr to the path that `path` is by another name.
    fn other_name(&self, path: &PackagePath) -> Option<usize> {
        let other = path.below_usr()?;
        let found = self
            .claims
            .binary_search_by(|(known, ..)| known.cmp(&other));
        found.ok()
    }
}

type Claim = (PackagePath, usize, Entry);

/// Returns the number of components of a path as the machine has it: /lib is /usr/lib.
fn depth(path: &PackagePath) -> usize {
    path.depth() + usize::from(path.below_usr().is_some())
}

/// Puts the winner of two claims to one path, the later of which is not heavier, into the place of
/// the earlier.
fn contend(earlier: &mut Claim, later: &mut Claim) -> Result<(), TreeError> {
    if later.1 < earlier.1 {
        return Ok(());
    }
    if !are_directories(&earlier.2, &later.2) {
        return Err(TreeError::Clash {
            path: earlier.0.clone(),
            first: earlier.2.origin.clone(),
            second: later.2.origin.clone(),
        });
    }
    std::mem::swap(earlier, later);
    Ok(())
}

fn are_directories(first: &Entry, second: &Entry) -> bool {
    first.kind == Kind::Directory && second.kind == Kind::Directory
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
                    made.claim_below(&PackagePath::new(format!("{root}/")).unwrap(), path, entry);
                }
            }
        }
        made.into_tree()
    }

    #[test]
    fn two_names_of_a_path_are_one_claim() {
        let both = |lib, usr| {
            let tree = tree(&[("/lib/b", lib), ("/usr/lib/b", usr)]);
            tree.map(|tree| {
                tree.iter()
                    .map(|(path, _)| path.to_string())
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(both(Some(9), Some(2)).unwrap(), ["/lib/b"]);
        assert_eq!(both(Some(0), Some(9)).unwrap(), ["/usr/lib/b"]);
        assert_eq!(both(Some(0), None).unwrap(), ["/lib/b"]);
        for (lib, usr) in [
            (Some(0), Some(0)),
            (Some(1), Some(2)),
            (Some(9), Some(9)),
            (None, None),
        ] {
            assert!(both(lib, usr).is_err(), "{lib:?} {usr:?}");
        }
    }

    #[test]
    fn equal_claims_do_not_clash_below_a_heavier_one() {
        let claims = [("/a/b", Some(1)), ("/a/b", Some(1)), ("/a/b", Some(9))];
        for order in [[0, 1, 2], [0, 2, 1], [2, 0, 1]] {
            assert!(tree(&order.map(|at| claims[at])).is_ok(), "{order:?}");
        }
        assert!(tree(&claims[..2]).is_err());
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
            let mut turned = made.clone();
            turned.rotate_left(turn % made.len());
            turned.reverse();
            let claims = |wanted: &PackagePath| {
                let all = made.iter().filter(|(text, _)| text.as_bytes() == wanted.as_bytes());
                let mut roots: Vec<_> = all.map(|(_, root)| *root).collect();
                roots.sort_unstable_by(|a, b| b.cmp(a));
                roots
            };
            let clashes = made.iter().any(|(text, _)| {
                let roots = claims(&PackagePath::new(text).unwrap());
                roots.len() > 1 && roots[0] == roots[1]
            });
            prop_assert_eq!(tree(&made).is_err(), clashes);
            prop_assert_eq!(tree(&turned).is_err(), clashes);
            let (Ok(found), Ok(again)) = (tree(&made), tree(&turned)) else {
                return Ok(());
            };
            prop_assert_eq!(&again, &found);
            for (path, entry) in found.iter() {
                let said = format!("{:?}", claims(path)[0]).into_bytes();
                let content = Content::Bytes(said.into());
                prop_assert_eq!(&entry.kind, &Kind::Regular { content, conffile: false });
            }
        }
    }
}
