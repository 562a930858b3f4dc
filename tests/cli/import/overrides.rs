//! What nfpm and goreleaser lay over a package for Debian, and files that are not there yet.

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
