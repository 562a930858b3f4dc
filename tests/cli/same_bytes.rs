//! The same input gives the same bytes, and a build that fails leaves what was there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use reldeb::internals::manifest::Manifest;
use reldeb::internals::pipeline::{self, Prepared};
use reldeb::internals::plan::BuildOptions;
use tempfile::TempDir;

use crate::packed::{TIME, awkward, success, write_awkward};
use crate::support::skip;
use crate::support::{Test, is_root};

#[test]
fn the_same_input_gives_the_same_bytes() {
    type Environment = &'static [(&'static str, &'static str)];
    let first = awkward();
    let expected = digest(&first.package);
    let variations: [(&str, &str, Environment); 4] = [
        ("022", "1", &[("TZ", "Asia/Kathmandu"), ("LC_ALL", "C")]),
        (
            "077",
            "2",
            &[
                ("TZ", "America/St_Johns"),
                ("LC_ALL", "C.UTF-8"),
                ("LANG", "tr_TR.UTF-8"),
            ],
        ),
        (
            "002",
            "7",
            &[("LC_ALL", "tr_TR.UTF-8"), ("HOME", "/nonexistent")],
        ),
        ("000", "64", &[("TMPDIR", "/var/tmp"), ("USER", "other")]),
    ];
    for (umask, threads, environment) in variations {
        // Written anew, in another order of creation and another folder, under this umask.
        let folder = TempDir::with_prefix("other folder ").unwrap();
        let copy = folder.path().join("deeper/still");
        let source = first.manifest.parent().unwrap();
        let script = r#"umask "$1"; mkdir -p "$3" && cp -r --preserve=mode,links,timestamps "$2/." "$3" &&
            rm -f "$3/out.deb" && find "$3" -type f ! -perm -100 -exec chmod "$5" {} + &&
            cd / && exec "$4" build --manifest "$3/reldeb.toml" --threads "$6" -o "$3/out.deb""#;
        let plain = match umask {
            "077" => "600",
            "002" => "664",
            _ => "644",
        };
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script, "sh", umask])
            .arg(source)
            .arg(&copy);
        shell.args([env!("CARGO_BIN_EXE_reldeb"), plain, threads]);
        shell
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("SOURCE_DATE_EPOCH", TIME);
        success(shell.envs(environment.iter().copied()));
        assert_eq!(
            digest(&copy.join("out.deb")),
            expected,
            "umask {umask}, {threads} threads"
        );
    }
}

/// A change of these bytes is a change of every package: it is to be meant, and told.
#[test]
fn a_small_package_has_always_these_bytes() {
    const DIGEST: &str = "6b9ad092b38dfb9b96b79fb4ce2ce2eb70bdd569bb44629b0ab8435077ae2629";
    let test = Test::new()
        .manifest(
            r#"
            [package]
            name = "small"
            version = "1.0"
            architecture = "all"
            maintainer = "Ops Team <ops@example.com>"
            description = """small package
            Its bytes are known.
            They stay."""
            [release]
            path = "rel"
            kind = "plain"
            [service]
            managers = []
            [files]
            "/etc/small.conf" = "small.conf"
            "#,
        )
        .file("small.conf", "a = 1\n")
        .executable("rel/bin/small", "#!/bin/sh\nexit 0\n")
        .args(["build", "--compression", "none", "-o", "small.deb"])
        .env("SOURCE_DATE_EPOCH", TIME)
        .any_stdout()
        .any_stderr()
        .run();
    assert_eq!(digest(&test.path("small.deb")), DIGEST);
}

/// Not the limit of the package format, which is far above it.
#[test]
fn the_limit_of_a_file_system_is_told_as_such() {
    let folder = TempDir::new().unwrap();
    write_awkward(folder.path());
    std::fs::write(folder.path().join("rel/zeros"), vec![0_u8; 4 << 20]).unwrap();
    // A size beyond the limit is an error, and not the end of the process.
    let script = r#"trap '' XFSZ; ulimit -f 100; exec "$0" build -q --compression none -o x.deb"#;
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_reldeb")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: cannot write `x.deb`: file too large\n\
         hint: write to a file system that takes larger files with `-o`, or raise `ulimit -f`\n"
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.path().join("x.deb").exists());
}

/// Runs a script with mounts of its own; `$1` is the program, `$2` a folder. `None`: that cannot be
/// done here, which the script tells by status 99.
fn with_own_mounts(script: &str, folder: &Path) -> Option<Output> {
    if !is_root() {
        skip("needs root");
        return None;
    }
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", script, "sh"])
        .arg(env!("CARGO_BIN_EXE_reldeb"))
        .arg(folder)
        .output()
        .unwrap();
    if output.status.code() == Some(99) {
        skip("needs the right to mount");
        return None;
    }
    Some(output)
}

#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = TempDir::new().unwrap();
    write_awkward(folder.path());
    // Random bytes do not shrink.
    let mut noise = vec![0_u8; 4 << 20];
    std::io::Read::read_exact(
        &mut std::fs::File::open("/dev/urandom").unwrap(),
        &mut noise,
    )
    .unwrap();
    std::fs::write(folder.path().join("rel/noise"), noise).unwrap();
    // Written to a spool, and at its place.
    for compression in ["xz", "zstd:3"] {
        let script = format!(
            r#"
            disk=$(mktemp -d)
            mount -t tmpfs -o size=1m tmpfs "$disk" || exit 99
            echo good >"$disk/awkward.deb"
            status=0
            "$1" build --compression {compression} --manifest "$2/reldeb.toml" \
                -o "$disk/awkward.deb" || status=$?
            ls -A "$disk"
            cat "$disk/awkward.deb"
            umount "$disk"
            rmdir "$disk"
            exit "$status"
            "#
        );
        let Some(output) = with_own_mounts(&script, folder.path()) else {
            return;
        };
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("no space left on device"), "{stderr}");
        assert!(stderr.contains("awkward.deb"), "{stderr}");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "awkward.deb\ngood\n"
        );
    }
}

/// Files of /proc have no size and give bytes all the same: as one that grows while it is read.
#[test]
fn a_file_that_grows_while_it_is_read_is_refused() {
    let outcome = Test::new()
        .manifest(
            r#"
            [package]
            name = "grows"
            version = "1.0"
            maintainer = "Ops Team <ops@example.com>"
            description = """growing file
            It has more bytes than its size says.
            Nothing comes of it."""
            [release]
            path = "rel"
            kind = "plain"
            [service]
            managers = []
            [files]
            "/usr/share/grows/version" = "/proc/version"
            "#,
        )
        .executable("rel/bin/grows", "#!/bin/sh\nexit 0\n")
        .file("out.deb", "good\n")
        .args(["build", "-o", "out.deb"])
        .status(1)
        .any_stderr()
        .run();
    assert!(
        outcome.stderr.contains("`/proc/version`"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.read("out.deb"), b"good\n");
    assert_eq!(outcome.names("."), ["out.deb", "rel", "reldeb.toml"]);
}

/// The library's package of [`write_awkward`], which is to be written to `output`.
fn prepared(output: &str) -> (TempDir, Prepared) {
    let folder = TempDir::new().unwrap();
    write_awkward(folder.path());
    let path = folder.path().join("reldeb.toml");
    let manifest = Manifest::read(&path, None, &[], &BTreeMap::default()).unwrap();
    let options = BuildOptions {
        output: Some(folder.path().join(output).into()),
        ..BuildOptions::default()
    };
    let prepared = pipeline::prepare(&manifest, &options).unwrap();
    (folder, prepared)
}

#[test]
fn a_file_that_vanishes_before_it_is_read_is_an_error() {
    let (folder, prepared) = prepared("out.deb");
    std::fs::remove_file(folder.path().join("rel/block")).unwrap();
    let error = prepared.build(None).unwrap_err();
    assert!(error.to_string().contains("rel/block"), "{error}");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().contains("deb") && *name != "reldeb.toml"),
        "{left:?}"
    );
}

#[test]
fn no_script_names_the_folder_of_the_manifest() {
    let folder = TempDir::new().unwrap();
    write_awkward(folder.path());
    let path = folder.path().join("reldeb.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text + "\n[hooks]\nafter-purge = \"echo gone\"\n";
    let manifests = Manifest::parse(path, text, None, &BTreeMap::default()).unwrap();
    let prepared = pipeline::prepare(&manifests, &BuildOptions::default()).unwrap();
    let scripts: Vec<_> = prepared.packages[0].scripts.iter().collect();
    let postrm = scripts.iter().find(|(script, _)| script.name() == "postrm");
    let line = postrm.and_then(|(_, text)| text.lines().find(|line| line.contains("after-purge")));
    assert_eq!(line, Some("# Hook after-purge, from the manifest."));
    let here = folder.path().to_str().unwrap();
    assert!(scripts.iter().all(|(_, text)| !text.contains(here)));
}

#[test]
fn the_library_builds_no_package_with_errors() {
    let (folder, mut prepared) = prepared("dist/");
    let package = &mut prepared.packages[0];
    let name = package.control.package.clone();
    package
        .findings
        .push(reldeb::internals::finding::Finding::new(
            reldeb::internals::finding::tags::find("suite-lacks").unwrap(),
            "is bad",
        ));
    let error = prepared.build(None).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("package `{name}` has findings that are errors: 1")
    );
    assert_eq!(error.hint().as_deref(), Some("look at its findings"));
    assert!(!folder.path().join("dist").exists());
}

fn digest(path: &Path) -> String {
    let output = success(Command::new("sha256sum").arg(path));
    output.split_whitespace().next().unwrap().to_owned()
}
