//! `reldeb rehearse`: the life of a package in throwaway systems.

mod junit;
mod text;
mod user;

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use crate::finding::Finding;
use crate::fs;
use crate::rehearse::{Init, Options, RehearseError, RootChoice, Stop, SystemError, rehearse};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::session::{Answer, Failure, Session};

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    /// The package
    #[arg(value_name = "X.deb")]
    package: PathBuf,
    /// A version to upgrade from; may be given several times
    #[arg(long, value_name = "OLD.deb")]
    from: Vec<PathBuf>,
    /// The suites of Debian to live in; default: bookworm
    #[arg(long, value_name = "SUITE,…", value_delimiter = ',', value_parser = parse_suite)]
    suite: Vec<String>,
    /// A folder or an archive of tar with a Debian system, which is only read, in place of a suite
    #[arg(long, value_name = "DIR|TAR", conflicts_with = "suite")]
    root: Vec<PathBuf>,
    /// The first process of the system; default: systemd, or the one that a root has
    #[arg(long, value_enum, value_name = "INIT,…", value_delimiter = ',')]
    init: Vec<InitChoice>,
    /// Give the package the network of this machine
    #[arg(long)]
    network: bool,
    /// The time that each call of dpkg has, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    limit: u32,
    /// The most systems that run side by side; default: as many as this machine carries
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Write the report for a CI server also to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InitChoice {
    Systemd,
    Sysv,
    None,
}

impl From<InitChoice> for Option<Init> {
    fn from(choice: InitChoice) -> Self {
        match choice {
            InitChoice::Systemd => Some(Init::Systemd),
            InitChoice::Sysv => Some(Init::Sysvinit),
            InitChoice::None => None,
        }
    }
}

/// The name becomes part of a path and of the command line of mmdebstrap.
fn parse_suite(text: &str) -> Result<String, String> {
    let is_word = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    if is_word(text) {
        Ok(text.to_owned())
    } else {
        Err("expected a code name such as `bookworm`".into())
    }
}

/// Rehearses the package: exit status 0 where all is well, 1 at findings that are errors, 2 where it
/// cannot be rehearsed.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let stop = Stop::default();
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        // The second time at once. Where neither can be had, the systems end with this process all the
        // same.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 1, Stop::clone(&stop));
        let _ = signal_hook::flag::register(signal, Stop::clone(&stop));
    }
    let options = arguments.options(session, stop)?;
    user::become_root(arguments, session)?;
    let rehearsal = rehearse(&arguments.package, &options).map_err(|error| failure(&error))?;
    let findings: Vec<Finding> = rehearsal.findings().cloned().collect();
    if let Some(path) = &arguments.junit {
        fs::replace(path, junit::of(&rehearsal).as_bytes())?;
    }
    let mut document: Value = json!(rehearsal);
    document["findings"] = json!(findings);
    let output = session.show(&document, || text::of(&rehearsal));
    session.judge(&findings, output, "")
}

fn failure(error: &RehearseError) -> Failure {
    let failure = Failure::new(error.to_string());
    let failure = match error.hint() {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    };
    match error {
        RehearseError::System(SystemError::Interrupted) => failure,
        _ => failure.of_work(),
    }
}

impl Arguments {
    fn options(&self, session: &Session, stop: Stop) -> Result<Options, Failure> {
        let mut roots: Vec<RootChoice> = Vec::new();
        roots.extend(self.suite.iter().cloned().map(RootChoice::Suite));
        roots.extend(self.root.iter().cloned().map(RootChoice::Path));
        if roots.is_empty() {
            roots.push(RootChoice::Suite("bookworm".into()));
        }
        let folder = |name: &str| {
            let value = session.environment.get(name);
            value.filter(|it| it.starts_with('/')).map(PathBuf::from)
        };
        let home = || folder("HOME").map(|home| home.join(".cache"));
        let Some(cache) = folder("XDG_CACHE_HOME").or_else(home) else {
            return Err(Failure::usage(
                "no folder for the roots of throwaway systems".into(),
                "set HOME or XDG_CACHE_HOME".into(),
            ));
        };
        Ok(Options {
            from: self.from.clone(),
            roots,
            inits: self.init.iter().map(|init| (*init).into()).collect(),
            cache: cache.join("reldeb/roots"),
            network: self.network,
            limit: Duration::from_secs(self.limit.into()),
            jobs: self.jobs,
            stop,
        })
    }
}
