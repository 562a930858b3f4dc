//! The lives of a package, each in a system of its own, step by step: a step is what an administrator
//! does, then what they would look at.

mod failures;
mod plain;
mod upgrades;

use std::collections::BTreeSet;

use super::Init;
use super::SystemError;
use super::stage::{Expected, Halt, NEW, Stage};
use super::subject::Subject;
use crate::finding::tags;

use Expected::Success;

/// The step after one that failed.
const LAST: &str = "purge after the failure";

/// The package that a life begins with: where it cannot be installed, one such life is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Begin {
    New,
    /// The earlier version with this index.
    Old(usize),
}

/// A life: steps that follow each other.
pub(super) struct Life<'a> {
    pub(super) name: String,
    pub(super) begin: Begin,
    /// The index of the earlier version that takes part.
    pub(super) old: Option<usize>,
    /// Tells that the scripts can be made to fail.
    pub(super) faulty: bool,
    steps: Vec<Planned<'a>>,
}

/// A step: one call of dpkg, and what is looked at.
struct Planned<'a> {
    name: String,
    act: Act<'a>,
}

type Act<'a> = Box<dyn Fn(&mut Stage<'_>) -> Result<(), Halt> + Send + Sync + 'a>;

impl<'a> Life<'a> {
    fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            begin: Begin::New,
            old: None,
            faulty: false,
            steps: Vec::new(),
        }
    }

    fn faulty(self) -> Self {
        Self {
            faulty: true,
            ..self
        }
    }

    fn with(self, old: usize) -> Self {
        Self {
            old: Some(old),
            ..self
        }
    }

    fn step(
        mut self,
        name: impl Into<String>,
        act: impl Fn(&mut Stage<'_>) -> Result<(), Halt> + Send + Sync + 'a,
    ) -> Self {
        self.steps.push(Planned {
            name: name.into(),
            act: Box::new(act),
        });
        self
    }

    fn step_if(
        self,
        is_so: bool,
        name: impl Into<String>,
        act: impl Fn(&mut Stage<'_>) -> Result<(), Halt> + Send + Sync + 'a,
    ) -> Self {
        if is_so { self.step(name, act) } else { self }
    }

    /// Returns the names of the steps from an index on.
    pub(super) fn names(&self, from: usize) -> impl Iterator<Item = String> {
        self.steps[from..].iter().map(|step| step.name.clone())
    }

    /// Lives it. Returns the index of the step that failed: those after it are not done, but dpkg can
    /// still be asked to purge what is there.
    pub(super) fn live(&self, stage: &mut Stage<'_>) -> Result<Option<usize>, SystemError> {
        for (index, step) in self.steps.iter().enumerate() {
            stage.begin(&step.name);
            match (step.act)(stage) {
                Ok(()) => {}
                Err(Halt::System(error)) => return Err(error),
                Err(Halt::Found) => {
                    stage.begin(LAST);
                    return match purge(stage) {
                        Err(Halt::System(error)) => Err(error),
                        Ok(()) | Err(Halt::Found) => Ok(Some(index)),
                    };
                }
            }
        }
        Ok(None)
    }
}

/// Returns the lives of a package, in the order of the report.
pub(super) fn all<'a>(subject: &'a Subject, olds: &'a [Subject]) -> Vec<Life<'a>> {
    let mut lives = plain::lives();
    lives.extend(failures::lives(subject));
    for (index, old) in olds.iter().enumerate() {
        lives.extend(upgrades::lives(subject, index, old));
    }
    lives
}

/// Installs the package.
fn install(stage: &mut Stage<'_>) -> Result<(), Halt> {
    stage.dpkg(&["-i", NEW], Success)?;
    stage.learn()
}

/// Installs the package and looks whether its services run on.
fn install_and_wait(stage: &mut Stage<'_>) -> Result<(), Halt> {
    stage.dpkg(&["-i", NEW], Success)?;
    stage.runs_on()?;
    stage.learn()
}

/// Runs dpkg where the package has to be as it was afterwards, and to run.
fn kept(stage: &mut Stage<'_>, words: &[&str]) -> Result<(), Halt> {
    stage.dpkg(words, Success)?;
    stage.services_run();
    stage.is_kept();
    Ok(())
}

/// Runs dpkg where the scripts have done their work before: what is wrong is that they cannot twice.
fn once_more(stage: &mut Stage<'_>, words: &[&str]) -> Result<(), Halt> {
    let done = stage.dpkg(words, Success);
    if let (Err(Halt::Found), Some(step)) = (&done, stage.steps.last_mut()) {
        for finding in &mut step.findings {
            if finding.tag == tags::DPKG_FAILED {
                finding.tag = tags::SCRIPT_NOT_IDEMPOTENT;
            }
        }
    }
    done?;
    stage.services_run();
    stage.is_kept();
    Ok(())
}

fn remove(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let package = stage.subject.name.clone();
    stage.dpkg(&["-r", &package], Success)?;
    stage.processes_ended();
    stage.is_kept();
    Ok(())
}

fn purge(stage: &mut Stage<'_>) -> Result<(), Halt> {
    for marker in std::mem::take(&mut stage.known.markers) {
        stage.run(&["rm", "-f", &marker])?;
    }
    stage.known.edited.clear();
    let package = stage.subject.name.clone();
    stage.dpkg(&["-P", &package], Success)?;
    stage.processes_ended();
    stage.nothing_left();
    Ok(())
}

/// Stops the services as an administrator does: scripts meet them dead.
fn stop_services(stage: &Stage<'_>) -> Result<(), SystemError> {
    let running: &BTreeSet<String> = &stage.known.running;
    for service in running {
        match stage.root.init {
            Some(Init::Systemd) => stage.run(&["systemctl", "stop", service])?,
            _ => stage.run(&[&format!("/etc/init.d/{service}"), "stop"])?,
        };
    }
    Ok(())
}
