//! Arguments, printing, exit status: the only place that prints or reads the environment.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod check;
mod commands;
mod inspection;
mod json;
mod listing;
mod messages;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

use clap::Parser;

use arguments::{Arguments, Command};
use messages::Messages;

/// Done.
const DONE: u8 = 0;
/// Failed, or findings of severity error.
const FAILED: u8 = 1;
/// Wrong usage: clap's own status.
const USAGE: u8 = 2;

/// A command that did not succeed: what is printed, and the exit status.
#[derive(Debug, Default)]
struct Failure {
    /// What goes to standard output all the same, such as the findings that made it fail.
    output: Vec<u8>,
    message: String,
    hint: Option<String>,
    status: u8,
}

impl From<reldeb::error::Error> for Failure {
    fn from(error: reldeb::error::Error) -> Self {
        Self {
            message: error.to_string(),
            hint: error.hint(),
            status: FAILED,
            ..Self::default()
        }
    }
}

/// What a command puts on standard output.
type Answer = Result<Vec<u8>, Failure>;

/// Runs the command that the process was called with.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // Everything that is not UTF-8 cannot be named in a manifest.
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    if matches!(arguments.command, Command::Build(_)) {
        survive_file_limit();
    }
    let messages = Messages::new(&arguments.global, &environment);
    let answer = match &arguments.command {
        Command::Init(init) => commands::init(init, &arguments.global, &environment, messages),
        Command::Plan(plan) => commands::plan(plan, &arguments.global, &environment, messages),
        Command::Build(build) => commands::build(build, &arguments.global, &environment, messages),
        Command::Check(check) => check::check(check, &arguments.global, &environment, messages),
        Command::Template(template) => commands::template(template),
        Command::Inspect(inspect) => commands::inspect(inspect, &arguments.global, messages),
    };
    match answer.and_then(|text| print(&text)) {
        Ok(()) => ExitCode::from(DONE),
        Err(failure) => {
            // The error at hand is the one to tell.
            let _ = print(&failure.output);
            messages.error(&failure.message, failure.hint.as_deref());
            ExitCode::from(failure.status)
        }
    }
}

/// Has a file that outgrows `ulimit -f` refused, as one that outgrows the disk is: without a handler the
/// signal ends the process without a word.
#[cfg(unix)]
fn survive_file_limit() {
    let nobody_asks = Arc::default();
    // Where it cannot be had, the signal does what it always did.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, nobody_asks);
}

#[cfg(not(unix))]
fn survive_file_limit() {}

/// Prints a result.
fn print(text: &[u8]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    let printed = output.write_all(text).and_then(|()| output.flush());
    printed.or_else(|error| unwritable(&error))
}

/// Standard output that cannot be written. A reader that has gone away (`| head`) is no failure.
fn unwritable(error: &io::Error) -> Result<(), Failure> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    Err(Failure {
        message: format!("cannot write to standard output: {error}"),
        status: FAILED,
        ..Failure::default()
    })
}
