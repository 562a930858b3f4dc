//! `reldeb repo verify`: tells what is wrong with a repository.

use std::time::SystemTime;

use crate::debian::ArchiveSuite;
use crate::escape;
use crate::message::counted;
use crate::repo::{Fault, verify};
use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Failure, Session};
use super::place::Place;
use super::signer::Believed;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The suites [default: all]
    #[arg(long, value_name = "SUITE")]
    suite: Vec<ArchiveSuite>,
    /// Read every package, and compare its sum
    #[arg(long)]
    deep: bool,
    #[command(flatten)]
    keys: Believed,
}

/// Looks at the repository: exit status 0 where all is well, 1 where something is wrong.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let place = &arguments.place;
    let store = place.open(&session.environment)?;
    let keys = arguments.keys.keys(&*store, place, &session.environment)?;
    let now = SystemTime::now();
    let verification = verify(&*store, &keys, &arguments.suite, now, arguments.deep);
    let verification = verification.map_err(|error| place.failed(&error))?;
    let faults = &verification.faults;
    let suites: Vec<_> = verification
        .suites
        .iter()
        .map(ArchiveSuite::as_str)
        .collect();
    let document = json!({
        "suites": suites,
        "packages": verification.packages,
        "faults": faults.iter().map(|fault| json!({
            "severity": severity(fault),
            "path": fault.path,
            "message": fault.words,
        })).collect::<Vec<_>>(),
    });
    let output = session.show(&document, || {
        let lines = faults.iter().map(|fault| {
            let words = format!("{}: {}: {}", severity(fault), fault.path, fault.words);
            format!("{}\n", escape::line(&words))
        });
        let end = format!(
            "{} in {}\n",
            counted(verification.packages, "package"),
            suites.join(", ")
        );
        lines.chain([end]).collect()
    });
    if faults.iter().any(|fault| fault.error) {
        return Err(Failure::differs(output));
    }
    Ok(output)
}

fn severity(fault: &Fault) -> &'static str {
    if fault.error { "error" } else { "warning" }
}
