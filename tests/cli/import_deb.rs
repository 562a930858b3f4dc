//! `reldeb import` of packages: what is built of it is the package again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use reldeb::internals::deb::{DataKind, Deb};

use crate::building::demo;
use crate::forged::{self, CONTROL, Header, Package, below, file};
use crate::rich::{owned, rich, sized};
use crate::support::Test;

/// The differences of a package after an import and a build, on purpose, each with the start of its line.
const INTENDED: [(&str, &str); 5] = [
    (
        "hard-link",
        "of several names of a file, the first in the order of bytes is the file",
    ),
    (
        "control Description",
        "reldeb breaks the lines of descriptions, and takes double blanks out",
    ),
    (
        "control Maintainer",
        "a name with signs that mean something in an address gets quotes",
    ),
    (
        "control Section",
        "reldeb writes `Section` into every package",
    ),
    (
        "control Priority",
        "reldeb writes `Priority` into every package",
    ),
];

/// All of a package but times and numbers of owners: a line for each path, field and line of the control
/// archive.
fn facts(path: &Path) -> BTreeMap<String, String> {
    let deb = Deb::open(path).unwrap();
    let mut facts = BTreeMap::new();
    deb.for_each_data_entry(|entry, content| {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes).unwrap();
        let kind = match entry.kind {
            DataKind::Directory => "directory",
            DataKind::Regular => "file",
            DataKind::Symlink => "symlink",
            DataKind::Hardlink => "hard-link",
            DataKind::Other(_) => "other",
        };
        let path = entry.path().unwrap();
        let more = match entry.kind {
            DataKind::Regular => format!("{:x}", md5::compute(&bytes)),
            _ => entry.target.escape_ascii().to_string(),
        };
        let bits = match entry.kind {
            DataKind::Symlink => 0o777,
            _ => entry.mode,
        };
        let what = format!("{kind} {bits:04o} {}/{} {more}", entry.owner, entry.group);
        facts.insert(format!("path {path}"), what);
        Ok::<_, reldeb::internals::deb::ArchiveError>(())
    })
    .unwrap();
    // Every package gets it.
    facts.remove("path ");
    for (name, member) in &deb.control {
        let text = String::from_utf8_lossy(&member.content).into_owned();
        match name.as_str() {
            // The sums are those of the files.
            "md5sums" => {}
            "control" => {
                let stanza: reldeb::debian::Stanza = text.parse().unwrap();
                for (name, value) in stanza.iter() {
                    facts.insert(format!("control {name}"), words(value));
                }
            }
            // Their order says nothing, nor do comments, and the short names are those with `-await`.
            "conffiles" | "triggers" => {
                for line in text.lines().filter(|line| !line.starts_with('#')) {
                    let line = line.replacen("interest ", "interest-await ", 1);
                    let line = line.replacen("activate ", "activate-await ", 1);
                    facts.insert(format!("{name} {}", line.trim()), String::new());
                }
                facts.remove(&format!("{name} "));
            }
            _ => {
                facts.insert(
                    format!("member {name}"),
                    format!("{:04o}\n{text}", member.mode),
                );
            }
        }
    }
    facts
}

/// A relation stands in one line.
fn words(value: &str) -> String {
    value.trim_end_matches(',').replace(",\n", ", ")
}

/// The lines that two packages differ in.
fn differences(before: &Path, after: &Path) -> Vec<String> {
    let (before, after) = (facts(before), facts(after));
    let mut found = Vec::new();
    for key in before.keys().chain(after.keys()) {
        let (was, is) = (before.get(key), after.get(key));
        if was != is {
            let none = || "none".to_owned();
            let was = was.cloned().unwrap_or_else(none);
            let is = is.cloned().unwrap_or_else(none);
            found.push(format!("{key}: {was} -> {is}"));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Returns whether a difference is one of [`INTENDED`].
fn is_intended(line: &str) -> bool {
    let what = match line.split_once(": hard-link ") {
        Some(_) => "hard-link",
        None => line.split(':').next().unwrap_or_default(),
    };
    let is_listed = INTENDED.iter().any(|(start, _)| *start == what);
    // A description has the same words.
    is_listed
        && (what != "control Description" || {
            let (before, after) = line.split_once(" -> ").unwrap();
            let before = before.trim_start_matches("control Description: ");
            let words = |text: &str| {
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            words(after).starts_with(&words(before))
        })
}

/// Imports a package in a new folder and builds what comes of it; returns the folder, and the built package.
fn again(package: &Path) -> Result<(tempfile::TempDir, std::path::PathBuf), String> {
    let folder = tempfile::TempDir::new().unwrap();
    let name = package.file_name().unwrap();
    std::fs::copy(package, folder.path().join(name)).unwrap();
    for words in [vec!["import".as_ref(), name], vec!["build".as_ref()]] {
        let output = Command::new(env!("CARGO_BIN_EXE_reldeb"))
            .current_dir(folder.path())
            .args(&words)
            .output()
            .unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let errors = said.lines().filter(|line| line.starts_with("error"));
            return Err(errors.collect::<Vec<_>>().join("\n"));
        }
    }
    let built = std::fs::read_dir(folder.path().join("dist")).unwrap();
    let built = built.last().unwrap().unwrap().path();
    Ok((folder, built))
}

#[test]
fn a_package_becomes_itself_again() {
    let folder = tempfile::TempDir::new().unwrap();
    let package = rich().write(folder.path());
    let (place, built) = again(&package).unwrap();
    let manifest = std::fs::read_to_string(place.path().join("reldeb.toml")).unwrap();
    insta::assert_snapshot!("rich", manifest);
    let found = differences(&package, &built);
    let expected = [
        "control Description: everything  in one\nFirst line.\n\n verbatim -> everything in one\nFirst line.\n\n verbatim",
        "control Maintainer: Ann, Inc. <ann@example.com> -> \"Ann, Inc.\" <ann@example.com>",
        "control Section: none -> misc",
        "member config: 0644\n#!/bin/sh\n. /usr/share/debconf/confmodule\n -> 0755\n#!/bin/sh\n. /usr/share/debconf/confmodule\n",
        "path /usr/bin/poor: hard-link 0755 root/root ./usr/bin/rich -> file 0755 root/root 3e2b31c72181b87149ff995e7202c0e3",
        "path /usr/bin/rich: file 0755 root/root 3e2b31c72181b87149ff995e7202c0e3 -> hard-link 0755 root/root ./usr/bin/poor",
    ];
    // Scripts of the package were not executable, as no real one's are.
    let found: Vec<_> = found
        .iter()
        .filter(|line| !line.contains("inst: 0644\n") && !line.contains("rm: 0644\n"))
        .collect();
    assert_eq!(found, expected);
    for script in ["preinst", "postinst", "prerm", "postrm"] {
        let text = |path: &Path| Deb::open(path).unwrap().control[script].content.clone();
        assert_eq!(text(&package), text(&built), "{script}");
    }
}

#[test]
fn what_differs_is_told() {
    let stdout = "
        reldeb.toml
        rich
        next: reldeb build
        ";
    let stderr = "
        warning[import-differs]: the lines of the description are broken in other places
        hint: reldeb breaks lines and takes double blanks out
        warning[import-differs]: the package gets `Section: misc`
        hint: reldeb writes this field into every package
        ";
    let outcome = forged::ask(&rich(), &["import"])
        .stdout(&crate::support::unindent(stdout))
        .stderr(&crate::support::unindent(stderr))
        .run();
    // Nobody gets rights by an import.
    let mode = |path: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::symlink_metadata(outcome.path(path)).unwrap();
        metadata.permissions().mode() & 0o7777
    };
    assert_eq!(mode("rich/root/usr/bin/raise"), 0o755);
    assert_eq!(mode("rich/root/etc/rich/secret"), 0o600);
    assert_eq!(mode("rich/root/usr/lib/rich/1"), 0o644);
    assert_eq!(outcome.names("rich"), ["control", "root", "scripts"]);
}

#[test]
fn a_package_of_our_own_becomes_itself_again() {
    let manifest = "[user]\n[files]\n\"/usr/bin/mine\" = \"/bin/true\"\n\
        \"/etc/demo/conf\" = { source = \"conf\", mode = \"0640\", group = \"demo\" }\n\
        \"/var/lib/demo-data/\" = { directory = true, owner = \"demo\", mode = \"0750\" }\n";
    let outcome = demo("", manifest)
        .file("conf", "a = 1\n")
        .args(["build", "-q"])
        .any_stdout()
        .run();
    let name = outcome.names("dist").pop().unwrap();
    let package = outcome.path(&format!("dist/{name}"));
    let (_place, built) = again(&package).unwrap();
    assert_eq!(differences(&package, &built), [""; 0]);
}

#[test]
fn nothing_is_overwritten() {
    for (path, is_link) in [("rich", false), ("rich", true), ("reldeb.toml", false)] {
        let test = Test::new().file("x.deb", rich().bytes());
        let test = if is_link {
            test.directory("elsewhere").symlink(path, "elsewhere")
        } else {
            test.file(path, "mine")
        };
        let hint = match path {
            "rich" => "remove `rich`: the files of the package go there",
            _ => "write another with `reldeb import --output FILE`",
        };
        let stderr = format!("error: `{path}` exists, and is not overwritten\nhint: {hint}\n");
        let outcome = test
            .args(["import", "x.deb"])
            .status(1)
            .stderr(&stderr)
            .run();
        if is_link {
            assert_eq!(outcome.names("elsewhere"), [""; 0]);
        } else {
            assert_eq!(outcome.read(path), b"mine");
            assert!(outcome.names("").len() == 2, "{:?}", outcome.names(""));
        }
    }
}

#[test]
fn a_rebuild_may_have_the_changelog_of_what_was_built_again() {
    let package = Package::new(below(&[file("./opt/h/b", "x")]));
    let package = package.control(format!("{CONTROL}Source: hello (0.9)\n"));
    let outcome = forged::ask(&package, &["import"])
        .any_stdout()
        .any_stderr()
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let (_, check) = manifest.split_once("[check]\n").unwrap();
    assert_eq!(
        check,
        "allow = { changelog-of-another-version = \"as it was in the package\" }\n"
    );
}

#[test]
fn what_leads_elsewhere_is_refused() {
    let plain = |kind, name: &str| Header::new(kind, name).bytes();
    let link = |kind, name: &str, target: &str| Header::new(kind, name).target(target).bytes();
    #[rustfmt::skip]
    let table = [
        (vec![file("./../x", "x")], "`./../x` is refused: path `/./../x` contains `..`, expected a path without it"),
        (vec![link(b'2', "./opt/h/l", "/tmp"), file("./opt/h/l/x", "x")], "`/opt/h/l/x` lies below `/opt/h/l`, which is no directory"),
        (vec![file("./opt/n/x", "x"), link(b'2', "./opt/n", "/tmp")], "`/opt/n/x` lies below `/opt/n`, which is no directory"),
        (vec![file("./opt/h/a/x", "x")], "`/opt/h/a/x` lies below `/opt/h/a`, which is no directory"),
        (vec![file("./opt/h/a", "x")], "`./opt/h/a` is there twice"),
        (vec![link(b'1', "./opt/h/k", "../../etc/shadow")], "`./opt/h/k` is refused: path `/../../etc/shadow` contains `..`, expected a path without it"),
        (vec![link(b'1', "./opt/h/k", "./etc/shadow")], "`./opt/h/k` is a hard link to `/etc/shadow`, which is no file before it"),
        (vec![link(b'2', "./opt/h/l", "/etc/shadow"), link(b'1', "./opt/h/k", "./opt/h/l")], "`./opt/h/k` is a hard link to `/opt/h/l`, which is no file before it"),
        (vec![plain(b'3', "./opt/h/null")], "`./opt/h/null` is a device or a pipe, expected files, directories and links"),
        (vec![plain(b'4', "./opt/h/disk")], "`./opt/h/disk` is a device or a pipe, expected files, directories and links"),
        (vec![plain(b'6', "./opt/h/pipe")], "`./opt/h/pipe` is a device or a pipe, expected files, directories and links"),
        (vec![plain(b'2', "./opt/h/l")], "`./opt/h/l` is a symlink to nothing"),
    ];
    for (entries, message) in table {
        let stderr = format!("error: `x.deb` is not unpacked: {message}\n");
        let outcome = forged::ask(&Package::new(below(&entries)), &["import"])
            .status(1)
            .stderr(&stderr)
            .run();
        assert_eq!(outcome.names(""), ["x.deb"], "{message}");
    }
}

#[test]
fn what_dpkg_refuses_leaves_nothing() {
    for (what, package, _) in forged::refused::table() {
        let folder = tempfile::TempDir::new().unwrap();
        package.write(folder.path());
        let output = Command::new(env!("CARGO_BIN_EXE_reldeb"))
            .current_dir(folder.path())
            .args(["import", "x.deb"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => {}
            Some(1) => {
                let names = std::fs::read_dir(folder.path()).unwrap().count();
                assert_eq!(names, 1, "{what}: {said}");
            }
            other => panic!("{what}: {other:?}: {said}"),
        }
    }
}

#[test]
fn a_damaged_end_leaves_nothing() {
    let mut bytes = Package::new(below(&[file("./opt/h/b", "x".repeat(10_000))])).bytes();
    bytes.truncate(bytes.len() - 40);
    let folder = Test::new().file("x.deb", bytes);
    let outcome = folder
        .args(["import", "x.deb"])
        .status(1)
        .any_stderr()
        .run();
    assert_eq!(outcome.names(""), ["x.deb"]);
}

#[test]
fn control_files_are_read_with_their_lines() {
    for (text, stderr) in [
        (
            "Package: hostile\nVersion 1\n",
            "error: x.deb: control:2: `Version 1` has no `:`, expected `Field: value`: start a continuation line with a space\n  2 | Version 1\n",
        ),
        (
            "Package: Hostile\nVersion: 1\n",
            "error: x.deb: control:1: invalid package name `Hostile`: contains `H` at character 1, expected lower case letters, digits and `+ - .`\n  1 | Package: Hostile\n",
        ),
        (
            "Version: 1\n",
            "error: x.deb: control:1: there is no field `Package`\n  1 | Package: \n",
        ),
    ] {
        let package = Package::new(below(&[])).control(text);
        forged::ask(&package, &["import"])
            .status(1)
            .stderr(stderr)
            .run();
    }
}

/// fpm writes `<login@machine>` where nobody is named, and other tools an owner's number alone.
#[test]
fn who_has_no_name_is_told() {
    let unnamed = sized("./opt/h/s", 0o640, "x\n")
        .put(108, "0000041\0")
        .put(265, [0; 32]);
    let control = CONTROL.replace(
        CONTROL
            .lines()
            .find(|it| it.starts_with("Maintainer"))
            .unwrap(),
        "Maintainer: <ann@example.com>",
    );
    let package = Package::new(below(&[forged::with_content(unnamed, "x\n")])).control(control);
    let stderr = "
        warning[import-differs]: maintainer `<ann@example.com>` becomes `ann <ann@example.com>`
        hint: Debian wants `Name <address>`
        warning[import-differs]: the description gets a second paragraph
        hint: policy asks for more than a synopsis
        warning[import-differs]: the package gets `Section: misc`
        hint: reldeb writes this field into every package
        warning[import-differs]: the package gets `Priority: optional`
        hint: reldeb writes this field into every package
        warning[import-differs]: `/opt/h/s` becomes root's: it has the owner `33`
        hint: it has no name, by which a manifest knows owners: write that of the number
        ";
    let outcome = forged::ask(&package, &["import"])
        .any_stdout()
        .stderr(&crate::support::unindent(stderr))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let line = "maintainer = \"ann <ann@example.com>\"\n";
    assert!(manifest.contains(line), "{manifest}");
}

#[test]
fn owners_that_nobody_makes_become_root() {
    let secret = forged::with_content(owned(sized("./opt/h/s", 0o640, "x\n"), "jim", "adm"), "x\n");
    let package = Package::new(below(&[secret])).control(CONTROL);
    let stderr = "
        warning[import-differs]: the description gets a second paragraph
        hint: policy asks for more than a synopsis
        warning[import-differs]: the package gets `Section: misc`
        hint: reldeb writes this field into every package
        warning[import-differs]: the package gets `Priority: optional`
        hint: reldeb writes this field into every package
        warning[import-differs]: `/opt/h/s` becomes root's: it has the owner `jim`
        hint: nothing makes such a one before dpkg unpacks the files
        ";
    let outcome = forged::ask(&package, &["import"])
        .any_stdout()
        .stderr(&crate::support::unindent(stderr))
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let line =
        "\"/opt/h/s\" = { source = \"hostile/root/opt/h/s\", mode = \"0640\", group = \"adm\" }\n";
    assert!(manifest.contains(line), "{manifest}");
}

/// Tools without names of owners write numbers alone, and modes of links that mean nothing.
#[test]
fn numbers_of_root_and_modes_of_links_are_no_difference() {
    let unnamed = |header: Header| header.put(265, [0; 32]).put(297, [0; 32]);
    let link = unnamed(Header::new(b'2', "./opt/h/l").target("a").mode(0));
    let secret = unnamed(Header::new(b'0', "./opt/h/s").mode(0o640));
    let description = "Description: d\n e\n";
    let control = format!(
        "{}Section: misc\nPriority: optional\n{description}",
        CONTROL.split_once("Description").unwrap().0
    );
    let package = Package::new(below(&[link.bytes(), secret.bytes()])).control(control);
    let outcome = forged::ask(&package, &["import", "-q"]).any_stdout().run();
    let run = |words: &[&str]| {
        let output = crate::packed::reldeb()
            .args(words)
            .current_dir(outcome.path(""))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let built = run(&["build", "-q"]);
    let said = run(&["diff", "x.deb", built.trim_end()]);
    assert!(!said.contains("rights:"), "{said}");
    let listed = run(&["inspect", built.trim_end()]);
    assert!(listed.contains("-rw-r----- root/root"), "{listed}");
}

/// Imports and builds all packages of the folder that `RELDEB_TEST_PACKAGES` names, and tells the figures.
#[test]
#[ignore = "needs a folder with packages of Debian"]
fn packages_of_debian_become_themselves_again() {
    let folder = std::env::var_os("RELDEB_TEST_PACKAGES").expect("RELDEB_TEST_PACKAGES");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "deb"))
        .collect();
    paths.sort();
    let (mut equal, mut intended, mut report) = (0, 0, String::new());
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy();
        let found = match again(path) {
            Ok((_place, built)) => differences(path, &built),
            Err(errors) => vec![errors],
        };
        let unexpected: Vec<_> = found.iter().filter(|line| !is_intended(line)).collect();
        match (found.len(), unexpected.len()) {
            (0, _) => equal += 1,
            (_, 0) => intended += 1,
            _ => writeln!(report, "{name}: {unexpected:#?}").unwrap(),
        }
    }
    let all = paths.len();
    eprintln!("{all} packages: {equal} equal, {intended} with intended differences only");
    assert!(report.is_empty(), "{report}");
}
