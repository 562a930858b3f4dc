//! `[release] configuration`.

use std::path::PathBuf;

use crate::fs;
use crate::manifest::{InvalidValue, Tables};
use crate::release::{FileKind, Release};

/// Returns the files of `[release] configuration` below `releases/VERSION`, by their path in the release.
pub(super) fn resolve(tables: &Tables, release: &Release) -> Result<Vec<PathBuf>, InvalidValue> {
    let mut found = Vec::new();
    for name in &tables.release.configuration {
        let directory = release.version_directory.clone().unwrap_or_default();
        let path = directory.join(name.get_ref());
        let is_file = release
            .file(&fs::path_bytes(&path))
            .is_some_and(|file| matches!(file.kind, FileKind::Regular { .. }));
        if name.get_ref().contains('/') || !is_file {
            let place = if directory.as_os_str().is_empty() {
                ".".into()
            } else {
                directory
            };
            let message = format!("`{}` is no file in `{}`", name.get_ref(), place.display());
            let hint = "write names such as `vm.args`, `sys.config` or `runtime.exs`".to_owned();
            return Err(InvalidValue::new(name.span(), message, Some(hint)));
        }
        found.push(path);
    }
    Ok(found)
}
