//! The arguments: what is packed, and where it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::error::FpmError;
use super::line::Line;
use super::pattern;
use crate::fs;

/// The name under which a manifest is saved.
const MANIFEST: &str = "reldeb.toml";

/// The kind of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Directory,
    File,
    Link,
}

/// Something that is packed.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) source: PathBuf,
    pub(super) kind: Kind,
    pub(super) mode: u32,
}

/// The paths that one argument packs, without a slash in front, each with its source. The first is the
/// argument's own.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) root: String,
    pub(super) nodes: BTreeMap<String, Node>,
    /// The paths that `--exclude` takes out, each with all that is below it.
    pub(super) excluded: BTreeSet<String>,
}

impl Walk {
    /// Returns whether a path is taken out.
    pub(super) fn is_excluded(&self, path: &str) -> bool {
        ways(path).any(|way| self.excluded.contains(way))
    }

    /// Returns what is left.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&str, &Node)> {
        let kept = self
            .nodes
            .iter()
            .filter(|(path, _)| !self.is_excluded(path));
        kept.map(|(path, node)| (path.as_str(), node))
    }
}

/// Returns the paths from the topmost above a path down to itself.
fn ways(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(end, _)| end);
    ends.chain([path.len()]).map(|end| &path[..end])
}

/// Returns everything that the arguments pack.
///
/// # Errors
/// [`FpmError`] where a source is missing, or two claim one path.
pub(super) fn walks(
    line: &mut Line,
    arguments: &[String],
    folder: Option<&Path>,
) -> Result<Vec<Walk>, FpmError> {
    let prefix = prefix(line)?;
    let mut walks = Vec::new();
    let mut directories = BTreeSet::from([String::new()]);
    for argument in arguments {
        let (source, root) = place(line, argument, folder, &prefix, &directories)?;
        let mut nodes = BTreeMap::new();
        let mut linked = BTreeMap::new();
        collect(&source, root.clone(), &mut nodes, &mut linked)?;
        let mut linked = linked.into_values().filter(|files| *files > 1);
        if linked.next().is_some() {
            line.otherwise(format!(
                "hard links in `{argument}` become files of their own"
            ));
        }
        for (path, node) in &nodes {
            let is_directory = node.kind == Kind::Directory;
            let mut above = is_directory.then_some(path.as_str());
            above = above.or_else(|| Some(path.rsplit_once('/')?.0));
            // Those above one that is there are there.
            while let Some(way) = above.filter(|way| !directories.contains(*way)) {
                directories.insert(way.to_owned());
                above = way.rsplit_once('/').map(|(above, _)| above);
            }
        }
        walks.push(Walk {
            root,
            nodes,
            excluded: BTreeSet::new(),
        });
    }
    if line.is_on("print-manifest") {
        walks.iter_mut().for_each(leave_manifest_out);
    }
    exclude(line, &prefix, &mut walks)?;
    compare(&walks)?;
    Ok(walks)
}

/// Returns the folder of `--prefix`.
pub(super) fn prefix(line: &Line) -> Result<String, FpmError> {
    clean(line.value(&["prefix"]).unwrap_or_default())
}

/// Returns the source of an argument, and its path in the package.
fn place(
    line: &mut Line,
    argument: &str,
    folder: Option<&Path>,
    prefix: &str,
    directories: &BTreeSet<String>,
) -> Result<(PathBuf, String), FpmError> {
    let from = |path: &str| match folder {
        Some(folder) => folder.join(path),
        None => PathBuf::from(path),
    };
    let missing = |path: PathBuf| FpmError::NoSource {
        path,
        argument: argument.to_owned(),
    };
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    let mapping = mapping(argument).filter(|_| !from(argument).exists());
    let Some((origin, target)) = mapping else {
        let source = from(argument);
        if !is_there(&source) {
            return Err(missing(source));
        }
        return Ok((source, join(prefix, &clean(argument)?)));
    };
    let source = from(origin);
    let bare = from(origin.trim_end_matches('/'));
    if !is_there(&source) || origin.is_empty() {
        return Err(missing(source));
    }
    let name = last_name(origin);
    let below = join(prefix, &clean(target)?);
    let is_contents = origin.ends_with('/') && source.is_dir();
    if name == "." || is_contents && (folder.is_none() || Path::new(origin).is_dir()) {
        return Ok((source, below));
    }
    if is_contents {
        line.otherwise(format!(
            "`{argument}` keeps the name of its folder, `/{}`: fpm looks for the slash's folder \
             outside of `-C`",
            join(&below, name)
        ));
    }
    if name == ".." {
        return Err(FpmError::Outside {
            path: origin.to_owned(),
        });
    }
    let is_directory = bare.symlink_metadata().is_ok_and(|it| it.is_dir());
    if is_directory || target.ends_with('/') {
        return Ok((bare, join(&below, name)));
    }
    if directories.contains(&below) && !bare.is_symlink() {
        line.otherwise(format!(
            "`/{below}` is a directory, so `{argument}` goes into it: write `{argument}/`"
        ));
        return Ok((bare, join(&below, name)));
    }
    Ok((bare, below))
}

/// Parts an argument at its first `=` that has something on both sides.
fn mapping(argument: &str) -> Option<(&str, &str)> {
    let mut signs = argument.match_indices('=');
    let is_between = |at: usize| at > 0 && at + 1 < argument.len();
    signs
        .any(|(at, _)| is_between(at))
        .then(|| argument.split_once('='))?
}

/// Returns the last name of a path, as basename(1) does.
fn last_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns a path of the package without slashes around it and periods in it.
fn clean(path: &str) -> Result<String, FpmError> {
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                return Err(FpmError::Outside {
                    path: path.to_owned(),
                });
            }
            name => names.push(name),
        }
    }
    Ok(names.join("/"))
}

fn join(above: &str, below: &str) -> String {
    match (above, below) {
        ("", path) | (path, "") => path.to_owned(),
        _ => format!("{above}/{below}"),
    }
}

/// Lists a source and everything below it, and counts the names of files that have several.
fn collect(
    source: &Path,
    path: String,
    nodes: &mut BTreeMap<String, Node>,
    linked: &mut BTreeMap<(u64, u64), usize>,
) -> Result<(), FpmError> {
    let metadata = fs::symlink_metadata(source)?;
    let kind = match metadata.file_type() {
        it if it.is_dir() => Kind::Directory,
        it if it.is_file() => Kind::File,
        it if it.is_symlink() => Kind::Link,
        _ => {
            return Err(FpmError::Special {
                path: source.to_owned(),
                kind: fs::special_kind(&metadata),
            });
        }
    };
    if kind == Kind::Directory {
        for found in fs::read_dir(source)? {
            let name = found.file_name().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| FpmError::NotUtf8 {
                path: found.clone(),
            })?;
            collect(&source.join(name), join(&path, name), nodes, linked)?;
        }
    }
    if kind == Kind::File
        && let Some(identity) = identity(&metadata)
    {
        *linked.entry(identity).or_default() += 1;
    }
    let node = Node {
        source: source.to_owned(),
        kind,
        mode: fs::mode(&metadata),
    };
    nodes.insert(path, node);
    Ok(())
}

/// Returns what tells a file with several names from others.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    (metadata.nlink() > 1).then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Takes the manifest to be out of a tree that it will lie in: a shell has made its file already.
fn leave_manifest_out(walk: &mut Walk) {
    let here = fs::canonicalize(Path::new(".")).ok();
    let is_here = |node: &Node| fs::canonicalize(&node.source).ok() == here;
    let is_empty = fs::metadata(Path::new(MANIFEST)).map_or(true, |it| it.len() == 0);
    let folders = walk
        .nodes
        .iter()
        .filter(|(_, node)| node.kind == Kind::Directory && is_here(node));
    let Some(folder) = folders.map(|(path, _)| path.clone()).next() else {
        return;
    };
    if here.is_some() && is_empty {
        let path = join(&folder, MANIFEST);
        let node = Node {
            source: MANIFEST.into(),
            kind: Kind::File,
            mode: 0o644,
        };
        walk.nodes.insert(path.clone(), node);
        walk.excluded.insert(path);
    }
}

/// Takes out what `--exclude` and `--exclude-file` name.
fn exclude(line: &mut Line, prefix: &str, walks: &mut [Walk]) -> Result<(), FpmError> {
    let mut patterns: Vec<String> = line.list("exclude").map(str::to_owned).collect();
    if let Some(file) = line.value(&["exclude-file"]) {
        patterns.extend(lines(file, "--exclude-file")?);
    }
    for pattern in &patterns {
        if pattern.starts_with('/') {
            let pattern = pattern.clone();
            return Err(FpmError::Absolute { pattern });
        }
        let mut has_matched = false;
        for walk in &mut *walks {
            let found: Vec<String> = walk
                .nodes
                .keys()
                .filter_map(|path| {
                    let way = ways(path).find(|way| {
                        let below = match prefix {
                            "" => Some(*way),
                            prefix => way.strip_prefix(prefix).and_then(|it| it.strip_prefix('/')),
                        };
                        below
                            .is_some_and(|path| !path.is_empty() && pattern::matches(pattern, path))
                    });
                    way.map(str::to_owned)
                })
                .collect();
            has_matched |= !found.is_empty();
            walk.excluded.extend(found);
        }
        if !has_matched {
            line.otherwise(format!("`{pattern}` of `--exclude` matches nothing"));
        }
    }
    for walk in walks {
        let top = |path: &&String| {
            let above = path.rsplit_once('/').map(|(above, _)| above);
            above.is_none_or(|above| !ways(above).any(|way| walk.excluded.contains(way)))
        };
        walk.excluded = walk.excluded.iter().filter(top).cloned().collect();
    }
    Ok(())
}

/// Returns the lines of a file, without blanks around them.
pub(super) fn lines(path: &str, option: &str) -> Result<Vec<String>, FpmError> {
    let path = Path::new(path);
    if !path.exists() {
        return Err(FpmError::NoFile {
            path: path.to_owned(),
            option: option.to_owned(),
        });
    }
    let text = fs::read_small_text(path)?;
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    Ok(lines.map(str::to_owned).collect())
}

/// Refuses two sources for one path.
fn compare(walks: &[Walk]) -> Result<(), FpmError> {
    let mut all: BTreeMap<&str, &Node> = BTreeMap::new();
    for (path, node) in walks.iter().flat_map(Walk::kept) {
        let Some(other) = all.insert(path, node) else {
            continue;
        };
        let is_same = node.kind == other.kind
            && (node.kind == Kind::Directory || is_same_file(&node.source, &other.source));
        if !is_same {
            return Err(FpmError::TwoSources {
                path: path.to_owned(),
                sources: [other.source.clone(), node.source.clone()],
            });
        }
    }
    for (path, node) in &all {
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        let mut above = ways(above).filter(|way| !way.is_empty());
        let blocks = |way: &&str| all.get(way).is_some_and(|it| it.kind != Kind::Directory);
        if let Some(path) = above.find(blocks) {
            return Err(FpmError::Below {
                path: path.to_owned(),
                source_path: node.source.clone(),
            });
        }
    }
    Ok(())
}

/// Returns whether two paths lead to one entry of a folder.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let entry = |path: &Path| {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = fs::canonicalize(folder).ok()?;
        Some(folder.join(path.file_name()?))
    };
    entry(one).is_some_and(|place| entry(other) == Some(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_have_something_on_both_sides() {
        assert_eq!(mapping("a=/b"), Some(("a", "/b")));
        assert_eq!(mapping("a=b=c"), Some(("a", "b=c")));
        for none in ["a", "a=", "=a", "=", "", "ä"] {
            assert_eq!(mapping(none), None, "{none}");
        }
        assert_eq!(last_name("a/b/"), "b");
        assert_eq!(last_name("./"), ".");
        assert_eq!(clean("/a//./b/").unwrap(), "a/b");
        assert!(clean("a/../b").is_err());
        assert_eq!(ways("a/b/c").collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
    }
}
