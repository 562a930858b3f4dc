//! `reldeb import` of folders `debian`: three projects in miniature, compared with what debhelper makes of
//! them, and what is wrong in such folders.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use reldeb::internals::deb::{DataKind, Deb};
use tempfile::TempDir;

use crate::packed::reldeb;
use crate::support::{Test, project};

fn folders() -> PathBuf {
    project().join("tests/cli/debian_folders")
}

/// A copy of a project.
fn copy(name: &str) -> TempDir {
    let copy = TempDir::new().unwrap();
    let source = folders().join(name);
    let mut command = std::process::Command::new("cp");
    command.arg("-a").arg(source.join(".")).arg(copy.path());
    assert!(command.status().unwrap().success());
    copy
}

/// Runs `reldeb`, and returns what it says.
fn run(folder: &Path, words: &[&str]) -> String {
    let output = reldeb().current_dir(folder).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

/// Returns what is compared of a package: paths with modes, owners and targets, the control file, conffiles, triggers
/// and the names of all members.
fn facts(path: &Path) -> String {
    let deb = Deb::open(path).unwrap();
    let mut facts = String::new();
    deb.for_each_data_entry(|entry, _| {
        let kind = match entry.kind {
            DataKind::Directory => 'd',
            DataKind::Regular => '-',
            DataKind::Symlink => 'l',
            _ => '?',
        };
        let name = String::from_utf8_lossy(&entry.name);
        let target = String::from_utf8_lossy(&entry.target);
        let mode = entry.mode;
        let owner = format!("{}/{}", entry.owner, entry.group);
        let line = format!("{kind}{mode:04o} {owner} {name} {target}");
        writeln!(facts, "{}", line.trim_end()).unwrap();
        Ok::<_, reldeb::internals::deb::ArchiveError>(())
    })
    .unwrap();
    for (name, member) in &deb.control {
        let text = String::from_utf8_lossy(&member.content);
        match name.as_str() {
            "control" => {
                let lines = text
                    .lines()
                    .filter(|line| !line.starts_with("Installed-Size"));
                lines.for_each(|line| writeln!(facts, "{line}").unwrap());
            }
            "conffiles" | "triggers" => {
                let lines = text.lines().filter(|line| !line.starts_with('#'));
                let mut lines: Vec<_> = lines.collect();
                lines.sort_unstable();
                for line in lines {
                    writeln!(facts, "{name}: {line}").unwrap();
                }
            }
            _ => writeln!(facts, "member {name}").unwrap(),
        }
    }
    facts
}

/// The lines that only one of two texts has, in their order.
fn differences(before: &str, after: &str) -> Vec<String> {
    let only = |mark: char, of: &str, other: &str| -> Vec<String> {
        let there: Vec<&str> = other.lines().collect();
        let lines = of.lines().filter(|line| !there.contains(line));
        lines.map(|line| format!("{mark} {line}")).collect()
    };
    [only('-', before, after), only('+', after, before)].concat()
}

/// Imports and builds a project. Its packages differ from those of debhelper 13.11 (Debian 12), whose facts are
/// recorded beside it, in these lines only.
fn check(project: &str, said: &str, packages: &[(&str, &str, &[&str])]) {
    let place = copy(project);
    assert_eq!(run(place.path(), &["import"]), said);
    let manifest = std::fs::read_to_string(place.path().join("reldeb.toml")).unwrap();
    insta::assert_snapshot!(project, manifest);
    run(place.path(), &["build"]);
    for (name, file, expected) in packages {
        let recorded = folders().join(format!("{name}.facts"));
        let built = facts(&place.path().join("dist").join(file));
        if let Some(folder) = std::env::var_os("RELDEB_TEST_RECORD") {
            let made = Path::new(&folder).join(project);
            let made = std::fs::read_dir(made)
                .unwrap()
                .map(|it| it.unwrap().path());
            let start = format!("{name}_");
            let is_it = |path: &PathBuf| {
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                file.starts_with(&start) && file.ends_with(".deb")
            };
            std::fs::write(&recorded, facts(&made.into_iter().find(is_it).unwrap())).unwrap();
        }
        let recorded = std::fs::read_to_string(&recorded).unwrap();
        assert_eq!(differences(&recorded, &built), *expected, "{name}");
    }
}

#[test]
fn a_small_project() {
    let said = "warning[import-left-out]: debian/control:14: `${perl:Depends}` in `Depends` is left out: \
                substitution variables are for source packages\n\
                hint: write the packages that it stands for\n";
    check("tally", said, &[("tally", "tally_2.1-3_all.deb", &[])]);
}

#[test]
fn a_service() {
    let differences = [
        // Debian 12 has /lib/systemd yet; to dpkg's users it is the same folder.
        "- d0755 root/root ./lib/",
        "- d0755 root/root ./lib/systemd/",
        "- d0755 root/root ./lib/systemd/system/",
        "- -0644 root/root ./lib/systemd/system/pond.service",
        "- -0644 root/root ./lib/systemd/system/pond.timer",
        "- Depends: adduser",
        "+ d0755 root/root ./usr/lib/systemd/",
        "+ d0755 root/root ./usr/lib/systemd/system/",
        "+ -0644 root/root ./usr/lib/systemd/system/pond.service",
        "+ -0644 root/root ./usr/lib/systemd/system/pond.timer",
        // debhelper reads these from compatibility level 14 on.
        "+ d0755 root/root ./usr/lib/sysusers.d/",
        "+ -0644 root/root ./usr/lib/sysusers.d/pond.conf",
        "+ Depends: adduser, systemd | systemd-standalone-sysusers | systemd-sysusers",
        "+ Priority: optional",
    ];
    check("pond", "", &[("pond", "pond_0.4_all.deb", &differences)]);
}

#[test]
fn two_packages_with_questions() {
    let said = "warning[import-left-out]: debian/control:12: field `Built-Using` is left out: it has a variable of \
                the build\nhint: write it into `[package.fields]`\n\
                warning[import-left-out]: the questions of `debian/couch.templates` have no translations\n\
                hint: run po2debconf, and name its output in the manifest\n";
    let differences = [
        "- d0755 root/root ./lib/",
        "- d0755 root/root ./lib/systemd/",
        "- d0755 root/root ./lib/systemd/system/",
        "- -0644 root/root ./lib/systemd/system/couch.service",
        // The package has no machine code.
        "- Architecture: amd64",
        "- Depends: debconf (>= 0.5) | debconf-2.0, adduser, couch-docs (= 3.3.2-1), lsb-base",
        "+ d0755 root/root ./usr/lib/",
        "+ d0755 root/root ./usr/lib/systemd/",
        "+ d0755 root/root ./usr/lib/systemd/system/",
        "+ -0644 root/root ./usr/lib/systemd/system/couch.service",
        "+ d0755 root/root ./usr/share/lintian/",
        "+ d0755 root/root ./usr/share/lintian/overrides/",
        "+ -0644 root/root ./usr/share/lintian/overrides/couch",
        "+ Architecture: all",
        "+ Depends: adduser, couch-docs (= 3.3.2-1), lsb-base, debconf (>= 0.5) | debconf-2.0",
        // What reldeb does for its units before the files are unpacked.
        "+ member preinst",
    ];
    let packages: [(&str, &str, &[&str]); 2] = [
        ("couch", "couch_3.3.2-1_all.deb", &differences),
        ("couch-docs", "couch-docs_3.3.2-1_all.deb", &[]),
    ];
    check("couch", said, &packages);
}

/// A folder with the least that is needed.
fn least(control: &str) -> Test {
    let changelog = "a1 (1.0) unstable; urgency=low\n\n  * A.\n\n -- A <a@example.com>  Mon, 02 Nov 2026 10:00:00 +0100\n";
    Test::new()
        .file("debian/control", control)
        .file("debian/changelog", changelog)
}

const SOURCE: &str = "Source: a1\nMaintainer: A <a@example.com>\n";
const PACKAGE: &str = "Package: a1\nArchitecture: all\nDescription: a\n";

#[test]
fn what_is_wrong_has_file_line_and_what_was_expected() {
    let whole = format!("{SOURCE}\n{PACKAGE}");
    #[rustfmt::skip]
    let table: [(Test, &str); 13] = [
        (least(""), "debian/control:1: there is no stanza, expected that of the source package\n  1 | \n"),
        (least(SOURCE), "debian/control:1: there is no stanza of a package, expected one with `Package`\n  1 | Source: a1\n"),
        (least(&format!("# b\n\n{PACKAGE}")), "debian/control:3: the first stanza has no field `Source`\n  3 | Package: a1\n"),
        (least(&format!("{SOURCE}\n# c\nArchitecture: all\n")), "debian/control:5: there is no field `Package`\n  5 | Package: \n"),
        (least(&format!("{SOURCE}\n{PACKAGE}# c\nDepends a\n")), "debian/control:8: `Depends a` has no `:`, expected `Field: value`: start a continuation line with a space\n  8 | Depends a\n"),
        (least(&format!("{SOURCE}\n{PACKAGE}Depends: a\nDepends: b\n")), "debian/control:8: field `Depends` is there twice: remove one `Depends`\n  8 | Depends: b\n"),
        (least(&whole).file("debian/changelog", "\nversion 1\n"), "debian/changelog:2: begins no entry of a changelog, expected `NAME (VERSION) SUITE; urgency=…`\n  2 | version 1\n"),
        (least(&whole).file("debian/a1.links", "usr/a usr/b\nusr/c\n"), "debian/a1.links:2: has a link without a path, expected pairs of target and link\n  2 | usr/c\n"),
        (least(&whole).file("debian/install", "x ../../etc\n"), "debian/install:1: path `/../../etc` contains `..`, expected a path without it\n  1 | x ../../etc\n"),
        (least(&whole).file("debian/manpages", "doc/a\n"), "debian/manpages:1: `a` is no manual page, expected a name such as `a.1`\n  1 | doc/a\n"),
        (least(&whole).file("debian/maintscript", "rm /etc/a\n"), "debian/maintscript:1: is no call of dpkg-maintscript-helper, expected `rm_conffile PATH` and such, with a version and a package behind it\n  1 | rm /etc/a\n"),
        (least(&whole).file("debian/maintscript", "rm_conffile /etc/a 1 a1 b\n"), "debian/maintscript:1: is no call of dpkg-maintscript-helper, expected `rm_conffile PATH` and such, with a version and a package behind it\n  1 | rm_conffile /etc/a 1 a1 b\n"),
        (least(&whole).file("debian/alternatives", "Name: a\nLink: /usr/bin/a\nAlternative: /usr/bin/b\nDependents:\n  a b\nPriority: 1\n"), "debian/alternatives:4: `Dependents` has a line that is no link, name and path\n  4 | a b\n"),
    ];
    for (test, message) in table {
        let outcome = test
            .args(["import"])
            .status(1)
            .stderr(&format!("error: {message}"))
            .run();
        assert!(!outcome.path("reldeb.toml").exists(), "{message}");
    }
}

#[test]
fn what_has_no_equivalent_is_told() {
    let control = format!(
        "{SOURCE}\n{PACKAGE}Recommends: ${{a:Recommends}}, bb\nXB-Old: ${{x}}\n\nPackage: a1-udeb\n\
         Package-Type: udeb\nArchitecture: all\nDescription: b\n"
    );
    let stderr = "
        warning[import-left-out]: debian/control:10: a package of the installer is left out
        hint: reldeb makes none
        warning[import-left-out]: debian/control:7: `${a:Recommends}` in `Recommends` is left out: substitution variables are for source packages
        hint: write the packages that it stands for
        warning[import-left-out]: debian/control:8: field `Old` is left out: it has a variable of the build
        hint: write it into `[package.fields]`
        warning[import-left-out]: `debian/a1.dirs` is not read: it is a program
        hint: write what it prints into `[files]`
        warning[import-left-out]: init script `debian/a1.init` is packed, but not registered
        hint: call update-rc.d and invoke-rc.d in `[hooks]`, or let `[service]` make one
        warning[import-left-out]: conffile `/opt/a` is left out
        hint: write `conffile = true` into its entry of `[files]`
        warning[import-differs]: `debian/a1.prerm` has no line `#DEBHELPER#`
        hint: what reldeb adds runs all the same: before postrm, after the others
        warning[import-left-out]: `debian/a1.bash-completion` is not read
        hint: name the file, or those that it lists, by `bash` in `[completions]`
        warning[import-left-out]: `debian/a1.symbols` is not read
        hint: write what it does into the manifest
        ";
    let outcome = least(&control)
        .executable("debian/a1.dirs", "#!/bin/sh\necho usr/a\n")
        .file("debian/a1.init", "#!/bin/sh\n")
        .file("debian/a1.conffiles", "/opt/a\n/etc/b\n")
        .file("debian/a1.prerm", "#!/bin/sh\ntrue\n")
        .file("debian/a1.bash-completion", "complete a1\n")
        .file("debian/a1.symbols", "liba.so.1 a1\n")
        .args(["import"])
        .any_stdout()
        .stderr(&crate::support::unindent(stderr))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    insta::assert_snapshot!("left_out", manifest);
}

#[test]
fn sources_find_their_places_as_with_dh_install() {
    let install = "\
        a/x.txt usr/share/a1\n\
        a/*.md a/deep usr/share/a1/docs\n\
        a/* usr/share/a1/all\n\
        b/*/c.txt usr/share/a1/c\n\
        usr/bin/prog\n\
        usr/lib/${DEB_HOST_MULTIARCH}/liba.so usr/lib/${DEB_HOST_MULTIARCH}\n\
        not-yet usr/share/a1\n\
        none/* usr/share/a1/none\n";
    let outcome = least(&format!("{SOURCE}\n{PACKAGE}"))
        .file("debian/a1.install", install)
        .file(
            "debian/a1.links",
            "usr/lib/${DEB_HOST_MULTIARCH}/liba.so usr/lib/${DEB_HOST_MULTIARCH}/liba.so.1\n",
        )
        .env("DEB_HOST_MULTIARCH", "alpha-linux-gnu")
        .file("a/x.txt", "x")
        .file("a/1.md", "1")
        .file("a/.hidden", "h")
        .file("a/deep/y.txt", "y")
        .file("b/1/c.txt", "1")
        .executable("debian/tmp/usr/bin/prog", "#!/bin/sh\n")
        .args(["import"])
        .any_stdout()
        .stderr(
            "warning[import-differs]: `debian/tmp/usr/lib/alpha-linux-gnu/liba.so` is not there yet, and may come to lie \
             elsewhere\n\
             hint: build the project, and import again; or write where it is into `[files]`\n\
             warning[import-differs]: `debian/tmp/not-yet` is not there yet, and may come to lie elsewhere\n\
             hint: build the project, and import again; or write where it is into `[files]`\n\
             warning[import-differs]: `DEB_HOST_MULTIARCH` is written as `alpha-linux-gnu`\n\
             hint: `DEB_HOST_MULTIARCH=… reldeb import` writes it for another machine\n",
        )
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    insta::assert_snapshot!("install", manifest);
}

/// Imports a folder with one more file, and returns `[files]` of the manifest.
fn files_of(file: &str, text: &str, stderr: &str) -> String {
    let outcome = least(&format!("{SOURCE}\n{PACKAGE}"))
        .file(file, text)
        .file("hello", "h")
        .file(".hidden", "h")
        .file("x/y", "y")
        .args(["import"])
        .any_stdout()
        .stderr(stderr)
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let files = manifest
        .split_once("[files]\n")
        .map_or("", |(_, rest)| rest);
    files.split("\n\n").next().unwrap().trim_end().to_owned()
}

#[test]
fn sources_never_leave_the_project() {
    let all = |to: &str| {
        format!("\"{to}/debian/\" = \"debian/\"\n\"{to}/hello\" = \"hello\"\n\"{to}/x/\" = \"x/\"")
    };
    for (text, files) in [
        ("* opt/x\n", all("/opt/x")),
        ("./* opt/x\n", all("/opt/x")),
        ("/* opt/x\n", all("/opt/x")),
        ("*\n", all("")),
        (". opt/x\n", "\"/opt/x/\" = \"./\"".to_owned()),
        ("./ opt/x\n", "\"/opt/x/\" = \"./\"".to_owned()),
        ("/ opt/x\n", "\"/opt/x/\" = \"./\"".to_owned()),
        ("./x/./* opt/x\n", "\"/opt/x/\" = \"x/\"".to_owned()),
    ] {
        assert_eq!(files_of("debian/install", text, ""), files, "{text}");
    }
    let not_yet = "warning[import-differs]: `etc/passwd` is not there yet, and may come to lie elsewhere\n\
                   hint: build the project, and import again; or write where it is into `[files]`\n";
    assert_eq!(
        files_of("debian/install", "/etc/passwd opt/x\n", not_yet),
        "\"/opt/x/passwd\" = \"etc/passwd\""
    );
    for (kind, target) in [
        ("docs", "/usr/share/doc/a1"),
        ("examples", "/usr/share/doc/a1/examples"),
        ("info", "/usr/share/info"),
    ] {
        let file = format!("debian/a1.{kind}");
        assert_eq!(files_of(&file, "*\n", ""), all(target));
        let tree = format!("\"{target}/\" = \"./\"");
        assert_eq!(files_of(&file, "./\n", ""), tree);
    }
    for (file, text, source) in [
        ("debian/install", "# a\nx/.. opt/x\n", "x/.."),
        ("debian/install", "\n../secret opt/x\n", "../secret"),
        ("debian/a1.install", "\n../*\n", "../*"),
        ("debian/docs", "\n../README\n", "../README"),
        ("debian/manpages", "\n../a.1\n", "../a.1"),
    ] {
        let stderr = format!(
            "warning[import-left-out]: {file}:2: `{source}` is left out: it has a `..` in it\n\
             hint: name it by its path from the folder of the project\n"
        );
        assert_eq!(files_of(file, text, &stderr), "", "{text}");
    }
}

#[test]
fn links_out_of_the_project_are_told() {
    let stderr = "
        warning[import-outside]: `debian/a1.default` is `/etc/passwd`, which is outside of the project
        hint: see that the package may have it, or put a file in the place of the link
        warning[import-outside]: `etc/` is `/etc`, which is outside of the project
        hint: see that the package may have it, or put a file in the place of the link
        ";
    least(&format!("{SOURCE}\n{PACKAGE}"))
        .file(
            "debian/a1.install",
            "etc/* opt/a\nsome/pass* opt/b\ninside opt/c\n",
        )
        .symlink("debian/a1.default", "/etc/passwd")
        .symlink("etc", "/etc")
        // A link that is packed as one brings nothing from there.
        .symlink("some/passwd", "/etc/passwd")
        .symlink("inside", "debian/control")
        .args(["import"])
        .any_stdout()
        .stderr(&crate::support::unindent(stderr))
        .run();
}
