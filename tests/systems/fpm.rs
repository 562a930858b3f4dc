//! Packages of fpm's command lines on a machine: the one that reldeb grew from, and scripts by events.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::successful;
use crate::subjects::{install, state};
use crate::system::System;

/// Builds the package of a command line.
fn build(folder: &Path, version: &str, words: &[&str]) -> PathBuf {
    let package = folder.join(format!("{version}.deb"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command.args([
        "-q", "fpm", "-f", "-s", "dir", "-t", "deb", "-v", version, "-p",
    ]);
    command.arg(&package);
    command.args([
        "-m",
        "Ann Example <ann@example.com>",
        "--description",
        "things",
    ]);
    successful(command.args(words).current_dir(folder));
    package
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

const SEED: [(&str, &str); 5] = [
    ("_rel/iot/bin/iot", "#!/bin/sh\n"),
    ("rel/init", "#!/bin/sh\nexit 0\n"),
    ("rel/etc/iot/iot.config", "[].\n"),
    ("rel/etc/default/iot", "ulimit -n 65536\n"),
    (
        "rel/before-install",
        "#!/bin/sh\ngetent passwd iot >/dev/null || useradd --system iot\n",
    ),
];

#[test]
fn the_command_that_reldeb_grew_from_makes_its_package() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    write(folder.path(), &SEED);
    std::fs::create_dir_all(folder.path().join("rel/var/lib/iot")).unwrap();
    let words = [
        "-n",
        "iot",
        "--before-install=rel/before-install",
        "_rel/iot=/opt/",
        "rel/init=/etc/init.d/iot",
        "rel/var/lib/iot/=/var/lib/iot/",
        "rel/etc/iot/iot.config=/etc/iot/iot.config",
        "rel/etc/default/iot=/etc/default/iot",
    ];
    let before = system.snapshot();
    for version in ["1.0", "1.1"] {
        install(&system, &build(folder.path(), version, &words)).success();
        assert_eq!(state(&system, "iot"), format!("ii {version}"));
        system.run(["getent", "passwd", "iot"]).success();
        for path in ["/opt/iot/bin/iot", "/var/lib/iot", "/etc/iot/iot.config"] {
            assert!(system.has(path), "{path}");
        }
        system.write("/etc/iot/iot.config", "[changed].\n");
    }
    assert_eq!(system.read("/etc/iot/iot.config"), "[changed].\n");
    system.run(["dpkg", "-r", "iot"]).success();
    assert!(!system.has("/opt/iot"));
    assert_eq!(system.read("/etc/iot/iot.config"), "[changed].\n");
    system.run(["dpkg", "-P", "iot"]).success();
    system.run(["userdel", "iot"]).success();
    let left: Vec<String> = before.difference(&system.snapshot());
    // useradd and userdel write /etc anew.
    let left = left.iter().filter(|line| !line.contains("/etc/"));
    assert_eq!(left.collect::<Vec<_>>(), Vec::<&String>::new());
}

/// The calls of scripts, by what was done.
const CALLS: &str = "\
== first
before-install [] []
after-install [] []
== upgrade
before-upgrade [1] [1.0]
after-upgrade [1] [1.0]
== upgrade that fails
before-upgrade [1] [1.1]
== remove
before-remove [] []
after-remove [] []
== over what is left
before-upgrade [1] [1.1]
after-upgrade [1] [1.1]
== purge
before-remove [] []
after-remove [] []
after-purge [] []
";

#[test]
fn scripts_run_at_their_events() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let events = ["install", "upgrade", "remove", "purge"];
    let mut words: Vec<String> = ["-n", "thing", "--deb-systemd", "thing.service"]
        .map(str::to_owned)
        .into();
    for (moment, event) in ["before", "after"]
        .into_iter()
        .flat_map(|it| events.map(|event| (it, event)))
    {
        let name = format!("{moment}-{event}");
        if name == "before-purge" {
            continue;
        }
        // A function that ends with a failure fails the script, as it would by itself.
        let fail = format!("[ ! -e /srv/fail ] || [ {name} != before-upgrade ]");
        let count = "${1:+1}";
        let text = format!("#!/bin/bash\necho \"{name} [{count}] [$*]\" >>/srv/log\n{fail}\n");
        write(folder.path(), &[(&name, &text)]);
        let option = if event == "purge" {
            format!("--deb-{name}")
        } else {
            format!("--{name}")
        };
        words.extend([option, name]);
    }
    let unit = "[Unit]\nDescription=thing\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n";
    write(folder.path(), &[("thing.service", unit), ("conf", "1\n")]);
    words.push("conf=/etc/thing.conf".to_owned());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let packages = ["1.0", "1.1", "1.2"].map(|version| build(folder.path(), version, &words));
    let note = |what: &str| {
        system
            .shell(&format!("echo '== {what}' >>/srv/log"))
            .success();
    };
    note("first");
    install(&system, &packages[0]).success();
    assert!(system.has("/usr/lib/systemd/system/thing.service"));
    assert!(!system.has("/etc/systemd/system/multi-user.target.wants/thing.service"));
    note("upgrade");
    install(&system, &packages[1]).success();
    note("upgrade that fails");
    system.write("/srv/fail", "");
    install(&system, &packages[2]).exits(1);
    assert_eq!(state(&system, "thing"), "ii 1.1");
    system.shell("rm /srv/fail").success();
    note("remove");
    system.run(["dpkg", "-r", "thing"]).success();
    note("over what is left");
    install(&system, &packages[1]).success();
    note("purge");
    system.run(["dpkg", "-P", "thing"]).success();
    assert_eq!(system.read("/srv/log"), CALLS);
}
