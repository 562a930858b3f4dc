//! A directory of the release that becomes a link, and a link that becomes a directory: the package
//! does it by itself, there and back, whatever fails, and nothing is lost.

use std::path::PathBuf;

use crate::subjects::{account, foreign, install, state, stock_with};
use crate::system::{Output, System};

/// `stock` with these lines of `[files]`, and these tables.
fn with(version: &str, lines: &'static str, tables: &str) -> PathBuf {
    stock_with(version, "", tables, |folder| {
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        std::fs::write(&manifest, text + lines + "\n").unwrap();
    })
}

/// Directories with files of the package.
const DIRECTORIES: &str = r#"
"/opt/stock/log/README" = "stock.conf"
"/opt/stock/log/old/one" = "stock.conf"
"/opt/stock/priv/static/a" = "stock.conf"
"/opt/stock/priv/static/deep/b" = "stock.conf"
"/opt/stock/priv/deep link/c" = "stock.conf"
"/opt/stock/share/x" = "stock.conf"
"/opt/stock/share/alias" = { symlink = "../priv/static" }
"#;

/// Links in their place: to the service's logs, to another directory of the release, to nothing; one
/// above a place that was a link itself; and a directory with a link below what was a link.
const LINKS: &str = r#"
"/opt/stock/log" = { symlink = "/var/log/stock" }
"/opt/stock/static/a" = "stock.conf"
"/opt/stock/priv/static" = { symlink = "../static" }
"/opt/stock/priv/deep link" = { symlink = "/srv/nowhere" }
"/opt/stock/share" = { symlink = "static" }
"#;

/// All that is below the release and in the logs, without times.
fn listing(system: &System) -> String {
    let find = "find /opt/stock /var/log/stock /srv -printf '%p %y %u:%g %m %l\\n' | \
                grep -v '^/opt/stock/version' | sort";
    system.shell(find).success().stdout
}

/// Returns what dpkg finds missing or changed.
fn faults(system: &System) -> String {
    system.run(["dpkg", "-V", "stock"]).stdout
}

#[test]
fn become_directories_and_links_again() {
    for suite in ["bookworm", "trixie"] {
        let (Some(system), Some(fresh)) = (System::minbase(suite), System::minbase(suite)) else {
            return;
        };
        let before = system.snapshot();
        let [directories, links] =
            [("3.0", DIRECTORIES), ("3.1", LINKS)].map(|(version, lines)| with(version, lines, ""));
        // What a fresh installation of each looks like.
        let expected = [&directories, &links].map(|package| {
            install(&fresh, package).success();
            let listing = listing(&fresh);
            fresh.run(["dpkg", "-P", "stock"]).success();
            listing
        });
        install(&system, &directories).success();
        for (package, expected) in [
            (&links, &expected[1]),
            (&links, &expected[1]),
            (&directories, &expected[0]),
            (&directories, &expected[0]),
            (&links, &expected[1]),
        ] {
            let output = install(&system, package).success();
            assert_eq!(said(&output), [""; 0]);
            assert_eq!(listing(&system), *expected);
            assert_eq!(faults(&system), "");
        }
        system.run(["dpkg", "-P", "stock"]).success();
        assert_eq!(before.difference(&system.snapshot()), account("stock"));
    }
}

/// Returns the lines of the package's own scripts.
fn said(output: &Output) -> Vec<&str> {
    let lines = output.stderr.lines();
    lines.filter(|line| line.starts_with("stock: ")).collect()
}

#[test]
fn keep_what_is_not_of_the_package() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let directories = with("3.0", DIRECTORIES, "");
    let links = with("3.1", LINKS, "");
    install(&system, &directories).success();
    system
        .shell(
            "cd /opt/stock/log; echo data >app.log; echo data >.hidden; mkdir days; echo data >'days/a b'
             echo theirs >both; echo data >old/two; mkdir /var/log/stock/old
             echo mine >/var/log/stock/both; echo mine >/var/log/stock/README
             echo data >'/opt/stock/priv/deep link/data'",
        )
        .success();
    let output = install(&system, &links).success();
    assert_eq!(
        said(&output),
        [
            "stock: /opt/stock/log is a link now; what was in it and found no place is in \
             /opt/stock/log.dpkg-old",
            "stock: /opt/stock/priv/deep link is a link now; what was in it and found no place is \
             in /opt/stock/priv/deep link.dpkg-old",
        ]
    );
    for (path, content) in [
        ("/var/log/stock/app.log", "data\n"),
        ("/var/log/stock/.hidden", "data\n"),
        ("/var/log/stock/days/a b", "data\n"),
        ("/var/log/stock/both", "mine\n"),
        ("/var/log/stock/README", "mine\n"),
        ("/opt/stock/log.dpkg-old/both", "theirs\n"),
        ("/opt/stock/log.dpkg-old/old/two", "data\n"),
        ("/opt/stock/priv/deep link.dpkg-old/data", "data\n"),
    ] {
        assert_eq!(system.read(path), content, "{path}");
    }
    assert!(!system.has("/opt/stock/log.dpkg-old/README"));
    assert_eq!(faults(&system), "");

    // And back: nothing is written through the link, nothing behind it is lost.
    install(&system, &directories).success();
    assert_eq!(system.entry("/opt/stock/log"), "directory 0755 root:root");
    assert_eq!(system.read("/var/log/stock/README"), "mine\n");
    assert_eq!(system.read("/var/log/stock/app.log"), "data\n");
    assert_eq!(
        system.read("/opt/stock/log/README"),
        crate::subjects::CONFIG
    );
    assert_eq!(faults(&system), "");
}

#[test]
fn stay_where_another_package_has_files() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    install(&system, &with("3.0", DIRECTORIES, "")).success();
    let other = foreign(
        "Package: plugin\nVersion: 2.0\nArchitecture: all\n\
         Maintainer: Ops Team <ops@example.com>\nDescription: other\n",
        &[("opt/stock/share/plugin", "theirs\n", 0o644)],
    );
    install(&system, &other).success();
    let output = install(&system, &with("3.1", LINKS, "")).success();
    assert_eq!(
        said(&output),
        ["stock: /opt/stock/share stays a directory, because other packages have files there"]
    );
    assert_eq!(system.read("/opt/stock/share/plugin"), "theirs\n");
    assert!(system.entry("/opt/stock/log").starts_with("symbolic link"));
}

#[test]
fn come_back_when_the_upgrade_fails() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let other = foreign(
        "Package: warehouse\nVersion: 2.0\nArchitecture: all\n\
         Maintainer: Ops Team <ops@example.com>\nDescription: other\n",
        &[("usr/share/stock/zone", "", 0o644)],
    );
    install(&system, &other).success();
    let clash = "\n\"/usr/share/stock/zone\" = \"stock.conf\"\n";
    let versions = [("3.0", DIRECTORIES), ("3.1", LINKS)];
    for (index, (version, lines)) in versions.into_iter().enumerate() {
        let first = with(version, lines, "");
        let (next, next_lines) = versions[1 - index];
        let next =
            |suffix: &str, tables: &str| with(&format!("{next}.{suffix}"), next_lines, tables);
        install(&system, &first).success();
        system.shell("echo data >/opt/stock/log/app.log").success();
        let before = listing(&system);
        let unpacks_no_more: &'static str = format!("{next_lines}{clash}").leak();
        for (what, package) in [
            ("preinst", next("1", "[hooks]\nbefore-upgrade = \"exit 7\"")),
            ("unpack", with(&format!("{version}.9"), unpacks_no_more, "")),
        ] {
            install(&system, &package).exits(1);
            assert_eq!(state(&system, "stock"), format!("ii {version}"), "{what}");
            assert_eq!(listing(&system), before, "{what} after {version}");
            assert_eq!(faults(&system), "", "{what}");
        }
        // Unpacked, and then back without ever being configured.
        system.copy(next("3", ""), "/root/next.deb");
        system.run(["dpkg", "--unpack", "/root/next.deb"]).success();
        install(&system, &first).success();
        assert_eq!(listing(&system), before, "unpacked after {version}");

        // After the unpacking it is the new version's, and the good one goes on from there.
        let bad = next("2", "[hooks]\nafter-upgrade = \"exit 7\"");
        install(&system, &bad).exits(1);
        assert_eq!(faults(&system), "");
        let kind = ["directory", "symbolic link"][1 - index];
        assert!(system.entry("/opt/stock/log").starts_with(kind));
        assert!(!system.has("/opt/stock/log.dpkg-backup"));
        install(&system, &first).success();
        assert_eq!(faults(&system), "");
        let kind = ["directory", "symbolic link"][index];
        assert!(system.entry("/opt/stock/log").starts_with(kind));
        let data = system.shell("cat /opt/stock/log/app.log /var/log/stock/app.log 2>/dev/null");
        assert_eq!(data.stdout.lines().next(), Some("data"));
        system.run(["dpkg", "-P", "stock"]).success();
    }
}

/// Directories of the service in the release, one with a file of the package below.
const OF_THE_SERVICE: &str = r#"
"/opt/stock/data/" = { directory = true, owner = "stock", mode = "0755" }
"/opt/stock/log/" = { directory = true, owner = "stock", mode = "0755" }
"/opt/stock/log/sub/one" = "stock.conf"
"#;

/// The service has put names and links into its directories: they lead the scripts nowhere.
#[test]
fn of_the_service_are_not_believed() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    install(&system, &with("3.6", OF_THE_SERVICE, "")).success();
    let as_service = |script: &str| {
        let user = "setpriv --reuid=stock --regid=stock --init-groups --";
        system.write("/tmp/plant.sh", script);
        system
            .shell(&format!("{user} sh -e /tmp/plant.sh"))
            .success();
    };
    system
        .shell("mkdir /srv/precious && echo kept | tee /srv/precious/one >/srv/precious/two")
        .success();
    as_service(
        "name=$(printf '/opt/stock/data/a\\nx'); name=${name%x}
         mkdir -p \"$name/etc\"; ln -s none \"$name/etc/default\"
         mkdir /opt/stock/data/x /opt/stock/data/x.dpkg-backup
         touch /opt/stock/data/x/.dpkg-staging-dir /opt/stock/data/x/y
         cd /opt/stock/log; mv sub old; ln -s /srv/precious sub
         echo ../../../srv/precious/two >.dpkg-files",
    );
    install(&system, &with("3.7", LINKS, "")).success();
    assert_eq!(state(&system, "stock"), "ii 3.7");
    assert_eq!(system.entry("/etc/default"), "directory 0755 root:root");
    assert!(!system.has("/etc/default.dpkg-backup"));
    for name in ["one", "two"] {
        assert_eq!(system.read(&format!("/srv/precious/{name}")), "kept\n");
    }
    assert!(system.has("/opt/stock/data/x/y"));
    assert!(system.entry("/opt/stock/log").starts_with("symbolic link"));
}
