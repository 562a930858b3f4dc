//! docs/rust.md, command by command: a workspace with a client and a daemon becomes a package, and
//! the package lives.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::subjects::{account, install, state};
use crate::support::{eventually, project};
use crate::system::{Init, System};

const DAEMON: &str = r#"
use std::io::Write;
fn main() {
    let place = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path).unwrap(),
        None => "in the van".to_owned(),
    };
    for stream in std::net::TcpListener::bind("127.0.0.1:8395").unwrap().incoming() {
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(stream.unwrap(), "{}, says parceld {version}", place.trim());
    }
}
"#;

const CLIENT: &str = r#"
fn main() -> std::io::Result<()> {
    std::io::copy(&mut std::net::TcpStream::connect("127.0.0.1:8395")?, &mut std::io::stdout())?;
    Ok(())
}
"#;

const WORKSPACE: &str = "[workspace]\nmembers = [\"client\", \"daemon\"]\nresolver = \"2\"\n\
    [workspace.package]\nversion = \"1.0.0\"\nedition = \"2021\"\n\
    description = \"Tells where parcels are.\"\nlicense = \"MIT\"\n";

const MANUAL: &str = ".TH parcel 1\n.SH NAME\nparcel \\- ask where parcels are\n";

fn sources(folder: &Path) {
    let member = |name: &str| {
        let keys = ["version", "edition", "description", "license"];
        let inherited = keys.map(|key| format!("{key}.workspace = true\n"));
        format!("[package]\nname = \"{name}\"\n{}", inherited.concat())
    };
    for (path, content) in [
        ("Cargo.toml", WORKSPACE),
        (
            ".cargo/config.toml",
            "[build]\ntarget-dir = \"../shared-target\"\n",
        ),
        ("client/Cargo.toml", &member("parcel")),
        ("client/src/main.rs", CLIENT),
        ("daemon/Cargo.toml", &member("parceld")),
        ("daemon/src/main.rs", DAEMON),
        ("etc/parcel.conf", "in the van\n"),
    ] {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

/// The blocks of the page, in their order: language and text.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let blocks = page.split("\n```").skip(1).step_by(2);
    blocks
        .map(|block| block.split_once('\n').unwrap())
        .collect()
}

/// Runs commands of the page as its reader would, and returns what they print.
fn shell(commands: &str, folder: &Path) -> String {
    let reldeb = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
    let cargo = Path::new(env!("CARGO")).parent().unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", reldeb.display(), cargo.display());
    let mut shell = Command::new("sh");
    for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET", "RUSTFLAGS"] {
        shell.env_remove(name);
    }
    shell
        .args(["-e", "-c", commands])
        .env("PATH", path)
        .env("CARGO_NET_OFFLINE", "true")
        .env("DEBFULLNAME", "Ann Example")
        .env("DEBEMAIL", "ann@example.com")
        .current_dir(folder);
    let output = shell.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{commands}\n{output:?}");
    text
}

/// Runs the lines after `# ` in the system; each prints what stands below it, if anything does.
fn console(block: &str, system: &System) {
    for step in format!("\n{block}").split("\n# ").skip(1) {
        let (command, expected) = step.split_once('\n').unwrap_or((step, ""));
        let run = || system.shell(&format!("cd /root && {command}"));
        if expected.is_empty() {
            run().success();
            continue;
        }
        let said = eventually(|| run().stdout.trim_end() == expected);
        assert!(said, "`{command}`, expected `{expected}`: {:?}", run());
    }
}

/// Sees that a manifest with a release plans a directory in /opt.
fn is_a_release(manifest: &str, folder: &Path) {
    std::fs::write(folder.join("release.toml"), manifest).unwrap();
    let make = "mkdir -p rel/bin rel/static && echo x >rel/static/x && \
                cp ../shared-target/release/parceld rel/bin";
    shell(make, folder);
    let planned = shell("reldeb plan -q -m release.toml", folder);
    for path in [
        "opt/parcel/bin/parceld",
        "opt/parcel/static/x",
        "usr/bin/parcel",
    ] {
        assert!(planned.contains(&format!(" ./{path} ")), "{planned}");
    }
}

#[test]
fn every_command_of_the_page_for_daemons() {
    let page = std::fs::read_to_string(project().join("docs/rust.md")).unwrap();
    let [
        ("sh", first),
        ("toml", proposed),
        ("toml", manifest),
        ("sh", second),
        ("console", installed),
        ("console", changed),
        ("toml", release),
        ("sh", next),
        ("sh", linked),
    ] = blocks(&page)[..]
    else {
        panic!("other blocks: {:?}", blocks(&page));
    };
    let directory = TempDir::new().unwrap();
    let folder = directory.path().join("parcel");
    sources(&folder);
    assert!(shell(first, &folder).ends_with("dist/parcel_1.0.0_amd64.deb\n"));
    let written = std::fs::read_to_string(folder.join("reldeb.toml")).unwrap();
    assert!(written.ends_with(&format!("\n\n{proposed}\n")), "{written}");

    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let before = system.snapshot();
    let package = |version: &str| folder.join(format!("dist/parcel_{version}_amd64.deb"));
    // What was proposed lives without an edit.
    system.copy(package("1.0.0"), "/root/parcel_1.0.0_amd64.deb");
    console(installed, &system);
    system.run(["dpkg", "-P", "parcel"]).success();

    std::fs::write(folder.join("reldeb.toml"), manifest).unwrap();
    // Later than `init`, which would have proposed it.
    std::fs::create_dir(folder.join("man")).unwrap();
    std::fs::write(folder.join("man/parcel.1"), MANUAL).unwrap();
    shell(second, &folder);
    is_a_release(release, &folder);
    system.copy(package("1.0.0"), "/root/parcel_1.0.0_amd64.deb");
    console(installed, &system);
    console(changed, &system);
    assert!(system.has("/usr/share/man/man1/parcel.1.gz"));
    assert_eq!(
        system.entry("/etc/parcel/parcel.conf"),
        "regular file 0640 root:parcel"
    );
    system.run(["rm", "/root/parcel_1.0.0_amd64.deb"]).success();

    shell(next, &folder);
    install(&system, &package("1.1.0")).success();
    assert_eq!(state(&system, "parcel"), "ii 1.1.0");
    console("# parcel\nin the attic, says parceld 1.1.0", &system);
    system.run(["dpkg", "-P", "parcel"]).success();
    assert!(system.processes_of("parcel").is_empty());
    assert_eq!(before.difference(&system.snapshot()), account("parcel"));

    let checked = shell(linked, &folder);
    assert!(checked.ends_with("depends on: nothing\n"), "{checked}");
}
