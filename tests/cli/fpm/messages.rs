//! Messages name what the user wrote, not the manifest that it becomes.

use super::words;
use crate::support::{Outcome, Test};

const GOOD: &str =
    "-s dir -t deb -n demo -a all -m 'Ann Example <ann@example.com>' --description demonstrates ";

fn fpm(test: Test, line: &str) -> Test {
    test.file("build/data", "1\n")
        .args(["fpm".to_owned()])
        .args(words(&format!("{GOOD}{line}")))
}

#[track_caller]
fn refused(test: Test, line: &str, expected: &str) -> Outcome {
    let outcome = fpm(test, line).status(1).any_stderr().run();
    let told = format!("error: {expected}\n");
    assert!(outcome.stderr.ends_with(&told), "{}", outcome.stderr);
    assert!(
        !outcome.stderr.contains("print-manifest"),
        "{}",
        outcome.stderr
    );
    outcome
}

const BAD: &str = "#!/bin/sh\ntrue\nif true; then\n)\n";

#[test]
fn scripts_are_named_by_their_options() {
    for more in ["", "--after-upgrade up ", "--template-scripts "] {
        let test = Test::new().file("bad.sh", BAD).file("up", "true\n");
        refused(
            test,
            &format!("{more}--after-install bad.sh build=/opt"),
            "`--after-install bad.sh` is no valid shell: 4: Syntax error: \")\" unexpected\nhint: try it \
             with `sh -n`",
        );
    }
    let test = Test::new().file("cr.sh", "#!/bin/sh\r\ntrue\r\n");
    refused(
        test,
        "--post-install cr.sh build=/opt",
        "`--post-install cr.sh` has a NUL or carriage return in it\nhint: write it with Unix line ends",
    );
    let test = Test::new().file("late.sh", "\n#!/bin/sh\ntrue\n");
    refused(
        test,
        "--before-remove late.sh build=/opt",
        "`--before-remove late.sh` has something before its `#!`\nhint: begin the first line with `#!`",
    );
}

#[test]
fn remarks_have_the_lines_of_the_file() {
    if std::process::Command::new("shellcheck")
        .arg("-V")
        .output()
        .is_err()
    {
        println!("skipped: no shellcheck");
        return;
    }
    for more in ["", "--after-upgrade up ", "--template-scripts "] {
        let test = Test::new()
            .file("cd.sh", "#!/bin/sh\ntrue\ncd /opt\n")
            .file("up", "true\n");
        let line = format!("{more}--after-install cd.sh build=/opt");
        let said = fpm(test, &line).any_stdout().any_stderr().run().stderr;
        let remarks = said.lines().filter(|it| it.contains("script-shellcheck"));
        assert_eq!(
            remarks.collect::<Vec<_>>(),
            [
                "warning[script-shellcheck]: `--after-install cd.sh`, line 3: warning: Use 'cd ... || exit' \
                 or 'cd ... || return' in case cd fails. [SC2164]"
            ]
        );
    }
}

#[test]
fn no_line_of_the_manifest_is_named() {
    let test = Test::new().file("run.rb", "#!/usr/bin/ruby\nputs 1\n");
    let said = fpm(test, "--after-install run.rb build=/usr/lib/demo")
        .any_stdout()
        .any_stderr()
        .run()
        .stderr;
    assert_eq!(
        said,
        "warning[script-interpreter]: `--after-install run.rb` is for `ruby`, which not every system has\n\
         hint: add `ruby` to `--depends`\n"
    );
    let test = Test::new().file("run", "#!/opt/ours/run\nx\n");
    let said = fpm(test, "--before-install run build=/usr/lib/demo").status(1);
    said.stderr(
        "error[script-interpreter]: `--before-install run` is for `/opt/ours/run`, which is neither in the package \
         nor in one of Debian's\n\
         hint: pack it, name the package that has it in `--deb-pre-depends`, or write the script for sh, bash or \
         perl\n\
         error: 1 error found, nothing was written\n",
    )
    .run();
    refused(
        Test::new(),
        "--category 'a b' build=/opt",
        "invalid section `a b`: expected one word\n  | section = \"a b\"",
    );
}

#[test]
fn versions_are_those_of_fpm() {
    for (line, version) in [
        ("-v 1.2.3-rc1", "1.2.3-rc1"),
        ("-v 1.2.3-rc1 --iteration 1", "1.2.3-rc1-1"),
        ("-v 1.2.3-rc1-2", "1.2.3-rc1-2"),
        ("-v 1.2.3-5 --iteration 1", "1.2.3-5-1"),
        ("-v 1.2.3 --iteration 1", "1.2.3-1"),
    ] {
        let outcome = fpm(Test::new(), &format!("{line} build=/opt"))
            .any_stdout()
            .any_stderr()
            .run();
        let file = format!("demo_{version}_all.deb");
        assert_eq!(
            outcome.stdout,
            format!("Created package {{:path=>\"{file}\"}}\n")
        );
        let control = super::dpkg_deb(&["--field"], &outcome.path(&file));
        assert!(
            control.contains(&format!("\nVersion: {version}\n")),
            "{control}"
        );
        let warnings = outcome
            .stderr
            .lines()
            .filter(|it| it.contains("sorts after"));
        assert_eq!(warnings.count(), usize::from(line.contains("rc")), "{line}");
    }
}

#[test]
fn the_option_that_replaces_is_named() {
    refused(
        Test::new().file("demo_1.0_all.deb", "precious"),
        "build=/opt",
        "`./demo_1.0_all.deb` is there, and is not to be replaced\nhint: give the package another version, \
         or `-f`, which replaces it",
    );
}

#[test]
fn another_owner_is_said_once() {
    let test = Test::new()
        .file("web/a/index.html", "")
        .file("web/b/index.html", "")
        .file_with_mode("web/secret", "", 0o600);
    let said = fpm(
        test,
        "--deb-user games web/a/=/usr/share/a web/b/=/usr/share/b web/secret=/etc/demo/",
    )
    .any_stdout()
    .any_stderr()
    .run()
    .stderr;
    let warnings = said.split("info[").next().unwrap();
    assert_eq!(
        warnings,
        "warning[private-file]: `/etc/demo/secret` is private on this machine and becomes games:root 0600\n\
         hint: `--deb-use-file-permissions` packs the modes of the sources\n\
         warning[path-in-writable-directory]: `/etc/demo/secret` lies below `/etc/demo`, which `games` can \
         write: dpkg follows links there as root (and 2 more)\n\
         hint: leave out `--deb-user` and `--deb-group`, or give away what must be written alone, by the \
         manifest of `--print-manifest`\n"
    );
}

#[test]
fn manual_pages_and_completions_have_the_options() {
    let page = Test::new().args(["man", "fpm"]).any_stdout().run().stdout;
    let bash = Test::new()
        .args(["completions", "bash"])
        .any_stdout()
        .run()
        .stdout;
    for option in reldeb::internals::fpm::OPTIONS {
        let name = format!("\\-\\-{}", option.long.replace('-', "\\-"));
        assert!(page.contains(&name), "{name}");
        assert!(
            bash.contains(&format!("--{} ", option.long)),
            "{}",
            option.long
        );
    }
    assert!(bash.contains("--no-deb-systemd-enable "));
    Test::new()
        .args(["man", "nope"])
        .status(2)
        .any_stderr()
        .run()
        .stderr
        .starts_with("error: `reldeb` has no command `nope`\n")
        .then_some(())
        .unwrap();
}

/// dpkg takes an empty /opt along with the last path of a package below it.
#[test]
fn packages_below_opt_leave_it_there() {
    for (target, is_kept) in [("/opt/", true), ("/srv/", true), ("/usr/lib/demo", false)] {
        let built = fpm(Test::new(), &format!("build={target}"))
            .any_stdout()
            .any_stderr()
            .run();
        let postrm = super::dpkg_deb(&["--info", "postrm"], &built.path("demo_1.0_all.deb"));
        let shared = target.trim_end_matches('/');
        let line =
            format!("    [ -d \"$DPKG_ROOT{shared}\" ] || mkdir -m 0755 \"$DPKG_ROOT{shared}\"\n");
        assert_eq!(postrm.contains(&line), is_kept, "{postrm}");
    }
}

#[test]
fn a_priority_that_debian_has_given_up_is_warned_of() {
    let said = fpm(Test::new(), "--deb-priority extra build=/usr/lib/demo")
        .any_stdout()
        .any_stderr()
        .run()
        .stderr;
    assert_eq!(
        said.split("info[").next().unwrap(),
        "warning[priority-extra]: priority `extra` is deprecated: it means `optional`\n\
         hint: leave `priority` out\n"
    );
}

/// The hint to write what is written already helped nobody.
#[test]
fn a_directory_of_another_owner_has_a_hint_that_helps() {
    let said = Test::new()
        .file("web/index.html", "")
        .manifest(
            "[package]\nname = \"webby\"\nversion = \"1\"\ndescription = \"pages\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\n\
             [files]\n\"/usr/share/webby/\" = { source = \"web/\", owner = \"games\" }\n",
        )
        .args(["build"])
        .any_stdout()
        .any_stderr()
        .run()
        .stderr;
    assert_eq!(
        said,
        "warning[path-in-writable-directory]: `/usr/share/webby/index.html` lies below `/usr/share/webby`, \
         which `games` can write: dpkg follows links there as root\n\
         hint: leave `/usr/share/webby` to root, and give away only what `games` must write, such as an \
         empty directory below `/var/lib`\n"
    );
}
