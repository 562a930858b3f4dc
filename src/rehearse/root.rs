//! `Root`: the root that systems of a run are started from.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::subject::Subject;
use super::{
    Ids, Init, Options, RehearseError, Roots, Snapshot, Start, System, SystemError, Variant,
};
use crate::debian::{Alternatives, Relations, Version};
use crate::fs;

/// The system that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootChoice {
    /// A suite of Debian, whose root is made and kept.
    Suite(String),
    /// A folder, or an archive of tar, which is only read.
    Path(PathBuf),
}

/// A root at hand.
#[derive(Debug)]
pub(super) struct Root {
    /// The name for people.
    pub(super) label: String,
    pub(super) init: Option<Init>,
    path: PathBuf,
    snapshot: OnceLock<Snapshot>,
    /// The copy that is removed at the end.
    _copy: Option<tempfile::TempDir>,
}

/// Returns the inits to rehearse with. In the user namespace of an ordinary user none can be started.
///
/// # Errors
/// [`SystemError::Namespaces`] where one is asked for all the same.
pub(super) fn inits(asked: &[Option<Init>]) -> Result<Vec<Option<Init>>, SystemError> {
    let is_root = Ids::of_process() == Ids::Shifted;
    if !is_root && asked.iter().any(Option::is_some) {
        return Err(SystemError::Namespaces {
            reason: "an init needs root of the machine, not of a user namespace".into(),
            hint: "call it with `sudo`, or write `--init none`, which starts no service".into(),
        });
    }
    Ok(match asked {
        [] if !is_root => vec![None],
        // For a root of the user's, found out when it is at hand.
        [] => vec![Some(Init::Systemd)],
        asked => asked.to_vec(),
    })
}

impl Root {
    /// Makes the root, with all that the packages depend on.
    pub(super) fn provide(
        choice: &RootChoice,
        init: Option<Init>,
        subject: &Subject,
        olds: &[Subject],
        options: &Options,
    ) -> Result<Self, RehearseError> {
        let roots = Roots {
            folder: options.cache.clone(),
            ids: Ids::of_process(),
        };
        let relations = || olds.iter().chain([subject]).map(|it| &it.relations);
        match choice {
            RootChoice::Suite(suite) => {
                let variant = match init {
                    None => Variant::Minbase,
                    Some(Init::Systemd) => Variant::Systemd,
                    Some(Init::Sysvinit) => Variant::Sysvinit,
                };
                let mut path = roots.provide(suite, variant, "")?;
                let missing = missing(&path, relations());
                if !missing.is_empty() {
                    path = roots.provide(suite, variant, &missing)?;
                }
                Ok(Self {
                    label: suite.clone(),
                    init,
                    path,
                    snapshot: OnceLock::new(),
                    _copy: None,
                })
            }
            RootChoice::Path(from) => {
                let copy = roots.copy(from)?;
                let path = copy.path().join("root");
                let relations = missing(&path, relations());
                if !relations.is_empty() {
                    return Err(RehearseError::Lacks { relations });
                }
                let init = if options.inits.is_empty() && init.is_some() {
                    init_of(&path)
                } else {
                    init
                };
                Ok(Self {
                    label: from.display().to_string(),
                    init,
                    path,
                    snapshot: OnceLock::new(),
                    _copy: Some(copy),
                })
            }
        }
    }

    /// Returns all that is in it. Nobody writes it, so one look is enough for all systems.
    pub(super) fn snapshot(&self) -> &Snapshot {
        let take = || Snapshot::of_kept(&self.path, Ids::of_process());
        self.snapshot.get_or_init(take)
    }

    pub(super) fn init_name(&self) -> &'static str {
        match self.init {
            Some(Init::Systemd) => "systemd",
            Some(Init::Sysvinit) => "sysv",
            None => "none",
        }
    }

    /// Starts a system.
    pub(super) fn start(&self, options: &Options) -> Result<System, SystemError> {
        let start = Start {
            ids: Ids::of_process(),
            network: options.network,
            stop: options.stop.clone(),
            ..Start::of(self.path.clone())
        };
        match self.init {
            Some(init) => start.boot(init),
            None => start.hold(),
        }
    }
}

/// Returns the init that a root has.
fn init_of(root: &Path) -> Option<Init> {
    let has = |path: &str| fs::symlink_metadata(&root.join(path)).is_ok();
    if has("usr/share/doc/systemd-sysv") {
        Some(Init::Systemd)
    } else if has("usr/share/doc/sysvinit-core") {
        Some(Init::Sysvinit)
    } else {
        None
    }
}

/// Returns the relations that no installed package of a root fulfils.
fn missing<'a>(root: &Path, relations: impl Iterator<Item = &'a Relations>) -> String {
    let status = fs::read_to_string(&root.join("var/lib/dpkg/status")).unwrap_or_default();
    let installed: Vec<(String, Option<Version>)> =
        status.split("\n\n").flat_map(provided).collect();
    let mut missing = Relations::new();
    for alternatives in relations.flat_map(Relations::iter) {
        let is_there = alternatives.relations().iter().any(|relation| {
            installed.iter().any(|(name, version)| {
                *name == relation.package.as_str()
                    && match (&relation.constraint, version) {
                        (None, _) => true,
                        (Some(constraint), Some(version)) => constraint.admits(version),
                        (Some(_), None) => false,
                    }
            })
        });
        if !is_there {
            missing.require(alternatives.clone());
        }
    }
    missing.to_string()
}

/// Returns the names that an installed package stands for, with their versions.
fn provided(stanza: &str) -> Vec<(String, Option<Version>)> {
    let field = |name: &str| {
        let mut lines = stanza.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let is_installed = field("Status") == Some("install ok installed");
    let (Some(name), true) = (field("Package"), is_installed) else {
        return Vec::new();
    };
    let version = field("Version").and_then(|text| text.parse().ok());
    let mut names = vec![(name.to_owned(), version)];
    let (provides, _) = Relations::read_leniently(field("Provides").unwrap_or_default());
    for relation in provides.iter().flat_map(Alternatives::relations) {
        let version = relation.constraint.as_ref().map(|it| it.version.clone());
        names.push((relation.package.to_string(), version));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::provided;

    #[test]
    fn installed_packages_stand_for_what_they_provide() {
        let stanza = "Package: mawk\nStatus: install ok installed\nProvides: awk, posix-awk (= 2)\n\
                      Conffiles:\n /etc/mawk 0 obsolete\nVersion: 1.3.4\n";
        let names: Vec<String> = provided(stanza)
            .into_iter()
            .map(|(name, version)| format!("{name} {version:?}"))
            .collect();
        assert_eq!(names.len(), 3);
        assert!(names[1] == "awk None", "{names:?}");
        let removed = stanza.replace("install ok installed", "deinstall ok config-files");
        assert_eq!(provided(&removed), []);
    }
}
