//! What is on a system, to be compared before and after.

use std::collections::BTreeMap;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

/// Paths that change without a package's doing; each stands for all below it.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    entries: BTreeMap<String, String>,
}

impl Snapshot {
    /// Looks at all below `root`, following no link.
    pub(super) fn take(root: &Path) -> Self {
        let accounts = Accounts::read(root);
        let mut entries = BTreeMap::new();
        let wanted = |entry: &DirEntry| !is_volatile(entry.path().strip_prefix(root).unwrap());
        for entry in WalkDir::new(root)
            .min_depth(1)
            .into_iter()
            .filter_entry(wanted)
        {
            // A file that vanishes while it is looked at is none.
            let Ok(entry) = entry else { continue };
            let Some(what) = describe(&entry, &accounts) else {
                continue;
            };
            let path = entry.path().strip_prefix(root).unwrap();
            entries.insert(format!("/{}", path.to_string_lossy()), what);
        }
        entries.extend(accounts.lines);
        Self { entries }
    }

    /// What is in `later` and not here (`+ PATH`), here and not there (`- PATH`), or not the
    /// same in both (`~ PATH: OLD -> NEW`), by path.
    pub(crate) fn difference(&self, later: &Self) -> Vec<String> {
        let mut paths: Vec<&String> = self.entries.keys().chain(later.entries.keys()).collect();
        paths.sort();
        paths.dedup();
        let line = |path: &String| match (self.entries.get(path), later.entries.get(path)) {
            (None, Some(_)) => Some(format!("+ {path}")),
            (Some(_), None) => Some(format!("- {path}")),
            (Some(old), Some(new)) if old != new => Some(format!("~ {path}: {old} -> {new}")),
            _ => None,
        };
        paths.into_iter().filter_map(line).collect()
    }

    /// What a path is: `file 0640 root:orders 12 bytes MD5`, `directory 0755 root:root`,
    /// `link TARGET root:root`; `user NAME` and `group NAME` give the account's line.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.entries.get(path).map(String::as_str)
    }

    /// The paths that begin with `start`.
    pub(crate) fn below(&self, start: &str) -> Vec<&str> {
        let paths = self.entries.keys().map(String::as_str);
        paths.filter(|path| path.starts_with(start)).collect()
    }
}

fn is_volatile(path: &Path) -> bool {
    VOLATILE.iter().any(|volatile| path == Path::new(volatile))
}

fn describe(entry: &DirEntry, accounts: &Accounts) -> Option<String> {
    let data = std::fs::symlink_metadata(entry.path()).ok()?;
    let mode = data.mode() & 0o7777;
    let owner = format!(
        "{}:{}",
        accounts.user(data.uid()),
        accounts.group(data.gid())
    );
    let kind = data.file_type();
    Some(if kind.is_symlink() {
        let target = std::fs::read_link(entry.path()).ok()?;
        format!("link {} {owner}", target.display())
    } else if kind.is_dir() {
        format!("directory {mode:04o} {owner}")
    } else if kind.is_file() {
        let digest = md5::compute(std::fs::read(entry.path()).ok()?);
        format!("file {mode:04o} {owner} {} bytes {digest:x}", data.len())
    } else {
        let name = if kind.is_fifo() {
            "pipe"
        } else if kind.is_socket() {
            "socket"
        } else {
            "device"
        };
        format!("{name} {mode:04o} {owner}")
    })
}

/// The accounts of a system: names by number, and the lines to compare.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
    lines: BTreeMap<String, String>,
}

impl Accounts {
    pub(super) fn read(root: &Path) -> Self {
        let mut accounts = Self::default();
        let files = [
            ("passwd", "user"),
            ("group", "group"),
            ("shadow", "shadow of user"),
            ("gshadow", "shadow of group"),
            ("subuid", "subordinate users of"),
            ("subgid", "subordinate groups of"),
        ];
        for (file, what) in files {
            let text = std::fs::read_to_string(root.join("etc").join(file)).unwrap_or_default();
            for line in text.lines() {
                let mut fields = line.split(':');
                let name = fields.next().unwrap_or_default().to_owned();
                let number = fields.nth(1).and_then(|number| number.parse().ok());
                accounts
                    .lines
                    .insert(format!("{what} {name}"), line.to_owned());
                match (file, number) {
                    ("passwd", Some(number)) => drop(accounts.users.insert(number, name)),
                    ("group", Some(number)) => drop(accounts.groups.insert(number, name)),
                    _ => {}
                }
            }
        }
        accounts
    }

    /// The user's name, or the number where there is none.
    pub(super) fn user(&self, number: u32) -> String {
        self.users
            .get(&number)
            .cloned()
            .unwrap_or_else(|| number.to_string())
    }

    fn group(&self, number: u32) -> String {
        self.groups
            .get(&number)
            .cloned()
            .unwrap_or_else(|| number.to_string())
    }
}
