//! The relations that the audit finds for Debian's Erlang, beside those of dpkg-shlibdeps.
//! Skipped where there is no dpkg-shlibdeps or no Erlang.
//!
//! Differences that are meant:
//! - dpkg-shlibdeps knows from which version on a package has a *function*, the audit only from
//!   which on it has a *symbol version*. So ours may be lower (zlib1g, libgcc-s1): a loader
//!   refuses a file for the symbol version it names, never for the age of the package.
//! - The audit names the version for every versioned library (libsystemd0), where dpkg-shlibdeps
//!   leaves out one that even the oldest supported release has.
//! - Alternatives for virtual packages (libglu1-mesa | libglu1) are left out.
//! - Later names (libssl3t64) are left to `Provides`; dpkg-shlibdeps has the name of the machine
//!   it runs on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use reldeb::internals::audit::{SearchRules, audit};
use reldeb::internals::elf::facts::{ElfError, ElfFacts};
use reldeb::internals::fs;
use reldeb::internals::tree::PackagePath;

fn elf_files(folder: &Path, found: &mut Vec<(PathBuf, ElfFacts)>) {
    for path in fs::read_dir(folder).unwrap_or_default() {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            elf_files(&path, found);
            continue;
        }
        match ElfFacts::read(fs::open(&path).expect("it was just listed")) {
            Ok(facts) => found.push((path, facts)),
            Err(ElfError::NotElf) => {}
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
}

/// Package names and minimal versions of a list of relations, alternatives left out.
fn parsed(relations: &str) -> BTreeMap<String, Option<String>> {
    let relations = relations.trim().split(", ").filter(|r| !r.is_empty());
    let relations = relations.filter_map(|r| r.split(" | ").next());
    relations
        .map(|relation| match relation.split_once(" (>= ") {
            Some((name, version)) => (name.into(), Some(version.trim_end_matches(')').into())),
            None => (relation.into(), None),
        })
        .collect()
}

fn is_at_least(version: &str, minimum: &str) -> bool {
    let compare = Command::new("dpkg")
        .args(["--compare-versions", version, "ge", minimum])
        .status();
    compare.is_ok_and(|status| status.success())
}

#[test]
fn the_relations_of_debians_erlang_are_those_of_shlibdeps() {
    let mut files = vec![];
    elf_files(Path::new("/usr/lib/erlang"), &mut files);
    let scratch = tempfile::tempdir().unwrap();
    std::fs::create_dir(scratch.path().join("debian")).unwrap();
    fs::write(
        &scratch.path().join("debian/control"),
        "Source: x\nMaintainer: x <x@example.com>\n\nPackage: x\nArchitecture: any\nDescription: x\n",
    )
    .unwrap();
    let said = Command::new("dpkg-shlibdeps")
        .args(["-O", "--ignore-missing-info", "--warnings=0"])
        .args(files.iter().map(|(path, _)| path))
        .current_dir(scratch.path())
        .output();
    let Ok(said) = said.as_ref().map(|s| String::from_utf8_lossy(&s.stdout)) else {
        crate::support::skip("needs `dpkg-shlibdeps`");
        return;
    };
    let Some(theirs) = said.trim().strip_prefix("shlibs:Depends=") else {
        crate::support::skip("needs Debian's Erlang");
        return;
    };

    let facts: Vec<_> = files
        .into_iter()
        .map(|(path, facts)| (PackagePath::new(path.to_str().unwrap()).unwrap(), facts))
        .collect();
    let found = audit(&facts, &SearchRules::default());
    println!("theirs: {theirs}\nours:   {}", found.depends.join(", "));
    for distribution in [
        reldeb::debian::Distribution::Debian,
        reldeb::debian::Distribution::Ubuntu,
    ] {
        println!("{:?}", found.oldest(distribution));
    }
    assert_eq!(found.missing, []);
    let (ours, theirs) = (parsed(&found.depends.join(", ")), parsed(theirs));
    let names = |of: &BTreeMap<String, _>| of.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&ours), names(&theirs));
    for (name, their) in theirs {
        let our = &ours[&name];
        match (our, their.as_deref()) {
            (None, _) => {}
            (Some(our), Some(their)) => assert!(is_at_least(their, our), "{name} {our} {their}"),
            (Some(_), None) => assert_eq!(name, "libsystemd0"),
        }
    }
    for exact in ["libc6", "libssl3", "libstdc++6", "libtinfo6"] {
        assert!(ours[exact].is_some(), "{exact}");
    }
}
