//! The rules by which libraries are looked for, and what is done about those that a minimal system lacks.

use std::path::PathBuf;

use super::Allowed;
use crate::elf::LIBRARY_PATH;
use crate::tree::PackagePath;

/// The rules by which the libraries of a package are looked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Libraries {
    /// The folders of the package that are in `LD_LIBRARY_PATH` when its program runs.
    pub search: Vec<PackagePath>,
    /// The folder for libraries of the build machine that a minimal system lacks; `None`: they are
    /// left to `Depends`.
    pub bundle: Option<PackagePath>,
    /// The folders of the build machine that the manifest names for them.
    pub found_in: Vec<PathBuf>,
    /// The libraries that may be missing.
    pub allowed: Allowed,
    /// reldeb itself puts [`bundle`](Self::bundle) into `LD_LIBRARY_PATH`.
    pub(crate) is_exported: bool,
}

impl Libraries {
    /// Returns the variable for the program's environment.
    pub(crate) fn variable(&self) -> Option<(String, String)> {
        let folder = self.bundle.as_ref().filter(|_| self.is_exported)?;
        Some((LIBRARY_PATH.to_owned(), folder.to_string()))
    }
}
