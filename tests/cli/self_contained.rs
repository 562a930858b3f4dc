//! `reldeb check`, `Depends` and bundled libraries, on programs linked here.

use std::path::Path;
use std::process::Command;

use crate::support::{Outcome, Test};

const MANIFEST: &str = r#"
    [package]
    name = "app"
    version = "1.0"
    maintainer = "Ops Team <ops@example.com>"
    description = "Program of the tests\nIt is linked and packed on the spot."
    [service]
    managers = ["systemd"]
    [release]
    path = "rel"
"#;

/// Links C code that needs no C library, so that what it needs is all named here.
fn link(folder: &Path, code: &str, arguments: &[&str]) {
    std::fs::write(folder.join("code.c"), code).unwrap();
    let linked = Command::new("cc")
        .args(["-nostdlib", "code.c"])
        .args(arguments)
        .current_dir(folder)
        .status();
    assert!(linked.unwrap().success(), "cc {arguments:?}");
}

/// A program that needs `libnowhere.so.1`, which needs `libdeeper.so.1`; both lie in `libs`.
fn app(release_keys: &str) -> Test {
    let test = Test::new()
        .manifest(&format!("{MANIFEST}    {release_keys}\n"))
        .directory("rel/bin")
        .directory("libs");
    let folder = test.path("");
    let shared = |soname: &str, code: &str, needed: &[&str]| {
        let (name, file) = (format!("-Wl,-soname,{soname}"), format!("libs/{soname}"));
        let mut arguments = vec!["-shared", &name, "-o", &file];
        arguments.extend(needed);
        link(&folder, code, &arguments);
    };
    shared("libdeeper.so.1", "void deeper(void) {}", &[]);
    shared(
        "libnowhere.so.1",
        "void deeper(void); void nowhere(void) { deeper(); }",
        &["libs/libdeeper.so.1"],
    );
    link(
        &folder,
        "void nowhere(void); void _start(void) { nowhere(); }",
        &[
            "libs/libnowhere.so.1",
            "-Wl,-rpath-link,libs",
            "-o",
            "rel/bin/app",
        ],
    );
    test
}

const MISSING: &str = "
    error[library-not-found]: `libnowhere.so.1` is in no known package and not in this one, needed by `/opt/app/bin/app`
    hint: put it into the package with `bundle-libraries`, exclude what needs it, or say that something else brings it with `allow-missing-libraries`, all in `[release]`
    error: 1 error found";

#[cfg(target_arch = "x86_64")]
#[test]
fn a_library_that_is_nowhere_is_an_error() {
    app("")
        .args(["check"])
        .status(1)
        .stdout(
            "
            app 1.0 amd64

            libraries:
              libnowhere.so.1  nowhere  for /opt/app/bin/app

            runs on:
              Debian 11 (bullseye)  no: `libnowhere.so.1` is in no package, needed by `/opt/app/bin/app`
              Debian 12 (bookworm)  no: `libnowhere.so.1` is in no package, needed by `/opt/app/bin/app`
              Debian 13 (trixie)    no: `libnowhere.so.1` is in no package, needed by `/opt/app/bin/app`
              Debian sid            no: `libnowhere.so.1` is in no package, needed by `/opt/app/bin/app`
              Ubuntu 20.04 (focal)  no: `libnowhere.so.1` is in no package, needed by `/opt/app/bin/app`
              Ubuntu 22.04 (jammy)  no: `libnowhere.so.1` is in no package, needed by `/opt/app/bin/app`
              Ubuntu 24.04 (noble)  no: `libnowhere.so.1` is in no package, needed by `/opt/app/bin/app`

            depends on: libc6
            ",
        )
        .stderr(&format!("{MISSING}\n    "))
        .run();
    let outcome = app("")
        .args(["build"])
        .status(1)
        .stderr(&format!("{MISSING}, nothing was written\n    "))
        .run();
    assert!(!outcome.path("dist").exists());
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_library_that_may_be_missing_is_none() {
    for pattern in ["libnowhere*", "/opt/app/bin/*", "bin/app"] {
        app(&format!("allow-missing-libraries = [{pattern:?}]"))
            .args(["build", "-v"])
            .stdout("dist/app_1.0_amd64.deb\n")
            .stderr(
                "
                info[architecture-from-release]: architecture `amd64` is that of the release's ELF files
                info[library-may-be-missing]: `libnowhere.so.1` may be missing, needed by `/opt/app/bin/app`: `allow-missing-libraries`
                info[oldest-release]: it runs from Debian 11 (bullseye) on
                info[oldest-release]: it runs from Ubuntu 20.04 (focal) on
                ",
            )
            .run();
    }
    app("allow-missing-libraries = [\"[\"]")
        .args(["plan"])
        .status(1)
        .stderr(
            "
            error: reldeb.toml:10: invalid pattern `[`: unclosed character class; missing ']'
              10 | allow-missing-libraries = [\"[\"]
            ",
        )
        .run();
}

const BUNDLE: &str = "bundle-libraries = true\n    library-path = [\"libs\"]";

const BUNDLED: &str = "
    warning[libraries-bundled]: `libdeeper.so.1`, `libnowhere.so.1` from this machine put into `/opt/app/bundled-libraries`: their security updates are yours now
    hint: build the package again whenever this machine gets updates of them
";

#[cfg(target_arch = "x86_64")]
#[test]
fn bundled_libraries_bring_what_they_need_and_are_found() {
    let built = app(BUNDLE)
        .args(["build"])
        .stdout("dist/app_1.0_amd64.deb\n")
        .stderr(BUNDLED)
        .run();
    let unpacked = unpack(&built, "dist/app_1.0_amd64.deb");
    let unit = unpacked.join("usr/lib/systemd/system/app.service");
    let unit = std::fs::read_to_string(unit).unwrap();
    assert!(
        unit.contains("LD_LIBRARY_PATH=/opt/app/bundled-libraries"),
        "{unit}"
    );
    let overrides = unpacked.join("usr/share/lintian/overrides/app");
    let overrides = std::fs::read_to_string(overrides).unwrap();
    // Only the bundled libraries are such.
    for tag in [
        "library-not-linked-against-libc",
        "shared-library-lacks-prerequisites",
    ] {
        let line = format!("app: {tag} *opt/app/*\n");
        assert!(overrides.contains(&line), "{overrides}");
    }
    // What another program is told of the package is found in the package alone.
    let package = built.path("dist/app_1.0_amd64.deb");
    Test::new()
        .args(["check", package.to_str().unwrap()])
        .stdout(
            "
            app 1.0 amd64

            libraries:
              libdeeper.so.1   /opt/app/bundled-libraries/libdeeper.so.1   for /opt/app/bundled-libraries/libnowhere.so.1
              libnowhere.so.1  /opt/app/bundled-libraries/libnowhere.so.1  for /opt/app/bin/app

            runs on:
              Debian 11 (bullseye)  yes
              Debian 12 (bookworm)  yes
              Debian 13 (trixie)    yes
              Debian sid            yes
              Ubuntu 20.04 (focal)  yes
              Ubuntu 22.04 (jammy)  yes
              Ubuntu 24.04 (noble)  yes

            depends on: libc6
            ",
        )
        .run();
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_depends_of_ones_own_is_compared() {
    let manifest = MANIFEST.replace("description", "depends = [\"adduser\"]\n    description");
    app(BUNDLE)
        .manifest(&format!("{manifest}    {BUNDLE}\n"))
        .args(["plan"])
        .any_stdout()
        .stderr(&format!(
            "{BUNDLED}    warning[depends-lacks]: reldeb.toml:5: `Depends` does not say `libc6`, which the ELF files need
    hint: add it, or write `\"auto\"` for all that they need\n"
        ))
        .run();
}

fn unpack(outcome: &Outcome, package: &str) -> std::path::PathBuf {
    let folder = outcome.path("unpacked");
    let done = Command::new("dpkg-deb")
        .arg("-x")
        .args([outcome.path(package), folder.clone()])
        .status();
    assert!(done.unwrap().success());
    folder
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_library_that_depends_may_bring_is_told_once() {
    // Nobody gets libraries of adduser.
    let cases = [
        ("libother9", "library-left-to-depends", "info"),
        ("app-data (= 1.0)", "library-left-to-depends", "info"),
        ("adduser", "library-not-found", "error"),
        ("libssl3", "library-not-found", "error"),
    ];
    for (relation, tag, severity) in cases {
        let keys = format!(
            "allow-missing-libraries = [\"libnowhere*\"]\n    [variant.x.package]\n    depends = [\"auto\", \"{relation}\"]"
        );
        let outcome = app(&keys)
            .args(["build", "-q", "--variant", "x"])
            .any_stdout()
            .run();
        let checked = crate::packed::reldeb()
            .args(["check", "--json", "dist/app_1.0_amd64.deb"])
            .current_dir(outcome.path(""))
            .output()
            .unwrap();
        let document: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
        let findings = document["findings"].as_array().unwrap();
        let about = findings
            .iter()
            .filter(|it| it["message"].as_str().unwrap().contains("libnowhere"));
        let about: Vec<_> = about
            .map(|it| {
                (
                    it["tag"].as_str().unwrap(),
                    it["severity"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(about, [(tag, severity)], "{relation}");
        let is_left = severity == "info";
        assert_eq!(checked.status.success(), is_left, "{relation}");
        let audit = &document["audit"];
        assert_eq!(audit["missing"].as_array().unwrap().is_empty(), is_left);
        let against = audit["verdicts"][0]["against"].as_array().unwrap();
        assert_eq!(against.is_empty(), is_left);
    }
}
