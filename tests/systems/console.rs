//! The command of a package beside the caller: what is on their terminal and in their environment is
//! not the service's.

use std::path::PathBuf;

use crate::subjects::{install, stock_with};
use crate::system::System;

/// Types into every terminal that it can reach, reads from those that it was given, and prints
/// its environment.
const INTRUDER: &str = r#"#!/usr/bin/perl
use strict;
use warnings;
my ($word) = @ARGV;
if ($word eq 'type') {
    open(my $own, '+<', '/dev/tty');
    for my $terminal ($own, *STDIN, *STDOUT, *STDERR) {
        next unless defined $terminal;
        # TIOCSTI of asm-generic/ioctls.h
        ioctl($terminal, 0x5412, my $character = $_) for split(//, "touch /intruded\n");
    }
} elsif ($word eq 'environment') {
    print "$_=$ENV{$_}\n" for sort keys %ENV;
} elsif ($word eq 'both') {
    print STDERR "bad\n";
    print "in: ", <STDIN> // '', "out\n";
    exit 3;
}
"#;

/// A package of that program.
fn intruder(service: &str) -> PathBuf {
    stock_with("9.1", service, "", |folder| {
        std::fs::write(folder.join("rel/bin/stock"), INTRUDER).unwrap();
    })
}

#[test]
fn a_terminal_of_roots_stays_roots() {
    for suite in ["bullseye", "bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        let package = intruder("start = false");
        install(&system, &package).success();
        // Afterwards the shell of that terminal reads what was typed, and runs it.
        let then = r#"read -r -t 2 line && eval "$line""#;
        for command in [
            "stock type",
            "stock type | cat",
            "stock type 2>&1 </dev/null | cat",
            "(stock type &) ; sleep 1",
            "setsid -w stock type",
        ] {
            let shell = format!("bash -c '{command}; {then}'");
            on_terminal(&system, &shell);
            assert!(!system.has("/intruded"), "{suite}: {command}");
        }
        // The same by the service's user itself: the test can fail.
        let user = "setpriv --reuid=stock --regid=stock --init-groups -- /opt/stock/bin/stock type";
        let shell = format!("bash -c '{user}; {then}'");
        on_terminal(&system, &shell);
        let possible = system
            .shell("[ \"$(cat /proc/sys/dev/tty/legacy_tiocsti)\" = 0 ]")
            .status
            != 0;
        assert_eq!(system.has("/intruded"), possible, "{suite}");
    }
}

/// Runs a line of shell on a terminal of its own, whose keyboard is silent for some seconds.
fn on_terminal(system: &System, shell: &str) {
    let line = r#"sleep 3 | script --quiet --command "$1" /dev/null"#;
    system.run(["sh", "-c", line, "sh", shell]);
}

/// With a terminal and without, a command reads, prints and ends as the program does.
#[test]
fn a_command_is_as_good_as_the_program() {
    for suite in ["bullseye", "bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        let package = intruder("start = false");
        install(&system, &package).success();
        let plain = system.shell("echo word | stock both").exits(3);
        assert_eq!(
            (plain.stdout.as_str(), plain.stderr.as_str()),
            ("in: word\nout\n", "bad\n")
        );
        let terminal =
            "echo word | stock both | od -c >/root/out; echo ${PIPESTATUS[1]} >>/root/out";
        let shell = format!("bash -c '{terminal}'");
        on_terminal(&system, &shell);
        let seen = system.read("/root/out");
        assert!(
            seen.ends_with("\n3\n") && !seen.contains("\\r"),
            "{suite}: {seen}"
        );
        assert!(seen.contains("o   r   d"), "{suite}: {seen}");
    }
}

/// The service's user sees its own environment, and nothing of root's.
#[test]
fn the_environment_of_the_caller_stays_theirs() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let service = "start = false\nenvironment = { STOCK = 'of $$5' }";
    let package = intruder(service);
    install(&system, &package).success();
    let output = system
        .shell("AWS_SECRET=x LANG=de_DE TERM=vt100 stock environment")
        .success();
    assert_eq!(
        output.stdout,
        "HOME=/var/lib/stock\nOLDPWD=/\n\
         PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
         PWD=/var/lib/stock\nSTOCK=of $5\nTERM=vt100\n"
    );
}
