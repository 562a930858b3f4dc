//! Several nodes of one release on a machine: each has a name of its own, and is asked by it.

use crate::example;
use crate::subjects::install;
use crate::system::{Init, System};

#[test]
fn of_relx_are_asked_by_their_own_names() {
    let replaced = [
        // As templates, which relx renders at each start.
        ("rebar.config", "{sys_config,", "{sys_config_src,"),
        ("rebar.config", "{vm_args,", "{vm_args_src,"),
        (
            "config/vm.args",
            "-sname orders@localhost",
            "-sname orders_${INSTANCE}@localhost",
        ),
        ("config/sys.config", "{port, 8377}", "{port, ${PORT}}"),
        ("reldeb.toml", "configuration = [\"vm.args\"]", ""),
        (
            "reldeb.toml",
            "[service]",
            "[service]\ninstances = true\nmanagers = [\"systemd\"]",
        ),
    ];
    let Some((_folder, package)) = example::orders_with("1.4.1", &replaced) else {
        return;
    };
    several("bookworm", "orders", &package, &|instance| {
        format!("orders @{instance} eval 'node().'")
    });
}

#[test]
fn of_mix_are_asked_by_their_own_names() {
    let replaced = [(
        "reldeb.toml",
        "[service]",
        "[service]\ninstances = true\nmanagers = [\"systemd\"]",
    )];
    let Some((_folder, package)) = example::tally_with("0.3.1", &replaced) else {
        return;
    };
    several("trixie", "tally", &package, &|instance| {
        format!("tally @{instance} rpc 'IO.inspect(node())'")
    });
}

fn several(suite: &str, name: &str, package: &std::path::Path, question: &dyn Fn(&str) -> String) {
    let Some(system) = System::boot(suite, Init::Systemd) else {
        return;
    };
    let output = install(&system, package).success();
    let advice =
        format!("{name}: each instance is begun with: systemctl enable --now {name}@INSTANCE\n");
    assert!(output.stdout.ends_with(&advice), "{output:#?}");

    let process = |instance: &str| {
        let unit = format!("{name}@{instance}");
        let shown = system.run(["systemctl", "show", "--property=MainPID", "--value", &unit]);
        shown.success().stdout.trim_end().to_owned()
    };
    for (instance, port) in [("a", "8391"), ("b", "8392")] {
        let file = format!("/etc/default/{name}@{instance}");
        let upper = name.to_uppercase();
        system.write(&file, format!("PORT={port}\n{upper}_PORT={port}\n"));
        let unit = format!("{name}@{instance}");
        system
            .run(["systemctl", "enable", "--now", &unit])
            .success();
    }
    for instance in ["a", "b"] {
        let told = system.shell(&question(instance)).success().stdout;
        assert!(told.contains(&format!("{name}_{instance}@")), "{told}");
        let pid = system.run([name, &format!("@{instance}"), "pid"]).success();
        assert_eq!(pid.stdout.trim_end(), process(instance));
    }

    restart_beside_questions(&system, name);
    take_a_taken_name(&system, name);
    manage_all(&system, name, package);

    system
        .run(["systemctl", "stop", &format!("{name}@a")])
        .success();
    assert_ne!(system.run([name, "@a", "pid"]).status, 0);
    system.run([name, "@b", "pid"]).success();
    system.run(["dpkg", "-P", name]).success();
    assert_eq!(system.processes_of(name), []);
}

/// Questions come in while it starts: what they have rendered is not what it reads.
fn restart_beside_questions(system: &System, name: &str) {
    let monitor = format!("while :; do {name} @a pid; done >/dev/null 2>&1 & echo $!");
    let monitor = system
        .shell(&format!("{monitor}; {monitor}"))
        .success()
        .stdout;
    for _ in 0..5 {
        system
            .run(["systemctl", "restart", &format!("{name}@a")])
            .success();
    }
    let monitors: Vec<&str> = monitor.split_whitespace().collect();
    system
        .shell(&format!("kill {}", monitors.join(" ")))
        .success();
}

/// Without a name all that are enabled are meant, and they come back after a removal.
fn manage_all(system: &System, name: &str, package: &std::path::Path) {
    system.run(["systemctl", "daemon-reload"]).success();
    let answer = || ["@a", "@b"].map(|instance| system.run([name, instance, "pid"]).status == 0);
    system.run([name, "@a", "reboot"]).exits(64);
    system.run([name, "stop"]).success();
    assert_eq!(answer(), [false, false]);
    system.run([name, "start"]).success();
    assert_eq!(answer(), [true, true]);
    system.run(["dpkg", "-r", name]).success();
    install(system, package).success();
    assert_eq!(answer(), [true, true]);
}

/// A third of a name that is taken ends, and no other answers for it.
fn take_a_taken_name(system: &System, name: &str) {
    let drop_in = format!("/etc/systemd/system/{name}@c.service.d/name.conf");
    let taken = "[Service]\nEnvironment=INSTANCE=a RELEASE_NODE=tally_a\nRestart=no\n";
    system.write(&drop_in, taken);
    system.write(
        &format!("/etc/default/{name}@c"),
        "PORT=8393\nTALLY_PORT=8393\n",
    );
    system.run(["systemctl", "daemon-reload"]).success();
    let unit = format!("{name}@c");
    assert_ne!(system.run(["systemctl", "start", &unit]).status, 0);
    system
        .run([
            "rm",
            "-r",
            &format!("/etc/systemd/system/{name}@c.service.d"),
        ])
        .success();
}
