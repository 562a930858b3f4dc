//! `reldeb import` of nfpm.

use std::path::Path;

use super::{ImportEnvironment, ImportError, Place, Reading};

/// Reads it.
pub(super) fn read(
    path: &Path,
    _place: &Place,
    _environment: &ImportEnvironment,
) -> Result<Reading, ImportError> {
    Err(ImportError::NotYet {
        path: path.to_owned(),
        what: "a package",
    })
}

/// Reads it.
pub(super) fn read_goreleaser(
    path: &Path,
    place: &Place,
    environment: &ImportEnvironment,
) -> Result<Reading, ImportError> {
    read(path, place, environment)
}
