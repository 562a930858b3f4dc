//! The files by which a CI server builds, checks, compares, rehearses and publishes the packages of a project.
//! Their parts that are the same for every project are those of `integrations/`.

use std::path::{Path, PathBuf};

use super::project::Tool;
use super::{InitError, MANIFEST, paths, project, project_above};
use crate::debian::{Distribution, Suite};
use crate::fs::{self, FsError};

/// The CI server that is to build the packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CiServer {
    /// GitHub's, which reads `.github/workflows/`.
    Github,
    /// GitLab's, which reads `.gitlab-ci.yml`.
    Gitlab,
    /// Any other, or a person, by `make`.
    Make,
}

/// The parts that are the same for every project, and their places in it.
const ACTION: (&str, &str) = (
    ".github/actions/reldeb/action.yml",
    include_str!("../../integrations/github/action.yml"),
);
const COMPONENT: (&str, &str) = (
    ".gitlab/reldeb.yml",
    include_str!("../../integrations/gitlab/template.yml"),
);
const RULES: (&str, &str) = (
    "reldeb.mk",
    include_str!("../../integrations/make/reldeb.mk"),
);

/// The parts that are of one project.
const WORKFLOW: (&str, &str) = (
    ".github/workflows/package.yml",
    include_str!("../../templates/ci/github.yml"),
);
const PIPELINE: (&str, &str) = (
    ".gitlab-ci.yml",
    include_str!("../../templates/ci/gitlab.yml"),
);
/// The place of the pipeline in a project that has one of its own.
const INCLUDED: &str = ".gitlab/package.yml";
const MAKEFILE: (&str, &str) = ("Makefile.package", include_str!("../../templates/ci/make"));

/// The known suites from the oldest to the newest, by the C libraries that they have.
const BY_AGE: [&str; 7] = [
    "focal", "bullseye", "jammy", "bookworm", "noble", "trixie", "sid",
];

/// The suite of a manifest that declares none.
const USUAL: &str = "bookworm";

/// The files for a CI server, not written yet.
#[derive(Debug)]
pub(crate) struct CiFiles {
    /// Their texts, by their paths.
    pub files: Vec<(PathBuf, String)>,
    /// The line that a pipeline has to have that was there before.
    pub include: Option<String>,
    /// The folder in which `dist` will be.
    pub folder: PathBuf,
}

impl CiFiles {
    /// Reads a project, and proposes the files: the manifest is `manifest`, or else that of the project. `branch`
    /// is the one of its own that a release comes from, where it is known.
    ///
    /// # Errors
    /// [`InitError`] where the project cannot be read.
    pub(crate) fn propose(
        directory: &Path,
        manifest: Option<&Path>,
        server: CiServer,
        branch: Option<&str>,
    ) -> Result<Self, InitError> {
        let above = absolute(directory)?;
        let is_home = fs::symlink_metadata(&directory.join(MANIFEST)).is_ok();
        let (home, tool) = match (Tool::of(directory), project_above(&above)) {
            (tool @ Some(_), _) => (directory.to_owned(), tool),
            (None, _) if is_home => (directory.to_owned(), None),
            (None, Some((_, levels, tool))) => (paths::up(directory, levels), Some(tool)),
            (None, None) => (PathBuf::from("."), None),
        };
        let manifest = manifest.map_or_else(|| home.join(MANIFEST), Path::to_owned);
        let top = match server {
            CiServer::Github | CiServer::Gitlab => top(&home)?,
            CiServer::Make => home.clone(),
        };
        let project = Project::read(&home, tool, &manifest, &top, branch)?;
        let at = |place: &str| paths::without_dot(&top.join(place));
        let pipeline = at(PIPELINE.0);
        let text = project.fill(PIPELINE.1, "\n        - ");
        let theirs = (server == CiServer::Gitlab)
            .then(|| of_others(&pipeline, &text))
            .flatten();
        let is_there = theirs.is_some();
        let is_included = theirs.is_some_and(|text| text.contains(INCLUDED));
        let files = match server {
            CiServer::Github => [
                (at(WORKFLOW.0), project.fill(WORKFLOW.1, "\n            ")),
                (at(ACTION.0), ACTION.1.to_owned()),
            ],
            CiServer::Gitlab => [
                (if is_there { at(INCLUDED) } else { pipeline }, text),
                (at(COMPONENT.0), COMPONENT.1.to_owned()),
            ],
            CiServer::Make => [
                (at(MAKEFILE.0), project.fill(MAKEFILE.1, "\n")),
                (at(RULES.0), RULES.1.to_owned()),
            ],
        };
        // A project beside this one has brought the same parts.
        let mut files = files.to_vec();
        files.retain(|(path, text)| !fs::read(path).is_ok_and(|there| there == text.as_bytes()));
        Ok(Self {
            files,
            include: (is_there && !is_included)
                .then(|| format!("include: [{{ local: /{INCLUDED} }}]")),
            folder: top,
        })
    }

    /// Refuses where one of the files is there.
    ///
    /// # Errors
    /// [`InitError::ExistsForCi`].
    pub(crate) fn expect_new(&self) -> Result<(), InitError> {
        let mut paths = self.files.iter().map(|(path, _)| path);
        match paths.find(|path| fs::symlink_metadata(path).is_ok()) {
            Some(path) => Err(InitError::ExistsForCi(path.clone())),
            None => Ok(()),
        }
    }

    /// Writes the files, all or none, and never over one that is there.
    ///
    /// # Errors
    /// [`InitError::ExistsForCi`], or [`InitError::Fs`] where the operating system refuses.
    pub(crate) fn write(&self) -> Result<(), InitError> {
        self.expect_new()?;
        for (path, _) in &self.files {
            if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
                fs::make_folders(folder)?;
            }
        }
        let files = self.files.iter();
        let files = files.map(|(path, text)| (path.as_path(), text.as_bytes()));
        fs::write_all_new(files).map_err(|error| match error.source.kind() {
            std::io::ErrorKind::AlreadyExists => InitError::ExistsForCi(error.path),
            _ => error.into(),
        })
    }
}

/// Returns the text of a pipeline that is there and does not build this project; none where it does, or there is
/// no pipeline. `ours` is the text of one that does.
fn of_others(pipeline: &Path, ours: &str) -> Option<String> {
    fs::symlink_metadata(pipeline).ok()?;
    let bytes = fs::read(pipeline).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let manifest = |text: &str| {
        let mut lines = text.lines();
        lines.any(|line| ours.contains(line) && line.trim_start().starts_with("manifest:"))
    };
    (!text.contains(COMPONENT.0) || !manifest(&text)).then_some(text)
}

/// The facts of a project that are in the files.
struct Project {
    /// The suite to build in.
    suite: Suite,
    /// The suite of Debian to rehearse in.
    rehearsed: &'static str,
    image: String,
    commands: Vec<String>,
    /// The suite and the component of the repository to publish in.
    published: [String; 2],
    /// The branches whose commits are built, as a list of YAML.
    branches: String,
    /// The path from the top of the repository to the project.
    below: PathBuf,
    /// The path from there to the manifest, or to the folder in which it is.
    manifest: PathBuf,
}

impl Project {
    fn read(
        home: &Path,
        tool: Option<Tool>,
        manifest: &Path,
        top: &Path,
        branch: Option<&str>,
    ) -> Result<Self, InitError> {
        let top = absolute(top)?;
        let below = fs::relative(&absolute(home)?, &top);
        let table = table(manifest);
        let suites = declared(&table);
        let oldest = |is_meant: &dyn Fn(&Suite) -> bool| {
            let known = BY_AGE.iter().filter_map(|name| name.parse::<Suite>().ok());
            let mut known = known.filter(|suite| is_meant(suite));
            known.find(|suite| suites.contains(suite))
        };
        let usual = BY_AGE.iter().find(|name| **name == USUAL);
        let usual = usual.and_then(|name| name.parse().ok());
        let suite = oldest(&|_| true)
            .or(usual)
            .unwrap_or(crate::debian::SUITES[0]);
        let of_debian = oldest(&|suite| suite.distribution == Distribution::Debian);
        let (image, commands) = build(home, tool, suite)?;
        Ok(Self {
            suite,
            rehearsed: of_debian.map_or(USUAL, |suite| suite.name),
            image,
            commands,
            published: [("suite", "stable"), ("component", "main")]
                .map(|(key, default)| published(&table, key).unwrap_or_else(|| default.into())),
            branches: branch.map_or_else(|| "main, master".into(), |it| quoted(Path::new(it))),
            manifest: from_top(manifest, home, &top)?,
            below,
        })
    }

    /// Fills in a template; the commands are parted by `line`.
    fn fill(&self, template: &str, line: &str) -> String {
        let below = match &*quoted(&self.below) {
            "." => String::new(),
            below => format!("/{below}"),
        };
        let words = [
            ("@SUITE@", self.suite.to_string()),
            ("@SYSTEM@", self.rehearsed.to_owned()),
            ("@PUBLISHED@", self.published[0].clone()),
            ("@COMPONENT@", self.published[1].clone()),
            ("@BRANCHES@", self.branches.clone()),
            ("@IMAGE@", self.image.clone()),
            ("@COMMANDS@", self.commands.join(line)),
            ("@MANIFEST@", quoted(&self.manifest)),
            ("@BELOW@", below),
            ("@INCLUDED@", COMPONENT.0.to_owned()),
        ];
        let fill = |text: String, (word, value): &(&str, String)| text.replace(word, value);
        words.iter().fold(template.to_owned(), fill)
    }
}

/// Returns the absolute path of a folder; an empty one is that at hand.
fn absolute(folder: &Path) -> Result<PathBuf, FsError> {
    let is_here = folder.as_os_str().is_empty();
    fs::canonicalize(if is_here { Path::new(".") } else { folder })
}

/// Returns the folder at the top of the repository of git that a project is in, or the project's.
fn top(home: &Path) -> Result<PathBuf, InitError> {
    let above = absolute(home)?;
    let mut folders = above.ancestors().zip(0_usize..);
    let found = folders.find(|(folder, _)| fs::symlink_metadata(&folder.join(".git")).is_ok());
    Ok(match found {
        None | Some((_, 0)) => home.to_owned(),
        Some((_, levels)) => paths::up(home, levels),
    })
}

/// Returns the path of a manifest that may be still to be written, from the top of the repository; that of its
/// folder where it has the usual name.
fn from_top(manifest: &Path, home: &Path, top: &Path) -> Result<PathBuf, InitError> {
    let folder = manifest.parent().unwrap_or(home);
    let below = fs::relative(&absolute(folder)?, top);
    let name = manifest.file_name().unwrap_or_default();
    Ok(if name == MANIFEST {
        below
    } else {
        below.join(name)
    })
}

/// Returns a path as a word of YAML, also one that is empty.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/+-".contains(c);
    match &*text {
        "" => ".".into(),
        text if text.chars().all(is_plain) => text.into(),
        text => serde_json::Value::from(text).to_string(),
    }
}

/// Returns the tables of a manifest; none where it is still to be written, or is no TOML.
fn table(manifest: &Path) -> toml::Table {
    let Ok(text) = fs::read(manifest) else {
        return toml::Table::new();
    };
    let table = String::from_utf8_lossy(&text).parse();
    table.unwrap_or_else(|_| toml::Table::new())
}

/// Returns a value of `[publish]` that is one plain word.
fn published(table: &toml::Table, key: &str) -> Option<String> {
    let value = table.get("publish")?.get(key)?.as_str()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/+-".contains(c);
    let is_word = !value.is_empty() && value.chars().all(is_plain);
    is_word.then(|| value.to_owned())
}

/// Returns the suites that a manifest declares.
fn declared(table: &toml::Table) -> Vec<Suite> {
    let suites = table.get("package").and_then(|it| it.get("suites"));
    let suites = suites.and_then(toml::Value::as_array).into_iter().flatten();
    let names = suites.filter_map(toml::Value::as_str);
    names.filter_map(|name| name.parse().ok()).collect()
}

/// Returns the image to build the release in, and the commands for it.
fn build(
    home: &Path,
    tool: Option<Tool>,
    suite: Suite,
) -> Result<(String, Vec<String>), InitError> {
    let image = match suite.distribution {
        Distribution::Debian => format!("debian:{}", suite.name),
        Distribution::Ubuntu => format!("ubuntu:{}", suite.number),
    };
    let Some(tool) = tool else {
        let todo = "echo 'write the commands that build the release here'; exit 1";
        return Ok((image, vec![todo.into()]));
    };
    let command = tool.command(&project::about(home, tool, None)?);
    let install = |packages: &str| {
        [
            "apt-get -qq update".to_owned(),
            format!("apt-get -qqy install --no-install-recommends {packages} git ca-certificates"),
        ]
    };
    Ok(match tool {
        // It has a compiler of today.
        Tool::Cargo if suite.distribution == Distribution::Debian && suite.number != suite.name => {
            (format!("rust:1-{}", suite.name), vec![command])
        }
        Tool::Cargo => (image, [&install("cargo")[..], &[command]].concat()),
        Tool::Rebar3 => {
            let install = install("rebar3 erlang-nox erlang-dev");
            (image, [&install[..], &[command]].concat())
        }
        Tool::Mix => {
            let fetch = [
                "export LANG=C.UTF-8",
                "mix local.hex --force",
                "mix local.rebar --force",
                "mix deps.get --only prod",
            ];
            let install = install("elixir erlang-nox erlang-dev");
            let fetch = fetch.map(str::to_owned);
            (image, [&install[..], &fetch, &[command]].concat())
        }
        Tool::Gleam => {
            let image = "ghcr.io/gleam-lang/gleam:v1.11.0-erlang".to_owned();
            (image, vec![command])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debian::SUITES;

    #[test]
    fn every_known_suite_has_its_age() {
        let mut known = SUITES.map(|suite| suite.name);
        let mut aged = BY_AGE;
        known.sort_unstable();
        aged.sort_unstable();
        assert_eq!(known, aged);
    }
}
