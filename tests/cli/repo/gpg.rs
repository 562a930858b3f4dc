//! Keys that gpg keeps: what it signs, and an end that it changes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::Repository;
use crate::support::{project, skip};

/// A folder without a repository, with the key `nist.asc` and a home of gpg that has it.
struct Home(Repository);

impl Drop for Home {
    fn drop(&mut self) {
        let mut end = Command::new("gpgconf");
        let end = end.args(["--homedir", "gnupg", "--kill", "gpg-agent"]);
        let _ = end.current_dir(self.0.path("")).output();
    }
}

impl Home {
    /// Returns one, or none where there is no gpg.
    fn new() -> Option<Self> {
        if !Path::new("/usr/bin/gpg").exists() {
            skip("there is no gpg");
            return None;
        }
        let home = Self(Repository::none());
        let key = project().join("tests/samples/keys/nistp256.asc");
        std::fs::copy(key, home.0.path("nist.asc")).unwrap();
        home.sh("mkdir -m 700 gnupg; gpg --homedir gnupg --batch -q --import nist.asc");
        Some(home)
    }

    /// Runs a line of sh(1) in the folder.
    fn sh(&self, line: &str) -> String {
        let mut command = Command::new("sh");
        let command = command.args(["-ec", line]);
        crate::packed::success(command.current_dir(self.0.path("")))
    }

    /// Lets `./sign` sign by gpg with more arguments.
    fn sign_with(&self, arguments: &str) {
        let gpg = "gpg --homedir gnupg -q --batch --digest-algo SHA512";
        self.sign_by(&format!("exec {gpg} {arguments} --clearsign"));
    }

    fn sign_by(&self, line: &str) {
        let path = self.0.path("sign");
        std::fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn print(&self) -> String {
        let shown = self.0.run("key show nist.asc").stdout;
        shown.split(' ').next().unwrap().to_owned()
    }
}

/// The arguments for gpg that is far ahead, and for signatures with an end.
const FUTURE: &str = "--faked-system-time 21000101T000000!";
const ENDING: &str = "--default-sig-expire 2100-01-01";
/// The options by which the command signs.
const BY: &str = "--key nist.asc --sign-command ./sign";

/// Returns words for both faults of a signature.
fn faults(print: &str) -> [String; 2] {
    [
        format!(
            "its signature by `{print}` was made on 2100-01-01, which is later than the clock of this machine"
        ),
        format!("its signature by `{print}` ends on 2100-01-01, expected one without an end"),
    ]
}

/// Returns a home with a repository that its command signed.
fn with_repository() -> Option<Home> {
    let home = Home::new()?;
    home.sign_with("");
    home.0
        .run(&format!("init apt --origin Example {BY}"))
        .says("suite stable: made\n");
    Some(home)
}

#[test]
fn a_command_signs_now_and_for_ever() {
    let Some(home) = with_repository() else {
        return;
    };
    let repository = &home.0;
    let before = repository.files();
    let refused = |fact: &str, hint: &str| {
        let said = repository.run(&format!("refresh apt {BY}"));
        said.fails(
            1,
            &format!("error: command `./sign` {fact}\nhint: {hint}\n"),
        );
        assert_eq!(repository.files(), before);
    };
    let [future, ending] = faults(&home.print());
    home.sign_by("yes");
    refused(
        "did not sign: it printed more than 1 MiB beside the text",
        "it gets the text on standard input and prints it clear-signed, such as `gpg --clearsign`",
    );
    home.sign_with(FUTURE);
    refused(
        &format!("signed badly: {future}"),
        "set the clock that is wrong: of this machine, or of the one that signs",
    );
    home.sign_with(ENDING);
    refused(
        &format!("signed badly: {ending}"),
        "let the command sign without an end, of gpg without `default-sig-expire`: apt refuses the index once its \
         signature has ended",
    );
}

#[test]
fn signatures_of_the_future_and_with_an_end_are_told() {
    let Some(home) = with_repository() else {
        return;
    };
    let [future, ending] = faults(&home.print());
    let index = "apt/dists/stable/InRelease";
    for (arguments, status, fault) in [
        (
            FUTURE,
            1,
            format!("error: dists/stable/InRelease: {future}: apt refuses it\n"),
        ),
        (
            ENDING,
            0,
            format!("warning: dists/stable/InRelease: {ending}\n"),
        ),
    ] {
        home.sign_with(arguments);
        home.sh(&format!(
            "gpg --homedir gnupg -q --batch -d {index} 2>errors >text; ./sign <text >signed; mv signed {index}"
        ));
        let said = home.0.run("verify apt --key nist.asc");
        assert_eq!(said.stdout, fault + "0 packages in stable\n");
        assert_eq!(said.status, status);
        // It is signed anew as it is.
        home.sign_with("");
        home.0
            .run(&format!("refresh apt {BY}"))
            .says("suite stable: published anew\n");
    }
}

#[test]
fn a_publication_brings_the_new_end_of_a_key() {
    let Some(home) = Home::new() else { return };
    let repository = &home.0;
    let print = home.print();
    let gpg = "gpg --homedir gnupg -q --batch --pinentry-mode loopback --passphrase ''";
    for (made, end, file) in [
        ("20250101T000000", "2098-01-01", "old.key"),
        ("20250201T000000", "2099-01-01", "new.key"),
    ] {
        home.sh(&format!(
            "{gpg} --faked-system-time {made} --quick-set-expire {print} {end}; \
             {gpg} --export-secret-keys {print} >{file}"
        ));
    }
    let published = || repository.run("key show apt/key.asc").stdout;
    let shown = |file: &str| repository.run(&format!("key show {file}")).stdout;
    assert!(
        shown("old.key").ends_with("until 2098-01-01\n"),
        "{}",
        shown("old.key")
    );
    repository
        .run_by("old.key", "init apt --origin Example")
        .says("suite stable: made\n");
    assert_eq!(published(), shown("old.key"));
    repository.package("orders_1.0_amd64.deb", "");
    repository
        .run_by("new.key", "add apt orders_1.0_amd64.deb")
        .says("orders 1.0 amd64 added to stable main\n");
    assert!(
        published().ends_with("until 2099-01-01\n"),
        "{}",
        published()
    );
    // Who still has the old copy does not bring it back.
    repository
        .run_by("old.key", "remove apt orders")
        .says("orders 1.0 amd64 removed from stable\n");
    assert_eq!(published(), shown("new.key"));
}
