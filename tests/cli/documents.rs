//! Licence, changelogs, compressed documents and completions: where they come from, and where they go.

use std::process::Command;

use crate::building::{demo, has, said, shell};
use crate::errors::refused;
use crate::support::{Test, skip};

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
    for (text, tag, fact) in [
        (
            debian("other", "1.0"),
            "changelog-of-another-package",
            "is the changelog of `other`, expected `demo`",
        ),
        (
            debian("demo", "0.9"),
            "changelog-of-another-version",
            "is the changelog of version `0.9`, expected `1.0`",
        ),
        (
            "# Changes\n".to_owned(),
            "changelog-unreadable",
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
                "warning[{tag}]: `debian/changelog` {fact}\nhint: begin it with `demo (1.0) unstable; \
                 urgency=medium`, as `dch` does, or leave it out\n"
            ),
        );
    }
}

#[test]
fn info_pages_are_compressed_and_what_is_to_stay_is_not() {
    let test = demo(
        "",
        "[files]\n\"/usr/share/info/\" = \"info\"\n\
         \"/usr/share/man/man1/\" = { source = \"man\", compress = false }\n\
         \"/usr/share/man/man8/\" = \"man\"\n",
    )
    .file("info/app.info", "first\n")
    .file("info/app.info-1", "second\n")
    .file("info/figure.png", "png")
    .file("man/app.1", ".TH APP 1\n")
    .symlink("man/shop.1", "app.1");
    let list = "find usr/share/info usr/share/man ! -type d -printf '%P %l\\n' | sort";
    assert_eq!(
        unpacked(&test, list),
        "app.info-1.gz \napp.info.gz \nfigure.png \nman1/app.1 \nman1/shop.1 app.1\n\
         man8/app.1.gz \nman8/shop.1.gz app.1.gz\n"
    );
}

#[test]
fn completions_have_their_places() {
    let test = demo(
        "",
        "[completions]\nbash = [\"target/build/*/out/demo.bash\", \"complete/other\"]\n\
         zsh = \"complete/_demo\"\nfish = \"complete/demo.fish\"\n",
    )
    .file("target/build/x-1234/out/demo.bash", "bash\n")
    .executable("complete/other", "other\n")
    .file("complete/_demo", "#compdef demo\n")
    .file("complete/demo.fish", "fish\n");
    let outcome = said(test, &[], "");
    for path in [
        "./usr/share/bash-completion/completions/demo",
        "./usr/share/bash-completion/completions/other",
        "./usr/share/zsh/vendor-completions/_demo",
        "./usr/share/fish/vendor_completions.d/demo.fish",
    ] {
        has(&outcome, "-rw-r--r-- root/root", path);
    }
}

#[test]
fn completions_of_no_command_are_refused() {
    let build = |lines: &str| {
        demo("", &format!("[completions]\n{lines}\n"))
            .directory("complete/demo")
            .args(["build", "-q"])
    };
    refused(
        build("bash = \"complete/demo.sh\""),
        "
        error: reldeb.toml:10: the name of `complete/demo.sh` does not tell the command that it completes
          10 | bash = \"complete/demo.sh\"
        hint: name it `COMMAND.bash`, or put it to `/usr/share/bash-completion/completions/COMMAND` by `[files]`
        ",
    );
    refused(
        build("zsh = \"complete/demo\""),
        "
        error: reldeb.toml:10: the name of `complete/demo` does not tell the command that it completes
          10 | zsh = \"complete/demo\"
        hint: name it `_COMMAND`, or put it to `/usr/share/zsh/vendor-completions/_COMMAND` by `[files]`
        ",
    );
    refused(
        build("bash = \"complete/demo\""),
        "
        error: reldeb.toml:10: `complete/demo` is a directory, expected a file
          10 | bash = \"complete/demo\"
        ",
    );
    refused(
        build("fish = \"complete/demo.fish\""),
        "
        error: reldeb.toml:10: source `complete/demo.fish` of `completions.fish` does not exist
        ",
    );
    refused(
        build("elvish = \"demo.elv\""),
        "
        error: reldeb.toml:10: unknown key `elvish`
          10 | elvish = \"demo.elv\"
        hint: the keys here are `bash`, `zsh` and `fish`
        ",
    );
}

/// lintian reads all of it.
#[test]
fn lintian_has_nothing_to_say_of_them() {
    if Command::new("lintian").arg("--version").output().is_err() {
        return skip("needs `lintian`");
    }
    let test = demo(
        "revision = \"2\"\nepoch = 2\nlicense = \"MIT\"\nlicense-file = { path = \"COPYING\", skip = 2 }\n\
         changelog = \"debian\"\nupstream-changelog = \"CHANGES.md\"",
        "[completions]\nbash = \"demo.bash\"\nzsh = \"_demo\"\nfish = \"demo.fish\"\n\
         [files]\n\"/usr/share/info/\" = \"demo.info\"\n[build]\ncompression = \"gzip\"\n",
    )
    .file("COPYING", MIT)
    .file("CHANGES.md", "# Changes\n\n## 1.0\n\nThe first.\n")
    .file("debian", debian("demo", "2:1.0-2"))
    .file("demo.bash", "complete -W a demo\n")
    .file("_demo", "#compdef demo\n")
    .file("demo.fish", "complete -c demo\n")
    .file(
        "demo.info",
        "This is demo.info.\n\nINFO-DIR-SECTION Shop\nSTART-INFO-DIR-ENTRY\n* demo: (demo).  Sells.\nEND-INFO-DIR-ENTRY\n",
    );
    let output = shell(
        &test.path(""),
        "$RELDEB build >/dev/null && lintian -EvIL +pedantic --allow-root dist/*.deb 2>&1 \
         | grep -E 'copyright|changelog|info-document|completion|version|compress'; ls dist",
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "demo_1.0-2_all.deb\n"
    );
}

/// All packages of a source share a changelog that begins with the name of the source.
#[test]
fn a_changelog_is_that_of_the_source() {
    let fields = "source = \"ord\"\nchangelog = \"debian/changelog\"\nrevision = \"1\"";
    let text = "ord (1.0-1) unstable; urgency=medium\n\n  * Change.\n\n \
                -- Ann Example <ann@example.com>  Tue, 14 Nov 2023 22:13:20 +0000\n";
    let outcome = said(demo(fields, "").file("debian/changelog", text), &[], "");
    let place = "./usr/share/doc/demo/changelog.Debian.gz  <- `debian/changelog`";
    assert!(outcome.stdout.contains(place), "{}", outcome.stdout);
}

/// The words of fpm for moments have another meaning than those that look like them.
#[test]
fn a_hook_in_the_words_of_fpm_is_led_to_ours() {
    demo("", "[hooks]\nafter-install = \"true\"\n")
        .args(["plan"])
        .status(1)
        .stderr(
            "
            error: reldeb.toml:10: unknown key `after-install`
              10 | after-install = \"true\"
            hint: did you mean `after-first-install`?
            ",
        )
        .run();
}
