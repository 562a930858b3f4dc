//! The settings of a service that an upgrade changes: what the sysadmin has to set, what the machine makes
//! for itself, and the lines of /etc/default/NAME. Both packages are read by their files.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use crate::debian::PackageName;
use crate::finding::{Finding, tags};
use crate::message::ticked;
use crate::tree::PackagePath;

/// The settings of a package's service.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    required: BTreeSet<String>,
    secrets: BTreeSet<String>,
    /// The lines of each file below /etc/default, by the names of their variables.
    defaults: BTreeMap<String, BTreeMap<String, String>>,
}

impl Settings {
    /// Returns whether a file of the package holds settings.
    pub(super) fn are_in(package: &PackageName, path: &PackagePath) -> bool {
        let path = path.to_string();
        let helper = path.strip_prefix(&format!("/usr/libexec/{package}/"));
        path.starts_with("/etc/default/")
            || matches!(helper, Some("require-environment" | "make-secrets"))
    }

    /// Takes in such a file.
    pub(super) fn take(&mut self, path: &PackagePath, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let path = path.to_string();
        let lines = text.lines().map(str::trim_start);
        if path.starts_with("/etc/default/") {
            self.defaults
                .insert(path, lines.filter_map(variable).collect());
        } else if path.ends_with("/make-secrets") {
            let names = lines.filter_map(|line| line.strip_prefix("set -- "));
            let names = names
                .flat_map(str::split_whitespace)
                .filter(|it| is_name(it));
            self.secrets.extend(names.map(str::to_owned));
        } else {
            let names = lines.filter_map(|line| line.strip_prefix("[ -n \"$")?.split('"').next());
            let names = names.filter(|it| is_name(it) && !it.starts_with('_'));
            self.required.extend(names.map(str::to_owned));
        }
    }

    /// Returns the findings about an upgrade from the settings `old`.
    pub(super) fn findings(&self, old: &Self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let anew: Vec<&String> = self.required.difference(&old.required).collect();
        // A value that the old package had made or brought stays on the machine.
        let has = |name: &str| {
            old.secrets.contains(name) || old.defaults.values().any(|it| it.contains_key(name))
        };
        let anew: Vec<&String> = anew.into_iter().filter(|name| !has(name)).collect();
        if !anew.is_empty() {
            let message = format!(
                "{} must be set now: on upgraded machines the service does not start before",
                ticked(&anew)
            );
            let hint =
                "tell the sysadmins to add it before they upgrade, or give the program a default";
            findings.push(Finding::new(tags::REQUIRED_ANEW, message).with_hint(hint));
        }
        let dropped: Vec<&String> = old.secrets.difference(&self.secrets).collect();
        if !dropped.is_empty() {
            let message = format!(
                "{} is no longer made: new machines have no such secret, and upgraded ones keep it until \
                 the purge",
                ticked(&dropped)
            );
            let hint = "leave it in `secrets` while the program reads it";
            findings.push(Finding::new(tags::SECRET_DROPPED, message).with_hint(hint));
        }
        findings.extend(self.defaults.iter().filter_map(|(path, new)| {
            let old = old.defaults.get(path)?;
            changed_lines(path, old, new)
        }));
        findings
    }
}

/// Returns the finding about a file of defaults whose variables change.
fn changed_lines(
    path: &str,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Option<Finding> {
    let mut parts = Vec::new();
    let mut part = |verb: &str, names: &mut Vec<&String>| {
        if !names.is_empty() {
            parts.push(format!("{verb} {}", ticked(&mem::take(names))));
        }
    };
    part(
        "adds",
        &mut new.keys().filter(|it| !old.contains_key(*it)).collect(),
    );
    let is_changed = |name: &&String| old.get(*name).is_some_and(|value| new[*name] != *value);
    part("changes", &mut new.keys().filter(is_changed).collect());
    part(
        "loses",
        &mut old.keys().filter(|it| !new.contains_key(*it)).collect(),
    );
    if parts.is_empty() {
        return None;
    }
    let message = format!(
        "`{path}` {}: where a sysadmin has edited it, dpkg asks, and most keep theirs",
        parts.join(", ")
    );
    let hint = "have the program do with the lines of the older version";
    let finding = Finding::new(tags::DEFAULTS_CHANGED, message).with_hint(hint);
    Some(finding.at_path(path))
}

/// Returns name and value of a line `NAME=value`.
fn variable(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once('=')?;
    is_name(name).then(|| (name.to_owned(), value.to_owned()))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(required: &str, secrets: &str, defaults: &str) -> Settings {
        let mut settings = Settings::default();
        let mut take = |path: &str, text: &str| {
            settings.take(&path.parse().unwrap(), text.as_bytes());
        };
        let looks = required.split_whitespace();
        let looks: Vec<String> = looks
            .map(|name| format!("    [ -n \"${name}\" ] || _missing=\"{name}\""))
            .collect();
        let look = looks.join("\n");
        take("/usr/libexec/a/require-environment", &look);
        take(
            "/usr/libexec/a/make-secrets",
            &format!("set -- {secrets}\nlook \"$@\"\n"),
        );
        take("/etc/default/a", defaults);
        settings
    }

    #[test]
    fn changes_of_settings_are_found() {
        let old = settings("A B", "S T", "# X=1\nP=1\nQ='a b'\nulimit -n 9\n");
        for (required, secrets, defaults, expected) in [
            ("A B", "S T", "P=1\nQ='a b'\n", &[][..]),
            ("A", "S T U", "P=1\nQ='a b'\nulimit -n 8\n", &[]),
            ("A B S P", "S T", "P=1\nQ='a b'\n", &[]),
            ("B C", "S T", "P=1\nQ='a b'\n", &["required-anew"]),
            ("A B", "T", "P=1\nQ='a b'\n", &["secret-dropped"]),
            ("A B", "S T", "P=2\nQ='a b'\n", &["defaults-changed"]),
            ("A B", "S T", "P=1\n", &["defaults-changed"]),
        ] {
            let found = settings(required, secrets, defaults).findings(&old);
            let found: Vec<&str> = found.iter().map(|it| it.tag.name).collect();
            assert_eq!(found, expected, "{required} {secrets} {defaults}");
        }
    }
}
