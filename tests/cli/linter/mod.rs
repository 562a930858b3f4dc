//! `reldeb check` as a linter: a package for each kind of finding, and one with none.

mod control;
mod coverage;
mod forms;
mod lintian;
mod programs;
mod sarif;
mod seeded;
mod seeds;

use std::collections::BTreeSet;

use reldeb::internals::deb::Deb;
use reldeb::internals::finding::Severity;
use reldeb::internals::lint::{Policy, check_deb};
use tempfile::TempDir;

use seeds::Seed;

/// The tags of all findings about a package, but those about suites and libraries.
fn tags(seed: &Seed, policy: Policy) -> BTreeSet<&'static str> {
    let folder = TempDir::new().unwrap();
    let path = seed.package().write(folder.path());
    let report = check_deb(&Deb::open(path).unwrap(), policy).unwrap();
    report
        .findings
        .iter()
        .map(|finding| finding.tag.name)
        .collect()
}

#[test]
fn a_package_by_the_rules_has_no_finding() {
    for (_, policy) in Policy::NAMES {
        assert_eq!(tags(&Seed::clean(), policy), BTreeSet::new(), "{policy}");
    }
}

#[test]
fn each_fault_has_its_finding_and_no_other() {
    let mut wrong = Vec::new();
    for (expected, seed) in seeded::all() {
        let mut found = tags(&seed, Policy::Debian);
        // Each package with programs has it.
        found.remove("oldest-release");
        if found != expected.split(' ').collect() {
            wrong.push(format!("{expected}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn names_that_policy_does_not_allow_are_errors() {
    let folder = TempDir::new().unwrap();
    for (name, expected) in [
        (
            "Foo",
            "the control file: invalid package name `Foo`: contains `F` at character 1, expected lower \
             case letters, digits and `+ - .`",
        ),
        (
            "a",
            "the control file: invalid package name `a`: has one character, expected at least two",
        ),
    ] {
        let path = Seed::clean().field("Package", name).package();
        let path = path.write(folder.path());
        let report = check_deb(&Deb::open(&path).unwrap(), Policy::default()).unwrap();
        let findings = report.findings.iter();
        let errors: Vec<&str> = findings
            .filter(|it| it.severity == Severity::Error)
            .map(|it| it.message.as_str())
            .collect();
        assert_eq!(errors, [expected]);
    }
}

#[test]
fn policies_weigh_by_their_own_rules() {
    let folder = TempDir::new().unwrap();
    let seed = Seed::clean().file("opt/clean/readme", 0o644, "x\n");
    let path = seed.package().write(folder.path());
    let severities = Policy::NAMES.map(|(name, policy)| {
        let report = check_deb(&Deb::open(&path).unwrap(), policy).unwrap();
        let found = report.findings.first().unwrap();
        format!("{name}: {} {}", found.severity, found.tag)
    });
    assert_eq!(
        severities,
        [
            "debian: error place-opt",
            "third-party: info place-opt",
            "strict: error place-opt"
        ]
    );
}
