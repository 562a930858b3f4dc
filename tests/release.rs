//! What is said about directories: synthetic trees for every case, and releases that rebar3 and mix
//! make on the spot where they are installed.

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
