//! Each kind of finding about a package has a package that shows it, or says why not.

use std::collections::{BTreeMap, BTreeSet};

use reldeb::internals::deb::Deb;
use reldeb::internals::finding::tags;
use reldeb::internals::lint::{Policy, check_deb};
use tempfile::TempDir;

use super::seeded;
use crate::forged::{self, Package, below, file};

/// The subjects whose findings `check` can tell of a package that is there.
const SUBJECTS: [&str; 10] = [
    "Libraries and suites",
    "What dpkg would say",
    "Policy: the control archive",
    "Policy: paths and modes",
    "Policy: documents",
    "Policy: programs and libraries",
    "Policy: maintainer scripts",
    "Policy: init scripts, units and other registries",
    "Security",
    "Reproducibility",
];

/// The kinds that have no package here, and why.
const WITHOUT: [(&str, &str); 16] = [
    ("library-may-be-missing", "a manifest allows it"),
    ("library-not-bundled", "a manifest asks for the library"),
    ("libraries-bundled", "a manifest asks for libraries"),
    ("suite-lacks", "a manifest declares suites"),
    (
        "oldest-release",
        "each package with programs for this machine has it",
    ),
    (
        "runs-nowhere",
        "suites.rs makes the libraries that it takes",
    ),
    (
        "relation-renamed",
        "shlibdeps.rs has it, for a machine of 32 bits",
    ),
    ("package-name-form", "linter/mod.rs has its texts"),
    (
        "too-many-paths",
        "hostile/limits.rs: a package of some size",
    ),
    (
        "md5sums-too-long",
        "hostile/limits.rs: a package of some size",
    ),
    ("elf-too-large", "hostile/limits.rs: a package of some size"),
    ("elf-too-many", "hostile/limits.rs: a package of some size"),
    ("elf-not-read", "hostile/limits.rs: a package of some size"),
    (
        "links-too-many",
        "hostile/limits.rs: a package of some size",
    ),
    (
        "files-too-many",
        "hostile/limits.rs: a package of some size",
    ),
    (
        "relations-not-read",
        "hostile/limits.rs: a package of some size",
    ),
];

/// Packages that dpkg reads, with faults that no table of others has.
fn read_by_dpkg() -> Vec<(&'static str, Package)> {
    let sound = || Package::new(below(&[]));
    let sums = |text: &str| sound().and_member(file("./md5sums", text));
    vec![
        ("control-member-dot", sound().and_member(file("./x.y", ""))),
        ("size-without-content", forged::odd::hiding().remove(0).1),
        ("path-outside", {
            Package::new(below(&[file("./opt/h/../../tmp/evil", "x")]))
        }),
        ("path-twice", {
            Package::new(below(&[file("./opt/h/a", "other")]))
        }),
        ("bytes-behind-stream", {
            let data = below(&[]);
            let bytes = [forged::gzip(&data), b"junk".into()].concat();
            Package::new(&data).data("data.tar.gz", bytes)
        }),
        ("data-archive-empty", sound().data("data.tar", Vec::new())),
        ("odd-length", {
            let tail = b"\n".to_vec();
            Package { tail, ..sound() }
        }),
        ("md5sum-differs", sums(&format!("{:032x}  opt/h/a\n", 1))),
        ("md5sums-path", sums(&format!("{:032x}  opt/h/none\n", 1))),
        ("md5sums-line", sums("no sum\n")),
    ]
}

#[test]
fn each_kind_of_finding_has_a_package_or_a_reason() {
    let folder = TempDir::new().unwrap();
    let mut shown: BTreeSet<&str> = seeded::all()
        .iter()
        .filter_map(|(tags, _)| tags.split(' ').next())
        .collect();
    shown.extend(forged::refused::table().iter().filter_map(|row| row.2));
    for (tag, package) in read_by_dpkg() {
        let deb = Deb::open(package.write(folder.path())).unwrap();
        let report = check_deb(&deb, Policy::Debian).unwrap();
        let mut findings = report.findings.iter();
        assert!(findings.any(|it| it.tag.name == tag), "{tag}");
        shown.insert(tag);
    }
    let reasons = BTreeMap::from(WITHOUT);
    let of_check = tags::SUBJECTS
        .into_iter()
        .filter(|(subject, _)| SUBJECTS.contains(subject))
        .flat_map(|(_, tags)| tags);
    let mut wrong = Vec::new();
    for tag in of_check {
        if shown.contains(tag.name) == reasons.contains_key(tag.name) {
            wrong.push(tag.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
