//! The links that update-alternatives(1) may be asked for: it replaces the symlinks that it finds, so
//! one of Debian's base system is none, and the well-known groups keep their links.

use std::ops::Range;

use super::AlternativeLink;
use crate::debian::reserved::{Part, part_of, unaliased};
use crate::manifest::InvalidValue;

/// Groups whose link is /usr/bin with their name.
#[rustfmt::skip]
const OF_USR_BIN: &[&str] = &[
    "awk", "nawk", "editor", "pager", "vi", "view", "ex", "rvi", "rview", "rvim", "vim", "vimdiff", "gvim",
    "gview", "rgvim", "rgview", "evim", "eview", "gvimdiff", "pico", "emacs", "emacsclient", "ctags", "etags",
    "x-www-browser", "www-browser", "gnome-www-browser", "x-terminal-emulator", "x-window-manager",
    "x-session-manager", "c++", "cc", "c89", "c99", "f77", "f95", "java", "javac", "jar", "telnet", "ftp",
    "rsh", "rlogin", "rcp", "write", "which", "infobrowser", "pinentry", "pinentry-x11", "lzma", "unlzma",
    "lzcat", "lzmore", "lzless", "lzdiff", "lzcmp", "lzgrep", "lzegrep", "lzfgrep", "w", "mailx", "locate",
    "updatedb", "fakeroot", "yacc", "php", "wish", "tclsh", "automake", "aclocal",
];

/// Other groups, with the link, or the two of which suites have one.
const ELSEWHERE: [(&str, &[&str]); 10] = [
    ("rmt", &["/usr/sbin/rmt"]),
    ("cpp", &["/lib/cpp", "/usr/lib/cpp"]),
    ("nc", &["/bin/nc", "/usr/bin/nc"]),
    ("netcat", &["/bin/netcat", "/usr/bin/netcat"]),
    ("mt", &["/bin/mt", "/usr/bin/mt"]),
    ("csh", &["/bin/csh", "/usr/bin/csh"]),
    ("iptables", &["/usr/sbin/iptables"]),
    ("ip6tables", &["/usr/sbin/ip6tables"]),
    ("arptables", &["/usr/sbin/arptables"]),
    ("ebtables", &["/usr/sbin/ebtables"]),
];

/// Returns the links of a well-known group, the usual one first; none where it is not one.
fn links(name: &str) -> Vec<String> {
    if OF_USR_BIN.contains(&name) {
        return vec![format!("/usr/bin/{name}")];
    }
    let mut groups = ELSEWHERE.iter();
    let links = groups.find_map(|(group, links)| (*group == name).then_some(*links));
    let links = links.unwrap_or_default().iter();
    links.map(|link| (*link).to_owned()).collect()
}

/// Directories whose links are made by what manages services.
const OF_SERVICES: [&str; 6] = [
    "/etc/init.d/",
    "/etc/rc",
    "/etc/systemd/",
    "/etc/sv/",
    "/etc/runit/",
    "/usr/lib/systemd/",
];

/// Refuses to take back an offer of a file that no version of the package can have had.
pub(super) fn check_removed(it: &AlternativeLink, span: Range<usize>) -> Result<(), InvalidValue> {
    let Some(part) = part_of(&it.path.to_string()) else {
        return Ok(());
    };
    let message = format!(
        "alternative `{}` has the path `{}`, a {part}: no earlier version had it",
        it.link, it.path
    );
    let hint = "write the path that the earlier version offered".to_owned();
    Err(InvalidValue::new(span, message, Some(hint)))
}

/// Refuses a link that would take the place of something else.
pub(super) fn check(it: &AlternativeLink, span: Range<usize>) -> Result<(), InvalidValue> {
    match fault(&it.link.to_string(), &it.name) {
        None => Ok(()),
        Some((message, hint)) => Err(InvalidValue::new(span, message, Some(hint))),
    }
}

/// Returns the fact about a link and what to do about it; `None` where it is good.
fn fault(link: &str, name: &str) -> Option<(String, String)> {
    let own = links(name);
    if own.iter().any(|own| own == link) {
        return None;
    }
    if let Some(own) = own.first() {
        let message = format!("alternative `{link}` has the name `{name}`, whose link is `{own}`");
        let hint = format!("write `{own}` as the link, or another `name`");
        return Some((message, hint));
    }
    let path = unaliased(link);
    let group = path.rsplit('/').next().unwrap_or_default();
    let of_group = links(group);
    if of_group.iter().any(|own| unaliased(own) == path) {
        let message = format!("alternative `{link}` is the link of `{group}`, not of `{name}`");
        let hint = format!("leave `name` out, and write `{}` as the link", of_group[0]);
        return Some((message, hint));
    }
    if !path.starts_with("/usr/") && !path.starts_with("/etc/") || path.starts_with("/usr/local/") {
        if let Some(part @ Part::Directory) = part_of(link) {
            return Some(replaced(link, part));
        }
        let message = format!("alternative `{link}` lies outside the directories of packages");
        let hint = "write a link in `/usr/bin`, or elsewhere below `/usr` or `/etc`".to_owned();
        return Some((message, hint));
    }
    if OF_SERVICES.iter().any(|place| is_below(&path, place)) {
        let message = format!("alternative `{link}` lies among those of the services");
        let hint = "write `[units]`, or a link in `/usr/bin`".to_owned();
        return Some((message, hint));
    }
    part_of(link).map(|part| replaced(link, part))
}

/// Returns whether a path lies in a directory, or in one of /etc/rc0.d and its siblings.
fn is_below(path: &str, place: &str) -> bool {
    let below = path.strip_prefix(place);
    below.is_some_and(|below| place.ends_with('/') || below.get(1..4) == Some(".d/"))
}

fn replaced(link: &str, part: Part) -> (String, String) {
    let message = format!("alternative `{link}` would replace a {part}");
    let hint =
        "write a link of another name: update-alternatives replaces what it finds".to_owned();
    (message, hint)
}
