//! `reldeb rehearse`: the life of a package in throwaway systems, and what it leaves there.

mod findings;
mod life;
mod report;
mod root;
mod services;
mod stage;
mod subject;
mod system;

use std::path::PathBuf;
use std::time::Duration;

pub use report::{Rehearsal, Run, ServiceState, Step};
pub use root::RootChoice;
pub use system::*;

use crate::deb::{ArchiveError, Deb};
use root::Root;
use stage::{Halt, Stage};
use subject::Subject;

/// The choices of a rehearsal.
#[derive(Debug)]
pub struct Options {
    /// The packages to upgrade from.
    pub from: Vec<PathBuf>,
    /// The systems.
    pub roots: Vec<RootChoice>,
    /// The first processes; `None` for a system without. Empty: the one that a root has.
    pub inits: Vec<Option<Init>>,
    /// The folder of kept roots.
    pub cache: PathBuf,
    /// Gives the package the network of this machine.
    pub network: bool,
    /// The time that each command has.
    pub limit: Duration,
    /// Ends the rehearsal.
    pub stop: Stop,
}

/// A rehearsal that could not be held.
#[derive(Debug, thiserror::Error)]
pub enum RehearseError {
    /// A package cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The throwaway system failed, not the package.
    #[error(transparent)]
    System(#[from] SystemError),
    /// A root lacks what the package depends on.
    #[error("the root has nothing for `{relations}`, which the package depends on")]
    Lacks {
        /// The relations.
        relations: String,
    },
    /// Another package is to be upgraded from.
    #[error("`{old}` is package `{other}`, expected an earlier `{package}`")]
    OtherPackage {
        /// The file.
        old: String,
        /// The name of its package.
        other: String,
        /// The name of the package that is rehearsed.
        package: String,
    },
}

impl RehearseError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Archive(error) => error.hint(),
            Self::System(error) => error.hint(),
            Self::Lacks { .. } => Some("install it in that root, or leave `--root` out".into()),
            Self::OtherPackage { .. } => None,
        }
    }
}

/// Lets packages live in throwaway systems, and returns what was seen.
///
/// # Errors
/// [`RehearseError`] where a package cannot be read or a system cannot be had; what a package does is
/// no error, but a finding.
pub fn rehearse(
    package: impl Into<PathBuf>,
    options: &Options,
) -> Result<Rehearsal, RehearseError> {
    let subject = Subject::read(&Deb::open(package)?)?;
    let mut olds = Vec::new();
    for path in &options.from {
        let old = Subject::read(&Deb::open(path)?)?;
        if old.name != subject.name {
            return Err(RehearseError::OtherPackage {
                old: path.display().to_string(),
                other: old.name,
                package: subject.name,
            });
        }
        olds.push(old);
    }
    let mut runs = Vec::new();
    for choice in &options.roots {
        for init in root::inits(&options.inits) {
            let root = Root::provide(choice, init, &subject, &olds, options)?;
            runs.push(run(&root, &subject, &olds, options)?);
        }
    }
    Ok(Rehearsal {
        package: subject.name,
        version: subject.version,
        architecture: subject.architecture,
        runs,
    })
}

/// Lets the package live in one kind of system.
fn run(
    root: &Root,
    subject: &Subject,
    olds: &[Subject],
    options: &Options,
) -> Result<Run, RehearseError> {
    let mut run = Run::of(root);
    let mut stage = Stage::open(root, subject, None, options)?;
    let ended = life::from_install_to_purge(&mut stage);
    close(stage, ended, &mut run)?;
    for old in olds {
        let mut stage = Stage::open(root, subject, Some(old), options)?;
        let ended = life::upgrade(&mut stage, old);
        close(stage, ended, &mut run)?;
    }
    Ok(run)
}

/// Takes over what was seen, whether or not it went to its end.
fn close(stage: Stage<'_>, ended: Result<(), Halt>, run: &mut Run) -> Result<(), SystemError> {
    run.take(stage.steps, stage.accounts_left);
    match ended {
        Ok(()) | Err(Halt::Found) => Ok(()),
        Err(Halt::System(error)) => Err(error),
    }
}
