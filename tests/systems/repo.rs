//! apt installs from a repository and follows it, while packages are published all the time.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;

use crate::forged::{self, Package};
use crate::moto::Moto;
use crate::packed::success;
use crate::support::skip;
use crate::system::System;

/// The versions that are published while a machine looks.
const LATER: std::ops::RangeInclusive<u32> = 2..=7;

/// Serves a folder as web servers do, until its standard input ends.
const SERVER: &str = r#"
import functools, http.server, sys, threading
handler = http.server.SimpleHTTPRequestHandler
handler.protocol_version = "HTTP/1.1"
handler = functools.partial(handler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
"#;

/// A repository with its key, and packages for it.
struct Repository {
    folder: TempDir,
    target: String,
    /// The address at which machines find it.
    url: String,
    /// The object store that it is in.
    store: Option<String>,
    server: Option<Child>,
}

impl Repository {
    /// In a folder that a web server serves.
    fn served() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mut python = Command::new("python3");
        python.args(["-c", SERVER]).arg(folder.path().join("apt"));
        let output = (Stdio::piped(), Stdio::piped(), Stdio::null());
        let python = python.stdin(output.0).stdout(output.1).stderr(output.2);
        let Ok(mut server) = python.spawn() else {
            skip("needs `python3`");
            return None;
        };
        let mut port = String::new();
        let output = server.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut port).unwrap();
        Some(Self {
            folder,
            target: "apt".into(),
            url: format!("http://127.0.0.1:{}", port.trim()),
            store: None,
            server: Some(server),
        })
    }

    /// In a bucket that everybody may read.
    fn stored() -> Option<Self> {
        let moto = Moto::get()?;
        let bucket = moto.bucket();
        moto.publish(&bucket);
        let endpoint = format!("http://{}", moto.address);
        Some(Self {
            folder: TempDir::new().unwrap(),
            target: format!("s3://{bucket}/apt"),
            url: format!("{endpoint}/{bucket}/apt"),
            store: Some(endpoint),
            server: None,
        })
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    /// Runs a command of `reldeb repo` on it.
    fn run(&self, command: &str, words: &[&str]) -> String {
        let mut reldeb = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        reldeb.env("RELDEB_KEY", "reldeb.key");
        if let Some(endpoint) = &self.store {
            reldeb.env("AWS_ENDPOINT_URL", endpoint);
            reldeb.env("AWS_ACCESS_KEY_ID", "key");
            reldeb.env("AWS_SECRET_ACCESS_KEY", "secret");
        }
        let reldeb = reldeb.args(["repo", command, &self.target]).args(words);
        success(reldeb.current_dir(&self.folder))
    }

    /// Makes a version of the package `orders`, and publishes it.
    fn add(&self, version: u32) {
        let control = forged::CONTROL.replace("hostile", "orders");
        let control = control.replace("1.0", &format!("{version}.0"));
        let package = Package::new(forged::below(&[])).control(control);
        let file = format!("orders_{version}.0_all.deb");
        std::fs::write(self.path(&file), package.bytes()).unwrap();
        self.run("add", &[&file]);
    }

    /// Tells a machine of it, as the documentation says.
    fn introduce_to(&self, system: &System) {
        let key = success(
            Command::new(env!("CARGO_BIN_EXE_reldeb"))
                .args(["repo", "key", "show", "--public", "reldeb.key"])
                .current_dir(&self.folder),
        );
        system.write("/etc/apt/keyrings/example.asc", key);
        let source = format!(
            "Types: deb\nURIs: {}\nSuites: stable\nComponents: main\n\
             Signed-By: /etc/apt/keyrings/example.asc\n",
            self.url
        );
        system.write("/etc/apt/sources.list.d/example.sources", source);
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            drop(server.stdin.take());
            let _ = server.wait();
        }
    }
}

/// A message of any kind would be one about this repository.
fn update(system: &System) {
    let options = "-o Dir::Etc::sourcelist=/dev/null";
    let updated = system.shell(&format!("apt-get -q update {options}"));
    let updated = updated.success();
    let said = format!("{}{}", updated.stdout, updated.stderr);
    let is_bad = |line: &&str| {
        ["W:", "E:", "Err", "Ign"]
            .iter()
            .any(|it| line.starts_with(it))
    };
    assert_eq!(said.lines().find(is_bad), None, "{said}");
}

fn install(system: &System, version: u32) {
    system.shell("apt-get -qy install orders").success();
    let shown = system.run(["dpkg-query", "-f", "${Version}", "-W", "orders"]);
    assert_eq!(shown.success().stdout, format!("{version}.0"));
}

fn machines_follow(repository: &Repository, suites: &[&str]) {
    let systems: Option<Vec<System>> = suites.iter().map(|it| System::networked(it)).collect();
    let Some(systems) = systems else { return };
    repository.run("init", &["--origin", "Example", "--key", "new"]);
    repository.add(1);
    for system in &systems {
        repository.introduce_to(system);
        update(system);
        install(system, 1);
    }
    std::thread::scope(|scope| {
        // It is gone when the publisher ends, however it ends.
        let busy = Arc::new(());
        for system in &systems {
            let busy = Arc::downgrade(&busy);
            scope.spawn(move || {
                while busy.upgrade().is_some() {
                    update(system);
                }
            });
        }
        scope.spawn(move || {
            LATER.for_each(|version| repository.add(version));
            drop(busy);
        });
    });
    for system in &systems {
        update(system);
        install(system, *LATER.end());
    }
}

#[test]
fn machines_follow_a_folder_behind_a_web_server() {
    if let Some(repository) = Repository::served() {
        machines_follow(&repository, &["bullseye", "bookworm", "trixie", "sid"]);
    }
}

#[test]
fn machines_follow_an_object_store() {
    if let Some(repository) = Repository::stored() {
        machines_follow(&repository, &["bookworm", "trixie"]);
    }
}
