//! Names and places that belong to Debian or to others: what is refused, by its exact text, and that
//! real systems have no name that is not known.

use std::path::Path;

use reldeb::debian::reserved;

use crate::subjects::{install, state, stock};
use crate::support::Test;
use crate::system::{self, System};

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

#[track_caller]
fn refused(test: Test, expected: &str) {
    let outcome = test.status(1).stderr(expected).run();
    assert!(!outcome.names(".").contains(&"dist".to_owned()));
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
            warning: the service joins group `docker`: who is in the service can become root by a container
            hint: leave it out of `groups` in `[user]`, unless that is what it is for
            warning: the service joins group `shadow`: who is in the service reads the passwords of all users
            hint: leave it out of `groups` in `[user]`, unless that is what it is for
            ",
        )
        .run();
}

#[test]
fn a_target_that_others_share_is_refused() {
    for target in [
        "/usr/local/bin",
        "/home/app",
        "/var/lib/tool",
        "/usr/lib",
        "/opt",
        "/srv",
        "/etc/demo",
        "/tmp/demo",
        "/usr/share",
        "/usr/local/lib/demo",
        "/opt/lib",
        "/usr/lib/systemd",
        "/var/lib/demo",
        "/usr/share/doc/demo",
        "/run/demo",
        "/demo",
        "/",
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
            warning: `/opt/demo/data` belongs to `demo`, but lies in the release, where the service may not write
            hint: write a path below `/var/lib/demo`
            warning: `/srv/demo/b/c` lies below `/srv/demo`, which `demo` can write: dpkg follows links there as root
            hint: write `/usr/share/demo/c`, and let the service copy it to its state
            warning: `/var/lib/demo/data/schema.sql` lies below `/var/lib/demo`, which `demo` can write: dpkg follows links there as root
            hint: write `/usr/share/demo/schema.sql`, and let the service copy it to its state
            ",
        )
        .run();
}

/// The names in a directory of a kept root.
fn names(root: &Path, directory: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root.join(directory.trim_start_matches('/'))) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // No package, user, service or command of reldeb's can have others.
    names
        .filter(|name| {
            let legal = |c: char| c.is_ascii_alphanumeric() || "_.+-".contains(c);
            name.chars().all(legal) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        })
        .collect()
}

#[test]
fn what_minimal_systems_have_is_reserved() {
    for suite in ["bookworm", "trixie"] {
        let Some((root, _mirror)) = system::base(suite) else {
            return;
        };
        let mut unknown = Vec::new();
        let mut expect = |is_known: bool, name: &str| {
            if !is_known {
                unknown.push(name.to_owned());
            }
        };
        for list in ["passwd", "group"] {
            let text = std::fs::read_to_string(root.join("etc").join(list)).unwrap();
            for name in text.lines().filter_map(|line| line.split(':').next()) {
                expect(reserved::is_account(name), name);
            }
        }
        for directory in [
            "/etc",
            "/run",
            "/var/cache",
            "/var/lib",
            "/var/log",
            "/var/spool",
            "/usr/lib",
            "/usr/share",
        ] {
            for name in names(&root, directory) {
                let lower = name.chars().all(|c| !c.is_ascii_uppercase());
                expect(
                    !lower || reserved::is_place(directory, &name),
                    &format!("{directory}/{name}"),
                );
            }
        }
        for name in names(&root, "/usr/bin")
            .into_iter()
            .chain(names(&root, "/usr/sbin"))
        {
            expect(name.contains('+') || reserved::is_command(&name), &name);
        }
        for unit in names(&root, "/usr/lib/systemd/system") {
            if let Some(name) = unit.strip_suffix(".service") {
                expect(reserved::is_unit(name.trim_end_matches('@')), &unit);
            }
        }
        assert_eq!(unknown, Vec::<String>::new(), "{suite}");
    }
}

#[test]
fn a_user_of_debian_is_never_taken_over() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let package = stock("1.0", "", "");
    for (make, undo, expected) in [
        (
            "useradd --system --uid 77 --user-group stock",
            "userdel stock",
            "stock: user stock has the number 77 and is Debian's own, the service needs another\n",
        ),
        (
            "groupadd --system --gid 78 stock",
            "groupdel stock",
            "stock: group stock has the number 78 and is Debian's own, the service needs another\n",
        ),
    ] {
        system.shell(make).success();
        let output = install(&system, &package);
        assert!(
            output.status != 0 && output.stderr.contains(expected),
            "{output:#?}"
        );
        assert!(!system.has("/opt/stock") && !system.has("/etc/stock"));
        system.shell(undo).success();
    }
    // One of the administrator's is.
    system.shell("useradd --uid 1234 stock").success();
    install(&system, &package).success();
    assert_eq!(state(&system, "stock"), "ii 1.0");
    assert_eq!(system.entry("/var/lib/stock"), "directory 0750 stock:stock");
}
