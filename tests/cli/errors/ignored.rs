//! Files that the programs which they are for ignore or refuse.

use super::{demo, refused};
use crate::support::{Test, unindent};

/// Refuses tables that start in line 9; the line at fault is the tenth, the last or another.
#[track_caller]
fn refuse(tables: &str, expected: &str) {
    refused(with_files(tables), expected);
}

fn with_files(tables: &str) -> Test {
    demo(tables)
        .file("x", "x\n")
        .file("job", "* * * * * root true")
}

#[test]
fn files_that_cron_and_logrotate_cannot_read_are_refused() {
    let files = [
        ("cron.d/demo", "A = b\n* * * * * /bin/true x\n"),
        ("cron.d/demo2", "60 * * * * root true\n"),
        ("cron.d/demo3", "@daily root true\n"),
        ("logrotate.d/demo", "/var/log/a {\n  postrotate\n}\n"),
        ("logrotate.d/demo2", "/var/log/b {\n}\n"),
        ("logrotate.d/demo3", "/var/log/b {\n}\n"),
    ];
    let entries = files.map(|(path, _)| format!("\"/etc/{path}\" = \"{path}\"\n"));
    let mut test = demo(&format!("[files]\n{}", entries.concat()));
    for (path, text) in files {
        test = test.file(path, text);
    }
    refused(
        test,
        "
        error[cron-file-ignored]: cron ignores `/etc/cron.d/demo`: line 2 has `/bin/true` in the place of the user
        hint: write five fields or a word such as `@daily`, the user, and the command; or `NAME = value`
        error[cron-file-ignored]: cron ignores `/etc/cron.d/demo2`: line 1 has the minute `60`, which is none
        hint: write five fields or a word such as `@daily`, the user, and the command; or `NAME = value`
        error[logrotate-file-ignored]: logrotate ignores `/etc/logrotate.d/demo`: the `postrotate` of line 2 has no `endscript`
        hint: write `endscript` behind the script, on a line of its own
        error[logrotate-file-ignored]: logrotate ignores `/etc/logrotate.d/demo3`: `/var/log/b` is in `/etc/logrotate.d/demo2`, too
        hint: name each log in one entry
        error: 4 errors found, nothing was written
        ",
    );
}

#[test]
fn files_that_sudo_ignores_are_refused() {
    refuse(
        "[files]\n\"/etc/sudoers.d/demo\" = { source = \"x\", mode = \"0644\" }\n\
         \"/etc/sudoers.d/demo.conf\" = { source = \"x\", mode = \"0440\" }\n\
         \"/etc/sudoers.d/demo2\" = { source = \"x\", mode = \"0440\" }\n\
         \"/etc/sudoers.d/demo~\" = { source = \"x\", mode = \"0440\" }\n",
        "
        error[sudoers-file-ignored]: sudo may refuse `/etc/sudoers.d/demo`: it is not root's with mode 0440
        hint: write `mode = \"0440\"`, and leave `owner` and `group` out
        error[sudoers-file-ignored]: sudo ignores `/etc/sudoers.d/demo.conf`: its name has a dot in it or ends in `~`
        hint: name it after the package, with `-` in the place of each dot
        error[sudoers-file-ignored]: sudo ignores `/etc/sudoers.d/demo~`: its name has a dot in it or ends in `~`
        hint: name it after the package, with `-` in the place of each dot
        error: 3 errors found, nothing was written
        ",
    );
}

#[test]
fn files_that_cron_and_logrotate_ignore_are_refused() {
    refuse(
        "[files]\n\"/etc/cron.d/demo.hourly\" = \"x\"\n\"/etc/cron.d/demo\" = \"job\"\n\
         \"/etc/cron.d/demo2\" = { source = \"x\", mode = \"0666\" }\n\
         \"/etc/cron.daily/demo\" = \"x\"\n\"/etc/logrotate.d/demo.bak\" = \"x\"\n\
         \"/etc/logrotate.d/demo\" = { source = \"x\", mode = \"0664\" }\n",
        "
        error[cron-file-ignored]: cron ignores `/etc/cron.d/demo`: its last line has no end
        hint: end it with a newline
        error[cron-file-ignored]: cron ignores `/etc/cron.d/demo.hourly`: its name is not of letters, digits, `_` and `-` alone
        hint: write `-` in the place of each dot
        error[cron-file-ignored]: cron ignores `/etc/cron.d/demo2`: others than root can write it
        hint: leave `mode` and `owner` out
        error[cron-file-ignored]: cron ignores `/etc/cron.daily/demo`: it is not executable
        hint: write `mode = \"0755\"`
        error[logrotate-file-ignored]: logrotate ignores `/etc/logrotate.d/demo`: its mode or owner is not what it asks for
        hint: leave `mode` and `owner` out: it must be root's, with mode 0644 or 0444
        error[logrotate-file-ignored]: logrotate ignores `/etc/logrotate.d/demo.bak`: its name is one of a copy
        hint: name it after the package
        error: 6 errors found, nothing was written
        ",
    );
}

/// Sees what `plan` says of two snippets, with more in `[package]`.
#[track_caller]
fn snippets(package: &str, users: &str, expected: &str) {
    let test = Test::new()
        .manifest(&format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ann <ann@example.com>\"\n\
             description = \"demonstrates\"\n{package}\n[files]\n\
             \"/usr/lib/sysusers.d/demo.conf\" = \"users\"\n\"/etc/tmpfiles.d/demo.conf\" = \"folders\"\n"
        ))
        .file("users", users)
        .file("folders", "# Folders.\nd var/demo\n");
    let status = i32::from(expected.contains("error"));
    let test = test.args(["plan"]).any_stdout().status(status);
    test.stderr(&unindent(expected)).run();
}

#[test]
fn snippets_that_systemd_cannot_read_are_told() {
    let folders = "warning[tmpfiles-line-ignored]: systemd-tmpfiles passes over line 2 of `/etc/tmpfiles.d/demo.conf`: it has the path `var/demo`, which is not absolute
        hint: write `d /var/lib/NAME 0750 OWNER GROUP`, or what tmpfiles.d(5) says
        ";
    let locked = |severity: &str, suite: &str| {
        format!(
            "{folders}{severity}[sysusers-file-refused]: systemd-sysusers of {suite} refuses `/usr/lib/sysusers.d/demo.conf`: line 1 has the type `u!`, which came with systemd 257
        hint: write `u`, or `suites` without that one
        "
        )
    };
    snippets(
        "",
        "u demo\nm demo\n",
        &format!(
            "
        {folders}error[sysusers-file-refused]: systemd-sysusers refuses `/usr/lib/sysusers.d/demo.conf`: line 2 has no group in its third field
        hint: write `u NAME ID \"DESCRIPTION\" HOME SHELL`, `g NAME ID`, `m USER GROUP` or `r - FROM-TO`
        error: 1 error found: `build` would refuse
        "
        ),
    );
    let old =
        locked("error", "Debian 12 (bookworm)") + "error: 1 error found: `build` would refuse\n";
    snippets(
        "suites = [\"trixie\", \"bookworm\"]",
        "u! demo\n",
        &format!("\n        {old}"),
    );
    let any = locked("warning", "Debian 12 (bookworm)");
    snippets("", "u! demo\n", &format!("\n        {any}"));
    snippets(
        "suites = [\"trixie\"]",
        "u! demo\n",
        &format!("\n        {folders}"),
    );
}
