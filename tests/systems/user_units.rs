//! A unit of the users, while one of them is logged in: her manager runs, with a bus, as on a desktop.

use std::path::PathBuf;

use crate::subjects::{account, install, stock_with};
use crate::support::eventually;
use crate::system::{Init, Output, System};

/// The packages that a session needs beside systemd.
const SESSION: &str = "libpam-systemd, dbus-user-session";

const TRAY: &str = "[Unit]\nDescription=Stock's tray\nDocumentation=man:stock(1)\n\n\
                    [Service]\nExecStart=/bin/sleep infinity\n\n[Install]\nWantedBy=default.target\n";

fn package(version: &str) -> PathBuf {
    let units = "[units]\n\"tray.service\" = { source = \"tray.service\", user = true }\n\
                 \"idle.service\" = { source = \"tray.service\", user = true, enable = false }\n";
    stock_with(version, "", units, |folder| {
        std::fs::write(folder.join("tray.service"), TRAY).unwrap();
    })
}

/// Asks the manager of the user.
fn of_ann(system: &System, words: &[&str]) -> Output {
    let systemctl = ["systemctl", "--user", "--machine=ann@.host"];
    system.run(systemctl.iter().chain(words))
}

fn process(system: &System, unit: &str) -> String {
    let shown = of_ann(system, &["show", "--value", "--property=MainPID", unit]);
    shown.success().stdout.trim_end().to_owned()
}

fn state(system: &System, unit: &str) -> (String, String) {
    let word = |verb| of_ann(system, &[verb, unit]).stdout.trim_end().to_owned();
    (word("is-enabled"), word("is-active"))
}

#[test]
fn of_the_author_follow_in_an_open_session() {
    let Some(system) = System::boot_with("trixie", Init::Systemd, SESSION) else {
        return;
    };
    system.run(["useradd", "--create-home", "ann"]).success();
    system
        .run(["systemctl", "start", "user@1000.service"])
        .success();
    let is_up = || of_ann(&system, &["is-system-running"]).stdout == "running\n";
    assert!(eventually(is_up), "{:#?}", system.processes());
    let before = system.snapshot();
    let is = |unit: &str, enabled: &str, active: &str| {
        assert_eq!(
            state(&system, unit),
            (enabled.into(), active.into()),
            "{unit}"
        );
    };

    // Enabled for all users; a session that is open has it at its next start, or when its user says so.
    install(&system, &package("1.0")).success();
    is("tray.service", "enabled", "inactive");
    is("idle.service", "disabled", "inactive");
    of_ann(&system, &["start", "tray", "idle"]).success();
    let begun = ["tray", "idle"].map(|unit| process(&system, unit));

    // An upgrade restarts what runs.
    install(&system, &package("1.1")).success();
    is("tray.service", "enabled", "active");
    is("idle.service", "disabled", "active");
    let now = ["tray", "idle"].map(|unit| process(&system, unit));
    assert!(
        begun[0] != now[0] && begun[1] != now[1],
        "{begun:?} {now:?}"
    );

    // A removal ends it, a purge leaves no link, and the manager knows it no more.
    system.run(["dpkg", "-r", "stock"]).success();
    assert_eq!(
        system
            .processes_of("ann")
            .iter()
            .filter(|it| it.args.contains("sleep"))
            .count(),
        0
    );
    system.run(["dpkg", "-P", "stock"]).success();
    is("tray.service", "not-found", "inactive");
    assert_eq!(before.difference(&system.snapshot()), account("stock"));
}
