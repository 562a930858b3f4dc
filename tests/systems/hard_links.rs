//! Hard links of a package, as dpkg unpacks them, over copies and back.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::successful;
use crate::subjects::install;
use crate::system::System;

/// Builds a package with three names of one file, or with three copies.
fn build(folder: &Path, version: &str, linked: bool) -> PathBuf {
    let folder = folder.join(version);
    let tree = folder.join("tree/deep");
    std::fs::create_dir_all(&tree).unwrap();
    std::fs::write(folder.join("tree/b"), version.repeat(2000)).unwrap();
    for name in ["tree/a", "tree/deep/c"] {
        if linked {
            std::fs::hard_link(folder.join("tree/b"), folder.join(name)).unwrap();
        } else {
            std::fs::copy(folder.join("tree/b"), folder.join(name)).unwrap();
        }
    }
    let manifest = format!(
        "[package]\nname = \"twins\"\nversion = \"{version}\"\narchitecture = \"all\"\n\
         description = \"has names\"\nmaintainer = \"Ann Example <ann@example.com>\"\n\
         [files]\n\"/usr/share/twins/\" = \"tree\"\n"
    );
    std::fs::write(folder.join("reldeb.toml"), manifest).unwrap();
    let package = folder.join("twins.deb");
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command.arg("build").arg("-o").arg(&package);
    successful(command.current_dir(folder));
    package
}

fn live(suite: &str) {
    let Some(system) = System::minbase(suite) else {
        return;
    };
    let before = system.snapshot();
    let folder = TempDir::new().unwrap();
    for (version, linked) in [("1", true), ("2", true), ("3", false), ("4", true)] {
        let package = build(folder.path(), version, linked);
        let said = install(&system, &package).success();
        assert_eq!(said.stderr, "", "{version}");
        let names =
            system.shell("cd /usr/share/twins && stat -c %h a b deep/c && cat a b deep/c | md5sum");
        let links = if linked { "3\n3\n3\n" } else { "1\n1\n1\n" };
        assert!(
            names.stdout.starts_with(links),
            "{version}: {}",
            names.stdout
        );
        let verified = system.run(["dpkg", "-V", "twins"]).success().stdout;
        let noted = verified
            .lines()
            .filter(|line| !line.contains("/usr/share/doc/"));
        assert_eq!(noted.collect::<Vec<_>>(), Vec::<&str>::new(), "{version}");
        let other = system
            .shell("ls /usr/share/twins /usr/share/twins/deep")
            .success();
        assert_eq!(
            other
                .stdout
                .lines()
                .filter(|line| line.contains("dpkg"))
                .count(),
            0
        );
    }
    system.run(["dpkg", "-P", "twins"]).success();
    assert_eq!(before.difference(&system.snapshot()), Vec::<String>::new());
}

#[test]
fn hard_links_live_on_bookworm() {
    live("bookworm");
}

#[test]
fn hard_links_live_on_trixie() {
    live("trixie");
}
