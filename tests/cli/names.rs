//! Names and places that belong to Debian or to others: what is refused, by its exact text.

use crate::errors::refused;
use crate::sketch::elf;
use crate::support::Test;

/// A manifest for a plain program, which is the package `name` and nothing more.
fn files(name: &str, more: &str) -> Test {
    Test::new()
        .manifest(&format!(
            "[package]\nname = \"{name}\"\nversion = \"1.0\"\nmaintainer = \"Ann Example <ann@example.com>\"\n\
             description = \"demonstrates\"\n[release]\npath = \"rel\"\n{more}\n"
        ))
        .executable("rel/bin/run", "#!/bin/sh\n")
        .args(["build", "-q"])
}

/// The same as a service.
fn service(name: &str, more: &str) -> Test {
    files(name, &format!("[service]\n{more}"))
}

#[track_caller]
fn built(test: Test) {
    test.any_stdout().run();
}

#[test]
fn a_service_named_like_a_user_of_debian_is_refused() {
    for name in ["proxy", "backup", "www-data", "list"] {
        refused(
            service(name, ""),
            &format!(
                "
                error: user or group `{name}` is one of Debian's own, whose rights the service would have
                hint: write another name below `[user]`, such as `name = \"{name}-service\"`
                "
            ),
        );
    }
    refused(
        service("demo", "[user]\nname = \"shadow\""),
        "
        error: reldeb.toml:10: user or group `shadow` is one of Debian's own, whose rights the service would have
          10 | name = \"shadow\"
        hint: write another name below `[user]`, such as `name = \"shadow-service\"`
        ",
    );
    refused(
        service("demo", "[user]\nname = \"systemd-demo\""),
        "
        error: reldeb.toml:10: user or group `systemd-demo` is one of Debian's own, whose rights the service would have
          10 | name = \"systemd-demo\"
        hint: write another name below `[user]`, such as `name = \"my-systemd-demo\"`
        ",
    );
    refused(
        service("demo", "[user]\nname = \"root\""),
        "
        error: reldeb.toml:10: user or group `root` is one of Debian's own, whose rights the service would have
          10 | name = \"root\"
        hint: write another name below `[user]`, such as `name = \"root-service\"`, or `user = false` above all tables for a service that runs as root
        ",
    );
    // With a user of its own the package has nothing of Debian's.
    built(service("proxy", "[user]\nname = \"proxy-service\""));
}

#[test]
fn a_service_named_like_a_place_of_debian_is_refused() {
    for (name, directory, what) in [
        ("journal", "/var/log/journal", "logs"),
        ("user", "/run/user", "runtime files"),
        ("lock", "/run/lock", "runtime files"),
        ("private", "/var/lib/private", "state"),
        ("security", "/etc/security", "configuration"),
    ] {
        refused(
            service(name, "[user]\nname = \"demo\""),
            &format!(
                "
                error: reldeb.toml:2: `{directory}` is Debian's own, but would hold the {what} of package `{name}`
                  2 | name = \"{name}\"
                hint: write another name below `[package]`, such as `name = \"{name}-service\"`
                "
            ),
        );
    }
}

#[test]
fn a_service_named_like_a_package_a_service_or_a_command_of_debian_is_refused() {
    refused(
        service("dpkg", ""),
        "
        error: reldeb.toml:2: package `dpkg` is one of Debian's base system, which this one would replace
          2 | name = \"dpkg\"
        hint: write another name below `[package]`, such as `name = \"dpkg-service\"`
        ",
    );
    refused(
        service("demo", "name = \"cron\""),
        "
        error: reldeb.toml:9: service `cron` is one of Debian's own
          9 | name = \"cron\"
        hint: write another name below `[service]`, such as `name = \"cron-service\"`
        ",
    );
    refused(
        service("demo", "command = \"ls\""),
        "
        error: reldeb.toml:9: command `ls` is one of Debian's own
          9 | command = \"ls\"
        hint: write another below `[service]`, such as `command = \"lsctl\"`, or `command = false`
        ",
    );
    refused(
        service("reboot", ""),
        "
        error: service `reboot` is one of Debian's own
        hint: write another name below `[service]`, such as `name = \"reboot-service\"`
        ",
    );
}

#[test]
fn a_package_of_files_alone_may_have_any_name() {
    for name in ["cron", "journal", "proxy", "dpkg"] {
        built(files(name, ""));
    }
}

#[test]
fn groups_that_give_the_machine_away_are_said() {
    Test::new()
        .manifest(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ann Example <ann@example.com>\"\n\
             description = \"demonstrates\"\n[release]\npath = \"rel\"\n[service]\n\
             [user]\ngroups = [\"ssl-cert\", \"docker\", \"shadow\"]\n",
        )
        .executable("rel/bin/run", "#!/bin/sh\n")
        .args(["plan"])
        .any_stdout()
        .stderr(
            "
            warning[service-in-powerful-group]: reldeb.toml:10: the service joins group `docker`: who is in the service can become root by a container
            hint: leave it out of `groups` in `[user]`, unless that is what it is for
            warning[service-in-powerful-group]: reldeb.toml:10: the service joins group `shadow`: who is in the service reads the passwords of all users
            hint: leave it out of `groups` in `[user]`, unless that is what it is for
            ",
        )
        .run();
}

#[test]
fn a_target_that_others_share_is_refused() {
    for target in [
        "/home/app",
        "/var/lib/tool",
        "/usr/lib",
        "/opt",
        "/srv",
        "/etc/demo",
        "/tmp/demo",
        "/usr/share",
        "/opt/lib",
        "/usr/lib/systemd",
        "/var/lib/demo",
        "/usr/share/doc/demo",
        "/run/demo",
        "/demo",
    ] {
        refused(
            files("demo", &format!("target = \"{target}\"")),
            &format!(
                "
                error: reldeb.toml:8: target `{target}` is no directory of the package's own
                  8 | target = \"{target}\"
                hint: write a directory below `/opt`, such as `/opt/demo`, or `/usr/lib/demo`, `/usr/libexec/demo`, `/usr/share/demo`, `/srv/demo` or one below those
                "
            ),
        );
    }
    for target in [
        "/",
        "/usr",
        "/usr/bin",
        "/usr/local/bin",
        "/usr/local/lib/demo",
    ] {
        refused(
            files("demo", &format!("target = \"{target}\"")),
            &format!(
                "
                error: reldeb.toml:8: target `{target}` is no directory of the package's own
                  8 | target = \"{target}\"
                hint: leave `[release]` out, and write each file below `[files]`, such as `\"/usr/bin/demo\" = \"…\"`
                "
            ),
        );
    }
    for target in [
        "/opt/demo",
        "/opt/example.com/demo",
        "/usr/lib/demo",
        "/srv/demo/app",
    ] {
        built(files("demo", &format!("target = \"{target}\"")));
    }
}

#[test]
fn purge_of_what_is_not_the_packages_own_is_refused() {
    for path in [
        "/var",
        "/var/lib",
        "/var/log/journal",
        "/var/lib/postgresql",
        "/var/lib/demo-other",
        "/etc",
        "/etc/ssl",
        "/etc/cron.d",
        "/srv",
        "/srv/data",
        "/opt",
        "/var/cache/apt",
        "/home/demo",
        "/usr/share/demo",
        "/var/spool/cron/crontabs",
        "/var/lib/postgresql/demo",
    ] {
        refused(
            files("demo", &format!("[purge]\nremove = [\"{path}\"]")),
            &format!(
                "
                error: reldeb.toml:9: purge would remove `{path}`, which is not the package's own
                  9 | remove = [\"{path}\"]
                hint: write what is named after the package, such as `/var/lib/demo`, `/var/cache/demo`, `/var/log/demo.log` or `/srv/demo`, or lies below that
                "
            ),
        );
    }
    let own = "[purge]\nremove = [\"/var/lib/demo/cache\", \"/var/cache/demo\", \"/var/log/demo.log\", \
               \"/srv/demo\", \"/etc/cron.d/demo\", \"/opt/demo/tmp\", \"/var/spool/demo\", \"/etc/demo\"]";
    built(files("demo", own));
    // A package that is really called so has no right to what the system has there.
    let cron = "[purge]\nremove = [\"/var/spool/cron\"]";
    files("cron", cron).status(1).any_stderr().run();
    refused(
        files("locale", "[purge]\nremove = [\"/etc/default/locale\"]"),
        "
        error: reldeb.toml:9: purge would remove `/etc/default/locale`, which is not the package's own
          9 | remove = [\"/etc/default/locale\"]
        hint: write what is named after the package, such as `/var/lib/locale`, `/var/cache/locale`, `/var/log/locale.log` or `/srv/locale`, or lies below that
        ",
    );
}

#[test]
fn a_conffile_has_one_change() {
    let with = |changes: &str| files("demo", &format!("[conffiles]\n{changes}"));
    for (changes, place, fact, hint) in [
        (
            "removed = [\"/etc/demo/a\"]\nrenamed = { \"/etc/demo/a\" = \"/etc/demo/b\" }",
            "10: ",
            "`/etc/demo/a` is in `removed` and in `renamed`",
            "write what becomes of it once",
        ),
        (
            "removed = [\"/etc/demo/a\", \"/etc/demo/a\"]",
            "9: ",
            "`/etc/demo/a` is twice in `removed`",
            "write what becomes of it once",
        ),
        (
            "removed = [\"/etc/demo/b\"]\nrenamed = { \"/etc/demo/a\" = \"/etc/demo/b\" }",
            "10: ",
            "`/etc/demo/b` is the new path of `/etc/demo/a`, and in `removed`",
            "write what becomes of it once",
        ),
        (
            "renamed = { \"/etc/demo/a\" = \"/etc/demo/c\", \"/etc/demo/b\" = \"/etc/demo/c\" }",
            "9: ",
            "`/etc/demo/c` is the new path of `/etc/demo/a` and of `/etc/demo/b`",
            "give each a path of its own, or write one of them into `removed`",
        ),
    ] {
        let line = changes.lines().last().unwrap();
        let number = place.trim_end_matches(": ");
        refused(
            with(changes),
            &format!(
                "
                error: reldeb.toml:{place}{fact}
                  {number} | {line}
                hint: {hint}
                "
            ),
        );
    }
}

#[test]
fn a_change_of_conffiles_that_contradicts_the_package_is_refused() {
    let conf = "[files]\n\"/etc/demo/a\" = \"a\"\n";
    let with =
        |changes: &str| files("demo", &format!("[conffiles]\n{changes}\n{conf}")).file("a", "a\n");
    refused(
        with("removed = [\"/etc/demo/a\"]"),
        "
        error: `/etc/demo/a` of `[conffiles] removed` is a file of the package, expected no path of the package
        hint: `[conffiles]` says what earlier versions had, `[files]` what this one has
        ",
    );
    refused(
        with("renamed = { \"/etc/demo/old\" = \"/etc/passwd\" }"),
        "
        error: `/etc/passwd` of `[conffiles] renamed` is not in the package, expected a conffile of the package
        hint: `[conffiles]` says what earlier versions had, `[files]` what this one has
        ",
    );
    refused(
        with("directory-to-symlink = { \"/usr/share/demo/x\" = \"/opt/demo\" }"),
        "
        error: `/usr/share/demo/x` of `[conffiles] directory-to-symlink` is not in the package, expected a symlink of the package
        hint: `[conffiles]` says what earlier versions had, `[files]` what this one has
        ",
    );
    refused(
        with("symlink-to-directory = { \"/etc/demo/a\" = \"/opt/demo\" }"),
        "
        error: `/etc/demo/a` of `[conffiles] symlink-to-directory` is a file of the package, expected a directory of the package
        hint: `[conffiles]` says what earlier versions had, `[files]` what this one has
        ",
    );
    refused(
        with("symlink-to-directory = { \"/bin\" = \"usr/bin\" }"),
        "
        error: reldeb.toml:9: `/bin` is not the package's own
          9 | symlink-to-directory = { \"/bin\" = \"usr/bin\" }
        hint: write a path below `/opt/demo` or of a directory such as `/usr/share/demo`
        ",
    );
    refused(
        with("removed = [\"/usr/bin/demo\"]"),
        "
        error: reldeb.toml:9: `/usr/bin/demo` is no configuration file of the package's
          9 | removed = [\"/usr/bin/demo\"]
        hint: write a path below `/etc` or `/opt/demo`
        ",
    );
    built(with(
        "removed = [\"/etc/old.conf\", \"/opt/demo/etc/old.conf\"]\n\
         renamed = { \"/etc/demo.conf\" = \"/etc/demo/a\" }",
    ));
}

#[test]
fn files_where_the_service_can_put_links_are_said() {
    let files = "[files]\n\
        \"/var/lib/demo/spool/\" = { directory = true, owner = \"demo\" }\n\
        \"/var/lib/demo/data/schema.sql\" = \"a\"\n\
        \"/srv/demo/\" = { directory = true, owner = \"demo\" }\n\
        \"/srv/demo/b/c/\" = { directory = true }\n\
        \"/opt/demo/data/\" = { directory = true, owner = \"demo\" }\n";
    Test::new()
        .manifest(&format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ann Example <ann@example.com>\"\n\
             description = \"demonstrates\"\n[release]\npath = \"rel\"\n[service]\n{files}"
        ))
        .executable("rel/bin/run", "#!/bin/sh\n")
        .file("a", "a\n")
        .args(["plan"])
        .any_stdout()
        .stderr(
            "
            warning[writable-directory-in-release]: `/opt/demo/data` belongs to `demo`, but lies in the release, where the service may not write
            hint: write a path below `/var/lib/demo`
            warning[path-in-writable-directory]: `/srv/demo/b/c` lies below `/srv/demo`, which `demo` can write: dpkg follows links there as root
            hint: write `/usr/share/demo/c`, and let the service copy it to its state
            warning[path-in-writable-directory]: `/var/lib/demo/data/schema.sql` lies below `/var/lib/demo`, which `demo` can write: dpkg follows links there as root
            hint: write `/usr/share/demo/schema.sql`, and let the service copy it to its state
            ",
        )
        .run();
}

#[test]
fn a_name_that_all_would_share_is_an_error() {
    let table = [
        (
            "vm.args",
            "orders@localhost",
            "orders_${INSTANCE}@localhost",
        ),
        // Only a template is rendered.
        ("vm.args", "orders_${INSTANCE}", "orders_${INSTANCE}"),
        ("vm.args.src", "orders", "orders_${INSTANCE}"),
        ("vm.args.src", "orders_${INSTANCE}@localhost", ""),
    ];
    for (file, name, own) in table {
        let error = format!(
            "error[fixed-node-name]: reldeb.toml:9: every instance would have the same node name `{name}`\n\
             hint: write `-sname {own}` in the file that rebar.config names as `vm_args_src`, which is \
             rendered at each start\n\
             error: 1 error found: `build` would refuse\n"
        );
        let test = Test::new()
            .manifest(
                r#"
                [package]
                maintainer = "Ops Team <ops@example.com>"
                description = "order service\nTakes orders."

                [release]
                path = "rel"

                [service]
                instances = true
                "#,
            )
            .file("rel/releases/start_erl.data", "13.1.5 1.4.0")
            .file(
                "rel/releases/1.4.0/orders.rel",
                "{release,{\"orders\",\"1.4.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n",
            )
            .file("rel/releases/1.4.0/start.boot", "")
            .file(
                &format!("rel/releases/1.4.0/{file}"),
                format!("-sname {name}\n"),
            )
            .executable("rel/bin/orders", "RELX_CONFIG_PATH=x\n")
            .executable("rel/erts-13.1.5/bin/erlexec", elf(62, 2))
            .args(["plan", "--quiet"])
            .any_stdout();
        if own.is_empty() {
            test.run();
        } else {
            test.stderr(&error).status(1).run();
        }
    }
}
