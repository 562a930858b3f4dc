//! A package without a release: all its files are those of `[files]`. The Cargo project around the
//! manifest, where there is one, gives its name and version.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::configuration::Configuration;
use super::kinds::ABSENT;
use super::{Release, ReleaseError, cargo};
use crate::debian::PackageName;
use crate::elf::SeenFiles;

impl Release {
    /// Returns what stands in the place of a release where there is none: no files, and neither name
    /// nor version.
    #[must_use]
    pub fn absent() -> Self {
        Self {
            path: PathBuf::new(),
            kind: &ABSENT,
            name: None,
            version: None,
            erts: None,
            otp_version: None,
            applications: Vec::new(),
            version_directory: None,
            start_script: None,
            programs: Vec::new(),
            machines: BTreeMap::new(),
            seen: SeenFiles::default(),
            newest_mtime: 0,
            files: Vec::new(),
            configuration: Configuration::default(),
        }
    }

    /// Returns whether there is no release.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.kind == &ABSENT
    }

    /// Takes name and version from the Cargo package of a directory, or of one above it. Of several
    /// packages it is that which the manifest names.
    ///
    /// # Errors
    /// [`ReleaseError::SeveralPackages`] where there are several and the manifest names none, and
    /// [`ReleaseError::BadCargoManifest`].
    pub fn identify(
        &mut self,
        directory: &Path,
        wanted: Option<&PackageName>,
    ) -> Result<(), ReleaseError> {
        let Some((manifest, mut packages)) = cargo::packages_around(directory)? else {
            return Ok(());
        };
        if packages.iter().any(|package| !package.programs.is_empty()) {
            packages.retain(|package| !package.programs.is_empty());
        }
        let is_wanted = |name: &str| {
            PackageName::from_release_name(name).is_ok_and(|name| Some(&name) == wanted)
        };
        let meant = packages.iter().find(|package| is_wanted(&package.name));
        let meant = match &packages[..] {
            [] => return Ok(()),
            [only] => only,
            several => match (meant, wanted) {
                (Some(meant), _) => meant,
                (None, None) => {
                    let names = several.iter().map(|package| package.name.clone());
                    return Err(ReleaseError::SeveralPackages {
                        path: manifest,
                        names: names.collect(),
                    });
                }
                (None, Some(_)) => {
                    // A workspace may have one version for all.
                    let version = &several[0].version;
                    if several.iter().all(|package| package.version == *version) {
                        self.version = Some(version.clone());
                    }
                    return Ok(());
                }
            },
        };
        self.name = Some(meant.name.clone());
        self.version = Some(meant.version.clone());
        Ok(())
    }
}
