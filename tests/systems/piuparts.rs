//! piuparts over the package of `examples/relx-release`, as Debian's archive does it: install with
//! apt, upgrade, remove, purge; nothing may be left, changed or running.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::Orders;
use crate::support::is_root;
use crate::support::skip;
use crate::system;

/// Runs piuparts on bookworm with more arguments; `None`, and a line that says why, where this
/// machine cannot.
fn piuparts(package: &Path, more: &[String]) -> Option<()> {
    let present = Command::new("piuparts").arg("--version").output().is_ok();
    if !is_root() || !present {
        skip(if present {
            "needs root"
        } else {
            "needs `piuparts`"
        });
        return None;
    }
    let (base, mirror) = system::base("bookworm")?;
    let folder = TempDir::new().unwrap();
    // A name without the compression's trace, and a folder of its own for piuparts' copies.
    let output = Command::new("piuparts")
        .args(["--distribution=bookworm", "--existing-chroot"])
        .arg(base)
        .args(["--mirror", &format!("{mirror} main")])
        .args([
            "--do-not-verify-signatures",
            "--no-check-valid-until",
            "--no-eatmydata",
        ])
        .arg("--tmpdir")
        .arg(folder.path())
        .args(more)
        .arg(package)
        .output()
        .unwrap();
    let log = [output.stdout, output.stderr].concat();
    let log = String::from_utf8_lossy(&log);
    let tail: Vec<&str> = log.lines().rev().take(120).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    assert!(output.status.success(), "{}", tail.join("\n"));
    assert!(log.contains("PASS: All tests."), "{}", tail.join("\n"));
    Some(())
}

#[test]
fn install_and_purge() {
    if let Some(orders) = Orders::packages() {
        piuparts(&orders.second, &[]);
    }
}

#[test]
fn install_purge_and_install_again() {
    if let Some(orders) = Orders::packages() {
        piuparts(&orders.second, &["--install-purge-install".to_owned()]);
    }
}

#[test]
fn upgrade_from_the_earlier_version() {
    let Some(orders) = Orders::packages() else {
        return;
    };
    let repository = TempDir::new().unwrap();
    let Some(()) = offer(&orders.first, repository.path()) else {
        skip("needs `apt-ftparchive`");
        return;
    };
    let folder = repository.path().display();
    piuparts(
        &orders.second,
        &[
            format!("--bindmount={folder}"),
            format!("--extra-repo=deb [trusted=yes] file://{folder} ./"),
        ],
    );
}

/// Makes a flat repository of one package.
fn offer(package: &Path, folder: &Path) -> Option<()> {
    let copy: PathBuf = folder.join(package.file_name().unwrap());
    std::fs::copy(package, copy).unwrap();
    let packages = Command::new("apt-ftparchive")
        .args(["packages", "."])
        .current_dir(folder)
        .output()
        .ok()?;
    std::fs::write(folder.join("Packages"), packages.stdout).unwrap();
    // apt reads it as a user of its own.
    Command::new("chmod")
        .arg("-R")
        .arg("a+rX")
        .arg(folder)
        .status()
        .unwrap();
    Some(())
}
