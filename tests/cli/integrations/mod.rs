//! `integrations/`, each in the repository's own example; and the commands of `docs/integrations.md`.

mod mix;
mod page;
mod rebar3;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::project;

/// A copy of an example, to build in.
struct Example {
    directory: TempDir,
}

/// The output of a command, its messages, and its end.
struct Said {
    stdout: String,
    stderr: String,
    status: Option<i32>,
}

impl Example {
    fn new(name: &str, sources: &[&str]) -> Self {
        let directory = TempDir::new().unwrap();
        let from = project().join("examples").join(name);
        let sources = sources.iter().map(|source| from.join(source));
        let mut copy = Command::new("cp");
        copy.arg("-a").args(sources).arg(directory.path());
        assert!(copy.status().unwrap().success());
        fs::create_dir(directory.path().join("bin")).unwrap();
        Self { directory }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// Makes a link, and the folders above it.
    fn link(&self, path: &str, target: &Path) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }

    /// Puts a program into the folder that is first in the search path.
    fn program(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.path("bin").join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts the built command into that folder.
    fn with_reldeb(self) -> Self {
        self.link("bin/reldeb", Path::new(env!("CARGO_BIN_EXE_reldeb")));
        self
    }

    /// Puts text at the beginning of a file.
    fn prepend(&self, path: &str, text: &str) {
        let old = fs::read_to_string(self.path(path)).unwrap();
        fs::write(self.path(path), text.to_owned() + &old).unwrap();
    }

    fn replace(&self, path: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(old), "no `{old}` in {path}");
        fs::write(self.path(path), text.replace(old, new)).unwrap();
    }

    /// Runs a line of sh(1) in the copy, with a home of its own.
    fn sh(&self, line: &str) -> Said {
        let cargo = Path::new(env!("CARGO")).parent().unwrap();
        let bin = self.path("bin");
        let path = format!("{}:{}:/usr/bin:/bin", bin.display(), cargo.display());
        let output = Command::new("sh")
            .args(["-e", "-c", line])
            .current_dir(&self.directory)
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.directory.path())
            .env("LANG", "C.UTF-8")
            .env("REBAR_COLOR", "none")
            .env("CARGO_NET_OFFLINE", "true")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            status: output.status.code(),
        }
    }
}

impl Said {
    #[track_caller]
    fn success(self) -> Self {
        assert_eq!(self.status, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }

    /// The lines that reldeb printed: paths of packages.
    fn packages(&self) -> Vec<&str> {
        let lines = self.stdout.lines();
        lines.filter(|line| line.ends_with(".deb")).collect()
    }

    /// Returns what rebar3 or mix said last.
    fn last(&self) -> &str {
        self.stdout.trim_end().lines().last().unwrap_or_default()
    }
}

/// Returns whether a program is there to be tested with; if not, it is said.
fn has(program: &str, option: &str) -> bool {
    let is_there = Command::new(program).arg(option).output().is_ok();
    if !is_there {
        crate::support::skip(&format!("needs `{program}`"));
    }
    is_there
}

/// rebar3 and mix put what stands behind `--` after what the project has configured.
#[test]
fn of_an_option_of_build_that_is_there_twice_the_last_counts() {
    crate::support::Test::new()
        .manifest(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ann Example <ann@example.com>\"\n\
             description = \"demonstrates\"\n[files]\n\"/usr/share/demo/a\" = \"a\"\n",
        )
        .file("a", "a\n")
        .args(["build", "-q", "--output", "out/", "--compression", "xz", "-q"])
        .args(["-o", "other/", "--compression=none"])
        .stdout("other/demo_1.0_all.deb\n")
        .run();
}
