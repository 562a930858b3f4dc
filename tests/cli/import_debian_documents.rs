//! `reldeb import` of folders `debian`: documents as debhelper packs them.

use crate::import_debian_built::all_packed;
use crate::import_debian_rules::{imported, least};

#[test]
fn large_documents_are_compressed_as_dh_compress_does() {
    let large = "x".repeat(4097);
    let with = |rules: &str| {
        least("all")
            .executable("debian/rules", rules)
            .file("debian/docs", "README\nNEWS.txt\nguide\nsmall\n")
            .file("debian/examples", "long.sh\n")
            .file("debian/manpages", "a1.1\n")
            .file(
                "debian/links",
                "usr/share/doc/a1/README usr/share/a1/README\n",
            )
            .file("README", &large)
            .file("NEWS.txt", "x")
            .file("small", &large[1..])
            .file("long.sh", &large)
            .file("a1.1", ".TH a1 1\n")
            .file("guide/long.txt", &large)
            .file("guide/page.html", &large)
            .file("guide/keep.txt", &large)
            .file("guide/pic.PNG", &large)
            .symlink("guide/again", "to-it")
            .symlink("guide/to-it", "long.txt")
    };
    let rules = "%:\n\tdh $@\noverride_dh_compress:\n\tdh_compress -Xkeep -Xman1/a1\n";
    let (outcome, tables) = imported(with(rules), "[package]", "");
    assert!(tables.contains("compress-documents = true\n"), "{tables}");
    let mut packed = all_packed(&outcome);
    packed.retain(|line| !line.contains("/doc/a1/changelog") && !line.contains("/copyright"));
    let expected = [
        "0644 ./usr/share/doc/a1/NEWS.txt.gz",
        "0644 ./usr/share/doc/a1/README.gz",
        "0644 ./usr/share/doc/a1/examples/long.sh",
        "0644 ./usr/share/doc/a1/guide/keep.txt",
        "0644 ./usr/share/doc/a1/guide/long.txt.gz",
        "0644 ./usr/share/doc/a1/guide/page.html",
        "0644 ./usr/share/doc/a1/guide/pic.PNG",
        "0644 ./usr/share/doc/a1/small",
        "0644 ./usr/share/man/man1/a1.1",
        "./usr/share/a1/README.gz -> ../doc/a1/README.gz",
        "./usr/share/doc/a1/guide/again.gz -> to-it.gz",
        "./usr/share/doc/a1/guide/to-it.gz -> long.txt.gz",
    ];
    assert_eq!(packed, expected, "{tables}");
    let (_, tables) = imported(
        with("%:\n\tdh $@\noverride_dh_compress:\n"),
        "[package]",
        "",
    );
    assert!(!tables.contains("compress"), "{tables}");
    let (_, tables) = imported(
        with("%:\n\tdh $@ -XREADME -XNEWS -Xlong -Xkeep\n"),
        "[package]",
        "",
    );
    assert!(!tables.contains("compress"), "{tables}");
}
