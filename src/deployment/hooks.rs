//! `[hooks]`: the pieces of maintainer scripts that run the author's shell.

use serde::Serialize;

use super::context::Context;
use super::{Contributor, Deployment, DeploymentError, Script, Step};
use crate::hooks::Hook;
use crate::vocabulary::HookEvent;

pub(crate) const HOOK: &str = "package/hook.sh";

/// Adds the hooks, and the note by which those after an upgrade know a reinstallation.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let tells_reinstallation = |hook: &Hook| {
        matches!(
            hook.event,
            HookEvent::AfterUpgrade | HookEvent::AfterReinstall
        )
    };
    if deployment.hooks.iter().any(tells_reinstallation) {
        let template = "package/preinst-reinstall.sh";
        contributor.fragment(Script::Preinst, Step::HookBefore, template)?;
    }
    deployment
        .hooks
        .iter()
        .try_for_each(|hook| add_hook(hook, contributor))
}

/// The variables of a hook's template.
#[derive(Serialize)]
struct HookContext<'a> {
    #[serde(flatten)]
    package: &'a Context<'a>,
    hook: &'a Hook,
}

fn add_hook(hook: &Hook, contributor: &mut Contributor<'_>) -> Result<(), DeploymentError> {
    let (script, step) = match hook.event {
        HookEvent::BeforeFirstInstall | HookEvent::BeforeUpgrade | HookEvent::BeforeReinstall => {
            (Script::Preinst, Step::HookBefore)
        }
        HookEvent::AfterFirstInstall | HookEvent::AfterUpgrade | HookEvent::AfterReinstall => {
            (Script::Postinst, Step::HookBefore)
        }
        HookEvent::OnTrigger => (Script::Postinst, Step::Triggered),
        HookEvent::BeforeRemove => (Script::Prerm, Step::HookBefore),
        HookEvent::AfterRemove | HookEvent::BeforePurge => (Script::Postrm, Step::HookAfter),
        HookEvent::AfterPurge => (Script::Postrm, Step::AfterPurge),
    };
    let context = HookContext {
        package: contributor.context,
        hook,
    };
    let text = contributor.templates.render(HOOK, &context)?;
    contributor.text(script, step, HOOK, text);
    Ok(())
}
