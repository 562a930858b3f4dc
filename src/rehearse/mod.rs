//! `reldeb rehearse`: the life of a package in throwaway systems, and what it leaves there.

mod faults;
mod findings;
mod lives;
mod report;
mod root;
mod services;
mod side_by_side;
mod stage;
mod subject;
mod system;

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

pub use report::{NotDone, Rehearsal, Run, ServiceState, Step};
pub use root::RootChoice;
pub use system::*;

use crate::deb::{ArchiveError, Deb};
use faults::Kit;
use root::Root;
use stage::Cast;
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
    /// The most systems that run side by side; `None`: as many as this machine carries.
    pub jobs: Option<NonZero<usize>>,
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
    let kit = Kit::make(&subject, &olds)?;
    let cast = Cast {
        subject: &subject,
        olds: &olds,
        kit: &kit,
    };
    let mut runs = Vec::new();
    for choice in &options.roots {
        for init in root::inits(&options.inits)? {
            let root = Root::provide(choice, init, &subject, &olds, options)?;
            runs.push(side_by_side::run(&root, &cast, options)?);
        }
    }
    Ok(Rehearsal {
        package: subject.name,
        version: subject.version,
        architecture: subject.architecture,
        runs,
    })
}
