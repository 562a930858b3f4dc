//! Ready-made models for tests: the same service as a relx release, a mix release, a plain program.

use std::collections::BTreeMap;

use reldeb::deployment::model::*;
use reldeb::release::kinds;

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A relx release with its extended start script, and the default manifest.
pub(crate) fn relx() -> Life {
    life(Program {
        kind: &kinds::RELX,
        path: "/opt/orders/bin/orders".into(),
        foreground: words(&["foreground"]),
        verbs: words(&[
            "start",
            "stop",
            "restart",
            "reboot",
            "pid",
            "ping",
            "console",
            "foreground",
            "remote_console",
            "rpc",
            "eval",
            "status",
            "daemon",
            "daemon_attach",
        ]),
        erts: Some("/opt/orders/erts-13.1.5".into()),
        environment: map(&[
            ("ERL_CRASH_DUMP", "/var/log/orders/erl_crash.dump"),
            ("HOME", "/var/lib/orders"),
            ("LANG", "C.UTF-8"),
            ("PIPE_DIR", "/run/orders/"),
            ("RELX_OUT_FILE_PATH", "/var/lib/orders"),
            ("RUNNER_LOG_DIR", "/var/log/orders"),
        ]),
    })
}

/// A mix release.
pub(crate) fn mix() -> Life {
    life(Program {
        kind: &kinds::MIX,
        path: "/opt/orders/bin/orders".into(),
        foreground: words(&["start"]),
        verbs: words(&[
            "start",
            "start_iex",
            "daemon",
            "daemon_iex",
            "eval",
            "rpc",
            "remote",
            "restart",
            "stop",
            "pid",
            "version",
        ]),
        erts: Some("/opt/orders/erts-13.1.5".into()),
        environment: map(&[
            ("ERL_CRASH_DUMP", "/var/log/orders/erl_crash.dump"),
            ("HOME", "/var/lib/orders"),
            ("LANG", "C.UTF-8"),
            ("RELEASE_TMP", "/run/orders"),
        ]),
    })
}

/// A plain program.
pub(crate) fn plain() -> Life {
    let mut life = life(Program {
        kind: &kinds::PLAIN,
        path: "/opt/orders/bin/orders".into(),
        foreground: words(&["serve", "--listen", "[::1]:80 $x"]),
        verbs: Vec::new(),
        erts: None,
        environment: map(&[("HOME", "/var/lib/orders"), ("LANG", "C.UTF-8")]),
    });
    life.cookie = false;
    if let Some(service) = &mut life.service {
        service.readiness = Readiness::Exec;
    }
    life
}

/// Everything that the model can hold at once, on the relx release.
pub(crate) fn full() -> Life {
    let mut life = relx();
    life.version = "1:1.4.0~rc1-1".into();
    if let Some(account) = &mut life.account {
        account.groups = words(&["ssl-cert", "dialout"]);
    }
    if let Some(service) = &mut life.service {
        service.on_upgrade = OnUpgrade::StopStart;
        service.homepage = Some("https://example.com/orders?a=b%20c".into());
        service.after = words(&["postgresql.service", "network-online.target"]);
        service.environment = map(&[
            ("ORDERS_POOL", "10"),
            ("ORDERS_TITLE", "it's 100% \"right\" for $5"),
        ]);
        service.limits = map(&[
            ("nofile", "1024:65536"),
            ("core", "infinity"),
            ("nproc", "99"),
        ]);
        service.directives = BTreeMap::from([(
            "Service".to_owned(),
            BTreeMap::from([
                ("MemoryMax".to_owned(), words(&["2G"])),
                ("ProtectHome".to_owned(), Vec::new()),
                ("Restart".to_owned(), words(&["always"])),
            ]),
        )]);
    }
    life.data_directories = words(&["it's data"]);
    life.paths = paths();
    life.conffile_changes = vec![
        ConffileChange::Removed {
            path: "/etc/orders/old.config".into(),
        },
        ConffileChange::Renamed {
            from: "/etc/orders/a.config".into(),
            to: "/etc/orders/b.config".into(),
        },
        ConffileChange::DirectoryToSymlink {
            path: "/usr/share/orders/priv".into(),
            target: "/opt/orders/priv".into(),
        },
        ConffileChange::SymlinkToDirectory {
            path: "/usr/share/orders/doc".into(),
            target: "/opt/orders/doc".into(),
        },
    ];
    life.hooks = EVENTS
        .iter()
        .map(|event| Hook {
            event: *event,
            script: "echo \"$old_version -> $new_version\"".into(),
            origin: "reldeb.toml".into(),
        })
        .collect();
    life
}

/// A configuration file for the service's group, and a link in the release.
fn paths() -> Paths {
    let owned = Owned {
        path: "/etc/orders/orders.config".into(),
        owner: "root".into(),
        group: "orders".into(),
        mode: "0640".into(),
    };
    Paths {
        protected: vec![owned.clone()],
        owned: vec![owned],
        links: vec![Link {
            path: "/opt/orders/log".into(),
            target: "/var/log/orders".into(),
        }],
    }
}

/// All events of hooks.
pub(crate) const EVENTS: [HookEvent; 10] = [
    HookEvent::BeforeFirstInstall,
    HookEvent::AfterFirstInstall,
    HookEvent::BeforeUpgrade,
    HookEvent::AfterUpgrade,
    HookEvent::BeforeReinstall,
    HookEvent::AfterReinstall,
    HookEvent::BeforeRemove,
    HookEvent::AfterRemove,
    HookEvent::BeforePurge,
    HookEvent::AfterPurge,
];

/// A template unit.
pub(crate) fn instances() -> Life {
    let mut life = relx();
    if let Some(service) = &mut life.service {
        service.instances = true;
    }
    life
}

/// A package without a service, a user or a command: only files.
pub(crate) fn files() -> Life {
    let mut life = plain();
    life.account = None;
    life.service = None;
    life.command = None;
    life.has_state = false;
    life.purge = Vec::new();
    life
}

/// A service that runs as root.
pub(crate) fn root() -> Life {
    let mut life = plain();
    life.account = None;
    life
}

/// All samples with their names.
pub(crate) fn all() -> Vec<(&'static str, Life)> {
    vec![
        ("relx", relx()),
        ("mix", mix()),
        ("plain", plain()),
        ("full", full()),
        ("instances", instances()),
        ("root", root()),
        ("files", files()),
    ]
}

fn life(program: Program) -> Life {
    Life {
        package: "orders".into(),
        version: "1.4.0".into(),
        account: Some(Account {
            user: "orders".into(),
            group: "orders".into(),
            home: "/var/lib/orders".into(),
            groups: Vec::new(),
            gecos: "Order service".into(),
        }),
        has_state: true,
        directories: Directories {
            release: "/opt/orders".into(),
            state: "/var/lib/orders".into(),
            log: "/var/log/orders".into(),
            run: "/run/orders".into(),
            configuration: "/etc/orders".into(),
        },
        service: Some(Service {
            name: "orders".into(),
            description: "Order service".into(),
            homepage: None,
            systemd: true,
            init: true,
            program: program.clone(),
            start: true,
            on_upgrade: OnUpgrade::Restart,
            readiness: Readiness::Ping,
            environment: BTreeMap::new(),
            limits: map(&[("nofile", "65536")]),
            after: Vec::new(),
            instances: false,
            directives: BTreeMap::new(),
            hardening: true,
        }),
        command: Some(Command {
            name: "orders".into(),
            program,
        }),
        hooks: Vec::new(),
        purge: words(&["/var/lib/orders", "/var/log/orders"]),
        purge_release: true,
        data_directories: Vec::new(),
        conffile_changes: Vec::new(),
        paths: Paths::default(),
        cookie: true,
    }
}
