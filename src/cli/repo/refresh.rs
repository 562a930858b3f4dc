//! `reldeb repo refresh`: publishes suites anew.

use crate::debian::ArchiveSuite;
use crate::repo::{Validity, expect_suites, refresh};
use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Session};
use super::days::Days;
use super::place::Place;
use super::publish;
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
    valid_for: Option<Days>,
    /// Let apt believe the index without an end
    #[arg(long)]
    valid_for_ever: bool,
    /// Take the date of this clock, though the last publication lies ahead of it
    #[arg(long)]
    set_date: bool,
    #[command(flatten)]
    keys: Keys,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let validity = match arguments.valid_for {
        Some(days) => Validity::For(Some(days.time())),
        None if arguments.valid_for_ever => Validity::For(None),
        None => Validity::AsBefore,
    };
    let names = publish(&arguments.place, &arguments.keys, session, |publisher| {
        let names = match &arguments.suite[..] {
            [] => expect_suites(publisher.store)?,
            names => names.to_vec(),
        };
        publisher.sets_date = arguments.set_date;
        refresh(publisher, &names, validity)?;
        Ok(names)
    })?;
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
