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

/// A folder with two packages that share their documents.
fn sharing(rules: &str) -> crate::support::Test {
    let stanza = |name: &str, depends: &str| {
        format!(
            "\nPackage: {name}\nArchitecture: all\nDescription: a\nDepends: ${{misc:Depends}}{depends}\n"
        )
    };
    let control = [
        "Source: a1\nMaintainer: A <a@example.com>\n",
        &stanza("a1", ""),
        &stanza("b1", ", c1"),
    ];
    least("all")
        .file("debian/control", control.concat())
        .executable("debian/rules", rules)
        .file("debian/copyright", "Copyright: A\n")
        .file("debian/NEWS", "a1 (1.0) unstable; urgency=low\n")
        .file("debian/a1.install", "x usr/share/a1\n")
        .file("debian/b1.install", "x usr/share/b1\n")
        .file("x", "x")
}

#[test]
fn documents_that_packages_share_are_a_link() {
    let dh = "%:\n\tdh $@\n";
    let by_option = format!("{dh}override_dh_installdocs:\n\tdh_installdocs --link-doc=a1\n");
    let by_link = sharing(dh).file("debian/b1.links", "/usr/share/doc/a1 usr/share/doc/b1\n");
    let moved = "dir_to_symlink /usr/share/doc/b1 a1 0.9~\n";
    for test in [sharing(&by_option), by_link] {
        let test = test.file("debian/b1.maintscript", moved);
        let (outcome, tables) = imported(test, "[packages.b1.package]", "");
        let expected = "
            [packages.b1.package]
            source = \"a1\"
            description = \"a\"
            architecture = \"all\"
            depends = [\"c1\", \"a1 (= ${binary:Version})\"]
            documents = false

            [packages.b1.files]
            \"/usr/share/b1/x\" = \"x\"
            \"/usr/share/doc/b1\" = { symlink = \"/usr/share/doc/a1\" }

            [packages.b1.conffiles]
            # They are for every version before this one. These were for older ones:
            # dir_to_symlink /usr/share/doc/b1 a1 0.9~
            directory-to-symlink = { \"/usr/share/doc/b1\" = \"a1\" }
            ";
        assert_eq!(tables, crate::support::unindent(expected));
        let names = crate::import_debian_rules::build_imported(&outcome);
        let packed = crate::import_debian_built::paths_of(&outcome, names.lines().nth(1).unwrap());
        let expected = ["0644 ./usr/share/b1/x", "./usr/share/doc/b1 -> a1"];
        assert_eq!(packed, expected);
    }
    let told = "
        warning[import-left-out]: `debian/b1.docs` is left out: `/usr/share/doc/b1` is a link
        hint: pack the files with `a1`
        ";
    imported(
        sharing(&by_option).file("debian/b1.docs", "x\n"),
        "[package]",
        told,
    );
}

#[test]
fn what_is_written_beside_a_manifest_of_another_folder_is_found() {
    for (words, manifest) in [
        (&["import", "-q", "proj/debian"][..], "proj/reldeb.toml"),
        (&["import", "-q", "proj"], "proj/reldeb.toml"),
        (
            &["import", "-q", "-o", "out/reldeb.toml", "proj/debian"],
            "out/reldeb.toml",
        ),
        (
            &["import", "-q", "-o", "other.toml", "proj/debian"],
            "other.toml",
        ),
    ] {
        let outcome = crate::support::Test::new()
            .file("proj/debian/control", "Source: a1\nMaintainer: A <a@example.com>\n\nPackage: a1\nArchitecture: all\nDescription: kit\n")
            .file("proj/debian/changelog", "a1 (1.0) unstable; urgency=low\n\n  * A.\n\n -- A <a@example.com>  Mon, 02 Nov 2026 10:00:00 +0100\n")
            .file("proj/debian/a1.templates", "Template: a1/x\nType: string\n_Description: kit\n")
            .file("proj/debian/a1.config", "#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\n")
            .file("proj/debian/a1.shlibs", "liba 1 a1\n")
            .file("proj/debian/a1.triggers", "activate-noawait a1\n")
            .file("proj/debian/postinst", "#!/bin/sh\nset -e\n# #PACKAGE#\n#DEBHELPER#\n")
            .file("proj/debian/install", "tree usr/share/a1\n")
            .file("proj/debian/docs", "README\n")
            .file("proj/tree/x", "x")
            .file("proj/README", "x")
            .file("out/x", "x")
            .args(words)
            .any_stdout()
            .run();
        assert!(!outcome.path("a1.templates").exists() || manifest == "other.toml");
        let output = crate::packed::reldeb()
            .args(["build", "-q", "--manifest", manifest, "--output", "a1.deb"])
            .current_dir(outcome.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {said}");
        let deb = reldeb::internals::deb::Deb::open(outcome.path("a1.deb")).unwrap();
        let members: Vec<&str> = deb.control.keys().map(AsRef::as_ref).collect();
        for member in ["config", "postinst", "shlibs", "templates", "triggers"] {
            assert!(members.contains(&member), "{words:?}: {members:?}");
        }
    }
}
