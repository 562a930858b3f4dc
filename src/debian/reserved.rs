//! The names that Debian's base system uses itself: users, directories, services, commands,
//! packages.

mod machine;
mod paths;

pub use paths::{Part, part_of, replaced_by_directory, unaliased};

/// The kinds and their names; the head of the file tells where they come from.
const TABLE: &str = include_str!("reserved.tsv");

/// Groups whose members can become root or read what only root may, each with the way they do
/// it. `ssl-cert`, `adm` and `systemd-journal` are left out: a service joins them for their very
/// purpose.
const POWERFUL_GROUPS: [(&str, &str); 12] = [
    ("root", "reads and writes what only root's group may"),
    ("sudo", "may run every command as root"),
    ("wheel", "may become root"),
    ("admin", "may run every command as root"),
    ("docker", "can become root by a container"),
    ("lxd", "can become root by a container"),
    ("incus-admin", "can become root by a container"),
    ("libvirt", "can become root by a virtual machine"),
    ("disk", "reads and writes every file, past its permissions"),
    ("kmem", "reads the memory of the whole machine"),
    ("shadow", "reads the passwords of all users"),
    ("staff", "writes programs to /usr/local that root runs"),
];

/// Directories that are shared, and that the table does not have: of hier(7), and those that
/// debhelper puts files into.
#[rustfmt::skip]
const SHARED_DIRECTORIES: &[&str] = &[
    "", "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib32", "/lib64", "/media", "/mnt",
    "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/games",
    "/usr/include", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local", "/usr/local/bin",
    "/usr/local/etc", "/usr/local/games", "/usr/local/include", "/usr/local/lib", "/usr/local/man",
    "/usr/local/sbin", "/usr/local/share", "/usr/local/src", "/usr/sbin", "/usr/share", "/usr/src",
    "/var", "/var/backups", "/var/cache", "/var/lib", "/var/local", "/var/lock", "/var/log", "/var/mail",
    "/var/opt", "/var/run", "/var/spool", "/var/tmp",
    "/lib/systemd", "/lib/systemd/system", "/etc/systemd/system", "/etc/systemd/user",
    "/usr/lib/systemd/system", "/usr/lib/systemd/user", "/usr/lib/udev/rules.d",
    "/usr/share/applications", "/usr/share/bash-completion/completions",
    "/usr/share/fish/vendor_completions.d", "/usr/share/icons/hicolor", "/usr/share/lintian/overrides",
    "/usr/share/man/man1", "/usr/share/man/man2", "/usr/share/man/man3", "/usr/share/man/man4",
    "/usr/share/man/man5", "/usr/share/man/man6", "/usr/share/man/man7", "/usr/share/man/man8",
    "/usr/share/zsh/vendor-completions",
];

/// Returns whether a user or group of this name is Debian's.
#[must_use]
pub fn is_account(name: &str) -> bool {
    name.starts_with("systemd-") || has("account", name)
}

/// Returns whether every Debian system has a user (`owner`) or a group (`group`) of this name.
#[must_use]
pub fn is_static(kind: &str, name: &str) -> bool {
    has(kind, name)
}

/// Returns whether a service of this name, or its file in /etc/default or /etc/logrotate.d, is
/// Debian's.
#[must_use]
pub fn is_unit(name: &str) -> bool {
    name.starts_with("systemd-") || name.starts_with("dbus-org.") || has("unit", name)
}

/// Returns whether a unit of this whole name, such as `default.target`, or the template that it is an
/// instance of, is Debian's.
#[must_use]
pub fn is_unit_file(name: &str) -> bool {
    name.starts_with("systemd-") || name.starts_with("dbus-org.") || {
        let template = name.split_once('@').zip(name.rsplit_once('.'));
        let template = template.map(|((stem, _), (_, kind))| format!("{stem}@.{kind}"));
        has("unit-file", name) || template.is_some_and(|template| has("unit-file", &template))
    }
}

/// Returns whether /usr/bin or /usr/sbin has this name for a program of Debian's.
#[must_use]
pub fn is_command(name: &str) -> bool {
    is_base_command(name) || has("usual-command", name)
}

/// Returns whether every Debian system, as a rule, has this name for a program.
fn is_base_command(name: &str) -> bool {
    name.starts_with("systemd-") || has("command", name)
}

/// Returns whether a package of this name belongs to Debian's base system.
#[must_use]
pub fn is_package(name: &str) -> bool {
    has("package", name)
}

/// Returns whether a name in a directory, such as `/var/lib`, is Debian's.
#[must_use]
pub fn is_place(directory: &str, name: &str) -> bool {
    has(directory, name)
}

/// Returns whether a directory is one that packages of Debian share: it stays root's, whatever a
/// package says. Names that the table has for others are taken for directories.
#[must_use]
pub fn is_shared_directory(path: &str) -> bool {
    let (parent, name) = path.rsplit_once('/').unwrap_or_default();
    SHARED_DIRECTORIES.contains(&path) || has(parent, name)
}

/// Returns the power beyond that of a service which a group gives to its members; `None` where
/// it is an ordinary group.
#[must_use]
pub fn power_of_group(name: &str) -> Option<&'static str> {
    let mut groups = POWERFUL_GROUPS.iter();
    groups.find_map(|(group, power)| (*group == name).then_some(*power))
}

fn has(kind: &str, name: &str) -> bool {
    TABLE
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .any(|(of, names)| of == kind && names.split(' ').any(|reserved| reserved == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_reserved_for_what_they_are_names_of() {
        assert!(is_account("proxy") && is_account("systemd-resolve") && is_account("_apt"));
        assert!(is_place("/var/log", "journal") && is_place("/run", "user"));
        assert!(is_unit("cron") && is_unit("systemd-orders") && is_unit("getty"));
        assert!(is_unit_file("default.target") && is_unit_file("getty@tty1.service"));
        assert!(!is_unit_file("orders.target") && !is_unit_file("orders@a.service"));
        assert!(is_command("ls") && is_command("git") && is_package("dpkg"));
        // `proxy` is a user, but neither a directory nor a service.
        assert!(!is_place("/var/lib", "proxy") && !is_unit("proxy") && !is_command("proxy"));
        for name in ["orders", "", "account", "proxy www-data", "Proxy"] {
            assert!(!is_account(name) && !is_unit(name) && !is_command(name));
            assert!(!is_package(name) && !is_place("/run", name), "{name}");
        }
    }

    #[test]
    fn the_table_has_its_columns() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let names = line.split_once('\t').map(|(_kind, names)| names);
            let legal = |name: &str| {
                !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || r"_.+-@\".contains(c))
            };
            assert!(
                names.is_some_and(|names| names.split(' ').all(legal)),
                "{line}"
            );
        }
    }
}
