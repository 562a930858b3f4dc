//! `reldeb init`: proposes a manifest.

use std::path::{Path, PathBuf};

use clap::Args;
use reldeb::init::{self, InitEnvironment};
use serde_json::json;

use super::git::git;
use super::session::{Answer, Environment, Session};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A rebar3, mix or Cargo project, or a release directory
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    directory: PathBuf,
}

/// Writes the manifest.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let author = author(&arguments.directory, &session.environment);
    let proposal = init::propose(&arguments.directory, &author)?;
    proposal.write()?;
    session.tell(&proposal.findings);
    let path = proposal.path.display().to_string();
    let next = &proposal.next_command;
    let document = json!({ "path": path, "next": next, "findings": proposal.findings });
    Ok(session.show(&document, || format!("{path}\nnext: {next}\n")))
}

/// Returns what the environment and git say of the author.
fn author(directory: &Path, environment: &Environment) -> InitEnvironment {
    let known = |variable: &str, key: &str| {
        environment
            .get(variable)
            .cloned()
            .filter(|value| !value.is_empty())
            .or_else(|| git(directory, &["config", "--get", key]).ok())
            .filter(|value| !value.is_empty())
    };
    InitEnvironment {
        name: known("DEBFULLNAME", "user.name"),
        email: known("DEBEMAIL", "user.email"),
    }
}
