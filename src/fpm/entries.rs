//! `[files]`: the fewest entries that pack what the arguments name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::error::FpmError;
use super::ignored;
use super::line::Line;
use super::sources::{Kind, Node, Walk};
use crate::debian::reserved;
use crate::manifest::draft::{DraftTable, Text, Value};
use crate::release::Patterns;

/// A file that an option of its own puts into its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) path: String,
    pub(super) source: PathBuf,
    pub(super) mode: u32,
    pub(super) conffile: bool,
}

/// The wishes for all files.
#[derive(Debug)]
struct Wishes {
    owner: Option<String>,
    group: Option<String>,
    /// The patterns of `--exclude`.
    patterns: Vec<String>,
    /// The folder that the patterns start in.
    prefix: String,
    /// The manifest is wanted, so patterns count that match nothing yet.
    is_for_later: bool,
    /// The files that `--config-files` names.
    conffiles: BTreeSet<String>,
    /// The directories that `--config-files` names.
    directories: Vec<String>,
    /// Files below /etc are conffiles by themselves.
    below_etc: bool,
    keeps_modes: bool,
}

impl Wishes {
    /// Returns a folder as the patterns have it.
    fn below_prefix<'p>(&self, folder: &'p str) -> Option<&'p str> {
        match self.prefix.as_str() {
            "" => Some(folder),
            prefix => folder.strip_prefix(prefix)?.strip_prefix('/'),
        }
    }

    fn has_owner(&self) -> bool {
        self.owner.is_some() || self.group.is_some()
    }

    fn is_conffile(&self, path: &str) -> bool {
        self.conffiles.contains(path) || self.below_etc && path.starts_with("etc/")
    }

    /// Returns the mode of a node where it is not the one that it gets by itself.
    fn mode(&self, path: &str, node: &Node) -> Option<u32> {
        let by_itself = match node.kind {
            Kind::Link => return None,
            Kind::File if is_of_sudo(path) => return None,
            Kind::File if node.mode & 0o111 == 0 => 0o644,
            Kind::File | Kind::Directory => 0o755,
        };
        let mode = node.mode & 0o7777;
        (self.keeps_modes && mode != by_itself).then_some(mode)
    }
}

/// An entry that is being written.
#[derive(Debug, Default)]
struct Entry {
    source: Option<PathBuf>,
    exclude: Vec<String>,
    is_link: bool,
    mode: Option<u32>,
    conffile: Option<bool>,
}

/// Writes the entries.
///
/// # Errors
/// [`FpmError::NoConfigFile`] for what `--config-files` names and no argument packs.
pub(super) fn write(
    line: &mut Line,
    walks: &[Walk],
    placed: &[Placed],
    table: &mut DraftTable,
) -> Result<(), FpmError> {
    let wishes = wishes(line, walks, placed)?;
    let mut entries = Entries {
        wishes: &wishes,
        all: BTreeMap::new(),
        expanded: BTreeSet::new(),
    };
    for walk in walks.iter().filter(|walk| !walk.is_excluded(&walk.root)) {
        match &walk.nodes[&walk.root] {
            root if root.kind == Kind::Directory => entries.add_tree(walk, &walk.root, root),
            root => entries.add_file(&walk.root, root),
        }
    }
    for file in placed {
        let entry = Entry {
            source: Some(file.source.clone()),
            mode: Some(file.mode),
            conffile: (!file.conffile).then_some(false),
            ..Entry::default()
        };
        entries.all.insert(format!("/{}", file.path), entry);
    }
    if wishes.has_owner() {
        entries.own_parents(walks);
    }
    let expanded = entries.expanded;
    for (key, entry) in entries.all {
        table.set(key.as_str(), value(&key, entry, &wishes)?);
    }
    for pattern in expanded.iter().filter(|_| wishes.is_for_later) {
        line.otherwise(format!(
            "`{pattern}` of `--exclude` is no pattern of gitignore: the paths that it matches now are written, and \
             later ones are packed"
        ));
    }
    Ok(())
}

/// Reads the options about all files.
fn wishes(line: &mut Line, walks: &[Walk], placed: &[Placed]) -> Result<Wishes, FpmError> {
    let name = |option: &str| {
        let name = line.value(&[option]).filter(|it| *it != "root");
        name.map(str::to_owned)
    };
    let mut patterns: Vec<String> = line.list("exclude").map(str::to_owned).collect();
    if let Some(file) = line.value(&["exclude-file"]) {
        patterns.extend(super::sources::lines(file, "--exclude-file")?);
    }
    let mut wishes = Wishes {
        owner: name("deb-user"),
        group: name("deb-group"),
        patterns,
        prefix: super::sources::prefix(line)?,
        is_for_later: line.is_on("print-manifest"),
        conffiles: BTreeSet::new(),
        directories: Vec::new(),
        below_etc: !line.is_on("deb-no-default-config-files"),
        keeps_modes: line.is_on("deb-use-file-permissions"),
    };
    if wishes.keeps_modes && wishes.owner.is_none() {
        line.otherwise(
            "`--deb-use-file-permissions` keeps modes, and no owners: `--deb-user` names one",
        );
    }
    let named: Vec<String> = line.list("config-files").map(str::to_owned).collect();
    for written in named {
        let path = written
            .trim_start_matches("./")
            .trim_matches('/')
            .to_owned();
        let mut found = placed.iter().any(|file| file.path == path);
        for (file, node) in walks.iter().flat_map(Walk::kept) {
            let is_below = path.is_empty() || file.starts_with(&format!("{path}/"));
            let is_named = file == path || is_below;
            match node.kind {
                Kind::File if is_named && is_unit(file) => line.otherwise(format!(
                    "`/{file}` of `--config-files` is a unit, which is no conffile: sysadmins write \
                     drop-ins in /etc/systemd/system"
                )),
                Kind::File if is_named => {
                    wishes.conffiles.insert(file.to_owned());
                }
                Kind::Directory if file == path => wishes.directories.push(path.clone()),
                Kind::Link if file == path => line.otherwise(format!(
                    "`/{path}` of `--config-files` is a symlink, and dpkg knows none as conffiles"
                )),
                _ => continue,
            }
            found = true;
        }
        if !found {
            return Err(FpmError::NoConfigFile { path: written });
        }
    }
    Ok(wishes)
}

/// Returns whether a path is one of the rules of sudo: root's with mode 0440 whatever is asked for.
fn is_of_sudo(path: &str) -> bool {
    path.starts_with("etc/sudoers.d/")
}

/// Returns whether a path is that of a unit that a package brings.
fn is_unit(path: &str) -> bool {
    let path = path.strip_prefix("usr/").unwrap_or(path);
    path.starts_with("lib/systemd/")
}

struct Entries<'a> {
    wishes: &'a Wishes,
    /// The entries by their keys.
    all: BTreeMap<String, Entry>,
    /// The patterns in whose place the paths are written that they match.
    expanded: BTreeSet<String>,
}

impl Entries<'_> {
    /// Adds a directory with what is below it; its children where its key is another's.
    fn add_tree(&mut self, walk: &Walk, path: &str, node: &Node) {
        let below = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let key = format!("/{below}");
        let kept: Vec<(&str, &Node)> = walk
            .kept()
            .filter(|(it, _)| !it.is_empty() && it.starts_with(&below))
            .collect();
        if kept.is_empty() {
            if !path.is_empty() {
                self.add_directory(key, self.wishes.mode(path, node));
            }
            return;
        }
        let other = self.all.get(&key).and_then(|entry| entry.source.clone());
        if let Some(other) = other {
            let children = kept.iter().filter(|_| other != node.source);
            for (path, node) in children.filter(|(it, _)| !it[below.len()..].contains('/')) {
                match node.kind {
                    Kind::Directory => self.add_tree(walk, path, node),
                    _ => self.add_file(path, node),
                }
            }
            return;
        }
        let files: Vec<&str> = kept
            .iter()
            .filter(|(_, node)| node.kind == Kind::File)
            .map(|(path, _)| *path)
            .collect();
        let (conffile, mut others) = self.conffile(&files);
        let entry = Entry {
            source: Some(node.source.clone()),
            exclude: self.exclude(walk, &below, &kept),
            conffile,
            ..Entry::default()
        };
        self.all.insert(key, entry);
        self.add_config_directories(walk, path, conffile, &mut others);
        for (path, node) in kept {
            let differs = others.contains(path) || self.wishes.has_owner() && is_of_sudo(path);
            match (node.kind, self.wishes.mode(path, node)) {
                (Kind::Directory, mode @ Some(_)) => self.add_directory(format!("/{path}/"), mode),
                (Kind::File, mode) if differs || mode.is_some() => self.add_file(path, node),
                _ => {}
            }
        }
    }

    fn add_directory(&mut self, key: String, mode: Option<u32>) {
        let entry = Entry {
            mode,
            ..Entry::default()
        };
        self.all.entry(key).or_insert(entry);
    }

    /// Adds trees for directories of configuration in a tree that is none.
    fn add_config_directories(
        &mut self,
        walk: &Walk,
        tree: &str,
        of_tree: Option<bool>,
        others: &mut BTreeSet<&str>,
    ) {
        if of_tree == Some(true) {
            return;
        }
        for path in self.wishes.directories.clone() {
            let below = format!("{path}/");
            let is_in_tree = tree.is_empty() || path.starts_with(&format!("{tree}/"));
            let has_several = others.iter().filter(|it| it.starts_with(&below)).count() > 1;
            let Some(node) = walk.nodes.get(&path).filter(|_| is_in_tree && has_several) else {
                continue;
            };
            let kept: Vec<(&str, &Node)> = walk
                .kept()
                .filter(|(it, _)| it.starts_with(&below))
                .collect();
            let entry = Entry {
                source: Some(node.source.clone()),
                exclude: self.exclude(walk, &below, &kept),
                conffile: Some(true),
                ..Entry::default()
            };
            if self.all.contains_key(&format!("/{below}")) {
                continue;
            }
            self.all.insert(format!("/{below}"), entry);
            others.retain(|it| !it.starts_with(&below));
        }
    }

    fn add_file(&mut self, path: &str, node: &Node) {
        let is_by_itself = path.starts_with("etc/");
        let is_wanted = self.wishes.is_conffile(path);
        let own = (node.kind == Kind::File && is_wanted != is_by_itself).then_some(is_wanted);
        let entry = Entry {
            source: Some(node.source.clone()),
            is_link: node.kind == Kind::Link,
            mode: self.wishes.mode(path, node),
            conffile: own,
            ..Entry::default()
        };
        self.all.insert(format!("/{path}"), entry);
    }

    /// Adds the directories that no argument names and that are not Debian's, which have the owner too.
    fn own_parents(&mut self, walks: &[Walk]) {
        let mut parents: BTreeSet<String> = BTreeSet::new();
        for key in self.all.keys() {
            let path = key.trim_end_matches('/');
            let slashes = path.match_indices('/').map(|(at, _)| &path[..at]);
            let above: Vec<&str> = slashes.filter(|it| !it.is_empty()).collect();
            // One that is in a tree has the owner of that.
            let is_packed = |it: &str| {
                let mut nodes = walks.iter().filter_map(|walk| walk.nodes.get(&it[1..]));
                nodes.any(|node| node.kind == Kind::Directory)
            };
            let own = above.iter().filter(|it| !is_packed(it));
            let own = own.filter(|it| !reserved::is_shared_directory(it));
            parents.extend(own.map(|it| format!("{it}/")));
        }
        for parent in parents {
            self.all.entry(parent).or_default();
        }
    }

    /// Returns the `conffile` of a tree that suits most of its files, and those that it does not suit.
    fn conffile<'p>(&self, files: &[&'p str]) -> (Option<bool>, BTreeSet<&'p str>) {
        let [by_itself, none, all] = [None, Some(false), Some(true)].map(|choice: Option<bool>| {
            let unsuited = files.iter().copied().filter(|path| {
                let given = choice.unwrap_or(path.starts_with("etc/"));
                given != self.wishes.is_conffile(path)
            });
            (choice, unsuited.collect::<BTreeSet<&str>>())
        });
        if all.1.is_empty() && !by_itself.1.is_empty() {
            return all;
        }
        if none.1.len() < by_itself.1.len() {
            return none;
        }
        by_itself
    }

    /// Returns the patterns of a tree for what `--exclude` takes out of it.
    fn exclude(&mut self, walk: &Walk, below: &str, kept: &[(&str, &Node)]) -> Vec<String> {
        let own = |path: &&String| path.starts_with(below) && walk.nodes.contains_key(*path);
        let is_directory = |path: &str| walk.nodes[path].kind == Kind::Directory;
        let out: Vec<(&str, String)> = (walk.excluded.iter().filter(own))
            .map(|path| {
                let slash = if is_directory(path) { "/" } else { "" };
                let inner = ignored::escaped(&path[below.len()..]);
                (path.as_str(), format!("/{inner}{slash}"))
            })
            .collect();
        let hits = |patterns: &[String], path: &str| {
            let compiled = Patterns::new(patterns.iter().map(String::as_str));
            let inner = Path::new(&path[below.len()..]);
            compiled.is_ok_and(|mut it| it.exclude(inner, is_directory(path)))
        };
        let mut written: Vec<String> = Vec::new();
        for pattern in &self.wishes.patterns {
            let folder = self.wishes.below_prefix(below);
            let Some(patterns) = folder.and_then(|it| ignored::below(pattern, it)) else {
                self.expanded.insert(pattern.clone());
                continue;
            };
            for own in patterns {
                let alone = std::slice::from_ref(&own);
                // One that takes out nothing is for later builds.
                let is_wanted = self.wishes.is_for_later || out.iter().any(|it| hits(alone, it.0));
                let as_folder = format!("{own}/");
                let is_folder = out.iter().any(|(_, path)| *path == as_folder);
                let own = if is_folder { as_folder } else { own };
                if is_wanted && !written.contains(&own) {
                    written.push(own);
                }
            }
        }
        let mut compiled = Patterns::new(written.iter().map(String::as_str)).ok();
        let mut takes = |path: &str| {
            let inner = Path::new(&path[below.len()..]);
            let patterns = compiled.as_mut();
            patterns.is_none_or(|it| it.exclude(inner, is_directory(path)))
        };
        // The package of the manifest must be that of the command.
        if kept.iter().any(|(path, _)| takes(path)) {
            self.expanded.extend(self.wishes.patterns.iter().cloned());
            return out.into_iter().map(|(_, path)| path).collect();
        }
        let others = out.into_iter().filter(|(path, _)| !takes(path));
        let others: Vec<String> = others.map(|(_, path)| path).collect();
        written.extend(others);
        written
    }
}

/// Returns an entry as a manifest has it: the source alone where there is nothing else to say.
fn value(key: &str, entry: Entry, wishes: &Wishes) -> Result<Value, FpmError> {
    let mut fields: Vec<(Text, Value)> = Vec::new();
    let is_directory = key.ends_with('/');
    let source = entry
        .source
        .map(|path| text(&path, is_directory))
        .transpose()?;
    match &source {
        Some(source) => fields.push(("source".into(), source.as_str().into())),
        None => fields.push(("directory".into(), true.into())),
    }
    if entry.is_link {
        fields.push(("follow".into(), false.into()));
    }
    if !entry.exclude.is_empty() {
        fields.push(("exclude".into(), Value::list(entry.exclude)));
    }
    if let Some(mode) = entry.mode {
        fields.push(("mode".into(), format!("{mode:04o}").into()));
    }
    let is_shared = source.is_none() && reserved::is_shared_directory(key.trim_end_matches('/'));
    let is_roots = is_shared || !is_directory && is_of_sudo(key.trim_start_matches('/'));
    if !is_roots {
        let owners = [("owner", &wishes.owner), ("group", &wishes.group)];
        for (key, name) in owners {
            if let Some(name) = name {
                fields.push((key.into(), name.as_str().into()));
            }
        }
    }
    if let Some(conffile) = entry.conffile {
        fields.push(("conffile".into(), conffile.into()));
    }
    Ok(match source {
        Some(source) if fields.len() == 1 => source.as_str().into(),
        _ => Value::Table(fields),
    })
}

/// Returns a path as the manifest names it; a folder ends in a slash.
pub(super) fn text(path: &Path, is_directory: bool) -> Result<String, FpmError> {
    let not_utf8 = || FpmError::NotUtf8 {
        path: path.to_owned(),
    };
    let text = path.to_str().ok_or_else(not_utf8)?;
    let text = text.strip_prefix("./").unwrap_or(text);
    let text = if text.is_empty() { "." } else { text };
    if is_directory && !text.ends_with('/') {
        return Ok(format!("{text}/"));
    }
    Ok(text.to_owned())
}
