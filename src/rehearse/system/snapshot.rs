//! `Snapshot`: all that is on a system, to be compared before and after.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use walkdir::{DirEntry, WalkDir};

use super::accounts::Accounts;
use super::ids::Ids;
use super::inside;
use crate::fs;

/// The paths that change without a package's doing; each stands for all below it.
const VOLATILE: &[&str] = &[
    // Not files of the system.
    "dev",
    "proc",
    "sys",
    "tmp",
    "var/tmp",
    // The lock of adduser.
    "run/adduser",
    "run/host",
    "run/lock",
    "run/log",
    "run/mount",
    "run/systemd",
    "run/udev",
    "run/user",
    "run/utmp",
    "run/initctl",
    // The accounts are compared line by line instead, and these are their copies.
    "etc/passwd",
    "etc/passwd-",
    "etc/group",
    "etc/group-",
    "etc/shadow",
    "etc/shadow-",
    "etc/gshadow",
    "etc/gshadow-",
    "etc/subuid",
    "etc/subuid-",
    "etc/subgid",
    "etc/subgid-",
    "etc/.pwd.lock",
    // Records of dpkg and apt about their own work.
    "var/lib/apt",
    "var/cache/apt",
    "var/log/apt",
    "var/log/alternatives.log",
    "var/log/dpkg.log",
    "var/lib/dpkg/lock",
    "var/lib/dpkg/lock-frontend",
    "var/lib/dpkg/status-old",
    "var/lib/dpkg/diversions-old",
    "var/lib/dpkg/statoverride-old",
    "var/lib/dpkg/triggers/Lock",
    "var/cache/debconf",
    // Records of the running system.
    "var/lib/systemd/catalog",
    "var/lib/systemd/random-seed",
    "var/lib/systemd/timers",
    "var/log/journal",
    "var/log/btmp",
    "var/log/faillog",
    "var/log/lastlog",
    "var/log/wtmp",
    "etc/machine-id",
];

/// Every path of a file system with its kind, mode, owner and content, and every account.
#[derive(Clone, Debug)]
pub struct Snapshot {
    entries: BTreeMap<String, Entry>,
    /// The users and groups.
    pub accounts: Accounts,
    /// The root with the files that were not read.
    kept: Option<PathBuf>,
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        self.changes(other).is_empty()
    }
}

impl Eq for Snapshot {}

#[derive(Clone, Debug)]
struct Entry {
    /// The description to compare.
    what: String,
    /// The marks of a file by which it is known to be as it was, without reading it.
    marks: Option<[i64; 5]>,
    /// Tells that the file is as in the kept root, and was not read: the description lacks its sum.
    is_kept: bool,
}

/// A path or an account that is not the same in two snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path, or `user NAME`.
    pub path: String,
    /// The description before; `None` where it was not there.
    pub before: Option<String>,
    /// The description after; `None` where it is gone.
    pub after: Option<String>,
}

impl Snapshot {
    /// Looks at all below `root`, following no link. Files that are as they were earlier are not read.
    pub(super) fn take(root: &Path, ids: Ids, earlier: Option<&Self>) -> Self {
        let kept = earlier.and_then(|earlier| earlier.kept.clone());
        Self::look(root, ids, earlier, kept)
    }

    /// Looks at a root that nobody writes: its files are not read until one has to be compared.
    pub(in crate::rehearse) fn of_kept(root: &Path, ids: Ids) -> Self {
        Self::look(root, ids, None, Some(root.to_owned()))
    }

    fn look(root: &Path, ids: Ids, earlier: Option<&Self>, kept: Option<PathBuf>) -> Self {
        let accounts = Accounts::read(root, ids);
        let is_kept = kept.is_some() && earlier.is_none();
        let mut entries = BTreeMap::new();
        let relative = |entry: &DirEntry| {
            let path = entry.path().strip_prefix(root);
            path.unwrap_or(entry.path()).to_owned()
        };
        let walk = WalkDir::new(root).min_depth(1).into_iter();
        for entry in walk.filter_entry(|entry| !is_volatile(&relative(entry))) {
            // A file that vanishes while it is looked at is none.
            let Ok(entry) = entry else { continue };
            let path = relative(&entry);
            let name = format!("/{}", path.to_string_lossy());
            let before = earlier.and_then(|earlier| earlier.entries.get(&name));
            if let Some(what) = describe(&entry, root, &path, &accounts, before, is_kept) {
                entries.insert(name, what);
            }
        }
        let lines = accounts.lines.iter().map(|(account, line)| {
            let entry = Entry {
                what: line.clone(),
                marks: None,
                is_kept: false,
            };
            (account.clone(), entry)
        });
        entries.extend(lines);
        Self {
            entries,
            accounts,
            kept,
        }
    }

    /// Returns what is not the same in a later snapshot, by path.
    #[must_use]
    pub fn changes(&self, later: &Self) -> Vec<Change> {
        let mut paths: Vec<&String> = self.entries.keys().chain(later.entries.keys()).collect();
        paths.sort();
        paths.dedup();
        paths.retain(|path| !self.is_same(path, later));
        let changes = paths.into_iter().map(|path| Change {
            path: path.clone(),
            before: self.get(path).map(str::to_owned),
            after: later.get(path).map(str::to_owned),
        });
        changes.collect()
    }

    fn is_same(&self, path: &str, later: &Self) -> bool {
        let (Some(before), Some(after)) = (self.entries.get(path), later.entries.get(path)) else {
            return false;
        };
        let (kept, read, root) = match (before.is_kept, after.is_kept) {
            (true, false) => (before, after, &self.kept),
            (false, true) => (after, before, &later.kept),
            _ => return before.what == after.what,
        };
        // Only one of the two was read so far.
        let sum = || digest(root.as_ref()?, Path::new(path));
        read.what
            .strip_prefix(&kept.what)
            .is_some_and(|rest| sum().is_some_and(|sum| rest.trim_start() == sum))
    }

    /// Returns what is in `later` and not here (`+ PATH`), here and not there (`- PATH`), or not the
    /// same in both (`~ PATH: OLD -> NEW`), by path.
    #[must_use]
    pub fn difference(&self, later: &Self) -> Vec<String> {
        let line = |Change {
                        path,
                        before,
                        after,
                    }: Change| match (before, after) {
            (Some(old), Some(new)) => format!("~ {path}: {old} -> {new}"),
            (None, _) => format!("+ {path}"),
            (_, None) => format!("- {path}"),
        };
        self.changes(later).into_iter().map(line).collect()
    }

    /// Returns the description of a path: `file 0640 root:orders 12 bytes SHA256`, `directory 0755
    /// root:root`, `link TARGET root:root`; `user NAME` and `group NAME` give the account's line.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.entries.get(path).map(|entry| entry.what.as_str())
    }

    /// Returns the paths that begin with `start`.
    #[must_use]
    pub fn below(&self, start: &str) -> Vec<&str> {
        let paths = self.entries.keys().map(String::as_str);
        paths.filter(|path| path.starts_with(start)).collect()
    }
}

fn is_volatile(path: &Path) -> bool {
    // As text: parts of paths compare slowly, and there are tens of thousands.
    path.to_str().is_some_and(|path| VOLATILE.contains(&path))
}

fn describe(
    entry: &DirEntry,
    root: &Path,
    path: &Path,
    accounts: &Accounts,
    before: Option<&Entry>,
    to_keep: bool,
) -> Option<Entry> {
    let data = fs::symlink_metadata(entry.path()).ok()?;
    let mode = data.mode() & 0o7777;
    let owner = format!(
        "{}:{}",
        accounts.user(data.uid()),
        accounts.group(data.gid())
    );
    let kind = data.file_type();
    let marks = kind.is_file().then(|| marks(&data));
    let mut is_kept = to_keep && kind.is_file();
    let what = if kind.is_symlink() {
        let target = fs::read_link(entry.path()).ok()?;
        format!("link {} {owner}", target.display())
    } else if kind.is_dir() {
        format!("directory {mode:04o} {owner}")
    } else if kind.is_file() {
        let begin = format!("file {mode:04o} {owner} {} bytes", data.len());
        let same = before.filter(|before| before.marks == marks && before.what.starts_with(&begin));
        match same {
            Some(before) => {
                is_kept = before.is_kept;
                before.what.clone()
            }
            None if is_kept => begin,
            None => format!("{begin} {}", digest(root, path)?),
        }
    } else {
        let name = if kind.is_fifo() {
            "pipe"
        } else if kind.is_socket() {
            "socket"
        } else {
            "device"
        };
        format!("{name} {mode:04o} {owner}")
    };
    Some(Entry {
        what,
        marks,
        is_kept,
    })
}

/// Returns what the kernel changes whenever a file is written or another takes its place: nobody can
/// set the time of its last change. The number of the file is another one in each view of a root.
fn marks(data: &Metadata) -> [i64; 5] {
    [
        data.len().cast_signed(),
        data.mtime(),
        data.mtime_nsec(),
        data.ctime(),
        data.ctime_nsec(),
    ]
}

fn digest(root: &Path, path: &Path) -> Option<String> {
    let mut file = inside::open(root, path)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => break,
            length => sum.update(&buffer[..length]),
        }
    }
    Some(super::hex(&sum.finalize()))
}
