//! Keys and indices of somebody else: nothing is signed, taken over or believed by mistake.

use super::Repository;
use crate::support::unindent;

/// A repository, and the key `other.key` of somebody else.
fn with_other_key() -> Repository {
    let repository = Repository::new();
    let made = repository.run("key new other.key --owner Other");
    assert_eq!(made.status, 0, "{}", made.stderr);
    repository
}

/// The fingerprints in a file of keys.
fn fingerprints(repository: &Repository, file: &str) -> Vec<String> {
    let shown = repository.run(&format!("key show {file}")).stdout;
    let prints = shown.lines().map(|line| line.split(' ').next().unwrap());
    prints.map(str::to_owned).collect()
}

#[test]
fn a_refresh_by_a_foreign_key_changes_no_file() {
    let repository = with_other_key();
    let before = repository.files();
    let foreign = repository.run_by("other.key", "refresh apt");
    assert_eq!((foreign.status, foreign.stdout.as_str()), (1, ""));
    assert_eq!(repository.files(), before);
    // Of two suites each has its own key: none of them is published.
    repository
        .run_by("other.key", "init apt --origin Other --suite two")
        .says("suite two: made\n");
    let both = fingerprints(&repository, "apt/key.asc");
    assert_eq!(both.len(), 2);
    let before = repository.files();
    for key in ["reldeb.key", "other.key"] {
        assert_eq!(repository.run_by(key, "refresh apt").status, 1);
    }
    assert_eq!(repository.files(), before);
    repository
        .run("refresh apt --suite stable")
        .says("suite stable: published anew\n");
    assert_eq!(fingerprints(&repository, "apt/key.asc").len(), 2);
    repository
        .run("refresh apt --key reldeb.key --key other.key")
        .says("suite stable: published anew\nsuite two: published anew\n");
    let own = fingerprints(&repository, "reldeb.key").remove(0);
    let dropped = |suite| {
        format!(
            "note: suite `{suite}` is no longer signed by `{own}`: machines that know only that key cannot read it; \
             to sign with both, name both by `--key`\n"
        )
    };
    repository
        .run_by("other.key", "refresh apt")
        .says_and_tells(
            "suite stable: published anew\nsuite two: published anew\n",
            &(dropped("stable") + &dropped("two")),
        );
    let other = fingerprints(&repository, "other.key");
    assert_eq!(fingerprints(&repository, "apt/key.asc"), other);
}

#[test]
fn the_index_of_another_suite_is_not_believed() {
    let repository = Repository::new();
    repository
        .run("init apt --suite two")
        .says("suite two: made\n");
    repository.package("orders_1.0_amd64.deb", "");
    repository
        .run("add apt orders_1.0_amd64.deb --suite two")
        .says("orders 1.0 amd64 added to two main\n");
    let (stable, two) = (
        repository.path("apt/dists/stable"),
        repository.path("apt/dists/two"),
    );
    std::fs::remove_dir_all(&stable).unwrap();
    let mut copy = std::process::Command::new("cp");
    crate::packed::success(copy.arg("-r").arg(&two).arg(&stable));
    let before = repository.files();
    let error = "
        error: `dists/stable/InRelease` is the index of suite `two`, expected that of suite `stable`
        hint: somebody copied or renamed a folder: bring `dists/stable` back from a copy, or move it away \
        and make the suite anew with `reldeb repo init apt --suite stable`
        ";
    for command in [
        "list apt",
        "refresh apt",
        "add apt orders_1.0_amd64.deb",
        "remove apt orders",
        "promote apt --from stable --to two",
        "prune apt --keep 1",
        "init apt --architecture arm64",
        "init apt --adopt",
    ] {
        repository.run(command).fails(1, error);
    }
    let said = repository.run("verify apt");
    assert_eq!(
        said.stdout,
        unindent(
            "
            error: dists/stable/InRelease: `dists/stable/InRelease` is the index of suite `two`, expected that of suite `stable`
            1 package in stable, two
            "
        )
    );
    assert_eq!(said.status, 1);
    assert_eq!(repository.files(), before);
}

#[test]
fn a_suite_that_another_key_signed_is_published_when_taken_over() {
    let repository = with_other_key();
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    let other = fingerprints(&repository, "other.key");
    repository
        .run_by("other.key", "init apt --adopt")
        .says("suite stable: changed\n");
    repository
        .run_by("other.key", "init apt --adopt")
        .says("suite stable: unchanged\n");
    repository
        .run_by("other.key", "verify apt --deep")
        .says("1 package in stable\n");
    assert_eq!(fingerprints(&repository, "apt/key.asc"), other);
    assert_eq!(repository.run("list apt").status, 1);
    let release = "apt/dists/stable/InRelease";
    let tampered = repository
        .read(release)
        .replace("Label: Example", "Label: Exbmple");
    std::fs::write(repository.path(release), tampered).unwrap();
    repository
        .run_by("other.key", "init apt --adopt")
        .says("suite stable: changed\n");
    repository
        .run_by("other.key", "verify apt --deep")
        .says("1 package in stable\n");
}

#[test]
fn keys_of_others_in_the_repository_are_told() {
    let repository = with_other_key();
    let own = fingerprints(&repository, "reldeb.key").remove(0);
    let other = fingerprints(&repository, "other.key").remove(0);
    let public = |key: &str| {
        let shown = repository.run(&format!("key show --public {key}"));
        shown.stdout
    };
    let both = public("reldeb.key other.key");
    let secret = repository.read("other.key");
    for (text, words) in [
        (
            public("other.key"),
            format!("error: key.asc: is not the key that is believed, but `{other}`\n"),
        ),
        (
            both,
            format!("warning: key.asc: has a key beside those that are believed: `{other}`\n"),
        ),
        (
            "text".to_owned(),
            "error: key.asc: no OpenPGP key in it, expected one as `gpg --export` writes it\n"
                .to_owned(),
        ),
        (
            secret,
            format!(
                "error: key.asc: is a secret key, for everybody who reads the repository: take it away, \
                 and sign with a new one\n\
                 error: key.asc: is not the key that is believed, but `{other}`\n"
            ),
        ),
    ] {
        std::fs::write(repository.path("apt/key.asc"), text).unwrap();
        let said = repository.run("verify apt --key reldeb.key");
        assert_eq!(said.stdout, format!("{words}0 packages in stable\n"));
        assert_eq!(said.status, i32::from(words.starts_with("error")));
    }
    std::fs::remove_file(repository.path("apt/key.asc")).unwrap();
    let said = repository.run("verify apt --key reldeb.key");
    assert_eq!(
        said.stdout,
        "warning: key.asc: is not there: `reldeb repo refresh` writes it\n0 packages in stable\n"
    );
    repository
        .run("refresh apt")
        .says("suite stable: published anew\n");
    assert_eq!(fingerprints(&repository, "apt/key.asc"), [own]);
}

#[test]
fn a_key_that_somebody_put_into_the_repository_reaches_no_machine() {
    let repository = with_other_key();
    repository
        .run_by("other.key", "init apt --origin Other --suite two")
        .says("suite two: made\n");
    let url = "--url https://apt.example.com";
    for (suite, key) in [("stable", "reldeb.key"), ("two", "other.key")] {
        let source = format!("sources apt {url} --suite {suite}");
        let believed = repository.run_by(key, &source);
        repository.run_by("", &source).says(&believed.stdout);
        let page = |key: &str| {
            let said = repository.run_by(key, &format!("html apt {url} --suite {suite} -o page"));
            assert_eq!(said.status, 0, "{}", said.stderr);
            repository.read("page")
        };
        assert_eq!(page(""), page(key));
        let keyring = format!(
            "keyring apt {url} --suite {suite} --version 1 --maintainer Ann<ann@example.com>"
        );
        for (key, file) in [
            ("", format!("one-{suite}.deb")),
            (key, format!("{suite}.deb")),
        ] {
            let said = repository.run_by(key, &format!("{keyring} -o {file}"));
            assert_eq!(said.stdout, format!("{file}\n"), "{}", said.stderr);
        }
        let keys = |file: &str| {
            let line = format!(
                "dpkg-deb --fsys-tarfile {file} | tar -xO --wildcards './usr/share/keyrings/*' | sha256sum"
            );
            let mut shell = std::process::Command::new("sh");
            let sum = shell.args(["-c", &line]).current_dir(repository.path(""));
            crate::packed::success(sum)
        };
        assert_eq!(
            keys(&format!("one-{suite}.deb")),
            keys(&format!("{suite}.deb"))
        );
    }
}
