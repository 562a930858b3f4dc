//! The copyright file claims what somebody said, and nothing else.

use std::process::Command;

use crate::support::Test;

const APACHE: &str =
    "Apache License\nVersion 2.0, January 2004\nCopyright [yyyy] [name of copyright owner]\n";

/// Files by their paths.
type Files<'a> = &'a [(&'a str, &'a str)];

/// The copyright file after its head, of a package with these files beside its manifest.
fn copyright(lines: &str, files: Files<'_>) -> String {
    let mut test = Test::new()
        .manifest(&format!(
            "[package]\nname = \"app\"\nversion = \"1.0\"\ndescription = \"sells things\"\n\
             maintainer = \"Packager <packager@example.com>\"\n{lines}\n\n[release]\npath = \"rel\"\n"
        ))
        .executable("rel/bin/app", "#!/bin/sh\n")
        .env("SOURCE_DATE_EPOCH", "1700000000");
    for (path, content) in files {
        test = test.file(path, content);
    }
    let outcome = test
        .args(["build", "-q"])
        .stdout("dist/app_1.0_all.deb\n")
        .run();
    let unpacked = Command::new("dpkg-deb")
        .arg("-x")
        .args([
            outcome.path("dist/app_1.0_all.deb"),
            outcome.path("unpacked"),
        ])
        .status();
    assert!(unpacked.unwrap().success());
    let read = outcome.read("unpacked/usr/share/doc/app/copyright");
    let read = String::from_utf8(read).unwrap();
    let (_, rest) = read.split_once("Files: *\n").unwrap();
    rest.to_owned()
}

#[test]
fn the_holder_is_whom_somebody_names() {
    let cargo = "[package]\nname = \"app\"\nversion = \"1.0.0\"\n\
                 authors = [\"Ann <ann@example.com>\", \"Bob\"]\n";
    let mit = "MIT License\n\nCopyright (c) 2019 Carla\n\nPermission is granted\n";
    let cases: [(&str, Files<'_>, &str); 4] = [
        ("", &[], "Copyright: not stated (packaged in 2023)\n"),
        (
            "",
            &[("LICENSE", APACHE), ("Cargo.toml", cargo)],
            "Copyright: 2023 Ann <ann@example.com>, Bob\n",
        ),
        (
            "",
            &[("LICENSE-MIT", mit), ("Cargo.toml", cargo)],
            "Copyright: 2019 Carla\n",
        ),
        (
            "copyright = \"Dan\"",
            &[("LICENSE-MIT", mit)],
            "Copyright: 2023 Dan\n",
        ),
    ];
    for (lines, files, expected) in cases {
        let text = copyright(lines, files);
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn both_texts_of_a_choice_are_there() {
    let files = [
        ("LICENSE-APACHE", APACHE),
        (
            "LICENSE-MIT",
            "Copyright (c) 2019 Carla\n\nPermission is granted\n",
        ),
    ];
    assert_eq!(
        copyright("license = \"MIT OR Apache-2.0\"", &files),
        "Copyright: 2019 Carla\nLicense: MIT or Apache-2.0\n \
         On Debian systems, the text of the Apache License, version 2.0,\n \
         is in /usr/share/common-licenses/Apache-2.0.\n .\n \
         Copyright (c) 2019 Carla\n .\n Permission is granted\n"
    );
}
