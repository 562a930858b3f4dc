//! The `reldeb` command: reads the environment, runs a command, prints, exits.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
