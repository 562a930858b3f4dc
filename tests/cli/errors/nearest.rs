//! A word that is nearly one of those that are known is told which: on the command line and in the manifest.

use super::demo;
use crate::support::Test;

/// Calls of the command, the word that is wrong in each, and the one that is meant.
const CALLS: &[(&str, &str)] = &[
    ("biuld", "build"),
    ("repo verfy", "verify"),
    ("build --compresion xz", "--compression"),
    ("build --compression zts", "zstd"),
    ("build --arch amd46", "amd64"),
    ("build --color nevr", "never"),
    ("check --policy thrid-party", "third-party"),
    ("check --format sarfi", "sarif"),
    ("check --deny setuid-programm", "setuid-program"),
    ("check --explain setuid-programm", "setuid-program"),
    ("diff a.deb b.deb --fail-on questoin", "question"),
    ("diff a.deb b.deb --fail-on conffiel", "conffile"),
    ("init --ci gihtub", "github"),
    ("rehearse a.deb --init sytemd", "systemd"),
    ("completions bsh", "bash"),
    ("man biuld", "build"),
    ("man repo ad", "add"),
    ("template show init/postins.sh", "init/postinst.sh"),
    ("template show logrotate", "init/logrotate"),
];

/// Every enumeration of the schema: the definition, a part of a manifest with a wrong word, and what is meant.
const VALUES: &[(&str, &str, &str)] = &[
    (
        "Capability",
        "[service]\ncapabilities = [\"net_bnd_service\"]",
        "net_bind_service",
    ),
    ("Compression", "[build]\ncompression = \"zts\"", "zstd"),
    (
        "DebugSymbols",
        "[release]\npath = \".\"\ndebug-symbols = \"pakcage\"",
        "package",
    ),
    (
        "KindWord",
        "[release]\npath = \".\"\nkind = \"palin\"",
        "plain",
    ),
    (
        "MachineName",
        "[package]\narchitecture = \"amd46\"",
        "amd64",
    ),
    ("Manager", "[service]\nmanagers = [\"systmed\"]", "systemd"),
    (
        "MultiArch",
        "[package]\nmulti-arch = \"foriegn\"",
        "foreign",
    ),
    (
        "OnUpgrade",
        "[service]\non-upgrade = \"restrat\"",
        "restart",
    ),
    ("Readiness", "[service]\nready = \"notfy\"", "notify"),
    (
        "ServiceDirectory",
        "[service]\ndirectories = [\"cahce\"]",
        "cache",
    ),
    ("SuiteName", "[package]\nsuites = [\"bokworm\"]", "bookworm"),
];

#[test]
fn words_of_the_command_line_are_compared() {
    for (line, meant) in CALLS {
        let status = if line.contains("--explain") || line.starts_with("template") {
            1
        } else {
            2
        };
        let outcome = Test::new()
            .args(line.split(' '))
            .status(status)
            .any_stderr()
            .run();
        assert_names(&outcome.stderr, meant, line);
    }
}

#[test]
fn words_of_the_manifest_are_compared() {
    for (_, part, meant) in VALUES {
        let outcome = Test::new()
            .file("reldeb.toml", part)
            .args(["plan"])
            .status(1)
            .any_stderr()
            .run();
        assert_names(&outcome.stderr, meant, part);
    }
    let allow = demo("[check]\nallow = { setuid-programm = \"x\" }\n");
    let outcome = allow.status(1).any_stderr().run();
    assert_names(&outcome.stderr, "setuid-program", "[check]");
}

#[track_caller]
fn assert_names(stderr: &str, meant: &str, what: &str) {
    let ours = format!("did you mean `{meant}`");
    let of_clap = [
        format!("a similar value exists: '{meant}'"),
        format!("a similar argument exists: '{meant}'"),
        format!("a similar subcommand exists: '{meant}'"),
        format!("some similar subcommands exist: '{meant}'"),
    ];
    let is_named = stderr.contains(&ours) || of_clap.iter().any(|tip| stderr.contains(tip));
    assert!(is_named, "{what}: {stderr}");
}

/// A new enumeration of the schema has a row above.
#[test]
fn each_enumeration_of_the_manifest_is_compared() {
    let schema = Test::new().args(["schema"]).any_stdout().run().stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        let choices = definition["anyOf"].as_array();
        let is_word = |choice: &serde_json::Value| {
            choice["const"].is_string() || choice["enum"][0].is_string()
        };
        // A number or this one word: there is nothing to choose.
        let is_choice = choices.is_some_and(|it| it.iter().any(is_word)) && name != "LimitValue";
        let is_held = VALUES.iter().any(|(held, ..)| held == name);
        assert_eq!(is_held, is_choice, "{name}");
    }
}
