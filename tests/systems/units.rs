//! The author's units beside the service: a socket, a timer, a template, a unit of the users, a
//! drop-in, and units that come and go with versions.

use std::path::{Path, PathBuf};

use crate::lintian;
use crate::subjects::{account, install, stock_with};
use crate::support::eventually;
use crate::system::{Init, System};

const COMMON: &str = r#"
"web.socket" = "units/web.socket"
"web.service" = "units/web.service"
"nightly.timer" = "units/nightly.timer"
"nightly.service" = "units/nightly.service"
"side.service" = "units/side.service"
"shop@.service" = { source = "units/side.service", on-upgrade = "stop-start" }
"tray.service" = { source = "units/side.service", user = true }
"stock.service.d/limit.conf" = "units/limit.conf"
"#;

/// A package of `stock` with its units, and one of a name of its own.
fn package(version: &str, only: &str) -> PathBuf {
    let units = format!("[units]\n{COMMON}\"{only}.service\" = \"units/side.service\"\n");
    stock_with(version, "", &units, |folder| {
        let install = |target| format!("[Install]\nWantedBy={target}.target\n");
        let sleep = "[Service]\nExecStart=/bin/sleep infinity\n";
        let units = [
            (
                "web.socket",
                "[Socket]\nListenStream=127.0.0.1:8390\n",
                install("sockets"),
            ),
            ("web.service", sleep, install("multi-user")),
            (
                "nightly.timer",
                "[Timer]\nOnCalendar=daily\n",
                install("timers"),
            ),
            (
                "nightly.service",
                "[Service]\nType=oneshot\nExecStart=/bin/true\n",
                String::new(),
            ),
            ("side.service", sleep, install("multi-user")),
            ("limit.conf", "[Service]\nMemoryMax=1G\n", String::new()),
        ];
        std::fs::create_dir(folder.join("units")).unwrap();
        for (name, text, install) in units {
            let text = if name == "limit.conf" {
                text.to_owned()
            } else {
                format!(
                    "[Unit]\nDescription=Stock's {name}\nDocumentation=man:stock(1)\n\n{text}\n{install}"
                )
            };
            std::fs::write(folder.join("units").join(name), text).unwrap();
        }
    })
}

pub(crate) fn active(system: &System, unit: &str) -> bool {
    system
        .run(["systemctl", "is-active", "--quiet", unit])
        .status
        == 0
}

pub(crate) fn shown(system: &System, property: &str, unit: &str) -> String {
    let shown = system.run(["systemctl", "show", "--value", "--property", property, unit]);
    shown.success().stdout.trim_end().to_owned()
}

/// The units that are active, of those that all versions have and the two that one has.
fn all_active(system: &System) -> Vec<&'static str> {
    let units = [
        "web.socket",
        "web.service",
        "nightly.timer",
        "side.service",
        "shop@a.service",
        "old.service",
        "new.service",
        "stock.service",
    ];
    units
        .into_iter()
        .filter(|unit| active(system, unit))
        .collect()
}

#[test]
fn of_the_author_live_as_the_service_does() {
    let (first, second) = (package("1.0", "old"), package("1.1", "new"));
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::boot(suite, Init::Systemd) else {
            continue;
        };
        let before = system.snapshot();
        install(&system, &first).success();
        let begun = [
            "web.socket",
            "nightly.timer",
            "side.service",
            "old.service",
            "stock.service",
        ];
        assert_eq!(all_active(&system), begun, "{suite}");
        assert!(system.listening_ports().contains(&8390));
        system
            .run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8390"])
            .success();
        assert!(eventually(|| active(&system, "web.service")), "{suite}");
        assert_eq!(shown(&system, "MemoryMax", "stock"), "1073741824");
        assert!(system.has("/etc/systemd/user/multi-user.target.wants/tray.service"));

        configure_anew(&system);
        upgrade(&system, &second, suite);
        give_up_a_removal(&system);
        remove_and_reinstall(&system, &second);

        system
            .run(["systemctl", "unmask", "nightly.timer"])
            .success();
        system.run(["dpkg", "-P", "stock"]).success();
        assert_eq!(all_active(&system), [""; 0]);
        assert_eq!(
            before.difference(&system.snapshot()),
            account("stock"),
            "{suite}"
        );
    }
}

/// After a deconfiguration, or a postinst that failed, what was stopped stays so.
fn configure_anew(system: &System) {
    let stopped = ["side.service", "old.service", "stock.service"];
    system
        .run(["systemctl", "stop"].iter().chain(&stopped))
        .success();
    let timer = shown(system, "InvocationID", "nightly.timer");
    system
        .run(["/var/lib/dpkg/info/stock.postinst", "configure", "1.0"])
        .success();
    assert_eq!(
        all_active(system),
        ["web.socket", "web.service", "nightly.timer"]
    );
    assert_ne!(shown(system, "InvocationID", "nightly.timer"), timer);
    assert!(!system.has("/run/stock.units") && !system.has("/run/stock.running"));
    system
        .run(["systemctl", "start"].iter().chain(&stopped))
        .success();
}

/// The decisions of the admin stay, what runs restarts, what is new starts, what is gone ends.
fn upgrade(system: &System, package: &Path, suite: &str) {
    system.run(["systemctl", "disable", "side"]).success();
    system
        .run(["systemctl", "mask", "--now", "nightly.timer"])
        .success();
    system
        .run(["systemctl", "stop", "web.socket", "web.service"])
        .success();
    system
        .run(["systemctl", "enable", "--now", "shop@a"])
        .success();
    let processes = || ["side", "shop@a"].map(|unit| shown(system, "MainPID", unit));
    let old = processes();
    install(system, package).success();
    let active = all_active(system);
    let expected = [
        "side.service",
        "shop@a.service",
        "new.service",
        "stock.service",
    ];
    assert_eq!(active, expected, "{suite}");
    let new = processes();
    assert!(old[0] != new[0] && old[1] != new[1], "{suite}");
    for (unit, state) in [
        ("side.service", "disabled"),
        ("nightly.timer", "masked"),
        ("web.socket", "enabled"),
        ("shop@a.service", "enabled"),
    ] {
        assert_eq!(
            shown(system, "UnitFileState", unit),
            state,
            "{unit}, {suite}"
        );
    }
    let left = "find /etc/systemd /var/lib/systemd -name '*old.service*'";
    assert_eq!(system.shell(left).success().stdout, "", "{suite}");
    assert!(!system.has("/run/stock.units"));
}

/// Units that ran run again; those that were stopped stay so.
fn give_up_a_removal(system: &System) {
    let before = all_active(system);
    let script = |call: &str| {
        let line = format!("DPKG_MAINTSCRIPT_PACKAGE=stock /var/lib/dpkg/info/stock.{call}");
        system.shell(&line).success();
    };
    script("prerm remove");
    assert_eq!(all_active(system), [""; 0]);
    script("postinst abort-remove");
    assert_eq!(all_active(system), before);
}

fn remove_and_reinstall(system: &System, package: &Path) {
    system.run(["dpkg", "-r", "stock"]).success();
    assert_eq!(all_active(system), [""; 0]);
    assert!(!system.listening_ports().contains(&8390));
    install(system, package).success();
    let active = all_active(system);
    assert_eq!(active, ["web.socket", "new.service", "stock.service"]);
}

/// Links alone are made, and go.
#[test]
fn are_enabled_where_no_systemd_runs() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    install(&system, &package("1.0", "old")).success();
    let wanted = |name: &str| system.has(&format!("/etc/systemd/system/{name}"));
    assert!(wanted("sockets.target.wants/web.socket"));
    assert!(wanted("multi-user.target.wants/old.service"));
    install(&system, &package("1.1", "new")).success();
    assert!(wanted("multi-user.target.wants/new.service"));
    assert!(!wanted("multi-user.target.wants/old.service"));
    system.run(["dpkg", "-P", "stock"]).success();
    assert_eq!(before.difference(&system.snapshot()), account("stock"));
}

#[test]
fn are_no_fault_to_lintian() {
    let package = package("1.0", "old");
    let Some(said) = lintian::of_this_machine(&[package.as_path()]) else {
        return;
    };
    let faults = lintian::unexplained(&said);
    assert_eq!(faults, [""; 0], "{said}");
}
