//! `[service] environment-files` and `directories`.

use crate::support::{Outcome, Test};

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

fn test(service: &str) -> Test {
    Test::new()
        .manifest(&format!("{MANIFEST}{service}\n"))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .file("x", "")
        .file("etc/environment", "A=1\n")
}

fn plan(service: &str) -> Outcome {
    let plan = test(service).args(["plan", "--scripts", "-q"]);
    plan.any_stdout().any_stderr().run()
}

/// Returns the rendered file of a path.
fn rendered(outcome: &Outcome, path: &str) -> String {
    let heading = format!("==> {path} <==\n");
    let (_, after) = outcome
        .stdout
        .split_once(&heading)
        .unwrap_or_else(|| panic!("{path}: {}", outcome.stdout));
    after.split("\n==> ").next().unwrap_or_default().to_owned()
}

/// Returns the lines of a text that name one of the files, in their order.
fn files_read(text: &str, start: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| {
        let path = line.trim().strip_prefix(start)?;
        path.starts_with("/etc/").then(|| path.to_owned())
    });
    lines.collect()
}

#[test]
fn all_who_run_the_program_read_the_same_files_in_one_order() {
    let outcome = plan(
        "secrets = [\"KEY\"]\nrequired-environment = [\"URL\"]\n\
         environment-files = [\"/etc/default/locale\", \"/etc/demo/environment\"]",
    );
    let order = [
        "/etc/demo/secrets",
        "/etc/default/locale",
        "/etc/demo/environment",
        "/etc/default/demo",
    ];
    let unit = rendered(&outcome, "/usr/lib/systemd/system/demo.service");
    assert_eq!(files_read(&unit, "EnvironmentFile=-"), order);
    let script = rendered(&outcome, "/usr/libexec/demo/as-service");
    assert_eq!(files_read(&script, ". "), order);
    let required = rendered(&outcome, "/usr/libexec/demo/require-environment");
    let line = format!("    for _file in {}; do\n", order.join(" "));
    assert!(required.contains(&line), "{required}");
    let places = "set $missing in /etc/default/demo or /etc/demo/environment, then: demo start\"";
    assert!(required.contains(places), "{required}");
    let page = rendered(&outcome, "/etc/demo/environment");
    assert!(
        page.starts_with(
            "# Environment of demo, read by its unit, its init script and its command."
        ),
        "{page}"
    );
}

#[test]
fn an_environment_file_is_for_the_service_alone() {
    let line = |outcome: &Outcome, path: &str| {
        let end = format!(" .{path}  (conffile)");
        let mut lines = outcome.stdout.lines();
        let found = lines.find(|line| line.contains(&end));
        let found = found.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        found.unwrap_or_else(|| panic!("{path}: {}", outcome.stdout))
    };
    for (service, owner) in [
        ("", "root/demo"),
        ("[user]\nname = \"demo\"", "root/demo"),
        ("[files]\n\"/etc/demo/environment\" = \"x\"", "root/demo"),
        ("[files]\n\"/etc/demo/\" = \"etc\"", "root/demo"),
        (
            "[files]\n\"/etc/demo/environment\" = { source = \"x\", mode = \"0600\" }",
            "root/root",
        ),
    ] {
        let outcome = plan(&format!(
            "environment-files = [\"/etc/demo/environment\"]\n{service}"
        ));
        let found = line(&outcome, "/etc/demo/environment");
        let mode = if owner == "root/root" {
            "-rw-------"
        } else {
            "-rw-r-----"
        };
        assert!(
            found.starts_with(&format!("{mode} {owner} ")),
            "{service}: {found}"
        );
    }
    // What belongs to others is only read.
    for path in [
        "/etc/default/locale",
        "/etc/environment",
        "/etc/cron.d/demo",
        "/etc/profile.d/demo.sh",
    ] {
        let outcome = plan(&format!("environment-files = [\"{path}\"]"));
        assert!(
            !outcome.stdout.contains(&format!(" .{path}  ")) && outcome.stdout.contains(path),
            "{}",
            outcome.stdout
        );
    }
    // A service that runs as root has no group.
    let outcome = test("")
        .manifest(&format!("user = false\n{MANIFEST}"))
        .args(["plan", "-q"]);
    let outcome = outcome.any_stdout().any_stderr().run();
    let found = line(&outcome, "/etc/default/demo");
    assert!(found.starts_with("-rw-r----- root/root "), "{found}");
}

#[test]
fn contradictions_name_both_places() {
    for (service, at, message, hint) in [
        (
            "environment-files = [\"/etc/default/demo\"]",
            11,
            "`/etc/default/demo` is read anyway, as the last of all",
            "leave it out here",
        ),
        (
            "environment-files = [\"/etc/demo/secrets\"]\nsecrets = [\"KEY\"]",
            11,
            "`/etc/demo/secrets` has the `secrets`, which are read anyway",
            "leave it out here",
        ),
        (
            "environment-files = [\"/var/lib/demo/env\"]",
            11,
            "environment file `/var/lib/demo/env` is not below `/etc`",
            "root's shell reads it: write a path where root alone writes, below `/etc`",
        ),
        (
            "environment-files = [\"/etc/shadow\"]",
            11,
            "environment file `/etc/shadow` is a part of Debian's base system without environment",
            "write a file of the service's own, such as `/etc/demo/environment`",
        ),
        (
            "environment-files = [\"/etc/demo/\"]",
            11,
            "environment file `/etc/demo` is the directory of the configuration",
            "write a file of the service's own, such as `/etc/demo/environment`",
        ),
        (
            "environment-files = [\"/etc/demo/%i\"]",
            11,
            "environment file `/etc/demo/%i` has `%` in its name, expected letters, digits and `/ . _ + - @`",
            "write the path of one file",
        ),
        (
            "environment-files = [\"/etc/demo/a\", \"/etc/demo/a\"]",
            11,
            "file `/etc/demo/a` is there twice in `environment-files`",
            "leave one of them out",
        ),
        (
            "environment-files = [\"/etc/demo/a\"]\nsystemd.Service.EnvironmentFile = \"/b\"",
            11,
            "line 12: `EnvironmentFile` of `[service.systemd]` would replace in the unit what is asked for here",
            "leave `EnvironmentFile` out: the unit has it from here",
        ),
    ] {
        refused(service, at, message, hint);
    }
}

#[test]
fn a_directory_has_one_maker() {
    for (service, at, message, hint) in [
        (
            "directories = [\"cache\", \"cache\"]",
            11,
            "directory `cache` is there twice in `directories`",
            "leave one of them out",
        ),
        (
            "directories = [\"cache\"]\nsystemd.Service.CacheDirectory = \"x\"",
            11,
            "line 12: `CacheDirectory` of `[service.systemd]` would replace in the unit what is asked for here",
            "leave `CacheDirectory` out: the unit has it from here",
        ),
        (
            "directories = [\"cache\"]\n[files]\n\"/var/cache/demo/\" = { directory = true }",
            11,
            "`/var/cache/demo` is the service's own, and line 13 packs it",
            "leave one of them out: `directories` makes it on the machine",
        ),
    ] {
        refused(service, at, message, hint);
    }
}

/// The manifest is refused at a line.
fn refused(service: &str, at: usize, message: &str, hint: &str) {
    let line = service.lines().next().unwrap_or_default();
    let expected = format!("error: reldeb.toml:{at}: {message}\n  {at} | {line}\nhint: {hint}\n");
    test(service)
        .args(["plan", "-q"])
        .status(1)
        .stderr(&expected)
        .run();
}

/// Root's shell leaves out what others can write, and says so.
#[test]
fn root_reads_no_environment_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = plan("environment-files = [\"/etc/demo/env\"]");
    let script = rendered(&outcome, "/usr/libexec/demo/as-service");
    let start = script.find("is_roots() {").expect(&script);
    let function = &script[start..script.find("set -a").expect(&script)];
    assert!(
        script.contains("if [ -r /etc/demo/env ] && is_roots /etc/demo/env; then\n"),
        "{script}"
    );
    // The command answers as on a machine of root's.
    let run = |found: &str| {
        let text = format!(
            "id() {{ echo 0; }}\nfind() {{ printf '%s' \"{found}\"; }}\n{function}\
             is_roots {path}\n",
            path = folder.path().join("env").display()
        );
        let output = std::process::Command::new("sh")
            .args(["-c", &text])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), said)
    };
    assert_eq!(run(""), (true, String::new()));
    let path = folder.path().join("env");
    let expected = format!(
        "{} is not read: others than root can write it, or a directory on the way to it\n",
        path.display()
    );
    assert_eq!(run("$2"), (false, expected));
}

#[test]
fn nobody_but_root_can_lead_roots_shell() {
    let hint = "root reads it and passwords may stand in it: leave owner and mode out, and it becomes 0640 \
                for the service's group";
    for (entry, fault) in [
        (
            "\"/etc/demo/env\" = { source = \"x\", mode = \"0644\" }",
            "line 13 makes `/etc/demo/env` readable for all",
        ),
        (
            "\"/etc/demo/env\" = { source = \"x\", mode = \"0660\" }",
            "line 13 makes `/etc/demo/env` writable for others than root",
        ),
        (
            "\"/etc/demo/env\" = { source = \"x\", owner = \"demo\" }",
            "line 13 makes `/etc/demo/env` writable for others than root",
        ),
        (
            "\"/etc/demo/env\" = { symlink = \"/var/lib/demo/env\" }",
            "line 13 makes `/etc/demo/env` a symlink",
        ),
        (
            "\"/etc/demo/\" = { directory = true, owner = \"demo\" }",
            "line 13 makes `/etc/demo` writable for others than root",
        ),
    ] {
        let service = format!("environment-files = [\"/etc/demo/env\"]\n[files]\n{entry}");
        test(&service)
            .args(["plan", "-q"])
            .status(1)
            .stderr(&format!(
                "error: reldeb.toml:11: environment file `/etc/demo/env`: {fault}\nhint: {hint}\n"
            ))
            .run();
    }
}

#[test]
fn directories_are_made_and_told_by_all() {
    let outcome = plan("directories = [\"cache\", \"run\"]");
    let unit = rendered(&outcome, "/usr/lib/systemd/system/demo.service");
    for line in [
        "\nCacheDirectory=demo\nCacheDirectoryMode=0750\n",
        "\nRuntimeDirectory=demo\nRuntimeDirectoryMode=0750\n",
        "\nEnvironment=CACHE_DIRECTORY=/var/cache/demo\n",
        "\nEnvironment=RUNTIME_DIRECTORY=/run/demo\n",
    ] {
        assert!(unit.contains(line), "{line}{unit}");
    }
    let script = rendered(&outcome, "/etc/init.d/demo");
    assert!(
        script.contains("    make_directory /var/cache/demo\n"),
        "{script}"
    );
    let script = rendered(&outcome, "/usr/libexec/demo/as-service");
    for line in [
        "\nexport CACHE_DIRECTORY=/var/cache/demo\n",
        "\nexport RUNTIME_DIRECTORY=/run/demo\n",
    ] {
        assert!(script.contains(line), "{line}{script}");
    }
    let made = "for directory in /var/lib/demo /var/log/demo /var/cache/demo; do";
    assert!(outcome.stdout.contains(made), "{}", outcome.stdout);
    for (purge, expected) in [
        ("", true),
        ("[purge]\nremove = [\"/var/lib/demo\"]", true),
        ("[purge]\nkeep = true", false),
    ] {
        let outcome = plan(&format!("directories = [\"cache\"]\n{purge}"));
        let removed = "    remove_tree /var/cache/demo\n";
        assert_eq!(outcome.stdout.contains(removed), expected, "{purge}");
    }
}

#[test]
fn each_instance_has_its_own_cache() {
    let outcome = plan("instances = true\ndirectories = [\"cache\"]");
    let unit = rendered(&outcome, "/usr/lib/systemd/system/demo@.service");
    for line in [
        "\nCacheDirectory=demo/%i\n",
        "\nEnvironment=CACHE_DIRECTORY=/var/cache/demo/%i\n",
    ] {
        assert!(unit.contains(line), "{line}{unit}");
    }
}

/// Each of these was a small surprise.
#[test]
fn small_things_say_what_they_mean() {
    for (line, message) in [
        (
            "before-remove = \"db_get demo/port\"",
            "hook `before-remove` has `db_get`, but the package has no `[debconf]`",
        ),
        (
            "after-upgrade = \". /usr/share/debconf/confmodule\"",
            "hook `after-upgrade` has `/usr/share/debconf/confmodule`, but the package has no `[debconf]`",
        ),
    ] {
        let expected = format!(
            "error: reldeb.toml:12: {message}\n  12 | {line}\n\
             hint: write `[debconf]` with the `templates`: hooks then have its answers\n"
        );
        let test = test(&format!("[hooks]\n{line}")).args(["plan", "-q"]);
        test.status(1).stderr(&expected).run();
    }
    let line = "output = \"dist/${name}.deb\"";
    let expected = format!(
        "error: reldeb.toml:12: variable `name` is not set\n  12 | {line}\n\
         hint: in `output` write `{{name}}`, without the dollar sign; or set it, give a default with \
         `${{name:-…}}`, or write `$$` for a dollar sign\n"
    );
    let test = test(&format!("[build]\n{line}")).args(["plan", "-q"]);
    test.status(1).stderr(&expected).run();
}

/// A slash at its end tells a folder from a file, and it is made.
#[test]
fn a_folder_of_the_command_line_is_made() {
    let build = test("").args(["build", "-q", "-o", "new/"]);
    let outcome = build.any_stdout().any_stderr().run();
    assert_eq!(outcome.names("new"), ["demo_1.0_all.deb"]);
}

#[test]
fn an_exact_link_stays_as_it_is_among_manual_pages() {
    let outcome = plan(
        "[files]\n\"/usr/share/man/man1/b.1\" = \"x\"\n\
         \"/usr/share/man/man1/a.1\" = { symlink = \"b.1\", exact = true }\n\
         \"/usr/share/man/man1/c.1\" = { symlink = \"b.1\" }",
    );
    for line in ["man1/a.1.gz -> b.1  ", "man1/c.1.gz -> b.1.gz  "] {
        assert!(outcome.stdout.contains(line), "{line}{}", outcome.stdout);
    }
}
