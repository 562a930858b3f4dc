//! `cargo reldeb`: builds the project, then its package.

mod calls;
mod wanted;

use std::path::Path;
use std::process::Command;

use crate::support::{Outcome, Test};

const PROPOSED: &str = "warning[proposed-manifest]: `reldeb.toml` is not there: the package is what \
                        `reldeb init` proposes\n\
                        hint: `reldeb init` writes it, to be kept and changed\n";

/// The search path with the programs of the Rust toolchain.
pub(crate) fn path() -> String {
    let cargo = Path::new(env!("CARGO")).parent().unwrap();
    format!("{}:/usr/bin:/bin", cargo.display())
}

fn cargo(test: Test, arguments: &[&str]) -> Test {
    test.env("PATH", &path())
        .env("CARGO_TERM_QUIET", "true")
        .env("CARGO_NET_OFFLINE", "true")
        .args([&["cargo"], arguments].concat())
}

/// A project of one program, with more in its Cargo.toml.
fn project(more: &str) -> Test {
    Test::new()
        .file(
            "Cargo.toml",
            format!(
                "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
                 description = \"greets\"\nlicense = \"MIT\"\n{more}\n"
            ),
        )
        .file("src/main.rs", "fn main() { println!(\"hello\"); }\n")
}

const AUTHORS: &str = "authors = [\"Ann Example <ann@example.com>\"]";

/// Returns the fields and the paths of a package.
fn packed(built: &Outcome, path: &str) -> String {
    let dpkg_deb = |option: &str| {
        let mut command = Command::new("dpkg-deb");
        let output = command.arg(option).arg(built.path(path)).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    dpkg_deb("--field") + &dpkg_deb("--contents")
}

#[test]
fn a_project_that_says_nothing_of_reldeb_becomes_a_package() {
    let built = cargo(project(AUTHORS), &[])
        // It is not the one at work who answers for the package.
        .env("DEBFULLNAME", "Ben Example")
        .env("DEBEMAIL", "ben@example.com")
        .stdout("target/debian/hello_0.1.0_amd64.deb\n")
        .stderr(PROPOSED)
        .run();
    let packed = packed(&built, "target/debian/hello_0.1.0_amd64.deb");
    for line in [
        "Maintainer: Ann Example <ann@example.com>\n",
        "Description: greets\n",
        " ./usr/bin/hello\n",
    ] {
        assert!(packed.contains(line), "{packed}");
    }
    assert_eq!(
        built.names("."),
        [".cargo", "Cargo.lock", "Cargo.toml", "src", "target"]
    );
}

#[test]
fn a_project_without_authors_is_of_who_is_at_work() {
    let built = cargo(project(""), &["-q"])
        .env("DEBFULLNAME", "Ben Example")
        .env("DEBEMAIL", "ben@example.com")
        .stdout("target/debian/hello_0.1.0_amd64.deb\n")
        .run();
    let packed = packed(&built, "target/debian/hello_0.1.0_amd64.deb");
    assert!(
        packed.contains("Maintainer: Ben Example <ben@example.com>\n"),
        "{packed}"
    );
}

/// A manifest of reldeb with the paths that a build of the release profile has.
const MANIFEST: &str = "
[package]
maintainer = \"Ann Example <ann@example.com>\"
description = \"greets\"
[files]
\"/usr/bin/hello\" = \"target/release/hello\"
\"/usr/share/hello/\" = { source = \"./target/release/hell?\" }
";

#[test]
fn the_manifest_of_the_project_says_what_is_packed() {
    let in_cargo = MANIFEST.replace('[', "[package.metadata.reldeb.");
    let of_folder = "\n[package]\nmaintainer = \"Ann Example <ann@example.com>\"\n\
                     description = \"greets\"\n[release]\npath = \"target/release\"\n\
                     [build]\noutput = \"out\"\n";
    for (test, output, program) in [
        (
            project("").file("reldeb.toml", MANIFEST),
            "target/debian",
            "/usr/share/hello/hello",
        ),
        (project(&in_cargo), "target/debian", "/usr/bin/hello"),
        (
            project("").file("reldeb.toml", of_folder),
            "out",
            "/opt/hello/bin/hello",
        ),
    ] {
        let path = format!("{output}/hello_0.1.0_amd64.deb");
        let built = cargo(test, &["-q"]).stdout(&format!("{path}\n")).run();
        let packed = packed(&built, &path);
        assert!(packed.contains(&format!(" .{program}\n")), "{packed}");
    }
}

#[test]
fn target_profile_and_target_directory_move_what_the_manifest_names() {
    let rustc = Command::new("rustc")
        .env("PATH", path())
        .arg("-vV")
        .output()
        .unwrap();
    let told = String::from_utf8(rustc.stdout).unwrap();
    let host = told
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let test = project("[profile.dist]\ninherits = \"dev\"").file("reldeb.toml", MANIFEST);
    let elsewhere = test.path("elsewhere");
    let built = cargo(test, &["-q", "--profile", "dist", "--target", host])
        .env("CARGO_TARGET_DIR", elsewhere.to_str().unwrap())
        .stdout("elsewhere/debian/hello_0.1.0_amd64.deb\n")
        .run();
    let programs = built.path(&format!("elsewhere/{host}/dist/hello"));
    assert!(programs.is_file() && !built.path("target").exists());
    // Without a build it is found in the same place.
    let packages = std::fs::read_dir(elsewhere.join("debian")).unwrap().count();
    assert_eq!(packages, 1);
}

#[test]
fn what_is_built_is_packed_without_a_build() {
    let test = project(AUTHORS).executable("target/debug/hello", "#!/bin/sh\n");
    let built = cargo(test, &["--no-build", "--profile", "dev", "-o", "x.deb"])
        .stdout("x.deb\n")
        .stderr(PROPOSED)
        .run();
    let packed = packed(&built, "x.deb");
    assert!(packed.contains("Architecture: all\n"), "{packed}");
    assert!(packed.contains(" ./usr/bin/hello\n"), "{packed}");
    let manifest = MANIFEST.replace("hell?", "");
    let test = project("").file("reldeb.toml", manifest);
    cargo(
        test.executable("target/dist/hello", "#!/bin/sh\n"),
        &["--no-build", "--profile", "dist"],
    )
    .stdout("target/debian/hello_0.1.0_all.deb\n")
    .run();
}

#[test]
fn the_flags_of_cargo_reach_it() {
    let stub = format!(
        "#!/bin/sh\necho \"$*\" >>log\nexec {} \"$@\"\n",
        env!("CARGO")
    );
    let test = project(AUTHORS).executable("stub", stub);
    let directory = test.path("");
    let all = [
        "-q",
        "-p",
        "hello",
        "-F",
        "a,b",
        "--features",
        "c",
        "--no-default-features",
        "--all-features",
        "--manifest-path",
        "Cargo.toml",
        "--release",
        "--",
        "--locked",
    ];
    let features = "\n[features]\na = []\nb = []\nc = []";
    let told = std::fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    let built = cargo(test.file("Cargo.toml", told + features), &all)
        .file(
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"hello\"\nversion = \"0.1.0\"\n",
        )
        .env("CARGO", &directory.join("stub").to_string_lossy())
        .any_stdout()
        .run();
    assert_eq!(
        String::from_utf8(built.read("log")).unwrap(),
        "metadata --format-version 1 --no-deps --manifest-path Cargo.toml\n\
         build --message-format json-render-diagnostics --profile release --manifest-path \
         Cargo.toml --all-features --no-default-features --quiet --package hello --features a,b \
         --features c --locked\n"
    );
}
