//! The judgement of this machine's programs on what is rendered: sh(1) of all shell,
//! systemd-analyze(1) of a unit that the author changes. Nothing is run.

mod own_units;
mod shell;
mod unit;

pub(crate) use own_units::check_own_units;
pub(crate) use shell::ShellError;
pub(crate) use shell::check_shell;
pub(crate) use unit::check_unit;
