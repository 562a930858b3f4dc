//! The effects of a package on the target beside its files: one file for each thing that happens
//! there. Each decides its part from the manifest and the release, and contributes its files,
//! pieces of maintainer scripts and shell functions.

mod account;
mod alternative_groups;
mod alternatives;
mod capabilities;
mod command;
mod conffile_changes;
pub(crate) mod context;
mod contribution;
mod cookie;
mod debconf;
mod directives;
mod directories;
mod environment_files;
mod error;
mod helpers;
mod hooks;
mod instances;
mod leftovers;
mod names;
mod paths;
mod places;
mod predecessor;
mod processes;
mod program;
mod purge;
mod registries;
pub(crate) mod relative_paths;
mod service;
mod service_directories;
mod settings;
mod snippets;
mod systemd;
mod sysv;
mod triggers;
mod unit_install;
mod units;
mod variables;
mod writable;

use serde::Serialize;

pub(crate) use self::account::Account;
pub(crate) use self::alternatives::{Alternative, AlternativeLink};
pub(crate) use self::command::AdminCommand;
pub use self::conffile_changes::ConffileChange;
pub use self::contribution::Script;
pub(crate) use self::contribution::{Contribution, Fragment, Functions, Step};
pub(crate) use self::directories::Directories;
pub(crate) use self::environment_files::EnvironmentFile;
pub(crate) use self::error::DeploymentError;
pub(crate) use self::hooks::HOOK;
pub(crate) use self::paths::{Capable, Paths};
pub(crate) use self::places::release_target;
pub(crate) use self::program::Program;
pub(crate) use self::registries::Registries;
pub(crate) use self::service::Service;
pub(crate) use self::snippets::findings as findings_of_snippets;
pub(crate) use self::snippets::{SnippetList, Snippets, snippet};
pub(crate) use self::systemd::UNIT;
pub(crate) use self::units::Unit;
pub(crate) use self::writable::Writable;
pub(crate) use crate::hooks::Hook;
pub(crate) use crate::units::WrittenUnit;

use self::context::Context;
use self::contribution::Contributor;
use self::places::Own;
use crate::debian::{Homepage, PackageName, Version};
use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::release::{Release, StartScript};
use crate::template::Templates;
use crate::tree::PackagePath;

/// Adds what one thing that happens on the target contributes, if it happens.
type Facility = fn(&Deployment, &mut Contributor<'_>) -> Result<(), DeploymentError>;

/// All of them. Fragments of one step run in this order.
const FACILITIES: [Facility; 18] = [
    service::contribute,
    environment_files::contribute,
    helpers::contribute,
    command::contribute,
    conffile_changes::contribute,
    account::contribute,
    directories::contribute,
    writable::contribute,
    predecessor::contribute,
    processes::contribute,
    purge::contribute,
    leftovers::contribute,
    hooks::contribute,
    alternatives::contribute,
    debconf::contribute,
    // A socket or timer of the service starts before it, and stops before it.
    units::contribute,
    systemd::contribute,
    sysv::contribute,
];

/// Those that need to know every path of the package.
const PATH_FACILITIES: [Facility; 3] = [
    paths::contribute,
    writable::contribute_seeds,
    snippets::contribute,
];

/// The effects of the package on the target beside its files. Every rendered file and
/// maintainer script is made from it, and no `Option` in it means "default".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deployment {
    /// The package's name.
    pub package: PackageName,
    /// The package's full version, with epoch and Debian revision.
    pub version: Version,
    /// The system user that owns state and logs and runs the service, or owns files; `None`: root.
    pub account: Option<Account>,
    /// The directories of the package.
    pub directories: Directories,
    /// True where the package has state and log directories: a service, or a release with a VM.
    pub has_state: bool,
    /// The program that the service or the command runs; `None` where there is neither.
    pub program: Option<Program>,
    /// The service; `None` where the release has none or `managers = []`.
    pub service: Option<Service>,
    /// Files of the machine with further environment, in the order in which they are read.
    pub environment_files: Vec<EnvironmentFile>,
    /// The command for admins in /usr/bin; `None`: none is made.
    pub command: Option<AdminCommand>,
    /// The author's hooks, at most one per event.
    pub hooks: Vec<Hook>,
    /// The author's units, those that start others first.
    pub own_units: Vec<Unit>,
    /// Paths that purge removes: the package's own below /etc, /opt, /srv and /var.
    pub purge: Vec<PackagePath>,
    /// True where purge removes what the service has left below the release.
    pub purge_release: bool,
    /// True where purge removes the secrets of this and of earlier versions.
    pub purge_secrets: bool,
    /// Empty directories that the manifest asks for in the release, by their paths in it: what
    /// comes into them is data.
    pub data_directories: Vec<String>,
    /// Directories of the release that the service writes.
    pub writable: Vec<Writable>,
    /// The changes of conffiles and directories since earlier versions.
    pub conffile_changes: Vec<ConffileChange>,
    /// Its part in the registries of the system.
    #[serde(flatten)]
    pub registries: Registries,
    /// The paths that the maintainer scripts must know; empty before all are known.
    pub paths: Paths,
    /// True where a cookie for Erlang's distribution is made on the machine.
    pub cookie: bool,
}

/// The facts that a deployment is resolved from.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// The release.
    pub release: &'a Release,
    /// The script or program that runs: the release's, or the one that `[service]` names.
    pub script: Option<&'a StartScript>,
    /// The author's hooks.
    pub hooks: &'a [Hook],
    /// The author's units.
    pub units: &'a [WrittenUnit],
    /// The package's name.
    pub name: &'a PackageName,
    /// The package's version.
    pub version: &'a Version,
    /// The directory of the release on the target.
    pub target: &'a PackagePath,
    /// The first line of the description.
    pub synopsis: &'a str,
    /// A URL for people.
    pub homepage: Option<&'a Homepage>,
    /// The empty directories that the manifest asks for in the release, by their paths in it.
    pub data_directories: Vec<String>,
    /// The variable by which the program finds bundled libraries.
    pub library_path: Option<(String, String)>,
}

impl Deployment {
    /// Decides what the package does on the target.
    ///
    /// # Errors
    /// [`DeploymentError`] names the value, and its place in the manifest where it has one.
    pub fn resolve(facts: &Facts<'_>) -> Result<(Self, Vec<Finding>), DeploymentError> {
        let mut findings = Vec::new();
        let directories = Directories::resolve(facts)?;
        let program = Program::resolve(facts, &directories)?;
        if program.is_none() {
            findings.extend(program::missing(facts));
        }
        let service = program.as_ref().map(|it| Service::resolve(facts, it));
        let service = service.transpose()?.flatten();
        settings::check_place(facts, &directories, service.as_ref())?;
        let has_state = service.is_some() || facts.release.kind.is_erlang;
        let account = account::resolve(facts, &directories, has_state)?;
        let instances = service.as_ref().is_some_and(|service| service.instances);
        if instances {
            findings.extend(instances::fixed_name(facts));
        }
        if account.is_none()
            && let Some(service) = &service
        {
            capabilities::check(facts, service)?;
            findings.push(account::is_root(facts));
        }
        let cookie = has_state && cookie::is_made(facts);
        if cookie {
            findings.extend(cookie::shown(facts));
        }
        let has_owner = has_state && (account.is_some() || service.is_some());
        let (writable, found) = writable::resolve(facts, &directories, has_owner)?;
        findings.extend(found);
        if instances {
            findings.extend(instances::shared(facts, &writable));
        }
        // A plain program is its own command.
        let command = program.as_ref().filter(|_| has_state);
        let command = command.and_then(|program| AdminCommand::resolve(facts, program));
        let own = Own::new(facts, account.as_ref(), service.as_ref());
        let deployment = Self {
            package: facts.name.clone(),
            version: facts.version.clone(),
            program: program.filter(|_| service.is_some() || command.is_some()),
            command,
            environment_files: own.environment_files(facts, &directories, service.as_ref())?,
            hooks: facts.hooks.to_vec(),
            own_units: units::resolve(facts, service.as_ref())?,
            purge: purge::paths(facts, &own, &directories, has_state)?,
            conffile_changes: conffile_changes::resolve(facts, &own)?,
            paths: Paths::default(),
            registries: Registries::resolve(facts, &mut findings)?,
            cookie,
            purge_release: purge::removes_from_release(facts),
            purge_secrets: purge::removes_secrets(facts, service.as_ref()),
            data_directories: facts.data_directories.clone(),
            writable,
            has_state,
            account,
            service,
            directories,
        };
        findings.extend(deployment.check(facts)?);
        Ok((deployment, findings))
    }

    /// Refuses the names that the package may not have for what it does, and returns the findings
    /// about those of its groups and its command. A package of files alone may be called anything.
    fn check(&self, facts: &Facts<'_>) -> Result<Vec<Finding>, DeploymentError> {
        let tables = &facts.manifest.tables;
        if self.leaves_files() {
            names::check_package(tables, facts.name)?;
            self.directories.check(tables, facts.name)?;
        }
        if let Some(service) = &self.service {
            service.check(tables)?;
            service_directories::check(facts, &self.directories)?;
        }
        let mut findings = match &self.account {
            Some(account) => account.check(facts.manifest)?,
            None => Vec::new(),
        };
        if let (Some(command), Some(program)) = (&self.command, &self.program) {
            command.check(tables, &program.path)?;
            findings.extend(command.takes_name(facts, program));
        }
        Ok(findings)
    }

    /// Returns the group that the service runs as.
    fn group(&self) -> &str {
        let account = self.account.as_ref();
        account.map_or("root", |account| account.group.as_str())
    }

    /// Returns whether programs of the package run, or may have run, and left files.
    fn leaves_files(&self) -> bool {
        self.service.is_some() || self.command.is_some() || self.has_state
    }

    /// Renders the files and the maintainer scripts' pieces, but for those of
    /// [`Deployment::contribute_paths`].
    ///
    /// # Errors
    /// [`DeploymentError`] names the template or the path at fault.
    pub fn contribute(&self, templates: &Templates) -> Result<Contribution, DeploymentError> {
        self.collect(templates, &FACILITIES)
    }

    /// Renders the pieces that need to know every path of the package ([`Deployment::paths`]).
    ///
    /// # Errors
    /// [`DeploymentError`] names the template at fault.
    pub fn contribute_paths(&self, templates: &Templates) -> Result<Contribution, DeploymentError> {
        self.collect(templates, &PATH_FACILITIES)
    }

    fn collect(
        &self,
        templates: &Templates,
        facilities: &[Facility],
    ) -> Result<Contribution, DeploymentError> {
        let context = Context::new(self);
        let mut contributor = Contributor {
            context: &context,
            templates,
            contribution: Contribution::default(),
        };
        for contribute in facilities {
            contribute(self, &mut contributor)?;
        }
        Ok(contributor.contribution)
    }
}
