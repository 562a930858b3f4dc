//! The whole life of a service under real service managers: each step is what a sysadmin
//! does, then what they would look at.

use std::path::PathBuf;

use crate::example;
use crate::subjects::{ORDERS, STOCK, Subject, account, install, orders, stock};
use crate::support::eventually;
use crate::system::{Init, System};

#[test]
fn of_a_node_under_systemd_of_bookworm() {
    node("bookworm", Init::Systemd);
}

#[test]
fn of_a_node_under_systemd_of_trixie() {
    node("trixie", Init::Systemd);
}

#[test]
fn of_a_node_under_systemd_of_sid() {
    node("sid", Init::Systemd);
}

#[test]
fn of_a_node_under_sysvinit() {
    node("bookworm", Init::Sysvinit);
}

// The release that is built here needs a newer C library than bullseye has.
#[test]
fn of_a_program_under_systemd_of_bullseye() {
    program("bullseye", Init::Systemd);
}

#[test]
fn of_a_program_under_sysvinit() {
    program("bookworm", Init::Sysvinit);
}

fn node(suite: &str, init: Init) {
    if let (Some([first, second]), Some(system)) = (orders(), System::boot(suite, init)) {
        Life {
            system: &system,
            init,
            subject: ORDERS,
            first,
            second,
        }
        .live();
    }
}

fn program(suite: &str, init: Init) {
    if let Some(system) = System::boot(suite, init) {
        let (first, second) = (stock("1.0", "", ""), stock("1.1", "", ""));
        Life {
            system: &system,
            init,
            subject: STOCK,
            first,
            second,
        }
        .live();
    }
}

/// The other examples, more shortly.
#[test]
fn of_the_other_examples_under_systemd() {
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let packages = [
        example::tally().map(|package| ("tally", 8378, package)),
        Some(("beacon", 8379, example::beacon())),
    ];
    for (name, port, package) in packages.into_iter().flatten() {
        let before = system.snapshot();
        let subject = Subject {
            name,
            port,
            config: "",
            edited: "",
        };
        let life = Life {
            system: &system,
            init: Init::Systemd,
            subject,
            first: package.to_owned(),
            second: package.to_owned(),
        };
        install(&system, &life.first).success();
        life.serves();
        exposed(&system, &format!("{name}.service"), 2.0);
        if name == "tally" {
            system.run(["tally", "rpc", "IO.puts(node())"]).success();
        }
        let pid = life.pid();
        install(&system, &life.second).success();
        life.serves();
        assert_ne!(life.pid(), pid);
        life.manage("stop");
        life.rests();
        life.manage("start");
        life.serves();
        system.run(["dpkg", "-P", name]).success();
        life.rests();
        assert_eq!(life.left(), [""; 0]);
        assert_eq!(before.difference(&system.snapshot()), account(name));
    }
}

struct Life<'a> {
    system: &'a System,
    init: Init,
    subject: Subject,
    first: PathBuf,
    second: PathBuf,
}

impl Life<'_> {
    fn live(&self) {
        let before = self.system.snapshot();
        self.install();
        self.stop_and_start();
        self.upgrade();
        self.upgrade_as_the_admin_left_it();
        self.remove_and_install_again();

        self.system.run(["dpkg", "-P", self.subject.name]).success();
        assert_eq!(self.left(), [""; 0]);
        let difference = before.difference(&self.system.snapshot());
        assert_eq!(difference, account(self.subject.name));
    }

    fn install(&self) {
        let (system, name) = (self.system, self.subject.name);
        install(system, &self.first).success();
        self.serves();
        assert!(self.enabled());
        let owner = format!("{name}:{name}");
        for (path, entry) in [
            (
                self.subject.config.to_owned(),
                format!("regular file 0640 root:{name}"),
            ),
            (
                format!("/etc/default/{name}"),
                "regular file 0644 root:root".to_owned(),
            ),
            (
                format!("/opt/{name}"),
                "directory 0755 root:root".to_owned(),
            ),
            (
                format!("/var/lib/{name}"),
                format!("directory 0750 {owner}"),
            ),
            (
                format!("/var/log/{name}"),
                format!("directory 0750 {owner}"),
            ),
        ] {
            assert_eq!(system.entry(&path), entry, "{path}");
        }
        if name == ORDERS.name {
            assert_eq!(
                system.entry("/var/lib/orders/.erlang.cookie"),
                "regular file 0400 orders:orders"
            );
            for _ in 0..2 {
                assert_eq!(system.run(["orders", "ping"]).success().stdout, "pong\n");
            }
            let place = system.shell("cd /root && orders eval 'element(2, file:get_cwd()).'");
            assert!(place.success().stdout.contains('/'));
            let stranger = [
                "setpriv",
                "--reuid=nobody",
                "--clear-groups",
                "orders",
                "ping",
            ];
            system.run(stranger).exits(77);
        }
    }

    fn stop_and_start(&self) {
        self.manage("stop");
        self.rests();
        if self.subject.name == ORDERS.name {
            self.system.run(["orders", "ping"]).exits(1);
            self.rests();
        }
        self.manage("start");
        self.serves();
        let pid = self.pid();
        self.manage("restart");
        self.serves();
        assert_ne!(self.pid(), pid);
    }

    fn upgrade(&self) {
        let (system, config) = (self.system, self.subject.config);
        system.write(config, self.subject.edited);
        system.run(["chmod", "0440", config]).success();
        let entry = system.entry(config);
        let pid = self.pid();
        install(system, &self.second).success();
        self.serves();
        assert_ne!(self.pid(), pid);
        assert_eq!(system.read(config), self.subject.edited);
        assert_eq!(system.entry(config), entry);
        assert!(self.enabled());
    }

    /// Each way to have it not running survives an upgrade, and a downgrade likewise.
    fn upgrade_as_the_admin_left_it(&self) {
        let (system, name) = (self.system, self.subject.name);
        self.manage("stop");
        install(system, &self.first).success();
        self.rests();
        assert!(self.enabled());

        match self.init {
            Init::Systemd => {
                system.run(["systemctl", "disable", name]).success();
                install(system, &self.second).success();
                self.rests();
                assert!(!self.enabled());

                system.run(["systemctl", "mask", name]).success();
                install(system, &self.first).success();
                self.rests();
                let unit = format!("/etc/systemd/system/{name}.service");
                assert!(system.entry(&unit).starts_with("symbolic link"), "{unit}");
                system.run(["systemctl", "unmask", name]).success();
                system.run(["systemctl", "enable", "--now", name]).success();
            }
            Init::Sysvinit => {
                system.run(["update-rc.d", name, "disable"]).success();
                install(system, &self.second).success();
                self.rests();
                assert!(!self.enabled());
                system.run(["update-rc.d", name, "enable"]).success();
                self.manage("start");
            }
        }
        assert!(self.enabled());
        self.serves();
    }

    fn remove_and_install_again(&self) {
        let (system, name) = (self.system, self.subject.name);
        system.run(["dpkg", "-r", name]).success();
        self.rests();
        assert_eq!(self.left(), [""; 0]);
        for gone in [
            format!("/usr/lib/systemd/system/{name}.service"),
            format!("/opt/{name}"),
            format!("/run/{name}"),
            format!("/usr/bin/{name}"),
        ] {
            assert!(!system.has(&gone), "{gone}");
        }
        assert!(system.has("/opt"));
        assert_eq!(system.read(self.subject.config), self.subject.edited);
        assert!(system.has(&format!("/var/lib/{name}")));

        install(system, &self.second).success();
        self.serves();
        assert!(self.enabled());
        assert_eq!(system.read(self.subject.config), self.subject.edited);
    }

    /// It runs as its user, it alone, and answers.
    #[track_caller]
    fn serves(&self) {
        let (system, name) = (self.system, self.subject.name);
        let answer = system.answer(self.subject.port);
        assert!(answer.starts_with(name), "{answer}");
        assert!(eventually(|| self.active()), "{}", self.journal());
        if self.init == Init::Systemd {
            let show = ["systemctl", "show", "--property=MainPID", "--value", name];
            let main = system.run(show).success().stdout;
            assert_eq!(main.trim_end(), self.pid().to_string());
        }
        let local = |port| {
            let addresses = system.listening().into_iter();
            addresses
                .filter(|address| address.port() == port)
                .all(|address| address.ip().is_loopback())
        };
        assert!(local(self.subject.port));
    }

    /// Nothing of it runs, no port is open, and no service manager says otherwise.
    #[track_caller]
    fn rests(&self) {
        let system = self.system;
        assert!(
            eventually(|| system.processes_of(self.subject.name).is_empty()),
            "{:#?}",
            system.processes_of(self.subject.name)
        );
        assert_eq!(system.listening_ports(), [0_u16; 0]);
        assert!(!self.active());
    }

    /// The program's process.
    #[track_caller]
    fn pid(&self) -> u32 {
        let programs: Vec<_> = self
            .system
            .processes_of(self.subject.name)
            .into_iter()
            .filter(|process| {
                let programs = ["/beam.smp", "/perl", "/beacon"];
                programs
                    .iter()
                    .any(|program| process.exe.ends_with(program))
            })
            .collect();
        assert_eq!(programs.len(), 1, "{programs:#?}");
        programs[0].pid
    }

    fn active(&self) -> bool {
        let (system, name) = (self.system, self.subject.name);
        let words = match self.init {
            Init::Systemd => ["systemctl", "is-active", name],
            Init::Sysvinit => ["service", name, "status"],
        };
        system.run(words).status == 0
    }

    fn enabled(&self) -> bool {
        let (system, name) = (self.system, self.subject.name);
        match self.init {
            Init::Systemd => system.run(["systemctl", "is-enabled", name]).status == 0,
            Init::Sysvinit => {
                system
                    .shell(&format!("ls /etc/rc2.d/S??{name} 2>/dev/null"))
                    .status
                    == 0
            }
        }
    }

    #[track_caller]
    fn manage(&self, verb: &str) {
        let name = self.subject.name;
        match self.init {
            Init::Systemd => self.system.run(["systemctl", verb, name]),
            Init::Sysvinit => self.system.run(["service", name, verb]),
        }
        .success();
    }

    /// Processes whose program lies in the release, whoever runs them.
    fn left(&self) -> Vec<String> {
        let place = format!("/opt/{}/", self.subject.name);
        let processes = self.system.processes().into_iter();
        processes
            .filter(|process| process.exe.starts_with(&place) || process.args.contains(&place))
            .map(|process| format!("{process:?}"))
            .collect()
    }

    fn journal(&self) -> String {
        journal(self.system, self.subject.name)
    }
}

fn journal(system: &System, name: &str) -> String {
    let log = format!("journalctl --no-pager -u {name} 2>&1; cat /var/log/{name}/*.log 2>&1");
    system.shell(&log).stdout
}

/// What an upgrade does to a service that runs.
#[test]
fn an_upgrade_does_what_the_manifest_says() {
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        // Whether the process stays, the version it tells afterwards, and the version that lay
        // on the disk when it was stopped.
        let cases = [
            ("restart", false, "1.1", Some("1.1")),
            ("stop-start", false, "1.1", Some("1.0")),
            ("reload", true, "1.1", None),
            ("none", true, "1.0", None),
        ];
        for (way, stays, version, stopped) in cases {
            let service = format!("on-upgrade = \"{way}\"");
            let life = Life {
                system: &system,
                init,
                subject: STOCK,
                first: stock("1.0", &service, ""),
                second: stock("1.1", &service, ""),
            };
            install(&system, &life.first).success();
            life.serves();
            let pid = life.pid();
            install(&system, &life.second).success();
            life.serves();
            assert_eq!(life.pid() == pid, stays, "{way} {init:?}");
            let told = || system.answer(STOCK.port) == format!("stock {version}\n");
            assert!(
                eventually(told),
                "{way} {init:?}: {}",
                system.answer(STOCK.port)
            );
            if let Some(stopped) = stopped {
                let seen = system.read("/var/lib/stock/stopped");
                assert_eq!(seen.trim_end(), stopped, "{way} {init:?}");
            }

            // What runs without being enabled goes on all the same; what is stopped stays so, also
            // where the new version is given up.
            if init == Init::Systemd {
                system.run(["systemctl", "disable", "stock"]).success();
                install(&system, &life.first).success();
                life.serves();
                assert!(!life.enabled(), "{way}");
            }
            life.manage("stop");
            install(&system, &life.first).success();
            life.rests();
            let bad = stock("2.0", &service, "[hooks]\nbefore-upgrade = \"exit 7\"");
            install(&system, &bad).exits(1);
            life.rests();
            system.run(["dpkg", "-r", "stock"]).success();
            system.shell("systemctl enable stock 2>/dev/null; true");
            install(&system, &life.first).success();
            if init == Init::Sysvinit {
                life.serves();
            }
            system.run(["dpkg", "-P", "stock"]).success();
            life.rests();
        }
    }
}

#[test]
fn instances_survive_an_upgrade() {
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let before = system.snapshot();
    let service = "instances = true\nmanagers = [\"systemd\"]";
    install(&system, &stock("1.0", service, "")).success();
    let instances = [("one", 8381), ("two", 8382)];
    for (instance, port) in instances {
        let file = format!("/etc/default/stock@{instance}");
        system.write(&file, format!("STOCK_PORT={port}\n"));
        let unit = format!("stock@{instance}");
        system
            .run(["systemctl", "enable", "--now", &unit])
            .success();
        assert_eq!(system.answer(port), "stock 1.0\n");
    }
    // One that was stopped stays so.
    system.run(["systemctl", "enable", "stock@three"]).success();
    install(&system, &stock("1.1", service, "")).success();
    for (instance, port) in instances {
        let told = || system.answer(port) == "stock 1.1\n";
        assert!(eventually(told), "{instance}: {}", system.answer(port));
        let unit = format!("stock@{instance}");
        system.run(["systemctl", "is-enabled", &unit]).success();
        let state = format!("/var/lib/stock/{instance}");
        assert_eq!(system.entry(&state), "directory 0750 stock:stock");
    }
    assert_ne!(
        system.run(["systemctl", "is-active", "stock@three"]).status,
        0
    );
    assert_eq!(system.processes_of("stock").len(), 2);

    system.run(["dpkg", "-r", "stock"]).success();
    assert_eq!(system.processes_of("stock"), []);
    system.run(["dpkg", "-P", "stock"]).success();
    let mut left: Vec<String> = before.difference(&system.snapshot());
    // The admin's own files.
    left.retain(|line| !line.contains(" /etc/default/stock@"));
    assert_eq!(left, account("stock"));
}

/// What is the admin's under systemd: drop-ins, and what the journal tells them.
#[test]
fn under_systemd_the_admin_has_the_last_word() {
    let (Some([first, second]), Some(system)) = (orders(), System::boot("bookworm", Init::Systemd))
    else {
        return;
    };
    let life = Life {
        system: &system,
        init: Init::Systemd,
        subject: ORDERS,
        first,
        second,
    };
    install(&system, &life.first).success();
    life.serves();
    exposed(&system, "orders.service", 2.0);

    let drop_in = "/etc/systemd/system/orders.service.d/override.conf";
    system.write(
        drop_in,
        "[Service]\nEnvironment=LOCAL=yes\nLimitNOFILE=4096\n",
    );
    install(&system, &life.second).success();
    life.serves();
    let environment = system.shell(&format!("tr '\\0' '\\n' </proc/{}/environ", life.pid()));
    assert!(
        environment.stdout.contains("\nLOCAL=yes\n"),
        "{}",
        environment.stdout
    );
    let limits = system.read(&format!("/proc/{}/limits", life.pid()));
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    assert!(files.unwrap().contains(" 4096 "), "{limits}");

    // A service that cannot start fails no package: the journal says why.
    system.write(ORDERS.config, "this is no configuration\n");
    let output = install(&system, &life.first).success();
    assert!(output.stderr.contains("journalctl"), "{}", output.stderr);
    assert_eq!(crate::subjects::state(&system, "orders"), "ii 1.4.0");
    let failed = || {
        let state = system
            .run(["systemctl", "show", "-P", "NRestarts", "orders"])
            .stdout;
        state.trim_end() != "0" || system.run(["systemctl", "is-failed", "orders"]).status == 0
    };
    assert!(eventually(failed), "{}", life.journal());
    let journal = life.journal();
    assert!(journal.contains(ORDERS.config), "{journal}");

    system.write(ORDERS.config, ORDERS.edited);
    system.run(["systemctl", "restart", "orders"]).success();
    life.serves();

    // One that has failed is started by the next upgrade, which may have mended it.
    system.write(ORDERS.config, "this is no configuration\n");
    system.run(["systemctl", "stop", "orders"]).success();
    assert_ne!(system.run(["systemctl", "start", "orders"]).status, 0);
    system.write(ORDERS.config, ORDERS.edited);
    install(&system, &life.second).success();
    life.serves();
}

/// systemd's own measure of what the service could do to the machine.
fn exposed(system: &System, unit: &str, most: f64) {
    let output = system.run(["systemd-analyze", "security", "--no-pager", unit]);
    let overall = output
        .stdout
        .lines()
        .find(|line| line.contains("Overall exposure level"))
        .unwrap_or_default();
    let level: f64 = overall
        .split_whitespace()
        .find_map(|word| word.parse().ok())
        .unwrap_or_else(|| panic!("{output:#?}"));
    assert!(level <= most, "{}", output.stdout);
}

/// What is the admin's of an init script: its deletion, and its edits.
#[test]
fn a_deleted_init_script_stays_deleted() {
    let Some(system) = System::boot("bookworm", Init::Sysvinit) else {
        return;
    };
    install(&system, &stock("1.0", "", "")).success();
    system.run(["service", "stock", "stop"]).success();
    system.run(["rm", "/etc/init.d/stock"]).success();
    install(&system, &stock("1.1", "", "")).success();
    assert!(!system.has("/etc/init.d/stock"));
    assert_eq!(system.processes_of("stock"), []);
    system.run(["dpkg", "-P", "stock"]).success();
}
