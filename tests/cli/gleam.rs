//! Shipments of Gleam: what is read from them, and where their Erlang comes from.

use reldeb::internals::release::kinds;

use crate::sketch::{Sketch, said};
use crate::support::Test;

/// As `gleam export erlang-shipment` writes it, in short.
const ENTRYPOINT: &str = "#!/bin/sh\nset -eu\nPACKAGE=orders\nBASE=$(dirname \"$0\")\n\
    exec erl -pa \"$BASE\"/*/ebin -noshell -eval \"$PACKAGE@@main:run($PACKAGE)\"\n";

const MANIFEST: &str = "\
[package]
maintainer = \"Ann Example <ann@example.com>\"
description = \"takes orders\"
[release]
path = \"build/erlang-shipment\"
";

fn app(version: &str) -> String {
    format!("{{application, x, [{{vsn, \"{version}\"}}, {{applications, [kernel]}}]}}.\n")
}

fn sketch() -> Sketch {
    Sketch::new()
        .program("entrypoint.sh", ENTRYPOINT.as_bytes())
        .file("orders/ebin/orders.app", app("1.4.0"))
        .file("gleam_stdlib/ebin/gleam_stdlib.app", app("0.44.0"))
}

fn shipment(manifest: &str) -> Test {
    let at = |path: &str| format!("build/erlang-shipment/{path}");
    Test::new()
        .manifest(manifest)
        .executable(&at("entrypoint.sh"), ENTRYPOINT)
        .file(&at("orders/ebin/orders.app"), app("1.4.0"))
        .executable("otp/erts-15.2/bin/erlexec", "#!/bin/sh\n")
        .executable("otp/erts-15.2/bin/beam.smp", "#!/bin/sh\n")
        .executable("otp/bin/erl", "#!/bin/sh\n")
        .file("otp/bin/start.boot", "")
        .file("otp/lib/wx-2.4/ebin/wx.app", app("2.4"))
        .file("otp/lib/kernel-10.2/ebin/kernel.app", app("10.2"))
        .args(["plan", "-q"])
}

#[test]
fn a_shipment_says_what_it_is() {
    let (release, findings) = sketch().open();
    assert_eq!(release.kind, &kinds::GLEAM);
    assert_eq!(release.name.as_deref(), Some("orders"));
    assert_eq!(release.version.as_deref(), Some("1.4.0"));
    assert_eq!(release.applications.len(), 2);
    assert_eq!(release.erts, None);
    let script = release.start_script.unwrap();
    assert_eq!(script.path.to_str(), Some("entrypoint.sh"));
    assert_eq!(script.foreground, ["run"]);
    assert_eq!(said(&findings), [""; 0]);
}

#[test]
fn a_shipment_without_erlang_is_refused() {
    shipment(MANIFEST)
        .status(1)
        .stderr(
            "error: release `build/erlang-shipment` brings no Erlang runtime, and the package depends on none\n\
             hint: write `depends = [\"auto\", \"erlang-base\"]` below `[package]` for Debian's, or \
             `runtime = \"/usr/lib/erlang\"` below `[release]` to pack one\n",
        )
        .run();
}

fn planned(manifest: &str) -> serde_json::Value {
    let shipment = shipment(manifest).args(["--json", "--scripts"]);
    serde_json::from_str(&shipment.any_stdout().run().stdout).unwrap()
}

fn rendered<'a>(plan: &'a serde_json::Value, path: &str) -> &'a str {
    plan["rendered"][path].as_str().unwrap()
}

#[test]
fn erlang_comes_from_a_package() {
    let manifest = MANIFEST.replace("[release]", "depends = [\"erlang-base\"]\n[release]");
    let json = planned(&manifest);
    assert_eq!(
        lines(rendered(&json, "/usr/lib/systemd/system/orders.service")),
        [
            "Environment=ERL_CRASH_DUMP=/var/log/orders/erl_crash.dump",
            "Environment=HOME=/var/lib/orders",
            "Environment=LANG=C.UTF-8",
            "ExecStart=/opt/orders/entrypoint.sh run",
        ]
    );
    let init = rendered(&json, "/etc/init.d/orders");
    assert!(
        init.contains("\nPROGRAM=/opt/orders/entrypoint.sh\n"),
        "{init}"
    );
}

#[test]
fn erlang_comes_from_a_folder() {
    let manifest = format!("{MANIFEST}runtime = \"otp\"\nexclude = [\"/erlang/lib/wx-*\"]\n");
    let json = planned(&manifest);
    assert_eq!(
        lines(rendered(&json, "/usr/lib/systemd/system/orders.service")),
        [
            "Environment=BINDIR=/opt/orders/erlang/erts-15.2/bin",
            "Environment=EMU=beam",
            "Environment=ERL_CRASH_DUMP=/var/log/orders/erl_crash.dump",
            "Environment=HOME=/var/lib/orders",
            "Environment=LANG=C.UTF-8",
            "Environment=PATH=/opt/orders/erlang/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "Environment=PROGNAME=erl",
            "Environment=ROOTDIR=/opt/orders/erlang",
            "ExecStart=/opt/orders/entrypoint.sh run",
        ]
    );
    let paths = json["paths"].as_array().unwrap().iter();
    let packed: Vec<String> = paths
        .filter_map(|path| {
            let name = path["path"].as_str()?.strip_prefix("/opt/orders/erlang/")?;
            let target = path["target"]
                .as_str()
                .map_or(String::new(), |to| format!(" -> {to}"));
            (path["kind"] != "directory").then(|| format!("{name}{target}"))
        })
        .collect();
    assert_eq!(
        packed,
        [
            "bin/start.boot",
            "erts-15.2/bin/beam.smp",
            "erts-15.2/bin/erlexec",
            "lib/kernel-10.2/ebin/kernel.app",
            "bin/erl -> ../erts-15.2/bin/erlexec",
        ]
    );
}

fn lines(unit: &str) -> Vec<&str> {
    let wanted = ["Environment=", "ExecStart"];
    let lines = unit.lines();
    lines
        .filter(|line| wanted.iter().any(|start| line.starts_with(start)))
        .collect()
}

#[test]
fn a_runtime_must_be_one_and_be_of_use() {
    shipment(&format!("{MANIFEST}runtime = \"build\"\n"))
        .status(1)
        .stderr(
            "error: runtime `build` is no installed Erlang, expected `erts-*/bin/erlexec` and `bin/start.boot`\n\
             hint: name the folder that holds `bin` and `lib`: `erl -noshell -eval \
             'io:put_chars(code:root_dir()), halt().'` prints it\n",
        )
        .run();
    shipment(&format!("{MANIFEST}kind = \"plain\"\nruntime = \"otp\"\n"))
        .status(1)
        .stderr(
            "error: `runtime` is not for a release of kind `plain`, which brings what it needs\n\
             hint: leave it out of `[release]`\n",
        )
        .run();
}

#[test]
fn a_project_is_told_how_to_build_its_shipment() {
    let project = Sketch::new().file("gleam.toml", "name = \"orders\"\n");
    assert_eq!(
        project.error(),
        (
            "`DIR` is no release: looked for `releases/start_erl.data` (relx, mix), `entrypoint.sh` \
             (gleam) and an executable in `bin/` or at the top (plain), found `gleam.toml`"
                .into(),
            "build it first: `gleam export erlang-shipment`".into()
        )
    );
    let built = project.directory("build/erlang-shipment");
    assert_eq!(
        built.error().1,
        "there is a release in `DIR/build/erlang-shipment`"
    );
}

const GLEAM_TOML: &str = "name = \"orders\"\nversion = \"1.4.0\"\ndescription = \"Takes orders.\"\n\
    licences = [\"Apache-2.0\"]\n\
    repository = { type = \"github\", user = \"example\", repo = \"orders\" }\n";

/// The manifest for a project, built or not.
const PROPOSED: &str = "\
[package]
maintainer = \"Ann Example <ann@example.com>\"
description = \"Takes orders\"
license = \"Apache-2.0\"
homepage = \"https://github.com/example/orders\"
depends = [\"auto\", \"erlang-base\"]

[release]
path = \"build/erlang-shipment\"
# The Erlang of this machine can go along, in place of the one in `depends`:
# runtime = \"/usr/lib/erlang\"
";

#[test]
fn init_knows_a_project() {
    let init = |test: Test| {
        test.file("gleam.toml", GLEAM_TOML)
            .env("DEBFULLNAME", "Ann Example")
            .env("DEBEMAIL", "ann@example.com")
            .args(["init"])
            .any_stdout()
            .any_stderr()
            .run()
    };
    let at = |path: &str| format!("build/erlang-shipment/{path}");
    let built = Test::new()
        .executable(&at("entrypoint.sh"), ENTRYPOINT)
        .file(&at("orders/ebin/orders.app"), app("1.4.0"));
    for (test, next) in [
        (built, "next: reldeb build\n"),
        (
            Test::new(),
            "next: gleam export erlang-shipment && reldeb build\n",
        ),
    ] {
        let outcome = init(test);
        let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
        assert_eq!(manifest.split_once("\n\n").unwrap().1, PROPOSED);
        let said = outcome.stdout + &outcome.stderr;
        assert!(said.contains(next), "{said}");
    }
}
