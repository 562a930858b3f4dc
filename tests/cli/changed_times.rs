//! Relations by hand, on an architecture whose libraries have other names since the change to 64-bit times.

use crate::support::Test;

fn package(architecture: &str, more: &str) -> Test {
    Test::new()
        .manifest(&format!(
            "[package]\nname = \"app\"\nversion = \"1.0\"\ndescription = \"sells things\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\narchitecture = \"{architecture}\"\n\
             {more}\n\n[release]\npath = \"rel\"\n"
        ))
        .executable("rel/bin/app", "#!/bin/sh\n")
}

const SAID: &str = "\
warning[relation-renamed]: relation `libssl3 (>= 3.0.0)` cannot be met on Debian 13 (trixie), whose libraries for `armhf` have \
other names since the change to 64-bit times
hint: write `libssl3t64 | libssl3`, or `\"auto\"` in place of it for all that the ELF files need
";

#[test]
fn an_old_name_is_said_where_it_is_gone() {
    let old = "depends = [\"libssl3 (>= 3.0.0)\", \"libssl3t64 | libssl3\", \"adduser\"]";
    let outcome = package("armhf", old)
        .args(["build"])
        .stdout("dist/app_1.0_armhf.deb\n")
        .stderr(SAID)
        .run();
    let package_file = outcome.path("dist/app_1.0_armhf.deb");
    Test::new()
        .args(["check", package_file.to_str().unwrap()])
        .any_stdout()
        .stderr(SAID)
        .run();
    for (architecture, more) in [
        ("arm64", old.to_owned()),
        ("i386", old.to_owned()),
        ("armhf", format!("{old}\nsuites = [\"bookworm\"]")),
        ("armhf", "depends = [\"libssl3t64 | libssl3\"]".to_owned()),
    ] {
        package(architecture, &more)
            .args(["plan"])
            .any_stdout()
            .run();
    }
}
