//! Disks that are full or only to be read, keys that have ended and clocks that are wrong: an error that
//! says so, and nothing published.

use std::process::Command;
use std::time::{Duration, SystemTime};

use reldeb::internals::repo::signing::{Signer, SigningKey};
use reldeb::internals::repo::store::FolderStore;
use reldeb::internals::repo::{Clock, Publisher, Validity, refresh};

use super::{Repository, Said};
use crate::support::{is_root, project, skip};

/// Runs lines of shell in mounts of their own, where `apt` may be mounted over and `saved` is what it was.
fn on_another_disk(repository: &Repository, lines: &str) -> Option<Said> {
    if !is_root() {
        skip("only root mounts");
        return None;
    }
    let saved = repository.path("saved");
    let _ = std::fs::remove_dir_all(&saved);
    let mut copy = Command::new("cp");
    let copy = copy
        .arg("-a")
        .arg(repository.path("apt"))
        .arg(&saved)
        .status();
    assert!(copy.unwrap().success());
    let sums = "sums() { (cd apt && find . -type f ! -path './.reldeb/*' ! -name filler -exec sha256sum {} + | sort); }\n";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-ec", &format!("{sums}{lines}")])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("RELDEB", env!("CARGO_BIN_EXE_reldeb"))
        .env("RELDEB_KEY", "reldeb.key")
        .current_dir(repository.path(""))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(Said {
        status: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    })
}

#[test]
fn a_full_disk_changes_nothing() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let lines = "mount -t tmpfs -o size=1m none apt
        cp -a saved/. apt
        sums >before
        head -c 2000000 /dev/zero >apt/filler 2>/dev/null || true
        $RELDEB repo add apt orders_1.0_amd64.deb || echo status $?
        sums | diff before -
        $RELDEB repo verify apt
        rm apt/filler
        $RELDEB repo add apt orders_1.0_amd64.deb";
    let Some(said) = on_another_disk(&repository, lines) else {
        return;
    };
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str(), said.status),
        (
            "status 1\n0 packages in stable\norders 1.0 amd64 added to stable main\n",
            "error: cannot write `apt/pool/main/o/orders/orders_1.0_amd64.deb`: no space left on device\n\
             hint: free some space, and call it again: nothing was published\n",
            0
        )
    );
}

/// The disk is full at every step of a publication.
#[test]
fn a_disk_that_becomes_full_leaves_the_last_publication() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let lines = "mount -t tmpfs -o size=1m none apt
        cp -a saved/. apt
        full=$(($(stat -f -c %a apt) - 1))
        for pages in $(seq 0 16); do
            head -c $(((full - pages) * 4096)) /dev/zero >apt/filler
            if $RELDEB repo add apt orders_1.0_amd64.deb >/dev/null; then
                echo done
                $RELDEB repo list apt
                exit
            fi
            cmp apt/dists/stable/InRelease saved/dists/stable/InRelease
            $RELDEB repo verify apt >said || cat said
            find apt/.reldeb -name 'new-*'
        done";
    let Some(said) = on_another_disk(&repository, lines) else {
        return;
    };
    assert_eq!(said.stdout, "done\nstable main orders 1.0 amd64\n");
    let errors = said.stderr.lines().filter(|it| it.starts_with("error: "));
    let mut errors: Vec<&str> = errors.collect();
    errors.dedup();
    assert!(errors.len() > 3, "{errors:?}");
    for error in errors {
        assert!(error.ends_with("`: no space left on device"), "{error}");
    }
}

#[test]
fn a_folder_that_is_only_to_be_read_changes_nothing() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let lines = "mount --bind apt apt
        mount -o remount,bind,ro apt
        $RELDEB repo add apt orders_1.0_amd64.deb || echo status $?
        $RELDEB repo verify apt";
    let Some(said) = on_another_disk(&repository, lines) else {
        return;
    };
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str(), said.status),
        (
            "status 1\n0 packages in stable\n",
            "error: cannot write `apt/pool/main/o/orders/orders_1.0_amd64.deb`: read-only file system\n\
             hint: check who may write to it, and call it again: nothing was published\n",
            0
        )
    );
}

#[test]
fn a_key_that_has_ended_changes_nothing() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let before = repository.files();
    let key = project().join("tests/samples/keys/expired.asc");
    std::fs::copy(key, repository.path("old.key")).unwrap();
    let shown = repository.run("key show old.key").stdout;
    let (print, rest) = shown.split_once(' ').unwrap();
    assert!(rest.ends_with(", expired on 2020-12-31\n"), "{rest}");
    for command in [
        "add apt orders_1.0_amd64.deb",
        "refresh apt --key old.key --key reldeb.key",
    ] {
        repository.run_by("old.key", command).fails(
            1,
            &format!(
                "error: `old.key`: key `{print}` expired on 2020-12-31\n\
                 hint: make a new key with `reldeb repo key new NEW`, and let it take over each suite: \
                 `reldeb repo init TARGET --suite SUITE --adopt --key NEW`; machines need its source or keyring \
                 package\n"
            ),
        );
    }
    assert_eq!(repository.files(), before);
}

/// A clock that is an hour ahead.
struct Ahead;

impl Clock for Ahead {
    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_secs(3600)
    }

    fn pause(&self, _: Duration) {}
}

#[test]
fn a_clock_that_is_behind_changes_nothing() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let key = std::fs::read(repository.path("reldeb.key")).unwrap();
    let store = FolderStore::new(repository.path("apt"));
    let signer = Signer::Keys(SigningKey::read(&key, None).unwrap());
    let publisher = Publisher {
        clock: &Ahead,
        ..Publisher::new(&store, &signer)
    };
    let suites = ["stable".parse().unwrap()];
    refresh(&publisher, &suites, Validity::AsBefore).unwrap();
    let before = repository.files();
    for command in [
        "add apt orders_1.0_amd64.deb",
        "refresh apt",
        "init apt --component extra",
    ] {
        let said = repository.run(command);
        let (start, rest) = said.stderr.split_once(" 3").unwrap();
        assert_eq!(start, "error: the last publication is", "{command}");
        let end = " seconds ahead of the clock of this machine, expected at most 10\n\
                   hint: set the clock that is wrong. If that was the one of the machine that published, no \
                   apt with a right clock has believed it: `reldeb repo refresh apt --set-date` takes it back\n";
        assert!(rest.ends_with(end), "{command}: {rest}");
        assert_eq!(said.status, 1);
    }
    assert_eq!(repository.files(), before);
    let said = repository.run("verify apt");
    let words =
        " seconds ahead of the clock of this machine: apt refuses it\n0 packages in stable\n";
    assert!(said.stdout.ends_with(words), "{}", said.stdout);
    assert_eq!(said.status, 1);
    repository.run("refresh apt --set-date");
    repository.run("add apt orders_1.0_amd64.deb");
    let said = repository.run("verify apt");
    assert_eq!((said.status, &*said.stdout), (0, "1 package in stable\n"));
}
