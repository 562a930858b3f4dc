//! `reldeb build --publish`: adds the packages to the repositories that their manifest names.

use std::path::PathBuf;

use crate::debian::{ArchiveSuite, Component};
use crate::pipeline::{Built, Prepared};
use crate::plan::Settings;
use crate::repo::Publisher;
use crate::repo::signing::Signer;

use super::super::session::{Environment, Failure, Session};
use super::add::Addition;
use super::finish;
use super::place::{Place, Server};
use super::signer::Keys;

/// A suite and its component of a repository, and packages that go there.
#[derive(Debug)]
struct Destination {
    place: Place,
    suite: ArchiveSuite,
    component: Component,
    /// The numbers of the packages.
    packages: Vec<usize>,
}

/// A publication to be.
#[derive(Debug)]
pub(in crate::cli) struct Publishing {
    signer: Signer,
    destinations: Vec<Destination>,
}

impl Publishing {
    /// Reads where packages go, and the key, before anything is built.
    pub(in crate::cli) fn of(
        prepared: &Prepared,
        keys: &Keys,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let mut destinations: Vec<Destination> = Vec::new();
        for (number, package) in prepared.packages.iter().enumerate() {
            let found = destination(&package.settings)?;
            let known = destinations.iter_mut().find(|it| it.is_same(&found));
            match known {
                Some(known) => known.packages.push(number),
                None => destinations.push(Destination {
                    packages: vec![number],
                    ..found
                }),
            }
        }
        Ok(Self {
            signer: keys.signer(environment)?,
            destinations,
        })
    }

    /// Adds the packages that were built.
    pub(in crate::cli) fn publish(
        &self,
        built: &[Built],
        session: &Session,
    ) -> Result<Vec<Addition>, Failure> {
        let mut additions = Vec::new();
        for destination in &self.destinations {
            let Destination {
                place,
                suite,
                component,
                packages,
            } = destination;
            let built = packages.iter().filter_map(|number| built.get(*number));
            let paths: Vec<PathBuf> = built.map(|built| built.path.clone()).collect();
            let store = place.open(&session.environment)?;
            let publisher = Publisher::new(&*store, &self.signer);
            let addition = Addition::of(&publisher, suite, component, &paths);
            additions.push(addition.map_err(|error| place.failed(&error))?);
            finish(place, &publisher, session);
        }
        Ok(additions)
    }
}

impl Destination {
    fn is_same(&self, other: &Self) -> bool {
        self.place == other.place && self.suite == other.suite && self.component == other.component
    }
}

/// Returns where a package goes.
fn destination(settings: &Settings) -> Result<Destination, Failure> {
    let table = &settings.publish;
    let Some(target) = &table.target else {
        return Err(Failure::usage(
            format!("`{}` names no repository", settings.manifest_path.display()),
            "name it with `target` in `[publish]`".into(),
        ));
    };
    let target = target.get_ref();
    let target = if target.contains("://") {
        target.clone()
    } else {
        settings.directory.join(target).display().to_string()
    };
    let suite = table.suite.as_ref().map(|suite| suite.0.clone());
    let component = table
        .component
        .as_ref()
        .map(|component| component.0.clone());
    Ok(Destination {
        place: Place {
            target,
            server: Server {
                endpoint: table.endpoint.clone(),
                ..Server::default()
            },
        },
        suite: suite.unwrap_or_default(),
        component: component.unwrap_or_default(),
        packages: Vec::new(),
    })
}
