//! What `init` proposes where a project leaves a choice: several releases, programs, targets.

use reldeb::init::{InitEnvironment, propose};

use crate::init::{somebody, tree};

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
    let expected = "build it: `cargo build --release`; or write `path = \
                    \"target/aarch64-unknown-linux-musl/release\"`";
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
        "[service]\n# program = \"admin\"\n# program = \"front\"\n"
    );
    assert_eq!(
        service("default-run = \"front\"\n"),
        "[service]\nprogram = \"front\"\n"
    );
}
