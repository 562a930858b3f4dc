//! The directory of mnesia, which the release or a file of the project has to name.

use super::Facts;
use super::text::{find_configuration, package_name};
use crate::deployment::relative_paths;
use crate::finding::Finding;
use crate::fs;
use crate::release::sets_mnesia_directory;

/// Returns the finding about a release whose mnesia has no directory, neither by itself nor by the files
/// of the project that it includes.
pub(super) fn without_directory(facts: &Facts) -> Option<Finding> {
    let release = facts.release.as_ref()?;
    let name = package_name(facts.name());
    let mut unread = Vec::new();
    for path in release.configuration.unread_includes() {
        let project = facts.project.as_ref();
        let source = project.and_then(|(directory, _)| {
            Some(directory.join(find_configuration(directory, &name, path)?))
        });
        match source.map(|source| fs::read(&source)) {
            Some(Ok(text)) if sets_mnesia_directory(&text) => return None,
            Some(Ok(_)) => {}
            _ => unread.push(path),
        }
    }
    let (target, state) = (format!("/opt/{name}"), format!("/var/lib/{name}"));
    relative_paths::without_mnesia_directory(release, &target, &state, &unread)
}
