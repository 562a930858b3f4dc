//! `About`: what machines need to know of a repository.

use std::collections::BTreeSet;
use std::path::Path;

use crate::debian::ArchiveSuite;
use crate::fs;
use crate::message::ticked;
use crate::repo::signing::PublicKey;
use crate::repo::sources::{Address, SignedBy, Sources};
use crate::repo::store::Store;
use crate::repo::{Suite, suites};
use clap::Args;

use super::super::session::{Failure, Session};
use super::place::Place;
use super::signer::Believed;

/// The arguments that name a repository for machines.
#[derive(Debug, Args)]
pub(super) struct Named {
    #[command(flatten)]
    pub(super) place: Place,
    /// The address by which machines reach it [default: that of the folder]
    #[arg(long, value_name = "URL")]
    url: Option<Address>,
    /// A name for its files on machines [default: the origin]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The suite
    #[arg(long, value_name = "SUITE")]
    suite: Vec<ArchiveSuite>,
    #[command(flatten)]
    keys: Believed,
}

/// The words that machines need to know of a repository.
pub(super) struct About {
    /// The name of its files on machines.
    pub(super) name: String,
    /// The one who makes the packages.
    pub(super) origin: String,
    pub(super) keys: Vec<PublicKey>,
    pub(super) suites: Vec<ArchiveSuite>,
    /// A source for each suite, with the keys in it.
    pub(super) sources: Vec<Sources>,
}

impl Named {
    /// Reads the repository.
    pub(super) fn about(&self, store: &dyn Store, session: &Session) -> Result<About, Failure> {
        let place = &self.place;
        let names = match &*self.suite {
            [] => suites(store).map_err(|error| place.failed(&error))?,
            names => names.to_vec(),
        };
        // In one order, by which the keyring package knows the source that was printed.
        let names: Vec<_> = BTreeSet::from_iter(names).into_iter().collect();
        let keys = (self.keys).keys_of(&names, store, place, &session.environment)?;
        About::read(
            place,
            store,
            keys,
            names,
            || self.address(),
            self.name.clone(),
        )
    }

    /// Returns the source of the suites that are named, or of the only one.
    pub(super) fn source(&self, about: &About) -> Result<Sources, Failure> {
        let names: Vec<&str> = about.suites.iter().map(ArchiveSuite::as_str).collect();
        let source = Sources::joined(&about.sources);
        if self.suite.is_empty() && names.len() > 1 {
            return Err(Failure::usage(
                format!(
                    "`{}` has several suites: `{}`",
                    self.place.target,
                    names.join("`, `")
                ),
                format!(
                    "name those that the machines shall know, such as `--suite {}`: apt installs the newest \
                     version from all of them",
                    names[0]
                ),
            ));
        }
        source.ok_or_else(|| {
            let names = ticked(&names);
            let hint = "name one of them, or add with `reldeb repo init` what the others have more";
            Failure::new(format!(
                "suites {names} differ in components or architectures"
            ))
            .with_hint(hint.into())
        })
    }

    fn address(&self) -> Result<Address, Failure> {
        if let Some(address) = &self.url {
            return Ok(address.clone());
        }
        let target = &self.place.target;
        if target.contains("://") {
            return Err(Failure::usage(
                format!("no address by which machines reach `{target}`"),
                "name it with `--url`, such as `--url https://apt.example.com`".into(),
            ));
        }
        let path = fs::canonicalize(Path::new(target))?;
        let address = format!("file:{}", path.display());
        address.parse().map_err(|error| {
            let hint = "name another address with `--url`".to_owned();
            Failure::usage(format!("{error}"), hint)
        })
    }
}

impl About {
    /// Reads a repository whose address is known.
    pub(super) fn of(
        place: &Place,
        store: &dyn Store,
        keys: Vec<PublicKey>,
        address: &str,
    ) -> Result<Self, Failure> {
        let names = suites(store).map_err(|error| place.failed(&error))?;
        let address = || {
            let address = address.parse::<Address>();
            address.map_err(|error| Failure::new(error.to_string()))
        };
        Self::read(place, store, keys, names, address, None)
    }

    fn read(
        place: &Place,
        store: &dyn Store,
        keys: Vec<PublicKey>,
        suites: Vec<ArchiveSuite>,
        address: impl Fn() -> Result<Address, Failure>,
        name: Option<String>,
    ) -> Result<Self, Failure> {
        if suites.is_empty() {
            let hint = format!("make one with `reldeb repo init {}`", place.target);
            let text = format!("`{}` has no suite", place.target);
            return Err(Failure::new(text).with_hint(hint));
        }
        let address = address()?;
        let mut origin = String::new();
        let mut sources = Vec::new();
        for name in &suites {
            let suite = Suite::read(store, name, &keys).map_err(|error| place.failed(&error))?;
            if let Some(said) = suite.release().get("Origin") {
                said.clone_into(&mut origin);
            }
            sources.push(Sources {
                address: address.clone(),
                suites: vec![name.to_string()],
                components: suite.components(),
                architectures: suite.architectures(),
                signed_by: SignedBy::Inline(keys.clone()),
            });
        }
        Ok(Self {
            name: name.unwrap_or_else(|| word(&origin)),
            origin,
            keys,
            suites,
            sources,
        })
    }
}

/// Returns a text as a word of names of packages and files.
fn word(text: &str) -> String {
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if !word.is_empty() && !word.ends_with('-') {
            word.push('-');
        }
    }
    word.trim_end_matches('-').to_owned()
}
