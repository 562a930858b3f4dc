//! Arguments, printing, exit status: the only place that prints or reads the environment. Each command
//! has a file with its arguments and what it does, and a row in [`Command`].
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod build;
mod cargo;
mod check;
mod command;
mod completions;
mod diff;
mod fpm;
mod git;
mod import;
mod init;
mod inspect;
mod install;
mod manual;
mod plan;
mod progress;
#[cfg(target_os = "linux")]
mod rehearse;
mod render;
mod repo;
mod schema;
mod session;
mod signals;
mod source;
mod summary;
mod template;
mod view;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use session::{Answer, Global, Session};

/// Turns a self-contained release directory into a Debian package
#[derive(Debug, Parser)]
#[command(
    name = "reldeb",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at a project or release and write reldeb.toml
    Init(init::Arguments),
    /// Make reldeb.toml of the manifest of another tool, of a folder `debian` or of a package
    Import(import::Arguments),
    /// Show what would be built: every path, conffiles, scripts
    Plan(plan::Arguments),
    /// Write `NAME_VERSION_ARCH.deb`
    Build(build::Arguments),
    /// Build a Cargo project and its package: `cargo reldeb`
    Cargo(cargo::Arguments),
    /// Tell what a package needs on a machine, and on which releases it runs
    Check(check::Arguments),
    /// Show control file, conffiles, scripts and contents of a package
    Inspect(inspect::Arguments),
    /// Tell what an upgrade from one package to another changes on a machine
    Diff(diff::Arguments),
    /// Let a package live in throwaway systems, and tell what it leaves there
    #[cfg(target_os = "linux")]
    Rehearse(rehearse::Arguments),
    /// Keep a signed APT repository in a folder or an object store
    Repo(repo::Arguments),
    /// Build from a command line of fpm
    Fpm(fpm::Arguments),
    /// List or show the built-in templates, to replace them with `[templates]`
    Template(template::Arguments),
    /// Print the JSON schema of the manifest, for editors
    Schema(schema::Arguments),
    /// Print what a shell completes after `reldeb`
    Completions(completions::Arguments),
    /// Print a manual page, or write all
    Man(manual::Arguments),
}

impl Command {
    fn run(&self, session: &Session) -> Answer {
        match self {
            Self::Init(arguments) => init::run(arguments, session),
            Self::Import(arguments) => import::run(arguments, session),
            Self::Plan(arguments) => plan::run(arguments, session),
            Self::Build(arguments) => build::run(arguments, session),
            Self::Cargo(arguments) => cargo::run(arguments, session),
            Self::Check(arguments) => check::run(arguments, session),
            Self::Inspect(arguments) => inspect::run(arguments, session),
            Self::Diff(arguments) => diff::run(arguments, session),
            #[cfg(target_os = "linux")]
            Self::Rehearse(arguments) => rehearse::run(arguments, session),
            Self::Repo(arguments) => repo::run(arguments, session),
            Self::Fpm(arguments) => fpm::run(arguments, session),
            Self::Template(arguments) => template::run(arguments, session),
            Self::Schema(_) => Ok(schema::run()),
            Self::Completions(arguments) => Ok(completions::run(arguments, CommandLine::command())),
            Self::Man(arguments) => manual::run(arguments, CommandLine::command(), session),
        }
    }
}

/// Runs the command that the process was called with.
#[must_use]
pub fn run() -> ExitCode {
    refuse_secrets();
    let words = fpm::shielded(cargo::words(std::env::args_os()).into_iter());
    let line = CommandLine::parse_from(words);
    let session = Session::new(&line.global);
    signals::survive_file_limit();
    signals::end_without_leftovers();
    session.end(line.command.run(&session))
}

/// Ends where an argument is a secret key: what is told of arguments that do not fit shows them.
fn refuse_secrets() {
    let is_secret = |word: std::ffi::OsString| {
        let word = word.to_string_lossy();
        word.contains("BEGIN PGP PRIVATE KEY")
    };
    if std::env::args_os().any(is_secret) {
        let words = "an argument is a secret key, which all users of the machine can see: name its file, \
                     or set the variable `RELDEB_KEY`";
        let error = CommandLine::command().error(clap::error::ErrorKind::ValueValidation, words);
        error.exit();
    }
}
