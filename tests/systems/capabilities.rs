//! A service binds a port below 1024 as its user.

use crate::subjects::{install, stock, stock_with};
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

/// A program that writes its arguments down, in the place of setcap(8), which minimal systems lack.
const SETCAP: &str = "#!/bin/sh\necho \"$*\" >>/srv/setcap\n";

/// A program in /usr/bin with capabilities.
fn with_program(version: &str) -> std::path::PathBuf {
    stock_with(version, "managers = []", "[user]\n", |folder| {
        let line = "\"/usr/bin/serve\" = { source = \"serve\", mode = \"0755\", capabilities = \"cap_net_raw+ep\" }\n";
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap() + line;
        std::fs::write(manifest, text).unwrap();
        std::fs::write(folder.join("serve"), "a program\n").unwrap();
    })
}

#[test]
fn the_file_of_the_package_gets_them_wherever_dpkg_puts_it() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    system.write("/usr/local/sbin/setcap", SETCAP);
    system
        .run(["chmod", "755", "/usr/local/sbin/setcap"])
        .success();
    let given = |version: &str, options: &str| {
        system.copy(with_program(version), "/root/package.deb");
        let install =
            format!("rm -f /srv/setcap; dpkg -i --force-depends {options} /root/package.deb");
        let output = system.shell(&install).success();
        let said = output
            .stderr
            .lines()
            .filter(|line| line.starts_with("stock: "));
        let said: Vec<_> = said.map(str::to_owned).collect();
        (system.shell("cat /srv/setcap").stdout, said)
    };
    let got = |path: &str| (format!("cap_net_raw+ep {path}\n"), Vec::<String>::new());
    assert_eq!(given("1.0", ""), got("/usr/bin/serve"));
    let divert = "dpkg-divert --local --rename --divert /usr/bin/serve.real --add /usr/bin/serve && \
                  echo own >/usr/bin/serve && chmod 755 /usr/bin/serve";
    system.shell(divert).success();
    assert_eq!(given("1.1", ""), got("/usr/bin/serve.real"));
    // One that the package itself has made is not for its own file.
    let divert = "dpkg-divert --remove /usr/bin/serve && dpkg-divert --package stock \
                  --divert /usr/bin/serve.orig --add /usr/bin/serve";
    system
        .shell(
            &divert
                .replace("--remove", "--no-rename --remove")
                .replace("--package", "--no-rename --package"),
        )
        .success();
    assert_eq!(given("1.2", ""), got("/usr/bin/serve"));
    let not_here = "stock: /usr/bin/serve is not on this machine, and gets no cap_net_raw+ep";
    system.run(["dpkg", "-r", "stock"]).success();
    system.run(["rm", "-f", "/usr/bin/serve"]).success();
    assert_eq!(
        given("1.3", "--path-exclude=/usr/bin/serve"),
        (String::new(), vec![not_here.to_owned()])
    );
}
