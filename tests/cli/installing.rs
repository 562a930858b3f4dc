//! `reldeb build --install`, and what somebody at a terminal is told after a build.

use std::process::Command;

use crate::building::demo;
use crate::support::{Outcome, Test, is_root};

/// A program that prints its name and its words.
const ECHO: &str = "#!/bin/sh\necho \"${0##*/} $*\"\n";

/// Builds with `--install`, where these programs are all that there is.
fn install(programs: &[(&str, &str)]) -> Test {
    let mut test = demo("architecture = \"all\"", "");
    for (name, text) in programs {
        test = test.executable(&format!("programs/{name}"), text);
    }
    let path = test.path("programs").display().to_string();
    test.env("PATH", &path)
        .args(["build", "-q", "--install", "-o", "x.deb"])
}

/// Every `apt-get` of the tests is called by a path without `sudo`, or by `sudo`.
fn sudo() -> &'static str {
    if is_root() { "" } else { "sudo " }
}

const WORDS: &str = "install --reinstall --allow-downgrades ./x.deb";

#[test]
fn what_was_built_is_installed_by_apt() {
    let said = if is_root() {
        format!("apt-get {WORDS}\n")
    } else {
        format!("sudo apt-get {WORDS}\n")
    };
    install(&[("apt-get", ECHO), ("sudo", ECHO), ("dpkg", ECHO)])
        .stdout("x.deb\n")
        .stderr(&said)
        .run();
}

#[test]
fn dpkg_stands_in_for_apt() {
    let said = format!("{}dpkg --install ./x.deb\n", sudo());
    install(&[("sudo", ECHO), ("dpkg", ECHO)])
        .stdout("x.deb\n")
        .stderr(&said)
        .run();
}

#[test]
fn the_exit_status_is_that_of_the_installation() {
    let fails = "#!/bin/sh\nexit 100\n";
    let said = format!(
        "error: `{}apt-get {WORDS}` ended with exit status: 100\n",
        sudo()
    );
    install(&[("apt-get", fails), ("sudo", fails)])
        .status(100)
        .stdout("x.deb\n")
        .stderr(&said)
        .run();
}

#[test]
fn nothing_is_built_where_nothing_can_install() {
    let (said, programs): (_, &[_]) = if is_root() {
        (
            "error: neither `apt-get` nor `dpkg` is on this machine\n\
             hint: install the package on a machine with Debian or Ubuntu\n",
            &[],
        )
    } else {
        (
            "error: only root can install, and there is no `sudo`\n\
             hint: build without `--install`, and install the package as root\n",
            &[("apt-get", ECHO)],
        )
    };
    let outcome = install(programs).status(1).stderr(said).run();
    assert!(!outcome.path("x.deb").exists());
}

/// Runs a build on a terminal of its own, and returns all that stays on it.
fn on_terminal(words: &str) -> String {
    let manifest = r#"
[package]
name = "orders"
version = "1.4.0"
architecture = "all"
maintainer = "Ann Example <ann@example.com>"
description = "order service"
[release]
path = "rel"
[service]
program = "bin/orders"
[build]
output = "new dist"
"#;
    let outcome: Outcome = Test::new()
        .manifest(manifest)
        .executable("rel/bin/orders", "#!/bin/sh\n")
        .args(["plan", "-q"])
        .any_stdout()
        .any_stderr()
        .run();
    let line = format!("{} {words}", env!("CARGO_BIN_EXE_reldeb"));
    let output = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(outcome.path(""))
        .env("TERM", "xterm")
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    // Progress goes where the next line begins; a busy machine shows some.
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.split_inclusive("\r\n");
    let kept = lines.map(|line| line.rsplit("\u{1b}[2K").next().unwrap());
    kept.collect::<String>().replace("\r\n", "\n")
}

#[test]
fn somebody_at_a_terminal_reads_what_was_built() {
    let said = on_terminal("build --color never");
    let (path, rest) = said.split_once('\n').unwrap();
    assert_eq!(path, "new dist/orders_1.4.0_all.deb");
    let (heading, rest) = rest.split_once('\n').unwrap();
    assert!(heading.starts_with("orders 1.4.0 (all): "), "{heading}");
    assert!(heading.ends_with(" when installed"), "{heading}");
    let expected = "  service    orders.service and /etc/init.d/orders, enabled and started
  user       orders
  command    orders
  conffiles  /etc/default/orders, /etc/init.d/orders, /etc/logrotate.d/orders
To install:
  sudo apt install './new dist/orders_1.4.0_all.deb'
";
    assert_eq!(rest, expected);
    let coloured = on_terminal("build");
    assert!(coloured.contains("\u{1b}[1morders 1.4.0"), "{coloured:?}");
    for words in ["build -q", "build --json", "build 2>/dev/null"] {
        let said = on_terminal(words);
        assert!(!said.contains("To install"), "{words}: {said}");
    }
}
