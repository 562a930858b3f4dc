//! The scripts in /usr/libexec that units, init scripts and the command run.

use serde::Serialize;

use super::context::has_init_script;
use super::{Contributor, Deployment, DeploymentError};
use crate::vocabulary::Readiness;

/// The paths of the scripts in /usr/libexec, of those that the package needs.
#[derive(Debug, Serialize)]
pub(super) struct Helpers {
    /// The script that runs a command as the service runs.
    as_service: Option<String>,
    /// The script that asks the running node.
    ask: Option<String>,
    /// The script that waits until the service serves.
    ready: Option<String>,
    /// The script that ends the processes a node leaves behind under systemd.
    end_service: Option<String>,
    /// The script that stops a node under systemd that may not be up yet.
    stop_node: Option<String>,
    /// The script that waits for the node under systemd, and stops it where that is asked for.
    await_node: Option<String>,
    /// The script that makes the cookie before a start.
    make_cookie: Option<String>,
    /// The script that makes the secrets before a start.
    make_secrets: Option<String>,
    /// The script that tells what the administrator has yet to set.
    require_environment: Option<String>,
    /// The script that runs the hooks of the release's own script.
    run_hooks: Option<String>,
}

impl Helpers {
    pub(super) fn new(deployment: &Deployment) -> Self {
        let service = deployment.service.as_ref();
        let program = deployment.program.as_ref();
        let kind = program.map(|program| program.kind);
        let commands = deployment.command.is_some() && kind.is_none_or(|kind| kind.has_verbs);
        let ready = service.is_some_and(|service| service.readiness == Readiness::Ping);
        // Plain programs have no port mapper, and listen for signals at once.
        let is_node = program.is_some_and(|program| program.erts.is_some());
        let node = is_node && service.is_some_and(|service| service.systemd);
        let path = |name: &str, wanted: bool| {
            wanted.then(|| format!("/usr/libexec/{}/{name}", deployment.package))
        };
        Self {
            as_service: path(
                "as-service",
                commands || service.is_some_and(has_init_script),
            ),
            ask: path(
                "ask",
                kind.is_some_and(|kind| kind.question_flags.is_some()),
            ),
            ready: path("wait-until-ready", ready),
            end_service: path("end-service", node),
            stop_node: path("stop-node", node),
            await_node: path("await-node", node && ready),
            make_cookie: path("make-cookie", deployment.cookie && program.is_some()),
            make_secrets: path(
                "make-secrets",
                service.is_some_and(|service| !service.secrets.is_empty()),
            ),
            require_environment: path(
                "require-environment",
                service.is_some_and(|service| !service.required_environment.is_empty()),
            ),
            run_hooks: path(
                "run-hooks",
                service.is_some() && program.is_some_and(|program| !program.hooks.is_empty()),
            ),
        }
    }

    /// Returns the path and the template of each script that the package needs.
    fn needed(&self) -> Vec<(&str, &'static str)> {
        let Helpers {
            as_service,
            ask,
            ready,
            end_service,
            stop_node,
            await_node,
            make_cookie,
            make_secrets,
            require_environment,
            run_hooks,
        } = self;
        let all = [
            (as_service, "package/as-service.sh"),
            (ask, "package/ask.sh"),
            (ready, "package/wait-until-ready.sh"),
            (end_service, "systemd/end-service.sh"),
            (stop_node, "systemd/stop-node.sh"),
            (await_node, "systemd/await-node.sh"),
            (make_cookie, "package/make-cookie.sh"),
            (make_secrets, "package/make-secrets.sh"),
            (require_environment, "package/require-environment.sh"),
            (run_hooks, "package/run-hooks.sh"),
        ];
        let needed = all.into_iter();
        needed
            .filter_map(|(path, template)| Some((path.as_deref()?, template)))
            .collect()
    }
}

/// Adds the scripts.
pub(super) fn contribute(
    _deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let context = contributor.context;
    for (path, template) in context.helpers().needed() {
        contributor.file(path, 0o755, template)?;
    }
    Ok(())
}
