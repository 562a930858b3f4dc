//! Packages of one manifest on a machine: two services and what they share.

use std::process::Command;

use tempfile::TempDir;

use crate::example::successful;
use crate::subjects::{account, state};
use crate::system::System;

const NAMES: [&str; 3] = ["orders-web", "orders-api", "orders-common"];

/// Builds the three packages of a version, and copies them into a system.
fn build(system: &System, version: &str) -> [String; 3] {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let write = |path: &str, content: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    for part in ["web", "api", "common"] {
        write(
            &format!("{part}/bin/{part}"),
            "#!/bin/sh\nexec sleep 1000\n",
        );
    }
    let service = |name: &str| {
        format!(
            "[packages.orders-{name}]\nrelease = {{ path = \"{name}\" }}\n\
             service = {{ start = true }}\n\
             package = {{ depends = [\"auto\", \"orders-common (= ${{binary:Version}})\"] }}\n"
        )
    };
    let manifest = format!(
        "[package]\nversion = \"{version}\"\nmaintainer = \"Ops Team <ops@example.com>\"\n\
         description = \"order services\"\n[release]\nkind = \"plain\"\n{}{}\
         [packages.orders-common]\nrelease = {{ path = \"common\" }}\n",
        service("web"),
        service("api"),
    );
    write("reldeb.toml", &manifest);
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command.args(["build", "--compression", "fast", "--manifest"]);
    successful(command.arg(folder.path()));
    NAMES.map(|name| {
        let file = format!("{name}_{version}_all.deb");
        let to = format!("/root/{file}");
        system.copy(folder.path().join("dist").join(file), &to);
        to
    })
}

#[test]
fn is_installed_upgraded_and_purged_together() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    for version in ["1.0", "1.1"] {
        let files = build(&system, version);
        let [web, api, common] = &files;
        system.run(["dpkg", "-i", web, api, common]).success();
        for name in NAMES {
            assert_eq!(state(&system, name), format!("ii {version}"));
        }
        system.run(["rm", web, api, common]).success();
    }
    // Alone, one would be without its sibling of the same version.
    let [web, api, common] = build(&system, "1.2");
    assert_ne!(system.run(["dpkg", "-i", &common]).status, 0);
    system.run(["dpkg", "-i", &web, &api, &common]).success();
    system.run(["rm", &web, &api, &common]).success();
    system
        .run(["dpkg", "-P", NAMES[0], NAMES[1], NAMES[2]])
        .success();
    let mut left: Vec<_> = ["orders-api", "orders-web"]
        .iter()
        .flat_map(|name| account(name))
        .collect();
    left.sort();
    let mut found = before.difference(&system.snapshot());
    found.sort();
    assert_eq!(found, left);
}
