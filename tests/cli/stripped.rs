//! Modules without their debug chunks, and presets, in whole packages.

use std::path::Path;
use std::process::Command;

use reldeb::internals::deb::Deb;

use crate::support::{Test, project};

const MANIFEST: &str = r#"
    [package]
    name = "app"
    version = "1.0"
    architecture = "all"
    maintainer = "Ops Team <ops@example.com>"
    description = "Program of the tests\nIt is linked and packed on the spot."
    [release]
    path = "rel"
    kind = "plain"
"#;

/// A module of the chunks that every emulator wants, of 60 bytes, and of `debug` more.
fn module(debug: usize) -> Vec<u8> {
    let mut body = b"BEAM".to_vec();
    let names = [b"AtU8", b"Code", b"StrT", b"ImpT", b"ExpT"];
    for name in names {
        body.extend(name);
        body.extend([0; 4]);
    }
    if debug > 0 {
        body.extend(b"Dbgi");
        body.extend(u32::try_from(debug).unwrap().to_be_bytes());
        body.extend(vec![b'd'; debug.next_multiple_of(4)]);
    }
    let mut bytes = b"FOR1".to_vec();
    bytes.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend(body);
    bytes
}

/// The stripped size of [`module`].
const SIZE: u64 = 12 + 5 * 8;

fn modules(manifest: &str) -> Test {
    Test::new()
        .manifest(manifest)
        .executable("rel/bin/app", "#!/bin/sh\n")
        .file("rel/lib/app-1/ebin/a.beam", module(5000))
        .file("rel/lib/app-1/ebin/damaged.beam", &module(5000)[..100])
        .file("rel/lib/app-1/src/a.erl", "-module(a).\n")
        .file("rel/lib/app-1/src/b.erl", "-module(b).\n")
}

const DAMAGED: &str = "
    warning[module-not-stripped]: `/opt/app/lib/app-1/ebin/damaged.beam` is packed as it is: the header says 5060 bytes, the file has 100
    hint: compile the module again, or exclude the file
";

#[test]
fn plan_and_package_have_the_stripped_sizes() {
    let plan = modules(MANIFEST)
        .args(["plan"])
        .any_stdout()
        .stderr(DAMAGED)
        .run();
    let line = |name: &str| {
        let found = plan.stdout.lines().find(|line| line.contains(name));
        let words: Vec<_> = found.unwrap().split_whitespace().collect();
        words[2].parse::<u64>().unwrap()
    };
    assert_eq!(line("/a.beam"), SIZE);
    assert_eq!(line("/damaged.beam"), 100);

    let built = modules(MANIFEST)
        .args(["build"])
        .stdout("dist/app_1.0_all.deb\n")
        .stderr(DAMAGED)
        .run();
    let package = built.path("dist/app_1.0_all.deb");
    let deb = Deb::open(&package).unwrap();
    let md5sums = deb.control["md5sums"].content.clone();
    let folder = built.path("unpacked");
    let done = Command::new("dpkg-deb")
        .arg("-x")
        .arg(package)
        .arg(&folder)
        .status();
    assert!(done.unwrap().success());
    let ebin = folder.join("opt/app/lib/app-1/ebin");
    assert_eq!(std::fs::read(ebin.join("a.beam")).unwrap(), module(0));
    assert_eq!(
        std::fs::read(ebin.join("damaged.beam")).unwrap(),
        module(5000)[..100]
    );
    std::fs::write(folder.join("md5sums"), md5sums).unwrap();
    let same = Command::new("md5sum")
        .args(["--quiet", "-c", "md5sums"])
        .current_dir(&folder)
        .status();
    assert!(same.unwrap().success());
}

#[test]
fn modules_stay_whole_where_the_manifest_says_so() {
    let plan = modules(&format!("{MANIFEST}    strip = false\n"))
        .args(["plan"])
        .any_stdout()
        .run();
    assert!(
        plan.stdout.contains("5060 ./opt/app/lib/app-1/ebin/a.beam"),
        "{}",
        plan.stdout
    );
}

#[test]
fn a_module_that_changes_under_the_build_is_an_error() {
    use reldeb::internals::deb::packed_sizes;
    use reldeb::internals::tree::{Content, Entry, Origin, PackagePath, Tree};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.beam");
    std::fs::write(&path, module(8)).unwrap();
    for (size, now) in [(7, "more"), (100, "68 bytes")] {
        let content = Content::Beam {
            path: path.as_path().into(),
            size,
        };
        let mut tree = Tree::default();
        let entry = Entry::regular(content, 0o644, Origin::Parent);
        tree.insert(PackagePath::new("/a.beam").unwrap(), entry)
            .unwrap();
        let error = packed_sizes(&tree, &mut Vec::new())
            .unwrap_err()
            .to_string();
        assert!(
            error.ends_with(&format!("it had {size} bytes and has {now} now")),
            "{error}"
        );
    }
}

#[test]
fn a_preset_says_what_it_leaves_out() {
    modules(&format!("{MANIFEST}    exclude = [\"preset:runtime\", \"*.beam\"]\n"))
        .args(["build", "-v"])
        .stdout("dist/app_1.0_all.deb\n")
        .stderr(
            "
            info[preset-leaves-out]: `preset:runtime` leaves out 2 files of 24 bytes by `/lib/*/src/`: sources: for debuggers and the compiler
            ",
        )
        .run();
    modules(&format!("{MANIFEST}    exclude = [\"preset:all\"]\n"))
        .args(["build"])
        .status(1)
        .stderr(
            "
            error: reldeb.toml:10: invalid pattern `preset:all`: there is no such preset, expected `preset:runtime`
              10 | exclude = [\"preset:all\"]
            ",
        )
        .run();
}

/// The size that was promised for Debian's Erlang. Skipped where it is not installed.
#[test]
fn debians_erlang_takes_less_than_9_mb() {
    if !Path::new("/usr/lib/erlang/lib").is_dir() {
        crate::support::skip("needs Debian's Erlang");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("reldeb.toml");
    std::fs::copy(project().join("tests/erlang.toml"), &manifest).unwrap();
    let output = folder.path().join("erlang.deb");
    let built = Command::new(env!("CARGO_BIN_EXE_reldeb"))
        .args(["build", "-q", "-m"])
        .args([&manifest, Path::new("-o"), &output])
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let size = std::fs::metadata(&output).unwrap().len();
    assert!((1_000_000..9_000_000).contains(&size), "{size}");
}
