//! What lintian says of the examples' packages: nothing that has no reason in the package.

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

/// Fails where a tag is not overridden, or where lintian did not look at everything.
fn judge(lintian: &str, name: &str, said: &str) {
    let unexplained: Vec<&str> = said
        .lines()
        .filter(|line| {
            ["E: ", "W: ", "I: ", "P: ", "warning:", "Warning"]
                .iter()
                .any(|start| line.starts_with(start))
        })
        .collect();
    assert_eq!(unexplained, [""; 0], "{lintian}, {name}:\n{said}");
    let overridden = format!("O: {name}: dir-or-file-in-opt ");
    assert!(said.contains(&overridden), "{lintian}, {name}:\n{said}");
}

#[test]
fn lintian_of_this_machine_finds_nothing() {
    let Ok(version) = Command::new("lintian").arg("--version").output() else {
        skip("needs `lintian`");
        return;
    };
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    for (name, package, _folder) in packages() {
        let output = Command::new("lintian")
            .args(ARGUMENTS)
            .arg(&package)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        judge(version.trim_end(), name, &String::from_utf8_lossy(&said));
    }
}

#[test]
fn lintian_of_trixie_finds_nothing() {
    let Some(system) = System::with_lintian("trixie") else {
        return;
    };
    let version = system.run(["lintian", "--version"]).success().stdout;
    for (name, package, _folder) in packages() {
        let inside = format!("/root/{name}.deb");
        system.copy(&package, &inside);
        let words = ["lintian"]
            .into_iter()
            .chain(ARGUMENTS)
            .chain([inside.as_str()]);
        let output = system.run(words);
        let said = format!("{}{}", output.stdout, output.stderr);
        judge(version.trim_end(), name, &said);
    }
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
