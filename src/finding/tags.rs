//! All kinds of findings: the only place that names, weighs and explains them.

mod binaries;
mod documents;
mod fields;
mod fpm;
mod libraries;
mod machine;
mod maintainer_scripts;
mod package;
mod places;
mod project;
mod registries;
mod rehearse;
mod release;
mod repository;
mod reproducible;
mod security;
mod units;
mod unpack;
mod upgrade;

use super::Tag;
use crate::message::nearest;

pub(crate) use binaries::*;
pub(crate) use documents::*;
pub(crate) use fields::*;
pub(crate) use fpm::*;
pub(crate) use libraries::*;
pub(crate) use machine::*;
pub(crate) use maintainer_scripts::*;
pub(crate) use package::*;
pub(crate) use places::*;
pub(crate) use project::*;
pub(crate) use registries::*;
pub(crate) use rehearse::*;
pub(crate) use release::*;
pub(crate) use repository::*;
pub(crate) use reproducible::*;
pub(crate) use security::*;
pub(crate) use units::*;
pub(crate) use unpack::*;
pub(crate) use upgrade::*;

/// A name that no tag has.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no finding has the tag `{0}`")]
pub struct UnknownTag(String);

impl UnknownTag {
    /// Returns the nearest tag, or the page with all of them.
    #[must_use]
    pub fn hint(&self) -> String {
        match nearest(&self.0, all().map(|tag| tag.name)) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`reldeb check --explain` lists all tags, and `--json` names that of each \
                     finding"
                .into(),
        }
    }
}

/// All tags by their subject.
pub const SUBJECTS: [(&str, &[&Tag]); 19] = [
    ("The project and its manifest", project::ALL),
    ("The release", release::ALL),
    ("The files of the package", package::ALL),
    ("The registries of the system", registries::ALL),
    ("Units of systemd", units::ALL),
    ("Libraries and suites", libraries::ALL),
    ("What dpkg would say", unpack::ALL),
    ("An upgrade", upgrade::ALL),
    ("A command line of fpm", fpm::ALL),
    ("A rehearsal", rehearse::ALL),
    ("A repository", repository::ALL),
    ("Policy: the control archive", fields::ALL),
    ("Policy: paths and modes", places::ALL),
    ("Policy: documents", documents::ALL),
    ("Policy: programs and libraries", binaries::ALL),
    ("Policy: maintainer scripts", maintainer_scripts::ALL),
    (
        "Policy: init scripts, units and other registries",
        machine::ALL,
    ),
    ("Security", security::ALL),
    ("Reproducibility", reproducible::ALL),
];

/// The tags of lintian that those of Debian 12 and 13 do not both have.
pub(crate) const OF_ONE_LINTIAN: [&str; 5] = [
    "aliased-location",
    "subdir-in-bin",
    "systemd-alternatives",
    "systemd-diversion",
    "trailing-comma-in-maintainer-field",
];

/// Returns all tags, those of one subject side by side.
pub fn all() -> impl Iterator<Item = &'static Tag> {
    let tables = SUBJECTS.into_iter().map(|(_, tags)| tags);
    tables.flatten().copied()
}

/// Returns the tag of this name.
///
/// # Errors
/// [`UnknownTag`] where there is none.
pub fn find(name: &str) -> Result<&'static Tag, UnknownTag> {
    all()
        .find(|tag| tag.name == name)
        .ok_or_else(|| UnknownTag(name.to_owned()))
}
