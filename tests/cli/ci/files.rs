//! `reldeb init --ci`: the files that a project gets.

use super::yaml;
use crate::support::{Outcome, Test};

const CARGO: &str = "[package]\nname = \"tool\"\nversion = \"0.2.0\"\ndescription = \"Does it\"\n";
const MANIFEST: &str =
    "[package]\nmaintainer = \"Ann <ann@example.com>\"\ndescription = \"tool\"\n";
const ACTION: &str = include_str!("../../../integrations/github/action.yml");
const COMPONENT: &str = include_str!("../../../integrations/gitlab/template.yml");
const RULES: &str = include_str!("../../../integrations/make/reldeb.mk");

fn cargo() -> Test {
    Test::new()
        .file("Cargo.toml", CARGO)
        .file("src/main.rs", "fn main() {}\n")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The block of docs/ci.md that begins so.
fn of_page(start: &str) -> String {
    let page = std::fs::read_to_string(crate::support::project().join("docs/ci.md")).unwrap();
    let blocks = page.split("```").skip(1).step_by(2);
    let mut blocks = blocks.filter_map(|block| Some(block.split_once('\n')?.1));
    let block = blocks.find(|block| block.starts_with(start));
    block
        .unwrap_or_else(|| panic!("{start} is not there"))
        .to_owned()
}

#[test]
fn github_gets_a_workflow_and_its_action() {
    let run = cargo()
        .manifest(MANIFEST)
        .args("init --ci github".split(' '))
        .stdout(
            ".github/workflows/package.yml\n.github/actions/reldeb/action.yml\n\
             next: git add .github/workflows/package.yml .github/actions/reldeb/action.yml\n",
        )
        .run();
    let action = text(run.read(".github/actions/reldeb/action.yml"));
    assert_eq!(action, ACTION);
    let workflow = text(run.read(".github/workflows/package.yml"));
    assert_eq!(workflow, of_page("# The Debian packages: built"));
    let steps = &yaml::documents(&workflow)[0]["jobs"]["package"]["steps"];
    assert_eq!(steps[1]["env"]["IMAGE"], "rust:1-bookworm");
    assert_eq!(steps[1]["env"]["COMMANDS"], "cargo build --release\n");
}

#[test]
fn what_is_built_in_is_the_oldest_suite() {
    let manifest = format!("{MANIFEST}suites = [\"trixie\", \"jammy\", \"bookworm\"]\n");
    let run = cargo()
        .manifest(&manifest)
        .args("init --ci github".split(' '))
        .any_stdout()
        .run();
    let workflow = text(run.read(".github/workflows/package.yml"));
    let steps = &yaml::documents(&workflow)[0]["jobs"]["package"]["steps"];
    // Ubuntu 22.04 is older than Debian 12.
    assert_eq!(
        steps[1]["name"],
        "Build the release in Ubuntu 22.04 (jammy)"
    );
    assert_eq!(steps[1]["env"]["IMAGE"], "ubuntu:22.04");
    assert_eq!(
        steps[1]["env"]["COMMANDS"],
        "apt-get -qq update\napt-get -qqy install --no-install-recommends cargo git \
         ca-certificates\ncargo build --release\n"
    );
    assert_eq!(steps[2]["with"]["rehearse"], "bookworm");
    assert_eq!(steps[2]["with"]["manifest"], ".");
}

/// GitHub reads workflows at the top of a repository only.
#[test]
fn a_project_below_the_top_of_its_repository_is_named() {
    let run = Test::new()
        .directory(".git")
        .file(
            "apps/my shop/rebar.config",
            "{relx, [{release, {shop, \"1\"}, [a]}]}.\n",
        )
        .file("apps/my shop/reldeb.toml", MANIFEST)
        .args(["init", "--ci", "github", "apps/my shop"])
        .stdout(
            ".github/workflows/package.yml\n.github/actions/reldeb/action.yml\n\
             next: git add .github/workflows/package.yml .github/actions/reldeb/action.yml\n",
        )
        .run();
    let workflow = text(run.read(".github/workflows/package.yml"));
    let steps = &yaml::documents(&workflow)[0]["jobs"]["package"]["steps"];
    assert_eq!(steps[2]["with"]["manifest"], "apps/my shop");
    let command = steps[1]["run"].as_str().unwrap();
    assert!(
        command.contains("--workdir /src/\"apps/my shop\" "),
        "{command}"
    );
    assert_eq!(steps[1]["env"]["IMAGE"], "debian:bookworm");
}

#[test]
fn gitlab_gets_a_pipeline_or_an_included_file() {
    let pipeline = |run: &Outcome, path: &str| {
        assert_eq!(text(run.read(".gitlab/reldeb.yml")), COMPONENT);
        let pipeline = text(run.read(path));
        let inputs = yaml::documents(&pipeline)[0]["include"][0]["inputs"].clone();
        assert_eq!(inputs["image"], "debian:bookworm");
        assert_eq!(inputs["build"][3], "mix local.hex --force");
        assert_eq!(inputs["build"][6], "MIX_ENV=prod mix release");
        assert_eq!(inputs["build"].as_array().unwrap().len(), 7);
    };
    let mix = || {
        let mix = "defmodule A do\n def project do\n [app: :a]\n end\nend\n";
        let test = Test::new().file("mix.exs", mix).manifest(MANIFEST);
        test.args("init --ci gitlab".split(' '))
    };
    let run = mix()
        .stdout(
            ".gitlab-ci.yml\n.gitlab/reldeb.yml\nnext: git add .gitlab-ci.yml .gitlab/reldeb.yml\n",
        )
        .run();
    pipeline(&run, ".gitlab-ci.yml");
    let run = mix()
        .file(".gitlab-ci.yml", "test: { script: [mix test] }\n")
        .stdout(
            ".gitlab/package.yml\n.gitlab/reldeb.yml\n\
             into .gitlab-ci.yml: include: [{ local: /.gitlab/package.yml }]\n\
             next: git add .gitlab/package.yml .gitlab/reldeb.yml\n",
        )
        .run();
    pipeline(&run, ".gitlab/package.yml");
    assert_eq!(
        text(run.read(".gitlab-ci.yml")),
        "test: { script: [mix test] }\n"
    );
}

#[test]
fn a_second_call_for_gitlab_adds_nothing() {
    let mix = "defmodule A do\n def project do\n [app: :a]\n end\nend\n";
    let test = || Test::new().file("mix.exs", mix).manifest(MANIFEST);
    let first = test()
        .args("init --ci gitlab".split(' '))
        .stdout(
            ".gitlab-ci.yml\n.gitlab/reldeb.yml\nnext: git add .gitlab-ci.yml .gitlab/reldeb.yml\n",
        )
        .run();
    let (pipeline, component) = (
        text(first.read(".gitlab-ci.yml")),
        text(first.read(".gitlab/reldeb.yml")),
    );
    test()
        .file(".gitlab-ci.yml", &pipeline)
        .file(".gitlab/reldeb.yml", &component)
        .args("init --ci gitlab".split(' '))
        .stdout("all files are there already\n")
        .run();
    // Somebody has changed it since.
    test()
        .file(
            ".gitlab-ci.yml",
            pipeline.replace("image: debian:bookworm", "image: debian:trixie"),
        )
        .file(".gitlab/reldeb.yml", &component)
        .args("init --ci gitlab".split(' '))
        .status(1)
        .stderr(
            "error: `.gitlab-ci.yml` exists, and is not overwritten\n\
             hint: move it away, write the files anew, and take over what differs\n",
        )
        .run();
}

#[test]
fn a_new_project_gets_manifest_and_makefile() {
    let run = cargo()
        .env("DEBFULLNAME", "Ann")
        .env("DEBEMAIL", "ann@example.com")
        .args("init --ci make".split(' '))
        .stdout(
            "reldeb.toml\nMakefile.package\nreldeb.mk\n\
             next: cargo build --release && reldeb build\n",
        )
        .any_stderr()
        .run();
    assert_eq!(text(run.read("reldeb.mk")), RULES);
    assert!(!run.read("reldeb.toml").is_empty());
    if std::process::Command::new("make")
        .arg("--version")
        .output()
        .is_err()
    {
        crate::support::skip("needs `make`");
        return;
    }
    let mut make = std::process::Command::new("make");
    make.args(["-f", "Makefile.package", "release", "CONTAINERS=echo"]);
    let said = crate::packed::success(make.arg("-s").current_dir(run.path("")));
    assert_eq!(
        said,
        format!(
            "run --rm --volume {}:/src --workdir /src --env GIT_CONFIG_COUNT=1 \
             --env GIT_CONFIG_KEY_0=safe.directory --env GIT_CONFIG_VALUE_0=/src rust:1-bookworm \
             sh -ec cargo build --release\n",
            run.path("").display().to_string().trim_end_matches('/')
        )
    );
}

#[test]
fn a_file_that_is_there_is_kept_and_nothing_is_written() {
    let run = cargo()
        .file(".github/workflows/package.yml", "on: push\n")
        .args("init --ci github".split(' '))
        .status(1)
        .stderr(
            "error: `.github/workflows/package.yml` exists, and is not overwritten\n\
             hint: move it away, write the files anew, and take over what differs\n",
        )
        .run();
    assert_eq!(run.names(""), [".github", "Cargo.toml", "src"]);
    assert_eq!(run.names(".github"), ["workflows"]);
}

/// A manifest has its own project: files beside it are no release of another one.
#[test]
fn a_program_beside_a_manifest_is_no_release() {
    // It would be written above the project.
    Test::new()
        .manifest(MANIFEST)
        .executable("hello", "#!/bin/sh\n")
        .args("init --ci make".split(' '))
        .stdout("Makefile.package\nreldeb.mk\nnext: git add Makefile.package reldeb.mk\n")
        .run();
}

#[test]
fn the_same_files_again_are_no_error() {
    cargo()
        .manifest(MANIFEST)
        .file(
            ".github/workflows/package.yml",
            of_page("# The Debian packages: built"),
        )
        .file(".github/actions/reldeb/action.yml", ACTION)
        .args("init --ci github".split(' '))
        .stdout("all files are there already\n")
        .run();
}

#[test]
fn a_manifest_without_a_project_gets_its_suite_and_branch() {
    let manifest = format!(
        "{MANIFEST}name = \"tool\"\nversion = \"1\"\n[files]\n\"/usr/share/tool/text\" = \"text\"\n\
         [publish]\ntarget = \"apt\"\nsuite = \"testing\"\ncomponent = \"extra\"\n"
    );
    let run = Test::new()
        .manifest(&manifest)
        .file("text", "text\n")
        .file(".git/HEAD", "ref: refs/heads/topic\n")
        .file(
            ".git/refs/remotes/origin/HEAD",
            "ref: refs/remotes/origin/trunk\n",
        )
        .directory(".git/objects")
        .args("init --ci github".split(' '))
        .stdout(
            ".github/workflows/package.yml\n.github/actions/reldeb/action.yml\n\
             into .gitignore: dist/\n\
             next: git add .github/workflows/package.yml .github/actions/reldeb/action.yml\n",
        )
        .run();
    let workflow = text(run.read(".github/workflows/package.yml"));
    let workflow = &yaml::documents(&workflow)[0];
    let with = &workflow["jobs"]["package"]["steps"][2]["with"];
    assert_eq!(
        (&with["suite"], &with["component"]),
        (&"testing".into(), &"extra".into())
    );
    assert_eq!(workflow["on"]["push"]["branches"][0], "trunk");
    assert_eq!(text(run.read("reldeb.toml")), manifest);
    // The line is not told where it is there.
    std::fs::write(run.path(".gitignore"), "dist/\n").unwrap();
    std::fs::remove_dir_all(run.path(".github")).unwrap();
    let mut again = std::process::Command::new(env!("CARGO_BIN_EXE_reldeb"));
    again
        .args(["init", "--ci", "github"])
        .current_dir(run.path(""));
    let said = crate::packed::success(&mut again);
    assert!(
        said.contains("\nnext: ") && !said.contains("into"),
        "{said}"
    );
}

/// A package that was compared or rehearsed in vain is not published, whatever the order of the targets.
#[test]
fn make_publishes_last() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("reldeb.mk"), RULES).unwrap();
    let make = |options: &[&str], targets: &str| {
        let mut make = std::process::Command::new("make");
        make.args(["-f", "reldeb.mk"]).current_dir(folder.path());
        make.args(options).args(targets.split(' ')).output()
    };
    let targets = "deb-publish deb-diff deb-rehearse REPOSITORY=apt";
    let Ok(output) = make(&["-n"], targets) else {
        crate::support::skip("needs `make`");
        return;
    };
    let lines = text(output.stdout);
    let at = |word: &str| lines.find(word).unwrap_or_else(|| panic!("{lines}"));
    let publishes = at("reldeb repo add");
    assert!(
        at("reldeb diff") < publishes && at("reldeb rehearse") < publishes,
        "{lines}"
    );
    let output = make(&["-s"], "deb-publish").unwrap();
    let said = text(output.stderr);
    let words = "name the repository to publish in, such as REPOSITORY=/srv/apt\n";
    assert!(said.starts_with(words), "{said}");
    assert!(!folder.path().join("dist").exists());
}
