//! `Suite`: a published suite in memory, whose indices are read when they are first looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::RepoError;
use super::index::{Form, Index, Listed, ReleaseFile, sha256};
use super::signing::{PublicKey, SigningError, verify};
use super::store::{self, Object, Store, Token};
use crate::debian::{Architecture, ArchiveSuite, Component};

/// A component for one architecture: what has an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The component.
    pub component: String,
    /// The architecture.
    pub architecture: String,
}

impl Place {
    /// Returns the folder of the index below that of the suite.
    pub(super) fn folder(&self) -> String {
        format!("{}/binary-{}", self.component, self.architecture)
    }
}

/// A published suite, or one to be.
pub struct Suite<'a> {
    store: &'a dyn Store,
    name: ArchiveSuite,
    /// Its `Release`.
    pub(super) release: ReleaseFile,
    /// The indices that were looked at.
    pub(super) indices: BTreeMap<Place, Index>,
    /// The indices that are to be published.
    pub(super) changed: BTreeSet<Place>,
    /// The mark of the `InRelease` that this was read from.
    pub(super) token: Option<Token>,
    /// The time at which that was written.
    pub(super) modified: Option<SystemTime>,
    /// Tells that it is not there yet.
    pub(super) is_new: bool,
    /// The fingerprints of keys that signed it beside those by which it was verified.
    pub(super) other_keys: Vec<String>,
}

/// An `InRelease` as it was found.
pub(super) enum Found {
    /// It is signed by one of the keys, and by others that are not among them.
    Verified(ReleaseFile, Vec<String>),
    /// It is not.
    Unverified(SigningError),
}

impl<'a> Suite<'a> {
    /// Returns a suite that is not there yet.
    pub(super) fn new(store: &'a dyn Store, name: &ArchiveSuite) -> Self {
        Self {
            is_new: true,
            ..Self::of(store, name, ReleaseFile::new(name.as_str()), None)
        }
    }

    pub(super) fn of(
        store: &'a dyn Store,
        name: &ArchiveSuite,
        release: ReleaseFile,
        object: Option<&Object>,
    ) -> Self {
        Self {
            store,
            name: name.clone(),
            release,
            indices: BTreeMap::new(),
            changed: BTreeSet::new(),
            token: object.map(|object| object.token.clone()),
            modified: object.and_then(|object| object.modified),
            is_new: false,
            other_keys: Vec::new(),
        }
    }

    /// Returns it with the fingerprints of keys that signed it beside those by which it was verified.
    pub(super) fn with_other_keys(self, other_keys: Vec<String>) -> Self {
        Self { other_keys, ..self }
    }

    /// Reads a suite that is signed by one of some keys.
    ///
    /// # Errors
    ///
    /// Fails where there is none, or it is not signed so, or was made by another tool.
    pub fn read(
        store: &'a dyn Store,
        name: &ArchiveSuite,
        keys: &[PublicKey],
    ) -> Result<Self, RepoError> {
        let path = in_release(name);
        let Some(object) = store.get(&path)? else {
            if store.facts(&format!("dists/{name}/Release"))?.is_some() {
                return Err(RepoError::Foreign {
                    suite: name.clone(),
                });
            }
            return Err(RepoError::NoSuite {
                suite: name.clone(),
                known: suites(store)?.iter().map(ArchiveSuite::to_string).collect(),
            });
        };
        match find(&path, &object, keys)? {
            Found::Unverified(error) => Err(RepoError::Unverified { path, error }),
            Found::Verified(release, others) if release.is_ours() => {
                check_name(store, name, &release)?;
                let suite = Self::of(store, name, release, Some(&object));
                Ok(suite.with_other_keys(others))
            }
            Found::Verified(..) => Err(RepoError::Foreign {
                suite: name.clone(),
            }),
        }
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &ArchiveSuite {
        &self.name
    }

    /// Returns its `Release`.
    #[must_use]
    pub fn release(&self) -> &ReleaseFile {
        &self.release
    }

    /// Returns its components.
    #[must_use]
    pub fn components(&self) -> Vec<String> {
        self.release.words("Components")
    }

    /// Returns the architectures that it has indices for.
    #[must_use]
    pub fn architectures(&self) -> Vec<String> {
        let mut words = self.release.words("Architectures");
        words.retain(|word| word != Architecture::ALL.as_str() && word != "source");
        words
    }

    /// Returns every component for every architecture.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let architectures = self.architectures();
        let components = self.components().into_iter();
        components
            .flat_map(|component| {
                architectures.iter().map(move |architecture| Place {
                    component: component.clone(),
                    architecture: architecture.clone(),
                })
            })
            .collect()
    }

    /// Returns the places of all indices that are listed, also of components and architectures that it does not
    /// name; nothing where one of them has no such place.
    pub(super) fn listed_places(&self) -> Option<BTreeSet<Place>> {
        let paths = self.release.files.keys();
        let names = paths.filter_map(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_index = name == "Packages" || name.starts_with("Packages.");
            is_index.then(|| path.strip_suffix(name).unwrap_or_default())
        });
        names
            .map(|folder| {
                let (component, architecture) =
                    folder.trim_end_matches('/').rsplit_once("/binary-")?;
                Some(Place {
                    component: component.to_owned(),
                    architecture: architecture.to_owned(),
                })
            })
            .collect()
    }

    /// Returns the places where a package of a component belongs; one for all machines belongs to
    /// every architecture.
    ///
    /// # Errors
    ///
    /// Fails where the suite has no such component or architecture.
    pub(super) fn places_of(
        &self,
        component: &Component,
        architecture: Architecture,
    ) -> Result<Vec<Place>, RepoError> {
        self.expect_component(component)?;
        let known = self.architectures();
        let mut places = self.places();
        places.retain(|place| {
            place.component == component.as_str()
                && (architecture.is_all() || place.architecture == architecture.as_str())
        });
        if places.is_empty() {
            return Err(RepoError::no_architecture(&self.name, architecture, known));
        }
        Ok(places)
    }

    /// Checks that the suite has a component.
    pub(super) fn expect_component(&self, component: &Component) -> Result<(), RepoError> {
        let known = self.components();
        if known.iter().any(|it| it == component.as_str()) {
            return Ok(());
        }
        Err(RepoError::NoComponent {
            suite: self.name.clone(),
            component: component.clone(),
            known,
        })
    }

    /// Returns an index.
    ///
    /// # Errors
    ///
    /// Fails where it is listed and cannot be read; [`RepoError::Missing`] where it is gone.
    pub fn index(&mut self, place: &Place) -> Result<&mut Index, RepoError> {
        if !self.indices.contains_key(place) {
            let index = self.read_index(place)?;
            self.indices.insert(place.clone(), index);
        }
        Ok(self.indices.entry(place.clone()).or_default())
    }

    /// Notes that an index is to be published.
    pub(super) fn change(&mut self, place: &Place) {
        self.changed.insert(place.clone());
    }

    fn read_index(&self, place: &Place) -> Result<Index, RepoError> {
        let folder = place.folder();
        let listed = Form::ALL.into_iter().filter_map(|form| {
            let path = format!("{folder}/{}", form.file_name());
            let listed = self.release.files.get(&path)?;
            Some((form, path, listed))
        });
        let mut missing = None;
        for (form, path, listed) in listed {
            let path = format!("dists/{}/{path}", self.name);
            let Some(bytes) = self.read_listed(&path, listed)? else {
                missing = missing.or(Some(path));
                continue;
            };
            return Index::read(&bytes, form).map_err(|error| RepoError::Damaged {
                path,
                words: error.to_string(),
            });
        }
        if let Some(path) = missing {
            return Err(RepoError::Missing { path });
        }
        let mut others = self.release.files.keys();
        match others.find(|path| is_of_index(path, &folder)) {
            Some(path) => {
                let path = format!("dists/{}/{path}", self.name);
                Err(RepoError::NoForm { path })
            }
            // One that is not listed has no packages.
            None => Ok(Index::default()),
        }
    }

    /// Returns the bytes that are listed for a path, by their sum or by their name.
    fn read_listed(&self, path: &str, listed: &Listed) -> Result<Option<Vec<u8>>, RepoError> {
        for path in [&by_hash(path, &listed.sha256), path] {
            if let Some(object) = self.store.get(path)?
                && sha256(&object.bytes) == listed.sha256
            {
                return Ok(Some(object.bytes));
            }
        }
        Ok(None)
    }

    /// Returns for how long apt believes a publication.
    ///
    /// # Errors
    ///
    /// Fails where its dates cannot be read.
    pub(super) fn valid_for(&self) -> Result<Option<Duration>, RepoError> {
        let path = in_release(&self.name);
        let read = |time: Result<_, _>| time.map_err(|error| RepoError::of_release(&path, &error));
        let (date, until) = (
            read(self.release.date())?,
            read(self.release.valid_until())?,
        );
        Ok(date
            .zip(until)
            .and_then(|(date, until)| until.duration_since(date).ok()))
    }
}

/// Returns whether a path is that of the index of a folder, compressed in whatever way.
fn is_of_index(path: &str, folder: &str) -> bool {
    let name = path
        .strip_prefix(folder)
        .and_then(|it| it.strip_prefix('/'));
    name.is_some_and(|it| it.starts_with("Packages.") && !it.contains('/'))
}

/// Checks that a `Release` is of the suite in whose folder it lies: that of another, copied there, is signed
/// as well. A symlink to the folder of a suite is another name for it.
pub(super) fn check_name(
    store: &dyn Store,
    name: &ArchiveSuite,
    release: &ReleaseFile,
) -> Result<(), RepoError> {
    let folder = format!("dists/{name}");
    let real = store.real_path(&folder).unwrap_or(folder);
    let real = real.rsplit('/').next().unwrap_or_default();
    let said: Vec<&str> = ["Suite", "Codename"]
        .into_iter()
        .filter_map(|field| release.get(field))
        .collect();
    if said.contains(&real) {
        return Ok(());
    }
    Err(RepoError::OtherSuite {
        path: in_release(name),
        suite: name.clone(),
        there: (*said.first().unwrap_or(&"")).to_owned(),
    })
}

/// Reads an `InRelease`.
pub(super) fn find(path: &str, object: &Object, keys: &[PublicKey]) -> Result<Found, RepoError> {
    let text = String::from_utf8_lossy(&object.bytes);
    let verified = match verify(&text, keys) {
        Ok(verified) => verified,
        Err(error) => return Ok(Found::Unverified(error)),
    };
    let release = verified.text.parse();
    let release = release.map_err(|error| RepoError::of_release(path, &error))?;
    Ok(Found::Verified(release, verified.others))
}

/// Returns the path of the signed index of a suite.
#[must_use]
pub(super) fn in_release(suite: &ArchiveSuite) -> String {
    format!("dists/{suite}/InRelease")
}

/// Returns the path of an index file by its sum.
pub(super) fn by_hash(path: &str, sha256: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/by-hash/SHA256/{sha256}")
}

/// Returns the suites of a repository.
///
/// # Errors
///
/// Fails where the store cannot be read.
pub(crate) fn suites(store: &dyn Store) -> Result<Vec<ArchiveSuite>, RepoError> {
    let files = store.list("dists/")?;
    if let Some(suite) = without_index(&files) {
        return Err(RepoError::LostIndex { suite });
    }
    let mut names: Vec<ArchiveSuite> = files
        .iter()
        .filter_map(|file| {
            let path = file.path.strip_prefix("dists/")?;
            let name = path
                .strip_suffix("/InRelease")
                .or(path.strip_suffix("/Release"))?;
            name.parse().ok()
        })
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// The bytes of the packed index of an empty place, with some to spare.
const EMPTY: u64 = 64;

/// Returns a suite that has packages, and neither `InRelease` nor `Release`: without them nobody knows that its
/// files are needed. A publication that was cut off leaves indices of empty places at most.
fn without_index(files: &[store::Listed]) -> Option<String> {
    let suite_of = |file: &store::Listed| -> Option<(String, String)> {
        let (suite, below) = file.path.strip_prefix("dists/")?.split_once('/')?;
        Some((suite.to_owned(), below.to_owned()))
    };
    let parts: Vec<_> = files.iter().filter_map(suite_of).collect();
    let has_index = |suite: &str| {
        let mut parts = parts.iter();
        parts.any(|(of, below)| of == suite && ["InRelease", "Release"].contains(&&**below))
    };
    let mut indices = files.iter().filter(|file| {
        let is_index = file.path.ends_with("/Packages.gz") || file.path.ends_with("/Packages");
        is_index && file.size > EMPTY
    });
    indices.find_map(|file| {
        let (suite, _) = suite_of(file)?;
        (!has_index(&suite)).then_some(suite)
    })
}

/// Returns the suites of a repository that has some.
///
/// # Errors
///
/// Fails where the store cannot be read, or holds no repository.
pub(crate) fn expect_suites(store: &dyn Store) -> Result<Vec<ArchiveSuite>, RepoError> {
    let names = suites(store)?;
    if names.is_empty() {
        return Err(RepoError::NoRepository);
    }
    Ok(names)
}
