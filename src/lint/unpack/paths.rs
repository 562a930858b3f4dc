//! The entries of a data archive one after the other, as dpkg makes files of them.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;

use super::Tally;
use crate::deb::{DataEntry, DataKind};
use crate::escape;
use crate::finding::{Finding, Severity, tags};
use crate::tree::{PackagePath, PathError};

/// So many paths are kept in mind, in 36 MB; of what a package has beyond them only their names are
/// looked at.
const MOST_PATHS: usize = 1_800_000;

/// The longest target of a symlink, in bytes: Linux takes no longer one.
const MOST_TARGET: usize = 4095;

/// Directories that every Debian system has (base-files, dpkg): an entry may lie there though the
/// package does not bring the directory.
const ON_EVERY_SYSTEM: [&str; 40] = [
    "",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/etc/cron.daily",
    "/etc/default",
    "/etc/init.d",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/games",
    "/usr/include",
    "/usr/lib",
    "/usr/local",
    "/usr/sbin",
    "/usr/share",
    "/usr/share/doc",
    "/usr/share/info",
    "/usr/share/man",
    "/usr/share/misc",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/spool",
    "/var/tmp",
];

/// The kind of file at a path while dpkg unpacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Directory,
    /// A file, another name of one, a device or a pipe.
    File,
    /// dpkg makes symlinks when everything else is there.
    Symlink,
}

/// The entries that the archive had so far. Of each path there is a keyed hash alone: its bytes may
/// be thousands, and their number millions.
#[derive(Debug, Default)]
pub(super) struct Paths {
    places: HashMap<u64, Place>,
    key: RandomState,
    /// Symlinks whose directory was not there yet.
    waiting: Vec<PackagePath>,
    too_many: bool,
    /// Conffiles that an upgrade removes.
    removed: HashSet<PackagePath>,
}

impl Paths {
    /// Starts before the first entry; the package must not have the paths that an upgrade removes.
    pub(super) fn without(removed: HashSet<PackagePath>) -> Self {
        Self {
            removed,
            ..Self::default()
        }
    }

    /// Looks at the next entry.
    pub(super) fn entry(&mut self, entry: &DataEntry, tally: &mut Tally) {
        let name = || escape::bytes(&entry.name);
        if entry.pax {
            tally.tell_at(name(), tags::PAX_HEADER, || {
                format!("`{}` has a PAX header, which dpkg refuses", name())
            });
        }
        if entry.kind != DataKind::Regular && entry.claimed_size > 0 {
            tally.tell_at(name(), tags::SIZE_WITHOUT_CONTENT, || {
                format!(
                    "`{}` claims {} bytes, but only files have content: dpkg sees other entries \
                     behind it than tar",
                    name(),
                    entry.claimed_size
                )
            });
        }
        let path = match entry.path() {
            Ok(path) => path,
            Err(error) => {
                let tag = match error {
                    PathError::Parent(_) => tags::PATH_OUTSIDE,
                    PathError::TooLong(_) | PathError::NameTooLong(_) => tags::PATH_TOO_LONG,
                    PathError::Control(_) | PathError::Relative(_) => tags::PATH_CONTROL_CHARACTER,
                };
                tally.tell_at(name(), tag, || error.to_string());
                return;
            }
        };
        let place = match entry.kind {
            DataKind::Directory => Place::Directory,
            DataKind::Symlink => Place::Symlink,
            DataKind::Regular | DataKind::Hardlink | DataKind::Other(b'3' | b'4' | b'6') => {
                Place::File
            }
            DataKind::Other(kind) => {
                tally.tell_at(&path, tags::ENTRY_KIND, || {
                    let kind = kind.escape_ascii();
                    format!("`{path}` is of tar's type `{kind}`, which dpkg refuses")
                });
                return;
            }
        };
        check_links(self, entry, &path, tally);
        self.check_directory(&path, place, tally);
        self.put(&path, place, tally);
    }

    /// Looks at what had to wait for the end.
    pub(super) fn finish(self, tally: &mut Tally) {
        for path in &self.waiting {
            let directory = path
                .parent()
                .and_then(|parent| self.place(parent.as_bytes()));
            if directory.is_none() {
                no_directory(path, tally);
            }
        }
        if self.too_many {
            tally.tell(tags::TOO_MANY_PATHS, || {
                format!("the package has more than {MOST_PATHS} paths: not all were looked at")
            });
        }
    }

    fn place(&self, path: &[u8]) -> Option<Place> {
        self.places.get(&self.key.hash_one(path)).copied()
    }

    /// dpkg makes no directory that has no entry before what lies in it.
    fn check_directory(&mut self, path: &PackagePath, place: Place, tally: &mut Tally) {
        let Some(parent) = path.parent() else {
            return;
        };
        match self.place(parent.as_bytes()) {
            Some(Place::Directory) => {}
            Some(Place::Symlink) if place == Place::Symlink => {}
            Some(Place::Symlink) => tally.tell_at(path, tags::DIRECTORY_IS_LINK, || {
                format!(
                    "`{path}` lies in `{parent}`, a symlink, which dpkg makes after all other paths"
                )
            }),
            Some(Place::File) => tally.tell_at(path, tags::DIRECTORY_IS_FILE, || {
                format!("`{path}` lies in `{parent}`, which is no directory")
            }),
            None if self.too_many => {}
            None if ON_EVERY_SYSTEM
                .iter()
                .any(|d| d.as_bytes() == parent.as_bytes()) => {}
            None if place == Place::Symlink && self.waiting.len() < 1000 => {
                self.waiting.push(path.clone());
            }
            None => no_directory(path, tally),
        }
    }

    fn put(&mut self, path: &PackagePath, place: Place, tally: &mut Tally) {
        if self.places.len() >= MOST_PATHS {
            self.too_many = true;
            return;
        }
        if self.removed.contains(path) {
            tally.tell_at(path, tags::CONFFILE_REMOVED, || {
                format!(
                    "`{path}` is in the package, but `conffiles` says that an upgrade removes it"
                )
            });
        }
        let key = self.key.hash_one(path.as_bytes());
        let twice = || format!("`{path}` is there twice: the last one counts");
        match (self.places.insert(key, place), place) {
            (None, _) | (Some(Place::Directory), Place::Directory) => {}
            (Some(Place::File), Place::Directory) => {
                let message = format!("`{path}` is a file and a directory, at which dpkg fails");
                let finding = Finding::new(tags::PATH_TWICE, message).at_path(path);
                tally.add(finding.with_severity(Severity::Error));
            }
            _ => tally.tell_at(path, tags::PATH_TWICE, twice),
        }
    }
}

fn no_directory(path: &PackagePath, tally: &mut Tally) {
    tally.tell_at(path, tags::DIRECTORY_MISSING, || {
        format!(
            "`{path}` lies in a directory that has no entry before it: dpkg makes none by itself"
        )
    });
}

fn check_links(paths: &Paths, entry: &DataEntry, path: &PackagePath, tally: &mut Tally) {
    let target = || escape::bytes(&entry.target);
    match entry.kind {
        DataKind::Symlink if entry.target.is_empty() || entry.target.len() > MOST_TARGET => {
            tally.tell_at(path, tags::SYMLINK_TARGET, || {
                let length = entry.target.len();
                format!("`{path}` is a symlink to {length} bytes, expected 1 to {MOST_TARGET}")
            });
        }
        DataKind::Hardlink => {
            let at = PackagePath::new([b"/", entry.target.as_slice()].concat());
            let place = at.as_ref().map(|at| paths.place(at.as_bytes()));
            if !paths.too_many && place != Ok(Some(Place::File)) {
                tally.tell_at(path, tags::HARD_LINK_TARGET, || {
                    format!(
                        "`{path}` is a hard link to `{}`, which is no file of the package before it",
                        target()
                    )
                });
            }
        }
        _ => {}
    }
}
