//! `reldeb repo init`: makes suites.

use std::io::ErrorKind;
use std::path::Path;

use crate::debian::{Architecture, ArchiveSuite, Component};
use crate::finding::{Finding, tags};
use crate::fs;
use crate::repo::signing::{Signer, SigningKey};
use crate::repo::sources::Address;
use crate::repo::store::Store;
use crate::repo::store::probe::probe;
use crate::repo::{
    Initiated, Outline, PageWish, Publisher, RepoError, Validity, init, rehearse, unreadable,
};
use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Failure, Session};
use super::days::Days;
use super::finish;
use super::place::Place;
use super::served;
use super::signer::{Keys, of_key};

/// The word that asks for a new key.
const NEW: &str = "new";
/// The file of a new key.
const NEW_KEY: &str = "reldeb.key";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The name of the one who makes the packages
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// A name for all packages [default: the origin]
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// A description on one line
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The suite, several times for several
    #[arg(long, value_name = "SUITE", default_value = "stable")]
    suite: Vec<ArchiveSuite>,
    /// A component of the suites
    #[arg(long, value_name = "COMPONENT")]
    component: Vec<Component>,
    /// An architecture of machines that the suites serve
    #[arg(long, value_name = "ARCHITECTURE")]
    architecture: Vec<Architecture>,
    /// For how many days apt believes an index; `reldeb repo refresh` must run more often
    #[arg(long, value_name = "DAYS")]
    valid_for: Option<Days>,
    /// Write a page for people at each publication, for those who reach the repository by this address
    #[arg(long, value_name = "URL", conflicts_with = "no_page")]
    page: Option<Address>,
    /// Write no page any more
    #[arg(long)]
    no_page: bool,
    /// Take over a suite that another tool made, or that another key signed
    #[arg(long)]
    adopt: bool,
    #[command(flatten)]
    keys: Keys,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let place = &arguments.place;
    let outline = outline(arguments)?;
    served::refuse_inside(place, &session.environment)?;
    let (signer, new) = signer(arguments, session)?;
    let store = place.open(&session.environment)?;
    let publisher = Publisher::new(&*store, &signer);
    for suite in &arguments.suite {
        // Before anything is written, the first folder among it.
        rehearse(&publisher, suite, &outline).map_err(|error| place.failed(&error))?;
    }
    if place.is_shared() {
        let probed = probe(&*store, &place.target);
        probed.map_err(|error| place.failed(&RepoError::Store(error)))?;
    }
    let new = new.map(|key| write_new(&key)).transpose()?;
    let mut made = Vec::new();
    for suite in &arguments.suite {
        let outcome = init(&publisher, suite, &outline).map_err(|error| place.failed(&error))?;
        made.push((suite, outcome));
    }
    finish(place, &publisher, session);
    warn_of_locked_doors(&*store, &arguments.suite, session);
    let suites = made
        .iter()
        .map(|(suite, outcome)| json!({ "suite": suite.as_str(), "outcome": word(*outcome) }));
    let document =
        json!({ "target": place.target, "suites": suites.collect::<Vec<_>>(), "key": new });
    Ok(session.show(&document, || {
        let lines = made
            .iter()
            .map(|(suite, outcome)| format!("suite {suite}: {}\n", word(*outcome)));
        let key = new.map(|path| format!("secret key: {path}\n"));
        key.into_iter().chain(lines).collect()
    }))
}

/// Warns where machines could not read what was published.
fn warn_of_locked_doors(store: &dyn Store, suites: &[ArchiveSuite], session: &Session) {
    let findings = suites.iter().filter_map(|suite| {
        let words = unreadable(store, suite)?;
        let finding = Finding::new(
            tags::REPOSITORY_NOT_READABLE,
            format!("suite `{suite}` {words}"),
        );
        Some(finding.with_hint("let everybody read what is below the prefix of the repository"))
    });
    session.tell(&findings.collect::<Vec<_>>());
}

fn word(outcome: Initiated) -> &'static str {
    match outcome {
        Initiated::Made => "made",
        Initiated::Changed => "changed",
        Initiated::Unchanged => "unchanged",
    }
}

fn outline(arguments: &Arguments) -> Result<Outline, Failure> {
    let components = arguments.component.clone();
    let architectures = arguments.architecture.clone();
    let origin = arguments.origin.as_ref();
    if origin.is_some_and(|origin| origin.trim().is_empty()) {
        return Err(Failure::usage(
            "`--origin` is empty".into(),
            "name the one who makes the packages".into(),
        ));
    }
    if architectures.iter().any(|it| it.is_all()) {
        return Err(Failure::usage(
            "no machine has the architecture `all`".into(),
            "leave it out: packages for all machines are in every architecture".into(),
        ));
    }
    let time = arguments.valid_for.map(Days::time);
    Ok(Outline {
        origin: arguments.origin.clone(),
        label: arguments.label.clone(),
        description: arguments.description.clone(),
        components,
        architectures,
        validity: time.map_or(Validity::AsBefore, |time| Validity::For(Some(time))),
        adopt: arguments.adopt,
        page: match &arguments.page {
            Some(address) => PageWish::At(address.clone()),
            None if arguments.no_page => PageWish::No,
            None => PageWish::AsBefore,
        },
    })
}

/// Returns the one who signs, and a new key as text where it is one.
fn signer(arguments: &Arguments, session: &Session) -> Result<(Signer, Option<String>), Failure> {
    if arguments.keys.key != [Path::new(NEW)] {
        let (keys, target) = (&arguments.keys, &arguments.place.target);
        keys.expect_outside(target, &session.environment)?;
        return Ok((keys.signer(&session.environment)?, None));
    }
    let Some(origin) = &arguments.origin else {
        return Err(Failure::usage(
            "a new key has no name without `--origin`".into(),
            "name the one who makes the packages with `--origin NAME`".into(),
        ));
    };
    if fs::symlink_metadata(Path::new(NEW_KEY)).is_ok() {
        return Err(there_is_one());
    }
    served::refuse_below(Path::new(NEW_KEY), Path::new(&arguments.place.target))?;
    let key = SigningKey::generate(origin, None).map_err(|error| of_key(NEW, &error))?;
    let text = key.armored();
    Ok((Signer::Keys(vec![key]), Some(text)))
}

/// Writes a new key, and returns its path.
fn write_new(key: &str) -> Result<&'static str, Failure> {
    match fs::write_new_private(Path::new(NEW_KEY), key) {
        Ok(()) => Ok(NEW_KEY),
        Err(error) if error.source.kind() == ErrorKind::AlreadyExists => Err(there_is_one()),
        Err(error) => Err(error.into()),
    }
}

fn there_is_one() -> Failure {
    Failure::new(format!("cannot write `{NEW_KEY}`: file exists")).with_hint(format!(
        "sign with the key that is there by `--key {NEW_KEY}`, or make another with \
         `reldeb repo key new`"
    ))
}
