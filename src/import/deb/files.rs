//! `[files]` of a package that was unpacked: one tree, and as few entries as can be for what differs in it.

use std::collections::{BTreeMap, HashMap};

use super::ROOT;
use crate::debian::{UserName, reserved};
use crate::import::notes::Notes;
use crate::manifest::draft::{Draft, Text, Value};
use crate::tree::{Entry, Kind, Owner, PackagePath, Tree};
use crate::unpack::mode_of_author;

/// The files of a package, and where they are.
pub(super) struct Entries<'a> {
    pub(super) tree: &'a Tree,
    /// The folder that they are unpacked to.
    pub(super) folder: &'a str,
    /// True where documents must keep their names.
    pub(super) is_as_it_is: bool,
    /// True where something may make users before the files are unpacked.
    pub(super) makes_users: bool,
}

/// The attributes that an entry of `[files]` gives to all that it packs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Attributes {
    /// The mode of files; `None`: as they are on disk.
    mode: Option<u32>,
    directory_mode: u32,
    owner: String,
    group: String,
    /// True where files are conffiles; `None`: those below /etc are.
    conffile: Option<bool>,
}

impl Attributes {
    fn of(path: &PackagePath, entry: &Entry, owners: &Owners) -> Self {
        let (owner, group) = owners.of(entry);
        let is_directory = entry.kind == Kind::Directory;
        let default = default_mode(path, entry.mode);
        let is_conffile = path.as_bytes().starts_with(b"/etc/");
        Self {
            mode: (!is_directory && default != Some(entry.mode)).then_some(entry.mode),
            directory_mode: if is_directory { entry.mode } else { 0o755 },
            owner,
            group,
            conffile: (!is_directory && entry.is_conffile() != is_conffile)
                .then_some(entry.is_conffile()),
        }
    }

    /// Returns whether an entry with these attributes gives a path as it is.
    fn fit(&self, path: &PackagePath, entry: &Entry, owners: &Owners) -> bool {
        let (owner, group) = owners.of(entry);
        let is_owned = self.owner == owner && self.group == group;
        match entry.kind {
            Kind::Symlink { .. } => true,
            Kind::Directory if *path == PackagePath::root() => true,
            // They are root's whatever is said of the tree that they are in.
            Kind::Directory if is_shared(path) => is_usual(entry),
            Kind::Directory => is_owned && self.directory_mode == entry.mode,
            Kind::Regular { .. } => {
                let mode = self.mode.or_else(|| default_mode(path, entry.mode));
                let is_conffile = path.as_bytes().starts_with(b"/etc/");
                is_owned
                    && mode == Some(entry.mode)
                    && self.conffile.unwrap_or(is_conffile) == entry.is_conffile()
            }
        }
    }
}

/// Returns the mode that a file gets where the manifest says none; `None` where it must say one.
fn default_mode(path: &PackagePath, mode: u32) -> Option<u32> {
    let name = String::from_utf8_lossy(path.file_name());
    let is_library = name.ends_with(".so") || name.contains(".so.");
    match mode_of_author(mode) {
        // In some places a library is no program.
        0o755 if is_library => None,
        default @ (0o755 | 0o644) => Some(default),
        _ => None,
    }
}

fn is_shared(path: &PackagePath) -> bool {
    reserved::is_shared_directory(&path.to_string())
}

/// Returns whether an entry is root's, with the mode of most directories.
fn is_usual(entry: &Entry) -> bool {
    entry.owner == Owner::default() && entry.mode == 0o755
}

/// Returns whether a directory of all packages is another than it is elsewhere.
pub(super) fn has_unusual_shared(tree: &Tree) -> bool {
    tree.iter()
        .any(|(path, entry)| entry.kind == Kind::Directory && is_shared(path) && !is_usual(entry))
}

/// The owners as the manifest can name them.
struct Owners {
    /// True where every name may be that of a user when dpkg unpacks.
    makes_users: bool,
}

impl Owners {
    /// Returns owner and group; root in the place of one that nobody has.
    fn of(&self, entry: &Entry) -> (String, String) {
        let known = |kind: &str, name: &str| {
            if self.is_known(kind, name) {
                name.to_owned()
            } else {
                "root".to_owned()
            }
        };
        (
            known("owner", entry.owner.user()),
            known("group", entry.owner.group()),
        )
    }

    fn is_known(&self, kind: &str, name: &str) -> bool {
        let is_name = name.parse::<UserName>().is_ok();
        is_name && (self.makes_users || name == "root" || reserved::is_static(kind, name))
    }
}

/// The costs of entries: a tree is worth it where it saves two others.
const ONE: u32 = 10;
const TREE: u32 = 11;

/// More than so many kinds of attributes are not tried for trees.
const MOST_CANDIDATES: usize = 24;

/// A directory of the package.
struct Node<'a> {
    path: &'a PackagePath,
    entry: Option<&'a Entry>,
    files: Vec<(&'a PackagePath, &'a Entry)>,
    directories: Vec<usize>,
    /// The cost of everything in it, below a tree of each candidate.
    costs: Vec<u32>,
}

impl Node<'_> {
    /// Returns the candidate that a tree of its own would have, and the cost of that.
    fn best(&self) -> (usize, u32) {
        let costs = self.costs.iter().copied().enumerate();
        let (index, cost) = costs.min_by_key(|(_, cost)| *cost).unwrap_or((0, 0));
        (index, cost + TREE)
    }
}

impl Entries<'_> {
    /// Writes `[files]`.
    pub(super) fn write(&self, draft: &mut Draft, notes: &mut Notes) {
        let owners = Owners {
            makes_users: self.makes_users,
        };
        self.tell(&owners, notes);
        let candidates = self.candidates(&owners);
        let root = PackagePath::root();
        let directories = self.nodes(&root, &candidates, &owners);
        let mut entries = BTreeMap::new();
        let (first, _) = directories[0].best();
        entries.insert(
            (root.clone(), 0),
            self.tree_entry(&root, &candidates[first]),
        );
        let mut open = vec![(0, first)];
        while let Some((index, mut candidate)) = open.pop() {
            let node = &directories[index];
            let (own, cost) = node.best();
            if cost < node.costs[candidate] {
                candidate = own;
                let entry = self.tree_entry(node.path, &candidates[own]);
                entries.insert((node.path.clone(), 0), entry);
            }
            let inherited = &candidates[candidate];
            if let Some(entry) = node.entry
                && !inherited.fit(node.path, entry, &owners)
            {
                let attributes = Attributes::of(node.path, entry, &owners);
                entries.insert((node.path.clone(), 1), directory_entry(&attributes));
            }
            for (path, entry) in &node.files {
                if !inherited.fit(path, entry, &owners) {
                    let attributes = Attributes::of(path, entry, &owners);
                    entries.insert(((*path).clone(), 2), self.file_entry(path, &attributes));
                }
            }
            open.extend(node.directories.iter().map(|below| (*below, candidate)));
        }
        let table = draft.table("files");
        for ((path, kind), value) in entries {
            let Ok(text) = std::str::from_utf8(path.as_bytes()) else {
                let what = format!("the mode or owner of `{path}` is left out");
                notes.left_out(None, &what, "rename it: TOML has no key for it");
                continue;
            };
            // A directory and the tree in it have one name, but for the slash.
            let slash = if kind == 0 { "/" } else { "" };
            table.set(format!("{text}{slash}"), value);
        }
    }

    /// Tells what cannot be as it is.
    fn tell(&self, owners: &Owners, notes: &mut Notes) {
        for (path, entry) in self.tree.iter() {
            for (kind, name) in [
                ("owner", entry.owner.user()),
                ("group", entry.owner.group()),
            ] {
                if !owners.is_known(kind, name) {
                    let what = format!("`{path}` becomes root's: it has the {kind} `{name}`");
                    let why = if name.bytes().all(|byte| byte.is_ascii_digit()) {
                        "it has no name, by which a manifest knows owners: write that of the number"
                    } else {
                        "nothing makes such a one before dpkg unpacks the files"
                    };
                    notes.differs(None, &what, why);
                }
            }
        }
        let root = self.tree.get(&PackagePath::root());
        if root.is_some_and(|entry| !is_usual(entry)) {
            let what = "`/` becomes root's, with mode 0755";
            notes.differs(None, what, "it is the root of the machine");
        }
    }

    /// Returns the attributes that trees may have, the most frequent first.
    fn candidates(&self, owners: &Owners) -> Vec<Attributes> {
        let mut counts: HashMap<Attributes, usize> = HashMap::new();
        let mut directories: HashMap<(u32, String, String), usize> = HashMap::new();
        for (path, entry) in self.tree.iter() {
            let attributes = Attributes::of(path, entry, owners);
            match entry.kind {
                Kind::Directory => {
                    let key = (
                        attributes.directory_mode,
                        attributes.owner.clone(),
                        attributes.group.clone(),
                    );
                    *directories.entry(key).or_default() += 1;
                    *counts.entry(attributes).or_default() += 1;
                }
                Kind::Regular { .. } => *counts.entry(attributes).or_default() += 1,
                Kind::Symlink { .. } => {}
            }
        }
        let mut all = counts.clone();
        for (attributes, count) in &counts {
            for ((mode, owner, group), more) in &directories {
                if (owner, group) == (&attributes.owner, &attributes.group) {
                    let both = Attributes {
                        directory_mode: *mode,
                        ..attributes.clone()
                    };
                    let known = all.entry(both).or_default();
                    *known = (*known).max((*count).min(*more));
                }
            }
        }
        let mut all: Vec<(Attributes, usize)> = all.into_iter().collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.truncate(MOST_CANDIDATES);
        let mut all: Vec<Attributes> = all.into_iter().map(|(it, _)| it).collect();
        if all.is_empty() {
            all.push(Attributes {
                mode: None,
                directory_mode: 0o755,
                owner: "root".to_owned(),
                group: "root".to_owned(),
                conffile: None,
            });
        }
        all
    }

    /// Returns the directories, the root first, each with its costs.
    fn nodes<'a>(
        &'a self,
        root: &'a PackagePath,
        candidates: &[Attributes],
        owners: &Owners,
    ) -> Vec<Node<'a>> {
        let node = |path, entry| Node {
            path,
            entry,
            files: Vec::new(),
            directories: Vec::new(),
            costs: vec![0; candidates.len()],
        };
        let mut nodes = vec![node(root, self.tree.get(root))];
        let mut places: HashMap<&PackagePath, usize> = HashMap::from([(root, 0)]);
        for (path, entry) in self.tree.iter().filter(|(path, _)| *path != root) {
            // Of a directory that the archive does not have, the next one above.
            let mut above = std::iter::successors(path.parent(), PackagePath::parent);
            let parent = above.find_map(|above| places.get(&above).copied());
            let parent = parent.unwrap_or_default();
            if entry.kind == Kind::Directory {
                places.insert(path, nodes.len());
                let index = nodes.len();
                nodes[parent].directories.push(index);
                nodes.push(node(path, Some(entry)));
            } else {
                nodes[parent].files.push((path, entry));
            }
        }
        // Contents come after what holds them.
        for index in (0..nodes.len()).rev() {
            for (candidate, attributes) in candidates.iter().enumerate() {
                let node = &nodes[index];
                let itself = node.entry.map(|entry| (node.path, entry));
                let paths = itself.iter().chain(&node.files);
                let misfits = paths.filter(|(path, entry)| !attributes.fit(path, entry, owners));
                let mut cost = ONE * u32::try_from(misfits.count()).unwrap_or(u32::MAX / ONE);
                for below in &node.directories {
                    let below = &nodes[*below];
                    cost = cost.saturating_add(below.costs[candidate].min(below.best().1));
                }
                nodes[index].costs[candidate] = cost;
            }
        }
        nodes
    }

    fn source(&self, path: &PackagePath) -> String {
        let below = String::from_utf8_lossy(path.as_bytes()).into_owned();
        format!("{}/{ROOT}{below}", self.folder)
    }

    fn tree_entry(&self, path: &PackagePath, attributes: &Attributes) -> Value {
        let source = format!("{}/", self.source(path));
        self.entry(source, attributes, Some(attributes.directory_mode))
    }

    fn file_entry(&self, path: &PackagePath, attributes: &Attributes) -> Value {
        self.entry(self.source(path), attributes, None)
    }

    fn entry(&self, source: String, attributes: &Attributes, directory: Option<u32>) -> Value {
        let mut entries: Vec<(Text, Value)> = vec![("source".into(), source.into())];
        entries.extend(attributes.mode.map(|mode| ("mode".into(), octal(mode))));
        let directory = directory.filter(|mode| *mode != 0o755);
        entries.extend(directory.map(|mode| ("directory-mode".into(), octal(mode))));
        entries.extend(owner_entries(attributes));
        let conffile = attributes.conffile;
        entries.extend(conffile.map(|value| ("conffile".into(), value.into())));
        if self.is_as_it_is {
            entries.push(("compress".into(), false.into()));
        }
        match &mut entries[..] {
            [(_, source)] => source.clone(),
            _ => Value::Table(entries),
        }
    }
}

fn directory_entry(attributes: &Attributes) -> Value {
    let mut entries: Vec<(Text, Value)> = vec![("directory".into(), true.into())];
    if attributes.directory_mode != 0o755 {
        entries.push(("mode".into(), octal(attributes.directory_mode)));
    }
    entries.extend(owner_entries(attributes));
    Value::Table(entries)
}

fn owner_entries(attributes: &Attributes) -> impl Iterator<Item = (Text, Value)> {
    let both = [("owner", &attributes.owner), ("group", &attributes.group)];
    both.into_iter()
        .filter(|(_, name)| *name != "root")
        .map(|(key, name)| (key.into(), name.as_str().into()))
}

fn octal(mode: u32) -> Value {
    format!("{mode:04o}").into()
}
