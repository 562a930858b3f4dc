//! The things that removal and purge leave alone: data, what others have, and whatever a link leads to.

use std::path::PathBuf;

use crate::subjects::{foreign, install, state, stock, stock_with};
use crate::system::{Output, System};

/// The package with more entries of `[files]`.
fn stock_and(version: &str, tables: &str, files: &'static str) -> PathBuf {
    stock_with(version, "", tables, |folder| {
        let path = folder.join("reldeb.toml");
        let manifest = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, manifest + files).unwrap();
    })
}

/// Returns what a script of the package said to the sysadmin.
fn said(output: &Output) -> Vec<&str> {
    let lines = output.stderr.lines();
    lines.filter(|line| line.starts_with("stock: ")).collect()
}

#[track_caller]
fn all_there(system: &System, paths: &[&str]) {
    for path in paths {
        assert!(system.has(path), "{path} is lost");
    }
}

#[track_caller]
fn all_gone(system: &System, paths: &[&str]) {
    for path in paths {
        assert!(!system.has(path), "{path} is left");
    }
}

#[test]
fn on_bookworm() {
    everything("bookworm");
}

#[test]
fn on_trixie() {
    everything("trixie");
}

/// One system sees all of it: each part ends with a purge.
fn everything(suite: &str) {
    let Some(system) = System::minbase(suite) else {
        return;
    };
    system
        .shell("mkdir -p /srv/precious/data && echo gold >/srv/precious/data/bar")
        .success();
    data_in_the_release(&system);
    files_of_another_package(&system);
    a_file_in_the_place_of_a_diverted_one(&system);
    a_directory_that_was_there_before(&system);
    a_release_behind_a_link(&system);
    a_mount_with_a_space_in_its_name(&system);
    links_of_the_service(&system);
    directories_of_a_predecessor(&system);
    assert_eq!(system.read("/srv/precious/data/bar"), "gold\n");
}

fn data_in_the_release(system: &System) {
    let package = stock_and(
        "1.1",
        "",
        "\"/opt/stock/data/\" = { directory = true, owner = \"stock\", group = \"stock\" }\n\
         \"/opt/stock/it's empty/\" = { directory = true }\n",
    );
    install(system, &package).success();
    let fill = "cd /opt/stock && touch bin/left && mkdir -p made/by/root && touch made/by/root/left && \
                ln -s /srv/precious out && mkdir -p data/a/b && echo kept >data/a/db && \
                echo kept >\"it's empty/note\" && mkdir own && chown -R stock data own";
    system.shell(fill).success();
    let output = system.run(["dpkg", "-r", "stock"]).success();
    let line = said(&output)[0];
    assert!(
        line.starts_with("stock: left as data: ")
            && line.contains(" /opt/stock/data")
            && line.contains(" /opt/stock/own")
            && line.contains(" /opt/stock/it's empty"),
        "{line}"
    );
    all_there(
        system,
        &[
            "/opt/stock/data/a/b",
            "/opt/stock/data/a/db",
            "/opt/stock/it's empty/note",
            "/opt/stock/own",
        ],
    );
    all_gone(
        system,
        &["/opt/stock/bin", "/opt/stock/made", "/opt/stock/out"],
    );
    // It is there for the next installation, which takes nothing for somebody else's.
    install(system, &package).success();
    assert_eq!(system.read("/opt/stock/data/a/db"), "kept\n");
    all_gone(system, &["/var/lib/misc/stock.found"]);
    system.run(["dpkg", "-P", "stock"]).success();
    all_gone(system, &["/opt/stock", "/var/lib/stock"]);
    all_there(system, &["/srv/precious/data/bar"]);
    // A list of one's own says what goes.
    let package = stock_and(
        "1.2",
        "[purge]\nremove = [\"/var/lib/stock\"]",
        "\"/opt/stock/data/\" = { directory = true, owner = \"stock\" }\n",
    );
    install(system, &package).success();
    system.write("/opt/stock/data/db", "kept\n");
    system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(system.read("/opt/stock/data/db"), "kept\n");
    system.shell("rm -r /opt/stock /var/log/stock").success();
}

fn files_of_another_package(system: &System) {
    let plugin = foreign(
        "Package: stock-plugin\nVersion: 1\nArchitecture: all\nMaintainer: <a@example.com>\nDescription: x\n",
        &[("opt/stock/plugins/p.so", "p\n", 0o644)],
    );
    install(system, &stock("1.0", "", "")).success();
    install(system, &plugin).success();
    system.write("/opt/stock/plugins/p.cache", "c\n");
    let output = system.run(["dpkg", "-P", "stock"]).success();
    let why = "stock: /opt/stock is left, because stock-plugin has files there";
    assert_eq!(said(&output), [why, why]);
    all_there(
        system,
        &["/opt/stock/plugins/p.so", "/opt/stock/plugins/p.cache"],
    );
    // With it gone the next removal has nobody to think of.
    install(system, &stock("1.0", "", "")).success();
    system.run(["dpkg", "-P", "stock-plugin"]).success();
    let output = system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(said(&output), [""; 0]);
    all_gone(system, &["/opt/stock"]);
}

fn a_file_in_the_place_of_a_diverted_one(system: &System) {
    install(system, &stock("1.0", "", "")).success();
    let divert = "dpkg-divert --quiet --local --rename --add /opt/stock/version && echo mine >/opt/stock/version";
    system.shell(divert).success();
    let output = system.run(["dpkg", "-P", "stock"]).success();
    let why = "stock: /opt/stock is left, because somebody has files there";
    assert_eq!(said(&output), [why, why]);
    assert_eq!(system.read("/opt/stock/version"), "mine\n");
    let undo = "rm -r /opt/stock && dpkg-divert --quiet --local --remove /opt/stock/version";
    system.shell(undo).success();
}

fn a_directory_that_was_there_before(system: &System) {
    system.write("/opt/stock/bin/by-hand", "mine\n");
    install(system, &stock("1.0", "", "")).success();
    install(system, &stock("1.3", "", "")).success();
    let output = system.run(["dpkg", "-r", "stock"]).success();
    let why = "stock: /opt/stock is left, because it was there before the package";
    assert_eq!(said(&output), [why]);
    install(system, &stock("1.3", "", "")).success();
    let output = system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(said(&output), [why, why]);
    assert_eq!(system.read("/opt/stock/bin/by-hand"), "mine\n");
    all_gone(
        system,
        &["/opt/stock/bin/stock", "/var/lib/misc/stock.found"],
    );
    system.shell("rm -r /opt/stock").success();
}

fn a_release_behind_a_link(system: &System) {
    system
        .shell("mkdir /srv/stock && ln -s /srv/stock /opt/stock")
        .success();
    install(system, &stock("1.0", "", "")).success();
    system.write("/srv/stock/left", "kept\n");
    system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(system.read("/srv/stock/left"), "kept\n");
    // The link itself is gone: dpkg takes one in the place of a directory for its own.
    system.shell("rm -r /srv/stock").success();
}

fn a_mount_with_a_space_in_its_name(system: &System) {
    let package = stock(
        "1.4",
        "",
        "[purge]\nremove = [\"/srv/stock/my data\", \"/var/lib/stock\"]",
    );
    install(system, &package).success();
    let mount = "mkdir -p '/srv/stock/my data/disk one' && mount -t tmpfs none '/srv/stock/my data/disk one' && \
                 echo kept >'/srv/stock/my data/disk one/file' && echo kept >'/srv/stock/my data/file'";
    system.shell(mount).success();
    let output = system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(
        said(&output),
        ["stock: /srv/stock/my data is left, because /srv/stock/my data/disk one is mounted"]
    );
    all_there(
        system,
        &[
            "/srv/stock/my data/disk one/file",
            "/srv/stock/my data/file",
        ],
    );
    all_gone(system, &["/var/lib/stock"]);
    system
        .shell("umount '/srv/stock/my data/disk one' && rm -r /srv/stock /var/log/stock")
        .success();
}

fn links_of_the_service(system: &System) {
    let package = stock(
        "1.5",
        "",
        "[purge]\nremove = [\"/var/lib/stock/cache/data\", \"/var/lib/stock/link\", \"/var/log/stock/old/data\"]",
    );
    install(system, &package).success();
    // The administrator's link, in a directory of root's, is followed: there the logs are.
    let links = "cd /var/lib/stock && setpriv --reuid=stock --clear-groups ln -s /srv/precious cache && \
                 setpriv --reuid=stock --clear-groups ln -s /srv/precious link && \
                 mkdir -p /srv/logs/old/data && chown -R stock /srv/logs && \
                 rmdir /var/log/stock && ln -s /srv/logs /var/log/stock";
    system.shell(links).success();
    let output = system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(
        said(&output),
        ["stock: /var/lib/stock/cache/data is left, because a link leads there"]
    );
    all_there(
        system,
        &[
            "/srv/precious/data/bar",
            "/var/lib/stock/cache",
            "/srv/logs/old",
        ],
    );
    all_gone(system, &["/var/lib/stock/link", "/srv/logs/old/data"]);
    system
        .shell("rm -r /var/lib/stock /var/log/stock /srv/logs")
        .success();
}

fn directories_of_a_predecessor(system: &System) {
    let old = foreign(
        "Package: stock\nVersion: 0.8\nArchitecture: all\nMaintainer: <a@example.com>\nDescription: x\n",
        &[
            ("opt/stock/version", "0.8\n", 0o644),
            ("opt/stock/lib/.x/y", "y\n", 0o644),
        ],
    );
    install(system, &old).success();
    let chown = "mkdir -p /opt/stock/.h/.i /opt/stock/..j /opt/stock/data && touch /opt/stock/data/db && \
                 chown -R stock /opt/stock";
    system.shell(chown).success();
    let data = "\"/opt/stock/data/\" = { directory = true, owner = \"stock\" }\n";
    install(system, &stock_and("1.6", "", data)).success();
    let writable = system
        .shell("find /opt/stock -type d ! -user root | sort")
        .stdout;
    assert_eq!(writable, "/opt/stock/data\n");
    assert_eq!(state(system, "stock"), "ii 1.6");
    system.run(["dpkg", "-P", "stock"]).success();
    all_gone(system, &["/opt/stock"]);
}
