//! The names of files that goreleaser gives where nothing says another.

use crate::packed::reldeb;
use crate::support::{Test, unindent};

const PACKAGE: &str =
    "maintainer: Team <team@example.com>\n    description: shop\n    formats: [deb]\n";

/// Imports a file of goreleaser, builds, and returns the path of the package.
/// The command that builds what was imported, at a tag.
fn building() -> std::process::Command {
    let mut build = reldeb();
    build.args([
        "build",
        "-q",
        "--release-version",
        "v1.4.0",
        "--arch",
        "amd64",
    ]);
    build
}

#[track_caller]
fn built(lines: &str, program: &str, stderr: &str) -> String {
    let outcome = Test::new()
        .file(".goreleaser.yaml", format!("{lines}    {PACKAGE}"))
        .executable(program, "#!/bin/sh\n")
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(stderr))
        .run();
    let built = building().current_dir(outcome.path("")).output().unwrap();
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{said}");
    String::from_utf8(built.stdout).unwrap()
}

#[test]
fn a_file_is_called_as_goreleaser_calls_it() {
    assert_eq!(
        built(
            "project_name: shop\nnfpms:\n  - id: shop\n",
            "dist/shop_linux_amd64_v1/shop",
            ""
        ),
        "dist/shop_1.4.0_linux_amd64.deb\n"
    );
    // Builds are named after the project, too.
    assert_eq!(
        built(
            "project_name: shop\ndist: out\nbuilds:\n  - id: server\nnfpms:\n  - package_name: shop-server\n",
            "out/server_linux_amd64_v1/shop",
            ""
        ),
        "out/shop-server_1.4.0_linux_amd64.deb\n"
    );
    assert_eq!(
        built(
            "project_name: shop\nbuilds:\n  - goarch: [amd64, arm]\nnfpms:\n  - id: shop\n",
            "dist/shop_linux_amd64_v1/shop",
            "
            warning[import-differs]: the file's name has Debian's word for the architecture
            hint: `386` of Go is `i386` there, and `arm` is `armhf`; `amd64` and `arm64` are the same
            "
        ),
        "dist/shop_1.4.0_linux_amd64.deb\n"
    );
}

#[test]
fn a_project_is_called_as_goreleaser_calls_it() {
    let origin =
        "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = https://example.com/team/shop.git\n";
    for (start, origin, name) in [
        // The repository of its releases is git's origin, unless another is written.
        ("", origin, "shop"),
        (
            "release: {github: {owner: team, name: till}}\n",
            origin,
            "till",
        ),
        // Else it is the last part of a module's path, whatever that is.
        ("release: {disable: true}\n", origin, "v2"),
        ("", "", "v2"),
    ] {
        let outcome = Test::new()
            .file("go.mod", "module example.com/team/shop/v2\n")
            .file(".git/config", origin)
            .file(".goreleaser.yaml", format!("{start}nfpms:\n  - {PACKAGE}"))
            .args(["import", "-q"])
            .any_stdout()
            .run();
        let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
        let line = format!(
            "\"/usr/bin/{name}\" = \"dist/{name}_${{GORELEASER_TARGET:-linux_amd64_v1}}/{name}\""
        );
        assert!(manifest.contains(&line), "{start}{manifest}");
    }
}

/// A description of more than a line, and templates of all kinds.
const LONG: &str = r#"
project_name: shop
nfpms:
  - maintainer: Team <team@example.com>
    description: "Some tool for the customers of the ACME company, built from commit {{ .Env.COMMIT }} on {{ .Date }}. Really {{ .Date }}."
    formats: [deb]
    vendor: made {{ .Date }}
    provides: ["shop-{{ .Version }}"]
    conflicts: ["old (<< {{ .Version }})"]
    contents:
      - src: a
        dst: /usr/share/shop/{{ .Version }}/{{ .Tag }}
"#;

/// The tables that become of it.
const TABLES: &str = r#"[package]
name = "shop"
version = { git = true }
maintainer = "Team <team@example.com>"
# $DATE stands for `{{ .Date }}` of goreleaser, which has no equivalent.
description = """
Some tool for the customers of the ACME company, built from commit ${COMMIT}
on ${DATE}. Really ${DATE}."""
conflicts = ["old (<< ${binary:Version})"]
# $VERSION stands for `{{ .Version }}` of goreleaser, the newest tag of git without its `v`.
provides = ["shop-${VERSION}"]

# [package.fields]
# nfpm writes no vendor into a .deb:
# Vendor = "made ${DATE}"

[files]
# What goreleaser builds for amd64; GORELEASER_TARGET names another, such as linux_arm64_v8.0.
"/usr/bin/shop" = "dist/shop_${GORELEASER_TARGET:-linux_amd64_v1}/shop"
# $TAG stands for `{{ .Tag }}` of goreleaser, the newest tag of git.
"/usr/share/shop/${VERSION}/${TAG}" = "a"

[build]
output = "dist/{name}_{upstream-version}_linux_{architecture}.deb"
"#;

#[test]
fn templates_become_variables_before_a_description_is_parted() {
    let stderr = "
        warning[import-left-out]: .goreleaser.yaml:5: `{{ .Date }}` in `description` becomes the variable `DATE`
        hint: set it in the environment of the build, or write its value
        warning[import-differs]: .goreleaser.yaml:5: the synopsis is `Some tool for the customers of the ACME company, built from commit ${COMMIT}`
        hint: Debian's has no name of its package, no article, no full stop and less than 80 characters; what follows it is below
        warning[import-left-out]: .goreleaser.yaml:8: `{{ .Version }}` in `provides` becomes the variable `VERSION`
        hint: build with `VERSION=\"$(git describe --tags --abbrev=0 | sed 's/^v//')\" reldeb build`, or write its value
        warning[import-left-out]: .goreleaser.yaml:7: `{{ .Date }}` in `vendor` becomes the variable `DATE`
        hint: set it in the environment of the build, or write its value
        warning[import-left-out]: .goreleaser.yaml:11: `{{ .Version }}` in `dst` becomes the variable `VERSION`
        hint: build with `VERSION=\"$(git describe --tags --abbrev=0 | sed 's/^v//')\" reldeb build`, or write its value
        warning[import-left-out]: .goreleaser.yaml:11: `{{ .Tag }}` in `dst` becomes the variable `TAG`
        hint: build with `TAG=\"$(git describe --tags --abbrev=0)\" reldeb build`, or write its value
        ";
    let manifest = super::built_manifest(".goreleaser.yaml", LONG, stderr);
    let (_, tables) = manifest.split_once("\n\n").unwrap();
    assert_eq!(tables, TABLES);
}

#[test]
fn no_variable_of_a_description_is_cut() {
    let word = "x".repeat(70);
    let text = format!("project_name: shop\nnfpms:\n  - {PACKAGE}    vendor: a\n");
    let text = text.replace(
        ": shop\n    f",
        &format!(": {word}-{{{{ .Env.COMMIT }}}}\n    f"),
    );
    let manifest = super::built_manifest(".goreleaser.yaml", &text, "");
    let line = format!("description = \"{word}-${{COMMIT}}\"");
    assert!(manifest.contains(&line), "{manifest}");
}

/// Two packages of one name, as goreleaser makes them where `package_name` is missing, beside another.
const TWINS: &str = "project_name: shop
nfpms:
  - id: small
    maintainer: Team <team@example.com>
    description: shop
    formats: [deb]
    recommends: [bash]
  - id: large
    maintainer: Team <team@example.com>
    description: shop
    formats: [deb]
    file_name_template: \"{{ .PackageName }}-large_{{ .Version }}_{{ .Arch }}\"
    contents:
      - src: a
        dst: /usr/share/shop/a
";

const TWIN: &str = r#"
[variant.large.build]
output = "dist/{name}-large_{upstream-version}_{architecture}.deb"

[variant.large.files]
"/usr/share/shop/a" = "a"

[variant.large.package]
recommends = []
"#;

#[test]
fn a_second_package_of_a_name_is_a_variant() {
    let stderr = "
        warning[import-differs]: .goreleaser.yaml:8: the other package `shop` is the variant `large`
        hint: `reldeb build --variant large` builds it
        ";
    let outcome = Test::new()
        .file(".goreleaser.yaml", TWINS)
        .file("a", "a\n")
        .executable("dist/shop_linux_amd64_v1/shop", "#!/bin/sh\n")
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(stderr))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let from = manifest.find("\n[variant.").expect(&manifest);
    assert_eq!(&manifest[from..], TWIN);
    for (words, path) in [
        (&[][..], "dist/shop_1.4.0_linux_amd64.deb\n"),
        (&["--variant", "large"], "dist/shop-large_1.4.0_amd64.deb\n"),
    ] {
        let built = building()
            .args(words)
            .current_dir(outcome.path(""))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&built.stdout), path, "{built:?}");
    }
    // Beside another package it is the variant of its own one.
    let other = TWINS.replace("  - id: large", "  - id: other\n    package_name: other\n    maintainer: A <a@example.com>\n    description: other\n    formats: [deb]\n  - id: large");
    let outcome = Test::new()
        .file(".goreleaser.yaml", other)
        .args(["import", "-q"])
        .any_stdout()
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    assert!(
        manifest.contains("\n[variant.large.packages.shop.files]\n"),
        "{manifest}"
    );
}

#[test]
fn values_of_the_file_and_places_of_programs_are_those_of_goreleaser() {
    let text = "
        project_name: shop
        env: [FOO=b$r, 'BAZ={{ .Env.HOME }}']
        builds:
          - {id: shop, goos: [linux], goarch: [amd64], goamd64: [v2, v3]}
          - {id: b, binary: b, no_unique_dist_dir: true}
          - {id: c, binary: c, goarch: [arm], goarm: [7]}
          - {id: d, binary: d, skip: true}
          - {id: e, binary: e, targets: [linux_amd64_v3]}
        nfpms:
          - maintainer: Ops <ops@example.com>
            formats: [deb]
            if: '{{ eq .Os \"linux\" }}'
            goamd64: [v1]
            libdirs: {header: /x}
            file_name_template: '{{ .PackageName }}'
            contents: [{src: a, dst: '/opt/{{ .PackageName }}/{{ .Env.FOO }}-{{ .Env.BAZ }}'}]
        ";
    let outcome = Test::new()
        .file(".goreleaser.yaml", unindent(text))
        .file("a", "a\n")
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(
            "
            warning[import-left-out]: .goreleaser.yaml:16: `{{ .Env.BAZ }}` in `dst` becomes the variable `BAZ`
            hint: set it in the environment of the build, or write its value
            warning[import-left-out]: .goreleaser.yaml:12: `if` is left out
            hint: the package is built whenever its manifest is
            warning[import-left-out]: .goreleaser.yaml:13: `goamd64` is left out
            hint: `GORELEASER_TARGET` in the environment of the build names the programs
            warning[import-left-out]: .goreleaser.yaml:14: `libdirs` is left out
            hint: name the libraries and headers in `[files]`
            ",
        ))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let files: Vec<&str> = manifest
        .lines()
        .filter(|line| line.starts_with("\"/"))
        .collect();
    assert_eq!(
        files,
        [
            "\"/usr/bin/shop\" = \"dist/shop_${GORELEASER_TARGET:-linux_amd64_v2}/shop\"",
            "\"/usr/bin/b\" = \"dist/b\"",
            "\"/usr/bin/e\" = \"dist/e_${GORELEASER_TARGET:-linux_amd64_v3}/e\"",
            "\"/usr/bin/c\" = \"dist/c_${GORELEASER_TARGET:-linux_arm_7}/c\"",
            "\"/opt/shop/b$$r-${BAZ}\" = \"a\"",
        ]
    );
    assert!(
        manifest.contains("output = \"dist/{name}.deb\""),
        "{manifest}"
    );
}

/// A build for each machine, as projects with a C compiler for each have them.
const APART: &str = "
project_name: shop
variables: {packageName: shop-tools, motto: 'a {{ .Env.B }}'}
builds:
  - {id: arm, binary: widget, goarch: [arm64]}
  - {id: intel, binary: widget, goarch: [amd64]}
  - {id: shop, goarch: [amd64, arm64]}
nfpms:
  - maintainer: Team <team@example.com>
    package_name: '{{ .Var.packageName }}'
    description: shop of {{ .Var.motto }}
    ids: [arm, intel, shop]
    formats: [deb]
";

#[test]
fn a_build_for_each_machine_is_chosen_by_its_folder() {
    let outcome = Test::new()
        .file(".goreleaser.yaml", APART)
        .executable("dist/arm_linux_arm64_v8.0/widget", "#!/bin/sh\n# arm64\n")
        .executable("dist/intel_linux_amd64_v1/widget", "#!/bin/sh\n")
        .executable("dist/shop_linux_amd64_v1/shop", "#!/bin/sh\n")
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(
            "
            warning[import-left-out]: .goreleaser.yaml:11: `{{ .Var.motto }}` in `description` becomes the variable `VAR_MOTTO`
            hint: set it in the environment of the build, or write its value
            warning[import-differs]: .goreleaser.yaml:12: `/usr/bin/widget` has a build for each machine
            hint: `GORELEASER_WIDGET` in the environment of the build names the folder of one, such as `arm_linux_arm64_v8.0`
            ",
        ))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let from = manifest.find("[files]\n").unwrap();
    let files = "[files]
# What goreleaser builds for amd64; GORELEASER_TARGET names another, such as linux_arm64_v8.0.
# `/usr/bin/widget` has a build for each machine: $GORELEASER_WIDGET names the folder of one, such as `arm_linux_arm64_v8.0`.
\"/usr/bin/widget\" = \"dist/${GORELEASER_WIDGET:-intel_linux_amd64_v1}/widget\"
\"/usr/bin/shop\" = \"dist/shop_${GORELEASER_TARGET:-linux_amd64_v1}/shop\"
";
    assert!(manifest[from..].starts_with(files), "{manifest}");
    for (folder, size) in [
        ("intel_linux_amd64_v1", "10"),
        ("arm_linux_arm64_v8.0", "18"),
    ] {
        let mut command = building();
        command.env("VAR_MOTTO", "all");
        command.env("GORELEASER_WIDGET", folder);
        let built = command.current_dir(outcome.path("")).output().unwrap();
        let path = String::from_utf8_lossy(&built.stdout).into_owned();
        assert_eq!(path, "dist/shop-tools_1.4.0_linux_amd64.deb\n", "{built:?}");
        let mut inspect = reldeb();
        inspect.args(["inspect", path.trim()]);
        let shown = inspect.current_dir(outcome.path("")).output().unwrap();
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        let line = format!("-rwxr-xr-x root/root        {size} ./usr/bin/widget");
        assert!(shown.contains(&line), "{shown}");
    }
}
