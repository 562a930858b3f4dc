//! Hooks of relx's start script that run at its own verbs alone, which no service manager uses.

use crate::finding::{Finding, tags};
use crate::message::ticked;

/// The variables of relx's script, and their hooks in `extended_start_script_hooks`. The hook before the
/// start runs at every start.
const HOOKS: &[(&str, &str)] = &[
    ("POST_START_HOOKS", "post_start"),
    ("PRE_STOP_HOOKS", "pre_stop"),
    ("POST_STOP_HOOKS", "post_stop"),
    ("PRE_INSTALL_UPGRADE_HOOKS", "pre_install_upgrade"),
    ("POST_INSTALL_UPGRADE_HOOKS", "post_install_upgrade"),
    ("STATUS_HOOK", "status"),
];

/// The variable of the hook before the start.
const PRE_START: (&str, &str) = ("PRE_START_HOOKS", "pre_start");

/// Those that the unit and the init script run in the place of the verbs.
const RUN: &[&str] = &["post_start", "pre_stop", "post_stop"];

/// The function of relx's script that runs its hooks.
const FUNCTION: &str = "relx_run_hooks()";

/// Returns the hooks of a start script that the service runs when it has started, before it stops and
/// when it has stopped.
pub(super) fn run(script: &str) -> Vec<&'static str> {
    let mut all = named(script);
    all.retain(|hook| is_run(script, hook));
    all
}

/// Returns the finding about hooks of a start script that never run.
pub(super) fn finding(path: &str, script: &str) -> Option<Finding> {
    let mut found = named(script);
    found.retain(|hook| !is_run(script, hook));
    if found.is_empty() {
        return None;
    }
    let (noun, verb) = match found.len() {
        1 => ("hook", "runs"),
        _ => ("hooks", "run"),
    };
    let message = format!(
        "`{path}` has {noun} {}, which never {verb}: the service manager starts it with `foreground` and \
         ends it by a signal",
        ticked(&found)
    );
    let hint = "do it in `start/2` and `prep_stop/1` of the application, or by `ExecStartPost`, `ExecStop` \
                and `ExecStopPost` below `[service.systemd.Service]`";
    let finding = Finding::new(tags::HOOKS_NEVER_RUN, message).with_hint(hint);
    Some(finding.at_release_file(path, None))
}

/// Returns the findings about scripts of hooks that the release lacks: the start script passes over them
/// without a word. `has` tells whether the release has a file beside the start script.
pub(super) fn missing(path: &str, script: &str, has: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, number) in script.lines().zip(1..) {
        let Some((variable, value)) = line.trim().split_once('=') else {
            continue;
        };
        let is_hook = |(name, _): &&(&str, &str)| *name == variable;
        let hook = HOOKS.iter().chain(&[PRE_START]).find(is_hook);
        let Some((_, hook)) = hook else { continue };
        for named in value.trim_matches(['"', '\'']).split_whitespace() {
            // Arguments follow the name.
            let name = named.split('|').next().unwrap_or_default();
            if name.is_empty() || name.contains('$') || has(name) {
                continue;
            }
            let message = format!(
                "`{path}` names `{name}` as hook `{hook}`, which the release does not have"
            );
            let hint = "copy it there with an `overlay` of relx, or leave it out of `extended_start_script_hooks`";
            let finding = Finding::new(tags::HOOK_MISSING, message).with_hint(hint);
            findings.push(finding.at_release_file(path, Some(number)));
        }
    }
    findings
}

fn is_run(script: &str, hook: &str) -> bool {
    RUN.contains(&hook) && script.contains(FUNCTION)
}

/// Returns the hooks that have a script of the author's. relx's own, which write a pid file or wait for the
/// node, are the service manager's work.
fn named(script: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for line in script.lines() {
        let Some((variable, value)) = line.trim().split_once('=') else {
            continue;
        };
        let hook = HOOKS.iter().find(|(name, _)| *name == variable);
        let mut scripts = value.trim_matches(['"', '\'']).split_whitespace();
        let has_own = scripts.any(|it| !it.contains("builtin/"));
        if let Some((_, hook)) = hook.filter(|_| has_own)
            && !found.contains(hook)
        {
            found.push(*hook);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_that_no_service_manager_runs() {
        for (script, expected) in [
            ("PRE_START_HOOKS=\"hooks/a\"\nPOST_START_HOOKS=\"\"\n", None),
            (
                "POST_START_HOOKS=\"hooks/builtin/wait_for_vm_start\"\n",
                None,
            ),
            (
                "POST_INSTALL_UPGRADE_HOOKS=\"hooks/a\"\n",
                Some("hook `post_install_upgrade`, which never runs"),
            ),
            (
                "PRE_STOP_HOOKS=\"hooks/a\"\n",
                Some("hook `pre_stop`, which never runs"),
            ),
            (
                "POST_START_HOOKS=\"hooks/builtin/pid|/run/a hooks/a\"\nSTATUS_HOOK=\"hooks/s\"\n",
                Some("hooks `post_start` and `status`, which never run"),
            ),
        ] {
            let found = finding("bin/a", script).map(|it| it.message);
            let expected = expected.map(|what| {
                format!(
                    "`bin/a` has {what}: the service manager starts it with `foreground` and ends it by \
                     a signal"
                )
            });
            assert_eq!(found, expected, "{script}");
            assert_eq!(run(script), [""; 0]);
        }
    }

    #[test]
    fn hooks_that_the_release_lacks() {
        let script = "#!/bin/sh\nPRE_START_HOOKS=\"hooks/a hooks/b|x\"\nPOST_STOP_HOOKS='$DIR/c hooks/d|hooks/a'\n";
        let found = missing("bin/a", script, |name| name == "hooks/a");
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.message.as_str(), &it.location))
            .collect();
        let place = |line| {
            Some(crate::finding::Location::Release {
                release_file: "bin/a".to_owned(),
                line: Some(line),
            })
        };
        assert_eq!(
            found,
            [
                (
                    "`bin/a` names `hooks/b` as hook `pre_start`, which the release does not have",
                    &place(2)
                ),
                (
                    "`bin/a` names `hooks/d` as hook `post_stop`, which the release does not have",
                    &place(3)
                ),
            ]
        );
    }

    #[test]
    fn hooks_that_the_service_runs() {
        let script = "PRE_START_HOOKS=\"hooks/a\"\nPOST_START_HOOKS=\"hooks/builtin/pid|/run/a hooks/a|b\"\n\
                      PRE_STOP_HOOKS=\"hooks/builtin/wait_for_vm_start\"\nPOST_STOP_HOOKS=\"hooks/a\"\n\
                      STATUS_HOOK=\"hooks/s\"\nrelx_run_hooks() {\n}\nPOST_STOP_HOOKS=\"\"\n";
        assert_eq!(run(script), ["post_start", "post_stop"]);
        let never = finding("bin/a", script).map(|it| it.message);
        let expected = "`bin/a` has hook `status`, which never runs: the service manager starts it with \
                        `foreground` and ends it by a signal";
        assert_eq!(never.as_deref(), Some(expected));
    }
}
