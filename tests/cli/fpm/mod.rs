//! `reldeb fpm`: command lines of fpm become the packages that they always made.
//!
//! `corpus.toml` has the command lines, and the project that they are run in; `expected.toml` what each
//! must give, and `recorded.toml` what fpm 1.17 itself gave for it. `UPDATE_EXPECTED=1` writes
//! `expected.toml` anew; `compare` holds it against fpm's.

mod bombs;
mod compare;
mod corpus;
mod errors;
mod excluded;
mod manifest;
mod messages;
mod page;
mod values;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::sketch::elf;
use crate::support::{Outcome, Test, project};

/// The command lines, and the files that they are about.
#[derive(Deserialize)]
struct Corpus {
    project: BTreeMap<String, String>,
    case: Vec<Case>,
}

/// A command line.
#[derive(Deserialize)]
struct Case {
    name: String,
    line: String,
}

/// A package, as dpkg-deb shows it.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    file: String,
    /// Mode, owner and path, sorted by path.
    listing: String,
    control: String,
    conffiles: String,
    scripts: Vec<String>,
    data: String,
}

const FOLDER: &str = "tests/cli/fpm";

/// Reads a file of this folder.
fn data<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let path = project().join(FOLDER).join(name);
    let text = std::fs::read_to_string(path).unwrap();
    toml::from_str(&text).unwrap()
}

/// A copy of the project of the corpus.
fn in_project(files: &BTreeMap<String, String>) -> Test {
    let mut test = Test::new();
    for (path, text) in files {
        test = match text.as_str() {
            _ if path.ends_with('/') => test.directory(path.trim_end_matches('/')),
            "ELF" => test.executable(path, elf(62, 2)),
            link if link.starts_with("-> ") => test.symlink(path, &link[3..]),
            script if script.starts_with("#!") => test.executable(path, script),
            content => test.file(path, content),
        };
    }
    // The modes of a checkout with a lax umask.
    test = test.file_with_mode("build/README.md", &files["build/README.md"], 0o664);
    chmod(&test.path("build/lib"), 0o775);
    let tar = Command::new("tar")
        .args(["czf", "demo-1.0.tar.gz", "-C", "root", "."])
        .current_dir(test.path("."))
        .status();
    assert!(tar.unwrap().success());
    test
}

fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Parts a command line as a shell does.
fn words(line: &str) -> Vec<String> {
    let output = Command::new("sh")
        .args(["-c", &format!("printf '%s\\0' {line}")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim_end_matches('\0')
        .split('\0')
        .map(str::to_owned)
        .collect()
}

fn dpkg_deb(words: &[&str], package: &Path) -> String {
    let mut command = Command::new("dpkg-deb");
    let output = command
        .arg(words[0])
        .arg(package)
        .args(&words[1..])
        .output();
    String::from_utf8(output.unwrap().stdout).unwrap()
}

/// Returns what dpkg-deb shows of a package.
fn shown(package: &Path, file: &str) -> Shown {
    let mut listing: Vec<String> = Vec::new();
    for line in dpkg_deb(&["--contents"], package).lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let path = words[5..].join(" ");
        listing.push(format!("{} {} {path}\n", words[0], words[1]));
    }
    listing.sort_by_key(|line| line.split(' ').nth(2).map(str::to_owned));
    let control = dpkg_deb(&["--field"], package);
    let control = control.split_inclusive('\n');
    let control = control.filter(|line| !line.starts_with("Installed-Size"));
    let members = Command::new("ar").arg("t").arg(package).output().unwrap();
    let members = String::from_utf8(members.stdout).unwrap();
    let scripts = ["preinst", "postinst", "prerm", "postrm"].into_iter();
    let is_there = |name: &&str| !dpkg_deb(&["--info", name], package).is_empty();
    Shown {
        file: file.to_owned(),
        listing: listing.concat(),
        control: control.collect(),
        conffiles: dpkg_deb(&["--info", "conffiles"], package),
        scripts: scripts.filter(is_there).map(str::to_owned).collect(),
        data: members.lines().last().unwrap_or_default().to_owned(),
    }
}

/// Returns the path that the last line on standard output names.
fn created(built: &Outcome) -> &str {
    let line = built.stdout.lines().last().unwrap_or_default();
    let path = line.strip_prefix("Created package {:path=>\"");
    path.and_then(|it| it.strip_suffix("\"}"))
        .unwrap_or_else(|| panic!("{line}"))
}
