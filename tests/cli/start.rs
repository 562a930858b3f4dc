//! The programs that start a release: scripts beside its own, lost modes, and the commands of a plain
//! release.

use crate::sketch::Sketch;
use crate::support::Test;

const MANIFEST: &str = "\
[package]
name = \"shop\"
version = \"1.0\"
maintainer = \"Ann Example <ann@example.com>\"
description = \"sells things\"

[release]
path = \"rel\"
";

/// A start script with these verbs.
fn script(mark: &str, verbs: &str) -> String {
    format!("#!/bin/sh\n{mark}=x\ncase $1 in\n{verbs})\n    exit 0\n    ;;\nesac\n")
}

/// A release of Erlang, with this start script and files of its version.
fn release(script: &str, files: &[&str], service: &str) -> Test {
    let runtime = "{release,{\"app\",\"1.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n";
    let mut test = Test::new()
        .manifest(&format!("{MANIFEST}\n{service}"))
        .file("rel/releases/start_erl.data", "13.1.5 1.0")
        .file("rel/releases/1.0/app.rel", runtime)
        .file("rel/releases/1.0/vm.args", "-sname app@localhost\n")
        .executable("rel/erts-13.1.5/bin/erlexec", "#!/bin/sh\n")
        .executable("rel/bin/app", script)
        .executable("rel/bin/server", "#!/bin/sh\nexec \"${0%/*}\"/app go\n");
    for file in files {
        test = test.executable(&format!("rel/releases/1.0/{file}"), "#!/bin/sh\n");
    }
    test.args(["plan", "-q", "--json", "--scripts"])
}

/// The lines of rendered files that say what is run, and with which variables.
fn lines_of(test: Test) -> Vec<String> {
    let outcome = test.any_stdout().run();
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let rendered = json["rendered"].as_object().unwrap();
    let wanted = [
        ("shop.service", "ExecStart="),
        ("shop.service", "ExecStartPre="),
        ("shop.service", "Environment="),
        ("init.d/shop", "PROGRAM="),
        ("bin/shop", "PROGRAM="),
        ("libexec/shop/ask", "exec "),
        ("libexec/shop/ask", "/opt/"),
        ("as-service", "export "),
        ("as-service", "    export "),
        ("as-service", "*/opt"),
    ];
    let mut lines = Vec::new();
    for (name, start) in wanted {
        for (path, text) in rendered.iter().filter(|(path, _)| path.ends_with(name)) {
            let content = text.as_str().unwrap().lines();
            let found = content.filter(|line| line.starts_with(start));
            let file = path.rsplit('/').next().unwrap();
            lines.extend(found.map(|line| format!("{file}: {line}")));
        }
    }
    lines
}

#[test]
fn another_script_starts_the_same_kind() {
    let mix = script("RELEASE_TMP", "start|pid|rpc|remote");
    let relx = script("RELX_CONFIG_PATH", "foreground|ping|eval");
    let plain = "#!/bin/sh\nexec erlexec \"$@\"\n".to_owned();
    let cases: [(&str, &str, &[&str], &str); 3] = [
        ("mix", &mix, &["elixir", "iex", "env.sh"], "start"),
        ("relx", &relx, &[], "foreground"),
        (
            "relx without extended_start_script",
            &plain,
            &[],
            "-noinput",
        ),
    ];
    for (kind, script, files, foreground) in cases {
        let own = lines_of(release(script, files, ""));
        let named = lines_of(release(
            script,
            files,
            "[service]\nprogram = \"bin/server\"\n",
        ));
        let start = format!("shop.service: ExecStart=/opt/shop/bin/app {foreground}");
        assert_eq!(own[0], start, "{kind}");
        let differing: Vec<(&String, &String)> = own
            .iter()
            .zip(&named)
            .filter(|(own, named)| own != named)
            .collect();
        let expected = [
            (start, "shop.service: ExecStart=/opt/shop/bin/server"),
            (
                "shop: PROGRAM=/opt/shop/bin/app".to_owned(),
                "shop: PROGRAM=/opt/shop/bin/server",
            ),
        ];
        let expected: Vec<(&String, String)> = expected
            .iter()
            .map(|(own, named)| (own, (*named).to_owned()))
            .collect();
        let expected: Vec<(&String, &String)> =
            expected.iter().map(|(own, named)| (*own, named)).collect();
        assert_eq!(differing, expected, "{kind}");
        assert_eq!(own.len(), named.len(), "{kind}");
        let home = "as-service: export HOME=/var/lib/shop".to_owned();
        assert!(named.contains(&home), "{kind}: {named:?}");
    }
}

#[test]
fn another_start_script_gets_the_arguments_that_it_knows() {
    let relx = script("RELX_CONFIG_PATH", "foreground|ping|eval");
    let service = "[service]\nprogram = \"bin/app-1.0\"\n";
    let test = release(&relx, &[], service).executable("rel/bin/app-1.0", &relx);
    assert_eq!(
        lines_of(test)[0],
        "shop.service: ExecStart=/opt/shop/bin/app-1.0 foreground"
    );
}

#[test]
fn what_runs_must_be_executable() {
    let (error, hint) = Sketch::relx()
        .file("bin/orders", "#!/bin/sh\n")
        .without("bin/orders")
        .file("bin/orders", "#!/bin/sh\n")
        .without("erts-13.1.5")
        .file("erts-13.1.5/bin/erlexec", "#!/bin/sh\n")
        .error();
    assert_eq!(
        error,
        "release `DIR` cannot start: `bin/orders`, `erts-13.1.5/bin/erlexec` are not executable"
    );
    let expected = "build it again, or take it from the build with its modes: `tar` keeps them, the \
                    artifacts of many CI systems do not";
    assert_eq!(hint, expected);
    let script = b"#!/bin/sh\nRELEASE_TMP=x\n";
    let mix = Sketch::relx()
        .program("bin/orders", script)
        .program("releases/1.4.0/env.sh", b"")
        .file("releases/1.4.0/elixir", "#!/bin/sh\n");
    assert_eq!(
        mix.error(),
        (
            "release `DIR` cannot start: `releases/1.4.0/elixir` is not executable".into(),
            expected.into()
        )
    );
    let plain = Sketch::new()
        .file("bin/serve", "#!/bin/sh\n")
        .file("bin/readme", "serves\n");
    assert_eq!(
        plain.error(),
        (
            "release `DIR` cannot start: `bin/serve` is not executable".into(),
            expected.into()
        )
    );
}

#[test]
fn a_release_without_a_start_script_has_no_service() {
    let without = |service: &str| {
        let relx = script("RELX_CONFIG_PATH", "foreground|ping");
        let test = release("", &[], service).executable("rel/bin/other", relx);
        std::fs::remove_file(test.path("rel/bin/app")).unwrap();
        test.any_stdout()
    };
    let said = |service: &str| {
        let outcome = without(service).run();
        let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let findings = json["findings"].as_array().unwrap().iter();
        let mut warnings = findings.filter(|finding| finding["severity"] == "warning");
        warnings
            .next()
            .map(|finding| finding["message"].to_string())
    };
    let warning = "\"`bin/app` does not exist\"".to_owned();
    assert_eq!(said(""), Some(warning));
    assert_eq!(said("[service]\nmanagers = []\n"), None);
    assert_eq!(said("[service]\nprogram = \"bin/other\"\n"), None);
    without("[service]\n")
        .status(1)
        .stderr(
            "error: `[service]` has no program, and the release has no start script\n\
             hint: write `program = \"bin/NAME\"` below `[service]`, or `managers = []` for no service\n",
        )
        .run();
}

#[test]
fn the_other_programs_of_a_plain_release_are_commands() {
    let cases = [
        (
            "program = \"bin/shopd\"",
            ["shop -> /opt/shop/bin/shop", "shopd"],
        ),
        (
            "program = \"bin/shop\"",
            ["shop", "shopd -> /opt/shop/bin/shopd"],
        ),
        (
            "managers = []",
            ["shop -> /opt/shop/bin/shop", "shopd -> /opt/shop/bin/shopd"],
        ),
    ];
    for (service, expected) in cases {
        let outcome = Test::new()
            .manifest(&format!("{MANIFEST}\n[service]\n{service}\n"))
            .executable("rel/bin/shop", "#!/bin/sh\n")
            .executable("rel/bin/shopd", "#!/bin/sh\n")
            .args(["plan", "-q", "--json"])
            .any_stdout()
            .run();
        let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let paths = json["paths"].as_array().unwrap().iter();
        let mut commands: Vec<String> = paths
            .filter_map(|path| {
                let name = path["path"].as_str()?.strip_prefix("/usr/bin/")?;
                Some(match path["target"].as_str() {
                    Some(target) => format!("{name} -> {target}"),
                    None => name.to_owned(),
                })
            })
            .filter(|name| !name.is_empty())
            .collect();
        commands.sort();
        assert_eq!(commands, expected, "{service}");
    }
}

/// Phoenix listens where `bin/server` of `mix phx.gen.release` has said so.
#[test]
fn the_service_has_what_bin_server_sets() {
    let mix = script("RELEASE_TMP", "start|pid|rpc|remote");
    let server = "#!/bin/sh\nset -eu\n\ncd -P -- \"$(dirname -- \"$0\")\"\n\
                  export PORT=4001\nLEFT=$PORT exec true\nPHX_SERVER=true exec ./app start\n";
    let test = release(&mix, &["elixir", "env.sh"], "").executable("rel/bin/server", server);
    let lines = lines_of(test);
    let of = |start: &str| {
        let found = lines.iter().filter(|line| line.starts_with(start));
        found.cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        of("shop.service: ExecStart="),
        ["shop.service: ExecStart=/opt/shop/bin/app start"]
    );
    for (file, name, value) in [
        ("shop.service: Environment=", "PHX_SERVER", "true"),
        ("shop.service: Environment=", "PORT", "4001"),
        ("as-service:     export ", "PHX_SERVER", "true"),
        ("as-service:     export ", "PORT", "4001"),
    ] {
        let line = format!("{file}{name}={value}");
        assert!(lines.contains(&line), "{line} in {lines:#?}");
    }
    // Other commands of the administrator's do not serve.
    let start = ["as-service: */opt/shop/bin/app\\ start)"];
    assert_eq!(of("as-service: *"), start);
    assert!(
        !lines.iter().any(|line| line.contains("LEFT")),
        "{lines:#?}"
    );
}
