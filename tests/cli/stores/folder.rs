//! A folder as a store: what is particular to it.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use reldeb::internals::repo::store::{Caching, Expected, FolderStore, Source, Store, StoreError};
use tempfile::TempDir;

use super::contract::{self, done, put};

#[test]
fn a_folder_keeps_the_contract() {
    let folder = TempDir::new().unwrap();
    contract::check(&FolderStore::new(folder.path().join("new")));
}

#[test]
fn programs_in_a_folder_wait_for_each_other() {
    let folder = TempDir::new().unwrap();
    let program = || Box::new(FolderStore::new(folder.path())) as Box<dyn Store>;
    contract::one_of_many_racers_wins(&program);
    contract::no_addition_is_lost(&program);
}

#[test]
fn a_web_server_may_read_all_but_the_unfinished() {
    let folder = TempDir::new().unwrap();
    let top = folder.path().join("apt");
    let store = FolderStore::new(&top);
    done(put(&store, "dists/a/InRelease", b"x", &Expected::Any));
    assert_eq!(
        modes(
            &top,
            &["", "dists", "dists/a", "dists/a/InRelease", ".reldeb"]
        ),
        [0o755, 0o755, 0o755, 0o644, 0o700]
    );
    // A folder that belongs to a group stays one that all of it write.
    std::fs::set_permissions(&top, std::fs::Permissions::from_mode(0o2775)).unwrap();
    std::fs::remove_dir_all(top.join(".reldeb")).unwrap();
    done(put(&store, "dists/b/InRelease", b"x", &Expected::Any));
    assert_eq!(
        modes(
            &top,
            &["dists/b", "dists/b/InRelease", ".reldeb", ".reldeb/lock"]
        ),
        [0o2775, 0o664, 0o2770, 0o660]
    );
}

fn modes(top: &Path, paths: &[&str]) -> Vec<u32> {
    let mode = |path: &&str| {
        std::fs::metadata(top.join(path))
            .unwrap()
            .permissions()
            .mode()
    };
    paths.iter().map(|path| mode(path) & 0o7777).collect()
}

#[test]
fn links_are_followed_only_within_the_folder() {
    let folder = TempDir::new().unwrap();
    let (top, outside) = (folder.path().join("apt"), folder.path().join("outside"));
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "secret").unwrap();
    let store = FolderStore::new(&top);
    done(put(&store, "dists/trixie/InRelease", b"x", &Expected::Any));
    symlink("trixie", top.join("dists/stable")).unwrap();
    symlink(&outside, top.join("dists/out")).unwrap();
    symlink(outside.join("secret"), top.join("dists/file")).unwrap();

    let stable = store.get("dists/stable/InRelease").unwrap().unwrap();
    assert_eq!(stable.bytes, b"x");
    for path in ["dists/out/secret", "dists/file"] {
        assert_outside(&store.get(path).unwrap_err(), path);
    }
    let bytes = Source::Bytes(b"y");
    let written = store.put("dists/out/new", bytes, &Expected::Any, Caching::Ask);
    assert_outside(&written.unwrap_err(), "dists/out/new");
    assert_outside(
        &store.remove("dists/out/secret").unwrap_err(),
        "dists/out/secret",
    );
    assert!(outside.join("secret").exists());
    assert!(!outside.join("new").exists());
    // Nobody would see the files that a link stands for.
    let unseen = store.list("dists/").unwrap_err().to_string();
    assert!(unseen.contains("symlink"), "{unseen}");
}

fn assert_outside(error: &StoreError, path: &str) {
    assert_eq!(
        error.to_string(),
        format!("`{path}` leads out of the folder of the repository, by a symlink")
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let store = FolderStore::new("/proc/sys/repository");
    let written = store.put("x", Source::Bytes(b"y"), &Expected::Any, Caching::Ask);
    assert_eq!(
        written.unwrap_err().to_string(),
        "cannot make the folder `/proc/sys/repository`: no such file or directory"
    );
}

#[test]
fn unfinished_files_that_nobody_writes_are_gone() {
    let folder = TempDir::new().unwrap();
    let store = FolderStore::new(folder.path());
    done(put(&store, "x", b"1", &Expected::Any));
    let path = |name: &str| folder.path().join(".reldeb").join(name);
    let made = |name: &str, seconds| {
        let file = std::fs::File::create(path(name)).unwrap();
        let time = std::time::SystemTime::now() - Duration::from_secs(seconds);
        file.set_modified(time).unwrap();
        file
    };
    drop((made("new-left", 90), made("new-fresh", 30)));
    let written = made("new-written", 100_000);
    written.lock().unwrap();
    done(put(&store, "x", b"2", &Expected::Any));
    assert!(!path("new-left").exists());
    assert!(path("new-fresh").exists());
    assert!(path("new-written").exists());
    let listed = store.list("").unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
}

/// The folder in which the program below writes.
const FOLDER: &str = "RELDEB_TEST_FOLDER";
const SIZE: usize = 1 << 20;

/// Is started by the next test as a program of its own, and writes until it is killed.
#[test]
fn writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let store = FolderStore::new(folder);
    for letter in (b'a'..=b'z').cycle() {
        let bytes = vec![letter; SIZE];
        done(put(&store, "deep/er/file", &bytes, &Expected::Any));
    }
}

#[test]
fn a_killed_program_leaves_no_half_file_and_no_lock() {
    let folder = TempDir::new().unwrap();
    let store = FolderStore::new(folder.path());
    for round in 0..12 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "stores::folder::writes_until_it_is_killed"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(60 + 17 * round));
        writer.kill().unwrap();
        writer.wait().unwrap();
        if let Some(object) = store.get("deep/er/file").unwrap() {
            assert_eq!(object.bytes, vec![object.bytes[0]; SIZE]);
        }
    }
    done(put(&store, "deep/er/file", b"x", &Expected::Any));
    assert_eq!(store.list("").unwrap().len(), 1);
}
