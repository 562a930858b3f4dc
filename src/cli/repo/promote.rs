//! `reldeb repo promote`: puts packages of one suite into another.

use crate::debian::ArchiveSuite;
use crate::repo::{Wanted, promote};
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
    /// The packages: the newest version of a name, or the one that is named [default: all]
    #[arg(value_name = "NAME[=VERSION]")]
    packages: Vec<Wanted>,
    /// The suite that has them
    #[arg(long, value_name = "SUITE")]
    from: ArchiveSuite,
    /// The suite that is to have them
    #[arg(long, value_name = "SUITE")]
    to: ArchiveSuite,
    #[command(flatten)]
    keys: Keys,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let (from, to) = (&arguments.from, &arguments.to);
    let promoted = publish(&arguments.place, &arguments.keys, session, |publisher| {
        promote(publisher, from, to, &arguments.packages)
    })?;
    for entry in &promoted.left_out {
        let name = named(entry);
        session.tell_note(&format!(
            "{name} is left out: it leads machines to the suite that it was made for; name it if that is `{to}`"
        ));
    }
    if promoted.added.is_empty() {
        session.tell_note(&format!("nothing to promote: `{to}` has all that is meant"));
    }
    let promoted = promoted.added;
    let packages: Vec<_> = promoted.iter().map(shown).collect();
    let document = json!({ "from": from.as_str(), "to": to.as_str(), "packages": packages });
    Ok(session.show(&document, || {
        let lines = promoted
            .iter()
            .map(|entry| format!("{} added to {to}\n", named(entry)));
        lines.collect()
    }))
}
