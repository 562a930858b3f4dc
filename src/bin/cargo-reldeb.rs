//! `cargo reldeb` where `cargo install` has brought reldeb: starts the `reldeb` beside this program, or
//! else that of the search path.
#![allow(clippy::print_stderr)]

use std::process::{Command, ExitCode};
use std::{env, io};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1).peekable();
    // cargo gives the name of its subcommand.
    words.next_if(|word| word == "reldeb");
    let name = format!("reldeb{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().map(|own| own.with_file_name(&name));
    let program = beside.ok().filter(|beside| beside.exists());
    let mut command = Command::new(program.unwrap_or(name.into()));
    match become_it(command.arg("cargo").args(words)) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: cannot run `reldeb`: {error}");
            eprintln!("hint: `cargo install reldeb` brings both programs");
            ExitCode::FAILURE
        }
    }
}

/// Replaces the process, so that signals and the exit status are those of the other program.
#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> io::Result<ExitCode> {
    let code = command.status()?.code().unwrap_or(1);
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}
