//! Debug symbols of cargo-deb by the profile of Cargo, and what a variant of its own says.

use crate::support::{Test, unindent};

/// Imports a crate with these lines behind its usual ones, and returns the manifest.
#[track_caller]
fn imported(lines: &str, stderr: &str) -> String {
    let cargo = format!(
        "[package]\nname = \"tally\"\nversion = \"1.0.0\"\ndescription = \"counts\"\n\
         authors = [\"Ann Example <ann@example.com>\"]\n{lines}"
    );
    let outcome = Test::new()
        .file("Cargo.toml", &cargo)
        .file("src/main.rs", "fn main() {}\n")
        .file("more.txt", "More of the package.\n")
        .executable("target/release/tally", "#!/bin/sh\n")
        .executable("target/dist/tally", "#!/bin/sh\n")
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(stderr))
        .run();
    String::from_utf8(outcome.read("reldeb.toml")).unwrap()
}

#[test]
fn symbols_are_stripped_where_cargo_deb_strips_them() {
    let fate = |lines: &str, stderr: &str| {
        let manifest = imported(lines, stderr);
        let mut lines = manifest.lines();
        let line = lines.find_map(|line| line.strip_prefix("debug-symbols = "));
        line.map(str::to_owned)
    };
    let strips = Some("\"strip\"".to_owned());
    let deb = "[package.metadata.deb]\nsection = \"net\"\n";
    assert_eq!(fate(deb, ""), strips);
    for (profile, expected) in [
        ("[profile.release]\nlto = true\n", strips.clone()),
        ("[profile.release]\ndebug = 0\n", strips.clone()),
        ("[profile.dev]\ndebug = 1\n", strips),
        ("[profile.release]\ndebug = \"limited\"\n", None),
        ("[profile.release]\ndebug = true\n", None),
        ("[profile.release]\nstrip = \"symbols\"\n", None),
    ] {
        assert_eq!(fate(&format!("{deb}{profile}"), ""), expected, "{profile}");
    }
    let inherits = "[package.metadata.deb]\nprofile = \"dist\"\n[profile.release]\ndebug = 1\n\
                    [profile.dist]\ninherits = \"release\"\n";
    let told = "
        warning[import-differs]: the debug symbols stay in the programs
        hint: `[profile.dist]` inherits `debug`, which cargo-deb overlooks and strips them
        ";
    assert_eq!(fate(inherits, told), None);
    let gone = "[package.metadata.deb]\ndbgsym = true\n[profile.release]\nstrip = true\n";
    let told = "
        warning[import-differs]: Cargo.toml:7: there is no package of debug symbols
        hint: Cargo takes them out: `strip` of `[profile.release]` says so
        ";
    assert_eq!(fate(gone, told), None);
    let apart = "[package.metadata.deb]\ndbgsym = true\n[profile.release]\ndebug = 1\n";
    assert_eq!(fate(apart, ""), Some("\"package\"".to_owned()));
}

#[test]
fn the_text_of_a_variant_takes_the_place_of_a_file() {
    let manifest = imported(
        "[package.metadata.deb]\nextended-description-file = \"more.txt\"\n\
         [package.metadata.deb.variants.small]\nextended-description = \"Less of it.\"\n",
        "
        warning[import-differs]: Cargo.toml:9: the variant's `extended-description` takes the place of `extended-description-file`
        hint: cargo-deb says that both are there, and takes the file
        ",
    );
    let (base, variant) = manifest.split_once("[variant.small.package]").unwrap();
    assert!(base.contains("description-file = \"more.txt\"\n"), "{base}");
    let expected = "description = \"\"\"\ncounts\nLess of it.\"\"\"\ndescription-file = \"\"\n";
    assert!(variant.contains(expected), "{variant}");
    // Where one section has both, it is the file.
    let manifest = imported(
        "[package.metadata.deb]\nextended-description-file = \"more.txt\"\nextended-description = \"Less.\"\n",
        "
        warning[import-differs]: Cargo.toml:8: `extended-description` is left out
        hint: cargo-deb takes `extended-description-file` as well, where both are there
        ",
    );
    assert!(!manifest.contains("Less"), "{manifest}");
}

#[test]
fn a_conffile_that_a_variant_lacks_is_told_with_its_name() {
    imported(
        "[package.metadata.deb]\nconf-files = [\"/etc/tally.conf\"]\nassets = [\n  [\"more.txt\", \"etc/tally.conf\", \"644\"],\n]\n\
         [package.metadata.deb.variants.bare]\nassets = [[\"more.txt\", \"usr/share/tally/more.txt\", \"644\"]]\n",
        "
        warning[import-left-out]: Cargo.toml:7: conffile `/etc/tally.conf` is not packed by variant `bare`
        hint: dpkg would keep it in its list as one that is to come
        ",
    );
}
