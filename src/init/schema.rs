//! The schema of the manifest beside it, for editors.

use std::path::Path;

use super::InitError;
use super::paths::from_manifest;
use crate::manifest;

/// Returns the text of the schema.
pub(super) fn text() -> String {
    format!("{:#}\n", manifest::schema())
}

/// Returns the line by which editors find the schema of a manifest.
pub(super) fn line(manifest: &Path, schema: &Path) -> Result<String, InitError> {
    let folder = schema.parent().unwrap_or(Path::new(""));
    let name = schema.file_name().unwrap_or_default();
    let path = from_manifest(manifest, folder)?.join(name);
    let path = path.to_string_lossy();
    // A relative path is one to editors only where it looks like one.
    let here = if path.starts_with(['.', '/']) {
        ""
    } else {
        "./"
    };
    Ok(format!("#:schema {here}{path}\n"))
}
