//! Packages of ours that are compared, and running what compares them.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The time of everything that is packed, in seconds.
pub(crate) const TIME: &str = "1700000000";

/// The path of a package of ours and what it was built from.
pub(crate) struct Subject {
    pub(crate) package: PathBuf,
    pub(crate) manifest: PathBuf,
    _folder: TempDir,
}

impl Subject {
    pub(crate) fn new(folder: TempDir, manifest: PathBuf) -> Self {
        let package = folder.path().join("out.deb");
        success(
            reldeb()
                .arg("build")
                .arg("--manifest")
                .arg(&manifest)
                .arg("-o")
                .arg(&package),
        );
        Self {
            package,
            manifest,
            _folder: folder,
        }
    }
}

pub(crate) fn reldeb() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command.env_clear().env("SOURCE_DATE_EPOCH", TIME);
    command
}

/// A project with names, modes, owners and links that need care.
pub(crate) fn awkward() -> Subject {
    let folder = TempDir::new().unwrap();
    write_awkward(folder.path());
    let manifest = folder.path().join("reldeb.toml");
    Subject::new(folder, manifest)
}

pub(crate) fn write_awkward(root: &Path) {
    let long = format!("long/{}/{}", "d".repeat(120), "f".repeat(130));
    let files = [
        "rel/bin/awkward",
        "rel/name with spaces",
        "rel/größe-名",
        "rel/back\\slash",
        "rel/quo\"te'",
        "rel/-dash",
        "rel/a.b",
        "rel/a/b",
        "rel/a-b",
        &format!("rel/{long}"),
        "etc/awkward.conf",
        "etc/secret.conf",
    ];
    for file in files {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{file}\n")).unwrap();
    }
    chmod(&root.join("rel/bin/awkward"), "0755");
    std::fs::write(root.join("rel/empty"), "").unwrap();
    std::fs::write(root.join("rel/block"), [7; 1024]).unwrap();
    std::fs::create_dir(root.join("rel/nothing")).unwrap();
    let target = "t".repeat(150);
    for (link, target) in [("rel/link", "bin/awkward"), ("rel/long-link", &target)] {
        std::os::unix::fs::symlink(target, root.join(link)).unwrap();
    }
    let manifest = r#"
        [package]
        name = "awkward"
        version = "2:1.0~rc.1-1"
        maintainer = "Ops Team <ops@example.com>"
        description = """everything that needs care
        Names, links, modes and owners.

        * a list
        * of two"""
        homepage = "https://example.com/awkward"
        depends = ["libc6 (>= 2.31)", "tzdata | base-files"]
        recommends = ["ca-certificates"]
        [release]
        path = "rel"
        kind = "plain"
        [user]
        name = "awkward"
        [service]
        managers = []
        [files]
        "/etc/awkward/awkward.conf" = "etc/awkward.conf"
        "/etc/awkward/secret.conf" = { source = "etc/secret.conf", mode = "0640", group = "awkward" }
        "/var/lib/awkward/" = { directory = true, owner = "awkward", group = "awkward", mode = "2750" }
        "/usr/bin/awkward" = { symlink = "/opt/awkward/bin/awkward" }
        "/opt/awkward/setuid" = { source = "rel/bin/awkward", mode = "4755" }
    "#;
    std::fs::write(root.join("reldeb.toml"), crate::support::unindent(manifest)).unwrap();
}

pub(crate) fn chmod(path: &Path, mode: &str) {
    success(Command::new("chmod").arg(mode).arg(path));
}

/// The standard output of a command that must succeed.
#[track_caller]
pub(crate) fn success(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
