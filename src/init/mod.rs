//! `reldeb init`: looks at a project or a release and proposes a short manifest. Nothing is
//! written before [`Proposal::write`], and an existing file is never overwritten.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::finding::{Finding, Tag, tags};
use crate::fs;
use crate::release::{self, Release, ReleaseError, Wanted, kinds};

mod cargo;
pub(crate) mod ci;
mod environment;
mod error;
mod extras;
mod gleam;
mod mix;
mod mnesia;
mod paths;
mod project;
mod schema;
mod text;

pub use error::InitError;
use paths::{from_manifest, is_here_or_above, relative, up, without_dot};
use project::{About, Tool};

/// The name of the manifest.
pub(crate) const MANIFEST: &str = "reldeb.toml";

/// The author, as the environment or git's configuration names them, read by the caller.
#[derive(Debug, Clone, Default)]
pub struct InitEnvironment {
    /// `DEBFULLNAME`, as Debian's own tools read it, or `user.name` of git.
    pub name: Option<String>,
    /// `DEBEMAIL`, an address or `Name <address>`, or `user.email` of git.
    pub email: Option<String>,
    /// The variables of the process, for Cargo's target directory.
    pub variables: BTreeMap<String, String>,
    /// The manifest to write in place of `reldeb.toml` of the project.
    pub output: Option<PathBuf>,
    /// The directory that Cargo has built the project into, from the project, where the caller knows.
    pub cargo_output: Option<PathBuf>,
    /// The file to write the schema of the manifest to, for editors.
    pub schema: Option<PathBuf>,
}

impl InitEnvironment {
    /// Returns `Name <address>`, where both are known.
    #[must_use]
    pub fn maintainer(&self) -> Option<String> {
        let email = self.email.as_ref()?;
        if email.contains('<') {
            return Some(email.clone());
        }
        let name = self.name.as_ref()?;
        Some(format!("{name} <{email}>"))
    }
}

/// A proposed manifest, not written yet.
#[derive(Debug)]
pub struct Proposal {
    /// The text of the manifest.
    pub manifest_text: String,
    /// The path of the manifest.
    pub path: PathBuf,
    /// The manifests of the project's further releases, by their paths.
    pub others: BTreeMap<PathBuf, String>,
    /// The file for the schema, where one was asked for.
    pub schema: Option<PathBuf>,
    /// The findings, also those about the release.
    pub findings: Vec<Finding>,
    /// The command to run next.
    pub next_command: String,
}

impl Proposal {
    /// Writes the manifests and the schema, all or none: not where there is one of them by now. A schema
    /// that is there already and says the same is left.
    ///
    /// # Errors
    /// [`InitError::Exists`], or [`InitError::Fs`] where the operating system refuses.
    pub fn write(&self) -> Result<(), InitError> {
        let schema = self.schema.iter();
        let schema: Vec<_> = schema.map(|path| (path, schema::text())).collect();
        let is_left = |(path, text): &&(&PathBuf, String)| {
            !fs::read(path).is_ok_and(|there| there == text.as_bytes())
        };
        let schema = schema.iter().filter(is_left);
        let others = self.others.iter();
        let others = others.chain(schema.map(|(path, text)| (*path, text)));
        let files = others.chain([(&self.path, &self.manifest_text)]);
        let files = files.map(|(path, text)| (path.as_path(), text.as_bytes()));
        fs::write_all_new(files).map_err(|error| match error.source.kind() {
            std::io::ErrorKind::AlreadyExists => InitError::Exists(error.path),
            _ => error.into(),
        })
    }
}

/// The facts from which the manifest is made.
#[derive(Default)]
struct Facts {
    /// The directory of the project, if there is one.
    project: Option<(PathBuf, Tool)>,
    /// The release's path as the manifest names it.
    release_path: PathBuf,
    /// The path from the manifest's directory to the project's.
    to_project: PathBuf,
    release: Option<Release>,
    /// The programs of a Cargo project, which go to /usr/bin.
    commands: Option<cargo::Commands>,
    about: About,
    maintainer: Option<String>,
}

impl Facts {
    /// Returns the package that brings the runtime, where the release has none.
    fn runtime_package(&self) -> Option<&'static str> {
        let kind = match (&self.release, &self.project) {
            (Some(release), _) => release.kind,
            (None, Some((_, Tool::Gleam))) => &kinds::GLEAM,
            _ => return None,
        };
        kind.runtime_packages.first().copied()
    }

    fn name(&self) -> &str {
        let of_release = self
            .release
            .as_ref()
            .and_then(|release| release.name.as_deref());
        of_release
            .or(self.about.name.as_deref())
            .unwrap_or("release")
    }
}

/// Reads a project's directory or a release, and proposes a manifest for it: at the top of the
/// project, or else in the current directory.
///
/// # Errors [`InitError`] where a manifest exists, or the directory is neither a project
/// nor a release.
pub fn propose(directory: &Path, environment: &InitEnvironment) -> Result<Proposal, InitError> {
    let directory = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let mut findings = Vec::new();
    let of_cargo = environment.cargo_output.as_ref().map(|_| Tool::Cargo);
    let (home, mut all) = if let Some(tool) = of_cargo.or(Tool::of(directory)) {
        let all = of_project(directory, tool, environment, &mut findings)?;
        (directory.to_owned(), all)
    } else {
        let (home, facts) = of_release(directory, environment, &mut findings)?;
        (home, vec![facts])
    };
    if environment.output.is_some() && all.len() > 1 {
        let releases = all.iter().map(|facts| home.join(&facts.release_path));
        return Err(InitError::Several {
            path: directory.to_owned(),
            releases: releases.collect(),
        });
    }
    let path = match &environment.output {
        Some(output) => output.clone(),
        None => without_dot(&home.join(MANIFEST)),
    };
    refuse_existing(&home, &path, environment.output.is_some())?;
    let mut texts = Vec::new();
    for facts in &mut all {
        facts.to_project = from_manifest(&path, &home)?;
        cargo::identify(facts, &path)?;
        facts.maintainer = environment.maintainer().or(facts.about.author.clone());
        let text = text::manifest(facts, &mut findings);
        let text = match &environment.schema {
            Some(schema) => schema::line(&path, schema)? + &text.to_string(),
            None => text.to_string(),
        };
        let path = if texts.is_empty() {
            path.clone()
        } else {
            let name = format!("reldeb-{}.toml", text::package_name(facts.name()));
            let other = without_dot(&home.join(name));
            refuse_existing(&home, &other, true)?;
            other
        };
        texts.push((path, text));
    }
    if all.iter().any(|facts| facts.maintainer.is_none()) {
        findings.push(unknown_maintainer(&path));
    }
    let next_command = next_command(&all, &texts);
    let mut texts = texts.into_iter();
    let (path, manifest_text) = texts.next().unwrap_or_default();
    Ok(Proposal {
        manifest_text,
        path,
        others: texts.collect(),
        schema: environment.schema.clone(),
        findings,
        next_command,
    })
}

fn unknown_maintainer(path: &Path) -> Finding {
    Finding::new(
        tags::UNKNOWN_MAINTAINER,
        "who maintains the package is not known",
    )
    .with_hint(format!(
        "set DEBFULLNAME and DEBEMAIL or git's user.name and user.email, or write it into `{}`",
        path.display()
    ))
}

/// Returns the commands that build the releases, where they are not built, and the packages.
fn next_command(all: &[Facts], texts: &[(PathBuf, String)]) -> String {
    let mut commands = Vec::new();
    if let [
        Facts {
            release: None,
            project: Some((_, tool)),
            about,
            commands: of_cargo,
            ..
        },
        ..,
    ] = all
        && of_cargo.as_ref().is_none_or(|it| !it.are_built)
    {
        commands.push(tool.command(about));
    }
    commands.extend(texts.iter().map(|(path, _)| {
        if path == Path::new(MANIFEST) {
            "reldeb build".to_owned()
        } else {
            format!("reldeb build --manifest {}", path.display())
        }
    }));
    commands.join(" && ")
}

/// Refuses to write over a manifest, or beside one in Cargo.toml unless another is asked for.
fn refuse_existing(home: &Path, path: &Path, another: bool) -> Result<(), InitError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(InitError::Exists(path.to_owned()));
    }
    if another {
        return Ok(());
    }
    let cargo = home.join(Tool::Cargo.file());
    let text = fs::read(&cargo).unwrap_or_default();
    let table = String::from_utf8_lossy(&text)
        .parse::<toml::Table>()
        .unwrap_or_default();
    let has_manifest = |place: &str| {
        let metadata = table.get(place).and_then(|place| place.get("metadata"));
        metadata.is_some_and(|metadata| metadata.get("reldeb").is_some())
    };
    if has_manifest("package") || has_manifest("workspace") {
        return Err(InitError::ExistsInCargo(cargo));
    }
    Ok(())
}

/// Returns the facts of a project: one for each release that is built, or one for the release
/// that will be.
fn of_project(
    directory: &Path,
    tool: Tool,
    environment: &InitEnvironment,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Facts>, InitError> {
    if tool == Tool::Cargo {
        return Ok(vec![cargo::facts(directory, environment, findings)?]);
    }
    let mut built = project::built(directory, tool);
    // A release that is built for several profiles counts once.
    let mut names: Vec<std::ffi::OsString> = Vec::new();
    built.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_owned();
        let new = !names.contains(&name);
        names.push(name);
        new
    });
    let mut all = Vec::new();
    for path in &built {
        let Some(release) = open(path, directory, findings)? else {
            continue;
        };
        let about = project::about(directory, tool, release.name.as_deref())?;
        all.push(Facts {
            project: Some((directory.to_owned(), tool)),
            release_path: relative(&release.path, directory),
            about: of_its_application(&release)?.or(about),
            release: Some(release),
            ..Facts::default()
        });
    }
    if all.is_empty() {
        let about = project::about(directory, tool, None)?;
        let name = about.name.as_deref().unwrap_or("release");
        let path = project::will_be(directory, tool, name, environment)?;
        findings.push(not_built(directory, tool, &about, &path));
        all.push(Facts {
            project: Some((directory.to_owned(), tool)),
            release_path: path,
            about,
            ..Facts::default()
        });
    }
    Ok(all)
}

fn not_built(directory: &Path, tool: Tool, about: &About, path: &Path) -> Finding {
    let message = format!(
        "`{}` is still to be built",
        without_dot(&directory.join(path)).display()
    );
    Finding::new(tags::NOT_BUILT, message)
        .with_hint(project::how_to_build(directory, tool, about, path))
}

/// Opens a release of a project. One that cannot be packaged, most often one for development,
/// becomes a finding: the project can build another.
fn open(
    path: &Path,
    project: &Path,
    findings: &mut Vec<Finding>,
) -> Result<Option<Release>, InitError> {
    let wanted = Wanted {
        project: Some(project.to_owned()),
        ..Wanted::default()
    };
    match Release::open_without(path, &wanted, &mut |_, _| false) {
        Ok((release, said)) => {
            findings.extend(said);
            findings.extend(
                release
                    .require_erts()
                    .err()
                    .map(|error| as_finding(tags::NO_ERTS, &error)),
            );
            findings.extend(
                release
                    .machine()
                    .err()
                    .map(|error| as_finding(tags::MACHINES, &error)),
            );
            Ok(Some(release))
        }
        Err(error @ (ReleaseError::DevMode { .. } | ReleaseError::NotARelease { .. })) => {
            findings.push(as_finding(tags::UNUSABLE_RELEASE, &error));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn as_finding(tag: &'static Tag, error: &ReleaseError) -> Finding {
    Finding::new(tag, error.to_string()).with_hint_if(error.hint())
}

/// Returns the directory for the manifest of a release, and the facts of the release.
fn of_release(
    directory: &Path,
    environment: &InitEnvironment,
    findings: &mut Vec<Finding>,
) -> Result<(PathBuf, Facts), InitError> {
    if release::is_cargo_output(directory)
        && let above = fs::canonicalize(directory)?
        && let Some((ancestor, levels, Tool::Cargo)) = project_above(&above)
    {
        let home = up(directory, levels);
        let facts = cargo::of_output(&home, relative(&above, ancestor), findings)?;
        return Ok((home, facts));
    }
    let (release, said) = match Release::open(directory, None) {
        Ok(opened) => opened,
        Err(source @ ReleaseError::NotARelease { .. }) => {
            return Err(InitError::Nothing {
                path: directory.to_owned(),
                source,
            });
        }
        Err(error) => return Err(error.into()),
    };
    findings.extend(said);
    findings.extend(
        release
            .require_erts()
            .err()
            .map(|error| as_finding(tags::NO_ERTS, &error)),
    );
    let above = fs::canonicalize(directory)?;
    let project = project_above(&above);
    let mut about = of_its_application(&release)?;
    let mut found = None;
    let (home, release_path) = match project {
        Some((ancestor, levels, tool)) => {
            about = about.or(project::about(ancestor, tool, release.name.as_deref())?);
            let home = up(directory, levels);
            found = Some((home.clone(), tool));
            (home, relative(&above, ancestor))
        }
        None if is_here_or_above(directory) => {
            let name = above.file_name().unwrap_or_default();
            (directory.join(".."), PathBuf::from(name))
        }
        None => (PathBuf::new(), directory.to_owned()),
    };
    // A bare release has no project: its path starts where the manifest is written.
    let (home, release_path) = match (&found, &environment.output) {
        (None, Some(_)) => (PathBuf::new(), above.clone()),
        _ => (home, release_path),
    };
    let facts = Facts {
        project: found,
        release_path,
        release: Some(release),
        about,
        ..Facts::default()
    };
    Ok((home, facts))
}

/// Returns the project that a directory lies in, and how many levels above that is.
fn project_above(directory: &Path) -> Option<(&Path, usize, Tool)> {
    let above = directory.ancestors().skip(1).zip(1_usize..).take(5);
    let mut projects =
        above.filter_map(|(ancestor, levels)| Some((ancestor, levels, Tool::of(ancestor)?)));
    projects.next()
}

/// Returns what the application with the release's name says about itself; nothing where there
/// is none.
fn of_its_application(release: &Release) -> Result<About, InitError> {
    let own = |(name, _): &&(String, String)| Some(name) == release.name.as_ref();
    let Some((name, version)) = release.applications.iter().find(own) else {
        return Ok(About::default());
    };
    let directory = release.path.join(format!("lib/{name}-{version}/ebin"));
    let path = directory.join(format!("{name}.app"));
    if !path.is_file() {
        return Ok(About::default());
    }
    project::of_app(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_maintains() {
        let some = |text: &str| Some(text.to_owned());
        let mut environment = InitEnvironment::default();
        assert_eq!(environment.maintainer(), None);
        environment.email = some("ops@example.com");
        assert_eq!(environment.maintainer(), None);
        environment.name = some("Ops");
        assert_eq!(environment.maintainer(), some("Ops <ops@example.com>"));
        environment.email = some("Team <team@example.com>");
        assert_eq!(environment.maintainer(), some("Team <team@example.com>"));
    }
}
