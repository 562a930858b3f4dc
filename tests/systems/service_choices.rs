//! The choices about a service: those of the manifest, and those of the admin.

use crate::example;
use crate::services::{Life, exposed};
use crate::subjects::{ORDERS, STOCK, account, install, orders, state, stock, stock_with};
use crate::support::eventually;
use crate::system::{Init, Process, System};

/// An upgrade treats a service that runs as the manifest says.
#[test]
fn an_upgrade_does_what_the_manifest_says() {
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        // Whether the process stays, the version it tells afterwards, and the version that lay
        // on the disk when it was stopped.
        let cases = [
            ("restart", false, "1.1", Some("1.1")),
            ("stop-start", false, "1.1", Some("1.0")),
            ("reload", true, "1.1", None),
            ("none", true, "1.0", None),
        ];
        for (way, stays, version, stopped) in cases {
            let service = format!("on-upgrade = \"{way}\"");
            let life = Life {
                system: &system,
                init,
                subject: STOCK,
                first: stock("1.0", &service, ""),
                second: stock("1.1", &service, ""),
            };
            install(&system, &life.first).success();
            life.serves();
            let pid = life.pid();
            install(&system, &life.second).success();
            life.serves();
            assert_eq!(life.pid() == pid, stays, "{way} {init:?}");
            let told = || system.answer(STOCK.port) == format!("stock {version}\n");
            assert!(
                eventually(told),
                "{way} {init:?}: {}",
                system.answer(STOCK.port)
            );
            if let Some(stopped) = stopped {
                let seen = system.read("/var/lib/stock/stopped");
                assert_eq!(seen.trim_end(), stopped, "{way} {init:?}");
            }

            // What runs without being enabled goes on all the same; what is stopped stays so, also
            // where the new version is given up.
            if init == Init::Systemd {
                system.run(["systemctl", "disable", "stock"]).success();
                install(&system, &life.first).success();
                life.serves();
                assert!(!life.enabled(), "{way}");
            }
            life.manage("stop");
            install(&system, &life.first).success();
            life.rests();
            let bad = stock("2.0", &service, "[hooks]\nbefore-upgrade = \"exit 7\"");
            install(&system, &bad).exits(1);
            life.rests();
            system.run(["dpkg", "-r", "stock"]).success();
            system.shell("systemctl enable stock 2>/dev/null; true");
            install(&system, &life.first).success();
            if init == Init::Sysvinit {
                life.serves();
            }
            system.run(["dpkg", "-P", "stock"]).success();
            life.rests();
        }
    }
}

/// The program says itself when it serves, so it does by the time that dpkg returns.
#[test]
fn a_program_that_notifies_is_waited_for() {
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::boot(suite, Init::Systemd) else {
            continue;
        };
        install(&system, &stock("1.0", "ready = \"notify\"", "")).success();
        let shown = system.run(["systemctl", "show", "-p", "Type,ActiveState", "stock"]);
        let mut shown: Vec<String> = shown.success().stdout.lines().map(String::from).collect();
        shown.sort();
        assert_eq!(shown, ["ActiveState=active", "Type=notify"], "{suite}");
        assert!(system.listening_ports().contains(&STOCK.port), "{suite}");
    }
}

/// Two releases share the port mapper that the first of them has started: it stays while the other
/// is registered with it, and ends with its own service after that.
#[test]
fn a_port_mapper_in_use_outlives_its_service() {
    let (Some(orders), Some(tally)) = (orders(), example::tally()) else {
        return;
    };
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    install(&system, &orders[0]).success();
    install(&system, tally).success();
    system.answer(8378);
    let programs = || -> Vec<String> {
        let processes = system.processes_of("orders").into_iter();
        processes
            .map(|process| process.exe.rsplit('/').next().unwrap().to_owned())
            .collect()
    };
    assert!(programs().contains(&"epmd".to_owned()), "{:?}", programs());

    system.run(["systemctl", "stop", "orders"]).success();
    assert_eq!(programs(), ["epmd"]);
    system.run(["tally", "rpc", "IO.puts(node())"]).success();

    system.run(["systemctl", "stop", "tally"]).success();
    assert_eq!(system.processes_of("tally"), []);
    system.run(["systemctl", "start", "orders"]).success();
    assert_eq!(system.run(["orders", "ping"]).success().stdout, "pong\n");
    system.run(["systemctl", "stop", "orders"]).success();
    assert_eq!(programs(), [""; 0]);
    assert_eq!(
        system.run(["systemctl", "is-failed", "orders"]).stdout,
        "inactive\n"
    );
}

#[test]
fn instances_survive_an_upgrade() {
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let before = system.snapshot();
    let service = "instances = true\nmanagers = [\"systemd\"]";
    install(&system, &stock("1.0", service, "")).success();
    let instances = [("one", 8381), ("two", 8382)];
    for (instance, port) in instances {
        let file = format!("/etc/default/stock@{instance}");
        system.write(&file, format!("STOCK_PORT={port}\n"));
        let unit = format!("stock@{instance}");
        system
            .run(["systemctl", "enable", "--now", &unit])
            .success();
        assert_eq!(system.answer(port), "stock 1.0\n");
    }
    // One that was stopped stays so.
    system.run(["systemctl", "enable", "stock@three"]).success();
    install(&system, &stock("1.1", service, "")).success();
    for (instance, port) in instances {
        let told = || system.answer(port) == "stock 1.1\n";
        assert!(eventually(told), "{instance}: {}", system.answer(port));
        let unit = format!("stock@{instance}");
        system.run(["systemctl", "is-enabled", &unit]).success();
        let state = format!("/var/lib/stock/{instance}");
        assert_eq!(system.entry(&state), "directory 0750 stock:stock");
    }
    assert_ne!(
        system.run(["systemctl", "is-active", "stock@three"]).status,
        0
    );
    assert_eq!(system.processes_of("stock").len(), 2);

    system.run(["dpkg", "-r", "stock"]).success();
    assert_eq!(system.processes_of("stock"), []);
    system.run(["dpkg", "-P", "stock"]).success();
    let mut left: Vec<String> = before.difference(&system.snapshot());
    // The admin's own files.
    left.retain(|line| !line.contains(" /etc/default/stock@"));
    assert_eq!(left, account("stock"));
}

/// The release is there once: the unit has another directory in the place of the shared one.
#[test]
fn instances_write_to_directories_of_their_own() {
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let service = "instances = true\n[service.systemd.Service]\n\
                   StateDirectory = [\"stock/%i\", \"stock/%i/data\"]\n\
                   BindPaths = [\"/var/lib/stock/%i/data:/var/lib/stock/data\"]\n\
                   ExecStartPre = \"/bin/sh -c 'echo %i >>/opt/stock/data/own'\"";
    let package = stock_with("1.0", service, "", |folder| {
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        let writable = "path = \"rel\"\nwritable = [\"data\"]";
        std::fs::write(&manifest, text.replace("path = \"rel\"", writable)).unwrap();
    });
    install(&system, &package).success();
    for (instance, port) in [("one", 8381), ("two", 8382)] {
        let file = format!("/etc/default/stock@{instance}");
        system.write(&file, format!("STOCK_PORT={port}\n"));
        let unit = format!("stock@{instance}");
        system
            .run(["systemctl", "enable", "--now", &unit])
            .success();
        assert_eq!(system.answer(port), "stock 1.0\n");
        let own = format!("/var/lib/stock/{instance}/data/own");
        assert_eq!(system.read(&own), format!("{instance}\n"));
    }
    assert_eq!(system.shell("ls /var/lib/stock/data").stdout, "");
}

/// The choices of the admin under systemd: drop-ins, and what the journal tells them.
#[test]
fn under_systemd_the_admin_has_the_last_word() {
    let (Some([first, second]), Some(system)) = (orders(), System::boot("bookworm", Init::Systemd))
    else {
        return;
    };
    let life = Life {
        system: &system,
        init: Init::Systemd,
        subject: ORDERS,
        first,
        second,
    };
    install(&system, &life.first).success();
    life.serves();
    exposed(&system, "orders.service", 2.0);

    let drop_in = "/etc/systemd/system/orders.service.d/override.conf";
    system.write(
        drop_in,
        "[Service]\nEnvironment=LOCAL=yes\nLimitNOFILE=4096\n",
    );
    install(&system, &life.second).success();
    life.serves();
    let environment = system.shell(&format!("tr '\\0' '\\n' </proc/{}/environ", life.pid()));
    assert!(
        environment.stdout.contains("\nLOCAL=yes\n"),
        "{}",
        environment.stdout
    );
    let limits = system.read(&format!("/proc/{}/limits", life.pid()));
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    assert!(files.unwrap().contains(" 4096 "), "{limits}");

    // A service that cannot start fails no package: the journal says why.
    system.write(ORDERS.config, "this is no configuration\n");
    let output = install(&system, &life.first).success();
    assert!(output.stderr.contains("journalctl"), "{}", output.stderr);
    assert_eq!(state(&system, "orders"), "ii 1.4.0");
    let failed = || {
        let state = system
            .run(["systemctl", "show", "-P", "NRestarts", "orders"])
            .stdout;
        state.trim_end() != "0" || system.run(["systemctl", "is-failed", "orders"]).status == 0
    };
    assert!(eventually(failed), "{}", life.journal());
    let journal = life.journal();
    assert!(journal.contains(ORDERS.config), "{journal}");

    system.write(ORDERS.config, ORDERS.edited);
    system.run(["systemctl", "restart", "orders"]).success();
    life.serves();

    // One that has failed is started by the next upgrade, which may have mended it.
    system.write(ORDERS.config, "this is no configuration\n");
    system.run(["systemctl", "stop", "orders"]).success();
    assert_ne!(system.run(["systemctl", "start", "orders"]).status, 0);
    system.write(ORDERS.config, ORDERS.edited);
    install(&system, &life.second).success();
    life.serves();
}

/// The choices of the admin about an init script: its deletion, and its edits.
#[test]
fn a_deleted_init_script_stays_deleted() {
    let Some(system) = System::boot("bookworm", Init::Sysvinit) else {
        return;
    };
    install(&system, &stock("1.0", "", "")).success();
    system.run(["service", "stock", "stop"]).success();
    system.run(["rm", "/etc/init.d/stock"]).success();
    install(&system, &stock("1.1", "", "")).success();
    assert!(!system.has("/etc/init.d/stock"));
    assert_eq!(system.processes_of("stock"), []);
    system.run(["dpkg", "-P", "stock"]).success();
}

/// `user = false` makes no user: the service is root's, with the same directories and the same end.
#[test]
fn a_service_without_a_user_lives_as_root() {
    let package = |version: &str| {
        stock_with(version, "", "", |folder| {
            let manifest = folder.join("reldeb.toml");
            let text = std::fs::read_to_string(&manifest).unwrap();
            let text = text.replace(", group = \"stock\"", "");
            std::fs::write(&manifest, format!("user = false\n{text}")).unwrap();
        })
    };
    let (first, second) = (package("5.0"), package("5.1"));
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        let before = system.snapshot();
        let tells = |version: &str| {
            let told = || system.answer(STOCK.port) == format!("stock {version}\n");
            assert!(eventually(told), "{init:?}: {}", system.answer(STOCK.port));
        };
        install(&system, &first).success();
        tells("5.0");
        for (path, entry) in [
            ("/var/lib/stock", "directory 0750 root:root"),
            ("/var/log/stock", "directory 0750 root:root"),
            ("/etc/default/stock", "regular file 0640 root:root"),
            ("/etc/stock/stock.conf", "regular file 0640 root:root"),
        ] {
            assert_eq!(system.entry(path), entry, "{init:?} {path}");
        }
        system.run(["id", "stock"]).exits(1);
        let processes = system.processes_of("root");
        let is_program = |process: &Process| process.exe.ends_with("/perl");
        assert!(processes.iter().any(is_program), "{init:?} {processes:#?}");
        install(&system, &second).success();
        tells("5.1");
        system.run(["dpkg", "-r", "stock"]).success();
        let rests = || !system.listening_ports().contains(&STOCK.port);
        assert!(eventually(rests), "{init:?}");
        assert_eq!(system.read("/var/lib/stock/stopped"), "5.1\n", "{init:?}");
        install(&system, &second).success();
        tells("5.1");
        system.run(["dpkg", "-P", "stock"]).success();
        assert!(eventually(rests), "{init:?}");
        assert_eq!(before.difference(&system.snapshot()), [""; 0], "{init:?}");
    }
}

/// A service that gets another name ends before the new one starts, by the hooks that
/// `plan --previous` proposes.
#[test]
fn a_service_of_another_name_follows_the_old_one() {
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    install(&system, &stock("1.0", "managers = [\"systemd\"]", "")).success();
    let hooks = "[hooks]\n\
        before-upgrade = \"[ ! -d /run/systemd/system ] || systemctl stop stock.service || true\"\n\
        after-upgrade = \"deb-systemd-helper purge stock.service >/dev/null || true\"\n\
        [user]\nname = \"stock\"";
    let service = "name = \"keeper\"\nmanagers = [\"systemd\"]";
    install(&system, &stock("2.0", service, hooks)).success();
    assert_eq!(system.answer(STOCK.port), "stock 2.0\n");
    let active = |unit: &str| system.run(["systemctl", "is-active", unit]).stdout;
    assert_eq!(active("stock.service"), "inactive\n");
    assert_eq!(active("keeper.service"), "active\n");
    let links = "find /etc/systemd -name stock.service";
    assert_eq!(system.shell(links).stdout, "");
}
