//! How cargo finds the command, workspaces, and what is refused.

use std::process::Command;

use super::{AUTHORS, MANIFEST, PROPOSED, cargo, path, project};
use crate::support::Test;

/// Calls the program of this name as cargo does.
fn called(program: &str, link: bool, arguments: &[&str]) -> String {
    let test = project(AUTHORS).directory("bin");
    let own = test.path("bin/cargo-reldeb");
    if link {
        std::os::unix::fs::symlink(program, &own).unwrap();
    } else {
        std::fs::copy(program, &own).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_reldeb"), test.path("bin/reldeb")).unwrap();
    }
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(test.path(""))
        .env("PATH", format!("{}:{}", test.path("bin").display(), path()))
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn cargo_finds_the_link_and_the_program_that_cargo_installs() {
    for (program, link) in [
        (env!("CARGO_BIN_EXE_reldeb"), true),
        (env!("CARGO_BIN_EXE_cargo-reldeb"), false),
    ] {
        let said = called(program, link, &["reldeb", "-q"]);
        assert_eq!(said, "target/debian/hello_0.1.0_amd64.deb\n");
        let said = called(program, link, &["reldeb", "--help"]);
        assert!(
            said.contains("\nUsage: cargo reldeb [OPTIONS] [PACKAGE]... [-- "),
            "{said}"
        );
        assert!(called(program, link, &["--list"]).contains("    reldeb\n"));
    }
}

#[test]
fn the_program_that_cargo_installs_misses_the_other() {
    let test = project(AUTHORS).directory("bin");
    let own = test.path("cargo-reldeb");
    std::fs::copy(env!("CARGO_BIN_EXE_cargo-reldeb"), &own).unwrap();
    let output = Command::new(own)
        .env("PATH", test.path("bin"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: cannot run `reldeb`: No such file or directory (os error 2)\n\
         hint: `cargo install reldeb` brings both programs\n"
    );
}

/// A workspace of two programs with versions of their own.
fn workspace() -> Test {
    let member = |test: Test, name: &str, version: &str| {
        test.file(
            &format!("{name}/Cargo.toml"),
            format!(
                "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n\
                 description = \"greets\"\n{AUTHORS}\n"
            ),
        )
        .file(&format!("{name}/src/main.rs"), "fn main() {}\n")
    };
    let workspace = "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"2\"\n";
    let test = Test::new().file("Cargo.toml", workspace);
    member(member(test, "one", "1.0.0"), "two", "2.0.0")
}

#[test]
fn a_member_of_a_workspace_is_built_and_packed() {
    let built = cargo(workspace(), &["-p", "two@2.0.0"])
        .stdout("[DIR]/target/debian/two_2.0.0_amd64.deb\n")
        .stderr(PROPOSED)
        .run();
    assert!(!built.path("target/release/one").exists());
    let shared = MANIFEST.replace("hell?", "").replace("hello", "one");
    let shared = shared.replace("\n[package]", "\n[package]\nname = \"one\"");
    cargo(
        workspace().file("reldeb.toml", shared),
        &["-q", "-p", "one"],
    )
    .stdout("target/debian/one_1.0.0_amd64.deb\n")
    .run();
}

#[test]
fn what_a_proposal_cannot_know_is_asked_for() {
    cargo(project(""), &[])
        .status(1)
        .stderr(
            "error: who maintains the package is not known\n\
             hint: write `authors = [\"Name <address>\"]` below `[package]` of `[DIR]/Cargo.toml`, \
             or set DEBFULLNAME and DEBEMAIL\n",
        )
        .run();
    cargo(project(AUTHORS), &["--no-build"])
        .status(1)
        .stderr("error: no program of `[DIR]/Cargo.toml` is built\nhint: leave `--no-build` out\n")
        .run();
    cargo(workspace(), &[])
        .status(1)
        .stderr(
            "error: the packages of the workspace have several versions\n\
             hint: name one of them with `-p`, or give a version with `--version`\n",
        )
        .run();
    let of_cargo_deb = "[package.metadata.deb]\nassets = []";
    let refused = cargo(project(&format!("{AUTHORS}\n{of_cargo_deb}")), &[])
        .status(1)
        .stderr(
            "error: `Cargo.toml` has `[package.metadata.deb]` of cargo-deb, which is not read, and \
             nothing of reldeb\n\
             hint: `reldeb import` writes a `reldeb.toml` of what that table says\n",
        )
        .run();
    // Before anything is built.
    assert!(!refused.path("target").exists());
}

#[test]
fn calls_that_mean_nothing_are_refused() {
    for (test, arguments, error) in [
        (
            project(AUTHORS),
            &["hello"][..],
            "error: there is no manifest that makes a package `hello`\n\
             hint: `-p hello` names a Cargo package\n",
        ),
        (
            workspace(),
            &["-p", "three"],
            "error: the Cargo project has no package `three`\nhint: its packages: `one`, `two`\n",
        ),
        (
            Test::new(),
            &[],
            "error: cargo: could not find `Cargo.toml` in `[DIR]` or any parent directory\n",
        ),
        (
            project("").file("src/main.rs", "fn main() { compile_error!(\"no\") }"),
            &[],
            "error: no\n --> src/main.rs:1:13\n  |\n1 | fn main() { compile_error!(\"no\") }\n  \
             |             ^^^^^^^^^^^^^^^^^^^^\n\n\
             error: could not compile `hello` (bin \"hello\") due to 1 previous error\n\
             error: `cargo build` ended with exit status: 101\n",
        ),
    ] {
        cargo(test, arguments).status(1).stderr(error).run();
    }
    cargo(project(""), &[])
        .env("CARGO", "/nonexistent")
        .status(1)
        .stderr("error: cannot run `cargo`: No such file or directory (os error 2)\n")
        .run();
}
