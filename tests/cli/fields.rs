//! Version, description and relations from wherever they are written, as dpkg-deb reads them.

use std::process::Command;

use crate::errors::refused;
use crate::support::{Outcome, Test};

/// A package of one program, with this in `[package]`.
fn package(fields: &str) -> Test {
    Test::new()
        .manifest(&format!(
            "[package]\nname = \"app\"\nmaintainer = \"Ann Example <ann@example.com>\"\n{fields}\n\
             [release]\npath = \"rel\"\n"
        ))
        .executable("rel/bin/app", "#!/bin/sh\n")
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .args(["build", "-q"])
}

/// A package with this version.
fn version(fields: &str) -> Test {
    package(&format!("{fields}\ndescription = \"sells things\""))
}

/// Builds the package, and returns its file's name and what dpkg-deb says of a field.
#[track_caller]
fn built(test: Test, field: &str) -> (String, String) {
    let outcome = test.any_stdout().run();
    let path = outcome.stdout.trim().to_owned();
    let value = field_of(&outcome, &path, field);
    (path, value)
}

fn field_of(outcome: &Outcome, path: &str, field: &str) -> String {
    let output = Command::new("dpkg-deb")
        .arg("-f")
        .args([outcome.path(path), field.into()])
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn versions_of_others_are_respelled() {
    for (test, expected) in [
        (
            version("version = { upstream = \"${TAG}\" }").env("TAG", "v1.4.0-rc.1"),
            "1.4.0~rc.1",
        ),
        (
            version("version = { file = \"VERSION\" }").file("VERSION", "\u{feff} v1.4.0 \nmore\n"),
            "1.4.0",
        ),
        (
            version("version = { command = \"cat VERSION; echo $$TAG >&2\" }\nrevision = \"2\"")
                .file("VERSION", "release-2.0-5-gabc1234\n\n")
                .env("TAG", "x"),
            "2.0+5.gabc1234-2",
        ),
        (
            version("version = { command = \"exit 1\" }\nrevision = \"2\"\nepoch = 1")
                .args(["--release-version", "v1.4.0-rc.1"]),
            "1:1.4.0~rc.1-2",
        ),
        (
            version("version = { file = \"VERSION\" }\nepoch = 1").args(["--version", "7"]),
            "7",
        ),
        (version("version = \"1.4.0-1\"\nepoch = 5"), "5:1.4.0-1"),
        (
            version("version = \"1.4.0\"\nepoch = \"${EPOCH}\"").env("EPOCH", "5"),
            "5:1.4.0",
        ),
        (version("version = \"1.4.0\"\nepoch = 0"), "1.4.0"),
    ] {
        let (path, value) = built(test, "Version");
        let (_, file) = expected.split_once(':').unwrap_or(("", expected));
        assert_eq!(value, format!("{expected}\n"));
        assert_eq!(path, format!("dist/app_{file}_all.deb"));
    }
}

#[test]
fn a_version_tells_where_it_is_from() {
    for (source, shown) in [
        ("upstream = \"v1.4.0\"", "`upstream`"),
        ("file = \"VERSION\"", "`VERSION`"),
        ("command = \"echo v1.4.0\"", "the command"),
    ] {
        let outcome = Test::new()
            .manifest(&format!(
                "[package]\nname = \"app\"\nmaintainer = \"Ann <ann@example.com>\"\n\
                 version = {{ {source} }}\ndescription = \"sells\"\n[release]\npath = \"rel\"\n"
            ))
            .file("VERSION", "v1.4.0")
            .executable("rel/bin/app", "#!/bin/sh\n")
            .args(["plan", "-v"])
            .any_stdout()
            .any_stderr()
            .run();
        let expected = format!(
            "info[version-from-release]: version `1.4.0` is made of `v1.4.0` from {shown}: `v1.4.0` is written `1.4.0`: \
             a Debian version starts with a digit\n"
        );
        assert!(outcome.stderr.contains(&expected), "{}", outcome.stderr);
    }
}

#[test]
fn versions_that_are_none_are_refused() {
    refused(
        version("version = \"1:2.0\"\nepoch = 5"),
        "
        error: reldeb.toml:5: epoch is `5`, but version `1:2.0` has one of its own
          5 | epoch = 5
        hint: write it in one of the two
        ",
    );
    for (epoch, shown) in [("-1", "-1"), ("2147483648", "2147483648"), ("\"x\"", "x")] {
        refused(
            version(&format!("version = \"2.0\"\nepoch = {epoch}")),
            &format!(
                "
                error: reldeb.toml:5: invalid epoch `{shown}`, expected a whole number from 0 to 2147483647
                  5 | epoch = {epoch}
                "
            ),
        );
    }
    refused(
        version("version = { git = true, file = \"VERSION\" }"),
        "
        error: reldeb.toml:4: version gives `git` and `file`, expected one of `git`, `upstream`, `exact`, `file` and `command`
          4 | version = { git = true, file = \"VERSION\" }
        hint: write `version = \"1.0\"`, or `{ git = true }`
        ",
    );
    refused(
        version("version = { git = false }"),
        "
        error: reldeb.toml:4: version gives nothing, expected one of `git`, `upstream`, `exact`, `file` and `command`
          4 | version = { git = false }
        hint: write `version = \"1.0\"`, or `{ git = true }`
        ",
    );
    refused(
        version("version = { upstream = \"main\" }"),
        "
        error: reldeb.toml:4: version `main` of `upstream` makes no Debian version: invalid version `main`: starts with `m`, expected a digit
          4 | version = { upstream = \"main\" }
        hint: start with a digit: `1.0`
        ",
    );
    refused(
        version("version = { file = \"VERSION\" }"),
        "
        error: cannot read `VERSION`: no such file or directory
        ",
    );
    refused(
        version("version = { file = \"VERSION\" }").file("VERSION", "\n1.0\n"),
        "
        error: version `` of `VERSION` makes no Debian version: invalid version ``: is empty
        hint: write a version such as `1.0`
        ",
    );
}

#[test]
fn a_command_that_fails_is_heard() {
    let or = "hint: run it by hand in `.`, or give the version with `--version`\n";
    for (command, expected) in [
        (
            "echo one >&2; echo two >&2; exit 3",
            "ended with exit status: 3: one\n  two",
        ),
        ("kill -9 $$$$", "ended with signal: 9 (SIGKILL)"),
        ("true", "printed nothing, expected a version"),
        ("echo 1; echo; echo 2", "printed 2 lines, expected one"),
    ] {
        let shown = command.replace("$$", "$");
        refused(
            version(&format!("version = {{ command = \"{command}\" }}")),
            &format!("error: `version = {{ command = … }}`, but `{shown}` {expected}\n{or}"),
        );
    }
}

#[test]
fn a_description_comes_from_a_file() {
    let readme =
        "# App\n\n[![CI](x)](y)\n\nSells **things** to\n[people](z). Keeps them, too.\n\nMore.\n";
    for (fields, file, text, expected) in [
        (
            "description = \"shop\"\ndescription-file = \"about\"",
            "about",
            "It sells.\n\n * things\n",
            "shop\n It sells.\n .\n  * things\n",
        ),
        (
            "description-file = \"about\"",
            "about",
            "shop\n\nIt sells.\n",
            "shop\n It sells.\n",
        ),
        (
            "description-file = \"README.md\"",
            "README.md",
            readme,
            "Sells things to people\n Keeps them, too.\n",
        ),
        (
            "description = \"shop\"\ndescription-file = \"README.md\"",
            "README.md",
            readme,
            "shop\n Sells things to people. Keeps them, too.\n",
        ),
    ] {
        let test = package(&format!("version = \"1.0\"\n{fields}")).file(file, text);
        assert_eq!(built(test, "Description").1, expected, "{fields}");
    }
}

#[test]
fn a_description_of_two_places_is_refused() {
    refused(
        package(
            "version = \"1.0\"\ndescription = \"shop\\nIt sells.\"\ndescription-file = \"about\"",
        )
        .file("about", "It sells.\n"),
        "
        error: reldeb.toml:6: `description-file` and `description` both give an extended description
          6 | description-file = \"about\"
        hint: write only the synopsis as `description`, or leave `description-file` out
        ",
    );
    refused(
        package("version = \"1.0\"\ndescription-file = \"README.md\"").file("README.md", "# App\n"),
        "
        error: reldeb.toml:5: `README.md` has no paragraph of text for the description
          5 | description-file = \"README.md\"
        hint: name a file without Markdown
        ",
    );
    refused(
        package("version = \"1.0\"\ndescription-file = \"about\"").file("about", "a\n\u{1b}[1m\n"),
        "
        error: reldeb.toml:5: `about` holds an invalid description: line 2 contains the character U+001B
          5 | description-file = \"about\"
        hint: remove it
        ",
    );
    refused(
        package("version = \"1.0\"\ndescription-file = \"about\""),
        "
        error: cannot read `about`: no such file or directory
        ",
    );
}

#[test]
fn commas_part_relations_in_any_string() {
    let fields = "version = \"1.0\"\ndescription = \"shop\"";
    for (depends, expected) in [
        ("\"auto, passwd (>= 1), rsync\"", "passwd (>= 1), rsync\n"),
        ("[\"passwd, rsync\", \"auto\"]", "passwd, rsync\n"),
        ("[\"ab | cd, rsync\"]", "ab | cd, rsync\n"),
    ] {
        let test = package(&format!("{fields}\ndepends = {depends}"));
        assert_eq!(built(test, "Depends").1, expected);
    }
    for (line, message, hint) in [
        (
            "recommends = \"auto, rsync\"",
            "`auto` in `Recommends` is no package",
            "leave it out: it stands for what the ELF files need in `depends` only",
        ),
        (
            "depends = \"auto (>= 1)\"",
            "`auto` in `Depends` is no package",
            "write it between commas, without a version",
        ),
        (
            "depends = \"$auto, rsync\"",
            "variable `auto` is not set",
            "write `auto` without the dollar sign: in `depends` it stands for what the ELF files need",
        ),
        (
            "provides = \"shop (>= 1)\"",
            "`shop (>= 1)` in `Provides` is no single version",
            "write `shop (= 1)`",
        ),
        (
            "depends = \"auto, rsync,\"",
            "invalid relation `rsync,`: has nothing beside a `,` or `|`",
            "remove the `,` or `|` that is too much",
        ),
    ] {
        refused(
            package(&format!("{fields}\n{line}")),
            &format!("error: reldeb.toml:6: {message}\n  6 | {line}\nhint: {hint}\n"),
        );
    }
}

#[test]
fn the_installed_size_is_computed_or_that_of_the_manifest() {
    let sizes = |more: &str| {
        let test = version(&format!("version = \"1.0\"\n{more}")).env("KIB", "70000");
        built(test, "Installed-Size").1
    };
    assert_eq!(sizes("installed-size = 4096"), "4096\n");
    assert_eq!(sizes("installed-size = \"${KIB}\""), "70000\n");
    assert_ne!(sizes(""), "4096\n");
    for (size, shown) in [("-1", "-1"), ("1.5", "1.5"), ("\"4 MB\"", "4 MB")] {
        refused(
            version(&format!("version = \"1.0\"\ninstalled-size = {size}")),
            &format!(
                "
                error: reldeb.toml:5: invalid installed size `{shown}`, expected a whole number of KiB
                  5 | installed-size = {size}
                "
            ),
        );
    }
}

#[test]
fn a_package_that_is_there_is_not_replaced_where_it_must_not_be() {
    let build = || version("version = \"1.0\"").args(["--no-replace"]);
    built(build(), "Version");
    for (path, words) in [
        ("dist/app_1.0_all.deb", &[][..]),
        ("x.deb", &["-o", "x.deb"]),
    ] {
        let outcome = build()
            .file("dist/app_1.0_all.deb", "published")
            .symlink("x.deb", "nowhere")
            .args(words)
            .status(1)
            .stderr(&format!(
                "
                error: `{path}` is there, and is not to be replaced
                hint: give the package another version, or remove the file
                "
            ))
            .run();
        assert_eq!(outcome.read("dist/app_1.0_all.deb"), b"published");
    }
}

#[test]
fn a_relation_is_for_the_architectures_it_names() {
    let fields = "version = \"1.0\"\ndescription = \"sells things\"\n\
                depends = [\"bash [armhf arm64]\", \"tzdata (>= 2) [!armhf]\"]\n";
    for (architecture, expected) in [("armhf", "bash\n"), ("amd64", "tzdata (>= 2)\n")] {
        let test = package(&format!("{fields}architecture = \"{architecture}\""));
        assert_eq!(built(test, "Depends").1, expected, "{architecture}");
    }
    refused(
        package(fields),
        "
        error: reldeb.toml:6: a relation of `app` is for some architectures, but the package is for all
          6 | depends = [\"bash [armhf arm64]\", \"tzdata (>= 2) [!armhf]\"]
        hint: leave out `[…]`
        ",
    );
}

#[test]
fn an_empty_field_is_left_out() {
    let test =
        version("version = \"1.0\"\nfields = { Origin = \"${X:-}\", Bugs = \"mailto:a@b.c\" }");
    // A line without a value: there is no such field.
    assert_eq!(built(test, "Origin").1, "\n");
}
