//! The proposals of `reldeb init` for projects and releases of each kind.
#![allow(clippy::disallowed_methods, clippy::print_stderr, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use reldeb::internals::finding::Severity;
use reldeb::internals::init::{InitEnvironment, InitError, Proposal, propose};
use reldeb::internals::manifest::Manifest;

use crate::support::Test;

/// Files by path; those that start with `#!` or ELF's magic are executable.
pub(crate) fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    add(root.path(), files);
    root
}

fn add(root: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        if content.starts_with("#!") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

const REBAR_CONFIG: (&str, &str) = (
    "rebar.config",
    "{erl_opts, [debug_info]}.\n{relx, [{release, {orders, \"1.4.0\"}, [orders, sasl]}]}.\n",
);
const APP_SRC: (&str, &str) = (
    "src/orders.app.src",
    "{application, orders, [{description, \"An order service. It keeps \\\"orders\\\".\"},\n\
     {licenses, [\"Apache-2.0\"]}, {links, [{\"Home\", \"https://example.com/orders\"}]}]}.\n",
);

/// A release of relx below `directory`.
fn add_relx(root: &Path, directory: &str) {
    add(
        &root.join(directory),
        &[
            ("releases/start_erl.data", "13.1.5 1.4.0"),
            (
                "releases/1.4.0/orders.rel",
                "{release,{\"orders\",\"1.4.0\"},{erts,\"13.1.5\"},[{orders,\"1.4.0\"}]}.",
            ),
            (
                "releases/1.4.0/sys.config",
                "[\"/etc/orders/orders.config\"].",
            ),
            ("erts-13.1.5/bin/erlexec", "#!/bin/sh\n"),
            ("bin/orders", "#!/bin/sh\nRELX_CONFIG_PATH=x\n"),
        ],
    );
}

pub(crate) fn somebody() -> InitEnvironment {
    InitEnvironment {
        name: Some("Jo \"J\" Doe".into()),
        email: Some("jo@example.com".into()),
        ..InitEnvironment::default()
    }
}

/// The manifest without its first comment, after a look that it is TOML and knows its release.
fn text(proposal: &Proposal) -> &str {
    let table: toml::Table = proposal.manifest_text.parse().unwrap();
    assert!(
        table["package"]["maintainer"]
            .as_str()
            .unwrap()
            .contains('<')
    );
    let release = table.get("release").map(|release| &release["path"]);
    assert!(release.is_some_and(toml::Value::is_str) || table["files"].is_table());
    proposal.manifest_text.split_once("\n\n").unwrap().1
}

fn warnings(proposal: &Proposal) -> Vec<&str> {
    let findings = proposal.findings.iter();
    findings
        .filter(|f| f.severity != Severity::Info)
        .map(|f| f.tag.name)
        .collect()
}

#[test]
fn a_project_of_rebar3() {
    let root = tree(&[REBAR_CONFIG, APP_SRC, ("rel/etc/orders.config", "[].\n")]);
    add_relx(root.path(), "_build/prod/rel/orders");
    add(
        root.path(),
        &[("_build/prod/rel/orders/orders-1.4.0.tar.gz", "")],
    );
    let proposal = propose(root.path(), &somebody()).unwrap();
    assert_eq!(
        text(&proposal),
        r#"[package]
maintainer = 'Jo "J" Doe <jo@example.com>'
description = """
order service
It keeps "orders"."""
license = "Apache-2.0"
homepage = "https://example.com/orders"

[release]
path = "_build/prod/rel/orders"
exclude = ["/orders-1.4.0.tar.gz"]

[files]
# The sysadmin's file: `releases/1.4.0/sys.config` includes it, and the node does not start without.
"/etc/orders/orders.config" = { source = "rel/etc/orders.config", mode = "0640", group = "orders" }
"#
    );
    assert_eq!(warnings(&proposal), ["leftover"]);
    assert_eq!(proposal.path, root.path().join("reldeb.toml"));
    let command = format!(
        "reldeb build --manifest {}/reldeb.toml",
        root.path().display()
    );
    assert_eq!(proposal.next_command, command);
    proposal.write().unwrap();
    let error = proposal.write().unwrap_err();
    assert!(matches!(error, InitError::Exists(_)));
    let error = propose(root.path(), &somebody()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "`{}` exists, and is not overwritten",
            proposal.path.display()
        )
    );
    assert_eq!(
        error.hint().as_deref(),
        Some("`reldeb plan` shows what it makes; `reldeb init --output FILE` writes another")
    );
}

#[test]
fn a_file_that_is_missing_is_a_comment() {
    // The including file is not the included one, though it has its name.
    let root = tree(&[
        REBAR_CONFIG,
        APP_SRC,
        ("config/orders.config", "[\"/etc/orders/orders.config\"]."),
    ]);
    add_relx(root.path(), "_build/prod/rel/orders");
    let proposal = propose(root.path(), &somebody()).unwrap();
    let line = "\n# \"/etc/orders/orders.config\" = { source = \"rel/etc/orders.config\", ";
    assert!(text(&proposal).contains(line), "{}", proposal.manifest_text);
    assert_eq!(warnings(&proposal), ["missing-include"]);
}

#[test]
fn a_project_that_is_not_built() {
    let root = tree(&[REBAR_CONFIG, APP_SRC]);
    let proposal = propose(root.path(), &InitEnvironment::default()).unwrap();
    assert!(text(&proposal).contains("path = \"_build/prod/rel/orders\"\n"));
    assert!(text(&proposal).contains("maintainer = \"Unknown <root@localhost>\"  # who"));
    assert_eq!(warnings(&proposal), ["not-built", "unknown-maintainer"]);
    assert!(
        proposal
            .next_command
            .starts_with("rebar3 as prod release && reldeb build")
    );
}

#[test]
fn a_release_for_development_is_left_aside() {
    let root = tree(&[REBAR_CONFIG, APP_SRC]);
    add_relx(root.path(), "_build/default/rel/orders");
    let link = root.path().join("_build/default/rel/orders/lib");
    std::os::unix::fs::symlink("/usr/lib/erlang/lib", link).unwrap();
    let proposal = propose(root.path(), &somebody()).unwrap();
    assert_eq!(warnings(&proposal), ["unusable-release", "not-built"]);
    assert!(text(&proposal).contains("path = \"_build/prod/rel/orders\"\n"));
}

#[test]
fn a_release_by_itself_and_one_of_a_project() {
    let root = tree(&[]);
    add_relx(root.path(), "orders");
    let proposal = propose(&root.path().join("orders"), &somebody()).unwrap();
    assert_eq!(proposal.path, Path::new("reldeb.toml"));
    assert_eq!(proposal.next_command, "reldeb build");
    let path = format!("path = \"{}\"\n", root.path().join("orders").display());
    assert!(text(&proposal).contains(&path));

    let root = tree(&[REBAR_CONFIG, APP_SRC]);
    add_relx(root.path(), "_build/prod/rel/orders");
    let release = root.path().join("_build/prod/rel/orders");
    let proposal = propose(&release, &somebody()).unwrap();
    assert_eq!(proposal.path, root.path().join("reldeb.toml"));
    assert!(text(&proposal).contains("path = \"_build/prod/rel/orders\"\n"));
    assert!(text(&proposal).contains("description = \"\"\"\norder service\n"));
}

#[test]
fn a_project_of_mix() {
    let root = tree(&[
        (
            "mix.exs",
            "defmodule Shop.MixProject do\n  def project do\n    [app: :my_shop, version: \"0.1.0\",\n\
             # description: \"no\",\n description: \"Sells things\", package: [licenses: [\"MIT\"]]]\n",
        ),
        (
            "config/runtime.exs",
            "import Config\n# System.get_env(\"NO\")\nconfig :my_shop, url: \
             System.fetch_env!(\"SHOP_URL\"), port: System.get_env(\"PORT\", \"80\")\n",
        ),
    ]);
    let proposal = propose(root.path(), &somebody()).unwrap();
    assert_eq!(
        text(&proposal),
        "[package]\nmaintainer = 'Jo \"J\" Doe <jo@example.com>'\ndescription = \"Sells things\"\n\
         license = \"MIT\"\n\n[release]\npath = \"_build/prod/rel/my_shop\"\n\n\
         [service]\n\
         # Set on each machine, in /etc/default/my-shop, before the service starts.\n\
         required-environment = [\"SHOP_URL\"]\n\n\
         # Lines of /etc/default/my-shop, for what `config/runtime.exs` reads.\n\
         # [service.environment]\n# PORT = \"80\"\n"
    );
    assert!(
        proposal
            .next_command
            .starts_with("MIX_ENV=prod mix release && reldeb build")
    );
}

#[test]
fn a_command_and_a_server_of_cargo() {
    let manifest = "[package]\nname = \"tool\"\nversion = \"0.2.0\"\ndescription = \"Does it.\"\n\
                    authors = [\"Al <al@example.com>\"]\n";
    let root = tree(&[
        ("Cargo.toml", manifest),
        ("src/main.rs", "fn main() {}\n"),
        ("target/release/.cargo-lock", ""),
        ("target/release/tool", "#!/bin/sh\n"),
    ]);
    let proposal = propose(root.path(), &InitEnvironment::default()).unwrap();
    assert_eq!(
        text(&proposal),
        "[package]\nmaintainer = \"Al <al@example.com>\"\ndescription = \"Does it\"\n\n[files]\n\
         \"/usr/bin/tool\" = \"target/release/tool\"\n\n\
         # A program that waits for requests runs in the background, as a user of its own, by:\n\
         # [service]\n# program = \"/usr/bin/tool\"\n"
    );
    // A client, by its name, is not the one that is proposed.
    add(
        root.path(),
        &[
            ("target/release/a-client", "#!/bin/sh\n"),
            ("src/bin/a-client.rs", ""),
        ],
    );
    let proposal = propose(root.path(), &InitEnvironment::default()).unwrap();
    let shown = text(&proposal);
    assert!(
        shown.ends_with("# [service]\n# program = \"/usr/bin/tool\"\n"),
        "{shown}"
    );
    std::fs::remove_file(root.path().join("target/release/a-client")).unwrap();
    std::fs::remove_dir_all(root.path().join("src/bin")).unwrap();
    add(
        root.path(),
        &[("src/net.rs", "use std::net::TcpListener;\n")],
    );
    let proposal = propose(root.path(), &InitEnvironment::default()).unwrap();
    assert!(
        proposal
            .manifest_text
            .ends_with("without this table it is a command alone\nprogram = \"/usr/bin/tool\"\n")
    );

    let metadata = format!("{manifest}[package.metadata.reldeb.package]\nname = \"x\"\n");
    add(root.path(), &[("Cargo.toml", &metadata)]);
    let error = propose(root.path(), &somebody()).unwrap_err();
    assert!(matches!(error, InitError::ExistsInCargo(_)), "{error}");
}

#[test]
fn a_plain_directory_says_little() {
    let root = tree(&[("serve", "#!/bin/sh\n")]);
    let proposal = propose(root.path(), &somebody()).unwrap();
    assert!(text(&proposal).contains("version = \"0.1.0\"  # the release does not say it"));
    assert!(text(&proposal).contains("description = \"service of the release serve\"  # one line"));
    assert_eq!(warnings(&proposal), ["unknown-version"]);
}

#[test]
fn nothing_to_propose_for() {
    let root = tree(&[("notes.txt", "")]);
    let error = propose(root.path(), &somebody()).unwrap_err();
    let expected = "is neither a project (`rebar.config`, `mix.exs`, `gleam.toml`, `Cargo.toml`) nor a release";
    assert!(error.to_string().ends_with(expected), "{error}");

    let root = tree(&[("rebar.config", "{a,\n b.")]);
    let error = propose(root.path(), &somebody()).unwrap_err().to_string();
    assert!(
        error
            .ends_with("cannot be read as Erlang terms: line 2: `.` where `,` or `}` was expected"),
        "{error}"
    );
}

#[test]
fn new_projects_of_mix_and_cargo() {
    let root = tree(&[]);
    for (tool, arguments) in [("mix", ["new", "shop"]), ("cargo", ["new", "tool"])] {
        let status = Command::new(tool)
            .args(arguments)
            .current_dir(root.path())
            .output();
        if !status.is_ok_and(|output| output.status.success()) {
            crate::support::skip(&format!("needs `{tool}`"));
            continue;
        }
        let proposal = propose(&root.path().join(arguments[1]), &somebody()).unwrap();
        assert_eq!(warnings(&proposal), ["not-built"]);
        text(&proposal);
    }
}

/// The words of a project about itself come back from the manifest as it was, whatever is in it.
#[test]
fn nasty_texts_are_read_back() {
    let table = [
        ("costs $5 and ${X}", "costs $5 and ${X}"),
        ("$$ and $", "$$ and $"),
        ("says \"hi\" and 'ho'", "says \"hi\" and 'ho'"),
        (r"C:\dir\n", r"C:\dir\n"),
        ("'''\"\"\"", "'''\"\"\""),
        ("# no [comment]", "# no [comment]"),
        (
            "bell\u{7}, escape\u{1b}[31m, delete\u{7f}",
            "bell , escape [31m, delete",
        ),
        ("zweimal \u{fc}ber \u{1f980}", "zweimal \u{fc}ber \u{1f980}"),
        ("ends in \\", "ends in \\"),
    ];
    for (text, expected) in table {
        let mut package = toml::Table::new();
        for (key, value) in [
            ("name", "tool"),
            ("version", "0.2.0"),
            ("description", text),
            ("homepage", "https://example.com/?a=$b"),
            ("license", text),
        ] {
            package.insert(key.into(), value.into());
        }
        let author = "A $B \"C\" <al@example.com>";
        package.insert("authors".into(), vec![author].into());
        let manifest = toml::Table::from_iter([("package".to_owned(), package.into())]);
        let root = tree(&[
            ("Cargo.toml", &manifest.to_string()),
            ("src/main.rs", "fn main() {}\n"),
            ("target/release/.cargo-lock", ""),
            ("target/release/tool", "#!/bin/sh\n"),
        ]);
        let proposal = propose(root.path(), &InitEnvironment::default()).unwrap();
        std::fs::write(root.path().join("reldeb.toml"), &proposal.manifest_text).unwrap();
        let read = Manifest::read(root.path(), None, &[], &BTreeMap::new());
        let read = read.unwrap_or_else(|error| panic!("{error}\n{}", proposal.manifest_text));
        let package = &read[0].tables.package;
        let value = |it: &Option<reldeb::internals::manifest::Spanned<String>>| {
            it.as_ref().map(|it| it.get_ref().clone())
        };
        let description = package
            .description
            .as_ref()
            .map(|it| it.get_ref().0.to_string());
        assert_eq!(description.as_deref(), Some(expected));
        assert_eq!(value(&package.license).as_deref(), Some(text));
        let homepage = package.homepage.as_ref().map(|it| it.0.as_str());
        assert_eq!(homepage, Some("https://example.com/?a=$b"));
        let maintainer = package.maintainer.as_ref().map(|it| it.0.to_string());
        assert_eq!(maintainer.as_deref(), Some(author));
    }
}

/// A person who works under two names has git choose by the folder.
#[test]
fn the_maintainer_is_whom_git_names_in_the_folder() {
    let test = Test::new()
        .file(
            ".gitconfig",
            "[user]\nname = Jo Doe\nemail = jo@example.com\n\
             [includeIf \"gitdir:~/work/\"]\npath = at-work\n",
        )
        .file("at-work", "[user]\nemail = jo@work.example\n")
        .file("work/rebar.config", REBAR_CONFIG.1)
        .file("work/src/orders.app.src", APP_SRC.1);
    let git = Command::new("git")
        .args(["init", "-q"])
        .arg(test.path("work"))
        .status();
    if git.is_err() {
        return crate::support::skip("needs `git`");
    }
    let outcome = test
        .env("PATH", &std::env::var("PATH").unwrap())
        .args(["init", "work"])
        .any_stdout()
        .any_stderr()
        .run();
    let manifest = String::from_utf8(outcome.read("work/reldeb.toml")).unwrap();
    let maintainer = "maintainer = \"Jo Doe <jo@work.example>\"";
    assert!(manifest.contains(maintainer), "{manifest}");
}
