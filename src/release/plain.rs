//! Programs without a runtime of their own: a directory with executables, or the target directory
//! of a Cargo project.

use std::path::{Path, PathBuf};

use super::cargo;
use super::configuration::Configuration;
use super::erlang::START_ERL_DATA;
use super::error::ReleaseError;
use super::files::{Exclude, Walk};
use super::{Release, ReleaseKind, StartScript, findings, links, programs_in};
use crate::finding::Finding;

/// The files at the top of a project that its release has not.
const PROJECT_FILES: &[&str] = &["rebar.config", "mix.exs", "Cargo.toml"];

/// Reads a plain release. A project is not taken for one, even with executables at its top,
/// unless the manifest says so (`certain`).
pub(super) fn open(
    path: &Path,
    certain: bool,
    project: Option<&Path>,
    exclude: &mut Exclude<'_>,
) -> Result<(Release, Vec<Finding>), ReleaseError> {
    if let Some(project) = cargo::project_of(path, project)? {
        let walk = project.walk(path, exclude)?;
        let name = project.name.clone();
        return finish(
            path,
            walk,
            name,
            project.version,
            project.program,
            Vec::new(),
        );
    }
    if !certain && PROJECT_FILES.iter().any(|name| path.join(name).is_file()) {
        return Err(not_plain(path)?);
    }
    let walk = Walk::new(path, exclude)?;
    let said = links::check(path, &walk.files, false)?;
    finish(path, walk, None, None, None, said)
}

fn not_plain(path: &Path) -> Result<ReleaseError, ReleaseError> {
    let looked_for =
        format!("`{START_ERL_DATA}` (relx, mix) and an executable in `bin/` or at the top (plain)");
    findings::not_a_release(path, looked_for)
}

/// Makes the release of a walk, and chooses its program. `preferred` names the one of several
/// that Cargo would run.
fn finish(
    path: &Path,
    walk: Walk,
    name: Option<String>,
    version: Option<String>,
    preferred: Option<String>,
    mut said: Vec<Finding>,
) -> Result<(Release, Vec<Finding>), ReleaseError> {
    let mut programs = programs_in(&walk.programs, b"bin");
    if programs.is_empty() {
        programs = programs_in(&walk.programs, b"");
    }
    said.extend(findings::foreign(&walk));
    let program = match &programs[..] {
        [] if walk.foreign.is_empty() => {
            return Err(not_plain(path)?);
        }
        [only] => Some(only.clone()),
        several => {
            let wanted = preferred.map(PathBuf::from);
            several
                .iter()
                .find(|p| p.file_name() == wanted.as_ref().map(|w| w.as_os_str()))
                .cloned()
        }
    };
    let name = name.or_else(|| {
        let program = program.as_ref()?;
        Some(program.file_name()?.to_string_lossy().into_owned())
    });
    let release = Release {
        path: path.to_owned(),
        kind: ReleaseKind::Plain,
        name,
        version,
        erts: None,
        otp_version: None,
        applications: Vec::new(),
        version_directory: None,
        start_script: program.map(StartScript::program),
        programs,
        machines: walk.machines,
        newest_mtime: walk.newest_mtime,
        files: walk.files,
        configuration: Configuration::default(),
    };
    said.extend(findings::leftovers(&release));
    Ok((release, said))
}
