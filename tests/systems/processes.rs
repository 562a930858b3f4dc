//! Root ends what is the package's, all of it, and nothing else: attacks of another user, Erlang's
//! port mapper between packages, and a stop that comes early.

use crate::example;
use crate::subjects::{install, orders};
use crate::support::eventually;
use crate::system::{Init, System};

/// Runs processes whose arguments look like programs of the release, one of them with a line in it
/// that begins with the number of a process.
const LOOK_ALIKES: &str = r#"
forged='/tmp/x\n'$1' y'
mkdir -p "$forged/bin"
printf 'while :; do sleep 1; done\n' >"$forged/bin/heart"
setsid dash "/opt/orders/../../$forged/bin/heart" >/dev/null 2>&1 &
for name in heart epmd; do
    setsid perl -e 'exec { "perl" } "perl\n/opt/orders/erts-13.1.5/bin/$ARGV[0]", "-e", "sleep 4242"' $name &
done
sleep 0.5
"#;

/// Registers a name with the port mapper and keeps it.
const REGISTER: &str = r#"
use IO::Socket::INET;
my $mapper = IO::Socket::INET->new(PeerAddr => "127.0.0.1:4369") or die "no port mapper: $!";
my $request = pack("C n C C n n n/a* n", 120, 9999, 72, 0, 6, 5, "forged", 0);
$mapper->print(pack("n/a*", $request));
$mapper->flush;
$mapper->read(my $answer, 1);
open(my $done, ">", "/tmp/registered");
sleep 1000;
"#;

/// Listens on the port mapper's port and never answers.
const SILENT: &str = r#"
use IO::Socket::INET;
my $server = IO::Socket::INET->new(Listen => 5, LocalPort => 4369, ReuseAddr => 1) or die "$!";
open(my $done, ">", "/tmp/silent");
sleep 1000;
"#;

/// Runs sleep as the heart of a container: in a root of its own, where its path is the same.
const CONTAINER: &str = r#"
mkdir -p /srv/container/opt/orders/erts-13.1.5/bin /srv/container/old
cp /bin/sleep /srv/container/opt/orders/erts-13.1.5/bin/heart
for library in $(ldd /bin/sleep | grep -o '/[^ ]*'); do
    install -D "$library" "/srv/container$library"
done
setsid unshare --mount sh -c 'mount --bind /srv/container /srv/container && cd /srv/container &&
    pivot_root . old && exec /opt/orders/erts-13.1.5/bin/heart 4243' >/dev/null 2>&1 &
"#;

fn boot(init: Init) -> Option<System> {
    let system = System::boot("bookworm", init)?;
    system
        .run(["useradd", "--create-home", "mallory"])
        .success();
    Some(system)
}

/// Runs a program as another user, in the background.
fn as_user(system: &System, user: &str, words: &[&str]) {
    let id = format!("--reuid={user}");
    let group = format!("--regid={user}");
    let mut all = vec![
        "sh",
        "-c",
        r#"setsid "$@" </dev/null >/dev/null 2>&1 &"#,
        "sh",
    ];
    all.extend(["setpriv", &id, &group, "--clear-groups"]);
    all.extend(words);
    system.run(all).success();
}

/// The programs of a user, sorted.
fn programs(system: &System, user: &str) -> Vec<String> {
    let mut programs: Vec<String> = system
        .processes_of(user)
        .into_iter()
        .map(|process| process.exe)
        .collect();
    programs.sort();
    programs
}

fn manage(system: &System, init: Init, verb: &str, name: &str) {
    match init {
        Init::Systemd => system.run(["systemctl", verb, name]),
        Init::Sysvinit => system.run(["service", name, verb]),
    }
    .success();
}

fn alive(system: &System, pid: u32) -> bool {
    system
        .processes()
        .iter()
        .any(|process| process.pid == pid && !process.exe.is_empty())
}

/// The process whose arguments end so.
#[track_caller]
fn pid_of(system: &System, user: &str, end: &str) -> u32 {
    let find = || {
        system
            .processes_of(user)
            .into_iter()
            .find(|process| process.args.ends_with(end))
    };
    assert!(eventually(|| find().is_some()), "{:#?}", system.processes());
    find().unwrap().pid
}

#[test]
fn other_users_choose_no_process_that_root_ends_under_systemd() {
    other_users_choose_no_process(Init::Systemd);
}

#[test]
fn other_users_choose_no_process_that_root_ends_under_sysvinit() {
    other_users_choose_no_process(Init::Sysvinit);
}

fn other_users_choose_no_process(init: Init) {
    let (Some([package, _]), Some(system)) = (orders(), boot(init)) else {
        return;
    };
    install(&system, &package).success();
    system
        .shell("setsid sleep 4242 >/dev/null 2>&1 &")
        .success();
    let victim = pid_of(&system, "root", "sleep 4242");
    as_user(
        &system,
        "mallory",
        &["sh", "-c", LOOK_ALIKES, "sh", &victim.to_string()],
    );
    let mallorys = [
        pid_of(&system, "mallory", "y/bin/heart"),
        pid_of(&system, "mallory", "13.1.5/bin/heart -e sleep 4242"),
        pid_of(&system, "mallory", "13.1.5/bin/epmd -e sleep 4242"),
    ];
    system.shell(CONTAINER).success();
    let contained = pid_of(&system, "root", "bin/heart 4243");
    manage(&system, init, "restart", "orders");
    manage(&system, init, "stop", "orders");
    assert!(alive(&system, victim));
    for pid in mallorys {
        assert!(alive(&system, pid), "{:#?}", system.processes());
    }

    // A script of the release ends with it where root or the service's user runs it. A setuid program
    // has root's rights and the arguments of whoever has called it.
    system.write(
        "/opt/orders/bin/wait",
        "#!/bin/sh -e\nwhile :; do sleep 1; done\n",
    );
    system
        .shell("cp /bin/dash /usr/local/bin/dash && chmod 4755 /usr/local/bin/dash")
        .success();
    system
        .run(["chmod", "0755", "/opt/orders/bin/wait"])
        .success();
    as_user(&system, "root", &["/opt/orders/bin/wait"]);
    as_user(&system, "orders", &["/opt/orders/bin/wait"]);
    as_user(
        &system,
        "mallory",
        &["/usr/local/bin/dash", "-p", "/opt/orders/bin/wait"],
    );
    let setuid = pid_of(&system, "root", "dash -p /opt/orders/bin/wait");
    let ended = [
        pid_of(&system, "root", "sh -e /opt/orders/bin/wait"),
        pid_of(&system, "orders", "sh -e /opt/orders/bin/wait"),
    ];
    // Between one sleep and the next, the shell has a copy of itself.
    let service = || programs(&system, "orders") == ["/usr/bin/dash", "/usr/bin/sleep"];
    assert!(eventually(service), "{:#?}", programs(&system, "orders"));

    system.run(["dpkg", "-r", "orders"]).success();
    assert!(alive(&system, victim));
    for pid in mallorys.into_iter().chain([setuid, contained]) {
        assert!(alive(&system, pid), "{:#?}", system.processes());
    }
    for pid in ended {
        assert!(!alive(&system, pid), "{:#?}", system.processes());
    }
}

#[test]
fn the_port_mapper_ends_with_its_last_user_under_systemd() {
    the_port_mapper_ends_with_its_last_user(Init::Systemd);
}

#[test]
fn the_port_mapper_ends_with_its_last_user_under_sysvinit() {
    the_port_mapper_ends_with_its_last_user(Init::Sysvinit);
}

fn the_port_mapper_ends_with_its_last_user(init: Init) {
    let (Some([package, _]), Some(tally)) = (orders(), example::tally()) else {
        return;
    };
    let Some(system) = boot(init) else {
        return;
    };
    let mapper = "/opt/orders/erts-13.1.5/bin/epmd";
    install(&system, &package).success();
    install(&system, tally).success();
    let reachable = || {
        let node = system.run(["tally", "rpc", "IO.puts(node())"]);
        node.success().stdout
    };
    reachable();

    // A program of the service that is only called like the port mapper ends with it.
    if init == Init::Systemd {
        system
            .shell(
                "install -d -o orders /var/lib/orders/bin && cp /bin/sleep /var/lib/orders/bin/epmd",
            )
            .success();
        let start = "os:cmd(\"setsid /var/lib/orders/bin/epmd 4242 >/dev/null 2>&1 &\").";
        system.run(["orders", "eval", start]).success();
        pid_of(&system, "orders", "bin/epmd 4242");
    }
    manage(&system, init, "stop", "orders");
    assert_eq!(programs(&system, "orders"), [mapper]);
    reachable();

    // The removal leaves it to the nodes that use it, and the last of them takes it along.
    manage(&system, init, "start", "orders");
    system.run(["dpkg", "-P", "orders"]).success();
    assert_eq!(programs(&system, "orders"), [format!("{mapper} (deleted)")]);
    reachable();
    system.run(["dpkg", "-P", "tally"]).success();
    assert_eq!(programs(&system, "tally"), [""; 0]);
    assert_eq!(programs(&system, "orders"), [""; 0]);

    // No user holds it up by a name that belongs to no node.
    install(&system, &package).success();
    as_user(&system, "mallory", &["perl", "-e", REGISTER]);
    assert!(eventually(|| system.has("/tmp/registered")));
    system.run(["dpkg", "-r", "orders"]).success();
    assert_eq!(programs(&system, "orders"), [""; 0]);
    assert_eq!(system.listening_ports(), [0; 0]);

    // A port that never answers holds up nothing, while a port mapper that is not asked runs.
    install(&system, &package).success();
    manage(&system, init, "stop", "orders");
    as_user(&system, "mallory", &["perl", "-e", SILENT]);
    assert!(eventually(|| system.has("/tmp/silent")));
    as_user(&system, "orders", &[mapper, "-port", "4370"]);
    pid_of(&system, "orders", "epmd -port 4370");
    system
        .run(["timeout", "60", "dpkg", "-P", "orders"])
        .success();
    assert_eq!(programs(&system, "orders"), [""; 0]);
}

#[test]
fn nodes_that_share_a_port_mapper_restart_at_any_time_under_systemd() {
    nodes_restart_at_any_time(Init::Systemd);
}

#[test]
fn nodes_that_share_a_port_mapper_restart_at_any_time_under_sysvinit() {
    nodes_restart_at_any_time(Init::Sysvinit);
}

/// Restarts two services side by side, one of them ever later, and looks each time whether both are
/// registered, by their first start.
fn nodes_restart_at_any_time(init: Init) {
    let (Some([package, _]), Some(tally)) = (orders(), example::tally()) else {
        return;
    };
    let Some(system) = boot(init) else {
        return;
    };
    install(&system, &package).success();
    install(&system, tally).success();
    let command = match init {
        Init::Systemd => "systemctl restart $1",
        Init::Sysvinit => "service $1 restart",
    };
    let restart = format!(
        "again() {{ {command}; }}\n\
         again $1 & first=$!; sleep $3; again $2 & second=$!\n\
         wait $first && wait $second"
    );
    for round in 0..20 {
        let delay = format!("{}.{:02}", round / 10, round % 10 * 10);
        let (first, second) = if round % 2 == 0 {
            ("orders", "tally")
        } else {
            ("tally", "orders")
        };
        let words = ["sh", "-c", &restart, "sh", first, second, &delay];
        let output = system.run(words);
        assert_eq!(output.status, 0, "{delay}: {output:#?}");
        let names = system
            .shell("/opt/orders/erts-*/bin/epmd -names | grep '^name ' | cut -d ' ' -f 2 | sort");
        assert_eq!(names.stdout, "orders\ntally\n", "{delay}");
        if init == Init::Systemd {
            for name in ["orders", "tally"] {
                let shown = system.run(["systemctl", "show", "-P", "NRestarts", name]);
                assert_eq!(shown.stdout, "0\n", "{delay}: {name}");
            }
        }
    }
}

#[test]
fn a_stop_may_follow_a_start_at_once_under_systemd() {
    a_stop_may_follow_a_start_at_once(Init::Systemd);
}

#[test]
fn a_stop_may_follow_a_start_at_once_under_sysvinit() {
    a_stop_may_follow_a_start_at_once(Init::Sysvinit);
}

fn a_stop_may_follow_a_start_at_once(init: Init) {
    let (Some([package, _]), Some(tally)) = (orders(), example::tally()) else {
        return;
    };
    let Some(system) = boot(init) else {
        return;
    };
    for (name, package) in [("orders", package.as_path()), ("tally", tally)] {
        install(&system, package).success();
        more_signals_do_no_harm(&system, init, name);
        stop_after_start(&system, init, name);
        if init == Init::Systemd {
            // As the unit is with `ready = "exec"`.
            let drop_in = format!(
                "[Service]\nExecStartPost=\nExecStop=/usr/libexec/{name}/stop-node\nTimeoutStopSec=30\n"
            );
            system.write(
                &format!("/etc/systemd/system/{name}.service.d/exec.conf"),
                drop_in,
            );
            system.run(["systemctl", "daemon-reload"]).success();
            stop_after_start(&system, init, name);
        }
        system.run(["dpkg", "-P", name]).success();
    }
}

/// A node that is ending already ends all the same, in good order.
fn more_signals_do_no_harm(system: &System, init: Init, name: &str) {
    let node = system
        .processes_of(name)
        .into_iter()
        .find(|process| process.exe.ends_with("/beam.smp"));
    let pid = node.unwrap().pid;
    let signals = format!("while kill -TERM {pid}; do sleep 0.02; done 2>/dev/null");
    system.shell(&signals).success();
    if init == Init::Systemd {
        let ended = || {
            let shown = system.run(["systemctl", "show", "-P", "ActiveState", name]);
            shown.stdout == "inactive\n"
        };
        assert!(eventually(ended), "{:#?}", system.processes());
        let how = "Result,ExecMainCode,ExecMainStatus";
        let shown = system.run(["systemctl", "show", "-p", how, name]);
        let mut shown: Vec<&str> = shown.stdout.lines().collect();
        shown.sort_unstable();
        assert_eq!(
            shown,
            ["ExecMainCode=1", "ExecMainStatus=0", "Result=success"]
        );
    }
}

fn stop_after_start(system: &System, init: Init, name: &str) {
    for delay in ["0.1", "0.2", "0.3", "0.4", "0.5", "0.7", "1.0"] {
        manage(system, init, "stop", name);
        let both = match init {
            Init::Systemd => "systemctl start --no-block $1; sleep $2; systemctl stop $1",
            // What is killed at the end of all patience has had a minute.
            Init::Sysvinit => "service $1 start & sleep $2; timeout 40 service $1 stop",
        };
        let output = system.run(["sh", "-c", both, "sh", name, delay]);
        assert_eq!(output.status, 0, "{name} {delay}: {output:#?}");
        if init == Init::Systemd {
            // In a node that has had no time to become one, SIGTERM does what it does to any program.
            let how = ["systemctl", "show", "-p", "Result,ExecMainStatus", name];
            let shown = system.run(how).stdout;
            let journal = system.run(["journalctl", "--no-pager", "-n", "20", "-u", name]);
            let killed = shown.contains("ExecMainStatus=9") || shown.contains("Result=timeout");
            assert!(!killed, "{name} {delay}: {shown}{}", journal.stdout);
        }
        let rests = || system.processes_of(name).is_empty();
        let left = || system.processes_of(name);
        assert!(eventually(rests), "{name} {delay}: {:#?}", left());
    }
}
