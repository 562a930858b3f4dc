//! Inputs that would make a package that cannot be installed, gives something away or is not what its author
//! means: refused or said when it is built.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Outcome, Test};

/// A package of one program, with more in `[package]` and behind `[release]`.
pub(crate) fn demo(package: &str, more: &str) -> Test {
    Test::new()
        .manifest(&format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"demonstrates\"\n\
             {package}\n[release]\npath = \"rel\"\n{more}"
        ))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .file("rel/readme", "public\n")
}

/// Sees that `plan` says this and refuses.
#[track_caller]
pub(crate) fn refused(test: Test, expected: &str) {
    test.args(["plan", "-q"]).status(1).stderr(expected).run();
}

/// Sees that `plan` says this and goes on.
#[track_caller]
pub(crate) fn said(test: Test, arguments: &[&str], expected: &str) -> Outcome {
    let test = test.args(["plan"]).args(arguments).any_stdout();
    test.stderr(expected).run()
}

/// Sees that the listing of `plan` has a path with this mode and owner.
#[track_caller]
pub(crate) fn has(outcome: &Outcome, start: &str, path: &str) {
    let mut lines = outcome.stdout.lines();
    let found = lines
        .any(|line| line.starts_with(start) && line.split_whitespace().any(|word| word == path));
    assert!(found, "{start} {path}\n{}", outcome.stdout);
}

/// Runs the command in a folder as a shell does: `$RELDEB` is the command.
pub(crate) fn shell(folder: &Path, line: &str) -> Output {
    Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("RELDEB", env!("CARGO_BIN_EXE_reldeb"))
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap()
}

#[test]
fn a_hook_without_a_command_is_left_out() {
    let hooks = "[hooks]\nbefore-remove = \"# todo\"\nafter-upgrade = \"\"\n[service]\n";
    let outcome = said(
        demo("", hooks),
        &["-v", "--scripts"],
        "
        info[hook-without-command]: reldeb.toml:11: hook `after-upgrade` has no command and is left out
        info[hook-without-command]: reldeb.toml:10: hook `before-remove` has no command and is left out
        ",
    );
    assert!(!outcome.stdout.contains("Hook "), "{}", outcome.stdout);
}

#[test]
fn a_here_document_that_does_not_end_is_refused() {
    refused(
        demo("", "[hooks]\nafter-upgrade = \"hook.sh\"\n")
            .file("hook.sh", "#!/bin/sh\ncat <<EOF\nhello\n EOF\n"),
        "
        error: reldeb.toml:10: hook `hook.sh` has a here-document that does not end
          10 | after-upgrade = \"hook.sh\"
        hint: end it with its word alone on a line, without blanks before or after it
        ",
    );
}

/// A line is that of the author's file.
#[test]
fn the_line_of_a_hook_is_that_of_its_file() {
    refused(
        demo("", "[hooks]\nafter-upgrade = \"hook.sh\"\n")
            .file("hook.sh", "#!/bin/sh\n\ntrue\nfi\n"),
        "
        error: reldeb.toml:10: hook `hook.sh` is no valid shell: 4: Syntax error: \"fi\" unexpected
          10 | after-upgrade = \"hook.sh\"
        hint: try it with `sh -n`
        ",
    );
    if Command::new("shellcheck").arg("-V").output().is_err() {
        return crate::support::skip("no shellcheck");
    }
    said(
        demo("", "[hooks]\nafter-upgrade = \"hook.sh\"\nbefore-upgrade = \"true\"\n").file(
            "hook.sh",
            "#!/bin/sh\n\necho \"$old_version to $new_version\"\ncd /tmp\nexit 0\n",
        ),
        &[],
        "
        warning[hook-shellcheck]: reldeb.toml:10: hook `hook.sh`, line 4: warning: Use 'cd ... || exit' or 'cd ... || return' in case cd fails. [SC2164]
        ",
    );
}

#[test]
fn a_template_that_renders_no_shell_is_refused() {
    let own = "[service]\n[templates]\ndirectory = \"own\"\n";
    let faulty = |name: &str, text: &str| demo("", own).file(&format!("own/{name}"), text);
    refused(
        faulty("systemd/postinst.sh", "if true; then\n    cat <<EOF\nfi\n"),
        "
        error: what template `systemd/postinst.sh` renders is no valid shell: 4: Syntax error: end of file unexpected (expecting \"fi\")
        hint: compare your templates with the built-in ones: `reldeb template show NAME`
        ",
    );
    refused(
        faulty("systemd/postinst.sh", "cat <<EOF\nhello\n"),
        "
        error: what template `systemd/postinst.sh` renders has a here-document that does not end
        hint: compare your templates with the built-in ones: `reldeb template show NAME`
        ",
    );
    refused(
        faulty("init/default", "A='\n"),
        "
        error: what template `init/default` renders is no valid shell: 2: Syntax error: Unterminated quoted string
        hint: compare your templates with the built-in ones: `reldeb template show NAME`
        ",
    );
    refused(
        faulty("package/postinst.sh", "#!/bin/sh\ncase x in\n"),
        "
        error: `postinst` is no valid shell: 5: Syntax error: \"(\" unexpected (expecting \")\")
        hint: compare your templates with the built-in ones: `reldeb template show NAME`
        ",
    );
    // What is not for sh is for its author to judge.
    said(
        faulty("init/init.sh", "#!/usr/bin/python3\nprint('x')\n"),
        &["-q"],
        "",
    );
}

#[test]
fn a_directive_that_systemd_does_not_know_is_said() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        return crate::support::skip("no systemd-analyze");
    }
    let own = "[service]\n[service.systemd.Service]\nMemoryMx = \"2G\"\nMemoryMax = \"2G\"\n";
    let test = demo("", own).args(["plan"]).any_stdout().any_stderr().run();
    let said: Vec<&str> = test.stderr.lines().collect();
    let [warning, hint] = said[..] else {
        panic!("{}", test.stderr);
    };
    let start = "warning[unit-refused]: systemd-analyze verify, `demo.service`, line ";
    let end = ": Unknown key 'MemoryMx' in section [Service], ignoring";
    assert!(
        warning.starts_with(start) && warning.ends_with(end),
        "{warning}"
    );
    assert_eq!(hint, "hint: `reldeb plan --scripts` shows the unit");
}

#[test]
fn a_target_that_means_something_to_a_shell_is_refused() {
    for (target, bad) in [
        ("/opt/a b", ' '),
        ("/opt/a$$(touch x)", '$'),
        ("/opt/a`touch x`", '`'),
        ("/opt/a;x", ';'),
        ("/opt/a%h", '%'),
        ("/opt/a:b", ':'),
        ("/opt/ä", 'ä'),
    ] {
        let text = target.replace("$$", "$");
        refused(
            demo("", &format!("target = \"{target}\"\n")),
            &format!(
                "error: reldeb.toml:9: target `{text}` contains `{bad}`, expected letters, digits and \
                 `/ . _ + - ~ @ = ,`\n  9 | target = \"{target}\"\n"
            ),
        );
    }
    said(demo("", "target = \"/opt/A-b_c.d/e+f~g@h\"\n"), &["-q"], "");
}

#[test]
fn packages_are_never_packed_into_packages() {
    const MANIFEST: &str = "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
        maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"demonstrates\"\n\
        [release]\npath = \".\"\n";
    let tree = "[files]\n\"/usr/share/demo/\" = \".\"\n\"/usr/share/other/\" = \"**/*\"\n";
    let in_a_folder = "[build]\noutput = \"out/packages\"\n";
    // More of the manifest, what else is there, the argument, where the package is.
    for (more, prepare, argument, output) in [
        ("", ":", "", "dist/demo_1.0_all.deb"),
        ("", "mkdir dist", "", "dist/demo_1.0_all.deb"),
        (tree, "mkdir dist", "", "dist/demo_1.0_all.deb"),
        (
            in_a_folder,
            "mkdir out",
            "",
            "out/packages/demo_1.0_all.deb",
        ),
        ("", ":", "-o bin", "bin/demo_1.0_all.deb"),
        ("", ":", "-o demo.deb", "demo.deb"),
        (
            "",
            "mkdir away; ln -s away dist",
            "",
            "away/demo_1.0_all.deb",
        ),
    ] {
        let test = Test::new()
            .manifest(&format!("{MANIFEST}{more}"))
            .executable("bin/demo", "#!/bin/sh\n");
        let folder = test.path("");
        let build = |and: &str| {
            let line = format!("{and}; $RELDEB build -v {argument}");
            let output = shell(&folder, &line);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{argument} {more}: {said}");
            (
                std::fs::read(folder.join(output_of(output.stdout))).unwrap(),
                said,
            )
        };
        let (first, said) = build(prepare);
        assert!(!said.contains("packages are written to"), "{said}");
        let (second, said) = build(":");
        assert!(
            first == second,
            "{argument} {more} {prepare}: the bytes differ"
        );
        let line = format!(
            "info[own-output]: `{output}` is in the folder that packages are written to, and is left out\n"
        );
        assert!(said.contains(&line), "{argument} {more}: {said}");
        // One of an earlier version, and what is no package.
        let (_, said) = build(&format!("cp {output} $(dirname {output})/demo_0.9_all.deb"));
        assert!(
            said.contains(" and 1 more are in the folder"),
            "{argument} {more}: {said}"
        );
        let (third, _) = build(&format!("echo x >$(dirname {output})/notes"));
        assert!(third != first, "{argument} {more}: a file is lost");
    }
}

pub(crate) fn output_of(stdout: Vec<u8>) -> String {
    String::from_utf8(stdout).unwrap().trim_end().to_owned()
}
