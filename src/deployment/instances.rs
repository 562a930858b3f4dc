//! Instances of one service: each needs a node name of its own.

use crate::finding::{Finding, tags};
use crate::release::Release;
use crate::release::kinds::FixedName;

/// Returns the finding that every instance would have the same node name, of which a machine can run
/// only one; the others would end, and questions to them would reach the one that runs.
pub(super) fn fixed_name(release: &Release) -> Option<Finding> {
    let FixedName { name, hint } = (release.kind.fixed_name)(&release.configuration)?;
    let message = format!("every instance would have the same node name `{name}`");
    Some(Finding::new(tags::FIXED_NODE_NAME, message).with_hint(hint))
}
