//! Findings about paths that are Debian's or the machine's own: dpkg replaces a file that no package
//! owns, and one that it knows by its other spelling, without a word.

use std::collections::BTreeSet;

use super::mappings;
use crate::debian::reserved::{self, Part};
use crate::finding::{Finding, Location, Severity, tags};
use crate::plan::{PackagePlan, Settings};
use crate::tree::{Entry, Kind, Origin, PackagePath, Tree};

const MADE_AT_START: &str = "let tmpfiles.d(5) or the service make it";
const NOT_OF_PACKAGES: &str = "write a path below `/opt`, `/usr`, `/etc` or `/var/lib`";

const OWN_SECRETS: &str =
    "let a hook make it, or write a path below `/etc` that is the package's own";

const OWN_PATH: &str = "write a path of the package's own, such as one below `/opt`";

/// The places that no package may have paths in, each with what they are and what to do.
const PLACES: &[(&str, &str, &str)] = &[
    ("/boot/efi", "is the firmware's", NOT_OF_PACKAGES),
    (
        "/boot/grub",
        "is grub's own",
        "write a file in `/etc/default/grub.d`",
    ),
    (
        "/DEBIAN",
        "is the control archive's",
        "write `[control-files]` or `[scripts]`",
    ),
    ("/dev", "is empty at each start", MADE_AT_START),
    (
        "/etc/alternatives",
        "is update-alternatives' own",
        "write `[alternatives]`",
    ),
    (
        "/etc/NetworkManager/system-connections",
        "belongs to the sysadmin",
        "write a file in `/usr/lib/NetworkManager/system-connections`",
    ),
    ("/etc/letsencrypt/accounts", "is certbot's own", OWN_SECRETS),
    ("/etc/letsencrypt/archive", "is certbot's own", OWN_SECRETS),
    ("/etc/letsencrypt/keys", "is certbot's own", OWN_SECRETS),
    ("/etc/letsencrypt/live", "is certbot's own", OWN_SECRETS),
    ("/etc/letsencrypt/renewal", "is certbot's own", OWN_SECRETS),
    (
        "/etc/ssl/private",
        "has the keys of the machine",
        OWN_SECRETS,
    ),
    ("/home", "belongs to the users", NOT_OF_PACKAGES),
    ("/proc", "is the kernel's", NOT_OF_PACKAGES),
    ("/root", "belongs to the sysadmin", NOT_OF_PACKAGES),
    ("/run", "is empty at each start", MADE_AT_START),
    ("/sys", "is the kernel's", NOT_OF_PACKAGES),
    ("/tmp", "is emptied at each start", MADE_AT_START),
    (
        "/usr/local",
        "belongs to the sysadmin",
        "leave `local` out of the path",
    ),
    ("/usr/man", "is read by nobody", "write `/usr/share/man`"),
    ("/var/cache/apt", "is apt's own", NOT_OF_PACKAGES),
    (
        "/var/cache/debconf",
        "is debconf's own",
        "write `[debconf]`",
    ),
    (
        "/var/lib/alternatives",
        "is update-alternatives' own",
        "write `[alternatives]`",
    ),
    ("/var/lib/apt", "is apt's own", NOT_OF_PACKAGES),
    ("/var/lib/dpkg", "is dpkg's own", NOT_OF_PACKAGES),
    ("/var/lib/pam", "is pam-auth-update's own", NOT_OF_PACKAGES),
    ("/var/lib/ucf", "is ucf's own", NOT_OF_PACKAGES),
    ("/var/lock", "is empty at each start", MADE_AT_START),
    ("/var/mail", "has the users' mail", NOT_OF_PACKAGES),
    ("/var/run", "is empty at each start", MADE_AT_START),
    (
        "/var/spool/cron",
        "has the users' crontabs and jobs",
        "write a file in `/etc/cron.d`",
    ),
    ("/var/spool/mail", "has the users' mail", NOT_OF_PACKAGES),
    ("/var/tmp", "is emptied now and then", MADE_AT_START),
    ("/lost+found", "is the file system's", NOT_OF_PACKAGES),
];

/// Returns the findings about what `[files]` puts into a tree, one for each entry and place.
pub(super) fn findings(settings: &Settings, plan: &PackagePlan, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told = BTreeSet::new();
    for (path, entry) in tree.iter() {
        let Some(mapping) = mappings::of_origin(plan, &entry.origin) else {
            continue;
        };
        let Some((place, fact, hint)) = fault(path, entry) else {
            continue;
        };
        if place.is_empty() || told.insert((mapping.line, place)) {
            let at = Location::of_manifest(&settings.manifest_path, mapping.line);
            let finding = Finding::new(tags::PATH_OF_DEBIAN, fact).with_hint(hint);
            let finding = finding.at(Some(&at));
            // Only policy forbids it, and no package of Debian is harmed.
            findings.push(match place {
                "/usr/local" => finding.with_severity(Severity::Warning),
                _ => finding,
            });
        }
    }
    findings.extend(of_parents(settings, plan, tree));
    findings
}

/// Returns the findings about files of Debian's that become directories because something lies below
/// them, each at the entry that makes it so.
fn of_parents(settings: &Settings, plan: &PackagePlan, tree: &Tree) -> Vec<Finding> {
    let findings = replaced_by_parents(tree).map(|(parent, part)| {
        let below = || tree.iter().filter(|(path, _)| path.starts_with(parent));
        let causes = below().filter(|(path, _)| *path != parent);
        let named = causes.filter_map(|(path, entry)| {
            Some((path, mappings::of_origin(plan, &entry.origin)?.line))
        });
        let first = named.min_by_key(|(_, line)| *line);
        let at = first.map(|(_, line)| Location::of_manifest(&settings.manifest_path, line));
        let cause = first.map_or(parent, |(path, _)| path);
        let fact = format!("`{cause}` would replace `{parent}`, a {part}, by a directory");
        let finding = Finding::new(tags::PATH_OF_DEBIAN, fact).with_hint(OWN_PATH);
        finding.at(at.as_ref())
    });
    findings.collect()
}

/// Returns the directories of a tree that nobody names, and that are files in Debian's base system.
fn replaced_by_parents(tree: &Tree) -> impl Iterator<Item = (&PackagePath, Part)> {
    tree.iter().filter_map(|(path, entry)| {
        let is_named = matches!(entry.origin, Origin::Files { .. });
        if is_named || !matches!(entry.kind, Kind::Directory) {
            return None;
        }
        let part = reserved::replaced_by_directory(&path.to_string())?;
        Some((path, part))
    })
}

/// Returns whether a path of a tree would be an error.
pub(super) fn is_at_fault(tree: &Tree) -> bool {
    let mut all = tree.iter();
    all.any(|(path, entry)| fault(path, entry).is_some_and(|(place, ..)| place != "/usr/local"))
        || replaced_by_parents(tree).next().is_some()
}

/// Returns the place of a path, the fact about it and what to do; no place where it is about the path
/// alone.
fn fault(path: &PackagePath, entry: &Entry) -> Option<(&'static str, String, &'static str)> {
    let text = path.to_string();
    let is_directory = matches!(entry.kind, Kind::Directory);
    let replaced = reserved::replaced_by_directory(&text).filter(|_| is_directory);
    if is_directory && replaced.is_none() && reserved::is_shared_directory(&text) {
        return None;
    }
    let below = |place: &str| {
        let below = text.strip_prefix(place);
        below.is_some_and(|below| below.starts_with('/') || below.is_empty() && !is_directory)
    };
    if let Some(&(place, what, hint)) = PLACES.iter().find(|(place, ..)| below(place)) {
        return Some((
            place,
            format!("`{text}` lies in `{place}`, which {what}"),
            hint,
        ));
    }
    let part = if is_directory {
        replaced?
    } else {
        reserved::part_of(&text)?
    };
    let hint = match part {
        Part::Program | Part::Library => {
            "write a path of the package's own, such as one below `/opt`, or call dpkg-divert in `[scripts]`"
        }
        Part::Unit => "write another name, or a drop-in below `[units]`",
        Part::File | Part::Own => "leave it out, and change the file in a hook if that must be",
        Part::Directory => "leave it out, and write paths below it",
    };
    let fact = format!("`{text}` would replace a {part}");
    Some(("", fact, hint))
}
