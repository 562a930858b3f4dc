//! The upgrade from a package of the same name that a tool made which knows no Debian.

use std::path::PathBuf;

use crate::subjects::{CONFIG, PROGRAM, STOCK, foreign, install, stock, stock_with};
use crate::support::eventually;
use crate::system::{Init, System};

const INIT: &str = "#!/bin/sh\ncase $1 in\nstart)\n  mkdir -p /var/log/stock\n  \
    chown -R stock /opt/stock /var/log/stock /var/lib/stock\n  \
    start-stop-daemon --start --background --make-pidfile --pidfile /run/stock.pid \
    --chuid stock --chdir /opt/stock --exec /opt/stock/bin/stock\n  ;;\n\
    stop) start-stop-daemon --stop --pidfile /run/stock.pid ;;\nesac\n";

/// Its init script is no conffile and registered nowhere, its user in the group of all that
/// have none, and release, logs and configuration belong to that user.
fn predecessor() -> PathBuf {
    foreign(
        "Package: stock\nVersion: 0.9\nArchitecture: all\n\
         Maintainer: <build@example.com>\nDescription: no description given\n",
        &[
            (
                "DEBIAN/preinst",
                "#!/bin/sh\nadduser stock --system >/dev/null\n",
                0o755,
            ),
            ("etc/init.d/stock", INIT, 0o755),
            ("etc/default/stock", "ulimit -n 65536\n", 0o644),
            ("etc/stock/stock.conf", CONFIG, 0o644),
            ("opt/stock/bin/stock", PROGRAM, 0o755),
            ("opt/stock/version", "0.9\n", 0o644),
            ("var/lib/stock/.keep", "", 0o644),
        ],
    )
}

/// A package with a file that another wants, too.
fn in_the_way() -> PathBuf {
    foreign(
        "Package: in-the-way\nVersion: 1\nArchitecture: all\n\
         Maintainer: <build@example.com>\nDescription: x\n",
        &[("usr/share/stock/x", "", 0o644)],
    )
}

#[test]
fn a_package_of_another_tool_is_taken_over() {
    let old = predecessor();
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        install(&system, &old).success();
        system.run(["chown", "stock", STOCK.config]).success();
        system.write("/var/lib/stock/orders", "kept\n");
        system.run(["/etc/init.d/stock", "start"]).success();
        assert_eq!(system.answer(STOCK.port), "stock 0.9\n");

        // An upgrade that fails gives back all that it has taken.
        install(&system, &in_the_way()).success();
        let conflicting = stock_with("0.9.5", "", "", |folder| {
            let manifest = folder.join("reldeb.toml");
            let text = std::fs::read_to_string(&manifest).unwrap();
            let line = "[files]\n\"/usr/share/stock/x\" = \"stock.conf\"\n";
            std::fs::write(manifest, text.replace("[files]\n", line)).unwrap();
        });
        install(&system, &conflicting).exits(1);
        assert_eq!(system.read("/etc/default/stock"), "ulimit -n 65536\n");
        assert_eq!(system.read("/etc/init.d/stock"), INIT);
        let left = system.shell("ls /etc/*/*.dpkg-* /run/stock.predecessor 2>/dev/null");
        assert_eq!(left.stdout, "");
        // It runs again, though invoke-rc.d(8) starts nothing that has no links in /etc/rc?.d.
        let returned = || system.answer(STOCK.port) == "stock 0.9\n";
        assert!(eventually(returned), "{init:?}: {:#?}", system.processes());
        let old_pid = system.processes_of("stock")[0].pid;

        install(&system, &stock("1.0", "", "")).success();
        let renewed = || system.answer(STOCK.port) == "stock 1.0\n";
        assert!(eventually(renewed), "{init:?}: {:#?}", system.processes());
        let processes = system.processes_of("stock");
        assert!(
            processes.len() == 1 && processes[0].pid != old_pid,
            "{processes:#?}"
        );
        assert_eq!(system.read("/var/lib/stock/orders"), "kept\n");
        let writable = system.shell("find /opt/stock ! -user root ! -name stopped");
        assert_eq!(writable.stdout, "", "{init:?}");
        match init {
            Init::Systemd => system.run(["systemctl", "is-enabled", "stock"]).success(),
            Init::Sysvinit => system.shell("ls /etc/rc2.d/S??stock").success(),
        };

        system.run(["dpkg", "-P", "stock"]).success();
        assert_eq!(system.processes_of("stock"), []);
        for gone in [
            "/opt/stock",
            "/etc/stock",
            "/etc/init.d/stock",
            "/var/lib/stock",
            "/var/log/stock",
        ] {
            assert!(!system.has(gone), "{init:?}: {gone}");
        }
    }
}
