//! Secrets that a machine makes for itself, and variables without which a service does not start.

use crate::services::Life;
use crate::subjects::{STOCK, account, install, stock};
use crate::system::{Init, System};

const SERVICE: &str = "secrets = [\"STOCK_KEY\"]\nrequired-environment = [\"STOCK_PORT\"]\n";
const NEEDS: &str =
    "stock needs configuration first: set STOCK_PORT in /etc/default/stock, then: stock start\n";

/// Installed and enabled, it is not started, and cannot be.
fn waits(life: &Life<'_>) {
    let (system, init) = (life.system, life.init);
    let said = install(system, &life.first).success();
    assert!(said.stderr.ends_with(NEEDS), "{}", said.stderr);
    assert_eq!(said.stderr.matches("needs configuration").count(), 1);
    life.rests();
    assert!(!system.has("/etc/stock/secrets"));
    // No start without, by any way.
    let start = system.run(["stock", "start"]);
    assert_eq!((start.status != 0, start.stderr.as_str()), (true, NEEDS));
    let start = match init {
        Init::Systemd => {
            system.shell("systemctl start stock; sleep 7; systemctl show -p NRestarts --value stock; systemctl status stock")
        }
        Init::Sysvinit => system.shell("service stock start; echo $?"),
    };
    let expected = NEEDS.trim_end();
    assert!(start.stdout.contains(expected), "{}", start.stdout);
    match init {
        Init::Systemd => assert!(start.stdout.starts_with("0\n"), "{}", start.stdout),
        Init::Sysvinit => assert!(start.stdout.ends_with("\n6\n"), "{}", start.stdout),
    }
    life.rests();
}

fn live(init: Init) {
    let Some(system) = System::boot("bookworm", init) else {
        return;
    };
    let before = system.snapshot();
    let (first, second) = (
        stock("5.0", SERVICE, ""),
        stock(
            "5.1",
            &SERVICE.replace("\"STOCK_KEY\"", "\"STOCK_KEY\", \"STOCK_SALT\""),
            "",
        ),
    );
    let life = Life {
        system: &system,
        init,
        subject: STOCK,
        first,
        second: second.clone(),
    };
    waits(&life);
    // Set, it starts.
    system
        .shell("echo STOCK_PORT=8380 >>/etc/default/stock && stock start")
        .success();
    life.serves();
    assert_eq!(
        system.entry("/etc/stock/secrets"),
        "regular file 0640 root:stock"
    );
    let secrets = || system.run(["cat", "/etc/stock/secrets"]).success().stdout;
    let made = secrets();
    let key = made
        .lines()
        .find_map(|line| line.strip_prefix("STOCK_KEY="));
    assert_eq!(key.map(str::len), Some(64), "{made}");
    let environment = format!("tr '\\0' '\\n' </proc/{}/environ", life.pid());
    let environment = system.shell(&environment).success().stdout;
    assert!(
        environment.contains(&format!("STOCK_KEY={}", key.unwrap_or_default())),
        "{environment}"
    );
    // An upgrade keeps what is set, and adds what is new.
    let said = install(&system, &second).success();
    assert!(!said.stderr.contains("configuration"), "{}", said.stderr);
    life.serves();
    let more = secrets();
    assert!(
        more.starts_with(&made) && more.contains("\nSTOCK_SALT="),
        "{more}"
    );
    system.run(["dpkg", "-r", "stock"]).success();
    assert_eq!(secrets(), more);
    install(&system, &second).success();
    life.serves();
    assert_eq!(secrets(), more);
    system.run(["dpkg", "-P", "stock"]).success();
    life.rests();
    assert_eq!(before.difference(&system.snapshot()), account("stock"));
}

#[test]
fn settings_live_under_systemd() {
    live(Init::Systemd);
}

#[test]
fn settings_live_under_sysvinit() {
    live(Init::Sysvinit);
}

/// The secrets are made by root, in a place that its sysadmin may have opened to others.
#[test]
fn root_is_not_led_astray_by_what_lies_there() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let refused = |line: &str, reason: &str| {
        let line = format!("{line} && exec /usr/libexec/stock/make-secrets");
        let said = system.shell(&line).exits(1).stderr;
        assert_eq!(said, format!("no secrets are made: {reason}\n"), "{line}");
    };
    install(&system, &stock("5.0", "secrets = [\"STOCK_KEY\"]\n", "")).success();
    system.shell("mkdir -p /etc/stock").success();
    let no_file = "/etc/stock/secrets is no regular file";
    refused("ln -s /root/null /etc/stock/secrets", no_file);
    refused("mkfifo /root/null", no_file);
    assert_eq!(system.entry("/root/null"), "fifo 0644 root:root");
    refused("rm /etc/stock/secrets && mkdir /etc/stock/secrets", no_file);
    refused(
        "rmdir /etc/stock/secrets && echo \"STOCK_KEY=''\" >/root/file && \
         ln -s /root/file /etc/stock/secrets",
        "/etc/stock/secrets is a link, and lacks STOCK_KEY: add them where it leads",
    );
    let alone =
        "/etc/stock is not root's alone, expected the owner root and no others that may write";
    refused("rm /etc/stock/secrets && chmod 0777 /etc/stock", alone);
    refused("chmod 0755 /etc/stock && chown stock /etc/stock", alone);
    system.shell("chown root /etc/stock").success();
    // Nobody's lock keeps the service from starting.
    let made = "setpriv --reuid=65534 --clear-groups flock /etc/stock sleep 20 & sleep 1; \
                timeout 5 /usr/libexec/stock/make-secrets";
    system.shell(made).success();
    assert_eq!(
        system.entry("/etc/stock/secrets"),
        "regular file 0640 root:stock"
    );
    // An upgrade to a version without secrets loses the way to them, a purge does not.
    install(&system, &stock("5.1", "", "")).success();
    system.run(["dpkg", "-P", "stock"]).success();
    assert!(!system.has("/etc/stock"));
}

/// Unit, init script and command read the same files, and the directories are there for each.
fn find_files_and_directories(init: Init) {
    let Some(system) = System::boot("bookworm", init) else {
        return;
    };
    let before = system.snapshot();
    let files = "environment-files = [\"/etc/default/local\", \"/etc/stock/environment\"]\n\
                 directories = [\"cache\", \"run\"]\n";
    let package = stock("5.6", files, "");
    install(&system, &package).success();
    let life = Life {
        system: &system,
        init,
        subject: STOCK,
        first: package.clone(),
        second: package.clone(),
    };
    life.serves();
    assert_eq!(
        system.entry("/etc/stock/environment"),
        "regular file 0640 root:stock"
    );
    system
        .shell(
            "printf 'A=local\\nB=local\\nC=local\\n' >/etc/default/local\n\
             printf \"B='of the package'\\nC=package\\n\" >>/etc/stock/environment\n\
             echo C=default >>/etc/default/stock\n\
             rm -r /var/cache/stock && stock restart",
        )
        .success();
    life.serves();
    let expected = "A=local\nB=of the package\nC=default\nCACHE_DIRECTORY=/var/cache/stock\n\
                    RUNTIME_DIRECTORY=/run/stock\n";
    let chosen = "grep -E '^([ABC]|[A-Z]*_DIRECTORY)=' | sort";
    let of_service = format!("tr '\\0' '\\n' </proc/{}/environ | {chosen}", life.pid());
    assert_eq!(system.shell(&of_service).success().stdout, expected);
    let of_command = format!("/usr/libexec/stock/as-service env | {chosen}");
    assert_eq!(system.shell(&of_command).success().stdout, expected);
    for directory in ["/var/cache/stock", "/run/stock"] {
        assert_eq!(system.entry(directory), "directory 0750 stock:stock");
        let write = format!("/usr/libexec/stock/as-service touch {directory}/made");
        system.shell(&write).success();
    }
    // What the sysadmin has set stays.
    install(&system, &stock("5.7", files, "")).success();
    assert!(
        system
            .read("/etc/stock/environment")
            .ends_with("\nC=package\n")
    );
    assert_eq!(
        system
            .shell("setpriv --reuid=65534 --clear-groups cat /etc/stock/environment")
            .stdout,
        ""
    );
    system
        .shell("rm /etc/default/local && dpkg -P stock")
        .success();
    life.rests();
    assert_eq!(before.difference(&system.snapshot()), account("stock"));
}

#[test]
fn files_and_directories_are_found_under_systemd() {
    find_files_and_directories(Init::Systemd);
}

#[test]
fn files_and_directories_are_found_under_sysvinit() {
    find_files_and_directories(Init::Sysvinit);
}
