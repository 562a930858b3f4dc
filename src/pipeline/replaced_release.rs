//! `--release`: a directory in the place of the one that a manifest names.

use std::path::PathBuf;

use crate::manifest::Manifest;
use crate::plan::{BuildOptions, PlanError};

/// Returns the directory of the release: the caller's, or else that of the manifest. A package of
/// several that names none has none.
pub(super) fn directory(manifest: &Manifest, options: &BuildOptions) -> Option<PathBuf> {
    let written = manifest.tables.release.path.as_ref();
    match &options.release {
        Some(given) if written.is_some() || manifest.packages.is_empty() => Some(given.clone()),
        _ => Some(manifest.resolve(written?.get_ref())),
    }
}

/// Checks that it is plain which release of several packages the caller's directory replaces.
pub(super) fn check(manifests: &[Manifest], options: &BuildOptions) -> Result<(), PlanError> {
    let listed = |manifest: &&Manifest| !manifest.packages.is_empty();
    let Some(first) = manifests.first().filter(listed) else {
        return Ok(());
    };
    if options.release.is_none() {
        return Ok(());
    }
    let path = |manifest: &Manifest| {
        let written = manifest.tables.release.path.as_ref()?;
        Some(written.get_ref().clone())
    };
    let with_release: Vec<&Manifest> = manifests.iter().filter(|it| path(it).is_some()).collect();
    let names = with_release.iter().filter_map(|manifest| {
        let name = manifest.tables.package.name.as_ref()?;
        Some(name.get_ref().0.clone())
    });
    let manifest = first.path().to_owned();
    match &with_release[..] {
        [] => Err(PlanError::NothingToReplace { manifest }),
        [one, others @ ..] if others.iter().any(|it| path(it) != path(one)) => {
            Err(PlanError::SeveralToReplace {
                manifest,
                packages: names.collect(),
            })
        }
        _ => Ok(()),
    }
}
