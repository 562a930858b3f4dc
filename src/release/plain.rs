//! Programs without a runtime of their own: a directory with executables, or the target directory
//! of a Cargo project.

use std::path::{Path, PathBuf};

use super::cargo;
use super::configuration::Configuration;
use super::error::ReleaseError;
use super::files::{Exclude, FileKind, Walk, is_library};
use super::kinds::{Folder, Kind};
use super::{Release, StartScript, findings, links, programs_in};
use crate::elf::{self, Header};
use crate::finding::Finding;
use crate::fs;

/// Reads a plain release. A project is not taken for one, even with executables at its top,
/// unless the manifest says so.
pub(super) fn open(
    folder: &mut Folder<'_>,
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

/// Returns the programs in `bin/` that have lost their executable bit.
fn closed_programs(path: &Path, walk: &Walk) -> Result<Vec<PathBuf>, ReleaseError> {
    let mut closed = Vec::new();
    for file in &walk.files {
        let in_bin = file.path.strip_prefix(b"bin/");
        let is_direct = in_bin.is_some_and(|name| !name.contains(&b'/') && !is_library(name));
        if !is_direct || !matches!(file.kind, FileKind::Regular { .. }) {
            continue;
        }
        let mut start = [0; elf::HEADER_SIZE];
        let length = fs::read_start(&path.join(file.relative()), &mut start)?;
        let header = elf::read_header(&start[..length]);
        if let Some(Header::Script | Header::Elf { linked: true, .. }) = header {
            closed.push(file.relative().into_owned());
        }
    }
    Ok(closed)
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
            let closed = closed_programs(path, &walk)?;
            return Err(match ReleaseError::not_executable(path, &closed) {
                Some(error) => error,
                None => not_plain(path)?,
            });
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
        seen: walk.seen,
        newest_mtime: walk.newest_mtime,
        files: walk.files,
        configuration: Configuration::default(),
    };
    said.extend(findings::leftovers(&release));
    Ok((release, said))
}
