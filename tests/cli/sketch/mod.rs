//! Directory trees for tests about releases.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reldeb::internals::finding::{Finding, Severity};
use reldeb::internals::release::{Release, ReleaseError};

/// A directory tree in the making.
pub struct Sketch {
    root: tempfile::TempDir,
}

impl Sketch {
    pub fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    /// The files of a small relx release `orders` 1.4.0.
    pub fn relx() -> Self {
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

    pub fn path(&self) -> &Path {
        self.root.path()
    }

    pub fn at(&self, path: &str) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.at(path), content).unwrap();
        self
    }

    pub fn program(self, path: &str, content: &[u8]) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let this = self.file(path, content);
        fs::set_permissions(this.at(path), fs::Permissions::from_mode(0o755)).unwrap();
        this
    }

    pub fn directory(self, path: &str) -> Self {
        fs::create_dir_all(self.at(path)).unwrap();
        self
    }

    pub fn symlink(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.at(path)).unwrap();
        self
    }

    pub fn without(self, path: &str) -> Self {
        let path = self.path().join(path);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        self
    }

    pub fn open(&self) -> (Release, Vec<Finding>) {
        Release::open(self.path(), None).unwrap()
    }

    /// The findings as `severity tag: message | hint`, without those of severity info.
    pub fn findings(&self) -> Vec<String> {
        said(&self.open().1)
    }

    /// The error and its hint, with the directory's own name replaced.
    pub fn error(&self) -> (String, String) {
        let error = Release::open(self.path(), None).unwrap_err();
        self.said(&error)
    }

    pub fn said(&self, error: &ReleaseError) -> (String, String) {
        let here = self.path().display().to_string();
        (
            error.to_string().replace(&here, "DIR"),
            error.hint().unwrap_or_default().replace(&here, "DIR"),
        )
    }
}

pub fn said(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .filter(|finding| finding.severity != Severity::Info)
        .map(|f| {
            format!(
                "{}: {} | {}",
                f.tag.name,
                f.message,
                f.hint.as_deref().unwrap_or_default()
            )
        })
        .collect()
}

/// A linked ELF file of a little-endian machine, with nothing but its header.
pub fn elf(machine: u8, class: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, 1, 1]);
    bytes[16] = 3;
    bytes[18] = machine;
    bytes
}

pub fn paths(release: &Release) -> Vec<String> {
    let files = release.files.iter();
    files
        .map(|file| String::from_utf8_lossy(&file.path).into_owned())
        .collect()
}

/// Runs a build tool in a directory; false, with a line that says so, where it is not installed.
pub fn run(directory: &Path, environment: &[(&str, &str)], command: &[&str]) -> bool {
    let mut process = Command::new(command[0]);
    process.args(&command[1..]).current_dir(directory);
    for (name, value) in environment {
        process.env(name, value);
    }
    let Ok(output) = process.output() else {
        crate::support::skip(&format!("needs `{}`", command[0]));
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

pub fn rebar3_project() -> Sketch {
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
