//! The check that the service's program is in the package and can be run, where it is none of the
//! release.

use super::PopulateError;
use crate::plan::PackagePlan;
use crate::tree::{Kind, Tree};

/// Checks the program.
///
/// # Errors
/// [`PopulateError::Program`] where it is no executable file of the package. A link may lead to a file
/// of another package.
pub(super) fn check(plan: &PackagePlan, tree: &Tree) -> Result<(), PopulateError> {
    let program = plan.deployment.program.as_ref();
    let Some(program) = program.filter(|program| !program.is_of_release) else {
        return Ok(());
    };
    let found = match tree
        .get(&program.path)
        .map(|entry| (&entry.kind, entry.mode))
    {
        Some((Kind::Symlink { .. }, _)) => return Ok(()),
        Some((Kind::Regular { .. }, mode)) if mode & 0o111 != 0 => return Ok(()),
        Some((Kind::Regular { .. }, _)) => "is not executable",
        Some(_) => "is a directory",
        None => "is not in the package",
    };
    Err(PopulateError::Program {
        path: program.path.clone(),
        found,
    })
}
