//! `reldeb repo remove`: removes packages.

use crate::debian::{Architecture, ArchiveSuite, Component};
use crate::repo::{Wanted, remove};
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
    /// The packages: all versions of a name, or one
    #[arg(value_name = "NAME[=VERSION]", required = true)]
    packages: Vec<Wanted>,
    /// The suite
    #[arg(long, value_name = "SUITE", default_value = "stable")]
    suite: ArchiveSuite,
    /// Only from this component
    #[arg(long, value_name = "COMPONENT")]
    component: Option<Component>,
    /// Only packages of this architecture
    #[arg(long, value_name = "ARCHITECTURE")]
    architecture: Option<Architecture>,
    #[command(flatten)]
    keys: Keys,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let suite = &arguments.suite;
    let architecture = arguments.architecture.map(Architecture::as_str);
    let component = arguments.component.as_ref();
    let packages = &arguments.packages;
    let removed = publish(&arguments.place, &arguments.keys, session, |publisher| {
        remove(publisher, suite, packages, component, architecture)
    })?;
    let packages: Vec<_> = removed.iter().map(shown).collect();
    let document = json!({ "suite": suite.as_str(), "packages": packages });
    Ok(session.show(&document, || {
        let lines = removed
            .iter()
            .map(|entry| format!("{} removed from {suite}\n", named(entry)));
        lines.collect()
    }))
}
