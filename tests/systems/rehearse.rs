//! `reldeb rehearse`: packages with one fault each, of which that one is found and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use reldeb::internals::finding::Severity;
use reldeb::internals::rehearse::{
    Ids, Init, Options, Rehearsal, RootChoice, Roots, Stop, Variant, rehearse,
};
use tempfile::TempDir;

use crate::example::{Orders, successful};
use crate::system::provide;

/// A package with a fault, and the tag of what is found. `old` are the scripts of an earlier version.
struct Fault {
    tag: &'static str,
    init: Option<Init>,
    files: &'static [(&'static str, &'static str)],
    scripts: &'static [(&'static str, &'static str)],
    old: Option<&'static [(&'static str, &'static str)]>,
}

const fn fault(tag: &'static str, scripts: &'static [(&'static str, &'static str)]) -> Fault {
    Fault {
        tag,
        init: None,
        files: &[],
        scripts,
        old: None,
    }
}

const UNIT: (&str, &str) = (
    "lib/systemd/system/faulty.service",
    "[Service]\nExecStart=/usr/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n",
);

const FAULTS: [Fault; 13] = [
    fault("left-behind", &[("postinst", "echo 1 >/etc/faulty.state")]),
    Fault {
        old: Some(&[(
            "postinst",
            "getent passwd faulty || useradd --system faulty",
        )]),
        ..fault("account-removed", &[("postinst", "userdel faulty || true")])
    },
    Fault {
        init: Some(Init::Systemd),
        files: &[UNIT],
        ..fault(
            "service-not-ready",
            &[
                ("postinst", "[ -n \"$2\" ] || systemctl start faulty"),
                ("prerm", "systemctl stop faulty"),
            ],
        )
    },
    fault(
        "script-not-idempotent",
        &[
            ("postinst", "[ \"$1\" != configure ] || mkdir /etc/faulty"),
            ("postrm", "rm -rf /etc/faulty"),
        ],
    ),
    fault(
        "state-lost",
        &[
            ("postinst", "mkdir -p /var/lib/faulty"),
            ("prerm", "[ \"$1\" != remove ] || rm -rf /var/lib/faulty"),
            ("postrm", "[ \"$1\" != purge ] || rm -rf /var/lib/faulty"),
        ],
    ),
    Fault {
        files: &[("etc/faulty.conf", "a = 1\n")],
        ..fault(
            "conffile-question",
            &[("postinst", "sed -i s/1/2/ /etc/faulty.conf")],
        )
    },
    fault("dpkg-failed", &[("postrm", "[ \"$1\" != remove ]")]),
    Fault {
        init: Some(Init::Systemd),
        files: &[UNIT],
        ..fault(
            "dpkg-failed",
            &[
                ("postinst", "systemctl start faulty"),
                (
                    "prerm",
                    "systemctl is-active faulty && systemctl stop faulty",
                ),
            ],
        )
    },
    fault(
        "process-left",
        &[("postinst", "setsid sleep 1000 </dev/null >/dev/null 2>&1 &")],
    ),
    fault(
        "other-file-changed",
        &[("postinst", "echo faulty >>/etc/issue")],
    ),
    Fault {
        init: Some(Init::Systemd),
        files: &[UNIT],
        ..fault(
            "unit-link-left",
            &[(
                "postinst",
                "ln -sf /lib/systemd/system/faulty.service /etc/systemd/system/multi-user.target.wants/",
            )],
        )
    },
    fault(
        "time-limit",
        &[("postinst", "until read -r answer; do sleep 1; done")],
    ),
    // It tries to get out, and fails in turn where it can. A file in /run is gone soon enough.
    fault(
        "",
        &[(
            "postinst",
            "touch /run/faulty && ! mknod /root/disk b 254 0 && ! mount -t devtmpfs none /mnt && ! test -w /dev/sda \\
             && ! sh -c 'echo 1 >/proc/sys/kernel/sysrq' && ! sh -c 'exec 3<>/dev/tty' \\
             && test \"$(cut -d: -f1 /proc/net/dev | grep -c .)\" -le 4",
        )],
    ),
];

#[test]
fn each_fault_is_found_and_nothing_else() {
    let Some(cache) = cache(&[Variant::Minbase, Variant::Systemd]) else {
        return;
    };
    let next = Mutex::new(FAULTS.iter());
    let work = || {
        while let Some(fault) = { next.lock().unwrap().next() } {
            let folder = TempDir::new().unwrap();
            let package = package(folder.path(), "2", fault.files, fault.scripts);
            let old = fault
                .old
                .map(|scripts| package_of_old(folder.path(), scripts));
            let options = options(cache.path(), fault.init, old.into_iter().collect());
            let rehearsal = rehearse(&package, &options).unwrap();
            let expected: Vec<&str> = Some(fault.tag)
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect();
            assert_eq!(tags(&rehearsal), expected, "{rehearsal:#?}");
        }
    };
    std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work), scope.spawn(work)];
        for worker in workers {
            worker.join().unwrap();
        }
    });
}

const TEMPLATES: &str = "Template: faulty/word\nType: string\nDefault: hello\nDescription: word\n";
const CONFIG: &str =
    ". /usr/share/debconf/confmodule\ndb_input medium faulty/word || true\ndb_go || true";
const ASKS: &str = ". /usr/share/debconf/confmodule\n\
                    if [ \"$1\" = configure ]; then db_get faulty/word; test \"$RET\" = hello; fi";
const FORGETS: &str = "if [ \"$1\" = purge ] && [ -e /usr/share/debconf/confmodule ]; then\n\
                       . /usr/share/debconf/confmodule\ndb_purge\nfi";

/// debconf knows a package by the name of the script that asks for it, and looks for templates beside it.
#[test]
fn scripts_that_use_debconf_have_no_fault() {
    let Some(cache) = cache(&[Variant::Minbase]) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let by_hand = package(
        folder.path(),
        "1",
        &[("DEBIAN/templates", TEMPLATES)],
        &[("config", CONFIG), ("postinst", ASKS), ("postrm", FORGETS)],
    );
    let manifest = "[package]\nname = \"faulty\"\nversion = \"2\"\ndescription = \"asks a word\"\n\
                    maintainer = \"Ops Team <ops@example.com>\"\ndepends = [\"debconf\"]\n[user]\n\
                    [control-files]\ntemplates = \"templates\"\nconfig = \"config\"\n\
                    [scripts]\npostinst = \"postinst\"\npostrm = \"postrm\"\n\
                    [files]\n\"/usr/share/faulty/file\" = { source = \"templates\", mode = \"0640\", group = \"faulty\" }\n";
    for (name, text) in [
        ("reldeb.toml", manifest.to_owned()),
        ("templates", TEMPLATES.to_owned()),
        ("config", format!("#!/bin/sh\nset -e\n{CONFIG}\n")),
        (
            "postinst",
            format!("#!/bin/sh\nset -e\n{ASKS}\n#DEBHELPER#\n"),
        ),
        (
            "postrm",
            format!("#!/bin/sh\nset -e\n{FORGETS}\n#DEBHELPER#\n"),
        ),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let made = folder.path().join("made.deb");
    let mut build = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    build.args(["build", "--manifest"]).arg(folder.path());
    successful(build.arg("--output").arg(&made));
    for (package, from) in [(&by_hand, vec![]), (&made, vec![by_hand.clone()])] {
        let options = options(cache.path(), None, from);
        let rehearsal = rehearse(package, &options).unwrap();
        assert_eq!(tags(&rehearsal), [""; 0], "{rehearsal:#?}");
    }
}

#[test]
fn the_example_is_clean_and_back_soon() {
    let Some(orders) = Orders::packages() else {
        return;
    };
    let Some(cache) = cache(&[Variant::Systemd, Variant::Sysvinit]) else {
        return;
    };
    for init in [Init::Systemd, Init::Sysvinit] {
        let options = options(cache.path(), Some(init), vec![orders.first.clone()]);
        let rehearsal = rehearse(&orders.second, &options).unwrap();
        assert_eq!(tags(&rehearsal), [""; 0], "{rehearsal:#?}");
        let steps = &rehearsal.runs[0].steps;
        let upgrade = steps.iter().find(|step| step.name == "upgrade from 1.4.0");
        let upgrade = upgrade.unwrap();
        assert!(upgrade.ports.contains(&8377), "{upgrade:?}");
        assert!(
            upgrade.downtime_milliseconds.is_some_and(|it| it > 0),
            "{upgrade:?}"
        );
        assert_eq!(
            rehearsal.runs[0].accounts_left,
            ["group orders", "user orders"]
        );
    }
}

/// Packages of Debian 12 and what is found: rsyslogd leaves /var/log/syslog; the `postinst` of redis-server takes its
/// second argument for granted, of which `abort-remove` has none, and its files stay until redis-tools is
/// purged, but not the empty /etc/redis that redis-tools made.
const OF_DEBIAN: &[(&str, &[&str])] = &[
    ("hello", &[]),
    ("cron", &[]),
    ("nginx-light", &[]),
    ("rsyslog", &["left-behind"]),
    (
        "redis-server",
        &["dpkg-failed", "left-behind", "other-file-changed"],
    ),
];

#[test]
#[ignore = "fetches packages of Debian and all they depend on, and takes some minutes"]
fn packages_of_debian_have_the_faults_that_they_have() {
    let Some(cache) = cache(&[Variant::Systemd]) else {
        return;
    };
    let mirror = reldeb::internals::rehearse::mirror().unwrap();
    let folder = TempDir::new().unwrap();
    let shell = |line: &str, argument: &str| {
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", line, "bash", argument]);
        let output = command.current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let index = format!("{mirror}/dists/bookworm/main/binary-amd64/Packages.xz");
    shell("curl -fsS \"$1\" | xz -dc >Packages", &index);
    for (package, expected) in OF_DEBIAN {
        let find = "awk -v name=\"$1\" '$1 == \"Package:\" { found = $2 == name } \
                    found && $1 == \"Filename:\" { print $2 }' Packages";
        let path = shell(find, package);
        shell(
            "curl -fsSo package.deb \"$1\"",
            &format!("{mirror}/{}", path.trim()),
        );
        let mut options = options(cache.path(), Some(Init::Systemd), Vec::new());
        options.limit = Duration::from_secs(120);
        let rehearsal = rehearse(folder.path().join("package.deb"), &options).unwrap();
        assert_eq!(tags(&rehearsal), *expected, "{rehearsal:#?}");
    }
}

/// A folder of kept roots, copied from those of the tests.
pub(crate) fn cache(variants: &[Variant]) -> Option<TempDir> {
    let folder = tempfile::tempdir_in("/var/tmp").unwrap();
    for variant in variants {
        let kept = provide("bookworm", *variant)?;
        let roots = Roots {
            folder: folder.path().to_owned(),
            ids: Ids::Shifted,
        };
        let copy = roots.copy(&kept).unwrap();
        let root = folder.path().join(kept.file_name().unwrap());
        std::fs::rename(copy.path().join("root"), root).unwrap();
    }
    Some(folder)
}

pub(crate) fn options(cache: &Path, init: Option<Init>, from: Vec<PathBuf>) -> Options {
    Options {
        from,
        roots: vec![RootChoice::Suite("bookworm".into())],
        inits: vec![init],
        cache: cache.to_owned(),
        network: false,
        limit: Duration::from_secs(20),
        jobs: None,
        stop: Stop::default(),
    }
}

fn package_of_old(folder: &Path, scripts: &[(&str, &str)]) -> PathBuf {
    package(folder, "1", &[], scripts)
}

pub(crate) fn package(
    folder: &Path,
    version: &str,
    files: &[(&str, &str)],
    scripts: &[(&str, &str)],
) -> PathBuf {
    package_with(folder, version, "", files, scripts)
}

/// As [`package`], with more fields, each a line.
pub(crate) fn package_with(
    folder: &Path,
    version: &str,
    fields: &str,
    files: &[(&str, &str)],
    scripts: &[(&str, &str)],
) -> PathBuf {
    let root = folder.join(version);
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let control = format!(
        "Package: faulty\nVersion: {version}\nArchitecture: all\n{fields}\
         Maintainer: Ops Team <ops@example.com>\nDescription: package of the tests\n"
    );
    write("DEBIAN/control", &control);
    write("usr/share/faulty/file", "text\n");
    let conffiles = files.iter().filter(|(path, _)| path.starts_with("etc/"));
    let conffiles: Vec<String> = conffiles.map(|(path, _)| format!("/{path}\n")).collect();
    write("DEBIAN/conffiles", &conffiles.concat());
    for (path, text) in files {
        write(path, text);
    }
    for (script, text) in scripts {
        let path = format!("DEBIAN/{script}");
        write(&path, &format!("#!/bin/sh\nset -e\n{text}\n"));
        successful(Command::new("chmod").arg("0755").arg(root.join(path)));
    }
    let package = folder.join(format!("faulty_{version}_all.deb"));
    let mut build = Command::new("dpkg-deb");
    build.args(["--root-owner-group", "-Znone", "--build"]);
    successful(build.arg(&root).arg(&package));
    package
}

#[test]
fn a_directory_that_stays_as_it_was_is_told() {
    let Some(cache) = cache(&[Variant::Minbase]) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let file = ("usr/share/faulty/private/file", "text\n");
    let chmod = "chmod 0750 /usr/share/faulty/private";
    let old = package(folder.path(), "1", &[file], &[]);
    for (version, scripts, expected) in [
        ("2", &[][..], &["directory-mode-kept"][..]),
        ("3", &[("postinst", chmod)][..], &[][..]),
    ] {
        let new = package(folder.path(), version, &[file], scripts);
        let private = folder.path().join(version).join("usr/share/faulty/private");
        successful(Command::new("chmod").arg("0750").arg(private));
        let mut build = Command::new("dpkg-deb");
        build.args(["--root-owner-group", "-Znone", "--build"]);
        successful(build.arg(folder.path().join(version)).arg(&new));
        let options = options(cache.path(), None, vec![old.clone()]);
        let rehearsal = rehearse(&new, &options).unwrap();
        assert_eq!(tags(&rehearsal), expected, "{rehearsal:#?}");
        let weighty = rehearsal
            .findings()
            .filter(|it| it.severity > Severity::Info);
        let messages: Vec<&str> = weighty.map(|it| it.message.as_str()).collect();
        let told = "`/usr/share/faulty/private` stays `0755 root:root` as in 1, expected `0750 root:root` \
                    (upgrade from 1, bookworm without init)";
        assert_eq!(messages, vec![told; expected.len()]);
    }
}

/// The tags of all findings that weigh, each once.
pub(crate) fn tags(rehearsal: &Rehearsal) -> Vec<&'static str> {
    let weighty = rehearsal
        .findings()
        .filter(|it| it.severity > Severity::Info);
    let tags: BTreeSet<&str> = weighty.map(|finding| finding.tag.name).collect();
    tags.into_iter().collect()
}
