//! Pairs of packages with one difference each. The snapshot shows all that is said of them.

use super::{Folder, PRERM, module, reldeb, unit};

/// A pair: its name, the kind of difference that it has, and what is changed in the new package.
type Pair = (&'static str, &'static str, fn(&Folder));

#[rustfmt::skip]
const PAIRS: &[Pair] = &[
    ("nothing", "", |_| {}),
    ("the version alone", "", |_| {}),
    ("the version, also in a script", "", |f| { f.replace("DEBIAN/postinst", "1.3.0", "1.4.0"); }),
    ("a lower version", "finding", |f| { f.replace("DEBIAN/control", "1.4.0", "1.2.0"); }),
    ("the architecture", "finding", |f| { f.replace("DEBIAN/control", "amd64", "arm64"); }),
    ("the text of a configuration file", "question", |f| { f.file("etc/orders/orders.conf", "a = 2\n"); }),
    ("a configuration file that was a plain file", "question", |f| {
        f.file("DEBIAN/conffiles", "/etc/orders/orders.conf\n/usr/share/doc/orders/README\n")
            .file("usr/share/doc/orders/README", "read this\n");
    }),
    ("a configuration file that is gone", "finding", |f| {
        f.remove("etc/orders/orders.conf").remove("DEBIAN/conffiles");
    }),
    ("a configuration file that is gone, with care", "removed", |f| {
        f.remove("etc/orders/orders.conf").remove("DEBIAN/conffiles").script(
            "preinst",
            "#!/bin/sh\nset -e\ndpkg-maintscript-helper rm_conffile /etc/orders/orders.conf 1.4.0~ orders -- \"$@\"\nadduser --system --group orders\n",
        );
    }),
    ("a configuration file that becomes a directory", "finding", |f| {
        f.remove("DEBIAN/conffiles").remove("etc/orders/orders.conf").file("etc/orders/orders.conf/a", "a\n");
    }),
    ("a configuration file that becomes a link", "finding", |f| {
        f.remove("DEBIAN/conffiles").remove("etc/orders/orders.conf").link("etc/orders/orders.conf", "/usr/share/doc");
    }),
    ("a new configuration file", "conffile", |f| {
        f.file("DEBIAN/conffiles", "/etc/orders/orders.conf\n/etc/orders/b.conf\n").file("etc/orders/b.conf", "b\n");
    }),
    ("a configuration file that was the same plain file", "conffile", |f| {
        f.file("DEBIAN/conffiles", "/etc/orders/orders.conf\n/usr/share/doc/orders/README\n");
    }),
    ("a configuration file that is a plain file now", "finding", |f| { f.remove("DEBIAN/conffiles"); }),
    ("a configuration file that dpkg removes", "removed", |f| {
        f.remove("etc/orders/orders.conf").file("DEBIAN/conffiles", "remove-on-upgrade /etc/orders/orders.conf\n");
    }),
    ("a directory becomes a link", "path-kind", |f| {
        f.remove("usr/share/doc/orders").link("usr/share/doc/orders", "orders-common");
    }),
    ("a link becomes a directory", "path-kind", |f| {
        f.remove("opt/orders/log").file("opt/orders/log/.keep", "");
    }),
    ("a link leads elsewhere", "content", |f| {
        f.remove("opt/orders/log").link("opt/orders/log", "/var/log/o");
    }),
    ("a mode", "rights", |f| { f.mode("etc/orders/orders.conf", 0o640); }),
    ("a mode of a directory", "rights", |f| { f.mode("usr/share/doc/orders", 0o750); }),
    ("a mode of a directory, with care", "rights", |f| {
        f.mode("usr/share/doc/orders", 0o750).replace("DEBIAN/postinst", "set -e", "set -e\nchmod 0750 /usr/share/doc/orders");
    }),
    ("a setuid program", "setuid", |f| { f.file("usr/bin/orders", "x").mode("usr/bin/orders", 0o4755); }),
    ("a file is added", "added", |f| { f.file("usr/share/doc/orders/NEWS", "news\n"); }),
    ("an empty folder is added", "added", |f| { f.file("var/lib/orders/x", "").remove("var/lib/orders/x"); }),
    ("a file is removed", "removed", |f| { f.remove("usr/share/doc/orders/README"); }),
    ("a file moves", "removed", |f| {
        f.rename("usr/share/doc/orders/README", "usr/share/doc/orders/README.md");
    }),
    ("the same size, another content", "content", |f| { f.file("usr/share/doc/orders/README", "READ ME\n"); }),
    ("a file grows by much", "size>100%", |f| { f.file("usr/share/doc/orders/README", "x".repeat(40_000)); }),
    ("a relation of another version", "relation", |f| { f.replace("DEBIAN/control", "2.31", "2.36"); }),
    ("relations that come and go", "relation", |f| {
        f.replace("DEBIAN/control", ", adduser", ", passwd").replace("DEBIAN/control", "Recommends: logrotate\n", "");
    }),
    ("a description", "field", |f| { f.replace("DEBIAN/control", "order service", "service for orders\n More."); }),
    ("a script", "script", |f| { f.replace("DEBIAN/postinst", "set -e", "set -eu"); }),
    ("a script is gone", "script", |f| { f.remove("DEBIAN/prerm"); }),
    ("triggers", "script", |f| { f.file("DEBIAN/triggers", "activate-noawait ldconfig\n"); }),
    ("another user", "account", |f| {
        f.replace("DEBIAN/preinst", "--group orders", "--group shop");
    }),
    ("users by sysusers.d", "account", |f| { f.file("usr/lib/sysusers.d/orders.conf", "u shop - \"Shop\"\n"); }),
    ("a unit's text", "restart", |f| {
        f.file("usr/lib/systemd/system/orders.service", unit("ExecStart=/bin/false"));
    }),
    ("a unit that stops before", "restart", |f| {
        f.script("preinst", "#!/bin/sh\nset -e\nadduser --system --group orders\ndeb-systemd-invoke stop 'orders.service' || true\n");
    }),
    ("a second unit", "enabled", |f| {
        f.file("usr/lib/systemd/system/orders.timer", "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n")
            .replace("DEBIAN/postinst", "    if [ -n", "    deb-systemd-helper enable 'orders.timer' || true\n    if [ -n");
    }),
    ("a unit is gone", "removed", |f| {
        f.remove("usr/lib/systemd/system/orders.service").remove("DEBIAN/postinst").script("prerm", PRERM);
    }),
    ("an application goes up", "", |f| {
        f.rename("opt/orders/lib/orders-1.3.0", "opt/orders/lib/orders-1.4.0")
            .rename("opt/orders/releases/1.3.0", "opt/orders/releases/1.4.0");
    }),
    ("an application goes up, with other code", "content", |f| {
        f.rename("opt/orders/lib/orders-1.3.0", "opt/orders/lib/orders-1.4.0")
            .file("opt/orders/lib/orders-1.4.0/ebin/orders.beam", module(b"two", b"1"));
    }),
    ("an application goes down", "downgrade", |f| {
        f.rename("opt/orders/lib/stdlib-4.2", "opt/orders/lib/stdlib-4.1");
    }),
    ("an application is new", "added", |f| { f.file("opt/orders/lib/cowboy-2.9.0/ebin/cowboy.app", "app\n"); }),
    ("other code in the same application", "module", |f| {
        f.file("opt/orders/lib/stdlib-4.2/ebin/lists.beam", module(b"two", b"1"));
    }),
    ("other numbers of lines in the same code", "content", |f| {
        f.file("opt/orders/lib/stdlib-4.2/ebin/lists.beam", module(b"one", b"2"));
    }),
];

#[test]
fn each_pair_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    Folder::new(at("old")).pack(&at("old.deb"));
    let mut told = String::new();
    for (name, kind, change) in PAIRS {
        let new = Folder::new(at("new"));
        if !name.starts_with("nothing") {
            new.replace("DEBIAN/control", "1.3.0", "1.4.0");
        }
        change(&new);
        new.pack(&at("new.deb"));
        let pair = ["diff", "old.deb", "new.deb"];
        let (status, text, error) = reldeb(&pair, directory.path());
        assert_eq!(error, "", "{name}");
        assert_eq!(
            status,
            i32::from(!text.contains("no differences")),
            "{name}"
        );
        told.extend(["== ", name, "\n", &text, "\n"]);
        if !kind.is_empty() {
            let of_kind = [&pair[..], &["--fail-on", kind]].concat();
            assert_eq!(reldeb(&of_kind, directory.path()).0, 1, "{name}: {kind}");
        }
        for (format, begin) in [("--json", "{\n"), ("--markdown", "### orders")] {
            let (_, text, _) = reldeb(&[&pair[..], &[format]].concat(), directory.path());
            assert!(text.starts_with(begin), "{name}: {text}");
        }
        std::fs::remove_dir_all(at("new")).unwrap();
    }
    insta::assert_snapshot!(told);
}
