//! What is said about directories: synthetic trees for every case, and releases that rebar3 and mix
//! make on the spot where they are installed.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::too_many_lines,
    clippy::unwrap_used
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reldeb::finding::{Finding, Severity};
use reldeb::release::{Flavour, Release, ReleaseError, ReleaseKind};

/// A directory tree in the making.
struct Sketch {
    root: tempfile::TempDir,
}

impl Sketch {
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    /// The files of a small relx release `orders` 1.4.0.
    fn relx() -> Self {
        Self::new()
            .file("releases/start_erl.data", "13.1.5 1.4.0")
            .file(
                "releases/1.4.0/orders.rel",
                "{release,{\"orders\",\"1.4.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"},\
                 {orders,\"1.4.0\"}]}.\n",
            )
            .file("releases/1.4.0/start.boot", "")
            .file(
                "releases/1.4.0/sys.config",
                "[{orders, []}, \"/etc/orders/orders.config\"].\n",
            )
            .file("releases/1.4.0/vm.args", "-sname orders@localhost\n")
            .program(
                "bin/orders",
                b"#!/bin/sh\nRELX_CONFIG_PATH=x\ncase \"$1\" in\n  stop|ping)\n  ;;\nesac\n",
            )
            .program("erts-13.1.5/bin/erlexec", &elf(62, 2))
            .file(
                "lib/orders-1.4.0/ebin/orders.app",
                "{application, orders, []}.\n",
            )
    }

    fn path(&self) -> &Path {
        self.root.path()
    }

    fn at(&self, path: &str) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.at(path), content).unwrap();
        self
    }

    fn program(self, path: &str, content: &[u8]) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let this = self.file(path, content);
        fs::set_permissions(this.at(path), fs::Permissions::from_mode(0o755)).unwrap();
        this
    }

    fn directory(self, path: &str) -> Self {
        fs::create_dir_all(self.at(path)).unwrap();
        self
    }

    fn symlink(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.at(path)).unwrap();
        self
    }

    fn without(self, path: &str) -> Self {
        let path = self.path().join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        self
    }

    fn open(&self) -> (Release, Vec<Finding>) {
        Release::open(self.path(), None).unwrap()
    }

    /// The findings as `severity tag: message | hint`, without those of severity info.
    fn findings(&self) -> Vec<String> {
        said(&self.open().1)
    }

    /// The error and its hint, with the directory's own name replaced.
    fn error(&self) -> (String, String) {
        let error = Release::open(self.path(), None).unwrap_err();
        self.said(&error)
    }

    fn said(&self, error: &ReleaseError) -> (String, String) {
        let here = self.path().display().to_string();
        (
            error.to_string().replace(&here, "DIR"),
            error.hint().unwrap_or_default().replace(&here, "DIR"),
        )
    }
}

fn said(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .filter(|finding| finding.severity != Severity::Info)
        .map(|f| {
            format!(
                "{}: {} | {}",
                f.tag,
                f.message,
                f.hint.as_deref().unwrap_or_default()
            )
        })
        .collect()
}

/// A linked ELF file of a little-endian machine, with nothing but its header.
fn elf(machine: u8, class: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, 1]);
    bytes[16] = 3;
    bytes[18] = machine;
    bytes
}

fn paths(release: &Release) -> Vec<String> {
    let files = release.files.iter();
    files
        .map(|file| String::from_utf8_lossy(&file.path).into_owned())
        .collect()
}

#[test]
fn a_relx_release_says_what_it_is() {
    let sketch = Sketch::relx();
    let (release, findings) = sketch.open();
    assert_eq!(said(&findings), [""; 0]);
    assert_eq!(release.kind, ReleaseKind::Relx);
    assert_eq!(release.name.as_deref(), Some("orders"));
    assert_eq!(release.version.as_deref(), Some("1.4.0"));
    assert_eq!(release.otp_version.as_deref(), Some("25"));
    let erts = release.erts.as_ref().unwrap();
    assert!(erts.included);
    assert_eq!(erts.directory, Path::new("erts-13.1.5"));
    let script = release.start_script.as_ref().unwrap();
    assert_eq!(script.path, Path::new("bin/orders"));
    assert_eq!(script.foreground, ["foreground"]);
    assert_eq!(script.verbs, ["stop", "ping"]);
    assert_eq!(
        release.configuration.includes[0].path,
        "/etc/orders/orders.config"
    );
    let machine = release.machine().unwrap().unwrap();
    assert_eq!((machine.machine, machine.class64), (62, true));
    assert_eq!(paths(&release)[..3], ["bin", "bin/orders", "erts-13.1.5"]);
}

/// Runs a build tool in a directory; false, with a line that says so, where it is not installed.
fn run(directory: &Path, environment: &[(&str, &str)], command: &[&str]) -> bool {
    let mut process = Command::new(command[0]);
    process.args(&command[1..]).current_dir(directory);
    for (name, value) in environment {
        process.env(name, value);
    }
    let Ok(output) = process.output() else {
        eprintln!("skipped: {} is not installed", command[0]);
        return false;
    };
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

fn rebar3_project() -> Sketch {
    Sketch::new()
        .file(
            "rebar.config",
            "{relx, [{release, {orders, \"1.4.0-rc.1\"}, [orders, sasl]},\n\
             {sys_config, \"config/sys.config\"}, {vm_args, \"config/vm.args\"},\n\
             {dev_mode, false}, {include_erts, true}, {extended_start_script, true}]}.\n\
             {profiles, [{prod, []}, {dev, [{relx, [{dev_mode, true}, {include_erts, false}]}]},\n\
             {minimal, [{relx, [{mode, minimal}]}]},\n\
             {plain, [{relx, [{extended_start_script, false}]}]}]}.\n",
        )
        .file(
            "config/sys.config",
            "[{orders, []}, \"/etc/orders/orders.config\"].\n",
        )
        .file(
            "config/vm.args",
            "-sname orders\n-setcookie orders_cookie\n",
        )
        .file(
            "src/orders.app.src",
            "{application, orders, [{description, \"Takes orders\"}, {vsn, \"1.4.0-rc.1\"},\n\
             {applications, [kernel, stdlib]}, {licenses, [\"Apache-2.0\"]}]}.\n",
        )
        .file("src/orders.erl", "-module(orders).\n")
}

#[test]
fn releases_of_rebar3() {
    let project = rebar3_project();
    for profile in ["prod", "dev", "minimal", "plain"] {
        if !run(project.path(), &[], &["rebar3", "as", profile, "release"]) {
            return;
        }
    }
    let release = |profile: &str| {
        Release::open(
            &project.path().join(format!("_build/{profile}/rel/orders")),
            None,
        )
    };
    let (prod, findings) = release("prod").unwrap();
    assert_eq!(prod.name.as_deref(), Some("orders"));
    assert_eq!(prod.version.as_deref(), Some("1.4.0-rc.1"));
    let script = prod.start_script.clone().unwrap();
    assert_eq!(script.flavour, Flavour::RelxExtended);
    for verb in [
        "foreground",
        "stop",
        "ping",
        "remote_console",
        "eval",
        "status",
    ] {
        assert!(script.knows(verb), "{verb}: {:?}", script.verbs);
    }
    assert!(prod.machine().unwrap().is_some());
    assert!(prod.require_erts().is_ok());
    let tags: Vec<&str> = findings.iter().map(|finding| finding.tag).collect();
    assert_eq!(tags, ["baked-in-cookie"]);

    let error = release("dev").unwrap_err();
    assert!(
        matches!(&error, ReleaseError::DevMode { links, .. } if links.len() > 3),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("{dev_mode, false}"));

    let (minimal, _) = release("minimal").unwrap();
    let error = minimal.require_erts().unwrap_err().to_string();
    assert!(error.ends_with("/bin/erlexec` does not exist"), "{error}");

    let script = release("plain").unwrap().0.start_script.unwrap();
    assert_eq!(script.flavour, Flavour::RelxPlain);
    assert_eq!(script.foreground, ["-noinput"]);
}

#[test]
fn a_release_of_mix() {
    let sketch = Sketch::new();
    if !run(sketch.path(), &[], &["mix", "new", "shop", "--sup"]) {
        return;
    }
    let sketch = sketch.file("shop/config/runtime.exs", "import Config\n");
    let project = sketch.path().join("shop");
    assert!(run(&project, &[("MIX_ENV", "prod")], &["mix", "release"]));
    let (release, findings) = Release::open(&project.join("_build/prod/rel/shop"), None).unwrap();
    assert_eq!(release.kind, ReleaseKind::Mix);
    assert_eq!(release.name.as_deref(), Some("shop"));
    assert_eq!(release.version.as_deref(), Some("0.1.0"));
    let script = release.start_script.clone().unwrap();
    assert_eq!(script.foreground, ["start"]);
    assert_eq!(script.verbs[..2], ["start", "start_iex"]);
    assert!(release.configuration.runtime_exs.is_some());
    assert!(release.configuration.cookie_file.is_some());
    assert_eq!(said(&findings), [""; 0]);
}

#[test]
fn directories_that_are_no_release() {
    for (sketch, error, hint) in [
        (
            Sketch::new(),
            "`DIR` is no release: looked for `releases/start_erl.data` (relx, mix) and an \
             executable in `bin/` or at the top (plain), found an empty directory",
            "",
        ),
        (
            rebar3_project(),
            "`DIR` is no release: looked for `releases/start_erl.data` (relx, mix) and an \
             executable in `bin/` or at the top (plain), found `config/`, `rebar.config`, `src/`",
            "build it first: `rebar3 as prod release`",
        ),
        (
            rebar3_project().file("_build/prod/rel/orders/releases/start_erl.data", "1 2"),
            "`DIR` is no release: looked for `releases/start_erl.data` (relx, mix) and an \
             executable in `bin/` or at the top (plain), found `_build/`, `config/`, \
             `rebar.config` and 1 more",
            "there is a release in `DIR/_build/prod/rel/orders`",
        ),
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
    let found = Release::open(sketch.path(), Some(ReleaseKind::Mix)).unwrap_err();
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
    let (release, findings) = Release::open_without(sketch.path(), None, &mut |path, directory| {
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
            "leave out the files that are not for the target, with `exclude` in `[release]`".into()
        )
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
        (
            Sketch::relx().symlink("lib/x", "nothing"),
            "dangling-symlink: symlink `lib/x` leads to `nothing`, which is not in the package | \
             leave it out: `exclude = [\"/lib/x\"]` in `[release]`"
                .into(),
        ),
        (
            Sketch::relx().file("releases/1.4.0/vm.args", "-setcookie x\n"),
            "baked-in-cookie: `releases/1.4.0/vm.args` has `-setcookie`: every installation \
             shares the cookie, and `ps` shows it | remove it: the package makes a cookie on each \
             machine"
                .into(),
        ),
        (
            Sketch::relx().file("releases/1.4.0/vm.args", "-heart\n"),
            "heart: `vm.args` has `-heart`, which restarts the node behind the service manager's \
             back | remove it: the service manager restarts a node that ends"
                .into(),
        ),
        (
            Sketch::relx()
                .file("releases/1.3.0/start.boot", "")
                .program("bin/orders-1.3.0", b"#!/bin/sh\n")
                .directory("lib/orders-1.3.0"),
            "stale-version: the release is version `1.4.0`, and still holds `1.3.0` | leave the \
             old ones out: `exclude = [\"/releases/1.3.0/\", \"/bin/orders-1.3.0\", \
             \"/lib/orders-1.3.0/\"]` in `[release]`, or build from an empty directory"
                .into(),
        ),
        (
            Sketch::relx().program("bin/tool", b"#!/bin/sh\nexec /home/u/orders/tool\n"),
            "build-machine-path: `bin/tool` names `/home/u/orders/tool` of the build machine in \
             line 2 | derive it from the place of the script: `$(dirname \"$0\")`"
                .into(),
        ),
        (
            Sketch::relx().without("bin/orders"),
            "no-start-script: `bin/orders` does not exist | without it there is no service: name \
             one with `program` in `[service]`"
                .into(),
        ),
        (
            Sketch::relx()
                .without("erts-13.1.5")
                .program("erts-13.1.5/bin/erlexec", b"\xcf\xfa\xed\xfe"),
            "foreign-program: `erts-13.1.5/bin/erlexec` is a program for macOS | build the \
             release on Linux, for example in a container"
                .into(),
        ),
    ] {
        assert_eq!(sketch.findings(), [finding]);
    }
}

#[test]
fn names_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let sketch = Sketch::relx();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs::write(sketch.path().join("lib").join(name), "").unwrap();
    let (release, _) = sketch.open();
    let file = release.file(b"lib/caf\xe9").unwrap();
    assert!(release.source(file).is_file());
}

#[test]
fn a_plain_directory() {
    let sketch = Sketch::new()
        .program("bin/server", &elf(62, 2))
        .program("bin/libserver.so", &elf(62, 2))
        .file("share/index.html", "<p>");
    let (release, findings) = sketch.open();
    assert_eq!(release.kind, ReleaseKind::Plain);
    assert_eq!(release.name.as_deref(), Some("server"));
    assert_eq!(release.version, None);
    assert_eq!(release.start_script.unwrap().path, Path::new("bin/server"));
    assert_eq!(said(&findings), [""; 0]);
    let (release, _) = Sketch::new().program("serve", b"#!/bin/sh\n").open();
    assert_eq!(release.start_script.unwrap().path, Path::new("serve"));
    assert!(release.machines.is_empty());
}

#[test]
fn several_programs_need_a_word() {
    let sketch = Sketch::new()
        .program("bin/a", &elf(62, 2))
        .program("bin/b", &elf(62, 2))
        .file("bin/c", "");
    let (release, findings) = sketch.open();
    assert_eq!(release.name, None);
    assert_eq!(release.start_script, None);
    assert_eq!(
        said(&findings),
        [
            "several-programs: the release holds several programs: `bin/a` and `bin/b` | say which \
          one the service starts: `program = \"bin/a\"` in `[service]`, or `managers = []` there for none"
        ]
    );
    assert_eq!(release.program("./bin/b").unwrap().path, Path::new("bin/b"));
    for (program, expected) in [
        (
            "bin/d",
            "program `bin/d` is not in the release `DIR`, expected `bin/a` or `bin/b`",
        ),
        (
            "bin/c",
            "program `bin/c` is not in the release `DIR`, expected an executable file",
        ),
    ] {
        let error = release.program(program).unwrap_err();
        assert_eq!(sketch.said(&error).0, expected);
    }
}

/// A built Cargo project, as far as a look at it can tell.
fn cargo_project(manifest: &str) -> Sketch {
    Sketch::new()
        .file("Cargo.toml", manifest)
        .file("src/main.rs", "fn main() {}\n")
        .file("target/release/.cargo-lock", "")
        .file("target/release/orders.d", "")
        .program("target/release/orders", &elf(62, 2))
        .program(
            "target/release/build/x-0123/build-script-build",
            &elf(62, 2),
        )
        .program("target/release/deps/orders-0123456789abcdef", &elf(62, 2))
        .file("target/release/liborders.rlib", "")
}

#[test]
fn the_target_directory_of_cargo() {
    let manifest = "[package]\nname = \"orders\"\nversion = \"0.3.0-rc.1\"\n";
    let sketch = cargo_project(manifest);
    let (release, findings) = Release::open(&sketch.path().join("target/release"), None).unwrap();
    assert_eq!(said(&findings), [""; 0]);
    assert_eq!(release.name.as_deref(), Some("orders"));
    assert_eq!(release.version.as_deref(), Some("0.3.0-rc.1"));
    assert_eq!(paths(&release), ["bin", "bin/orders"]);
    let file = release.file(b"bin/orders").unwrap();
    assert_eq!(
        release.source(file),
        sketch.path().join("target/release/orders")
    );
    assert_eq!(release.start_script.unwrap().path, Path::new("bin/orders"));

    let triple = "target/x86_64-unknown-linux-musl/release";
    let sketch = sketch
        .file(&format!("{triple}/.cargo-lock"), "")
        .program(&format!("{triple}/orders"), &elf(62, 2));
    let (release, _) = Release::open(&sketch.path().join(triple), None).unwrap();
    assert_eq!(release.name.as_deref(), Some("orders"));

    let sketch = cargo_project(manifest).without("target/release/orders");
    let error = Release::open(&sketch.path().join("target/release"), None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("/Cargo.toml`, found `.cargo-lock`"),
        "{error}"
    );
    assert_eq!(
        error.hint().as_deref(),
        Some("build it first: `cargo build --release`")
    );
}

#[test]
fn a_workspace_of_cargo() {
    let sketch = cargo_project(
        "[workspace]\nmembers = [\"crates/*\"]\n[workspace.package]\nversion = \"2.0.0\"\n",
    )
    .file(
        "crates/orders/Cargo.toml",
        "[package]\nname = \"orders\"\nversion.workspace = true\n",
    )
    .file("crates/orders/src/main.rs", "")
    .file(
        "crates/tools/Cargo.toml",
        "[package]\nname = \"tools\"\nversion.workspace = true\n[[bin]]\nname = \"migrate\"\n",
    )
    .file(
        "crates/library/Cargo.toml",
        "[package]\nname = \"library\"\n",
    );
    let directory = sketch.path().join("target/release");
    let (release, _) = Release::open(&directory, None).unwrap();
    assert_eq!(release.name.as_deref(), Some("orders"));
    let sketch = sketch.program("target/release/migrate", &elf(62, 2));
    let (release, findings) = Release::open(&directory, None).unwrap();
    assert_eq!(paths(&release), ["bin", "bin/migrate", "bin/orders"]);
    assert_eq!(release.version.as_deref(), Some("2.0.0"));
    assert_eq!((release.name, release.start_script), (None, None));
    assert_eq!(said(&findings).len(), 1, "{findings:?}");
    drop(sketch);
}

#[test]
fn unreadable_directories_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let sketch = Sketch::relx().directory("lib/closed");
    let closed = sketch.path().join("lib/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        eprintln!("skipped: root may read everything");
        return;
    }
    let (error, hint) = sketch.error();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(error, "cannot list `DIR/lib/closed`: permission denied");
    assert_eq!(hint, "check who may read and write it");
}
