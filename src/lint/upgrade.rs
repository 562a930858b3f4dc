//! The comparison of two versions of a package: what an upgrade from one to the other meets on a
//! machine.

mod registered;
mod settings;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use self::registered::Registered;
use self::settings::Settings;
use super::unpack::Fields;
use crate::deb::{ArchiveError, DataEntry, DataKind, Deb};
use crate::debian::{Architecture, ControlFile, PackageName, Version};
use crate::deployment::{ConffileChange, Deployment};
use crate::finding::{Finding, tags};
use crate::message::quoted;
use crate::tree::{Content, Kind, PackagePath, Tree};

/// The most findings of a kind that are told one by one.
const MOST_TOLD: usize = 500;

/// The most bytes that are read of a file with settings.
const LARGEST_SETTINGS: u64 = 1 << 20;

/// The facts of a package that an upgrade depends on.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// The package's name.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// Its architecture.
    pub architecture: Architecture,
    conffiles: BTreeSet<PackagePath>,
    /// The conffiles of earlier versions that dpkg removes (`remove-on-upgrade`).
    removed: BTreeSet<PackagePath>,
    directories: BTreeSet<PackagePath>,
    /// Regular files that are no conffiles: of a package that is planned all, of one that is read those that were
    /// noted.
    others: BTreeSet<PackagePath>,
    /// The links with their targets as written.
    links: BTreeMap<PackagePath, Vec<u8>>,
    settings: Settings,
    registered: Registered,
}

impl Side {
    /// Returns the facts of a package that is planned.
    #[must_use]
    pub(crate) fn planned(control: &ControlFile, tree: &Tree) -> Self {
        let (name, version) = (control.package.clone(), control.version.clone());
        let mut side = Self::new(name, version, control.architecture);
        side.conffiles = tree.conffiles().cloned().collect();
        for (path, entry) in tree.iter() {
            let path = path.clone();
            if let Kind::Regular { content, .. } = &entry.kind
                && let Content::Bytes(text) = content
                && Settings::are_in(&side.name, &path)
            {
                side.settings.take(&path, text);
            }
            if matches!(entry.kind, Kind::Regular { .. }) {
                side.registered.take(&path);
            }
            match &entry.kind {
                Kind::Directory => drop(side.directories.insert(path)),
                Kind::Symlink { target } => drop(side.links.insert(path, target.clone())),
                Kind::Regular { conffile: true, .. } => {}
                Kind::Regular { .. } => drop(side.others.insert(path)),
            }
        }
        side
    }

    /// Reads the facts of a package that is written.
    ///
    /// # Errors
    /// [`ArchiveError`] where the package cannot be read, is damaged, or has no control file that dpkg
    /// would take.
    pub(crate) fn read(deb: &Deb) -> Result<Self, ArchiveError> {
        let mut side = Self::begin(deb)?;
        let damaged = |error: io::Error| deb.damaged_data(&error);
        deb.for_each_data_entry(|entry, content| side.entry(entry, content).map_err(damaged))?;
        Ok(side)
    }

    /// Reads what the control archive tells.
    pub(crate) fn begin(deb: &Deb) -> Result<Self, ArchiveError> {
        let (name, version, architecture) = identity(deb)?;
        let mut side = Self::new(name, version, architecture);
        let conffiles = deb.control.get("conffiles");
        let lines = conffiles.map_or(&[][..], |file| &file.content);
        for line in lines.split(|byte| *byte == b'\n') {
            let (list, path) = match line.strip_prefix(b"remove-on-upgrade ") {
                Some(path) => (&mut side.removed, path.trim_ascii()),
                None => (&mut side.conffiles, line.trim_ascii_end()),
            };
            if path.starts_with(b"/") {
                list.extend(PackagePath::new(path));
            }
        }
        if let Some(postinst) = deb.control.get("postinst") {
            side.registered.read(&postinst.content);
        }
        Ok(side)
    }

    /// Takes the next entry of the data archive, and reads as much of its content as it needs.
    pub(crate) fn entry(&mut self, entry: &DataEntry, content: &mut dyn Read) -> io::Result<()> {
        // dpkg refuses the others.
        let Ok(path) = entry.path() else {
            return Ok(());
        };
        match entry.kind {
            DataKind::Directory => drop(self.directories.insert(path)),
            DataKind::Symlink => drop(self.links.insert(path, entry.target.clone())),
            _ if Settings::are_in(&self.name, &path) => {
                let mut text = Vec::new();
                content.take(LARGEST_SETTINGS).read_to_end(&mut text)?;
                self.settings.take(&path, &text);
            }
            _ => self.registered.take(&path),
        }
        Ok(())
    }

    /// Returns the conffiles of the package.
    pub(crate) fn conffiles(&self) -> &BTreeSet<PackagePath> {
        &self.conffiles
    }

    /// Notes regular files that are no conffiles.
    pub(crate) fn note_files(&mut self, paths: impl Iterator<Item = PackagePath>) {
        self.others.extend(paths);
    }

    fn new(name: PackageName, version: Version, architecture: Architecture) -> Self {
        Self {
            name,
            version,
            architecture,
            conffiles: BTreeSet::new(),
            removed: BTreeSet::new(),
            directories: BTreeSet::new(),
            others: BTreeSet::new(),
            links: BTreeMap::new(),
            settings: Settings::default(),
            registered: Registered::default(),
        }
    }

    /// Returns the Erlang applications by name with their versions: a release has each in a folder
    /// `lib/NAME-VERSION`.
    fn applications(&self) -> BTreeMap<String, String> {
        let of = |path: &PackagePath| {
            let path = path.to_string();
            let (parent, last) = path.strip_suffix("/ebin")?.rsplit_once('/')?;
            let (name, version) = last.rsplit_once('-')?;
            let is_application =
                parent.ends_with("/lib") && version.starts_with(|c: char| c.is_ascii_digit());
            is_application.then(|| (name.to_owned(), version.to_owned()))
        };
        self.directories.iter().filter_map(of).collect()
    }
}

/// Returns the findings about an upgrade. The scripts of the new package do what its `[conffiles]` says,
/// and make the links of its release.
#[must_use]
pub(crate) fn findings(old: &Side, new: &Side, deployment: Option<&Deployment>) -> Vec<Finding> {
    if old.name != new.name {
        let message = format!(
            "package `{}` does not upgrade `{}`: they are two packages",
            new.name, old.name
        );
        let hint = "give an older package of the same name, or name the old one in `replaces`, \
                    `breaks` and `provides`";
        return vec![Finding::new(tags::PREVIOUS_OTHER_PACKAGE, message).with_hint(hint)];
    }
    let mut findings = Vec::new();
    findings.extend(version(old, new));
    if old.architecture != new.architecture {
        let message = format!(
            "architecture was `{}` and is `{}`: apt takes that for another package",
            old.architecture, new.architecture
        );
        findings.push(Finding::new(tags::PREVIOUS_OTHER_ARCHITECTURE, message));
    }
    let changes = deployment.map_or(&[][..], |deployment| &deployment.conffile_changes);
    let release = deployment.and_then(|deployment| deployment.directories.release.as_ref());
    findings.extend(conffiles(old, new, changes));
    findings.extend(kinds(old, new, changes, release));
    findings.extend(applications(old, new));
    findings.extend(new.registered.findings(&old.registered, deployment));
    findings.extend(new.settings.findings(&old.settings));
    findings
}

fn version(old: &Side, new: &Side) -> Option<Finding> {
    let says = match new.version.cmp(&old.version) {
        Ordering::Greater => return None,
        Ordering::Equal => "is that of the previous package: apt does not install it over that one",
        Ordering::Less => "is lower than that of the previous package: apt does not install it",
    };
    let message = format!("version `{}` {says}", new.version);
    let hint = format!("take a version above `{}`", old.version);
    Some(Finding::new(tags::VERSION_NOT_HIGHER, message).with_hint(hint))
}

/// Returns the findings about conffiles that dpkg would leave behind, with the sysadmin's changes in
/// them, and about those in whose place it puts something else.
fn conffiles(old: &Side, new: &Side, changes: &[ConffileChange]) -> Vec<Finding> {
    let is_handled = |gone: &PackagePath| {
        changes.iter().any(|change| match change {
            ConffileChange::Removed { path } => path == gone,
            ConffileChange::Renamed { from, .. } => from == gone,
            _ => false,
        })
    };
    let gone = old.conffiles.difference(&new.conffiles);
    let gone = gone.filter(|path| !is_handled(path) && !new.removed.contains(*path));
    let mut added = BTreeMap::new();
    for path in new.conffiles.difference(&old.conffiles) {
        added.entry(path.file_name()).or_insert(path);
    }
    let finding = |path: &PackagePath| {
        if let Some(finding) = replaced(path, new) {
            return finding;
        }
        let message = format!(
            "conffile `{path}` of version `{}` is gone: dpkg leaves it, and the new version does not \
             read it",
            old.version
        );
        let hint = match added.get(path.file_name()) {
            Some(to) => to_write("renamed", path, &to.to_string()),
            None => format!(
                "write `removed = [{}]` below `[conffiles]`, or `renamed` with its new path",
                quoted(&path.to_string())
            ),
        };
        Finding::new(tags::CONFFILE_GONE, message)
            .with_hint(hint)
            .at_path(path)
    };
    some(gone.map(finding))
}

/// Returns the first findings of a kind, and a number in place of the others.
fn some(mut findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut told: Vec<Finding> = findings.by_ref().take(MOST_TOLD).collect();
    if let Some(next) = findings.next() {
        let more = 1 + findings.count();
        let message = format!("{more} more of the kind `{}`", next.tag);
        told.push(Finding::new(next.tag, message).counting(more));
    }
    told
}

/// Returns the finding about a conffile that is none any more, where the new package has its path.
fn replaced(path: &PackagePath, new: &Side) -> Option<Finding> {
    let (becomes, kind) = if new.others.contains(path) {
        ("is no conffile any more: dpkg replaces", "file")
    } else if new.directories.contains(path) {
        (
            "was a conffile and becomes a directory: dpkg removes",
            "directory",
        )
    } else if new.links.contains_key(path) {
        ("was a conffile and becomes a link: dpkg removes", "link")
    } else {
        return None;
    };
    let message = format!("`{path}` {becomes} what the sysadmin wrote into it");
    let hint = format!("let it be a conffile, or give the new {kind} another path");
    let finding = Finding::new(tags::CONFFILE_GONE, message);
    Some(finding.with_hint(hint).at_path(path))
}

/// Returns the findings about directories that become links, and links that become directories: dpkg
/// keeps what is there, and says nothing.
fn kinds(
    old: &Side,
    new: &Side,
    changes: &[ConffileChange],
    release: Option<&PackagePath>,
) -> Vec<Finding> {
    let is_handled = |changed: &PackagePath| {
        let is_named = changes.iter().any(|change| match change {
            ConffileChange::DirectoryToSymlink { path, .. }
            | ConffileChange::SymlinkToDirectory { path, .. } => path == changed,
            _ => false,
        });
        is_named || release.is_some_and(|release| changed.starts_with(release))
    };
    let kept = new
        .links
        .iter()
        .filter(|(path, _)| old.directories.contains(path));
    let kept = kept.filter(|(path, _)| !is_handled(path));
    let kept = kept.map(|(path, target)| {
        let message = format!("directory `{path}` becomes a link: dpkg keeps the directory");
        let hint = to_write(
            "directory-to-symlink",
            path,
            &String::from_utf8_lossy(target),
        );
        Finding::new(tags::DIRECTORY_BECOMES_LINK, message)
            .with_hint(hint)
            .at_path(path)
    });
    let followed = old
        .links
        .iter()
        .filter(|(path, _)| new.directories.contains(path));
    let followed = followed.filter(|(path, _)| !is_handled(path));
    let followed = followed.map(|(path, target)| {
        let message =
            format!("link `{path}` becomes a directory: dpkg puts its files where the link leads");
        let hint = to_write(
            "symlink-to-directory",
            path,
            &String::from_utf8_lossy(target),
        );
        Finding::new(tags::LINK_BECOMES_DIRECTORY, message)
            .with_hint(hint)
            .at_path(path)
    });
    [some(kept), some(followed)].concat()
}

/// Returns a hint with the line for `[conffiles]`.
fn to_write(table: &str, path: &PackagePath, value: &str) -> String {
    let path = quoted(&path.to_string());
    format!(
        "write `{table} = {{ {path} = {} }}` below `[conffiles]`",
        quoted(value)
    )
}

fn applications(old: &Side, new: &Side) -> Vec<Finding> {
    let was = old.applications();
    let lower = new
        .applications()
        .into_iter()
        .filter_map(|(name, version)| {
            let before = was.get(&name)?;
            let (old, new) = (
                Version::from_release(before).ok()?.version,
                Version::from_release(&version).ok()?.version,
            );
            (new < old).then(|| {
                let message = format!("application `{name}` goes down from {before} to {version}");
                Finding::new(tags::APPLICATION_GOES_DOWN, message)
            })
        });
    lower.collect()
}

/// Returns name, version and architecture of the control file.
fn identity(deb: &Deb) -> Result<(PackageName, Version, Architecture), ArchiveError> {
    let control = deb.control.get("control").map(|file| &file.content[..]);
    let fields = Fields::read(control.unwrap_or_default());
    let failed =
        |error: &dyn std::fmt::Display| deb.damaged_control(&io::Error::other(error.to_string()));
    Ok((
        fields
            .get("package")
            .parse()
            .map_err(|error| failed(&error))?,
        fields
            .get("version")
            .parse()
            .map_err(|error| failed(&error))?,
        fields
            .get("architecture")
            .parse()
            .map_err(|error| failed(&error))?,
    ))
}
