//! `reldeb import` of folders `debian`: the options `-X`, `-p` and `-N` of debhelper's commands.

use crate::import_debian_rules::{imported, least};
use crate::support::{Test, unindent};

/// A folder whose package has files of several names.
fn with(rules: &str) -> Test {
    least("all")
        .executable("debian/rules", rules)
        .file(
            "debian/install",
            "share usr\nlib/* usr/lib/a1\nplug/*.so usr/lib/plug\nonly.la opt\n",
        )
        .file("debian/docs", "README\nnotes\n")
        .file("share/a1/x.txt", "x")
        .file("share/a1/x.la", "x")
        .file("share/doc/a1/y", "y")
        .file("lib/b.la", "b")
        .file("lib/b.js", "b")
        .file("plug/one.so", "b")
        .file("plug/two.la.so", "b")
        .file("only.la", "b")
        .file("README", "b")
        .file("notes/z.la", "b")
        .file("notes/z", "b")
}

#[test]
fn files_that_options_leave_out_are_left_out() {
    let files = |rules: &str, expected: &str| {
        let (_, tables) = imported(with(rules), "[files]", "");
        assert_eq!(tables, unindent(expected), "{rules}");
    };
    let of_install = "
        [files]
        \"/usr/lib/a1/\" = { source = \"lib/\", exclude = [\"*.la*\"] }
        \"/usr/lib/plug/one.so\" = \"plug/one.so\"
        \"/usr/share/\" = { source = \"share/\", exclude = [\"*.la*\", \"/doc/a1/y\"] }
        \"/usr/share/doc/a1/README\" = \"README\"
        \"/usr/share/doc/a1/notes/\" = \"notes/\"
        ";
    files(
        "%:\n\tdh $@\noverride_dh_install:\n\tdh_install -X.la \\\n\t\t--exclude=share/doc/a1\n",
        of_install,
    );
    files(
        "binary:\n\tdh_install -X .la --exclude share/doc/a1 -a1\n\tdh_installdocs\n"
            .replace(" -a1", "")
            .as_str(),
        of_install,
    );
    files(
        "%:\n\tdh $@\noverride_dh_installdocs:\n\tdh_installdocs -X.la -XREADME\n\
         override_dh_install:\n",
        "
        [files]
        \"/usr/share/doc/a1/notes/\" = { source = \"notes/\", exclude = [\"*.la*\"] }
        ",
    );
    // Each command has what `dh` is told; what one of two calls installs is there.
    files(
        "%:\n\tdh $@ -X.la\noverride_dh_install:\n\tdh_install -Xb.js -Xdoc -Xplug\n\
         \tdh_install -p a1 -Xdoc -Xplug\n",
        "
        [files]
        \"/usr/lib/a1/\" = { source = \"lib/\", exclude = [\"*.la*\"] }
        \"/usr/share/\" = { source = \"share/\", exclude = [\"*doc*\", \"*.la*\"] }
        \"/usr/share/doc/a1/README\" = \"README\"
        \"/usr/share/doc/a1/notes/\" = { source = \"notes/\", exclude = [\"*.la*\"] }
        ",
    );
}

#[test]
fn targets_on_a_condition_are_told_and_what_follows_a_target_changes_nothing() {
    let told = "
        warning[import-left-out]: debian/rules:7: target `override_dh_installdocs` is not read
        hint: write what it does into the manifest
        ";
    let rules = "override_dh_install:\n\tdh_install -Xshare -Xlib -Xplug\n\nexport A = b\n\
                 ifneq (,$(filter nodoc,$(DEB_BUILD_OPTIONS)))\n\
                 # none\noverride_dh_installdocs:\nendif\n%:\n\tdh $@\n";
    let expected = "
        [files]
        \"/opt/only.la\" = \"only.la\"
        \"/usr/share/doc/a1/README\" = \"README\"
        \"/usr/share/doc/a1/notes/\" = \"notes/\"
        ";
    let (_, tables) = imported(with(rules), "[files]", told);
    assert_eq!(tables, unindent(expected));
    // Where `dh` is called twice, a call elsewhere is none in its place.
    let rules = "build binary:\n\tdh $@\ninstall:\n\tdh $@\n\tdh_installdocs -pb1\n";
    let (_, tables) = imported(with(rules), "[files]", "");
    assert!(tables.contains("README"), "{tables}");
}

#[test]
fn options_that_are_no_plain_words_are_told() {
    let told = "
        warning[import-left-out]: debian/rules:2: option `-X$(LA)` of `dh` is not read
        hint: leave files with that in their paths out of `[files]`, by `exclude` of trees and globs
        warning[import-left-out]: debian/rules:3: target `override_dh_install` is not read: it calls `dh_install -X\"a b\"`
        hint: write what it does into the manifest
        warning[import-left-out]: debian/rules:5: target `override_dh_installdocs` is not read: it calls `dh_installdocs -X.la -A`
        hint: write what it does into the manifest
        warning[import-left-out]: debian/rules:7: target `override_dh_link` is not read: it calls `dh_link -Xa`
        hint: write what it does into the manifest
        warning[import-left-out]: debian/rules:9: target `override_dh_installman` is not read
        hint: write what it does into the manifest
        warning[import-left-out]: debian/rules:13: `dh_installexamples -X'*.la'` is not read
        hint: write what it does into the manifest
        ";
    let rules = "%:\n\tdh $@ -X$(LA)\noverride_dh_install:\n\tdh_install -X\"a b\"\n\
                 override_dh_installdocs:\n\tdh_installdocs -X.la -A\n\
                 override_dh_link:\n\tdh_link -Xa\n\
                 override_dh_installman:\nifdef x\n\tdh_installman\nendif\n\
                 \tdh_installexamples -X'*.la'\n";
    let (_, tables) = imported(with(rules), "[files]", told);
    assert!(
        tables.contains("\"/opt/only.la\" = \"only.la\"\n"),
        "{tables}"
    );
}

/// A folder with three packages, each with a file, a unit and programs of plain modes.
fn three(rules: &str) -> Test {
    let stanza = |name: &str, architecture: &str| {
        format!("\nPackage: {name}\nArchitecture: {architecture}\nDescription: a\n")
    };
    let mut test = least("all")
        .executable("debian/rules", rules)
        .file(
            "debian/control",
            [
                "Source: a1\nMaintainer: A <a@example.com>\n",
                &stanza("a1", "all"),
                &stanza("b1", "any"),
                &stanza("c1", "any"),
            ]
            .concat(),
        )
        .file("x", "#!/bin/sh\n");
    for name in ["a1", "b1", "c1"] {
        test = test
            .file(&format!("debian/{name}.install"), "x usr/bin\n")
            .file(&format!("debian/{name}.default"), "X=1\n");
    }
    test
}

/// Imports a folder of a version with a revision, and returns the lines about changelogs and news.
fn changelogs(files: &[&str], rules: &str, stderr: &str) -> Vec<String> {
    let mut test = two()
        .executable("debian/rules", rules)
        .file("empty/CHANGES", "");
    for file in files {
        test = test.file(file, "x\n");
    }
    let (_, tables) = imported(test, "[package]", stderr);
    let is_wanted = |line: &&str| line.contains("changelog") || line.contains("NEWS");
    tables
        .lines()
        .filter(is_wanted)
        .map(str::to_owned)
        .collect()
}

/// A folder with two packages, whose version has a revision.
fn two() -> Test {
    let stanza = |name: &str| format!("\nPackage: {name}\nArchitecture: all\nDescription: a\n");
    let control = [
        "Source: a1\nMaintainer: A <a@example.com>\n",
        &stanza("a1"),
        &stanza("b1"),
    ];
    let text = "a1 (1.0-1) unstable; urgency=low\n\n  * A.\n\n -- A <a@example.com>  Mon, 02 Nov 2026 10:00:00 +0100\n";
    Test::new()
        .file("debian/control", control.concat())
        .file("debian/changelog", text)
        .file("debian/a1.dirs", "opt/a1\n")
        .file("debian/b1.dirs", "opt/b1\n")
}

#[test]
fn changelogs_of_the_project_are_found_as_dh_installchangelogs_does() {
    let dh = "%:\n\tdh $@\n";
    let debian = "changelog = \"debian/changelog\"";
    let upstream = |path: &str| format!("upstream-{}", debian.replace("debian/changelog", path));
    for (files, found) in [
        (&["NEWS"][..], None),
        (
            &["doc/HISTORY.org", "docs/Changelog", "more/CHANGES"],
            Some("doc/HISTORY.org"),
        ),
        (
            &["CHANGES", "ChangeLog.md", "CHANGELOG.txt"],
            Some("CHANGES"),
        ),
        (
            &["ChangeLog.md", "CHANGELOG.md", "history.md"],
            Some("CHANGELOG.md"),
        ),
    ] {
        let expected: Vec<String> = [debian.to_owned()]
            .into_iter()
            .chain(found.map(upstream))
            .collect();
        assert_eq!(changelogs(files, dh, ""), expected, "{files:?}");
    }
    let excluding = format!("{dh}override_dh_installchangelogs:\n\tdh_installchangelogs -XLog\n");
    let found = changelogs(&["ChangeLog", "changes.rst"], &excluding, "");
    assert_eq!(found, [debian, &upstream("changes.rst")]);
    let named = format!("{dh}override_dh_installchangelogs:\n\tdh_installchangelogs ./NEWS.md\n");
    let found = changelogs(&["ChangeLog", "NEWS.md"], &named, "");
    assert_eq!(found, [debian, &upstream("NEWS.md")]);
    let page = format!("{dh}override_dh_installchangelogs:\n\tdh_installchangelogs news.html\n");
    let told = "
        warning[import-left-out]: debian/rules:3: target `override_dh_installchangelogs` is not read
        hint: `changelog` and `upstream-changelog` below `[package]` name them
        ";
    assert_eq!(changelogs(&["ChangeLog"], &page, told), [debian]);
}

#[test]
fn packages_have_changelogs_and_news_of_their_own() {
    let own = "debian/a1/usr/share/doc/a1/CHANGES";
    let rules = "%:\n\tdh $@\noverride_dh_installchangelogs:\n\tdh_installchangelogs -pa1 \n\
                 \tdh_installchangelogs -Na1 -X.md\n";
    let files = [
        own,
        "CHANGELOG.md",
        "debian/NEWS",
        "debian/b1.NEWS",
        "debian/b1.changelog",
    ];
    let expected = format!(
        "changelog = \"debian/changelog\"\n\
         upstream-changelog = \"{own}\"\n\
         \"/usr/share/doc/a1/NEWS.Debian\" = \"debian/NEWS\"\n\
         changelog = \"debian/b1.changelog\"\n\
         \"/usr/share/doc/b1/NEWS.Debian\" = \"debian/b1.NEWS\""
    );
    assert_eq!(changelogs(&files, rules, "").join("\n"), expected);
    let (_, tables) = imported(two().file("debian/NEWS", "x"), "[package]", "");
    assert_eq!(tables.matches("debian/NEWS").count(), 2, "{tables}");
}

#[test]
fn packages_that_dh_does_not_make_are_left_out() {
    for rules in ["%:\n\tdh $@ -Na1 --no-package=c1\n", "%:\n\tdh $@ -p b1\n"] {
        let (_, tables) = imported(three(rules), "[package]", "");
        assert!(tables.contains("name = \"b1\"\n"), "{tables}");
        assert!(!tables.contains("[packages"), "{tables}");
    }
}

#[test]
fn commands_act_on_the_packages_that_they_are_told() {
    let rules = "%:\n\tdh $@\noverride_dh_install:\n\tdh_install -pa1\n\tdh_install --package=b1\n\
                 override_dh_installinit-arch:\n\tdh_installinit -N c1\n\
                 override_dh_fixperms:\n\tdh_fixperms -a -Xdebian/c1\n\
                 override_dh_strip:\n\tdh_strip --no-package b1\n";
    let told = "
        warning[import-not-executable]: `/usr/bin/x` is not executable: `x` is not
        hint: write `mode = \"0755\"` into its entry of `[files]`, or put data elsewhere
        warning[import-left-out]: nothing that `c1` packs is found
        hint: put it into `debian/c1`, or write what `rules` installs below `[files]`, such as `\"/usr/bin/c1\" = \"c1\"`
        ";
    let (_, tables) = imported(three(rules), "[packages.a1.files]", told);
    let expected = "
        [packages.a1.files]
        \"/etc/default/a1\" = \"debian/a1.default\"
        \"/usr/bin/x\" = \"x\"

        [packages.b1.package]
        source = \"a1\"
        description = \"a\"
        # The architecture is that of the ELF files, `all` where there are none.
        depends = []

        [packages.b1.files]
        \"/etc/default/b1\" = \"debian/b1.default\"
        \"/usr/bin/x\" = { source = \"x\", mode = \"0755\" }

        [packages.c1.package]
        source = \"a1\"
        description = \"a\"
        # The architecture is that of the ELF files, `all` where there are none.
        depends = []

        [packages.c1.release]
        debug-symbols = \"package\"

        [packages.c1.files]
        \"/\" = \"debian/c1/\"
        ";
    assert_eq!(tables, unindent(expected));
}
