//! A package with one of everything.

use crate::forged::{self, Header, Package, directory, end, file};

pub(crate) fn owned(header: Header, owner: &str, group: &str) -> Header {
    let pad = |name: &str| format!("{name}\0\0\0\0\0\0");
    header.put(265, pad(owner)).put(297, pad(group))
}

pub(crate) fn sized(path: &str, mode: u32, content: &str) -> Header {
    Header::new(b'0', path).mode(mode).size(content.len())
}

/// The directories of a package with one of everything.
fn rich_directories() -> Vec<u8> {
    let directories = [
        "./",
        "./etc/",
        "./etc/rich/",
        "./usr/",
        "./usr/bin/",
        "./usr/lib/",
        "./usr/lib/rich/",
        "./usr/lib/systemd/",
        "./usr/lib/systemd/system/",
        "./usr/lib/tmpfiles.d/",
        "./usr/share/",
        "./usr/share/doc/",
        "./usr/share/doc/rich/",
        "./usr/share/man/",
        "./usr/share/man/man1/",
        "./var/",
        "./var/lib/",
        "./var/lib/rich/",
        "./var/lib/rich/empty/",
    ];
    directories.map(directory).concat()
}

/// The files of a package with one of everything.
fn rich_files() -> Vec<u8> {
    let plain = |path: &str, mode: u32, content: &str| {
        forged::with_content(sized(path, mode, content), content)
    };
    let of = |owner: &str, group: &str, path: &str, mode: u32| {
        forged::with_content(owned(sized(path, mode, "x\n"), owner, group), "x\n")
    };
    let private = |path: &str, mode: u32| Header::new(b'5', path).mode(mode).bytes();
    let unit = "[Service]\nExecStart=/usr/bin/rich\n[Install]\nWantedBy=multi-user.target\n";
    let mut data = rich_directories();
    for entry in [
        plain("./etc/rich/a.conf", 0o644, "a\n"),
        of("root", "shadow", "./etc/rich/secret", 0o640),
        plain("./etc/rich/of-the-machine", 0o644, "b\n"),
        plain("./usr/bin/rich", 0o755, "#!/bin/sh\n"),
        of("root", "root", "./usr/bin/raise", 0o4755),
        Header::new(b'1', "./usr/bin/poor")
            .mode(0o755)
            .target("./usr/bin/rich")
            .bytes(),
        Header::new(b'2', "./usr/bin/link")
            .mode(0o777)
            .target("/usr/lib/rich/$x")
            .bytes(),
        plain("./usr/lib/rich/$x", 0o644, "x\n"),
        plain("./usr/lib/rich/1", 0o444, "1\n"),
        plain("./usr/lib/rich/2", 0o444, "2\n"),
        plain("./usr/lib/rich/3", 0o444, "3\n"),
        plain("./usr/lib/rich/conffile", 0o644, "3\n"),
        plain("./usr/lib/systemd/system/rich.service", 0o644, unit),
        plain("./usr/lib/tmpfiles.d/rich.conf", 0o644, "d /run/rich\n"),
        plain("./usr/share/doc/rich/copyright", 0o644, "mine\n"),
        plain("./usr/share/man/man1/rich.1", 0o644, ".TH RICH 1\n"),
        private("./var/lib/rich/1/", 0o2750),
        private("./var/lib/rich/2/", 0o700),
    ] {
        data.extend(entry);
    }
    data.extend(end());
    data
}

/// A package with one of everything.
pub(crate) fn rich() -> Package {
    let control = "Package: rich\nSource: riches (2:1.0)\nVersion: 2:1.0-1+b1\nArchitecture: all\n\
        Essential: no\nMaintainer: Ann, Inc. <ann@example.com>\nPre-Depends: dpkg (>= 1.17)\n\
        Depends: aa (>= 1), bb | cc,\n dd\nRecommends: ee\nSuggests: ff\nEnhances: gg\n\
        Conflicts: hh\nBreaks: ii (<< 2)\nReplaces: ii (<< 2)\nProvides: jj (= 1)\nPriority: extra\n\
        Homepage: https://example.com/\nX-Price: $5 ${x}\nTag: role::program,\n works-with::file\n\
        Installed-Size: 4711\nDescription: everything  in one\n First line.\n .\n  verbatim\n";
    Package::new(rich_files()).members(&[
        file("./control", control),
        file(
            "./conffiles",
            "/etc/rich/a.conf\n/etc/rich/secret\n/usr/lib/rich/conffile\n",
        ),
        file(
            "./triggers",
            "# of everything\ninterest /usr/share/rich\nactivate-noawait x\n",
        ),
        file("./shlibs", "librich 1 rich\n"),
        file(
            "./templates",
            "Template: rich/q\nType: boolean\nDescription: really?\n",
        ),
        file("./config", "#!/bin/sh\n. /usr/share/debconf/confmodule\n"),
        file("./preinst", "#!/bin/sh\nset -e\necho \"$1\"\n"),
        file(
            "./postinst",
            "#!/bin/sh\nset -e\nsystemd-tmpfiles --create rich.conf\n#DEBHELPER\n",
        ),
        file("./prerm", "#!/bin/bash\necho \"${1}\"\n"),
        file("./postrm", "#!/usr/bin/perl\nprint \"@ARGV\";\n"),
    ])
}
