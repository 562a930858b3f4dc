//! `Version`: epoch, upstream version and Debian revision, with dpkg's order
//! (deb-version(7), Debian Policy 5.6.12).

use super::release_version::{self, ReleaseVersion};
use super::text::{named, quoted};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The version of a package: `[epoch:]upstream_version[-debian_revision]`.
///
/// The order is dpkg's, and equality is that of the order: as for dpkg, `1.0`,
/// `1.00`, `0:1.0` and `1.0-0` are equal. Compare the texts where the spelling
/// matters. The spelling is kept but for an epoch of zero, which is not written.
#[derive(Debug, Clone)]
pub struct Version {
    epoch: u32,
    upstream: String,
    revision: Option<String>,
}

/// The text of a version that a relation leaves open.
const OF_THE_PACKAGE: &str = "${binary:Version}";

impl Version {
    /// The greatest epoch: dpkg keeps it in a signed 32-bit number.
    pub const EPOCH_MAX: u32 = i32::MAX.unsigned_abs();

    /// Stands for the version of the package that a relation is written for, until that is known.
    pub(super) fn of_the_package() -> Self {
        Self {
            epoch: 0,
            upstream: OF_THE_PACKAGE.to_owned(),
            revision: None,
        }
    }

    /// Returns whether the version is not known yet.
    pub(super) fn is_of_the_package(&self) -> bool {
        self.upstream == OF_THE_PACKAGE
    }

    /// Returns the epoch, 0 where none is written.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Returns the upstream version: the text between the epoch and the Debian revision.
    #[must_use]
    pub fn upstream_version(&self) -> &str {
        &self.upstream
    }

    /// Returns the Debian revision: the text after the last `-`.
    #[must_use]
    pub fn debian_revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }

    /// Returns the same version with this epoch in place of its own.
    #[must_use]
    pub fn with_epoch(&self, epoch: u32) -> Self {
        let epoch = epoch.min(Self::EPOCH_MAX);
        Self {
            epoch,
            ..self.clone()
        }
    }

    /// Returns the same version with this Debian revision in place of its own.
    ///
    /// # Errors
    /// [`VersionError::RevisionEmpty`] and [`VersionError::RevisionCharacter`].
    pub fn with_revision(&self, revision: &str) -> Result<Self, VersionError> {
        if revision.is_empty() {
            return Err(VersionError::RevisionEmpty {
                text: format!("{}-", self.upstream),
            });
        }
        if let Some(character) = revision.chars().find(|c| !is_revision_character(*c)) {
            return Err(VersionError::RevisionCharacter {
                revision: revision.to_owned(),
                character,
            });
        }
        Ok(Self {
            revision: Some(revision.to_owned()),
            ..self.clone()
        })
    }

    /// Returns the version as it stands in file names: without the epoch, as `dpkg-deb` does.
    #[must_use]
    pub fn without_epoch(&self) -> String {
        match &self.revision {
            Some(revision) => format!("{}-{revision}", self.upstream),
            None => self.upstream.clone(),
        }
    }

    /// Returns whether the text that dpkg reads as a Debian revision was meant as a pre-release.
    ///
    /// `1.0-rc1` is a legal version and sorts *after* `1.0`. Revisions start with a
    /// digit, but for those of some Debian and Ubuntu updates (`-deb12u1`), so one that
    /// starts with a letter was written in `SemVer`'s or git's spelling; so was a
    /// known word such as `rc` after an earlier `-`.
    #[must_use]
    pub fn looks_like_semver_prerelease(&self) -> bool {
        let revision = self.debian_revision().unwrap_or_default();
        let is_update = ["deb", "ubuntu"].iter().any(|word| {
            let number = revision.strip_prefix(word).unwrap_or_default();
            number.starts_with(|c: char| c.is_ascii_digit())
        });
        (revision.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_update)
            || (self.upstream.split('-').skip(1)).any(release_version::starts_with_prerelease_word)
    }

    /// Reads a version that a person wrote for Debian, as in a manifest: those that
    /// [`FromStr`] takes, without the spellings that sort wrongly.
    ///
    /// # Errors
    /// [`VersionError`], with [`VersionError::Prerelease`] for `1.0-rc1` and
    /// [`VersionError::GitDescribe`] for `1.0-5-gabcdef0`.
    pub fn from_manifest(text: &str) -> Result<Self, VersionError> {
        let version: Self = text.parse()?;
        if !version.looks_like_semver_prerelease() {
            return Ok(version);
        }
        let text = text.to_owned();
        Err(if release_version::is_git_describe(&text) {
            VersionError::GitDescribe { text }
        } else {
            VersionError::Prerelease { text }
        })
    }

    /// Turns the version of a release into an upstream version that sorts as the
    /// release's own versions do.
    ///
    /// A leading `v` is removed, a `SemVer` pre-release `-X` becomes `~X`, build metadata
    /// stays, `T-N-gCOMMIT` of `git describe` becomes `T+N.gCOMMIT`, and the result holds
    /// no `-`, so that a Debian revision can follow.
    ///
    /// # Errors
    /// [`VersionError`] about the text as given: [`VersionError::Commit`] for a bare
    /// commit, which has no order, and those of [`FromStr`] for what cannot be mapped.
    pub fn from_release(text: &str) -> Result<ReleaseVersion, VersionError> {
        release_version::map(text)
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(VersionError::Empty);
        }
        let owned = || text.to_owned();
        if text.contains(char::is_whitespace) {
            let character = text.chars().find(|c| c.is_whitespace()).unwrap_or(' ');
            return Err(VersionError::Space {
                text: owned(),
                character,
            });
        }
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) => (parse_epoch(text, epoch)?, rest),
            None => (0, text),
        };
        let (upstream, revision) = match rest.rsplit_once('-') {
            Some((_, "")) => return Err(VersionError::RevisionEmpty { text: owned() }),
            Some((upstream, revision)) => (upstream, Some(revision)),
            None => (rest, None),
        };
        // This checks the revision too: it is the part after the last `-`, so it has none.
        let before = text.chars().count() - rest.chars().count();
        for (index, character) in rest.chars().enumerate() {
            if !is_revision_character(character) && character != '-' {
                return Err(VersionError::Character {
                    text: owned(),
                    character,
                    position: before + index + 1,
                });
            }
        }
        match upstream.chars().next() {
            None => Err(VersionError::UpstreamEmpty { text: owned() }),
            Some(c) if !c.is_ascii_digit() => Err(VersionError::Start {
                text: owned(),
                character: c,
            }),
            Some(_) => Ok(Self {
                epoch,
                upstream: upstream.to_owned(),
                revision: revision.map(str::to_owned),
            }),
        }
    }
}

fn parse_epoch(text: &str, epoch: &str) -> Result<u32, VersionError> {
    let text = text.to_owned();
    if epoch.is_empty() {
        return Err(VersionError::EpochEmpty { text });
    }
    if !epoch.bytes().all(|b| b.is_ascii_digit()) {
        let epoch = epoch.to_owned();
        return Err(VersionError::EpochNotANumber { text, epoch });
    }
    match epoch.parse::<u32>() {
        Ok(number) if number <= Version::EPOCH_MAX => Ok(number),
        _ => Err(VersionError::EpochTooBig { text }),
    }
}

fn is_revision_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '~')
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch == 0 {
            f.pad(&self.without_epoch())
        } else {
            f.pad(&format!("{}:{}", self.epoch, self.without_epoch()))
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        // A version without a revision sorts like one with an empty revision, which equals `0`.
        let (left, right) = (self.debian_revision(), other.debian_revision());
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_part(&self.upstream, &other.upstream))
            .then_with(|| compare_part(left.unwrap_or_default(), right.unwrap_or_default()))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

/// Compares two upstream versions or two revisions: by turns a run of non-digits,
/// character by character, and a run of digits, as a number of any length.
fn compare_part(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    while !left.is_empty() || !right.is_empty() {
        let (left_word, left_rest) = split_run(left, false);
        let (right_word, right_rest) = split_run(right, false);
        let (left_number, left_rest) = split_run(left_rest, true);
        let (right_number, right_rest) = split_run(right_rest, true);
        let order = compare_words(left_word, right_word)
            .then_with(|| compare_numbers(left_number, right_number));
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

/// Returns the leading run of digits (or of anything else), and the rest.
fn split_run(text: &[u8], digits: bool) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|b| b.is_ascii_digit() != digits)
        .unwrap_or(text.len());
    text.split_at(end)
}

/// Compares two runs of non-digits: `~` sorts before the end, the end before letters, letters
/// before the rest.
fn compare_words(left: &[u8], right: &[u8]) -> Ordering {
    let weight = |text: &[u8], index: usize| match text.get(index) {
        Some(b'~') => -1,
        None => 0,
        Some(b) if b.is_ascii_alphabetic() => i32::from(*b),
        Some(b) => i32::from(*b) + 256,
    };
    (0..left.len().max(right.len()))
        .map(|index| weight(left, index).cmp(&weight(right, index)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn compare_numbers(left: &[u8], right: &[u8]) -> Ordering {
    let (left, right) = (without_zeros(left), without_zeros(right));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|b| **b == b'0').count();
    &digits[zeros..]
}

/// The reason why a text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// There is no text.
    #[error("invalid version ``: is empty")]
    Empty,
    /// White space somewhere.
    #[error("invalid version {}: contains {}", quoted(text), named(*character))]
    Space {
        /// The text as written.
        text: String,
        /// The first white space.
        character: char,
    },
    /// A character that no version may have.
    #[error(
        "invalid version {}: contains {} at character {position}, \
         expected letters, digits and `. + - ~`",
        quoted(text),
        named(*character)
    )]
    Character {
        /// The text as written.
        text: String,
        /// The first wrong character.
        character: char,
        /// The place of the character, counted from 1.
        position: usize,
    },
    /// A `:` with nothing before it.
    #[error("invalid version {}: the epoch before `:` is empty", quoted(text))]
    EpochEmpty {
        /// The text as written.
        text: String,
    },
    /// Something other than digits before the first `:`.
    #[error(
        "invalid version {}: the epoch {} is not a number",
        quoted(text),
        quoted(epoch)
    )]
    EpochNotANumber {
        /// The text as written.
        text: String,
        /// The text before the `:`.
        epoch: String,
    },
    /// An epoch that dpkg cannot hold.
    #[error(
        "invalid version {}: the epoch is greater than {}",
        quoted(text),
        Version::EPOCH_MAX
    )]
    EpochTooBig {
        /// The text as written.
        text: String,
    },
    /// Nothing between the epoch and the revision.
    #[error("invalid version {}: the upstream version is empty", quoted(text))]
    UpstreamEmpty {
        /// The text as written.
        text: String,
    },
    /// The upstream version starts with something else than a digit.
    #[error("invalid version {}: starts with {}, expected a digit", quoted(text), named(*character))]
    Start {
        /// The text as written.
        text: String,
        /// The first character of the text.
        character: char,
    },
    /// A `-` at the end.
    #[error(
        "invalid version {}: the Debian revision after the last `-` is empty",
        quoted(text)
    )]
    RevisionEmpty {
        /// The text as written.
        text: String,
    },
    /// A character that no Debian revision may have.
    #[error(
        "invalid Debian revision {}: contains {}, expected letters, digits and `. + ~`",
        quoted(revision),
        named(*character)
    )]
    RevisionCharacter {
        /// The revision.
        revision: String,
        /// The first wrong character.
        character: char,
    },
    /// A pre-release in `SemVer`'s spelling, which dpkg reads as a revision.
    #[error(
        "invalid version {}: sorts after the version it is a pre-release of",
        quoted(text)
    )]
    Prerelease {
        /// The text as written.
        text: String,
    },
    /// The output of `git describe`, of which dpkg reads the commit as a revision.
    #[error(
        "invalid version {}: dpkg reads the commit as a Debian revision",
        quoted(text)
    )]
    GitDescribe {
        /// The text as written.
        text: String,
    },
    /// A bare git commit, which has no order.
    #[error(
        "invalid version {}: is a git commit, which has no order",
        quoted(text)
    )]
    Commit {
        /// The text as written.
        text: String,
    },
}

impl VersionError {
    /// Returns a hint on what to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty => Some("write a version such as `1.0`".into()),
            Self::Prerelease { text } => {
                mapped(text).map(|version| format!("write a pre-release as `{version}`"))
            }
            Self::Commit { text } => Some(format!(
                "put the date before it: `0~git20250131.{}`",
                text.trim()
            )),
            Self::EpochEmpty { text } => mapped(text.trim_start_matches(':'))
                .map(|version| format!("write it as `{version}`")),
            Self::EpochNotANumber { .. } | Self::EpochTooBig { .. } => {
                Some("an epoch is a small number, as in `1:2.0`; leave it out if in doubt".into())
            }
            Self::RevisionEmpty { text } => (text.trim_end_matches('-').parse::<Version>().ok())
                .map(|version| format!("write `{version}`, or `{version}-1` with a revision")),
            Self::RevisionCharacter { .. } => Some("a revision is mostly a number: `1`".into()),
            Self::Start { text, .. } | Self::UpstreamEmpty { text } => mapped(text).map_or_else(
                || Some("start with a digit: `1.0`".into()),
                |version| Some(written(text, &version)),
            ),
            Self::Space { text, .. }
            | Self::Character { text, .. }
            | Self::GitDescribe { text } => mapped(text).map(|version| written(text, &version)),
        }
    }
}

fn written(text: &str, version: &str) -> String {
    if version.contains('~') && !text.contains('~') {
        format!("write a pre-release as `{version}`")
    } else {
        format!("write it as `{version}`")
    }
}

/// Returns the version that was probably meant: an epoch and a revision that starts with
/// a digit stay, and the text between them is read as the version of a release.
fn mapped(text: &str) -> Option<String> {
    let is_number = |epoch: &str| {
        epoch
            .parse()
            .is_ok_and(|number: u32| number <= Version::EPOCH_MAX)
    };
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if is_number(epoch) => (format!("{epoch}:"), rest),
        _ => (String::new(), text),
    };
    let (upstream, revision) = match rest.trim().rsplit_once('-') {
        Some((upstream, revision)) if revision.starts_with(|c: char| c.is_ascii_digit()) => {
            let revision = revision.replace(|c| !is_revision_character(c), ".");
            (upstream, format!("-{revision}"))
        }
        _ => (rest, String::new()),
    };
    let version = release_version::map(upstream).ok()?.version;
    Some(format!("{epoch}{version}{revision}"))
}

#[cfg(test)]
#[path = "version_tests.rs"]
mod tests;
