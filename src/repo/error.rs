//! `RepoError`: why nothing was published, or a repository cannot be read.

use std::path::PathBuf;

use super::index::ReleaseFileError;
use super::signing::SigningError;
use super::store::StoreError;
use super::wanted::Wanted;
use crate::deb::ArchiveError;
use crate::debian::{Architecture, ArchiveSuite, Component, StanzaError};
use crate::fs::FsError;
use crate::message::either;

/// Why nothing was published, or a repository cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the texts say what the fields are
pub enum RepoError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of this machine cannot be read.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// A package is damaged.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// An index cannot be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The control file of a package cannot be read.
    #[error("`{}`: its control file: {words}", path.display())]
    Control { path: PathBuf, words: String },
    /// dpkg would refuse a package, or be deceived by it.
    #[error("`{}` is fit for no machine: {words}", path.display())]
    Refused { path: PathBuf, words: String },
    /// An entry is longer than apt reads.
    #[error(
        "`{}` would have an entry of {length} bytes in the index, expected at most 1048576: apt reads no index \
         with a longer one",
        path.display()
    )]
    LongEntry { path: PathBuf, length: usize },
    /// No file can have the name of a package.
    #[error(
        "`{}` would be a file with a name of {length} bytes for apt, expected at most 255",
        path.display()
    )]
    LongName { path: PathBuf, length: usize },
    /// There is another package of that version.
    #[error("{package} {version} ({architecture}) is in the repository with other bytes")]
    VersionExists {
        package: String,
        version: String,
        architecture: String,
    },
    /// The name of a file in the pool is taken.
    #[error("`{path}` is in the repository with other bytes")]
    PoolTaken { path: String },
    /// Two packages to be added have one name in the pool.
    #[error("`{}` and `{}` would both be `{pool}`, and differ", paths[0].display(), paths[1].display())]
    SamePool { paths: [PathBuf; 2], pool: String },
    /// A keyring package would lead the machines of a suite to another one.
    #[error(
        "`{}` leads machines to suite `{there}`, expected `{suite}`: machines that install it from there would \
         lose their suite",
        path.display()
    )]
    OtherSources {
        path: PathBuf,
        suite: ArchiveSuite,
        there: String,
    },
    /// An index is there in forms only that are not read.
    #[error("`{path}` is listed, expected `Packages`, `Packages.xz` or `Packages.gz` beside it")]
    NoForm { path: String },
    /// There is no suite at all.
    #[error("there is no repository")]
    NoRepository,
    /// A suite to be has no origin.
    #[error("suite `{suite}` has no origin, and no other suite to take it from")]
    NoOrigin { suite: ArchiveSuite },
    /// There is no such suite.
    #[error("suite `{suite}` is not in the repository{}", expected(known))]
    NoSuite {
        suite: ArchiveSuite,
        known: Vec<String>,
    },
    /// The suite has no such component.
    #[error("suite `{suite}` has no component `{component}`{}", expected(known))]
    NoComponent {
        suite: ArchiveSuite,
        component: Component,
        known: Vec<String>,
    },
    /// The suite is not for such machines.
    #[error(
        "suite `{suite}` has no architecture `{architecture}`{}",
        expected(known)
    )]
    NoArchitecture {
        suite: ArchiveSuite,
        architecture: String,
        known: Vec<String>,
    },
    /// Another tool made the suite.
    #[error("suite `{suite}` was made by another tool")]
    Foreign { suite: ArchiveSuite },
    /// A suite has indices, but not the file that signs them.
    #[error("suite `{suite}` has packages, but no `dists/{suite}/InRelease`")]
    LostIndex { suite: String },
    /// The index of one suite lies in the folder of another.
    #[error("`{path}` is the index of suite `{there}`, expected that of suite `{suite}`")]
    OtherSuite {
        path: String,
        suite: ArchiveSuite,
        there: String,
    },
    /// The index is not signed as it should be.
    #[error("`{path}`: {error}")]
    Unverified { path: String, error: SigningError },
    /// There is no key to verify by.
    #[error("no key is given, and the repository has no `key.asc`")]
    NoKey,
    /// An index cannot be read.
    #[error("`{path}` is damaged: {words}")]
    Damaged { path: String, words: String },
    /// An index that is listed is not there.
    #[error("`{path}` is listed, but not there")]
    Missing { path: String },
    /// The file of a package is lost or damaged.
    #[error("`{path}` {words}")]
    Pool { path: String, words: String },
    /// The clock is behind.
    #[error(
        "the last publication is {seconds} seconds ahead of the clock of this machine, expected at \
         most 10"
    )]
    Clock { seconds: u64 },
    /// Somebody else was always faster.
    #[error("others published to suite `{suite}` {attempts} times meanwhile")]
    Busy {
        suite: ArchiveSuite,
        attempts: usize,
    },
    /// A field that apt does not let change.
    #[error(
        "suite `{suite}` has {}, which cannot become `{wanted}`",
        value(field, there)
    )]
    Fixed {
        suite: ArchiveSuite,
        field: &'static str,
        there: String,
        wanted: String,
    },
    /// A field of a suite cannot have a value.
    #[error(transparent)]
    Field(#[from] StanzaError),
    /// There is no such package.
    #[error("suite `{suite}` has no package `{wanted}`{}", versions(known))]
    NoPackage {
        suite: ArchiveSuite,
        wanted: Wanted,
        known: Vec<String>,
    },
    /// A suite lies deeper than reldeb looks.
    #[error(
        "`{path}` is of a suite or repository that is not kept here, and nobody knows which files it needs"
    )]
    Hidden { path: String },
    /// An index cannot be compressed.
    #[error("cannot compress an index: {0}")]
    Compress(std::io::Error),
}

/// Returns the end of a sentence with what there is.
fn expected(known: &[String]) -> String {
    let ticked: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
    if ticked.is_empty() {
        return String::new();
    }
    format!(", expected {}", either(&ticked))
}

/// Returns words for the value of a field.
fn value(field: &str, there: &str) -> String {
    match there {
        "" => format!("no {field}"),
        there => format!("the {field} `{there}`"),
    }
}

/// Returns the end of a sentence with the versions that there are.
fn versions(known: &[String]) -> String {
    expected(known).replacen(", expected ", ", expected version ", 1)
}

impl RepoError {
    /// Returns the error of the text of a `Release`.
    pub(super) fn of_release(path: &str, error: &ReleaseFileError) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            words: error.to_string(),
        }
    }

    /// Returns the error of a package for machines that the suite does not serve.
    pub(super) fn no_architecture(
        suite: &ArchiveSuite,
        architecture: Architecture,
        known: Vec<String>,
    ) -> Self {
        Self::NoArchitecture {
            suite: suite.clone(),
            architecture: architecture.to_string(),
            known,
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Store(error) => return error.hint(),
            Self::Fs(error) => return error.hint(),
            Self::Archive(error) => return error.hint(),
            Self::Field(error) => return error.hint(),
            Self::LostIndex { suite } => format!(
                "bring it back from a copy, or remove `dists/{suite}` to begin anew: `prune` would take its \
                 packages for ones that nobody needs"
            ),
            Self::OtherSuite { suite, .. } => format!(
                "somebody copied or renamed a folder: bring `dists/{suite}` back from a copy, or move it \
                 away and make the suite anew with `reldeb repo init TARGET --suite {suite}`"
            ),
            Self::Unverified {
                error: error @ SigningError::Unknown { .. },
                ..
            } => error.hint().unwrap_or_else(|| {
                "name the key that signed it with `--key`; while a key is replaced, name both"
                    .into()
            }),
            Self::Signing(error) | Self::Unverified { error, .. } => return error.hint(),
            Self::NoKey => "name the key with `--key`".into(),
            Self::Damaged { .. } | Self::Missing { .. } => {
                "`reldeb repo verify` tells what else is wrong; bring the file back from a copy"
                    .into()
            }
            Self::Pool { .. } => "add the package again, with `reldeb repo add`".into(),
            Self::Clock { .. } => {
                "set the clock that is wrong. If that was the one of the machine that published, no apt with a \
                 right clock has believed it: `reldeb repo refresh TARGET --set-date` takes it back"
                    .into()
            }
            Self::Busy { .. } => "try again later".into(),
            Self::Fixed { .. } => "leave it as it is, or make another suite: apt on every machine \
                 refuses the change until it is called with `--allow-releaseinfo-change`"
                .into(),
            Self::NoPackage { .. } => "`reldeb repo list TARGET` shows what there is".into(),
            Self::Hidden { .. } => "tidy up by the tool that made it".into(),
            Self::Compress(_) => "raise the limit of memory".into(),
            Self::Foreign { .. } | Self::NoForm { .. } => return self.hint_of_another_tool(),
            Self::Control { .. }
            | Self::Refused { .. }
            | Self::OtherSources { .. }
            | Self::LongEntry { .. }
            | Self::LongName { .. }
            | Self::VersionExists { .. }
            | Self::PoolTaken { .. }
            | Self::SamePool { .. } => return self.hint_of_package(),
            Self::NoRepository
            | Self::NoOrigin { .. }
            | Self::NoSuite { .. }
            | Self::NoComponent { .. }
            | Self::NoArchitecture { .. } => return self.hint_of_absence(),
        })
    }

    /// Returns what to do about a suite of another tool.
    fn hint_of_another_tool(&self) -> Option<String> {
        Some(match self {
            Self::Foreign { .. } => {
                "stop the other tool, and take the suite over with `reldeb repo init --adopt`"
            }
            Self::NoForm { .. } => {
                "let the other tool publish it once more with one of them, and remove none of its packages \
                 before"
            }
            _ => return None,
        }
        .into())
    }

    /// Returns what to do about a package.
    fn hint_of_package(&self) -> Option<String> {
        Some(match self {
            Self::Control { .. } => "build the package again: `reldeb build`".into(),
            Self::Refused { path, .. } => {
                format!(
                    "`reldeb check {}` tells all that is wrong with it",
                    path.display()
                )
            }
            Self::OtherSources { suite, .. } => format!(
                "make one of that suite with `reldeb repo keyring TARGET --suite {suite}`; name several suites \
                 where machines have all of them"
            ),
            Self::LongEntry { .. } => {
                "shorten the description, or the longest of the other fields".into()
            }
            Self::LongName { .. } => "shorten the name or the version of the package".into(),
            Self::VersionExists { .. } => {
                "give the package another version: machines and caches may \
                 have the one that was published"
                    .into()
            }
            Self::PoolTaken { .. } => {
                "give the package another version, in more than its epoch: the name of its file has none"
                    .into()
            }
            Self::SamePool { .. } => "add one of them, or give it another version".into(),
            _ => return None,
        })
    }

    /// Returns how to make a part of the repository that is not there.
    fn hint_of_absence(&self) -> Option<String> {
        Some(match self {
            Self::NoRepository => "make it with `reldeb repo init TARGET --origin NAME`".into(),
            Self::NoOrigin { .. } => {
                "name the one who makes the packages with `--origin NAME`".into()
            }
            Self::NoSuite { suite, known } => match &known[..] {
                [] => format!(
                    "see whether TARGET is the place that is meant, or make it with `reldeb repo init TARGET \
                     --suite {suite} --origin NAME`"
                ),
                [only] => format!(
                    "name the one that is there, `--suite {only}`, or make it with `reldeb repo init TARGET \
                     --suite {suite}`"
                ),
                _ => format!("make it with `reldeb repo init TARGET --suite {suite}`"),
            },
            Self::NoComponent {
                suite, component, ..
            } => format!(
                "add it with `reldeb repo init TARGET --suite {suite} --component {component}`"
            ),
            Self::NoArchitecture {
                suite,
                architecture,
                ..
            } => format!(
                "add it with `reldeb repo init TARGET --suite {suite} --architecture {architecture}`"
            ),
            _ => return None,
        })
    }
}
