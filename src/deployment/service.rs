//! The service, and how it is run.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::names::{of_package, other, refuse};
use super::{Contributor, Deployment, DeploymentError, Facts, Program, settings};
use crate::debian::{UnitName, reserved};
use crate::manifest::{
    Capability, DirectiveName, DirectiveValue, LimitName, LimitValue, ListOrText, Manager,
    SectionName, ServiceTable, Tables, VariableName, VariableValue, WholeUnitName,
};
use crate::release::kinds::Kind;
use crate::vocabulary::{OnUpgrade, Readiness, ServiceDirectory};

/// The default limit of open files: the usual soft limit of 1024 is too small for a server,
/// and infinity makes the Erlang VM size its tables for a billion ports.
const DEFAULT_NOFILE: u64 = 65536;

/// Directives by section and key.
pub(super) type Directives = BTreeMap<SectionName, BTreeMap<DirectiveName, Vec<DirectiveValue>>>;

/// The service, and how it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The basename of unit, init script and defaults file.
    pub name: UnitName,
    /// One line for people.
    pub description: String,
    /// A URL for people.
    pub homepage: Option<String>,
    /// True where a systemd unit is rendered.
    pub systemd: bool,
    /// True where an init script is rendered.
    pub init: bool,
    /// True where the service is started at the first installation.
    pub start: bool,
    /// True where the service is enabled at the first installation.
    pub enable: bool,
    /// The effect of an upgrade on a running service.
    pub on_upgrade: OnUpgrade,
    /// The way in which the service manager learns that the service serves.
    pub readiness: Readiness,
    /// The author's environment, for /etc/default/NAME.
    pub environment: BTreeMap<VariableName, VariableValue>,
    /// Directories beside those for state and logs.
    #[serde(skip)]
    pub directories: Vec<ServiceDirectory>,
    /// Variables that are made on each machine, in /etc/NAME/secrets.
    pub secrets: Vec<VariableName>,
    /// Variables that the administrator sets before the service can start.
    pub required_environment: Vec<VariableName>,
    /// Resource limits by their systemd name in lower case without `Limit` (`nofile`).
    pub limits: BTreeMap<LimitName, LimitValue>,
    /// Rights of root's that the service has as its user.
    pub capabilities: BTreeSet<Capability>,
    /// Units that are started before.
    pub after: Vec<WholeUnitName>,
    /// True for a template unit `NAME@.service`, with one instance per name that the admin
    /// enables.
    pub instances: bool,
    /// The author's directives. They replace the built-in directive of the same name; an empty
    /// list takes it out.
    pub directives: Directives,
    /// True where the unit has the hardening directives.
    pub hardening: bool,
}

impl Service {
    /// Returns the service; `None` where the manifest asks for none.
    pub(super) fn resolve(
        facts: &Facts<'_>,
        program: &Program,
    ) -> Result<Option<Self>, DeploymentError> {
        let default = ServiceTable::default();
        let table = match &facts.manifest.tables.service {
            Some(table) => table,
            // A plain program is a service only where the manifest says so.
            None if !program.kind.is_erlang => return Ok(None),
            None => &default,
        };
        let has = |manager| {
            let managers = table.managers.as_ref();
            managers.is_none_or(|all| all.iter().any(|named| *named.get_ref() == manager))
        };
        settings::check_lists(table)?;
        let (systemd, init) = (has(Manager::Systemd), has(Manager::Init));
        if !systemd && !init {
            return Ok(None);
        }
        let instances = table.instances.as_ref().is_some_and(|it| *it.get_ref());
        let environment = table.environment.iter();
        Ok(Some(Self {
            name: name(facts, table)?,
            description: facts.synopsis.to_owned(),
            homepage: facts.homepage.map(ToString::to_string),
            systemd,
            // SysV init has no notion of instances.
            init: init && !instances,
            start: table.start.unwrap_or(true),
            enable: table.enable.or(table.start).unwrap_or(true),
            on_upgrade: table.on_upgrade.unwrap_or(default_on_upgrade(program.kind)),
            readiness: table.ready.unwrap_or(if program.kind.has_ping {
                Readiness::Ping
            } else {
                Readiness::Exec
            }),
            environment: environment
                .map(|(name, value)| (name.clone(), value.get_ref().clone()))
                .collect(),
            directories: (table.directories.iter().map(|it| *it.get_ref())).collect(),
            secrets: settings::secrets(table)?,
            required_environment: settings::required(table)?,
            limits: limits(table),
            capabilities: table
                .capabilities
                .iter()
                .map(|name| *name.get_ref())
                .collect(),
            after: table.after.clone(),
            instances,
            directives: directives(table),
            hardening: table.hardening.unwrap_or(true),
        }))
    }

    /// Refuses a service that is Debian's own.
    pub(super) fn check(&self, tables: &Tables) -> Result<(), DeploymentError> {
        if !reserved::is_unit(self.name.as_str()) {
            return Ok(());
        }
        let table = tables.service.as_ref();
        let written = table.and_then(|table| table.name.as_ref());
        let message = format!("service `{}` is one of Debian's own", self.name);
        let other = other(self.name.as_str(), reserved::is_unit);
        let hint = format!("write another name below `[service]`, such as `name = \"{other}\"`");
        Err(refuse(
            written.map(crate::manifest::Spanned::span),
            message,
            hint,
        ))
    }
}

fn name(facts: &Facts<'_>, table: &ServiceTable) -> Result<UnitName, DeploymentError> {
    match &table.name {
        Some(name) => Ok(name.get_ref().0.clone()),
        None => {
            UnitName::from_package_name(facts.name).map_err(|error| of_package(&error, "[service]"))
        }
    }
}

fn limits(table: &ServiceTable) -> BTreeMap<LimitName, LimitValue> {
    let mut limits = table.limits.clone();
    limits
        .entry(LimitName::nofile())
        .or_insert(LimitValue::Number(DEFAULT_NOFILE));
    limits
}

fn directives(table: &ServiceTable) -> Directives {
    let values = |ListOrText(values): &ListOrText<DirectiveValue>| {
        let values = values.iter();
        values.map(|value| value.get_ref().clone()).collect()
    };
    let sections = table.systemd.iter().map(|(section, directives)| {
        let directives = directives.iter();
        let directives = directives.map(|(name, written)| (name.clone(), values(written)));
        (section.clone(), directives.collect())
    });
    sections.collect()
}

/// The directories of Erlang's applications bear their versions: while the new version is unpacked
/// dpkg removes those that the running node reads from, so it stops before.
fn default_on_upgrade(kind: &Kind) -> OnUpgrade {
    if kind.is_erlang {
        OnUpgrade::StopStart
    } else {
        OnUpgrade::Restart
    }
}

/// Adds the file of defaults, and the function that tells of a failed start.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let Some(service) = &deployment.service else {
        return Ok(());
    };
    let path = format!("/etc/default/{}", service.name);
    contributor.file(&path, 0o644, "init/default")?;
    // The environment may contain passwords.
    contributor.protect(deployment.group());
    contributor.function("package/postinst-failure.sh")
}
