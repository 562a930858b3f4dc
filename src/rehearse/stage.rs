//! `Stage`: a system on which a package lives, and what was seen so far.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::faults::Kit;
use super::lives::Life;
use super::root::Root;
use super::services::{self, Look};
use super::subject::Subject;
use super::{Account, Options, Process, Snapshot, Step, System, SystemError, TIMED_OUT};
use crate::finding::{Finding, Tag, tags};

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
    /// A script was made to fail, and dpkg undoes what it began.
    Undone,
}

/// The knowledge of a step about those before it.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The services that ran, and must run again.
    pub(super) running: BTreeSet<String>,
    /// The services that did not run on after their start.
    pub(super) fallen: BTreeSet<String>,
    /// The ports on which they accept connections.
    pub(super) ports: BTreeSet<u16>,
    /// The accounts that the package made.
    pub(super) accounts: Vec<Account>,
    /// The configuration files that an administrator edited, with their text.
    pub(super) edited: BTreeMap<String, String>,
    /// The files that stand for state.
    pub(super) markers: Vec<String>,
}

/// All that takes part.
#[derive(Debug)]
pub(super) struct Cast<'a> {
    pub(super) subject: &'a Subject,
    pub(super) olds: &'a [Subject],
    pub(super) kit: &'a Kit,
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
    /// The last look at the services.
    seen: Option<Look>,
    life: String,
    /// The name of the step that has begun.
    step: String,
    pub(super) steps: Vec<Step>,
    pub(super) accounts_left: Vec<String>,
}

impl<'a> Stage<'a> {
    /// Starts a system, and looks at it before anything happens.
    pub(super) fn open(
        root: &'a Root,
        cast: &Cast<'a>,
        life: &Life<'_>,
        options: &'a Options,
    ) -> Result<Self, SystemError> {
        let system = root.start(options)?;
        // As images of containers have it, against any start.
        system.run(["rm", "-f", "/usr/sbin/policy-rc.d"])?;
        let (mut new, mut old) = (&cast.subject.path, life.old.map(|it| &cast.olds[it].path));
        if life.faulty {
            (new, old) = (&cast.kit.new, life.old.map(|it| &cast.kit.olds[it]));
            system.copy(&cast.kit.breaker, BREAKER)?;
        }
        system.copy(new, NEW)?;
        if let Some(old) = old {
            system.copy(old, OLD)?;
        }
        let ports = system.listening().iter().map(SocketAddr::port).collect();
        let processes = system.processes().into_iter().map(signature).collect();
        Ok(Self {
            before: system.snapshot_after(root.snapshot()),
            system,
            root,
            subject: cast.subject,
            options,
            processes,
            ports,
            known: Known::default(),
            seen: None,
            life: life.name.clone(),
            step: String::new(),
            steps: Vec::new(),
            accounts_left: Vec::new(),
        })
    }

    /// Names the step that follows.
    pub(super) fn begin(&mut self, step: &str) {
        step.clone_into(&mut self.step);
    }

    /// Runs dpkg as a step. A failure that is not expected is a finding, and ends the life.
    pub(super) fn dpkg(&mut self, words: &[&str], expected: Expected) -> Result<(), Halt> {
        let done = AtomicBool::new(false);
        let ports = if expected == Expected::Success && self.step.starts_with("upgrade from") {
            self.known.ports.clone()
        } else {
            BTreeSet::new()
        };
        let (looked, downtime) = services::downtime(&self.system, &ports, &done, || {
            let all = ["dpkg", "--force-unsafe-io"].iter().chain(words);
            let output = self.system.run_within(all, self.options.limit)?;
            // What only unpacks or removes leaves nothing running that is worth waiting for.
            let starts = words.contains(&"-i") || words.contains(&"--configure");
            let look = match (output.status, expected) {
                (0, _) if !starts => Some(self.look_at_once()?),
                (0, _) | (_, Expected::Undone) => Some(self.look()?),
                _ => None,
            };
            Ok::<_, SystemError>((output, look))
        });
        let (output, look) = looked?;
        let text = [output.stdout.as_str(), &output.stderr].concat();
        let is_failure = output.status != 0 && expected == Expected::Success;
        self.steps.push(Step {
            life: self.life.clone(),
            name: self.step.clone(),
            status: output.status,
            failure_expected: expected != Expected::Success,
            milliseconds: milliseconds(output.took),
            services: Vec::new(),
            ports: Vec::new(),
            downtime_milliseconds: downtime.map(milliseconds),
            output: (output.status != 0).then(|| last_lines(&text)),
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

    /// Does something while calls of scripts fail, one in a line: `preinst install fails`.
    pub(super) fn with_faults(
        &mut self,
        faults: &[&str],
        work: impl FnOnce(&mut Self) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        self.system.write(FAULTS, faults.join("\n").as_bytes())?;
        let done = work(self);
        self.system.write(FAULTS, b"")?;
        done
    }

    /// Tells of a package that dpkg could not bring back to where it was.
    pub(super) fn is_whole(&mut self) -> Result<(), Halt> {
        let format = "-f=${db:Status-Status}";
        let output = self.run(&["dpkg-query", "-W", format, &self.subject.name])?;
        let state = output.stdout.trim();
        if output.status == 0 && state == "installed" {
            return Ok(());
        }
        let message = format!("dpkg cannot undo a step that fails: the package stays `{state}`");
        self.found(tags::DPKG_FAILED, &message)
            .hint("`postinst` is called with `abort-…`, and has to succeed");
        Err(Halt::Found)
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
        services::look(&self.system, self.root.init, self.subject)
    }

    /// Returns what was seen of services last.
    pub(super) fn seen(&self) -> Option<&Look> {
        self.seen.as_ref()
    }

    /// Writes into the step what was seen of services.
    pub(super) fn show(&mut self, look: Look) {
        let ports = look.ports.difference(&self.ports).copied().collect();
        if let Some(step) = self.steps.last_mut() {
            step.services.clone_from(&look.states);
            step.ports = ports;
        }
        self.seen = Some(look);
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

    /// Runs a command that is no step.
    pub(super) fn run(&self, words: &[&str]) -> Result<super::Output, SystemError> {
        self.system.run_within(words, self.options.limit)
    }
}

/// The place of the package that is rehearsed.
pub(super) const NEW: &str = "/var/tmp/reldeb-rehearsal/new.deb";
/// The place of the earlier one.
pub(super) const OLD: &str = "/var/tmp/reldeb-rehearsal/old.deb";

/// The place of a package that breaks it.
pub(super) const BREAKER: &str = "/var/tmp/reldeb-rehearsal/breaker.deb";
/// The place of the calls that fail, which `fault.sh` reads.
const FAULTS: &str = "/var/tmp/reldeb-rehearsal/faults";

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

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
