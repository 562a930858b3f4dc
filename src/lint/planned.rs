//! The checks of a policy for a package that is not written yet.

use std::path::Path;

use super::deb::check_planned;
use super::policy_level::Policy;
use crate::deb::Deb;
use crate::error::Error;
use crate::finding::{Finding, Severity, Tag, tags};
use crate::fs::FsError;
use crate::pipeline::{Package, Prepared};

/// The subjects whose findings only other commands have.
const OF_OTHERS: [&str; 3] = ["An upgrade", "A command line of fpm", "A rehearsal"];

/// Returns what a policy says of a package. It is written to a temporary file for that, so that what is looked at
/// is what is packed.
///
/// # Errors
/// [`Error`] where a file of the package cannot be read, or there is no room for the temporary one.
pub(crate) fn check_package(package: &Package, policy: Policy) -> Result<Vec<Finding>, Error> {
    let folder = tempfile::tempdir().map_err(|error| {
        FsError::new(
            "write to the folder",
            Path::new(&std::env::temp_dir()),
            error,
        )
    })?;
    let path = folder.path().join("x.deb");
    let mut findings = package.write_to(&path)?.findings;
    let mut found = check_planned(&Deb::open(&path)?, policy)?;
    found.retain(|finding| !is_told(finding, &package.findings));
    findings.extend(found);
    for finding in &mut findings {
        if package.settings.allowed.contains(&finding.tag) {
            finding.severity = finding.severity.min(Severity::Info);
        }
    }
    Ok(findings)
}

/// Findings that the build has, too, and tells with more of the manifest.
const OF_BUILD: [(&Tag, &Tag); 6] = [
    (tags::SYNOPSIS_FORM, tags::SYNOPSIS_STARTS_WITH_NAME),
    (tags::SYNOPSIS_EMPTY, tags::SYNOPSIS_STARTS_WITH_NAME),
    (tags::SECRET_READABLE, tags::PRIVATE_KEY_READABLE),
    (tags::SUDOERS_MODE, tags::SUDOERS_FILE_IGNORED),
    (tags::CRON_FORM, tags::CRON_FILE_IGNORED),
    (tags::UNIT_PLACE, tags::UNIT_IN_ETC),
];

/// Returns whether the build has told the same.
fn is_told(finding: &Finding, by_build: &[Finding]) -> bool {
    let mut pairs = OF_BUILD.iter();
    let other = pairs.find_map(|(own, other)| (*own == finding.tag).then_some(*other));
    let is_key =
        finding.tag != tags::SECRET_READABLE || finding.message.starts_with("the private key");
    is_key && other.is_some_and(|other| by_build.iter().any(|it| it.tag == other))
}

/// Returns the findings about exceptions that no finding about the packages needs.
#[must_use]
pub(crate) fn unused_exceptions<'a>(
    prepared: &Prepared,
    found: impl Iterator<Item = &'a Finding>,
) -> Vec<Finding> {
    let found: Vec<&Tag> = found.map(|finding| finding.tag).collect();
    let of_others = |tag: &&Tag| {
        let mut subjects = tags::SUBJECTS.iter();
        subjects.any(|(subject, tags)| OF_OTHERS.contains(subject) && tags.contains(tag))
    };
    let mut unused: Vec<Finding> = Vec::new();
    for package in &prepared.packages {
        for (tag, place) in &package.settings.places.allowed {
            let is_told = unused.iter().any(|it| it.location.as_ref() == Some(place));
            if !found.contains(tag) && !of_others(tag) && !is_told {
                let message = format!("`{tag}` is allowed, but nothing has it");
                let hint = "take the line out of `allow` in `[check]`";
                let finding = Finding::new(tags::EXCEPTION_UNUSED, message).with_hint(hint);
                unused.push(finding.at(Some(place)));
            }
        }
    }
    unused
}
