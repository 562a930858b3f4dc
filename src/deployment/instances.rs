//! Instances of one service: each needs a node name of its own.

use crate::finding::{Finding, tags};
use crate::release::{Release, ReleaseKind};

/// Returns the finding that every instance would have the same node name, of which a machine can run
/// only one; the others would end, and questions to them would reach the one that runs.
pub(super) fn fixed_name(release: &Release) -> Option<Finding> {
    let configuration = &release.configuration;
    let (name, hint) = match release.kind {
        ReleaseKind::Plain => return None,
        // The unit sets it to NAME_INSTANCE, but env.sh has the last word.
        ReleaseKind::Mix => {
            let name = configuration.release_node.as_deref()?;
            let own = of_instance(name);
            let hint = format!("write `RELEASE_NODE=\"{own}\"` in rel/env.sh.eex, or leave it out");
            (name, hint)
        }
        ReleaseKind::Relx => {
            let node = configuration.node.as_ref()?;
            let flag = if node.long { "-name" } else { "-sname" };
            let own = of_instance(&node.name);
            let hint = format!(
                "write `{flag} {own}` in the file that rebar.config names as `vm_args_src`, which is \
                 rendered at each start"
            );
            (node.name.as_str(), hint)
        }
    };
    let rendered = release.kind == ReleaseKind::Mix || configuration.vm_args_src.is_some();
    if name.contains('$') && rendered {
        return None;
    }
    let message = format!("every instance would have the same node name `{name}`");
    Some(Finding::new(tags::FIXED_NODE_NAME, message).with_hint(hint))
}

/// Returns the name with the instance in it, its host as it was.
fn of_instance(name: &str) -> String {
    let (node, host) = name.find('@').map_or((name, ""), |at| name.split_at(at));
    let node = node.trim_end_matches("_${INSTANCE}");
    format!("{node}_${{INSTANCE}}{host}")
}
