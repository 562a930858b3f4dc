//! `reldeb cargo`, called as `cargo reldeb`: builds a Cargo project and its packages.

mod output;
mod project;
mod proposal;
mod wanted;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::manifest::{Manifest, ManifestError};
use clap::Args;

use super::build::{self, Writing};
use super::session::{Answer, Failure, Session};
use super::source::BuildSettings;
use project::{Building, Project};

/// The name that makes a program a subcommand of cargo.
const NAME: &str = "cargo-reldeb";
/// The name of the manifest.
const MANIFEST: &str = "reldeb.toml";

#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    override_usage = "cargo reldeb [OPTIONS] [PACKAGE]... [-- <ARGUMENT>...]"
)]
pub(super) struct Arguments {
    /// The packages of reldeb's manifest; default: all
    #[arg(value_name = "PACKAGE")]
    packages: Vec<String>,
    #[command(flatten)]
    building: Building,
    /// reldeb's manifest, or the folder it lies in; default: that of the Cargo package, or else what
    /// `reldeb init` proposes
    #[arg(short, long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    settings: BuildSettings,
    #[command(flatten)]
    writing: Writing,
}

/// Returns the words that a process was called with, as `reldeb cargo …` where it was called by cargo.
pub(super) fn words(called: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut words = called.peekable();
    let program = words.next();
    let is_called_by_cargo = program
        .as_ref()
        .is_some_and(|program| Path::new(program).file_stem() == Some(NAME.as_ref()));
    let command = is_called_by_cargo.then(|| {
        // cargo gives the name of its subcommand.
        words.next_if(|word| word == "reldeb");
        "cargo".into()
    });
    program.into_iter().chain(command).chain(words).collect()
}

/// Builds the project, and writes its packages.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let building = &arguments.building;
    let project = Project::find(building, &session.environment)?;
    // Before the build, which takes its time.
    let written = arguments.written(&project, session)?;
    if written.is_none() {
        proposal::refuse(arguments, &project)?;
    }
    let wanted = wanted::table(written.as_deref().unwrap_or_default())?;
    let built = building.with(&wanted).build(&project, session)?;
    let (mut manifests, findings) = match written {
        Some(manifests) => (manifests, Vec::new()),
        None => proposal::manifests(arguments, &project, &built, session)?,
    };
    for manifest in &mut manifests {
        output::take(manifest, &project, &built, &session.environment)?;
        if manifest.tables.build.output.is_none() && !arguments.settings.has_output() {
            output::beside(manifest, &project.target)?;
        }
    }
    let prepared = arguments
        .settings
        .prepare(&manifests, None, &session.environment)
        // An error may be about a manifest that nobody has seen.
        .inspect_err(|_| session.tell(&findings))?;
    build::write(&prepared, findings, &arguments.writing, session)
}

impl Arguments {
    /// Returns the manifest that is named, or that of the project, or the `reldeb.toml` of its workspace.
    fn written(
        &self,
        project: &Project,
        session: &Session,
    ) -> Result<Option<Vec<Manifest>>, Failure> {
        let read = |path: &Path| {
            let packages = &self.packages;
            self.settings.read(path, packages, &session.environment)
        };
        if let Some(manifest) = &self.manifest {
            return Ok(Some(read(manifest)?));
        }
        match read(&project.directory) {
            Err(ManifestError::NotFound { .. } | ManifestError::NoCargoMetadata { .. }) => {}
            manifests => return Ok(Some(manifests?)),
        }
        let shared = project.workspace.join(MANIFEST);
        Ok(shared.is_file().then(|| read(&shared)).transpose()?)
    }
}
