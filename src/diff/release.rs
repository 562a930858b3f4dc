//! The applications of Erlang and Elixir releases: their versions, and modules whose code changed though
//! the version of their application has not.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::side::Side;
use crate::deb::DataKind;
use crate::debian::Version;
use crate::tree::PackagePath;

/// A version of an application that is new, gone or another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ApplicationChange {
    /// The application, `erts` for the runtime.
    pub application: String,
    /// The version in the old package.
    pub old: Option<String>,
    /// The version in the new package.
    pub new: Option<String>,
    /// Tells that the new version is the lower one.
    pub down: bool,
}

/// A module with other code in an application of the same version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ModuleChange {
    /// The module's name.
    pub module: String,
    /// The application and its version, `NAME-VERSION`.
    pub application: String,
    /// The path of the module.
    pub path: String,
}

/// The folders with a version in their names, of which both packages have one: those of the old package,
/// and what they are called in the new one.
#[derive(Debug, Default)]
pub(super) struct Folders(BTreeMap<PackagePath, PackagePath>);

impl Folders {
    /// Returns the path that a path of the old package would have in the new one.
    pub(super) fn of_new<'a>(&self, path: &'a PackagePath) -> Cow<'a, PackagePath> {
        if self.0.is_empty() {
            return Cow::Borrowed(path);
        }
        let mut folder = Some(path.clone());
        while let Some(old) = folder {
            if let Some(new) = self.0.get(&old) {
                let rest = &path.as_bytes()[old.as_bytes().len()..];
                let rest = rest.strip_prefix(b"/").unwrap_or(rest);
                let moved = new.join(rest);
                return moved.map_or(Cow::Borrowed(path), Cow::Owned);
            }
            folder = old.parent();
        }
        Cow::Borrowed(path)
    }
}

/// The folders of a package with a version in their names, by where they are and what they hold: all
/// versions of each.
type Versioned = BTreeMap<(String, String), BTreeMap<String, PackagePath>>;

/// Returns the folders with versions: `lib/NAME-VERSION` of applications, `erts-VERSION`,
/// `releases/VERSION`.
fn versioned(side: &Side) -> Versioned {
    let mut found = Versioned::new();
    let directories = side
        .records
        .iter()
        .filter(|it| it.kind == DataKind::Directory);
    for record in directories {
        let Some((name, version, folder)) = named(&record.path) else {
            continue;
        };
        let Some(parent) = folder.parent() else {
            continue;
        };
        found
            .entry((parent.to_string(), name))
            .or_default()
            .insert(version, folder);
    }
    found
}

/// Returns the name, the version and the folder that a directory tells of.
fn named(path: &PackagePath) -> Option<(String, String, PackagePath)> {
    let name = path.to_string();
    let last = String::from_utf8_lossy(path.file_name()).into_owned();
    let parent = path.parent()?;
    let starts_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if parent.file_name() == b"releases" && starts_with_digit(&last) {
        return Some(("releases".into(), last, path.clone()));
    }
    let is_ebin = last == "ebin" && name.contains("/lib/");
    let is_erts = last == "bin" && parent.file_name().starts_with(b"erts-");
    if !is_ebin && !is_erts {
        return None;
    }
    let folder = String::from_utf8_lossy(parent.file_name()).into_owned();
    let (name, version) = folder.rsplit_once('-')?;
    starts_with_digit(version).then(|| (name.to_owned(), version.to_owned(), parent))
}

/// The two releases, compared.
pub(super) struct Releases {
    pub(super) folders: Folders,
    pub(super) applications: Vec<ApplicationChange>,
    pub(super) modules: Vec<ModuleChange>,
}

impl Releases {
    pub(super) fn between(old: &Side, new: &Side) -> Self {
        let (before, after) = (versioned(old), versioned(new));
        let mut folders = Folders::default();
        let mut applications = Vec::new();
        let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for name in names {
            let (old, new) = (before.get(name), after.get(name));
            let only = |versions: Option<&BTreeMap<String, PackagePath>>| {
                let versions = versions.filter(|it| it.len() == 1)?;
                versions
                    .first_key_value()
                    .map(|(a, b)| (a.clone(), b.clone()))
            };
            if let (Some((_, from)), Some((_, to))) = (only(old), only(new))
                && from != to
            {
                folders.0.insert(from, to);
            }
            if name.1 != "releases" {
                applications.extend(change(&name.1, old, new));
            }
        }
        Self {
            modules: modules(old, new),
            folders,
            applications,
        }
    }
}

fn change(
    name: &str,
    old: Option<&BTreeMap<String, PackagePath>>,
    new: Option<&BTreeMap<String, PackagePath>>,
) -> Option<ApplicationChange> {
    let all = |versions: Option<&BTreeMap<String, PackagePath>>| {
        let versions: Vec<&str> = versions?.keys().map(String::as_str).collect();
        Some(versions.join(", "))
    };
    let (old, new) = (all(old), all(new));
    let number = |text: &Option<String>| {
        let read = Version::from_release(text.as_deref()?).ok()?;
        Some(read.version)
    };
    let order = number(&new).and_then(|it| Some(it.cmp(&number(&old)?)));
    (old != new).then(|| ApplicationChange {
        application: name.to_owned(),
        down: order == Some(Ordering::Less),
        old,
        new,
    })
}

/// Returns the modules at one path in both packages whose code differs.
fn modules(old: &Side, new: &Side) -> Vec<ModuleChange> {
    let changed = new.code.iter().filter(|(path, sum)| {
        let before = old.code.get(*path);
        before.is_some_and(|before| before != *sum)
    });
    changed
        .filter_map(|(path, _)| {
            let (name, version, _) = named(&path.parent()?)?;
            let module = String::from_utf8_lossy(path.file_name());
            Some(ModuleChange {
                module: module.trim_end_matches(".beam").to_owned(),
                application: format!("{name}-{version}"),
                path: path.to_string(),
            })
        })
        .collect()
}
