//! Paths by both of their names: /lib/x is /usr/lib/x on every machine.

use super::{Entry, Kind, Origin, PackagePath, Tree, TreeError};

impl Tree {
    /// Returns the entry that a path has on the machine, with the name that it has here.
    pub(crate) fn get_by_any_name(&self, path: &PackagePath) -> Option<(PackagePath, &Entry)> {
        let named = |path: PackagePath| self.get(&path).map(|entry| (path, entry));
        named(path.clone()).or_else(|| named(path.other_name()?))
    }

    /// Returns a directory that only paths below it ask for: as the one of its other name, since dpkg
    /// takes mode and owner from the first of both.
    pub(super) fn implied(&self, path: &PackagePath) -> Entry {
        let mut directory = Entry::directory(Origin::Parent);
        if let Some((_, other)) = self.get_by_any_name(path)
            && other.kind == Kind::Directory
        {
            directory.mode = other.mode;
            directory.owner = other.owner.clone();
        }
        directory
    }

    /// Checks that no path is there by two names, which dpkg cannot unpack. Directories may be, with one
    /// mode and owner.
    ///
    /// # Errors
    /// [`TreeError::TwoNames`].
    pub(crate) fn expect_one_name(&self) -> Result<(), TreeError> {
        for (path, entry) in self.iter() {
            let Some(other) = path.below_usr() else {
                continue;
            };
            match self.get(&other) {
                Some(second) if !are_one_directory(entry, second) => {
                    return Err(TreeError::TwoNames {
                        path: path.clone(),
                        first: entry.origin.clone(),
                        other,
                        second: second.origin.clone(),
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn are_one_directory(entry: &Entry, other: &Entry) -> bool {
    let is_directory = |it: &Entry| it.kind == Kind::Directory;
    is_directory(entry)
        && is_directory(other)
        && (entry.mode, &entry.owner) == (other.mode, &other.owner)
}
