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
    /// The manifest to write, in place of the project's `reldeb.toml`
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the JSON schema of the manifest too, and name it in the first line, which editors read
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

/// Writes the manifest.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let author = InitEnvironment {
        output: arguments.output.clone(),
        schema: arguments.schema.clone(),
        ..author(&arguments.directory, &session.environment)
    };
    let proposal = init::propose(&arguments.directory, &author)?;
    proposal.write()?;
    session.tell(&proposal.findings);
    let path = proposal.path.display().to_string();
    let next = &proposal.next_command;
    let others = proposal.others.keys();
    let mut others: Vec<String> = others.map(|path| path.display().to_string()).collect();
    let document = json!({
        "path": path, "others": others, "next": next, "findings": proposal.findings
    });
    let schema = proposal.schema.as_ref();
    others.extend(schema.map(|path| path.display().to_string()));
    let paths = [&[path.clone()][..], &others].concat().join("\n");
    Ok(session.show(&document, || format!("{paths}\nnext: {next}\n")))
}

/// Returns what the environment and git say of the author.
pub(super) fn author(directory: &Path, environment: &Environment) -> InitEnvironment {
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
        variables: environment.clone(),
        output: None,
        cargo_output: None,
        schema: None,
    }
}
