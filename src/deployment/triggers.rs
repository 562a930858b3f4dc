//! `[triggers]`: what dpkg tells other packages of this one, and this one of others
//! (deb-triggers(5)).

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;

use super::Facts;
use crate::finding::{Finding, tags};
use crate::manifest::InvalidValue;
use crate::vocabulary::HookEvent;

/// The file `triggers` of the control archive, line by line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Triggers(Vec<(&'static str, String)>);

impl Triggers {
    /// Adds the activation of a trigger, unless there is one.
    pub(crate) fn activate_noawait(&mut self, name: &str) {
        let mut lines = self.0.iter();
        if !lines.any(|(directive, other)| directive.starts_with("activate") && other == name) {
            self.0.push(("activate-noawait", name.to_owned()));
        }
    }

    /// Returns the text of the file; empty where there is none.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (directive, name) in &self.0 {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{directive} {name}");
        }
        text
    }

    fn has_interest(&self) -> bool {
        let mut lines = self.0.iter();
        lines.any(|(directive, _)| directive.starts_with("interest"))
    }
}

/// Returns the triggers, and a finding where nothing answers them.
pub(super) fn resolve(facts: &Facts<'_>) -> Result<(Triggers, Option<Finding>), InvalidValue> {
    let tables = &facts.manifest.tables;
    let table = &tables.triggers;
    let mut triggers = Triggers::default();
    let mut taken = BTreeSet::new();
    // lintian wants it said that dpkg waits; to dpkg the short names are the same.
    for (directive, names) in [
        ("interest-await", &table.interest),
        ("interest-await", &table.interest_await),
        ("interest-noawait", &table.interest_noawait),
        ("activate-await", &table.activate),
        ("activate-await", &table.activate_await),
        ("activate-noawait", &table.activate_noawait),
    ] {
        for name in names {
            let verb = directive.split('-').next().unwrap_or_default();
            let word = name.get_ref().as_str();
            if !taken.insert((verb, word)) {
                let message = format!("trigger `{word}` is there twice for `{verb}`");
                let hint = "leave one out: dpkg either waits or not".to_owned();
                return Err(InvalidValue::new(name.span(), message, Some(hint)));
            }
            triggers.0.push((directive, word.to_owned()));
        }
    }
    let is_answered = |hook: &&crate::hooks::Hook| hook.event == HookEvent::OnTrigger;
    let hook = facts.hooks.iter().find(is_answered);
    if let (Some(written), Some(_), false) = (
        tables.hooks.get(&HookEvent::OnTrigger),
        hook,
        triggers.has_interest(),
    ) {
        let message = "hook `on-trigger` never runs: no trigger is waited for".to_owned();
        let hint = "name one with `interest-noawait = [\"…\"]` in `[triggers]`".to_owned();
        return Err(InvalidValue::new(written.span(), message, Some(hint)));
    }
    let is_unanswered = hook.is_none() && tables.scripts.postinst.is_none();
    let finding = (triggers.has_interest() && is_unanswered).then(|| {
        let message = "the package waits for triggers, but has no hook `on-trigger`";
        Finding::new(tags::TRIGGER_WITHOUT_HOOK, message)
            .with_hint("write `on-trigger` into `[hooks]`; `$trigger_names` says which ones")
    });
    Ok((triggers, finding))
}
