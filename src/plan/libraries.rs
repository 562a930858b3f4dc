//! The folders in which the loader finds the libraries of the package, and the sources of
//! libraries that a minimal system lacks.

use super::PlanError;
use crate::audit::{Allowed, Libraries};
use crate::elf::LIBRARY_PATH;
use crate::manifest::{InvalidValue, Manifest, ServiceTable, Tables};
use crate::release::{Release, StartScript};
use crate::tree::PackagePath;
use crate::{files, fs};

/// The folder for bundled libraries of a release that has none of its own.
const FOLDER: &str = "bundled-libraries";

/// Decides where libraries are looked for.
pub(super) fn resolve(
    manifest: &Manifest,
    release: &Release,
    script: Option<&StartScript>,
    target: &PackagePath,
) -> Result<Libraries, PlanError> {
    let table = &manifest.tables.release;
    let default = ServiceTable::default();
    let service = manifest.tables.service.as_ref().unwrap_or(&default);
    let mut libraries = Libraries {
        found_in: table
            .library_path
            .iter()
            .map(|folder| manifest.resolve(folder.get_ref()))
            .collect(),
        allowed: allowed(&manifest.tables)?,
        ..Libraries::default()
    };
    // The scripts of relx add the `lib` of ERTS to the variable themselves.
    let of_script = match (script, &release.erts) {
        (Some(script), Some(erts)) if script.sets_library_path => {
            let folder = erts.directory.join("lib");
            target.join(fs::path_bytes(&folder)).ok()
        }
        _ => None,
    };
    libraries.search.extend(of_script.clone());
    let written = service.environment.get(LIBRARY_PATH);
    if let Some(value) = written {
        let folders = value.get_ref().as_str().split(':');
        for folder in folders.filter(|folder| folder.starts_with('/')) {
            libraries.search.push(files::path(folder, value.span())?);
        }
    }
    if !table.bundle_libraries.unwrap_or(false) {
        return Ok(libraries);
    }
    let folder = match of_script {
        Some(folder) => folder,
        None => target
            .join(FOLDER)
            .map_err(|error| PlanError::FromRelease {
                message: error.to_string(),
                hint: "write a shorter `target` below `[release]`".into(),
            })?,
    };
    if !libraries.search.contains(&folder) {
        if let Some(value) = written {
            let message = format!("`{LIBRARY_PATH}` leaves out the folder of `bundle-libraries`");
            let hint = format!("add `{folder}` to it");
            return Err(InvalidValue::new(value.span(), message, Some(hint)).into());
        }
        // Without a program nothing is there to set the variable for.
        libraries.is_exported = script.is_some();
        libraries
            .search
            .extend(script.is_some().then(|| folder.clone()));
    }
    libraries.bundle = Some(folder);
    Ok(libraries)
}

fn allowed(tables: &Tables) -> Result<Allowed, PlanError> {
    let mut allowed = Allowed::default();
    for pattern in &tables.release.allow_missing_libraries {
        allowed.add(pattern.get_ref()).map_err(|reason| {
            let message = format!("invalid pattern `{}`: {reason}", pattern.get_ref());
            InvalidValue::new(pattern.span(), message, None)
        })?;
    }
    Ok(allowed)
}
