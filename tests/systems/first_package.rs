//! Two commands, `reldeb init` and `reldeb build`, without an edit between them, make a package that
//! installs: for the example, fresh projects of mix and Cargo, and this project itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::{copy_sources, successful};
use crate::support::project;
use crate::support::skip;
use crate::system::System;

/// Runs both commands in a project whose release is built.
fn first_package(folder: &Path) -> PathBuf {
    let reldeb = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        command
            .env("DEBFULLNAME", "Ann Example")
            .env("DEBEMAIL", "ann@example.com");
        successful(command.args(arguments).current_dir(folder));
    };
    reldeb(&["init"]);
    reldeb(&["build", "--compression", "fast"]);
    let mut packages: Vec<PathBuf> = std::fs::read_dir(folder.join("dist"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(packages.len(), 1, "{packages:?}");
    packages.remove(0)
}

/// Installs a package in a minimal system, runs a command there, purges.
fn runs(package: &Path, name: &str, command: &[&str], expected: &str) {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    system.copy(package, "/root/x.deb");
    system.run(["dpkg", "-i", "/root/x.deb"]).success();
    assert_eq!(
        system.run(command.iter().copied()).success().stdout,
        expected
    );
    system.run(["dpkg", "-P", name]).success();
    assert!(!system.has(&format!("/opt/{name}")));
}

fn there_is(tool: &str) -> bool {
    let there = Command::new(tool).arg("--version").output().is_ok();
    if !there {
        skip(&format!("needs `{tool}`"));
    }
    there
}

#[test]
fn of_the_example() {
    if !there_is("rebar3") {
        return;
    }
    let folder = TempDir::new().unwrap();
    copy_sources(
        "relx-release",
        &["rebar.config", "config", "rel", "src"],
        folder.path(),
    );
    let mut release = Command::new("rebar3");
    successful(release.args(["as", "prod", "release"]).current_dir(&folder));
    let package = first_package(folder.path());
    let started =
        "service orders start >/dev/null && orders ping && service orders stop >/dev/null";
    runs(&package, "orders", &["sh", "-c", started], "pong\n");
}

#[test]
fn of_a_fresh_project_of_mix() {
    if !there_is("mix") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let project = folder.path().join("shop");
    let mix = |arguments: &[&str], directory: &Path| {
        let mut command = Command::new("mix");
        command.env("MIX_ENV", "prod").env("LANG", "C.UTF-8");
        successful(command.args(arguments).current_dir(directory));
    };
    mix(&["new", "shop", "--sup"], folder.path());
    mix(&["release"], &project);
    let package = first_package(&project);
    let asked = "service shop start >/dev/null && shop rpc '1 + 1 |> IO.inspect()' && \
                 service shop stop >/dev/null";
    runs(&package, "shop", &["sh", "-c", asked], "2\n");
}

#[test]
fn of_a_fresh_project_of_cargo() {
    let folder = TempDir::new().unwrap();
    let project = folder.path().join("tool");
    let cargo = |arguments: &[&str], directory: &Path| {
        let mut command = Command::new(env!("CARGO"));
        command.env_remove("CARGO_TARGET_DIR");
        successful(command.args(arguments).current_dir(directory));
    };
    cargo(&["new", "--quiet", "tool"], folder.path());
    cargo(&["build", "--release", "--offline", "--quiet"], &project);
    let package = first_package(&project);
    runs(&package, "tool", &["tool"], "Hello, world!\n");
}

#[test]
fn of_this_project() {
    let folder = TempDir::new().unwrap();
    let release = folder.path().join("target/release");
    std::fs::create_dir_all(&release).unwrap();
    let sources = [project().join("Cargo.toml"), project().join("src")];
    successful(
        Command::new("cp")
            .arg("-a")
            .args(sources)
            .arg(folder.path()),
    );
    // What `cargo build --release` would leave, without the minutes.
    successful(
        Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_reldeb"))
            .arg(&release),
    );
    successful(Command::new("touch").arg(release.join(".cargo-lock")));
    let package = first_package(folder.path());
    runs(
        &package,
        "reldeb",
        &["reldeb", "--version"],
        "reldeb 0.1.0\n",
    );
}
