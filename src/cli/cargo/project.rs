//! The Cargo project, as cargo tells of it, and its build.

use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::fs;
use crate::manifest::CargoTable;
use crate::release::cargo_release_directory;
use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use crate::cli::session::{Environment, Failure, Session};

/// The arguments of `cargo build`.
#[derive(Debug, Clone, Args)]
pub(super) struct Building {
    /// The Cargo package to build; default: those that `cargo build` builds
    #[arg(short, long = "package", value_name = "SPEC")]
    package: Vec<String>,
    /// The target triple to build for
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// The profile to build with; default: that of the manifest, or release
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Build with the profile `release`, whatever the manifest says
    #[arg(short, long, conflicts_with = "profile")]
    release: bool,
    /// The features to activate, in place of what the manifest says of features
    #[arg(short = 'F', long, value_name = "FEATURES")]
    features: Vec<String>,
    /// Activate all features
    #[arg(long)]
    all_features: bool,
    /// Do not activate the feature `default`
    #[arg(long)]
    no_default_features: bool,
    /// The Cargo.toml of the project
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
    /// Pack what is built
    #[arg(long)]
    no_build: bool,
    /// Further arguments of `cargo build`
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

/// A Cargo project.
#[derive(Debug)]
pub(super) struct Project {
    /// The directory of the package that is built, or of the workspace, from the current folder.
    pub(super) directory: PathBuf,
    /// The directory of the workspace, from the current folder.
    pub(super) workspace: PathBuf,
    /// The directory of a release build, unless Cargo is told of another.
    pub(super) usual: PathBuf,
    /// The target directory.
    pub(super) target: PathBuf,
    /// True where Cargo.toml has the table of cargo-deb.
    has_cargo_deb: bool,
    /// The program `cargo`.
    cargo: PathBuf,
}

/// The answer of `cargo metadata`, as far as it is needed.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    metadata: Value,
}

/// A message of `cargo build`.
#[derive(Deserialize)]
struct Message {
    target: Target,
    /// The path of a program that was built.
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

impl Message {
    /// Returns the path of a program, unless it is one of the tests or an example.
    fn program(self) -> Option<PathBuf> {
        let is_program = self.target.kind.iter().any(|kind| kind == "bin");
        self.executable.filter(|_| is_program)
    }
}

impl Project {
    /// Asks cargo for the project of the current folder, or the one that is named.
    pub(super) fn find(building: &Building, environment: &Environment) -> Result<Self, Failure> {
        let cargo = environment.get("CARGO").map_or("cargo", String::as_str);
        let cargo = PathBuf::from(cargo);
        let mut command = Command::new(&cargo);
        command.args(["metadata", "--format-version", "1", "--no-deps"]);
        let output = building.of_project(&mut command).output();
        let output = output.map_err(|error| cannot_run(&error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim().trim_start_matches("error: ");
            return Err(Failure::new(format!("cargo: {said}")));
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| {
            Failure::new(format!("cargo: what it tells of the project: {error}"))
        })?;
        let here = fs::canonicalize(Path::new("."))?;
        let manifest = building.manifest(&metadata, &here)?;
        let directory = fs::canonicalize(manifest.parent().unwrap_or(Path::new("/")))?;
        let workspace = fs::canonicalize(&metadata.workspace_root)?;
        let is_of_cargo_deb = |package: &Package| {
            package.manifest_path == manifest && package.metadata.get("deb").is_some()
        };
        Ok(Self {
            has_cargo_deb: metadata.packages.iter().any(is_of_cargo_deb),
            directory: match fs::relative(&directory, &here) {
                path if path.as_os_str().is_empty() => PathBuf::from("."),
                path => path,
            },
            workspace: fs::relative(&workspace, &here),
            usual: workspace.join("target/release"),
            target: metadata.target_directory,
            cargo,
        })
    }

    /// Refuses to propose a manifest where another packer's says what the package holds.
    pub(super) fn refuse_table_of_cargo_deb(&self) -> Result<(), Failure> {
        if !self.has_cargo_deb {
            return Ok(());
        }
        let message = "`Cargo.toml` has `[package.metadata.deb]` of cargo-deb, which is not read, and \
                       nothing of reldeb";
        let hint = "`reldeb import` writes a `reldeb.toml` of what that table says";
        Err(Failure::new(message.to_owned()).with_hint(hint.to_owned()))
    }

    /// Returns where Cargo writes the programs to, by its configuration, for a target and a profile.
    pub(super) fn programs(
        &self,
        environment: &Environment,
        target: Option<&str>,
        profile: &str,
    ) -> Result<PathBuf, Failure> {
        let mut variables = environment.clone();
        let written = self.target.to_string_lossy().into_owned();
        variables.insert("CARGO_TARGET_DIR".to_owned(), written);
        if let Some(target) = target {
            variables.insert("CARGO_BUILD_TARGET".to_owned(), target.to_owned());
        }
        let directory = fs::canonicalize(&self.directory)?;
        let usual = cargo_release_directory(&directory, &variables)?;
        let programs = directory.join(usual).with_file_name(profile);
        Ok(fs::canonicalize(&programs).unwrap_or(programs))
    }
}

impl Building {
    /// Adds the argument that names the project.
    fn of_project<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(path) = &self.manifest_path {
            command.arg("--manifest-path").arg(path);
        }
        command
    }

    /// Returns the Cargo.toml of the package that is built, or else that of the current folder.
    fn manifest(&self, metadata: &Metadata, here: &Path) -> Result<PathBuf, Failure> {
        let mut found = Vec::new();
        for spec in &self.package {
            let name = spec.split('@').next().unwrap_or(spec);
            let mut packages = metadata.packages.iter();
            let Some(package) = packages.find(|package| package.name == name) else {
                let message = format!("the Cargo project has no package `{spec}`");
                let names = metadata.packages.iter().map(|it| format!("`{}`", it.name));
                let names = names.collect::<Vec<_>>().join(", ");
                return Err(Failure::new(message).with_hint(format!("its packages: {names}")));
            };
            found.push(package.manifest_path.clone());
        }
        let own = || {
            let named = self.manifest_path.clone();
            let mut above = here.ancestors().map(|above| above.join("Cargo.toml"));
            named.or_else(|| above.find(|manifest| manifest.is_file()))
        };
        Ok(match (&found[..], own()) {
            ([one], _) => one.clone(),
            ([], Some(own)) => fs::canonicalize(&own)?,
            _ => metadata.workspace_root.join("Cargo.toml"),
        })
    }

    /// Returns the arguments together with what a manifest asks for. A flag for features takes the place
    /// of all that the manifest says of them.
    pub(super) fn with(&self, table: &CargoTable) -> Self {
        let mut result = self.clone();
        if self.profile.is_none() && !self.release {
            result.profile = table.profile.as_ref().map(ToString::to_string);
        }
        if self.features.is_empty() && !self.all_features && !self.no_default_features {
            result.features = table.features.iter().map(ToString::to_string).collect();
            result.no_default_features = table.default_features == Some(false);
        }
        result
    }

    /// Builds the project, unless told otherwise. Returns the directory with the programs.
    pub(super) fn build(&self, project: &Project, session: &Session) -> Result<PathBuf, Failure> {
        let told = || {
            project.programs(
                &session.environment,
                self.target.as_deref(),
                directory_of(self.profile.as_deref()),
            )
        };
        if self.no_build {
            return told();
        }
        let mut command = self.command(project, session);
        let mut child = command.spawn().map_err(|error| cannot_run(&error))?;
        let mut built = None;
        for line in child
            .stdout
            .take()
            .into_iter()
            .flat_map(|it| BufReader::new(it).lines())
        {
            // What is no message of cargo's, such as the words of a wrapper, says nothing of programs.
            let message = line.ok().and_then(|line| serde_json::from_str(&line).ok());
            built = message.and_then(Message::program).or(built);
        }
        let status = child.wait().map_err(|error| cannot_run(&error))?;
        if !status.success() {
            return Err(Failure::new(format!("`cargo build` ended with {status}")));
        }
        match built.as_deref().and_then(Path::parent) {
            Some(built) => Ok(fs::canonicalize(built)?),
            None => told(),
        }
    }

    /// Returns the build as cargo is told to do it.
    fn command(&self, project: &Project, session: &Session) -> Command {
        let mut command = Command::new(&project.cargo);
        command.args(["build", "--message-format", "json-render-diagnostics"]);
        let profile = self.profile.as_deref().unwrap_or("release");
        self.of_project(command.args(["--profile", profile]));
        let flags = [
            (self.all_features, "--all-features"),
            (self.no_default_features, "--no-default-features"),
            (session.is_quiet(), "--quiet"),
        ];
        command.args(
            flags
                .iter()
                .filter(|(given, _)| *given)
                .map(|(_, flag)| flag),
        );
        for (flag, values) in [
            ("--package", &self.package[..]),
            ("--target", self.target.as_slice()),
            ("--features", &self.features),
        ] {
            for value in values {
                command.arg(flag).arg(value);
            }
        }
        command.args(&self.arguments).stdout(Stdio::piped());
        command
    }
}

/// Returns the name of a profile's directory.
pub(super) fn directory_of(profile: Option<&str>) -> &str {
    match profile {
        None | Some("bench") => "release",
        Some("dev" | "test") => "debug",
        Some(profile) => profile,
    }
}

fn cannot_run(error: &io::Error) -> Failure {
    Failure::new(format!("cannot run `cargo`: {error}"))
}
