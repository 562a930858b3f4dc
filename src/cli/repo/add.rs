//! `reldeb repo add`: adds packages.

use std::path::PathBuf;

use crate::debian::{ArchiveSuite, Component};
use crate::repo::{Added, Publisher, RepoError, add};
use clap::Args;
use serde_json::{Value, json};

use super::super::session::{Answer, Session};
use super::place::Place;
use super::signer::Keys;
use super::{finish, named, shown};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The packages
    #[arg(value_name = "X.deb", required = true)]
    packages: Vec<PathBuf>,
    /// The suite
    #[arg(long, value_name = "SUITE", default_value = "stable")]
    suite: ArchiveSuite,
    /// The component
    #[arg(long, value_name = "COMPONENT", default_value = "main")]
    component: Component,
    #[command(flatten)]
    keys: Keys,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let place = &arguments.place;
    let signer = arguments.keys.signer(&session.environment)?;
    let store = place.open(&session.environment)?;
    let publisher = Publisher::new(&*store, &signer);
    let addition = Addition::of(
        &publisher,
        &arguments.suite,
        &arguments.component,
        &arguments.packages,
    );
    let addition = addition.map_err(|error| place.failed(&error))?;
    finish(place, &publisher, session);
    Ok(session.show(&addition.document(), || addition.text()))
}

/// The packages that were added.
#[derive(Debug)]
pub(in crate::cli) struct Addition {
    suite: ArchiveSuite,
    component: Component,
    added: Vec<Added>,
}

impl Addition {
    /// Adds packages.
    pub(in crate::cli) fn of(
        publisher: &Publisher,
        suite: &ArchiveSuite,
        component: &Component,
        packages: &[PathBuf],
    ) -> Result<Self, RepoError> {
        Ok(Self {
            suite: suite.clone(),
            component: component.clone(),
            added: add(publisher, suite, component, packages)?,
        })
    }

    pub(in crate::cli) fn document(&self) -> Value {
        let packages = self.added.iter().map(|added| {
            let mut package = shown(&added.entry);
            package["added"] = json!(!added.known);
            package["restored"] = json!(added.restored);
            package
        });
        json!({
            "suite": self.suite.as_str(),
            "component": self.component.as_str(),
            "packages": packages.collect::<Vec<_>>(),
        })
    }

    pub(in crate::cli) fn text(&self) -> String {
        let place = format!("{} {}", self.suite, self.component);
        let lines = self.added.iter().map(|added| {
            let package = named(&added.entry);
            let fate = if added.known {
                format!("is in {place} already")
            } else {
                format!("added to {place}")
            };
            let restored = if added.restored {
                ": its file was damaged or lost, and is there again"
            } else {
                ""
            };
            format!("{package} {fate}{restored}\n")
        });
        lines.collect()
    }
}
