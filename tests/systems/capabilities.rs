//! A service binds a port below 1024 as its user.

use crate::subjects::{install, stock};
use crate::system::{Init, System};

/// The service on port 80.
fn on_port_80(version: &str, service: &str) -> std::path::PathBuf {
    let service = format!("environment = {{ STOCK_PORT = \"80\" }}\n{service}");
    stock(version, &service, "")
}

#[test]
fn a_port_below_1024_is_bound_by_the_services_user() {
    let given = "capabilities = [\"net_bind_service\"]";
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        install(&system, &on_port_80("1.0", given)).success();
        assert_eq!(system.answer(80), "stock 1.0\n", "{init:?}");
        let programs = system.processes_of("stock");
        assert!(!programs.is_empty(), "{init:?}");
        let status = format!("/proc/{}/status", programs[0].pid);
        let status = system.run(["cat", &status]).success().stdout;
        assert!(
            status.contains("CapEff:\t0000000000000400\n"),
            "{init:?}: {status}"
        );

        // What the command runs has the same rights, on a terminal of root's too.
        let command = "/usr/libexec/stock/as-service cat /proc/self/status";
        let line = r#"sleep 3 | script --quiet --command "$1" /dev/null"#;
        let on_terminal = system.run(["sh", "-c", line, "sh", command]);
        for shown in [system.shell(command), on_terminal] {
            let shown = shown.stdout;
            assert!(
                shown.contains("CapEff:\t0000000000000400"),
                "{init:?}: {shown}"
            );
        }

        // Without it the port is root's: the test can fail.
        install(&system, &on_port_80("1.1", "start = true"));
        system.run(["service", "stock", "start"]);
        assert!(!system.listening_ports().contains(&80), "{init:?}");
        if init == Init::Systemd {
            let text = "[Service]\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n";
            system
                .run(["mkdir", "/etc/systemd/system/stock.service.d"])
                .success();
            system.write("/etc/systemd/system/stock.service.d/port.conf", text);
            system.run(["systemctl", "daemon-reload"]).success();
            system.run(["systemctl", "restart", "stock"]).success();
            assert_eq!(system.answer(80), "stock 1.1\n");
        }
    }
}
