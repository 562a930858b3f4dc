//! The build that `[cargo]` of a manifest asks for, and the one that an import writes there.

use std::path::Path;
use std::process::Command;

use super::{AUTHORS, MANIFEST, cargo, project};
use crate::support::{Outcome, Test};

/// A program that says which features and profile it was built with.
const PROGRAM: &str = "fn main() {\n    println!(\"one {} two {} debug {}\", cfg!(feature = \"one\"), \
                       cfg!(feature = \"two\"), cfg!(debug_assertions));\n}\n";
const FEATURES: &str = "[features]\ndefault = [\"one\"]\none = []\ntwo = []\n\
                        [profile.dist]\ninherits = \"dev\"\n";

fn speaking(more: &str, manifest: &str) -> Test {
    let test = project(&format!("{AUTHORS}\n{FEATURES}{more}")).file("src/main.rs", PROGRAM);
    if manifest.is_empty() {
        return test;
    }
    test.file("reldeb.toml", manifest)
}

/// Returns what the program of a package says.
fn said(built: &Outcome, package: &str) -> String {
    let folder = built.path("unpacked");
    let mut command = Command::new("dpkg-deb");
    let status = command.arg("-x").arg(built.path(package)).arg(&folder);
    assert!(status.status().unwrap().success());
    let output = Command::new(folder.join("usr/bin/hello")).output().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

const WANTED: &str = "
[cargo]
features = [\"two\"]
profile = \"dist\"
[variant.bare.cargo]
default-features = false
profile = \"release\"
";

#[test]
fn the_manifest_says_how_the_programs_are_built() {
    let manifest = MANIFEST.replace("./target/release/hell?", "Cargo.toml") + WANTED;
    let package = "target/debian/hello_0.1.0_amd64.deb";
    for (arguments, program) in [
        (&["-q"][..], "one true two true debug true\n"),
        (
            &["-q", "--variant", "bare"],
            "one false two true debug false\n",
        ),
        // What is said in the call wins.
        (
            &["-q", "--features", "one", "--release"],
            "one true two false debug false\n",
        ),
        (
            &["-q", "--profile", "dev", "--no-default-features"],
            "one false two false debug true\n",
        ),
    ] {
        let of_profile = manifest.replace("target/release", "target/dist");
        let is_bare = arguments.contains(&"bare");
        let test = speaking("", if is_bare { &manifest } else { &of_profile });
        let built = cargo(test, arguments).stdout(&format!("{package}\n")).run();
        assert_eq!(said(&built, package), program, "{arguments:?}");
    }
}

#[test]
fn the_import_of_cargo_deb_builds_what_cargo_deb_builds() {
    let table = "
[package.metadata.deb]
revision = \"\"
features = [\"two\"]
profile = \"dist\"
[package.metadata.deb.variants.bare]
default-features = false
profile = \"release\"
";
    let test = speaking(table, "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    let imported = command.arg("import").current_dir(test.path("")).output();
    assert!(imported.unwrap().status.success());
    for (arguments, package, program) in [
        (
            &["-q"][..],
            "hello_0.1.0_amd64.deb",
            "one true two true debug true\n",
        ),
        (
            &["-q", "--variant", "bare"],
            "hello-bare_0.1.0_amd64.deb",
            "one false two true debug false\n",
        ),
    ] {
        let path = format!("target/debian/{package}");
        let copy = copied(&test.path(""));
        let built = cargo(copy, arguments).stdout(&format!("{path}\n")).run();
        assert_eq!(said(&built, &path), program);
    }
}

/// Returns another project with the files of an imported one.
fn copied(folder: &Path) -> Test {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let files = ["Cargo.toml", "reldeb.toml", "src/main.rs"];
    files
        .into_iter()
        .fold(Test::new(), |test, name| test.file(name, read(name)))
}

#[test]
fn a_build_that_is_none_is_refused() {
    for (table, error) in [
        (
            "profile = \"../x\"",
            "error: reldeb.toml:9: `../x` is no name of a profile\n  9 | profile = \"../x\"\n\
             hint: use letters, digits, `-` and `_`, such as `dist`\n",
        ),
        (
            "features = [\"a b\"]",
            "error: reldeb.toml:9: `a b` is no feature\n  9 | features = [\"a b\"]\n\
             hint: write each feature as a text of its own, such as `[\"tls\", \"name/feature\"]`\n",
        ),
    ] {
        let manifest = format!("{MANIFEST}[cargo]\n{table}\n");
        let refused = cargo(speaking("", &manifest), &[]);
        let refused = refused.status(1).stderr(error).run();
        assert!(!refused.path("target").exists());
    }
    let manifest = format!(
        "{MANIFEST}[packages.one.cargo]\nprofile = \"dist\"\n[packages.two.package]\nsection = \"net\"\n"
    );
    let error = "error: `[cargo]` of package `two` is not that of `one`\n\
                 hint: build them one by one: `cargo reldeb one`, `cargo reldeb two`\n";
    let refused = cargo(speaking("", &manifest), &[]);
    refused.status(1).stderr(error).run();
    let one = cargo(speaking("", &manifest), &["-q", "two"]);
    one.stdout("target/debian/two_0.1.0_amd64.deb\n").run();
}
