//! Making a suite, adding to its components and architectures, and taking over that of another tool.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::RepoError;
use super::index::{Entry, ReleaseFile};
use super::publication::{PAGE, Publisher, Validity};
use super::refresh::{add_keys, drop_old_keys};
use super::sources::Address;
use super::store::{Object, Store};
use super::suite::{Found, Place, Suite, check_name, find, in_release, suites};
use crate::debian::{Architecture, ArchiveSuite, Component};

/// The suite that a repository is to have.
#[derive(Debug, Clone)]
pub struct Outline {
    /// The one who makes the packages; of a suite that is there, as it is.
    pub origin: Option<String>,
    /// A name for all of them; default: the origin.
    pub label: Option<String>,
    /// A description on one line.
    pub description: Option<String>,
    /// Its components.
    pub components: Vec<Component>,
    /// The architectures of machines that it serves.
    pub architectures: Vec<Architecture>,
    /// The time for which apt believes an index.
    pub validity: Validity,
    /// The wish for a page for people at each publication.
    pub page: PageWish,
    /// Takes a suite over that another tool made, or that somebody else signed.
    pub adopt: bool,
}

/// A wish for a page for people, written at each publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageWish {
    /// As it did before.
    AsBefore,
    /// It does not.
    No,
    /// It does, for those who reach the repository by this address.
    At(Address),
}

/// The fate of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiated {
    /// It was made.
    Made,
    /// It was there, and was changed or signed anew.
    Changed,
    /// It was there as it is to be.
    Unchanged,
}

/// Makes a suite, or adds to one.
///
/// # Errors
///
/// Fails where it is there and cannot become so, and where nothing can be published.
pub fn init(
    publisher: &Publisher,
    name: &ArchiveSuite,
    outline: &Outline,
) -> Result<Initiated, RepoError> {
    let mut change = Initiated::Unchanged;
    let is_signed = Cell::new(true);
    let is_changed = publisher.attempt(
        name,
        outline.validity,
        || read(publisher, name, outline.adopt, &is_signed),
        &mut |suite| {
            change = shape(publisher, suite, outline, is_signed.get())?;
            if change == Initiated::Unchanged {
                return Ok(false);
            }
            add_keys(publisher)?;
            Ok(true)
        },
    )?;
    if is_changed {
        drop_old_keys(publisher)?;
    }
    Ok(change)
}

/// Checks that a suite can be made so, and writes nothing.
///
/// # Errors
///
/// Fails where it is there and cannot become so, and where it lacks something.
pub(crate) fn rehearse(
    publisher: &Publisher,
    name: &ArchiveSuite,
    outline: &Outline,
) -> Result<(), RepoError> {
    let is_signed = Cell::new(true);
    let mut suite = read(publisher, name, outline.adopt, &is_signed)?;
    publisher.store.expect_in_place(&in_release(name))?;
    shape(publisher, &mut suite, outline, is_signed.get())?;
    Ok(())
}

/// Gives a suite in memory its outline, and returns what became of it.
fn shape(
    publisher: &Publisher,
    suite: &mut Suite,
    outline: &Outline,
    is_signed: bool,
) -> Result<Initiated, RepoError> {
    let is_new = suite.is_new;
    let before = suite.release.clone();
    let filled = is_new.then(|| filled(publisher, suite.name(), outline));
    let outline = &filled.transpose()?.unwrap_or_else(|| outline.clone());
    set_fields(suite, outline, is_new)?;
    extend(suite, outline, is_signed)?;
    let validity = outline.validity != Validity::AsBefore;
    let is_same = before == suite.release && suite.changed.is_empty() && is_signed;
    Ok(match (is_new, is_same && !validity) {
        (true, _) => Initiated::Made,
        (false, true) => Initiated::Unchanged,
        (false, false) => Initiated::Changed,
    })
}

/// Reads a suite that may not be there, or not be ours. Notes whether a key of the publisher signs it, as
/// far as it is there.
fn read<'s>(
    publisher: &Publisher<'s>,
    name: &ArchiveSuite,
    adopt: bool,
    is_signed: &Cell<bool>,
) -> Result<Suite<'s>, RepoError> {
    is_signed.set(true);
    let store = publisher.store;
    let path = in_release(name);
    let foreign = || RepoError::Foreign {
        suite: name.clone(),
    };
    let Some(object) = store.get(&path)? else {
        let unsigned = format!("dists/{name}/Release");
        return match store.get(&unsigned)? {
            None => {
                // One of packages that lost it would become empty.
                suites(store)?;
                Ok(Suite::new(store, name))
            }
            Some(_) if !adopt => Err(foreign()),
            // The signed index is still to be made.
            Some(release) => {
                let text = String::from_utf8_lossy(&release.bytes);
                let release = read_text(&unsigned, &text)?;
                expect_name(store, name, &release)?;
                is_signed.set(false);
                named(Suite::of(store, name, release, None))
            }
        };
    };
    match find(&path, &object, &publisher.keys())? {
        Found::Verified(release, others) if adopt || release.is_ours() => {
            expect_name(store, name, &release)?;
            let suite = Suite::of(store, name, release, Some(&object));
            named(suite.with_other_keys(others))
        }
        Found::Verified(..) => Err(foreign()),
        Found::Unverified(_) if adopt => {
            let release = read_text(&path, signed_part(&object).as_ref())?;
            expect_name(store, name, &release)?;
            is_signed.set(false);
            named(Suite::of(store, name, release, Some(&object)))
        }
        Found::Unverified(error) => Err(RepoError::Unverified { path, error }),
    }
}

/// Returns a suite with the components and architectures of its indices where it names none: apt finds them all
/// the same.
fn named(mut suite: Suite) -> Result<Suite, RepoError> {
    let places = suite.listed_places().unwrap_or_default();
    for field in ["Components", "Architectures"] {
        if suite.release.get(field).is_some() {
            continue;
        }
        let words = places.iter().map(|place| match field {
            "Components" => place.component.as_str(),
            _ => place.architecture.as_str(),
        });
        let words: BTreeSet<&str> = words.collect();
        if !words.is_empty() {
            let words: Vec<&str> = words.into_iter().collect();
            suite.release.set(field, words.join(" "))?;
        }
    }
    Ok(suite)
}

/// Checks that a `Release` that names a suite names the one of its folder.
fn expect_name(
    store: &dyn Store,
    name: &ArchiveSuite,
    release: &ReleaseFile,
) -> Result<(), RepoError> {
    if release.get("Suite").or(release.get("Codename")).is_none() {
        return Ok(());
    }
    check_name(store, name, release)
}

fn read_text(path: &str, text: &str) -> Result<ReleaseFile, RepoError> {
    let release = text.parse();
    release.map_err(|error| RepoError::of_release(path, &error))
}

/// Returns the text between the armor of a signed index, whoever signed it.
fn signed_part(object: &Object) -> String {
    let text = String::from_utf8_lossy(&object.bytes);
    let lines = text.lines().skip_while(|line| !line.is_empty()).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("-----BEGIN"));
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("- ").unwrap_or(line))
        .collect();
    lines.join("\n")
}

/// Returns the outline of a new suite: what is not named is as in the other suites.
fn filled(
    publisher: &Publisher,
    name: &ArchiveSuite,
    outline: &Outline,
) -> Result<Outline, RepoError> {
    let mut outline = outline.clone();
    let mut architectures = Vec::new();
    for other in suites(publisher.store)? {
        if other == *name {
            continue;
        }
        // One of somebody else says nothing about ours.
        let Ok(other) = Suite::read(publisher.store, &other, &publisher.keys()) else {
            continue;
        };
        let field = |field| other.release.get(field).map(str::to_owned);
        if outline.origin.is_none() {
            outline.origin = field("Origin");
            outline.label = outline.label.or_else(|| field("Label"));
        }
        architectures = joined(architectures, other.architectures().into_iter());
    }
    if outline.origin.is_none() {
        return Err(RepoError::NoOrigin {
            suite: name.clone(),
        });
    }
    if outline.components.is_empty() {
        outline.components.push(Component::default());
    }
    if outline.architectures.is_empty() {
        let known = architectures
            .iter()
            .filter_map(|word| word.parse::<Architecture>().ok());
        outline.architectures.extend(known);
    }
    if outline.architectures.is_empty() {
        outline
            .architectures
            .extend("amd64".parse::<Architecture>());
    }
    Ok(outline)
}

/// Sets the fields that tell what the suite is.
fn set_fields(suite: &mut Suite, outline: &Outline, is_new: bool) -> Result<(), RepoError> {
    let name = suite.name().clone();
    let release = &mut suite.release;
    let label = outline
        .label
        .as_ref()
        .or(outline.origin.as_ref().filter(|_| is_new));
    for (field, wanted) in [("Origin", outline.origin.as_ref()), ("Label", label)] {
        let Some(wanted) = wanted else { continue };
        match release.get(field) {
            Some(there) if there == wanted => {}
            None if is_new => release.set(field, wanted)?,
            there => {
                return Err(RepoError::Fixed {
                    suite: name,
                    field,
                    there: there.unwrap_or_default().to_owned(),
                    wanted: wanted.clone(),
                });
            }
        }
    }
    if release.get("Suite").or(release.get("Codename")).is_none() {
        // apt of every machine refuses a codename that was not there before.
        release.set("Suite", &name)?;
    }
    if let Some(description) = &outline.description {
        release.set("Description", description)?;
    }
    match &outline.page {
        PageWish::AsBefore => {}
        PageWish::No => release.unset(PAGE),
        PageWish::At(address) => release.set(PAGE, address)?,
    }
    release.set("Acquire-By-Hash", "yes")?;
    release.make_ours();
    Ok(())
}

/// Adds components and architectures. Packages for all machines are put into the new indices. The indices
/// of a suite that no key of the publisher signs are looked at, and published anew.
fn extend(suite: &mut Suite, outline: &Outline, is_signed: bool) -> Result<(), RepoError> {
    let before = suite.places();
    let components = outline.components.iter().map(Component::to_string);
    let components = joined(suite.components(), components);
    let wanted = outline.architectures.iter().map(Architecture::to_string);
    let architectures = joined(suite.architectures(), wanted);
    suite
        .release
        .set("Architectures", architectures.join(" "))?;
    suite.release.set("Components", components.join(" "))?;
    for place in suite.places() {
        let is_whole = before.contains(&place) && !is_to_write(suite, &place);
        if is_whole && is_signed {
            continue;
        }
        let others = before.iter().find(|it| it.component == place.component);
        if let Some(other) = others.filter(|other| !is_whole && **other != place) {
            let mut entries = suite.index(other)?.entries();
            entries.retain(|entry: &Entry| entry.architecture == Architecture::ALL.as_str());
            suite.index(&place)?.insert(&entries);
        }
        suite.index(&place)?;
        suite.change(&place);
    }
    Ok(())
}

/// Returns whether an index that is there lacks one of the files that are to be there.
fn is_to_write(suite: &Suite, place: &Place) -> bool {
    let folder = place.folder();
    let mut forms = super::index::Form::ALL.iter();
    forms.any(|form| {
        let path = format!("{folder}/{}", form.file_name());
        !suite.release.files.contains_key(&path)
    })
}

fn joined(mut there: Vec<String>, more: impl Iterator<Item = String>) -> Vec<String> {
    for word in more {
        if !there.contains(&word) {
            there.push(word);
        }
    }
    there
}
