//! Two packages of one service, of which one takes the other's place: the purge of the first leaves what
//! the second has.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::successful;
use crate::subjects::{CONFIG, PROGRAM, STOCK, install};
use crate::support::eventually;
use crate::system::{Init, System};

/// Two packages with a service, and two with a unit of the author's.
const MANIFEST: &str = r#"
[package]
version = "1.0"
maintainer = "Ann Example <ann@example.com>"
description = "keeps stock"
[packages.stock-full.files]
"/usr/bin/stock" = { source = "stock", mode = "0755" }
"/usr/share/stock/version" = "version"
"/etc/stock/stock.conf" = "stock.conf"
[packages.stock-lite.files]
"/usr/bin/stock" = { source = "stock", mode = "0755" }
"/usr/share/stock/version" = "version"
"/etc/stock/stock.conf" = "stock.conf"
[packages.stock-full.service]
name = "stock"
program = "/usr/bin/stock"
[packages.stock-lite.package]
conflicts = ["stock-full"]
replaces = ["stock-full"]
[packages.stock-lite.service]
name = "stock"
program = "/usr/bin/stock"
[packages.unit-full.units]
"kept.service" = "unit"
[packages.unit-full.purge]
remove = ["/var/lib/unit-full"]
[packages.unit-lite.package]
conflicts = ["unit-full"]
replaces = ["unit-full"]
[packages.unit-lite.units]
"kept.service" = "unit"
"#;

const UNIT: &str = "[Unit]\nDescription=kept\n[Service]\nExecStart=/bin/sleep infinity\n\
                    [Install]\nWantedBy=multi-user.target\n";

fn packages(folder: &Path) -> [PathBuf; 4] {
    let program = PROGRAM.replace("/opt/stock/version", "/usr/share/stock/version");
    for (name, text) in [
        ("reldeb.toml", MANIFEST),
        ("stock.conf", CONFIG),
        ("version", "1.0"),
        ("stock", &program),
        ("unit", UNIT),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    successful(command.arg("build").current_dir(folder));
    ["stock-full", "stock-lite", "unit-full", "unit-lite"]
        .map(|name| folder.join(format!("dist/{name}_1.0_all.deb")))
}

/// One makes way in the same call of dpkg, or before.
fn replaces(init: Init, removed_before: bool) {
    let Some(system) = System::boot("bookworm", init) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let [full, lite, ..] = packages(folder.path());
    install(&system, &full).success();
    system
        .shell("echo kept >/var/lib/stock-full/data")
        .success();
    if removed_before {
        system.run(["dpkg", "-r", "stock-full"]).success();
    }
    install(&system, &lite).success();
    let answers = || eventually(|| system.answer(STOCK.port).trim() == "stock 1.0");
    assert!(answers());

    system.run(["dpkg", "-P", "stock-full"]).success();
    assert!(answers());
    assert_eq!(system.read("/var/lib/stock-full/data"), "kept\n");
    match init {
        Init::Systemd => {
            let enabled = system.run(["systemctl", "is-enabled", "stock"]);
            assert_eq!(enabled.stdout, "enabled\n");
        }
        Init::Sysvinit => {
            let links = system.shell("ls /etc/rc2.d | grep -c stock").success();
            assert_eq!(links.stdout, "1\n");
            system.run(["test", "-x", "/etc/init.d/stock"]).success();
        }
    }

    system.run(["dpkg", "-P", "stock-lite"]).success();
    assert!(!system.has("/var/lib/stock-lite"));
    let links = system.shell("find /etc/systemd /etc/rc?.d /var/lib/systemd -name '*stock*'");
    assert_eq!(links.stdout, "");
}

#[test]
fn of_a_service_under_systemd() {
    replaces(Init::Systemd, true);
    replaces(Init::Systemd, false);
}

#[test]
fn of_a_service_under_sysvinit() {
    replaces(Init::Sysvinit, true);
    replaces(Init::Sysvinit, false);
}

#[test]
fn of_a_unit() {
    let Some(system) = System::boot("trixie", Init::Systemd) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let [.., full, lite] = packages(folder.path());
    install(&system, &full).success();
    system.shell("mkdir /var/lib/unit-full").success();
    system.run(["dpkg", "-r", "unit-full"]).success();
    install(&system, &lite).success();
    let purged = system.run(["dpkg", "-P", "unit-full"]).success();
    assert!(
        purged.stderr.contains(
            "unit-full: state and logs are left, because unit-lite has /usr/lib/systemd/system/kept.service"
        ),
        "{}",
        purged.stderr
    );
    let enabled = system.run(["systemctl", "is-enabled", "kept"]);
    assert_eq!(enabled.stdout, "enabled\n");
    assert!(system.has("/var/lib/unit-full"));
}
