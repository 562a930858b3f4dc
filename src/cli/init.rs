//! `reldeb init`: proposes a manifest.

use std::path::{Path, PathBuf};

use crate::fs;
use crate::init::ci::{CiFiles, CiServer};
use crate::init::{self, InitEnvironment, InitError, Proposal};
use clap::{Args, ValueEnum};
use serde_json::json;

use super::git::{git, shows};
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
    /// Write the files by which a CI server builds and publishes the packages, too; where there is a manifest,
    /// these alone
    #[arg(long, value_name = "SERVER", value_enum)]
    ci: Option<Server>,
}

/// A CI server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Server {
    /// A workflow of GitHub
    Github,
    /// A pipeline of GitLab
    Gitlab,
    /// A Makefile
    Make,
}

impl Server {
    fn files(self, arguments: &Arguments) -> Result<CiFiles, InitError> {
        let server = match self {
            Self::Github => CiServer::Github,
            Self::Gitlab => CiServer::Gitlab,
            Self::Make => CiServer::Make,
        };
        CiFiles::propose(
            &arguments.directory,
            arguments.output.as_deref(),
            server,
            default_branch(&arguments.directory).as_deref(),
        )
    }
}

/// Returns the branch that git has as the default of `origin`.
fn default_branch(directory: &Path) -> Option<String> {
    let words = ["symbolic-ref", "--short", "refs/remotes/origin/HEAD"];
    let branch = git(directory, &words).ok()?;
    Some(branch.strip_prefix("origin/")?.to_owned())
}

/// Writes the manifest.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let author = InitEnvironment {
        output: arguments.output.clone(),
        schema: arguments.schema.clone(),
        ..author(&arguments.directory, &session.environment)
    };
    let is_there = || fs::symlink_metadata(&arguments.directory.join(init::MANIFEST)).is_ok();
    // A manifest that is there needs no project beside it, and what lies beside it is no release.
    let proposal = if arguments.ci.is_some() && arguments.output.is_none() && is_there() {
        Err(InitError::Exists(arguments.directory.join(init::MANIFEST)))
    } else {
        init::propose(&arguments.directory, &author)
    };
    let Some(server) = arguments.ci else {
        let proposal = proposal?;
        proposal.write()?;
        return Ok(told(&proposal, None, session));
    };
    let files = server.files(arguments)?;
    match proposal {
        Ok(proposal) => {
            files.expect_new()?;
            proposal.write()?;
            files.write()?;
            Ok(told(&proposal, Some(&files), session))
        }
        Err(InitError::Exists(_) | InitError::ExistsInCargo(_)) if arguments.output.is_none() => {
            files.write()?;
            Ok(told_alone(&files, session))
        }
        Err(error) => Err(error.into()),
    }
}

/// Tells what was written.
fn told(proposal: &Proposal, ci: Option<&CiFiles>, session: &Session) -> Vec<u8> {
    session.tell(&proposal.findings);
    let path = proposal.path.display().to_string();
    let next = &proposal.next_command;
    let others = proposal.others.keys();
    let mut others: Vec<String> = others.map(|path| path.display().to_string()).collect();
    others.extend(ci.into_iter().flat_map(paths));
    let document = json!({
        "path": path, "others": others, "next": next, "findings": proposal.findings
    });
    let schema = proposal.schema.as_ref();
    others.extend(schema.map(|path| path.display().to_string()));
    let paths = [&[path.clone()][..], &others].concat().join("\n");
    let include = ci.map(included).unwrap_or_default();
    session.show(&document, || format!("{paths}\n{include}next: {next}\n"))
}

/// Tells which files for a CI server were written beside a manifest that is there.
fn told_alone(files: &CiFiles, session: &Session) -> Vec<u8> {
    let written: Vec<String> = paths(files).collect();
    let next = format!("git add {}", written.join(" "));
    let document = json!({ "path": null, "others": written, "next": next, "findings": [] });
    session.show(&document, || {
        if written.is_empty() {
            return "all files are there already\n".to_owned();
        }
        format!("{}\n{}next: {next}\n", written.join("\n"), included(files))
    })
}

fn paths(files: &CiFiles) -> impl Iterator<Item = String> {
    files
        .files
        .iter()
        .map(|(path, _)| path.display().to_string())
}

/// Returns the lines that belong into files that were there before.
fn included(files: &CiFiles) -> String {
    let include = files.include.as_ref();
    let mut lines =
        include.map_or_else(String::new, |line| format!("into .gitlab-ci.yml: {line}\n"));
    if shows(&files.folder, "dist/packages") {
        lines.push_str("into .gitignore: dist/\n");
    }
    lines
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
