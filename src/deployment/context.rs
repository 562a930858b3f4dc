//! `Context`: the variables of templates – the model, and values derived from it.

use serde::Serialize;

use super::model::{Directories, Life, Program, Readiness, Service};
use crate::template::filters as quote;

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

/// Verbs that are left to the service manager.
const SERVICE_VERBS: &[&str] = &["start", "stop", "restart", "force-reload", "status", "help"];

/// One variable of the program's environment, quoted for each of its readers.
#[derive(Debug, Serialize)]
struct Variable {
    /// The variable's name.
    name: String,
    /// The variable's value as a word of sh.
    sh: String,
    /// `NAME=value` for `Environment=`.
    unit: String,
}

/// One resource limit.
#[derive(Debug, Serialize)]
struct Limit {
    /// The directive's name, such as `LimitNOFILE`.
    directive: String,
    /// The limit's value for systemd.
    value: String,
    /// The arguments of `ulimit` that set the same limit, where the shell can.
    ulimit: Vec<String>,
}

/// The paths of the scripts in /usr/libexec, of those that the package needs.
#[derive(Debug, Serialize)]
struct Helpers {
    /// The script that runs a command as the service runs.
    as_service: Option<String>,
    /// The script that asks the running node.
    ask: Option<String>,
    /// The script that waits until the service serves.
    ready: Option<String>,
    /// The script that ends the processes a node leaves behind under systemd.
    end_service: Option<String>,
    /// The script that stops a node under systemd that may not be up yet.
    stop_node: Option<String>,
    /// The script that waits for the node under systemd, and stops it where that is asked for.
    await_node: Option<String>,
    /// The script that makes the cookie before a start.
    make_cookie: Option<String>,
}

impl Helpers {
    fn new(life: &Life, program: Option<&Program>) -> Self {
        let service = life.service.as_ref();
        let kind = program.map(|program| program.kind);
        let commands = life.command.is_some() && kind.is_none_or(|kind| kind.has_verbs);
        let ready = service.is_some_and(|service| service.readiness == Readiness::Ping);
        // Plain programs have no port mapper, and listen for signals at once.
        let node = service.is_some_and(|service| service.systemd && service.program.erts.is_some());
        let path = |name: &str, wanted: bool| {
            wanted.then(|| format!("/usr/libexec/{}/{name}", life.package))
        };
        Self {
            as_service: path(
                "as-service",
                commands || service.is_some_and(has_init_script),
            ),
            ask: path(
                "ask",
                kind.is_some_and(|kind| kind.question_flags.is_some()),
            ),
            ready: path("wait-until-ready", ready),
            end_service: path("end-service", node),
            stop_node: path("stop-node", node),
            await_node: path("await-node", node && ready),
            make_cookie: path("make-cookie", life.cookie && program.is_some()),
        }
    }
}

/// The variables of a template: every field of [`Life`], and these.
#[derive(Debug, Serialize)]
pub(crate) struct Context<'a> {
    #[serde(flatten)]
    life: &'a Life,
    /// The service's user, `root` where it has none.
    user: &'a str,
    group: &'a str,
    /// The program that the service or the command runs.
    program: Option<&'a Program>,
    environment: Vec<Variable>,
    /// The file name of the unit: `orders.service` or `orders@.service`.
    unit: Option<String>,
    /// The argument for systemctl: `orders.service` or `orders@*.service`.
    units: Option<String>,
    /// The state directory relative to /var/lib, where it lies there; likewise the two below for
    /// /var/log and /run.
    state_directory: Option<&'a str>,
    log_directory: Option<&'a str>,
    run_directory: Option<&'a str>,
    /// The directories that the service may write, beside that below /run.
    writable_paths: Vec<&'a str>,
    limits: Vec<Limit>,
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
    /// Flags of Erlang's emulator for commands that only ask a node.
    erl_flags: Option<&'static str>,
    /// The paths of the scripts in /usr/libexec.
    #[serde(flatten)]
    helpers: Helpers,
    /// The words that ask a node for its state and its process; empty: it is asked to `ping`.
    question: &'static [&'static str],
    /// The environment file in which earlier versions kept the cookie of a mix release.
    cookie_environment: Option<String>,
    /// Conffiles of the service, which an earlier package may have had as ordinary files.
    adopted: Vec<String>,
    /// The version for operations on conffiles, which apply to every version before this one.
    prior_version: String,
}

impl<'a> Context<'a> {
    /// Derives all variables from the model.
    pub(crate) fn new(life: &'a Life) -> Self {
        let service = life.service.as_ref();
        let program = service
            .map(|service| &service.program)
            .or(life.command.as_ref().map(|command| &command.program));
        let kind = program.map(|program| program.kind);
        let directories = &life.directories;
        let below = |path: &'a str, parent| str::strip_prefix(path, parent);
        let run_here = service.is_some_and(has_init_script);
        let run_file = |suffix: &str| {
            let service = service.filter(|_| run_here);
            service.map(|service| format!("/run/{}.{suffix}", service.name))
        };
        let erl_flags = kind.and_then(|kind| kind.question_flags);
        let is_own = |verb: &str| kind.is_some_and(|kind| kind.own_verbs.contains(&verb));
        Self {
            life,
            user: life.account.as_ref().map_or("root", |a| &a.user),
            group: life.account.as_ref().map_or("root", |a| &a.group),
            program,
            environment: program.map_or_else(Vec::new, |program| environment(life, program)),
            unit: service.map(|service| unit_of(service, "@")),
            units: service.map(|service| unit_of(service, "@*")),
            state_directory: below(&directories.state, "/var/lib/"),
            log_directory: below(&directories.log, "/var/log/"),
            run_directory: below(&directories.run, "/run/"),
            writable_paths: writable(directories),
            limits: service.map_or_else(Vec::new, limits),
            pid_file: run_file("pid"),
            failed_file: run_file("failed"),
            log_file: service
                .filter(|_| run_here)
                .map(|service| format!("{}/{}.log", directories.log, service.name)),
            should_start: service.map_or_else(Vec::new, should_start),
            control_verbs: verbs(program, |verb| asks_a_node(verb) && !is_own(verb)),
            ending_verbs: verbs(program, |verb| ENDING_VERBS.contains(&verb)),
            own_verbs: verbs(program, is_own),
            upgrade_verbs: verbs(program, |verb| UPGRADE_VERBS.contains(&verb)),
            boot_verbs: verbs(program, |verb| BOOT_VERBS.contains(&verb)),
            detached_verbs: verbs(program, |verb| DETACHED_VERBS.contains(&verb)),
            runtime_verbs: verbs(program, |verb| verb == "eval" || BOOT_VERBS.contains(&verb)),
            erl_flags,
            helpers: Helpers::new(life, program),
            question: question(program),
            cookie_environment: (life.cookie
                && kind.is_some_and(|kind| kind.cookie_variable.is_some()))
            .then(|| format!("{}/cookie", directories.configuration)),
            adopted: service.map_or_else(Vec::new, adopted),
            prior_version: format!("{}~", life.version),
        }
    }

    /// Returns the path and the template of each script in /usr/libexec that the package needs.
    pub(crate) fn helpers(&self) -> Vec<(&str, &'static str)> {
        let Helpers {
            as_service,
            ask,
            ready,
            end_service,
            stop_node,
            await_node,
            make_cookie,
        } = &self.helpers;
        let all = [
            (as_service, "package/as-service.sh"),
            (ask, "package/ask.sh"),
            (ready, "package/wait-until-ready.sh"),
            (end_service, "systemd/end-service.sh"),
            (stop_node, "systemd/stop-node.sh"),
            (await_node, "systemd/await-node.sh"),
            (make_cookie, "package/make-cookie.sh"),
        ];
        let needed = all.into_iter();
        needed
            .filter_map(|(path, template)| Some((path.as_deref()?, template)))
            .collect()
    }

    /// Returns the file name of the unit.
    pub(crate) fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }
}

/// Returns the directories that the service may write, beside the directory below /run that
/// systemd makes for it.
fn writable(directories: &Directories) -> Vec<&str> {
    let Directories {
        state, log, run, ..
    } = directories;
    [state, log, run]
        .into_iter()
        .map(String::as_str)
        .filter(|path| !path.starts_with("/run/"))
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

/// Returns the program's environment. Each instance has its own directories below the service's;
/// they share the home, and with it the cookie.
fn environment(life: &Life, program: &Program) -> Vec<Variable> {
    let instances = life.service.as_ref().is_some_and(|s| s.instances);
    let directories = &life.directories;
    let split = |value: &str| {
        [&directories.state, &directories.log, &directories.run]
            .into_iter()
            .find(|directory| {
                value
                    .strip_prefix(directory.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .map(String::len)
    };
    let mut variables: Vec<_> = program
        .environment
        .iter()
        .map(|(name, value)| match split(value) {
            Some(end) if instances && name != "HOME" => {
                let (directory, rest) = value.split_at(end);
                Variable {
                    name: name.clone(),
                    sh: format!(
                        "{}\"$instance\"{}",
                        quote::shell_word(&format!("{directory}/")),
                        quote_rest(rest)
                    ),
                    unit: quote::unit_quoted(&format!("{name}={directory}/\u{1}{rest}"))
                        .replace('\u{1}', "%i"),
                }
            }
            _ => Variable {
                name: name.clone(),
                sh: quote::shell_word(value),
                unit: quote::unit_quoted(&format!("{name}={value}")),
            },
        })
        .collect();
    if instances {
        variables.push(Variable {
            name: "INSTANCE".into(),
            sh: "\"$instance\"".into(),
            unit: "INSTANCE=%i".into(),
        });
    }
    if let Some(variable) = program.kind.node_variable.filter(|_| instances) {
        // Two nodes of one name cannot run on one machine.
        let name = program.path.rsplit('/').next().unwrap_or_default();
        variables.push(Variable {
            name: variable.into(),
            sh: format!("{}\"$instance\"", quote::shell_word(&format!("{name}_"))),
            unit: quote::unit_quoted(&format!("{variable}={name}_\u{1}")).replace('\u{1}', "%i"),
        });
    }
    variables
}

fn quote_rest(rest: &str) -> String {
    if rest.is_empty() {
        String::new()
    } else {
        quote::shell_word(rest)
    }
}

/// Returns the conffiles that every package of a service has, whichever tool made it.
fn adopted(service: &Service) -> Vec<String> {
    let mut paths = vec![format!("/etc/default/{}", service.name)];
    if has_init_script(service) {
        paths.push(format!("/etc/init.d/{}", service.name));
        paths.push(format!("/etc/logrotate.d/{}", service.name));
    }
    paths
}

fn limits(service: &Service) -> Vec<Limit> {
    service
        .limits
        .iter()
        .map(|(name, value)| Limit {
            directive: format!("Limit{}", name.to_uppercase()),
            value: value.clone(),
            ulimit: ulimit(name, value),
        })
        .collect()
}

/// Returns the arguments of `ulimit`, for limits that dash knows and counts as systemd does.
/// A value `SOFT:HARD` becomes two lines.
fn ulimit(name: &str, value: &str) -> Vec<String> {
    let letter = match name {
        "nofile" => 'n',
        "cpu" => 't',
        // dash counts in blocks, so only 0 and infinity mean the same.
        "core" if matches!(value, "0" | "infinity") => 'c',
        _ => return Vec::new(),
    };
    let written = |value: &str| {
        if value == "infinity" {
            "unlimited".to_owned()
        } else {
            value.to_owned()
        }
    };
    match value.split_once(':') {
        None => vec![format!("-{letter} {}", written(value))],
        Some((soft, hard)) => vec![
            format!("-S{letter} {}", written(soft)),
            format!("-H{letter} {}", written(hard)),
        ],
    }
}

/// Returns the names of init scripts for the units that are started before: those of the same
/// names.
fn should_start(service: &Service) -> Vec<&str> {
    service
        .after
        .iter()
        .filter_map(|unit| unit.strip_suffix(".service"))
        .filter(|name| !name.contains('@'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ulimit_says_what_the_shell_can_say() {
        let table: [(&str, &str, &[&str]); 6] = [
            ("nofile", "65536", &["-n 65536"]),
            ("nofile", "1024:65536", &["-Sn 1024", "-Hn 65536"]),
            ("core", "infinity", &["-c unlimited"]),
            ("core", "1G", &[]),
            ("nproc", "100", &[]),
            ("cpu", "10", &["-t 10"]),
        ];
        for (name, value, expected) in table {
            assert_eq!(ulimit(name, value), expected, "{name} {value}");
        }
    }
}
