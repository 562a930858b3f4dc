//! Paths by both of their names: /lib/x is /usr/lib/x on every machine.

use super::{Entry, Kind, PackagePath, Tree, TreeError};

impl Tree {
    /// Returns the entry that a path has on the machine, with the name that it has here.
    pub(crate) fn get_by_any_name(&self, path: &PackagePath) -> Option<(PackagePath, &Entry)> {
        let named = |path: PackagePath| self.get(&path).map(|entry| (path, entry));
        named(path.clone()).or_else(|| named(path.other_name()?))
    }

    /// Checks that no path is there by two names, which dpkg cannot unpack. Directories may be.
    ///
    /// # Errors
    /// [`TreeError::TwoNames`].
    pub(crate) fn expect_one_name(&self) -> Result<(), TreeError> {
        for (path, entry) in self.iter() {
            let Some(other) = path.below_usr() else {
                continue;
            };
            match self.get(&other) {
                Some(second)
                    if [&entry.kind, &second.kind] != [&Kind::Directory, &Kind::Directory] =>
                {
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
