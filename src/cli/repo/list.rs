//! `reldeb repo list`: the packages of suites.

use crate::debian::ArchiveSuite;
use crate::escape;
use crate::repo::list;
use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Session};
use super::place::Place;
use super::signer::Believed;
use super::{named, shown};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The suites [default: all]
    #[arg(long, value_name = "SUITE")]
    suite: Vec<ArchiveSuite>,
    #[command(flatten)]
    keys: Believed,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let place = &arguments.place;
    let store = place.open(&session.environment)?;
    let keys = arguments.keys.keys(&*store, place, &session.environment)?;
    let listings = list(&*store, &keys, &arguments.suite).map_err(|error| place.failed(&error))?;
    let parts: Vec<_> = listings
        .iter()
        .map(|listing| {
            json!({
                "suite": listing.suite,
                "component": listing.component,
                "packages": listing.entries.iter().map(shown).collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(session.show(&json!({ "suites": parts }), || {
        let lines = listings.iter().flat_map(|listing| {
            let place = format!("{} {}", listing.suite, escape::line(&listing.component));
            let entries = listing.entries.iter();
            entries.map(move |entry| format!("{place} {}\n", named(entry)))
        });
        lines.collect()
    }))
}
