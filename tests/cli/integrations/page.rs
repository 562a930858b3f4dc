//! The commands of `docs/integrations.md`, one after the other as they stand there.

use super::Example;
use crate::support::project;

/// The blocks of shell below a heading of the page.
fn blocks(heading: &str) -> Vec<String> {
    let page = std::fs::read_to_string(project().join("docs/integrations.md")).unwrap();
    let start = format!("\n## {heading}\n");
    let (_, section) = page.split_once(&start).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("\n```sh\n").skip(1);
    let blocks: Vec<String> = blocks
        .map(|block| block.split_once("\n```").unwrap().0.to_owned())
        .collect();
    assert!(!blocks.is_empty(), "{heading}");
    blocks
}

#[test]
fn of_cargo() {
    let sources = ["Cargo.toml", "Cargo.lock", "reldeb.toml", "rel", "src"];
    let example = Example::new("rust-server", &sources).with_reldeb();
    let elsewhere = example.path("elsewhere");
    let text = blocks("cargo").join("\n");
    assert!(text.contains("/tmp/elsewhere"));
    let text = text.replace("/tmp/elsewhere", elsewhere.to_str().unwrap());
    let said = example.sh(&text).success();
    let usual = "target/debian/beacon_2.1.0_amd64.deb";
    let own = "./beacon_2.1.0_amd64.deb";
    let second = "target/debian/beacon_2.1.0-1_amd64.deb";
    assert_eq!(said.packages(), [usual, usual, usual, own, usual, second]);
    assert!(elsewhere.join("release/beacon").is_file());
}

#[test]
fn of_rebar3() {
    let Some(example) = super::rebar3::orders() else {
        return;
    };
    let said = example
        .with_reldeb()
        .sh(&blocks("rebar3").join("\n"))
        .success();
    assert_eq!(
        said.packages(),
        [
            "dist/orders_1.4.0_amd64.deb",
            "dist/orders_1.4.0-1_amd64.deb"
        ]
    );
}

#[test]
fn of_mix() {
    let Some(example) = super::mix::tally() else {
        return;
    };
    let example = example.with_reldeb();
    let blocks = blocks("mix");
    let (install, build) = blocks.split_first().unwrap();
    example.sh(&format!("cd reldeb\n{install}")).success();
    let said = example.sh(&build.join("\n")).success();
    assert_eq!(
        said.packages(),
        ["dist/tally_0.3.0_amd64.deb", "dist/tally_0.3.0-1_amd64.deb"]
    );
}
