//! `reldeb repo prune`: removes what is not needed any more.

use std::num::NonZeroUsize;

use crate::debian::ArchiveSuite;
use crate::escape;
use crate::repo::prune;
use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Session};
use super::place::Place;
use super::signer::Keys;
use super::{named, publish, shown};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Keep so many versions of each package [default: all]
    #[arg(long, value_name = "N", value_parser = parse_keep)]
    keep: Option<NonZeroUsize>,
    /// The suites whose old versions are removed [default: all]
    #[arg(long, value_name = "SUITE")]
    suite: Vec<ArchiveSuite>,
    #[command(flatten)]
    keys: Keys,
}

/// Nobody means to empty a suite by it.
fn parse_keep(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| {
        "expected a whole number from 1; `reldeb repo remove` removes all versions".to_owned()
    })
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let keep = arguments.keep.map(NonZeroUsize::get);
    let pruned = publish(&arguments.place, &arguments.keys, session, |publisher| {
        prune(publisher, &arguments.suite, keep)
    })?;
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
        let files = pruned.files.iter();
        let files = files.map(|path| format!("{} removed\n", escape::line(path)));
        packages.chain(files).collect()
    }))
}
