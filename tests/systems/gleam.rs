//! A shipment of Gleam, with an Erlang that goes along, lives under both service managers.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::example::successful;
use crate::services::Life;
use crate::subjects::{Subject, account, install};
use crate::support::skip;
use crate::system::{Init, System};

/// The main function as the compiler of Gleam would have it called.
const MAIN: &str = "-module('hello@@main').
-export([run/1]).
run(hello) ->
    {ok, L} = gen_tcp:listen(8391, [{ip, {127, 0, 0, 1}}, {active, false}, {reuseaddr, true}]),
    serve(L).
serve(L) ->
    {ok, S} = gen_tcp:accept(L),
    gen_tcp:recv(S, 0),
    gen_tcp:send(S, \"HTTP/1.0 200 OK\\r\\n\\r\\nhello from \" ++ code:root_dir()),
    gen_tcp:close(S),
    serve(L).
";

const ENTRYPOINT: &str = "#!/bin/sh
set -eu
PACKAGE=hello
BASE=$(dirname \"$0\")
case \"${1-}\" in
run)
    shift
    exec erl -pa \"$BASE\"/*/ebin -eval \"$PACKAGE@@main:run($PACKAGE)\" -noshell -extra \"$@\"
    ;;
esac
exit 1
";

/// The package. `None`, and a line that says why, where there is no Erlang.
fn package() -> Option<(TempDir, PathBuf)> {
    let print = [
        "-noshell",
        "-eval",
        "io:put_chars(code:root_dir()), halt().",
    ];
    let Ok(erl) = Command::new("erl").args(print).output() else {
        skip("needs `erl`");
        return None;
    };
    let runtime = String::from_utf8(erl.stdout).unwrap();
    let directory = TempDir::new().unwrap();
    let at = |path: &str| {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    let script = at("build/erlang-shipment/entrypoint.sh");
    std::fs::write(&script, ENTRYPOINT).unwrap();
    successful(Command::new("chmod").arg("755").arg(&script));
    let app = at("build/erlang-shipment/hello/ebin/hello.app");
    std::fs::write(&app, "{application, hello, [{vsn, \"1.0.0\"}]}.\n").unwrap();
    let source = at("hello@@main.erl");
    std::fs::write(&source, MAIN).unwrap();
    let mut compile = Command::new("erlc");
    successful(compile.arg("-o").arg(app.parent().unwrap()).arg(&source));
    let manifest = format!(
        "[package]\nmaintainer = \"Ops Team <ops@example.com>\"\ndescription = \"says hello\"\n\n\
         [release]\npath = \"build/erlang-shipment\"\nruntime = \"{runtime}\"\n\
         exclude = [\"/erlang/lib/*\", \"!/erlang/lib/kernel-*\", \"!/erlang/lib/stdlib-*\"]\n\n\
         [build]\ncompression = \"gzip:1\"\n"
    );
    std::fs::write(at("reldeb.toml"), manifest).unwrap();
    let package = at("hello.deb");
    let mut build = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    build.args(["build", "--manifest"]).arg(directory.path());
    successful(build.arg("--output").arg(&package));
    Some((directory, package))
}

#[test]
fn a_shipment_lives_under_both_service_managers() {
    let Some((_directory, package)) = package() else {
        return;
    };
    let subject = Subject {
        name: "hello",
        port: 8391,
        config: "",
        edited: "",
    };
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        let before = system.snapshot();
        let life = Life {
            system: &system,
            init,
            subject,
            first: package.clone(),
            second: package.clone(),
        };
        install(&system, &package).success();
        life.serves();
        assert_eq!(system.answer(subject.port), "hello from /opt/hello/erlang");
        life.manage("stop");
        life.rests();
        life.manage("start");
        life.serves();
        install(&system, &package).success();
        life.serves();
        system.run(["dpkg", "-P", "hello"]).success();
        life.rests();
        assert_eq!(before.difference(&system.snapshot()), account("hello"));
    }
}
