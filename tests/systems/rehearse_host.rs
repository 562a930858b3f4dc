//! `reldeb rehearse` and the machine that it runs on: what a package depends on is installed into a
//! throwaway system, and nothing else is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reldeb::internals::rehearse::{Variant, rehearse};
use tempfile::TempDir;

use crate::rehearse::{cache, options, package, package_with, tags};
use crate::support::{Test, is_root, skip};

/// The records of dpkg and apt.
const RECORDS: [&str; 4] = [
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/info",
    "/var/log/apt/history.log",
    "/usr/share/doc",
];

#[test]
fn dependencies_are_not_installed_on_this_machine() {
    let Some(cache) = cache(&[Variant::Minbase]) else {
        return;
    };
    let before = records();
    let folder = TempDir::new().unwrap();
    let script = ("postinst", "test -x /usr/bin/hello");
    let package = package_with(
        folder.path(),
        "1",
        "Depends: hello (>= 2)\n",
        &[],
        &[script],
    );
    let rehearsal = rehearse(&package, &options(cache.path(), None, Vec::new())).unwrap();
    assert_eq!(tags(&rehearsal), [""; 0], "{rehearsal:#?}");
    assert_eq!(records(), before);
    let kept = std::fs::read_dir(cache.path()).unwrap();
    let kept = kept.map(|entry| entry.unwrap().path().join("usr/bin/hello").exists());
    assert_eq!(kept.filter(|has_it| *has_it).count(), 1);
}

/// Records with the times of their last changes.
fn records() -> BTreeMap<PathBuf, Option<std::time::SystemTime>> {
    let changed = |path: &Path| path.metadata().ok()?.modified().ok();
    let paths = RECORDS.into_iter().map(PathBuf::from);
    paths.map(|path| (path.clone(), changed(&path))).collect()
}

/// It looks, in the place of mmdebstrap, at what its hooks could write, and ends.
const LOOKING: &str = r#"#!/bin/sh
for folder in / /etc /usr /usr/bin /var/lib /var/lib/dpkg /var/log /home; do
    ! test -w "$folder" || echo "$folder can be written"
done >&2
test -w /tmp && test -w "$TMPDIR" && echo "temporary files can be written" >&2
env | sed -n '/^SECRET/p; /^DPKG/p' >&2
exit 1
"#;

#[test]
fn hooks_of_mmdebstrap_cannot_write_this_machine() {
    if !is_root() {
        return skip("needs root");
    }
    let folder = TempDir::new().unwrap();
    let package = package(folder.path(), "1", &[], &[]);
    let test = Test::new()
        .executable("bin/mmdebstrap", LOOKING)
        .file("temporary/file", "")
        .file("faulty.deb", std::fs::read(package).unwrap());
    let path = format!(
        "{}:/usr/sbin:/usr/bin:/sbin:/bin",
        test.path("bin").display()
    );
    let temporary = test.path("temporary").display().to_string();
    let outcome = test
        .args(["rehearse", "faulty.deb", "--init", "none"])
        .env("PATH", &path)
        .env("TMPDIR", &temporary)
        .env("SECRET", "token")
        .env("DPKG_ROOT", "/")
        .status(2)
        .any_stderr()
        .run();
    let stderr = &outcome.stderr;
    if !stderr.starts_with("error: cannot make a root") {
        return skip(stderr);
    }
    let seen = stderr
        .lines()
        .skip(1)
        .filter(|line| !line.contains("tar: "));
    let seen: Vec<&str> = seen.map(str::trim).collect();
    assert_eq!(seen, ["temporary files can be written"]);
}
