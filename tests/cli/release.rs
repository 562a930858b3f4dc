//! Findings about releases: synthetic trees, and those that rebar3 and mix make on the spot
//! where they are installed.
#![allow(clippy::disallowed_methods, clippy::print_stderr, clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use reldeb::internals::release::{CookieValue, Release, ReleaseError, kinds};

use crate::sketch::{Sketch, elf, paths, rebar3_project, run, said};

#[test]
fn a_relx_release_says_what_it_is() {
    let sketch = Sketch::relx();
    let (release, findings) = sketch.open();
    assert_eq!(said(&findings), [""; 0]);
    assert_eq!(release.kind, &kinds::RELX);
    assert_eq!(release.name.as_deref(), Some("orders"));
    assert_eq!(release.version.as_deref(), Some("1.4.0"));
    assert_eq!(release.otp_version.as_deref(), Some("25"));
    let erts = release.erts.as_ref().unwrap();
    assert!(erts.included);
    assert_eq!(erts.directory, Path::new("erts-13.1.5"));
    let script = release.start_script.as_ref().unwrap();
    assert_eq!(script.path, Path::new("bin/orders"));
    assert_eq!(script.foreground, ["foreground"]);
    assert_eq!(script.verbs, ["stop", "ping"]);
    assert_eq!(
        release.configuration.includes[0].path,
        "/etc/orders/orders.config"
    );
    let machine = release.machine().unwrap().unwrap();
    assert_eq!((machine.number, machine.class64), (62, true));
    assert_eq!(paths(&release)[..3], ["bin", "bin/orders", "erts-13.1.5"]);
}

#[test]
fn releases_of_rebar3() {
    let project = rebar3_project();
    for profile in ["prod", "dev", "minimal", "plain"] {
        if !run(project.path(), &[], &["rebar3", "as", profile, "release"]) {
            return;
        }
    }
    let release = |profile: &str| {
        Release::open(
            &project.path().join(format!("_build/{profile}/rel/orders")),
            None,
        )
    };
    let (prod, findings) = release("prod").unwrap();
    assert_eq!(prod.name.as_deref(), Some("orders"));
    assert_eq!(prod.version.as_deref(), Some("1.4.0-rc.1"));
    let script = prod.start_script.clone().unwrap();
    assert_eq!(script.kind, &kinds::RELX);
    for verb in [
        "foreground",
        "stop",
        "ping",
        "remote_console",
        "eval",
        "status",
    ] {
        assert!(script.knows(verb), "{verb}: {:?}", script.verbs);
    }
    assert!(prod.machine().unwrap().is_some());
    assert!(prod.require_erts().is_ok());
    assert_eq!(findings, []);
    let cookies: Vec<CookieValue> = prod
        .configuration
        .cookies
        .iter()
        .map(|it| it.value)
        .collect();
    assert_eq!(cookies, [CookieValue::Argument]);

    let error = release("dev").unwrap_err();
    assert!(
        matches!(&error, ReleaseError::DevMode { links, .. } if links.len() > 3),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("{dev_mode, false}"));

    let (minimal, _) = release("minimal").unwrap();
    let error = minimal.require_erts().unwrap_err().to_string();
    assert!(error.ends_with("/bin/erlexec` does not exist"), "{error}");

    let script = release("plain").unwrap().0.start_script.unwrap();
    assert_eq!(script.kind, &kinds::RELX_WITHOUT_VERBS);
    assert_eq!(script.foreground, ["-noinput"]);
}

#[test]
fn a_release_of_mix() {
    let sketch = Sketch::new();
    if !run(sketch.path(), &[], &["mix", "new", "shop", "--sup"]) {
        return;
    }
    let sketch = sketch.file("shop/config/runtime.exs", "import Config\n");
    let project = sketch.path().join("shop");
    assert!(run(&project, &[("MIX_ENV", "prod")], &["mix", "release"]));
    let (release, findings) = Release::open(&project.join("_build/prod/rel/shop"), None).unwrap();
    assert_eq!(release.kind, &kinds::MIX);
    assert_eq!(release.name.as_deref(), Some("shop"));
    assert_eq!(release.version.as_deref(), Some("0.1.0"));
    let script = release.start_script.clone().unwrap();
    assert_eq!(script.foreground, ["start"]);
    assert_eq!(script.verbs[..2], ["start", "start_iex"]);
    assert!(release.configuration.runtime_exs.is_some());
    assert!(release.configuration.cookie_file.is_some());
    assert_eq!(said(&findings), [""; 0]);
}

#[test]
fn names_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let sketch = Sketch::relx();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs::write(sketch.path().join("lib").join(name), "").unwrap();
    let (release, _) = sketch.open();
    let file = release.file(b"lib/caf\xe9").unwrap();
    assert!(release.source(file).is_file());
}

#[test]
fn a_plain_directory() {
    let sketch = Sketch::new()
        .program("bin/server", &elf(62, 2))
        .program("bin/libserver.so", &elf(62, 2))
        .file("share/index.html", "<p>");
    let (release, findings) = sketch.open();
    assert_eq!(release.kind, &kinds::PLAIN);
    assert_eq!(release.name.as_deref(), Some("server"));
    assert_eq!(release.version, None);
    assert_eq!(release.start_script.unwrap().path, Path::new("bin/server"));
    assert_eq!(said(&findings), [""; 0]);
    let (release, _) = Sketch::new().program("serve", b"#!/bin/sh\n").open();
    assert_eq!(release.start_script.unwrap().path, Path::new("serve"));
    assert!(release.machines.is_empty());
}

#[test]
fn several_programs_need_a_word() {
    let sketch = Sketch::new()
        .program("bin/a", &elf(62, 2))
        .program("bin/b", &elf(62, 2))
        .file("bin/c", "");
    let (release, findings) = sketch.open();
    assert_eq!(release.name, None);
    assert_eq!(release.start_script, None);
    assert_eq!(said(&findings), [""; 0]);
    assert_eq!(release.program("./bin/b").unwrap().path, Path::new("bin/b"));
    for (program, expected) in [
        (
            "bin/d",
            "program `bin/d` is not in the release `DIR`, expected `bin/a` or `bin/b`",
        ),
        (
            "bin/c",
            "program `bin/c` is not in the release `DIR`, expected an executable file",
        ),
    ] {
        let error = release.program(program).unwrap_err();
        assert_eq!(sketch.said(&error).0, expected);
    }
}

/// A built Cargo project, as far as a look at it can tell.
fn cargo_project(manifest: &str) -> Sketch {
    Sketch::new()
        .file("Cargo.toml", manifest)
        .file("src/main.rs", "fn main() {}\n")
        .file("target/release/.cargo-lock", "")
        .file("target/release/orders.d", "")
        .program("target/release/orders", &elf(62, 2))
        .program(
            "target/release/build/x-0123/build-script-build",
            &elf(62, 2),
        )
        .program("target/release/deps/orders-0123456789abcdef", &elf(62, 2))
        .file("target/release/liborders.rlib", "")
}

#[test]
fn the_target_directory_of_cargo() {
    let manifest = "[package]\nname = \"orders\"\nversion = \"0.3.0-rc.1\"\n";
    let sketch = cargo_project(manifest);
    let (release, findings) = Release::open(&sketch.path().join("target/release"), None).unwrap();
    assert_eq!(said(&findings), [""; 0]);
    assert_eq!(release.name.as_deref(), Some("orders"));
    assert_eq!(release.version.as_deref(), Some("0.3.0-rc.1"));
    assert_eq!(paths(&release), ["bin", "bin/orders"]);
    let file = release.file(b"bin/orders").unwrap();
    assert_eq!(
        release.source(file),
        sketch.path().join("target/release/orders")
    );
    assert_eq!(release.start_script.unwrap().path, Path::new("bin/orders"));

    let triple = "target/x86_64-unknown-linux-musl/release";
    let sketch = sketch
        .file(&format!("{triple}/.cargo-lock"), "")
        .program(&format!("{triple}/orders"), &elf(62, 2));
    let (release, _) = Release::open(&sketch.path().join(triple), None).unwrap();
    assert_eq!(release.name.as_deref(), Some("orders"));

    let sketch = cargo_project(manifest).without("target/release/orders");
    let error = Release::open(&sketch.path().join("target/release"), None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("/Cargo.toml`, found `.cargo-lock`"),
        "{error}"
    );
    assert_eq!(
        error.hint().as_deref(),
        Some("build it first: `cargo build --release`")
    );
}

#[test]
fn a_workspace_of_cargo() {
    let sketch = cargo_project(
        "[workspace]\nmembers = [\"crates/*\"]\n[workspace.package]\nversion = \"2.0.0\"\n",
    )
    .file(
        "crates/orders/Cargo.toml",
        "[package]\nname = \"orders\"\nversion.workspace = true\n",
    )
    .file("crates/orders/src/main.rs", "")
    .file(
        "crates/tools/Cargo.toml",
        "[package]\nname = \"tools\"\nversion.workspace = true\n[[bin]]\nname = \"migrate\"\n",
    )
    .file(
        "crates/library/Cargo.toml",
        "[package]\nname = \"library\"\n",
    );
    let directory = sketch.path().join("target/release");
    let (release, _) = Release::open(&directory, None).unwrap();
    assert_eq!(release.name.as_deref(), Some("orders"));
    let sketch = sketch.program("target/release/migrate", &elf(62, 2));
    let (release, findings) = Release::open(&directory, None).unwrap();
    assert_eq!(paths(&release), ["bin", "bin/migrate", "bin/orders"]);
    assert_eq!(release.version.as_deref(), Some("2.0.0"));
    assert_eq!((release.name, release.start_script), (None, None));
    assert_eq!(said(&findings), [""; 0]);
    drop(sketch);
}
