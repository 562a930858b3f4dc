//! `docs/repo.md` and `docs/keyring.md`: every command on them runs, in the order of the page.

use std::process::Command;

use super::Repository;
use crate::support::project;

/// The commands of a part of a page.
fn commands(page: &str) -> String {
    let blocks = page.split("```sh\n").skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

fn page(name: &str) -> String {
    std::fs::read_to_string(project().join("docs").join(name)).unwrap()
}

fn run(repository: &Repository, commands: &str, key: &str) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_reldeb"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut shell = Command::new("sh");
    shell
        .env_clear()
        .env("PATH", path)
        .env("DEBFULLNAME", "Ann")
        .env("DEBEMAIL", "ann@example.com")
        .env("RELDEB_KEY", key)
        .args(["-ec", commands]);
    crate::packed::success(shell.current_dir(repository.path("")));
}

#[test]
fn every_command_of_the_page_runs() {
    let repository = Repository::none();
    for version in ["1.4.0", "1.5.0"] {
        repository.package(&format!("orders_{version}_amd64.deb"), "");
    }
    run(&repository, &commands(&page("repo.md")), "");
    repository
        .run("list apt")
        .says("stable main orders 1.5.0 amd64\ntesting main orders 1.5.0 amd64\n");
}

#[test]
fn the_keys_of_a_repository_are_replaced_as_the_page_says() {
    let repository = Repository::none();
    let text = page("keyring.md").replace("/srv/apt", "apt");
    let (first, rest) = text.split_once("## The source").unwrap();
    run(&repository, &commands(first), "apt.key");
    repository.run("init apt --origin Example --key apt.key");
    let (before, after) = rest.split_once("## A page").unwrap();
    run(&repository, &commands(before), "apt.key");
    run(&repository, &commands(after), "next.key");
    repository
        .run_by("next.key", "verify apt")
        .says("2 packages in stable\n");
    let listed = repository.run_by("next.key", "list apt").stdout;
    assert_eq!(
        listed.matches("example-archive-keyring").count(),
        2,
        "{listed}"
    );
    assert!(
        repository
            .read("apt/index.html")
            .contains("example-archive-keyring")
    );
}
