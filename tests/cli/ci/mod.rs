//! The recipes for CI servers: their shell, run as it is.

mod files;
mod yaml;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::packed::success;
use crate::support::{project, skip};

const MANIFEST: &str = r#"
    package = { name = "orders", version = "1.1", architecture = "all", maintainer = "Ann <ann@example.com>", description = "orders" }
    files = { "/usr/share/orders/text" = "text" }
"#;

/// A command of others that writes down how it is called, and what it is sent.
const FAKES: [(&str, &str); 5] = [
    (
        "gh",
        "echo \"gh $*\" >>\"$CALLS\"\ncase $* in *--jq*) cat comments 2>/dev/null || : ;; esac\n",
    ),
    (
        "sudo",
        "echo \"sudo $*\" | sed \"s#$PWD#.#; s#/[^ ]*/reldeb#reldeb#\" >>\"$CALLS\"\n\
         case $* in *rehearse*) exit \"${REHEARSED:-0}\" ;; esac\n",
    ),
    (
        "curl",
        "case $* in *PRIVATE-TOKEN*) echo \"curl $*\" >>\"$CALLS\"; cat notes 2>/dev/null || echo '[]' ;; \
         *) exec /usr/bin/curl \"$@\" ;; esac\n",
    ),
    (
        "rehearsing",
        "case $1 in rehearse) echo \"$@\" ;; *) exec reldeb \"$@\" ;; esac\n",
    ),
    ("apt-get", "echo \"apt-get $*\" >>\"$CALLS\"\n"),
];

/// A project with a repository beside it.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let project = Self { folder };
        project.write("reldeb.toml", MANIFEST);
        project.write("text", "text\n");
        std::fs::create_dir(project.path("fakes")).unwrap();
        for (name, script) in FAKES {
            let path = format!("fakes/{name}");
            project.write(&path, &format!("#!/bin/sh\n{script}"));
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(project.path(&path), mode).unwrap();
        }
        let init =
            "repo init apt --origin Example --key new --architecture amd64 --architecture arm64";
        success(project.command("reldeb").args(init.split(' ')));
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// A command that finds the program that is tested.
    fn command(&self, program: &str) -> Command {
        let own = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
        let fakes = self.path("fakes");
        let path = format!("{}:{}:/usr/bin:/bin", own.display(), fakes.display());
        let program = match program {
            "reldeb" => env!("CARGO_BIN_EXE_reldeb"),
            other => other,
        };
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", path)
            .env("CALLS", self.path("calls"))
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .current_dir(&self.folder);
        command
    }

    /// Runs a line of shell as GitHub does.
    fn step(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let address = format!("file://{}", self.path("apt").display());
        let mut command = self.command("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .env("MANIFEST", ".")
            .env("VERSION", "0.1.0")
            .env("ADDRESS", &address)
            .env("RELDEB_ADDRESS", &address)
            .env("SUITE", "stable")
            .env("COMPONENT", "main")
            .env("GITHUB_REF_TYPE", "branch")
            .env("GITHUB_REF_NAME", "main")
            .env("SYSTEM", "bookworm")
            .env("TARGET", "apt")
            .env("NUMBER", "7")
            .env("GITHUB_REPOSITORY", "example/orders")
            .env("GITHUB_WORKFLOW", "Package")
            .env("GITHUB_JOB", "package")
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .envs(variables.iter().copied());
        command.output().unwrap()
    }

    fn listed(&self) -> String {
        success(self.command("reldeb").args(["repo", "list", "apt"]))
    }

    /// Returns what the fakes were called with, and forgets it.
    fn calls(&self) -> String {
        let calls = self.read("calls");
        self.write("calls", "");
        calls
    }
}

/// The documents of a file of the project.
fn documents(path: &str) -> Vec<Value> {
    yaml::documents(&std::fs::read_to_string(project().join(path)).unwrap())
}

/// The names and scripts of the steps of the action.
fn steps() -> Vec<(String, String)> {
    let action = documents("integrations/github/action.yml").remove(0);
    let steps = action["runs"]["steps"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let steps = steps.iter();
    steps
        .filter_map(|step| Some((text(&step["name"])?, text(&step["run"])?)))
        .collect()
}

/// Runs all steps, and returns what they were told.
fn run_all(project: &Project, key: &str) -> String {
    for (name, script) in steps() {
        let output = project.step(&script, &[("RELDEB_KEY", key)]);
        assert!(output.status.success(), "{name}: {output:?}");
    }
    project.calls()
}

/// Returns the calls of the steps: the comment is looked for, and is written in this way; then a package is
/// rehearsed.
fn calls(comment: &str, rehearsed: &str) -> String {
    format!(
        "gh api --paginate repos/example/orders/issues/7/comments \
         --jq .[] | select(.body | startswith(env.MARK)) | .id\n\
         gh api --silent --method {comment} --field body=@dist/comment.md\n\
         sudo apt-get -qq update\n\
         sudo apt-get -qqy install mmdebstrap systemd-container iproute2 debian-archive-keyring\n\
         sudo reldeb rehearse {rehearsed}\n"
    )
}

#[test]
fn each_step_of_the_github_action_runs() {
    let project = Project::new();
    let names: Vec<String> = steps().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names.join(", "),
        "Install reldeb, Check, Build, Compare with the published package, Comment, Rehearse, Publish"
    );
    // As from a fork.
    assert_eq!(
        run_all(&project, ""),
        calls(
            "POST repos/example/orders/issues/7/comments",
            "dist/orders_1.1_all.deb --suite bookworm"
        )
    );
    assert_eq!(
        project.read("dist/comment.md"),
        "<!-- reldeb: Package package -->\n`orders` is not published yet.\n"
    );
    assert_eq!(project.listed(), "");
    let sarif: Value = serde_json::from_str(&project.read("dist/check.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    run_all(&project, "reldeb.key");
    assert_eq!(project.listed(), "stable main orders 1.1 all\n");
    let output = project.read("output");
    assert!(
        output.ends_with("package=dist/orders_1.1_all.deb\n"),
        "{output}"
    );
}

#[test]
fn the_next_version_is_compared_with_the_published_one() {
    let project = Project::new();
    run_all(&project, "reldeb.key");
    project.write("reldeb.toml", &MANIFEST.replace("1.1", "1.2"));
    // The comment of an earlier run is replaced.
    project.write("comments", "41\n42\n");
    assert_eq!(
        run_all(&project, "reldeb.key"),
        calls(
            "PATCH repos/example/orders/issues/comments/41",
            "dist/orders_1.2_all.deb --suite bookworm --from dist/published/orders.deb"
        )
    );
    let compared = project.read("dist/comment.md");
    assert!(
        compared.contains("1.1") && compared.contains("1.2"),
        "{compared}"
    );
    assert_eq!(
        project.listed(),
        "stable main orders 1.1 all\nstable main orders 1.2 all\n"
    );
}

/// Runs a step of the action that is named.
fn step_of(project: &Project, name: &str, variables: &[(&str, &str)]) -> Output {
    let steps = steps();
    let (_, script) = steps.iter().find(|(step, _)| step == name).unwrap();
    project.step(script, variables)
}

#[test]
fn a_tag_says_the_version_and_the_newest_one_is_compared() {
    let project = Project::new();
    // The name of the file of 2.0~rc.1 is sorted behind that of 2.0.
    for tag in ["v2.0", "v2.0-rc.1", "v2.1"] {
        let tag = [("GITHUB_REF_TYPE", "tag"), ("GITHUB_REF_NAME", tag)];
        for step in ["Check", "Build", "Compare with the published package"] {
            let done = step_of(&project, step, &tag);
            assert!(done.status.success(), "{done:?}");
        }
        step_of(&project, "Publish", &[("RELDEB_KEY", "reldeb.key")]);
    }
    assert!(project.listed().contains(" 2.0~rc.1 "));
    let compared = project.read("dist/diff.md");
    assert!(
        compared.contains("2.0") && !compared.contains("rc"),
        "{compared}"
    );
}

/// A package that is not compared must not look like one that is new.
#[test]
fn a_repository_that_does_not_answer_is_a_failure() {
    let project = Project::new();
    std::fs::create_dir(project.path("dist")).unwrap();
    project.write("dist/packages", "dist/orders_1.1_all.deb\n");
    for (variable, value) in [("ADDRESS", "file:///nowhere"), ("SUITE", "none")] {
        let step = "Compare with the published package";
        let failed = step_of(&project, step, &[(variable, value)]);
        assert_eq!(failed.status.code(), Some(37), "{failed:?}");
        assert_eq!(project.read("dist/diff.md"), "");
    }
}

#[test]
fn a_machine_that_cannot_rehearse_is_told_and_a_fault_fails() {
    let project = Project::new();
    std::fs::create_dir(project.path("dist")).unwrap();
    project.write("dist/packages", "dist/orders_1.1_all.deb\n");
    let steps = steps();
    let (_, script) = steps.iter().find(|(name, _)| name == "Rehearse").unwrap();
    let told = project.step(script, &[("REHEARSED", "2")]);
    assert!(told.status.success());
    assert_eq!(
        String::from_utf8_lossy(&told.stdout),
        "::warning::dist/orders_1.1_all.deb could not be rehearsed on this machine\n"
    );
    let failed = project.step(script, &[("REHEARSED", "1")]);
    assert_eq!(failed.status.code(), Some(1));
}

#[test]
fn the_targets_of_make_build_compare_and_publish() {
    if Command::new("make").arg("--version").output().is_err() {
        skip("needs `make`");
        return;
    }
    let project = Project::new();
    let rules = crate::support::project().join("integrations/make/reldeb.mk");
    let address = format!("ADDRESS=file://{}", project.path("apt").display());
    let make = |targets: &[&str]| {
        let mut make = project.command("make");
        make.arg("-sf")
            .arg(&rules)
            .arg("REPOSITORY=apt")
            .env("RELDEB_KEY", "reldeb.key");
        success(make.args(targets))
    };
    make(&["deb-diff", "deb-publish", "OLD=dist/orders_1.1_all.deb"]);
    assert_eq!(project.listed(), "stable main orders 1.1 all\n");
    project.write("reldeb.toml", &MANIFEST.replace("1.1", "1.2"));
    let compared = make(&["deb-diff", &address]);
    assert!(
        compared.starts_with("orders 1.1 -> 1.2 (all)\n"),
        "{compared}"
    );
    let rehearsed = make(&["deb-rehearse", &address, "RELDEB=rehearsing"]);
    assert_eq!(
        rehearsed,
        "rehearse dist/orders_1.2_all.deb --suite bookworm --from dist/published/orders.deb\n"
    );
}

/// The jobs of the component with their lines, nested lists among them.
fn jobs() -> Vec<(String, String)> {
    let jobs = documents("integrations/gitlab/template.yml").remove(1);
    let jobs = jobs.as_object().unwrap().iter();
    let lines = |job: &Value| {
        let lines = job["script"].as_array().unwrap().iter();
        let lines = lines.map(|line| line.as_str().unwrap().to_owned());
        let lines = lines.filter(|line| line != "$[[ inputs.build ]]");
        lines.collect::<Vec<_>>().join("\n")
    };
    jobs.map(|(name, job)| (name.clone(), lines(job))).collect()
}

#[test]
fn each_job_of_the_gitlab_component_runs() {
    if Command::new("jq").arg("--version").output().is_err() {
        skip("needs `jq`");
        return;
    }
    let project = Project::new();
    std::fs::create_dir_all(project.path(".reldeb/bin")).unwrap();
    std::fs::copy(
        env!("CARGO_BIN_EXE_reldeb"),
        project.path(".reldeb/bin/reldeb"),
    )
    .unwrap();
    let jobs = jobs();
    let names: Vec<&str> = jobs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "reldeb-install",
            "reldeb-package",
            "reldeb-findings",
            "reldeb-compare",
            "reldeb-rehearse",
            "reldeb-publish"
        ]
    );
    for (name, script) in &jobs {
        // A rehearsal needs root and a system: the tests of `rehearse` have both.
        if name == "reldeb-rehearse" {
            continue;
        }
        let variables = [
            ("RELDEB_KEY", "reldeb.key"),
            ("RELDEB_TARGET", "apt"),
            ("CI_COMMIT_TIMESTAMP", "2026-11-29T12:00:00+00:00"),
        ];
        let output = project.step(script, &variables);
        assert!(output.status.success(), "{name}: {output:?}");
    }
    assert_eq!(project.listed(), "stable main orders 1.1 all\n");
    assert_eq!(
        project.read("dist/diff.md"),
        "`orders` is not published yet.\n"
    );
    let quality: Value =
        serde_json::from_str(&project.read("gl-code-quality-report.json")).unwrap();
    for finding in quality.as_array().unwrap() {
        assert!(finding["location"]["path"].is_string(), "{finding}");
    }
}

/// GitLab makes no pipeline in which a job needs one that is not there.
#[test]
fn each_job_of_gitlab_is_there_with_those_that_it_needs() {
    let jobs = documents("integrations/gitlab/template.yml").remove(1);
    let usual = [
        "$CI_PIPELINE_SOURCE == \"merge_request_event\"",
        "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH",
        "$CI_COMMIT_TAG",
    ];
    for (name, job) in jobs.as_object().unwrap() {
        let rules = job["rules"].as_array().unwrap().iter();
        let rules: Vec<&str> = rules.map(|rule| rule["if"].as_str().unwrap()).collect();
        match &**name {
            "reldeb-publish" => {
                assert_eq!(rules, ["$RELDEB_KEY && $RELDEB_TARGET && $CI_COMMIT_TAG"]);
            }
            "reldeb-compare" => {
                let usual = usual.map(|rule| format!("$RELDEB_ADDRESS && {rule}"));
                assert_eq!(rules, usual);
            }
            _ => assert_eq!(rules, usual, "{name}"),
        }
    }
}

/// The comment of a merge request is replaced by that of the next run.
#[test]
fn gitlab_gets_one_comment() {
    if Command::new("jq").arg("--version").output().is_err() {
        skip("needs `jq`");
        return;
    }
    let project = Project::new();
    std::fs::create_dir(project.path("dist")).unwrap();
    project.write("dist/packages", "dist/orders_1.1_all.deb\n");
    let jobs = jobs();
    let (_, script) = jobs
        .iter()
        .find(|(name, _)| name == "reldeb-compare")
        .unwrap();
    let run = || {
        let variables = [
            ("CI_API_V4_URL", "https://gitlab.example.com/api/v4"),
            ("CI_PROJECT_ID", "1"),
            ("CI_MERGE_REQUEST_IID", "3"),
            ("CI_JOB_NAME", "reldeb-compare"),
            ("RELDEB_TOKEN", "secret"),
        ];
        let output = project.step(script, &variables);
        assert!(output.status.success(), "{output:?}");
        project.calls()
    };
    let calls = |method: &str, note: &str| {
        let notes = "https://gitlab.example.com/api/v4/projects/1/merge_requests/3/notes";
        format!(
            "curl -fsS --header PRIVATE-TOKEN: secret {notes}?per_page=100\n\
             curl -fsS --output dist/answer --header PRIVATE-TOKEN: secret --request {method} \
             --data-urlencode body@dist/comment.md {notes}{note}\n"
        )
    };
    assert_eq!(run(), calls("POST", ""));
    let comment = project.read("dist/comment.md");
    assert_eq!(
        comment,
        "<!-- reldeb: reldeb-compare -->\n`orders` is not published yet.\n"
    );
    let note = |id: u8, body: &str| serde_json::json!({ "id": id, "body": body });
    let notes = Value::from(vec![note(8, "Nice."), note(9, &comment)]);
    project.write("notes", &notes.to_string());
    assert_eq!(run(), calls("PUT", "/9"));
}

/// The shell of the recipes has no fault that shellcheck knows.
#[test]
fn shellcheck_finds_nothing() {
    if Command::new("shellcheck")
        .arg("--version")
        .output()
        .is_err()
    {
        skip("needs `shellcheck`");
        return;
    }
    let folder = TempDir::new().unwrap();
    for (shell, scripts) in [("bash", steps()), ("sh", jobs())] {
        for (name, script) in scripts {
            let path = folder.path().join("script");
            std::fs::write(&path, format!("set -e\n{script}\n")).unwrap();
            let mut check = Command::new("shellcheck");
            // Variables come from the server; and `local`-free dash of GitLab's images knows `$PWD`.
            let output = check
                .args(["-s", shell, "-e", "SC2154,SC2155"])
                .arg(&path)
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{name}: {}",
                String::from_utf8_lossy(&output.stdout)
            );
        }
    }
}

#[test]
fn the_recipes_install_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let action = documents("integrations/github/action.yml").remove(0);
    assert_eq!(action["inputs"]["version"]["default"], version);
    let component = documents("integrations/gitlab/template.yml").remove(0);
    assert_eq!(component["spec"]["inputs"]["version"]["default"], version);
}
