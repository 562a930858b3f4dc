//! Errors about the folders, files and variables of the build machine.

use std::os::unix::net::UnixListener;

use super::{START, demo, refused};
use crate::support::Test;

#[test]
fn a_missing_release_directory_is_refused() {
    refused(
        Test::new()
            .manifest(&format!("{START}\n[release]\npath = \"nothing\"\n"))
            .args(["build", "-m", "reldeb.toml", "-o", "[DIR]"]),
        "
        error: release `nothing` does not exist
        ",
    );
}

#[test]
fn a_release_without_erts_is_refused_with_how_to_include_it() {
    refused(
        demo("")
            .file("rel/releases/start_erl.data", "13.1.5 1.0")
            .file(
                "rel/releases/1.0/demo.rel",
                "{release,{\"demo\",\"1.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n",
            ),
        "
        error: release `rel` has no Erlang runtime: `erts-13.1.5/bin/erlexec` does not exist
        hint: include it: `{include_erts, true}` in relx's configuration (or allow a release without: `include-erts = false` in `[release]`)
        ",
    );
}

#[test]
fn a_version_with_a_line_break_is_refused_with_how_to_cut_it() {
    refused(
        demo("")
            .file("rel/releases/start_erl.data", "13.1.5 1.0\n")
            .file(
                "rel/releases/1.0\n/demo.rel",
                "{release,{\"demo\",\"1.0\\n\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n",
            ),
        "
        error: release `rel` has the version `1.0` with a line break at its end
        hint: leave the line break out where a command of rebar.config gives the version, as in `{cmd, \"git describe --tags | tr -d '\\n'\"}`, and build the release again
        ",
    );
}

#[test]
fn a_release_that_may_be_without_erts_needs_an_erlang() {
    let said = |depends: &str| {
        let manifest = format!("{START}{depends}[release]\npath = \"rel\"\ninclude-erts = false\n");
        let test = Test::new()
            .manifest(&manifest)
            .executable("rel/bin/demo", "#!/bin/sh\nRELX_CONFIG_PATH=x\n")
            .file("rel/releases/start_erl.data", "13.1.5 1.0")
            .file(
                "rel/releases/1.0/demo.rel",
                "{release,{\"demo\",\"1.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n",
            );
        test.args(["plan"]).any_stdout().any_stderr().run().stderr
    };
    let expected = "warning[no-erts]: the release has no Erlang runtime, and the package depends on none\n\
                    hint: write `depends = [\"auto\", \"erlang-base\"]` below `[package]`; the release was \
                    built with ERTS 13.1.5\n";
    let without = said("");
    assert!(without.contains(expected), "{without}");
    let with = said("depends = [\"auto\", \"erlang-base | esl-erlang\"]\n");
    assert!(!with.contains("no-erts"), "{with}");
}

#[test]
fn a_socket_in_the_release_is_refused() {
    let test = demo("");
    let _socket = UnixListener::bind(test.path("rel/socket")).unwrap();
    refused(
        test,
        "
        error: `socket` in the release is a socket, expected a file, a directory or a symlink
        hint: leave it out: `exclude = [\"/socket\"]` in `[release]`
        ",
    );
}

#[test]
fn a_socket_in_a_tree_is_refused() {
    let test = demo("[files]\n\"/usr/share/demo/\" = \"tree/\"\n").directory("tree");
    let _socket = UnixListener::bind(test.path("tree/socket")).unwrap();
    refused(
        test,
        "
        error: `tree/socket` is a socket, expected a file, a directory or a symlink
        hint: leave it out, with `exclude` where it is part of the release
        ",
    );
}

#[test]
fn a_loop_of_symlinks_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo/x\" = \"a\"\n")
            .symlink("a", "b")
            .symlink("b", "a"),
        "
        error: `a` is a loop of symlinks
        hint: remove it, or name the file it should lead to
        ",
    );
}

#[test]
fn a_missing_output_folder_is_refused() {
    refused(
        demo("").args(["-o", "missing/x.deb"]),
        "
        error: cannot write to the folder `missing`: no such file or directory
        hint: make it first with `mkdir -p missing`, or write elsewhere with `-o`
        ",
    );
}

#[test]
fn a_folder_of_packages_that_cannot_be_written_is_refused() {
    refused(
        demo("")
            .args(["-o", "locked/"])
            .directory_with_mode("locked", 0o555)
            .by_nobody(),
        "
        error: cannot write to the folder `locked`: permission denied
        hint: check who may read and write it
        ",
    );
}

#[test]
fn an_earlier_package_survives_a_build_that_fails() {
    let test = demo("[files]\n\"/etc/demo/x\" = \"missing\"\n")
        .file("dist/demo_1.0_all.deb", "an earlier package")
        .status(1)
        .any_stderr();
    let outcome = test.run();
    let kept = std::fs::read_to_string(outcome.path("dist/demo_1.0_all.deb")).unwrap();
    assert_eq!(kept, "an earlier package");
}

#[test]
fn a_source_date_epoch_that_is_no_number_is_refused() {
    let outcome = demo("").env("SOURCE_DATE_EPOCH", "now").status(2).stderr(
        "
        error: SOURCE_DATE_EPOCH is `now`, expected seconds since 1970
        hint: set it with `SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`, or unset it
        ",
    );
    outcome.run();
}

#[test]
fn an_unreadable_file_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo/x\" = \"x\"\n")
            .file_with_mode("x", "secret", 0o000)
            .by_nobody(),
        "
        error: reldeb.toml:10: cannot open `x`: permission denied
        hint: check who may read and write it
        ",
    );
}
