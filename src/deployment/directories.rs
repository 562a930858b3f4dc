//! The directories of the package on the target.

use serde::Serialize;

use super::names::{other_package, refuse};
use super::{Contributor, Deployment, DeploymentError, Facts, Script, Step, service_directories};
use crate::debian::{PackageName, reserved};
use crate::manifest::Tables;
use crate::tree::{PackagePath, PathError};

/// The function that gives the numbers of users and groups of another root.
pub(super) const NUMBER_OF: &str = "package/number-of.sh";

/// The function that goes to a directory, and follows no link that others than root could make.
pub(super) const ENTER: &str = "package/enter.sh";

/// The functions that find other packages with a path.
pub(super) const OTHERS: &str = "package/others.sh";

/// The directories of the package on the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Directories {
    /// The release, below /opt as a rule: root's, never written by the service; `None`: there is none.
    pub release: Option<PackagePath>,
    /// The state directory, /var/lib/NAME.
    pub state: PackagePath,
    /// The log directory, /var/log/NAME.
    pub log: PackagePath,
    /// The runtime directory, /run/NAME, made by the service manager.
    pub run: PackagePath,
    /// The directory for what can be made anew, /var/cache/NAME; `None`: none is asked for.
    pub cache: Option<PackagePath>,
    /// The directory for configuration, /etc/NAME.
    pub configuration: PackagePath,
}

impl Directories {
    pub(super) fn resolve(facts: &Facts<'_>) -> Result<Self, PathError> {
        let below = |parent: &str| PackagePath::new(format!("{parent}/{}", facts.name));
        Ok(Self {
            release: (!facts.release.is_absent()).then(|| facts.target.clone()),
            state: below("/var/lib")?,
            log: below("/var/log")?,
            run: below("/run")?,
            cache: service_directories::has_cache(facts)
                .then(|| below("/var/cache"))
                .transpose()?,
            configuration: below("/etc")?,
        })
    }

    /// Returns those that the service writes.
    pub(crate) fn of_service(&self) -> impl Iterator<Item = &PackagePath> {
        let made = [&self.state, &self.log, &self.run];
        made.into_iter().chain(&self.cache)
    }

    /// Refuses directories that are Debian's own.
    pub(super) fn check(&self, tables: &Tables, name: &PackageName) -> Result<(), DeploymentError> {
        let cache = self.cache.iter().map(|cache| (cache, "cache"));
        let others = [
            (&self.configuration, "configuration"),
            (&self.run, "runtime files"),
            (&self.state, "state"),
            (&self.log, "logs"),
        ];
        for (directory, what) in others.into_iter().chain(cache) {
            let taken = directory
                .to_string()
                .rsplit_once('/')
                .is_some_and(|(parent, name)| reserved::is_place(parent, name));
            if taken {
                let message = format!(
                    "`{directory}` is Debian's own, but would hold the {what} of package `{name}`"
                );
                let span = tables
                    .package
                    .name
                    .as_ref()
                    .map(crate::manifest::Spanned::span);
                return Err(refuse(span, message, other_package(name)));
            }
        }
        Ok(())
    }
}

/// Adds the fragment that makes the directories for state and logs.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    contributor.function(NUMBER_OF)?;
    let has_owner = deployment.account.is_some() || deployment.service.is_some();
    if !deployment.has_state || !has_owner {
        return Ok(());
    }
    let template = "package/postinst-directories.sh";
    contributor.fragment(Script::Postinst, Step::Directories, template)
}
