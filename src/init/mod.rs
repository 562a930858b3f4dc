//! `reldeb init`: looks at a project or a release and proposes a short manifest. Nothing is
//! written before [`Proposal::write`], and an existing file is never overwritten.

use std::path::{Component, Path, PathBuf};

use crate::erlang::term::TermError;
use crate::finding::{Finding, Tag, tags};
use crate::fs::{self, FsError};
use crate::release::{Release, ReleaseError};

mod project;
mod text;

use project::{About, Tool};

/// The name of the manifest.
const MANIFEST: &str = "reldeb.toml";

/// The author, as the environment or git's configuration names them, read by the caller.
#[derive(Debug, Clone, Default)]
pub struct InitEnvironment {
    /// `DEBFULLNAME`, as Debian's own tools read it, or `user.name` of git.
    pub name: Option<String>,
    /// `DEBEMAIL`, an address or `Name <address>`, or `user.email` of git.
    pub email: Option<String>,
}

impl InitEnvironment {
    /// `Name <address>`, where both are known.
    fn maintainer(&self) -> Option<String> {
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
    /// The findings, also those about the release.
    pub findings: Vec<Finding>,
    /// The command to run next.
    pub next_command: String,
}

impl Proposal {
    /// Writes the manifest, unless there is one by now.
    ///
    /// # Errors
    /// [`InitError::Exists`], or [`InitError::Fs`] where the operating system refuses.
    pub fn write(&self) -> Result<(), InitError> {
        match fs::write_new(&self.path, &self.manifest_text) {
            Err(error) if error.source.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(InitError::Exists(self.path.clone()))
            }
            result => Ok(result?),
        }
    }
}

/// The reason why no manifest can be proposed.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The manifest exists already.
    #[error("`{}` exists, and is not overwritten", .0.display())]
    Exists(PathBuf),
    /// Cargo's manifest has a table for reldeb already.
    #[error("`{}` has a `[package.metadata.reldeb]`, which is a manifest already", .0.display())]
    ExistsInCargo(PathBuf),
    /// The directory is neither a project nor a release.
    #[error("`{}` is neither a project (`rebar.config`, `mix.exs`, `Cargo.toml`) nor a release", path.display())]
    Nothing {
        /// The directory.
        path: PathBuf,
        /// The reason why the directory is no release.
        source: ReleaseError,
    },
    /// The project makes several releases.
    #[error("`{}` holds several releases: {}", path.display(), text::list(releases))]
    Several {
        /// The project.
        path: PathBuf,
        /// The project's releases.
        releases: Vec<PathBuf>,
    },
    /// A file of the project that cannot be read as Erlang terms.
    #[error("`{}` cannot be read as Erlang terms: {source}", path.display())]
    BadTerms {
        /// The file.
        path: PathBuf,
        /// The place and the fault.
        source: TermError,
    },
    /// The release cannot become a package.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The operating system refused.
    #[error(transparent)]
    Fs(#[from] FsError),
}

impl InitError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exists(_) | Self::ExistsInCargo(_) => {
                Some("`reldeb plan` shows what it makes".into())
            }
            Self::Nothing { source, .. } => source.hint(),
            Self::Several { releases, .. } => {
                let first = releases.first()?;
                Some(format!("name one: `reldeb init {}`", first.display()))
            }
            Self::BadTerms { .. } => None,
            Self::Release(error) => error.hint(),
            Self::Fs(error) => error.hint(),
        }
    }
}

/// The facts from which the manifest is made.
struct Facts {
    /// The directory of the project, if there is one.
    project: Option<(PathBuf, Tool)>,
    /// The release's path as the manifest names it.
    release_path: PathBuf,
    release: Option<Release>,
    about: About,
    maintainer: Option<String>,
}

impl Facts {
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
    let (home, mut facts) = match Tool::of(directory) {
        Some(tool) => (
            directory.to_owned(),
            of_project(directory, tool, &mut findings)?,
        ),
        None => of_release(directory, &mut findings)?,
    };
    let path = without_dot(&home.join(MANIFEST));
    refuse_existing(&home, &path)?;
    facts.maintainer = environment.maintainer().or(facts.about.author.clone());
    if facts.maintainer.is_none() {
        findings.push(
            Finding::new(
                tags::UNKNOWN_MAINTAINER,
                "who maintains the package is not known",
            )
            .with_hint(format!(
                "set DEBFULLNAME and DEBEMAIL or git's user.name and user.email, or write it \
                     into `{}`",
                path.display()
            )),
        );
    }
    let manifest_text = text::manifest(&facts, &mut findings);
    let build = if path == Path::new(MANIFEST) {
        "reldeb build".to_owned()
    } else {
        format!("reldeb build --manifest {}", path.display())
    };
    let next_command = match (&facts.release, &facts.project) {
        (None, Some((_, tool))) => format!("{} && {build}", tool.command()),
        _ => build,
    };
    Ok(Proposal {
        manifest_text,
        path,
        findings,
        next_command,
    })
}

fn refuse_existing(home: &Path, path: &Path) -> Result<(), InitError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(InitError::Exists(path.to_owned()));
    }
    let cargo = home.join(Tool::Cargo.file());
    let text = fs::read(&cargo).unwrap_or_default();
    let table = String::from_utf8_lossy(&text)
        .parse::<toml::Table>()
        .unwrap_or_default();
    let metadata = table
        .get("package")
        .and_then(|package| package.get("metadata"));
    if metadata
        .and_then(|metadata| metadata.get("reldeb"))
        .is_some()
    {
        return Err(InitError::ExistsInCargo(cargo));
    }
    Ok(())
}

/// Returns the facts of a project, with its release where that is built.
fn of_project(
    directory: &Path,
    tool: Tool,
    findings: &mut Vec<Finding>,
) -> Result<Facts, InitError> {
    let about = project::about(directory, tool)?;
    let built = project::built(directory, tool);
    let mut release = None;
    match &built[..] {
        [] => {}
        [path] => release = open(path, findings)?,
        several => {
            // A release that is built for several profiles counts once.
            let name = several[0].file_name();
            let same = several.iter().all(|path| path.file_name() == name);
            if !same {
                return Err(InitError::Several {
                    path: directory.to_owned(),
                    releases: several.to_vec(),
                });
            }
            release = open(&several[0], findings)?;
        }
    }
    let release_path = if let Some(release) = &release {
        relative(&release.path, directory)
    } else {
        let name = about.name.as_deref().unwrap_or("release");
        let path = project::will_be(tool, name);
        let message = format!(
            "`{}` is still to be built",
            without_dot(&directory.join(&path)).display()
        );
        findings.push(
            Finding::new(tags::NOT_BUILT, message)
                .with_hint(format!("build it: `{}`", tool.command())),
        );
        path
    };
    let about = match &release {
        Some(release) => of_its_application(release)?.or(about),
        None => about,
    };
    Ok(Facts {
        project: Some((directory.to_owned(), tool)),
        release_path,
        release,
        about,
        maintainer: None,
    })
}

/// Opens a release of a project. One that cannot be packaged, most often one for development,
/// becomes a finding: the project can build another.
fn open(path: &Path, findings: &mut Vec<Finding>) -> Result<Option<Release>, InitError> {
    match Release::open(path, None) {
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
    findings: &mut Vec<Finding>,
) -> Result<(PathBuf, Facts), InitError> {
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
    let project = above
        .ancestors()
        .skip(1)
        .zip(1_usize..)
        .take(5)
        .find_map(|(ancestor, levels)| Some((ancestor, levels, Tool::of(ancestor)?)));
    let mut about = of_its_application(&release)?;
    let mut found = None;
    let (home, release_path) = match project {
        Some((ancestor, levels, tool)) => {
            about = about.or(project::about(ancestor, tool)?);
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
    let facts = Facts {
        project: found,
        release_path,
        release: Some(release),
        about,
        maintainer: None,
    };
    Ok((home, facts))
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

/// Returns whether a path consists of `.` and `..`: the release is then the current directory or
/// above it.
fn is_here_or_above(directory: &Path) -> bool {
    directory
        .components()
        .all(|component| matches!(component, Component::CurDir | Component::ParentDir))
}

/// Returns the directory `levels` above, written as briefly as the path allows.
fn up(directory: &Path, levels: usize) -> PathBuf {
    let names = directory
        .components()
        .filter(|c| matches!(c, Component::Normal(_)))
        .count();
    let only_names = !directory.components().any(|c| c == Component::ParentDir);
    if only_names && names >= levels {
        let above = directory.ancestors().nth(levels);
        return above.unwrap_or(Path::new("")).to_owned();
    }
    let mut path = directory.to_owned();
    path.extend(std::iter::repeat_n("..", levels));
    path
}

fn relative(path: &Path, base: &Path) -> PathBuf {
    path.strip_prefix(base).unwrap_or(path).to_owned()
}

/// Returns `./a` as `a`.
fn without_dot(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
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

    #[test]
    fn levels_above() {
        for (directory, levels, expected) in [
            ("a/_build/prod/rel/orders", 4, "a"),
            ("_build/prod/rel/orders", 4, ""),
            (".", 4, "./../../../.."),
            ("../orders", 4, "../orders/../../../.."),
        ] {
            assert_eq!(up(directory.as_ref(), levels), Path::new(expected));
        }
    }
}
