//! `reldeb repo`: a signed APT repository in a folder or an object store.

mod about;
mod add;
mod days;
mod html;
mod init;
mod key;
mod keyring;
mod list;
mod place;
mod promote;
mod prune;
mod publish;
mod refresh;
mod remove;
mod served;
mod signer;
mod sources;
mod verify;

use std::sync::PoisonError;

use crate::repo::index::Entry;
use crate::repo::{Publisher, RepoError};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

pub(super) use add::Addition;
use place::Place;
pub(super) use publish::Publishing;
pub(super) use signer::Keys;

use super::session::{Answer, Failure, Session};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a repository, a suite of it, or add components and architectures to one
    Init(init::Arguments),
    /// Add packages to a suite and publish it
    Add(add::Arguments),
    /// Remove packages from a suite and publish it
    Remove(remove::Arguments),
    /// List the packages of suites
    List(list::Arguments),
    /// Put packages of one suite into another
    Promote(promote::Arguments),
    /// Remove old versions, and files that nothing needs any more
    Prune(prune::Arguments),
    /// Publish suites anew as they are: with a new date, or new keys
    Refresh(refresh::Arguments),
    /// Tell what is wrong with a repository
    Verify(verify::Arguments),
    /// Make a key, or show what is in one
    Key(key::Arguments),
    /// Build the package by which machines know the repository and its next keys
    Keyring(keyring::Arguments),
    /// Print the source for `/etc/apt/sources.list.d`
    Sources(sources::Arguments),
    /// Write a page for people, `index.html`
    Html(html::Arguments),
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    match &arguments.command {
        Command::Init(arguments) => init::run(arguments, session),
        Command::Add(arguments) => add::run(arguments, session),
        Command::Remove(arguments) => remove::run(arguments, session),
        Command::List(arguments) => list::run(arguments, session),
        Command::Promote(arguments) => promote::run(arguments, session),
        Command::Prune(arguments) => prune::run(arguments, session),
        Command::Refresh(arguments) => refresh::run(arguments, session),
        Command::Verify(arguments) => verify::run(arguments, session),
        Command::Key(arguments) => key::run(arguments, session),
        Command::Keyring(arguments) => keyring::run(arguments, session),
        Command::Sources(arguments) => sources::run(arguments, session),
        Command::Html(arguments) => html::run(arguments, session),
    }
}

/// Does a work that publishes to a repository, and writes its page anew where it has one.
fn publish<T>(
    place: &Place,
    keys: &Keys,
    session: &Session,
    work: impl FnOnce(&mut Publisher) -> Result<T, RepoError>,
) -> Result<T, Failure> {
    let signer = keys.signer(&session.environment)?;
    let store = place.open(&session.environment)?;
    let mut publisher = Publisher::new(&*store, &signer);
    let done = work(&mut publisher).map_err(|error| place.failed(&error))?;
    finish(place, &publisher, session);
    Ok(done)
}

/// Tells what a publication took away, and writes the page anew where the repository has one.
fn finish(place: &Place, publisher: &Publisher, session: &Session) {
    let dropped = publisher.dropped_keys.lock();
    for (suite, key) in dropped.unwrap_or_else(PoisonError::into_inner).iter() {
        session.tell_note(&format!(
            "suite `{suite}` is no longer signed by `{key}`: machines that know only that key cannot read it; to sign \
             with both, name both by `--key`"
        ));
    }
    html::renew(place, publisher, session);
}

/// Returns name, version and architecture of a package as text.
fn named(entry: &Entry) -> String {
    let words = [&entry.package, &entry.version, &entry.architecture];
    let words = words.map(|word| crate::escape::line(word).into_owned());
    words.join(" ")
}

/// Returns what there is to say of a package in a document.
fn shown(entry: &Entry) -> Value {
    json!({
        "package": entry.package,
        "version": entry.version,
        "architecture": entry.architecture,
        "path": entry.file,
        "size": entry.size,
        "sha256": entry.sha256,
    })
}
