//! Every error that a user can cause, by its exact text; and that nothing is written then.

mod alternatives;
mod files;
mod ignored;
mod machine;
mod manifest;
mod nearest;
mod other_tools;
mod registries;
mod suites;

use crate::support::Test;

const START: &str = "\
[package]
name = \"demo\"
version = \"1.0\"
maintainer = \"Ann Example <ann@example.com>\"
description = \"demonstrates\"
";

/// A manifest, with a plain release of one program.
pub(super) fn demo(more: &str) -> Test {
    Test::new()
        .manifest(&format!("{START}\n[release]\npath = \"rel\"\n{more}"))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .args(["build", "-q"])
}

/// Runs a build that must fail, and sees that it left no package.
#[track_caller]
pub(crate) fn refused(test: Test, expected: &str) {
    let outcome = test.status(1).stderr(expected).run();
    let there = outcome.names(".");
    assert!(
        !there
            .iter()
            .any(|name| name == "dist" || name.ends_with(".deb")),
        "{there:?}"
    );
}

/// A manifest whose `[package]` table is this.
pub(super) fn package(text: &str) -> Test {
    Test::new()
        .manifest(&format!("[package]\n{text}\n[release]\npath = \"rel\"\n"))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .args(["build", "-q"])
}
