//! The projects of `docs/examples.md`, whose manifests are read from there: packages of nine kinds
//! live on one machine at the same time, and lintian reads them.

mod projects;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use self::Look::{Answers, Prints, Rests, Runs};
use self::projects::File;
use crate::example::Orders;
use crate::lintian;
use crate::subjects::{account, state};
use crate::support::{eventually, project};
use crate::system::{Init, Output, System};
use crate::units::{active, shown};

/// Those of the example's release.
const VERSIONS: [&str; 2] = ["1.4.0", "1.5.0"];

/// A project of the page, and what is true on a machine that has its packages.
struct Kind {
    /// The heading on the page.
    heading: &'static str,
    /// Packages in the order of installation.
    packages: &'static [&'static str],
    files: fn() -> Vec<File>,
    /// Looks after the first installation alone.
    begins: &'static [Look],
    /// Looks after the installation and after the upgrade.
    works: &'static [Look],
    /// Units that run with another process after the upgrade.
    restarts: &'static [&'static str],
    /// Configuration that is edited, and stays so.
    conffiles: &'static [&'static str],
    accounts: &'static [&'static str],
}

/// A look at a machine; `@VERSION@` stands for the version that is installed.
#[derive(Debug)]
enum Look {
    /// A line of shell prints this.
    Prints(&'static str, &'static str),
    /// A port answers with this first line.
    Answers(u16, &'static str),
    /// A unit is active.
    Runs(&'static str),
    /// A unit is not active.
    Rests(&'static str),
}

const NONE: Kind = Kind {
    heading: "",
    packages: &[],
    files: Vec::new,
    begins: &[],
    works: &[],
    restarts: &[],
    conffiles: &[],
    accounts: &[],
};

const KINDS: [Kind; 9] = [
    Kind {
        heading: "A command-line tool",
        packages: &["linetally"],
        files: projects::tool,
        works: &[
            Prints("linetally --version", "linetally @VERSION@\n"),
            Prints(
                "cd /var/lib/dpkg/info && ls linetally.*",
                "linetally.list\nlinetally.md5sums\n",
            ),
        ],
        ..NONE
    },
    Kind {
        heading: "A tool with a timer",
        packages: &["spoolreport"],
        files: projects::timer,
        works: &[
            Runs("spoolreport.timer"),
            Rests("spoolreport.service"),
            Prints(
                "stat -c '%U:%G %a' /var/lib/spoolreport; getent passwd spoolreport | cut -d : -f 6",
                "spoolreport:spoolreport 750\n/nonexistent\n",
            ),
            Prints(
                "systemctl start spoolreport && cat /var/lib/spoolreport/report",
                "spoolreport @VERSION@\n",
            ),
        ],
        conffiles: &["/etc/spoolreport.conf"],
        accounts: &["spoolreport"],
        ..NONE
    },
    Kind {
        heading: "A daemon with two units",
        packages: &["relay"],
        files: projects::two_units,
        works: &[
            Answers(8391, "relayd @VERSION@"),
            Runs("relay-worker.service"),
            Prints(
                "for it in relay relay-worker; do
                    stat -c %U /proc/$(systemctl show --value -p MainPID $it)
                done",
                "relay\nrelay\n",
            ),
        ],
        restarts: &["relay.service", "relay-worker.service"],
        conffiles: &["/etc/relay/relay.conf", "/etc/default/relay"],
        accounts: &["relay"],
        ..NONE
    },
    Kind {
        heading: "A daemon with scripts of its own",
        packages: &["keeper"],
        files: projects::scripts,
        works: &[
            Answers(8392, "keeperd @VERSION@"),
            Prints(
                "cat /var/cache/keeper/catalogue",
                "catalogue of @VERSION@\n",
            ),
        ],
        restarts: &["keeper.service"],
        conffiles: &["/etc/default/keeper"],
        accounts: &["keeper"],
        ..NONE
    },
    Kind {
        heading: "A web service with a socket",
        packages: &["webnote"],
        files: projects::socket,
        begins: &[Rests("webnote.service")],
        works: &[
            Runs("webnote.socket"),
            Answers(8393, "webnoted @VERSION@"),
            Runs("webnote.service"),
        ],
        restarts: &["webnote.service"],
        accounts: &["webnote"],
        ..NONE
    },
    Kind {
        heading: "An Erlang release with data below /opt",
        packages: &["orders"],
        files: projects::release,
        begins: &[Prints(
            "runuser -u orders -- sh -c 'echo kept >/opt/orders/data/one'",
            "",
        )],
        works: &[
            Answers(8377, "orders @VERSION@"),
            Prints("orders ping", "pong\n"),
            Prints("cat /opt/orders/data/one", "kept\n"),
        ],
        restarts: &["orders.service"],
        conffiles: &["/etc/orders/orders.config"],
        accounts: &["orders"],
    },
    Kind {
        heading: "An umbrella of two services",
        packages: &["shop-common", "shop-web", "shop-api"],
        files: projects::umbrella,
        works: &[
            Answers(8395, "web @VERSION@"),
            Answers(8396, "api @VERSION@"),
            Prints("cat /usr/share/shop/schema", "schema of @VERSION@\n"),
            Prints(
                "dpkg-query -W -f '${Depends}\\n' shop-web shop-api",
                "shop-common (= @VERSION@)\nshop-common (= @VERSION@)\n",
            ),
        ],
        restarts: &["shop-web.service", "shop-api.service"],
        accounts: &["shop-web", "shop-api"],
        ..NONE
    },
    Kind {
        heading: "A workspace of four programs",
        packages: &["rill-cat", "rill-cut", "rill-head", "rill-sort"],
        files: projects::workspace,
        works: &[Prints(
            "for it in cat cut head sort; do rill-$it --version; done",
            "rill-cat @VERSION@\nrill-cut @VERSION@\nrill-head @VERSION@\nrill-sort @VERSION@\n",
        )],
        ..NONE
    },
    Kind {
        heading: "A meta package",
        packages: &["workbench"],
        works: &[Prints(
            "dpkg -L workbench | grep -v -e /usr/share/doc -e '^/usr/share$' -e '^/usr$'",
            "/.\n",
        )],
        ..NONE
    },
];

/// The packages of a kind in both versions.
struct Built {
    kind: &'static Kind,
    packages: [Vec<PathBuf>; 2],
}

/// All that can be built here, once in a run.
fn built() -> &'static [Built] {
    static BUILT: LazyLock<(TempDir, Vec<Built>)> = LazyLock::new(|| {
        static KINDS: [Kind; 9] = self::KINDS;
        let page = std::fs::read_to_string(project().join("docs/examples.md")).unwrap();
        let folder = TempDir::new().unwrap();
        let of_erlang = |kind: &Kind| kind.packages == ["orders"];
        let kinds = KINDS
            .iter()
            .filter(|kind| !of_erlang(kind) || Orders::packages().is_some());
        let built = kinds.map(|kind| Built {
            kind,
            packages: [0, 1].map(|which| {
                let folder = folder.path().join(kind.packages[0]).join(VERSIONS[which]);
                std::fs::create_dir_all(&folder).unwrap();
                if of_erlang(kind) {
                    let orders = Orders::packages().unwrap();
                    let package = [&orders.first, &orders.second][which];
                    let release = package.ancestors().nth(2).unwrap().join("_build");
                    std::os::unix::fs::symlink(release, folder.join("_build")).unwrap();
                }
                build(
                    kind,
                    manifest(&page, kind.heading),
                    VERSIONS[which],
                    &folder,
                )
            }),
        });
        let built = built.collect();
        (folder, built)
    });
    &BUILT.1
}

/// The manifest below a heading of the page.
fn manifest<'a>(page: &'a str, heading: &str) -> &'a str {
    let section = page.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let block = section.split_once("```toml\n").unwrap().1;
    block.split_once("```").unwrap().0
}

/// Builds the packages of a project, without a warning.
fn build(kind: &Kind, manifest: &str, version: &str, folder: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let own = [
        ("reldeb.toml", manifest.to_owned()),
        ("VERSION", format!("{version}\n")),
        ("LICENSE", "Whoever has this may use it.\n".to_owned()),
    ];
    for (path, text) in own.into_iter().chain((kind.files)()) {
        let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text.replace("@VERSION@", version)).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command.args(["build", "--compression", "gzip:1"]);
    let output = command.current_dir(folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && !said.contains("warning"),
        "{}: {said}",
        kind.heading
    );
    let listed = String::from_utf8(output.stdout).unwrap();
    let paths = kind.packages.iter().map(|name| {
        let start = format!("dist/{name}_{version}_");
        let path = listed.lines().find(|path| path.starts_with(&start));
        folder.join(path.unwrap_or_else(|| panic!("{start}: {listed}")))
    });
    paths.collect()
}

/// At the same time, since most of it is waiting for services that are watched after their start.
#[test]
fn live_on_bookworm_and_trixie() {
    built();
    std::thread::scope(|scope| {
        for suite in ["bookworm", "trixie"] {
            let thread = std::thread::Builder::new().name(suite.to_owned());
            thread.spawn_scoped(scope, || live(suite)).unwrap();
        }
    });
}

/// Each step is done for all before the next one.
fn live(suite: &str) {
    let Some(system) = System::boot(suite, Init::Systemd) else {
        return;
    };
    let before = system.snapshot();
    for Built { kind, packages } in built() {
        install(&system, kind, &packages[0]);
        look(&system, kind, kind.begins, VERSIONS[0]);
        look(&system, kind, kind.works, VERSIONS[0]);
    }
    let edited = edit(&system);
    let processes = processes(&system);
    for Built { kind, packages } in built() {
        install(&system, kind, &packages[1]);
        look(&system, kind, kind.works, VERSIONS[1]);
    }
    for (unit, old) in &processes {
        let new = shown(&system, "MainPID", unit);
        assert!(new != "0" && new != *old, "{unit}: {old}, then {new}");
    }
    unchanged(&system, &edited);

    let mut names: Vec<&str> = kinds().flat_map(|kind| kind.packages).copied().collect();
    names.reverse();
    quiet(&system.run(["dpkg", "-r"].iter().chain(&names)));
    for unit in kinds().flat_map(Kind::units) {
        assert!(!active(&system, unit), "{unit}");
    }
    assert_eq!(system.listening_ports(), [0; 0]);
    unchanged(&system, &edited);
    // Those without configuration are gone.
    names.retain(|name| state(&system, name).starts_with("rc "));
    quiet(&system.run(["dpkg", "-P"].iter().chain(&names)));
    let mut left: Vec<String> = kinds()
        .flat_map(|kind| kind.accounts)
        .flat_map(|name| account(name))
        .collect();
    left.sort();
    assert_eq!(before.difference(&system.snapshot()), left, "{suite}");
}

fn kinds() -> impl Iterator<Item = &'static Kind> {
    built().iter().map(|built| built.kind)
}

impl Kind {
    /// The units that run after the installation.
    fn units(&self) -> impl Iterator<Item = &'static str> {
        let looked = self.works.iter().filter_map(|look| match look {
            Runs(unit) => Some(*unit),
            _ => None,
        });
        looked.chain(self.restarts.iter().copied())
    }
}

/// Installs the packages of a kind at once.
fn install(system: &System, kind: &Kind, packages: &[PathBuf]) {
    let inside = |index: usize| format!("/root/{index}.deb");
    for (index, package) in packages.iter().enumerate() {
        system.copy(package, &inside(index));
    }
    let files: Vec<String> = (0..packages.len()).map(inside).collect();
    let words = ["dpkg", "-i"].map(str::to_owned);
    quiet(&system.run(words.iter().chain(&files)));
    system.run(["rm".to_owned()].iter().chain(&files)).success();
    for name in kind.packages {
        assert!(state(system, name).starts_with("ii "), "{name}");
    }
}

/// Fails where a command did, or said what is not of every installation.
fn quiet(output: &Output) {
    let loud: Vec<&str> = output
        .stderr
        .lines()
        .filter(|line| !line.starts_with("Created symlink "))
        .filter(|line| !line.starts_with("Removed "))
        .collect();
    assert!(output.status == 0 && loud.is_empty(), "{output:#?}");
}

fn look(system: &System, kind: &Kind, looks: &[Look], version: &str) {
    let expected = |text: &str| text.replace("@VERSION@", version);
    for look in looks {
        match *look {
            Prints(line, text) => {
                let output = system.shell(line).success();
                assert_eq!(output.stdout, expected(text), "{}: {line}", kind.heading);
            }
            Answers(port, text) => {
                let answer = || system.answer(port);
                let is_new = || answer().lines().next() == Some(&expected(text));
                assert!(eventually(is_new), "{}: {}", kind.heading, answer());
            }
            Runs(unit) => assert!(eventually(|| active(system, unit)), "{unit}"),
            Rests(unit) => assert!(!active(system, unit), "{unit}"),
        }
    }
}

/// Changes all configuration, and returns its text.
fn edit(system: &System) -> BTreeMap<&'static str, String> {
    let paths = kinds().flat_map(|kind| kind.conffiles).copied();
    let edited = paths.map(|path| {
        let line = format!("echo >>{path}");
        system.shell(&line).success();
        (path, system.read(path))
    });
    edited.collect()
}

#[track_caller]
fn unchanged(system: &System, edited: &BTreeMap<&'static str, String>) {
    for (path, text) in edited {
        assert_eq!(system.read(path), *text, "{path}");
    }
}

/// The main process of each unit that an upgrade restarts.
fn processes(system: &System) -> BTreeMap<&'static str, String> {
    let units = kinds().flat_map(|kind| kind.restarts).copied();
    units
        .map(|unit| (unit, shown(system, "MainPID", unit)))
        .collect()
}

/// All that lintian has to say is in the packages, with a reason.
#[test]
fn are_no_fault_to_lintian() {
    let packages = built().iter().flat_map(|built| &built.packages[0]);
    let packages: Vec<&Path> = packages.map(PathBuf::as_path).collect();
    for examine in [lintian::of_this_machine, lintian::of_trixie] {
        if let Some(said) = examine(&packages) {
            assert_eq!(lintian::unexplained(&said), [""; 0], "{said}");
        }
    }
}
