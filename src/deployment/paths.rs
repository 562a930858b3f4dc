//! The fragments for paths that dpkg alone does not bring to the state of this version: the
//! protection of configuration files, owners in another root, links that were directories.

use super::model::{Life, Link, Owned, Paths};
use super::{Contributor, Script, ServiceError, Step};
use crate::tree::{Entry, Kind, PackagePath, Tree};

impl Paths {
    /// Collects the paths of a tree; `release` is the directory of the release. A path that is
    /// not UTF-8 is left out, as no script can name it.
    #[must_use]
    pub fn of(tree: &Tree, release: &str) -> Self {
        let mut paths = Self::default();
        let below = format!("{release}/");
        for (path, entry) in tree.iter() {
            let Ok(name) = std::str::from_utf8(path.as_bytes()) else {
                continue;
            };
            let is_named = (entry.owner.user(), entry.owner.group()) != ("root", "root");
            if is_named {
                paths.owned.push(owned(path, entry));
            }
            if entry.is_conffile() && (is_named || entry.mode & 0o004 == 0) {
                paths.protected.push(owned(path, entry));
            }
            if let Kind::Symlink { target } = &entry.kind
                && name.starts_with(&below)
                && let Ok(target) = String::from_utf8(target.clone())
            {
                paths.links.push(Link {
                    path: name.to_owned(),
                    target,
                });
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

/// Adds the fragments for the package's paths. Links are the last that preinst touches: until
/// then the service runs with its files.
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
    let template = "package/preinst-links.sh";
    add(Script::Preinst, Step::Leftovers, template)?;
    let template = "package/postinst-links.sh";
    add(Script::Postinst, Step::Ground, template)?;
    let template = "package/postrm-links.sh";
    add(Script::Postrm, Step::Ground, template)
}
