//! Instances of one service: each needs a node name of its own, and files.

use super::{Facts, Writable};
use crate::finding::{Finding, Location, tags};
use crate::release::kinds::FixedName;

/// Returns the finding that every instance would have the same node name, of which a machine can run
/// only one; the others would end, and questions to them would reach the one that runs.
pub(super) fn fixed_name(facts: &Facts<'_>) -> Option<Finding> {
    let release = facts.release;
    let FixedName { name, hint } = (release.kind.fixed_name)(&release.configuration)?;
    let message = format!("every instance would have the same node name `{name}`");
    let finding = Finding::new(tags::FIXED_NODE_NAME, message).with_hint(hint);
    Some(finding.at(place(facts).as_ref()))
}

/// Returns the finding that instances share what they write.
pub(super) fn shared(facts: &Facts<'_>, writable: &[Writable]) -> Option<Finding> {
    let first = writable.first()?;
    let message = format!(
        "every instance would write to the same `{}`",
        first.directory()
    );
    let hint = "give each a file of its own, by the variable `INSTANCE` in the configuration";
    let finding = Finding::new(tags::SHARED_BY_INSTANCES, message).with_hint(hint);
    Some(finding.at(place(facts).as_ref()))
}

/// Returns the place of `instances` in the manifest.
fn place(facts: &Facts<'_>) -> Option<Location> {
    let service = facts.manifest.tables.service.as_ref()?;
    let written = service.instances.as_ref()?;
    Some(facts.manifest.place(&written.span()))
}
