//! `reldeb inspect` beside `dpkg-deb` on packages of Debian's archive: any number of them, in the folder that
//! the variable names.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder with packages, such as `apt-get download` makes one.
const FOLDER: &str = "RELDEB_TEST_PACKAGES";

fn output_of(program: &str, words: &[&OsStr]) -> String {
    let output = Command::new(program)
        .args(words)
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn dpkg_deb(flag: &str, package: &Path, more: &[&str]) -> String {
    let mut words = vec![OsStr::new(flag), package.as_os_str()];
    words.extend(more.iter().map(OsStr::new));
    output_of("dpkg-deb", &words)
}

/// A line of `dpkg-deb -c` without the time.
fn without_time(line: &str) -> String {
    let mut words = line.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(3).collect();
    let rest: Vec<&str> = words.skip(2).collect();
    [first, rest].concat().join(" ")
}

/// A control file without what marks the further lines of a value.
fn unmarked(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    let lines = lines.map(|line| match line.strip_prefix(' ') {
        Some(".\n") => "\n",
        Some(rest) => rest,
        None => line,
    });
    lines.collect()
}

/// The differences of what is shown of a package.
fn differences(package: &Path) -> Vec<String> {
    let reldeb = env!("CARGO_BIN_EXE_reldeb");
    let mut found = Vec::new();
    let mut compare = |what: &str, ours: &str, theirs: &str| {
        if ours != theirs {
            found.push(format!("{what}:\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    };
    let words = ["inspect", "--json"].map(OsStr::new);
    let document = output_of(reldeb, &[&words[..], &[package.as_os_str()]].concat());
    let document: Value = serde_json::from_str(&document).unwrap();
    let fields = document["control"].as_object().unwrap().iter();
    let fields = fields.map(|(field, value)| format!("{field}: {}\n", value.as_str().unwrap()));
    compare(
        "control",
        &fields.collect::<String>(),
        &unmarked(&dpkg_deb("-f", package, &[])),
    );
    for (name, text) in document["members"].as_object().unwrap() {
        compare(
            name,
            text.as_str().unwrap(),
            &dpkg_deb("-I", package, &[name]),
        );
    }
    // ` NUMBER bytes, NUMBER lines  [*] NAME [INTERPRETER]`
    let info = dpkg_deb("-I", package, &[]);
    let members = info
        .lines()
        .filter(|line| line.contains(" bytes, ") && line.contains(" lines "));
    let count = document["members"].as_object().unwrap().len();
    compare("members", &count.to_string(), &members.count().to_string());
    let words = ["inspect", "-q"].map(OsStr::new);
    let text = output_of(reldeb, &[&words[..], &[package.as_os_str()]].concat());
    let (_, ours) = text.split_once("==> contents <==\n").unwrap();
    let theirs = dpkg_deb("-c", package, &[]);
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        compare("contents", &plain(ours), &without_time(theirs));
    }
    let lines = |text: &str| text.lines().count().to_string();
    compare("contents", &lines(ours), &lines(&theirs));
    found
}

#[test]
#[ignore = "needs packages: RELDEB_TEST_PACKAGES=FOLDER"]
fn packages_of_debian_are_shown_as_dpkg_deb_shows_them() {
    let folder = std::env::var_os(FOLDER).expect(FOLDER);
    let mut packages: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "deb"))
        .collect();
    packages.sort();
    assert!(!packages.is_empty());
    let mut faults = Vec::new();
    for package in &packages {
        let found = differences(package);
        if !found.is_empty() {
            faults.push(format!("{}: {}", package.display(), found.join("\n")));
        }
    }
    let all = faults.join("\n");
    assert!(
        faults.is_empty(),
        "{} of {}:\n{all}",
        faults.len(),
        packages.len()
    );
}
