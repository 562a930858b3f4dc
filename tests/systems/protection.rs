//! The readers of configuration: as the package says, also at an upgrade and in another root, unless
//! the administrator says otherwise.

use std::path::PathBuf;

use crate::example;
use crate::subjects::{foreign, install, orders, state, stock, stock_with};
use crate::system::System;

/// `stock` with another configuration file, of this owner and mode; `tables` go to the manifest.
fn with_file(version: &str, entry: &str, tables: &str) -> PathBuf {
    let line = format!(
        "\"/etc/stock/db.conf\" = {{ source = \"stock.conf\"{entry} }}\n\
         \"/etc/stock/plain.conf\" = {{ source = \"stock.conf\", conffile = false{entry} }}\n"
    );
    stock_with(version, "", tables, |folder| {
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap() + &line;
        std::fs::write(&manifest, text).unwrap();
    })
}

const FILE: &str = "/etc/stock/db.conf";
const FOR_GROUP: &str = ", mode = \"0640\", group = \"stock\"";
const FOR_ROOT: &str = ", mode = \"0600\"";
const FOR_USER: &str = ", mode = \"0400\", owner = \"stock\", group = \"stock\"";

#[test]
fn a_new_version_raises_the_protection_of_configuration() {
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            return;
        };
        // What is shipped, what that is on the machine; each is an upgrade of the one before.
        let steps = [
            ("2.0", "", "0644 root:root"),
            ("2.1", FOR_GROUP, "0640 root:stock"),
            ("2.2", FOR_ROOT, "0600 root:root"),
            ("2.3", FOR_USER, "0400 stock:stock"),
            ("2.4", FOR_GROUP, "0640 root:stock"),
        ];
        for (version, entry, expected) in steps {
            install(&system, &with_file(version, entry, "")).success();
            assert_eq!(
                system.entry(FILE),
                format!("regular file {expected}"),
                "{version}"
            );
            // dpkg does it itself for what is no conffile.
            assert_eq!(
                system.entry("/etc/stock/plain.conf"),
                system.entry(FILE),
                "{version}"
            );
            assert_eq!(
                system.entry("/etc/default/stock"),
                "regular file 0640 root:stock"
            );
        }
        // One that is not restricted any more is left, where dpkg leaves it.
        install(&system, &with_file("2.5", "", "")).success();
        assert_eq!(system.entry(FILE), "regular file 0640 root:stock");
        assert_eq!(
            system.entry("/etc/stock/plain.conf"),
            "regular file 0644 root:root"
        );
        system.run(["dpkg", "-P", "stock"]).success();

        // Over what a removal has left.
        install(&system, &with_file("2.0", "", "")).success();
        system.run(["dpkg", "-r", "stock"]).success();
        install(&system, &with_file("2.1", FOR_GROUP, "")).success();
        assert_eq!(system.entry(FILE), "regular file 0640 root:stock");
        assert!(!system.has("/run/stock.protection"));
    }
}

/// Defaults were for all to read before this version, and in packages of other tools.
#[test]
fn the_environment_is_protected_at_the_upgrade() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let old = foreign(
        "Package: stock\nVersion: 0.9\nArchitecture: all\n\
         Maintainer: Ops Team <ops@example.com>\nDescription: other\n",
        &[
            ("etc/default/stock", "DB_PASSWORD=secret\n", 0o644),
            ("DEBIAN/conffiles", "/etc/default/stock\n", 0o644),
        ],
    );
    install(&system, &old).success();
    system.write("/etc/default/stock", "DB_PASSWORD=secret # mine\n");
    assert_eq!(
        system.entry("/etc/default/stock"),
        "regular file 0644 root:root"
    );
    system.copy(with_file("2.0", "", ""), "/root/new.deb");
    system
        .run(["dpkg", "--force-confold", "-i", "/root/new.deb"])
        .success();
    assert_eq!(
        system.read("/etc/default/stock"),
        "DB_PASSWORD=secret # mine\n"
    );
    assert_eq!(
        system.entry("/etc/default/stock"),
        "regular file 0640 root:stock"
    );
}

#[test]
fn what_the_administrator_protects_stays_so() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let [open, group, user] = [("2.0", ""), ("2.1", FOR_GROUP), ("2.3", FOR_USER)]
        .map(|(version, entry)| with_file(version, entry, ""));
    let cases = [
        (&open, "chmod 0600", "0600 root:root"),
        (&open, "chgrp adm", "0644 root:adm"),
        (&group, "chmod 0644", "0644 root:stock"),
        (&group, "chown root:root", "0640 root:root"),
        (
            &group,
            "chown root:root /etc/stock/db.conf; chmod 0644",
            "0644 root:root",
        ),
        (
            &open,
            "dpkg-statoverride --update --add root root 0644",
            "0644 root:root",
        ),
    ];
    for (first, command, expected) in cases {
        install(&system, first).success();
        system.shell(&format!("{command} {FILE}")).success();
        for next in [&group, &user, &group] {
            install(&system, next).success();
            assert_eq!(
                system.entry(FILE),
                format!("regular file {expected}"),
                "{command}"
            );
        }
        system.shell(&format!("dpkg-statoverride --remove {FILE}"));
        system.run(["dpkg", "-P", "stock"]).success();
    }
}

#[test]
fn a_failed_upgrade_leaves_the_protection_as_it_was() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    install(&system, &with_file("2.0", "", "")).success();
    let bad = with_file("2.6", FOR_GROUP, "[hooks]\nbefore-upgrade = \"exit 7\"");
    install(&system, &bad).exits(1);
    assert_eq!(state(&system, "stock"), "ii 2.0");
    assert_eq!(system.entry(FILE), "regular file 0644 root:root");
    // Between the unpacking and a postinst that fails new content is protected already.
    let bad = with_file("2.7", FOR_GROUP, "[hooks]\nafter-upgrade = \"exit 7\"");
    install(&system, &bad).exits(1);
    assert_eq!(state(&system, "stock"), "iF 2.7");
    assert_eq!(system.entry(FILE), "regular file 0640 root:stock");
    assert!(!system.has("/run/stock.protection"));
}

/// dpkg works on another root with the names of this one: the services of the image can read what is
/// theirs all the same, and no two machines that are copied from it share a cookie.
#[test]
fn files_of_an_image_belong_to_its_own_users() {
    let (Some([first, second]), Some(tally), Some(system)) =
        (orders(), example::tally(), System::minbase("bookworm"))
    else {
        return;
    };
    // Here the numbers are others than there, or there is no such name.
    system
        .shell(
            "groupadd --gid 777 orders && mkdir /image && \
             tar -C / --one-file-system -c --exclude=./image --exclude=./proc --exclude=./sys . | tar -C /image -x && \
             chroot /image groupdel orders",
        )
        .success();
    let dpkg = |package: &std::path::Path| {
        system.copy(package, "/root/image.deb");
        system
            .run([
                "dpkg",
                "--root=/image",
                "--force-script-chrootless",
                "-i",
                "/root/image.deb",
            ])
            .success();
    };
    dpkg(&first);
    dpkg(tally);
    let owned = |packages: [&str; 2]| {
        for name in packages {
            let stat = format!(
                "cd /etc/{name} && stat -c '%U:%G %a %n' * /etc/default/{name} | grep -v '^root:{name} 640 '"
            );
            let output = system.run(["chroot", "/image", "sh", "-c", &stat]);
            assert_eq!(output.stdout, "", "{name}");
        }
    };
    owned(["orders", "tally"]);
    dpkg(&second);
    owned(["orders", "tally"]);
    let cookies = system
        .shell("find /image -name '*cookie*' -not -path '/image/usr/*' -not -path '/image/opt/*'");
    assert_eq!(cookies.stdout, "");

    // The image as a machine.
    let start = "for place in proc dev; do mkdir -p /image/$place; mount --rbind /$place /image/$place; done; chroot /image service orders start && chroot /image service tally start";
    system.shell(start).success();
    assert_eq!(
        system
            .run(["chroot", "/image", "orders", "ping"])
            .success()
            .stdout,
        "pong\n"
    );
    system.run(["chroot", "/image", "tally", "pid"]).success();
}

/// Scripts for which dpkg enters the root do not know of it, but the owners are as wrong.
#[test]
fn files_of_an_image_whose_scripts_run_inside_belong_to_its_own_users() {
    let Some(system) = System::minbase("trixie") else {
        return;
    };
    system
        .shell(
            "mkdir /image && \
             tar -C / --one-file-system -c --exclude=./image --exclude=./proc --exclude=./sys . | tar -C /image -x && \
             groupadd --gid 777 stock && \
             for place in proc dev; do mkdir -p /image/$place; mount --rbind /$place /image/$place; done",
        )
        .success();
    system.copy(stock("1.0", "", ""), "/root/image.deb");
    system
        .run(["dpkg", "--root=/image", "-i", "/root/image.deb"])
        .success();
    let stat = "stat -c '%U:%G %a' /etc/stock/stock.conf /etc/default/stock";
    let owners = system.run(["chroot", "/image", "sh", "-c", stat]).success();
    assert_eq!(owners.stdout, "root:stock 640\nroot:stock 640\n");
}
