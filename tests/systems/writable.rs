//! Directories of a release that its service writes: what is in them survives the upgrade to another
//! version of the application, and only a purge removes it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::example::{copy_sources, orders_with, successful, tally_with};
use crate::services::Life;
use crate::subjects::{ORDERS, account, install, stock_with};
use crate::support::{project, skip};
use crate::system::{Init, System};

/// The application counts its starts in a table on disc, and writes the number into its own `priv`.
const START: &str = "start(_Type, _Arguments) ->
    _ = mnesia:create_schema([node()]),
    ok = mnesia:start(),
    _ = mnesia:create_table(starts, [{disc_copies, [node()]}]),
    ok = mnesia:wait_for_tables([starts], 10000),
    Count = mnesia:dirty_update_counter(starts, n, 1),
    Cache = filename:join(code:priv_dir(orders), \"cache/starts\"),
    ok = file:write_file(Cache, integer_to_list(Count)),";

const PATHS: &str = "{mnesia, [{dir, \"data/db\"}]},
    {kernel, [
        {logger, [{handler, default, logger_std_h, #{config => #{file => \"log/orders.log\"}}}]},";

/// The example with a log, a database and a cache in the release.
fn package(version: &str) -> Option<(TempDir, std::path::PathBuf)> {
    let overlay = format!(
        "    {{overlay, [{{mkdir, \"log/sasl\"}}, {{copy, \"config/vm.args\", \"data/seed\"}},\n\
         {{copy, \"config/vm.args\", \"lib/orders-{version}/priv/cache/seed\"}}]}},\n    {{vm_args,"
    );
    orders_with(
        version,
        &[
            (
                "rebar.config",
                "sasl, orders]",
                "sasl, {mnesia, load}, orders]",
            ),
            ("rebar.config", "    {vm_args,", &overlay),
            ("config/sys.config", "{kernel, [", PATHS),
            ("src/orders_app.erl", "start(_Type, _Arguments) ->", START),
            (
                "reldeb.toml",
                "[release]",
                "[release]\nwritable = [\"log\", \"data\", \"lib/*/priv/cache\"]",
            ),
        ],
    )
}

#[test]
fn data_survives_another_version_of_the_application() {
    let (Some((_old, first)), Some((_new, second))) = (package("1.4.0"), package("1.5.0")) else {
        return;
    };
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        let before = system.snapshot();
        let life = Life {
            system: &system,
            init,
            subject: ORDERS,
            first: first.clone(),
            second: second.clone(),
        };
        let starts = || system.read("/var/lib/orders/lib/orders/priv/cache/starts");
        install(&system, &first).success();
        life.serves();
        assert_eq!(starts(), "1");
        for (path, expected) in [
            ("/opt/orders/log", "symbolic link 0777 root:root"),
            ("/var/lib/orders/data", "directory 0750 orders:orders"),
            (
                "/var/lib/orders/data/seed",
                "regular file 0640 orders:orders",
            ),
            (
                "/var/lib/orders/data/db/starts.DCD",
                "regular file 0640 orders:orders",
            ),
            ("/var/lib/orders/lib", "directory 0750 orders:orders"),
            (
                "/var/lib/orders/lib/orders/priv/cache/seed",
                "regular file 0640 orders:orders",
            ),
            ("/var/log/orders/sasl", "directory 0750 orders:orders"),
        ] {
            assert_eq!(system.entry(path), expected, "{path}");
        }
        assert!(system.has("/var/log/orders/orders.log"));
        let edit = "cd /var/lib/orders && echo mine >data/seed && rm lib/orders/priv/cache/seed";
        system.shell(edit).success();
        install(&system, &second).success();
        life.serves();
        assert_eq!(starts(), "2");
        assert_eq!(system.read("/var/lib/orders/data/seed"), "mine\n");
        assert!(!system.has("/var/lib/orders/lib/orders/priv/cache/seed"));
        assert!(!system.has("/opt/orders/lib/orders-1.4.0"));
        assert!(!system.has("/var/lib/misc/orders.seeds"));
        system.run(["dpkg", "-r", "orders"]).success();
        assert_eq!(starts(), "2");
        install(&system, &second).success();
        life.serves();
        assert_eq!(starts(), "3");
        system.run(["dpkg", "-P", "orders"]).success();
        life.rests();
        assert_eq!(before.difference(&system.snapshot()), account("orders"));
    }
}

/// `stock` with a directory of data, which these lines of `[release]` speak of. Each place that calls it
/// has a package of its own.
#[track_caller]
fn stock(version: &str, lines: &'static str) -> std::path::PathBuf {
    stock_with(version, "", "", |folder| {
        std::fs::create_dir_all(folder.join("rel/data/deep")).unwrap();
        std::fs::write(folder.join("rel/data/seed"), "seed\n").unwrap();
        std::fs::write(folder.join("rel/data/deep/seed"), "seed\n").unwrap();
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        let text = text.replace("path = \"rel\"", &format!("path = \"rel\"\n{lines}"));
        std::fs::write(&manifest, text).unwrap();
    })
}

#[test]
fn a_directory_of_an_earlier_version_keeps_what_is_not_of_the_package() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    install(&system, &stock("4.0", "")).success();
    let own = "cd /opt/stock/data && echo own >own && echo own >deep/own";
    system.shell(own).success();
    install(&system, &stock("4.1", "writable = [\"data\"]")).success();
    for (path, content) in [
        ("/opt/stock/data.dpkg-old/own", "own\n"),
        ("/opt/stock/data.dpkg-old/deep/own", "own\n"),
        ("/var/lib/stock/data/seed", "seed\n"),
    ] {
        assert_eq!(system.read(path), content, "{path}");
    }
    // What is nobody's package's is data: a removal keeps it.
    system.run(["dpkg", "-r", "stock"]).success();
    assert_eq!(system.read("/opt/stock/data.dpkg-old/own"), "own\n");
    system.run(["dpkg", "-P", "stock"]).success();
    // dpkg removes the directories that it could not remove before, when the scripts have run.
    let left = [vec!["- /opt".to_owned()], account("stock").to_vec()].concat();
    assert_eq!(before.difference(&system.snapshot()), left);
}

#[test]
fn links_of_the_service_lead_to_nothing_of_roots() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    install(&system, &stock("4.0", "")).success();
    system
        .shell(
            "mkdir -m 0755 /srv/theirs && ln -s /srv/theirs /var/lib/stock/data &&
            echo evil >/opt/stock/data/evil && echo file >/var/lib/stock/spool",
        )
        .success();
    let second = stock("4.1", "writable = [\"data\", \"spool/new\"]");
    let upgraded = install(&system, &second).success();
    assert_eq!(system.shell("ls /srv/theirs").success().stdout, "");
    assert_eq!(system.read("/opt/stock/data.dpkg-old/evil"), "evil\n");
    let said = "stock: /var/lib/stock/spool/new was not made\n";
    assert!(upgraded.stderr.contains(said), "{}", upgraded.stderr);
    system.run(["dpkg", "-P", "stock"]).success();
    assert!(system.has("/srv/theirs"));
}

/// A process with the rights of the service is its to trace: with a terminal of root's it could type there, and
/// what stops must not hold dpkg up.
#[test]
fn the_service_sees_nothing_of_roots() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let package = stock("4.1", "writable = [\"data\", \"new\"]");
    let name = package.file_name().unwrap().to_str().unwrap();
    system.copy(&package, &format!("/root/{name}"));
    // The seventh field of proc_pid_stat(5) is the terminal; `mkdir` of dpkg's own is root's.
    let spy = "#!/bin/sh\n[ \"$(id -u)\" = 0 ] || {\n\
               cut -d' ' -f7 </proc/$$/stat; env | grep -c SECRET; } >>/tmp/seen\n\
               exec /bin/mkdir \"$@\"\n";
    system
        .shell(&format!(
            "printf %s '{}' >/usr/local/sbin/mkdir",
            spy.replace('\'', "'\\''")
        ))
        .success();
    system
        .shell("chmod 0755 /usr/local/sbin/mkdir && : >/tmp/seen && chmod 0666 /tmp/seen")
        .success();
    let line = format!("SECRET=x script -qec 'dpkg -i /root/{name}' /dev/null");
    system.shell(&line).success();
    assert_eq!(system.read("/tmp/seen"), "0\n0\n".repeat(2));
    assert_eq!(
        system.entry("/var/lib/stock/new"),
        "directory 0750 stock:stock"
    );
}

/// A release of mix writes below its own directory, and is installed into an image from outside of it.
#[test]
fn a_release_of_mix_writes_in_an_image() {
    let steps = "deps: [],
      releases: [tally: [steps: [:assemble, fn release ->
        File.mkdir_p!(Path.join(release.path, \"data\"))
        File.write!(Path.join(release.path, \"data/seed\"), \"seed\\n\")
        release
      end]]]";
    let start = "    path = Path.join(System.fetch_env!(\"RELEASE_ROOT\"), \"data/starts\")\n    \
                 File.write!(path, \"started\\n\", [:append])\n\n    Supervisor.start_link(children,";
    let built = tally_with(
        "0.4.0",
        &[
            ("mix.exs", "deps: []", steps),
            (
                "reldeb.toml",
                "[service]",
                "writable = [\"data\"]\n\n[service]",
            ),
            (
                "lib/tally/application.ex",
                "    Supervisor.start_link(children,",
                start,
            ),
        ],
    );
    let (Some((_folder, package)), Some(system)) = (built, System::minbase("bookworm")) else {
        return;
    };
    system
        .shell(
            "groupadd --gid 777 tally && mkdir /image && \
             tar -C / --one-file-system -c --exclude=./image --exclude=./proc --exclude=./sys . | tar -C /image -x && \
             chroot /image groupdel tally",
        )
        .success();
    system.copy(&package, "/root/image.deb");
    let dpkg = |action: [&str; 2]| {
        let words = ["dpkg", "--root=/image", "--force-script-chrootless"];
        system.run(words.iter().chain(&action)).success();
    };
    let inside = |line: &str| {
        let output = system.run(["chroot", "/image", "sh", "-c", line]);
        output.success().stdout
    };
    dpkg(["-i", "/root/image.deb"]);
    let files = "cd /var/lib/tally/data && stat -c '%n %U:%G %a' . *";
    let link = "readlink /opt/tally/data";
    assert_eq!(inside(link), "/var/lib/tally/data\n");
    assert_eq!(inside(files), ". tally:tally 750\nseed tally:tally 640\n");
    assert!(!system.has("/var/lib/tally"));
    let start = "for place in proc dev; do mkdir -p /image/$place; mount --rbind /$place /image/$place; done";
    system.shell(start).success();
    inside("service tally start && tally pid && service tally stop");
    assert_eq!(inside("cat /opt/tally/data/starts"), "started\n");
    inside("echo mine >/var/lib/tally/data/seed");
    dpkg(["-i", "/root/image.deb"]);
    assert_eq!(inside("cat /opt/tally/data/seed"), "mine\n");
    dpkg(["-P", "tally"]);
    for path in ["/image/var/lib/tally", "/image/opt/tally", "/var/lib/tally"] {
        assert!(!system.has(path), "{path}");
    }
}

/// The blocks of a page in a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    let after = page.split(start.as_str()).skip(1);
    after
        .map(|rest| rest.split_once("```").unwrap().0)
        .collect()
}

#[test]
fn the_commands_of_the_page_work() {
    if Command::new("rebar3").arg("--version").output().is_err() {
        skip("needs `rebar3`");
        return;
    }
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let page = std::fs::read_to_string(project().join("docs/relx.md")).unwrap();
    let [sys_config, own] = blocks(&page, "erlang")[..] else {
        panic!("two files of configuration are shown");
    };
    let [build, on_the_machine, changed] = blocks(&page, "sh")[..] else {
        panic!("three blocks of commands are shown");
    };
    let folder = TempDir::new().unwrap();
    let sources = ["rebar.config", "config", "rel", "src"];
    copy_sources("relx-release", &sources, folder.path());
    std::fs::write(folder.path().join("config/sys.config"), sys_config).unwrap();
    std::fs::write(folder.path().join("rel/etc/orders.config"), own).unwrap();
    let reldeb = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
    let path = format!("{}:{}", reldeb.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-ec", build]).current_dir(&folder);
    shell
        .env("DEBFULLNAME", "Ann Example")
        .env("DEBEMAIL", "ann@example.com");
    successful(shell.env("PATH", path));
    let manifest = std::fs::read_to_string(folder.path().join("reldeb.toml")).unwrap();
    for line in blocks(&page, "toml")[0].lines() {
        assert!(manifest.lines().any(|it| it == line), "{line}: {manifest}");
    }
    let packages = std::fs::read_dir(folder.path().join("dist")).unwrap();
    let package = packages.last().unwrap().unwrap();
    let name = package.file_name().into_string().unwrap();
    system.copy(package.path(), &format!("/root/{name}"));
    let run = |block: &str| {
        system
            .shell(&format!("set -e; cd /root\n{block}"))
            .success()
    };
    assert!(run(on_the_machine).stdout.ends_with("pong\n"));
    assert!(system.answer(ORDERS.port).contains("hello from /etc"));
    assert!(system.has("/var/log/orders/orders.log"));
    run(changed);
    assert!(crate::support::eventually(|| {
        system
            .fetch(ORDERS.port, "GET / HTTP/1.0\r\n\r\n")
            .is_ok_and(|it| it.contains("good morning"))
    }));
}
