//! `SystemError`: a throwaway system that cannot be made, started or told something.

use std::path::PathBuf;
use std::time::Duration;

use crate::fs::FsError;

/// A failure of a throwaway system, not of what runs in it.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// A file of this machine could not be read or written.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// A program of this machine is missing.
    #[error("`{program}` is missing, which throwaway systems need")]
    Missing {
        /// The program.
        program: &'static str,
        /// The package of Debian with it.
        package: &'static str,
    },
    /// This machine lets the user make no namespaces.
    #[error("cannot make namespaces, which throwaway systems live in: {reason}")]
    Namespaces {
        /// The words of the program that tried.
        reason: String,
        /// A way to be let.
        hint: String,
    },
    /// A program of this machine could not be run.
    #[error("cannot run `{program}`: {reason}")]
    Program {
        /// The program.
        program: &'static str,
        /// The reason of the operating system.
        reason: std::io::Error,
    },
    /// There is no mirror of Debian to make a root from.
    #[error("no root for suite `{suite}` can be made: {reason}")]
    NoMirror {
        /// The suite.
        suite: String,
        /// The reason.
        reason: String,
    },
    /// Nothing on the mirror is what a package depends on.
    #[error("suite `{suite}` has nothing for `{relations}`")]
    Unsatisfied {
        /// The suite.
        suite: String,
        /// The relations.
        relations: String,
        /// The words of apt.
        log: String,
    },
    /// A root could not be made.
    #[error("cannot make a root for suite `{suite}`:\n{log}")]
    Root {
        /// The suite.
        suite: String,
        /// The last lines of the program that makes it.
        log: String,
    },
    /// A folder or archive is not the root of a Debian system.
    #[error("cannot use `{}` as a root: {reason}", path.display())]
    NotARoot {
        /// The folder or archive.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A system did not come up.
    #[error("the throwaway system does not start:\n{log}")]
    Start {
        /// The last lines that it wrote.
        log: String,
    },
    /// A command did not end, though it was told to.
    #[error("`{command}` did not end within {} s, nor when it was told to", limit.as_secs())]
    Endless {
        /// The command.
        command: String,
        /// The time that it had.
        limit: Duration,
    },
    /// A command wrote more than anybody would read.
    #[error("`{command}` wrote more than {limit} bytes")]
    Chatty {
        /// The command.
        command: String,
        /// The bytes that it may write.
        limit: u64,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl SystemError {
    /// Returns whether this machine cannot have such a system at all, so that there is nothing to be
    /// learned from it.
    #[must_use]
    pub fn is_inability(&self) -> bool {
        matches!(
            self,
            Self::Missing { .. } | Self::Namespaces { .. } | Self::NoMirror { .. }
        )
    }

    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fs(error) => error.hint(),
            Self::Missing { package, .. } => Some(format!("`apt install {package}`, as root")),
            Self::Namespaces { hint, .. } => Some(hint.clone()),
            Self::NoMirror { .. } => Some(
                "name a root of your own with `--root`, or run it on Debian with a network".into(),
            ),
            Self::Unsatisfied { log, .. } => Some(format!(
                "give a root that has it with `--root`; apt says: {log}"
            )),
            Self::NotARoot { .. } => Some(
                "name a folder or an archive of tar with a whole Debian system, as `mmdebstrap` \
                 makes one"
                    .into(),
            ),
            Self::Endless { .. } | Self::Chatty { .. } => {
                Some("the system was ended; look at the scripts of the package".into())
            }
            Self::Program { .. } | Self::Root { .. } | Self::Start { .. } | Self::Interrupted => {
                None
            }
        }
    }
}

/// Returns the last lines of a program's words.
pub(super) fn last_lines(log: &str, most: usize) -> String {
    let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(most)..].join("\n")
}
