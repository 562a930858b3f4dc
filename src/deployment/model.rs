//! The one model that every rendered file and maintainer script is made from. Everything here is
//! decided and checked by the plan: names are legal, paths absolute, no `Option` means "default".

use std::collections::BTreeMap;

use serde::Serialize;

use crate::release::kinds::Kind;
pub use crate::vocabulary::{HookEvent, OnUpgrade, Readiness};

/// The effects of the package on a machine beside its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Life {
    /// The package's name.
    pub package: String,
    /// The package's full version, with epoch and Debian revision.
    pub version: String,
    /// The system user that owns state and logs and runs the service; `None`: root.
    pub account: Option<Account>,
    /// The directories of the package.
    pub directories: Directories,
    /// True where the package has state and log directories: a service, or a release with a VM.
    pub has_state: bool,
    /// The service; `None` where the release has none or `managers = []`.
    pub service: Option<Service>,
    /// The command for admins in /usr/bin; `None`: none is made.
    pub command: Option<Command>,
    /// The author's hooks, at most one per event.
    pub hooks: Vec<Hook>,
    /// Paths that purge removes: the package's own below /etc, /opt, /srv and /var.
    pub purge: Vec<String>,
    /// True where purge removes what the service has left below the release.
    pub purge_release: bool,
    /// Empty directories that the manifest asks for in the release, by their paths in it: what comes
    /// into them is data.
    pub data_directories: Vec<String>,
    /// The changes of conffiles and directories since earlier versions.
    pub conffile_changes: Vec<ConffileChange>,
    /// The paths that the maintainer scripts must know; empty before all are known.
    pub paths: Paths,
    /// True where a cookie for Erlang's distribution is made on the machine (relx and mix).
    pub cookie: bool,
}

impl Life {
    /// Returns whether the maintainer scripts make directories for state and logs.
    pub(super) fn has_directories(&self) -> bool {
        self.account.is_some() || self.service.is_some()
    }
}

/// A system user and its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The user's name.
    pub user: String,
    /// The group's name; the same as the user's.
    pub group: String,
    /// The user's home directory: the state directory.
    pub home: String,
    /// Further groups that the user joins where they exist.
    pub groups: Vec<String>,
    /// The comment field.
    pub gecos: String,
}

/// The directories of the package on the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Directories {
    /// The release, below /opt as a rule: root's, never written by the service.
    pub release: String,
    /// The state directory, /var/lib/NAME.
    pub state: String,
    /// The log directory, /var/log/NAME.
    pub log: String,
    /// The runtime directory, /run/NAME, made by the service manager.
    pub run: String,
    /// The directory for configuration, /etc/NAME.
    pub configuration: String,
}

/// The program that the service runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Program {
    /// What it is.
    pub kind: &'static Kind,
    /// Its absolute path, such as /opt/orders/bin/orders.
    pub path: String,
    /// The arguments that run it in the foreground, such as `foreground`.
    pub foreground: Vec<String>,
    /// The other verbs that the program's script knows, such as `ping`, in the script's order.
    pub verbs: Vec<String>,
    /// The directory of ERTS, such as /opt/orders/erts-13.1.5; `None` for plain programs.
    pub erts: Option<String>,
    /// The environment that keeps it from writing below /opt: HOME, `RUNNER_LOG_DIR` and so on.
    pub environment: BTreeMap<String, String>,
}

/// The service, and how it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The basename of unit, init script and defaults file.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// A URL for people.
    pub homepage: Option<String>,
    /// True where a systemd unit is rendered.
    pub systemd: bool,
    /// True where an init script is rendered.
    pub init: bool,
    /// The program that is run.
    pub program: Program,
    /// True where the service is enabled and started at the first installation.
    pub start: bool,
    /// The effect of an upgrade on a running service.
    pub on_upgrade: OnUpgrade,
    /// The way in which the service manager learns that the service serves.
    pub readiness: Readiness,
    /// The author's environment, for /etc/default/NAME.
    pub environment: BTreeMap<String, String>,
    /// Resource limits by their systemd name in lower case without `Limit` (`nofile`), as systemd
    /// and `ulimit` write the value (`65536`, `infinity`).
    pub limits: BTreeMap<String, String>,
    /// Units that are started before.
    pub after: Vec<String>,
    /// True for a template unit `NAME@.service`, with one instance per name that the admin
    /// enables.
    pub instances: bool,
    /// The author's directives by unit section and key. They replace the built-in directive of the
    /// same name; an empty list takes it out.
    pub directives: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// True where the unit has the hardening directives.
    pub hardening: bool,
}

/// The admin's command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Command {
    /// The command's name in /usr/bin.
    pub name: String,
    /// The program that the command runs.
    pub program: Program,
}

/// A change of a path since an earlier version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "change")]
pub enum ConffileChange {
    /// A conffile that the new version has not (dpkg-maintscript-helper(1), `rm_conffile`).
    Removed {
        /// The path that it had.
        path: String,
    },
    /// A conffile that moved (`mv_conffile`).
    Renamed {
        /// The old path.
        from: String,
        /// The new path.
        to: String,
    },
    /// A directory that the new version ships as a symlink (`dir_to_symlink`).
    DirectoryToSymlink {
        /// The path.
        path: String,
        /// The target of the symlink.
        target: String,
    },
    /// A symlink that the new version ships as a directory (`symlink_to_dir`).
    SymlinkToDirectory {
        /// The path.
        path: String,
        /// The former target of the symlink.
        target: String,
    },
}

/// Paths of the package that dpkg alone does not bring to the state of this version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// Conffiles that not everybody may read, or that are not root's: dpkg leaves owner and mode of
    /// those that are there.
    pub protected: Vec<Owned>,
    /// All paths with owners other than root: dpkg looks the names up in the wrong files where
    /// it works on another root without entering it.
    pub owned: Vec<Owned>,
    /// The links of the release: dpkg leaves a directory that is in their place.
    pub links: Vec<Link>,
}

/// A link below the release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The link's path.
    pub path: String,
    /// The link's target as written.
    pub target: String,
}

/// A path whose owner or mode is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owned {
    /// The path itself.
    pub path: String,
    /// The path's owner.
    pub owner: String,
    /// The path's group.
    pub group: String,
    /// The path's mode in octal, such as `0640`.
    pub mode: String,
}

/// The author's shell for one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hook {
    /// The moment at which the hook runs.
    pub event: HookEvent,
    /// The shell text, checked by the plan; `$old_version` and `$new_version` are set for it.
    pub script: String,
    /// The hook's source, for the comment above it.
    pub origin: String,
}
