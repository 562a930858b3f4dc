//! Packages as tools of other decades wrote them: they are read, or it is said what they are.

use std::process::Command;

use super::*;
use crate::forged::odd::readable;
use crate::packed::success;

/// Asks all three about a package, and expects that they read it as the one with the usual forms.
#[track_caller]
fn assert_same(usual: &[u8], odd: &[u8], what: &str) {
    let test = || Test::new().file("x.deb", odd).file("usual.deb", usual);
    let inspect = |name| {
        let shown = test().args(["inspect", name]).any_stdout().run().stdout;
        shown.split_once("==> contents <==").unwrap().1.to_owned()
    };
    assert_eq!(inspect("x.deb"), inspect("usual.deb"), "{what}");
    let check = |name| test().args(["check", name]).any_stdout().any_stderr().run();
    assert_eq!(check("x.deb").stdout, check("usual.deb").stdout, "{what}");
    test()
        .args(["diff", "usual.deb", "x.deb"])
        .stdout("hostile 1.0 (all)\nno differences\n")
        .run();
    test()
        .args(["inspect", "x.deb", "--html", "x.html"])
        .stdout("x.html\n")
        .run();
}

#[test]
fn every_compression_that_dpkg_reads_is_read() {
    let usual = Package::new(below(&[])).bytes();
    for (what, package) in readable() {
        if ["bzip2", "lzma", "plain", "plain control archive"].contains(&what) {
            assert_same(&usual, &package.bytes(), what);
        }
    }
}

/// The ar of GNU ends names with a slash.
#[test]
fn names_of_members_may_end_with_a_slash() {
    let usual = Package::new(below(&[])).bytes();
    let mut odd = usual.clone();
    for name in ["debian-binary", "control.tar.gz", "data.tar.gz"] {
        let at = usual
            .windows(name.len())
            .position(|it| it == name.as_bytes());
        odd[at.unwrap() + name.len()] = b'/';
    }
    assert_same(&usual, &odd, "slashes");
}

/// Nothing has packed so since 1995, but dpkg still reads it.
#[test]
fn the_format_of_before_1995_is_named() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("DEBIAN")).unwrap();
    std::fs::write(root.join("DEBIAN/control"), CONTROL).unwrap();
    success(
        Command::new("dpkg-deb")
            .args(["--deb-format=0.939000", "-Zgzip", "-b", "root", "old.deb"])
            .current_dir(folder.path()),
    );
    let old = std::fs::read(folder.path().join("old.deb")).unwrap();
    let error = "
        error: `old.deb` has the package format of before 1995, expected that which begins with `!<arch>`
        hint: `dpkg-deb --raw-extract old.deb DIRECTORY` and `dpkg-deb --build DIRECTORY` make one of today
        ";
    let usual = Package::new(below(&[])).bytes();
    for (words, status) in [
        (&["inspect", "old.deb"][..], 1),
        (&["inspect", "old.deb", "--html", "x.html"], 1),
        (&["check", "old.deb"], 2),
        (&["diff", "old.deb", "x.deb"], 2),
        (&["diff", "x.deb", "old.deb"], 2),
    ] {
        Test::new()
            .file("old.deb", &old)
            .file("x.deb", &usual)
            .args(words)
            .status(status)
            .stderr(error)
            .run();
    }
    // The hint is true.
    success(
        Command::new("sh")
            .args([
                "-c",
                "dpkg-deb --raw-extract old.deb new && dpkg-deb --build new",
            ])
            .current_dir(folder.path()),
    );
    let new = std::fs::read(folder.path().join("new.deb")).unwrap();
    Test::new()
        .file("new.deb", new)
        .args(["inspect", "new.deb"])
        .any_stdout()
        .run();
}

/// No dpkg reads them.
#[test]
fn a_control_archive_of_other_compression_is_named() {
    let package = Package::new(below(&[]));
    for name in ["control.tar.bz2", "control.tar.lzma"] {
        let odd = Package {
            control: (name.into(), package.control.1.clone()),
            ..package.clone()
        };
        ask(&odd, &["inspect"])
            .status(1)
            .stderr(&format!(
                "error: `x.deb` is not a Debian package: member `{name}` is compressed as only a data archive may be, \
                 expected xz, zst or gz\nhint: copy or download the package again\n"
            ))
            .run();
    }
}
