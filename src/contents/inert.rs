//! Findings about files that their readers pass over without a word: cron, sudo and logrotate are strict
//! about names, modes and owners.

mod crontab;
mod logrotate;

use std::borrow::Cow;

use self::logrotate::Logs;
use crate::finding::{Finding, Severity, Tag, tags};
use crate::fs;
use crate::tree::{Content, Entry, Kind, PackagePath, Source, Tree};

/// The directories of run-parts(8).
const RUN_PARTS: [&str; 5] = [
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
    "/etc/cron.yearly",
];

/// The ends of names that logrotate(8) passes over on Debian.
const TABOO: [&str; 18] = [
    ".bak",
    ".cfsaved",
    ".disabled",
    ".dpkg-bak",
    ".dpkg-del",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-old",
    ".dpkg-tmp",
    ".rpmnew",
    ".rpmorig",
    ".rpmsave",
    ".swp",
    ".ucf-dist",
    ".ucf-new",
    ".ucf-old",
    ",v",
    "~",
];

/// Returns the findings about the files of a tree.
pub(super) fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut logs = Logs::default();
    for (path, entry) in tree.iter() {
        let Kind::Regular { content, .. } = &entry.kind else {
            continue;
        };
        let directory = path.parent().map_or(String::new(), |it| it.to_string());
        let name = String::from_utf8_lossy(path.file_name());
        let Some((list, tag)) = list_of(&directory) else {
            continue;
        };
        let fault = match list {
            list if list != directory => Some(fixed(IN_FOLDER)),
            "/etc/cron.d" => of_crontab(&name, entry, content),
            "/etc/sudoers.d" => of_sudoers(&name, entry),
            "/etc/logrotate.d" => of_logrotate(&name, entry).or_else(|| {
                let text = read(content)?;
                let text = String::from_utf8_lossy(&text);
                let (fact, hint) = logs.read(&path.to_string(), &text)?;
                Some((fact.into(), hint))
            }),
            _ => of_run_parts(&name, entry),
        };
        findings.extend(fault.map(|(fact, hint)| told(tag, path, &fact, hint)));
    }
    findings
}

/// Returns the list of files that a directory is, or lies in, and the tag of those that are ignored.
fn list_of(directory: &str) -> Option<(&'static str, &'static Tag)> {
    let lists = [
        ("/etc/cron.d", tags::CRON_FILE_IGNORED),
        ("/etc/sudoers.d", tags::SUDOERS_FILE_IGNORED),
        ("/etc/logrotate.d", tags::LOGROTATE_FILE_IGNORED),
    ];
    let run_parts = RUN_PARTS.map(|list| (list, tags::CRON_FILE_IGNORED));
    lists.into_iter().chain(run_parts).find(|(list, _)| {
        let below = directory.strip_prefix(list);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    })
}

fn told(tag: &'static Tag, path: &PackagePath, fact: &str, hint: &str) -> Finding {
    let reader = match tag {
        tag if tag == tags::CRON_FILE_IGNORED => "cron",
        tag if tag == tags::SUDOERS_FILE_IGNORED => "sudo",
        _ => "logrotate",
    };
    let verb = if fact == OF_OTHER_MODE {
        "may refuse"
    } else {
        "ignores"
    };
    let message = format!("{reader} {verb} `{path}`: {fact}");
    let finding = Finding::new(tag, message).with_hint(hint).at_path(path);
    if fact == IN_FOLDER.0 {
        // Another file may include it.
        return finding.with_severity(Severity::Warning);
    }
    finding
}

/// A fact and what to do about it.
type Fault = (Cow<'static, str>, &'static str);

fn fixed((fact, hint): (&'static str, &'static str)) -> Fault {
    (fact.into(), hint)
}

/// Returns the bytes of a file. What cannot be read is told of by who packs it.
pub(super) fn read(content: &Content) -> Option<Cow<'_, [u8]>> {
    match content.source() {
        Source::Bytes(bytes) => Some(Cow::Borrowed(&**bytes)),
        Source::File(path) => fs::read(path).ok().map(Cow::Owned),
    }
}

fn of_crontab(name: &str, entry: &Entry, content: &Content) -> Option<Fault> {
    if !is_of_run_parts(name) {
        return Some(fixed(UNFIT_NAME));
    }
    if entry.owner.user() != "root" || entry.mode & 0o022 != 0 {
        return Some(fixed((
            "others than root can write it",
            "leave `mode` and `owner` out",
        )));
    }
    let text = read(content)?;
    if !text.is_empty() && !text.ends_with(b"\n") {
        return Some(fixed(("its last line has no end", "end it with a newline")));
    }
    let fact = crontab::fault(&String::from_utf8_lossy(&text))?;
    let hint = "write five fields or a word such as `@daily`, the user, and the command; or `NAME = value`";
    Some((fact.into(), hint))
}

fn of_run_parts(name: &str, entry: &Entry) -> Option<Fault> {
    if !is_of_run_parts(name) {
        return Some(fixed(UNFIT_NAME));
    }
    if entry.mode & 0o111 == 0 {
        return Some(fixed(("it is not executable", "write `mode = \"0755\"`")));
    }
    None
}

fn of_logrotate(name: &str, entry: &Entry) -> Option<Fault> {
    if name.starts_with('.') || TABOO.iter().any(|end| name.ends_with(end)) {
        return Some(fixed((
            "its name is one of a copy",
            "name it after the package",
        )));
    }
    // The condition of logrotate itself.
    if entry.owner.user() != "root" || entry.mode & 0o7533 != 0o400 {
        return Some(fixed((
            "its mode or owner is not what it asks for",
            "leave `mode` and `owner` out: it must be root's, with mode 0644 or 0444",
        )));
    }
    None
}

fn of_sudoers(name: &str, entry: &Entry) -> Option<Fault> {
    if name.contains('.') || name.ends_with('~') {
        return Some(fixed((
            "its name has a dot in it or ends in `~`",
            "name it after the package, with `-` in the place of each dot",
        )));
    }
    let owner = (entry.owner.user(), entry.owner.group());
    if entry.mode != 0o440 || owner != ("root", "root") {
        return Some(fixed((
            OF_OTHER_MODE,
            "write `mode = \"0440\"`, and leave `owner` and `group` out",
        )));
    }
    None
}

const IN_FOLDER: (&str, &str) = (
    "it lies in a folder of its own",
    "put it into the directory itself",
);

const OF_OTHER_MODE: &str = "it is not root's with mode 0440";

const UNFIT_NAME: (&str, &str) = (
    "its name is not of letters, digits, `_` and `-` alone",
    "write `-` in the place of each dot",
);

fn is_of_run_parts(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    name.chars().all(legal)
}
