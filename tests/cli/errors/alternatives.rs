//! Offers to update-alternatives(1) that would harm a machine.

use super::{demo, refused};

/// Sees that `build` refuses a line of `[alternatives]`.
#[track_caller]
fn refuse(line: &str, fact: &str, hint: &str) {
    let test = demo(&format!("[alternatives]\n{line}\n"));
    let expected = format!("error: reldeb.toml:10: {fact}\n  10 | {line}\nhint: {hint}\n");
    refused(test, &expected);
}

#[test]
fn a_link_among_those_of_services_is_refused() {
    for link in [
        "/usr/lib/systemd/system/default.target",
        "/lib/systemd/system/x.service",
        "/etc/systemd/system/x.service",
        "/etc/init.d/x",
        "/etc/rc2.d/S01x",
    ] {
        refuse(
            &format!("\"{link}\" = {{ path = \"/opt/demo/bin/demo\", priority = 1 }}"),
            &format!("alternative `{link}` lies among those of the services"),
            "write `[units]`, or a link in `/usr/bin`",
        );
    }
}

#[test]
fn a_path_that_no_version_had_is_not_taken_back() {
    refuse(
        "\"/usr/bin/demo-sh\" = { path = \"/bin/dash\", removed = true }",
        "alternative `/usr/bin/demo-sh` has the path `/bin/dash`, a program of Debian's base system: no earlier version had it",
        "write the path that the earlier version offered",
    );
}
