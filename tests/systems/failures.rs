//! Failures on a machine, and the package's answers to them.

use crate::subjects::{CONFIG, STOCK, account, foreign, install, state, stock, stock_with};
use crate::system::{Init, System};

/// A hook that fails leaves the package in the state that dpkg has for it, and the next good
/// package mends it.
#[test]
fn a_failing_hook_is_handled_as_dpkg_expects() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let (old, good) = (stock("1.0", "", ""), stock("3.0", "", ""));
    let before = system.snapshot();
    // The event, what is there when the package comes, what is done with it then, the state
    // that is left.
    let cases = [
        ("before-first-install", "", "", "in"),
        ("after-first-install", "", "", "iF 2.0"),
        ("before-upgrade", "ii", "", "ii 1.0"),
        ("after-upgrade", "ii", "", "iF 2.0"),
        ("before-reinstall", "rc", "", "ic 1.0"),
        ("after-reinstall", "rc", "", "iF 2.0"),
        ("before-remove", "", "-r", "ri 2.0"),
        ("after-remove", "", "-r", "rH 2.0"),
        ("before-purge", "", "-P", "pc 2.0"),
        ("after-purge", "", "-P", "pc 2.0"),
    ];
    for (event, present, action, expected) in cases {
        let hook =
            format!("[hooks]\n{event} = 'echo \"<$old_version> to <$new_version>\"; exit 7'");
        let bad = stock("2.0", "", &hook);
        if !present.is_empty() {
            install(&system, &old).success();
        }
        if present == "rc" {
            system.run(["dpkg", "-r", "stock"]).success();
        }
        let output = install(&system, &bad);
        let output = if action.is_empty() {
            output
        } else {
            output.success();
            system.run(["dpkg", action, "stock"])
        };
        let script = output.stderr.contains("exit status 7");
        assert!(output.status == 1 && script, "{event}: {output:#?}");
        let mut said = output.stderr.lines();
        let named = format!("stock: hook {event} of ");
        assert!(
            said.any(|line| line.starts_with(&named) && line.ends_with(" failed with status 7")),
            "{event}: {output:#?}"
        );
        let versions = match (present, action) {
            ("", "") => "<> to <2.0>\n",
            ("", _) => "<2.0> to <>\n",
            _ => "<1.0> to <2.0>\n",
        };
        assert!(output.stdout.contains(versions), "{event}: {output:#?}");
        assert_eq!(state(&system, "stock"), expected, "{event}");

        install(&system, &good).success();
        assert_eq!(state(&system, "stock"), "ii 3.0", "{event}");
        system.run(["dpkg", "-P", "stock"]).success();
        let left = before.difference(&system.snapshot());
        assert_eq!(left, account("stock"), "{event}");
    }
}

/// Under an init script, too, a service that does not start fails no package.
#[test]
fn a_failing_start_fails_no_package() {
    let Some(system) = System::boot("bookworm", Init::Sysvinit) else {
        return;
    };
    install(&system, &stock("1.0", "", "")).success();
    system.write(STOCK.config, "broken\n");
    let output = install(&system, &stock("1.1", "", "")).success();
    assert!(
        output.stderr.contains("stock 1.1 did not start"),
        "{output:#?}"
    );
    assert_eq!(state(&system, "stock"), "ii 1.1");
    assert_eq!(system.processes_of("stock"), []);
    assert_ne!(system.run(["service", "stock", "status"]).status, 0);
    let log = system.read("/var/log/stock/stock.log");
    assert!(log.contains("stock: no port is configured"), "{log}");
    system.write(STOCK.config, CONFIG);
    system.run(["service", "stock", "restart"]).success();
    assert_eq!(system.answer(STOCK.port), "stock 1.1\n");
    system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(system.processes_of("stock"), []);
}

/// Files stay as the administrator has deleted them or set them by dpkg-statoverride.
#[test]
fn decisions_about_files_stay() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    system.shell("groupadd --system readers").success();
    let overrides = [
        (
            "root",
            "readers",
            "0640",
            STOCK.config,
            "regular file 0640 root:readers",
        ),
        (
            "root",
            "readers",
            "0750",
            "/var/lib/stock",
            "directory 0750 root:readers",
        ),
    ];
    for (owner, group, mode, path, _) in overrides {
        system
            .run(["dpkg-statoverride", "--add", owner, group, mode, path])
            .success();
    }
    install(&system, &stock("1.0", "", "")).success();
    system.run(["rm", "/etc/default/stock"]).success();
    assert_eq!(system.entry(STOCK.config), overrides[0].4);
    system.run(["mkdir", "-p", "/var/lib/stock"]).success();
    system
        .run(["chown", "root:readers", "/var/lib/stock"])
        .success();
    system.run(["chmod", "0750", "/var/lib/stock"]).success();
    install(&system, &stock("1.1", "", "")).success();
    for (.., path, entry) in overrides {
        assert_eq!(system.entry(path), entry);
    }
    assert!(!system.has("/etc/default/stock"));
}

/// A failed upgrade leaves the old service running.
#[test]
fn a_service_outlives_a_failed_upgrade() {
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        for way in ["restart", "stop-start"] {
            let service = format!("on-upgrade = \"{way}\"");
            install(&system, &stock("1.0", &service, "")).success();
            assert_eq!(system.answer(STOCK.port), "stock 1.0\n");
            let bad = stock("2.0", &service, "[hooks]\nbefore-upgrade = \"exit 7\"");
            install(&system, &bad).exits(1);
            assert_eq!(state(&system, "stock"), "ii 1.0", "{way}");
            assert_eq!(system.answer(STOCK.port), "stock 1.0\n");

            // Files in the way of another package: dpkg takes back what it has unpacked.
            let other = foreign(
                "Package: warehouse\nVersion: 2.0\nArchitecture: all\n\
                 Maintainer: Ops Team <ops@example.com>\nDescription: other\n",
                &[("usr/share/stock/list", "", 0o644)],
            );
            install(&system, &other).success();
            let clash = "[files]\n\"/usr/share/stock/list\" = \"stock.conf\"";
            install(&system, &clashing(&service, clash)).exits(1);
            assert_eq!(state(&system, "stock"), "ii 1.0", "{way}");
            assert_eq!(system.answer(STOCK.port), "stock 1.0\n");

            // One that gets stuck when its files are there is mended by the next.
            let stuck = stock("2.0", &service, "[hooks]\nafter-upgrade = \"exit 7\"");
            install(&system, &stuck).exits(1);
            assert_eq!(state(&system, "stock"), "iF 2.0", "{way}");
            install(&system, &stock("3.0", &service, "")).success();
            assert_eq!(system.answer(STOCK.port), "stock 3.0\n", "{way}");
            system.run(["dpkg", "-P", "stock", "warehouse"]).success();
            assert_eq!(system.processes_of("stock"), []);
        }
    }
}

/// `[files]` is there already: a line of it is all there is to add.
fn clashing(service: &str, clash: &str) -> std::path::PathBuf {
    let line = clash.lines().nth(1).unwrap().to_owned();
    stock_with("2.1", service, "", |folder| {
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        std::fs::write(&manifest, text + &line + "\n").unwrap();
    })
}

#[test]
fn a_full_disk_leaves_the_old_version() {
    let Some(system) = System::small("bookworm", "24m") else {
        return;
    };
    install(&system, &stock("1.0", "", "")).success();
    let big = stock_with("2.2", "", "", |folder| {
        std::fs::write(folder.join("rel/ballast"), vec![b'.'; 64 << 20]).unwrap();
    });
    let output = install(&system, &big).exits(1);
    let full = output.stderr.contains("No space left on device");
    assert!(full, "{}", output.stderr);
    assert_eq!(state(&system, "stock"), "ii 1.0");
    assert_eq!(system.read("/opt/stock/version"), "1.0");
    assert!(!system.has("/opt/stock/ballast.dpkg-new"));
    system.run(["dpkg", "--verify", "stock"]).success();
    install(&system, &stock("1.1", "", "")).success();
    assert_eq!(state(&system, "stock"), "ii 1.1");
}

/// dpkg is killed while it runs a script, and while it unpacks.
#[test]
fn a_killed_dpkg_can_go_on() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    for event in ["before-upgrade", "after-upgrade"] {
        install(&system, &stock("1.0", "", "")).success();
        // Once only: the way out runs the script again.
        let hook = format!(
            "[hooks]\n{event} = \"[ -e /run/killed ] || {{ : >/run/killed; kill -KILL $PPID; }}\""
        );
        let package = stock("2.0", "", &hook);
        assert_eq!(install(&system, &package).status, 137, "{event}");
        system.run(["dpkg", "--configure", "-a"]).success();
        install(&system, &package).success();
        assert_eq!(state(&system, "stock"), "ii 2.0", "{event}");
        system.run(["dpkg", "-P", "stock"]).success();
        system.run(["rm", "/run/killed"]).success();
    }

    let many = stock_with("2.3", "", "", |folder| {
        std::fs::create_dir(folder.join("rel/data")).unwrap();
        for number in 0..3000 {
            std::fs::write(folder.join(format!("rel/data/{number:04}")), "data").unwrap();
        }
    });
    install(&system, &stock("1.0", "", "")).success();
    system.copy(&many, "/root/many.deb");
    let killed = system.shell(
        "dpkg -i /root/many.deb & dpkg=$!
         until [ -e /opt/stock/data/0100.dpkg-new ] || ! kill -0 $dpkg; do :; done
         kill -KILL $dpkg; wait $dpkg",
    );
    assert_eq!(killed.status, 137, "{killed:#?}");
    assert!(
        state(&system, "stock").contains('H'),
        "{}",
        state(&system, "stock")
    );
    system.run(["dpkg", "-i", "/root/many.deb"]).success();
    assert_eq!(state(&system, "stock"), "ii 2.3");
    assert!(system.has("/opt/stock/data/2999"));
    system.run(["dpkg", "--verify", "stock"]).success();
    system.run(["dpkg", "-P", "stock"]).success();
    system.run(["rm", "/root/many.deb"]).success();
    assert_eq!(before.difference(&system.snapshot()), account("stock"));
}

/// An account that is there already stays as it is, and the service runs with it.
#[test]
fn an_account_that_is_there_stays() {
    let cases = [
        (
            "another number, home and shell",
            "useradd --uid 4321 --home-dir /srv/stock --create-home --shell /bin/bash stock",
        ),
        (
            "the group of all that have none",
            "useradd --system --gid nogroup stock",
        ),
        ("the group alone", "groupadd --gid 4321 stock"),
    ];
    for (what, command) in cases {
        let Some(system) = System::boot("bookworm", Init::Systemd) else {
            return;
        };
        system.shell(command).success();
        let line = |file: &str| {
            let text = system.read(file);
            let line = text.lines().find(|line| line.starts_with("stock:"));
            line.map(str::to_owned)
        };
        let there = [line("/etc/passwd"), line("/etc/group")];
        install(&system, &stock("1.0", "", "")).success();
        assert_eq!(system.answer(STOCK.port), "stock 1.0\n", "{what}");
        assert_eq!(system.processes_of("stock").len(), 1, "{what}");
        assert_eq!(
            system.entry(STOCK.config),
            "regular file 0640 root:stock",
            "{what}"
        );
        system.run(["dpkg", "-P", "stock"]).success();
        for (there, file) in there.into_iter().zip(["/etc/passwd", "/etc/group"]) {
            assert!(there.is_none() || there == line(file), "{what}: {file}");
        }
        if what.contains("home") {
            assert_eq!(
                system.entry("/srv/stock").split(' ').next_back(),
                Some("stock:stock")
            );
        }
    }
}

/// Purge removes what is the package's, and nothing that only seems to be.
#[test]
fn purge_touches_nothing_outside() {
    let package = stock("1.0", "", "");
    let cases = [
        ("a mounted disk", "mount -t tmpfs tmpfs /var/lib/stock"),
        (
            "a directory mounted elsewhere",
            "mkdir /srv/disk && mount --bind /srv/disk /var/lib/stock",
        ),
        (
            "a mount below",
            "mkdir /var/lib/stock/a && mount -t tmpfs tmpfs /var/lib/stock/a",
        ),
        (
            "a link",
            "mkdir /srv/disk && rmdir /var/lib/stock && ln -s /srv/disk /var/lib/stock",
        ),
        (
            "a link inside",
            "mkdir /srv/disk && ln -s /srv/disk /var/lib/stock/a",
        ),
    ];
    for (what, command) in cases {
        let Some(system) = System::minbase("bookworm") else {
            return;
        };
        install(&system, &package).success();
        system.run(["service", "stock", "stop"]).success();
        system
            .shell("rm -rf /var/lib/stock/* /var/lib/stock/.[a-z]*")
            .success();
        system.shell(command).success();
        let place = if system.has("/var/lib/stock/a") {
            "/var/lib/stock/a"
        } else {
            "/var/lib/stock"
        };
        system.write(&format!("{place}/kept"), "the admin's\n");
        install(&system, &stock("1.1", "", "")).success();
        system.run(["dpkg", "-P", "stock"]).success();
        assert_eq!(state(&system, "stock"), "", "{what}");
        let kept = if system.has("/srv/disk") {
            "/srv/disk"
        } else {
            place
        };
        assert_eq!(
            system.read(&format!("{kept}/kept")),
            "the admin's\n",
            "{what}"
        );
        if what.contains("link") {
            assert!(!system.has("/var/lib/stock"), "{what}");
        }
    }
}

#[test]
fn a_downgrade_keeps_what_was_edited() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let newer = stock_with("1.4", "", "", |folder| {
        std::fs::write(folder.join("stock.conf"), "# new\nport=8380\n").unwrap();
    });
    install(&system, &newer).success();
    install(&system, &stock("1.0", "", "")).success();
    assert_eq!(system.read(STOCK.config), CONFIG);
    assert_eq!(system.read("/opt/stock/version"), "1.0");
    install(&system, &newer).success();
    system.write(STOCK.config, STOCK.edited);
    system.copy(stock("1.0", "", ""), "/root/old.deb");
    system
        .run(["dpkg", "--force-confold", "-i", "/root/old.deb"])
        .success();
    assert_eq!(system.read(STOCK.config), STOCK.edited);
    assert_eq!(state(&system, "stock"), "ii 1.0");
}

/// A conffile that goes, one that moves: as they were shipped, and edited.
#[test]
fn conffiles_go_and_move() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    let old = stock_with("1.5", "", "", |folder| {
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap()
            + "\"/etc/stock/gone.conf\" = \"stock.conf\"\n\"/etc/stock/first.conf\" = \"stock.conf\"\n";
        std::fs::write(&manifest, text).unwrap();
    });
    let new = stock_with(
        "1.6",
        "",
        "[conffiles]\nremoved = [\"/etc/stock/gone.conf\"]\n\
         renamed = { \"/etc/stock/first.conf\" = \"/etc/stock/second.conf\" }",
        |folder| {
            let manifest = folder.join("reldeb.toml");
            let text = std::fs::read_to_string(&manifest).unwrap();
            std::fs::write(
                &manifest,
                text + "\"/etc/stock/second.conf\" = \"stock.conf\"\n",
            )
            .unwrap();
        },
    );
    for edited in [false, true] {
        install(&system, &old).success();
        if edited {
            for file in ["gone", "first"] {
                system.write(&format!("/etc/stock/{file}.conf"), STOCK.edited);
            }
        }
        install(&system, &new).success();
        for gone in ["gone", "first"] {
            assert!(!system.has(&format!("/etc/stock/{gone}.conf")), "{gone}");
        }
        let content = if edited { STOCK.edited } else { CONFIG };
        assert_eq!(system.read("/etc/stock/second.conf"), content);
        assert_eq!(system.has("/etc/stock/gone.conf.dpkg-bak"), edited);
        let conffiles = system
            .run(["dpkg-query", "-f", "${Conffiles}", "-W", "stock"])
            .stdout;
        // dpkg notes one that it found in its old place until the next upgrade.
        let obsolete: Vec<&str> = conffiles
            .lines()
            .filter(|line| line.ends_with("obsolete"))
            .collect();
        assert_eq!(obsolete.len(), usize::from(edited), "{conffiles}");
        system.run(["dpkg", "-P", "stock"]).success();
        assert_eq!(before.difference(&system.snapshot()), account("stock"));
    }
}

#[test]
fn a_directory_becomes_a_link_and_back() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    let added = |version: &str, lines: &'static str, tables: &str| {
        stock_with(version, "", tables, |folder| {
            let manifest = folder.join("reldeb.toml");
            let text = std::fs::read_to_string(&manifest).unwrap();
            std::fs::write(&manifest, text + lines + "\n").unwrap();
        })
    };
    let directory = added("1.7", "\"/usr/share/stock/schema/a\" = \"stock.conf\"", "");
    let link = added(
        "1.8",
        "\"/usr/share/stock/new/a\" = \"stock.conf\"\n\
         \"/usr/share/stock/schema\" = { symlink = \"new\" }",
        "[conffiles]\ndirectory-to-symlink = { \"/usr/share/stock/schema\" = \"new\" }",
    );
    let back = added(
        "1.9",
        "\"/usr/share/stock/schema/a\" = \"stock.conf\"",
        "[conffiles]\nsymlink-to-directory = { \"/usr/share/stock/schema\" = \"new\" }",
    );
    install(&system, &directory).success();
    assert_eq!(
        system.entry("/usr/share/stock/schema"),
        "directory 0755 root:root"
    );
    install(&system, &link).success();
    let what = system.entry("/usr/share/stock/schema");
    assert!(what.starts_with("symbolic link"), "{what}");
    assert_eq!(system.read("/usr/share/stock/schema/a"), CONFIG);
    install(&system, &back).success();
    assert_eq!(
        system.entry("/usr/share/stock/schema"),
        "directory 0755 root:root"
    );
    assert_eq!(system.read("/usr/share/stock/schema/a"), CONFIG);
    assert!(!system.has("/usr/share/stock/new"));
    system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(before.difference(&system.snapshot()), account("stock"));
}
