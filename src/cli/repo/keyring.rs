//! `reldeb repo keyring`: the package by which machines know a repository.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::pipeline;
use crate::plan::BuildOptions;
use crate::repo::keyring::Keyring;
use clap::Args;
use jiff::Timestamp;

use super::super::session::{Answer, Environment, Failure, Session};
use super::super::{build, init, source};
use super::about::Named;

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// The version, which must grow [default: the time, such as 2026.11.29.193000]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// The maintainer, as `Name <address>` [default: that of the environment or git]
    #[arg(long, value_name = "MAINTAINER")]
    maintainer: Option<String>,
    /// Write the package to a file or folder [default: the current folder]
    #[arg(short, long, value_name = "PATH", default_value = "./")]
    output: PathBuf,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let store = arguments.named.place.open(&session.environment)?;
    let about = arguments.named.about(&*store, session)?;
    let epoch = source::source_date_epoch(&session.environment)?;
    let keyring = Keyring {
        name: about.name.clone(),
        version: arguments.version.clone().unwrap_or_else(|| of_time(epoch)),
        maintainer: maintainer(arguments, session)?,
        keys: about.keys.clone(),
        sources: arguments.named.source(&about)?,
    };
    let failed =
        |error: std::io::Error| Failure::new(format!("cannot make a temporary folder: {error}"));
    let folder = tempfile::tempdir().map_err(failed)?;
    let text = keyring
        .write(folder.path())
        .map_err(|error| Failure::new(error.to_string()))?;
    let path = folder.path().join("reldeb.toml");
    let manifests = Manifest::parse(path, text, None, &Environment::default())?;
    let options = BuildOptions {
        output: Some(arguments.output.clone().into()),
        source_date_epoch: epoch,
        ..BuildOptions::default()
    };
    let prepared = pipeline::prepare(&manifests, &options)?;
    let mut findings: Vec<Finding> = prepared.findings().cloned().collect();
    session.tell(&findings);
    prepared.refuse_to_replace()?;
    let built = prepared.build(None)?;
    findings.extend(built.iter().flat_map(|it| it.findings.clone()));
    let document = build::document(&built, &findings);
    Ok(session.show(&document, || {
        let lines = built.iter().map(|it| {
            format!(
                "{}\n",
                it.path.strip_prefix(".").unwrap_or(&it.path).display()
            )
        });
        lines.collect()
    }))
}

fn maintainer(arguments: &Arguments, session: &Session) -> Result<String, Failure> {
    let known = || init::author(Path::new("."), &session.environment).maintainer();
    arguments.maintainer.clone().or_else(known).ok_or_else(|| {
        Failure::usage(
            "no maintainer for the package of the keys".into(),
            "name one with `--maintainer 'Name <address>'`, or set DEBFULLNAME and DEBEMAIL".into(),
        )
    })
}

/// Returns a version that grows with the time.
fn of_time(epoch: Option<u64>) -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = epoch.unwrap_or_else(|| since.map_or(0, |it| it.as_secs()));
    let time = i64::try_from(seconds).ok();
    let time = time.and_then(|it| Timestamp::from_second(it).ok());
    time.map_or_else(
        || seconds.to_string(),
        |time| time.strftime("%Y.%m.%d.%H%M%S").to_string(),
    )
}
