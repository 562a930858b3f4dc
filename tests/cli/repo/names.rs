//! Suites and files that have several names, and values that mean nothing.

use std::os::unix::fs::symlink;

use super::Repository;

/// The steps that make a repository with the suite `trixie` and its other name `stable`.
fn with_another_name() -> Repository {
    let repository = Repository::none();
    repository
        .run("init apt --origin Example --suite trixie --key new")
        .says("secret key: reldeb.key\nsuite trixie: made\n");
    repository.package("orders_1.0_amd64.deb", "");
    repository
        .run("add apt orders_1.0_amd64.deb --suite trixie")
        .says("orders 1.0 amd64 added to trixie main\n");
    symlink("trixie", repository.path("apt/dists/stable")).unwrap();
    repository
}

#[test]
fn another_name_of_a_suite_is_read_through() {
    let repository = with_another_name();
    repository
        .run("list apt")
        .says("trixie main orders 1.0 amd64\n");
    repository
        .run("list apt --suite stable")
        .says("stable main orders 1.0 amd64\n");
    repository
        .run("verify apt --deep")
        .says("1 package in trixie\n");
    repository
        .run("verify apt --suite stable")
        .says("1 package in stable\n");
    repository
        .run("refresh apt")
        .says("suite trixie: published anew\n");
    let days = "find apt -name '*.deb' -exec touch -d '2 days ago' {} + ; \
                find apt -path '*/by-hash/*' -exec touch -d '2 days ago' {} +";
    let mut touch = std::process::Command::new("sh");
    crate::packed::success(touch.args(["-c", days]).current_dir(repository.path("")));
    repository.run("prune apt --keep 1").says("");
    repository
        .run("verify apt --deep")
        .says("1 package in trixie\n");
}

#[test]
fn nothing_is_published_by_another_name_of_a_suite() {
    let repository = with_another_name();
    repository.package("orders_2.0_amd64.deb", "");
    let before = repository.files();
    for command in [
        "add apt orders_2.0_amd64.deb",
        "add apt orders_2.0_amd64.deb --suite stable",
        "promote apt --from trixie --to stable",
        "refresh apt --suite stable",
        "remove apt orders",
        "init apt --component extra",
    ] {
        repository.run(command).fails(
            1,
            "
            error: `dists/stable` is a symlink to `dists/trixie`: nothing is written through it
            hint: publish to the suite `trixie` itself
            ",
        );
        assert_eq!(repository.files(), before);
    }
}

/// Files of the pool are known by one name only: tidying up would take the others for lost.
#[test]
fn other_names_elsewhere_are_refused() {
    let repository = with_another_name();
    let pool = repository.path("apt/pool/main/o");
    std::fs::rename(&pool, repository.path("apt/pool/main/p")).unwrap();
    symlink("p", &pool).unwrap();
    for command in ["prune apt", "verify apt"] {
        repository.run(command).fails(
            1,
            "
            error: `pool/main/o` is a symlink that leads to no file: nobody knows which files it stands for
            hint: put the folder itself there, by `mv` or `mount --bind`; remove a link that leads nowhere
            ",
        );
    }
    repository.package("orders_2.0_amd64.deb", "");
    repository
        .run("add apt orders_2.0_amd64.deb --suite trixie")
        .fails(
            1,
            "
            error: `pool/main/o` is a symlink to `pool/main/p`: nothing is written through it
            hint: put the folder `pool/main/p` itself there, by `mv` or `mount --bind`
            ",
        );
}

#[test]
fn a_damaged_file_is_healed_by_way_of_any_suite() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    repository.run("init apt --suite two");
    let pool = repository.path("apt/pool/main/o/orders/orders_1.0_amd64.deb");
    let bytes = std::fs::read(&pool).unwrap();
    std::fs::write(&pool, "damaged").unwrap();
    repository
        .run("add apt orders_1.0_amd64.deb --suite two")
        .says(
            "orders 1.0 amd64 added to two main: its file was damaged or lost, and is there again\n",
        );
    assert_eq!(std::fs::read(&pool).unwrap(), bytes);
    // What no suite names may be on its way into one.
    repository.run("remove apt orders");
    repository.run("remove apt orders --suite two");
    std::fs::write(&pool, "other").unwrap();
    repository.run("add apt orders_1.0_amd64.deb").fails(
        1,
        "
        error: orders 1.0 (amd64) is in the repository with other bytes
        hint: give the package another version: machines and caches may have the one that was published
        ",
    );
}

#[test]
fn numbers_that_mean_nothing_are_refused() {
    let repository = Repository::new();
    let before = repository.files();
    let more = "\nFor more information, try '--help'.\n";
    for number in ["0", "x"] {
        repository.run(&format!("prune apt --keep {number}")).fails(
            2,
            &format!(
                "error: invalid value '{number}' for '--keep <N>': expected a whole number from 1; \
                 `reldeb repo remove` removes all versions\n{more}"
            ),
        );
    }
    for command in ["refresh", "init"] {
        for number in ["0", "36501", "1.5"] {
            let words = format!("{command} apt --valid-for {number}");
            repository.run(&words).fails(
                2,
                &format!(
                    "error: invalid value '{number}' for '--valid-for <DAYS>': expected a number of days \
                     from 1 to 36500\n{more}"
                ),
            );
        }
    }
    assert_eq!(repository.files(), before);
}
