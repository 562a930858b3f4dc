//! `reldeb plan --previous`: what an upgrade from an older package would meet.

use std::path::PathBuf;

use crate::building::{demo, said};
use crate::support::Test;

/// The files of the older package.
const OLD: &str = r#"[files]
"/etc/demo/old.conf" = "a.conf"
"/etc/demo/moved.conf" = "a.conf"
"/etc/demo/kept.conf" = "a.conf"
"/etc/demo/plain.conf" = "a.conf"
"/usr/share/demo/data/" = { directory = true }
"/usr/share/demo/link" = { symlink = "/usr/share/demo/data" }
"/opt/demo/log" = { symlink = "/var/log/demo" }
"#;

fn with_files(test: Test, application: &str) -> Test {
    test.file("a.conf", "a\n")
        .file(&format!("rel/lib/orders-{application}/ebin/orders.app"), "")
}

/// Builds a package and returns it, with the folder that holds it until the test ends.
fn built(test: Test) -> (crate::support::Outcome, PathBuf) {
    let outcome = test
        .args(["build", "-q", "-o", "old.deb"])
        .any_stdout()
        .run();
    let path = outcome.path("old.deb");
    (outcome, path)
}

#[track_caller]
fn upgrade(old: Test, new: Test, expected: &str) {
    let (_folder, deb) = built(old);
    said(new, &["--previous", deb.to_str().unwrap()], expected);
}

#[test]
fn an_upgrade_to_a_higher_version_says_nothing() {
    let old = with_files(demo("revision = \"1\"", OLD), "1.4.0");
    let new = with_files(demo("revision = \"2\"", OLD), "1.10.0");
    upgrade(old, new, "");
}

/// dpkg does so without a word, whatever the sysadmin wrote into it (dpkg 1.21 and 1.22).
#[test]
fn a_conffile_that_becomes_something_else_is_said() {
    let old = "[files]\n\"/etc/demo/a\" = \"a.conf\"\n\"/etc/demo/b\" = \"a.conf\"\n";
    let new =
        "[files]\n\"/etc/demo/a/\" = { directory = true }\n\"/etc/demo/b\" = { symlink = \"a\" }\n";
    upgrade(
        with_files(demo("revision = \"1\"", old), "1.4.0"),
        with_files(demo("revision = \"2\"", new), "1.4.0"),
        "
        warning[symlink-in-etc]: `/etc/demo/b` is a symlink: dpkg puts it in the place of the sysadmin's file without asking
        hint: pack the file, which becomes a conffile, or make the link in `after-first-install` of `[hooks]`
        warning[conffile-gone]: `/etc/demo/a` was a conffile and becomes a directory: dpkg removes what the sysadmin wrote into it
        hint: let it be a conffile, or give the new directory another path
        warning[conffile-gone]: `/etc/demo/b` was a conffile and becomes a link: dpkg removes what the sysadmin wrote into it
        hint: let it be a conffile, or give the new link another path
        ",
    );
}

#[test]
fn an_upgrade_says_what_it_would_lose() {
    let new = r#"[files]
"/etc/demo/kept.conf" = "a.conf"
"/etc/demo/conf.d/moved.conf" = "a.conf"
"/etc/demo/plain.conf" = { source = "a.conf", conffile = false }
"/usr/share/demo/data" = { symlink = "/var/lib/demo" }
"/usr/share/demo/link/" = { directory = true }
"/opt/demo/log/" = { directory = true }
"#;
    upgrade(
        with_files(demo("revision = \"2\"", OLD), "1.10.0"),
        with_files(demo("revision = \"1\"", new), "1.4.0"),
        "
        warning[version-not-higher]: version `1.0-1` is lower than that of the previous package: apt does not install it
        hint: take a version above `1.0-2`
        warning[conffile-gone]: conffile `/etc/demo/moved.conf` of version `1.0-2` is gone: dpkg leaves it, and the new version does not read it
        hint: write `renamed = { \"/etc/demo/moved.conf\" = \"/etc/demo/conf.d/moved.conf\" }` below `[conffiles]`
        warning[conffile-gone]: conffile `/etc/demo/old.conf` of version `1.0-2` is gone: dpkg leaves it, and the new version does not read it
        hint: write `removed = [\"/etc/demo/old.conf\"]` below `[conffiles]`, or `renamed` with its new path
        warning[conffile-gone]: `/etc/demo/plain.conf` is no conffile any more: dpkg replaces what the sysadmin wrote into it
        hint: let it be a conffile, or give the new file another path
        warning[directory-becomes-link]: directory `/usr/share/demo/data` becomes a link: dpkg keeps the directory
        hint: write `directory-to-symlink = { \"/usr/share/demo/data\" = \"/var/lib/demo\" }` below `[conffiles]`
        warning[link-becomes-directory]: link `/usr/share/demo/link` becomes a directory: dpkg puts its files where the link leads
        hint: write `symlink-to-directory = { \"/usr/share/demo/link\" = \"data\" }` below `[conffiles]`
        warning[application-goes-down]: application `orders` goes down from 1.10.0 to 1.4.0
        ",
    );
}

/// The lines that the hints give make the findings go away.
#[test]
fn what_conffiles_says_is_not_said_again() {
    let new = r#"[conffiles]
removed = ["/etc/demo/old.conf", "/etc/demo/plain.conf"]
renamed = { "/etc/demo/moved.conf" = "/etc/demo/conf.d/moved.conf" }
directory-to-symlink = { "/usr/share/demo/data" = "/var/lib/demo" }
symlink-to-directory = { "/usr/share/demo/link" = "/usr/share/demo/data" }
[files]
"/etc/demo/kept.conf" = "a.conf"
"/etc/demo/conf.d/moved.conf" = "a.conf"
"/usr/share/demo/data" = { symlink = "/var/lib/demo" }
"/usr/share/demo/link/" = { directory = true }
"#;
    upgrade(
        with_files(demo("revision = \"1\"", OLD), "1.4.0"),
        with_files(demo("revision = \"2\"", new), "1.4.0"),
        "",
    );
}

#[test]
fn another_package_is_not_compared() {
    let other = Test::new()
        .manifest(
            "[package]\nname = \"other\"\nversion = \"1.0\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"demonstrates\"\n\
             [release]\npath = \"rel\"\n",
        )
        .executable("rel/bin/demo", "#!/bin/sh\n");
    upgrade(
        other,
        demo("", ""),
        "
        warning[previous-other-package]: package `demo` does not upgrade `other`: they are two packages
        hint: give an older package of the same name, or name the old one in `replaces`, `breaks` and `provides`
        ",
    );
}

#[test]
fn the_same_version_and_another_architecture_are_said() {
    upgrade(
        demo("architecture = \"arm64\"", ""),
        demo("", ""),
        "
        warning[version-not-higher]: version `1.0` is that of the previous package: apt does not install it over that one
        hint: take a version above `1.0`
        warning[previous-other-architecture]: architecture was `arm64` and is `all`: apt takes that for another package
        ",
    );
}

#[test]
fn a_previous_file_that_is_no_package_is_refused() {
    demo("", "")
        .file("old.deb", "no package\n")
        .args(["plan", "--previous", "old.deb"])
        .status(1)
        .stderr(
            "
            error: `old.deb` is not a Debian package: it does not start with `!<arch>`
            hint: copy or download the package again
            ",
        )
        .run();
}

/// Settings that a machine with the older package lacks.
#[test]
fn an_upgrade_says_which_settings_change() {
    let service = |revision: u32, lines: &str| {
        demo(
            &format!("revision = \"{revision}\""),
            &format!("[service]\n{lines}\n"),
        )
    };
    upgrade(
        service(
            1,
            "required-environment = [\"A\"]\nsecrets = [\"S\", \"T\"]\n\
             environment = { POOL = \"9\", OLD = \"1\", SAME = \"1\" }",
        ),
        service(
            2,
            "required-environment = [\"A\", \"B\"]\nsecrets = [\"T\"]\n\
             environment = { POOL = \"10\", NEW = \"1\", SAME = \"1\" }",
        ),
        "
        warning[required-anew]: `B` must be set now: on upgraded machines the service does not start before
        hint: tell the sysadmins to add it before they upgrade, or give the program a default
        warning[secret-dropped]: `S` is no longer made: new machines have no such secret, and upgraded ones keep it until the purge
        hint: leave it in `secrets` while the program reads it
        warning[defaults-changed]: `/etc/default/demo` adds `NEW`, changes `POOL`, loses `OLD`: where a sysadmin has edited it, dpkg asks, and most keep theirs
        hint: have the program do with the lines of the older version
        ",
    );
}

/// A unit and an alternative that nothing of the new version knows of.
#[test]
fn an_upgrade_says_which_units_and_alternatives_it_leaves_behind() {
    let package = |revision: u32, name: &str, more: &str| {
        demo(
            &format!("revision = \"{revision}\""),
            &format!("[service]\nname = \"{name}\"\nmanagers = [\"systemd\"]\n{more}\n"),
        )
    };
    let offered = "[alternatives]\n\"/usr/bin/tool\" = { name = \"tool\", path = \"/opt/demo/bin/demo\", priority = 5 }";
    upgrade(
        package(1, "demo", offered),
        package(2, "other", ""),
        "
        warning[conffile-gone]: conffile `/etc/default/demo` of version `1.0-1` is gone: dpkg leaves it, and the new version does not read it
        hint: write `removed = [\"/etc/default/demo\"]` below `[conffiles]`, or `renamed` with its new path
        warning[unit-gone]: unit `demo.service` is gone: where it runs, it runs on, and its links stay
        hint: write `before-upgrade = \"[ ! -d /run/systemd/system ] || systemctl stop demo.service || true\"` and `after-upgrade = \"deb-systemd-helper purge demo.service >/dev/null || true\"` below `[hooks]`
        warning[alternative-gone]: alternative `/opt/demo/bin/demo` for `/usr/bin/tool` is gone: the link leads to nothing
        hint: write `\"/usr/bin/tool\" = { name = \"tool\", path = \"/opt/demo/bin/demo\", removed = true }` below `[alternatives]`
        ",
    );
}
