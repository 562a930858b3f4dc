//! The files of the projects on `docs/examples.md`, beside their manifests.

/// A path below the project and its text; a script can be executed.
pub(super) type File = (&'static str, String);

/// A server in what perl-base brings. It listens by itself, or takes over what systemd listens on.
const SERVER: &str = r#"#!/usr/bin/perl
use strict;
use warnings;
use IO::Socket::INET;

my $server = $ENV{LISTEN_FDS}
    ? IO::Socket::INET->new_from_fd(3, 'r+')
    : IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1:@PORT@', ReuseAddr => 1);
die "@NAME@: port @PORT@: $!\n" unless $server;
while (1) {
    my $client = $server->accept or next;
    <$client>;
    print $client "HTTP/1.0 200 OK\r\n\r\n@NAME@ @VERSION@\n";
}
"#;

const COMMAND: &str = r#"#!/bin/sh
# Says its version, or does it with files.
set -e
case "${1-}" in
--version) echo "@NAME@ @VERSION@" ;;
*) wc -l "$@" ;;
esac
"#;

const MANUAL: &str = r#".TH @NAME@ 1 "2026-11-01" "@VERSION@" "User Commands"
.SH NAME
@NAME@ \- works with records
.SH SYNOPSIS
.B @NAME@
.RI [ file ...]
.SH DESCRIPTION
Reads the files and writes to standard output.
"#;

const REPORT: &str = r#"#!/bin/sh
# Writes the report.
set -e
. /etc/spoolreport.conf
echo "spoolreport @VERSION@" >"$report"
"#;

const REPORT_SERVICE: &str = "\
[Unit]
Description=Report of the spool
Documentation=man:spoolreport(1)

[Service]
Type=oneshot
User=spoolreport
ExecStart=/usr/bin/spoolreport
";

const REPORT_TIMER: &str = "\
[Unit]
Description=Daily report of the spool
Documentation=man:spoolreport(1)

[Timer]
OnCalendar=daily

[Install]
WantedBy=timers.target
";

const WORKER: &str = "#!/bin/sh\nexec sleep infinity\n";

const WORKER_SERVICE: &str = "\
[Unit]
Description=Sender of the relay
Documentation=https://example.com/relay
After=relay.service

[Service]
User=relay
ExecStart=/usr/libexec/relay/relay-worker
Restart=on-failure

[Install]
WantedBy=multi-user.target
";

const SOCKET: &str = "\
[Unit]
Description=Socket of the notes
Documentation=https://example.com/webnote

[Socket]
ListenStream=127.0.0.1:8393

[Install]
WantedBy=sockets.target
";

const POSTINST: &str = r#"#!/bin/sh
set -e
if [ "$1" = configure ]; then
    mkdir -p /var/cache/keeper
    echo "catalogue of @VERSION@" >/var/cache/keeper/catalogue
fi
#DEBHELPER#
"#;

const PRERM: &str = r#"#!/bin/sh
set -e
#DEBHELPER#
if [ "$1" = remove ]; then
    rm -f /var/cache/keeper/catalogue
fi
"#;

const POSTRM: &str = r#"#!/bin/sh
set -e
if [ "$1" = purge ]; then
    rm -rf /var/cache/keeper
fi
#DEBHELPER#
"#;

fn server(path: &'static str, name: &str, port: &str) -> File {
    (path, SERVER.replace("@NAME@", name).replace("@PORT@", port))
}

fn command(path: &'static str, name: &str) -> File {
    (path, COMMAND.replace("@NAME@", name))
}

fn manual(path: &'static str, name: &str) -> File {
    (path, MANUAL.replace("@NAME@", name))
}

fn plain(path: &'static str, text: &str) -> File {
    (path, text.to_owned())
}

pub(super) fn tool() -> Vec<File> {
    vec![
        command("linetally", "linetally"),
        manual("doc/linetally.1", "linetally"),
        plain(
            "completions/linetally.bash",
            "complete -W --version linetally\n",
        ),
    ]
}

pub(super) fn timer() -> Vec<File> {
    vec![
        plain("spoolreport", REPORT),
        manual("doc/spoolreport.1", "spoolreport"),
        plain("spoolreport.conf", "report=/var/lib/spoolreport/report\n"),
        plain("units/spoolreport.service", REPORT_SERVICE),
        plain("units/spoolreport.timer", REPORT_TIMER),
    ]
}

pub(super) fn two_units() -> Vec<File> {
    vec![
        server("libexec/relayd", "relayd", "8391"),
        plain("libexec/relay-worker", WORKER),
        plain("relay.conf", "target=example.com\n"),
        plain("units/relay-worker.service", WORKER_SERVICE),
    ]
}

pub(super) fn scripts() -> Vec<File> {
    vec![
        server("keeperd", "keeperd", "8392"),
        plain("packaging/postinst", POSTINST),
        plain("packaging/prerm", PRERM),
        plain("packaging/postrm", POSTRM),
    ]
}

pub(super) fn socket() -> Vec<File> {
    vec![
        server("webnoted", "webnoted", "8394"),
        plain("units/webnote.socket", SOCKET),
    ]
}

pub(super) fn release() -> Vec<File> {
    vec![plain("rel/etc/orders.config", "[].\n")]
}

pub(super) fn umbrella() -> Vec<File> {
    vec![
        server("rel/web/bin/web", "web", "8395"),
        server("rel/api/bin/api", "api", "8396"),
        plain("priv/schema", "schema of @VERSION@\n"),
    ]
}

pub(super) fn workspace() -> Vec<File> {
    vec![
        plain(
            "Cargo.toml",
            "[workspace]\nmembers = [\"programs/*\"]\n\n\
             [workspace.package]\nversion = \"@VERSION@\"\n",
        ),
        member("programs/cat/Cargo.toml", "rill-cat"),
        member("programs/cut/Cargo.toml", "rill-cut"),
        member("programs/head/Cargo.toml", "rill-head"),
        member("programs/sort/Cargo.toml", "rill-sort"),
        command("target/release/rill-cat", "rill-cat"),
        command("target/release/rill-cut", "rill-cut"),
        command("target/release/rill-head", "rill-head"),
        command("target/release/rill-sort", "rill-sort"),
        manual("doc/rill-cat.1", "rill-cat"),
        manual("doc/rill-cut.1", "rill-cut"),
        manual("doc/rill-head.1", "rill-head"),
        manual("doc/rill-sort.1", "rill-sort"),
    ]
}

fn member(path: &'static str, name: &str) -> File {
    let text = format!("[package]\nname = \"{name}\"\nversion.workspace = true\n");
    (path, text)
}
