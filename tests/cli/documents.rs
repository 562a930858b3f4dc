//! Licence and changelogs: where they come from, and where they go.

use crate::building::{demo, said, shell};
use crate::errors::refused;
use crate::support::Test;

/// Builds the package and gives what a shell says about it, unpacked into the folder `out`.
#[track_caller]
fn unpacked(test: &Test, line: &str) -> String {
    let unpack = "$RELDEB build -q >/dev/null && dpkg-deb -x dist/*.deb out && cd out";
    let output = shell(&test.path(""), &format!("{unpack} && {line}"));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

const MIT: &str = "The App\n\nCopyright (c) 2019 Carla\n\nPermission is granted\n";

#[test]
fn a_license_file_is_taken_without_its_first_lines() {
    for (file, expected) in [
        (
            "\"doc/COPYING\"",
            "License: MIT\n The App\n .\n Copyright (c) 2019 Carla\n .\n Permission is granted\n",
        ),
        (
            "{ path = \"doc/COPYING\", skip = 4 }",
            "License: MIT\n Permission is granted\n",
        ),
    ] {
        let test = demo(&format!("license = \"MIT\"\nlicense-file = {file}"), "")
            .file("doc/COPYING", MIT)
            // What is named counts, and not what lies beside the manifest.
            .file("LICENSE", "Copyright (c) 2001 Nobody\n");
        let printed = unpacked(
            &test,
            "sed -n '/^Copyright/,$p' usr/share/doc/demo/copyright",
        );
        assert_eq!(printed, format!("Copyright: 2019 Carla\n{expected}"));
    }
}

#[test]
fn a_license_file_without_text_is_refused() {
    let build = |lines: &str| demo(lines, "").args(["build", "-q"]);
    refused(
        build("license-file = { path = \"COPYING\", skip = 5 }").file("COPYING", MIT),
        "
        error: `COPYING` has 5 lines, and no text after the 5 that `license-file` skips
        hint: skip fewer lines, or name the file with the text of the licence
        ",
    );
    refused(
        build("license-file = \"COPYING\""),
        "
        error: cannot read `COPYING`: no such file or directory
        ",
    );
    refused(
        build("license-file = { path = \"COPYING\", lines = 5 }"),
        "
        error: reldeb.toml:6: unknown key `lines`
          6 | license-file = { path = \"COPYING\", lines = 5 }
        hint: the keys here are `path` and `skip`
        ",
    );
}

/// A changelog in Debian's form.
fn debian(package: &str, version: &str) -> String {
    format!(
        "{package} ({version}) unstable; urgency=medium\n\n  * Change.\n\n \
         -- Ann Example <ann@example.com>  Tue, 14 Nov 2023 22:13:20 +0000\n"
    )
}

#[test]
fn both_changelogs_have_their_names() {
    let both = "changelog = \"debian/changelog\"\nupstream-changelog = \"CHANGES.md\"";
    let list = "cd usr/share/doc/demo && for f in *.gz; do echo $f $(zcat $f | head -n 1); done";
    for (fields, version, expected) in [
        (
            format!("revision = \"1\"\n{both}"),
            "1.0-1",
            "changelog.Debian.gz demo (1.0-1) unstable; urgency=medium\nchangelog.gz # Changes\n",
        ),
        // A native package has one changelog of that name.
        (
            both.to_owned(),
            "1.0",
            "CHANGES.md.gz # Changes\nchangelog.gz demo (1.0) unstable; urgency=medium\n",
        ),
        (
            "revision = \"1\"\nupstream-changelog = \"CHANGES.md\"".to_owned(),
            "",
            "changelog.Debian.gz demo (1.0-1) unstable; urgency=medium\nchangelog.gz # Changes\n",
        ),
    ] {
        let test = demo(&fields, "")
            .file("CHANGES.md", "# Changes\n")
            .file("debian/changelog", debian("demo", version));
        assert_eq!(unpacked(&test, list), expected, "{fields}");
    }
}

#[test]
fn beside_that_of_the_project_a_changelog_is_debians() {
    let fields = "changelog = \"debian/changelog\"\nupstream-changelog = \"CHANGES.md\"";
    for (text, fact) in [
        (
            debian("other", "1.0"),
            "is the changelog of `other`, expected `demo`",
        ),
        (
            debian("demo", "0.9"),
            "is the changelog of version `0.9`, expected `1.0`",
        ),
        (
            "# Changes\n".to_owned(),
            "is no Debian changelog: line 1 is not in the form of deb-changelog(5)",
        ),
    ] {
        let test = demo(fields, "")
            .file("CHANGES.md", "# Changes\n")
            .file("debian/changelog", text);
        said(
            test,
            &[],
            &format!(
                "warning: `debian/changelog` {fact}\nhint: begin it with `demo (1.0) unstable; \
                 urgency=medium`, as `dch` does, or leave it out\n"
            ),
        );
    }
}
