//! The places that may belong to one package alone: nobody else may have files in the
//! directories that it replaces, or deletes at a removal or a purge.

use super::{Account, DeploymentError, Facts, Service};
use crate::debian::{PackageName, reserved};
use crate::manifest::{Checked, InvalidValue, Tables, WrittenPath};
use crate::tree::PackagePath;

/// The parents of directories for programs that are named after their package. /usr/local is the
/// administrator's (Debian policy 9.1.2), and programs do not belong below /var, /home and /tmp.
const PARENTS_OF_TARGETS: [&str; 4] = ["/srv", "/usr/lib", "/usr/libexec", "/usr/share"];

/// The parents of directories and files that are named after their package, service or user.
const PARENTS: [&str; 16] = [
    "/etc",
    "/etc/default",
    "/etc/opt",
    "/opt",
    "/srv",
    "/usr/lib",
    "/usr/libexec",
    "/usr/share",
    "/usr/share/doc",
    "/var/backups",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/opt",
    "/var/spool",
    "/var/www",
];

/// Returns the target of the release: /opt/NAME unless the manifest names another.
///
/// # Errors
/// [`DeploymentError`] for a directory that is not the package's own.
pub(crate) fn release_target(
    tables: &Tables,
    name: &PackageName,
) -> Result<PackagePath, DeploymentError> {
    let Some(target) = &tables.release.target else {
        return Ok(PackagePath::new(format!("/opt/{name}"))?);
    };
    let Checked(checked) = target.get_ref();
    let text = checked.to_string();
    let legal = |c: char| c.is_ascii_alphanumeric() || "/._+-~@=,".contains(c);
    if let Some(bad) = text.chars().find(|c| !legal(*c)) {
        // Start scripts of releases do not quote their own path, and units know no such programs.
        let message = format!(
            "target `{text}` contains `{bad}`, expected letters, digits and `/ . _ + - ~ @ = ,`"
        );
        return Err(InvalidValue::new(target.span(), message, None).into());
    }
    if is_target(&text, name.as_str()) {
        return Ok(checked.clone());
    }
    let message = format!("target `{text}` is no directory of the package's own");
    let mut hint = format!(
        "write a directory below `/opt`, such as `/opt/{name}`, or `/usr/lib/{name}`, \
         `/usr/libexec/{name}`, `/usr/share/{name}`, `/srv/{name}` or one below those"
    );
    if ["/", "/bin", "/usr"].contains(&text.as_str())
        || SHARED.iter().any(|it| text.starts_with(it))
    {
        hint = format!(
            "leave `[release]` out, and write each file below `[files]`, such as \
             `\"/usr/bin/{name}\" = \"…\"`"
        );
    }
    Err(InvalidValue::new(target.span(), message, Some(hint)).into())
}

/// The starts of directories in which files of all packages lie side by side.
const SHARED: [&str; 3] = ["/usr/bin", "/usr/sbin", "/usr/local"];

fn is_target(path: &str, name: &str) -> bool {
    if let Some(below) = path.strip_prefix("/opt/") {
        let first = below.split('/').next().unwrap_or_default();
        // hier(7) has directories there which are the administrator's.
        return below != first || !reserved::is_place("/opt", first);
    }
    PARENTS_OF_TARGETS.iter().any(|parent| {
        below(path, parent).is_some_and(|first| first == name && !reserved::is_place(parent, first))
    })
}

/// The paths that belong to a package by its name: the release, and those named after the
/// package, its service or its user in a directory of such names.
pub(super) struct Own<'a> {
    target: &'a PackagePath,
    /// The names of the package, its user and its service.
    names: Vec<&'a str>,
    /// The name of its source package, which the packages of one source name directories after.
    source: Option<&'a str>,
}

impl<'a> Own<'a> {
    pub(super) fn new(
        facts: &Facts<'a>,
        account: Option<&'a Account>,
        service: Option<&'a Service>,
    ) -> Self {
        let mut names = vec![facts.name.as_str()];
        names.extend(account.map(|account| account.user.as_str()));
        names.extend(service.map(|service| service.name.as_str()));
        let source = facts.manifest.tables.package.source.as_ref();
        Self {
            target: facts.target,
            names,
            source: source.map(|Checked(source)| source.name.as_str()),
        }
    }

    /// Returns whether the path is in the release, or is named after the package as in
    /// `/etc/cron.d/NAME`, `/var/lib/NAME` or `/var/log/NAME.log`, or lies below such a path.
    pub(super) fn has(&self, path: &PackagePath) -> bool {
        if path.starts_with(self.target) {
            return true;
        }
        let text = path.to_string();
        let is_own = |parent: &str, first: &str| {
            let own = self.names.iter().any(|name| {
                first
                    .strip_prefix(*name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            own && !is_of_debian(parent, first)
        };
        let mut parents = PARENTS.iter();
        parents.any(|parent| below(&text, parent).is_some_and(|first| is_own(parent, first)))
            || in_list_of_parts(&text).is_some_and(|(list, first)| is_own(list, first))
    }

    /// Returns whether the path is one of a file in the configuration directory, such as
    /// `/etc/NAME/environment`, or of one beside `/etc/default/NAME`.
    pub(super) fn has_in_configuration(&self, path: &PackagePath) -> bool {
        let text = path.to_string();
        let is_below = |parent: &str| {
            let mut names = self.names.iter();
            names.any(|name| text.starts_with(&format!("{parent}/{name}/")))
        };
        let is_default = text.starts_with("/etc/default/") && path.depth() == 3;
        self.has(path) && (is_default || is_below("/etc") || is_below("/etc/opt"))
    }

    /// Returns whether the path is that of a configuration directory.
    pub(super) fn is_configuration(&self, path: &PackagePath) -> bool {
        let text = path.to_string();
        let mut names = self.names.iter();
        names.any(|name| text.strip_prefix("/etc/") == Some(name))
    }

    /// Checks and returns a path that purge removes: it must be the package's own, and of
    /// this machine's data.
    pub(super) fn purged(&self, path: &WrittenPath) -> Result<PackagePath, InvalidValue> {
        let Checked(checked) = path.get_ref();
        let text = checked.to_string();
        let data = ["/etc/", "/opt/", "/srv/", "/var/"];
        if data.iter().any(|parent| text.starts_with(parent)) && self.has(checked) {
            return Ok(checked.clone());
        }
        let message = format!("purge would remove `{text}`, which is not the package's own");
        let name = self.name();
        let hint = format!(
            "write what is named after the package, such as `/var/lib/{name}`, \
             `/var/cache/{name}`, `/var/log/{name}.log` or `/srv/{name}`, or lies below that"
        );
        Err(InvalidValue::new(path.span(), message, Some(hint)))
    }

    /// Checks and returns the path of a conffile: one of /etc, or of the package's own.
    pub(super) fn changed_file(&self, path: &WrittenPath) -> Result<PackagePath, InvalidValue> {
        let Checked(checked) = path.get_ref();
        // dpkg-maintscript-helper itself sees that a conffile is the package's.
        if self.has(checked) || checked.as_bytes().starts_with(b"/etc/") {
            return Ok(checked.clone());
        }
        let message = format!("`{checked}` is no configuration file of the package's");
        let hint = format!("write a path below `/etc` or `{}`", self.target);
        Err(InvalidValue::new(path.span(), message, Some(hint)))
    }

    /// Returns whether the path is or lies in a directory of programs or data that is named after the source package.
    fn is_of_source(&self, path: &PackagePath) -> bool {
        let text = path.to_string();
        let mut parents = ["/usr/lib", "/usr/share"].iter();
        parents.any(|parent| {
            let first = below(&text, parent).filter(|first| self.source == Some(first));
            first.is_some_and(|first| !is_of_debian(parent, first))
        })
    }

    /// Checks and returns the path of a directory or symlink of the package's own, or of its source package's.
    pub(super) fn changed(&self, path: &WrittenPath) -> Result<PackagePath, InvalidValue> {
        let Checked(checked) = path.get_ref();
        if self.has(checked) || self.is_of_source(checked) {
            return Ok(checked.clone());
        }
        let message = format!("`{checked}` is not the package's own");
        let hint = format!(
            "write a path below `{}` or of a directory such as `/usr/share/{}`",
            self.target,
            self.name()
        );
        Err(InvalidValue::new(path.span(), message, Some(hint)))
    }

    /// Returns the name of the package.
    pub(super) fn name(&self) -> &str {
        self.names.first().copied().unwrap_or_default()
    }
}

/// Returns the first name below a directory; `None` where the path does not lie in it.
fn below<'a>(path: &'a str, parent: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(parent)?.strip_prefix('/')?;
    rest.split('/').next()
}

/// Returns a directory of parts such as /etc/cron.d or /etc/logrotate.d, and the name of a file in it.
fn in_list_of_parts(path: &str) -> Option<(&str, &str)> {
    let (directory, part) = path.rsplit_once('/')?;
    let is_list = directory.starts_with("/etc/") && directory.ends_with(".d");
    (is_list && directory.matches('/').count() == 2).then_some((directory, part))
}

/// Returns whether Debian or the machine has this name in a directory.
fn is_of_debian(directory: &str, name: &str) -> bool {
    match directory {
        "/etc/default" | "/etc/logrotate.d" => reserved::is_unit(name),
        _ => reserved::is_place(directory, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_lies_in_a_list_of_etc() {
        for (path, expected) in [
            ("/etc/cron.d/orders", Some(("/etc/cron.d", "orders"))),
            ("/etc/cron.d/orders/x", None),
            ("/etc/orders/conf.d/x", None),
            ("/etc/cron.d", None),
            ("/usr/etc/cron.d/x", None),
        ] {
            assert_eq!(in_list_of_parts(path), expected, "{path}");
        }
        assert!(is_of_debian("/etc/default", "locale") && is_of_debian("/etc", "default"));
        assert!(!is_of_debian("/etc/default", "orders") && !is_of_debian("/etc/cron.d", "locale"));
    }

    #[test]
    fn a_target_is_a_directory_of_the_package() {
        for path in [
            "/opt/tool",
            "/opt/example/tool",
            "/opt/lib/tool",
            "/usr/lib/tool",
            "/usr/share/tool/release",
            "/usr/libexec/tool",
            "/srv/tool",
        ] {
            assert!(is_target(path, "tool"), "{path}");
        }
        for path in [
            "/",
            "/opt",
            "/srv",
            "/usr",
            "/usr/lib",
            "/usr/share",
            "/usr/bin",
            "/usr/local",
            "/usr/local/bin",
            "/usr/local/tool",
            "/usr/lib/other",
            "/usr/lib/tool2",
            "/usr/share/doc/tool",
            "/usr/lib/x86_64-linux-gnu/tool",
            "/opt/bin",
            "/opt/lib",
            "/home/app",
            "/home/tool",
            "/var/lib/tool",
            "/var/tool",
            "/etc/tool",
            "/run/tool",
            "/tmp/tool",
            "/tool",
            "/root/tool",
            "/lib/tool",
            "/bin/tool",
            "/dev/shm/tool",
        ] {
            assert!(!is_target(path, "tool"), "{path}");
        }
        assert!(!is_target("/usr/lib/systemd", "systemd"));
        assert!(!is_target("/usr/share/python3/app", "python3"));
    }
}
