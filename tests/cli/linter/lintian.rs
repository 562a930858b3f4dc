//! The table of lintian's tags: each has a finding that says the same, or a reason for none.

use std::collections::{BTreeMap, BTreeSet};

use reldeb::internals::finding::tags;
use reldeb::internals::lint::Policy;
use tempfile::TempDir;

use super::seeded;

/// Each tag of lintian with the tag of ours, or the reason.
const TABLE: &str = include_str!("../../lintian-tags.tsv");

#[test]
fn each_tag_of_lintian_has_a_finding_or_a_reason() {
    let mut listed: BTreeMap<&str, &str> = BTreeMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            [name, tag] => assert!(listed.insert(name, tag).is_none(), "{line}"),
            [_, "-", reason] => assert!(reason.len() > 2, "{line}"),
            _ => panic!("{line}"),
        }
    }
    let ours: BTreeMap<&str, &str> = tags::all()
        .flat_map(|tag| tag.lintian.iter().map(|name| (*name, tag.name)))
        .collect();
    assert_eq!(ours, listed);
}

/// Runs the installed lintian on each package with a fault that it knows.
#[test]
#[ignore = "lintian takes some minutes"]
fn lintian_says_the_same_of_each_fault() {
    let folder = TempDir::new().unwrap();
    let mut missed = Vec::new();
    for (number, (tags_of, seed)) in seeded::all().into_iter().enumerate() {
        let name = tags_of.split(' ').next().unwrap_or_default();
        let tag = tags::find(name).unwrap();
        if tag.lintian.is_empty() {
            continue;
        }
        let place = folder.path().join(number.to_string());
        std::fs::create_dir(&place).unwrap();
        let path = seed.package().write(&place);
        let output = std::process::Command::new("lintian")
            .arg("-I")
            .arg("--allow-root")
            .arg(&path)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let said: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.split_whitespace().nth(2))
            .collect();
        if !tag.lintian.iter().any(|name| said.contains(name)) {
            missed.push(format!(
                "{name} ({}): lintian says {said:?}",
                Policy::Debian
            ));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}
