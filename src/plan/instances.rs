//! Instances of one service: each needs a node name of its own.

use crate::finding::Finding;
use crate::release::{Release, ReleaseKind};

/// Returns the finding that every instance would have the same node name, of which a machine can run
/// only one; the others would end, and questions to them would reach the one that runs.
pub(super) fn fixed_name(release: &Release) -> Option<Finding> {
    let configuration = &release.configuration;
    let (name, hint) = match release.kind {
        ReleaseKind::Plain => return None,
        // The unit sets it to NAME_INSTANCE, but env.sh has the last word.
        ReleaseKind::Mix => (
            configuration.release_node.as_deref()?,
            "write `RELEASE_NODE=\"name_${INSTANCE}@127.0.0.1\"` in rel/env.sh.eex, or leave it out",
        ),
        ReleaseKind::Relx => (
            configuration.node.as_ref()?.name.as_str(),
            "write `-sname name_${INSTANCE}` in vm.args.src, which is rendered at each start",
        ),
    };
    let rendered = release.kind == ReleaseKind::Mix || configuration.vm_args_src.is_some();
    if name.contains('$') && rendered {
        return None;
    }
    let message = format!("every instance would have the same node name `{name}`");
    Some(Finding::error("fixed-node-name", message).with_hint(hint))
}
