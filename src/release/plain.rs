//! Programs without a runtime of their own: a directory with executables, or the target directory
//! of a Cargo project.

use std::path::{Path, PathBuf};

use super::cargo;
use super::configuration::Configuration;
use super::error::ReleaseError;
use super::files::{Exclude, Walk};
use super::kinds::{Folder, Kind};
use super::{Release, StartScript, findings, links, programs_in};
use crate::finding::Finding;

/// Reads a plain release. A project is not taken for one, even with executables at its top,
/// unless the manifest says so.
pub(super) fn open(
    folder: Folder<'_>,
    kind: &'static Kind,
    exclude: &mut Exclude<'_>,
) -> Result<(Release, Vec<Finding>), ReleaseError> {
    let path = folder.path;
    if let Some(project) = cargo::project_of(path, folder.project)? {
        let walk = project.walk(path, exclude)?;
        let name = project.name.clone();
        let facts = (name, project.version, project.program);
        return finish((path, kind), walk, facts, Vec::new());
    }
    let is_project = |kind: &Kind| path.join(kind.project_file).is_file();
    if !folder.certain && Kind::all().any(is_project) {
        return Err(not_plain(path)?);
    }
    let walk = Walk::new(path, exclude)?;
    let said = links::check(path, &walk.files, kind)?;
    finish((path, kind), walk, (None, None, None), said)
}

fn not_plain(path: &Path) -> Result<ReleaseError, ReleaseError> {
    findings::not_a_release(path, Kind::signs())
}

/// Makes the release of a walk, and chooses its program. The facts are name, version, and the one of
/// several programs that Cargo would run.
fn finish(
    (path, kind): (&Path, &'static Kind),
    walk: Walk,
    (name, version, preferred): (Option<String>, Option<String>, Option<String>),
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
        kind,
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
