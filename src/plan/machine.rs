//! The machine that the code of a package is for.

use std::collections::BTreeMap;

use super::PlanError;
use crate::elf::{self, Machines};
use crate::files::sources::Claims;
use crate::fs;
use crate::release::{Release, ReleaseError};
use crate::tree::PackagePath;

/// The machines of a package, and whether the release holds code for one.
pub(super) struct PackageMachine {
    pub(super) machine: Option<elf::Machine>,
    pub(super) is_of_release: bool,
}

/// Finds the machine that the ELF files of the release and of `[files]` are for; those count that
/// are packed. Sources that cannot be read are told of by who packs them.
pub(super) fn resolve(
    release: &Release,
    target: &PackagePath,
    claims: Claims,
) -> Result<PackageMachine, PlanError> {
    let mut of_release = release.machines.clone();
    for files in of_release.values_mut() {
        files.retain(|file| {
            let path = target.join(fs::path_bytes(file)).ok();
            let claim = path.and_then(|path| claims.get(&path));
            claim.is_none_or(|claim| claim.strength <= (target.depth(), false))
        });
    }
    of_release.retain(|_, files| !files.is_empty());
    if of_release.len() > 1 {
        return Err(ReleaseError::MixedMachines(of_release.into_iter().collect()).into());
    }
    let is_of_release = !of_release.is_empty();
    let mut machines = Machines::from(of_release);
    for (header, file) in claims.into_values().filter_map(|claim| claim.code) {
        machines.add(header, file);
    }
    let found: BTreeMap<_, _> = machines.finish();
    if found.len() > 1 {
        return Err(PlanError::MixedMachines(found.into_iter().collect()));
    }
    Ok(PackageMachine {
        machine: found.into_keys().next(),
        is_of_release,
    })
}
