//! The word of lintian about the examples' packages: nothing that has no reason in the package.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::{self, Orders};
use crate::support::skip;
use crate::system::System;

/// All that lintian has to say, and what is overridden.
const ARGUMENTS: [&str; 4] = ["-EvIL", "+pedantic", "--show-overrides", "--allow-root"];

/// The packages of the examples, compressed as lintian can read it.
fn packages() -> Vec<(&'static str, PathBuf, TempDir)> {
    let folders = [
        (
            "orders",
            Orders::packages().map(|orders| orders.first.as_path()),
        ),
        ("tally", example::tally()),
        ("beacon", Some(example::beacon())),
    ];
    let present = folders
        .into_iter()
        .filter_map(|(name, package)| Some((name, package?)));
    present
        .map(|(name, package)| {
            let project = package.ancestors().nth(2).unwrap();
            let folder = TempDir::new().unwrap();
            let package = folder.path().join(format!("{name}.deb"));
            let mut build = Command::new(env!("CARGO_BIN_EXE_reldeb"));
            build
                .args(["build", "--compression", "gzip:1", "--manifest"])
                .arg(project);
            let output = build.arg("-o").arg(&package).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            (name, package, folder)
        })
        .collect()
}

/// The tag of bookworm's lintian for each unit without an init script. That of trixie has no such tag
/// any more, and an override of it would be an error there.
const GONE: &str = ": package-supports-alternative-init-but-no-init.d-script ";

/// The lines of lintian about what is not overridden, or about what it did not look at.
pub(crate) fn unexplained(said: &str) -> Vec<&str> {
    let starts = ["E: ", "W: ", "I: ", "P: ", "warning:", "Warning"];
    let is_loud = |line: &&str| starts.iter().any(|start| line.starts_with(start));
    let mut lines: Vec<&str> = said.lines().filter(is_loud).collect();
    lines.retain(|line| !line.contains(GONE));
    lines
}

/// Returns what this machine's lintian says of packages. `None`, and a line that says why, where there is
/// none.
pub(crate) fn of_this_machine(packages: &[&Path]) -> Option<String> {
    if Command::new("lintian").arg("--version").output().is_err() {
        skip("needs `lintian`");
        return None;
    }
    let mut command = Command::new("lintian");
    let output = command.args(ARGUMENTS).args(packages).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    Some(String::from_utf8_lossy(&said).into_owned())
}

/// Returns what the lintian of trixie says of packages.
pub(crate) fn of_trixie(packages: &[&Path]) -> Option<String> {
    let system = System::with_lintian("trixie")?;
    let mut words = vec!["lintian".to_owned()];
    words.extend(ARGUMENTS.map(str::to_owned));
    for package in packages {
        let inside = format!("/root/{}", package.file_name()?.display());
        system.copy(package, &inside);
        words.push(inside);
    }
    let output = system.run(words);
    Some(output.stdout + &output.stderr)
}

/// Fails where lintian finds something in the examples, or did not look into /opt.
fn judge(examine: fn(&[&Path]) -> Option<String>) {
    let packages = packages();
    let paths: Vec<&Path> = packages.iter().map(|(_, path, _)| path.as_path()).collect();
    let Some(said) = examine(&paths) else {
        return;
    };
    assert_eq!(unexplained(&said), [""; 0], "{said}");
    for (name, ..) in &packages {
        let overridden = format!("O: {name}: dir-or-file-in-opt ");
        assert!(said.contains(&overridden), "{name}:\n{said}");
    }
}

#[test]
fn lintian_of_this_machine_finds_nothing() {
    judge(of_this_machine);
}

#[test]
fn lintian_of_trixie_finds_nothing() {
    judge(of_trixie);
}

/// The reasons stand in the package, above what they explain.
#[test]
fn every_override_has_its_reason() {
    for (name, package, _folder) in packages() {
        let text = overrides(&package, name);
        let mut explained = false;
        for line in text.lines() {
            if line.is_empty() {
                explained = false;
            } else if line.starts_with("# ") {
                explained = true;
            } else {
                assert!(
                    explained && line.starts_with(&format!("{name}: ")),
                    "{text}"
                );
            }
        }
        assert!(explained, "{text}");
    }
}

fn overrides(package: &Path, name: &str) -> String {
    let script = r#"dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/share/lintian/overrides/$2""#;
    let output = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(package)
        .arg(name)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}
