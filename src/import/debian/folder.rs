//! The files of a folder `debian`, and the one above it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::debian::{PackageName, Version};
use crate::finding::tags;
use crate::fs;
use crate::import::notes::Notes;
use crate::import::{ImportError, Place, control_text};
use crate::tree::PackagePath;

use super::Package;
use super::calls::Rules;
use super::host::Host;

/// Files that say nothing of the package's contents, or that `reldeb build` needs nothing of.
const NOT_OF_THE_PACKAGE: [&str; 18] = [
    "changelog",
    "compat",
    "control",
    "copyright",
    "files",
    "gbp.conf",
    "not-installed",
    "rules",
    "salsa-ci.yml",
    "watch",
    "README.source",
    "clean",
    "missing-sources",
    "patches",
    "source",
    "tests",
    "upstream",
    "po",
];

/// A folder `debian`, and the one above it.
pub(super) struct Folder<'a> {
    path: PathBuf,
    /// Its name.
    name: String,
    place: &'a Place,
    /// The machine that it is built for.
    pub(super) host: Host,
    /// The calls of `rules`.
    pub(super) rules: Rules,
    /// The names of its files.
    names: BTreeSet<String>,
    /// Those that were read.
    read: RefCell<BTreeSet<String>>,
    /// Sources that a link leads out of the project, with where they are.
    outside: RefCell<BTreeMap<String, PathBuf>>,
    /// Sources that are static libraries, since the last time that somebody asked.
    archives: RefCell<BTreeSet<String>>,
}

/// A file of debhelper's.
pub(super) struct Found {
    /// Its path on disk.
    pub(super) path: PathBuf,
    /// Its path as the manifest names it.
    pub(super) source: String,
}

impl<'a> Folder<'a> {
    pub(super) fn open(path: &Path, place: &'a Place, host: Host) -> Result<Self, ImportError> {
        let names = fs::read_dir(path)?.into_iter().filter_map(|path| {
            let name = path.file_name()?;
            Some(name.to_string_lossy().into_owned())
        });
        let names = names.collect();
        let name = match path.file_name() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => ".".to_owned(),
        };
        Ok(Self {
            path: path.to_owned(),
            name,
            place,
            host,
            rules: Rules::read(&path.join("rules"))?,
            names,
            read: RefCell::default(),
            outside: RefCell::default(),
            archives: RefCell::default(),
        })
    }

    /// Returns a file by its whole name.
    pub(super) fn named(&self, name: &str) -> Option<Found> {
        let path = self.path.join(name);
        if !self.names.contains(name) || !path.is_file() {
            return None;
        }
        self.read.borrow_mut().insert(name.to_owned());
        let source = self.place.path(&format!("{}/{name}", self.name));
        self.look_outside(&path, &source);
        Some(Found { path, source })
    }

    /// Returns a file of a package: `PACKAGE.KIND`, of the first package `KIND` as well. Nothing of it where
    /// `rules` has no command read it.
    pub(super) fn of(&self, package: &Package<'_>, kind: &str) -> Option<Found> {
        let named = self.named(&format!("{}.{kind}", package.name));
        let found = named.or_else(|| package.is_first.then(|| self.named(kind)).flatten());
        found.filter(|_| !self.rules.skips_kind(kind, package))
    }

    /// Returns the files of a package with names of its own: `PACKAGE.NAME.KIND`, with NAME.
    pub(super) fn named_of(&self, package: &Package<'_>, kind: &str) -> Vec<(String, Found)> {
        if self.rules.skips_kind(kind, package) {
            return Vec::new();
        }
        let start = format!("{}.", package.name);
        let end = format!(".{kind}");
        let names = self.names.iter().filter_map(|name| {
            let middle = name.strip_prefix(&start)?.strip_suffix(&end)?;
            Some((middle.to_owned(), self.named(name)?))
        });
        names.collect()
    }

    /// Returns a path from the project's folder, as the manifest names it. A file of this folder counts as
    /// read.
    pub(super) fn source(&self, path: &str) -> String {
        let source = self.link(path);
        self.look_outside(&self.on_disk(path), &source);
        self.look_for_archives(path);
        source
    }

    /// Returns the path of a link that is packed as one, as the manifest names it.
    pub(super) fn link(&self, path: &str) -> String {
        if let Some(name) = path.strip_prefix("debian/") {
            let name = name.split('/').next().unwrap_or(name);
            self.read.borrow_mut().insert(name.to_owned());
        }
        self.place.path(path)
    }

    /// Remembers the static libraries that a source is or has.
    fn look_for_archives(&self, path: &str) {
        let is_archive = Path::new(path).extension().is_some_and(|it| it == "a");
        if is_archive && !path.contains('*') {
            self.archives.borrow_mut().insert(path.to_owned());
        }
        let Some(tree) = path.strip_suffix('/') else {
            return;
        };
        for found in fs::read_dir(&self.on_disk(tree)).unwrap_or_default() {
            let name = found.file_name().unwrap_or_default().to_string_lossy();
            let is_directory = found.is_dir() && !found.is_symlink();
            let slash = if is_directory { "/" } else { "" };
            self.look_for_archives(&format!("{tree}/{name}{slash}"));
        }
    }

    /// Returns the static libraries that were found since the last call.
    pub(super) fn take_archives(&self) -> BTreeSet<String> {
        self.archives.take()
    }

    /// Remembers a source that a link leads out of the project.
    fn look_outside(&self, path: &Path, source: &str) {
        let home = self.on_disk("");
        let home = if home.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &home
        };
        if let (Ok(home), Ok(real)) = (fs::canonicalize(home), fs::canonicalize(path))
            && !real.starts_with(home)
        {
            self.outside.borrow_mut().insert(source.to_owned(), real);
        }
    }

    /// Tells of the sources that links lead out of the project.
    pub(super) fn tell_outside(&self, notes: &mut Notes) {
        for (source, real) in &*self.outside.borrow() {
            let real = real.display();
            let what = format!("`{source}` is `{real}`, which is outside of the project");
            let hint = "see that the package may have it, or put a file in the place of the link";
            notes.add(tags::IMPORT_OUTSIDE, None, &what, hint);
        }
    }

    /// Returns a path of the project on disk.
    pub(super) fn on_disk(&self, path: &str) -> PathBuf {
        let home = self.path.parent().unwrap_or(Path::new(""));
        home.join(path)
    }

    /// Returns a path that the manifest names on disk.
    pub(super) fn beside(&self, source: &str) -> PathBuf {
        self.place.beside_path(source)
    }

    /// Returns the files of a tree or a glob that the manifest names: each path below its target, and its source.
    pub(super) fn files_of(&self, source: &str) -> Vec<(String, String)> {
        let Some(tree) = source.strip_suffix('/') else {
            let found = super::install::expand(&self.beside(""), source).into_iter();
            let found = found.filter(|path| !self.beside(path).is_symlink());
            let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
            return found.map(|path| (name(&path), path)).collect();
        };
        let files = files_below(&self.beside(tree));
        let files = files
            .into_iter()
            .filter(|below| !self.beside(&format!("{tree}{below}")).is_symlink());
        files
            .map(|below| {
                (
                    below.trim_start_matches('/').to_owned(),
                    format!("{tree}{below}"),
                )
            })
            .collect()
    }

    /// Returns the version of the changelog's newest entry.
    pub(super) fn version(&self) -> Result<Version, ImportError> {
        let path = self.path.join("changelog");
        let bytes = fs::read_small(&path)?;
        let text = control_text::utf8(&path, &bytes)?;
        let lines = text.lines().enumerate();
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let (index, first) = lines.next().unwrap_or_default();
        let version = first.split_once(" (").and_then(|(_, rest)| {
            let (version, _) = rest.split_once(')')?;
            version.parse().ok()
        });
        version.ok_or_else(|| ImportError::Malformed {
            path,
            line: index + 1,
            text: first.to_owned(),
            message: "begins no entry of a changelog, expected `NAME (VERSION) SUITE; urgency=…`"
                .to_owned(),
        })
    }

    /// Tells of patches, which change what is packed.
    pub(super) fn tell_patches(&self, notes: &mut Notes) -> Result<(), ImportError> {
        let path = self.path.join("patches/series");
        if !path.is_file() {
            return Ok(());
        }
        let bytes = fs::read(&path)?;
        let text = control_text::utf8(&path, &bytes)?;
        let mut lines = text.lines().map(str::trim).enumerate();
        if let Some((index, _)) = lines.find(|(_, it)| !it.is_empty() && !it.starts_with('#')) {
            let what = "the patches are not applied";
            let instead = "apply them before the build, as `quilt push -a` does";
            notes.left_out_in(&path, index + 1, what, instead);
        }
        Ok(())
    }

    /// Tells of the files that nothing was read of.
    pub(super) fn tell_unread(
        &self,
        packages: &[PackageName],
        not_made: &[PackageName],
        notes: &mut Notes,
    ) {
        let read = self.read.borrow();
        for name in &self.names {
            let is_of_build = NOT_OF_THE_PACKAGE.contains(&name.as_str())
                || name.starts_with('.')
                || [".substvars", ".debhelper.log", ".debhelper", ".ex", ".EX"]
                    .iter()
                    .any(|end| name.ends_with(end))
                || packages.iter().any(|package| package.as_str() == name)
                || not_made.iter().any(|package| {
                    let below = name.strip_prefix(package.as_str());
                    below.is_some_and(|it| it.is_empty() || it.starts_with('.'))
                })
                || name == "tmp";
            if !read.contains(name) && !is_of_build {
                let what = format!("`{}/{name}` is not read", self.name);
                let instead = if name.ends_with(".bash-completion") {
                    "name the file, or those that it lists, by `bash` in `[completions]`"
                } else {
                    "write what it does into the manifest"
                };
                notes.left_out(None, &what, instead);
            }
        }
    }
}

/// Returns the paths of the files of a tree, each with a slash in front, without those of `DEBIAN`.
pub(super) fn files_below(tree: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![(tree.to_owned(), String::new())];
    while let Some((here, below)) = folders.pop() {
        for path in fs::read_dir(&here).unwrap_or_default() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let whole = format!("{below}/{name}");
            if whole == "/DEBIAN" {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                folders.push((path, whole));
            } else {
                files.push(whole);
            }
        }
    }
    files.sort();
    files
}

impl Found {
    /// Returns the lines that say something, with their numbers.
    pub(super) fn lines(&self) -> Result<Vec<(usize, String)>, ImportError> {
        let bytes = fs::read_small(&self.path)?;
        let text = control_text::utf8(&self.path, &bytes)?;
        let lines = text.lines().enumerate();
        let lines = lines.map(|(index, line)| (index + 1, line.trim().to_owned()));
        Ok(lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .collect())
    }

    /// Returns whether the file is a program whose output debhelper reads.
    pub(super) fn is_program(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|it| fs::mode(&it) & 0o111 != 0)
    }

    /// Makes the error about a line.
    pub(super) fn malformed(&self, line: usize, text: &str, message: String) -> ImportError {
        ImportError::Malformed {
            path: self.path.clone(),
            line,
            text: text.to_owned(),
            message,
        }
    }

    /// Checks a path of the package, and returns it with a slash in front.
    pub(super) fn target(
        &self,
        line: usize,
        text: &str,
        path: &str,
    ) -> Result<String, ImportError> {
        let whole = format!("/{path}");
        match PackagePath::new(&whole) {
            Ok(path) => Ok(path.to_string()),
            Err(error) => Err(self.malformed(line, text, error.to_string())),
        }
    }
}
