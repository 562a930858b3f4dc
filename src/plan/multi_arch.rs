//! `Multi-Arch: same`: what two architectures of one package cannot share.

use crate::debian::{ControlFile, MultiArch};
use crate::deployment::Deployment;
use crate::manifest::{InvalidValue, Manifest};

/// Refuses a package that two architectures can have at once where they would share what only one can have.
///
/// # Errors
/// [`InvalidValue`] names it.
pub(super) fn check(
    manifest: &Manifest,
    control: &ControlFile,
    deployment: &Deployment,
) -> Result<(), InvalidValue> {
    let written = manifest.tables.package.multi_arch.as_ref();
    let (Some(written), Some(MultiArch::Same)) = (written, control.multi_arch) else {
        return Ok(());
    };
    let shared = [
        (deployment.service.is_some(), "a service"),
        (!deployment.own_units.is_empty(), "units"),
        (!deployment.purge.is_empty(), "state that a purge removes"),
    ];
    match shared.into_iter().find(|(is_there, _)| *is_there) {
        None => Ok(()),
        Some((_, what)) => {
            let message = format!(
                "multi-arch is `same`, but the package has {what}, which the packages of two architectures would \
                 take from each other"
            );
            let hint = "leave `multi-arch` out, or put the libraries into a package of their own";
            Err(InvalidValue::new(
                written.span(),
                message,
                Some(hint.to_owned()),
            ))
        }
    }
}
