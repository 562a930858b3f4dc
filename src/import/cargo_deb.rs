//! `reldeb import` of Cargo.toml with a section for cargo-deb.

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
        what: "a section of cargo-deb",
    })
}
