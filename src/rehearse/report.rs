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
    /// The steps in their order.
    pub steps: Vec<Step>,
    /// The accounts that are there after the purge, as is right: files of backups may bear their
    /// numbers.
    pub accounts_left: Vec<String>,
}

impl Run {
    pub(super) fn of(root: &Root) -> Self {
        Self {
            root: root.label.clone(),
            init: root.init_name(),
            steps: Vec::new(),
            accounts_left: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, steps: Vec<Step>, accounts: Vec<String>) {
        self.steps.extend(steps);
        self.accounts_left.extend(accounts);
        self.accounts_left.sort();
        self.accounts_left.dedup();
    }
}

/// One thing that is done to the package.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
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
