//! Packages without a release: commands, services, data and meta packages, each file where it belongs.

use std::process::Command;

use crate::errors::refused;
use crate::sketch::elf;
use crate::support::{Outcome, Test};

const AMD64: u8 = 62;

/// A manifest with name and version.
fn package(more: &str) -> Test {
    identified("name = \"demo\"\nversion = \"1.0\"\n", more)
}

fn identified(identity: &str, more: &str) -> Test {
    Test::new()
        .manifest(&format!(
            "[package]\n{identity}maintainer = \"Ann Example <ann@example.com>\"\n\
             description = \"demonstrates\"\n{more}\n"
        ))
        .executable("target/release/demo", elf(AMD64, 2))
        .file("demo.1", ".TH DEMO 1\n")
        .args(["build", "-q"])
}

/// Returns what dpkg-deb says of the package.
fn dpkg_deb(built: &Outcome, option: &str) -> String {
    let names = built.names("dist");
    let output = Command::new("dpkg-deb")
        .arg(option)
        .arg(built.path("dist").join(&names[0]))
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Owner, mode and path of all that is no directory, but for the documents.
fn listed(built: &Outcome) -> Vec<String> {
    let text = dpkg_deb(built, "--contents");
    let mut lines = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let path = words[5..].join(" ");
        if !path.ends_with('/') && !path.contains("/usr/share/doc/") && !path.contains("/lintian/")
        {
            lines.push(format!("{} {} {path}", words[0], words[1]));
        }
    }
    lines
}

/// The members of the control archive.
fn control(built: &Outcome) -> Vec<String> {
    let names = built.names("dist");
    let output = Command::new("dpkg-deb")
        .arg("--ctrl-tarfile")
        .arg(built.path("dist").join(&names[0]))
        .output()
        .unwrap();
    let mut archive = tar::Archive::new(&output.stdout[..]);
    let entries = archive.entries().unwrap();
    let paths = entries.map(|entry| entry.unwrap().path().unwrap().display().to_string());
    paths.filter(|path| path != "./").collect()
}

#[test]
fn a_command_is_its_files_and_nothing_else() {
    let built = package(
        "[files]\n\"/usr/bin/demo\" = \"target/release/demo\"\n\
         \"/usr/share/man/man1/demo.1\" = \"demo.1\"",
    )
    .stdout("dist/demo_1.0_amd64.deb\n")
    .run();
    assert_eq!(
        listed(&built),
        [
            "-rwxr-xr-x root/root ./usr/bin/demo",
            "-rw-r--r-- root/root ./usr/share/man/man1/demo.1.gz",
        ]
    );
    assert_eq!(control(&built), ["./control", "./md5sums"]);
    let text = dpkg_deb(&built, "--field");
    assert!(text.contains("Architecture: amd64\n"), "{text}");
    assert!(
        text.ends_with("Description: demonstrates\n This package is not part of Debian.\n"),
        "{text}"
    );
    assert!(!text.contains("Pre-Depends"), "{text}");
}

#[test]
fn data_and_relations_alone_make_packages_for_all_machines() {
    package("[files]\n\"/usr/share/demo/\" = \"demo.1\"\n[release]")
        .stdout("dist/demo_1.0_all.deb\n")
        .run();
    let meta = identified(
        "name = \"demo\"\nversion = \"1.0\"\ndepends = [\"one\", \"two (>= 2)\"]\n",
        "",
    );
    let built = meta.stdout("dist/demo_1.0_all.deb\n").run();
    assert_eq!(listed(&built), [""; 0]);
    assert_eq!(control(&built), ["./control", "./md5sums"]);
    let text = dpkg_deb(&built, "--field");
    assert!(text.contains("Depends: one, two (>= 2)\n"), "{text}");
}

#[test]
fn the_newest_source_gives_the_time() {
    let files =
        "[files]\n\"/usr/bin/demo\" = \"target/release/demo\"\n\"/usr/share/demo/\" = \"*.1\"";
    let at = |test: &Test, path: &str, seconds: u64| {
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let file = std::fs::File::open(test.path(path)).unwrap();
        file.set_modified(time).unwrap();
    };
    for (epoch, expected) in [
        (None, "2020-09-13 12:26"),
        (Some("1700000000"), "2023-11-14 22:13"),
    ] {
        let mut sources = package(files).stdout("dist/demo_1.0_amd64.deb\n");
        at(&sources, "target/release/demo", 1_500_000_000);
        at(&sources, "demo.1", 1_600_000_000);
        if let Some(epoch) = epoch {
            sources = sources.env("SOURCE_DATE_EPOCH", epoch);
        }
        let built = sources.run();
        let output = Command::new("dpkg-deb")
            .env("TZ", "UTC")
            .arg("-c")
            .arg(built.path("dist/demo_1.0_amd64.deb"))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().all(|line| line.contains(expected)), "{text}");
    }
}

#[test]
fn cargo_gives_name_and_version() {
    let files = "[files]\n\"/usr/bin/demo\" = \"target/release/demo\"";
    identified("", files)
        .file(
            "Cargo.toml",
            "[package]\nname = \"my_demo\"\nversion = \"2.0.0-rc.1\"\n",
        )
        .file("src/main.rs", "fn main() {}\n")
        .stdout("dist/my-demo_2.0.0~rc.1_amd64.deb\n")
        .run();
    let workspace = |identity: &str, version: &str| {
        identified(identity, files)
            .file(
                "Cargo.toml",
                "[workspace]\nmembers = [\"one\", \"two\", \"lib\"]\n",
            )
            .file(
                "one/Cargo.toml",
                "[package]\nname = \"demo-one\"\nversion = \"1.1.0\"\n",
            )
            .file("one/src/main.rs", "fn main() {}\n")
            .file(
                "two/Cargo.toml",
                format!("[package]\nname = \"demo_two\"\nversion = \"{version}\"\n"),
            )
            .file("two/src/main.rs", "fn main() {}\n")
            .file(
                "lib/Cargo.toml",
                "[package]\nname = \"demo-lib\"\nversion = \"9.0.0\"\n",
            )
            .file("lib/src/lib.rs", "")
    };
    workspace("name = \"demo-two\"\n", "1.2.0")
        .stdout("dist/demo-two_1.2.0_amd64.deb\n")
        .run();
    workspace("name = \"demo\"\n", "1.1.0")
        .stdout("dist/demo_1.1.0_amd64.deb\n")
        .run();
    refused(
        workspace("", "1.2.0"),
        "
        error: `[DIR]/Cargo.toml` has several packages: `demo-one`, `demo_two`
        hint: write the name of one below `[package]`, such as `name = \"demo-one\"`
        ",
    );
    refused(
        workspace("name = \"demo\"\n", "1.2.0"),
        "
        error: `package.version` is missing in `reldeb.toml`
        hint: write `version = \"…\"` below `[package]`, or give `--version`
        ",
    );
}

#[test]
fn what_is_missing_is_named() {
    let files = "[files]\n\"/usr/bin/demo\" = \"target/release/demo\"";
    refused(
        identified("version = \"1.0\"\n", files),
        "
        error: `package.name` is missing in `reldeb.toml`
        hint: write `name = \"…\"` below `[package]`
        ",
    );
    refused(
        identified("name = \"demo\"\n", files),
        "
        error: `package.version` is missing in `reldeb.toml`
        hint: write `version = \"…\"` below `[package]`, or give `--version`
        ",
    );
    refused(
        package(""),
        "
        error: `release.path` is missing in `reldeb.toml`
        hint: write `path = \"_build/prod/rel/NAME\"` below `[release]`, or the files of the package below `[files]`
        ",
    );
    refused(
        package(&format!("{files}\n[release]\ntarget = \"/opt/demo\"")),
        "
        error: `target` of `[release]` in `reldeb.toml` is about a release, but `path` names none
        hint: write `path` beside it, or leave `target` out: `[files]` says itself where each file goes
        ",
    );
    refused(
        package(&format!("{files}\n[release]\nbundle-libraries = true")),
        "
        error: `bundle-libraries` of `[release]` in `reldeb.toml` is about a release, but `path` names none
        hint: bundled libraries lie in the directory of a release: write its `path` beside it, or leave \
         `bundle-libraries` out, and `Depends` asks for the packages of the libraries
        ",
    );
}

/// A package with a service, of a program and a file that is none.
fn service(more: &str) -> Test {
    package(&format!(
        "[files]\n\"/usr/bin/demo\" = \"target/release/demo\"\n\"/usr/share/demo/\" = \"demo.1\"\n\
         [service]\n{more}"
    ))
}

#[test]
fn a_file_of_the_package_serves() {
    let built = service("program = \"/usr/bin/demo\"\narguments = [\"serve\"]")
        .stdout("dist/demo_1.0_amd64.deb\n")
        .run();
    assert_eq!(
        listed(&built),
        [
            "-rw-r----- root/demo ./etc/default/demo",
            "-rwxr-xr-x root/root ./etc/init.d/demo",
            "-rw-r--r-- root/root ./etc/logrotate.d/demo",
            "-rwxr-xr-x root/root ./usr/bin/demo",
            "-rw-r--r-- root/root ./usr/lib/systemd/system/demo.service",
            "-rwxr-xr-x root/root ./usr/libexec/demo/as-service",
            "-rw-r--r-- root/root ./usr/share/demo/demo.1",
        ]
    );
    let all = dpkg_deb(&built, "--ctrl-tarfile") + &dpkg_deb(&built, "--fsys-tarfile");
    assert!(!all.contains("/opt"), "nothing is of /opt");
    assert!(all.contains("ExecStart=/usr/bin/demo serve\n"));
    // A command of another name is made where it is asked for.
    let built = service("program = \"/usr/bin/demo\"\ncommand = \"democtl\"")
        .stdout("dist/demo_1.0_amd64.deb\n")
        .run();
    let paths = listed(&built).join("\n");
    assert!(paths.contains("./usr/bin/democtl\n"), "{paths}");
}

#[test]
fn the_program_must_be_in_the_package() {
    for (more, expected) in [
        (
            "",
            "
            error: `[service]` has no program, and the package has no release
            hint: write the path of a file of the package below `[service]`, such as `program = \"/usr/bin/NAME\"`
            ",
        ),
        (
            "program = \"bin/demo\"",
            "
            error: reldeb.toml:10: program `bin/demo` is a path in a release, and the package has none
              10 | program = \"bin/demo\"
            hint: write its path in the package, such as `/usr/bin/demo`
            ",
        ),
        (
            "program = \"/usr/bin/other\"",
            "
            error: program `/usr/bin/other` of `[service]` is not in the package
            hint: name its source in `[files]`: `\"/usr/bin/other\" = \"…\"`
            ",
        ),
        (
            "program = \"/usr/share/demo/demo.1\"",
            "
            error: program `/usr/share/demo/demo.1` of `[service]` is not executable
            hint: give the file its executable bit, or `mode = \"0755\"` in `[files]`: \
             `\"/usr/share/demo/demo.1\" = { source = \"…\", mode = \"0755\" }`
            ",
        ),
        (
            "program = \"/usr/bin/demo\"\ncommand = \"demo\"",
            "
            error: reldeb.toml:11: command `demo` is the service's program itself
              11 | command = \"demo\"
            hint: leave `command` out, or write another name such as `democtl`
            ",
        ),
    ] {
        refused(service(more), expected);
    }
}

#[test]
fn an_absolute_path_names_a_program_of_the_release_too() {
    let plan = |program: &str| {
        Test::new()
            .manifest(&format!(
                "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
                 maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"demonstrates\"\n\
                 [release]\npath = \"rel\"\n[service]\nprogram = \"{program}\"\n"
            ))
            .executable("rel/bin/demo", "#!/bin/sh\n")
            // Two files that are written one after the other may lie in two seconds.
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .args(["plan", "-q", "--json"])
            .any_stdout()
            .run()
            .stdout
    };
    assert_eq!(plan("/opt/demo/bin/demo"), plan("bin/demo"));
}

#[test]
fn a_user_owns_files_without_a_service() {
    let files = |more: &str| {
        package(&format!(
            "[files]\n\"/var/lib/demo/\" = {{ directory = true, owner = \"demo\", group = \"demo\", mode = \"0750\" }}\n{more}"
        ))
    };
    let built = files("[user]").stdout("dist/demo_1.0_all.deb\n").run();
    assert_eq!(
        control(&built),
        ["./control", "./md5sums", "./postinst", "./preinst"]
    );
    let text = dpkg_deb(&built, "--field");
    assert!(text.contains("Pre-Depends: passwd\n"), "{text}");
    let text = dpkg_deb(&built, "--contents");
    assert!(text.contains("drwxr-x--- demo/demo "), "{text}");
    assert!(!text.contains("/var/log"), "{text}");
}

#[test]
fn owners_that_nobody_makes_are_refused() {
    let files = |entry: &str, more: &str| {
        package(&format!(
            "[files]\n\"/usr/share/demo/demo.1\" = {{ source = \"demo.1\", {entry} }}\n{more}"
        ))
    };
    refused(
        files("owner = \"demo\"", ""),
        "
        error: reldeb.toml:7: owner `demo` of `/usr/share/demo/demo.1` is made by nobody
        hint: have the package make it: `name = \"demo\"` below `[user]`
        ",
    );
    refused(
        files("group = \"other\"", "[user]"),
        "
        error: reldeb.toml:7: group `other` of `/usr/share/demo/demo.1` is made by nobody
        hint: have the package make it: `name = \"other\"` below `[user]`
        ",
    );
    for (entry, more) in [
        ("owner = \"www-data\", group = \"adm\"", ""),
        ("group = \"other\"", "[user]\ngroups = [\"other\"]"),
        (
            "owner = \"other\"",
            "[hooks]\nbefore-first-install = \"demo.1\"",
        ),
    ] {
        files(entry, more).any_stdout().any_stderr().run();
    }
}
