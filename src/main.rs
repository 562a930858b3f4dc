//! The `reldeb` command: reads the environment, runs a command, prints, exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    reldeb::cli::run()
}
