//! Projects of several releases or programs, and of git: what `init` and `plan` make of them.

use crate::support::Test;

const AUTHOR: [(&str, &str); 2] = [("DEBFULLNAME", "Jo"), ("DEBEMAIL", "jo@example.com")];

/// An invocation of `init` by a known author.
fn init(test: Test, arguments: &[&str]) -> Test {
    AUTHOR
        .iter()
        .fold(test, |test, (name, value)| test.env(name, value))
        .args(["init"].iter().chain(arguments))
}

fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    assert!(text.parse::<toml::Table>().is_ok(), "{text}");
    let (_, rest) = text.split_once("\n\n").unwrap_or_default();
    rest.to_owned()
}

/// A workspace of a client and a daemon, the programs of which are in `target`.
fn workspace(target: &str) -> Test {
    Test::new()
        .file(
            "Cargo.toml",
            "[workspace]\nmembers = [\"client\", \"daemon\"]\n[workspace.package]\nversion = \"4.0.0\"\n\
             description = \"Manages tasks.\"\nlicense = \"MIT\"\nauthors = [\"Al <al@example.com>\"]\n",
        )
        .file(
            "client/Cargo.toml",
            "[package]\nname = \"task\"\nversion.workspace = true\n",
        )
        .file("client/src/main.rs", "")
        .file(
            "daemon/Cargo.toml",
            "[package]\nname = \"taskd\"\nversion.workspace = true\ndescription.workspace = true\n\
             license.workspace = true\n[dependencies]\naxum = \"1\"\n",
        )
        .file("daemon/src/main.rs", "")
        .file(&format!("{target}/release/.cargo-lock"), "")
        .executable(&format!("{target}/release/task"), "#!/bin/sh\n")
        .executable(&format!("{target}/release/taskd"), "#!/bin/sh\n")
}

const DAEMON: &str = "[package]\nmaintainer = \"Jo <jo@example.com>\"\n\
                      description = \"Manages tasks\"\nlicense = \"MIT\"\n\n[files]\n\"/usr/bin/taskd\" = ";
const RUNS: &str = "\n\n[service]  # runs in the background; without this table it is a command alone\n\
                    program = \"/usr/bin/taskd\"\n";

#[test]
fn a_member_of_a_workspace() {
    let outcome = init(workspace("target"), &["daemon"])
        .stdout("daemon/reldeb.toml\nnext: reldeb build --manifest daemon/reldeb.toml\n")
        .any_stderr()
        .run();
    let manifest = text(&outcome.read("daemon/reldeb.toml"));
    assert_eq!(
        manifest,
        format!("{DAEMON}\"../target/release/taskd\"{RUNS}")
    );
}

#[test]
fn a_workspace_with_a_daemon() {
    let outcome = init(workspace("target"), &[])
        .any_stdout()
        .any_stderr()
        .run();
    let manifest = text(&outcome.read("reldeb.toml"));
    let service = "[files]\n\"/usr/bin/task\" = \"target/release/task\"\n\
                   \"/usr/bin/taskd\" = \"target/release/taskd\"\n\n\
                   [service]  # `taskd` runs in the background; the other programs are commands\n\
                   program = \"/usr/bin/taskd\"\n";
    assert!(manifest.ends_with(service), "{manifest}");
    // What one member says need not be true of the other.
    assert!(!manifest.contains("Manages tasks"), "{manifest}");
}

/// A declared program takes its file from the one that has the name of the package or the file.
#[test]
fn a_daemon_with_a_name_of_its_own() {
    for path in ["src/main.rs", "./src/bin/serve.rs", "src/bin/serve/main.rs"] {
        let test = workspace("target")
            .file(
                "Cargo.toml",
                "[workspace]\nmembers = [\"client\", \"server\"]\n",
            )
            .file("client/Cargo.toml", "[package]\nname = \"task\"\n")
            .file(
                "server/Cargo.toml",
                format!(
                    "[package]\nname = \"task-daemon\"\nversion = \"4.0.0\"\n\
                     [[bin]]\nname = \"taskd\"\npath = \"{path}\"\n"
                ),
            )
            .file("server/src/net.rs", "use std::net::TcpListener;\n")
            .file(&format!("server/{path}"), "");
        let outcome = init(test, &[]).any_stdout().any_stderr().run();
        let manifest = text(&outcome.read("reldeb.toml"));
        let service = "are commands\nprogram = \"/usr/bin/taskd\"\n";
        assert!(manifest.ends_with(service), "{path}: {manifest}");
    }
}

#[test]
fn a_workspace_of_commands() {
    let test = workspace("target").file(
        "daemon/Cargo.toml",
        "[package]\nname = \"taskd\"\nversion.workspace = true\n",
    );
    let outcome = init(test, &[]).any_stdout().any_stderr().run();
    let manifest = text(&outcome.read("reldeb.toml"));
    let commands = "\n# [service]\n# program = \"/usr/bin/task\"\n";
    assert!(manifest.ends_with(commands), "{manifest}");
}

#[test]
fn a_workspace_whose_members_say_the_same() {
    let test = workspace("target").file(
        "client/Cargo.toml",
        "[package]\nname = \"task\"\nversion.workspace = true\ndescription.workspace = true\n\
         license = \"Apache-2.0\"\n",
    );
    let outcome = init(test, &[]).any_stdout().any_stderr().run();
    let manifest = text(&outcome.read("reldeb.toml"));
    let said = "description = \"Manages tasks\"\n\n[files]\n";
    assert!(manifest.contains(said), "{manifest}");
}

/// Cargo makes `target/release` for build scripts, whatever the target is.
#[test]
fn a_target_of_its_own_beside_the_usual_directory() {
    let test = workspace("target/x86_64-unknown-linux-musl")
        .file("target/release/.cargo-lock", "")
        .directory("target/release/deps")
        .directory("target/release/build");
    let outcome = init(test, &["daemon"])
        .stdout("daemon/reldeb.toml\nnext: reldeb build --manifest daemon/reldeb.toml\n")
        .run();
    let manifest = text(&outcome.read("daemon/reldeb.toml"));
    let path = "= \"../target/x86_64-unknown-linux-musl/release/taskd\"\n";
    assert!(manifest.contains(path), "{manifest}");
}

#[test]
fn the_target_directory_is_where_cargo_writes() {
    for (target, files, variable, expected) in [
        (
            "out",
            &[(".cargo/config.toml", "[build]\ntarget-dir = \"out\"\n")][..],
            None,
            "../out/release",
        ),
        (
            "out/riscv64gc-unknown-linux-gnu",
            &[(
                "daemon/.cargo/config.toml",
                "[build]\ntarget-dir = \"../out\"\ntarget = \"riscv64gc-unknown-linux-gnu\"\n",
            )],
            None,
            "../out/riscv64gc-unknown-linux-gnu/release",
        ),
        (
            "target/x86_64-unknown-linux-musl",
            &[],
            None,
            "../target/x86_64-unknown-linux-musl/release",
        ),
        (
            "shared",
            &[("home/config.toml", "[build]\ntarget-dir = \"no\"\n")],
            Some("../shared"),
            "../shared/release",
        ),
    ] {
        let mut test = workspace(target);
        for (path, content) in files {
            test = test.file(path, content);
        }
        if let Some(value) = variable {
            test = test.env("CARGO_TARGET_DIR", value);
        }
        let outcome = init(test, &["daemon"]).any_stdout().any_stderr().run();
        let manifest = text(&outcome.read("daemon/reldeb.toml"));
        assert_eq!(manifest, format!("{DAEMON}\"{expected}/taskd\"{RUNS}"));
    }
}

/// A release of relx, of one application.
fn relx(test: Test, name: &str, application: &str) -> Test {
    let release = format!("_build/prod/rel/{name}");
    test.file(&format!("{release}/releases/start_erl.data"), "13.1.5 1.0")
        .file(
            &format!("{release}/releases/1.0/{name}.rel"),
            format!(
                "{{release,{{\"{name}\",\"1.0\"}},{{erts,\"13.1.5\"}},[{{{application},\"1.0\"}}]}}."
            ),
        )
        .file(&format!("{release}/releases/1.0/sys.config"), "[].\n")
        .executable(&format!("{release}/erts-13.1.5/bin/erlexec"), "#!/bin/sh\n")
        .executable(
            &format!("{release}/bin/{name}"),
            "#!/bin/sh\nRELX_CONFIG_PATH=x\n",
        )
}

fn two_releases() -> Test {
    let application =
        |name: &str| format!("{{application, {name}, [{{description, \"Serves {name}\"}}]}}.\n");
    let test = Test::new()
        .file(
            "rebar.config",
            "{relx, [{release, {paste, \"1.0\"}, [rest_paste]}, {release, {tls, \"1.0\"}, [hello]}]}.\n",
        )
        .file("apps/hello/src/hello.app.src", application("hello"))
        .file("apps/rest_paste/src/rest_paste.app.src", application("rest_paste"));
    relx(relx(test, "paste", "rest_paste"), "tls", "hello").file(
        "_build/prod/rel/tls/releases/1.0/vm.args.src",
        "# ${NO}\n-name ${NODE_NAME}\n-setcookie ${COOKIE:-x}\n-env P ${TLS_PORT:-8443} -env B ${BINDIR}\n",
    )
}

#[test]
fn several_releases_of_a_project() {
    let outcome = init(two_releases(), &[])
        .stdout(
            "
            reldeb.toml
            reldeb-tls.toml
            next: reldeb build && reldeb build --manifest reldeb-tls.toml
            ",
        )
        .any_stderr()
        .run();
    assert_eq!(
        text(&outcome.read("reldeb.toml")),
        "[package]\nmaintainer = \"Jo <jo@example.com>\"\ndescription = \"Serves rest_paste\"\n\n\
         [release]\npath = \"_build/prod/rel/paste\"\n\
         # The sysadmin's as well: they go to /etc/paste, the release gets links to them.\n\
         configuration = [\"sys.config\"]\n"
    );
    assert_eq!(
        text(&outcome.read("reldeb-tls.toml")),
        "[package]\nmaintainer = \"Jo <jo@example.com>\"\ndescription = \"Serves hello\"\n\n\
         [release]\npath = \"_build/prod/rel/tls\"\n\
         # The sysadmin's as well: they go to /etc/tls, the release gets links to them.\n\
         configuration = [\"sys.config\", \"vm.args.src\"]\n\n\
         [service]\n# Set on each machine, in /etc/default/tls, before the service starts.\n\
         required-environment = [\"NODE_NAME\"]\n\n\
         # Lines of /etc/default/tls, for what `releases/1.0/vm.args.src` reads.\n\
         # [service.environment]\n# COOKIE is secret: set it on the machine, in /etc/default/tls\n\
         # TLS_PORT = \"8443\"\n"
    );
}

#[test]
fn one_manifest_of_several_releases() {
    init(two_releases(), &["-o", "one.toml"])
        .status(1)
        .stderr(
            "
            error: `.` holds several releases: `./_build/prod/rel/paste`, `./_build/prod/rel/tls`
            hint: name one: `reldeb init --output FILE ./_build/prod/rel/paste`
            ",
        )
        .run();
    let outcome = init(
        two_releases().directory("debian"),
        &["-o", "debian/tls.toml", "_build/prod/rel/tls"],
    )
    .stdout("debian/tls.toml\nnext: reldeb build --manifest debian/tls.toml\n")
    .any_stderr()
    .run();
    let manifest = text(&outcome.read("debian/tls.toml"));
    assert!(
        manifest.contains("path = \"../_build/prod/rel/tls\"\n"),
        "{manifest}"
    );
}

#[test]
fn an_umbrella_of_mix_with_phoenix() {
    let test = Test::new()
        .file(
            "mix.exs",
            "[apps_path: \"apps\", releases: [\n  web: [applications: [shop_web: :permanent]]]]\n",
        )
        .file(
            "apps/shop_web/mix.exs",
            "[app: :shop_web, description: \"Sells things\"]\n",
        )
        .file("apps/admin/mix.exs", "[app: :admin, description: \"No\"]\n")
        .file("CHANGELOG.md", "# 1.0\n")
        .file(
            "LICENSE-MIT",
            "MIT License\n\nCopyright (c) 2019-2024 Ann Example\n",
        )
        .file(
            "config/runtime.exs",
            "if System.get_env(\"PHX_SERVER\") do\nend\nport = \
             String.to_integer(System.get_env(\"PORT\") || \"4000\")\n\
             secret = System.get_env(\"SECRET_KEY_BASE\") || raise \"no\"\n\
             url = System.get_env(\"DATABASE_URL\") ||\n  raise \"\"\"\n  no\n  \"\"\"\n\
             host = System.fetch_env!(\"PHX_HOST\")\npool = System.get_env(\"POOL\")\n\
             token = System.get_env(\"MAIL_TOKEN\")\n",
        );
    let outcome = init(test, &[]).any_stdout().any_stderr().run();
    assert_eq!(
        text(&outcome.read("reldeb.toml")),
        "[package]\nmaintainer = \"Jo <jo@example.com>\"\ndescription = \"Sells things\"\n\
         copyright = \"2019-2024 Ann Example\"\nchangelog = \"CHANGELOG.md\"\n\n\
         [release]\npath = \"_build/prod/rel/web\"\n\n\
         [service]\n# Made on each machine, in /etc/web/secrets.\nsecrets = [\"SECRET_KEY_BASE\"]\n\
         # Set on each machine, in /etc/default/web, before the service starts.\n\
         required-environment = [\"DATABASE_URL\", \"PHX_HOST\"]\n\n\
         # Lines of /etc/default/web, for what `config/runtime.exs` reads.\n[service.environment]\n\
         PHX_SERVER = \"true\"  # without it Phoenix does not listen\n# PORT = \"4000\"\n\
         # POOL = \"VALUE\"  # has no default\n\
         # MAIL_TOKEN is secret: set it on the machine, in /etc/default/web\n"
    );
}

const ABOUT: &str = "maintainer = \"A <a@example.com>\"\ndescription = \"tool\"\n";

/// The service has what `bin/server` of `mix phx.gen.release` sets, without the manifest.
#[test]
fn phoenix_with_a_server_script() {
    let phoenix = |files: &[&str]| {
        let test = Test::new().file("mix.exs", "[app: :shop]\n").file(
            "config/runtime.exs",
            "if System.get_env(\"PHX_SERVER\") do\nend\nSystem.fetch_env!(\"DATABASE_URL\")\n",
        );
        let test = files.iter().fold(test, |test, path| {
            test.executable(path, "#!/bin/sh\nPHX_SERVER=true exec ./shop start\n")
        });
        let outcome = init(test, &[]).any_stdout().any_stderr().run();
        let manifest = text(&outcome.read("reldeb.toml"));
        manifest.contains("PHX_SERVER")
    };
    assert!(phoenix(&[]));
    assert!(!phoenix(&["rel/overlays/bin/server"]));
}

/// The paths below /opt of a plan.
fn packed(plan: &str) -> Vec<String> {
    let plan: serde_json::Value = serde_json::from_str(plan).unwrap();
    let paths = plan["paths"].as_array().unwrap();
    let paths = paths.iter().filter_map(|path| path["path"].as_str());
    let programs = paths.filter(|path| path.contains("/opt/") && path.contains("/bin/"));
    let mut all = vec![format!(
        "{} {}",
        plan["package"].as_str().unwrap(),
        plan["version"].as_str().unwrap()
    )];
    all.extend(programs.map(|path| path.trim_start_matches('.').to_owned()));
    all
}

#[test]
fn the_cargo_package_beside_the_manifest_is_packed() {
    let release = "[release]\npath = \"../target/release\"\n";
    let metadata = |place: &str| {
        format!(
            "[{place}.metadata.reldeb.package]\nname = \"tasks\"\n{ABOUT}[{place}.metadata.reldeb.release]\n\
             path = \"target/release\"\n"
        )
    };
    let member = format!("[package]\n{ABOUT}{release}");
    for (file, text, arguments, expected) in [
        (
            "daemon/reldeb.toml",
            member.clone(),
            ["-m", "daemon"],
            &["taskd 4.0.0", "/opt/taskd/bin/taskd"][..],
        ),
        (
            "Cargo.toml",
            format!(
                "[workspace]\nmembers = [\"*\"]\nexclude = [\"target\"]\n\
                 [workspace.package]\nversion = \"4.0.0\"\n{}",
                metadata("workspace")
            ),
            ["-m", "."],
            &["tasks 4.0.0", "/opt/tasks/bin/task", "/opt/tasks/bin/taskd"],
        ),
    ] {
        let outcome = workspace("target")
            .file(file, text)
            .args(["plan", "--json"].iter().chain(&arguments))
            .any_stdout()
            .any_stderr()
            .run();
        assert_eq!(packed(&outcome.stdout), expected);
    }
    // A target directory of several projects, outside of each.
    let outcome = Test::new()
        .file(
            "mine/Cargo.toml",
            "[package]\nname = \"mine\"\nversion = \"4.5.6\"\n",
        )
        .file("mine/src/main.rs", "")
        .file("mine/reldeb.toml", format!("[package]\n{ABOUT}{release}"))
        .file("target/release/.cargo-lock", "")
        .executable("target/release/mine", "#!/bin/sh\n")
        .executable("target/release/other", "#!/bin/sh\n")
        .args(["plan", "--json", "-m", "mine"])
        .any_stdout()
        .any_stderr()
        .run();
    assert_eq!(
        packed(&outcome.stdout),
        ["mine 4.5.6", "/opt/mine/bin/mine"]
    );
}

#[test]
fn a_glob_of_one_file_may_name_it() {
    let outcome = Test::new()
        .manifest(&format!(
            "[package]\nname = \"tool\"\nversion = \"1\"\n{ABOUT}[release]\npath = \"rel\"\n[files]\n\
             \"/usr/share/fish/vendor_completions.d/tool.fish\" = \"out/tool-*/out/*.fish\"\n"
        ))
        .executable("rel/bin/tool", "#!/bin/sh\n")
        .file("out/tool-0123/out/completion.fish", "")
        .args(["plan"])
        .any_stdout()
        .any_stderr()
        .run();
    let line = "./usr/share/fish/vendor_completions.d/tool.fish";
    assert!(outcome.stdout.contains(line), "{}", outcome.stdout);
}

#[test]
fn git_is_heard_where_it_fails() {
    let project = || {
        Test::new()
            .manifest(&format!(
                "[package]\nname = \"tool\"\nversion = {{ git = true }}\n{ABOUT}[release]\npath = \"rel\"\n"
            ))
            .executable("rel/bin/tool", "#!/bin/sh\n")
            .args(["plan"])
            .status(1)
    };
    let git = |folder: &std::path::Path, arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b", "-C"]);
        let status = command.arg(folder).args(arguments).output();
        status.is_ok_and(|output| output.status.success())
    };
    let fails = "error: `version = { git = true }`, but `git describe` fails: ";
    let or = ", or give the version with `--version`\n";
    let test = project().env("PATH", "/nowhere");
    test.stderr(&format!(
        "{fails}cannot run `git`: No such file or directory (os error 2)\nhint: install git{or}"
    ))
    .run();
    if !git(std::path::Path::new("."), &["--version"]) {
        return crate::support::skip("needs `git`");
    }
    let test = project();
    test.stderr(&format!(
        "{fails}fatal: not a git repository (or any of the parent directories): .git\n\
         hint: build in the repository{or}"
    ))
    .run();
    let test = project();
    assert!(git(&test.path(""), &["init", "-q"]));
    assert!(git(
        &test.path(""),
        &["commit", "-q", "--allow-empty", "-m", "x"]
    ));
    test.stderr(&format!(
        "{fails}fatal: No names found, cannot describe anything.\n\
         hint: tag a commit, such as `git tag v1.0.0`{or}"
    ))
    .run();
    let test = project().env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    assert!(git(&test.path(""), &["init", "-q"]));
    test.stderr(&format!(
        "{fails}fatal: detected dubious ownership in repository at '[DIR]'\n\
         hint: trust the folder: `git config --global --add safe.directory [DIR]`{or}"
    ))
    .run();
}
