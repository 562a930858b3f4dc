//! Two commands, `reldeb init` and `reldeb build`, without an edit between them, make a package that
//! installs: for the example, fresh projects of mix and Cargo, an umbrella, and this project itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::{copy_sources, successful};
use crate::support::project;
use crate::support::skip;
use crate::system::System;

fn reldeb(arguments: &[&str], folder: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command
        .env("DEBFULLNAME", "Ann Example")
        .env("DEBEMAIL", "ann@example.com");
    successful(command.args(arguments).current_dir(folder));
}

/// Runs both commands in a project whose release is built.
fn first_package(folder: &Path) -> PathBuf {
    reldeb(&["init"], folder);
    reldeb(&["build", "--compression", "fast"], folder);
    let mut packages: Vec<PathBuf> = std::fs::read_dir(folder.join("dist"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(packages.len(), 1, "{packages:?}");
    packages.remove(0)
}

/// Installs a package in a minimal system, runs a command there, purges.
fn runs(package: &Path, name: &str, command: &[&str], expected: &str) {
    runs_on("bookworm", package, name, command, expected);
}

fn runs_on(suite: &str, package: &Path, name: &str, command: &[&str], expected: &str) {
    let Some(system) = System::minbase(suite) else {
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

fn mix(arguments: &[&str], directory: &Path) {
    let mut command = Command::new("mix");
    command.env("MIX_ENV", "prod").env("LANG", "C.UTF-8");
    successful(command.args(arguments).current_dir(directory));
}

#[test]
fn of_a_fresh_project_of_mix() {
    if !there_is("mix") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let project = folder.path().join("shop");
    mix(&["new", "shop", "--sup"], folder.path());
    mix(&["release"], &project);
    let package = first_package(&project);
    let asked = "service shop start >/dev/null && shop rpc '1 + 1 |> IO.inspect()' && \
                 service shop stop >/dev/null";
    runs(&package, "shop", &["sh", "-c", asked], "2\n");
}

#[test]
fn of_an_umbrella_with_two_releases() {
    if !there_is("mix") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let project = folder.path().join("shop");
    mix(&["new", "shop", "--umbrella"], folder.path());
    for name in ["front", "back"] {
        mix(&["new", name, "--sup"], &project.join("apps"));
    }
    let releases = "deps: deps(), releases: [front: [applications: [front: :permanent]], \
                    back: [applications: [back: :permanent]]]";
    crate::example::replace(&project.join("mix.exs"), "deps: deps()", releases);
    for name in ["front", "back"] {
        mix(&["release", name], &project);
    }
    reldeb(&["init"], &project);
    for manifest in ["reldeb.toml", "reldeb-front.toml"] {
        let arguments = ["build", "--compression", "fast", "-m", manifest];
        reldeb(&arguments, &project);
    }
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    for name in ["front", "back"] {
        let package = project.join(format!("dist/{name}_0.1.0_amd64.deb"));
        system.copy(package, "/root/x.deb");
        system.run(["dpkg", "-i", "/root/x.deb"]).success();
        system.run(["service", name, "start"]).success();
    }
    for name in ["front", "back"] {
        let asked = format!("{name} rpc 'Application.get_application(:{name}) |> IO.inspect()'");
        system.shell(&asked).success();
        system.run(["service", name, "stop"]).success();
        system.run(["dpkg", "-P", name]).success();
        assert!(!system.has(&format!("/opt/{name}")));
    }
}

#[test]
fn of_a_fresh_project_of_cargo() {
    cargo_project("bookworm", &[], "");
}

/// A program that is linked statically runs on a Debian older than the one that linked it.
#[cfg(target_arch = "x86_64")]
#[test]
fn of_a_static_program() {
    let target = ["--target", "x86_64-unknown-linux-gnu"];
    cargo_project("bullseye", &target, "-C target-feature=+crt-static");
}

fn cargo_project(suite: &str, options: &[&str], flags: &str) {
    let folder = TempDir::new().unwrap();
    let project = folder.path().join("tool");
    let cargo = |arguments: &[&str], directory: &Path| {
        let mut command = Command::new(env!("CARGO"));
        command
            .env_remove("CARGO_TARGET_DIR")
            .env("RUSTFLAGS", flags);
        successful(command.args(arguments).current_dir(directory));
    };
    cargo(&["new", "--quiet", "tool"], folder.path());
    let build = ["build", "--release", "--offline", "--quiet"];
    cargo(&[&build, options].concat(), &project);
    let package = first_package(&project);
    runs_on(suite, &package, "tool", &["tool"], "Hello, world!\n");
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
