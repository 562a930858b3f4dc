//! `Tree`: every path of the package once, with its kind, mode, owner and origin. `plan` prints it and
//! `build` packs it, so a dry run cannot differ from the build.

mod hard_links;
mod machines;
mod names;
mod path;
mod source;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::elf::{Machine, split::Part};

pub(crate) use hard_links::HardLink;
pub use path::PackagePath;
pub(crate) use {path::PathError, source::SourcePath};

/// The source of a regular file's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Rendered by reldeb.
    Bytes(Arc<[u8]>),
    /// A file on the build machine, packed as it is. A size that differs when it is read is an
    /// error: the file changed under the build.
    File {
        /// The path of the file.
        path: Arc<Path>,
        /// The file's size in bytes when the tree was made.
        size: u64,
    },
    /// A compiled Erlang module on the build machine, packed without its debug chunks
    /// ([`beam::strip`](crate::erlang::beam::strip)), or as it is where it is damaged.
    Beam {
        /// The path of the file.
        path: Arc<Path>,
        /// The file's size in bytes when the tree was made, with everything in it.
        size: u64,
    },
    /// An ELF file on the build machine, of which only one part is packed
    /// ([`Symbols`](crate::elf::split::Symbols)).
    ElfPart(Box<ElfPart>),
}

/// The place of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'a> {
    /// In memory.
    Bytes(&'a Arc<[u8]>),
    /// In a file on the build machine.
    File(&'a Path),
}

/// An ELF file of which one part is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElfPart {
    /// The path of the file.
    pub path: Arc<Path>,
    /// The file's size in bytes when the tree was made, with everything in it.
    pub size: u64,
    /// The part that is packed.
    pub part: Part,
    /// The size in bytes of that part.
    pub packed: u64,
}

impl Content {
    /// Returns the size in bytes in the package; for a module, which has not been read yet, its
    /// present size ([`packed_sizes`](crate::deb::packed_sizes) reads them).
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { size, .. } | Self::Beam { size, .. } => *size,
            Self::ElfPart(elf) => elf.packed,
        }
    }

    /// Returns the unmodified source, even if only part of it is packed.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        match self {
            Self::Bytes(bytes) => Source::Bytes(bytes),
            Self::File { path, .. } | Self::Beam { path, .. } => Source::File(path),
            Self::ElfPart(elf) => Source::File(&elf.path),
        }
    }
}

/// The kind of a path of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A regular file.
    Regular {
        /// The file's bytes.
        content: Content,
        /// True where dpkg keeps the sysadmin's changes to the file (deb-conffiles(5)).
        conffile: bool,
    },
    /// A symbolic link.
    Symlink {
        /// The target exactly as it is written into the archive.
        target: Vec<u8>,
    },
}

/// The origin of a path, for listings and for the error about two claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file of the release, relative to it.
    Release(SourcePath),
    /// An entry of `[files]`: its key, and the file it found where the source is a tree or a glob.
    Files {
        /// The key as written in the manifest; all its files share it.
        key: Arc<String>,
        /// The source file, as found from the manifest; `None` for directories and symlinks that
        /// the manifest itself declares.
        source: Option<Arc<Path>>,
    },
    /// An entry of `[units]`.
    Units {
        /// The name of the unit.
        name: String,
        /// The source as the manifest names it.
        source: String,
    },
    /// A library of the build machine.
    Library(PathBuf),
    /// The debug symbols of a file of the other package.
    DebugSymbols(PackagePath),
    /// A template, by its path below `templates/`.
    Template(String),
    /// Written by reldeb from what it found in the package, without a template.
    Generated(&'static str),
    /// A directory that something else needs as its parent.
    Parent,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release(path) => write!(f, "release file `{path}`"),
            Self::Files { key, source: None } => write!(f, "`[files]` entry `{key}`"),
            Self::Files {
                key,
                source: Some(source),
            } => {
                write!(f, "`{}` of `[files]` entry `{key}`", source.display())
            }
            Self::Units { name, source } => write!(f, "`{source}` of `[units]` entry `{name}`"),
            Self::DebugSymbols(path) => write!(f, "debug symbols of `{path}`"),
            Self::Library(path) => write!(f, "library `{}`", path.display()),
            Self::Template(name) => write!(f, "template `{name}`"),
            Self::Generated(what) => write!(f, "generated {what}"),
            Self::Parent => f.write_str("parent directory"),
        }
    }
}

/// The names of owner and group, looked up on the target when dpkg unpacks. Most paths are root's,
/// which takes no memory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Owner(Option<Box<[String; 2]>>);

impl Owner {
    /// Makes an owner of these names.
    #[must_use]
    pub fn new(user: &str, group: &str) -> Self {
        let is_root = user == "root" && group == "root";
        Self((!is_root).then(|| Box::new([user.to_owned(), group.to_owned()])))
    }

    /// Returns the owner's name.
    #[must_use]
    pub fn user(&self) -> &str {
        self.0.as_ref().map_or("root", |names| &names[0])
    }

    /// Returns the group's name.
    #[must_use]
    pub fn group(&self) -> &str {
        self.0.as_ref().map_or("root", |names| &names[1])
    }
}

/// One path of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The kind of the path.
    pub kind: Kind,
    /// Permission bits, with setuid, setgid and sticky; 0o777 for symlinks.
    pub mode: u32,
    /// The owner and group.
    pub owner: Owner,
    /// The origin of the path.
    pub origin: Origin,
    /// True where the file that it comes from has another name.
    pub has_twin: bool,
}

impl Entry {
    /// Returns a directory of root, mode 0755.
    #[must_use]
    pub fn directory(origin: Origin) -> Self {
        Self::new(Kind::Directory, 0o755, origin)
    }

    /// Returns a regular file of root.
    #[must_use]
    pub fn regular(content: Content, mode: u32, origin: Origin) -> Self {
        Self::new(
            Kind::Regular {
                content,
                conffile: false,
            },
            mode,
            origin,
        )
    }

    /// Returns a symlink of root.
    #[must_use]
    pub fn symlink(target: impl Into<Vec<u8>>, origin: Origin) -> Self {
        Self::new(
            Kind::Symlink {
                target: target.into(),
            },
            0o777,
            origin,
        )
    }

    fn new(kind: Kind, mode: u32, origin: Origin) -> Self {
        Self {
            kind,
            mode,
            owner: Owner::default(),
            origin,
            has_twin: false,
        }
    }

    /// Returns the size in bytes of a regular file, 0 for everything else.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.kind {
            Kind::Regular { content, .. } => content.size(),
            Kind::Directory | Kind::Symlink { .. } => 0,
        }
    }

    /// Returns whether dpkg treats the path as a conffile.
    #[must_use]
    pub fn is_conffile(&self) -> bool {
        matches!(self.kind, Kind::Regular { conffile: true, .. })
    }
}

/// Two claims to one path.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TreeError {
    /// Two equally specific sources give one path.
    #[error("`{path}` comes from both {first} and {second}")]
    Clash {
        /// The path of the package.
        path: PackagePath,
        /// The origin of the first claim.
        first: Origin,
        /// The origin of the second claim.
        second: Origin,
    },
    /// Two equally specific sources give one path of the machine by two names: dpkg would fail.
    #[error("`{path}` from {first} and `{other}` from {second} are one path on the machine")]
    TwoNames {
        /// The path below a link of the machine, such as /lib.
        path: PackagePath,
        /// The origin of the path.
        first: Origin,
        /// The path below /usr.
        other: PackagePath,
        /// The origin of the other path.
        second: Origin,
    },
    /// Something lies below a path that is no directory: dpkg would fail to unpack it.
    #[error(
        "`{path}` from {origin} lies below `{ancestor}`, which is not a directory but comes from {other}"
    )]
    BelowNonDirectory {
        /// The path that cannot be made.
        path: PackagePath,
        /// The origin of the path.
        origin: Origin,
        /// The path in the way.
        ancestor: PackagePath,
        /// The origin of the path in the way.
        other: Origin,
    },
}

/// The paths of a package, each once, parents before their contents, in byte order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// The entries, sorted by path. A list takes half the memory of a map, and most trees are
    /// made in one go.
    entries: Vec<(PackagePath, Entry)>,
    /// Further names of files, by their paths.
    hard_links: BTreeMap<PackagePath, HardLink>,
    /// The machines of the files that hold code for one, as far as somebody has looked.
    machines: BTreeMap<PackagePath, Machine>,
}

impl Tree {
    /// Makes a tree of paths in byte order, each of them once.
    pub(crate) fn of_sorted(entries: impl Iterator<Item = (PackagePath, Entry)>) -> Self {
        Self {
            entries: entries.collect(),
            hard_links: BTreeMap::new(),
            machines: BTreeMap::new(),
        }
    }

    /// Returns the index of a path, or the one where it would be inserted.
    fn place(&self, path: &PackagePath) -> Result<usize, usize> {
        self.entries.binary_search_by(|(other, _)| other.cmp(path))
    }

    /// Adds a path. A directory may be declared twice: the later declaration counts.
    ///
    /// # Errors
    /// [`TreeError::Clash`] where the path is taken by something else.
    pub fn insert(&mut self, path: PackagePath, entry: Entry) -> Result<(), TreeError> {
        match self.place(&path) {
            Err(place) => self.entries.insert(place, (path, entry)),
            Ok(place) => {
                let (path, taken) = &mut self.entries[place];
                if taken.kind != Kind::Directory || entry.kind != Kind::Directory {
                    return Err(TreeError::Clash {
                        path: path.clone(),
                        first: taken.origin.clone(),
                        second: entry.origin,
                    });
                }
                *taken = entry;
            }
        }
        Ok(())
    }

    /// Adds a path, or replaces its entry.
    pub fn replace(&mut self, path: PackagePath, entry: Entry) {
        match self.place(&path) {
            Ok(place) => self.entries[place] = (path, entry),
            Err(place) => self.entries.insert(place, (path, entry)),
        }
    }

    /// Removes a path, and returns its entry.
    pub fn remove(&mut self, path: &PackagePath) -> Option<Entry> {
        let place = self.place(path).ok()?;
        Some(self.entries.remove(place).1)
    }

    /// Returns the entry at a path.
    #[must_use]
    pub fn get(&self, path: &PackagePath) -> Option<&Entry> {
        let place = self.place(path).ok()?;
        Some(&self.entries[place].1)
    }

    /// Adds every missing parent directory: dpkg never makes them itself.
    ///
    /// # Errors
    /// [`TreeError::BelowNonDirectory`] where a parent is a file or a symlink.
    pub fn add_parents(&mut self) -> Result<(), TreeError> {
        let mut missing = BTreeMap::new();
        // Neighbours mostly have the same parent.
        let mut last = None;
        for (path, entry) in &self.entries {
            let directory = path.directory();
            if directory == last {
                continue;
            }
            last = directory;
            let mut parent = path.parent();
            while let Some(ancestor) = parent {
                match self.get(&ancestor) {
                    Some(Entry {
                        kind: Kind::Directory,
                        ..
                    }) => break,
                    Some(other) => {
                        return Err(TreeError::BelowNonDirectory {
                            path: path.clone(),
                            origin: entry.origin.clone(),
                            ancestor,
                            other: other.origin.clone(),
                        });
                    }
                    None if missing.contains_key(&ancestor) => break,
                    None => {
                        parent = ancestor.parent();
                        missing.insert(ancestor.clone(), self.implied(&ancestor));
                    }
                }
            }
        }
        if self.get(&PackagePath::root()).is_none() {
            missing.insert(PackagePath::root(), Entry::directory(Origin::Parent));
        }
        self.entries.extend(missing);
        self.entries.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(())
    }

    /// Marks every regular file as conffile or not, by its path and origin.
    pub fn set_conffiles(&mut self, is_conffile: impl Fn(&PackagePath, &Origin) -> bool) {
        for (path, entry) in &mut self.entries {
            if let Kind::Regular { conffile, .. } = &mut entry.kind {
                *conffile = is_conffile(path, &entry.origin);
            }
        }
    }

    /// Returns the paths in byte order, which puts every directory before its contents.
    pub fn iter(&self) -> impl Iterator<Item = (&PackagePath, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path, entry))
    }

    /// Returns the paths in the order of the data archive: symlinks last, as dpkg-deb writes them, so that
    /// nothing is ever unpacked through a symlink of the same package.
    pub fn archive_order(&self) -> impl Iterator<Item = (&PackagePath, &Entry)> {
        let is_symlink = |entry: &Entry| matches!(entry.kind, Kind::Symlink { .. });
        let others = self.iter().filter(move |(_, entry)| !is_symlink(entry));
        others.chain(self.iter().filter(move |(_, entry)| is_symlink(entry)))
    }

    /// Returns the conffiles in byte order.
    pub fn conffiles(&self) -> impl Iterator<Item = &PackagePath> {
        let conffiles = self.iter().filter(|(_, entry)| entry.is_conffile());
        conffiles.map(|(path, _)| path)
    }

    /// Returns the number of paths.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether the tree has no paths.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::btree_set;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn every_path_gets_its_parents_and_nothing_else(
            paths in btree_set("(/[ab.-]{1,2}x){1,4}", 0..12),
        ) {
            let mut tree = Tree::default();
            for path in &paths {
                let path = PackagePath::new(path).unwrap();
                tree.insert(path, Entry::directory(Origin::Generated("test"))).unwrap();
            }
            let before = tree.clone();
            tree.add_parents().unwrap();
            for (path, entry) in tree.iter() {
                prop_assert!(path.parent().is_none_or(|parent| tree.get(&parent).is_some()));
                let is_above = |below: &PackagePath| below != path && below.starts_with(path);
                match before.get(path) {
                    Some(was) => prop_assert_eq!(was, entry),
                    None => prop_assert!(
                        *path == PackagePath::root() || before.iter().any(|(it, _)| is_above(it))
                    ),
                }
            }
            prop_assert!(before.iter().all(|(path, _)| tree.get(path).is_some()));
            prop_assert!(tree.iter().is_sorted_by(|left, right| left.0 < right.0));
            let once = tree.clone();
            tree.add_parents().unwrap();
            prop_assert_eq!(once, tree);
        }
    }
}
