//! Manifests in the words of fpm, nfpm and cargo-deb, and lines with a slip that each of them allows.

use crate::support::Test;

const PACKAGE: &str = "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
                       maintainer = \"A <a@example.com>\"\ndescription = \"demo\\nIt shows.\"\n";

/// The error of a manifest that has these lines at its end.
fn said(lines: &str) -> String {
    let test = Test::new().manifest(&format!("{PACKAGE}{lines}\n"));
    test.args(["plan"]).status(1).any_stderr().run().stderr
}

#[test]
fn words_of_other_tools_are_told_in_those_of_the_manifest() {
    let nfpm = "`reldeb import FILE` makes a manifest of nfpm's";
    let files = "write `[files]`, with `\"/target\" = \"source\"`";
    let entry = "the key of the entry is the target: `\"/target\" = { source = \"…\" }`";
    for (lines, key, hint) in [
        ("[[contents]]\nsrc = \"a\"\ndst = \"/b\"", "contents", format!("{files}; {nfpm}")),
        ("[overrides.deb]\ndepends = []", "overrides", nfpm.to_owned()),
        ("[deb]\nbreaks = []", "deb", nfpm.to_owned()),
        ("[metadata.deb]", "metadata", String::new()),
        ("arch = \"amd64\"", "arch", "did you mean `architecture`?".to_owned()),
        ("platform = \"linux\"", "platform", "leave it out: packages of Debian are for Linux".to_owned()),
        ("iteration = \"1\"", "iteration", "write `revision`, the Debian revision".to_owned()),
        (
            "config_files = [\"/etc/x\"]",
            "config_files",
            "files of `[files]` below /etc are conffiles; for another one write `conffile = true` there".to_owned(),
        ),
        ("assets = []", "assets", files.to_owned()),
        ("path = \"rel\"", "path", "`path` belongs to `[release]`: write it below that header".to_owned()),
        ("[files]\n\"/etc/x\" = { src = \"a\" }", "src", "write `source`".to_owned()),
        ("[files]\n\"/etc/x\" = { source = \"a\", dst = \"b\" }", "dst", entry.to_owned()),
        ("[scripts]\nafter-install = \"x\"", "after-install", "did you mean `postinst`?".to_owned()),
        ("[scripts]\npreremove = \"x\"", "preremove", "did you mean `prerm`?".to_owned()),
        (
            "[scripts]\nbefore-upgrade = \"x\"",
            "before-upgrade",
            "write it as `before-upgrade` or `after-upgrade` below `[hooks]`".to_owned(),
        ),
        ("[hooks]\npostremove = \"x\"", "postremove", "did you mean `after-remove`?".to_owned()),
    ] {
        let text = said(lines);
        let first = text.lines().next().unwrap_or_default();
        assert!(first.ends_with(&format!(": unknown key `{key}`")), "{text}");
        assert!(text.ends_with(&format!("hint: {hint}\n")) || hint.is_empty(), "{text}");
    }
    let top = |text: &str| {
        let test = Test::new().manifest(text).args(["plan"]);
        test.status(1).any_stderr().run().stderr
    };
    assert_eq!(
        top(
            "name = \"demo\"\nmaintainer = \"A <a@example.com>\"\n[package]\ndescription = \"x\"\n"
        ),
        "error: reldeb.toml:2: unknown key `maintainer`\n  2 | maintainer = \"A <a@example.com>\"\n\
         hint: `maintainer` belongs to `[package]`: write it below that header\n"
    );
    assert_eq!(
        top("[release]\npath = \"rel\"\n\ncontents:\n- src: a\n"),
        "error: reldeb.toml:4: key with no value, expected `=`\n  4 | contents:\n\
         hint: this is YAML, and a manifest is TOML: `reldeb import FILE` makes one of nfpm's\n"
    );
}

#[test]
fn a_table_of_cargo_deb_is_imported() {
    let cargo =
        "[package]\nname = \"demo\"\nversion = \"1.0.0\"\n[package.metadata.deb]\nassets = []\n";
    Test::new()
        .file("Cargo.toml", cargo)
        .args(["plan"])
        .status(1)
        .stderr(
            "
            error: `Cargo.toml` has no table `[package.metadata.reldeb]` or `[workspace.metadata.reldeb]`
            hint: `reldeb import Cargo.toml` makes a manifest of cargo-deb's table
            ",
        )
        .run();
}

#[test]
fn a_name_with_a_dot_needs_quotes() {
    for (lines, fault, hint) in [
        (
            "[units]\nbackup.service = { source = \"x\" }",
            "invalid unit `backup`",
            "`\"backup.service\" = …`",
        ),
        (
            "[units.backup.service]\nsource = \"x\"",
            "invalid unit `backup`",
            "`[units.\"backup.service\"]`",
        ),
        (
            "[files]\nREADME.md = \"/usr/share/doc/demo/README.md\"",
            "unknown key `md`",
            "`\"README.md\" = …`",
        ),
    ] {
        let text = said(lines);
        assert!(text.contains(&format!(": {fault}\n")), "{text}");
        assert!(
            text.ends_with(&format!("hint: put the name in quotes: {hint}\n")),
            "{text}"
        );
    }
}

#[test]
fn the_target_comes_first() {
    assert_eq!(
        said("[files]\n\"target/release/demo\" = \"/usr/bin/demo\""),
        "error: reldeb.toml:7: path `target/release/demo` is relative, expected an absolute path such as \
         `/opt/name`\n  7 | \"target/release/demo\" = \"/usr/bin/demo\"\n\
         hint: the target comes first: `\"/usr/bin/demo\" = \"target/release/demo\"`\n"
    );
}

#[test]
fn a_source_that_cannot_be_read_has_its_line() {
    use std::os::unix::fs::PermissionsExt as _;
    let closed = |path: &str, lines: &str| {
        let test = Test::new()
            .manifest(&format!("{PACKAGE}[files]\n{lines}\n"))
            .file("own/secret", "x");
        let mode = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(test.path(path), mode).unwrap();
        let test = test.by_nobody().args(["plan"]).status(1);
        test.any_stdout().any_stderr().run().stderr
    };
    for (path, lines, action) in [
        (
            "own/secret",
            "\"/usr/share/demo/x\" = \"own/secret\"",
            "open `own/secret`",
        ),
        (
            "own/secret",
            "\"/usr/share/demo/\" = \"own/*\"",
            "open `own/secret`",
        ),
        ("own", "\"/usr/share/demo/\" = \"own/\"", "list `own/`"),
    ] {
        assert_eq!(
            closed(path, lines),
            format!(
                "error: reldeb.toml:7: cannot {action}: permission denied\n\
                 hint: check who may read and write it\n"
            )
        );
    }
}

#[test]
fn a_command_that_prints_an_epoch_is_told_the_key() {
    let manifest = PACKAGE.replace("\"1.0\"", "{ command = \"echo 2:1.4\" }");
    let said = Test::new().manifest(&format!(
        "{manifest}[files]\n\"/usr/share/demo/x\" = \"reldeb.toml\"\n"
    ));
    let said = said.args(["plan"]).status(1).any_stderr().run().stderr;
    assert_eq!(
        said.lines().last(),
        Some("hint: write `epoch = 2` below `[package]`, and leave the version at `1.4`"),
        "{said}"
    );
}
