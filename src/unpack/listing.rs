//! The paths of a package's data archive, as dpkg would unpack them. What it would not, or what would lead
//! elsewhere, is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;

use super::UnpackError;
use crate::deb::{DataEntry, DataKind, Deb};
use crate::escape;
use crate::tree::{Content, Entry, Kind, Origin, Owner, PackagePath, Tree};

/// More paths than any package has; each takes memory.
const MOST_PATHS: usize = 500_000;

/// The paths of a package.
#[derive(Debug)]
pub(crate) struct Listing {
    /// All paths; files have no content that could be read.
    pub(crate) tree: Tree,
    /// Hard links, each with the file that has the content.
    pub(crate) hard_links: BTreeMap<PackagePath, PackagePath>,
    /// `Installed-Size`, as dpkg-gencontrol computes it.
    pub(crate) installed_size: u64,
}

impl Listing {
    /// Reads the data archive.
    ///
    /// # Errors
    /// [`UnpackError::Entry`] where dpkg would not unpack it so, and [`UnpackError::Archive`].
    pub(crate) fn read(deb: &Deb) -> Result<Self, UnpackError> {
        let mut entries: BTreeMap<PackagePath, Entry> = BTreeMap::new();
        let mut hard_links = BTreeMap::new();
        let refused = |entry: &DataEntry, fact: String| UnpackError::Entry {
            path: deb.path.clone(),
            entry: escape::bytes(&entry.name).into_owned(),
            fact,
        };
        deb.for_each_data_entry(|entry, _| {
            let (path, made) =
                item(entry, &entries, &mut hard_links).map_err(|fact| refused(entry, fact))?;
            if entries.len() >= MOST_PATHS {
                let fact = format!("is more than the {MOST_PATHS} that are read");
                return Err(refused(entry, fact));
            }
            entries.insert(path, made);
            Ok::<_, UnpackError>(())
        })?;
        for path in entries.keys() {
            if let Some(above) = in_the_way(path, &entries) {
                return Err(UnpackError::Entry {
                    path: deb.path.clone(),
                    entry: path.to_string(),
                    fact: format!("lies below `{above}`, which is no directory"),
                });
            }
        }
        let installed_size = entries.iter().map(|(path, entry)| match &entry.kind {
            // A hard link takes no space of its own.
            _ if hard_links.contains_key(path) => 0,
            Kind::Directory => 1,
            Kind::Regular { content, .. } => content.size().div_ceil(1024),
            Kind::Symlink { target } => (target.len() as u64).div_ceil(1024),
        });
        let installed_size = installed_size.sum();
        let mut tree = Tree::of_sorted(entries.into_iter());
        let conffiles = conffiles(deb);
        tree.set_conffiles(|path, _| conffiles.contains(path));
        Ok(Self {
            tree,
            hard_links,
            installed_size,
        })
    }
}

/// Returns the path above another that is no directory.
fn in_the_way<'a>(
    path: &PackagePath,
    entries: &'a BTreeMap<PackagePath, Entry>,
) -> Option<&'a PackagePath> {
    let mut above = iter::successors(path.parent(), PackagePath::parent);
    above.find_map(|above| {
        let (above, entry) = entries.get_key_value(&above)?;
        (entry.kind != Kind::Directory).then_some(above)
    })
}

/// Returns the paths of the package's conffiles that are regular files without a flag.
fn conffiles(deb: &Deb) -> BTreeSet<PackagePath> {
    let text = deb.control.get("conffiles");
    let text = text.map(|it| String::from_utf8_lossy(&it.content).into_owned());
    let text = text.unwrap_or_default();
    let paths = text.lines().map(str::trim_end);
    paths
        .filter_map(|path| PackagePath::new(path).ok())
        .collect()
}

/// Returns what an entry makes, or the fact for which it is refused.
fn item(
    entry: &DataEntry,
    before: &BTreeMap<PackagePath, Entry>,
    hard_links: &mut BTreeMap<PackagePath, PackagePath>,
) -> Result<(PackagePath, Entry), String> {
    if entry.pax {
        return Err("has a PAX header, which dpkg does not unpack".to_owned());
    }
    let path = entry
        .path()
        .map_err(|error| format!("is refused: {error}"))?;
    let file = |size| Content::File {
        path: Path::new("").into(),
        size,
    };
    let mut made = match entry.kind {
        DataKind::Directory => Entry::directory(Origin::Parent),
        DataKind::Regular => Entry::regular(file(entry.size), entry.mode, Origin::Parent),
        DataKind::Symlink if entry.target.is_empty() => {
            return Err("is a symlink to nothing".to_owned());
        }
        DataKind::Symlink => Entry::symlink(entry.target.clone(), Origin::Parent),
        DataKind::Hardlink => {
            let target = PackagePath::new([b"/", &entry.target[..]].concat());
            let target = target.map_err(|error| format!("is refused: {error}"))?;
            let target = hard_links.get(&target).cloned().unwrap_or(target);
            let Some(Kind::Regular { content, .. }) = before.get(&target).map(|it| &it.kind) else {
                return Err(format!(
                    "is a hard link to `{target}`, which is no file before it"
                ));
            };
            let size = content.size();
            hard_links.insert(path.clone(), target);
            Entry::regular(file(size), entry.mode, Origin::Parent)
        }
        DataKind::Other(_) => {
            return Err("is a device or a pipe, expected files, directories and links".to_owned());
        }
    };
    if let Some(there) = before.get(&path)
        && (there.kind != Kind::Directory || made.kind != Kind::Directory)
    {
        return Err("is there twice".to_owned());
    }
    if made.kind == Kind::Directory {
        made.mode = entry.mode;
    }
    let [user, group] = entry.owners();
    made.owner = Owner::new(&user, &group);
    Ok((path, made))
}
