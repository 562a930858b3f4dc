//! `reldeb rehearse` by an ordinary user, who has a user namespace and no init.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::example::successful;
use crate::rehearse::package;
use crate::support::{is_root, skip};
use crate::system::base;

/// The number of a user that this machine has not.
const USER: u32 = 4242;

/// The line of subuid(5) that gives the user numbers of others.
const NUMBERS: &str = "ann:100000:65536";

/// Lets the machine have that user for the command that follows.
const MACHINE: &str = r#"set -e
cd "$1"
for file in passwd group; do
    { cat /etc/$file; echo "ann:x:4242:4242::$1:/bin/sh"; } >$file
done
echo "$2" >subuid
cp subuid subgid
for file in passwd group subuid subgid; do
    mount --bind $file /etc/$file
done
shift 2
exec setpriv --reuid=4242 --regid=4242 --clear-groups "$@"
"#;

/// Runs reldeb as that user.
fn as_user(home: &Path, numbers: &str, words: &[&str]) -> Output {
    Command::new("unshare")
        .args(["--mount", "sh", "-c", MACHINE, "machine"])
        .arg(home)
        .args([numbers, "./reldeb"])
        .args(words)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", home)
        .output()
        .unwrap()
}

#[test]
fn an_ordinary_user_rehearses_without_an_init() {
    if !is_root() {
        return skip("needs root");
    }
    let Some((root, _)) = base("bookworm") else {
        return;
    };
    let home = TempDir::new().unwrap();
    let home = home.path();
    std::fs::set_permissions(home, PermissionsExt::from_mode(0o755)).unwrap();
    chown(home, Some(USER), Some(USER)).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_reldeb"), home.join("reldeb")).unwrap();
    let tar = home.join("root.tar");
    successful(
        Command::new("tar")
            .arg("-C")
            .arg(&root)
            .args(["--numeric-owner", "-cf"])
            .arg(&tar)
            .arg("."),
    );
    let package = package(home, "1", &[("usr/share/faulty/x", "x\n")], &[]);
    let words = ["rehearse", package.to_str().unwrap(), "--root", "root.tar"];

    let output = as_user(home, NUMBERS, &words);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        said,
        "note: as an ordinary user no service is started: an init needs root\n"
    );
    assert!(output.status.success());
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(report.contains("without init"), "{report}");
    assert!(report.contains("\n    install after purge"), "{report}");

    let output = as_user(
        home,
        NUMBERS,
        &[&words[..], &["--init", "systemd"]].concat(),
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: cannot make namespaces, which throwaway systems live in: an init needs root of the machine, \
         not of a user namespace\n\
         hint: call it with `sudo`, or write `--init none`, which starts no service\n"
    );
    assert_eq!(output.status.code(), Some(2));

    let output = as_user(home, "", &words);
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: cannot make a user namespace: unshare: no line matching user \"ann\" in /etc/subuid: Success\n\
         hint: call it with `sudo`, or give the user numbers of other users: `usermod --add-subuids \
         100000-165535 --add-subgids 100000-165535 USER`, as root\n"
    );
    assert_eq!(output.status.code(), Some(2));
}
