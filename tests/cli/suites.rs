//! `[package] suites`: a package is built only where it runs on what it declares.

use std::path::Path;
use std::process::Command;

use crate::support::Test;

/// A manifest with these keys in `[package]` and after `[release]`.
fn manifest(package: &str, release: &str) -> String {
    format!(
        "[package]\nname = \"app\"\nversion = \"1.0\"\n\
         maintainer = \"Ops Team <ops@example.com>\"\n\
         description = \"program of the tests\"\n{package}\n\n[release]\npath = \"rel\"\n{release}\n"
    )
}

/// A program that asks for a symbol version of the C library, as one does that was linked where the
/// library has it. It is linked against a stand-in, so that the machine's own says nothing.
fn program_with(folder: &Path, symbol_version: &str) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let link = |arguments: &[&str]| {
        let linked = Command::new("cc")
            .arg("-nostdlib")
            .args(arguments)
            .current_dir(folder)
            .status();
        assert!(linked.unwrap().success(), "cc {arguments:?}");
    };
    write("c.c", "void begin(void) {}");
    write("c.map", &format!("{symbol_version} {{ global: begin; }};"));
    link(&[
        "-shared",
        "-Wl,-soname,libc.so.6",
        "-Wl,--version-script=c.map",
        "c.c",
        "-o",
        "libc.so.6",
    ]);
    write("app.c", "void begin(void); void _start(void) { begin(); }");
    std::fs::create_dir_all(folder.join("rel/bin")).unwrap();
    link(&["app.c", "libc.so.6", "-o", "rel/bin/app"]);
}

/// A program as Debian 12 links it: Debian 11 and Ubuntu 20.04 have an older C library.
fn app(package: &str, release: &str) -> Test {
    let test = Test::new().manifest(&manifest(package, release));
    program_with(&test.path(""), "GLIBC_2.34");
    test
}

const REFUSED: &str = "
    error[suite-lacks]: reldeb.toml:6: it does not run on Debian 11 (bullseye), which is in `suites`: `libc6` is 2.31, expected 2.34 or later for `GLIBC_2.34` in `/opt/app/bin/app`
    hint: build on Debian 11 (bullseye), the oldest of `suites`, or take `bullseye` out of them
    error: 1 error found";

#[cfg(target_arch = "x86_64")]
#[test]
fn a_program_that_is_too_new_for_a_declared_suite_is_not_packed() {
    for depends in ["", "\ndepends = [\"libc6\"]"] {
        let package = format!("suites = [\"bookworm\", \"bullseye\"]{depends}");
        let outcome = app(&package, "")
            .args(["build", "-q"])
            .status(1)
            .stderr(&format!("{REFUSED}, nothing was written\n    "))
            .run();
        assert!(!outcome.path("dist").exists());
        app(&package, "")
            .args(["plan", "-q"])
            .status(1)
            .any_stdout()
            .stderr(&format!("{REFUSED}: `build` would refuse\n    "))
            .run();
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn what_runs_on_the_declared_suites_is_packed() {
    for suites in [
        "",
        "suites = []",
        "suites = [\"bookworm\", \"jammy\", \"bookworm\"]",
        "suites = [\"trixie\", \"sid\", \"noble\"]",
    ] {
        app(suites, "")
            .args(["build", "-q", "--compression", "zstd:1"])
            .stdout("dist/app_1.0_amd64.deb\n")
            .run();
    }
    // Where the author says that it may be missing, it counts against no suite.
    app(
        "suites = [\"bullseye\"]",
        "allow-missing-libraries = [\"bin/app\"]",
    )
    .args(["build", "-q"])
    .stdout("dist/app_1.0_amd64.deb\n")
    .run();
}

#[cfg(target_arch = "x86_64")]
#[test]
fn check_says_which_suites_are_declared() {
    app("suites = [\"bullseye\", \"jammy\"]", "")
        .args(["check", "-q"])
        .status(1)
        .stdout(
            "
            app 1.0 amd64

            libraries:
              libc.so.6  libc6  GLIBC_2.34 for /opt/app/bin/app

            runs on:
              Debian 11 (bullseye)  no, but declared: `libc6` is 2.31, expected 2.34 or later for `GLIBC_2.34` in `/opt/app/bin/app`
              Debian 12 (bookworm)  yes
              Debian 13 (trixie)    yes
              Debian sid            yes
              Ubuntu 20.04 (focal)  no: `libc6` is 2.31, expected 2.34 or later for `GLIBC_2.34` in `/opt/app/bin/app`
              Ubuntu 22.04 (jammy)  yes, as declared
              Ubuntu 24.04 (noble)  yes

            depends on: libc6 (>= 2.34)
            ",
        )
        .stderr(&format!("{REFUSED}\n    "))
        .run();
    for command in ["plan", "check"] {
        let outcome = app("suites = [\"jammy\", \"sid\", \"jammy\"]", "")
            .args([command, "-q", "--json"])
            .any_stdout()
            .run();
        let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(document["suites"], serde_json::json!(["jammy", "sid"]));
    }
}
