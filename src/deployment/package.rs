//! The contributions that depend on no service manager: the user, directories, the cookie, the
//! admin's command, hooks, removal and purge.

use serde::Serialize;

use super::context::Context;
use super::model::{Command, Hook, HookEvent, Life};
use super::{Contributor, Script, ServiceError, Step};
use crate::deb::gzip;

const MANUAL: &str = "package/command.1";
const HOOK: &str = "package/hook.sh";

/// Adds the files and fragments that are the same for every service manager.
pub(super) fn contribute(
    life: &Life,
    contributor: &mut Contributor<'_>,
) -> Result<(), ServiceError> {
    if let Some(service) = &life.service {
        let path = format!("/etc/default/{}", service.name);
        contributor.conffile(&path, 0o644, "init/default")?;
        // The environment may contain passwords.
        if let Some(account) = &life.account {
            contributor.protect(&account.group);
        }
    }
    for (path, template) in contributor.context.helpers() {
        contributor.file(path, 0o755, template)?;
    }
    if let Some(command) = &life.command {
        admin_command(command, contributor)?;
    }
    ground(life, contributor)?;
    removal(life, contributor)?;
    for hook in &life.hooks {
        add_hook(hook, contributor)?;
    }
    Ok(())
}

fn admin_command(command: &Command, contributor: &mut Contributor<'_>) -> Result<(), ServiceError> {
    let name = &command.name;
    contributor.file(&format!("/usr/bin/{name}"), 0o755, "package/command.sh")?;
    // Policy 12.1 asks for the highest level of compression.
    let page = gzip(contributor.render(MANUAL)?.as_bytes(), 9);
    let path = format!("/usr/share/man/man1/{name}.1.gz");
    contributor.bytes(&path, 0o644, MANUAL, page, false)
}

/// Adds the fragments that prepare the machine before the service starts.
fn ground(life: &Life, contributor: &mut Contributor<'_>) -> Result<(), ServiceError> {
    if !life.conffile_changes.is_empty() {
        for script in [Script::Preinst, Script::Postinst, Script::Postrm] {
            contributor.fragment(script, Step::Conffiles, "package/conffiles.sh")?;
        }
    }
    let mut postinst = |template| contributor.fragment(Script::Postinst, Step::Ground, template);
    if life.has_directories() {
        postinst("package/number-of.sh")?;
    }
    if life
        .account
        .as_ref()
        .is_some_and(|account| !account.groups.is_empty())
    {
        postinst("package/postinst-groups.sh")?;
    }
    if life.has_directories() {
        postinst("package/postinst-directories.sh")?;
    }
    if life.service.is_some() {
        postinst("package/postinst-predecessor.sh")?;
    }
    if life.account.is_some() {
        contributor.fragment(Script::Preinst, Step::Account, "init/before-install.sh")?;
    }
    if life.service.is_some() {
        let template = "package/postinst-failure.sh";
        contributor.fragment(Script::Postinst, Step::Systemd, template)?;
        let template = "package/preinst-predecessor.sh";
        contributor.fragment(Script::Preinst, Step::Systemd, template)?;
        let template = "package/postrm-predecessor.sh";
        contributor.fragment(Script::Postrm, Step::Leftovers, template)?;
    }
    Ok(())
}

/// Adds the fragments for removal and purge.
fn removal(life: &Life, contributor: &mut Contributor<'_>) -> Result<(), ServiceError> {
    if life.service.is_some() || life.command.is_some() {
        let template = "package/remove-processes.sh";
        contributor.fragment(Script::Prerm, Step::Leftovers, template)?;
        // dpkg calls no prerm where the package was unpacked but never configured.
        contributor.fragment(Script::Postrm, Step::Leftovers, template)?;
    }
    contributor.fragment(Script::Postrm, Step::Leftovers, "package/postrm-release.sh")?;
    let leaves = life.service.is_some() || life.command.is_some() || life.has_state;
    if leaves {
        let template = "package/preinst-release.sh";
        contributor.fragment(Script::Preinst, Step::Ground, template)?;
    }
    if leaves || !life.purge.is_empty() {
        contributor.fragment(Script::Postrm, Step::Purge, "package/postrm-purge.sh")?;
    }
    let tells_reinstallation = |hook: &Hook| {
        matches!(
            hook.event,
            HookEvent::AfterUpgrade | HookEvent::AfterReinstall
        )
    };
    if life.hooks.iter().any(tells_reinstallation) {
        contributor.fragment(
            Script::Preinst,
            Step::HookBefore,
            "package/preinst-reinstall.sh",
        )?;
    }
    Ok(())
}

/// The variables of a hook's template.
#[derive(Serialize)]
struct HookContext<'a> {
    #[serde(flatten)]
    package: &'a Context<'a>,
    hook: &'a Hook,
}

fn add_hook(hook: &Hook, contributor: &mut Contributor<'_>) -> Result<(), ServiceError> {
    let (script, step) = match hook.event {
        HookEvent::BeforeFirstInstall | HookEvent::BeforeUpgrade | HookEvent::BeforeReinstall => {
            (Script::Preinst, Step::HookBefore)
        }
        HookEvent::AfterFirstInstall | HookEvent::AfterUpgrade | HookEvent::AfterReinstall => {
            (Script::Postinst, Step::HookBefore)
        }
        HookEvent::BeforeRemove => (Script::Prerm, Step::HookBefore),
        HookEvent::AfterRemove | HookEvent::BeforePurge => (Script::Postrm, Step::HookAfter),
        HookEvent::AfterPurge => (Script::Postrm, Step::HookLast),
    };
    let context = HookContext {
        package: contributor.context,
        hook,
    };
    let text = contributor.templates.render(HOOK, &context)?;
    contributor.text(script, step, HOOK, text);
    Ok(())
}
