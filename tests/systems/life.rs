//! The life of the example's package on real systems without Erlang: install, edit,
//! upgrade, remove, purge.

use crate::example::{self, Orders};
use crate::support::eventually;
use crate::system::{Init, Snapshot, System};

const PORT: u16 = 8377;
const CONFIG: &str = "/etc/orders/orders.config";

#[test]
fn on_a_minimal_system_whose_policy_starts_services() {
    let Some(orders) = Orders::packages() else {
        return;
    };
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        allow_services(&system);
        live(&system, orders);
    }
}

/// Without an init and without a policy, Debian's invoke-rc.d starts nothing.
#[test]
fn on_a_minimal_system_as_it_is() {
    let Some(orders) = Orders::packages() else {
        return;
    };
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    system.copy(&orders.first, "/root/orders.deb");
    system.run(["dpkg", "-i", "/root/orders.deb"]).success();
    assert_eq!(system.processes(), []);
    assert_eq!(system.run(["service", "orders", "status"]).status, 3);
    system.run(["service", "orders", "start"]).success();
    assert_eq!(system.answer(PORT), report("1.4.0", "hello from /etc"));
    assert_eq!(system.run(["orders", "ping"]).success().stdout, "pong\n");
    leave(&system, "orders", &before);
}

#[test]
fn under_systemd() {
    let Some(orders) = Orders::packages() else {
        return;
    };
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    live(&system, orders);
}

#[test]
fn under_sysvinit() {
    let Some(orders) = Orders::packages() else {
        return;
    };
    let Some(system) = System::boot("bookworm", Init::Sysvinit) else {
        return;
    };
    live(&system, orders);
}

/// The configuration as the sysadmin of the tests writes it.
const EDITED: &str = "[{orders, [{greeting, \"hello from the sysadmin\"}]}].\n";

/// Each step is what a sysadmin does, then what they would look at.
fn live(system: &System, orders: &Orders) {
    let before = system.snapshot();
    assert_ne!(system.run(["which", "erl"]).status, 0);
    install(system, orders);
    edit(system);
    upgrade(system, orders);
    remove(system);
    leave(system, "orders", &before);
}

fn install(system: &System, orders: &Orders) {
    system.copy(&orders.first, "/root/orders.deb");
    system.run(["dpkg", "-i", "/root/orders.deb"]).success();
    assert_eq!(system.answer(PORT), report("1.4.0", "hello from /etc"));
    assert_eq!(system.run(["orders", "ping"]).success().stdout, "pong\n");
    assert_eq!(system.entry(CONFIG), "regular file 0640 root:orders");
    assert_eq!(
        system
            .run(["runuser", "-u", "nobody", "--", "cat", CONFIG])
            .status,
        1
    );
    assert!(
        system
            .listening()
            .iter()
            .any(|address| address.to_string() == "127.0.0.1:8377")
    );
    let mut own = system.processes();
    own.retain(|process| process.exe.starts_with("/opt/orders/"));
    assert!(
        own.iter().any(|process| process.exe.ends_with("/beam.smp")),
        "{own:?}"
    );
    assert!(
        own.iter().all(|process| process.user == "orders"),
        "{own:?}"
    );
}

/// Gives the service some state and the configuration another value.
fn edit(system: &System) {
    let order = "POST /orders HTTP/1.0\r\nContent-Length: 9\r\n\r\ntwo pears";
    assert!(system.fetch(PORT, order).unwrap().ends_with("kept\n"));
    system.write(CONFIG, EDITED);
    system.run(["service", "orders", "restart"]).success();
    assert_eq!(
        system.answer(PORT),
        report("1.4.0", "hello from the sysadmin")
    );
}

fn upgrade(system: &System, orders: &Orders) {
    system.copy(&orders.second, "/root/orders.deb");
    system.run(["dpkg", "-i", "/root/orders.deb"]).success();
    assert!(eventually(
        || system.answer(PORT) == report("1.5.0", "hello from the sysadmin")
    ));
    assert_eq!(system.read(CONFIG), EDITED);
    assert_eq!(system.entry(CONFIG), "regular file 0640 root:orders");
    assert!(
        system
            .fetch(PORT, "GET /orders HTTP/1.0\r\n\r\n")
            .unwrap()
            .ends_with("two pears\n")
    );
    assert!(!system.has("/opt/orders/releases/1.4.0"));
}

/// Removes the package, which keeps configuration and state.
fn remove(system: &System) {
    system.run(["dpkg", "-r", "orders"]).success();
    assert_eq!(system.processes_of("orders"), []);
    assert_eq!(system.listening_ports(), [0; 0]);
    assert_eq!(system.read(CONFIG), EDITED);
    assert_eq!(system.read("/var/lib/orders/orders"), "two pears\n");
    assert!(!system.has("/opt/orders"));
}

/// Returns what the service says of itself.
fn report(version: &str, greeting: &str) -> String {
    format!("orders {version}\nnode orders@localhost\ngreeting {greeting}\n")
}

#[test]
fn an_elixir_release_lives_on_a_minimal_system() {
    let Some(package) = example::tally() else {
        return;
    };
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    allow_services(&system);
    let before = system.snapshot();
    system.copy(package, "/root/tally.deb");
    system.run(["dpkg", "-i", "/root/tally.deb"]).success();
    let answer = system.answer(8378);
    assert!(answer.starts_with("tally 0.3.0\nnode tally@"), "{answer}");
    assert!(answer.contains("\ngreeting hello from /etc\n"), "{answer}");
    let node = system
        .run(["tally", "rpc", "IO.puts(node())"])
        .success()
        .stdout;
    assert!(node.starts_with("tally@"), "{node}");
    leave(&system, "tally", &before);
}

/// The next start uses what the sysadmin writes into a file of the release that lives in /etc, and so do
/// commands to the running node.
#[test]
fn configuration_of_the_release_is_the_sysadmins() {
    let (Some(orders), Some(tally)) = (Orders::packages(), example::tally()) else {
        return;
    };
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    allow_services(&system);
    system.copy(&orders.first, "/root/orders.deb");
    system.copy(tally, "/root/tally.deb");
    system
        .run(["dpkg", "-i", "/root/orders.deb", "/root/tally.deb"])
        .success();
    for (path, group) in [
        ("/etc/orders/vm.args", "orders"),
        ("/etc/tally/vm.args", "tally"),
        ("/etc/tally/runtime.exs", "tally"),
    ] {
        assert_eq!(
            system.entry(path),
            format!("regular file 0640 root:{group}"),
            "{path}"
        );
        let conffiles = system.run(["dpkg-query", "-W", "-f=${Conffiles}", group]);
        assert!(conffiles.success().stdout.contains(path), "{path}");
    }

    system.shell("sed -i s/orders@localhost/renamed@localhost/ /etc/orders/vm.args");
    system.run(["service", "orders", "restart"]).success();
    let node = || system.run(["orders", "eval", "node()."]).stdout;
    assert!(eventually(|| node() == "renamed@localhost\n"), "{}", node());

    system.shell(
        "sed -i 's/greeting: .*/greeting: \"hello from runtime.exs\"/' /etc/tally/runtime.exs",
    );
    system.run(["service", "tally", "restart"]).success();
    let greets = || {
        system
            .answer(8378)
            .contains("\ngreeting hello from runtime.exs\n")
    };
    assert!(eventually(greets), "{}", system.answer(8378));
    system.run(["tally", "rpc", "IO.puts(node())"]).success();

    system.run(["dpkg", "-P", "orders", "tally"]).success();
    assert_eq!(system.processes(), []);
    assert!(!system.has("/etc/orders") && !system.has("/etc/tally"));
}

#[test]
fn a_rust_program_lives_on_a_minimal_system() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    allow_services(&system);
    let before = system.snapshot();
    system.copy(example::beacon(), "/root/beacon.deb");
    system.run(["dpkg", "-i", "/root/beacon.deb"]).success();
    assert_eq!(
        system.answer(8379),
        "beacon 2.1.0\ngreeting hello from /etc\n"
    );
    leave(&system, "beacon", &before);
}

/// Lets invoke-rc.d start services on a system without init, as for a container that runs
/// some.
#[test]
fn reldeb_installs_itself_and_runs() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    system.copy(example::reldeb(), "/root/reldeb.deb");
    system.run(["dpkg", "-i", "/root/reldeb.deb"]).success();
    let version = system.run(["reldeb", "--version"]).success();
    assert_eq!(version.stdout, "reldeb 0.1.0\n");
    // As cargo calls it.
    let help = system.run(["cargo-reldeb", "reldeb", "--help"]).success();
    assert!(help.stdout.contains("\nUsage: cargo reldeb "), "{help:?}");
    let inspected = system
        .run(["reldeb", "inspect", "/root/reldeb.deb"])
        .success();
    assert!(inspected.stdout.contains("Package: reldeb\n"));
    system.run(["dpkg", "-P", "reldeb"]).success();
    system.run(["rm", "/root/reldeb.deb"]).success();
    assert_eq!(before.difference(&system.snapshot()), [""; 0]);
}

fn allow_services(system: &System) {
    system.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 0\n");
    system
        .run(["chmod", "755", "/usr/sbin/policy-rc.d"])
        .success();
}

/// Purges a package, which leaves nothing but the account.
fn leave(system: &System, name: &str, before: &Snapshot) {
    system.run(["dpkg", "-P", name]).success();
    system.run(["rm", &format!("/root/{name}.deb")]).success();
    assert_eq!(system.processes_of(name), []);
    assert_eq!(before.difference(&system.snapshot()), account(name));
}

/// The account stays: files of backups may still bear its number.
fn account(name: &str) -> [String; 4] {
    ["group", "shadow of group", "shadow of user", "user"].map(|what| format!("+ {what} {name}"))
}
