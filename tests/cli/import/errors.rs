//! Manifests that cannot be imported, by its exact words.

use crate::support::{Test, unindent};

const CARGO: &str = "[package]\nname = \"x\"\nversion = \"1.0.0\"\n[package.metadata.deb]\n";

/// An import that fails, with what it says.
fn refused(test: Test, words: &[&str], stderr: &str) {
    let outcome = test
        .args(["import"])
        .args(words)
        .status(1)
        .stderr(stderr)
        .run();
    assert!(!outcome.path("reldeb.toml").exists());
}

#[test]
fn what_is_not_one_manifest() {
    refused(
        Test::new().file("Cargo.toml", "[package]\nname = \"x\"\n"),
        &[],
        "
        error: `.` has nothing to import
        hint: a `Cargo.toml` with `[package.metadata.deb]`, an `nfpm.yaml`, a `.goreleaser.yaml` with \
        `nfpms`, a folder `debian` and a `.deb` can be
        ",
    );
    refused(
        Test::new()
            .file("Cargo.toml", CARGO)
            .file("nfpm.yaml", "name: x\n"),
        &[],
        "
        error: `.` has several manifests that can be imported: `Cargo.toml` and `nfpm.yaml`
        hint: name one: `reldeb import Cargo.toml`
        ",
    );
    refused(
        Test::new().file("control.json", "{}"),
        &["control.json"],
        "
        error: `control.json` is nothing that can be imported
        hint: a `Cargo.toml` with `[package.metadata.deb]`, an `nfpm.yaml`, a `.goreleaser.yaml` with \
        `nfpms`, a folder `debian` and a `.deb` can be
        ",
    );
    refused(
        Test::new(),
        &["nfpm.yaml"],
        "
        error: cannot look at `nfpm.yaml`: no such file or directory
        ",
    );
    refused(
        Test::new().file(".goreleaser.yml", "nfpms:\n  - formats: [rpm]\n"),
        &[],
        "
        error: `.goreleaser.yml` makes no Debian package
        hint: `nfpms` needs an entry with `deb` in its `formats`
        ",
    );
}

#[test]
fn workspaces_name_their_members() {
    let workspace = || {
        let member = CARGO.replace(
            "deb]",
            "deb]\nassets = [[\"x\", \"usr/share/x/x\", \"644\"]]",
        );
        Test::new()
            .file("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n")
            .file("a/Cargo.toml", &member)
            .file(
                "b/Cargo.toml",
                "[package]\nname = \"b\"\nversion = \"1.0.0\"\n",
            )
    };
    refused(
        workspace().file("b/Cargo.toml", CARGO),
        &[],
        "
        error: `.` has several manifests that can be imported: `a/Cargo.toml` and `b/Cargo.toml`
        hint: name one: `reldeb import a/Cargo.toml`
        ",
    );
    refused(
        Test::new().file("Cargo.toml", "[workspace]\nmembers = []\n"),
        &["Cargo.toml"],
        "
        error: `Cargo.toml` makes no Debian package
        hint: name the Cargo.toml of one of the workspace's packages
        ",
    );
    workspace()
        .env("DEBEMAIL", "Ops <ops@example.com>")
        .args(["import", "-q"])
        .stdout("a/reldeb.toml\nnext: reldeb build --manifest a/reldeb.toml\n")
        .run();
}

#[test]
fn a_manifest_is_never_overwritten() {
    let outcome = Test::new()
        .file("reldeb.toml", "mine")
        .file("nfpm.yaml", "name: xy\nversion: 1.0.0\n")
        .args(["import"])
        .status(1)
        .stderr(
            "
            error: `reldeb.toml` exists, and is not overwritten
            hint: write another with `reldeb import --output FILE`
            ",
        )
        .run();
    assert_eq!(outcome.read("reldeb.toml"), b"mine");
}

/// Faults of an nfpm.yaml: the text, the line and the message.
const OF_NFPM: &[(&str, usize, &str)] = &[
    (
        "name: x\n  b: y\n",
        2,
        "this is no YAML: mapping values are not allowed in this context",
    ),
    (
        "- x\n",
        1,
        "this is no table, expected keys such as `name: …`",
    ),
    ("name: x\nname: y\n", 2, "key `name` is there twice"),
    ("name: [x]\n", 1, "`name` is a list, expected a text"),
    (
        "version: 1.0.0\n",
        1,
        "`name` is missing, expected the name of the package",
    ),
    (
        "name: xy\n",
        1,
        "`version` is missing, expected one such as `1.4.0`",
    ),
    (
        "name: xy\nversion: 1\ncontents: y\n",
        3,
        "`contents` is a text, expected a list",
    ),
    (
        "name: xy\nversion: 1\ndepends:\n- [y]\n",
        4,
        "`depends` is a list, expected a text",
    ),
    (
        "name: xy\nversion: 1\ncontents:\n- src: a\n",
        4,
        "`dst` is missing, expected the path in the package",
    ),
    (
        "name: xy\nversion: 1\ncontents:\n- dst: /a\n",
        4,
        "`src` is missing, expected a file, a folder or a glob",
    ),
    (
        "name: xy\nversion: 1\ncontents:\n- {dst: /a, src: b, file_info: {mode: rwx}}\n",
        4,
        "mode `rwx` is none, expected one such as `0644`",
    ),
    (
        "name: xy\nversion: 1\ncontents:\n- {dst: /a, src: b, type: blob}\n",
        4,
        "`type` is `blob`, expected one of `file`, `config`, `config|noreplace`, \
             `config|missingok`, `config|tree`, `config|noreplace|tree`, \
             `config|missingok|tree`, `dir`, `tree`, `symlink`, `ghost`, `doc`, `license`, \
             `licence` and `readme`",
    ),
];

/// Faults of a Cargo.toml, behind the header of the section.
const OF_CARGO: &[(&str, usize, &str)] = &[
    (
        "assets = [1]\n",
        5,
        "`assets` is a text, expected `\"$auto\"`, `[source, dest, mode]`, \
          `{ source, dest, mode }` or `{ dest, link_name }`",
    ),
    (
        "assets = [[\"a\", \"b\", \"rw\"]]\n",
        5,
        "mode `rw` is no octal number, expected one such as `644`",
    ),
    (
        "depends = { a = 1 }\n",
        5,
        "`depends` is a table, expected a text",
    ),
    (
        "systemd-units = 1\nmaintainer-scripts = \"x\"\n",
        5,
        "`systemd-units` is a text, expected a table",
    ),
    (
        "dbgsym = \"yes\"\n",
        5,
        "`dbgsym` is `yes`, expected `true` or `false`",
    ),
    (
        "license-file = [\"a\", \"b\"]\n",
        5,
        "`license-file` skips `b` lines, expected a number",
    ),
];

#[test]
fn malformed_files_are_told_by_line() {
    let refuse = |file: &str, text: &str, line: usize, message: &str| {
        let shown = text.lines().nth(line - 1).unwrap().trim();
        let stderr = format!("error: {file}:{line}: {message}\n  {line} | {shown}\n");
        refused(Test::new().file(file, text), &["-q", file], &stderr);
    };
    for (text, line, message) in OF_NFPM {
        refuse("nfpm.yaml", text, *line, message);
    }
    for (text, line, message) in OF_CARGO {
        refuse("Cargo.toml", &format!("{CARGO}{text}"), *line, message);
    }
    let message = "unclosed array, expected `]`";
    refuse("Cargo.toml", "[package]\na = [", 2, message);
}

#[test]
fn documents_have_all() {
    let manifest =
        "name: xy\nversion: 1.0.0\ndescription: things\nmtime: 1\narch: all\ndepends: [a1]\n";
    let outcome = Test::new()
        .file("sub/nfpm.yaml", manifest)
        .env("DEBEMAIL", "Ops <ops@example.com>")
        .args([
            "import",
            "sub/nfpm.yaml",
            "--json",
            "-q",
            "-o",
            "sub/other.toml",
        ])
        .any_stdout()
        .run();
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let expected = unindent(
        r#"
        {
          "path": "sub/other.toml",
          "others": [],
          "next": "reldeb build --manifest sub/other.toml",
          "findings": [
            {
              "tag": "import-differs",
              "severity": "warning",
              "message": "the maintainer is not named: it is `Ops <ops@example.com>`",
              "hint": "DEBFULLNAME and DEBEMAIL, or git's user.name and user.email, say so"
            },
            {
              "tag": "import-differs",
              "severity": "warning",
              "location": {
                "manifest": "sub/nfpm.yaml",
                "line": 4
              },
              "message": "`mtime` is left out",
              "hint": "times are that of the newest file, or SOURCE_DATE_EPOCH"
            }
          ]
        }
        "#,
    );
    assert_eq!(
        document.to_string(),
        serde_json::from_str::<serde_json::Value>(&expected)
            .unwrap()
            .to_string()
    );
}

#[test]
fn a_package_without_a_file_is_no_manifest() {
    let nfpm = "name: tally\nversion: 1.0.0\narch: all\nmaintainer: Ops <ops@example.com>\ndescription: counts\n";
    let rpm = "contents: [{src: a, dst: /usr/bin/a, packager: rpm}]\n";
    for (start, line, text) in [
        ("", 1, "name: tally"),
        (rpm, 6, rpm.trim_end()),
        ("contents: []\n", 6, "contents: []"),
    ] {
        refused(
            Test::new().file("nfpm.yaml", format!("{nfpm}{start}")),
            &[],
            &format!(
                "
                error: nfpm.yaml:{line}: package `tally` has no file and asks for nothing, expected `contents` for a .deb, or `depends`
                  {line} | {text}
                "
            ),
        );
    }
    refused(
        Test::new().file(
            ".goreleaser.yaml",
            "project_name: tally\nbuilds: [{goos: [windows]}]\nnfpms:\n  - formats: [deb]\n",
        ),
        &[],
        "
        error: .goreleaser.yaml:4: package `tally` has no program, expected one that a build makes for Linux, or `meta: true`
          4 | - formats: [deb]
        ",
    );
    let cargo = CARGO.replace("\"x\"", "\"tally\"");
    for (more, line, text) in [
        ("", 2, "name = \"tally\""),
        ("assets = []\n", 5, "assets = []"),
    ] {
        refused(
            Test::new()
                .file("Cargo.toml", format!("{cargo}{more}"))
                .file("README.md", "# tally\n"),
            &[],
            &format!(
                "
                error: Cargo.toml:{line}: package `tally` has no file, expected some in `assets`, or a program of the crate
                  {line} | {text}
                "
            ),
        );
    }
}

#[test]
fn a_package_that_only_asks_for_others_is_told_where_files_were_named() {
    let outcome = Test::new()
        .file(
            "nfpm.yaml",
            "name: tally\nversion: 1.0.0\narch: all\nmaintainer: Ops <ops@example.com>\ndescription: counts\n\
             depends: [bash]\ncontents: [{src: a, dst: /usr/bin/a, packager: rpm}]\n",
        )
        .args(["import"])
        .stdout("reldeb.toml\nnext: reldeb build\n")
        .stderr(&unindent(
            "
            warning[import-empty]: nfpm.yaml:7: package `tally` has no file: none of its `contents` is for a .deb
            hint: leave it where it is to ask for others alone; else write the files below `[files]`
            ",
        ))
        .run();
    let mut command = crate::packed::reldeb();
    let built = command
        .args(["build", "-q"])
        .current_dir(outcome.path(""))
        .output();
    assert_eq!(built.unwrap().stdout, b"dist/tally_1.0.0_all.deb\n");
}
