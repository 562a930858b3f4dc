//! The copyright file claims what somebody said, and nothing else.

use std::process::Command;

use crate::sketch::elf;
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
    packed(test.args(["build", "-q"]))
}

/// The copyright file after its head, of the package `app` that a build makes.
fn packed(test: Test) -> String {
    let outcome = test.any_stdout().run();
    let package = outcome.path(outcome.stdout.trim());
    let unpacked = Command::new("dpkg-deb")
        .arg("-x")
        .args([package, outcome.path("unpacked")])
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

/// Resource files of applications in a release: directory, name, version, comment and settings.
const APPLICATIONS: [(&str, &str, &str, &str, &str); 11] = [
    ("app-1.0", "app", "1.0", "", ""),
    // One of an umbrella.
    ("shelf-1.0", "shelf", "1.0", "", ""),
    ("old-2.0", "old", "2.0", "", ""),
    ("jam-2.0", "jam", "2.0", "", ""),
    ("cow-3.0", "cow", "3.0", "", ""),
    (
        "bun-1.0",
        "bun",
        "1.0",
        "% Copyright (c) 2020 Ann\n",
        ", {licenses, [\"BSD-3-Clause\"]}",
    ),
    // The name of one of OTP's, but not by its makers.
    ("tools-9.0", "tools", "9.0", "", ""),
    (
        "kernel-8.5",
        "kernel",
        "8.5",
        "%% Copyright Ericsson AB 1996-2021. All Rights Reserved.\n",
        "",
    ),
    (
        "ssl-10.8",
        "ssl",
        "10.8",
        "",
        ", {runtime_dependencies, [\"erts-13.0\"]}",
    ),
    ("elixir-1.14.0", "elixir", "1.14.0", "", ""),
    ("logger-1.14.0", "logger", "1.14.0", "", ""),
];

/// The words of hex on dependencies: folder, version and licences.
const HEX: [(&str, &str, &str); 3] = [
    // Another version says nothing of this one.
    ("deps/old", "1.0", "<<\"MIT\">>"),
    ("deps/jam", "2.0", "<<\"MIT\">>,<<\"Apache 2.0\">>"),
    ("_build/prod/lib/cow", "3.0", "<<\"ISC OR MIT\">>"),
];

const SCRIPT: &str =
    "#!/bin/sh\nRELX_CONFIG_PATH=x\ncase \"$1\" in\n  foreground|stop|ping)\n  ;;\nesac\n";

/// A release of Erlang with applications of its own and of others.
fn erlang(license: &str) -> Test {
    let mut test = Test::new()
        .manifest(&format!(
            "[package]\nname = \"app\"\ndescription = \"sells things\"\nlicense = \"{license}\"\n\
             maintainer = \"Packager <packager@example.com>\"\n\
             [release]\npath = \"_build/prod/rel/app\"\n[build]\ncompression = \"gzip\"\n"
        ))
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .directory("apps/shelf");
    for (folder, version, licenses) in HEX {
        let content =
            format!("{{<<\"version\">>,<<\"{version}\">>}}.\n{{<<\"licenses\">>,[{licenses}]}}.\n");
        test = test.file(&format!("{folder}/hex_metadata.config"), content);
    }
    let release = "_build/prod/rel/app";
    for (folder, name, version, comment, more) in APPLICATIONS {
        let content =
            format!("{comment}{{application, {name}, [{{vsn, \"{version}\"}}{more}]}}.\n");
        test = test.file(&format!("{release}/lib/{folder}/ebin/{name}.app"), content);
    }
    let rel = "{release,{\"app\",\"1.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n";
    for (path, content) in [
        ("releases/start_erl.data", "13.1.5 1.0"),
        ("releases/1.0/app.rel", rel),
        ("releases/1.0/start.boot", ""),
        ("releases/1.0/vm.args", "-sname app@localhost\n"),
    ] {
        test = test.file(&format!("{release}/{path}"), content);
    }
    test.executable(&format!("{release}/erts-13.1.5/bin/erlexec"), elf(62, 2))
        .executable(&format!("{release}/bin/app"), SCRIPT)
}

#[test]
fn others_in_a_release_are_named_with_what_they_say() {
    let text = packed(erlang("MIT").args(["build", "-q"]));
    let expected = "\
Copyright: not stated (packaged in 2023)
License: MIT
 The author of this package states no licence text here. Ask the holder of the
 copyright before you pass it on.

Files:
 opt/app/erts-13.1.5/*
 opt/app/lib/kernel-8.5/*
 opt/app/lib/ssl-10.8/*
Copyright: 1996-2021 Ericsson AB
License: Apache-2.0
Comment: Erlang/OTP 25

Files:
 opt/app/lib/elixir-1.14.0/*
 opt/app/lib/logger-1.14.0/*
Copyright: not stated in the release
License: Apache-2.0
Comment: Elixir 1.14.0

Files:
 opt/app/lib/bun-1.0/*
Copyright: 2020 Ann
License: BSD-3-Clause

Files:
 opt/app/lib/cow-3.0/*
Copyright: not stated in the release
License: ISC or MIT

Files:
 opt/app/lib/jam-2.0/*
Copyright: not stated in the release
License: MIT and Apache-2.0

Files:
 opt/app/lib/old-2.0/*
Copyright: not stated in the release
License: unknown

Files:
 opt/app/lib/tools-9.0/*
Copyright: not stated in the release
License: unknown

License: Apache-2.0
 On Debian systems, the text of the Apache License, version 2.0,
 is in /usr/share/common-licenses/Apache-2.0.

License: BSD-3-Clause
 The release does not hold the text of this licence: see the sources of the
 parts above.

License: ISC
 The release does not hold the text of this licence: see the sources of the
 parts above.

License: unknown
 Neither these parts nor their metadata tell their licence. Ask their authors
 before you pass them on.
";
    assert_eq!(text, expected);
}

#[test]
fn lintian_reads_the_copyright_of_a_release() {
    if Command::new("lintian").arg("--version").output().is_err() {
        return crate::support::skip("needs `lintian`");
    }
    for license in ["MIT", "Apache-2.0", ""] {
        let outcome = erlang(license).args(["build", "-q"]).any_stdout().run();
        let output = Command::new("lintian")
            .args(["-EvIL", "+pedantic", "--allow-root"])
            .arg(outcome.path(outcome.stdout.trim()))
            .output();
        let output = output.unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let of_it: Vec<_> = said.lines().filter(|it| it.contains("copyright")).collect();
        assert_eq!(of_it, [""; 0], "{license}");
    }
}
