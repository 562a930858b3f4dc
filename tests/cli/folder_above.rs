//! The manifest of a folder above, where the current one has none.

use std::path::Path;

use tempfile::TempDir;

use crate::building::shell;
use crate::support::is_root;

const MANIFEST: &str = "
[package]
name = \"demo\"
version = \"1.0\"
maintainer = \"Ann Example <ann@example.com>\"
description = \"demonstrates\"
depends = \"tzdata\"
";

/// Runs a build in `top/a/b`, and returns what it said on both outputs.
fn build(top: &Path) -> String {
    let output = shell(&top.join("a/b"), "\"$RELDEB\" build 2>&1");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_nearest_manifest_above_is_taken() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
    std::fs::write(folder.path().join("reldeb.toml"), MANIFEST).unwrap();
    assert_eq!(build(folder.path()), "../../dist/demo_1.0_all.deb\n");
    // A Cargo package that says nothing of reldeb is no manifest.
    std::fs::write(
        folder.path().join("a/b/Cargo.toml"),
        "[package]\nname = \"b\"\n",
    )
    .unwrap();
    assert_eq!(build(folder.path()), "../../dist/demo_1.0_all.deb\n");
}

#[test]
fn a_manifest_above_the_repository_or_of_another_user_is_not_taken() {
    let nothing = "error: no `reldeb.toml` in `.`\n\
                   hint: `reldeb init` writes one; `--manifest FILE` names another\n";
    let folder = TempDir::new().unwrap();
    let manifest = folder.path().join("reldeb.toml");
    std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
    std::fs::write(&manifest, MANIFEST).unwrap();
    let repository = folder.path().join("a/.git");
    std::fs::create_dir(&repository).unwrap();
    assert_eq!(build(folder.path()), nothing);
    std::fs::remove_dir(&repository).unwrap();
    if is_root() {
        std::os::unix::fs::chown(&manifest, Some(65534), None).unwrap();
        assert_eq!(build(folder.path()), nothing);
    }
}
