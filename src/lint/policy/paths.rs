//! The paths: where they lie, how they are called, who owns them, and what modes they have.

use std::borrow::Cow;

use super::super::linter::{Item, is_command};
use super::super::subject::{Record, Subject};
use super::super::unpack::Tally;
use crate::deb::DataKind;
use crate::debian::reserved::unaliased;
use crate::escape;
use crate::finding::tags;

/// The directories of the root, below /usr and below /var (Filesystem Hierarchy Standard 3.0, Debian Policy 9.1).
const ROOT: [&str; 22] = [
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "mnt", "opt", "root",
    "run", "sbin", "srv", "sys", "tmp", "usr", "var", "hurd", "servers", "media",
];
const USR: [&str; 13] = [
    "bin", "games", "include", "lib", "lib32", "lib64", "libx32", "libexec", "local", "sbin",
    "share", "src", "tmp",
];
const VAR: [&str; 15] = [
    "account", "cache", "crash", "games", "lib", "lock", "log", "opt", "run", "spool", "state",
    "tmp", "www", "yp", "mail",
];

/// Directories of the sysadmin and of the running machine.
const OF_SYSADMIN: [&str; 15] = [
    "/usr/local",
    "/home",
    "/root",
    "/srv",
    "/mnt",
    "/media",
    "/tmp",
    "/var/tmp",
    "/usr/tmp",
    "/run",
    "/var/run",
    "/var/lock",
    "/var/www",
    "/etc/opt",
    "/build",
];

/// Names of files and directories that tools leave behind.
const LEFT_OVER: [&str; 24] = [
    ".git",
    ".hg",
    ".svn",
    ".bzr",
    "CVS",
    "RCS",
    "_darcs",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".hgignore",
    ".hgtags",
    ".cvsignore",
    ".DS_Store",
    "Thumbs.db",
    "thumbs.db",
    ".npmignore",
    ".eslintrc.json",
    ".coverage",
    ".hypothesis",
    ".sass-cache",
    ".xvpics",
    ".thumbnails",
    ".be",
];

/// Files that triggers make.
const OF_TRIGGERS: [&str; 9] = [
    "/usr/share/info/dir",
    "/usr/share/info/dir.gz",
    "/usr/share/info/dir.old",
    "/usr/share/applications/mimeinfo.cache",
    "/usr/share/glib-2.0/schemas/gschemas.compiled",
    "/usr/share/mime/mime.cache",
    "/usr/share/mime/globs",
    "/usr/share/icons/hicolor/icon-theme.cache",
    "/etc/ld.so.cache",
];

/// The longest name of a file, in bytes, that is not remarkable.
const LONGEST_NAME: usize = 255;

/// Checks the name of an entry, whether it can be a path or not.
pub(in super::super) fn name(name: &[u8], found: &mut Tally) {
    let shown = || escape::bytes(&name[..name.len().min(300)]).into_owned();
    let last = name.strip_suffix(b"/").unwrap_or(name);
    let last = last.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let what = if std::str::from_utf8(name).is_err() {
        "is no UTF-8"
    } else if last.last().is_some_and(u8::is_ascii_whitespace) {
        "ends in a blank"
    } else if last == b"*" || last == b"-" {
        "is what shells take for something else"
    } else if last.iter().any(|byte| b"*?".contains(byte)) {
        "has a wildcard in it"
    } else if last.len() > LONGEST_NAME {
        "is longer than file systems take"
    } else {
        return;
    };
    found.tell_at(shown(), tags::NAME_ODD, || {
        format!("the name of `{}` {what}", shown())
    });
}

/// Checks a path.
pub(in super::super) fn check(item: &Item, subject: &Subject, found: &mut Tally) {
    if item.path.is_empty() {
        return;
    }
    place(item, found);
    owner(item, found);
    mode(item, found);
    left_over(item, found);
    registries(item, subject, found);
    let shown = escape::line(item.path);
    match item.entry.kind {
        DataKind::Other(_) => found.tell_at(&shown, tags::FILE_SPECIAL, || {
            format!("`{shown}` is neither file, directory nor link")
        }),
        DataKind::Hardlink => {
            let target = String::from_utf8_lossy(&item.entry.target);
            let parent = |path: &str| {
                path.rsplit_once('/')
                    .map_or("", |(parent, _)| parent)
                    .trim_matches('.')
                    .trim_matches('/')
                    .to_owned()
            };
            if parent(item.path) != parent(&target) || item.path.starts_with("/etc/") {
                found.tell_at(&shown, tags::HARD_LINK_ELSEWHERE, || {
                    format!("`{shown}` is another name of `{}`", escape::line(&target))
                });
            }
        }
        _ => {}
    }
}

fn place(item: &Item, found: &mut Tally) {
    let path = item.path;
    let shown = escape::line(path);
    if item.is_below("/opt") {
        found.tell_at(&shown, tags::PLACE_OPT, || {
            format!("`{shown}` lies below /opt")
        });
        return;
    }
    if let Some(folder) = OF_SYSADMIN.iter().find(|folder| item.is_below(folder)) {
        found.tell_at(&shown, tags::PLACE_OF_SYSADMIN, || {
            format!("`{shown}` lies below {folder}, where packages have no files")
        });
        return;
    }
    let parts: Vec<&str> = path[1..].split('/').collect();
    let is_lost = match parts[..] {
        [one] => !ROOT.contains(&one),
        ["usr", one] => !USR.contains(&one) && !one.contains("-linux"),
        ["var", one] => !VAR.contains(&one) || !item.is_directory(),
        ["bin" | "sbin", _] => item.is_directory(),
        ["usr", "bin" | "sbin", name] => item.is_directory() && name != "mh",
        ["usr", "share", _] => item.is_file(),
        ["etc", rc, _] => {
            rc.len() == 5
                && rc.starts_with("rc")
                && rc.ends_with(".d")
                && rc != "rcS.d"
                && !item.is_directory()
        }
        _ => false,
    };
    let top = parts.first().copied().unwrap_or_default();
    if is_lost || (!item.is_directory() && parts.len() > 1 && !ROOT.contains(&top)) {
        found.tell_at(&shown, tags::PLACE_UNKNOWN, || {
            format!("`{shown}` lies where the standard of directories has no place")
        });
    }
    if parts.len() > 1 && ["bin", "sbin", "lib", "lib64"].contains(&top) && !item.is_directory() {
        found.tell_at(&shown, tags::PLACE_ALIASED, || {
            format!("`{shown}` is `/usr{shown}` on the machine")
        });
    }
}

fn owner(item: &Item, found: &mut Tally) {
    let is_known = |id: u64| id < 100 || id == 65534 || (60_000..=64_999).contains(&id);
    let (uid, gid) = (item.entry.uid, item.entry.gid);
    // A name is looked up on the machine; without one, or where it is a person's, the number counts.
    if is_known(uid) && is_known(gid) {
        return;
    }
    let shown = escape::line(item.path);
    let (owner, group) = (
        escape::line(&item.entry.owner),
        escape::line(&item.entry.group),
    );
    found.tell_at(&shown, tags::OWNER_UNKNOWN, || {
        format!("`{shown}` belongs to `{owner}:{group}` ({uid}:{gid}), which is not the same on all machines")
    });
}

fn mode(item: &Item, found: &mut Tally) {
    let (path, mode) = (item.path, item.mode());
    let shown = escape::line(path);
    let is_usual = match item.entry.kind {
        DataKind::Directory => {
            mode == 0o755
                || (path == "/tmp" && mode == 0o1777)
                || path == "/var/local"
                || path == "/usr/src"
        }
        // Setuid is for another check.
        DataKind::Regular => {
            [0o644, 0o755].contains(&mode)
                || mode & 0o6000 != 0
                || path.starts_with("/etc/sudoers.d/")
        }
        _ => true,
    };
    if !is_usual {
        found.tell_at(&shown, tags::MODE_UNUSUAL, || {
            format!("`{shown}` has mode {mode:04o}")
        });
    }
    let name = item.name();
    let is_script = item.interpreter().is_some();
    if item.is_executable() && item.entry.size == 0 && is_command(path) {
        found.tell_at(&shown, tags::PROGRAM_EMPTY, || {
            format!("`{shown}` is empty")
        });
    } else if item.is_executable()
        && item.elf.is_none()
        && !is_script
        && !item.head.starts_with(b"\x7fELF")
        && !name.ends_with(".exe")
        && !name.ends_with(".jar")
    {
        found.tell_at(&shown, tags::EXECUTABLE_WITHOUT_PROGRAM, || {
            format!("`{shown}` is executable, but no program")
        });
    }
    let is_beside = path.starts_with("/usr/share/doc/")
        || path.contains("/examples/")
        || path.contains("/bash-completion/completions/")
        || item.is_below("/usr/src")
        || item.is_below("/etc");
    if item.is_file() && is_script && mode & 0o111 == 0 && !is_beside && !has_ending(name) {
        found.tell_at(&shown, tags::SCRIPT_NOT_EXECUTABLE, || {
            format!("`{shown}` is a script that cannot be run")
        });
    }
    let ends = [".sh", ".pl", ".py", ".rb", ".php", ".bash"];
    if is_command(path) && is_script && ends.iter().any(|end| name.ends_with(end)) {
        found.tell_at(&shown, tags::COMMAND_WITH_LANGUAGE, || {
            format!("`{shown}` is a command that is named for its language")
        });
    }
    if is_command(path) && !name.is_ascii() {
        found.tell_at(&shown, tags::NAME_ODD, || {
            format!("the command `{shown}` is not ASCII")
        });
    }
}

/// Returns whether files of such a name are read by others, rather than run.
fn has_ending(name: &str) -> bool {
    let ends = [
        ".py", ".pm", ".pl", ".t", ".rb", ".in", ".js", ".erl", ".ex", ".exs", ".sh", ".tcl",
        ".php", ".el", ".ml", ".lua",
    ];
    ends.iter().any(|end| name.ends_with(end))
}

fn left_over(item: &Item, found: &mut Tally) {
    let (path, name) = (item.path, item.name());
    let shown = escape::line(path);
    let is_backup = name.len() > 1
        && (name.ends_with('~')
            || (name.starts_with('#') && name.ends_with('#'))
            || name.starts_with(".nfs")
            || (name.starts_with('.') && name.ends_with(".swp"))
            || name.starts_with("._"));
    let is_known =
        LEFT_OVER.contains(&name) || (name.starts_with("svn-commit") && name.ends_with(".tmp"));
    if (is_backup && item.is_file())
        || (is_known
            && !path.contains("/templates/")
            && !path.starts_with("/usr/share/cargo/registry/")
            && !path.contains("/skel"))
    {
        found.tell_at(&shown, tags::FILE_LEFT_OVER, || {
            format!("`{shown}` is left over from a tool")
        });
    }
    if OF_TRIGGERS.contains(&path) {
        found.tell_at(&shown, tags::FILE_OF_TRIGGERS, || {
            format!("`{shown}` is made on the machine from the files of all packages")
        });
    }
}

/// Checks files for programs of other packages.
fn registries(item: &Item, subject: &Subject, found: &mut Tally) {
    if item.is_directory() {
        return;
    }
    let (path, name, mode) = (item.path, item.name(), item.mode());
    let shown = escape::line(path);
    let is_of = |folders: &[&str]| folders.iter().any(|folder| item.is_below(folder));
    if is_of(&[
        "/etc/apt/sources.list.d",
        "/etc/apt/preferences.d",
        "/etc/apt/trusted.gpg.d",
    ]) && !subject.name.contains("keyring")
    {
        found.tell_at(&shown, tags::APT_SETUP, || {
            format!("`{shown}` decides where packages come from")
        });
    }
    if is_of(&["/etc/ld.so.conf.d"]) && subject.name != "libc6" {
        found.tell_at(&shown, tags::LIBRARIES_OF_ALL, || {
            format!("`{shown}` changes where all programs find libraries")
        });
    }
    if is_of(&["/etc/sudoers.d"]) && mode != 0o440 && name != "README" {
        found.tell_at(&shown, tags::SUDOERS_MODE, || {
            format!("`{shown}` has mode {mode:04o}, expected 0440")
        });
    }
    cron(item, found);
    registry(item, subject, found);
}

/// Checks a job of cron.
fn cron(item: &Item, found: &mut Tally) {
    let (name, mode) = (item.name(), item.mode());
    let shown = escape::line(item.path);
    let is_of = |folders: &[&str]| folders.iter().any(|folder| item.is_below(folder));
    let is_of_cron = is_of(&[
        "/etc/cron.d",
        "/etc/cron.hourly",
        "/etc/cron.daily",
        "/etc/cron.weekly",
        "/etc/cron.monthly",
    ]);
    if is_of_cron && item.is_file() && name != ".placeholder" {
        let expected = if is_of(&["/etc/cron.d"]) {
            0o644
        } else {
            0o755
        };
        let is_word = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !is_word {
            found.tell_at(&shown, tags::CRON_FORM, || format!("cron ignores `{shown}`: its name has other signs than letters, digits, `-` and `_`"));
        } else if mode & 0o755 != expected {
            found.tell_at(&shown, tags::CRON_FORM, || {
                format!("`{shown}` has mode {mode:04o}, expected {expected:04o}")
            });
        }
    }
}

/// Checks a file that another program reads.
fn registry(item: &Item, subject: &Subject, found: &mut Tally) {
    let name = item.name();
    let shown = escape::line(item.path);
    let is_of = |folders: &[&str]| folders.iter().any(|folder| item.is_below(folder));
    let what = if is_of(&["/etc/udev/rules.d"]) {
        "rules of udev of packages lie in /usr/lib/udev/rules.d"
    } else if is_of(&["/etc/dbus-1"]) {
        "policies of D-Bus of packages lie in /usr/share/dbus-1"
    } else if is_of(&["/etc/modprobe.d"]) && !name.ends_with(".conf") {
        "modprobe reads files that end in `.conf`"
    } else if is_of(&["/etc/skel"]) && !["bash", "base-files"].contains(&subject.name.as_str()) {
        "what is in /etc/skel is copied once to each new user"
    } else if is_of(&["/etc/init"]) {
        "upstart is out of use"
    } else if is_of(&["/usr/share/applications"])
        && item.is_executable()
        && name.ends_with(".desktop")
    {
        "files of the desktop are not executable"
    } else {
        return;
    };
    found.tell_at(&shown, tags::REGISTRY_PLACE, || {
        format!("`{shown}`: {what}")
    });
}

/// Checks that no path is there by two names.
pub(in super::super) fn whole(subject: &Subject, found: &mut Tally) {
    for (path, record) in &subject.paths {
        let Cow::Owned(other) = unaliased(path) else {
            continue;
        };
        let directories = |known: &Record| [known.kind, record.kind] == [DataKind::Directory; 2];
        if !subject.paths.get(&other).is_none_or(directories) {
            let (shown, other) = (escape::line(path), escape::line(&other));
            found.tell_at(&shown, tags::PLACE_TWICE, || {
                format!("`{shown}` and `{other}` are the same path on the machine")
            });
        }
    }
}
