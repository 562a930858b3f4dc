//! Maintainer scripts of an author's own, on a machine: dpkg makes the same calls of them as of the
//! scripts of a package that is made by hand, and what the package itself does is done all the same.

use std::path::{Path, PathBuf};

use crate::subjects::{account, foreign, install, state, stock_with};
use crate::system::System;

/// Writes the call down, and fails where the test wants it.
const PREINST: &str = r#"echo "preinst $# $*" >>/srv/log
undefined=$undefined
false
[ ! -e "/srv/fail.preinst.$1" ] || exit 7
exit 0
"#;

const POSTINST: &str = r#"#!/bin/bash
set -e
names=("$DPKG_MAINTSCRIPT_NAME" "$#" "$@")
printf '%s\n' "${names[*]}" >>/srv/log
call=$1
shift || true
set -- some thing else
if true; then
    #DEBHELPER#
    echo "still ${names[0]} $*" >>/srv/log
fi
[ ! -e "/srv/fail.postinst.$call" ] || exit 3
"#;

const PRERM: &str = r#"#!/usr/bin/perl -w
use strict;
open(my $log, '>>', '/srv/log') or die;
print $log "prerm ", scalar(@ARGV), " @ARGV\n";
exit(-e "/srv/fail.prerm.$ARGV[0]" ? 5 : 0);
"#;

const POSTRM: &str = r#"#!/bin/sh
echo "postrm $# $*" >>/srv/log
if [ -e "/srv/fail.postrm.$1" ]; then
    exit 9
fi
exit 0
"#;

const SCRIPTS: [(&str, &str); 4] = [
    ("preinst", PREINST),
    ("postinst", POSTINST),
    ("prerm", PRERM),
    ("postrm", POSTRM),
];

/// A package with the scripts that reldeb makes.
fn made(version: &str) -> PathBuf {
    let tables = "[scripts]\npreinst = \"own/preinst\"\npostinst = \"own/postinst\"\n\
                  prerm = \"own/prerm\"\npostrm = \"own/postrm\"\n";
    stock_with(version, "", tables, |folder| {
        std::fs::create_dir(folder.join("own")).unwrap();
        for (name, text) in SCRIPTS {
            std::fs::write(folder.join("own").join(name), text).unwrap();
        }
    })
}

/// A package with the scripts as they are.
fn by_hand(version: &str) -> PathBuf {
    let control = format!(
        "Package: stock\nVersion: {version}\nArchitecture: all\n\
         Maintainer: Ops Team <ops@example.com>\nDescription: made by hand\n"
    );
    let preinst = format!("#!/bin/sh\n{PREINST}");
    foreign(
        &control,
        &[
            ("DEBIAN/preinst", &preinst, 0o755),
            ("DEBIAN/postinst", POSTINST, 0o755),
            ("DEBIAN/prerm", PRERM, 0o755),
            ("DEBIAN/postrm", POSTRM, 0o755),
            ("usr/share/stock/version", version, 0o644),
        ],
    )
}

/// Takes a package through its life, with a failure of each script, and returns the calls.
fn life(system: &System, [first, second]: [&Path; 2]) -> String {
    let note = |what: &str, status: i32| {
        let state = state(system, "stock");
        let line = format!("echo '== {what}: {status} {state}' >>/srv/log");
        system.shell(&line).success();
    };
    let up = |what: &str, package: &Path| note(what, install(system, package).status);
    let fail = |calls: &[&str]| {
        system.shell("rm -f /srv/fail.*").success();
        for call in calls {
            system.write(&format!("/srv/fail.{call}"), "");
        }
    };
    let dpkg = |what: &str, words: &[&str]| {
        let all = std::iter::once("dpkg").chain(words.iter().copied());
        note(what, system.run(all).status);
    };
    fail(&["preinst.install"]);
    up("preinst fails", first);
    fail(&[]);
    up("first", first);
    up("second", second);
    up("again", second);
    fail(&["prerm.upgrade"]);
    up("prerm fails", first);
    fail(&["prerm.upgrade", "prerm.failed-upgrade"]);
    up("prerm fails twice", second);
    fail(&["preinst.upgrade"]);
    up("preinst fails", second);
    fail(&["postrm.upgrade"]);
    up("postrm fails", second);
    fail(&["postrm.upgrade", "postrm.failed-upgrade"]);
    up("postrm fails twice", first);
    fail(&["postinst.configure"]);
    up("postinst fails", first);
    fail(&[]);
    dpkg("configure", &["--configure", "-a"]);
    fail(&["prerm.remove"]);
    dpkg("prerm fails", &["-r", "stock"]);
    fail(&["postrm.remove"]);
    dpkg("postrm fails", &["-r", "stock"]);
    fail(&[]);
    dpkg("remove", &["-r", "stock"]);
    up("over what is left", second);
    fail(&["postrm.purge"]);
    dpkg("purge fails", &["-P", "stock"]);
    fail(&[]);
    dpkg("purge", &["-P", "stock"]);
    let log = system.read("/srv/log");
    system.run(["rm", "/srv/log"]).success();
    log
}

#[test]
fn dpkg_makes_the_same_calls_as_of_scripts_by_hand() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    let expected = life(&system, [&by_hand("1.0"), &by_hand("1.1")]);
    // The life has every kind of call in it.
    for call in [
        "abort-install",
        "abort-upgrade",
        "failed-upgrade",
        "abort-remove",
    ] {
        assert!(expected.contains(call), "{call}\n{expected}");
    }
    let packages = [made("1.0"), made("1.1")];
    install(&system, &packages[0]).success();
    // What the package itself does is done after scripts that end early, and at the line in the middle.
    assert_eq!(system.entry("/var/lib/stock"), "directory 0750 stock:stock");
    assert!(system.has("/etc/systemd/system/multi-user.target.wants/stock.service"));
    system.run(["dpkg", "-P", "stock"]).success();
    assert!(!system.has("/var/lib/stock"));
    system.shell("rm /srv/log; userdel stock").success();
    let found = life(&system, [&packages[0], &packages[1]]);
    assert_eq!(found, expected);
    let left = before.difference(&system.snapshot());
    assert_eq!(left, account("stock"));
}

#[test]
fn scripts_ask_by_debconf() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let ask = "#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\ndb_version 2.0\n\
               echo \"$DPKG_MAINTSCRIPT_NAME $* ${0##*/}\" >>/srv/log\n";
    let package = |version: &str, place: &str| {
        let tables = "[scripts]\npreinst = \"own\"\npostinst = \"own\"\npostrm = \"own\"\n";
        stock_with(version, "", tables, |folder| {
            std::fs::write(folder.join("own"), format!("{ask}{place}")).unwrap();
        })
    };
    install(&system, &package("1.0", "")).success();
    install(
        &system,
        &package("1.1", "#DEBHELPER#\necho on >>/srv/log\n"),
    )
    .success();
    system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(
        system.read("/srv/log"),
        "preinst install preinst\npostinst configure  stock.postinst\n\
         preinst upgrade 1.0 1.1 preinst\non\npostrm upgrade 1.1 stock.postrm\n\
         postinst configure 1.0 stock.postinst\non\npostrm remove stock.postrm\non\n\
         postrm purge stock.postrm\non\n"
    );
}
