//! `mix release.deb` and the step of `mix release` in the example of Elixir.

use super::{Example, has};
use crate::support::project;

/// The example, with the package of mix beside it.
pub(super) fn tally() -> Option<Example> {
    if !has("mix", "--version") {
        return None;
    }
    let example = Example::new(
        "elixir-release",
        &["mix.exs", "reldeb.toml", "config", "lib"],
    );
    let package = project().join("integrations/mix");
    let copy = format!("mkdir reldeb && cp -a {}/* reldeb", package.display());
    example.sh(&copy).success();
    Some(example)
}

/// Makes the package a dependency, with more about the project.
fn depend(example: &Example, more: &str) {
    let dependency = "deps: [{:reldeb, path: \"reldeb\", runtime: false}]";
    example.replace("mix.exs", "deps: []", &format!("{dependency},\n{more}"));
}

#[test]
fn a_step_of_the_release() {
    let Some(example) = tally() else { return };
    let example = example.with_reldeb();
    depend(
        &example,
        "releases: [tally: [steps: [:assemble, &Reldeb.deb/1], deb: [output: \"packages\"]]]",
    );
    // The manifest need not know what mix does.
    example.replace("reldeb.toml", "path = \"_build/prod/rel/tally\"\n", "");
    let said = example.sh("MIX_ENV=prod mix release").success();
    assert_eq!(said.packages(), ["packages/tally_0.3.0_amd64.deb"]);
    assert_eq!(said.stderr, "");
    assert!(
        !example
            .path("_build/prod/rel/tally/lib/reldeb-0.1.0")
            .exists()
    );
    // Once, though the task makes one by itself.
    let line = "MIX_ENV=prod mix release.deb --path elsewhere -- --version 0.3.0-2";
    assert_eq!(
        example.sh(line).success().packages(),
        ["packages/tally_0.3.0-2_amd64.deb"]
    );
    assert!(example.path("elsewhere/bin/tally").is_file());
    // What reldeb says is not lost.
    std::fs::write(example.path("reldeb-tally.toml"), "x = 1\n").unwrap();
    let said = example.sh("MIX_ENV=prod mix release --overwrite");
    assert_eq!(said.status, Some(1));
    assert!(
        said.stderr
            .starts_with("error: reldeb-tally.toml:1: unknown key `x`\n")
            && said
                .stderr
                .ends_with("\n** (Mix) reldeb ended with status 1\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_archive_and_what_is_configured() {
    let Some(example) = tally() else { return };
    let install = "cd reldeb && mix archive.build -o ../reldeb.ez && mix archive.install --force ../reldeb.ez";
    example.sh(install).success();
    let install = "Install reldeb, by its Debian package or `cargo install reldeb`, or name it in the \
                   variable RELDEB or as `deb: [reldeb: \"/path/to/reldeb\"]` of the release in mix.exs";
    let missing = |name: &str, why: &str| {
        format!("** (Mix) cannot find the program `{name}`: {why}. {install}\n")
    };
    let task = |line: &str, error: &str| {
        let said = example.sh(&format!("{line} MIX_ENV=prod mix release.deb"));
        assert_eq!((said.status, said.stderr.as_str()), (Some(1), error));
        // It is said before the release is assembled.
        assert!(!said.stdout.contains("assembling"), "{}", said.stdout);
    };
    task("", &missing("reldeb", "it is not in the search path"));
    task(
        "RELDEB=/none",
        &missing("/none", "the variable RELDEB names it"),
    );
    let configure = |deb: &str| {
        let text = std::fs::read_to_string(example.path("mix.exs")).unwrap();
        let start = text.find("deps: []").unwrap();
        let end = start + text[start..].find('\n').unwrap();
        let releases = format!("deps: [], releases: [tally: [deb: {deb}]]");
        let text = format!("{}{releases}{}", &text[..start], &text[end..]);
        std::fs::write(example.path("mix.exs"), text).unwrap();
    };
    configure("[reldeb: \"/none\"]");
    task(
        "",
        &missing("/none", "`deb: [reldeb: ...]` of the release names it"),
    );
    configure("[manifest: 1]");
    let error = "** (Mix) `manifest: 1` is no option of `deb` of the release, expected \
                 `manifest: path`, `output: path`, `reldeb: path` or `arguments: [text]`\n";
    task("", error);
    configure(":reldeb");
    task(
        "",
        "** (Mix) `deb` of the release is :reldeb, expected a keyword list\n",
    );
    // A program in the place of reldeb that prints its arguments.
    example.program("other", "#!/bin/sh\necho \"${0##*/} $*\"\n");
    configure("[manifest: \"m.toml\", output: \"out\", reldeb: \"other\", arguments: [\"-q\"]]");
    let said = example
        .sh("MIX_ENV=prod mix release.deb tally -- --threads 1")
        .success();
    let called = "other build --release _build/prod/rel/tally --manifest m.toml --output out/ -q \
                  --threads 1";
    assert_eq!(said.last(), called);
}

#[test]
fn a_step_before_the_release_is_refused() {
    let Some(example) = tally() else { return };
    let example = example.with_reldeb();
    depend(
        &example,
        "releases: [tally: [steps: [&Reldeb.deb/1, :assemble]]]",
    );
    let said = example.sh("MIX_ENV=prod mix release");
    assert_eq!(
        (said.status, said.stderr.as_str()),
        (
            Some(1),
            "** (Mix) &Reldeb.deb/1 stands before :assemble in `steps` of the release, expected behind \
             it\n"
        )
    );
}
