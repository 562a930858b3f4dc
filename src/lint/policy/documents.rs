//! The documents: copyright file, changelog, manual pages and info.

use super::super::linter::{Item, is_command};
use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::deb::DataKind;
use crate::escape;
use crate::finding::tags;

/// The systems whose README is of no use on Debian.
const OTHER_SYSTEMS: [&str; 22] = [
    "apple", "aix", "atari", "beos", "bsd", "cygwin", "darwin", "irix", "gentoo", "freebsd",
    "macos", "macosx", "netbsd", "openbsd", "redhat", "sco", "sgi", "solaris", "suse", "vms",
    "win32", "windows",
];

/// Licenses that are in /usr/share/common-licenses: phrases that only their whole text has, all of them.
const WHOLE_LICENSES: [&[&str]; 5] = [
    &["GNU GENERAL PUBLIC LICENSE TERMS AND CONDITIONS FOR COPYING, DISTRIBUTION AND MODIFICATION"],
    &[
        "GNU GENERAL PUBLIC LICENSE Version 3",
        "TERMS AND CONDITIONS ",
    ],
    &[
        "GNU Free Documentation License Version 1.2",
        "1. APPLICABILITY AND DEFINITIONS",
    ],
    &[
        "GNU Free Documentation License Version 1.3",
        "1. APPLICABILITY AND DEFINITIONS",
    ],
    &[
        "Apache License Version 2.0,",
        "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION",
    ],
];

/// The bytes that the shortest of these licenses has, about.
const SHORTEST_LICENSE: usize = 10_000;

/// Checks a path.
pub(in super::super) fn check(item: &Item, subject: &Subject, found: &mut Tally) {
    if item.is_below("/usr/share/doc") {
        document(item, subject, found);
    }
    if item.is_below("/usr/share/man") || item.is_below("/usr/man") {
        manual_page(item, found);
    }
    let name = item.name();
    if item.is_below("/usr/share/info")
        && item.is_file()
        && name.contains(".info")
        && !name.ends_with(".gz")
    {
        let is_image = [".png", ".jpg", ".svg", ".txt"]
            .iter()
            .any(|end| name.ends_with(end));
        let shown = escape::line(item.path);
        if !is_image {
            found.tell_at(&shown, tags::DOCUMENT_COMPRESSION, || {
                format!("`{shown}` is not compressed by gzip")
            });
        }
    }
}

fn document(item: &Item, subject: &Subject, found: &mut Tally) {
    let shown = escape::line(item.path);
    let rest = &item.path["/usr/share/doc/".len()..];
    let is_example = rest.contains("examples/");
    let is_rooted = [item.entry.owner.as_str(), item.entry.group.as_str()]
        .iter()
        .all(|name| *name == "root" || name.is_empty());
    let what = if !is_rooted {
        "does not belong to root"
    } else if item.is_file() && !rest.contains('/') {
        "lies beside the directories of the packages"
    } else if item.is_executable() && !is_example && item.interpreter().is_none() {
        "is executable"
    } else if item.is_file()
        && item.entry.size == 0
        && !is_example
        && !rest.ends_with(".map")
        && !rest.ends_with("__init__.py")
    {
        "is empty"
    } else {
        ""
    };
    if !what.is_empty() {
        found.tell_at(&shown, tags::DOCUMENT_MODE, || {
            format!("the document `{shown}` {what}")
        });
    }
    let Some(name) = rest
        .strip_prefix(subject.name.as_str())
        .and_then(|rest| rest.strip_prefix('/'))
    else {
        return;
    };
    if name == "copyright" && item.is_file() {
        copyright(item, found);
    }
    let is_changelog = ["changelog", "changelog.Debian", "NEWS.Debian"].contains(&name);
    if is_changelog && item.is_file() {
        found.tell_at(&shown, tags::DOCUMENT_COMPRESSION, || {
            format!("`{shown}` is not compressed by gzip")
        });
    }
    let lower = name.to_lowercase();
    let system = lower
        .strip_prefix("readme.")
        .map(|rest| rest.split('.').next().unwrap_or_default());
    let is_install = lower == "install" || (name.starts_with("INSTALL.") && !name.contains('/'));
    if item.is_file()
        && (is_install || system.is_some_and(|system| OTHER_SYSTEMS.contains(&system)))
    {
        found.tell_at(&shown, tags::DOCUMENT_FOR_OTHERS, || {
            format!("`{shown}` is of no use once the program is installed")
        });
    }
}

/// Returns whether a text has a license from its beginning to its end, however its lines are broken.
fn has_whole_license(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let mut licenses = WHOLE_LICENSES.iter();
    licenses.any(|phrases| phrases.iter().all(|phrase| text.contains(phrase)))
}

fn copyright(item: &Item, found: &mut Tally) {
    let shown = escape::line(item.path);
    let text = String::from_utf8_lossy(item.head);
    let is_long = item.head.len() > SHORTEST_LICENSE;
    if is_long && has_whole_license(&text) {
        found.tell_at(&shown, tags::LICENSE_SPELLED_OUT, || {
            format!("`{shown}` has the text of a license that is in /usr/share/common-licenses")
        });
    } else if text.contains("/usr/doc/copyright")
        || (text.contains("/usr/share/common-licenses/") && text.contains("common-licenses/GPL.gz"))
    {
        found.tell_at(&shown, tags::LICENSE_SPELLED_OUT, || {
            format!("`{shown}` names a license where none is")
        });
    }
    let templates = [
        "<fill in",
        "<years>",
        "<put author's name",
        "<likewise for another author>",
        "Upstream Author(s)\n\n    <",
        "[INSERT",
    ];
    if templates.iter().any(|it| text.contains(it)) {
        found.tell_at(&shown, tags::TEMPLATE_TEXT, || {
            format!("`{shown}` has text of a template")
        });
    }
}

fn manual_page(item: &Item, found: &mut Tally) {
    let shown = escape::line(item.path);
    let mut place = |what: &str| {
        found.tell_at(&shown, tags::MANUAL_PAGE_PLACE, || {
            format!("the manual page `{shown}` {what}")
        });
    };
    if item.is_directory() {
        return;
    }
    if item.path.starts_with("/usr/man/") {
        return place("lies in a directory that man(1) does not read");
    }
    let parts: Vec<&str> = item.path["/usr/share/man/".len()..].split('/').collect();
    let folder = match parts[..] {
        [folder, _] | [_, folder, _] if folder.len() >= 4 && folder.starts_with("man") => folder,
        _ => return place("lies in no section"),
    };
    let name = item.name();
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let Some((_, section)) = plain.rsplit_once('.') else {
        return place("has no section in its name");
    };
    if !section.starts_with(&folder["man".len()..]) {
        return place("has another section than its directory");
    }
    if !item.is_file() {
        return;
    }
    if !name.ends_with(".gz") {
        found.tell_at(&shown, tags::DOCUMENT_COMPRESSION, || {
            format!("`{shown}` is not compressed by gzip")
        });
    } else if !item.head.starts_with(b"\x1f\x8b") {
        found.tell_at(&shown, tags::DOCUMENT_COMPRESSION, || {
            format!("`{shown}` is not compressed by gzip, as its name says")
        });
    }
    if item.is_executable() {
        found.tell_at(&shown, tags::DOCUMENT_MODE, || {
            format!("the manual page `{shown}` is executable")
        });
    }
}

/// Checks what has to be there.
pub(in super::super) fn whole(subject: &Subject, found: &mut Tally) {
    if subject.name.ends_with("-dbgsym") || subject.name.is_empty() {
        return;
    }
    let folder = format!("/usr/share/doc/{}", subject.name);
    // The directory may be a link to that of a package of the same source.
    let is_link = subject
        .paths
        .get(&folder)
        .is_some_and(|record| record.kind == DataKind::Symlink);
    if !is_link {
        let copyright = subject.paths.get(&format!("{folder}/copyright"));
        if copyright.is_none_or(|record| record.kind == DataKind::Symlink) {
            found.tell(tags::COPYRIGHT_MISSING, || {
                format!("there is no `{folder}/copyright`")
            });
        }
        let names = [
            "changelog",
            "changelog.gz",
            "changelog.Debian",
            "changelog.Debian.gz",
        ];
        if !names
            .iter()
            .any(|name| subject.paths.contains_key(&format!("{folder}/{name}")))
        {
            found.tell(tags::CHANGELOG_MISSING, || {
                format!("there is no `{folder}/changelog.gz`")
            });
        }
    }
    let pages: std::collections::BTreeSet<&str> = subject
        .paths
        .keys()
        .filter(|path| path.starts_with("/usr/share/man/man"))
        .filter_map(|path| path.rsplit('/').next())
        .filter_map(|name| name.strip_suffix(".gz").unwrap_or(name).rsplit_once('.'))
        .map(|(name, _)| name)
        .collect();
    for (path, record) in &subject.paths {
        let name = path.rsplit('/').next().unwrap_or_default();
        if is_command(path)
            && record.kind == DataKind::Regular
            && record.is_program
            && !pages.contains(name)
        {
            let shown = escape::line(path);
            found.tell_at(&shown, tags::MANUAL_PAGE_MISSING, || {
                format!("the command `{shown}` has no manual page")
            });
        }
    }
}
