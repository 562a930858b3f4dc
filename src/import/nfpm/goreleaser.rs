//! The file of goreleaser: its project, its builds, and `nfpms` with the keys that nfpm has.

use std::path::Path;

use super::super::node::{Content, Fault, Node, Table};
use super::template;
use crate::fs;
use crate::release::cargo_package_at;

/// The keys that `nfpms` has beside those of nfpm.
pub(super) const KEYS: [&str; 7] = [
    "dependencies",
    "templated_contents",
    "templated_scripts",
    "binaries",
    "mod_timestamp",
    "skip",
    "termux",
];

/// The project.
#[derive(Debug, Default)]
pub(super) struct Project {
    pub(super) name: String,
    /// The folder that goreleaser builds into.
    pub(super) dist: String,
    pub(super) builds: Vec<Build>,
    /// The variables of its `env`, each with its template.
    pub(super) variables: Vec<(String, String)>,
    /// The values of its own `variables`, each with its template.
    pub(super) custom: Vec<(String, String)>,
    /// True where a build names a machine of which Debian has another name.
    pub(super) has_other_machines: bool,
}

/// The template of a file's name, where `nfpms` has none.
pub(super) const FILE_NAME: &str = "{{ .PackageName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}";

/// Go's names of machines that Debian calls otherwise.
const DIFFERENT: [&str; 5] = ["386", "arm", "mips64le", "mipsle", "ppc64le"];

#[derive(Debug)]
pub(super) struct Build {
    id: String,
    binary: String,
    /// The target, as the builder names it: Linux on amd64 where there is one.
    target: String,
    /// True where the program lies in the folder of all builds.
    is_in_dist: bool,
}

/// A program of a package, by texts with templates.
pub(super) struct Program {
    pub(super) name: String,
    pub(super) path: String,
    /// True where `GORELEASER_TARGET` names the machine that it is for.
    pub(super) is_of_target: bool,
    /// The build of the same program for another machine.
    pub(super) other: Option<Other>,
}

/// A build of a program beside the one that is packed.
pub(super) struct Other {
    /// The variable that names the folder of one of them.
    pub(super) variable: String,
    pub(super) folder: String,
}

impl Build {
    /// Returns the path of the program below the folder that goreleaser builds into.
    fn path(&self) -> String {
        if self.is_in_dist {
            return self.binary.clone();
        }
        format!("{}/{}", self.folder(), self.binary)
    }

    /// Returns the folder of the program.
    fn folder(&self) -> String {
        format!("{}_{}", self.id, self.target)
    }
}

impl Project {
    /// Reads the project of a file.
    pub(super) fn of(root: &Table, home: &Path) -> Result<Self, Fault> {
        let name = name_of(root, home)?;
        let mut builds = Vec::new();
        let mut has_other_machines = false;
        for node in root.list("builds")? {
            let build = node.as_table("builds")?;
            // A template of `skip` is for the machine that goreleaser runs on.
            if build.text("skip")?.is_some_and(|it| it.trim() == "true") {
                continue;
            }
            let systems = build.texts("goos")?;
            if !systems.is_empty() && !systems.contains(&"linux") {
                continue;
            }
            let machines = build.texts("goarch")?;
            has_other_machines |= machines.iter().any(|it| DIFFERENT.contains(it));
            let id = build.text("id")?.unwrap_or(&name);
            builds.push(Build {
                id: id.to_owned(),
                binary: build.text("binary")?.unwrap_or(&name).to_owned(),
                target: target(build)?,
                is_in_dist: build.text("no_unique_dist_dir")? == Some("true"),
            });
        }
        if root.get("builds").is_none() {
            builds.push(Build {
                id: name.clone(),
                binary: name.clone(),
                target: "linux_amd64_v1".into(),
                is_in_dist: false,
            });
        }
        // Several builds may make one program, each for another machine.
        let is_other =
            |build: &Build| !build.target.contains("amd64") && !build.target.contains("x86_64");
        builds.sort_by_key(is_other);
        let dist = root.text("dist")?.unwrap_or("dist");
        Ok(Self {
            dist: dist.trim_end_matches('/').to_owned(),
            name,
            builds,
            variables: variables(root)?,
            custom: custom(root)?,
            has_other_machines,
        })
    }

    /// Returns the programs of builds with these ids, or of all where there are none.
    pub(super) fn programs(&self, ids: &[&str]) -> Vec<Program> {
        let is_meant = |build: &&Build| ids.is_empty() || ids.contains(&&*build.id);
        let mut builds: Vec<&Build> = self.builds.iter().filter(is_meant).collect();
        let mut programs = Vec::new();
        while let Some(build) = builds.first().copied() {
            let is_same = |it: &&Build| it.binary == build.binary;
            let (same, others) = builds.into_iter().partition::<Vec<_>, _>(is_same);
            programs.push(self.program(build, &same));
            builds = others;
        }
        programs
    }

    /// Returns the program of a build, which others may make for other machines.
    fn program(&self, build: &Build, same: &[&Build]) -> Program {
        let Build { id, binary, .. } = build;
        let other = same.iter().find(|it| it.id != *id);
        let other = other.map(|other| Other {
            variable: template::variable(&format!("goreleaser {binary}")),
            folder: other.folder(),
        });
        let path = match &other {
            _ if build.is_in_dist => binary.clone(),
            None => format!(
                "{id}_{}/{binary}",
                template::default_of("GORELEASER_TARGET", &build.target)
            ),
            Some(Other { variable, .. }) => format!(
                "{}/{binary}",
                template::default_of(variable, &build.folder())
            ),
        };
        Program {
            name: binary.clone(),
            path: format!("{}/{path}", self.dist),
            is_of_target: other.is_none() && !build.is_in_dist,
            other: other.filter(|_| !build.is_in_dist),
        }
    }
}

/// Returns the variables that a file sets for its templates.
fn variables(root: &Table) -> Result<Vec<(String, String)>, Fault> {
    let texts = root.texts("env")?.into_iter();
    let pairs = texts.filter_map(|text| text.split_once('='));
    Ok(pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// Returns the values of `{{ .Var.NAME }}`.
fn custom(root: &Table) -> Result<Vec<(String, String)>, Fault> {
    let table = root.table("variables")?.into_iter().flat_map(Table::iter);
    let texts = table.filter_map(|(name, node)| Some((name, node.as_text(name).ok()?)));
    Ok(texts
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect())
}

/// Returns the target of a build for amd64, or else for the first machine that it is for.
fn target(build: &Table) -> Result<String, Fault> {
    match build.text("builder")? {
        Some("rust") => return Ok("x86_64-unknown-linux-gnu".into()),
        Some("zig") => return Ok("x86_64-linux".into()),
        _ => {}
    }
    let targets = build.texts("targets")?;
    let named = |start: &str| targets.iter().find(|it| it.starts_with(start));
    if let Some(target) = named("linux_amd64").or(named("linux_")) {
        return Ok(match *target {
            "linux_amd64" => "linux_amd64_v1".into(),
            "linux_arm64" => "linux_arm64_v8.0".into(),
            target => target.to_owned(),
        });
    }
    let level = |key: &str, default: &'static str| -> Result<String, Fault> {
        let levels = build.texts(key)?;
        let is_default = levels.contains(&default);
        let first = levels.first().filter(|_| !is_default);
        Ok((*first.unwrap_or(&default)).to_owned())
    };
    let machines = build.texts("goarch")?;
    let is_amd64 = machines.is_empty() || machines.contains(&"amd64");
    Ok(match machines.first().filter(|_| !is_amd64) {
        None => format!("linux_amd64_{}", level("goamd64", "v1")?),
        Some(&"arm64") => format!("linux_arm64_{}", level("goarm64", "v8.0")?),
        Some(&"arm") => format!("linux_arm_{}", level("goarm", "6")?),
        Some(machine) => format!("linux_{machine}"),
    })
}

impl Project {
    /// Returns the paths of all programs as built for amd64.
    pub(super) fn default_paths(&self) -> impl Iterator<Item = String> {
        self.builds
            .iter()
            .map(|build| format!("{}/{}", self.dist, build.path()))
    }
}

/// Returns the name of the project. Without `project_name` it is that of the Cargo package, of the repository of
/// its releases, which is git's `origin` where none is written, of its Go module, or else of its folder.
fn name_of(root: &Table, home: &Path) -> Result<String, Fault> {
    if let Some(name) = filled(root, "project_name")? {
        return Ok(name.to_owned());
    }
    if let Ok(Some(package)) = cargo_package_at(&home.join("Cargo.toml")) {
        return Ok(package.name);
    }
    let mut is_released = true;
    if let Some(release) = root.table("release")? {
        for place in ["github", "gitlab", "gitea"] {
            if let Some(repository) = release.table(place)?
                && let Some(name) = filled(repository, "name")?
            {
                return Ok(name.to_owned());
            }
        }
        is_released = release.text("disable")?.is_none_or(|it| it != "true");
    }
    // A project without releases has no repository for them.
    let name = of_remote(home).filter(|_| is_released);
    let name = name.or_else(|| of_module(home)).or_else(|| of_remote(home));
    Ok(name.unwrap_or_else(|| of_folder(home)))
}

fn filled<'a>(table: &'a Table, key: &str) -> Result<Option<&'a str>, Fault> {
    Ok(table.text(key)?.filter(|text| !text.is_empty()))
}

/// Returns the last part of a Go module's path, which goreleaser takes even where it is a version such as `v2`.
fn of_module(home: &Path) -> Option<String> {
    let text = fs::read_small_text(&home.join("go.mod")).ok()?;
    let path = text.lines().find_map(|line| line.strip_prefix("module "))?;
    path.trim().rsplit('/').next().map(str::to_owned)
}

/// Returns the name of the repository `origin`.
fn of_remote(home: &Path) -> Option<String> {
    let text = fs::read_small_text(&home.join(".git/config")).ok()?;
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| *line == "[remote \"origin\"]")?;
    let mut lines = lines.take_while(|line| !line.starts_with('['));
    let address =
        lines.find_map(|line| line.strip_prefix("url")?.trim_start().strip_prefix('='))?;
    let name = address.trim().rsplit(['/', ':']).next()?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    (!name.is_empty()).then(|| name.to_owned())
}

fn of_folder(home: &Path) -> String {
    let here = fs::canonicalize(home).unwrap_or_default();
    let name = here.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Returns the entries of `nfpms` that make a .deb, with the keys of nfpm.
pub(super) fn packages(root: &Table, project: &Project) -> Result<Vec<Table>, Fault> {
    let mut packages = Vec::new();
    for node in root.list("nfpms")? {
        let table = node.as_table("nfpms")?;
        let formats = table.texts("formats")?;
        if !formats.contains(&"deb") && !formats.is_empty() {
            continue;
        }
        let mut own = table.clone();
        let line = node.line;
        own.insert(
            "package_name".into(),
            Node::text(line, project.name.as_str()),
        );
        let mut renamed = own.without(&["package_name", "dependencies"]);
        for (old, new) in [("package_name", "name"), ("dependencies", "depends")] {
            if let Some(value) = own.get(old) {
                renamed.insert(new.into(), value.clone());
            }
        }
        let over = table.table("overrides")?;
        let over = over.map_or(Ok(None), |over| over.table("deb"))?;
        if let Some(over) = over {
            // The names of nfpm, where both have the key.
            let mut deb = over.without(&["dependencies", "package_name"]);
            for (old, new) in [("package_name", "name"), ("dependencies", "depends")] {
                if let Some(value) = over.get(old) {
                    deb.insert(new.into(), value.clone());
                }
            }
            let mut overrides = Table::default();
            overrides.insert(
                "deb".into(),
                Node {
                    line,
                    content: Content::Table(deb),
                },
            );
            renamed = renamed.without(&["overrides"]);
            renamed.insert(
                "overrides".into(),
                Node {
                    line,
                    content: Content::Table(overrides),
                },
            );
        }
        packages.push(with_own_name(&renamed)?);
    }
    Ok(packages)
}

/// Returns a package with its name in the place of the template for it, but in the name of its file.
fn with_own_name(table: &Table) -> Result<Table, Fault> {
    let over = table.table("overrides")?;
    let over = over.map_or(Ok(None), |over| over.table("deb"))?;
    let of_deb = over.map_or(Ok(None), |deb| deb.text("name"))?;
    let name = of_deb.or(table.text("name")?).unwrap_or_default();
    Ok(named(table, name))
}

fn named(table: &Table, name: &str) -> Table {
    let mut result = Table::default();
    for (key, node) in table.iter() {
        let node = match key {
            "file_name_template" => node.clone(),
            _ => node_named(node, name),
        };
        result.insert(key.to_owned(), node);
    }
    result
}

fn node_named(node: &Node, name: &str) -> Node {
    let content = match &node.content {
        Content::Text(text) => Content::Text(text_named(text, name)),
        Content::List(list) => {
            Content::List(list.iter().map(|node| node_named(node, name)).collect())
        }
        Content::Table(table) => Content::Table(named(table, name)),
        Content::Nothing => Content::Nothing,
    };
    Node {
        line: node.line,
        content,
    }
}

fn text_named(text: &str, name: &str) -> String {
    let mut parts = text.split("{{");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("}}") {
            Some((action, after)) if action.trim() == ".PackageName" => {
                result.push_str(name);
                result.push_str(after);
            }
            _ => {
                result.push_str("{{");
                result.push_str(part);
            }
        }
    }
    result
}
