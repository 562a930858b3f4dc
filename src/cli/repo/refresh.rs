//! `reldeb repo refresh`: publishes suites anew.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::debian::ArchiveSuite;
use crate::repo::{Publisher, Validity, expect_suites, refresh};
use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Session};
use super::html;
use super::place::Place;
use super::signer::Keys;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The suites [default: all]
    #[arg(long, value_name = "SUITE")]
    suite: Vec<ArchiveSuite>,
    /// For how many days apt believes the index from now on
    #[arg(long, value_name = "DAYS", conflicts_with = "valid_for_ever")]
    valid_for: Option<NonZeroU32>,
    /// Let apt believe the index without an end
    #[arg(long)]
    valid_for_ever: bool,
    #[command(flatten)]
    keys: Keys,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let place = &arguments.place;
    let signer = arguments.keys.signer(&session.environment)?;
    let store = place.open(&session.environment)?;
    let publisher = Publisher::new(&*store, &signer);
    let names = match &arguments.suite[..] {
        [] => expect_suites(&*store).map_err(|error| place.failed(&error))?,
        names => names.to_vec(),
    };
    let validity = match arguments.valid_for {
        Some(days) => Validity::For(Some(Duration::from_secs(u64::from(days.get()) * 86_400))),
        None if arguments.valid_for_ever => Validity::For(None),
        None => Validity::AsBefore,
    };
    for name in &names {
        refresh(&publisher, name, validity).map_err(|error| place.failed(&error))?;
    }
    html::renew(place, &publisher, session);
    let suites: Vec<_> = names.iter().map(ArchiveSuite::as_str).collect();
    let document = json!({ "suites": suites });
    Ok(session.show(&document, || {
        let lines = suites.iter();
        let lines: Vec<_> = lines
            .map(|suite| format!("suite {suite}: published anew\n"))
            .collect();
        lines.concat()
    }))
}
