//! Packages whose life the tests follow: the example's release, and `stock`, a program that
//! every Debian system can run, in as many variants as a test wants.

use std::collections::HashMap;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};

use tempfile::TempDir;

use crate::example::{Orders, successful};
use crate::system::System;

/// A service of these packages, and where to look for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    /// Package, service, user and directories.
    pub(crate) name: &'static str,
    /// The port on which it answers.
    pub(crate) port: u16,
    /// Its configuration.
    pub(crate) config: &'static str,
    /// Another configuration that works.
    pub(crate) edited: &'static str,
}

/// The release of `examples/relx-release`.
pub(crate) const ORDERS: Subject = Subject {
    name: "orders",
    port: 8377,
    config: "/etc/orders/orders.config",
    edited: "[{orders, [{greeting, \"edited\"}]}].\n",
};

/// The program below.
pub(crate) const STOCK: Subject = Subject {
    name: "stock",
    port: 8380,
    config: "/etc/stock/stock.conf",
    edited: "# edited\nport=8380\n",
};

/// A server in what perl-base brings. SIGHUP lets it look at its version again; when it is
/// stopped it writes down which version lies on the disk by then.
pub(crate) const PROGRAM: &str = r#"#!/usr/bin/perl
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;

sub line { open(my $file, '<', $_[0]) or die "stock: $_[0]: $!\n"; join('', <$file>) }
sub version { line('/opt/stock/version') =~ /(\S+)/ && $1 }

my $port = $ENV{STOCK_PORT};
unless ($port) {
    line('/etc/stock/stock.conf') =~ /^port=(\d+)$/m or die "stock: no port is configured\n";
    $port = $1;
}
my $version = version();
$SIG{HUP} = sub { $version = version() };
$SIG{TERM} = sub {
    if (open(my $file, '>', 'stopped')) { print $file version(), "\n" }
    exit 0;
};
my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1:$port", ReuseAddr => 1)
    or die "stock: port $port: $!\n";
# sd_notify(3)
if (my $path = $ENV{NOTIFY_SOCKET}) {
    IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $path)->send('READY=1');
}
while (1) {
    my $client = $server->accept or next;
    <$client>;
    print $client "HTTP/1.0 200 OK\r\n\r\nstock $version\n";
}
"#;

/// The configuration as it is shipped.
pub(crate) const CONFIG: &str = "port=8380\n";

/// The folder in which the packages of a run lie until its end.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

/// Package by what it was made from: each is built once in a run.
static BUILT: LazyLock<Mutex<HashMap<String, PathBuf>>> = LazyLock::new(Mutex::default);

/// A package of `stock`: `service` is added to the manifest's `[service]`, `tables` to its end.
pub(crate) fn stock(version: &str, service: &str, tables: &str) -> PathBuf {
    stock_of("", version, service, tables, |_folder| {})
}

/// As [`stock`], after `prepare` has changed the folder of the manifest. Two calls from one line that
/// differ in nothing but that must not have the same version.
#[track_caller]
pub(crate) fn stock_with(
    version: &str,
    service: &str,
    tables: &str,
    prepare: impl FnOnce(&Path),
) -> PathBuf {
    let caller = Location::caller().to_string();
    stock_of(&caller, version, service, tables, prepare)
}

fn stock_of(
    caller: &str,
    version: &str,
    service: &str,
    tables: &str,
    prepare: impl FnOnce(&Path),
) -> PathBuf {
    once(&["stock", caller, version, service, tables], |folder| {
        let files = [
            ("rel/bin/stock", PROGRAM, 0o755),
            ("rel/version", version, 0o644),
            ("stock.conf", CONFIG, 0o644),
        ];
        for (path, content, mode) in files {
            use std::os::unix::fs::PermissionsExt as _;
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, content).unwrap();
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let manifest = format!(
            "[package]\nname = \"stock\"\nversion = \"{version}\"\n\
             maintainer = \"Ops Team <ops@example.com>\"\n\
             description = \"\"\"keeper of goods\nTells its version on the loopback interface,\n\
             and which one lies on the disk when it is stopped.\"\"\"\n\n\
             [release]\npath = \"rel\"\n\n\
             [build]\ncompression = \"gzip:1\"\n\n\
             [service]\n{service}\n\n{tables}\n\n\
             [files]\n\"/etc/stock/stock.conf\" = {{ source = \"stock.conf\", mode = \"0640\", group = \"stock\" }}\n"
        );
        std::fs::write(folder.join("reldeb.toml"), manifest).unwrap();
        prepare(folder);
        let package = folder.join("stock.deb");
        let mut build = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        build.args(["build", "--manifest"]).arg(folder);
        successful(build.arg("--output").arg(&package));
        package
    })
}

/// The example's package in two versions. `None`, and a line that says why, where it cannot be
/// built.
pub(crate) fn orders() -> Option<[PathBuf; 2]> {
    let orders = Orders::packages()?;
    Some([orders.first.clone(), orders.second.clone()])
}

/// The mode by which a file of [`foreign`] is a symlink to its content.
pub(crate) const SYMLINK: u32 = 0o120_777;

/// A package made of a control stanza and files alone, as other tools make them.
pub(crate) fn foreign(control: &str, files: &[(&str, &str, u32)]) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let paths: Vec<&str> = files.iter().map(|(path, ..)| *path).collect();
    once(&["foreign", control, &paths.join(" ")], |folder| {
        let tree = folder.join("tree");
        let control = format!("{}\n", control.trim_end());
        let all = std::iter::once(("DEBIAN/control", control.as_str(), 0o644));
        for (path, content, mode) in all.chain(files.iter().copied()) {
            let path = tree.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if mode == SYMLINK {
                std::os::unix::fs::symlink(content, path).unwrap();
                continue;
            }
            std::fs::write(&path, content).unwrap();
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let package = folder.join("foreign.deb");
        let mut build = Command::new("dpkg-deb");
        build.args(["--root-owner-group", "-Zgzip", "-b"]).arg(tree);
        successful(build.arg(&package));
        package
    })
}

/// Copies a package into a system and gives it to dpkg.
#[track_caller]
pub(crate) fn install(system: &System, package: &Path) -> crate::system::Output {
    system.copy(package, "/root/package.deb");
    let output = system.run(["dpkg", "-i", "/root/package.deb"]);
    system.run(["rm", "/root/package.deb"]).success();
    output
}

/// Returns what a purged package leaves: its account.
pub(crate) fn account(name: &str) -> [String; 4] {
    ["group", "shadow of group", "shadow of user", "user"].map(|what| format!("+ {what} {name}"))
}

/// The state of a package as dpkg abbreviates it, with its version: `ii 1.0`.
pub(crate) fn state(system: &System, name: &str) -> String {
    let format = "--showformat=${db:Status-Abbrev}${Version}";
    system
        .run(["dpkg-query", "--show", format, name])
        .stdout
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn once(key: &[&str], build: impl FnOnce(&Path) -> PathBuf) -> PathBuf {
    let key = key.join("\n");
    let mut packages = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(package) = packages.get(&key) {
        return package.clone();
    }
    let folder = TempDir::new_in(FOLDER.path()).unwrap().keep();
    let package = build(&folder);
    packages.insert(key, package.clone());
    package
}
