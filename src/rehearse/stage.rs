//! `Stage`: a system on which a package lives, and what was seen so far.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::root::Root;
use super::services::{self, Look};
use super::subject::Subject;
use super::{Account, Options, Process, Snapshot, Step, System, SystemError, TIMED_OUT};
use crate::finding::{Finding, Tag, tags};

/// The folder of a system for what a rehearsal brings along.
const FOLDER: &str = "/var/tmp/reldeb-rehearsal";

/// The most lines of dpkg that are shown.
const LINES: usize = 12;

/// The reason for which a life does not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// A finding after which nothing more is to be learned.
    Found,
    /// The system failed.
    System(SystemError),
}

impl From<SystemError> for Halt {
    fn from(error: SystemError) -> Self {
        Self::System(error)
    }
}

/// The outcome that is expected of dpkg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Success,
    /// A script was made to fail.
    Failure,
}

/// The knowledge of a step about those before it.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The services that ran, and must run again.
    pub(super) running: BTreeSet<String>,
    /// The ports on which they accept connections.
    pub(super) ports: BTreeSet<u16>,
    /// The accounts that the package made.
    pub(super) accounts: Vec<Account>,
    /// The configuration files that an administrator edited, with their text.
    pub(super) edited: BTreeMap<String, String>,
    /// The files that stand for state.
    pub(super) markers: Vec<String>,
}

/// A system and its package.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) system: System,
    pub(super) root: &'a Root,
    pub(super) subject: &'a Subject,
    options: &'a Options,
    pub(super) before: Snapshot,
    processes: BTreeSet<(String, String)>,
    ports: BTreeSet<u16>,
    pub(super) known: Known,
    pub(super) steps: Vec<Step>,
    pub(super) accounts_left: Vec<String>,
}

impl<'a> Stage<'a> {
    /// Starts a system, and looks at it before anything happens.
    pub(super) fn open(
        root: &'a Root,
        subject: &'a Subject,
        old: Option<&Subject>,
        options: &'a Options,
    ) -> Result<Self, SystemError> {
        let system = root.start(options)?;
        // As images of containers have it, against any start.
        system.run(["rm", "-f", "/usr/sbin/policy-rc.d"])?;
        system.copy(&subject.path, &format!("{FOLDER}/new.deb"))?;
        if let Some(old) = old {
            system.copy(&old.path, &format!("{FOLDER}/old.deb"))?;
        }
        let ports = system.listening().iter().map(SocketAddr::port).collect();
        let processes = system.processes().into_iter().map(signature).collect();
        Ok(Self {
            before: system.snapshot(),
            system,
            root,
            subject,
            options,
            processes,
            ports,
            known: Known::default(),
            steps: Vec::new(),
            accounts_left: Vec::new(),
        })
    }

    /// Runs dpkg as a step. A failure that is not expected is a finding, and ends the life.
    pub(super) fn dpkg(
        &mut self,
        name: &str,
        words: &[&str],
        expected: Expected,
    ) -> Result<(), Halt> {
        let done = AtomicBool::new(false);
        let ports = if expected == Expected::Success && name.starts_with("upgrade") {
            self.known.ports.clone()
        } else {
            BTreeSet::new()
        };
        let (looked, downtime) = services::downtime(&self.system, &ports, &done, || {
            let all = ["dpkg", "--force-unsafe-io"].iter().chain(words);
            let output = self.system.run_within(all, self.options.limit)?;
            let look = if output.status == 0 {
                // What only unpacks or removes leaves nothing running that is worth waiting for.
                let starts = words.contains(&"-i") || words.contains(&"--configure");
                Some(if starts {
                    self.look()?
                } else {
                    self.look_at_once()?
                })
            } else {
                None
            };
            Ok::<_, SystemError>((output, look))
        });
        let (output, look) = looked?;
        let text = [output.stdout.as_str(), &output.stderr].concat();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines[lines.len().saturating_sub(LINES)..].join("\n");
        let is_failure = output.status != 0 && expected == Expected::Success;
        self.steps.push(Step {
            name: name.to_owned(),
            status: output.status,
            failure_expected: expected == Expected::Failure,
            milliseconds: milliseconds(output.took),
            services: Vec::new(),
            ports: Vec::new(),
            downtime_milliseconds: downtime.map(milliseconds),
            output: is_failure.then_some(last),
            findings: Vec::new(),
        });
        if let Some(look) = look {
            self.show(look);
        }
        if output.status == TIMED_OUT {
            let limit = self.options.limit.as_secs();
            self.found(
                tags::TIME_LIMIT,
                &format!("dpkg is not done after {limit} s"),
            )
            .hint("a script waits for something that never comes, such as an answer");
            return Err(Halt::Found);
        }
        if is_failure {
            self.failed(&text, output.status);
            return Err(Halt::Found);
        }
        Ok(())
    }

    /// Tells that dpkg failed, and why.
    fn failed(&mut self, text: &str, status: i32) {
        let begin = "Configuration file '";
        let asked = text.contains("at conffile prompt").then(|| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(begin)?.split('\'').next())
        });
        if let Some(path) = asked {
            let path = path.unwrap_or("a configuration file").to_owned();
            let message = format!("dpkg asks about `{path}`, which nobody edited");
            self.found(tags::CONFFILE_QUESTION, &message).path(&path);
            return;
        }
        let script = text.lines().find_map(|line| {
            let (_, rest) = line.split_once("installed ").or(line.split_once("new "))?;
            Some(
                rest.split_once(" package ")?
                    .1
                    .split_once(" script ")?
                    .0
                    .to_owned(),
            )
        });
        let subject = match script {
            Some(script) => format!("`{script}` fails"),
            None => format!("dpkg fails with {status}"),
        };
        self.found(tags::DPKG_FAILED, &subject);
    }

    /// Looks at the services until they are as they were.
    pub(super) fn look(&self) -> Result<Look, SystemError> {
        let wanted = (&self.known.running, &self.known.ports);
        services::settle(&self.system, self.root.init, self.subject, wanted)
    }

    /// Looks at the services as they are.
    pub(super) fn look_at_once(&self) -> Result<Look, SystemError> {
        let nothing = (&BTreeSet::new(), &BTreeSet::new());
        services::settle(&self.system, self.root.init, self.subject, nothing)
    }

    /// Writes into the step what was seen of services.
    pub(super) fn show(&mut self, look: Look) {
        let ports = look.ports.difference(&self.ports).copied().collect();
        if let Some(step) = self.steps.last_mut() {
            step.services = look.states;
            step.ports = ports;
        }
    }

    /// Adds a finding to the last step.
    pub(super) fn found(&mut self, tag: &'static Tag, message: &str) -> Found<'_> {
        let step = self.steps.last_mut().expect("a finding follows a step");
        let root = &self.root.label;
        let init = match self.root.init_name() {
            "none" => "without init",
            "sysv" => "under SysV",
            _ => "under systemd",
        };
        let message = format!("{message} ({}, {root} {init})", step.name);
        step.findings.push(Finding::new(tag, message));
        Found(step.findings.last_mut().expect("it was pushed"))
    }

    /// Returns the processes that run now and did not before.
    pub(super) fn new_processes(&self) -> Vec<Process> {
        let mut processes = self.system.processes();
        processes.retain(|process| {
            let is_of_init = ["/usr/lib/systemd/", "/lib/systemd/"]
                .iter()
                .any(|folder| process.exe.starts_with(folder));
            !is_of_init
                && !process.exe.is_empty()
                && !self.processes.contains(&signature(process.clone()))
        });
        processes
    }

    /// Copies a script into the system.
    pub(super) fn bring(&self, name: &str, text: &str) -> Result<String, SystemError> {
        let path = format!("{FOLDER}/{name}");
        self.system.write(&path, text.as_bytes())?;
        self.system.run(["chmod", "0755", &path])?;
        Ok(path)
    }

    /// Runs a command that is no step.
    pub(super) fn run(&self, words: &[&str]) -> Result<super::Output, SystemError> {
        self.system.run_within(words, self.options.limit)
    }
}

/// The place of the package that is rehearsed.
pub(super) const NEW: &str = "/var/tmp/reldeb-rehearsal/new.deb";
/// The place of the earlier one.
pub(super) const OLD: &str = "/var/tmp/reldeb-rehearsal/old.deb";

/// A finding that may get more.
pub(super) struct Found<'a>(&'a mut Finding);

impl Found<'_> {
    pub(super) fn hint(self, hint: &str) {
        self.0.hint = Some(hint.to_owned());
    }

    pub(super) fn path(self, path: &str) {
        *self.0 = self.0.clone().at_path(Path::new(path).display());
    }
}

fn signature(process: Process) -> (String, String) {
    (process.user, process.args)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
