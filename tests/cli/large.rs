//! The longest paths and the largest packages that dpkg takes, and what is said beyond. What takes
//! minutes or gigabytes is in benches/large.sh.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::Command;

use reldeb::internals::deb::{ControlMember, DebWriter, Memory, WriteOptions};
use reldeb::internals::tree::{Content, Entry, Origin, PackagePath, Tree};
use tempfile::TempDir;

use crate::packed::success;
use crate::support::{Outcome, Test};

const MANIFEST: &str = r#"
    [package]
    name = "large"
    version = "1.0"
    architecture = "all"
    maintainer = "Ops Team <ops@example.com>"
    description = """large package
    It is at the limits
    of what dpkg takes."""
    [release]
    path = "rel"
    kind = "plain"
    [service]
    managers = []
    "#;

/// Below this the release's files lie in the package.
const PREFIX: &str = "/opt/large/";

fn large() -> Test {
    Test::new()
        .manifest(MANIFEST)
        .executable("rel/bin/large", "#!/bin/sh\nexit 0\n")
}

/// A relative path of so many bytes, whose names are as long as dpkg takes them.
fn relative(length: usize) -> String {
    let mut path = String::new();
    while length - path.len() > 246 {
        path.push_str(&"d".repeat(246.min(length - path.len() - 2)));
        path.push('/');
    }
    let name = "f".repeat(length - path.len());
    path + &name
}

/// Makes an empty file below `rel`, whose absolute path may be longer than a call takes.
fn touch(test: &Test, path: &str) {
    let folder = Path::new(path).parent().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"mkdir -p "$1" && : >"$2""#, "sh"]);
    success(shell.arg(folder).arg(path).current_dir(test.path("rel")));
}

fn build(test: Test) -> Test {
    test.args(["build", "-q", "-o", "large.deb"])
        .env("SOURCE_DATE_EPOCH", "1700000000")
}

fn contents(outcome: &Outcome) -> String {
    success(
        Command::new("dpkg-deb")
            .arg("-c")
            .arg(outcome.path("large.deb")),
    )
}

#[test]
fn the_longest_path_is_packed_and_one_byte_more_is_refused() {
    let path = relative(4086 - PREFIX.len());
    let test = large();
    touch(&test, &path);
    let listing = contents(&build(test).stdout("large.deb\n").run());
    assert!(
        listing.contains(&format!(" .{PREFIX}{path}\n")),
        "{listing}"
    );

    let path = relative(4087 - PREFIX.len());
    let test = large();
    touch(&test, &path);
    let outcome = build(test)
        .status(1)
        .stderr(&format!(
            "error: path `{PREFIX}{path}` is longer than 4086 bytes, which dpkg cannot unpack\n"
        ))
        .run();
    assert_eq!(outcome.names("."), ["rel", "reldeb.toml"]);
}

/// dpkg counts the root, the path and `.dpkg-new`, and has 4095 bytes for them: where the root is
/// `/`, paths of 4086 bytes.
#[test]
fn a_longer_path_is_not_unpacked_by_dpkg() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("root");
    for file in ["status", "available"] {
        for folder in ["updates", "info", "triggers"] {
            std::fs::create_dir_all(root.join("var/lib/dpkg").join(folder)).unwrap();
        }
        std::fs::write(root.join("var/lib/dpkg").join(file), "").unwrap();
    }
    let longest = 4095 - root.as_os_str().as_bytes().len() - ".dpkg-new".len();
    for (length, taken) in [(longest, true), (longest + 1, false)] {
        let path = format!("/{}", relative(length - 1));
        let package = folder.path().join("x.deb");
        write(&package, &path);
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(format!("--root={}", root.display()));
        dpkg.arg("--log=/dev/null");
        dpkg.args(["--force-not-root", "--force-unsafe-io", "--unpack"]);
        let output = dpkg.arg(package).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), taken, "{length}: {said}");
        assert_eq!(said.contains("File name too long"), !taken, "{said}");
    }
}

/// A package with one empty file.
fn write(package: &Path, path: &str) {
    let mut tree = Tree::default();
    let entry = Entry::regular(Content::Bytes([].into()), 0o644, Origin::Parent);
    tree.insert(PackagePath::new(path).unwrap(), entry).unwrap();
    tree.add_parents().unwrap();
    let options = WriteOptions {
        mtime: 1_700_000_000,
        compression: "gzip:1".parse().unwrap(),
        threads: None,
        memory: Memory::default(),
    };
    let mut writer = DebWriter::create(package, options).unwrap();
    writer.write_data(&tree).unwrap();
    let control = "Package: long\nVersion: 1\nArchitecture: all\n\
        Maintainer: Ops Team <ops@example.com>\nDescription: long\n";
    let control = ControlMember {
        name: "control".into(),
        mode: 0o644,
        content: control.into(),
    };
    writer.finish(&[control]).unwrap();
}

/// Linux has no longer ones.
#[test]
fn the_longest_target_of_a_symlink_is_packed() {
    let target = format!("/etc/{}", relative(4095 - "/etc/".len()));
    let test = large().symlink("rel/link", &target);
    let outcome = build(test).stdout("large.deb\n").run();
    let listing = contents(&outcome);
    let line = format!(" .{PREFIX}link -> {target}\n");
    assert!(listing.contains(&line), "{listing}");
}

/// The files hold nothing but their sizes. The kernel ends what writes more than a few MB, as the
/// build would that sees the limit at its end.
#[test]
fn a_package_beyond_the_limit_is_refused_before_work() {
    let test = large();
    for name in ["rel/a", "rel/b"] {
        let file = std::fs::File::create(test.path(name)).unwrap();
        file.set_len(5_000_000_000).unwrap();
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"ulimit -f 4096 && exec "$@""#, "sh"]);
    shell.arg(env!("CARGO_BIN_EXE_reldeb"));
    shell.args(["build", "-q", "-o", "large.deb", "--compression", "none"]);
    let output = shell.current_dir(test.path(".")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    // The size is what all files and their headers make.
    let rest = stderr
        .strip_prefix("error: archive member `data.tar` has 100000")
        .and_then(|rest| rest.get("00000".len()..));
    let expected = " bytes, expected at most 9999999999, the limit of the package format\n\
        hint: compress more strongly, exclude files, or split the package in two\n";
    assert_eq!(rest, Some(expected), "{stderr}");
    assert!(!test.path("large.deb").exists());
}
