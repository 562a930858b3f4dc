//! Alternatives, triggers and debconf on a machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packed::success;
use crate::subjects::{STOCK, SYMLINK, account, foreign, install, stock, stock_with};
use crate::support::eventually;
use crate::system::{Init, System};

/// The state of the alternative `stock-view`: how it is chosen, and where it leads.
fn choice(system: &System) -> String {
    let shown = system.run(["update-alternatives", "--query", "stock-view"]);
    let lines = shown.stdout.lines();
    let words = lines.filter_map(|line| {
        let (field, value) = line.split_once(": ")?;
        ["Status", "Value"].contains(&field).then_some(value)
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn an_alternative_follows_the_package_and_the_administrator() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let offered = "[user]\n[alternatives]\n\"/usr/bin/stock-view\" = { path = \"/opt/stock/bin/stock\", priority = 50 }";
    let first = stock("1.0", "managers = []", offered);
    let before = system.snapshot();
    install(&system, &first).success();
    assert_eq!(choice(&system), "auto /opt/stock/bin/stock");
    let link = system.run(["readlink", "-f", "/usr/bin/stock-view"]);
    assert_eq!(link.stdout, "/opt/stock/bin/stock\n");

    // The administrator's choice stays.
    let other = "update-alternatives --install /usr/bin/stock-view stock-view /bin/true 10 && \
                 update-alternatives --set stock-view /bin/true";
    system.shell(other).success();
    install(&system, &stock("2.0", "managers = []", offered)).success();
    install(&system, &stock("2.0", "managers = []", offered)).success();
    assert_eq!(choice(&system), "manual /bin/true");
    system
        .run(["update-alternatives", "--auto", "stock-view"])
        .success();
    assert_eq!(choice(&system), "auto /opt/stock/bin/stock");

    // A version that offers it no more, and the way back.
    let dropped = offered.replace("priority = 50", "removed = true");
    install(&system, &stock("3.0", "managers = []", &dropped)).success();
    assert_eq!(choice(&system), "auto /bin/true");
    install(&system, &first).success();
    assert_eq!(choice(&system), "auto /opt/stock/bin/stock");

    system.run(["dpkg", "-r", STOCK.name]).success();
    assert_eq!(choice(&system), "auto /bin/true");
    let clean = "update-alternatives --remove-all stock-view";
    system.shell(clean).success();
    system.run(["dpkg", "-P", STOCK.name]).success();
    assert_eq!(before.difference(&system.snapshot()), account(STOCK.name));
}

/// A package of others: a program, and a symlink to it by the name that people know.
fn kit() -> PathBuf {
    foreign(
        "Package: kit\nVersion: 1\nArchitecture: all\nMaintainer: Ann <ann@example.com>\nDescription: kit\n",
        &[
            ("usr/bin/kit-1", "#!/bin/sh\necho kit\n", 0o755),
            ("usr/bin/kit", "kit-1", SYMLINK),
        ],
    )
}

/// update-alternatives replaces a symlink that it finds, and removes it with the last offer.
#[test]
fn an_alternative_leaves_the_link_of_another_package() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let master = "\"/usr/bin/kit\" = { path = \"/opt/stock/bin/stock\", priority = 50 }";
    let master = stock(
        "1.0",
        "managers = []",
        &format!("[user]\n[alternatives]\n{master}"),
    );
    let slave = "\"/usr/bin/stock-kit\" = { path = \"/opt/stock/bin/stock\", priority = 50, \
                 slaves = { \"/bin/kit\" = \"/opt/stock/version\" } }";
    let slave = stock(
        "1.0",
        "managers = []",
        &format!("[user]\n[alternatives]\n{slave}"),
    );
    let leads = |link: &str| system.run(["readlink", link]).stdout;
    for package in [&master, &slave] {
        install(&system, &kit()).success();
        let said = install(&system, package).success().stderr;
        let fact = "/kit belongs to kit, so nothing is offered there\n";
        assert!(said.contains(fact), "{said}");
        assert_eq!(leads("/usr/bin/kit"), "kit-1\n");
        assert_eq!(leads("/usr/bin/stock-kit"), "");
        system.run(["dpkg", "-r", STOCK.name]).success();
        assert_eq!(leads("/usr/bin/kit"), "kit-1\n");
        system.run(["dpkg", "-r", "kit"]).success();

        // The other package comes later.
        install(&system, package).success();
        assert_eq!(leads("/usr/bin/kit"), "/etc/alternatives/kit\n");
        install(&system, &kit()).success();
        assert_eq!(leads("/usr/bin/kit"), "kit-1\n");
        system.run(["dpkg", "-P", STOCK.name]).success();
        assert_eq!(leads("/usr/bin/kit"), "kit-1\n");
        assert_eq!(leads("/usr/bin/stock-kit"), "");
        system.run(["dpkg", "-r", "kit"]).success();
    }
}

#[test]
fn no_offer_of_another_package_is_taken_back() {
    let Some(system) = System::minbase("trixie") else {
        return;
    };
    install(&system, &kit()).success();
    let offer = "update-alternatives --install /usr/bin/stock-view stock-view /usr/bin/kit-1 10";
    system.shell(offer).success();
    for path in ["/usr/bin/kit-1", "/bin/kit-1"] {
        let removed = format!(
            "[user]\n[alternatives]\n\"/usr/bin/stock-view\" = {{ path = \"{path}\", removed = true }}"
        );
        let package = stock("1.0", "managers = []", &removed);
        install(&system, &package).success();
        assert_eq!(choice(&system), "auto /usr/bin/kit-1");
        system.run(["dpkg", "-P", STOCK.name]).success();
        assert_eq!(choice(&system), "auto /usr/bin/kit-1");
    }
}

#[test]
fn triggers_run_the_hook_and_ldconfig() {
    let Some(system) = System::minbase("trixie") else {
        return;
    };
    let tables = "[user]\n[triggers]\ninterest = [\"/usr/share/stock-parts\"]\ninterest-noawait = [\"stock-refresh\"]\n\
                  [hooks]\non-trigger = 'echo \"$new_version $trigger_names\" >>/var/lib/stock/triggered'\n\
                  [files.\"/usr/lib/libstock.so.1\"]\nsource = \"libstock.so.1\"\n";
    let package = stock_with("1.0", "managers = []", tables, |folder: &Path| {
        let arguments = ["-shared", "-nostdlib", "-Wl,-soname,libstock.so.1", "-xc"];
        let mut compile = Command::new("cc");
        let compile = compile.args(arguments).arg("/dev/null").arg("-o");
        success(compile.arg(folder.join("libstock.so.1")));
    });
    install(&system, &package).success();
    system.shell("mkdir -p /var/lib/stock").success();
    let cached = || system.shell("ldconfig -p | grep -c libstock.so.1").stdout;
    assert_eq!(cached(), "1\n");

    let parts = foreign(
        "Package: parts\nVersion: 1\nArchitecture: all\nMaintainer: Ann <ann@example.com>\nDescription: parts\n",
        &[("usr/share/stock-parts/one", "1\n", 0o644)],
    );
    install(&system, &parts).success();
    assert_eq!(
        system.read("/var/lib/stock/triggered"),
        "1.0 /usr/share/stock-parts\n"
    );
    let trigger = "dpkg-trigger --by-package=parts stock-refresh && dpkg --configure --pending";
    system.shell(trigger).success();
    assert_eq!(
        system.read("/var/lib/stock/triggered"),
        "1.0 /usr/share/stock-parts\n1.0 stock-refresh\n"
    );
    system.run(["dpkg", "-r", STOCK.name]).success();
    assert_eq!(cached(), "0\n");
}

const TEMPLATES: &str = "\
Template: stock/greeting
Type: string
Default: hello
Description: Greeting:
 The word that the keeper greets with.
";

const CONFIG: &str = "\
#!/bin/sh
set -e
. /usr/share/debconf/confmodule
db_input medium stock/greeting || true
db_go || true
";

/// `stock` with a question, whose answer hooks write down.
fn asking(version: &str) -> PathBuf {
    let mut tables =
        "[debconf]\ntemplates = \"templates\"\nconfig = \"config\"\n[hooks]\n".to_owned();
    for event in ["after-first-install", "after-upgrade", "after-reinstall"] {
        tables += event;
        tables += " = 'db_get stock/greeting; echo \"$RET\" >/var/lib/stock/greeting'\n";
    }
    stock_with(version, "", &tables, |folder| {
        std::fs::write(folder.join("templates"), TEMPLATES).unwrap();
        std::fs::write(folder.join("config"), CONFIG).unwrap();
    })
}

/// The answers of debconf reach the hooks, and the service.
#[test]
fn debconf_asks_and_forgets() {
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let greeting = || system.read("/var/lib/stock/greeting");
    let process = || system.processes_of("stock").first().map(|it| it.pid);
    let before = system.snapshot();

    // Answered beforehand, and nobody is asked.
    let preseed = "echo 'stock stock/greeting string servus' | debconf-set-selections";
    system.shell(preseed).success();
    system.copy(asking("1.0"), "/root/first.deb");
    let installed = "DEBIAN_FRONTEND=noninteractive dpkg -i /root/first.deb";
    system.shell(installed).success();
    assert_eq!(greeting(), "servus\n");
    assert_eq!(system.answer(STOCK.port), "stock 1.0\n");
    let started = process();

    // An upgrade keeps the answer.
    system.copy(asking("2.0"), "/root/second.deb");
    let upgraded = "DEBIAN_FRONTEND=noninteractive dpkg -i /root/second.deb";
    system.shell(upgraded).success();
    assert_eq!(greeting(), "servus\n");
    let renewed = || system.answer(STOCK.port) == "stock 2.0\n" && process() != started;
    assert!(eventually(renewed));
    let before_answer = process();

    // Another answer, by hand: the service starts again with it.
    let asked = "printf 'hallo\\n' | DEBIAN_FRONTEND=readline dpkg-reconfigure -plow stock";
    let said = system.shell(asked).success();
    assert!(said.stdout.contains("greets with"), "{said:?}");
    assert_eq!(greeting(), "hallo\n");
    assert!(eventually(
        || process().is_some_and(|pid| Some(pid) != before_answer)
    ));

    // Stopped, it stays so.
    system.run(["systemctl", "stop", "stock"]).success();
    let asked = "printf 'moin\\n' | DEBIAN_FRONTEND=readline dpkg-reconfigure -plow stock";
    system.shell(asked).success();
    assert_eq!((greeting().as_str(), process()), ("moin\n", None));

    system.run(["dpkg", "-P", STOCK.name]).success();
    let left = system.shell("cat /var/cache/debconf/config.dat /var/cache/debconf/templates.dat");
    assert!(!left.success().stdout.contains("stock/"));
    system
        .shell("rm /root/first.deb /root/second.deb")
        .success();
    let left = before.difference(&system.snapshot());
    let left: Vec<_> = left
        .iter()
        .filter(|line| line.contains("stock"))
        .cloned()
        .collect();
    assert_eq!(left, account("stock"));
}

/// dpkg calls postrm anew where a purge has failed, when debconf has no answers any more.
#[test]
fn a_purge_can_be_repeated() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let tables = "[user]\n[debconf]\ntemplates = \"templates\"\n[hooks]\n\
                  before-purge = 'db_get stock/greeting; echo \"<$RET>\" >>/srv/answers'\n";
    let package = stock_with("1.0", "managers = []", tables, |folder| {
        std::fs::write(folder.join("templates"), TEMPLATES).unwrap();
    });
    let confmodule = "/usr/share/debconf/confmodule";
    let fail =
        "sed -i '$ s/.*/[ ! -e \\/srv\\/fail ]/' /var/lib/dpkg/info/stock.postrm; touch /srv/fail";
    for (first, second) in [
        ("true".to_owned(), "true".to_owned()),
        (
            format!("mv {confmodule} {confmodule}.away"),
            format!("mv {confmodule}.away {confmodule}"),
        ),
    ] {
        system.run(["rm", "-f", "/srv/answers"]).success();
        install(&system, &package).success();
        system.shell(&first).success();
        system.run(["dpkg", "-r", "stock"]).success();
        system.shell(fail).success();
        system.run(["dpkg", "-P", "stock"]).exits(1);
        system.run(["rm", "/srv/fail"]).success();
        system.run(["dpkg", "-P", "stock"]).success();
        system.shell(&second).success();
        let expected = if first == "true" {
            "<hello>\n<>\n"
        } else {
            "<>\n<>\n"
        };
        assert_eq!(system.read("/srv/answers"), expected, "{first}");
    }
}
