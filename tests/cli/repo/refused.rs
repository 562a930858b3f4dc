//! Bad input is refused: an error with what to do, and nothing published.

use super::Repository;

#[test]
fn bad_input_publishes_nothing() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    let before = repository.files();
    repository.package("orders_1.0_amd64.deb", "Section: net\n");
    repository.package("orders_1:1.0_amd64.deb", "");
    repository.package("other_1.0_arm64.deb", "");
    let version = "hint: give the package another version: machines and caches may have the one that \
                   was published\n";
    for (arguments, expected) in [
        (
            "add apt orders_1.0_amd64.deb",
            format!("error: orders 1.0 (amd64) is in the repository with other bytes\n{version}"),
        ),
        (
            "add apt orders_1:1.0_amd64.deb",
            "error: `pool/main/o/orders/orders_1.0_amd64.deb` is in the repository with other bytes\n\
             hint: give the package another version, in more than its epoch: the name of its file has none\n"
                .to_owned(),
        ),
        (
            "add apt orders_1:1.0_amd64.deb orders_1.0_amd64.deb",
            "error: `orders_1:1.0_amd64.deb` and `orders_1.0_amd64.deb` would both be \
             `pool/main/o/orders/orders_1.0_amd64.deb`, and differ\n\
             hint: add one of them, or give it another version\n"
                .to_owned(),
        ),
        (
            "add apt other_1.0_arm64.deb",
            "error: suite `stable` has no architecture `arm64`, expected `amd64`\n\
             hint: add it with `reldeb repo init apt --suite stable --architecture arm64`\n"
                .to_owned(),
        ),
        (
            "add apt orders_1.0_amd64.deb --suite testing",
            "error: suite `testing` is not in the repository, expected `stable`\n\
             hint: name the one that is there, `--suite stable`, or make it with `reldeb repo init apt --suite \
             testing`\n"
                .to_owned(),
        ),
        (
            "add apt orders_1.0_amd64.deb --component extra",
            "error: suite `stable` has no component `extra`, expected `main`\n\
             hint: add it with `reldeb repo init apt --suite stable --component extra`\n"
                .to_owned(),
        ),
    ] {
        repository.run(arguments).fails(1, &expected);
    }
    assert_eq!(repository.files(), before);
}

#[test]
fn a_wrong_folder_is_no_place_to_make_a_repository_in() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add elsewhere orders_1.0_amd64.deb").fails(
        1,
        "error: suite `stable` is not in the repository\n\
         hint: see whether elsewhere is the place that is meant, or make it with `reldeb repo init elsewhere --suite \
         stable --origin NAME`\n",
    );
    assert!(!repository.path("elsewhere").exists());
}

#[test]
fn a_suite_that_lost_its_index_is_not_made_anew() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.package("orders_1.1_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    std::fs::remove_file(repository.path("apt/dists/stable/InRelease")).unwrap();
    let before = repository.files();
    let expected = "error: suite `stable` has packages, but no `dists/stable/InRelease`\n\
                    hint: bring it back from a copy, or remove `dists/stable` to begin anew: `prune` would take its \
                    packages for ones that nobody needs\n";
    for arguments in [
        "add apt orders_1.1_amd64.deb",
        "init apt --origin Example",
        "init apt --origin Example --suite testing",
        "verify apt",
        "prune apt",
        "list apt",
    ] {
        repository.run(arguments).fails(1, expected);
    }
    assert_eq!(repository.files(), before);
}

#[test]
fn what_is_no_package_or_not_there_is_refused() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    let before = repository.files();
    std::fs::write(repository.path("text.deb"), "text").unwrap();
    repository.package("other_1.0_arm64.deb", "");
    let whole = std::fs::read(repository.path("other_1.0_arm64.deb")).unwrap();
    std::fs::write(repository.path("half.deb"), &whole[..whole.len() / 2]).unwrap();
    for (arguments, expected) in [
        (
            "add apt text.deb",
            "error: `text.deb` is not a Debian package: it is shorter than the head of an ar archive\n\
             hint: copy or download the package again\n",
        ),
        (
            "remove apt orders=2.0",
            "error: suite `stable` has no package `orders=2.0`, expected version `1.0`\n\
             hint: `reldeb repo list apt` shows what there is\n",
        ),
        (
            "init apt --origin Other",
            "error: suite `stable` has the Origin `Example`, which cannot become `Other`\n\
             hint: leave it as it is, or make another suite: apt on every machine refuses the change \
             until it is called with `--allow-releaseinfo-change`\n",
        ),
    ] {
        repository.run(arguments).fails(1, expected);
    }
    assert_eq!(repository.run("add apt half.deb").status, 1);
    assert_eq!(repository.files(), before);
}

/// One entry that apt cannot read takes all packages of the index from every machine.
#[test]
fn what_is_too_long_for_apt_is_refused() {
    let repository = Repository::new();
    let added_with = |comment: usize| {
        let comment = format!("Comment: {}\n", "x".repeat(comment));
        repository.package("long_1.0_all.deb", &comment);
        repository.run("add apt long_1.0_all.deb")
    };
    added_with(100).says("long 1.0 all added to stable main\n");
    let index = repository.index("apt/dists/stable/main/binary-amd64/Packages.xz");
    repository.run("remove apt long");
    std::fs::remove_dir_all(repository.path("apt/pool")).unwrap();
    // Sizes have more digits then.
    let most = (1 << 20) - index.len() + 100 - 2;
    let before = repository.files();
    added_with(most + 1).fails(
        1,
        "
        error: `long_1.0_all.deb` would have an entry of 1048577 bytes in the index, expected at most 1048576: apt reads no index with a longer one
        hint: shorten the description, or the longest of the other fields
        ",
    );
    assert_eq!(repository.files(), before);
    added_with(most).says("long 1.0 all added to stable main\n");

    let name = "n".repeat(255 - "_1:1.0_all.deb".len());
    repository.package(&format!("{name}_1:1.0_all.deb"), "");
    repository
        .run(&format!("add apt {name}_1:1.0_all.deb"))
        .fails(
            1,
            &format!(
                "error: `{name}_1:1.0_all.deb` would be a file with a name of 257 bytes for apt, expected at most \
                 255\n\
                 hint: shorten the name or the version of the package\n"
            ),
        );
    repository.package(&format!("{name}_1.0_all.deb"), "");
    repository
        .run(&format!("add apt {name}_1.0_all.deb"))
        .says(&format!("{name} 1.0 all added to stable main\n"));
}

#[test]
fn an_index_of_somebody_else_is_not_followed() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let before = repository.files();
    std::fs::rename(repository.path("reldeb.key"), repository.path("first.key")).unwrap();
    repository.run("init other --origin Other --key new");
    let said = repository.run("add apt orders_1.0_amd64.deb");
    assert_eq!(said.status, 1);
    let mut lines = said.stderr.lines();
    let error = lines.next().unwrap();
    assert!(
        error.starts_with("error: `dists/stable/InRelease`: it is signed by `"),
        "{error}"
    );
    assert_eq!(
        lines.next(),
        Some("hint: name the key that signed it with `--key`; while a key is replaced, name both")
    );
    assert_eq!(repository.run("list apt").status, 1);
    assert_eq!(repository.files(), before);
    let changed = repository
        .read("apt/dists/stable/InRelease")
        .replace("Example", "Exbmple");
    std::fs::write(repository.path("apt/dists/stable/InRelease"), changed).unwrap();
    let said = repository.run_by("first.key", "list apt");
    assert!(
        said.stderr
            .contains("the text was changed after it was signed"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_key_is_replaced_while_both_sign() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    std::fs::rename(repository.path("reldeb.key"), repository.path("first.key")).unwrap();
    repository.run("init other --origin Other --key new");
    repository
        .run("refresh apt --key first.key --key reldeb.key")
        .says("suite stable: published anew\n");
    for key in ["first.key", "reldeb.key"] {
        repository.run_by(key, "list apt").says("");
    }
    let shown = repository.run("key show first.key").stdout;
    let first = shown.split(' ').next().unwrap();
    repository
        .run("add apt orders_1.0_amd64.deb")
        .says_and_tells(
            "orders 1.0 amd64 added to stable main\n",
            &format!(
                "note: suite `stable` is no longer signed by `{first}`: machines that know only that key cannot read \
                 it; to sign with both, name both by `--key`\n"
            ),
        );
    assert_eq!(repository.run_by("first.key", "list apt").status, 1);
}

#[test]
fn keys_that_cannot_sign_are_refused() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let before = repository.files();
    repository.run_by("", "add apt orders_1.0_amd64.deb").fails(
        2,
        "
        error: no key to sign with
        hint: name it with `--key FILE` or the variable `RELDEB_KEY`; `reldeb repo init --key new` makes one
        ",
    );
    let said = repository.run_by("apt/key.asc", "add apt orders_1.0_amd64.deb");
    assert!(
        said.stderr
            .contains("has no secret half in it, expected a secret key that signs"),
        "{}",
        said.stderr
    );
    repository.run("init new --origin Example --key new").fails(
        1,
        "
        error: cannot write `reldeb.key`: file exists
        hint: sign with the key that is there by `--key reldeb.key`, or make another with `reldeb repo key new`
        ",
    );
    assert!(!repository.path("new").exists());
    assert_eq!(repository.files(), before);
}

#[test]
fn faults_are_found() {
    let repository = Repository::new();
    repository
        .package("orders_1.0_amd64.deb", "")
        .package("kept_1.0_all.deb", "");
    repository.run("add apt orders_1.0_amd64.deb kept_1.0_all.deb");
    repository.run("verify apt").says("2 packages in stable\n");
    let pool = "apt/pool/main/o/orders/orders_1.0_amd64.deb";
    let bytes = std::fs::read(repository.path(pool)).unwrap();
    std::fs::write(repository.path(pool), vec![0; bytes.len()]).unwrap();
    repository.run("verify apt").says("2 packages in stable\n");
    let said = repository.run("verify apt --deep");
    assert_eq!(
        said.stdout,
        "error: pool/main/o/orders/orders_1.0_amd64.deb: does not have the sum that an index names: add the package again\n\
         2 packages in stable\n"
    );
    assert_eq!((said.status, said.stderr.as_str()), (1, ""));
    std::fs::remove_file(repository.path(pool)).unwrap();
    std::fs::write(
        repository.path("apt/dists/stable/main/binary-amd64/Packages.gz"),
        "",
    )
    .unwrap();
    assert_eq!(
        repository.run("verify apt").stdout,
        "warning: dists/stable/main/binary-amd64/Packages.gz: is not of this publication: tools that \
         take files by name alone fail until the next\n\
         error: pool/main/o/orders/orders_1.0_amd64.deb: is named by an index, but not there: add the package again\n\
         2 packages in stable\n"
    );
}
