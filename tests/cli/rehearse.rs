//! `reldeb rehearse`, where it cannot begin. What it does is in tests/systems/rehearse.rs.

use crate::support::Test;

#[test]
fn a_package_that_is_not_there_is_no_finding() {
    Test::new()
        .env("HOME", "/nonexistent")
        .args(["rehearse", "none.deb"])
        .status(2)
        .stderr("error: cannot open `none.deb`: no such file or directory\n")
        .run();
}

#[test]
fn there_must_be_a_place_for_roots() {
    Test::new()
        .env("HOME", "")
        .env("XDG_CACHE_HOME", "relative")
        .args(["rehearse", "none.deb"])
        .status(2)
        .stderr(
            "error: no folder for the roots of throwaway systems\n\
             hint: set HOME or XDG_CACHE_HOME\n",
        )
        .run();
}

#[test]
fn a_suite_is_a_word() {
    Test::new()
        .args(["rehearse", "none.deb", "--suite", "bookworm,../x"])
        .status(2)
        .stderr(
            "error: invalid value '../x' for '--suite <SUITE,…>': expected a code name such as \
             `bookworm`\n\nFor more information, try '--help'.\n",
        )
        .run();
}
