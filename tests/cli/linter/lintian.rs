//! The table of lintian's tags: each has a finding that says the same, or a reason for none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use reldeb::internals::deb::Deb;
use reldeb::internals::finding::{Finding, Severity, tags};
use reldeb::internals::lint::{Policy, check_deb};
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

/// The variable with the root of another system, such as Debian 13, whose lintian is to be asked.
const ROOT: &str = "RELDEB_TEST_LINTIAN_ROOT";

/// Makes the command of a program that is beside lintian.
type Asking = Box<dyn Fn(&str) -> Command>;

/// A folder that lintian can see, and the command to ask it.
fn lintian() -> (TempDir, Asking) {
    let Some(root) = std::env::var_os(ROOT).map(PathBuf::from) else {
        return (TempDir::new().unwrap(), Box::new(|name| Command::new(name)));
    };
    let folder = TempDir::new_in(root.join("tmp")).unwrap();
    let command = move |name: &str| {
        let mut command = Command::new("chroot");
        command.arg(&root).arg(name);
        command
    };
    (folder, Box::new(command))
}

/// A path as the command of [`lintian`] sees it.
fn seen(path: &Path) -> PathBuf {
    let root = std::env::var_os(ROOT).unwrap_or_default();
    Path::new("/").join(path.strip_prefix(root).unwrap_or(path))
}

fn lines(command: &mut Command) -> Vec<String> {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(str::to_owned).collect()
}

/// The tags that lintian tells of packages, or has overridden, by the names of the packages.
fn told(command: &mut Command) -> BTreeMap<String, BTreeSet<String>> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines(command.args(["-I", "-o", "--allow-root"])) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [_, package, tag, ..] = words[..]
            && let Some(package) = package.strip_suffix(':')
        {
            told.entry(package.into()).or_default().insert(tag.into());
        }
    }
    told
}

/// Runs lintian on each package with a fault that it knows.
#[test]
#[ignore = "lintian takes some minutes"]
fn lintian_says_the_same_of_each_fault() {
    let (folder, command) = lintian();
    let known = lines(command("lintian-explain-tags").arg("--list-tags"));
    let mut missed = Vec::new();
    for (number, (names, seed)) in seeded::all().into_iter().enumerate() {
        let name = names.split(' ').next().unwrap_or_default();
        let tag = tags::find(name).unwrap();
        let is_known = |name: &&str| known.iter().any(|it| it == name);
        if !tag.lintian.iter().any(is_known) {
            continue;
        }
        let place = folder.path().join(number.to_string());
        std::fs::create_dir(&place).unwrap();
        let path = seed.package().write(&place);
        let told = told(command("lintian").arg(seen(&path)));
        let said: BTreeSet<&String> = told.values().flatten().collect();
        if !tag
            .lintian
            .iter()
            .any(|it| said.iter().any(|tag| tag == it))
        {
            missed.push(format!("{number} {name}: lintian says {said:?}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Asks lintian about packages of an archive: what reldeb tells as more than an info, and lintian has a tag
/// for, lintian tells as well.
#[test]
#[ignore = "RELDEB_TEST_PACKAGES names a folder, such as one with 300 packages of Debian"]
fn lintian_refutes_no_finding_about_packages_of_an_archive() {
    let from = PathBuf::from(std::env::var_os("RELDEB_TEST_PACKAGES").expect("a folder"));
    let (folder, command) = lintian();
    let known = lines(command("lintian-explain-tags").arg("--list-tags"));
    let (mut paths, mut found) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "deb") {
            continue;
        }
        let copy = folder.path().join(path.file_name().unwrap());
        std::fs::copy(&path, &copy).unwrap();
        let report = check_deb(&Deb::open(&path).unwrap(), Policy::Debian).unwrap();
        let weighty = |it: &Finding| it.severity > Severity::Info && !it.tag.lintian.is_empty();
        let findings = report.findings.into_iter().filter(weighty);
        found.extend(findings.map(|finding| (report.name[0].clone(), finding)));
        paths.push(seen(&copy));
    }
    let mut told = BTreeMap::new();
    for some in paths.chunks(20) {
        told.append(&mut self::told(command("lintian").args(some)));
    }
    let (mut refuted, mut unknown) = (Vec::new(), 0);
    for (package, finding) in &found {
        let said = told.get(package);
        let says = |name: &&str| said.is_some_and(|said| said.contains(*name));
        if finding.tag.lintian.iter().any(says) {
            continue;
        }
        // Of what a lintian has no tag for, it says nothing.
        let names = finding.tag.lintian.iter();
        if names.clone().any(|name| !known.iter().any(|it| it == name)) {
            unknown += 1;
        } else {
            refuted.push(format!("{package}: {}: {finding}", finding.tag));
        }
    }
    let (packages, findings) = (paths.len(), found.len());
    eprintln!(
        "{packages} packages, {findings} findings, {unknown} that this lintian has no tag for"
    );
    assert!(refuted.is_empty(), "{refuted:#?}");
    assert!(packages > 0);
}
