//! Every call that dpkg makes of a maintainer script, twice in a row, on a system without any
//! init: nothing but the exit status 0, and nothing broken. The calls are those of the Debian
//! policy, chapter 6, and of deb-preinst(5), deb-postinst(5), deb-prerm(5), deb-postrm(5).

use std::path::{Path, PathBuf};

use crate::example;
use crate::subjects::{self, STOCK, account, foreign, install, orders, state, stock};
use crate::system::{Init, Output, System};

/// Calls while the package is installed. `OLD`, `NOW` and `NEW` stand for versions.
const INSTALLED: &[(&str, &[&str])] = &[
    ("preinst", &["install"]),
    ("preinst", &["install", "OLD"]),
    ("preinst", &["install", "OLD", "NOW"]),
    ("preinst", &["upgrade", "OLD"]),
    ("preinst", &["upgrade", "OLD", "NOW"]),
    ("preinst", &["upgrade", "NOW", "NOW"]),
    ("preinst", &["abort-upgrade", "NEW"]),
    ("postinst", &["configure", ""]),
    ("postinst", &["configure"]),
    ("postinst", &["configure", "OLD"]),
    ("postinst", &["configure", "NOW"]),
    ("postinst", &["configure", "NEW"]),
    ("postinst", &["abort-upgrade", "NEW"]),
    ("postinst", &["abort-remove"]),
    ("postinst", &["abort-remove", "in-favour", "other", "2.0"]),
    (
        "postinst",
        &["abort-deconfigure", "in-favour", "other", "2.0"],
    ),
    (
        "postinst",
        &[
            "abort-deconfigure",
            "in-favour",
            "other",
            "2.0",
            "removing",
            "third",
            "3.0",
        ],
    ),
    ("postinst", &["triggered", "/usr/share/one two"]),
    ("prerm", &["upgrade", "NEW"]),
    ("prerm", &["failed-upgrade", "OLD", "NOW"]),
    ("prerm", &["deconfigure", "in-favour", "other", "2.0"]),
    (
        "prerm",
        &[
            "deconfigure",
            "in-favour",
            "other",
            "2.0",
            "removing",
            "third",
            "3.0",
        ],
    ),
    ("postrm", &["upgrade", "NEW"]),
    ("postrm", &["failed-upgrade", "OLD", "NOW"]),
    ("postrm", &["abort-install"]),
    ("postrm", &["abort-install", "OLD", "NOW"]),
    ("postrm", &["abort-upgrade", "OLD", "NOW"]),
    ("postrm", &["disappear", "other", "2.0"]),
    ("prerm", &["remove", "in-favour", "other", "2.0"]),
    ("prerm", &["remove"]),
    ("postinst", &["abort-remove"]),
];

/// Calls when the files of the package are gone.
const REMOVED: &[(&str, &[&str])] = &[
    ("postrm", &["remove"]),
    ("postrm", &["abort-install", "OLD", "NOW"]),
    ("postrm", &["purge"]),
];

/// Calls that dpkg does not make.
const UNKNOWN: &[&[&str]] = &[
    &[],
    &[""],
    &["frobnicate"],
    &["Configure"],
    &["removed", "x"],
];

const SCRIPTS: &[&str] = &["preinst", "postinst", "prerm", "postrm"];

#[test]
fn of_a_relx_release_on_bookworm() {
    if let Some([_, package]) = orders() {
        every_call("bookworm", "orders", "1.5.0", &package);
    }
}

#[test]
fn of_a_relx_release_on_trixie() {
    if let Some([_, package]) = orders() {
        every_call("trixie", "orders", "1.5.0", &package);
    }
}

#[test]
fn of_a_mix_release_on_bookworm() {
    if let Some(package) = example::tally() {
        every_call("bookworm", "tally", "0.3.0", package);
    }
}

#[test]
fn of_a_plain_program_on_bookworm() {
    let package = stock("1.0", "", "");
    every_call("bookworm", "stock", "1.0", &package);
}

#[test]
fn of_a_plain_program_with_all_there_is_on_trixie() {
    every_call("trixie", "stock", "1.0", &full());
}

/// Every fragment that a manifest can add.
fn full() -> std::path::PathBuf {
    let tables = r#"
        [user]
        groups = ["nonesuch"]

        [conffiles]
        removed = ["/etc/stock/gone.conf"]
        renamed = { "/etc/stock/first.conf" = "/etc/stock/stock.conf" }

        [hooks]
        before-first-install = "true"
        after-first-install = "true"
        before-upgrade = "true"
        after-upgrade = "true"
        before-reinstall = "true"
        after-reinstall = "true"
        before-remove = "true"
        after-remove = "true"
        before-purge = "true"
        after-purge = "true"
    "#;
    stock("1.0", "on-upgrade = \"stop-start\"", tables)
}

fn every_call(suite: &str, name: &str, version: &str, package: &Path) {
    let Some(system) = System::minbase(suite) else {
        return;
    };
    let before = system.snapshot();
    install(&system, package).success();
    // dpkg forgets the scripts of a removed package, but for one.
    let keep = format!("mkdir /srv/scripts && cp /var/lib/dpkg/info/{name}.p* /srv/scripts");
    system.shell(&keep).success();
    let settled = system.snapshot();

    let calls = |calls: &[(&str, &[&str])]| {
        for (script, arguments) in calls {
            let arguments: Vec<&str> = arguments
                .iter()
                .map(|argument| match *argument {
                    "OLD" => "0.1",
                    "NOW" => version,
                    "NEW" => "9.9",
                    other => other,
                })
                .collect();
            // As dpkg does it, then as the oldest ones did.
            for environment in [Some("DPKG_ROOT="), None] {
                let output = call(&system, name, script, &arguments, environment);
                let quiet = output.stdout.is_empty() && uttered(&output).is_empty();
                assert!(
                    output.status == 0 && quiet,
                    "{name}.{script} {arguments:?} on {suite}: {output:#?}"
                );
            }
        }
    };
    calls(INSTALLED);
    for script in SCRIPTS {
        for arguments in UNKNOWN {
            let output = call(&system, name, script, arguments, Some("DPKG_ROOT="));
            let told = output.stderr.contains("unknown argument");
            assert!(
                output.status == 1 && output.stdout.is_empty() && told,
                "{name}.{script} {arguments:?} on {suite}: {output:#?}"
            );
        }
    }
    assert_eq!(settled.difference(&system.snapshot()), [""; 0]);

    system.run(["dpkg", "-r", name]).success();
    calls(REMOVED);
    system.run(["dpkg", "-P", name]).success();
    system.run(["rm", "-r", "/srv/scripts"]).success();
    assert_eq!(before.difference(&system.snapshot()), account(name));
    assert_eq!(system.processes(), []);
}

/// Runs a script with the environment that dpkg gives it.
fn call(
    system: &System,
    name: &str,
    script: &str,
    arguments: &[&str],
    environment: Option<&str>,
) -> Output {
    let variables = [
        format!("DPKG_MAINTSCRIPT_PACKAGE={name}"),
        format!("DPKG_MAINTSCRIPT_NAME={script}"),
        "DPKG_MAINTSCRIPT_ARCH=amd64".to_owned(),
        "DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT=1".to_owned(),
    ];
    let program = format!("/srv/scripts/{name}.{script}");
    let words = std::iter::once("env")
        .chain(variables.iter().map(String::as_str))
        .chain(environment)
        .chain([program.as_str()])
        .chain(arguments.iter().copied());
    system.run(words)
}

/// Returns the lines of a script, without what invoke-rc.d says of a system that has no init.
fn uttered(output: &Output) -> Vec<&str> {
    let lines = output.stderr.lines();
    lines
        .filter(|line| !line.starts_with("invoke-rc.d: "))
        .collect()
}

/// dpkg on another root calls the scripts without a chroot: they must touch that root alone.
#[test]
fn in_another_root() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    system
        .shell(
            "mkdir -p /target/etc /target/var/lib/dpkg/info /target/var/lib/dpkg/updates \
             /target/usr/bin /target/var/lib /target/var/log /target/run /target/opt && \
             touch /target/var/lib/dpkg/status /target/usr/bin/other && \
             cd /etc && cp -a passwd group shadow gshadow login.defs /target/etc",
        )
        .success();
    let before = system.snapshot();
    system.copy(full(), "/root/stock.deb");
    let dpkg = |action: &[&str]| {
        let options = [
            "dpkg",
            "--root=/target",
            "--force-script-chrootless",
            "--force-depends",
        ];
        system.run(options.iter().chain(action)).success();
    };
    dpkg(&["-i", "/root/stock.deb"]);
    let passwd = system.read("/target/etc/passwd");
    assert!(passwd.contains("\nstock:x:"), "{passwd}");
    assert_eq!(system.processes(), []);
    dpkg(&["-r", "stock"]);
    dpkg(&["-i", "/root/stock.deb"]);
    dpkg(&["-P", "stock"]);
    system.run(["rm", "/root/stock.deb"]).success();
    let outside: Vec<String> = before
        .difference(&system.snapshot())
        .into_iter()
        .filter(|line| !line.contains(" /target/var/lib/dpkg") && !line.contains(" /target/etc/"))
        .filter(|line| line != "+ /target/var/log/dpkg.log")
        // deb-systemd-helper's own directory.
        .filter(|line| line != "+ /target/var/lib/systemd")
        .collect();
    assert_eq!(outside, [""; 0]);
}

/// dpkg removes the package for one that conflicts with it, and takes it back afterwards.
#[test]
fn in_favour_of_another_package() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    install(&system, &stock("1.0", "", "")).success();
    let conflicting = warehouse(
        "Conflicts: stock\nReplaces: stock",
        &[("usr/share/warehouse", "", 0o644)],
    );
    install(&system, &conflicting).success();
    assert_eq!(subjects::state(&system, "stock"), "ic 1.0");
    assert!(!system.has("/opt/stock"));
    assert!(system.has("/etc/stock/stock.conf"));
    system.run(["dpkg", "-r", "warehouse"]).success();
    install(&system, &stock("1.1", "", "")).success();
    assert_eq!(state(&system, "stock"), "ii 1.1");
}

/// A package of others, with this relation to the one under test.
fn warehouse(relation: &str, files: &[(&str, &str, u32)]) -> PathBuf {
    let control = format!(
        "Package: warehouse\nVersion: 2.0\nArchitecture: all\n{relation}\n\
         Maintainer: Ops Team <ops@example.com>\nDescription: other\n"
    );
    foreign(&control, files)
}

/// One that breaks it, or a dependency that goes, has it deconfigured and configured again.
#[test]
fn deconfigured_and_configured_again() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    install(&system, &stock("1.0", "", "")).success();
    let breaking = warehouse(
        "Breaks: stock (<< 1.1)",
        &[("usr/share/warehouse", "", 0o644)],
    );
    system.copy(&breaking, "/root/breaking.deb");
    system
        .run(["dpkg", "--auto-deconfigure", "-i", "/root/breaking.deb"])
        // stock has to wait for its next version.
        .exits(1);
    assert_eq!(state(&system, "warehouse"), "ii 2.0");
    assert_eq!(state(&system, "stock"), "iF 1.0");
    install(&system, &stock("1.1", "", "")).success();
    assert_eq!(state(&system, "stock"), "ii 1.1");
}

/// A service starts when its package is configured, also where it was unpacked twice before.
#[test]
fn unpacked_twice_and_configured_later() {
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        system.copy(stock("1.0", "", ""), "/root/stock.deb");
        for _ in 0..2 {
            system
                .run(["dpkg", "--unpack", "/root/stock.deb"])
                .success();
        }
        system.run(["dpkg", "--configure", "stock"]).success();
        assert_eq!(system.answer(STOCK.port), "stock 1.0\n", "{init:?}");
    }
}

/// A package whose every file another one takes over disappears.
#[test]
fn disappearing() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let package = stock("1.0", "command = false\nmanagers = []", "[user]");
    install(&system, &package).success();
    let files = system.read("/var/lib/dpkg/info/stock.list");
    let taken: Vec<(&str, &str, u32)> = files
        .lines()
        .filter(|path| system.run(["test", "-f", path]).status == 0)
        .map(|path| (path.trim_start_matches('/'), "taken", 0o644))
        .collect();
    let other = warehouse("Replaces: stock", &taken);
    install(&system, &other).success();
    assert_eq!(state(&system, "stock"), "un");
    assert_eq!(system.read("/opt/stock/version"), "taken");
}
