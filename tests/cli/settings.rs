//! `[service] secrets` and `required-environment`.

use crate::support::Test;

const MANIFEST: &str = "\
[package]
name = \"demo\"
version = \"1.0\"
maintainer = \"Ann Example <ann@example.com>\"
description = \"demo\"

[release]
path = \"rel\"

[service]
";

fn plan(service: &str) -> Test {
    Test::new()
        .manifest(&format!("{MANIFEST}{service}\n"))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .args(["plan", "-q"])
}

#[test]
fn a_variable_has_one_source() {
    for (service, line, message, hint) in [
        (
            "secrets = [\"KEY\"]\nenvironment = { KEY = \"x\" }",
            "secrets = [\"KEY\"]",
            "secret `KEY` has a value in `environment`",
            "leave it out there: each machine makes its own",
        ),
        (
            "required-environment = [\"KEY\"]\nenvironment = { KEY = \"\" }",
            "required-environment = [\"KEY\"]",
            "required variable `KEY` has a value in `environment`",
            "leave it out of one of them",
        ),
        (
            "required-environment = [\"A\", \"KEY\"]\nsecrets = [\"KEY\"]",
            "required-environment = [\"A\", \"KEY\"]",
            "required variable `KEY` is one of `secrets`",
            "leave it out here: each machine makes its own",
        ),
        (
            "secrets = [\"KEY\", \"KEY\"]",
            "secrets = [\"KEY\", \"KEY\"]",
            "variable `KEY` is there twice in `secrets`",
            "leave one of them out",
        ),
        (
            "required-environment = [\"1X\"]",
            "required-environment = [\"1X\"]",
            "invalid environment variable `1X`",
            "use letters, digits and `_`, no digit first",
        ),
        (
            "secrets = [\"PATH\"]",
            "secrets = [\"PATH\"]",
            "variable `PATH` is one of the shell or the system",
            "have the program read another one",
        ),
        (
            "required-environment = [\"LD_PRELOAD\"]",
            "required-environment = [\"LD_PRELOAD\"]",
            "variable `LD_PRELOAD` is one of the shell or the system",
            "have the program read another one",
        ),
    ] {
        plan(service)
            .status(1)
            .stderr(&format!(
                "error: reldeb.toml:11: {message}\n  11 | {line}\nhint: {hint}\n"
            ))
            .run();
    }
}

/// The purge takes the secrets along, but where it is to keep all.
#[test]
fn the_purge_removes_the_secrets() {
    let removes = "for left in \"$DPKG_ROOT\"/etc/demo/secrets ";
    for (purge, expected) in [
        ("", true),
        ("[purge]\nremove = []", true),
        ("[purge]\nkeep = true", false),
    ] {
        let test = plan(&format!("secrets = [\"KEY\"]\n{purge}")).args(["--scripts"]);
        let outcome = test.any_stdout().any_stderr().run();
        assert_eq!(outcome.stdout.contains(removes), expected, "{purge}");
    }
}

#[test]
fn secrets_are_made_where_root_alone_writes() {
    for (line, message, hint) in [
        (
            "\"/etc/demo/secrets\" = \"x\"",
            "`/etc/demo/secrets` is made on each machine, for `secrets`",
            "give the file another path",
        ),
        (
            "\"/etc/demo/secrets/a\" = \"x\"",
            "`/etc/demo/secrets` is made on each machine, for `secrets`",
            "give the file another path",
        ),
        (
            "\"/etc/demo/\" = { directory = true, owner = \"demo\" }",
            "others than root may write where `/etc/demo/secrets` is made",
            "leave `owner` out, and let only root write, such as `0755`",
        ),
        (
            "\"/etc/demo/\" = { directory = true, mode = \"0775\", group = \"demo\" }",
            "others than root may write where `/etc/demo/secrets` is made",
            "leave `owner` out, and let only root write, such as `0755`",
        ),
    ] {
        plan(&format!("secrets = [\"KEY\"]\n[files]\n{line}"))
            .file("x", "")
            .status(1)
            .stderr(&format!(
                "error: reldeb.toml:13: {message}\n  13 | {line}\nhint: {hint}\n"
            ))
            .run();
    }
    let fine = "secrets = [\"KEY\"]\n[files]\n\"/etc/demo/\" = { directory = true, mode = \"0750\", group = \"demo\" }";
    plan(fine).any_stdout().run();
}

/// Whoever appends a key to the end of the manifest appends it to its last table.
#[test]
fn keys_below_the_wrong_header_are_told_where_they_belong() {
    for (text, message, hint) in [
        (
            "[service.environment]\nSHOP = \"1\"\nstart = false",
            "found boolean `false`, expected a string",
            "`start` belongs to `[service]`: move it above `[service.environment]`",
        ),
        (
            "[service.environment]\nSHOP = \"1\"\non-upgrade = \"none\"",
            "invalid environment variable `on-upgrade`",
            "`on-upgrade` belongs to `[service]`: move it above `[service.environment]`",
        ),
        (
            "[service.systemd]\nUnit = {}\ninstances = true",
            "found boolean `true`, expected a table",
            "`instances` belongs to `[service]`: move it above `[service.systemd]`",
        ),
        (
            "[package.fields]\nBugs = \"x\"\ndepends = [\"a\"]",
            "field `Depends` has a key of its own",
            "`depends` belongs to `[package]`: move it above `[package.fields]`",
        ),
    ] {
        let line = text.lines().last().unwrap();
        let said = plan(text).status(1).any_stderr().run().stderr;
        let (place, rest) = said.split_once(": ").unwrap();
        assert_eq!(place, "error");
        let (_, rest) = rest.split_once(": ").unwrap();
        assert_eq!(rest.lines().next(), Some(message), "{said}");
        assert!(
            rest.contains(&format!("| {line}\nhint: {hint}\n")),
            "{said}"
        );
    }
}

#[test]
fn nothing_is_named_twice() {
    for (line, message) in [
        (
            "capabilities = [\"kill\", \"CAP_KILL\"]",
            "capability `kill` is there twice in `capabilities`",
        ),
        (
            "managers = [\"init\", \"init\"]",
            "service manager `init` is there twice in `managers`",
        ),
    ] {
        plan(line)
            .status(1)
            .stderr(&format!(
                "error: reldeb.toml:11: {message}\n  11 | {line}\nhint: leave one of them out\n"
            ))
            .run();
    }
}

#[test]
fn a_key_that_would_become_a_variable_is_refused() {
    let said = |service: &str, status| {
        let test = Test::new()
            .manifest(&format!("{MANIFEST}{service}\n"))
            .executable("rel/bin/demo", "#!/bin/sh\n");
        test.args(["plan"])
            .status(status)
            .any_stdout()
            .any_stderr()
            .run()
            .stderr
    };
    let variables = "PORT = \"80\"\ncommand = \"democtl\"\nhttp_proxy = \"x\"";
    assert_eq!(
        said(&format!("[service.environment]\n{variables}"), 1),
        "error: reldeb.toml:13: `command` would be a variable of the environment here\n  13 | command = \"democtl\"\n\
         hint: `command` belongs to `[service]`: move it above `[service.environment]`; for a variable: \
         `environment = { command = … }`\n"
    );
    for right in [
        "[service.environment]\nhttp_proxy = \"x\"",
        "command = \"democtl\"\nenvironment = { NAME = \"x\", command = \"x\" }",
    ] {
        let found = said(right, 0);
        assert!(!found.contains("error"), "{found}");
    }
}
