//! Every command of docs/tutorial.md, in its order, on a machine that builds and one that installs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::packed::success;
use crate::support::{project, skip};
use crate::system::{Init, System, Variant, provide};

/// The address of the repository on the page, and its place on the machine of the test.
const PUBLISHED: [&str; 2] = ["https://apt.example.com", "file:/srv/apt"];

/// A block of commands of the page.
enum Block {
    /// For the machine that builds.
    Build(String),
    /// For the machine that installs: each command with what it prints.
    Install(String),
}

fn blocks() -> Vec<Block> {
    let page = std::fs::read_to_string(project().join("docs/tutorial.md")).unwrap();
    let parts = page.split("```").skip(1).step_by(2);
    parts
        .map(|block| match block.split_once('\n').unwrap() {
            ("sh", text) => Block::Build(text.to_owned()),
            ("console", text) => Block::Install(text.to_owned()),
            (other, _) => panic!("a block of `{other}`"),
        })
        .collect()
}

/// The machine that builds.
struct Builder {
    folder: TempDir,
    /// The system for rehearsals.
    root: PathBuf,
}

impl Builder {
    fn run(&self, text: &str) {
        let root = format!("reldeb rehearse --root {} ", self.root.display());
        let text = text
            .replace("reldeb rehearse ", &root)
            .replace(PUBLISHED[0], PUBLISHED[1]);
        let top = self.folder.path();
        // The next block goes on where this one ends, with its variables.
        let begin = "[ ! -e \"$TOP/state\" ] || . \"$TOP/state\"";
        let end = "{ export -p; echo \"cd '$PWD'\"; } >\"$TOP/state\"";
        let reldeb = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command
            .args(["-euc", &format!("{begin}\n{text}\n{end}")])
            .current_dir(top)
            .stdin(Stdio::null())
            .env("TOP", top)
            .env("PATH", format!("{}:{path}", reldeb.display()))
            .env("DEBFULLNAME", "Ann Example")
            .env("DEBEMAIL", "ann@example.com");
        success(&mut command);
    }
}

/// Brings the repository and the source to the machine, as a web server and a person would.
fn serve(system: &System, folder: &Path) {
    let tar = folder.join("apt.tar");
    let mut pack = Command::new("tar");
    pack.arg("-C").arg(folder.join("orders")).arg("-cf");
    success(pack.arg(&tar).args(["apt", "example.sources"]));
    system.copy(&tar, "/root/apt.tar");
    let unpack = "tar -C /srv -xf /root/apt.tar && chmod -R a+rX /srv && \
                  mv /srv/example.sources /root/";
    system.shell(unpack).success();
}

/// Runs each command, and compares what it prints where the page shows that.
fn install(system: &System, text: &str) {
    for part in format!("\n{text}").split("\n# ").skip(1) {
        let (command, expected) = part.split_once('\n').unwrap_or((part, ""));
        let output = system.shell(&format!("cd /root; {command}")).success();
        if !command.starts_with("apt-get ") {
            assert_eq!(output.stdout.trim_end(), expected.trim_end(), "{command}");
        }
    }
}

#[test]
fn every_command_of_the_tutorial_does_what_it_says() {
    if Command::new("rebar3").arg("version").output().is_err() {
        skip("needs `rebar3`");
        return;
    }
    let Some(root) = provide("bookworm", Variant::Systemd) else {
        return;
    };
    let Some(system) = System::boot("bookworm", Init::Systemd) else {
        return;
    };
    let builder = Builder {
        folder: TempDir::new().unwrap(),
        root,
    };
    for block in blocks() {
        match block {
            Block::Build(text) => builder.run(&text),
            Block::Install(text) => {
                serve(&system, builder.folder.path());
                install(&system, &text);
            }
        }
    }
}
