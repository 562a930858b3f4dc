//! docs/migrate.md: the commands of each section build a package of a project of that tool.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::packed::success;
use crate::sketch::{Sketch, elf};
use crate::support::project;

/// The blocks of a language in a section of a page.
fn blocks(page: &str, heading: &str, language: &str) -> Vec<String> {
    let page = std::fs::read_to_string(project().join("docs").join(page)).unwrap();
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let start = format!("\n```{language}\n");
    let blocks = section.split(&start).skip(1);
    let blocks: Vec<String> = blocks
        .map(|block| format!("{}\n", block.split_once("\n```").unwrap().0))
        .collect();
    assert!(!blocks.is_empty(), "{heading}");
    blocks
}

/// Runs shell in a project, and returns what it prints.
#[track_caller]
fn sh(project: &Path, text: &str) -> String {
    let programs = TempDir::new().unwrap();
    for name in ["reldeb", "cargo-reldeb"] {
        symlink(env!("CARGO_BIN_EXE_reldeb"), programs.path().join(name)).unwrap();
    }
    let path = format!("{}:{}", programs.path().display(), crate::cargo::path());
    let mut shell = Command::new("sh");
    let shell = shell.args(["-ec", text]).current_dir(project).env_clear();
    success(
        shell
            .env("PATH", path)
            .env("HOME", project)
            .env("CARGO_NET_OFFLINE", "true")
            .env("VERSION", "v1.2.0"),
    )
}

/// Runs the blocks of shell of a section in a project.
#[track_caller]
fn run(project: &Path, heading: &str) -> String {
    sh(project, &blocks("migrate.md", heading, "sh").concat())
}

/// Looks for lines in what a command of shell prints about the package `$deb`.
#[track_caller]
fn shows(project: &Path, package: &str, command: &str, lines: &[&str]) {
    let shown = sh(project, &format!("deb={package}\n{command}"));
    for line in lines {
        assert!(
            shown.lines().any(|found| found == *line),
            "no `{line}` in:\n{shown}"
        );
    }
}

/// Prints mode, owner and path of each file, without size and time.
const LISTING: &str = r#"dpkg-deb -c "$deb" | sed -E 's/^([^ ]+ [^ ]+) +[0-9]+ [^ ]+ [^ ]+ /\1 /'"#;
const CONFFILES: &str = r#"dpkg-deb -I "$deb" conffiles"#;

const UNIT: &str = "[Unit]\nDescription=greets\n[Service]\nExecStart=/usr/bin/greet\n\
                    [Install]\nWantedBy=multi-user.target\n";

#[test]
fn from_fpm() {
    let init = "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: orders\n# Required-Start: $remote_fs\n\
                # Required-Stop: $remote_fs\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n\
                ### END INIT INFO\n";
    let release = Sketch::relx();
    let made = Sketch::new()
        .program("rel/before-install", b"adduser --system orders\n")
        .program("rel/init", init.as_bytes())
        .file("rel/orders.config", "[].\n");
    let folder = made.path();
    let copy = format!(
        "mkdir _rel && cp -a {} _rel/orders",
        release.path().display()
    );
    sh(folder, &copy);
    let shell = blocks("migrate.md", "From fpm", "sh");
    let created = "Created package {:path=>\"orders_1.4.0_amd64.deb\"}\n";
    assert_eq!(sh(folder, &shell[0]), created);
    let lines = [
        "-rwxr-xr-x root/root ./etc/init.d/orders",
        "-rw-r--r-- root/root ./etc/orders/orders.config",
        "-rwxr-xr-x root/root ./opt/orders/bin/orders",
    ];
    shows(folder, "orders_1.4.0_amd64.deb", LISTING, &lines);
    sh(folder, "mv orders_1.4.0_amd64.deb old.deb");
    assert_eq!(sh(folder, &shell[1]), "./orders_1.4.0_amd64.deb\n");
    sh(folder, "cmp old.deb orders_1.4.0_amd64.deb");

    let manifest = &blocks("migrate.md", "From fpm", "toml")[0];
    std::fs::write(folder.join("reldeb.toml"), manifest).unwrap();
    let package = "dist/orders_1.4.0_amd64.deb";
    assert_eq!(sh(folder, "reldeb build"), format!("{package}\n"));
    let unit = "-rw-r--r-- root/root ./usr/lib/systemd/system/orders.service";
    shows(folder, package, LISTING, &[&lines[..], &[unit]].concat());
    let conffiles = ["/etc/init.d/orders", "/etc/orders/orders.config"];
    shows(folder, package, CONFFILES, &conffiles);
    sh(
        folder,
        "dpkg-deb -I dist/orders_1.4.0_amd64.deb preinst | grep useradd",
    );

    let page = std::fs::read_to_string(project().join("docs/migrate.md")).unwrap();
    let (_, diff) = page.split_once("```text\n").unwrap();
    let (diff, _) = diff.split_once("\n```").unwrap();
    // Its status says that something differs.
    let difference = sh(folder, &format!("{diff} || test $? = 1"));
    assert!(difference.contains("orders.service"), "{difference}");
}

#[test]
fn from_cargo_deb() {
    let manifest = r#"
[package]
name = "tally"
version = "0.3.0"
edition = "2021"
description = "counts words"
license = "MIT"
authors = ["Jo Doe <jo@example.com>"]

[package.metadata.deb]
depends = "$auto, git"
conf-files = ["/opt/tally/words"]
maintainer-scripts = "debian/"
assets = [
    ["target/release/tally", "usr/bin/", "755"],
    ["tally.toml", "etc/tally/", "644"],
    ["tally.toml", "opt/tally/words", "644"],
]
"#;
    let made = Sketch::new()
        .file("Cargo.toml", manifest)
        .file("src/main.rs", "fn main() {}\n")
        .file("tally.toml", "words = 1\n")
        .file("debian/postinst", "#!/bin/sh\nset -e\n#DEBHELPER#\n:\n");
    let folder = made.path();
    let architecture = sh(folder, "dpkg --print-architecture");
    let name = format!("tally_0.3.0-1_{}.deb", architecture.trim_end());
    let (built, by_cargo) = (format!("dist/{name}"), format!("target/debian/{name}"));
    let said = run(folder, "From cargo-deb");
    let expected = format!("reldeb.toml\nnext: reldeb build\n{built}\n{by_cargo}\n");
    assert_eq!(said, expected);
    sh(folder, &format!("cmp {built} {by_cargo}"));
    let lines = ["-rwxr-xr-x root/root ./usr/bin/tally"];
    shows(folder, &built, LISTING, &lines);
    let conffiles = ["/etc/tally/tally.toml", "/opt/tally/words"];
    shows(folder, &built, CONFFILES, &conffiles);
    shows(folder, &built, "dpkg-deb -I \"$deb\" postinst", &[":"]);
    let depends = sh(folder, &format!("dpkg-deb -f {built} Depends"));
    assert!(depends.contains("libc6 (>= "), "{depends}");
    assert!(depends.contains("git"), "{depends}");
}

#[test]
fn from_nfpm() {
    let manifest = "\
name: ledger
arch: amd64
version: ${VERSION}
maintainer: Ops Team <ops@example.com>
description: keeps the books
depends: [tzdata]
contents:
  - src: ./dist/ledger
    dst: /usr/bin/ledger
  - src: ./ledger.conf
    dst: /etc/ledger/ledger.conf
    type: config|noreplace
    file_info: { mode: 0640, group: adm }
  - dst: /var/lib/ledger
    type: dir
  - src: /usr/bin/ledger
    dst: /usr/bin/books
    type: symlink
scripts:
  postinstall: ./postinstall.sh
deb:
  fields:
    Bugs: https://example.com/bugs
";
    let made = Sketch::new()
        .file("nfpm.yaml", manifest)
        .program("dist/ledger", &elf(62, 2))
        .file("ledger.conf", "books = 1\n")
        .file("postinstall.sh", "#!/bin/sh\necho \"ledger $1\"\n");
    let folder = made.path();
    let package = "dist/ledger_1.2.0_amd64.deb";
    let expected = format!("reldeb.toml\nnext: reldeb build\n{package}\n");
    assert_eq!(run(folder, "From nfpm and goreleaser"), expected);
    let lines = [
        "-rwxr-xr-x root/root ./usr/bin/ledger",
        "-rw-r----- root/adm ./etc/ledger/ledger.conf",
        "drwxr-xr-x root/root ./var/lib/ledger/",
        "lrwxrwxrwx root/root ./usr/bin/books -> ledger",
    ];
    shows(folder, package, LISTING, &lines);
    shows(folder, package, CONFFILES, &["/etc/ledger/ledger.conf"]);
    let postinst = "dpkg-deb -I \"$deb\" postinst";
    shows(folder, package, postinst, &["echo \"ledger $1\""]);
    let bugs = ["https://example.com/bugs"];
    shows(folder, package, "dpkg-deb -f \"$deb\" Bugs", &bugs);
}

#[test]
fn from_a_debian_folder() {
    let control = "\
Source: greet
Section: misc
Priority: optional
Maintainer: Jo Doe <jo@example.com>
Build-Depends: debhelper-compat (= 13)
Standards-Version: 4.6.2

Package: greet
Architecture: all
Depends: ${misc:Depends}, tzdata
Description: greets
 Greets everybody.
";
    let changelog = "greet (1.0-1) unstable; urgency=medium\n\n  * First.\n\n \
                     -- Jo Doe <jo@example.com>  Sat, 28 Nov 2026 12:00:00 +0000\n";
    let made = Sketch::new()
        .file("debian/control", control)
        .file("debian/changelog", changelog)
        .file(
            "debian/greet.install",
            "greet usr/bin\ngreet.conf etc/greet\n",
        )
        .file("debian/greet.service", UNIT)
        .file(
            "debian/greet.postinst",
            "#!/bin/sh\nset -e\n:\n#DEBHELPER#\n",
        )
        .program("greet", b"#!/bin/sh\necho hello\n")
        .file("greet.conf", "name = everybody\n");
    let folder = made.path();
    let package = "dist/greet_1.0-1_all.deb";
    let expected = format!("reldeb.toml\nnext: reldeb build\n{package}\n");
    assert_eq!(run(folder, "From a debian/ of your own"), expected);
    let lines = [
        "-rwxr-xr-x root/root ./usr/bin/greet",
        "-rw-r--r-- root/root ./usr/lib/systemd/system/greet.service",
        "-rw-r--r-- root/root ./usr/share/doc/greet/changelog.Debian.gz",
    ];
    shows(folder, package, LISTING, &lines);
    shows(folder, package, CONFFILES, &["/etc/greet/greet.conf"]);
    let postinst = "dpkg-deb -I \"$deb\" postinst";
    let enables = ["    enable_unit --system greet.service"];
    shows(folder, package, postinst, &enables);
    let depends = ["tzdata"];
    shows(folder, package, "dpkg-deb -f \"$deb\" Depends", &depends);
}

#[test]
fn from_a_package() {
    let control = "Package: old\nVersion: 1.0\nArchitecture: all\nSection: net\nPriority: optional\n\
                   Maintainer: Jo Doe <jo@example.com>\nDescription: lost sources\n Nobody has them.\n";
    let made = Sketch::new()
        .file("tree/DEBIAN/control", control)
        .program("tree/DEBIAN/postinst", b"#!/bin/sh\necho \"old $1\"\n")
        .file("tree/DEBIAN/conffiles", "/etc/old.conf\n")
        .file("tree/etc/old.conf", "a = 1\n")
        .program("tree/usr/bin/old", b"#!/bin/sh\necho old\n");
    let folder = made.path();
    sh(folder, "dpkg-deb --root-owner-group -b tree old.deb");
    let expected = "reldeb.toml\nold\nnext: reldeb build\ndist/old_1.0_all.deb\n";
    assert_eq!(run(folder, "From a .deb"), expected);
    for of in [
        "dpkg-deb -f $it Package Version Section Description",
        "dpkg-deb -c $it | sed -E 's/ +[0-9]+ [-0-9]+ [0-9:]+ / /'",
        "dpkg-deb -I $it conffiles",
        "dpkg-deb -I $it postinst",
    ] {
        let [old, new] = ["old.deb", "dist/old_1.0_all.deb"]
            .map(|package| sh(folder, &format!("it={package}\n{of}")));
        assert_eq!(old, new, "{of}");
    }
}

/// The files of a release as `mix release` lays them out.
fn mix_release() -> Sketch {
    let script = "#!/bin/sh\nRELEASE_TMP=x\ncase $1 in\nstart|pid|rpc|remote|eval)\n    exit 0\n    ;;\nesac\n";
    let rel = "{release,{\"shop\",\"0.1.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n";
    let at = |path: &str| format!("_build/prod/rel/shop/{path}");
    let mut made = Sketch::new()
        .file(&at("releases/start_erl.data"), "13.1.5 0.1.0")
        .file(&at("releases/0.1.0/shop.rel"), rel)
        .file(&at("releases/0.1.0/vm.args"), "-mode embedded\n")
        .program(&at("erts-13.1.5/bin/erlexec"), &elf(62, 2))
        .program(&at("bin/shop"), script.as_bytes());
    for name in ["elixir", "iex", "env.sh"] {
        made = made.program(&at(&format!("releases/0.1.0/{name}")), b"#!/bin/sh\n");
    }
    made
}

#[test]
fn from_the_tools_of_elixir() {
    let heading = "From Elixir's tools";
    let migrate = &blocks("phoenix.md", "Migrations", "sh")[0];
    let sudoers = &blocks("migrate.md", heading, "text")[0];
    let made = mix_release()
        .file("reldeb.toml", &blocks("migrate.md", heading, "toml")[0])
        .file("rel/migrate.sh", migrate)
        .file("rel/sudoers", sudoers);
    let folder = made.path();
    let package = "dist/shop_0.1.0_amd64.deb";
    assert_eq!(run(folder, heading), format!("{package}\n"));
    let lines = [
        "-r--r----- root/root ./etc/sudoers.d/shop-deploy",
        "-rw-r----- root/shop ./etc/shop/secrets.env",
        "-rw-r----- root/shop ./etc/default/shop",
        "-rwxr-xr-x root/root ./usr/libexec/shop/require-environment",
        "-rwxr-xr-x root/root ./opt/shop/bin/shop",
    ];
    shows(folder, package, LISTING, &lines);
    let conffiles = [
        "/etc/default/shop",
        "/etc/shop/secrets.env",
        "/etc/sudoers.d/shop-deploy",
    ];
    shows(folder, package, CONFFILES, &conffiles);
    let migration = "    shop eval 'Shop.Release.migrate()'";
    let postinst = "dpkg-deb -I \"$deb\" postinst";
    shows(folder, package, postinst, &[migration]);
    sh(folder, &format!("dpkg-deb -x {package} all"));
    let secrets = sh(folder, "grep -v '^#' all/etc/shop/secrets.env || :");
    assert_eq!(secrets, "");
    let unit = "cat all/usr/lib/systemd/system/shop.service";
    let read = [
        "EnvironmentFile=-/etc/shop/secrets.env",
        "EnvironmentFile=-/etc/default/shop",
    ];
    shows(folder, package, unit, &read);
    shows(folder, package, "cat all/etc/default/shop", &["PORT=4000"]);
    let visudo = "/usr/sbin/visudo";
    if Path::new(visudo).exists() {
        sh(folder, &format!("{visudo} -cf rel/sudoers"));
    }
}
