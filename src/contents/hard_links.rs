//! Hard links of a release, or of one tree of `[files]`: dpkg can keep them, so that a file which has
//! several names takes its space once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fs::{self, FsError};
use crate::tree::{Content, Entry, Kind, Origin, Owner, PackagePath, Tree};

/// The things that two names of one file have in common: source, file, mode and owner.
type Common = (Option<Arc<String>>, (u64, u64), u32, Owner);

/// Makes names of one file hard links to the first of them. Conffiles never: dpkg replaces each of them
/// by itself (policy 10.7.3).
pub(super) fn keep(tree: &mut Tree) -> Result<(), FsError> {
    let mut files: BTreeMap<Common, PackagePath> = BTreeMap::new();
    let mut links = Vec::new();
    for (path, entry) in tree.iter() {
        if !entry.has_twin || path.as_bytes().starts_with(b"/etc/") {
            continue;
        }
        let Some(common) = common(entry)? else {
            continue;
        };
        match files.get(&common) {
            Some(first) => links.push((path.clone(), first.clone())),
            None => drop(files.insert(common, path.clone())),
        }
    }
    for (path, first) in links {
        tree.link_hard(path, first);
    }
    Ok(())
}

fn common(entry: &Entry) -> Result<Option<Common>, FsError> {
    let source = match &entry.origin {
        Origin::Release(_) => None,
        Origin::Files { key, .. } => Some(Arc::clone(key)),
        _ => return Ok(None),
    };
    let Kind::Regular {
        content: Content::File { path, .. },
        conffile: false,
    } = &entry.kind
    else {
        return Ok(None);
    };
    let file = fs::several_names(&fs::metadata(path)?);
    Ok(file.map(|file| (source, file, entry.mode, entry.owner.clone())))
}
