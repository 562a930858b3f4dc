//! `docs/repo.md`: every command on it runs, in the order of the page.

use std::process::Command;

use super::Repository;
use crate::support::project;

#[test]
fn every_command_of_the_page_runs() {
    let page = std::fs::read_to_string(project().join("docs/repo.md")).unwrap();
    let repository = Repository::none();
    for version in ["1.4.0", "1.5.0"] {
        repository.package(&format!("orders_{version}_amd64.deb"), "");
    }
    let blocks = page.split("```sh\n").skip(1);
    let blocks: Vec<&str> = blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_reldeb"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut shell = Command::new("sh");
    shell
        .env_clear()
        .env("PATH", path)
        .args(["-ec", &blocks.concat()]);
    crate::packed::success(shell.current_dir(repository.path("")));
    repository
        .run("list apt")
        .says("stable main orders 1.5.0 amd64\ntesting main orders 1.5.0 amd64\n");
}
