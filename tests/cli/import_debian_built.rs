//! `reldeb import` of folders `debian`: the files that a build has left there, and how debhelper copies files.

use crate::import_debian_rules::{build_imported, imported, least};
use crate::support::{Outcome, unindent};

/// Builds what was imported, and returns the paths of its package without documents, with modes and targets: files
/// come before links.
fn packed(outcome: &Outcome) -> Vec<String> {
    let mut lines = all_packed(outcome);
    lines.retain(|line| !line.contains("/usr/share/doc/") && !line.contains("/lintian/"));
    lines
}

/// Builds what was imported, and returns all paths of its package.
pub(crate) fn all_packed(outcome: &Outcome) -> Vec<String> {
    let name = build_imported(outcome);
    paths_of(outcome, name.lines().next().unwrap())
}

/// Returns all paths of a package.
pub(crate) fn paths_of(outcome: &Outcome, name: &str) -> Vec<String> {
    use reldeb::internals::deb::{DataKind, Deb};
    let deb = Deb::open(outcome.path(name)).unwrap();
    let mut lines = Vec::new();
    deb.for_each_data_entry(|entry, _| {
        let name = String::from_utf8_lossy(&entry.name);
        let target = String::from_utf8_lossy(&entry.target);
        match entry.kind {
            DataKind::Directory => {}
            DataKind::Symlink => lines.push(format!("{name} -> {target}")),
            _ => lines.push(format!("{:04o} {name}", entry.mode)),
        }
        Ok::<_, reldeb::internals::deb::ArchiveError>(())
    })
    .unwrap();
    lines
}

#[test]
fn what_the_project_has_installed_is_packed() {
    for tree in ["debian/a1", "debian/tmp"] {
        let test = least("all")
            .file("debian/a1.1", ".TH a1 1\n")
            .file("debian/manpages", "debian/a1.1\n")
            .file("debian/a1.service", "[Service]\nExecStart=/usr/bin/x\n")
            .file("debian/a1/DEBIAN/control", "Package: a1\n")
            .executable(&format!("{tree}/usr/bin/x"), "#!/bin/sh\n")
            .file(&format!("{tree}/usr/share/man/man1/a1.1.gz"), "old")
            .file(&format!("{tree}/lib/systemd/system/a1.service"), "old")
            .file(&format!("{tree}/usr/share/doc/a1/changelog.gz"), "old")
            .symlink(&format!("{tree}/usr/bin/y"), "x");
        let (outcome, tables) = imported(test, "[files]", "");
        let control = if tree == "debian/a1" {
            "\"/DEBIAN\", "
        } else {
            ""
        };
        let expected = format!(
            "\"/\" = {{ source = \"{tree}/\", exclude = [{control}\"/lib/systemd/system/a1.service\", \
             \"/usr/share/doc/a1/changelog.gz\", \"/usr/share/man/man1/a1.1.gz\"] }}\n"
        );
        let written = tables
            .replace("[\n    ", "[")
            .replace(",\n    ", ", ")
            .replace(",\n]", "]");
        assert!(written.contains(&expected), "{tables}\n{expected}");
        assert_eq!(
            packed(&outcome),
            [
                "0755 ./usr/bin/x",
                "0644 ./usr/lib/systemd/system/a1.service",
                "0644 ./usr/share/man/man1/a1.1.gz",
                "./usr/bin/y -> x",
            ]
        );
    }
}

#[test]
fn what_the_project_will_install_is_told() {
    let told = "
        warning[import-differs]: `debian/a1` is not there yet: the files that the project installs
        hint: run `debian/rules build` and `dh_auto_install` before `reldeb build`
        ";
    let with = |rules: &str, makefile: &str| {
        least("all")
            .executable("debian/rules", rules)
            .file("Makefile", makefile)
    };
    let dh = "%:\n\tdh $@\n";
    let test = with(dh, "all install:\n\tinstall x $(DESTDIR)/usr/bin\n");
    let (outcome, tables) = imported(test, "[files]", told);
    assert_eq!(tables, "[files]\n\"/\" = \"debian/a1/\"\n");
    let output = crate::packed::reldeb()
        .args(["build", "-q"])
        .current_dir(outcome.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let error = "error: reldeb.toml:14: source `debian/a1/` of `/` does not exist";
    assert!(said.starts_with(error), "{said}");
    let nothing = "
        warning[import-left-out]: nothing that `a1` packs is found
        hint: put it into `debian/a1`, or write what `rules` installs below `[files]`, such as `\"/usr/bin/a1\" = \"a1\"`
        ";
    imported(with(dh, "all:\n\ttrue\n"), "[package]", nothing);
    let (_, tables) = imported(with("binary:\n\ttrue\n", "install:\n"), "[files]", nothing);
    assert_eq!(tables, "[files]\n\"/\" = \"debian/a1/\"\n");
    let meta = "Source: a1\nMaintainer: A <a@example.com>\n\nPackage: a1\nArchitecture: all\nDescription: a\n\
                Depends: ${misc:Depends}, b1\n";
    imported(
        with(dh, "all:\n\ttrue\n").file("debian/control", meta),
        "[package]",
        "",
    );
    let chosen = with(dh, "install:\n").file("debian/install", "a usr/bin\n");
    imported(chosen.file("a", "a"), "[files]", "");
}

/// The note about programs that are not built yet.
fn not_built(tool: &str, line: &str) -> String {
    unindent(&format!(
        "
        warning[import-differs]: `debian/a1` is not there yet: the programs that `{tool}` builds
        hint: run `debian/rules build` and `dh_auto_install` before `reldeb build`, or build them by yourself and write `{line}` in the place of `\"/\"` below `[files]`
        "
    ))
}

const OF_CARGO: &str = "\"/usr/bin/tally\" = \"target/release/tally\"";

#[test]
fn programs_of_cargo_and_go_that_are_not_built_are_told() {
    let cargo = not_built("cargo", OF_CARGO);
    let go = not_built("go", "\"/usr/bin/tally\" = \"_build/bin/tally\"");
    let told = "
        warning[import-left-out]: debian/rules:2: option `--with golang` of `dh` is not read
        hint: write what the addon does into the manifest
        warning[import-left-out]: debian/rules:3: target `override_dh_auto_install` is not read: it calls `dh_auto_install -- --no-source`
        hint: write what it does into the manifest
        ";
    let alone = go.clone() + &unindent(told);
    let of_programs = "[package]\nname = \"x\"\n\n[[bin]]\nname = \"tally\"\n";
    for (rules, file, text, stderr) in [
        (
            "%:\n\tdh $@ --buildsystem=cargo\n",
            "Cargo.toml",
            "[package]\nname = \"tally\"\n",
            &cargo,
        ),
        ("%:\n\tdh $@ -S cargo\n", "Cargo.toml", of_programs, &cargo),
        (
            "binary:\n\tdh_auto_install --buildsystem golang\n",
            "go.mod",
            "module example.com/tally/v2\n",
            &go,
        ),
        (
            "%:\n\tdh $@ --with golang\noverride_dh_auto_install:\n\tdh_auto_install -- --no-source\n",
            "go.mod",
            "module example.com/tally\n",
            &alone,
        ),
    ] {
        let test = least("any")
            .executable("debian/rules", rules)
            .file(file, text);
        let (_, tables) = imported(test, "[files]", stderr);
        assert_eq!(tables, "[files]\n\"/\" = \"debian/a1/\"\n");
    }
}

#[test]
fn cargo_installs_beside_other_files_into_the_package_with_programs() {
    let control = "Source: a1\nMaintainer: A <a@example.com>\nBuild-Depends: debhelper-compat (= 13),\n dh-cargo (>= 25)\n\n\
                   Package: a1\nArchitecture: any\nDescription: a\n\nPackage: librust-a1-dev\nArchitecture: any\nDescription: a\n";
    let with = |install: &str| {
        least("any")
            .file("debian/control", control)
            .executable("debian/rules", "%:\n\tdh $@\n")
            .file("Cargo.toml", "[package]\nname = \"tally\"\n")
            .file("debian/a1.install", install)
            .file("a", "a")
    };
    let nothing = "
        warning[import-left-out]: nothing that `librust-a1-dev` packs is found
        hint: put it into `debian/librust-a1-dev`, or write what `rules` installs below `[files]`, such as `\"/usr/bin/librust-a1-dev\" = \"librust-a1-dev\"`
        ";
    let told = not_built("cargo", OF_CARGO) + &unindent(nothing);
    let (_, tables) = imported(with("a usr/share/a1\n"), "[packages.a1.files]", &told);
    let expected = "\"/\" = \"debian/a1/\"\n\"/usr/share/a1/a\"";
    assert!(tables.contains(expected), "{tables}");
    let chosen = with("target/release/tally usr/bin\n");
    let not_yet = "
        warning[import-differs]: `target/release/tally` is not there yet, and may come to lie elsewhere
        hint: build the project, and import again; or write where it is into `[files]`
        ";
    let told = unindent(not_yet) + &unindent(nothing);
    imported(chosen, "[packages.a1.files]", &told);
}

#[test]
fn links_stay_links_as_dh_install_keeps_them() {
    let test = least("all")
        .file(
            "debian/install",
            "usr/lib/*/lib*.so.*\nusr/lib/a1*\ngone opt/a1\n",
        )
        .file("debian/tmp/usr/lib/q/liba.so.1.0", "a")
        .symlink("debian/tmp/usr/lib/q/liba.so.1", "liba.so.1.0")
        .file("debian/tmp/usr/lib/a1.d/x", "x")
        .symlink("debian/tmp/usr/lib/a1", "a1.d")
        .symlink("gone", "/usr/share/gone");
    let (outcome, tables) = imported(test, "[files]", "");
    let expected = "\
        [files]\n\
        \"/opt/a1/gone\" = { source = \"gone\", follow = false }\n\
        \"/usr/lib/a1\" = { source = \"debian/tmp/usr/lib/a1\", follow = false }\n\
        \"/usr/lib/a1.d/\" = \"debian/tmp/usr/lib/a1.d/\"\n\
        \"/usr/lib/q/liba.so.1\" = { source = \"debian/tmp/usr/lib/q/liba.so.1\", follow = false }\n\
        \"/usr/lib/q/liba.so.1.0\" = \"debian/tmp/usr/lib/q/liba.so.1.0\"\n";
    assert_eq!(tables, expected);
    assert_eq!(
        packed(&outcome),
        [
            "0644 ./usr/lib/a1.d/x",
            "0644 ./usr/lib/q/liba.so.1.0",
            "./opt/a1/gone -> /usr/share/gone",
            "./usr/lib/a1 -> a1.d",
            "./usr/lib/q/liba.so.1 -> liba.so.1.0",
        ]
    );
}

#[test]
fn modes_are_those_of_dh_fixperms() {
    let with = |rules: &str| {
        least("all")
            .executable("debian/rules", rules)
            .file("debian/install", "a usr/bin\ntools/* usr/sbin\n")
            .file("a", "#!/bin/sh\n")
            .file("tools/b", "#!/bin/sh\n")
            .executable("tools/c", "#!/bin/sh\n")
            .executable("debian/a1/usr/include/a1.h", "#define A\n")
            .executable("debian/a1/usr/share/a1/d", "#!/bin/sh\n")
    };
    let (outcome, tables) = imported(with("%:\n\tdh $@\n"), "[files]", "");
    let expected = "\
        [files]\n\
        \"/\" = \"debian/a1/\"\n\
        \"/usr/bin/a\" = { source = \"a\", mode = \"0755\" }\n\
        \"/usr/include/a1.h\" = { source = \"debian/a1/usr/include/a1.h\", mode = \"0644\" }\n\
        \"/usr/sbin/\" = \"tools/\"\n\
        \"/usr/sbin/b\" = { source = \"tools/b\", mode = \"0755\" }\n";
    assert_eq!(tables, expected);
    assert_eq!(
        packed(&outcome),
        [
            "0755 ./usr/bin/a",
            "0644 ./usr/include/a1.h",
            "0755 ./usr/sbin/b",
            "0755 ./usr/sbin/c",
            "0755 ./usr/share/a1/d",
        ]
    );
    let replaced = with("%:\n\tdh $@\noverride_dh_fixperms:\n");
    let dead = "
        warning[import-not-executable]: `/usr/bin/a` is not executable: `a` is not
        hint: write `mode = \"0755\"` into its entry of `[files]`, or put data elsewhere
        warning[import-not-executable]: `/usr/sbin/b` is not executable: `tools/b` is not
        hint: write `mode = \"0755\"` into its entry of `[files]`, or put data elsewhere
        ";
    let (_, tables) = imported(replaced, "[files]", dead);
    assert!(!tables.contains("mode"), "{tables}");
    let excluding = with("%:\n\tdh $@\noverride_dh_fixperms:\n\tdh_fixperms -Xa1/usr/sbin\n");
    let (_, one) = dead.split_once("elsewhere\n").unwrap();
    let (_, tables) = imported(excluding, "[files]", &format!("\n{one}"));
    assert!(tables.contains("\"/usr/sbin/\" = \"tools/\"\n"), "{tables}");
}

#[test]
fn variables_and_braces_are_filled_in_as_debhelper_does() {
    let with = |install: &str| {
        let test = least("all").file("debian/install", install);
        let test = test
            .file("src/a.x", "a")
            .file("src/b", "b")
            .file("src/d/e", "e");
        test.env("DEB_HOST_ARCH", "armhf").env("PART", "b")
    };
    let test = with(
        "src/{a.x,${env:PART}} opt/${DEB_HOST_GNU_TYPE}/${DEB_HOST_ARCH_CPU}\n\
         src/*/ opt/${DEB_HOST_ARCH_OS}${Space}${Dollar}\n",
    );
    let told = "
        warning[import-differs]: `DEB_HOST_ARCH_CPU` is written as `arm`
        hint: `DEB_HOST_ARCH_CPU=… reldeb import` writes it for another machine
        warning[import-differs]: `DEB_HOST_ARCH_OS` is written as `linux`
        hint: `DEB_HOST_ARCH_OS=… reldeb import` writes it for another machine
        warning[import-differs]: `DEB_HOST_GNU_TYPE` is written as `arm-linux-gnueabihf`
        hint: `DEB_HOST_GNU_TYPE=… reldeb import` writes it for another machine
        warning[import-differs]: `env:PART` is written as `b`
        hint: `PART=… reldeb import` writes another
        ";
    let (_, tables) = imported(test, "[files]", told);
    let expected = "\
        [files]\n\
        \"/opt/arm-linux-gnueabihf/arm/a.x\" = \"src/a.x\"\n\
        \"/opt/arm-linux-gnueabihf/arm/b\" = \"src/b\"\n\
        \"/opt/linux $$/d/\" = \"src/d/\"\n";
    assert_eq!(tables, expected);
    for (install, error) in [
        (
            "${Foo}/a usr\n",
            "variable `${Foo}` is not known, expected one of dpkg-architecture(1) such as `${DEB_HOST_MULTIARCH}`",
        ),
        (
            "${env:NONE}/a usr\n",
            "variable `${env:NONE}` is not set, expected `NONE=… reldeb import`",
        ),
    ] {
        let stderr = format!("error: debian/install:1: {error}\n  1 | {install}");
        let test = with(install).args(["import"]).status(1);
        test.stderr(&stderr).run();
    }
}

#[test]
fn tokens_of_scripts_are_filled_in_as_dh_installdeb_does() {
    let script = "#!/bin/sh\nset -e\n# a #x#\ncat /usr/lib/#DEB_HOST_MULTIARCH#/#PACKAGE# #ENV.NONE# #ENV.PART#\n#DEBHELPER#\n";
    let test = least("all")
        .file("debian/postinst", script)
        .env("DEB_HOST_ARCH", "arm64")
        .env("PART", "p");
    let told = "
        warning[import-left-out]: `#ENV.NONE#` in `debian/postinst` stays as it is
        hint: write what it stands for
        warning[import-differs]: `DEB_HOST_MULTIARCH` is written as `aarch64-linux-gnu`
        hint: `DEB_HOST_MULTIARCH=… reldeb import` writes it for another machine
        warning[import-differs]: `env:PART` is written as `p`
        hint: `PART=… reldeb import` writes another
        ";
    let (outcome, tables) = imported(test, "[scripts]", told);
    assert_eq!(tables, "[scripts]\npostinst = \"a1.postinst\"\n");
    let filled = String::from_utf8(outcome.read("a1.postinst")).unwrap();
    let expected =
        "#!/bin/sh\nset -e\n# a #x#\ncat /usr/lib/aarch64-linux-gnu/a1 #ENV.NONE# p\n#DEBHELPER#\n";
    assert_eq!(filled, expected);
}

#[test]
fn units_that_the_project_installs_are_registered() {
    let unit = "[Service]\nExecStart=/usr/bin/x\n\n[Install]\nWantedBy=multi-user.target\n";
    let with = |rules: &str| {
        least("all")
            .executable("debian/rules", rules)
            .file(
                "debian/install",
                "b.service lib/systemd/system\nmore/*.timer usr/lib/systemd/system\n",
            )
            .file("b.service", unit)
            .file(
                "more/c.timer",
                "[Timer]\nUnit=b.service\nOnCalendar=daily\n",
            )
            .executable("debian/a1/usr/bin/x", "#!/bin/sh\n")
            .file("debian/a1/usr/lib/systemd/system/a1.service", unit)
    };
    let (outcome, tables) = imported(with("%:\n\tdh $@\n"), "[files]", "");
    let expected = "\
        [files]\n\
        \"/\" = { source = \"debian/a1/\", exclude = [\"/usr/lib/systemd/system/a1.service\"] }\n\
        \n\
        [units]\n\
        \"a1.service\" = \"debian/a1/usr/lib/systemd/system/a1.service\"\n\
        \"b.service\" = \"b.service\"\n\
        \"c.timer\" = \"more/c.timer\"\n";
    assert_eq!(tables, expected);
    let units = ["a1.service", "b.service", "c.timer"];
    let units = units.map(|unit| format!("0644 ./usr/lib/systemd/system/{unit}"));
    assert_eq!(packed(&outcome)[1..], units);
    let (_, tables) = imported(with("binary:\n\tdh_install\n"), "[files]", "");
    assert!(!tables.contains("[units]"), "{tables}");
}

#[test]
fn options_of_dh_itself_are_told() {
    let rules = "%:\n\tdh $@ --buildsystem=cmake -X.la --with=python3,systemd --with autoreconf \\\n\t\t--no-start\n\
                 binary:\n\tdh $@ -N a1-doc --no-start\n";
    let told = "
        warning[import-left-out]: debian/rules:2: option `-X.la` of `dh` is not read
        hint: leave files with that in their paths out of `[files]`, by `exclude` of trees and globs
        warning[import-left-out]: debian/rules:2: option `--with python3,systemd` of `dh` is not read
        hint: write what the addon does into the manifest
        warning[import-left-out]: debian/rules:2: option `--no-start` of `dh` is not read
        hint: `enable`, `start`, `on-upgrade` and the names of units below `[units]` say it: `--no-start` is `start = false`, `--no-enable` is `enable = false`
        warning[import-left-out]: debian/rules:5: option `-N a1-doc` of `dh` is not read
        hint: leave the tables of packages that are not built out
        warning[import-left-out]: debian/rules:5: option `--no-start` of `dh` is not read
        hint: `enable`, `start`, `on-upgrade` and the names of units below `[units]` say it: `--no-start` is `start = false`, `--no-enable` is `enable = false`
        ";
    imported(
        least("all")
            .file("debian/dirs", "opt/a1\n")
            .executable("debian/rules", rules),
        "[package]",
        told,
    );
}

#[test]
fn documents_stay_where_a_link_would_share_them() {
    let test = least("all")
        .file(
            "debian/links",
            "usr/share/doc/b usr/share/doc/a1\nusr/b usr/share/a1\n",
        )
        .file(
            "debian/maintscript",
            "dir_to_symlink /usr/share/doc/a1 b 1.0~\n",
        );
    let told = "
        warning[import-left-out]: debian/links:1: link `/usr/share/doc/a1` is left out: the package has documents there
        hint: the folder has copyright and changelog, as policy 12.5 and 12.7 ask
        warning[import-left-out]: debian/maintscript:1: `dir_to_symlink /usr/share/doc/a1 b 1.0~` is left out: the package has documents there
        hint: no link takes the place of the folder, which has copyright and changelog
        ";
    let (outcome, tables) = imported(test, "[files]", told);
    assert_eq!(
        tables,
        "[files]\n\"/usr/share/a1\" = { symlink = \"/usr/b\" }\n"
    );
    assert_eq!(packed(&outcome), ["./usr/share/a1 -> ../b"]);
}

#[test]
fn directories_named_after_the_source_become_links() {
    let control = |source: &str| {
        format!(
            "Source: {source}\nMaintainer: A <a@example.com>\n\nPackage: a1\nArchitecture: all\n\
             Description: a\n"
        )
    };
    let with = |source: &str| {
        least("all")
            .file("debian/control", control(source))
            .file("debian/install", format!("a usr/share/{source}/d\n"))
            .file("a", "a\n")
            .file(
                "debian/maintscript",
                format!("symlink_to_dir /usr/share/{source}/d old 1.0~\n"),
            )
    };
    let (outcome, _) = imported(with("wid"), "[conffiles]", "");
    assert_eq!(packed(&outcome), ["0644 ./usr/share/wid/d/a"]);
    // One of Debian's own is nobody's, whatever the source is called.
    let (outcome, _) = imported(with("dpkg"), "[conffiles]", "");
    let output = crate::packed::reldeb()
        .args(["build", "-q"])
        .current_dir(outcome.path(""))
        .output();
    let said = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(
        said.contains("`/usr/share/dpkg/d` is not the package's own"),
        "{said}"
    );
}
