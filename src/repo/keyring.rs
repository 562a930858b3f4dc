//! `Keyring`: the package by which machines know a repository and follow it to its next key.
//!
//! The keys are a plain file below /usr, which each upgrade replaces; the source is a conffile, which
//! the sysadmin may change. Both come from a manifest, as of any other package.

use std::path::Path;

use super::signing::{PublicKey, binary};
use super::sources::{SignedBy, Sources};
use crate::debian::PackageName;
use crate::fs;
use crate::manifest::draft::{Draft, Text, Value};
use crate::template::filters::shell_word;

/// A package of the keys and the source of a repository.
#[derive(Debug, Clone)]
pub(crate) struct Keyring {
    /// The name of the repository: the first part of the package's.
    pub name: String,
    /// The version, which must grow.
    pub version: String,
    /// The maintainer, as `Name <address>`.
    pub maintainer: String,
    /// The keys that machines shall believe, also those to come.
    pub keys: Vec<PublicKey>,
    /// The repository; the keys of it are those of the package.
    pub sources: Sources,
}

/// Why there is no package of the keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum KeyringError {
    /// Its name is none of Debian's.
    #[error("`{name}` is no name of a repository: package `{package}`: {words}")]
    Name {
        /// The name.
        name: String,
        /// The name of the package.
        package: String,
        /// The words of the failure.
        words: String,
    },
    /// A file for the package cannot be written.
    #[error(transparent)]
    Fs(#[from] fs::FsError),
}

/// The file of the keys, beside the manifest.
const KEYS: &str = "keys.pgp";
/// The file of the source, beside the manifest.
const SOURCES: &str = "sources";

/// The scripts by which a source that was printed for the machine gives way to that of the package.
const SCRIPTS: [(&str, &str); 3] = [
    (
        "preinst",
        include_str!("../../templates/repo/keyring/preinst"),
    ),
    (
        "postinst",
        include_str!("../../templates/repo/keyring/postinst"),
    ),
    (
        "postrm",
        include_str!("../../templates/repo/keyring/postrm"),
    ),
];

/// The end of the names of keyring packages.
const ENDING: &str = "-archive-keyring";

/// Returns whether a package of this name has keys and sources of a repository.
pub(super) fn is_keyring(package: &str) -> bool {
    package.ends_with(ENDING)
}

/// Returns the name of the keyring package of a repository.
pub(crate) fn package_of(name: &str) -> String {
    format!("{name}{ENDING}")
}

impl Keyring {
    /// Writes what the manifest is about into a folder, and returns the manifest.
    ///
    /// # Errors
    /// [`KeyringError`] where the name is none, or the folder cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<String, KeyringError> {
        let package = package_of(&self.name);
        if let Err(error) = package.parse::<PackageName>() {
            return Err(KeyringError::Name {
                name: self.name.clone(),
                package,
                words: error.to_string(),
            });
        }
        // apt takes a file of this ending as it is.
        let keys = format!("/usr/share/keyrings/{package}.pgp");
        let sources = Sources {
            signed_by: SignedBy::File(keys.clone()),
            ..self.sources.clone()
        };
        fs::write(&folder.join(KEYS), binary(&self.keys))?;
        let own = sources.to_string();
        fs::write(&folder.join(SOURCES), &own)?;
        let path = format!("/etc/apt/sources.list.d/{}.sources", self.name);
        let printed = self.sources.head() + "Signed-By:";
        for (script, text) in SCRIPTS {
            let text = text
                .replace("@SOURCE@", &shell_word(&path))
                .replace("@PRINTED@", &shell_word(&printed))
                .replace("@OWN@", &shell_word(own.trim_end()));
            fs::write(&folder.join(script), text)?;
        }
        let mut draft = Draft::default();
        let version = Value::Table(vec![("exact".into(), self.version.as_str().into())]);
        draft
            .table("package")
            .set("name", package.as_str())
            .set("version", version)
            .set("architecture", "all")
            .set("maintainer", self.maintainer.as_str())
            .set("section", "misc")
            .set("description", self.description())
            .set("depends", Value::list(Vec::<Text>::new()));
        let files = draft.table("files");
        files.set(keys, file(KEYS));
        files.set(path, file(SOURCES));
        let scripts = draft.table("scripts");
        for (script, _) in SCRIPTS {
            scripts.set(script, script);
        }
        Ok(draft.to_string())
    }

    fn description(&self) -> String {
        let address = &self.sources.address;
        let name = &self.name;
        format!(
            "keys and source of the repository {name}\n\
             With this package, apt knows the repository at {address}\n\
             and the keys that sign it.\n\nAn upgrade brings the next key before the old one ends. \
             A purge\nof this package takes the repository from the machine again."
        )
    }
}

fn file(source: &str) -> Value {
    Value::Table(vec![
        ("source".into(), source.into()),
        ("mode".into(), "0644".into()),
    ])
}
