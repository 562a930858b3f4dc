//! Maintainer scripts and the other texts of the control archive: their differences line by line, and what
//! they do to services and accounts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use similar::TextDiff;

use super::side::Side;
use crate::tree::PackagePath;

/// The shortest version that is looked for in texts: a shorter one is found everywhere.
const SHORTEST_VERSION: usize = 3;

/// The difference of a text, in the unified form of diff(1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TextChange {
    /// The name of the file.
    pub name: String,
    /// The lines that differ, with a line before and behind.
    pub diff: String,
}

/// Returns the texts of the control archive that differ in more than the package's version.
pub(super) fn texts(old: &Side, new: &Side) -> Vec<TextChange> {
    let version = |side: &Side| side.upgrade.version.to_string();
    let (from, to) = (version(old), version(new));
    let names: BTreeSet<&String> = old
        .control_texts
        .keys()
        .chain(new.control_texts.keys())
        .filter(|name| *name != "conffiles")
        .collect();
    names
        .into_iter()
        .filter_map(|name| {
            let text = |side: &Side| side.control_texts.get(name).cloned().unwrap_or_default();
            let (mut before, after) = (text(old), text(new));
            if before != after && from.len() >= SHORTEST_VERSION {
                before = before.replace(&from, &to);
            }
            Some(TextChange {
                name: name.clone(),
                diff: unified(&before, &after)?,
            })
        })
        .collect()
}

/// The most pairs of lines that are compared: the work grows with them.
const MOST_PAIRS: usize = 4_000_000;

/// Returns the difference of two texts; `None` where there is none. Of texts with too many differing lines
/// only the numbers of these.
#[must_use]
pub(super) fn unified(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let first = before.iter().zip(&after).take_while(same).count();
    let (before, after) = (&before[first..], &after[first..]);
    let pairs = before.iter().rev().zip(after.iter().rev());
    let last = pairs.take_while(same).count();
    let (removed, added) = (before.len() - last, after.len() - last);
    if removed.saturating_mul(added) > MOST_PAIRS {
        return Some(format!("{removed} lines are gone, {added} are new\n"));
    }
    let diff = TextDiff::from_lines(old, new);
    Some(diff.unified_diff().context_radius(1).to_string())
}

/// The fate of a service at the upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ServiceAction {
    /// It runs again with the new files.
    Restarts,
    /// It is stopped before the files change, and started after.
    StopsAndStarts,
    /// It reads its configuration again.
    Reloads,
    /// It goes on with the files that it has open.
    RunsOn,
    /// It is started for the first time, or not at all.
    New,
    /// It has no unit any more.
    Gone,
}

/// A service, and what an upgrade does to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ServiceChange {
    /// The name of its unit or init script.
    pub unit: String,
    /// Its fate.
    pub action: ServiceAction,
    /// Tells that it is enabled now, and was not before.
    pub enabled_anew: bool,
    /// The difference of the unit's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

/// The most services of a package that are looked for in its scripts, and the bytes of a script that are searched.
const MOST_SERVICES: usize = 512;
const SEARCHED: usize = 128 << 10;

/// Returns the part of a script that is searched; of most, all of it.
fn script<'a>(side: &'a Side, name: &str) -> &'a str {
    let text = side.control_texts.get(name).map_or("", String::as_str);
    let mut ends = (0..=text.len().min(SEARCHED)).rev();
    let end = ends.find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Returns what the upgrade does to the services of the packages.
pub(super) fn services(old: &Side, new: &Side) -> Vec<ServiceChange> {
    let (before, after) = (units(old), units(new));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .map(|unit| {
            let (old_unit, new_unit) = (before.get(unit), after.get(unit));
            let text = |unit: Option<&&str>| unit.map(|it| (*it).to_owned()).unwrap_or_default();
            let action = match (old_unit, new_unit) {
                (None, _) => ServiceAction::New,
                (_, None) => ServiceAction::Gone,
                _ => action(unit, old, new),
            };
            let is_both = old_unit.is_some() && new_unit.is_some();
            ServiceChange {
                unit: unit.clone(),
                action,
                enabled_anew: enables(new, unit) && !enables(old, unit),
                diff: is_both
                    .then(|| unified(&text(old_unit), &text(new_unit)))
                    .flatten(),
            }
        })
        .collect()
}

/// Returns the names of units with their texts; init scripts that no unit stands for have none.
fn units(side: &Side) -> BTreeMap<String, &str> {
    let mut found = BTreeMap::new();
    for (path, text) in &side.texts {
        let path = path.to_string();
        let below = path.strip_prefix("/usr").unwrap_or(&path);
        let name = below.strip_prefix("/lib/systemd/system/");
        if let Some(name) = name.filter(|it| !it.contains('/')) {
            found.insert(name.to_owned(), text.as_str());
        }
    }
    for path in side.records.iter().map(|it| &it.path) {
        if path.as_bytes().starts_with(b"/etc/init.d/") {
            let name = String::from_utf8_lossy(path.file_name()).into_owned();
            if found.len() < MOST_SERVICES && !found.contains_key(&format!("{name}.service")) {
                found.insert(name, "");
            }
        }
    }
    found
}

/// Returns what the scripts say that happens to a unit of both packages.
fn action(unit: &str, old: &Side, new: &Side) -> ServiceAction {
    let preinst = script(new, "preinst");
    let postinst = script(new, "postinst");
    let stops = preinst.lines().any(|line| stops_here(line, unit)) || {
        stops_always(script(old, "prerm"), unit)
    };
    // A loop names the units in one line and calls systemd in another.
    let acts = |verbs: &[&str]| {
        let mut lines = postinst.lines();
        names(postinst, unit) && lines.any(|line| has_verb(line, verbs))
    };
    if stops && acts(&["start", "restart", "reload-or-restart", "_dh_action=start"]) {
        ServiceAction::StopsAndStarts
    } else if acts(&[
        "restart",
        "try-restart",
        "reload-or-restart",
        "_dh_action=restart",
    ]) {
        ServiceAction::Restarts
    } else if acts(&["try-reload-or-restart", "reload", "force-reload"]) {
        ServiceAction::Reloads
    } else {
        ServiceAction::RunsOn
    }
}

/// Returns whether a line stops a unit by the service manager. An init script that is called by itself
/// may be that of a package before.
fn stops_here(line: &str, unit: &str) -> bool {
    let by_systemd = line.contains("deb-systemd-invoke") || line.contains("systemctl");
    let by_init = line.contains("--skip-systemd-native");
    has_verb(line, &["stop"]) && names(line, unit) && (by_systemd || by_init)
}

/// Returns whether a line calls a service manager with one of these verbs.
fn has_verb(line: &str, verbs: &[&str]) -> bool {
    let line = line.trim_start();
    if line.starts_with('#') {
        return false;
    }
    let words = line.split(|c: char| !(c.is_alphanumeric() || "-_=".contains(c)));
    let mut words = words.filter(|it| !it.is_empty());
    words.any(|word| verbs.contains(&word))
}

/// Returns whether a script stops a unit in other cases than a removal.
fn stops_always(prerm: &str, unit: &str) -> bool {
    let mut at_removal = false;
    prerm.lines().any(|line| {
        let code = line.trim();
        if begins_removal(code) {
            at_removal = true;
        } else if is_label(code)
            || ["esac", "fi", "}", ";;"].contains(&code)
            || code.starts_with("if ")
        {
            at_removal = false;
        }
        stops_here(line, unit) && !at_removal
    })
}

/// Returns whether a line begins what only a removal does: a case, a condition, or the function that
/// reldeb calls so.
fn begins_removal(code: &str) -> bool {
    let condition = ["= remove", "= \"remove\"", "= 'remove'"];
    let is_case = is_label(code) && code.contains("remove") && !code.contains("upgrade");
    is_case || code.starts_with("before_remove()") || condition.iter().any(|it| code.contains(it))
}

/// Returns whether a line is the label of a case.
fn is_label(code: &str) -> bool {
    code.ends_with(')') && !code.contains(['(', ' '])
        || code.ends_with(')') && code.contains(" | ") && !code.contains('(')
}

/// Returns whether a script names a unit, in full or by the name of its init script.
fn names(text: &str, unit: &str) -> bool {
    let stem = unit.strip_suffix(".service").unwrap_or(unit);
    let is_end = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || "-_@".contains(c)));
    text.match_indices(stem).any(|(at, _)| {
        is_end(text[..at].chars().next_back()) && is_end(text[at + stem.len()..].chars().next())
    })
}

/// Returns whether an installation enables a unit.
fn enables(side: &Side, unit: &str) -> bool {
    let lines = script(side, "postinst").lines();
    let mut lines = lines.map(str::trim_start).filter(|it| !it.starts_with('#'));
    lines.any(|line| {
        has_verb(line, &["enable"]) && line.contains("systemd-helper") && names(line, unit)
    })
}

/// Returns whether an installation gives a directory an owner or permission bits: by a command that names it, or by
/// reldeb's list of directories, whose lines end with the mode and the path.
pub(super) fn give_rights(side: &Side, path: &PackagePath) -> bool {
    const COMMANDS: [&str; 4] = ["chown", "chmod", "install", "dpkg-statoverride"];
    let path = path.to_string();
    let is_listed = |line: &str| {
        let before = line.strip_suffix(&path).and_then(|it| it.strip_suffix(' '));
        let words: Vec<&str> = before.unwrap_or_default().split(' ').collect();
        words.len() == 3 && u32::from_str_radix(words[2], 8).is_ok()
    };
    let is_named = |line: &str| {
        let words = line.split(|c: char| c.is_whitespace() || "\"';".contains(c));
        let mut words = words.map(|it| it.trim_start_matches("$DPKG_ROOT"));
        let has_command = COMMANDS.iter().any(|command| line.contains(command));
        has_command && words.any(|it| it.trim_end_matches('/') == path)
    };
    let names = ["preinst", "postinst"];
    let mut texts = names.iter().filter_map(|it| side.control_texts.get(*it));
    texts.any(|text| {
        let mut lines = text.lines().filter(|it| !it.trim_start().starts_with('#'));
        lines.any(|line| is_listed(line) || is_named(line))
    })
}

/// A user or a group that the packages make.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct AccountChange {
    /// The kind: `user` or `group`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Tells that the new package makes it; otherwise only the old one did.
    pub added: bool,
}

/// Returns the users and groups that only one of the packages makes.
pub(super) fn accounts(old: &Side, new: &Side) -> Vec<AccountChange> {
    let (before, after) = (accounts_of(old), accounts_of(new));
    let changed = before.symmetric_difference(&after);
    changed
        .map(|(kind, name)| AccountChange {
            kind,
            name: name.clone(),
            added: after.contains(&(*kind, name.clone())),
        })
        .collect()
}

fn accounts_of(side: &Side) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    for name in ["preinst", "postinst"] {
        let text = side.control_texts.get(name).map_or("", String::as_str);
        for line in text.replace("\\\n", " ").lines() {
            found.extend(made_by(line));
        }
    }
    let snippets = side.texts.iter().filter(|(path, _)| is_sysusers(path));
    for line in snippets.flat_map(|(_, text)| text.lines()) {
        let mut words = line.split_whitespace();
        let kind = match words.next() {
            Some("u" | "u!") => "user",
            Some("g") => "group",
            _ => continue,
        };
        found.extend(words.next().map(|name| (kind, name.to_owned())));
    }
    found
}

fn is_sysusers(path: &PackagePath) -> bool {
    path.as_bytes().starts_with(b"/usr/lib/sysusers.d/")
}

/// Returns the account that a line of shell makes: the last word of the command.
fn made_by(line: &str) -> Option<(&'static str, String)> {
    let line = line.trim_start();
    if line.starts_with('#') {
        return None;
    }
    let mut words = line.split_whitespace();
    let kind = words.find_map(|word| match word.rsplit('/').next() {
        Some("adduser" | "useradd") => Some("user"),
        Some("addgroup" | "groupadd") => Some("group"),
        _ => None,
    })?;
    let mut name = None;
    for word in words {
        let is_end = ["then", "do", "}", "fi", "done", "else"].contains(&word)
            || word.starts_with(['|', '&', ';', '>', '<', '#', '2', '1'])
                && word.contains(['|', '&', ';', '>', '<', '#']);
        if is_end {
            break;
        }
        name = Some(word.trim_end_matches(';'));
        if word.ends_with(';') {
            break;
        }
    }
    let name = name?.trim_matches(['\'', '"']);
    let is_name = !name.starts_with('-')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    (is_name && !name.is_empty()).then(|| (kind, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_the_last_words() {
        #[rustfmt::skip]
        let table = [
            ("    adduser --system --quiet --ingroup demo --home /var/lib/demo demo", Some(("user", "demo"))),
            ("groupadd --system ${DPKG_ROOT:+--prefix \"$DPKG_ROOT\"} demo || true", Some(("group", "demo"))),
            ("useradd --system \"$user\"", None),
            ("if ! getent passwd x; then", None),
            ("if ! getent group x >/dev/null; then groupadd --system x; fi", Some(("group", "x"))),
            ("getent passwd x >/dev/null || /usr/sbin/useradd --system x 2>/dev/null", Some(("user", "x"))),
            ("# own (policy 9.2.2): whose rights a service would have, adduser knows the", None),
        ];
        for (line, expected) in table {
            let expected = expected.map(|(kind, name)| (kind, name.to_owned()));
            assert_eq!(made_by(line), expected, "{line}");
        }
    }

    #[test]
    fn a_stop_at_a_removal_is_none_at_an_upgrade() {
        let stop = "deb-systemd-invoke stop 'x.service' || true";
        for (prerm, expected) in [
            (
                format!("if [ \"$1\" = remove ]; then\n    {stop}\nfi"),
                false,
            ),
            (
                format!("if [ \"$1\" = remove ]; then\n    :\nfi\n{stop}"),
                true,
            ),
            (
                format!("case \"$1\" in\nremove | deconfigure)\n    {stop}\n    ;;\nesac"),
                false,
            ),
            (
                format!("case \"$1\" in\nremove | upgrade)\n    {stop}\n    ;;\nesac"),
                true,
            ),
            (
                format!("before_remove() {{\n    :\nset -e\n{stop}\n}}"),
                false,
            ),
        ] {
            assert_eq!(stops_always(&prerm, "x.service"), expected, "{prerm}");
        }
    }

    #[test]
    fn very_different_texts_are_counted() {
        let text = |word: &str| -> String {
            let lines: Vec<String> = (0..5000).map(|n| format!("{word} {n}")).collect();
            lines.join("\n") + "\n"
        };
        let (old, new) = (text("a") + "end\n", text("b") + "end\n");
        let expected = Some("5000 lines are gone, 5000 are new\n".into());
        assert_eq!(unified(&old, &new), expected);
        let expected = Some("@@ -5000 +5000,2 @@\n a 4999\n+more\n".into());
        assert_eq!(unified(&text("a"), &(text("a") + "more\n")), expected);
    }

    #[test]
    fn a_name_is_no_part_of_another() {
        for (text, unit, expected) in [
            ("restart 'x.service'", "x.service", true),
            ("invoke-rc.d x restart", "x.service", true),
            ("restart 'xy.service'", "x.service", false),
            ("restart 'y-x.service'", "x.service", false),
            ("restart 'x@1.service'", "x.service", false),
        ] {
            assert_eq!(names(text, unit), expected, "{text}");
        }
    }
}
