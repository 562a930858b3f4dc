//! `[package] suites` before the dpkg of each.

use crate::support::{Outcome, Test};
use crate::system::System;

const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"1.0\"\n\
    maintainer = \"Ops Team <ops@example.com>\"\ndescription = \"program of the tests\"\n";

/// The suites that refuse zstd are those whose dpkg does.
#[test]
fn dpkg_reads_what_is_built_for_its_suite() {
    for suite in ["bullseye", "bookworm", "trixie", "sid"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        let pack = |package: &str, compression: &str, status: i32| {
            let test = Test::new()
                .manifest(&format!("{MANIFEST}{package}\n[release]\npath = \"rel\"\n"))
                .executable("rel/bin/app", "#!/bin/sh\n")
                .args(["build", "-q", "--compression", compression, "-o", "a.deb"])
                .status(status)
                .any_stdout()
                .any_stderr();
            test.run()
        };
        let install = |outcome: &Outcome| {
            system.copy(outcome.path("a.deb"), "/root/a.deb");
            system.run(["dpkg", "-i", "/root/a.deb"])
        };
        let declared = format!("suites = [\"{suite}\"]");
        install(&pack(&declared, "xz", 0)).success();
        let zstd = install(&pack("", "zstd", 0));
        pack(&declared, "zstd", i32::from(zstd.status != 0));
        assert_eq!(zstd.status != 0, suite == "bullseye", "{}", zstd.stderr);
    }
}
