//! Paths in /usr/local that go below /usr: links lead there, and texts with the old paths are told. Packages
//! of one file are wanted at the version that they have.

use crate::support::Test;

/// An import, with the tables behind `[package]` and what it says.
#[track_caller]
fn check(test: Test, next: &str, tables: &str, stderr: &str) {
    let outcome = test
        .args(["import"])
        .stdout(&format!("reldeb.toml\nnext: {next}\n"))
        .stderr(&crate::support::unindent(stderr))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let (_, rest) = manifest.split_once("\n\n").unwrap();
    assert_eq!(rest, tables);
}

const NFPM: &str = r#"name: zz
arch: amd64
version: ${VERSION}
maintainer: Ann <ann@example.com>
description: keeps frogs
depends: ["zz (= ${VERSION})", "other (= 2)", "pond|zz (>= ${VERSION})"]
deb:
  breaks: ["old-zz (<< ${VERSION})"]
contents:
  - {src: zz, dst: /usr/local/bin/zz}
  - {src: /usr/local/bin/zz, dst: /usr/bin/zed, type: symlink}
  - {src: ../local/bin/zz, dst: /usr/bin/zet, type: symlink}
  - {src: /usr/local/bin/hers, dst: /usr/bin/hers, type: symlink}
  - {src: zz.service, dst: /usr/lib/systemd/system/zz.service}
scripts:
  postinstall: post.sh
"#;

#[test]
fn what_names_a_moved_path_follows_or_is_told() {
    let test = Test::new()
        .file("nfpm.yaml", NFPM)
        .executable("zz", "#!/bin/sh\n")
        .file(
            "zz.service",
            "[Service]\nExecStart=/usr/local/bin/zz serve\n",
        )
        .executable(
            "post.sh",
            "#!/bin/sh\nset -e\n# /usr/local/bin/zz\n/usr/local/bin/zz set\n/usr/local/bin/zzz\n",
        );
    let tables = r#"[package]
name = "zz"
version = { upstream = "${VERSION}" }
architecture = "amd64"
maintainer = "Ann <ann@example.com>"
description = "keeps frogs"
depends = ["auto", "zz (= ${binary:Version})", "other (= 2)", "pond|zz (>= ${binary:Version})"]
breaks = ["old-zz (<< ${binary:Version})"]

[files]
"/usr/bin/zz" = "zz"
"/usr/bin/zed" = { symlink = "/usr/bin/zz" }
"/usr/bin/zet" = { symlink = "/usr/bin/zz" }
"/usr/bin/hers" = { symlink = "/usr/local/bin/hers" }

[units]
"zz.service" = { source = "zz.service", enable = false, start = false, on-upgrade = "none" }

[scripts]
postinst = "post.sh"
"#;
    let stderr = "
        warning[import-differs]: nfpm.yaml:10: `/usr/local/bin/zz` becomes `/usr/bin/zz`
        hint: policy 9.1.2: /usr/local is the sysadmin's; look for the path in scripts and units
        warning[import-differs]: nfpm.yaml:14: unit `zz.service` is stopped before the package is removed, and forgotten at a purge
        hint: it would run on without its files; `enable`, `start` and `on-upgrade` below `[units]` can replace what your scripts do with systemctl
        warning[import-differs]: zz.service:2: `/usr/local/bin/zz` is `/usr/bin/zz` in the package
        hint: write the new path into this file
        warning[import-differs]: post.sh:4: `/usr/local/bin/zz` is `/usr/bin/zz` in the package
        hint: write the new path into this file
        ";
    check(test, "reldeb build", tables, stderr);
}

#[test]
fn programs_and_siblings_of_goreleaser() {
    let text = r#"project_name: suite
builds:
  - {id: ctl, binary: suite-ctl}
  - {id: d, binary: suited}
nfpms:
  - package_name: suite-ctl
    builds: [ctl]
    maintainer: Ann <ann@example.com>
    description: asks frogs
    bindir: /usr/local/bin
    formats: [deb]
  - package_name: suite
    builds: [d]
    maintainer: Ann <ann@example.com>
    description: keeps frogs
    formats: [deb]
    dependencies: ["suite-ctl (= {{ .Version }})", "libpond (= {{ .Version }})"]
    recommends: ["suite-ctl (= {{ .Version }})"]
    contents:
      - {src: /usr/local/bin/suite-ctl, dst: /usr/bin/sctl, type: symlink}
"#;
    let tables = r#"[packages.suite-ctl.package]
name = "suite-ctl"
version = { git = true }
maintainer = "Ann <ann@example.com>"
description = "asks frogs"

[packages.suite-ctl.build]
output = "dist/{name}_{upstream-version}_linux_{architecture}.deb"

[packages.suite-ctl.files]
# What goreleaser builds for amd64; GORELEASER_TARGET names another, such as linux_arm64_v8.0.
"/usr/bin/suite-ctl" = "dist/ctl_${GORELEASER_TARGET:-linux_amd64_v1}/suite-ctl"

[packages.suite.package]
name = "suite"
version = { git = true }
maintainer = "Ann <ann@example.com>"
description = "keeps frogs"
# $VERSION stands for `{{ .Version }}` of goreleaser, the newest tag of git without its `v`.
depends = ["auto", "suite-ctl (= ${binary:Version})", "libpond (= ${VERSION})"]
recommends = ["suite-ctl (= ${binary:Version})"]

[packages.suite.build]
output = "dist/{name}_{upstream-version}_linux_{architecture}.deb"

[packages.suite.files]
# What goreleaser builds for amd64; GORELEASER_TARGET names another, such as linux_arm64_v8.0.
"/usr/bin/suited" = "dist/d_${GORELEASER_TARGET:-linux_amd64_v1}/suited"
"/usr/bin/sctl" = { symlink = "/usr/bin/suite-ctl" }
"#;
    let stderr = "
        warning[import-differs]: .goreleaser.yaml:10: `/usr/local/bin/suite-ctl` becomes `/usr/bin/suite-ctl`
        hint: policy 9.1.2: /usr/local is the sysadmin's; look for the path in scripts and units
        warning[import-left-out]: .goreleaser.yaml:17: `{{ .Version }}` in `depends` becomes the variable `VERSION`
        hint: build with `VERSION=\"$(git describe --tags --abbrev=0 | sed 's/^v//')\" reldeb build`, or write its value
        ";
    let next = "goreleaser build --clean && reldeb build";
    check(
        Test::new().file(".goreleaser.yaml", text),
        next,
        tables,
        stderr,
    );
}

#[test]
fn braces_are_a_glob() {
    let test = Test::new()
        .file(
            "nfpm.yaml",
            "name: zz\narch: all\nversion: 1.0.0\nmaintainer: Ann <ann@example.com>\ndescription: frogs\n\
             contents:\n  - {src: \"conf/{gate,keys}.conf\", dst: /etc/zz/, type: config}\n",
        )
        .file("conf/gate.conf", "a\n")
        .file("conf/keys.conf", "b\n");
    let tables = "[package]\nname = \"zz\"\nversion = \"1.0.0\"\narchitecture = \"all\"\n\
                  maintainer = \"Ann <ann@example.com>\"\ndescription = \"frogs\"\n\n\
                  [files]\n\"/etc/zz/\" = \"conf/{gate,keys}.conf\"\n";
    check(test, "reldeb build", tables, "");
}
