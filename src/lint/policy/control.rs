//! The control archive, and what it says of the paths.

use std::collections::BTreeSet;

use super::super::subject::{Record, Subject};
use super::super::unpack::Tally;
use crate::deb::{DataKind, Deb};
use crate::escape;
use crate::finding::tags;

/// The files that dpkg, debconf and debsums read.
const KNOWN: [&str; 13] = [
    "control",
    "md5sums",
    "conffiles",
    "preinst",
    "postinst",
    "prerm",
    "postrm",
    "config",
    "templates",
    "triggers",
    "shlibs",
    "symbols",
    "isinstallable",
];

/// The lines of `conffiles` that are compared with each other.
const MOST_CONFFILES: usize = 20_000;

/// Checks the files of the control archive; `as_written` is false for a package that was written to be looked at.
pub(in super::super) fn check(deb: &Deb, subject: &Subject, as_written: bool, found: &mut Tally) {
    for (name, file) in &deb.control {
        let shown = escape::line(name);
        if !KNOWN.contains(&name.as_str()) {
            found.tell(tags::CONTROL_FILE_UNKNOWN, || {
                format!("`{shown}` of the control archive is unknown to dpkg")
            });
        } else if file.size == 0 && name != "conffiles" && name != "md5sums" {
            found.tell(tags::CONTROL_FILE_UNKNOWN, || {
                format!("`{shown}` of the control archive is empty")
            });
        }
        let is_script = subject.scripts.contains_key(name);
        let expected = if is_script { 0o755 } else { 0o644 };
        if file.mode & 0o7777 != expected && KNOWN.contains(&name.as_str()) {
            found.tell(tags::CONTROL_FILE_MODE, || {
                format!(
                    "`{shown}` of the control archive has mode {:04o}, expected {expected:04o}",
                    file.mode & 0o7777
                )
            });
        }
    }
    conffiles(subject, found);
    if let Some(file) = deb.control.get("triggers") {
        triggers(&String::from_utf8_lossy(&file.content), found);
    }
    if as_written {
        for member in [deb.control_member(), deb.data_member()] {
            let name = escape::line(&member.name);
            if name.ends_with(".tar") || name.ends_with(".lzma") || name.ends_with(".bz2") {
                found.tell(tags::COMPRESSION_OLD, || {
                    format!("`{name}` is compressed by nothing of today")
                });
            }
        }
    }
}

fn conffiles(subject: &Subject, found: &mut Tally) {
    let mut seen = BTreeSet::new();
    for line in subject.conffiles.iter().take(MOST_CONFFILES) {
        let path = line.trim_end();
        let path = path.strip_prefix("remove-on-upgrade ").unwrap_or(path);
        let shown = escape::line(path);
        if !path.starts_with('/') {
            found.tell(tags::CONFFILE_LISTED_WRONGLY, || {
                format!("conffile `{shown}` does not begin with a slash")
            });
        } else if !seen.insert(path) {
            found.tell(tags::CONFFILE_LISTED_WRONGLY, || {
                format!("conffile `{shown}` is listed twice")
            });
        } else if !path.starts_with("/etc/") || is_rc_link(path) {
            found.tell(tags::CONFFILE_ELSEWHERE, || {
                format!("conffile `{shown}` lies where no configuration does")
            });
        }
    }
}

fn is_rc_link(path: &str) -> bool {
    let rest = path.strip_prefix("/etc/rc");
    rest.is_some_and(|rest| rest.as_bytes().get(1..4) == Some(b".d/"))
}

fn triggers(text: &str, found: &mut Tally) {
    let mut seen = BTreeSet::new();
    for line in text.lines().take(MOST_CONFFILES) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [directive, name] = words[..] else {
            continue;
        };
        let shown = || escape::line(line).into_owned();
        if !seen.insert(name) {
            found.tell(tags::TRIGGER_FORM, || {
                format!("trigger `{}` is there twice", shown())
            });
        }
        if ["interest", "activate", "interest-await", "activate-await"].contains(&directive) {
            found.tell(tags::TRIGGER_FORM, || {
                format!("trigger `{}` makes other packages wait", shown())
            });
        }
    }
}

/// Returns whether a path is one that each package has, or may have.
fn is_standard(path: &str, package: &str) -> bool {
    let documents = format!("/usr/share/doc/{package}");
    let Some(rest) = path.strip_prefix(documents.as_str()) else {
        return path.starts_with("/usr/share/lintian/") || path.starts_with("/usr/share/bug/");
    };
    let name = rest.trim_start_matches('/').to_lowercase();
    let starts = ["copyright", "changelog", "readme", "news", "buildinfo"];
    name.is_empty() || (!name.contains('/') && starts.iter().any(|start| name.starts_with(start)))
}

/// Checks what the control archive says of the paths.
pub(in super::super) fn whole(subject: &Subject, found: &mut Tally) {
    let is_file = |(path, record): (&String, &Record)| {
        record.kind != DataKind::Directory && !is_standard(path, &subject.name)
    };
    let has_files = subject.paths.iter().any(is_file);
    let description = subject.fields.get("description").to_lowercase();
    let words = [
        "metapackage",
        "meta-package",
        "meta package",
        "dummy",
        "transition",
        "virtual package",
        "dependency package",
        "empty package",
    ];
    if !has_files
        && subject.scripts.is_empty()
        && !words.iter().any(|word| description.contains(word))
    {
        found.tell(tags::PACKAGE_EMPTY, || {
            "the package has no files beside its documents".into()
        });
    }
    let listed: BTreeSet<&str> = subject
        .conffiles
        .iter()
        .map(|line| line.trim_end())
        .collect();
    for line in listed.iter().filter(|line| line.starts_with('/')) {
        let what = match subject.paths.get(*line).map(|record| record.kind) {
            Some(DataKind::Regular | DataKind::Hardlink) => continue,
            Some(_) => "is no regular file",
            None => "is not in the package",
        };
        found.tell_at(escape::line(line), tags::CONFFILE_LISTED_WRONGLY, || {
            format!("conffile `{}` {what}", escape::line(line))
        });
    }
    for (path, record) in &subject.paths {
        if path.starts_with("/etc/")
            && record.kind == DataKind::Regular
            && !listed.contains(path.as_str())
        {
            let shown = escape::line(path);
            found.tell_at(&shown, tags::CONFFILE_NOT_MARKED, || {
                format!("`{shown}` lies below /etc and is no conffile")
            });
        }
    }
}
