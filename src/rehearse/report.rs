//! `Rehearsal`: what was seen.

use serde::Serialize;

use super::root::Root;
use crate::finding::Finding;

/// The rehearsal of a package.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rehearsal {
    /// The name of the package.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Its architecture.
    pub architecture: String,
    /// One for each kind of system.
    pub runs: Vec<Run>,
}

impl Rehearsal {
    /// Returns all findings in their order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let steps = self.runs.iter().flat_map(|run| &run.steps);
        steps.flat_map(|step| &step.findings)
    }
}

/// The life of the package in one kind of system.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Run {
    /// The suite, or the root that was given.
    pub root: String,
    /// The first process: `systemd`, `sysv` or `none`.
    pub init: &'static str,
    /// The time that all took.
    pub milliseconds: u64,
    /// The steps in their order, those of a life one after another.
    pub steps: Vec<Step>,
    /// The steps that were not done, because one before them failed.
    pub not_done: Vec<NotDone>,
    /// The accounts that are there after the purge, as is right: files of backups may bear their
    /// numbers.
    pub accounts_left: Vec<String>,
}

impl Run {
    pub(super) fn of(root: &Root) -> Self {
        Self {
            root: root.label.clone(),
            init: root.init_name(),
            milliseconds: 0,
            steps: Vec::new(),
            not_done: Vec::new(),
            accounts_left: Vec::new(),
        }
    }

    /// Adds what was seen in a life. A fault that several steps show is told once.
    pub(super) fn take(&mut self, steps: Vec<Step>, accounts: Vec<String>) {
        for mut step in steps {
            let known = |finding: &Finding| {
                let mut earlier = self.steps.iter().flat_map(|it| &it.findings);
                earlier.any(|it| it.tag == finding.tag && fact(it) == fact(finding))
            };
            step.findings.retain(|finding| !known(finding));
            self.steps.push(step);
        }
        self.accounts_left.extend(accounts);
        self.accounts_left.sort();
        self.accounts_left.dedup();
    }

    /// Adds steps that were not done.
    pub(super) fn miss(&mut self, life: &str, names: impl Iterator<Item = String>) {
        let life = || life.to_owned();
        let steps = names.map(|name| NotDone { life: life(), name });
        self.not_done.extend(steps);
    }
}

/// Returns the message of a finding without the step and the system.
fn fact(finding: &Finding) -> &str {
    let message = &finding.message;
    message.rfind(" (").map_or(message, |end| &message[..end])
}

/// A step that was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotDone {
    /// The life that it belongs to.
    pub life: String,
    /// The name.
    pub name: String,
}

/// One thing that is done to the package.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// The life that it belongs to, such as `removed`: the steps of one follow each other in a system.
    pub life: String,
    /// The name, such as `install` or `upgrade from 1.4.0`.
    pub name: String,
    /// The exit status of dpkg.
    pub status: i32,
    /// Tells that dpkg was meant to fail.
    pub failure_expected: bool,
    /// The time that dpkg took.
    pub milliseconds: u64,
    /// The state of the package's services afterwards.
    pub services: Vec<ServiceState>,
    /// The TCP ports on which the package accepts connections afterwards.
    pub ports: Vec<u16>,
    /// The time during which a port of before accepted no connections; none but at an upgrade from a
    /// version with a port that stays.
    pub downtime_milliseconds: Option<u64>,
    /// The last lines of dpkg, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// A service, and what its init says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceState {
    /// The unit, or the init script.
    pub service: String,
    /// The state, such as `active` or `failed`.
    pub state: String,
}
