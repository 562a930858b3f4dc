//! Machines that know a repository by its keyring package follow it from one key to the next.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::packed::success;
use crate::system::System;

/// Runs a command of `reldeb repo` in a folder.
fn repo(folder: &Path, words: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command
        .env("DEBFULLNAME", "Ann")
        .env("DEBEMAIL", "ann@example.com");
    success(
        command
            .arg("repo")
            .args(words.split(' '))
            .current_dir(folder),
    )
}

/// Brings the repository to the machine, as a web server would.
fn serve(system: &System, folder: &Path) {
    let tar = folder.join("apt.tar");
    success(
        Command::new("tar")
            .arg("-C")
            .arg(folder)
            .arg("-cf")
            .arg(&tar)
            .arg("apt"),
    );
    system.copy(&tar, "/root/apt.tar");
    let unpack = "rm -rf /srv/apt && mkdir -p /srv && tar -C /srv -xf /root/apt.tar && chmod -R a+rX /srv/apt";
    system.shell(unpack).success();
}

const UPDATE: &str = "apt-get -q update -o Dir::Etc::sourcelist=/dev/null --error-on=any";

fn follows(suite: &str) {
    let Some(system) = System::minbase(suite) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for name in ["old", "new"] {
        repo(
            folder,
            &format!("key new {name}.key --owner {name}@example.com"),
        );
    }
    repo(folder, "init apt --origin Example --key old.key");
    let url = "apt --url file:/srv/apt";
    let package = |version: &str| format!("example-archive-keyring_{version}_all.deb");
    repo(folder, &format!("keyring {url} --key old.key --version 1"));
    repo(folder, &format!("add apt {} --key old.key", package("1")));
    let source = repo(folder, &format!("sources {url} --key old.key"));
    system.write("/etc/apt/sources.list.d/example.sources", source);
    serve(&system, folder);
    system.shell(UPDATE).success();
    // The source that was printed gives way, also where nobody answers dpkg.
    let install =
        "DEBIAN_FRONTEND=noninteractive apt-get -qy install example-archive-keyring </dev/null";
    system.shell(install).success();
    let installed = system.read("/etc/apt/sources.list.d/example.sources");
    assert!(installed.ends_with("\nSigned-By: /usr/share/keyrings/example-archive-keyring.pgp\n"));
    assert_eq!(
        system.shell("ls /etc/apt/sources.list.d").success().stdout,
        "example.sources\n"
    );

    // Both keys sign, and every machine learns the new one.
    let both = "--key old.key --key new.key";
    repo(folder, &format!("refresh apt {both}"));
    repo(folder, &format!("keyring {url} {both} --version 2"));
    repo(folder, &format!("add apt {} {both}", package("2")));
    serve(&system, folder);
    system.shell(UPDATE).success();
    system.shell(install).success();

    // Then the new one signs alone.
    repo(folder, "refresh apt --key new.key");
    serve(&system, folder);
    system.shell(UPDATE).success();
    let signed = system.read("/srv/apt/dists/stable/InRelease");
    assert_eq!(signed.matches("-----BEGIN PGP SIGNATURE-----").count(), 1);

    // A purge takes the repository away again.
    system
        .shell("dpkg --purge example-archive-keyring")
        .success();
    assert!(!system.has("/etc/apt/sources.list.d/example.sources"));
    assert!(!system.has("/usr/share/keyrings/example-archive-keyring.pgp"));
}

/// gpgv verifies.
#[test]
fn bookworm_follows_to_the_next_key() {
    follows("bookworm");
}

/// sqv verifies.
#[test]
fn trixie_follows_to_the_next_key() {
    follows("trixie");
}
