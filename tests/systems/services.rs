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

/// A service on a system, and the package in two versions.
pub(crate) struct Life<'a> {
    pub(crate) system: &'a System,
    pub(crate) init: Init,
    pub(crate) subject: Subject,
    pub(crate) first: PathBuf,
    pub(crate) second: PathBuf,
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
                format!("regular file 0640 root:{name}"),
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
    pub(crate) fn serves(&self) {
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
    pub(crate) fn rests(&self) {
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
    pub(crate) fn pid(&self) -> u32 {
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

    pub(crate) fn enabled(&self) -> bool {
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
    pub(crate) fn manage(&self, verb: &str) {
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

    pub(crate) fn journal(&self) -> String {
        journal(self.system, self.subject.name)
    }
}

fn journal(system: &System, name: &str) -> String {
    let log = format!("journalctl --no-pager -u {name} 2>&1; cat /var/log/{name}/*.log 2>&1");
    system.shell(&log).stdout
}

/// systemd's own measure of what the service could do to the machine.
pub(crate) fn exposed(system: &System, unit: &str, most: f64) {
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
