//! The values that nfpm and goreleaser lay over a package for Debian, and files that are not there yet.

use super::built_manifest;

#[test]
fn an_empty_override_takes_nothing_away() {
    let base = "\
        name: shop\narch: amd64\nversion: 1.4.0\nmaintainer: Team <team@example.com>\n\
        description: shop\nsection: net\ndepends: [tzdata]\n\
        contents:\n  - src: a\n    dst: /usr/share/shop/a\n\
        deb:\n  breaks: [old-shop]\n";
    let without = built_manifest("nfpm.yaml", base, "");
    let over = "\
        overrides:\n  deb:\n    depends: []\n    recommends: []\n    contents: []\n    section: \"\"\n    \
        suggests:\n    deb:\n      breaks: []\n";
    let with = built_manifest("nfpm.yaml", &format!("{base}{over}"), "");
    assert_eq!(with, without);
    assert!(with.contains("depends = [\"auto\", \"tzdata\"]"), "{with}");
    let over = "overrides:\n  deb:\n    depends: [adduser]\n";
    let with = built_manifest("nfpm.yaml", &format!("{base}{over}"), "");
    assert!(with.contains("depends = [\"auto\", \"adduser\"]"), "{with}");
}

#[test]
fn files_of_debconf_that_are_not_there_are_told() {
    let text = "\
        name: shop\narch: amd64\nversion: 1.4.0\nmaintainer: Team <team@example.com>\n\
        description: shop\ncontents:\n  - src: a\n    dst: /usr/share/shop/a\n\
        deb:\n  scripts:\n    templates: deb/templates\n    config: deb/config\n";
    let stderr = "
        warning[import-left-out]: nfpm.yaml:11: `deb/templates` of `deb.scripts.templates` is not there
        hint: take the sign away below `[control-files]` when it is
        warning[import-left-out]: nfpm.yaml:12: `deb/config` of `deb.scripts.config` is not there
        hint: take the sign away below `[control-files]` when it is
        ";
    let manifest = built_manifest("nfpm.yaml", text, stderr);
    let (_, table) = manifest.split_once("# [control-files]\n").unwrap();
    assert_eq!(
        table,
        "# `deb/templates` is not there:\n# templates = \"deb/templates\"\n\
         # `deb/config` is not there:\n# config = \"deb/config\"\n"
    );
}
