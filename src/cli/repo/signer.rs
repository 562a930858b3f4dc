//! The keys of a repository: those that sign, and those that are believed.

use std::path::{Path, PathBuf};

use crate::debian::ArchiveSuite;
use crate::fs;
use crate::repo::signing::{
    PublicKey, Signer, SigningError, SigningKey, holds_secret, may_be_key, of_text,
};
use crate::repo::store::Store;
use crate::repo::{published_keys, published_signers};
use clap::Args;

use super::super::session::{Environment, Failure};
use super::place::Place;
use super::served;

/// The variable with the key, or the path of its file.
const KEY: &str = "RELDEB_KEY";
/// The variable with the passphrase of the key.
const PASSPHRASE: &str = "RELDEB_KEY_PASSPHRASE";
/// The beginning of a key as text, which no path has in it.
const BEGIN: &str = "-----BEGIN PGP ";

#[derive(Debug, Clone, Default, Args)]
pub(in crate::cli) struct Keys {
    /// The secret key that signs; twice while one replaces the other [default: the variable `RELDEB_KEY`,
    /// a path, the key itself or its base64]
    #[arg(long, value_name = "FILE")]
    pub(super) key: Vec<PathBuf>,
    /// A command that signs what it reads, such as `gpg --clearsign`; `--key` then names its public key
    #[arg(long, value_name = "COMMAND")]
    sign_command: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
pub(in crate::cli) struct Believed {
    /// The key that must have signed, secret or public [default: the variable `RELDEB_KEY`, else `key.asc`
    /// of the repository]
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
}

impl Keys {
    /// Returns the one who signs.
    pub(in crate::cli) fn signer(&self, environment: &Environment) -> Result<Signer, Failure> {
        let texts = texts(&self.key, environment)?;
        if texts.is_empty() {
            return Err(Failure::usage(
                "no key to sign with".into(),
                format!(
                    "name it with `--key FILE` or the variable `{KEY}`; `reldeb repo init --key new` makes one"
                ),
            ));
        }
        if let Some(line) = &self.sign_command {
            return Ok(Signer::Command {
                line: line.clone(),
                public: public(&texts)?,
            });
        }
        let passphrase = environment.get(PASSPHRASE).map(String::as_str);
        let mut keys = Vec::new();
        for (name, bytes) in texts {
            keys.extend(
                SigningKey::read(&bytes, passphrase).map_err(|error| of_key(&name, &error))?,
            );
        }
        Ok(Signer::Keys(keys))
    }
}

impl Keys {
    /// Refuses a secret key whose file is in the folder of a repository, or of one to be.
    pub(super) fn expect_outside(
        &self,
        top: &str,
        environment: &Environment,
    ) -> Result<(), Failure> {
        for (name, bytes) in texts(&self.key, environment)? {
            let path = Path::new(&name);
            if holds_secret(&bytes) && fs::metadata(path).is_ok() {
                served::refuse_below(path, Path::new(top))?;
            }
        }
        Ok(())
    }
}

impl Believed {
    /// Returns the keys of which one must have signed.
    pub(in crate::cli) fn keys(
        &self,
        store: &dyn Store,
        place: &Place,
        environment: &Environment,
    ) -> Result<Vec<PublicKey>, Failure> {
        let published = || published_keys(store).map_err(|error| place.failed(&error));
        self.given(environment)?.map_or_else(published, Ok)
    }

    /// Returns the keys that machines are to believe of some suites: of those of the repository itself, the ones
    /// that have signed one of them.
    pub(super) fn keys_of(
        &self,
        suites: &[ArchiveSuite],
        store: &dyn Store,
        place: &Place,
        environment: &Environment,
    ) -> Result<Vec<PublicKey>, Failure> {
        let published = || published_signers(store, suites).map_err(|error| place.failed(&error));
        self.given(environment)?.map_or_else(published, Ok)
    }

    /// Returns the keys that were given.
    fn given(&self, environment: &Environment) -> Result<Option<Vec<PublicKey>>, Failure> {
        let texts = texts(&self.key, environment)?;
        (!texts.is_empty()).then(|| public(&texts)).transpose()
    }
}

/// Returns the bytes of keys, each with the name of where they are.
fn texts(files: &[PathBuf], environment: &Environment) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    if !files.is_empty() {
        return files.iter().map(|path| read(path)).collect();
    }
    let Some(value) = environment.get(KEY).filter(|value| !value.is_empty()) else {
        return Ok(Vec::new());
    };
    let path = Path::new(value);
    if !value.contains(BEGIN) && fs::metadata(path).is_ok() {
        return Ok(vec![(value.clone(), fs::read(path)?)]);
    }
    let bytes = of_text(value).ok_or_else(neither)?;
    // Whoever reads the bytes tells what is wrong with them by the name; that they are a key is told here.
    PublicKey::read(&bytes).map_err(|_| neither())?;
    Ok(vec![(KEY.to_owned(), bytes)])
}

/// Reads the file of a key. A path that may be the key itself is not shown.
pub(super) fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = path.to_string_lossy();
    if may_be_key(&name) && fs::metadata(path).is_err() {
        return Err(Failure::usage(
            "expected the path of a key, found a text that may be the key itself".into(),
            format!("name its file; only the variable `{KEY}` may have the key itself"),
        ));
    }
    Ok((path.display().to_string(), fs::read(path)?))
}

/// Returns the failure of a variable that has no key. Its value, which may be a part of one, is not shown.
fn neither() -> Failure {
    Failure::new(format!(
        "the variable `{KEY}` is neither the path of a key nor a key"
    ))
    .with_hint(
        "let it be the path of the file, its text with all line breaks, or what `base64 -w0 FILE` prints"
            .into(),
    )
}

fn public(texts: &[(String, Vec<u8>)]) -> Result<Vec<PublicKey>, Failure> {
    let mut keys = Vec::new();
    for (name, bytes) in texts {
        keys.extend(PublicKey::read(bytes).map_err(|error| of_key(name, &error))?);
    }
    Ok(keys)
}

/// Returns the failure of a key.
pub(super) fn of_key(name: &str, error: &SigningError) -> Failure {
    let failure = Failure::new(format!("`{name}`: {error}"));
    match error.hint() {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}
