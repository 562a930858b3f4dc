//! Files that root runs, and others can write.

use std::collections::BTreeSet;

use super::super::shell;
use super::super::subject::{Record, Subject};
use super::super::unpack::Tally;
use crate::escape;
use crate::finding::tags;
use crate::units::UnitText;

/// Directives whose commands root runs, whoever the service's user is, where they have one of these signs.
const COMMANDS: [&str; 6] = [
    "ExecStart",
    "ExecStartPre",
    "ExecStartPost",
    "ExecReload",
    "ExecStop",
    "ExecStopPost",
];

/// Checks what root runs by itself.
pub(in super::super) fn whole(subject: &Subject, found: &mut Tally) {
    let mut told = BTreeSet::new();
    for (source, program) in runs(subject) {
        if let Some((path, why)) = writable(subject, &program)
            && told.insert((source.clone(), program.clone()))
        {
            let (source, program) = (escape::line(&source), escape::line(&program));
            let path = escape::line(&path);
            found.tell_at(&path, tags::ROOT_RUNS_WRITABLE, || {
                let what = if path == program {
                    String::new()
                } else {
                    format!("`{path}` above it ")
                };
                format!("root runs `{program}` by `{source}`, but {what}{why}")
            });
        }
    }
}

/// Returns what root runs, with what makes it do so.
fn runs(subject: &Subject) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, unit) in &subject.units {
        found.extend(
            of_unit(unit)
                .into_iter()
                .map(|program| (path.clone(), program)),
        );
    }
    for (path, text) in &subject.texts {
        if path.starts_with("/etc/init.d/") {
            found.push((path.clone(), path.clone()));
        } else if path.starts_with("/etc/cron.d/") {
            for line in text
                .lines()
                .filter(|line| !line.trim_start().starts_with('#'))
            {
                let words: Vec<&str> = line.split_whitespace().collect();
                let at = if line.starts_with('@') { 1 } else { 5 };
                if words.get(at) == Some(&"root") {
                    found.extend(
                        words[at + 1..]
                            .iter()
                            .filter(|word| word.starts_with('/'))
                            .map(|word| (path.clone(), (*word).to_owned())),
                    );
                }
            }
        } else {
            if path.starts_with("/etc/cron.") {
                found.push((path.clone(), path.clone()));
            }
            let commands = shell::commands(text);
            let programs = commands.iter().filter_map(|command| command.run().first());
            let programs = programs.filter(|word| word.text.starts_with('/'));
            let is_own = path.starts_with("/etc/cron.") || path.starts_with("/etc/logrotate.d/");
            let is_log = |word: &str| {
                word.ends_with(".log") || word.contains('*') || word.starts_with("/var/log/")
            };
            found.extend(
                programs
                    .filter(|word| is_own && !is_log(&word.text))
                    .map(|word| (path.clone(), word.text.clone())),
            );
        }
    }
    found
}

/// Returns the programs that root runs for a unit: all where it has no user, else those with `+` or `!`.
fn of_unit(unit: &UnitText) -> Vec<String> {
    let user = unit.value("Service", "User");
    let is_root = user.is_none_or(|user| user == "root" || user == "0")
        && unit.value("Service", "DynamicUser").is_none();
    let all = unit.value("Service", "PermissionsStartOnly").is_some();
    let mut programs = Vec::new();
    for key in COMMANDS {
        for command in unit.values("Service", key) {
            let plain = command.trim_start_matches(['-', '@', ':', '+', '!', '|']);
            let signs = &command[..command.len() - plain.len()];
            if is_root || signs.contains(['+', '!']) || (all && key != "ExecStart") {
                let words = plain
                    .split_whitespace()
                    .filter(|word| word.starts_with('/'));
                programs.extend(words.map(str::to_owned));
            }
        }
    }
    programs
}

/// Returns the path, of a file or above it, that others than root can write, and why.
fn writable(subject: &Subject, program: &str) -> Option<(String, String)> {
    let mut path = program;
    loop {
        if let Some(record) = subject.paths.get(path)
            && let Some(why) = why(record)
        {
            return Some((path.to_owned(), why));
        }
        path = path
            .rsplit_once('/')
            .map(|(parent, _)| parent)
            .filter(|parent| !parent.is_empty())?;
    }
}

fn why(record: &Record) -> Option<String> {
    let is_root = |name: &str| name == "root" || name.is_empty() || name == "0";
    if record.kind == crate::deb::DataKind::Symlink {
        return None;
    }
    if !is_root(&record.owner) {
        return Some(format!("belongs to `{}`", escape::line(&record.owner)));
    }
    if record.mode & 0o020 != 0 && !is_root(&record.group) {
        return Some(format!(
            "can be written by the group `{}`",
            escape::line(&record.group)
        ));
    }
    (record.mode & 0o1002 == 0o002).then(|| "can be written by everybody".to_owned())
}
