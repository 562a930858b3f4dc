//! Real systems have no name that is not known.

use std::path::Path;

use reldeb::debian::reserved;

use crate::subjects::{install, state, stock};
use crate::system::{self, System};

/// The names in a directory of a kept root.
fn names(root: &Path, directory: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root.join(directory.trim_start_matches('/'))) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // No package, user, service or command of reldeb's can have others.
    names
        .filter(|name| {
            let legal = |c: char| c.is_ascii_alphanumeric() || "_.+-".contains(c);
            name.chars().all(legal) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        })
        .collect()
}

#[test]
fn what_minimal_systems_have_is_reserved() {
    for suite in ["bookworm", "trixie"] {
        let Some((root, _mirror)) = system::base(suite) else {
            return;
        };
        let mut unknown = Vec::new();
        let mut expect = |is_known: bool, name: &str| {
            if !is_known {
                unknown.push(name.to_owned());
            }
        };
        for list in ["passwd", "group"] {
            let text = std::fs::read_to_string(root.join("etc").join(list)).unwrap();
            for name in text.lines().filter_map(|line| line.split(':').next()) {
                expect(reserved::is_account(name), name);
            }
        }
        for directory in [
            "/etc",
            "/run",
            "/var/cache",
            "/var/lib",
            "/var/log",
            "/var/spool",
            "/usr/lib",
            "/usr/share",
        ] {
            for name in names(&root, directory) {
                let lower = name.chars().all(|c| !c.is_ascii_uppercase());
                expect(
                    !lower || reserved::is_place(directory, &name),
                    &format!("{directory}/{name}"),
                );
            }
        }
        for name in names(&root, "/usr/bin")
            .into_iter()
            .chain(names(&root, "/usr/sbin"))
        {
            expect(name.contains('+') || reserved::is_command(&name), &name);
        }
        for unit in names(&root, "/usr/lib/systemd/system") {
            if let Some(name) = unit.strip_suffix(".service") {
                expect(reserved::is_unit(name.trim_end_matches('@')), &unit);
            }
        }
        assert_eq!(unknown, Vec::<String>::new(), "{suite}");
    }
}

#[test]
fn a_user_of_debian_is_never_taken_over() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let package = stock("1.0", "", "");
    for (make, undo, expected) in [
        (
            "useradd --system --uid 77 --user-group stock",
            "userdel stock",
            "stock: user stock has the number 77 and is Debian's own, the service needs another\n",
        ),
        (
            "groupadd --system --gid 78 stock",
            "groupdel stock",
            "stock: group stock has the number 78 and is Debian's own, the service needs another\n",
        ),
    ] {
        system.shell(make).success();
        let output = install(&system, &package);
        assert!(
            output.status != 0 && output.stderr.contains(expected),
            "{output:#?}"
        );
        assert!(!system.has("/opt/stock") && !system.has("/etc/stock"));
        system.shell(undo).success();
    }
    // One of the administrator's is.
    system.shell("useradd --uid 1234 stock").success();
    install(&system, &package).success();
    assert_eq!(state(&system, "stock"), "ii 1.0");
    assert_eq!(system.entry("/var/lib/stock"), "directory 0750 stock:stock");
}
