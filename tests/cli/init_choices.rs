//! The proposals of `init` where a project leaves a choice: several releases, programs, targets.

use reldeb::internals::init::{InitEnvironment, propose};

use crate::init::{somebody, tree};
use crate::support::Test;

/// The tools refuse to build one of several releases that is not named.
#[test]
fn an_unbuilt_project_names_its_release() {
    let several =
        "{relx, [{release, {shop, \"1.0\"}, [a]}, {release, {store, \"1.0\"}, [b]}DEFAULT]}.\n";
    let with = |default: &str| several.replace("DEFAULT", default);
    let mix = |more: &str| {
        format!(
            "defmodule A do\n def project do\n [app: :a{more}, releases: [shop: [steps: [:assemble]], \
             store: []]]\n end\nend\n"
        )
    };
    for (file, text, command, path) in [
        (
            "rebar.config",
            with(""),
            "rebar3 as prod release -n shop",
            "shop",
        ),
        (
            "rebar.config",
            with(", {default_release, store, \"1.0\"}"),
            "rebar3 as prod release",
            "store",
        ),
        ("mix.exs", mix(""), "MIX_ENV=prod mix release shop", "shop"),
        (
            "mix.exs",
            mix(", default_release: :store"),
            "MIX_ENV=prod mix release",
            "store",
        ),
    ] {
        let root = tree(&[(file, &text)]);
        let proposal = propose(root.path(), &somebody()).unwrap();
        let next = format!("{command} && reldeb build ");
        assert!(
            proposal.next_command.starts_with(&next),
            "{}",
            proposal.next_command
        );
        assert!(proposal.manifest_text.contains(&format!("rel/{path}\"\n")));
        let hint = proposal.findings[0].hint.as_deref();
        assert_eq!(hint, Some(format!("build it: `{command}`").as_str()));
    }
}

#[test]
fn a_build_for_another_target_is_named() {
    let root = tree(&[
        (
            "Cargo.toml",
            "[package]\nname = \"serve\"\nversion = \"1.0.0\"\n",
        ),
        ("src/main.rs", "fn main() {}\n"),
        (
            "target/x86_64-unknown-linux-musl/release/serve",
            "#!/bin/sh\n",
        ),
        (
            "target/aarch64-unknown-linux-musl/release/serve",
            "#!/bin/sh\n",
        ),
    ]);
    let environment = InitEnvironment::default();
    let proposal = propose(root.path(), &environment).unwrap();
    let hints = proposal.findings.iter().filter_map(|it| it.hint.as_deref());
    let expected = "build it: `cargo build --release`; or name the programs of \
                    `target/aarch64-unknown-linux-musl/release` in `[files]`";
    assert!(
        hints.into_iter().any(|hint| hint == expected),
        "{:?}",
        proposal.findings
    );
}

#[test]
fn several_programs_that_serve_are_a_choice() {
    let package = |name: &str, more: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n{more}[dependencies]\naxum = \"1\"\n"
        )
    };
    let service = |default_run: &str| {
        let root = tree(&[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"admin\", \"front\", \"tool\"]\n",
            ),
            ("admin/Cargo.toml", &package("admin", "")),
            ("admin/src/main.rs", "fn main() {}\n"),
            ("front/Cargo.toml", &package("front", default_run)),
            ("front/src/main.rs", "fn main() {}\n"),
            (
                "tool/Cargo.toml",
                "[package]\nname = \"a-tool\"\nversion = \"1.0.0\"\n",
            ),
            ("tool/src/main.rs", "fn main() {}\n"),
            ("target/release/a-tool", "#!/bin/sh\n"),
            ("target/release/admin", "#!/bin/sh\n"),
            ("target/release/front", "#!/bin/sh\n"),
        ]);
        let proposal = propose(root.path(), &somebody()).unwrap();
        let start = proposal.manifest_text.find("[service]").unwrap();
        proposal.manifest_text[start..].to_owned()
    };
    assert_eq!(
        service(""),
        "[service]\n# program = \"/usr/bin/admin\"\n# program = \"/usr/bin/front\"\n"
    );
    assert_eq!(
        service("default-run = \"front\"\n"),
        "[service]  # `front` runs in the background; the other programs are commands\n\
         program = \"/usr/bin/front\"\n"
    );
}

/// A manifest outside of the project is not told what Cargo.toml says, a directory of programs inside is.
#[test]
fn a_manifest_tells_what_the_folders_around_it_do_not() {
    let project = || {
        Test::new()
            .file(
                "tool/Cargo.toml",
                "[package]\nname = \"my_tool\"\nversion = \"1.2.0\"\ndescription = \"does it\"\n\
                 [[bin]]\nname = \"tl\"\n",
            )
            .file("tool/target/release/.cargo-lock", "")
            .executable("tool/target/release/tl", "#!/bin/sh\n")
            .env("DEBFULLNAME", "Jo")
            .env("DEBEMAIL", "jo@example.com")
    };
    let rest = "\n# A program that waits for requests runs in the background, as a user of its own, by:\n\
                # [service]\n# program = \"/usr/bin/tl\"\n";
    for (arguments, manifest, identity, source) in [
        (
            &["init", "-o", "tool.toml", "tool"][..],
            "tool.toml",
            "name = \"my-tool\"\nversion = \"1.2.0\"\n",
            "tool/target/release/tl",
        ),
        (
            &["init", "tool/target/release"],
            "tool/reldeb.toml",
            "",
            "target/release/tl",
        ),
    ] {
        let outcome = project()
            .args(arguments)
            .stdout(&format!(
                "{manifest}\nnext: reldeb build --manifest {manifest}\n"
            ))
            .run();
        let text = String::from_utf8(outcome.read(manifest)).unwrap();
        let (_, text) = text.split_once("\n\n").unwrap();
        assert_eq!(
            text,
            format!(
                "[package]\n{identity}maintainer = \"Jo <jo@example.com>\"\ndescription = \"does it\"\n\n\
                 [files]\n\"/usr/bin/tl\" = \"{source}\"\n{rest}"
            )
        );
        let plan = Test::new()
            .args(["plan", "-m", outcome.path(manifest).to_str().unwrap()])
            .any_stdout()
            .any_stderr()
            .run();
        assert!(
            plan.stdout.starts_with("my-tool 1.2.0 all: "),
            "{}",
            plan.stdout
        );
        assert!(plan.stdout.contains(" ./usr/bin/tl "), "{}", plan.stdout);
    }
}

#[test]
fn a_project_of_a_library_alone() {
    let test = Test::new()
        .file(
            "Cargo.toml",
            "[package]\nname = \"my-plugin\"\n[lib]\ncrate-type = [\"cdylib\"]\n",
        )
        .file("src/lib.rs", "");
    test.args(["init"])
        .status(1)
        .stderr(
            "
            error: `./Cargo.toml` makes no program, only `libmy_plugin.so`
            hint: name `target/release/libmy_plugin.so` in `[files]` of the package whose program loads it
            ",
        )
        .run();
}

#[test]
fn what_stands_in_for_a_description_is_no_warning() {
    for (files, description) in [
        (
            &[
                (
                    "rebar.config",
                    "{relx, [{release, {hub, \"1.0\"}, [hub]}]}.\n",
                ),
                ("_build/prod/rel/hub/bin/hub", "#!/bin/sh\n"),
            ],
            "service of the release hub",
        ),
        (
            &[
                (
                    "Cargo.toml",
                    "[package]\nname = \"hub\"\nversion = \"1.0.0\"\n",
                ),
                ("target/release/hub", "#!/bin/sh\n"),
            ],
            "program of the project hub",
        ),
    ] {
        let test = Test::new().file("src/main.rs", "fn main() {}\n");
        let test = files
            .iter()
            .fold(test, |test, (path, text)| test.executable(path, *text));
        let test = test.env("DEBEMAIL", "Al <al@example.com>").args(["init"]);
        let outcome = test.any_stdout().any_stderr().run();
        let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
        let line = format!("description = \"{description}\"  # one line");
        assert!(manifest.contains(&line), "{manifest}");
        let mut plan = std::process::Command::new(env!("CARGO_BIN_EXE_reldeb"));
        let plan = plan
            .args(["plan", "--version", "1.0"])
            .current_dir(outcome.path(""));
        let said = plan.output().unwrap();
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(
            !said.contains("synopsis") && !said.contains("error"),
            "{said}"
        );
    }
}
