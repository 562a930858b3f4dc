//! `reldeb template`: the built-in templates.

use crate::template::Templates;
use clap::{Args, Subcommand};

use super::session::{Answer, Session};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Name all built-in templates
    List,
    /// Print one
    Show {
        /// Its name, such as `systemd/unit.service`
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// Names the templates, or prints one.
pub(super) fn run(arguments: &Arguments, _session: &Session) -> Answer {
    let templates = Templates::builtin();
    match &arguments.action {
        Action::List => Ok(templates
            .names()
            .flat_map(|name| format!("{name}\n").into_bytes())
            .collect()),
        Action::Show { name } => Ok(templates.source(name)?.as_bytes().to_vec()),
    }
}
