//! `reldeb repo` in a folder: what it says, and what is there afterwards.

mod adopted;
mod bad_days;
mod documentation;
mod gpg;
mod guarded;
mod machines;
mod names;
mod page;
mod publish;
mod readable;
mod refused;
mod secrets;
mod strange;
mod suites;
mod trust;

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::packed::success;
use crate::support::unindent;

/// A folder with a repository `apt`, its key `reldeb.key` and packages.
pub(crate) struct Repository {
    folder: TempDir,
}

/// The answer of a command.
pub(crate) struct Said {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Repository {
    /// Returns a folder without a repository.
    fn none() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    /// Makes a repository with the suite `stable`.
    fn new() -> Self {
        let repository = Self::none();
        let init = "init apt --origin Example --key new";
        repository
            .run(init)
            .says("secret key: reldeb.key\nsuite stable: made\n");
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs a command of `reldeb repo` in the folder; `reldeb.key` signs.
    fn run(&self, arguments: &str) -> Said {
        self.run_by("reldeb.key", arguments)
    }

    fn run_by(&self, key: &str, arguments: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        command.env_clear().env("PATH", "/usr/bin:/bin");
        command.env("RELDEB_KEY", key);
        self.said(command.arg("repo").args(arguments.split(' ')))
    }

    /// Runs a command in the folder.
    fn said(&self, command: &mut Command) -> Said {
        let output = command.current_dir(&self.folder).output().unwrap();
        let folder = self.folder.path().to_str().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(folder, "[DIR]");
        Said {
            status: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Makes `NAME_VERSION_ARCHITECTURE.deb` with more fields.
    fn package(&self, file: &str, fields: &str) -> &Self {
        let stem = file.strip_suffix(".deb").unwrap();
        let words: Vec<&str> = stem.split('_').collect();
        let tree = self.path(stem);
        let control = format!(
            "Package: {}\nVersion: {}\nArchitecture: {}\nMaintainer: Ann <ann@example.com>\n{fields}\
             Description: order service\n Takes orders.\n .\n Keeps them.\n",
            words[0], words[1], words[2]
        );
        std::fs::create_dir_all(tree.join("DEBIAN")).unwrap();
        std::fs::write(tree.join("DEBIAN/control"), control).unwrap();
        let mut build = Command::new("dpkg-deb");
        build.env("SOURCE_DATE_EPOCH", "1700000000");
        success(
            build
                .args(["--root-owner-group", "-Znone", "-b"])
                .arg(&tree)
                .arg(self.path(file)),
        );
        std::fs::remove_dir_all(tree).unwrap();
        self
    }

    fn read(&self, path: &str) -> String {
        let path = self.path(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The text of an index file.
    fn index(&self, path: &str) -> String {
        success(Command::new("xz").arg("-dc").arg(self.path(path)))
    }

    /// All files below the repository with their sums.
    fn files(&self) -> String {
        let find = "find . -type f ! -path './.reldeb/*' | LC_ALL=C sort | xargs sha256sum";
        success(
            Command::new("sh")
                .args(["-c", find])
                .current_dir(self.path("apt")),
        )
    }
}

impl Said {
    /// Expects success, and exactly this on standard output.
    #[track_caller]
    fn says(&self, expected: &str) {
        assert_eq!(
            (self.stdout.as_str(), self.stderr.as_str()),
            (unindent(expected).as_str(), "")
        );
        assert_eq!(self.status, 0);
    }

    /// Expects success, and exactly this on standard output and on standard error.
    #[track_caller]
    fn says_and_tells(&self, expected: &str, told: &str) {
        assert_eq!(
            (self.stdout.as_str(), self.stderr.as_str()),
            (unindent(expected).as_str(), unindent(told).as_str())
        );
        assert_eq!(self.status, 0);
    }

    /// Expects exactly this on standard error, and a status.
    #[track_caller]
    fn fails(&self, status: i32, expected: &str) {
        assert_eq!(
            (self.stderr.as_str(), self.stdout.as_str()),
            (unindent(expected).as_str(), "")
        );
        assert_eq!(self.status, status);
    }
}

#[test]
fn packages_are_added_once_and_listed() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "Multi-Arch: same\nDepends: libc6\n");
    repository.package("orders-doc_2:1.0_all.deb", "Filename: lie\nsize: 1\n");
    repository
        .run("add apt orders_1.0_amd64.deb orders-doc_2:1.0_all.deb")
        .says(
            "
            orders-doc 2:1.0 all added to stable main
            orders 1.0 amd64 added to stable main
            ",
        );
    repository.run("list apt").says(
        "
        stable main orders 1.0 amd64
        stable main orders-doc 2:1.0 all
        ",
    );
    let before = repository.files();
    repository
        .run("add apt orders_1.0_amd64.deb")
        .says("orders 1.0 amd64 is in stable main already\n");
    assert_eq!(repository.files(), before);
    let index = repository.index("apt/dists/stable/main/binary-amd64/Packages.xz");
    let sum = |option: &str, file: &str| {
        let sums = success(Command::new(option).arg(repository.path(file)));
        sums.split(' ').next().unwrap().to_owned()
    };
    let size = |file: &str| std::fs::metadata(repository.path(file)).unwrap().len();
    let (orders, doc) = ("orders_1.0_amd64.deb", "orders-doc_2:1.0_all.deb");
    assert_eq!(
        index,
        format!(
            "Package: orders\nVersion: 1.0\nArchitecture: amd64\n\
             Maintainer: Ann <ann@example.com>\nMulti-Arch: same\nDepends: libc6\n\
             Description: order service\n Takes orders.\n .\n Keeps them.\n\
             Filename: pool/main/o/orders/orders_1.0_amd64.deb\nSize: {}\nMD5sum: {}\nSHA256: {}\n\n\
             Package: orders-doc\nVersion: 2:1.0\nArchitecture: all\n\
             Maintainer: Ann <ann@example.com>\n\
             Description: order service\n Takes orders.\n .\n Keeps them.\n\
             Filename: pool/main/o/orders-doc/orders-doc_1.0_all.deb\nSize: {}\nMD5sum: {}\n\
             SHA256: {}\n\n",
            size(orders),
            sum("md5sum", orders),
            sum("sha256sum", orders),
            size(doc),
            sum("md5sum", doc),
            sum("sha256sum", doc),
        )
    );
}

#[test]
fn documents_have_all_that_the_text_says() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let said = repository.run("add apt orders_1.0_amd64.deb --json");
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(document["suite"], "stable");
    let package = &document["packages"][0];
    assert_eq!(package["added"], true);
    assert_eq!(package["path"], "pool/main/o/orders/orders_1.0_amd64.deb");
    let said = repository.run("list apt --json");
    let document: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let package = &document["suites"][0]["packages"][0];
    assert_eq!(package["version"], "1.0");
}

/// The signed index, as every tool reads it.
#[test]
fn a_suite_lists_what_apt_looks_for() {
    let repository = Repository::new();
    let text = repository.read("apt/dists/stable/InRelease");
    let lines: Vec<&str> = text.lines().collect();
    let fields: Vec<&str> = lines[3..]
        .iter()
        .filter(|line| !line.starts_with(' '))
        .copied()
        .collect();
    let date = fields
        .iter()
        .position(|line| line.starts_with("Date: "))
        .unwrap();
    assert_eq!(
        fields[..date],
        [
            "Suite: stable",
            "Codename: stable",
            "X-Reldeb: 1",
            "Origin: Example",
            "Label: Example",
            "Acquire-By-Hash: yes",
            "Architectures: amd64",
            "Components: main",
        ]
    );
    assert_eq!(fields[date + 1], "SHA256:");
    let listed: Vec<&str> = lines
        .iter()
        .filter(|line| line.starts_with(' '))
        .map(|line| line.rsplit(' ').next().unwrap())
        .collect();
    let folder = "main/binary-amd64/Packages";
    assert_eq!(
        listed,
        [
            folder.to_owned(),
            format!("{folder}.gz"),
            format!("{folder}.xz")
        ]
    );
    assert!(
        !repository
            .path(&format!("apt/dists/stable/{folder}"))
            .exists()
    );
    assert!(
        repository
            .read("apt/key.asc")
            .starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    );
}
