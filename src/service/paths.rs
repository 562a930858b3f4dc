//! What maintainer scripts do for paths that dpkg alone does not bring to what this version says:
//! the protection of configuration files, owners in another root.

use super::model::{Life, Owned, Paths};
use super::{Contributor, Script, ServiceError, Step};
use crate::tree::{Entry, PackagePath, Tree};

impl Paths {
    /// Reads a tree. A path that is not UTF-8 is left out, as no
    /// script can name it.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        let mut paths = Self::default();
        for (path, entry) in tree.iter() {
            if std::str::from_utf8(path.as_bytes()).is_err() {
                continue;
            }
            let is_named = (entry.owner.user(), entry.owner.group()) != ("root", "root");
            if is_named {
                paths.owned.push(owned(path, entry));
            }
            if entry.is_conffile() && (is_named || entry.mode & 0o004 == 0) {
                paths.protected.push(owned(path, entry));
            }
        }
        paths
    }
}

fn owned(path: &PackagePath, entry: &Entry) -> Owned {
    Owned {
        path: path.to_string(),
        owner: entry.owner.user().to_owned(),
        group: entry.owner.group().to_owned(),
        mode: format!("{:04o}", entry.mode),
    }
}

/// Adds the fragments.
pub(super) fn contribute(
    life: &Life,
    contributor: &mut Contributor<'_>,
) -> Result<(), ServiceError> {
    let mut add = |script, step, template| contributor.fragment(script, step, template);
    if !life.paths.protected.is_empty() {
        add(Script::Preinst, Step::Ground, "package/number-of.sh")?;
        let template = "package/preinst-protection.sh";
        add(Script::Preinst, Step::Ground, template)?;
        let template = "package/postinst-protection.sh";
        add(Script::Postinst, Step::Ground, template)?;
        let template = "package/postrm-protection.sh";
        add(Script::Postrm, Step::Ground, template)?;
    }
    if !life.paths.owned.is_empty() {
        if !life.has_directories() {
            add(Script::Postinst, Step::Ground, "package/number-of.sh")?;
        }
        let template = "package/postinst-owners.sh";
        add(Script::Postinst, Step::Ground, template)?;
    }
    Ok(())
}
