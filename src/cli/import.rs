//! `reldeb import`: makes a manifest of another tool's.

use std::path::{Path, PathBuf};

use crate::import::{self, ImportEnvironment};
use clap::Args;
use serde_json::json;

use super::init::author;
use super::progress::Bytes;
use super::session::{Answer, Session};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A Cargo.toml, nfpm.yaml, .goreleaser.yaml, folder `debian` or package; by default the one in
    /// the current folder
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The manifest to write, in place of the project's `reldeb.toml`
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the manifest.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let file = arguments.file.as_deref();
    let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let environment = ImportEnvironment {
        maintainer: author(folder, &session.environment).maintainer(),
        variables: session.environment.clone(),
        output: arguments.output.clone(),
    };
    let work = || import::import(file, &environment);
    let imported = session.watch("reading", &Bytes::default(), work)?;
    imported.write()?;
    session.tell(&imported.findings);
    let path = imported.path.display().to_string();
    let next = &imported.next_command;
    let others = imported.folder().into_iter();
    let others = others.chain(imported.others.keys().map(PathBuf::as_path));
    let others: Vec<String> = others.map(|path| path.display().to_string()).collect();
    let document = json!({
        "path": path, "others": others, "next": next, "findings": imported.findings
    });
    let paths = [&[path.clone()][..], &others].concat().join("\n");
    Ok(session.show(&document, || format!("{paths}\nnext: {next}\n")))
}
