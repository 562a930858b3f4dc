//! The cookie for Erlang's distribution, made on the machine.

use super::Facts;
use crate::finding::{Finding, tags};

/// Returns whether the package makes a cookie on each machine, where it has state at all.
pub(super) fn is_made(facts: &Facts<'_>) -> bool {
    let kept = facts.manifest.tables.release.keep_cookie;
    facts.release.kind.has_cookie && !kept.unwrap_or(false)
}

/// Returns the finding that the start script passes the cookie to commands in a way that is
/// not rewritten.
pub(super) fn shown(facts: &Facts<'_>) -> Option<Finding> {
    let script = facts.release.start_script.as_ref()?;
    script.shows_cookie.then(|| {
        let path = script.path.display();
        let message =
            format!("`{path}` passes the cookie to commands, and `ps` shows it to every user");
        Finding::new(tags::COOKIE_ON_COMMAND_LINE, message)
            .with_hint(
                "leave `-setcookie` and `--cookie` out of the script: the node reads the cookie \
                 from the file in its home",
            )
            .at_release_file(path, None)
    })
}
