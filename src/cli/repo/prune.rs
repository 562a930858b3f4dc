//! `reldeb repo prune`: removes what is not needed any more.

use std::num::NonZeroUsize;

use crate::debian::ArchiveSuite;
use crate::repo::{Publisher, prune};
use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Session};
use super::html;
use super::place::Place;
use super::signer::Keys;
use super::{named, shown};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Keep so many versions of each package [default: all]
    #[arg(long, value_name = "N")]
    keep: Option<NonZeroUsize>,
    /// The suites whose old versions are removed [default: all]
    #[arg(long, value_name = "SUITE")]
    suite: Vec<ArchiveSuite>,
    #[command(flatten)]
    keys: Keys,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let place = &arguments.place;
    let signer = arguments.keys.signer(&session.environment)?;
    let store = place.open(&session.environment)?;
    let publisher = Publisher::new(&*store, &signer);
    let keep = arguments.keep.map(NonZeroUsize::get);
    let pruned = prune(&publisher, &arguments.suite, keep).map_err(|error| place.failed(&error))?;
    html::renew(place, &publisher, session);
    let packages: Vec<_> = pruned
        .packages
        .iter()
        .map(|(suite, entry)| {
            let mut package = shown(entry);
            package["suite"] = json!(suite.as_str());
            package
        })
        .collect();
    let document = json!({ "packages": packages, "files": pruned.files });
    Ok(session.show(&document, || {
        let packages = pruned.packages.iter();
        let packages =
            packages.map(|(suite, entry)| format!("{} removed from {suite}\n", named(entry)));
        let files = pruned.files.iter().map(|path| format!("{path} removed\n"));
        packages.chain(files).collect()
    }))
}
