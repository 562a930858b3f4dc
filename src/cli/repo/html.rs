//! `reldeb repo html`: a page for people.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use crate::finding::{Finding, tags};
use crate::fs;
use crate::repo::changes::{Change, Changelogs};
use crate::repo::index::Entry;
use crate::repo::keyring::package_of;
use crate::repo::page::{Page, PageFile, PagePackage, PageSuite, address_path, readable_size};
use crate::repo::signing::PublicKey;
use crate::repo::sources::Sources;
use crate::repo::store::{Caching, Expected, Source, Store, StoreError};
use crate::repo::{Listing, Publisher, list};
use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::super::session::{Answer, Failure, Session};
use super::super::source::source_date_epoch;
use super::about::{About, Named};
use super::place::Place;

/// The path of the page in the repository.
const PAGE: &str = "index.html";
/// The marks of our pages: that of now, and the one of before.
const OURS: [&str; 2] = [
    "<meta name=\"generator\" content=\"reldeb\">",
    ": Debian packages</title>",
];

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// Write the page to a file in place of the repository's `index.html`
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let place = &arguments.named.place;
    let store = place.open(&session.environment)?;
    let about = arguments.named.about(&*store, session)?;
    if arguments.output.is_none() {
        expect_own(place, &*store)?;
    }
    let html = html(place, &*store, &about, session)?;
    let path = if let Some(path) = &arguments.output {
        fs::replace(path, html.as_bytes())?;
        path.display().to_string()
    } else {
        write(&*store, &html)?;
        format!("{}/{PAGE}", place.target.trim_end_matches('/'))
    };
    Ok(session.show(&json!({ "path": path }), || format!("{path}\n")))
}

/// Writes the page anew after a publication, where the repository has one. Without it, the publication stays.
pub(super) fn renew(place: &Place, publisher: &Publisher, session: &Session) {
    let Some(address) = publisher.page.get() else {
        return;
    };
    let store = publisher.store;
    let written = About::of(place, store, publisher.keys(), address).and_then(|about| {
        expect_own(place, store)?;
        let html = html(place, store, &about, session)?;
        write(store, &html)
    });
    if let Err(failure) = written {
        let text = format!(
            "the packages are published, but not the page for people: {}",
            failure.message
        );
        let again = || {
            let target = &place.target;
            format!("write it by `reldeb repo html {target} --url {address}`")
        };
        let hint = failure.hint.unwrap_or_else(again);
        session.tell(&[Finding::new(tags::PAGE_NOT_WRITTEN, text).with_hint(hint)]);
    }
}

/// Returns the page as it is now.
fn html(
    place: &Place,
    store: &dyn Store,
    about: &About,
    session: &Session,
) -> Result<String, Failure> {
    let listings = list(store, &about.keys, &about.suites).map_err(|error| place.failed(&error))?;
    let of_store = |error: StoreError| Failure::new(error.to_string());
    let days = days(store).map_err(of_store)?;
    let now = match source_date_epoch(&session.environment)? {
        Some(seconds) => SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds),
        None => SystemTime::now(),
    };
    let mut changelogs = Changelogs::kept(store).map_err(of_store)?;
    let date = day(now).unwrap_or_default();
    let page = page(about, &listings, &days, date, &mut |entry| {
        changelogs.of(store, entry)
    });
    let html = page.map_err(of_store)?.html().map_err(Failure::new)?;
    changelogs.keep(store).map_err(of_store)?;
    Ok(html)
}

/// Refuses to replace a page that somebody else wrote.
fn expect_own(place: &Place, store: &dyn Store) -> Result<(), Failure> {
    let there = store.get(PAGE);
    let there = there.map_err(|error| Failure::new(error.to_string()))?;
    let is_ours = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        OURS.iter().any(|mark| text.contains(mark))
    };
    if there.is_none_or(|page| is_ours(&page.bytes)) {
        return Ok(());
    }
    let text = format!("`{PAGE}` is a page that reldeb has not written, and is not replaced");
    Err(Failure::new(text).with_hint(format!(
        "move it away, or write the other to a file of its own: `reldeb repo html {} -o FILE`",
        place.target
    )))
}

fn write(store: &dyn Store, html: &str) -> Result<(), Failure> {
    let source = Source::Bytes(html.as_bytes());
    let written = store.put(PAGE, source, &Expected::Any, Caching::Ask);
    written.map_err(|error| Failure::new(error.to_string()))?;
    Ok(())
}

/// Returns the days on which the files of packages were added.
fn days(store: &dyn Store) -> Result<BTreeMap<String, String>, StoreError> {
    let files = store.list("pool/")?.into_iter();
    let dated = files.filter_map(|file| Some((file.path, day(file.modified?)?)));
    Ok(dated.collect())
}

fn day(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).ok()?;
    Some(time.strftime("%Y-%m-%d").to_string())
}

fn page(
    about: &About,
    listings: &[Listing],
    days: &BTreeMap<String, String>,
    date: String,
    changes: &mut dyn FnMut(&Entry) -> Result<Vec<Change>, StoreError>,
) -> Result<Page, StoreError> {
    let keyring = package_of(&about.name);
    let suites = about.suites.iter().zip(&about.sources);
    let suites: Result<Vec<PageSuite>, StoreError> = suites
        .map(|(name, sources)| {
            let of_suite = listings.iter().filter(|it| it.suite == name.as_str());
            let entries: Vec<&Entry> = of_suite.flat_map(|it| &it.entries).collect();
            let has_keyring = entries.iter().any(|entry| entry.package == keyring);
            Ok(PageSuite {
                name: name.to_string(),
                sources: sources.to_string(),
                keyring: has_keyring.then(|| keyring.clone()),
                packages: packages(entries, days, changes)?,
            })
        })
        .collect();
    let address = about.sources.first().map(|it| it.address.to_string());
    Ok(Page {
        title: about.origin.clone(),
        address: address.unwrap_or_default(),
        name: about.name.clone(),
        is_one_source: Sources::joined(&about.sources).is_some(),
        fingerprints: about.keys.iter().map(PublicKey::fingerprint).collect(),
        suites: suites?,
        date,
    })
}

/// Returns the packages by name, the newest version of each first.
fn packages(
    mut entries: Vec<&Entry>,
    days: &BTreeMap<String, String>,
    changes: &mut dyn FnMut(&Entry) -> Result<Vec<Change>, StoreError>,
) -> Result<Vec<PagePackage>, StoreError> {
    entries.sort_by(|one, other| {
        let names = one.package.cmp(&other.package);
        let versions = other.compare_versions(one);
        let machines = one.architecture.cmp(&other.architecture);
        names.then(versions).then(machines)
    });
    let mut packages: Vec<PagePackage> = Vec::new();
    for entry in entries {
        if packages.last().is_none_or(|it| it.name != entry.package) {
            let homepage = entry.field("Homepage");
            let description = description(&entry.text);
            let mut package = PagePackage::new(&entry.package, &description, homepage);
            package.changes = changes(entry)?;
            packages.push(package);
        }
        let file = PageFile {
            version: entry.version.clone(),
            architecture: entry.architecture.clone(),
            path: address_path(&entry.file),
            size: readable_size(entry.size),
            date: days.get(&entry.file).cloned(),
        };
        packages
            .last_mut()
            .into_iter()
            .for_each(|it| it.files.push(file.clone()));
    }
    Ok(packages)
}

/// Returns the whole description in a stanza.
fn description(stanza: &str) -> String {
    let mut lines = stanza.lines();
    let first = lines.find_map(|line| line.strip_prefix("Description:"));
    let rest = lines.take_while(|line| line.starts_with([' ', '\t']));
    first.into_iter().chain(rest).collect::<Vec<_>>().join("\n")
}
