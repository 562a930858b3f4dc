//! Things in the folder of a repository that are no files, and limits of the machine: a command says so and ends.

use std::os::unix::fs::symlink;
use std::process::Command;

use super::{Repository, Said};
use crate::packed::success;

impl Repository {
    /// Puts a FIFO in the place of a path.
    fn fifo(&self, path: &str) {
        let path = self.path(path);
        let _ = std::fs::remove_file(&path);
        success(Command::new("mkfifo").arg(path));
    }

    /// Runs a command of `reldeb repo` behind words of a shell, and no longer than half a minute.
    fn run_behind(&self, before: &str, arguments: &str) -> Said {
        let line = format!("{before} timeout 30 \"$RELDEB\" repo {arguments}");
        self.said(
            Command::new("bash")
                .args(["-c", &line])
                .env("RELDEB", env!("CARGO_BIN_EXE_reldeb"))
                .env("RELDEB_KEY", "reldeb.key"),
        )
    }
}

#[test]
fn a_fifo_in_the_place_of_a_file_is_refused_at_once() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.package("orders_2.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    let index = repository.read("apt/dists/stable/InRelease");
    for (path, commands) in [
        (
            "dists/stable/InRelease",
            &[
                "add apt orders_2.0_amd64.deb",
                "list apt",
                "verify apt",
                "refresh apt",
                "init apt",
            ][..],
        ),
        (
            "pool/main/o/orders/orders_2.0_amd64.deb",
            &[
                "add apt orders_2.0_amd64.deb",
                "verify apt",
                "prune apt",
                "html apt",
            ],
        ),
        ("key.asc", &["refresh apt", "verify apt"]),
    ] {
        let file = repository.path("apt").join(path);
        let before = std::fs::read(&file).ok();
        repository.fifo(&format!("apt/{path}"));
        let files = repository.files();
        for command in commands {
            repository.run_behind("", command).fails(
                1,
                &format!("error: cannot open `[DIR]/apt/{path}`: it is a FIFO, expected a file\n"),
            );
        }
        assert_eq!(repository.files(), files);
        std::fs::remove_file(&file).unwrap();
        if let Some(before) = before {
            std::fs::write(&file, before).unwrap();
        }
    }
    assert_eq!(repository.read("apt/dists/stable/InRelease"), index);
    repository
        .run("add apt orders_2.0_amd64.deb")
        .says("orders 2.0 amd64 added to stable main\n");
}

/// A pipe has its bytes once, and a package is read for its sums and for the pool.
#[test]
fn a_package_from_a_pipe_is_refused() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.fifo("pipe.deb");
    let before = repository.files();
    for (before, path) in [
        ("", "pipe.deb"),
        ("cat orders_1.0_amd64.deb |", "/dev/stdin"),
    ] {
        repository
            .run_behind(before, &format!("add apt {path}"))
            .fails(
                1,
                &format!("error: cannot read `{path}`: it is a FIFO, expected a file\n"),
            );
    }
    assert_eq!(repository.files(), before);
}

#[test]
fn the_lock_is_a_file_of_its_own() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let before = repository.files();
    let lock = repository.path("apt/.reldeb/lock");
    let refused = |kind: &str| {
        repository
            .run_behind("", "add apt orders_1.0_amd64.deb")
            .fails(
                1,
                &format!(
                    "error: cannot lock `apt/.reldeb/lock`: it is a {kind}, expected a file\n"
                ),
            );
        assert_eq!(repository.files(), before);
    };
    repository.fifo("apt/.reldeb/lock");
    refused("FIFO");
    std::fs::write(repository.path("other"), "text").unwrap();
    for target in ["other", "new"] {
        std::fs::remove_file(&lock).unwrap();
        symlink(repository.path(target), &lock).unwrap();
        refused("symlink");
    }
    assert_eq!(repository.read("other"), "text");
    assert!(!repository.path("new").exists());
    std::fs::remove_file(&lock).unwrap();
    // One that looks like an unfinished file keeps nobody waiting.
    repository.fifo("apt/.reldeb/new-fifo");
    repository
        .run_behind("", "add apt orders_1.0_amd64.deb")
        .says("orders 1.0 amd64 added to stable main\n");
}

/// The limit is reached at the package, at an index, or at `InRelease`: in any case machines see what was before,
/// and the next run does what is missing.
#[test]
fn a_file_limit_leaves_the_repository_whole() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let refused = |kib: u32, command: &str, path: &str, packages: &str| {
        let index = repository.read("apt/dists/stable/InRelease");
        repository
            .run_behind(&format!("ulimit -f {kib};"), command)
            .fails(
                1,
                &format!(
                    "error: cannot write `apt/{path}`: file too large\n\
                     hint: raise `ulimit -f`, or keep the repository on a file system that takes larger files: \
                     nothing was published\n"
                ),
            );
        assert_eq!(repository.read("apt/dists/stable/InRelease"), index);
        let verified = repository.run("verify apt --deep");
        assert_eq!((verified.status, verified.stderr.as_str()), (0, ""));
        let last = verified.stdout.lines().last();
        assert_eq!(last, Some(packages), "{}", verified.stdout);
        let left = std::fs::read_dir(repository.path("apt/.reldeb")).unwrap();
        assert_eq!(left.count(), 1, "only the lock");
    };
    // An index is shorter than `InRelease`.
    let long = "x".repeat(1000);
    repository.run(&format!("init apt --description {long}"));
    let add = "add apt orders_1.0_amd64.deb";
    let pool = "pool/main/o/orders/orders_1.0_amd64.deb";
    refused(8, add, pool, "0 packages in stable");
    repository
        .run(add)
        .says("orders 1.0 amd64 added to stable main\n");
    let remove = "remove apt orders";
    refused(1, remove, "dists/stable/InRelease", "1 package in stable");
    repository
        .run(remove)
        .says("orders 1.0 amd64 removed from stable\n");
    repository
        .run("verify apt --deep")
        .says("0 packages in stable\n");
}
