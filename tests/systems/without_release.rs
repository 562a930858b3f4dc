//! A program of /usr/bin serves under sysvinit; `kinds` has the rest of what needs no release.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::successful;
use crate::subjects::{CONFIG, PROGRAM, STOCK, install};
use crate::support::eventually;
use crate::system::{Init, System};

/// Builds a package of that version in a folder.
fn build(folder: &Path, version: &str, tables: &str) -> PathBuf {
    let manifest = format!(
        "[package]\nname = \"stock\"\nversion = \"{version}\"\ndescription = \"keeps stock\"\n\
         maintainer = \"Ann Example <ann@example.com>\"\n{tables}"
    );
    let program = PROGRAM.replace("/opt/stock/version", "/usr/share/stock/version");
    for (name, text) in [
        ("reldeb.toml", &*manifest),
        ("stock.conf", CONFIG),
        ("version", version),
        ("stock", &program),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let package = folder.join(format!("stock_{version}.deb"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command.arg("build").arg("-o").arg(&package);
    successful(command.current_dir(folder));
    package
}

const COMMAND: &str = "[files]\n\"/usr/bin/stock\" = { source = \"stock\", mode = \"0755\" }\n\
                       \"/usr/share/stock/version\" = \"version\"\n";

#[test]
fn a_program_of_usr_bin_serves() {
    let Some(system) = System::boot("bookworm", Init::Sysvinit) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let tables = format!(
        "{COMMAND}\"/etc/stock/stock.conf\" = \"stock.conf\"\n[service]\nprogram = \"/usr/bin/stock\"\n"
    );
    for version in ["1.0", "1.1"] {
        install(&system, &build(folder.path(), version, &tables)).success();
        let answer = format!("stock {version}");
        let answers = eventually(|| system.answer(STOCK.port).trim() == answer);
        assert!(answers, "{answer}");
    }
    assert!(!system.processes_of("stock").is_empty());
    assert!(!system.has("/opt/stock"));
    system.run(["dpkg", "-r", "stock"]).success();
    assert!(eventually(|| system.processes_of("stock").is_empty()));
    assert!(system.has("/var/lib/stock"));
    system.run(["dpkg", "-P", "stock"]).success();
    for path in [
        "/var/lib/stock",
        "/var/log/stock",
        "/run/stock",
        "/etc/stock",
        "/etc/default/stock",
    ] {
        assert!(!system.has(path), "{path}");
    }
}
