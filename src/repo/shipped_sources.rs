//! `ShippedSources`: the suites and the keys that a keyring package gives to the machines that install it.

use std::io::{Read, Write as _};
use std::path::Path;

use super::RepoError;
use super::keyring::is_keyring;
use super::signing::PublicKey;
use super::suite::Suite;
use crate::deb::{ArchiveError, DataKind, Deb};
use crate::debian::Stanza;
use crate::fs::FsError;

/// The most bytes of such a file.
const MOST_BYTES: u64 = 1 << 20;

/// The suites and the keys that a package gives to machines.
#[derive(Debug, Clone, Default)]
pub(super) struct ShippedSources {
    suites: Vec<String>,
    keys: Vec<String>,
}

impl ShippedSources {
    /// Reads the sources and the keyring of a package; none of one that has another name than a keyring
    /// package.
    ///
    /// # Errors
    ///
    /// Fails where the package is damaged.
    pub(super) fn read(deb: &Deb, package: &str) -> Result<Option<Self>, ArchiveError> {
        if !is_keyring(package) {
            return Ok(None);
        }
        let mut shipped = Self::default();
        deb.for_each_data_entry(|entry, content| {
            let is_source = entry.name.starts_with(b"./etc/apt/sources.list.d/");
            let is_key = entry.name.starts_with(b"./usr/share/keyrings/");
            if entry.kind != DataKind::Regular || !(is_source || is_key) {
                return Ok(());
            }
            let mut bytes = Vec::new();
            let read = content.take(MOST_BYTES).read_to_end(&mut bytes);
            read.map_err(|error| deb.damaged_data(&error))?;
            if is_source {
                shipped.add_source(&bytes);
            } else {
                // What cannot be read is no key to anybody.
                let keys = PublicKey::read(&bytes).unwrap_or_default();
                shipped.keys.extend(keys.iter().map(PublicKey::fingerprint));
            }
            Ok::<_, ArchiveError>(())
        })?;
        Ok(Some(shipped))
    }

    /// Reads the sources and the keyring of a package in memory; see [`ShippedSources::read`].
    ///
    /// # Errors
    ///
    /// Fails where the package is damaged, or there is no place for a temporary file.
    pub(super) fn of_bytes(bytes: &[u8], package: &str) -> Result<Option<Self>, RepoError> {
        let failed = |error| RepoError::Fs(FsError::new("write", "a temporary file", error));
        let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        Ok(Self::read(&Deb::open(file.path())?, package)?)
    }

    fn add_source(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        // Several stanzas, or one that apt would refuse: of another tool than this one.
        let Ok(stanza) = text.parse::<Stanza>() else {
            return;
        };
        let suites = stanza.get("Suites").unwrap_or_default();
        self.suites
            .extend(suites.split_whitespace().map(str::to_owned));
    }

    /// Refuses the package at a path where it is of the repository of these keys and leads the machines of a
    /// suite past that.
    ///
    /// # Errors
    ///
    /// [`RepoError::OtherSources`].
    pub(super) fn expect_to_lead_to(
        &self,
        suite: &Suite,
        keys: &[PublicKey],
        path: &Path,
    ) -> Result<(), RepoError> {
        let is_ours = keys
            .iter()
            .any(|key| self.keys.contains(&key.fingerprint()));
        let release = suite.release();
        let names = [
            Some(suite.name().as_str()),
            release.get("Suite"),
            release.get("Codename"),
        ];
        let is_of_suite = |it: &String| names.contains(&Some(it.as_str()));
        let is_past = is_ours && !self.suites.is_empty() && !self.suites.iter().any(is_of_suite);
        if !is_past {
            return Ok(());
        }
        Err(RepoError::OtherSources {
            path: path.to_owned(),
            suite: suite.name().clone(),
            there: self.suites.join("` and `"),
        })
    }
}
