//! Suites that nobody knows, and what the declared ones cannot read.

use super::{START, demo, package, refused};
use crate::support::Test;

#[test]
fn an_unknown_suite_is_refused_with_the_known_ones() {
    let cases = [
        (
            "[\"bookworm\", \"bulseye\"]",
            "bulseye",
            "hint: did you mean `bullseye`?\n",
        ),
        ("[\"debian-11\"]", "debian-11", "hint: write `bullseye`\n"),
        ("[12]", "12", "hint: write `bookworm`\n"),
        ("[22.04]", "22.04", "hint: write `jammy`\n"),
        ("[\"buster\"]", "buster", ""),
    ];
    for (suites, name, hint) in cases {
        refused(
            package(&format!("suites = {suites}")),
            &format!(
                "error: reldeb.toml:2: unknown suite `{name}`, expected one of `bullseye`, `bookworm`, `trixie`, `sid`, `focal`, `jammy` and `noble`\n  2 | suites = {suites}\n{hint}"
            ),
        );
    }
    refused(
        package("suites = [\n\"jammy\",\n\"Noble\",\n]"),
        "
        error: reldeb.toml:4: unknown suite `Noble`, expected one of `bullseye`, `bookworm`, `trixie`, `sid`, `focal`, `jammy` and `noble`
          4 | \"Noble\",
        hint: write `noble`
        ",
    );
    refused(
        package("suites = [true]"),
        "
        error: reldeb.toml:2: found boolean `true`, expected a string
          2 | suites = [true]
        ",
    );
}

/// [`demo`] for Debian 11, among others.
fn for_bullseye(more: &str) -> Test {
    demo("").manifest(&format!(
        "{START}suites = [\"bookworm\", \"bullseye\"]\n[release]\npath = \"rel\"\n{more}"
    ))
}

#[test]
fn a_compression_that_a_declared_suite_cannot_read_is_refused() {
    for zstd in ["zstd", "zstd:3"] {
        refused(
            for_bullseye(&format!("[build]\ncompression = {zstd:?}\n")),
            &format!(
                "
        error: reldeb.toml:10: compression `zstd` cannot be read on Debian 11 (bullseye), which is in `suites`: its dpkg is older than 1.21.18, expected `xz`, `gzip` or `none`
          10 | compression = {zstd:?}
        hint: write `xz` (smallest) or `gzip` (fastest), or take `bullseye` out of `suites`
        "
            ),
        );
    }
    for more in ["", "[build]\ncompression = \"xz\"\n"] {
        refused(
            for_bullseye(more).args(["--compression", "zstd:19"]),
            "
            error: reldeb.toml:6: compression `zstd` of `--compression` cannot be read on Debian 11 (bullseye), which is in `suites`: its dpkg is older than 1.21.18, expected `xz`, `gzip` or `none`
              6 | suites = [\"bookworm\", \"bullseye\"]
            hint: write `xz` (smallest) or `gzip` (fastest), or take `bullseye` out of `suites`
            ",
        );
    }
}
