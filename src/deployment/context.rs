//! `Context`: the variables of templates – the model, and values derived from it.

use serde::Serialize;

use super::helpers::Helpers;
use super::units::Groups;
use super::variables::{Variable, variables};
use super::{Deployment, Directories, Program, Service, capabilities, environment_files};
use crate::manifest::LimitValue;
use crate::tree::PackagePath;

/// Verbs of a release's script that start a node in the foreground.
const BOOT_VERBS: &[&str] = &[
    "console",
    "console_boot",
    "console_clean",
    "foreground",
    "start_iex",
];

/// Verbs that start a node which no service manager watches, or that look for one.
const DETACHED_VERBS: &[&str] = &[
    "attach",
    "daemon",
    "daemon_attach",
    "daemon_boot",
    "daemon_iex",
    "start_boot",
    "start_clean",
];

/// Verbs that end a node: the service manager is not told, and does not start it again.
const ENDING_VERBS: &[&str] = &["reboot"];

/// Verbs that put another version into the release, which belongs to root and to dpkg.
const UPGRADE_VERBS: &[&str] = &["downgrade", "install", "uninstall", "unpack", "upgrade"];

/// Verbs of a kind's own that read the configuration before they do anything.
const CONFIGURED_VERBS: &[&str] = &["eval", "run"];

/// Verbs that are left to the service manager.
const SERVICE_VERBS: &[&str] = &["start", "stop", "restart", "force-reload", "status", "help"];

/// One resource limit.
#[derive(Debug, Serialize)]
struct Limit {
    /// The directive's name, such as `LimitNOFILE`.
    directive: String,
    /// The limit's value for systemd.
    value: LimitValue,
    /// The arguments of `ulimit` that set the same limit, where the shell can.
    ulimit: Vec<String>,
}

/// The variables of a template: every field of [`Deployment`], and these.
#[derive(Debug, Serialize)]
pub(crate) struct Context<'a> {
    #[serde(flatten)]
    deployment: &'a Deployment,
    /// The service's user, `root` where it has none.
    user: &'a str,
    group: &'a str,
    environment: Vec<Variable>,
    /// The release that the program lies in, or the program itself where it is none of the release.
    place: Option<&'a PackagePath>,
    /// The file name of the unit: `orders.service` or `orders@.service`.
    unit: Option<String>,
    /// The argument for systemctl: `orders.service` or `orders@*.service`.
    units: Option<String>,
    /// The state directory relative to /var/lib, where it lies there; likewise the two below for
    /// /var/log and /run.
    state_directory: Option<String>,
    log_directory: Option<String>,
    run_directory: Option<String>,
    cache_directory: Option<String>,
    /// The directories that the service may write, beside that below /run.
    writable_paths: Vec<&'a PackagePath>,
    limits: Vec<Limit>,
    /// The values of the unit's `AmbientCapabilities=`, empty without capabilities, and of its
    /// `CapabilityBoundingSet=`.
    ambient: String,
    bounding_set: Vec<String>,
    /// Options of setpriv(1) for the capabilities, each with a blank behind it.
    capability_options: String,
    /// Directives of the hardening that the capabilities forbid, and lines that they need beside it.
    lifted: Vec<&'static str>,
    added_lines: Vec<String>,
    /// The pid file of the init script. It lies in root's /run, where the service cannot put a link.
    pid_file: Option<String>,
    /// A file that exists while the last start by the init script has failed.
    failed_file: Option<String>,
    /// The log of the program's output under the init script.
    log_file: Option<String>,
    /// The names of init scripts that are started before the service.
    should_start: Vec<&'a str>,
    control_verbs: Vec<&'a str>,
    boot_verbs: Vec<&'a str>,
    detached_verbs: Vec<&'a str>,
    upgrade_verbs: Vec<&'a str>,
    ending_verbs: Vec<&'a str>,
    own_verbs: Vec<&'a str>,
    /// Verbs that run without the service but write below /run: boot verbs, and mix's `eval`,
    /// which may write its run-time configuration there.
    runtime_verbs: Vec<&'a str>,
    /// Verbs that read the configuration anew, as a start does.
    configured_verbs: Vec<&'a str>,
    /// The command lines that start the program, where the start has variables of its own.
    start_lines: Vec<Vec<String>>,
    /// Flags of Erlang's emulator for commands that only ask a node.
    erl_flags: Option<&'static str>,
    /// The author's units, by what is done with them.
    unit_groups: Groups<'a>,
    /// The paths of the scripts in /usr/libexec.
    #[serde(flatten)]
    helpers: Helpers,
    /// The words that ask a node for its state and its process; empty: it is asked to `ping`.
    question: &'static [&'static str],
    /// The environment file in which earlier versions kept the cookie of a mix release.
    cookie_environment: Option<String>,
    /// The file of the secrets that are made on the machine.
    secrets_file: Option<String>,
    /// The files by which a service or a unit is this package's: one that is there after the package has
    /// gone is another's.
    marks: Vec<String>,
    /// Conffiles of the service, which an earlier package may have had as ordinary files.
    adopted: Vec<String>,
    /// The version for operations on conffiles, which apply to every version before this one.
    prior_version: String,
}

impl<'a> Context<'a> {
    /// Derives all variables from the model.
    pub(crate) fn new(deployment: &'a Deployment) -> Self {
        let service = deployment.service.as_ref();
        let program = deployment.program.as_ref();
        let kind = program.map(|program| program.kind);
        let directories = &deployment.directories;
        let account = deployment.account.as_ref();
        let below = |path: &PackagePath, parent| {
            let text = path.to_string();
            text.strip_prefix(parent).map(str::to_owned)
        };
        let here = service.filter(|service| has_init_script(service));
        let run_file = |suffix: &str| Some(format!("/run/{}.{suffix}", here?.name));
        let is_own = |verb: &str| kind.is_some_and(|kind| kind.own_verbs.contains(&verb));
        Self {
            deployment,
            user: account.map_or("root", |it| it.user.as_str()),
            group: account.map_or("root", |it| it.group.as_str()),
            place: place(program, directories),
            environment: program.map_or_else(Vec::new, |program| variables(deployment, program)),
            unit: service.map(|service| unit_of(service, "@")),
            units: service.map(|service| unit_of(service, "@*")),
            state_directory: below(&directories.state, "/var/lib/"),
            log_directory: below(&directories.log, "/var/log/"),
            run_directory: below(&directories.run, "/run/"),
            cache_directory: (directories.cache.as_ref())
                .and_then(|cache| below(cache, "/var/cache/")),
            writable_paths: writable(directories),
            limits: service.map_or_else(Vec::new, limits),
            ambient: service.map_or_else(String::new, capabilities::ambient),
            bounding_set: service.map_or_else(Vec::new, capabilities::bounding_set),
            capability_options: service.map_or_else(String::new, capabilities::options),
            lifted: service.map_or_else(Vec::new, capabilities::lifted),
            added_lines: service.map_or_else(Vec::new, capabilities::added_lines),
            pid_file: run_file("pid"),
            failed_file: run_file("failed"),
            log_file: here.map(|service| format!("{}/{}.log", directories.log, service.name)),
            should_start: service.map_or_else(Vec::new, should_start),
            control_verbs: verbs(program, |verb| asks_a_node(verb) && !is_own(verb)),
            ending_verbs: verbs(program, |verb| ENDING_VERBS.contains(&verb)),
            own_verbs: verbs(program, is_own),
            upgrade_verbs: verbs(program, |verb| UPGRADE_VERBS.contains(&verb)),
            boot_verbs: verbs(program, |verb| BOOT_VERBS.contains(&verb)),
            detached_verbs: verbs(program, |verb| DETACHED_VERBS.contains(&verb)),
            runtime_verbs: verbs(program, |verb| verb == "eval" || BOOT_VERBS.contains(&verb)),
            configured_verbs: configured_verbs(program),
            start_lines: program.map_or_else(Vec::new, start_lines),
            erl_flags: kind.and_then(|kind| kind.question_flags),
            unit_groups: Groups::new(&deployment.own_units),
            helpers: Helpers::new(deployment),
            question: question(program),
            cookie_environment: (deployment.cookie
                && kind.is_some_and(|kind| kind.cookie_variable.is_some()))
            .then(|| format!("{}/cookie", directories.configuration)),
            secrets_file: service
                .filter(|service| !service.secrets.is_empty())
                .map(|_| format!("{}/secrets", directories.configuration)),
            marks: marks(deployment),
            adopted: service.map_or_else(Vec::new, |service| adopted(deployment, service)),
            prior_version: format!("{}~", deployment.version),
        }
    }

    /// Returns the scripts in /usr/libexec.
    pub(super) fn helpers(&self) -> &Helpers {
        &self.helpers
    }

    /// Returns whether there is a service or a unit.
    pub(super) fn is_service(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Returns the file name of the unit.
    pub(super) fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }
}

/// Returns the release, or the program where it is none of the release's.
fn place<'a>(
    program: Option<&'a Program>,
    directories: &'a Directories,
) -> Option<&'a PackagePath> {
    match program {
        Some(program) if !program.is_of_release => Some(&program.path),
        _ => directories.release.as_ref(),
    }
}

/// Returns the verbs that read the configuration anew.
fn configured_verbs(program: Option<&Program>) -> Vec<&str> {
    let own = program.map_or(&[][..], |program| program.kind.own_verbs);
    verbs(program, |verb| {
        BOOT_VERBS.contains(&verb) || own.contains(&verb) && CONFIGURED_VERBS.contains(&verb)
    })
}

/// Returns the command lines that start the program, where the start has variables of its own.
fn start_lines(program: &Program) -> Vec<Vec<String>> {
    if program.start_environment.is_empty() {
        return Vec::new();
    }
    let line = |words: Vec<&str>| {
        let words = words.into_iter().map(str::to_owned);
        [program.path.to_string()]
            .into_iter()
            .chain(words)
            .collect()
    };
    let service = program.foreground.iter().map(String::as_str).collect();
    let by_hand = verbs(Some(program), |verb| BOOT_VERBS.contains(&verb));
    let by_hand = by_hand.into_iter().map(|verb| line(vec![verb]));
    [line(service)].into_iter().chain(by_hand).collect()
}

/// Returns the directories that the service may write, beside the directory below /run that
/// systemd makes for it.
fn writable(directories: &Directories) -> Vec<&PackagePath> {
    let Directories {
        state, log, run, ..
    } = directories;
    [state, log, run]
        .into_iter()
        .filter(|path| !path.as_bytes().starts_with(b"/run/"))
        .collect()
}

/// Returns whether the service has an init script: instances are known to systemd only.
pub(crate) fn has_init_script(service: &Service) -> bool {
    service.init && !service.instances
}

/// Returns the words that ask a node for its state. A script that does not know the verb can only ping.
fn question(program: Option<&Program>) -> &'static [&'static str] {
    let question = program.and_then(|program| {
        let question = program.kind.question.as_ref()?;
        let known = program.verbs.iter().any(|verb| verb == question[0]);
        known.then_some(question.as_slice())
    });
    question.unwrap_or_default()
}

/// Returns the name of the unit, with `instance` in the place of an instance's name.
fn unit_of(service: &Service, instance: &str) -> String {
    let instance = if service.instances { instance } else { "" };
    format!("{}{instance}.service", service.name)
}

/// Returns whether a verb asks a running node.
fn asks_a_node(verb: &str) -> bool {
    let others = [BOOT_VERBS, DETACHED_VERBS, UPGRADE_VERBS, ENDING_VERBS];
    !others.iter().any(|verbs| verbs.contains(&verb))
}

fn verbs(program: Option<&Program>, chosen: impl Fn(&str) -> bool) -> Vec<&str> {
    program
        .iter()
        .flat_map(|program| &program.verbs)
        .map(String::as_str)
        .filter(|verb| !SERVICE_VERBS.contains(verb) && chosen(verb))
        .collect()
}

/// Returns the conffiles that every package of a service has, whichever tool made it.
fn adopted(deployment: &Deployment, service: &Service) -> Vec<String> {
    let mut paths = vec![format!("/etc/default/{}", service.name)];
    paths.extend(environment_files::made(deployment).map(ToString::to_string));
    if has_init_script(service) {
        paths.push(format!("/etc/init.d/{}", service.name));
        paths.push(format!("/etc/logrotate.d/{}", service.name));
    }
    paths
}

fn limits(service: &Service) -> Vec<Limit> {
    let limits = service.limits.iter();
    limits
        .map(|(name, value)| Limit {
            directive: format!("Limit{}", name.as_str().to_uppercase()),
            value: *value,
            ulimit: ulimit(name.as_str(), *value).into_iter().collect(),
        })
        .collect()
}

/// Returns the arguments of `ulimit`, for limits that dash knows and counts as systemd does.
fn ulimit(name: &str, value: LimitValue) -> Option<String> {
    let letter = match (name, value) {
        ("nofile", _) => 'n',
        ("cpu", _) => 't',
        // dash counts in blocks, so only 0 and infinity mean the same.
        ("core", LimitValue::Number(0) | LimitValue::Infinity) => 'c',
        _ => return None,
    };
    Some(match value {
        LimitValue::Number(number) => format!("-{letter} {number}"),
        LimitValue::Infinity => format!("-{letter} unlimited"),
    })
}

/// Returns the names of init scripts for the units that are started before: those of the same
/// names.
fn should_start(service: &Service) -> Vec<&str> {
    service
        .after
        .iter()
        .filter_map(|unit| unit.as_str().strip_suffix(".service"))
        .filter(|name| !name.contains('@'))
        .collect()
}

fn marks(deployment: &Deployment) -> Vec<String> {
    let service = deployment.service.iter();
    let of_service = service.flat_map(|service| {
        let unit = format!("/usr/lib/systemd/system/{}", unit_of(service, "@"));
        let script = format!("/etc/init.d/{}", service.name);
        let unit = service.systemd.then_some(unit);
        unit.into_iter()
            .chain(has_init_script(service).then_some(script))
    });
    let units = deployment
        .own_units
        .iter()
        .filter(|it| !it.file.is_drop_in());
    let of_units = units.filter_map(|unit| unit.path().ok().map(|path| path.to_string()));
    of_service.chain(of_units).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ulimit_says_what_the_shell_can_say() {
        let table = [
            ("nofile", LimitValue::Number(65536), Some("-n 65536")),
            ("core", LimitValue::Infinity, Some("-c unlimited")),
            ("core", LimitValue::Number(1024), None),
            ("nproc", LimitValue::Number(100), None),
            ("cpu", LimitValue::Number(10), Some("-t 10")),
        ];
        for (name, value, expected) in table {
            assert_eq!(ulimit(name, value).as_deref(), expected, "{name} {value}");
        }
    }
}
