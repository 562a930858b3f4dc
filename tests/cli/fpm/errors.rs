//! Every way in which a command line becomes no package, by its exact text; nothing is written then.

use crate::support::Test;

/// A project of a few files.
pub(super) fn project() -> Test {
    Test::new()
        .executable("build/demo", "#!/bin/sh\n")
        .file("build/data", "1\n")
        .file("other", "2\n")
        .symlink("link", "build")
}

pub(super) const GOOD: &str =
    "-s dir -t deb -n demo -m 'Ann Example <ann@example.com>' --description demonstrates ";

#[track_caller]
fn refused_all(line: &str, expected: &str) {
    refused(project(), line, expected);
}

#[track_caller]
pub(super) fn refused(test: Test, line: &str, expected: &str) {
    let words = ["fpm".to_owned()].into_iter().chain(super::words(line));
    let stderr = format!("error: {expected}\n");
    let outcome = test.args(words).status(1).any_stderr().run();
    assert!(outcome.stderr.ends_with(&stderr), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
    assert!(!outcome.names(".").iter().any(|it| it.ends_with(".deb")));
}

#[track_caller]
pub(super) fn refused_good(more: &str, expected: &str) {
    refused_all(&format!("{GOOD}{more}"), expected);
}

#[test]
fn options_that_are_none() {
    for (line, expected) in [
        (
            "--nmae x",
            "`--nmae` is no option of fpm\nhint: did you mean `--name`?",
        ),
        (
            "--no-such x",
            "`--no-such` is no option of fpm\nhint: `reldeb fpm --help` lists the options",
        ),
        (
            "-Z",
            "`-Z` is no option of fpm\nhint: `reldeb fpm --help` lists the options",
        ),
        ("-n", "`-n` has no value"),
        ("--force=yes", "`--force` takes no value"),
        (
            "build/demo -d git",
            "`-d` stands behind `build/demo`, expected all options before the first argument\n\
             hint: write `-d` before `build/demo`; a file of that name is `./-d`",
        ),
        (
            "-e build",
            "`-e` is not supported\nhint: `--print-manifest` writes a manifest that can be edited",
        ),
        (
            "--deb-shlibs x build",
            "`--deb-shlibs` is not supported\nhint: write the text to a file and give it as \
             `--deb-meta-file shlibs`",
        ),
        (
            "--deb-custom-control x build",
            "`--deb-custom-control` is not supported\nhint: `[package]` and `[package.fields]` of a \
             manifest have every field",
        ),
    ] {
        refused_good(line, expected);
    }
}

#[test]
fn types_and_names() {
    for (line, expected) in [
        (
            "-t deb -n demo build",
            "no `-s` was given, expected `dir`, `empty` or `tar`",
        ),
        ("-s dir -n demo build", "no `-t` was given, expected `deb`"),
        (
            "-s gem -t deb x",
            "packages of type `gem` cannot be read, expected `dir`, `empty` or `tar`",
        ),
        (
            "-s dir -t rpm build",
            "packages of type `rpm` cannot be written, expected `deb`",
        ),
        (
            "-s dir -t deb build",
            "no name was given, expected `-n NAME`",
        ),
        (
            "-s dir -t deb -n demo",
            "no files were named, expected paths, `-C` or `--inputs`",
        ),
        (
            "-s dir -t deb -n demo build",
            "the maintainer is not known, expected `-m 'Name <address>'`\nhint: set DEBFULLNAME and \
             DEBEMAIL, or git's user.name and user.email",
        ),
        (
            "-s dir -t deb -n demo -m Ann build",
            "maintainer `Ann` has no address\nhint: write `-m 'Ann <address>'`, or set DEBEMAIL or \
             git's user.email",
        ),
    ] {
        refused_all(line, expected);
    }
}

#[test]
fn sources() {
    for (line, expected) in [
        ("nothing", "`nothing` does not exist"),
        ("nothing=/opt", "`nothing` of `nothing=/opt` does not exist"),
        ("-C nothing", "`nothing` of `-C` does not exist"),
        (
            "-C build nothing",
            "`build/nothing` of `nothing` does not exist",
        ),
        (
            "../nowhere=/opt",
            "`../nowhere` of `../nowhere=/opt` does not exist",
        ),
        (
            "build=/opt/../etc",
            "`/opt/../etc` has a `..` in it, expected a path of the package",
        ),
        ("--inputs nothing", "`nothing` of `--inputs` does not exist"),
        (
            "build/data=/opt/x other=/opt/x",
            "`/opt/x` would come from both `build/data` and `other`\nhint: take one of the two away, \
             or give it a path of its own: `other=/other/path`",
        ),
        (
            "build/data=/opt/x other=/opt/x/y",
            "`/opt/x` is no directory, but `other` would lie below it",
        ),
        (
            "-x /opt/x build/data=/opt/x",
            "`/opt/x` of `--exclude` never matches: it starts with a slash, and paths have none\n\
             hint: write `opt/x`",
        ),
        (
            "--config-files /etc/passwd build",
            "`/etc/passwd` of `--config-files` is not in the package\nhint: fpm would take it from the \
             build machine: name its source, such as `config=/etc/passwd`",
        ),
        (
            "--deb-default other build/data=/etc/default/other",
            "`/etc/default/other` would come from both `build/data` and `other`\nhint: take one of \
             the two away, or give it a path of its own: `other=/other/path`",
        ),
    ] {
        refused_good(line, expected);
    }
    let pipe = project();
    make_pipe(&pipe);
    refused(
        pipe,
        &format!("{GOOD}pipe"),
        "`pipe` is a FIFO, which no package can have",
    );
}

fn make_pipe(test: &Test) {
    let made = std::process::Command::new("mkfifo")
        .arg(test.path("pipe"))
        .status();
    assert!(made.unwrap().success());
}

#[test]
fn files_with_options() {
    let test = project().file("o", "--fpm-options-file o\n");
    refused(
        test,
        &format!("{GOOD}--fpm-options-file o build"),
        "options file `o` is read already\nhint: options files must not name themselves",
    );
    let test = project().file("o", "-d git build\n");
    refused(
        test,
        &format!("{GOOD}--fpm-options-file o build"),
        "`build` in options file `o` is no option\nhint: write arguments on the command line, or use \
         `--inputs`",
    );
    let test = project().file("o", "--url 'x\n");
    refused(
        test,
        &format!("{GOOD}--fpm-options-file o build"),
        "a quote in options file `o` has no end",
    );
    let test = project().file("o", "#".repeat(102_401));
    refused(
        test,
        &format!("{GOOD}--fpm-options-file o build"),
        "options file `o` has 102401 bytes, expected at most 102400",
    );
    refused(
        project().env("FPMOPTS", "--url \"x"),
        &format!("{GOOD}build"),
        "a quote in `FPMOPTS` has no end",
    );
    refused(
        project(),
        &format!("{GOOD}--fpm-options-file nothing build"),
        "`nothing` of `--fpm-options-file` does not exist",
    );
}

#[test]
fn a_package_that_is_there_stays() {
    let there = project().file("demo_1.0_all.deb", "precious");
    let outcome = there
        .args(
            ["fpm".to_owned()]
                .into_iter()
                .chain(super::words(&format!("{GOOD}build=/opt"))),
        )
        .status(1)
        .any_stderr()
        .run();
    assert!(
        outcome
            .stderr
            .contains("error: `./demo_1.0_all.deb` is there, and is not to be replaced\n"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.read("demo_1.0_all.deb"), b"precious");
}

const ARCHIVE: &str = "-s tar -t deb -n demo -m 'Ann Example <ann@example.com>' --description x ";

/// An archive with one member.
fn archive(test: &Test, name: &str, kind: tar::EntryType, link: &str) {
    let mut header = tar::Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(0);
    header.set_mode(0o644);
    if !link.is_empty() {
        header.set_link_name_literal(link).unwrap();
    }
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, std::io::empty()).unwrap();
    // A file that would be written through a link.
    let mut header = tar::Header::new_gnu();
    header.set_path("out/file").unwrap();
    header.set_size(1);
    header.set_mode(0o644);
    header.set_cksum();
    builder.append(&header, &b"x"[..]).unwrap();
    std::fs::write(test.path("x.tar"), builder.into_inner().unwrap()).unwrap();
}

#[test]
fn archives_stay_in_their_folder() {
    for (name, kind, expected) in [
        (
            "../escaped",
            tar::EntryType::Regular,
            "`x.tar` cannot be unpacked here: `../escaped` would leave the folder",
        ),
        (
            "fifo",
            tar::EntryType::Fifo,
            "`x.tar` cannot be unpacked here: `fifo` is neither file, directory nor link",
        ),
    ] {
        let test = project();
        archive(&test, name, kind, "");
        refused(test, &format!("{ARCHIVE}x.tar"), expected);
    }
    let test = project().directory("outside");
    archive(
        &test,
        "out",
        tar::EntryType::Symlink,
        test.path("outside").to_str().unwrap(),
    );
    let outcome = test
        .args(
            ["fpm".to_owned()]
                .into_iter()
                .chain(super::words(&format!("{ARCHIVE}x.tar"))),
        )
        .status(1)
        .any_stderr()
        .run();
    assert!(
        outcome.stderr.ends_with("error: `x.tar` cannot be unpacked here: `out/file` lies below `out`, which is no directory\n"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.names("outside").is_empty());
    let test = project().file("x.tar", "no archive\n");
    let outcome = test
        .args(
            ["fpm".to_owned()]
                .into_iter()
                .chain(super::words(&format!("{ARCHIVE}x.tar"))),
        )
        .status(1)
        .any_stderr()
        .run();
    assert!(
        outcome.stderr.contains("error: cannot unpack `x.tar`: "),
        "{}",
        outcome.stderr
    );
}

#[test]
fn folders_of_archives() {
    for (chdir, expected) in [
        (
            "../..",
            "`../..` has a `..` in it, expected a path of the package",
        ),
        ("nothing", "`nothing` of `-C` does not exist"),
    ] {
        let test = project();
        archive(&test, "a", tar::EntryType::Regular, "");
        refused(test, &format!("{ARCHIVE}-C {chdir} x.tar"), expected);
    }
    let test = project();
    archive(&test, "a", tar::EntryType::Regular, "");
    refused(
        test,
        &format!("{ARCHIVE}--print-manifest x.tar"),
        "a manifest cannot name what is in an archive\nhint: unpack it, and use `-s dir -C FOLDER \
         --print-manifest`",
    );
    refused(
        project(),
        &format!("{ARCHIVE}nothing.tar"),
        "`nothing.tar` does not exist",
    );
    refused(
        project(),
        &format!("{ARCHIVE}--inputs other x.tar"),
        "`--inputs` goes with `-s dir` alone",
    );
}

/// GNU tar's own format has a kind of entry for it, and that of POSIX has fields.
#[test]
fn sparse_files_of_archives_are_refused() {
    for format in ["gnu", "posix --sparse-version=0.0"] {
        let test = project();
        let line = format!("truncate -s 1M hole && tar --format={format} -cSf x.tar hole");
        assert!(
            crate::building::shell(&test.path(""), &line)
                .status
                .success()
        );
        refused(
            test,
            &format!("{ARCHIVE}x.tar"),
            "`x.tar` cannot be unpacked here: `hole` is a sparse file: archive it without `--sparse`",
        );
    }
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_no_folder_behind() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let test = project().directory("tmp");
    let mut builder = tar::Builder::new(Vec::new());
    for number in 0..60_000 {
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        header.set_mode(0o644);
        let name = format!("folder/{number}");
        builder
            .append_data(&mut header, name, std::io::empty())
            .unwrap();
    }
    std::fs::write(test.path("x.tar"), builder.into_inner().unwrap()).unwrap();
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_reldeb"))
            .arg("fpm")
            .args(super::words(&format!("{ARCHIVE}x.tar")))
            .current_dir(test.path(""))
            .env("TMPDIR", test.path("tmp"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let is_unpacking = || {
            std::fs::read_dir(test.path("tmp"))
                .unwrap()
                .next()
                .is_some()
        };
        let start = Instant::now();
        while !is_unpacking() && start.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let kill = Command::new("kill")
            .args(["-s", name, &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        assert_eq!(child.wait().unwrap().signal(), Some(number));
        assert!(!is_unpacking(), "{name} left a folder");
    }
}
