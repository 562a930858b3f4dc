//! Programs that are their own start script.

use super::{Kind, NOTHING};
use crate::release::plain;

/// A program of any other kind.
pub static PLAIN: Kind = Kind {
    name: "plain",
    word: "plain",
    sign: "an executable in `bin/` or at the top",
    recognises: |_| Ok(true),
    open: plain::open,
    project_file: "Cargo.toml",
    build_command: |_| "cargo build --release".to_owned(),
    built: Some("target/release"),
    description: "The program comes with all files of its own, below /opt.",
    environment: &[("HOME", "STATE")],
    has_commands: true,
    takes_any_argument: true,
    reloads_by_signal: true,
    ..NOTHING
};
