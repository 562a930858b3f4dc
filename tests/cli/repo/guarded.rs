//! No file is lost: what nobody can see is not tidied up, and what was lost comes back.

use std::os::unix::fs::symlink;

use super::Repository;
use crate::forged;

#[test]
fn nothing_is_removed_where_a_symlink_hides_a_suite() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository
        .run("init apt --suite two")
        .says("suite two: made\n");
    repository
        .run("add apt orders_1.0_amd64.deb --suite two")
        .says("orders 1.0 amd64 added to two main\n");
    let error = "error: `dists/two` is a symlink that leads to no file: nobody knows which files it \
                 stands for\n\
                 hint: put the folder itself there, by `mv` or `mount --bind`; remove a link that \
                 leads nowhere\n";
    let outside = "error: `dists/two` leads out of the folder of the repository, by a symlink\n\
                   hint: make the repository in the folder that the link leads to\n";
    let two = repository.path("apt/dists/two");
    for (vault, expected) in [("apt/vol", error), ("vol", outside)] {
        let vault = repository.path(vault);
        std::fs::rename(&two, &vault).unwrap();
        symlink(&vault, &two).unwrap();
        for command in [
            "prune apt --keep 1",
            "verify apt",
            "list apt",
            "refresh apt",
        ] {
            repository.run(command).fails(1, expected);
        }
        std::fs::remove_file(&two).unwrap();
        std::fs::rename(&vault, &two).unwrap();
    }
    symlink("nowhere", repository.path("apt/dists/three")).unwrap();
    let nowhere = error.replace("two", "three");
    repository.run("prune apt").fails(1, &nowhere);
    std::fs::remove_file(repository.path("apt/dists/three")).unwrap();
    repository
        .run("verify apt")
        .says("1 package in stable, two\n");
}

#[test]
fn no_repository_is_made_among_the_files_of_another() {
    let repository = Repository::new();
    let before = repository.files();
    for target in ["apt/dists", "apt/dists/stable", "apt/pool", "apt/pool/new"] {
        let expected = format!(
            "error: `{target}` is inside the repository `[DIR]/apt`, expected its top or another folder\n\
             hint: to add a suite, name the top: `reldeb repo init [DIR]/apt --suite SUITE`\n"
        );
        repository
            .run(&format!("init {target} --origin Example"))
            .fails(1, &expected);
    }
    assert_eq!(repository.files(), before);
    repository
        .run("init apt/other --origin Example")
        .says("suite stable: made\n");
}

#[test]
fn a_folder_without_a_repository_is_an_error() {
    let repository = Repository::new();
    std::fs::create_dir(repository.path("empty")).unwrap();
    for folder in ["empty", "gone"] {
        let expected = format!(
            "error: no repository in `{folder}`\n\
             hint: make it with `reldeb repo init {folder} --origin NAME`\n"
        );
        for command in ["verify", "list", "refresh", "prune"] {
            let command = format!("{command} {folder}");
            repository.run(&command).fails(1, &expected);
        }
        let command = format!("list {folder}");
        repository.run_by("", &command).fails(1, &expected);
    }
    assert!(!repository.path("gone").exists());
}

#[test]
fn a_package_that_was_lost_or_damaged_is_healed() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    repository
        .run("init apt --suite two")
        .says("suite two: made\n");
    let pool = repository.path("apt/pool/main/o/orders/orders_1.0_amd64.deb");
    let bytes = std::fs::read(&pool).unwrap();
    let promote = "promote apt --from stable --to two";
    for damaged in [None, Some(vec![0; bytes.len()]), Some(vec![0; 3])] {
        let is_seen = damaged.as_ref().is_none_or(|it| it.len() != bytes.len());
        match damaged {
            None => std::fs::remove_file(&pool).unwrap(),
            Some(other) => std::fs::write(&pool, other).unwrap(),
        }
        if is_seen {
            assert_eq!(repository.run(promote).status, 1);
        }
        repository.run("add apt orders_1.0_amd64.deb").says(
            "orders 1.0 amd64 is in stable main already: its file was damaged or lost, and is there \
             again\n",
        );
        assert_eq!(std::fs::read(&pool).unwrap(), bytes);
    }
    std::fs::write(&pool, "abc").unwrap();
    repository.run(promote).fails(
        1,
        &format!(
            "error: `pool/main/o/orders/orders_1.0_amd64.deb` has 3 bytes, expected {}\n\
             hint: add the package again, with `reldeb repo add`\n",
            bytes.len()
        ),
    );
}

#[test]
fn a_package_that_dpkg_refuses_is_not_published() {
    let repository = Repository::new();
    let before = repository.files();
    for (entry, words) in [
        (
            "./opt/h/../../tmp/evil",
            "path `/./opt/h/../../tmp/evil` contains `..`, expected a path without it",
        ),
        (
            "./opt/new/x",
            "`/opt/new/x` lies in a directory that has no entry before it: dpkg makes none by itself",
        ),
    ] {
        let package = forged::Package::new(forged::below(&[forged::file(entry, "x")]));
        std::fs::write(repository.path("hostile.deb"), package.bytes()).unwrap();
        repository.run("add apt hostile.deb").fails(
            1,
            &format!(
                "error: `hostile.deb` is fit for no machine: {words}\n\
                 hint: `reldeb check hostile.deb` tells all that is wrong with it\n"
            ),
        );
    }
    assert_eq!(repository.files(), before);
}

#[test]
fn a_new_suite_is_like_the_others() {
    let repository = Repository::none();
    repository
        .run("init apt --origin Example --label Shop --architecture arm64 --key new")
        .says("secret key: reldeb.key\nsuite stable: made\n");
    repository
        .run("init apt --suite two")
        .says("suite two: made\n");
    let text = repository.read("apt/dists/two/InRelease");
    for line in [
        "Origin: Example",
        "Label: Shop",
        "Architectures: arm64",
        "Components: main",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}: {text}");
    }
    repository.run("init other").fails(
        1,
        "
        error: suite `stable` has no origin, and no other suite to take it from
        hint: name the one who makes the packages with `--origin NAME`
        ",
    );
    assert!(!repository.path("other").exists());
}

#[test]
fn nothing_is_written_where_a_symlink_leads() {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    let work = repository.path("apt/.reldeb");
    std::fs::remove_dir_all(&work).unwrap();
    std::fs::create_dir(repository.path("outside")).unwrap();
    symlink(repository.path("outside"), &work).unwrap();
    let refused = repository.run("add apt orders_1.0_amd64.deb");
    assert_eq!(refused.status, 1);
    assert!(
        refused
            .stderr
            .ends_with("/.reldeb`: it is a symlink, expected a folder\n"),
        "{}",
        refused.stderr
    );
    let outside = std::fs::read_dir(repository.path("outside")).unwrap();
    assert_eq!(outside.count(), 0);
}
