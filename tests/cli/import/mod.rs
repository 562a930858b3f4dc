//! `reldeb import`: projects in miniature become manifests, and their packages are those that the other
//! tool has built of the same files, but for differences that have a reason.
//!
//! A file of `cargo/` or `nfpm/` is a project: its files behind `--- [MODE] PATH`, then what is expected
//! behind `=== NAME`. `UPDATE_IMPORT=1` writes what is expected of reldeb, and the test
//! `record_what_peers_build` what the other tools build.

mod contents;
mod control;
mod errors;
mod goreleaser;
mod moved;
mod overrides;
mod peers;
mod project;
mod symbols;
mod variants;

use project::{Project, projects};

use crate::packed::reldeb;
use crate::support::{Test, unindent};

#[test]
fn projects_of_cargo_deb_build_the_same_package() {
    all("cargo");
}

#[test]
fn projects_of_nfpm_build_the_same_package() {
    all("nfpm");
}

/// Imports a file beside the file `a`, builds, and returns the manifest.
#[track_caller]
fn built_manifest(name: &str, text: &str, stderr: &str) -> String {
    let outcome = Test::new()
        .file(name, text)
        .file("a", "a\n")
        .executable("dist/shop_linux_amd64_v1/shop", "#!/bin/sh\n")
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(stderr))
        .run();
    let mut command = reldeb();
    command.args(["build", "-q", "--arch", "amd64"]);
    if name.starts_with(".goreleaser") {
        command.args(["--release-version", "v1.4.0"]);
    }
    for variable in ["COMMIT", "DATE", "TAG", "VERSION"] {
        command.env(variable, "1.4.0");
    }
    let built = command.current_dir(outcome.path("")).output().unwrap();
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{said}");
    String::from_utf8(outcome.read("reldeb.toml")).unwrap()
}

#[track_caller]
fn all(folder: &str) {
    let updates = std::env::var_os("UPDATE_IMPORT").is_some();
    let mut wrong = Vec::new();
    for path in projects(folder) {
        let mut project = Project::read(&path);
        project.import_and_build();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        wrong.extend(
            project
                .unexplained()
                .map(|line| format!("{name}: no reason for `{line}`")),
        );
        if updates {
            project.write(&path);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            let (expected, found) = (text.lines(), project.text());
            let mut pairs = expected.zip(found.lines()).zip(1..);
            if let Some(((expected, found), line)) = pairs.find(|((one, other), _)| one != other) {
                wrong.push(format!(
                    "{name}:{line}: expected `{expected}`, found `{found}`"
                ));
            } else if text != found {
                wrong.push(format!("{name}: longer or shorter than expected"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
