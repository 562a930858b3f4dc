//! The recipes for CI servers: their shell, run as it is.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::packed::success;
use crate::support::project;

const MANIFEST: &str = r#"
    package = { name = "orders", version = "1.1", architecture = "all", maintainer = "Ann <ann@example.com>", description = "orders" }
    files = { "/usr/share/orders/text" = "text" }
"#;

/// A project with a repository beside it.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let write =
            |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
        write("reldeb.toml", MANIFEST);
        write("text", "text\n");
        let project = Self { folder };
        let init =
            "repo init apt --origin Example --key new --architecture amd64 --architecture arm64";
        success(
            project
                .command(env!("CARGO_BIN_EXE_reldeb"))
                .args(init.split(' ')),
        );
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A command that finds the program that is tested.
    fn command(&self, program: &str) -> Command {
        let own = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
        let path = format!("{}:/usr/bin:/bin", own.display());
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", path)
            .current_dir(&self.folder);
        command
    }

    /// Runs a line of shell as GitHub does.
    fn step(&self, script: &str, key: &str) -> Output {
        let address = format!("file://{}", self.path("apt").display());
        let mut command = self.command("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .env("MANIFEST", ".")
            .env("ADDRESS", address)
            .env("SUITE", "stable")
            .env("TARGET", "apt")
            .env("RELDEB_KEY", key)
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"));
        command.output().unwrap()
    }

    fn listed(&self) -> String {
        success(self.command("reldeb").args(["repo", "list", "apt"]))
    }
}

/// The texts of the blocks `run: |` of a file, by the names of their steps.
fn steps(path: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(project().join(path)).unwrap();
    let mut steps: Vec<(String, String)> = Vec::new();
    let mut name = String::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(step) = line.strip_prefix("    - name: ") {
            step.clone_into(&mut name);
        }
        inside &= line.is_empty() || line.starts_with("        ");
        if inside {
            let script = &mut steps.last_mut().unwrap().1;
            script.push_str(line.strip_prefix("        ").unwrap_or_default());
            script.push('\n');
        }
        if line == "      run: |" {
            steps.push((name.clone(), String::new()));
            inside = true;
        }
    }
    steps
}

#[test]
fn each_step_of_the_github_action_runs() {
    let project = Project::new();
    let steps = steps("integrations/github/action.yml");
    let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
    let compare = "Compare with the published package";
    assert_eq!(
        names,
        ["Install reldeb", "Build", "Check", compare, "Publish"]
    );
    let run = |key: &str| {
        for (name, script) in &steps {
            let output = project.step(script, key);
            assert!(output.status.success(), "{name}: {output:?}");
        }
        std::fs::read_to_string(project.path("dist/diff.md")).unwrap()
    };
    // As from a fork.
    assert_eq!(run(""), "`orders` is not published yet.\n");
    assert_eq!(project.listed(), "");
    run("reldeb.key");
    assert_eq!(project.listed(), "stable main orders 1.1 all\n");
    let output = std::fs::read_to_string(project.path("output")).unwrap();
    assert!(
        output.ends_with("package=dist/orders_1.1_all.deb\n"),
        "{output}"
    );
    // The next version is compared with it.
    let next = MANIFEST.replace("1.1", "1.2");
    std::fs::write(project.path("reldeb.toml"), next).unwrap();
    let compared = run("reldeb.key");
    assert!(
        compared.contains("1.1") && compared.contains("1.2"),
        "{compared}"
    );
    assert_eq!(
        project.listed(),
        "stable main orders 1.1 all\nstable main orders 1.2 all\n"
    );
}

#[test]
fn the_targets_of_make_build_and_publish() {
    if Command::new("make").arg("--version").output().is_err() {
        crate::support::skip("needs `make`");
        return;
    }
    let project = Project::new();
    let rules = crate::support::project().join("integrations/make/reldeb.mk");
    let mut make = project.command("make");
    make.arg("-f")
        .arg(rules)
        .arg("REPOSITORY=apt")
        .env("RELDEB_KEY", "reldeb.key");
    success(make.args(["deb-diff", "deb-publish", "OLD=dist/orders_1.1_all.deb"]));
    assert_eq!(project.listed(), "stable main orders 1.1 all\n");
}

#[test]
fn each_line_of_the_gitlab_component_runs() {
    let path = project().join("integrations/gitlab/template.yml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        inside &= line.starts_with("    - ");
        if inside {
            let line = line.trim_start_matches("    - ");
            let quoted = line.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
            lines.push(quoted.unwrap_or(line).to_owned());
        }
        inside |= line == "  script:";
    }
    assert_eq!(lines.len(), 5);
    let project = Project::new();
    let output = project.step(&lines.join("\n"), "reldeb.key");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(project.listed(), "stable main orders 1.1 all\n");
}
