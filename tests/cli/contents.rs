//! Things that `[files]` and `[package]` put where dpkg, lintian or the sysadmin expect something else:
//! mended or said.

use std::process::Command;

use crate::building::{demo, has, refused, said, shell};
use crate::support::{Test, skip};

/// A changelog in Debian's form.
fn changelog(package: &str, version: &str) -> String {
    format!(
        "{package} ({version}) unstable; urgency=medium\n\n  * Change.\n\n \
         -- Ann Example <ann@example.com>  Tue, 14 Nov 2023 22:13:20 +0000\n"
    )
}

/// Builds the package and gives what a shell says about it, unpacked into the folder `out`.
fn unpacked(test: &Test, line: &str) -> String {
    let folder = test.path("");
    let unpack = "$RELDEB build -q >/dev/null && dpkg-deb -x dist/*.deb out && cd out";
    let output = shell(&folder, &format!("{unpack} && {line}"));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn manual_pages_are_compressed() {
    for files in [
        "\"/usr/share/man/man1/\" = \"doc/ctl.1\"",
        "\"/usr/share/man/man1/ctl.1\" = \"doc/ctl.1\"",
        "\"/usr/share/man/man1/\" = \"doc\"",
        "\"/usr/share/man/man1/\" = \"doc/*.1\"",
        "\"/usr/share/\" = \"share\"",
    ] {
        let test = demo("", &format!("[files]\n{files}\n"))
            .file("doc/ctl.1", ".TH CTL 1\n")
            .file("share/man/man1/ctl.1", ".TH CTL 1\n");
        let outcome = said(test, &[], "");
        has(
            &outcome,
            "-rw-r--r-- root/root",
            "./usr/share/man/man1/ctl.1.gz",
        );
        assert!(!outcome.stdout.contains("ctl.1 "), "{}", outcome.stdout);
    }
}

#[test]
fn compressed_documents_are_gzip_without_a_time() {
    if Command::new("dpkg-deb").arg("--version").output().is_err() {
        return skip("needs `dpkg-deb`");
    }
    let test = demo(
        "",
        "[files]\n\"/usr/share/man/\" = \"man\"\n\"/usr/share/man/man8/three.8\" = { symlink = \"one.8\" }\n\
         \"/usr/share/info/\" = \"demo.info\"\n\"/usr/share/doc/demo/NEWS.Debian\" = \"news\"\n",
    )
    .file("man/man8/one.8", ".TH ONE 8\n")
    .file("man/man8/packed.8.gz", "as it is")
    .symlink("man/man8/two.8", "one.8")
    .file("demo.info", "info\n")
    .file("news", "news\n");
    let listed = unpacked(
        &test,
        "cd usr/share && find man info doc/demo/NEWS* ! -type d -printf '%p %l\\n' | sort && \
         zcat man/man8/two.8.gz man/man8/three.8.gz info/*.gz && cat man/man8/packed.8.gz && \
         od -An -tx1 -N10 man/man8/one.8.gz",
    );
    assert_eq!(
        listed,
        "doc/demo/NEWS.Debian.gz \n\
         info/demo.info.gz \n\
         man/man8/one.8.gz \n\
         man/man8/packed.8.gz \n\
         man/man8/three.8.gz one.8.gz\n\
         man/man8/two.8.gz one.8.gz\n\
         .TH ONE 8\n.TH ONE 8\ninfo\nas it is\
         \u{20}1f 8b 08 00 00 00 00 00 02 ff\n"
    );
}

/// The author's page takes the place of the one that is rendered.
#[test]
fn the_authors_page_wins() {
    let test = demo(
        "",
        "[service]\n[files]\n\"/usr/share/man/man1/demo.1\" = \"demo.1\"\n",
    )
    .file("demo.1", ".TH DEMO 1\n");
    let outcome = said(test, &[], "");
    let pages = outcome
        .stdout
        .matches(" ./usr/share/man/man1/demo.1")
        .count();
    assert_eq!(pages, 1, "{}", outcome.stdout);
    assert!(outcome.stdout.contains("<- `demo.1`"), "{}", outcome.stdout);
}

#[test]
fn a_symlink_in_etc_is_said() {
    let link =
        |name: &str| format!("\"/etc/demo/{name}\" = {{ symlink = \"/opt/demo/readme\" }}\n");
    let hint = "hint: pack the file, which becomes a conffile, or make the link in `after-first-install` of `[hooks]`";
    said(
        demo("", &format!("[files]\n{}", link("a"))),
        &[],
        &format!(
            "warning[symlink-in-etc]: `/etc/demo/a` is a symlink: dpkg puts it in the place of the sysadmin's file without asking\n{hint}\n"
        ),
    );
    said(
        demo("", "[files]\n\"/etc/\" = \"etc\"\n")
            .symlink("etc/a", "b")
            .symlink("etc/c", "b")
            .file("etc/b", "b"),
        &[],
        &format!(
            "warning[symlink-in-etc]: `/etc/a` (and 1 more) is a symlink: dpkg puts it in the place of the sysadmin's file without asking\n{hint}\n"
        ),
    );
}

#[test]
fn a_document_that_is_not_compressed_as_its_name_says_is_said() {
    let page = "[files]\n\"/usr/share/man/man1/demo.1.gz\" = \"page\"\n";
    said(
        demo("", page).file("page", ".TH DEMO 1\n"),
        &[],
        "
        warning[document-not-compressed]: `/usr/share/man/man1/demo.1.gz` is not compressed by gzip: its readers show nothing of it
        hint: write the target as `/usr/share/man/man1/demo.1`: it is compressed for you
        ",
    );
    let test = demo("", &page.replace("\"page\"", "\"page.gz\"")).file("page", ".TH DEMO 1\n");
    let gzip = std::process::Command::new("gzip")
        .arg(test.path("page"))
        .status();
    assert!(gzip.unwrap().success());
    said(test, &[], "");
}

#[test]
fn a_symlink_that_never_ends_is_refused() {
    let hint = "hint: name in one of them the path that is meant, or leave it out\n";
    for (files, expected) in [
        (
            "\"/usr/share/demo/x\" = { symlink = \"/usr/share/demo/x\" }\n",
            "symlink `/usr/share/demo/x` from `[files]` entry `/usr/share/demo/x` leads to itself",
        ),
        (
            "\"/usr/share/demo/x\" = { symlink = \"../x/y\" }\n\"/usr/share/x\" = { symlink = \"demo/x\" }\n",
            "symlink `/usr/share/demo/x` from `[files]` entry `/usr/share/demo/x` never ends: it leads to \
             symlink `/usr/share/x` from `[files]` entry `/usr/share/x`, which leads back",
        ),
    ] {
        let test = demo("", &format!("[files]\n{files}"));
        refused(test, &format!("error: reldeb.toml:10: {expected}\n{hint}"));
    }
    let tree = demo("", "[files]\n\"/usr/share/demo/\" = \"tree\"\n").symlink("tree/x", "x");
    refused(
        tree,
        &format!(
            "error: reldeb.toml:10: symlink `/usr/share/demo/x` from `tree/x` of `[files]` entry `/usr/share/demo/` \
             leads to itself\n{hint}"
        ),
    );
    // Twice over one link is no loop.
    let ends = "[files]\n\"/usr/share/demo/x\" = { symlink = \"up/../up/readme\" }\n\
                \"/usr/share/demo/up\" = { symlink = \"/opt/demo\" }\n";
    said(demo("", ends), &[], "");
}

#[test]
fn a_symlink_of_a_folder_that_leads_nowhere_is_said() {
    let hint = |target: &str| {
        format!(
            "hint: put a copy in its place, or write it in `[files]` if it is meant: \
             `\"/usr/share/demo/x\" = {{ symlink = \"{target}\" }}`\n"
        )
    };
    let link = |target: &str| {
        demo("", "[files]\n\"/usr/share/demo/\" = \"tree\"\n")
            .file("tree/sub/file", "")
            .symlink("tree/up", "sub")
            .symlink("tree/x", target)
    };
    for (target, fact) in [
        ("gone", "is not in the package"),
        ("sub/file/more", "is not in the package"),
        ("../../../../../x", "is not in the package"),
        (
            "/home/ann/file",
            "is not in the package, but perhaps on this machine alone",
        ),
        (
            "/usr/lib/demo/file",
            "is not in the package, but perhaps on this machine alone",
        ),
    ] {
        said(
            link(target),
            &[],
            &format!(
                "warning[dangling-symlink]: symlink `/usr/share/demo/x` leads to `{target}`, which {fact}\n{}",
                hint(target)
            ),
        );
    }
    for target in [
        "sub",
        "up/file",
        "./sub/../up/file",
        "/opt/demo/readme",
        "../../../opt/demo/bin/demo",
        "/etc/ssl/certs",
        "/var/lib/demo/x",
    ] {
        said(link(target), &[], "");
    }
    // What the manifest says is meant.
    let meant = "[files]\n\"/usr/share/demo/x\" = { symlink = \"gone\" }\n";
    said(demo("", meant), &[], "");
}

#[test]
fn a_conffile_whose_name_dpkg_reads_otherwise_is_refused() {
    let long = format!("/etc/{}", "d/".repeat(500));
    for (path, fact) in [
        (
            "/etc/demo/a ".to_owned(),
            "ends with a blank, which dpkg cuts off",
        ),
        (
            format!("{long}x"),
            "is longer than the 996 bytes that dpkg reads",
        ),
        (
            "/etc/demo/a.dpkg-dist".to_owned(),
            "has a name that dpkg gives to its own copies, and removes",
        ),
    ] {
        demo("", &format!("[files]\n\"{path}\" = \"rel/readme\"\n"))
            .args(["plan"])
            .any_stdout()
            .status(1)
            .stderr(&format!(
                "error[conffile-name]: conffile `{path}` {fact}\nhint: rename it, or leave it out\n\
                 error: 1 error found: `build` would refuse\n"
            ))
            .run();
    }
    said(
        demo("", "[files]\n\"/etc/demo/a b\" = \"rel/readme\"\n"),
        &[],
        "",
    );
    said(
        demo("", "[files]\n\"/usr/share/demo/a \" = \"rel/readme\"\n"),
        &[],
        "",
    );
}

#[test]
fn a_conffile_of_which_others_win_every_path_is_no_error() {
    let files = "[files]\n\"/etc/demo/\" = { source = \"etc\", conffile = true }\n\
                 \"/etc/demo/a\" = { source = \"rel/readme\", conffile = false }\n";
    said(demo("", files).file("etc/a", "a"), &[], "");
}

#[test]
fn a_version_in_a_conffile_is_said() {
    let hint = "hint: leave the version out, and find the path at run time, as `code:priv_dir/1` and `code:lib_dir/1` do\n";
    let test = |text: &str| {
        demo("", "[files]\n\"/etc/demo/demo.conf\" = \"demo.conf\"\n")
            .file("demo.conf", text)
            .file("rel/erts-13.1/bin/epmd", "")
            .file("rel/lib/web-1.4.0/priv/x", "")
            .file("rel/lib/a-b/x", "")
    };
    for (text, name) in [
        ("path = /opt/demo/erts-13.1/bin\n", "erts-13.1"),
        ("priv = lib/web-1.4.0/priv", "lib/web-1.4.0"),
    ] {
        said(
            test(text),
            &[],
            &format!(
                "warning[version-in-conffile]: conffile `/etc/demo/demo.conf` names `{name}`: with another version dpkg asks the sysadmin who changed it\n{hint}"
            ),
        );
    }
    for text in [
        "erts-13.1.5",
        "lib/web-1.4.0.1",
        "lib/a-b",
        "web-1.4.0 is new",
    ] {
        said(test(text), &[], "");
    }
    let service = "[service]\nenvironment = { PRIV = \"/opt/demo/lib/web-1.4.0/priv\" }\n";
    said(
        demo("", service).file("rel/lib/web-1.4.0/priv/x", ""),
        &[],
        &format!(
            "warning[version-in-conffile]: conffile `/etc/default/demo` names `lib/web-1.4.0`: with another version dpkg asks the sysadmin who changed it\n{hint}"
        ),
    );
}

#[test]
fn a_debian_changelog_that_is_not_the_packages_is_said() {
    let hint = "hint: begin it with `demo (1.0) unstable; urgency=medium`, as `dch` does, or leave it out\n";
    for (text, fact) in [
        (changelog("demo", "1.0"), None),
        (
            changelog("demo", "0.9"),
            Some(
                "of-another-version]: `changelog` is the changelog of version `0.9`, expected `1.0`",
            ),
        ),
        (
            changelog("other", "1.0"),
            Some("of-another-package]: `changelog` is the changelog of `other`, expected `demo`"),
        ),
        (
            "demo (1.0) unstable; urgency=medium\n\n* Change.\n".into(),
            Some(
                "unreadable]: `changelog` is no Debian changelog: line 3 is not in the form of deb-changelog(5)",
            ),
        ),
        (
            "demo (1.0)\n\n - change\n".into(),
            Some(
                "unreadable]: `changelog` is no Debian changelog: line 1 is not in the form of deb-changelog(5)",
            ),
        ),
        ("# Changes\n\n## 1.0\n".into(), None),
    ] {
        let expected = fact.map_or(String::new(), |fact| {
            format!("warning[changelog-{fact}\n{hint}")
        });
        let test = demo("changelog = \"changelog\"", "").file("changelog", text);
        said(test, &[], &expected);
    }
    // What `[files]` puts there counts as well.
    for (target, text, fact) in [
        (
            "changelog",
            "# Changes\n",
            format!(
                "unreadable]: `CHANGES` is no Debian changelog: line 1 is not in the form of deb-changelog(5)\n{hint}"
            ),
        ),
        (
            "changelog.gz",
            "# Changes\n",
            "not-compressed]: `CHANGES` is not compressed by gzip, as `/usr/share/doc/demo/changelog.gz` must be\n\
             hint: write the target without `.gz`: it is compressed for you\n"
                .into(),
        ),
    ] {
        let files = format!("[files]\n\"/usr/share/doc/demo/{target}\" = \"CHANGES\"\n");
        said(
            demo("", &files).file("CHANGES", text),
            &[],
            &format!("warning[changelog-{fact}"),
        );
    }
}

/// lintian reads manual pages, changelogs and the maintainer, whatever their author wrote.
#[test]
fn lintian_has_nothing_to_say_of_documents() {
    if Command::new("lintian").arg("--version").output().is_err() {
        return skip("needs `lintian`");
    }
    let test = demo(
        "license = \"MIT\"\nchangelog = \"CHANGES.gz\"\n[build]\ncompression = \"gzip\"",
        "[files]\n\"/usr/share/man/man1/\" = \"ctl.1\"\n",
    )
    .file("ctl.1", ".TH CTL 1\n.SH NAME\nctl \\- controls\n")
    .file("rel/lib/ei-1.0/lib/x", "x")
    .file(
        "CHANGES.gz",
        reldeb::internals::deb::gzip(b"1.0: the first\n", 9),
    );
    let folder = test.path("");
    let manifest = std::fs::read_to_string(test.path("reldeb.toml")).unwrap();
    let manifest = manifest.replace("Ann Example", "Example, Inc.");
    std::fs::write(test.path("reldeb.toml"), manifest).unwrap();
    let output = shell(
        &folder,
        "$RELDEB build >/dev/null && lintian -EvIL +pedantic --allow-root dist/*.deb | grep -E 'compress|changelog|contact|maintainer|repeated'; \
         dpkg-deb -f dist/*.deb Maintainer; dpkg-deb --fsys-tarfile dist/*.deb | tar -xO ./usr/share/doc/demo/CHANGES.gz | zcat",
    );
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(
        said,
        "\"Example, Inc.\" <ann@example.com>\n1.0: the first\n"
    );
}
