//! The systems themselves: they start, do what they are told, and leave nothing.

use std::path::{Path, PathBuf};

use crate::support::{Test, eventually};
use crate::system::{Init, Output, System};

#[test]
fn a_system_without_init_runs_commands() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let output = system
        .run(["sh", "-c", "id -un; pwd; echo bad >&2; exit 3"])
        .exits(3);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("root\n/\n", "bad\n")
    );
    assert_eq!(
        system
            .shell("env | sort | cut -d= -f1 | xargs")
            .success()
            .stdout,
        ENVIRONMENT
    );
    assert_eq!(
        system
            .shell("hostname; getent hosts localhost | cut -d' ' -f1")
            .stdout,
        HOST
    );
    assert!(
        system
            .shell("cat /etc/debian_version")
            .success()
            .stdout
            .starts_with("12.")
    );
    for absent in ["erl", "systemctl", "ps"] {
        assert_ne!(system.run(["which", absent]).status, 0, "{absent}");
    }
    assert_eq!(system.processes(), []);
}

const ENVIRONMENT: &str = "DEBIAN_FRONTEND HOME LANG PATH PWD TERM\n";
const HOST: &str = "debian\n127.0.0.1\n";

#[test]
fn files_come_and_go() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    assert_eq!(before.difference(&system.snapshot()), Vec::<String>::new());

    system.write("/opt/new/file", "text\n");
    system.copy(Path::new(file!()), "/srv/copy");
    system
        .shell("useradd --system guest && chown guest /srv/copy && chmod 4711 /srv/copy")
        .success();
    system
        .shell("rm /etc/issue.net; ln -s issue.net /etc/issue.new; chmod 600 /etc/issue")
        .success();
    system.write("/etc/debian_version", "13\n");

    assert_eq!(system.read("/opt/new/file"), "text\n");
    assert_eq!(system.entry("/srv/copy"), "regular file 4711 guest:root");
    assert!(system.has("/etc/issue.new") && !system.has("/etc/issue.net"));
    let difference = before.difference(&system.snapshot());
    let short: Vec<&str> = difference
        .iter()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        short,
        [
            "~ /etc/debian_version",
            "~ /etc/issue",
            "- /etc/issue.net",
            "+ /etc/issue.new",
            "+ /opt/new",
            "+ /opt/new/file",
            "+ /srv/copy",
            "+ group guest",
            "+ shadow of group guest",
            "+ shadow of user guest",
            "+ user guest",
        ]
    );
    assert!(difference[1].contains("0644 root:root") && difference[1].contains("0600 root:root"));
}

#[test]
fn daemons_outlive_the_command_that_starts_them() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let start = "start-stop-daemon --start --background --make-pidfile --pidfile /run/nap \
                 --chuid nobody --exec /usr/bin/sleep -- 1000";
    system.shell(start).success();
    let napping = || {
        let processes = system.processes_of("nobody");
        let [process] = processes.as_slice() else {
            return false;
        };
        process.exe == "/usr/bin/sleep" && process.args == "/usr/bin/sleep 1000"
    };
    assert!(eventually(napping), "{:?}", system.processes());
    // Also proves that the dead are buried: it would wait in vain for one that is not.
    let stop = "start-stop-daemon --stop --retry 2 --pidfile /run/nap";
    system.shell(stop).success();
    assert_eq!(system.processes(), []);
}

#[test]
fn ports_are_those_of_the_system() {
    let (Some(system), Some(other)) = (System::minbase("bookworm"), System::minbase("bookworm"))
    else {
        return;
    };
    // perl-base is the only thing in a minimal system that can listen.
    let serve = r#"use IO::Socket::INET;
        my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:8377") or die;
        while (my $client = $server->accept) { <$client>; print $client "HTTP/1.0 200 OK\r\n\r\nhello\n"; }"#;
    system.write("/srv/serve.pl", serve);
    system
        .shell("setsid perl /srv/serve.pl </dev/null >/dev/null 2>&1 &")
        .success();
    assert_eq!(system.answer(8377), "hello\n");
    assert_eq!(system.listening_ports(), [8377]);
    assert_eq!(system.listening()[0].to_string(), "127.0.0.1:8377");
    assert_eq!(other.listening_ports(), [0; 0]);
    assert!(
        other
            .fetch(8377, "")
            .unwrap_err()
            .contains("Connection refused")
    );
}

#[test]
fn a_small_disk_is_full_soon() {
    let Some(system) = System::small("bookworm", "8m") else {
        return;
    };
    let output = system
        .shell("head -c 20000000 /dev/zero >/opt/zero")
        .exits(1);
    assert!(
        output.stderr.contains("No space left on device"),
        "{}",
        output.stderr
    );
}

#[test]
fn systemd_boots() {
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    assert_eq!(system.run(["cat", "/proc/1/comm"]).stdout, "systemd\n");
    let unit = "[Service]\nUser=nobody\nExecStart=/usr/bin/sleep 1000\n";
    let before = system.snapshot();
    system.write("/etc/systemd/system/nap.service", unit);
    system.run(["systemctl", "start", "nap"]).success();
    assert_eq!(
        system
            .run(["systemctl", "is-active", "nap"])
            .success()
            .stdout,
        "active\n"
    );
    assert_eq!(system.processes_of("nobody").len(), 1);
    system.run(["systemctl", "stop", "nap"]).success();
    assert_eq!(system.processes_of("nobody"), []);
    let difference = before.difference(&system.snapshot());
    assert_eq!(difference, ["+ /etc/systemd/system/nap.service"]);
}

#[test]
fn sysvinit_boots() {
    let Some(system) = System::boot("bookworm", Init::Sysvinit) else {
        return;
    };
    assert_eq!(system.run(["cat", "/proc/1/comm"]).stdout, "init\n");
    let Output { stdout, .. } = system.run(["runlevel"]).success();
    assert_eq!(stdout, "N 2\n");
    assert!(!system.has("/run/systemd/system"));
}

#[test]
fn nothing_is_left_of_a_system() {
    let Some(held) = System::minbase("bookworm") else {
        return;
    };
    let Some(booted) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    for system in [&held, &booted] {
        system
            .shell("setsid sleep 7777 </dev/null >/dev/null 2>&1 &")
            .success();
    }
    let namespaces = [held.namespace(), booted.namespace()];
    for namespace in &namespaces {
        assert!(!members(namespace).is_empty());
    }
    let cgroups = booted.cgroups().to_vec();
    assert!(cgroups.iter().all(|group| group.exists()), "{cgroups:?}");
    drop((held, booted));
    for namespace in &namespaces {
        assert_eq!(members(namespace), Vec::<PathBuf>::new());
    }
    assert!(!cgroups.iter().any(|group| group.exists()), "{cgroups:?}");
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(
        !mounts.contains("lowerdir=/var/cache/reldeb-tests"),
        "{mounts}"
    );
    assert!(!mounts.contains(" /mnt "), "{mounts}");
}

/// The processes of the host that are in a namespace of processes.
fn members(namespace: &Path) -> Vec<PathBuf> {
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    processes
        .filter(|process| {
            std::fs::read_link(process.join("ns/pid")).is_ok_and(|link| link == namespace)
        })
        .collect()
}

#[test]
fn every_suite_boots_with_systemd() {
    for (suite, version) in SUITES {
        let Some(system) = System::boot(suite, Init::Systemd) else {
            continue;
        };
        let begin = system.run(["systemctl", "--version"]).success().stdout;
        assert!(begin.starts_with(version), "{suite}: {begin}");
    }
}

/// The suites of the tests and the beginning of what their systemd says.
const SUITES: [(&str, &str); 4] = [
    ("bullseye", "systemd 247 "),
    ("bookworm", "systemd 252 "),
    ("trixie", "systemd 257 "),
    ("sid", "systemd "),
];

#[test]
fn a_minimal_system_of_trixie_has_no_adduser() {
    let Some(system) = System::minbase("trixie") else {
        return;
    };
    assert!(!system.has("/usr/sbin/adduser"));
    assert!(system.has("/usr/sbin/useradd"));
}

#[test]
fn a_suite_that_no_mirror_serves_is_skipped() {
    assert!(System::minbase("nonesuch").is_none());
}

#[test]
fn a_run_that_differs_fails_the_test() {
    let run = |test: fn(Test) -> Test| std::panic::catch_unwind(|| test(Test::new()).run());
    let usage = |test: Test| test.args(["--no-such-option"]).any_stdout().any_stderr();
    let _ = usage(Test::new()).status(2).run();
    assert!(run(|test| test.args(["--no-such-option"]).any_stdout().any_stderr()).is_err());
    assert!(run(|test| test.args(["--no-such-option"]).any_stdout().status(2)).is_err());
    assert!(run(|test| test.args(["--version"])).is_err());
    assert!(run(|test| test.args(["--version"]).any_stdout()).is_ok());
}
