//! Hard links of a release, and of one tree of `[files]`.

use std::process::Command;

use crate::support::Test;

const MANIFEST: &str = "\
[package]
name = \"demo\"
version = \"1.0\"
architecture = \"all\"
maintainer = \"Ann Example <ann@example.com>\"
description = \"demonstrates\"
";

fn demo(more: &str, links: &[(&str, &str)]) -> Test {
    let test = Test::new()
        .manifest(&format!("{MANIFEST}{more}"))
        .file("tree/b", "b".repeat(3000))
        .directory("tree/c");
    for (name, file) in links {
        std::fs::hard_link(test.path(file), test.path(name)).unwrap();
    }
    test
}

/// Returns the lines of the plan about files of the tree, without their origins.
fn planned(test: Test) -> Vec<String> {
    let outcome = test.args(["plan", "-q"]).any_stdout().any_stderr().run();
    let lines = outcome.stdout.lines().filter(|line| {
        line.contains("./usr/share/demo/")
            || line.contains("./etc/demo/")
            || line.contains("./opt/demo/")
    });
    let lines = lines.filter(|line| !line.starts_with('d'));
    lines
        .map(|line| {
            let line = line.split("  <-").next().unwrap_or_default();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn the_first_name_is_the_file() {
    let links = [("tree/a", "tree/b"), ("tree/c/d", "tree/b")];
    let files = "[files]\n\"/usr/share/demo/\" = \"tree\"\n";
    assert_eq!(
        planned(demo(files, &links)),
        [
            "-rw-r--r-- root/root 3000 ./usr/share/demo/a",
            "hrw-r--r-- root/root 0 ./usr/share/demo/b link to ./usr/share/demo/a",
            "hrw-r--r-- root/root 0 ./usr/share/demo/c/d link to ./usr/share/demo/a",
        ]
    );
    let release = "[release]\npath = \"tree\"\n[service]\nmanagers = []\ncommand = false\n";
    let test = demo(release, &links).executable("tree/bin/demo", "#!/bin/sh\n");
    assert_eq!(
        planned(test),
        [
            "-rw-r--r-- root/root 3000 ./opt/demo/a",
            "hrw-r--r-- root/root 0 ./opt/demo/b link to ./opt/demo/a",
            "-rwxr-xr-x root/root 10 ./opt/demo/bin/demo",
            "hrw-r--r-- root/root 0 ./opt/demo/c/d link to ./opt/demo/a",
        ]
    );
}

/// Two files stay two where they are conffiles, or differ in the package.
#[test]
fn what_differs_is_copied() {
    for (files, expected) in [
        (
            "\"/etc/demo/\" = \"tree\"",
            [
                "-rw-r--r-- root/root 3000 ./etc/demo/a (conffile)",
                "-rw-r--r-- root/root 3000 ./etc/demo/b (conffile)",
            ],
        ),
        (
            "\"/etc/demo/\" = { source = \"tree\", conffile = false }",
            [
                "-rw-r--r-- root/root 3000 ./etc/demo/a",
                "-rw-r--r-- root/root 3000 ./etc/demo/b",
            ],
        ),
        (
            "\"/usr/share/demo/a\" = \"tree/a\"\n\"/usr/share/demo/b\" = \"tree/b\"",
            [
                "-rw-r--r-- root/root 3000 ./usr/share/demo/a",
                "-rw-r--r-- root/root 3000 ./usr/share/demo/b",
            ],
        ),
        (
            "\"/usr/share/demo/\" = \"tree\"\n\
             \"/usr/share/demo/b\" = { source = \"tree/b\", mode = \"0600\" }",
            [
                "-rw-r--r-- root/root 3000 ./usr/share/demo/a",
                "-rw------- root/root 3000 ./usr/share/demo/b",
            ],
        ),
    ] {
        let test = demo(&format!("[files]\n{files}\n"), &[("tree/a", "tree/b")]);
        assert_eq!(planned(test), expected, "{files}");
    }
}

/// The package says of each name what dpkg-deb would, and counts the file once.
#[test]
fn the_archive_holds_what_is_planned() {
    let files = "[files]\n\"/usr/share/demo/\" = \"tree\"\n";
    let test = demo(files, &[("tree/a", "tree/b")]).args(["build", "-q", "-o", "demo.deb"]);
    let outcome = test.any_stdout().any_stderr().run();
    let shown = |arguments: &[&str]| {
        let mut command = Command::new("dpkg-deb");
        let output = command
            .args(arguments)
            .arg(outcome.path("demo.deb"))
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let list = shown(&["-c"]);
    let links: Vec<&str> = list.lines().filter(|line| line.starts_with('h')).collect();
    assert_eq!(links.len(), 1, "{list}");
    assert!(
        links[0].ends_with(" ./usr/share/demo/b link to ./usr/share/demo/a"),
        "{list}"
    );
    // 3 for the file, 1 for the copyright file, and one for each directory.
    let directories = list.lines().filter(|line| line.starts_with('d')).count();
    let files = list.lines().filter(|line| line.starts_with('-')).count();
    let size = format!("Installed-Size: {}\n", directories + files + 2);
    assert!(shown(&["-f"]).contains(&size), "{size}{list}");
}
