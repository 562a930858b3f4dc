//! `reldeb import` of folders `debian`: what changes the package, and is not read, is told with its line.

use std::process::Command;

use crate::support::{Outcome, Test, unindent};

#[test]
fn targets_of_rules_and_patches_are_told() {
    let rules = "#!/usr/bin/make -f\n%:\n\tdh $@\n\
                 override_dh_auto_build:\n\tmake\n\
                 override_dh_installsystemd:\n\tdh_installsystemd --no-start --name=x\n\t# more\n\
                 execute_after_dh_install execute_after_dh_fixperms-indep: x\n\trm -f y\n\n\
                 override_dh_installinit:\n\t@dh_installinit --no-enable\n\t\
                 dh_installsystemd --no-enable\nbinary-arch:\n\tdh_installinit -a\n\tdh_builddeb -- -Zxz\n";
    let stderr = "
        warning[import-left-out]: debian/rules:6: target `override_dh_installsystemd` is not read: it calls `dh_installsystemd --no-start --name=x`
        hint: `enable`, `start`, `on-upgrade` and the names of units below `[units]` say it: `--no-start` is `start = false`, `--no-enable` is `enable = false`
        warning[import-left-out]: debian/rules:9: target `execute_after_dh_install` is not read
        hint: write what it does into the manifest
        warning[import-left-out]: debian/rules:9: target `execute_after_dh_fixperms-indep` is not read
        hint: `mode`, `owner` and `group` in `[files]` say it
        warning[import-left-out]: debian/rules:12: target `override_dh_installinit` is not read: it calls `dh_installinit --no-enable`
        hint: init scripts are not registered: `[service]` makes one that is, `[hooks]` can call update-rc.d
        warning[import-left-out]: debian/rules:14: `dh_installsystemd --no-enable` is not read
        hint: `enable`, `start`, `on-upgrade` and the names of units below `[units]` say it: `--no-start` is `start = false`, `--no-enable` is `enable = false`
        warning[import-left-out]: debian/rules:17: `dh_builddeb -- -Zxz` is not read
        hint: `compression` below `[build]` says it
        warning[import-left-out]: debian/patches/series:2: the patches are not applied
        hint: apply them before the build, as `quilt push -a` does
        ";
    let mut test = Test::new()
        .file(
            "debian/control",
            "Source: a1\nMaintainer: A <a@example.com>\n\nPackage: a1\nArchitecture: all\nDescription: a\n",
        )
        .file(
            "debian/changelog",
            "a1 (1.0) unstable; urgency=low\n\n  * A.\n\n -- A <a@example.com>  Mon, 02 Nov 2026 10:00:00 +0100\n",
        )
        .executable("debian/rules", rules)
        .file("debian/dirs", "opt/a1\n")
        .file("debian/patches/series", "# a\nfix.patch\n");
    // What docs/import-debian.md says to be without meaning for the package.
    for name in [
        "clean",
        "compat",
        "gbp.conf",
        "missing-sources/a",
        "not-installed",
        "README.source",
        "salsa-ci.yml",
        "source/format",
        "tests/control",
        "upstream/metadata",
        "watch",
    ] {
        let page = std::fs::read_to_string(crate::support::project().join("docs/import-debian.md"));
        let known = name.split('/').next().unwrap();
        assert!(page.unwrap().contains(&format!("`{known}")), "{name}");
        test = test.file(&format!("debian/{name}"), "x\n");
    }
    test.args(["import"])
        .any_stdout()
        .stderr(&unindent(stderr))
        .run();
}

/// Imports and builds a package with a program that has its debug symbols, and returns the names of what was built.
fn built(rules: &str) -> String {
    let test = Test::new()
        .file(
            "debian/control",
            "Source: a1\nMaintainer: A <a@example.com>\n\nPackage: a1\nArchitecture: any\nDescription: a\n",
        )
        .file(
            "debian/changelog",
            "a1 (1.0) unstable; urgency=low\n\n  * A.\n\n -- A <a@example.com>  Mon, 02 Nov 2026 10:00:00 +0100\n",
        )
        .executable("debian/rules", rules)
        .file("debian/install", "a1 usr/bin\n")
        .file("a1.c", "int main(void) { return 0; }\n");
    let compiled = Command::new("cc")
        .args(["-g", "-Wl,--build-id", "a1.c", "-o", "a1"])
        .current_dir(test.path(""))
        .status();
    assert!(compiled.unwrap().success());
    build_imported(&test.args(["import", "-q"]).any_stdout().run())
}

/// Builds what was imported, and returns the lines with its packages.
pub(crate) fn build_imported(outcome: &Outcome) -> String {
    let output = crate::packed::reldeb()
        .args(["build", "-q", "--arch", "amd64"])
        .current_dir(outcome.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_arch = "x86_64")]
#[test]
fn symbols_go_where_dh_strip_puts_them() {
    let package = "dist/a1_1.0_amd64.deb\n";
    let both = format!("{package}dist/a1-dbgsym_1.0_amd64.deb\n");
    assert_eq!(built("%:\n\tdh $@\n"), both);
    let of_its_own = "%:\n\tdh $@\noverride_dh_strip:\n\tdh_strip --no-automatic-dbgsym\n";
    assert_eq!(built(of_its_own), package);
}

/// A folder with one package of an architecture, and what every test of it has.
pub(crate) fn least(architecture: &str) -> Test {
    let control = format!(
        "Source: a1\nMaintainer: A <a@example.com>\n\nPackage: a1\nArchitecture: {architecture}\n\
         Description: a\n"
    );
    Test::new().file("debian/control", control).file(
        "debian/changelog",
        "a1 (1.0) unstable; urgency=low\n\n  * A.\n\n -- A <a@example.com>  Mon, 02 Nov 2026 10:00:00 +0100\n",
    )
}

/// Imports, and returns the last tables of the manifest, from a header on.
pub(crate) fn imported(
    test: Test,
    header: &str,
    stderr: &str,
) -> (crate::support::Outcome, String) {
    let outcome = test
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(stderr))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let from = manifest.find(header).expect(&manifest);
    let tables = manifest[from..].to_owned();
    (outcome, tables)
}

#[test]
fn static_libraries_that_keep_their_symbols_are_told() {
    let libraries = |architecture: &str, rules: &str| {
        least(architecture)
            .executable("debian/rules", rules)
            .file("debian/install", "liba.a usr/lib\nmore/* usr/lib/more\n")
            .file("liba.a", "!<arch>\n")
            .file("more/deep/libb.a", "!<arch>\n")
            .file("more/notes", "n\n")
    };
    let told = "
        warning[import-differs]: static library `liba.a` (and 1 more) keeps its debug symbols
        hint: dh_strip takes them out: run `strip --strip-debug --remove-section=.comment --enable-deterministic-archives` before the build
        ";
    imported(libraries("any", "%:\n\tdh $@\n"), "[files]", told);
    imported(libraries("all", "%:\n\tdh $@\n"), "[files]", "");
    imported(libraries("any", "binary:\n\tdh_install\n"), "[files]", "");
}

#[test]
fn calls_of_maintscript_become_conffiles_and_keep_their_versions() {
    let test = least("all")
        .file(
            "debian/a1.maintscript",
            "rm_conffile /etc/a1/old 0.9~ a1\nrm_conffile /etc/a1/older -- \"$@\"\n\
             dir_to_symlink /usr/share/a1 b1 0.8~ -- \"$@\"\nrm_conffile /etc/c1 0.9~ c1\n",
        )
        .file("debian/a1.conffiles", "remove-on-upgrade /etc/a1/gone\n")
        .file("debian/install", "a etc/a1\n")
        .file("a", "a\n");
    let told = "
        warning[import-left-out]: debian/a1.maintscript:4: `rm_conffile /etc/c1 0.9~ c1` is left out: it is about `c1`
        hint: call dpkg-maintscript-helper in `[scripts]`: `[conffiles]` is about the package itself
        ";
    let (_, tables) = imported(test, "[conffiles]", told);
    let expected = "
        [conffiles]
        # They are for every version before this one. These were for older ones:
        # rm_conffile /etc/a1/old 0.9~ a1
        # dir_to_symlink /usr/share/a1 b1 0.8~
        removed = [\"/etc/a1/gone\", \"/etc/a1/old\", \"/etc/a1/older\"]
        directory-to-symlink = { \"/usr/share/a1\" = \"b1\" }
        ";
    assert_eq!(tables, unindent(expected));
}

#[test]
fn what_lies_at_a_path_that_is_taken_is_told() {
    let test = least("all")
        .file("debian/install", "a usr/bin\na1 etc/default\n")
        .file(
            "debian/links",
            "usr/share/a usr/bin/b\nusr/share/b usr/bin/a\n",
        )
        .file("debian/default", "X=1\n")
        .file("a", "a\n")
        .file("a1", "X=2\n");
    let told = "
        warning[import-left-out]: debian/links:2: link `/usr/bin/a` is left out: something else is there
        hint: debhelper puts the link in its place
        warning[import-left-out]: `debian/default` is left out: something else is at `/etc/default/a1`
        hint: debhelper takes the last of them
        ";
    let (_, tables) = imported(test, "[files]", told);
    let expected = "
        [files]
        \"/etc/default/a1\" = \"a1\"
        \"/usr/bin/a\" = { source = \"a\", mode = \"0755\" }
        \"/usr/bin/b\" = { symlink = \"/usr/share/a\" }
        ";
    assert_eq!(tables, unindent(expected));
}

#[test]
fn packages_without_files_are_built() {
    for (file, text) in [
        ("debian/triggers", "activate-noawait a1\n"),
        ("debian/postinst", "#!/bin/sh\nset -e\n#DEBHELPER#\n"),
        ("debian/shlibs", "liba 1 a1\n"),
    ] {
        let test = least("all").file(file, text);
        let (outcome, _) = imported(test, "[package]", "");
        let output = crate::packed::reldeb()
            .args(["build", "-q"])
            .current_dir(outcome.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{file}: {said}");
        assert_eq!(output.stdout, b"dist/a1_1.0_all.deb\n", "{file}");
    }
}

#[test]
fn a_maintainer_without_an_address_is_that_of_the_environment() {
    let control = |maintainer: &str| {
        format!("Source: a1\n{maintainer}\nPackage: a1\nArchitecture: all\nDescription: a\n")
    };
    let hint = "hint: DEBFULLNAME and DEBEMAIL, or git's user.name and user.email, say so";
    for (maintainer, told, expected) in [
        (
            "Maintainer: GitHub\n",
            format!("warning[import-differs]: debian/control:2: maintainer `GitHub` has no address: it is `GitHub <ops@example.com>`\n{hint}\n"),
            "GitHub <ops@example.com>",
        ),
        (
            "",
            format!("warning[import-differs]: the maintainer is not named: it is `Ops <ops@example.com>`\n{hint}\n"),
            "Ops <ops@example.com>",
        ),
        (
            "Maintainer: ann@example.com\n",
            "warning[import-differs]: debian/control:2: maintainer `ann@example.com` becomes `ann <ann@example.com>`\nhint: Debian wants `Name <address>`\n".to_owned(),
            "ann <ann@example.com>",
        ),
    ] {
        let test = least("all")
            .file("debian/control", control(maintainer))
            .env("DEBFULLNAME", "Ops")
            .env("DEBEMAIL", "ops@example.com");
        let (_, tables) = imported(test, "[package]", &told);
        assert!(tables.contains(&format!("maintainer = \"{expected}\"\n")), "{tables}");
    }
}
