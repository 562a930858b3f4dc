//! The paths of a minimal Debian system, in both spellings: /bin, /sbin and /lib are links to
//! directories of /usr.

use std::borrow::Cow;
use std::fmt;

use super::{SHARED_DIRECTORIES, has, is_base_command, is_unit_file, machine};

/// The directories that are links into /usr, each to the one of its name.
const ALIASES: [&str; 6] = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

/// Files of /etc that the machine writes itself, or that no package owns: dpkg replaces them without
/// a word.
#[rustfmt::skip]
const OF_THE_MACHINE: &[&str] = &[
    ".pwd.lock", "adjtime", "apt/sources.list", "crontab", "default/console-setup", "default/grub",
    "default/keyboard", "default/locale", "default/useradd", "environment", "fstab", "group", "group-",
    "gshadow", "gshadow-", "hostname", "hosts", "inittab", "ld.so.cache", "ld.so.preload", "locale.conf",
    "locale.gen", "localtime", "machine-id", "motd", "mtab", "network/interfaces", "nsswitch.conf",
    "pam.d/common-account", "pam.d/common-auth", "pam.d/common-password", "pam.d/common-session",
    "pam.d/common-session-noninteractive", "passwd", "passwd-", "profile", "resolv.conf",
    "security/opasswd", "shadow", "shadow-", "shells", "subgid", "subgid-", "subuid", "subuid-",
    "sudoers", "timezone",
];

/// Files of /etc that packages of the base system own, with those that everybody's programs read.
#[rustfmt::skip]
const OF_PACKAGES: &[&str] = &[
    "adduser.conf", "bash.bashrc", "bindresvport.blacklist", "debconf.conf", "debian_version",
    "deluser.conf", "e2scrub.conf", "gai.conf", "host.conf", "inputrc", "issue", "issue.net",
    "ld.so.conf", "libaudit.conf", "locale.alias", "login.defs", "magic", "mailcap",
    "mke2fs.conf", "modules", "networks", "os-release", "pam.conf", "protocols",
    "rpc", "services", "sysctl.conf", "ucf.conf", "vconsole.conf", "xattr.conf",
];

/// The ends of the names of directories beside units.
const BESIDE_UNITS: [&str; 4] = [".d", ".wants", ".requires", ".upholds"];

/// Names of /usr/lib that every Debian system has for directories, beside those of libraries.
const OF_LIB: [&str; 9] = [
    "apt", "dpkg", "init", "locale", "lsb", "mime", "systemd", "terminfo", "udev",
];

/// A part of a minimal Debian system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A program of /usr/bin or /usr/sbin.
    Program,
    /// A library, the loader of programs, or a module of PAM.
    Library,
    /// A unit of systemd.
    Unit,
    /// A file of the base system that the machine or the sysadmin writes.
    File,
    /// Another file that the machine or the sysadmin writes.
    Own,
    /// A directory.
    Directory,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Program => "program",
            Self::Library => "library",
            Self::Unit => "unit",
            Self::File => "file",
            Self::Own => return f.write_str("file of the machine or of its sysadmin"),
            Self::Directory => "directory",
        };
        write!(f, "{kind} of Debian's base system")
    }
}

/// Returns an absolute path as it is where /bin, /sbin and /lib are links into /usr.
#[must_use]
pub fn unaliased(path: &str) -> Cow<'_, str> {
    let first = path.split('/').nth(1).unwrap_or_default();
    if ALIASES.contains(&first) {
        return format!("/usr{path}").into();
    }
    path.into()
}

/// Returns the part of a minimal Debian system that has an absolute path, in either spelling; `None`
/// where it has nothing there.
#[must_use]
pub fn part_of(path: &str) -> Option<Part> {
    let path = unaliased(path);
    if SHARED_DIRECTORIES.contains(&&*path) {
        return Some(Part::Directory);
    }
    if let Some(file) = path.strip_prefix("/etc/")
        && OF_THE_MACHINE.contains(&file)
    {
        return Some(Part::File);
    }
    if machine::has(&path) {
        return Some(Part::Own);
    }
    let (directory, name) = path.rsplit_once('/')?;
    let is_part = |part, is: bool| is.then_some(part);
    match directory {
        "/usr/bin" | "/usr/sbin" => is_part(Part::Program, is_base_command(name)),
        "/usr/lib/systemd/system"
        | "/usr/lib/systemd/user"
        | "/etc/systemd/system"
        | "/etc/systemd/user" => is_part(Part::Unit, is_unit_file(name)),
        "/usr/lib" if name == "os-release" => Some(Part::File),
        "/usr/lib" if OF_LIB.contains(&name) || is_triplet(name) => Some(Part::Directory),
        "/usr/lib" | "/usr/lib32" | "/usr/lib64" | "/usr/libx32" => is_part(
            Part::Library,
            is_loader(name) || directory != "/usr/lib" && is_library(name),
        ),
        _ => {
            let below = directory.strip_prefix("/usr/lib/")?;
            let (triplet, below) = below.split_once('/').unwrap_or((below, ""));
            let is_library = match below {
                "" => is_loader(name) || is_library(name) || name == "perl-base",
                "security" => has("pam-module", name),
                below => below.split('/').next() == Some("perl-base"),
            };
            is_part(Part::Library, is_triplet(triplet) && is_library)
        }
    }
}

/// Returns the part of a minimal Debian system, other than a directory, that a directory of this path
/// would take the place of; `None` where there is none.
#[must_use]
pub fn replaced_by_directory(path: &str) -> Option<Part> {
    if path.contains("/perl-base") {
        return None;
    }
    let of_package = path
        .strip_prefix("/etc/")
        .is_some_and(|file| OF_PACKAGES.contains(&file));
    let part = if of_package {
        Part::File
    } else {
        part_of(path)?
    };
    let is_beside_unit = part == Part::Unit && BESIDE_UNITS.iter().any(|end| path.ends_with(end));
    (part != Part::Directory && !is_beside_unit).then_some(part)
}

fn is_triplet(name: &str) -> bool {
    name.contains("-linux-gnu")
}

fn is_loader(name: &str) -> bool {
    ["ld-linux", "ld64.so.", "ld.so.", "ld-2."]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Returns whether a file is a library of Debian's base system: `libz.so.1.2.13` is one of `libz.so.1`.
fn is_library(name: &str) -> bool {
    let dots = name.match_indices('.').map(|(at, _)| &name[..at]);
    let mut names = dots.chain(std::iter::once(name));
    names.any(|name| has("library", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_part_of_debian_in_both_spellings() {
        for (path, expected) in [
            ("/bin/sh", Some(Part::Program)),
            ("/usr/bin/sh", Some(Part::Program)),
            ("/usr/bin/git", None),
            ("/usr/local/bin/sh", None),
            ("/opt/bin/sh", None),
            ("/lib64/ld-linux-x86-64.so.2", Some(Part::Library)),
            ("/lib/x86_64-linux-gnu/libc.so.6", Some(Part::Library)),
            (
                "/usr/lib/aarch64-linux-gnu/libz.so.1.2.13",
                Some(Part::Library),
            ),
            ("/usr/lib/x86_64-linux-gnu/libz.so.12", None),
            ("/usr/lib/x86_64-linux-gnu/libz.so", None),
            ("/usr/lib/x86_64-linux-gnu/orders/libz.so.1", None),
            (
                "/lib/x86_64-linux-gnu/security/pam_unix.so",
                Some(Part::Library),
            ),
            ("/lib/x86_64-linux-gnu/security/pam_orders.so", None),
            (
                "/usr/lib/x86_64-linux-gnu/perl-base/strict.pm",
                Some(Part::Library),
            ),
            ("/lib/systemd/system/default.target", Some(Part::Unit)),
            ("/lib/systemd/system/cron.service.d/a.conf", None),
            ("/usr/lib/x86_64-linux-gnu", Some(Part::Directory)),
            ("/lib", Some(Part::Directory)),
            ("/usr/lib/orders", None),
            ("/etc/passwd", Some(Part::File)),
            ("/etc/network/interfaces", Some(Part::File)),
            ("/etc/network/interfaces.d/a", None),
            ("/etc/crypttab", Some(Part::Own)),
            ("/etc", Some(Part::Directory)),
        ] {
            assert_eq!(part_of(path), expected, "{path}");
        }
    }

    #[test]
    fn a_directory_takes_the_place_of_files_alone() {
        for (path, expected) in [
            ("/etc/passwd", Some(Part::File)),
            ("/etc/login.defs", Some(Part::File)),
            ("/bin/dash", Some(Part::Program)),
            ("/lib/x86_64-linux-gnu/libc.so.6", Some(Part::Library)),
            ("/lib/systemd/system/getty@.service", Some(Part::Unit)),
            ("/lib/systemd/system/systemd-networkd.service.d", None),
            ("/etc/systemd/system/systemd-a.service.wants", None),
            ("/usr/lib/x86_64-linux-gnu/perl-base", None),
            ("/usr/lib/x86_64-linux-gnu", None),
            ("/etc/pam.d", None),
            ("/etc", None),
        ] {
            assert_eq!(replaced_by_directory(path), expected, "{path}");
        }
    }
}
