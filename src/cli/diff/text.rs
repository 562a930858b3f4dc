//! The differences as text: consequences first, a line for each; short where little differs.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::diff::{
    ApplicationChange, Asked, ContentChange, Diff, PathChange, RelationChange, ServiceAction,
    ServiceChange, SuiteChange,
};
use crate::escape;
use crate::finding::{Finding, Location};

use super::super::render::bytes;

/// The most paths and lines of a list that are shown where not all are asked for.
const FEW: usize = 12;
/// The most folders that are named for their growth.
const FOLDERS: usize = 3;
/// The most characters of a field's value that are shown.
const LONGEST_VALUE: usize = 100;
/// The least growth of a folder that is named, in bytes.
const LEAST_GROWTH: i64 = 1000;

/// Returns the differences.
pub(super) fn of(diff: &Diff, all: bool) -> String {
    let mut lines = vec![heading(diff)];
    if diff.is_empty() {
        lines.push("no differences".into());
    } else {
        lines.extend(consequences(diff));
        lines.extend(contents(diff, all));
    }
    lines.iter().map(|line| escape::line(line) + "\n").collect()
}

/// Returns the first line of a text, with a sign where there is more.
fn short(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let shown: String = first.chars().take(LONGEST_VALUE).collect();
    let sign = if shown.len() < text.len() { " …" } else { "" };
    shown + sign
}

/// Returns the line with names and versions.
pub(super) fn heading(diff: &Diff) -> String {
    let (old, new) = (&diff.old, &diff.new);
    let changed = |old: &str, new: &str| {
        if old == new {
            old.to_owned()
        } else {
            format!("{old} -> {new}")
        }
    };
    format!(
        "{} {} ({})",
        changed(&old.package, &new.package),
        changed(&old.version, &new.version),
        changed(&old.architecture, &new.architecture)
    )
}

/// Returns what an upgrade does to a machine, a line for each.
pub(super) fn consequences(diff: &Diff) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for finding in &diff.findings {
        lines.push(format!("{}: {}", finding.severity, finding.message));
    }
    for question in &diff.questions {
        let who = match question.asked {
            Asked::Everybody => "everybody is asked",
            Asked::WhoEdited => "who has edited it is asked",
        };
        lines.push(format!("configuration: {}: {who}", question.path));
    }
    lines.extend(conffiles(diff));
    lines.extend(diff.services.iter().filter_map(service));
    for account in &diff.accounts {
        let does = if account.added {
            "is made"
        } else {
            "is no longer made"
        };
        lines.push(format!("account: {} {} {does}", account.kind, account.name));
    }
    lines.extend(diff.suites.iter().map(suite));
    let told: BTreeSet<&str> = diff.findings.iter().filter_map(path_of).collect();
    let special = |change: &&PathChange| {
        (change.is_of_kind() && !told.contains(&*change.path)) || change.is_of_rights()
    };
    lines.extend(diff.paths.changed.iter().filter(special).map(rights));
    lines.extend(diff.paths.setuid_anew().map(|change| {
        let owner = change.new.as_ref().map_or("", |look| &look.owner);
        format!("setuid: {} runs as {owner}", change.path)
    }));
    lines.extend(diff.relations.iter().map(relation));
    for field in &diff.fields {
        if field.has_same_first_line() {
            lines.push(format!("{}: other lines below the first", field.field));
            continue;
        }
        let shown = |value: &Option<String>| value.as_deref().map_or("(none)".into(), short);
        lines.push(format!(
            "{}: {} -> {}",
            field.field,
            shown(&field.old),
            shown(&field.new)
        ));
    }
    lines.extend(applications(&diff.applications));
    for module in &diff.modules {
        lines.push(format!(
            "module: {}: other code in the same {}",
            module.module, module.application
        ));
    }
    lines
}

/// Returns a line for each new configuration file, but for those that dpkg asks about.
fn conffiles(diff: &Diff) -> impl Iterator<Item = String> {
    let questions = diff.questions.iter();
    let asked: BTreeSet<&str> = questions.map(|it| it.path.as_str()).collect();
    let anew = diff.paths.conffiles_anew();
    let anew = anew.filter(move |change| !asked.contains(change.path.as_str()));
    anew.map(|change| {
        let was = match &change.old {
            None => "is new",
            Some(look) if look.kind == "file" => "was a plain file",
            Some(_) => "was no file",
        };
        format!("configuration: {}: {was}", change.path)
    })
}

fn path_of(finding: &Finding) -> Option<&str> {
    match &finding.location {
        Some(Location::Package { path }) => Some(path),
        _ => None,
    }
}

fn service(service: &ServiceChange) -> Option<String> {
    let does = match service.action {
        ServiceAction::Restarts => "restarts",
        ServiceAction::StopsAndStarts => "stops before its files change, and starts after",
        ServiceAction::Reloads => "reads its configuration again",
        ServiceAction::New => "is new",
        ServiceAction::Gone => "is gone",
        ServiceAction::RunsOn if service.enabled_anew || service.diff.is_some() => "runs on",
        ServiceAction::RunsOn => return None,
    };
    let enabled = if service.enabled_anew {
        ", enabled anew"
    } else {
        ""
    };
    let unit = if service.diff.is_some() {
        ", its unit differs"
    } else {
        ""
    };
    Some(format!("service: {} {does}{enabled}{unit}", service.unit))
}

fn suite(suite: &SuiteChange) -> String {
    let says = if suite.lost { "no longer" } else { "now" };
    let because = match &suite.against[..] {
        [] => String::new(),
        against if suite.lost => format!(": {}", against.join("; ")),
        _ => String::new(),
    };
    format!("suite: {says} runs on {}{because}", suite.suite)
}

fn rights(change: &PathChange) -> String {
    let (Some(old), Some(new)) = (&change.old, &change.new) else {
        return change.path.clone();
    };
    if old.kind != new.kind {
        return format!("path: {}: {} becomes {}", change.path, old.kind, new.kind);
    }
    let shown = |look: &crate::diff::Look| format!("{} {}", look.mode, look.owner);
    let stays = if change.stays {
        ", but a directory that is there stays as it is"
    } else {
        ""
    };
    let (old, new) = (shown(old), shown(new));
    format!("rights: {}: {old} -> {new}{stays}", change.path)
}

fn relation(relation: &RelationChange) -> String {
    let field = relation.field.to_ascii_lowercase();
    match (&relation.old, &relation.new) {
        (Some(old), Some(new)) => format!("{field}: {old} -> {new}"),
        (Some(old), None) => format!("{field}: - {old}"),
        (None, Some(new)) => format!("{field}: + {new}"),
        (None, None) => field,
    }
}

/// Returns the line for applications; of those that go down the findings tell.
fn applications(changes: &[ApplicationChange]) -> Option<String> {
    let change = |it: &ApplicationChange| match (&it.old, &it.new) {
        (Some(old), Some(new)) => format!("{} {old} -> {new}", it.application),
        (None, Some(new)) => format!("+ {} {new}", it.application),
        (Some(old), None) => format!("- {} {old}", it.application),
        (None, None) => it.application.clone(),
    };
    let others = changes.iter().filter(|it| !it.down);
    let others: Vec<String> = others.map(change).collect();
    (!others.is_empty()).then(|| format!("applications: {}", others.join(", ")))
}

/// Returns scripts and files.
fn contents(diff: &Diff, all: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for script in &diff.scripts {
        let differing: Vec<&str> = script.diff.lines().collect();
        lines.push(format!("script: {}", script.name));
        lines.extend(few(&differing, all).map(|line| format!("  {line}")));
    }
    let paths = &diff.paths;
    let changed: Vec<&PathChange> = paths
        .changed
        .iter()
        .filter(|it| it.content_changed)
        .collect();
    let moved = match paths.moved {
        0 => String::new(),
        count => format!(", {count} only moved"),
    };
    lines.push(format!(
        "files: {} added, {} removed, {} changed{moved}; {} -> {}",
        paths.added.len(),
        paths.removed.len(),
        changed.len(),
        bytes(paths.old_bytes),
        bytes(paths.new_bytes),
    ));
    let added = paths.added.iter().map(|it| ("+", it));
    let removed = paths.removed.iter().map(|it| ("-", it));
    let changed = changed.into_iter().map(|it| ("~", it));
    let listed: Vec<String> = added
        .chain(removed)
        .chain(changed)
        .map(|(sign, change)| format!("{sign} {}{}", change.path, sizes(change)))
        .collect();
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    lines.extend(few(&listed, all).map(|line| format!("  {line}")));
    lines.extend(growth(diff));
    lines
}

/// Returns the first lines, and how many there are more.
fn few<'a>(lines: &'a [&'a str], all: bool) -> impl Iterator<Item = String> + 'a {
    let shown = if all || lines.len() <= FEW + 1 {
        lines.len()
    } else {
        FEW
    };
    let more = (shown < lines.len()).then(|| format!("… {} more: `--all`", lines.len() - shown));
    let first = lines[..shown].iter().map(|line| (*line).to_owned());
    first.chain(more)
}

fn sizes(change: &PathChange) -> String {
    let size = |look: &Option<crate::diff::Look>| {
        let look = look.as_ref().filter(|it| it.kind == "file");
        look.map(|it| bytes(it.size))
    };
    let target = |look: &Option<crate::diff::Look>| look.as_ref().and_then(|it| it.target.clone());
    match (size(&change.old), size(&change.new)) {
        (Some(old), Some(new)) if old == new => format!(" ({new})"),
        (Some(old), Some(new)) => format!(" ({old} -> {new})"),
        (Some(only), None) | (None, Some(only)) => format!(" ({only})"),
        (None, None) => match (target(&change.old), target(&change.new)) {
            (Some(old), Some(new)) if old != new => format!(" (-> {old}, now -> {new})"),
            (Some(only), _) | (None, Some(only)) => format!(" -> {only}"),
            (None, None) => String::new(),
        },
    }
}

fn growth(diff: &Diff) -> Option<String> {
    let folders = diff.paths.folders.iter();
    let grown = folders.filter(|it| it.bytes >= LEAST_GROWTH).take(FOLDERS);
    let grown: Vec<String> = grown
        .map(|it| format!("{} +{}", it.folder, bytes(it.bytes.unsigned_abs())))
        .collect();
    (!grown.is_empty()).then(|| format!("growth: {}", grown.join(", ")))
}

/// Returns the difference of one file.
pub(super) fn of_content(change: &ContentChange) -> String {
    match change {
        ContentChange::Same => "no differences\n".into(),
        ContentChange::Text { diff } => {
            let mut text = escape::lines(diff).into_owned();
            if !text.ends_with('\n') {
                text.push('\n');
            }
            text
        }
        ContentChange::Bytes { old, new } => {
            let mut text = String::from("no text on both sides:");
            let size = |size: &Option<u64>| size.map_or_else(|| "not there".to_owned(), bytes);
            // Writing to a String cannot fail.
            let _ = writeln!(text, " old {}, new {}", size(old), size(new));
            text
        }
        ContentChange::Nowhere => String::new(),
    }
}
