//! Names, versions and synopses that Debian wants otherwise than the other tool has them.

use crate::packed::reldeb;
use crate::support::{Test, unindent};

/// A project for cargo-deb of this version, with more lines in `[package]` and its section.
fn cargo(version: &str, package: &str, section: &str) -> Test {
    let text = format!(
        "[package]\nname = \"tally_up\"\nversion = \"{version}\"\nlicense = \"MIT\"\n{package}\
         [package.metadata.deb]\nmaintainer = \"Ops <ops@example.com>\"\ndepends = \"\"\n\
         assets = [[\"a\", \"usr/share/tally/a\", \"644\"]]\n{section}"
    );
    Test::new().file("Cargo.toml", text).file("a", "a\n")
}

/// A project for nfpm of this name.
fn nfpm(name: &str, description: &str) -> Test {
    let text = format!(
        "name: {name}\nversion: 1.4.0\narch: all\nmaintainer: Ops <ops@example.com>\n\
         description: {description}\ncontents: [{{src: a, dst: /usr/share/tally/a}}]\n"
    );
    Test::new().file("nfpm.yaml", text).file("a", "a\n")
}

/// Imports and builds; returns the manifest, and what the build prints and tells.
#[track_caller]
fn built(test: Test, stderr: &str) -> (String, String, String) {
    let test = test.args(["import"]).any_stdout();
    let outcome = test.stderr(&unindent(stderr)).run();
    let mut command = reldeb();
    let built = command.arg("build").current_dir(outcome.path("")).output();
    let built = built.unwrap();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let [out, told] = [built.stdout, built.stderr].map(|it| String::from_utf8(it).unwrap());
    assert!(built.status.success(), "{manifest}{told}");
    (manifest, out, told)
}

#[test]
fn a_version_below_that_of_cargo_deb_is_told_with_a_line_that_keeps_it() {
    let description = "description = \"counts\"\n";
    for (version, theirs, ours) in [
        ("1.0.0-dev", "1.0.0-dev-1", "1.0.0~dev-1"),
        ("1.0.0-20240101", "1.0.0-20240101-1", "1.0.0~20240101-1"),
    ] {
        let stderr = format!(
            "
            warning[import-differs]: Cargo.toml:3: the version is `{ours}`, which is lower than `{theirs}` of cargo-deb
            hint: APT takes it for a downgrade where that one is installed: `epoch = 1` below `[package]` is higher from now on, `version = {{ exact = \"{theirs}\" }}` the same this time
            "
        );
        let (manifest, out, _) = built(cargo(version, description, ""), &stderr);
        assert_eq!(out, format!("dist/tally-up_{ours}_all.deb\n"));
        let kept = format!(
            "revision = \"1\"\n# cargo-deb calls this {theirs}, which is higher than {ours}; a line for this version \
             alone keeps it:\n# version = {{ exact = \"{theirs}\" }}\n"
        );
        assert!(manifest.contains(&kept), "{manifest}");
        let manifest = manifest.replace("# version = ", "version = ");
        let outcome = Test::new()
            .file("reldeb.toml", manifest)
            .file("a", "a\n")
            .args(["build", "-q"])
            .any_stdout()
            .run();
        let kept = format!("dist/tally-up_{theirs}_all.deb");
        assert!(outcome.path(&kept).is_file());
    }
    let (_, out, _) = built(cargo("1.0.0-rc.1", description, ""), "");
    assert_eq!(out, "dist/tally-up_1.0.0~rc.1-1_all.deb\n");
}

#[test]
fn a_name_that_debian_has_not_becomes_one_that_it_has() {
    let hint = "hint: Debian's names have lower case letters, digits and `+ - .`; remove `My_tool` from machines that \
                have it, for dpkg takes `my-tool` for another package with its files";
    let told = |place: &str| {
        format!(
            "\nwarning[import-differs]: {place}: package `My_tool` is called `my-tool`\n{hint}\n"
        )
    };
    let (_, out, _) = built(nfpm("My_tool", "counts"), &told("nfpm.yaml:1"));
    assert_eq!(out, "dist/my-tool_1.4.0_all.deb\n");
    let section = "name = \"My_tool\"\n";
    let test = cargo("1.0.0", "description = \"counts\"\n", section);
    let (_, out, _) = built(test, &told("Cargo.toml:10"));
    assert_eq!(out, "dist/my-tool_1.0.0-1_all.deb\n");
    nfpm("my tool", "counts")
        .args(["import"])
        .status(1)
        .stderr(&unindent(
            "
            error: nfpm.yaml:1: invalid package name `my tool`: contains a space at character 3, expected lower case letters, digits and `+ - .`
              1 | name: my tool
            ",
        ))
        .run();
}

#[test]
fn a_long_description_is_parted_once_and_needs_no_warning() {
    let long = "is a line-oriented search tool that recursively searches the current directory for a regex \
                pattern, and more. It is fast, e.g. on disks.";
    let synopsis = "line-oriented search tool that recursively searches the current directory";
    let rest = "for a regex pattern, and more. It is fast, e.g. on disks.";
    let told = |place: &str| {
        format!(
            "
            warning[import-differs]: {place}: the synopsis is `{synopsis}`
            hint: Debian's has no name of its package, no article, no full stop and less than 80 characters; what follows it is below
            "
        )
    };
    let expected = format!("\ndescription = \"\"\"\n{synopsis}\n{rest}\"\"\"\n");
    let description = format!("description = \"tally_up {long}\"\n");
    let of_cargo = built(cargo("1.0.0", &description, ""), &told("Cargo.toml:5"));
    let of_nfpm = built(
        nfpm("tally", &format!("tally {long}")),
        &told("nfpm.yaml:5"),
    );
    for (manifest, _, said) in [of_cargo, of_nfpm] {
        assert!(manifest.contains(&expected), "{manifest}");
        assert!(!said.contains("synopsis"), "{said}");
    }
}
