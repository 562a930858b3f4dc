//! Several suites, architectures and versions.

use std::collections::BTreeMap;
use std::process::Command;

use super::Repository;
use crate::packed::success;

#[test]
fn a_keyring_package_is_promoted_by_its_name_alone() {
    let repository = Repository::new();
    repository
        .run("init apt --origin Example --suite testing --component main --architecture arm64");
    for file in ["orders_1.0_all.deb", "example-archive-keyring_1_all.deb"] {
        repository.package(file, "");
        repository.run(&format!("add apt {file} --suite testing"));
    }
    let said = repository.run("promote apt --from testing --to stable");
    assert_eq!(said.stdout, "orders 1.0 all added to stable\n");
    assert_eq!(
        said.stderr,
        "note: example-archive-keyring 1 all is left out: it leads machines to the suite that it was made for; \
         name it if that is `stable`\n"
    );
    repository
        .run("promote apt --from testing --to stable example-archive-keyring")
        .says("example-archive-keyring 1 all added to stable\n");
}

#[test]
fn versions_are_kept_promoted_removed_and_pruned() {
    let repository = Repository::new();
    let more = "init apt --origin Example --suite testing --component main --architecture arm64";
    repository.run(more).says("suite testing: made\n");
    for version in ["1.0", "1.10", "1.9"] {
        let file = format!("orders_{version}_all.deb");
        repository.package(&file, "");
        repository
            .run(&format!("add apt {file} --suite testing"))
            .says(&format!("orders {version} all added to testing main\n"));
    }
    repository
        .run("promote apt --from testing --to stable orders=1.9")
        .says("orders 1.9 all added to stable\n");
    repository
        .run("promote apt --from testing --to stable")
        .says("orders 1.10 all added to stable\n");
    repository
        .run("promote apt --from testing --to stable")
        .says_and_tells(
            "",
            "note: nothing to promote: `stable` has all that is meant\n",
        );
    repository.run("list apt").says(
        "
        stable main orders 1.9 all
        stable main orders 1.10 all
        testing main orders 1.0 all
        testing main orders 1.9 all
        testing main orders 1.10 all
        ",
    );
    repository
        .run("remove apt orders=1.9")
        .says("orders 1.9 all removed from stable\n");
    repository.run("prune apt --keep 1").says(
        "
        orders 1.0 all removed from testing
        orders 1.9 all removed from testing
        ",
    );
    // Machines that have read an older index may still come.
    assert!(
        repository
            .path("apt/pool/main/o/orders/orders_1.0_all.deb")
            .exists()
    );
    repository
        .run("verify apt --deep")
        .says("1 package in stable, testing\n");
    let days = "find apt -name '*.deb' -exec touch -d '2 days ago' {} + ; \
                find apt -path '*/by-hash/*' -exec touch -d '2 days ago' {} +";
    success(
        Command::new("sh")
            .args(["-c", days])
            .current_dir(repository.path("")),
    );
    repository
        .run("verify apt --deep")
        .says("1 package in stable, testing\n");
}

#[test]
fn a_new_architecture_begins_with_the_packages_for_all() {
    let repository = Repository::new();
    repository
        .package("orders_1.0_amd64.deb", "")
        .package("orders-doc_1.0_all.deb", "");
    repository.run("add apt orders_1.0_amd64.deb orders-doc_1.0_all.deb");
    repository
        .run("init apt --architecture arm64 --component extra")
        .says("suite stable: changed\n");
    let index = repository.index("apt/dists/stable/main/binary-arm64/Packages.xz");
    assert!(index.starts_with("Package: orders-doc\n"), "{index}");
    assert_eq!(index.matches("Package: ").count(), 1);
    assert_eq!(
        repository.index("apt/dists/stable/extra/binary-arm64/Packages.xz"),
        ""
    );
    repository
        .run("init apt --architecture arm64")
        .says("suite stable: unchanged\n");
    repository.run("verify apt").says("2 packages in stable\n");
}

#[test]
fn a_repository_of_another_tool_is_taken_over_when_asked() {
    let repository = Repository::new();
    std::fs::remove_dir_all(repository.path("apt")).unwrap();
    repository.package("orders_1.0_amd64.deb", "");
    let make = "mkdir -p apt/pool apt/dists/stable/main/binary-amd64 && mv *.deb apt/pool && cd apt \
                && apt-ftparchive packages pool >dists/stable/main/binary-amd64/Packages \
                && gzip -k dists/stable/main/binary-amd64/Packages \
                && apt-ftparchive -o APT::FTPArchive::Release::Origin=Other \
                    -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Components=main \
                    -o APT::FTPArchive::Release::Architectures=amd64 release dists/stable >Release \
                && mv Release dists/stable";
    if Command::new("apt-ftparchive")
        .arg("--version")
        .output()
        .is_err()
    {
        return crate::support::skip("needs `apt-ftparchive`");
    }
    success(
        Command::new("sh")
            .args(["-ec", make])
            .current_dir(repository.path("")),
    );
    repository.run("list apt --key reldeb.key").fails(
        1,
        "
        error: suite `stable` was made by another tool
        hint: stop the other tool, and take the suite over with `reldeb repo init --adopt`
        ",
    );
    repository.run("init apt").fails(
        1,
        "
        error: suite `stable` was made by another tool
        hint: stop the other tool, and take the suite over with `reldeb repo init --adopt`
        ",
    );
    repository
        .run("init apt --adopt")
        .says("suite stable: changed\n");
    repository
        .run("list apt")
        .says("stable main orders 1.0 amd64\n");
    repository
        .run("verify apt --deep")
        .says("1 package in stable\n");
    assert!(
        repository
            .read("apt/dists/stable/InRelease")
            .contains("\nOrigin: Other\n")
    );
}

/// An index of another tool that is not read would become empty.
#[test]
fn a_suite_with_indices_in_other_forms_is_not_taken_over() {
    let repository = Repository::none();
    repository.run("key new reldeb.key --owner Example");
    let index = "apt/dists/stable/main/binary-amd64/Packages.bz2";
    let release = "Suite: stable\nCodename: stable\nOrigin: Other\nArchitectures: amd64\nComponents: main\n\
                   Date: Mon, 30 Nov 2026 00:53:20 UTC\nSHA256:\n \
                   e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 \
                   main/binary-amd64/Packages.bz2\n";
    std::fs::create_dir_all(repository.path(index).parent().unwrap()).unwrap();
    std::fs::write(repository.path(index), "").unwrap();
    std::fs::write(repository.path("apt/dists/stable/Release"), release).unwrap();
    let before = repository.files();
    repository.run("init apt --adopt").fails(
        1,
        "
        error: `dists/stable/main/binary-amd64/Packages.bz2` is listed, expected `Packages`, `Packages.xz` or \
        `Packages.gz` beside it
        hint: let the other tool publish it once more with one of them, and remove none of its packages before
        ",
    );
    assert_eq!(repository.files(), before);
}

/// The fields of the stanzas of an index, by the file of the package.
fn stanzas(index: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let stanza = |text: &str| {
        let folded = text.replace("\n ", "\u{1}");
        let fields = folded.lines().map(|line| line.split_once(": ").unwrap());
        let fields: BTreeMap<_, _> = fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        (fields["Filename"].clone(), fields)
    };
    index
        .split("\n\n")
        .filter(|text| !text.trim().is_empty())
        .map(stanza)
        .collect()
}

/// apt-ftparchive reads the same packages.
#[test]
fn fields_are_those_of_apt_ftparchive() {
    if Command::new("apt-ftparchive")
        .arg("--version")
        .output()
        .is_err()
    {
        return crate::support::skip("needs `apt-ftparchive`");
    }
    let repository = Repository::new();
    let fields = "Depends: libc6 (>= 2.31),\n  tzdata | base-files\nSection: net\nPriority: optional\n\
                  Homepage: https://example.com\nX-Team: shop\nInstalled-Size: 12\n";
    repository
        .package("orders_1.0-1_amd64.deb", fields)
        .package("libdoc_2:1.0~rc1_all.deb", "");
    repository.run("add apt orders_1.0-1_amd64.deb libdoc_2:1.0~rc1_all.deb");
    let mut archive = Command::new("apt-ftparchive");
    let theirs = success(
        archive
            .args(["packages", "pool"])
            .current_dir(repository.path("apt")),
    );
    let ours = stanzas(&repository.index("apt/dists/stable/main/binary-amd64/Packages.xz"));
    let mut theirs = stanzas(&theirs);
    for fields in theirs.values_mut() {
        // Sums that apt has no use for beside the others.
        for sum in ["SHA1", "SHA512"] {
            fields.remove(sum);
        }
    }
    assert_eq!(ours, theirs);
}
