//! Resolves the effects of the package on a machine: account, directories, service, command,
//! purge. Every value that goes into shell, units or scripts is checked here.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::{Mapping, PlanError, hooks, instances, names};
use crate::audit::Libraries;
use crate::debian::{ControlFile, PackageName, UnitName, UserName, Version};
use crate::deployment::model::{
    Account, Command, Directories, Life, OnUpgrade, Paths, Program, Readiness, Service,
};
use crate::finding::{Finding, tags};
use crate::fs;
use crate::manifest::{
    InvalidValue, Limit, ListOrText, Manager, Manifest, OffOr, ServiceTable, UserTable,
};
use crate::message::{nearest, ticked};
use crate::release::kinds::Kind;
use crate::release::{Release, ReleaseKind};
use crate::tree::PackagePath;

/// The default limit of open files: the usual soft limit of 1024 is too small for a server,
/// and infinity makes the Erlang VM size its tables for a billion ports.
const DEFAULT_NOFILE: &str = "65536";

/// The limits that systemd.exec(5) has, by their name in lower case without `Limit`.
const LIMITS: [&str; 16] = [
    "as",
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

pub(super) struct Subject<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) release: &'a Release,
    pub(super) name: &'a PackageName,
    pub(super) version: &'a Version,
    pub(super) target: &'a PackagePath,
    pub(super) mappings: &'a [Mapping],
    pub(super) control: &'a ControlFile,
    pub(super) libraries: &'a Libraries,
}

impl Subject<'_> {
    /// Returns the life with all of its parts.
    pub(super) fn resolve(&self, findings: &mut Vec<Finding>) -> Result<Life, PlanError> {
        let directories = self.directories();
        let program = self.program(&directories)?;
        let service = match &program {
            Some(program) => self.service(program)?,
            None => None,
        };
        let has_state = service.is_some() || self.release.kind != ReleaseKind::Plain;
        let account = if has_state {
            self.account(&directories)?
        } else {
            None
        };
        if service.as_ref().is_some_and(|service| service.instances) {
            findings.extend(instances::fixed_name(self.release));
        }
        if account.is_none() && service.is_some() {
            let message = "the service runs as root: `user = false`";
            findings.push(Finding::new(tags::SERVICE_RUNS_AS_ROOT, message));
        }
        let own = self.own(account.as_ref(), service.as_ref());
        let cookie = has_state
            && self.release.kind != ReleaseKind::Plain
            && !self.manifest.tables.release.keep_cookie.unwrap_or(false);
        if cookie {
            findings.extend(self.shown_cookie());
        }
        let life = Life {
            package: self.name.to_string(),
            version: self.version.to_string(),
            command: match (has_state, &program) {
                (true, Some(program)) => self.command(program)?,
                // A plain program is its own command.
                _ => None,
            },
            hooks: hooks::resolve(self.manifest, findings)?,
            purge: self.purge(&own, &directories, has_state)?,
            conffile_changes: self.conffile_changes(&own)?,
            paths: Paths::default(),
            cookie,
            purge_release: self.purges_release(),
            data_directories: self.data_directories(),
            has_state,
            account,
            service,
            directories,
        };
        names::check(&self.manifest.tables, self.name, &life, findings)?;
        Ok(life)
    }

    /// Returns the finding that the start script passes the cookie to commands in a way that is
    /// not rewritten.
    fn shown_cookie(&self) -> Option<Finding> {
        let script = self.release.start_script.as_ref()?;
        script.shows_cookie.then(|| {
            let path = script.path.display();
            let message =
                format!("`{path}` passes the cookie to commands, and `ps` shows it to every user");
            Finding::new(tags::COOKIE_ON_COMMAND_LINE, message)
                .with_hint(
                    "leave `-setcookie` and `--cookie` out of the script: the node reads the \
                     cookie from the file in its home",
                )
                .at_release_file(path, None)
        })
    }

    fn directories(&self) -> Directories {
        let name = self.name;
        Directories {
            release: self.target.to_string(),
            state: format!("/var/lib/{name}"),
            log: format!("/var/log/{name}"),
            run: format!("/run/{name}"),
            configuration: format!("/etc/{name}"),
        }
    }

    fn account(&self, directories: &Directories) -> Result<Option<Account>, PlanError> {
        let default = UserTable::default();
        let table = match &self.manifest.tables.user {
            Some(OffOr::Off) => return Ok(None),
            Some(OffOr::On(table)) => table,
            None => &default,
        };
        let user = match &table.name {
            Some(name) => name.get_ref().0.clone(),
            None => UserName::from_package_name(self.name)
                .map_err(|error| from_name(&error, "[user]"))?,
        };
        Ok(Some(Account {
            user: user.to_string(),
            group: user.to_string(),
            home: directories.state.clone(),
            groups: table
                .groups
                .iter()
                .map(|group| group.0.to_string())
                .collect(),
            // A comma or colon would end the field in /etc/passwd (passwd(5)).
            gecos: format!("{} service", self.name),
        }))
    }

    /// Returns the program that runs: the release's start script, or the one that `[service]
    /// program` names.
    fn program(&self, directories: &Directories) -> Result<Option<Program>, PlanError> {
        let service = self.manifest.tables.service.as_ref();
        let script = match service.and_then(|service| service.program.as_ref()) {
            Some(asked) => Some(self.release.program(asked.get_ref())?),
            None => self.release.start_script.clone(),
        };
        let Some(script) = script else {
            let is_wanted = |service: &ServiceTable| {
                service.managers.as_ref().is_none_or(|all| !all.is_empty())
            };
            if service.is_some_and(is_wanted) {
                let programs = self.release.programs.iter();
                return Err(PlanError::NoServiceProgram {
                    programs: programs.map(|path| path.display().to_string()).collect(),
                });
            }
            return Ok(None);
        };
        let kind = script.kind;
        let path = self
            .target
            .join(fs::path_bytes(&script.path))
            .map_err(|error| PlanError::FromRelease {
                message: error.to_string(),
                hint: "rename it".into(),
            })?;
        let foreground = match service.and_then(|service| service.arguments.as_ref()) {
            Some(arguments) => self.texts(arguments, "argument")?,
            None => script.foreground,
        };
        let erts = self.release.erts.as_ref();
        let mut environment = program_environment(kind, directories);
        environment.extend(self.libraries.variable());
        Ok(Some(Program {
            kind,
            path: path.to_string(),
            foreground,
            verbs: script.verbs,
            erts: erts.map(|erts| format!("{}/{}", directories.release, erts.directory.display())),
            environment,
        }))
    }

    fn service(&self, program: &Program) -> Result<Option<Service>, PlanError> {
        let default = ServiceTable::default();
        let table = match &self.manifest.tables.service {
            Some(table) => table,
            // A plain program is a service only where the manifest says so.
            None if !program.kind.is_node => return Ok(None),
            None => &default,
        };
        let managers = table
            .managers
            .clone()
            .unwrap_or_else(|| vec![Manager::Systemd, Manager::Init]);
        if managers.is_empty() {
            return Ok(None);
        }
        let instances = table.instances.unwrap_or(false);
        Ok(Some(Service {
            name: self.service_name(table)?,
            description: self.control.description.synopsis().to_owned(),
            homepage: self.control.homepage.as_ref().map(ToString::to_string),
            systemd: managers.contains(&Manager::Systemd),
            // SysV init has no notion of instances.
            init: managers.contains(&Manager::Init) && !instances,
            program: program.clone(),
            start: table.start.unwrap_or(true),
            on_upgrade: table.on_upgrade.unwrap_or(default_on_upgrade(program.kind)),
            readiness: table.ready.unwrap_or(if program.kind.has_ping {
                Readiness::Ping
            } else {
                Readiness::Exec
            }),
            environment: self.environment(table)?,
            limits: self.limits(table)?,
            after: self.units(&table.after)?,
            instances,
            directives: self.directives(table)?,
            hardening: table.hardening.unwrap_or(true),
        }))
    }

    fn service_name(&self, table: &ServiceTable) -> Result<String, PlanError> {
        let Some(name) = &table.name else {
            let name = UnitName::from_package_name(self.name);
            return Ok(name
                .map_err(|error| from_name(&error, "[service]"))?
                .to_string());
        };
        let parsed: Result<UnitName, _> = name.get_ref().parse();
        match parsed {
            Ok(name) => Ok(name.to_string()),
            Err(error) => {
                Err(InvalidValue::new(name.span(), error.to_string(), error.hint()).into())
            }
        }
    }

    fn environment(&self, table: &ServiceTable) -> Result<BTreeMap<String, String>, InvalidValue> {
        let mut environment = BTreeMap::new();
        for (key, value) in &table.environment {
            let name = key.get_ref();
            let legal = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !legal {
                let message = format!("invalid environment variable `{}`", name.escape_debug());
                let hint = "use letters, digits and `_`, no digit first".to_owned();
                return Err(InvalidValue::new(key.span(), message, Some(hint)));
            }
            environment.insert(name.clone(), self.text(value, "environment value")?);
        }
        Ok(environment)
    }

    fn limits(&self, table: &ServiceTable) -> Result<BTreeMap<String, String>, InvalidValue> {
        let mut limits = BTreeMap::from([("nofile".to_owned(), DEFAULT_NOFILE.to_owned())]);
        for (key, value) in &table.limits {
            let name = key.get_ref().as_str();
            if !LIMITS.contains(&name) {
                let hint = match nearest(name, LIMITS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the limits are {}", ticked(&LIMITS)),
                };
                let message = format!("unknown limit `{}`", name.escape_debug());
                return Err(InvalidValue::new(key.span(), message, Some(hint)));
            }
            let value = match value {
                Limit::Number(number) => number.to_string(),
                Limit::Text(text) if text == "infinity" => text.clone(),
                Limit::Text(text) => {
                    let message = format!("invalid limit `{}`", text.escape_debug());
                    let hint = "write a number, or `\"infinity\"`".to_owned();
                    return Err(InvalidValue::new(key.span(), message, Some(hint)));
                }
            };
            limits.insert(name.to_owned(), value);
        }
        Ok(limits)
    }

    fn units(&self, units: &[Spanned<String>]) -> Result<Vec<String>, InvalidValue> {
        let legal = |c: char| c.is_ascii_alphanumeric() || ":-_.@\\%".contains(c);
        for unit in units {
            let name = unit.get_ref();
            if !name.chars().all(legal) || !name.contains('.') {
                let message = format!("invalid unit `{}`", name.escape_debug());
                let hint = "write a whole unit name, such as `postgresql.service`".to_owned();
                return Err(InvalidValue::new(unit.span(), message, Some(hint)));
            }
        }
        Ok(units.iter().map(|unit| unit.get_ref().clone()).collect())
    }

    fn directives(
        &self,
        table: &ServiceTable,
    ) -> Result<BTreeMap<String, BTreeMap<String, Vec<String>>>, InvalidValue> {
        let word = |key: &Spanned<String>, what: &str| {
            let legal = !key.get_ref().is_empty()
                && key
                    .get_ref()
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-');
            if legal {
                return Ok(key.get_ref().clone());
            }
            let message = format!("invalid {what} `{}`", key.get_ref().escape_debug());
            let hint = "write it as systemd.exec(5) does, such as `MemoryMax`".to_owned();
            Err(InvalidValue::new(key.span(), message, Some(hint)))
        };
        let mut sections = BTreeMap::new();
        for (section, directives) in &table.systemd {
            let mut checked = BTreeMap::new();
            for (key, ListOrText(values)) in directives {
                checked.insert(
                    word(key, "directive")?,
                    self.texts(values, "directive value")?,
                );
            }
            sections.insert(word(section, "unit section")?, checked);
        }
        Ok(sections)
    }

    fn command(&self, program: &Program) -> Result<Option<Command>, PlanError> {
        let asked = self
            .manifest
            .tables
            .service
            .as_ref()
            .and_then(|service| service.command.as_ref());
        let name = match asked.map(|asked| (asked.get_ref(), asked.span())) {
            Some((OffOr::Off, _)) => return Ok(None),
            Some((OffOr::On(name), span)) => {
                let checked: Result<UnitName, _> = name.parse();
                checked
                    .map_err(|error| InvalidValue::new(span, error.to_string(), error.hint()))?
                    .to_string()
            }
            None => self.name.to_string(),
        };
        Ok(Some(Command {
            name,
            program: program.clone(),
        }))
    }

    fn texts(&self, values: &[Spanned<String>], what: &str) -> Result<Vec<String>, InvalidValue> {
        values.iter().map(|value| self.text(value, what)).collect()
    }

    /// Returns a text that has neither newline nor other control characters, which would end a
    /// line in units and scripts.
    pub(super) fn text(&self, value: &Spanned<String>, what: &str) -> Result<String, InvalidValue> {
        let text = value.get_ref();
        if text.contains(|c: char| c.is_control()) {
            let span: Range<usize> = value.span();
            let message = format!(
                "{what} `{}` has a control character in it",
                text.escape_debug()
            );
            return Err(InvalidValue::new(span, message, None));
        }
        Ok(text.clone())
    }
}

/// Returns the error for a package's name from which no other name can be made.
fn from_name(error: &impl std::fmt::Display, table: &str) -> PlanError {
    let hint = format!("write `name = \"…\"` below `{table}`");
    PlanError::FromRelease {
        message: error.to_string(),
        hint,
    }
}

/// The directories of Erlang's applications bear their versions: while the new version is unpacked
/// dpkg removes those that the running node reads from, so it stops before.
fn default_on_upgrade(kind: &Kind) -> OnUpgrade {
    if kind.is_node {
        OnUpgrade::StopStart
    } else {
        OnUpgrade::Restart
    }
}

/// Returns the variables that keep a program from writing below /opt: those that its start script reads.
fn program_environment(kind: &Kind, directories: &Directories) -> BTreeMap<String, String> {
    let resolve = |value: &str| {
        let places = [
            ("STATE", &directories.state),
            ("LOG", &directories.log),
            ("RUN", &directories.run),
        ];
        let mut found = places.iter();
        found
            .find_map(|(word, place)| Some(format!("{place}{}", value.strip_prefix(word)?)))
            .unwrap_or_else(|| value.to_owned())
    };
    let variables = kind.environment.iter();
    variables
        .map(|(name, value)| ((*name).to_owned(), resolve(value)))
        .collect()
}
