//! Errors in a manifest.

use super::{START, demo, package, refused};
use crate::support::Test;

#[test]
fn a_folder_without_a_manifest_is_refused() {
    refused(
        Test::new().args(["build"]),
        "
        error: no `reldeb.toml` in `.`
        hint: `reldeb init` writes one; `--manifest FILE` names another
        ",
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    refused(
        package("maintaner = \"Ann\""),
        "
        error: reldeb.toml:2: unknown key `maintaner`
          2 | maintaner = \"Ann\"
        hint: did you mean `maintainer`?
        ",
    );
}

#[test]
fn an_unknown_hook_is_refused_with_the_nearest() {
    refused(
        demo("[hooks]\nafter-upgade = \"true\"\n"),
        "
        error: reldeb.toml:10: unknown key `after-upgade`
          10 | after-upgade = \"true\"
        hint: did you mean `after-upgrade`?
        ",
    );
}

#[test]
fn an_unknown_manager_is_refused_with_the_one_that_is_meant() {
    refused(
        demo("[service]\nmanagers = [\"sysv\"]\n"),
        "
        error: reldeb.toml:10: unknown value `sysv`, expected one of `systemd` and `init`
          10 | managers = [\"sysv\"]
        hint: did you mean `init`?
        ",
    );
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    refused(
        package("name = 5"),
        "
        error: reldeb.toml:2: found integer `5`, expected a string
          2 | name = 5
        hint: put it in quotes: `\"5\"`
        ",
    );
    refused(
        package("suites = \"trixie\""),
        "
        error: reldeb.toml:2: found string \"trixie\", expected a list
          2 | suites = \"trixie\"
        hint: put it in brackets: `[\"trixie\"]`
        ",
    );
    refused(
        package("fields = []"),
        "
        error: reldeb.toml:2: found list, expected a table
          2 | fields = []
        ",
    );
}

#[test]
fn a_missing_maintainer_is_refused() {
    refused(
        package("name = \"demo\"\nversion = \"1.0\"\ndescription = \"x\""),
        "
        error: `package.maintainer` is missing in `reldeb.toml`
        hint: write `maintainer = \"Name <name@example.com>\"` below `[package]`
        ",
    );
}

#[test]
fn text_that_is_no_toml_is_refused() {
    refused(
        package("name = \"demo"),
        "
        error: reldeb.toml:2: invalid basic string, expected `\"`
          2 | name = \"demo
        ",
    );
}

#[test]
fn an_invalid_name_is_refused_with_a_legal_one() {
    refused(
        package("name = \"My_App\""),
        "
        error: reldeb.toml:2: invalid package name `My_App`: contains `M` at character 1, expected lower case letters, digits and `+ - .`
          2 | name = \"My_App\"
        hint: write it as `my-app`
        ",
    );
}

#[test]
fn a_pre_release_after_a_hyphen_is_refused_with_the_right_version() {
    refused(
        package("name = \"demo\"\nversion = \"1.0-rc1\""),
        "
        error: reldeb.toml:3: invalid version `1.0-rc1`: sorts after the version it is a pre-release of
          3 | version = \"1.0-rc1\"
        hint: write a pre-release as `1.0~rc1`
        ",
    );
}

#[test]
fn an_unset_variable_is_refused() {
    refused(
        package("name = \"$NAME\""),
        "
        error: reldeb.toml:2: variable `NAME` is not set
          2 | name = \"$NAME\"
        hint: set it, give a default with `${NAME:-…}`, or write `$$` for a dollar sign
        ",
    );
}

#[test]
fn an_unknown_variant_is_refused() {
    refused(
        demo("[variant.small]\n").args(["--variant", "smal"]),
        "
        error: `reldeb.toml` has no `[variant.smal]`
        hint: did you mean `small`?
        ",
    );
}

#[test]
fn a_hook_file_that_is_missing_is_refused() {
    refused(
        demo("[hooks]\nbefore-upgrade = \"rel/hooks/x.sh\"\n"),
        "
        error: reldeb.toml:10: hook file `rel/hooks/x.sh` does not exist
          10 | before-upgrade = \"rel/hooks/x.sh\"
        hint: write shell, or the path of a file in `.`
        ",
    );
}

#[test]
fn a_hook_that_is_no_shell_is_refused() {
    refused(
        demo("[hooks]\nbefore-upgrade = \"if true; then echo $old_version\"\n"),
        "
        error: reldeb.toml:10: hook `before-upgrade` is no valid shell: 1: Syntax error: end of file unexpected (expecting \"fi\")
          10 | before-upgrade = \"if true; then echo $old_version\"
        hint: try it with `sh -n`
        ",
    );
}

#[test]
fn a_service_without_a_program_is_refused() {
    let several = |service: &str| {
        Test::new()
            .manifest(&format!("{START}\n[release]\npath = \"rel\"\n{service}"))
            .executable("rel/bin/ctl", "#!/bin/sh\n")
            .executable("rel/bin/server", "#!/bin/sh\n")
            .args(["plan", "-q"])
            .any_stdout()
    };
    several("[service]\nlimits = { nofile = 1000 }\n")
        .status(1)
        .stderr(
            "error: `[service]` has no program, and the release holds `bin/ctl` and `bin/server`\n\
             hint: write `program = \"bin/ctl\"` below `[service]`, or `managers = []` for no service\n",
        )
        .run();
    several("[service]\nprogram = \"server\"\n")
        .status(1)
        .stderr(
            "error: program `server` is not in the release `rel`, expected `bin/ctl` or `bin/server`\n\
             hint: did you mean `bin/server`?\n",
        )
        .run();
    for service in [
        "",
        "[service]\nmanagers = []\n",
        "[service]\nprogram = \"bin/server\"\n",
    ] {
        several(service).run();
    }
}

#[test]
fn a_command_that_takes_the_name_of_a_program_is_said() {
    let said = |lines: &str, hint: &str| {
        let warning = "warning[program-without-command]: reldeb.toml:12: the service's command takes the name of `bin/ctl`, \
                       which is then no command in /usr/bin\n";
        Test::new()
            .manifest(&format!(
                "{START}\n[release]\npath = \"rel\"\n[service]\n{lines}"
            ))
            .executable("rel/bin/ctl", "#!/bin/sh\n")
            .executable("rel/bin/server", "#!/bin/sh\n")
            .args(["plan"])
            .any_stdout()
            .stderr(&format!("{warning}hint: {hint}\n"))
            .run();
    };
    said(
        "program = \"bin/server\"\n\ncommand = \"ctl\"\n",
        "leave `command` out: the service's is `demo` then",
    );
}
