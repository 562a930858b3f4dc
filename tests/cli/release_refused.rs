//! Faults of a release that are refused or warned of, with text and hint.
#![allow(clippy::disallowed_methods, clippy::print_stderr, clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use reldeb::internals::release::{Release, Wanted};

use crate::sketch::{Sketch, elf, rebar3_project, said};

#[test]
fn directories_that_are_no_release() {
    for (sketch, error, hint) in [
        (
            Sketch::new(),
            "`DIR` is no release: looked for `releases/start_erl.data` (relx, mix), `entrypoint.sh` (gleam) and an \
             executable in `bin/` or at the top (plain), found an empty directory",
            "",
        ),
        (
            rebar3_project(),
            "`DIR` is no release: looked for `releases/start_erl.data` (relx, mix), `entrypoint.sh` (gleam) and an \
             executable in `bin/` or at the top (plain), found `config/`, `rebar.config`, `src/`",
            "build it first: `rebar3 as prod release`",
        ),
        (
            rebar3_project().file("_build/prod/rel/orders/releases/start_erl.data", "1 2"),
            "`DIR` is no release: looked for `releases/start_erl.data` (relx, mix), `entrypoint.sh` (gleam) and an \
             executable in `bin/` or at the top (plain), found `_build/`, `config/`, \
             `rebar.config` and 1 more",
            "there is a release in `DIR/_build/prod/rel/orders`",
        ),
    ] {
        assert_eq!(sketch.error(), (error.into(), hint.into()));
    }
}

#[test]
fn releases_that_are_not_whole() {
    for (sketch, error, hint) in [
        (
            Sketch::relx().file("releases/start_erl.data", "13.1.5"),
            "`DIR/releases/start_erl.data` says `13.1.5`, expected the versions of ERTS and of \
             the release",
            "build the release again from an empty directory",
        ),
        (
            Sketch::relx().file("releases/start_erl.data", "13.1.5 1.5.0\n"),
            "`DIR/releases/start_erl.data` says `13.1.5 1.5.0`, expected `releases/1.5.0` to be a \
             directory",
            "build the release again from an empty directory",
        ),
        (
            Sketch::relx().file("releases/start_erl.data", "13.1.5 ../.."),
            "`DIR/releases/start_erl.data` says `13.1.5 ../..`, expected versions without `/`",
            "build the release again from an empty directory",
        ),
        (
            Sketch::relx().without("releases/1.4.0/orders.rel"),
            "`releases/1.4.0/*.rel` is not a release resource file: there is none, expected the \
             one that the release was made from",
            "",
        ),
        (
            Sketch::relx().file("releases/1.4.0/orders.rel", "{release,\n{\"orders"),
            "`DIR/releases/1.4.0/orders.rel` is not a release resource file: line 2: `\"` is \
             never closed",
            "",
        ),
        (
            Sketch::relx()
                .file(
                    "releases/1.4.0/shop.rel",
                    "{release,{\"shop\",\"1\"},{erts,\"13.1.5\"},[]}.",
                )
                .program("bin/shop", b"#!/bin/sh\n"),
            "`releases/1.4.0` holds several releases: `orders.rel`, `shop.rel`",
            "build each release into its own directory, and package them one by one",
        ),
    ] {
        assert_eq!(sketch.error(), (error.into(), hint.into()));
    }
}

#[test]
fn paths_that_are_no_directory() {
    let sketch = rebar3_project().file("orders.tar.gz", "");
    for (path, error, hint) in [
        (
            "_build/prod/rel/orders",
            "release `DIR/_build/prod/rel/orders` does not exist",
            "build it first: `rebar3 as prod release`",
        ),
        (
            "_build/default/rel/orders",
            "release `DIR/_build/default/rel/orders` does not exist",
            "build it first: `rebar3 release`",
        ),
        (
            "orders.tar.gz",
            "release `DIR/orders.tar.gz` is a file, expected a directory",
            "unpack it, and name the directory",
        ),
    ] {
        let found = Release::open(&sketch.path().join(path), None).unwrap_err();
        assert_eq!(sketch.said(&found), (error.into(), hint.into()));
    }
    let found = Release::open(sketch.path(), Some("mix".parse().unwrap())).unwrap_err();
    assert!(
        found
            .to_string()
            .contains("looked for `releases/start_erl.data`, found `config/`")
    );
}

#[test]
fn files_that_no_package_can_hold() {
    let fifo = Sketch::relx().directory("run");
    let status = Command::new("mkfifo")
        .arg(fifo.path().join("run/pipe"))
        .status();
    assert!(status.unwrap().success());
    let socket = Sketch::relx();
    let _listener = std::os::unix::net::UnixListener::bind(socket.path().join("s")).unwrap();
    for (sketch, error, hint) in [
        (
            fifo,
            "`run/pipe` in the release is a FIFO, expected a file, a directory or a symlink",
            "leave it out: `exclude = [\"/run/pipe\"]` in `[release]`",
        ),
        (
            socket,
            "`s` in the release is a socket, expected a file, a directory or a symlink",
            "leave it out: `exclude = [\"/s\"]` in `[release]`",
        ),
        (
            Sketch::relx().file("lib/a\nb", ""),
            "the name `lib/a\\nb` in the release contains a control character",
            "rename it, or leave it out with `exclude`",
        ),
        (
            Sketch::relx().symlink("lib/x", "../../../x"),
            "symlink `lib/x` -> `../../../x` leaves the release",
            "replace it by what it should lead to, or leave it out: `exclude = [\"/lib/x\"]` in \
             `[release]`",
        ),
        (
            Sketch::relx().symlink("lib/x", "y").symlink("lib/y", "x"),
            "symlink `lib/x` -> `y` is a loop",
            "replace it by what it should lead to, or leave it out: `exclude = [\"/lib/x\"]` in \
             `[release]`",
        ),
        (
            Sketch::relx().symlink("lib/kernel-8.5", "/usr/lib/erlang/lib/kernel-8.5"),
            "release `DIR` links to files of this machine: `lib/kernel-8.5 -> \
             /usr/lib/erlang/lib/kernel-8.5`",
            "build with `{dev_mode, false}` or `{mode, prod}`, as `rebar3 as prod release` does",
        ),
    ] {
        assert_eq!(sketch.error(), (error.into(), hint.into()));
    }
}

#[test]
fn what_is_excluded_is_not_complained_about() {
    let sketch = Sketch::relx()
        .symlink("lib/x", "/home/u/x")
        .file("tmp/a\nb", "")
        .file("lib/nif.so", elf(183, 2));
    let mut asked = Vec::new();
    let (release, findings) =
        Release::open_without(sketch.path(), &Wanted::default(), &mut |path, directory| {
            asked.push(path.display().to_string());
            path.starts_with("tmp") && directory
                || path == Path::new("lib/x")
                || path.extension().is_some_and(|extension| extension == "so")
        })
        .unwrap();
    assert_eq!(said(&findings), [""; 0]);
    assert!(release.machine().is_ok());
    assert!(release.file(b"tmp").is_none());
    assert!(asked.contains(&"tmp".to_owned()) && !asked.contains(&"tmp/a\nb".to_owned()));
}

#[test]
fn a_runtime_that_is_not_included() {
    let sketch = Sketch::relx().without("erts-13.1.5");
    let (release, _) = sketch.open();
    assert!(!release.erts.as_ref().unwrap().included);
    assert_eq!(
        sketch.said(&release.require_erts().unwrap_err()),
        (
            "release `DIR` has no Erlang runtime: `erts-13.1.5/bin/erlexec` does not exist".into(),
            "include it: `{include_erts, true}` in relx's configuration (or allow a release \
             without: `include-erts = false` in `[release]`)"
                .into()
        )
    );
}

#[test]
fn code_for_two_machines() {
    let sketch = Sketch::relx()
        .file("lib/orders-1.4.0/priv/a.so", elf(183, 2))
        .file("lib/orders-1.4.0/priv/b.so", elf(183, 2));
    let error = sketch.open().0.machine().unwrap_err();
    assert_eq!(
        sketch.said(&error),
        (
            "the release mixes architectures: x86-64 in `erts-13.1.5/bin/erlexec`; AArch64 in \
             `lib/orders-1.4.0/priv/a.so`, `lib/orders-1.4.0/priv/b.so`"
                .into(),
            "take the runtime and its libraries from one Erlang of the target: \
             `{include_erts, \"DIR\"}` with `{system_libs, \"DIR/lib\"}` for relx, `include_erts: \
             \"DIR\"` for mix; and compile for it what has C code"
                .into()
        )
    );
    let sketch = Sketch::relx()
        .file("lib/crypto-5.1/priv/lib/crypto.so", elf(62, 2))
        .file("lib/orders-1.4.0/priv/a.so", elf(183, 2));
    let error = sketch.open().0.machine().unwrap_err();
    assert_eq!(
        error.hint().unwrap(),
        "leave out the files that are not for the target, with `exclude` in `[release]`"
    );
}

#[test]
fn what_does_not_belong_into_a_release() {
    let exclude = |path: &str| format!("leave it out: `exclude = [\"{path}\"]` in `[release]`");
    for (sketch, finding) in [
        (
            Sketch::relx().file("orders-1.4.0.tar.gz", ""),
            format!(
                "leftover: `orders-1.4.0.tar.gz` in the release is an archive of the release | {}",
                exclude("/orders-1.4.0.tar.gz")
            ),
        ),
        (
            Sketch::relx().file("releases/1.4.0/vm.args.src", "-sname ${NODE}\n"),
            format!(
                "leftover: `releases/1.4.0/vm.args` in the release is rendered from its `.src` by \
                 a run on this machine | {}",
                exclude("/releases/1.4.0/vm.args")
            ),
        ),
        (
            Sketch::relx().file("log/erlang.log.1", ""),
            format!(
                "leftover: `log` in the release is the log of a run | {}",
                exclude("/log/")
            ),
        ),
        (
            Sketch::relx().file("erl_crash.dump", ""),
            format!(
                "leftover: `erl_crash.dump` in the release is a crash dump, which holds all that \
                 was in memory | {}",
                exclude("/erl_crash.dump")
            ),
        ),
    ] {
        assert_eq!(sketch.findings(), [finding]);
    }
}

#[test]
fn what_makes_a_release_fail_elsewhere() {
    for (sketch, finding) in [
        (
            Sketch::relx().symlink("lib/x", "nothing"),
            "dangling-symlink: symlink `lib/x` leads to `nothing`, which is not in the package | \
             leave it out: `exclude = [\"/lib/x\"]` in `[release]`",
        ),
        (
            Sketch::relx().file("releases/1.4.0/vm.args", "-heart\n"),
            "heart: `vm.args` has `-heart`, which restarts the node behind the service manager's \
             back | remove it: the service manager restarts a node that ends",
        ),
        (
            Sketch::relx()
                .file("releases/1.3.0/start.boot", "")
                .program("bin/orders-1.3.0", b"#!/bin/sh\n")
                .directory("lib/orders-1.3.0"),
            "stale-version: the release is version `1.4.0`, and still holds `1.3.0` | leave the \
             old ones out: `exclude = [\"/releases/1.3.0/\", \"/bin/orders-1.3.0\", \
             \"/lib/orders-1.3.0/\"]` in `[release]`, or build from an empty directory",
        ),
        (
            Sketch::relx().program("bin/tool", b"#!/bin/sh\nexec /home/u/orders/tool\n"),
            "build-machine-path: `bin/tool` names `/home/u/orders/tool` of the build machine in \
             line 2 | derive it from the place of the script: `$(dirname \"$0\")`",
        ),
        (
            Sketch::relx()
                .without("erts-13.1.5")
                .program("erts-13.1.5/bin/erlexec", b"\xcf\xfa\xed\xfe"),
            "foreign-program: `erts-13.1.5/bin/erlexec` is a program for macOS | build the \
             release on Linux, for example in a container",
        ),
    ] {
        assert_eq!(sketch.findings(), [finding]);
    }
}

#[test]
fn unreadable_directories_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let sketch = Sketch::relx().directory("lib/closed");
    let closed = sketch.path().join("lib/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        crate::support::skip("root may read everything");
        return;
    }
    let (error, hint) = sketch.error();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(error, "cannot list `DIR/lib/closed`: permission denied");
    assert_eq!(hint, "check who may read and write it");
}
