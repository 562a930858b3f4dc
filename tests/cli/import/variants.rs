//! Variants of cargo-deb that are without what the package has: each key is taken out, and they build.

use crate::support::Test;

/// A package with every key that a variant may be without, and a variant that is without each.
const CARGO: &str = r#"[package]
name = "whole"
version = "1.2.3"
description = "whole service"
license = "MIT"

[package.metadata.deb]
maintainer = "Ann Example <ann@example.com>"
copyright = "Ann"
license-file = ["LICENSE", "0"]
changelog = "debian/changelog"
revision = "2"
section = "net"
priority = "extra"
extended-description-file = "extended.txt"
depends = ["passwd"]
pre-depends = ["pre"]
recommends = ["rec"]
suggests = ["sug"]
enhances = ["enh"]
conflicts = ["con"]
breaks = ["bre"]
replaces = ["rep"]
provides = ["pro"]
triggers-file = "triggers"
maintainer-scripts = "scripts"
separate-debug-symbols = false
systemd-units = { unit-scripts = "units", unit-name = "whole" }
assets = [
  ["target/release/whole", "usr/bin/", "755"],
  ["notes.txt", "usr/share/whole/notes.txt", "644"],
]

[package.metadata.deb.variants.bare]
copyright = ""
license-file = ""
changelog = ""
revision = ""
section = ""
priority = ""
extended-description-file = ""
depends = "$auto"
pre-depends = []
recommends = []
suggests = []
enhances = []
conflicts = []
breaks = []
replaces = []
provides = []
triggers-file = ""
maintainer-scripts = ""
systemd-units = []
assets = [["notes.txt", "usr/share/whole/other.txt", "644"]]
"#;

/// The files of the package.
fn project() -> Test {
    Test::new()
        .file("Cargo.toml", CARGO)
        .file("src/main.rs", "fn main() {}\n")
        .file("LICENSE", "Do as you like.\n")
        .file("extended.txt", "It is all there.\n")
        .file("notes.txt", "a\n")
        .file("triggers", "interest-noawait whole\n")
        .file(
            "units/whole.service",
            "[Service]\nExecStart=/usr/bin/whole\n",
        )
        .executable("target/release/whole", "#!/bin/sh\n")
        .file(
            "debian/changelog",
            "whole (1.2.3-2) unstable; urgency=medium\n\n  * A.\n\n \
             -- Ann Example <ann@example.com>  Mon, 02 Nov 2026 10:00:00 +0100\n",
        )
        .executable("scripts/postinst", "#!/bin/sh\nset -e\n#DEBHELPER#\n")
        .file(
            "scripts/templates",
            "Template: whole/a\nType: string\nDescription: A?\n",
        )
        .executable("scripts/config", "#!/bin/sh\nset -e\n")
}

/// The tables of the variant.
const BARE: &str = r#"
name = "whole-bare"
revision = ""
description-file = ""
section = "misc"
priority = "optional"
license-file = ""
copyright = ""
changelog = ""
depends = ["auto"]
pre-depends = []
recommends = []
suggests = []
enhances = []
breaks = []
conflicts = []
provides = []
replaces = []

[variant.bare.files]
"/usr/share/whole/other.txt" = "notes.txt"
"/usr/bin/whole" = false
"/usr/share/whole/notes.txt" = false

[variant.bare.units]
"whole.service" = false

[variant.bare.scripts]
postinst = ""

[variant.bare.control-files]
templates = ""
config = ""

[variant.bare.triggers]
interest-noawait = []

[variant.bare.release]
debug-symbols = "keep"
"#;

#[test]
fn a_variant_is_without_each_key() {
    let outcome = project().args(["import", "-q"]).any_stdout().run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let (_, variant) = manifest.split_once("[variant.bare.package]").unwrap();
    assert_eq!(variant, BARE);
    let build = |words: &[&str]| {
        let mut command = crate::packed::reldeb();
        let output = command.current_dir(outcome.path("")).args(words).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    };
    build(&["build", "-q"]);
    build(&["build", "-q", "--variant", "bare"]);
    let shown = build(&["inspect", "dist/whole-bare_1.2.3_all.deb"]);
    let (control, _) = shown.split_once("\n\n").unwrap();
    assert_eq!(
        control,
        "==> control <==\nPackage: whole-bare\nVersion: 1.2.3\nArchitecture: all\nMaintainer: Ann Example \
         <ann@example.com>\nInstalled-Size: 9\nSection: misc\nPriority: optional\nDescription: whole service\n \
         This package is not part of Debian."
    );
}

/// A variant with files of the package that have other modes, are no conffiles, and a unit that is enabled.
const PLAIN: &str = r#"[package]
name = "whole"
version = "1.2.3"
description = "whole service"
license = "MIT"
authors = ["Ann Example <ann@example.com>"]

[package.metadata.deb]
conf-files = ["/opt/a", "/opt/b"]
maintainer-scripts = "units"
systemd-units = { enable = false }
assets = [
  ["notes.txt", "/opt/a", "600"],
  ["notes.txt", "/opt/b", "600"],
  ["target/release/whole", "/opt/c", "4755"],
]

[package.metadata.deb.variants.plain]
conf-files = ["/opt/b"]
systemd-units = { restart-after-upgrade = false }
preserve-symlinks = true
assets = [
  ["notes.txt", "/opt/a", "640"],
  ["notes.txt", "/opt/b", "644"],
  ["target/release/whole", "/opt/c", "755"],
]
"#;

const PLAIN_TABLES: &str = r#"[variant.plain.files]
"/opt/a" = { source = "notes.txt", mode = "0640", conffile = false }
"/opt/b" = { source = "notes.txt", conffile = true, mode = "0644" }
"/opt/c" = "target/release/whole"

[variant.plain.units]
"whole.service" = { source = "units/whole.service", on-upgrade = "stop-start", enable = true, start = true }
"#;

#[test]
fn entries_of_a_variant_keep_nothing_of_those_below_them() {
    let unit = "[Service]\nExecStart=/opt/c\n[Install]\nWantedBy=multi-user.target\n";
    let test = project().file("Cargo.toml", PLAIN);
    let test = test.file("units/whole.service", unit);
    let outcome = test.args(["import", "-q"]).any_stdout().run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let from = manifest.find("[variant.plain.files]").unwrap();
    assert_eq!(&manifest[from..], PLAIN_TABLES);
    for words in [
        &["build", "-q", "--variant", "plain"][..],
        &["inspect", "dist/whole-plain_1.2.3-1_all.deb"],
    ] {
        let mut command = crate::packed::reldeb();
        let output = command.current_dir(outcome.path("")).args(words).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        if words[0] == "inspect" {
            assert!(shown.contains("==> conffiles <==\n/opt/b\n\n"), "{shown}");
            for line in [
                "-rw-r----- root/root         2 ./opt/a",
                "-rw-r--r-- root/root         2 ./opt/b",
            ] {
                assert!(shown.contains(line), "{shown}");
            }
        }
    }
}

#[test]
fn a_variant_that_differs_in_nothing_can_be_built() {
    let text = CARGO
        .split("\n[package.metadata.deb.variants")
        .next()
        .unwrap();
    let text = text.replace("deb]\n", "deb]\nname = \"whole\"\n");
    let text = format!("{text}\n[package.metadata.deb.variants.minimal]\n");
    let outcome = project()
        .file("Cargo.toml", text)
        .args(["import", "-q"])
        .any_stdout()
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    assert!(manifest.ends_with("\n\n[variant.minimal]\n"), "{manifest}");
    let mut command = crate::packed::reldeb();
    command.args(["build", "-q", "--variant", "minimal"]);
    let built = command.current_dir(outcome.path("")).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&built.stdout),
        "dist/whole_1.2.3-2_all.deb\n",
        "{built:?}"
    );
}
