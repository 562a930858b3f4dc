//! Findings: each is in the table, in `docs/findings.md`, and has its place as data.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use reldeb::internals::finding::tags;

use crate::support::{Test, project};

const INTRODUCTION: &str = "\
<!-- Made of src/finding/tags/: `UPDATE_DOCS=1 cargo test --test cli -- findings` writes it anew. -->

# Findings

`reldeb` tells what it finds in a manifest, a release or a package. Each kind of finding has a tag,
which stays the same when a message changes. It stands before the message, as in `warning[TAG]: …`,
and in the document of `--json`; `reldeb check --explain TAG` prints what stands here.

The severity is the usual one of the kind; where it can be another, that is said. An **error** ends
`build` before it writes anything, and gives exit status 1. With a **warning** the package is built.
An **info** is told with `-v`.
";

#[test]
fn every_kind_is_described() {
    let mut expected = INTRODUCTION.to_owned();
    for (subject, tags) in tags::SUBJECTS {
        write!(expected, "\n## {subject}\n").unwrap();
        for tag in tags {
            let (severity, summary, why) = (tag.severity, tag.summary(), tag.explanation());
            write!(
                expected,
                "\n### `{tag}` ({severity})\n\n{summary}\n\n{why}\n"
            )
            .unwrap();
        }
    }
    let path = project().join("docs/findings.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(
        found == expected,
        "docs/findings.md is not that of src/finding/tags/"
    );
}

#[test]
fn every_kind_has_a_name_and_an_explanation() {
    let mut names = BTreeSet::new();
    for tag in tags::all() {
        assert!(names.insert(tag.name), "`{tag}` is there twice");
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(tag.name.chars().all(is_kebab), "`{tag}`");
        assert!(tag.summary().ends_with('.'), "`{tag}`: {}", tag.summary());
        assert!(
            tag.explanation().ends_with('.'),
            "`{tag}`: {}",
            tag.explanation()
        );
        assert_eq!(tags::find(tag.name), Ok(tag));
    }
}

#[test]
fn a_tag_is_explained() {
    Test::new()
        .args(["check", "--explain", "service-runs-as-root"])
        .stdout(
            "
            service-runs-as-root (warning): The service runs as root.

            `user = false` gives it no account of its own. Who breaks into the service then owns the
            machine.

            Leave `user` out to get a system user, and give single rights to the service instead, such
            as `capabilities = [\"net_bind_service\"]` in `[service]` for ports below 1024.
            ",
        )
        .run();
    Test::new()
        .args(["check", "--json", "--explain", "umask"])
        .stdout(
            r#"
            {
              "tag": "umask",
              "severity": "info",
              "summary": "Files that are private here for a strict umask become readable by all.",
              "explanation": "Their owner alone can read them on this machine, as a umask of 077 makes all files. Taken as\nthey are, the service could not read its own program.\n\nTo keep a file private, give it a `mode` in `[files]`.",
              "remedy": "To keep a file private, give it a `mode` in `[files]`.",
              "lintian": [],
              "severity-in-debian": "info"
            }
            "#,
        )
        .run();
}

#[test]
fn all_tags_are_listed() {
    let all: Vec<&str> = reldeb::internals::finding::tags::all()
        .map(|tag| tag.name)
        .collect();
    let text = Test::new().args(["check", "--explain"]).any_stdout().run();
    let lines = text
        .stdout
        .lines()
        .map(|line| line.split(' ').next().unwrap());
    assert_eq!(lines.collect::<Vec<_>>(), all);
    let first = "architecture-differs (warning): ";
    assert!(
        text.stdout.lines().any(|line| line.starts_with(first)),
        "{}",
        text.stdout
    );
    let json = Test::new()
        .args(["check", "--explain", "--json"])
        .any_stdout()
        .run();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let names = json
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["tag"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), all);
}

#[test]
fn an_unknown_tag_is_refused() {
    for (tag, hint) in [
        (
            "service-run-as-root",
            "did you mean `service-runs-as-root`?",
        ),
        (
            "zzz",
            "`reldeb check --explain` lists all tags, and `--json` names that of each finding",
        ),
    ] {
        Test::new()
            .args(["check", "--explain", tag])
            .status(1)
            .stderr(&format!(
                "
                error: no finding has the tag `{tag}`
                hint: {hint}
                "
            ))
            .run();
    }
    let outcome = Test::new()
        .args(["check", "--explain", "umask", "x.deb"])
        .status(2)
        .any_stderr()
        .run();
    let expected =
        "error: the argument '--explain [<TAG>]' cannot be used with '[X.deb|PACKAGE]...'\n";
    assert!(outcome.stderr.starts_with(expected), "{}", outcome.stderr);
}

#[test]
fn places_are_data() {
    let outcome = Test::new()
        .manifest(
            r#"
            [package]
            name = "orders"
            version = "1.0"
            maintainer = "A <a@example.org>"
            description = "order service\nTakes orders."
            [release]
            path = "rel"
            exclude = ["*.beaam"]
            [service]
            program = "bin/orders"
            "#,
        )
        .executable("rel/bin/orders", "#!/bin/sh\n")
        .file("rel/notes.orig", "x")
        .file_with_mode("rel/key.pem", "-----BEGIN PRIVATE KEY-----\n", 0o644)
        .args(["plan", "--json", "-q"])
        .any_stdout()
        .run();
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let places: Vec<_> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| !finding["location"].is_null())
        .map(|finding| {
            format!(
                "{} {}",
                finding["tag"].as_str().unwrap(),
                finding["location"]
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            r#"leftover {"release-file":"notes.orig"}"#,
            r#"exclude-matches-nothing {"manifest":"reldeb.toml","line":8}"#,
            r#"private-key-readable {"path":"/opt/orders/key.pem"}"#,
        ]
    );
}
