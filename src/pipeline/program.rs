//! The program that `[service] program` names: one of the release, or any file of the package.

use std::path::Path;

use crate::manifest::Spanned;

use crate::error::Error;
use crate::files;
use crate::fs;
use crate::manifest::{InvalidValue, Manifest};
use crate::plan;
use crate::release::{Release, StartScript};

/// Returns the program. An absolute path that is not one of the release is looked for once all files
/// of the package are known.
pub(super) fn named(
    manifest: &Manifest,
    release: &Release,
    written: &Spanned<String>,
) -> Result<StartScript, Error> {
    let text = written.get_ref();
    if !text.starts_with('/') {
        if release.is_absent() {
            let message =
                format!("program `{text}` is a path in a release, and the package has none");
            let name = text.rsplit('/').next().unwrap_or_default();
            let hint = format!("write its path in the package, such as `/usr/bin/{name}`");
            let error = InvalidValue::new(written.span(), message, Some(hint));
            return Err(manifest.locate(error).into());
        }
        return Ok(release.program(text)?);
    }
    let path = files::path(text, written.span()).map_err(|error| manifest.locate(error))?;
    let text = path.to_string();
    if !release.is_absent() {
        let target = format!("{}/", plan::target(manifest, release)?);
        if let Some(in_release) = text.strip_prefix(&target) {
            return Ok(release.program(in_release)?);
        }
    }
    let path = fs::path_from_bytes(path.as_bytes());
    Ok(StartScript::program(Path::new(&path).to_owned()))
}
