//! The relations to other packages.

use std::collections::BTreeSet;

use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::debian::Relations;
use crate::escape;
use crate::finding::tags;

/// The length in bytes up to which relations are looked at.
const MOST: usize = 64 << 10;

/// The packages of `Essential: yes` in Debian 11 to 13.
const ESSENTIAL: [&str; 23] = [
    "base-files",
    "base-passwd",
    "bash",
    "bsdutils",
    "coreutils",
    "dash",
    "debianutils",
    "diffutils",
    "dpkg",
    "findutils",
    "grep",
    "gzip",
    "hostname",
    "init-system-helpers",
    "libc-bin",
    "login",
    "ncurses-base",
    "ncurses-bin",
    "perl-base",
    "sed",
    "sysvinit-utils",
    "tar",
    "util-linux",
];

/// Checks the fields with relations.
pub(in super::super) fn check(subject: &Subject, found: &mut Tally) {
    let mut asked = BTreeSet::new();
    for name in [
        "pre-depends",
        "depends",
        "recommends",
        "suggests",
        "enhances",
        "breaks",
        "conflicts",
        "replaces",
        "provides",
    ] {
        let value = subject.fields.get(name);
        if value.is_empty() || value.len() > MOST {
            continue;
        }
        let (relations, errors) = Relations::read_leniently(&value);
        for error in errors.iter().take(3) {
            found.tell(tags::RELATION_FORM, || {
                format!("field `{name}`: {}", escape::line(&error.to_string()))
            });
        }
        one_field(subject, name, &relations, &mut asked, found);
    }
}

fn one_field(
    subject: &Subject,
    field: &str,
    relations: &Relations,
    asked: &mut BTreeSet<String>,
    found: &mut Tally,
) {
    let is_against = field == "conflicts" || field == "breaks";
    let has_no_choice = is_against || field == "provides" || field == "replaces";
    for alternatives in relations {
        let all: Vec<_> = alternatives.relations().iter().collect();
        if has_no_choice && all.len() > 1 {
            found.tell(tags::RELATION_FORM, || {
                format!("field `{field}` offers a choice: `{alternatives}`")
            });
        }
        for relation in &all {
            let package = relation.package.as_str();
            let is_plain = relation.to_string() == package;
            if package == subject.name && !has_no_choice {
                found.tell(tags::RELATION_FORM, || {
                    format!("field `{field}` names the package itself")
                });
            }
            if is_against && is_plain && asked.contains(package) && package != subject.name {
                found.tell(tags::RELATION_FORM, || {
                    format!("field `{field}` is against `{package}`, without which the package is not installed")
                });
            }
            if field.ends_with("depends") && is_plain && ESSENTIAL.contains(&package) {
                found.tell(tags::DEPENDS_ON_ESSENTIAL, || {
                    format!("field `{field}` names `{package}`, which every Debian has")
                });
            }
        }
        if let ([only], true) = (&all[..], field.ends_with("depends")) {
            asked.insert(only.package.as_str().to_owned());
        }
    }
}
