//! Ready-made models for tests: the same service as a relx release, a mix release, a plain program.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use reldeb::deployment::*;
use reldeb::manifest::LimitValue;
use reldeb::release::kinds;
use reldeb::vocabulary::{HookEvent, OnUpgrade, Readiness};

fn parsed<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

fn map<K: FromStr + Ord, V: FromStr>(pairs: &[(&str, &str)]) -> BTreeMap<K, V> {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| (parsed(key), parsed(value)))
        .collect()
}

fn words<T: FromStr>(words: &[&str]) -> Vec<T> {
    words.iter().map(|word| parsed(word)).collect()
}

/// A relx release with its extended start script, and the default manifest.
pub(crate) fn relx() -> Deployment {
    deployment(Program {
        kind: &kinds::RELX,
        path: parsed("/opt/orders/bin/orders"),
        is_of_release: true,
        asks: parsed("/opt/orders/bin/orders"),
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
        erts: Some(parsed("/opt/orders/erts-13.1.5")),
        environment: map(&[
            ("ERL_CRASH_DUMP", "/var/log/orders/erl_crash.dump"),
            ("HOME", "/var/lib/orders"),
            ("LANG", "C.UTF-8"),
            ("PIPE_DIR", "/run/orders/"),
            ("RELX_OUT_FILE_PATH", "/var/lib/orders"),
            ("RUNNER_LOG_DIR", "/var/log/orders"),
        ]),
        start_environment: map(&[]),
    })
}

/// A mix release, with secrets and settings that it cannot start without.
pub(crate) fn mix() -> Deployment {
    let mut mix = deployment(Program {
        kind: &kinds::MIX,
        path: parsed("/opt/orders/bin/orders"),
        is_of_release: true,
        asks: parsed("/opt/orders/bin/orders"),
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
        erts: Some(parsed("/opt/orders/erts-13.1.5")),
        environment: map(&[
            ("ERL_CRASH_DUMP", "/var/log/orders/erl_crash.dump"),
            ("HOME", "/var/lib/orders"),
            ("LANG", "C.UTF-8"),
            ("RELEASE_TMP", "/run/orders"),
        ]),
        start_environment: map(&[("PHX_SERVER", "true")]),
    });
    add_settings(&mut mix);
    mix
}

fn add_settings(deployment: &mut Deployment) {
    if let Some(service) = &mut deployment.service {
        service.secrets = words(&["SECRET_KEY_BASE"]);
        service.required_environment = words(&["DATABASE_URL", "ORDERS_HOST"]);
        deployment.purge.extend(words(&["/etc/orders/secrets"]));
    }
}

/// A plain program.
pub(crate) fn plain() -> Deployment {
    let mut plain = deployment(Program {
        kind: &kinds::PLAIN,
        path: parsed("/opt/orders/bin/orders"),
        is_of_release: true,
        asks: parsed("/opt/orders/bin/orders"),
        foreground: words(&["serve", "--listen", "[::1]:80 $x"]),
        verbs: Vec::new(),
        erts: None,
        environment: map(&[("HOME", "/var/lib/orders"), ("LANG", "C.UTF-8")]),
        start_environment: map(&[]),
    });
    plain.cookie = false;
    if let Some(service) = &mut plain.service {
        service.readiness = Readiness::Exec;
    }
    plain
}

/// Everything that the model can hold at once, on the relx release.
pub(crate) fn full() -> Deployment {
    let mut deployment = relx();
    deployment.version = parsed("1:1.4.0~rc1-1");
    if let Some(account) = &mut deployment.account {
        account.groups = words(&["ssl-cert", "dialout"]);
    }
    if let Some(service) = &mut deployment.service {
        service.on_upgrade = OnUpgrade::StopStart;
        service.homepage = Some("https://example.com/orders?a=b%20c".into());
        service.after = words(&["postgresql.service", "network-online.target"]);
        service.capabilities = words(&["net_bind_service"]).into_iter().collect();
        service.environment = map(&[
            ("ORDERS_POOL", "10"),
            ("ORDERS_TITLE", "it's 100% \"right\" for $5"),
        ]);
        service.limits = BTreeMap::from([
            (parsed("nofile"), LimitValue::Number(65536)),
            (parsed("core"), LimitValue::Infinity),
            (parsed("nproc"), LimitValue::Number(99)),
        ]);
        service.directives = BTreeMap::from([(
            parsed("Service"),
            BTreeMap::from([
                (parsed("MemoryMax"), words(&["2G"])),
                (parsed("ProtectHome"), Vec::new()),
                (parsed("Restart"), words(&["always"])),
            ]),
        )]);
    }
    deployment.data_directories = words(&["it's data"]);
    deployment.paths = paths();
    deployment.conffile_changes = vec![
        ConffileChange::Removed {
            path: parsed("/etc/orders/old.config"),
        },
        ConffileChange::Renamed {
            from: parsed("/etc/orders/a.config"),
            to: parsed("/etc/orders/b.config"),
        },
        ConffileChange::DirectoryToSymlink {
            path: parsed("/usr/share/orders/priv"),
            target: parsed("/opt/orders/priv"),
        },
        ConffileChange::SymlinkToDirectory {
            path: parsed("/usr/share/orders/doc"),
            target: parsed("/opt/orders/doc"),
        },
    ];
    deployment.hooks = EVENTS
        .iter()
        .map(|event| Hook {
            event: *event,
            script: "echo \"$old_version -> $new_version\"".into(),
            origin: "reldeb.toml".into(),
        })
        .collect();
    deployment
}

/// A configuration file for the service's group, and a link in the release.
fn paths() -> Paths {
    let owned = Owned {
        path: parsed("/etc/orders/orders.config"),
        owner: "root".into(),
        group: "orders".into(),
        mode: "0640".into(),
    };
    Paths {
        capable: vec![Capable {
            path: parsed("/opt/orders/bin/listen"),
            capabilities: "cap_net_bind_service+ep".parse().unwrap(),
        }],
        protected: vec![owned.clone()],
        owned: vec![owned],
        links: vec![Link {
            path: parsed("/opt/orders/log"),
            target: parsed("/var/log/orders"),
        }],
        snippets: Snippets::default(),
    }
}

/// All events of hooks.
pub(crate) const EVENTS: [HookEvent; 11] = [
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
    HookEvent::OnTrigger,
];

/// A template unit.
pub(crate) fn instances() -> Deployment {
    let mut deployment = relx();
    if let Some(service) = &mut deployment.service {
        service.instances = true;
    }
    add_settings(&mut deployment);
    deployment
}

/// A package without a service, a user or a command: only files.
pub(crate) fn files() -> Deployment {
    let mut deployment = plain();
    deployment.account = None;
    deployment.service = None;
    deployment.program = None;
    deployment.command = None;
    deployment.has_state = false;
    deployment.purge = Vec::new();
    deployment
}

/// A service that has a part in each of Debian's registries.
pub(crate) fn registries() -> Deployment {
    let mut deployment = plain();
    let link = |link, name: &str, path| AlternativeLink {
        link: parsed(link),
        name: name.to_owned(),
        path: parsed(path),
    };
    let alternative = |master, slaves, removed| Alternative {
        master,
        priority: 50,
        slaves,
        removed,
        line: 1,
    };
    deployment.registries.alternatives = vec![
        alternative(
            link("/usr/bin/editor", "editor", "/opt/orders/bin/edit"),
            vec![link(
                "/usr/share/man/man1/editor.1.gz",
                "editor.1.gz",
                "/usr/share/man/man1/orders-edit.1.gz",
            )],
            false,
        ),
        alternative(
            link("/usr/bin/pager", "pager", "/opt/orders/bin/page"),
            Vec::new(),
            true,
        ),
    ];
    deployment.registries.debconf = true;
    deployment.paths.snippets = Snippets {
        tmpfiles: vec!["orders.conf".into()],
        sysusers: vec!["orders.conf".into(), "orders-more.conf".into()],
    };
    deployment.hooks = [HookEvent::AfterFirstInstall, HookEvent::OnTrigger]
        .map(|event| Hook {
            event,
            script: "db_get orders/greeting\necho \"$RET\"".into(),
            origin: "reldeb.toml".into(),
        })
        .into();
    deployment
}

/// A service that runs as root.
pub(crate) fn root() -> Deployment {
    let mut deployment = plain();
    deployment.account = None;
    deployment
}

/// Files and units of the author's: one of each sort.
pub(crate) fn units() -> Deployment {
    let mut deployment = files();
    let unit = |name: &str| Unit {
        file: parsed(name),
        source: format!("packaging/{name}"),
        line: 1,
        text: "[Unit]\nDescription=Orders\n".into(),
        user: false,
        can_enable: true,
        enable: true,
        start: true,
        on_upgrade: OnUpgrade::Restart,
    };
    let inert = |name| Unit {
        can_enable: false,
        enable: false,
        start: false,
        ..unit(name)
    };
    deployment.own_units = vec![
        unit("orders-admin.socket"),
        unit("orders-backup.timer"),
        Unit {
            on_upgrade: OnUpgrade::Reload,
            start: false,
            ..unit("orders-admin.service")
        },
        Unit {
            on_upgrade: OnUpgrade::None,
            ..inert("orders-backup.service")
        },
        Unit {
            enable: false,
            on_upgrade: OnUpgrade::StopStart,
            ..unit("orders-import.service")
        },
        Unit {
            on_upgrade: OnUpgrade::StopStart,
            ..inert("orders-shop@.service")
        },
        unit("srv-orders\\x2ddata.mount"),
        inert("cron.service.d/orders.conf"),
        Unit {
            user: true,
            start: false,
            ..unit("orders-notify.service")
        },
        Unit {
            user: true,
            enable: false,
            start: false,
            ..unit("orders-tray.service")
        },
    ];
    deployment
}

/// All samples with their names.
pub(crate) fn all() -> Vec<(&'static str, Deployment)> {
    vec![
        ("relx", relx()),
        ("mix", mix()),
        ("plain", plain()),
        ("full", full()),
        ("instances", instances()),
        ("root", root()),
        ("files", files()),
        ("registries", registries()),
        ("units", units()),
    ]
}

fn deployment(program: Program) -> Deployment {
    Deployment {
        package: parsed("orders"),
        version: parsed("1.4.0"),
        account: Some(Account {
            user: parsed("orders"),
            group: parsed("orders"),
            home: parsed("/var/lib/orders"),
            groups: Vec::new(),
            gecos: "Order service".into(),
        }),
        has_state: true,
        registries: Registries::default(),
        directories: Directories {
            release: Some(parsed("/opt/orders")),
            state: parsed("/var/lib/orders"),
            log: parsed("/var/log/orders"),
            run: parsed("/run/orders"),
            configuration: parsed("/etc/orders"),
        },
        service: Some(Service {
            name: parsed("orders"),
            description: "Order service".into(),
            homepage: None,
            systemd: true,
            init: true,
            start: true,
            enable: true,
            on_upgrade: OnUpgrade::Restart,
            readiness: Readiness::Ping,
            environment: BTreeMap::new(),
            secrets: Vec::new(),
            required_environment: Vec::new(),
            limits: BTreeMap::from([(parsed("nofile"), LimitValue::Number(65536))]),
            capabilities: BTreeSet::new(),
            after: Vec::new(),
            instances: false,
            directives: BTreeMap::new(),
            hardening: true,
        }),
        command: Some(AdminCommand {
            name: "orders".into(),
        }),
        program: Some(program),
        hooks: Vec::new(),
        own_units: Vec::new(),
        purge: words(&["/var/lib/orders", "/var/log/orders"]),
        purge_release: true,
        purge_secrets: true,
        data_directories: Vec::new(),
        writable: Vec::new(),
        conffile_changes: Vec::new(),
        paths: Paths::default(),
        cookie: true,
    }
}
