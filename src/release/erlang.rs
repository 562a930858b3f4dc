//! The facts that an Erlang release's own files state: `releases/start_erl.data` for the
//! current version, `releases/VERSION/*.rel` for name, version, ERTS and applications.

use std::path::{Path, PathBuf};

use super::configuration::Configuration;
use super::error::ReleaseError;
use super::files::{Exclude, Walk};
use super::kinds::{Folder, Kind};
use super::start_script::{self, StartScript};
use super::{Release, findings, hooks, links};
use crate::erlang::term::{self, Term};
use crate::finding::Finding;
use crate::fs;

/// The file that makes a directory an Erlang release, relative to it.
pub(super) const START_ERL_DATA: &str = "releases/start_erl.data";

/// That file, for people.
pub(super) const SIGN: &str = "`releases/start_erl.data`";

/// The Erlang runtime system of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erts {
    /// The runtime's version, such as `13.1.5`.
    pub version: String,
    /// True where the runtime is in the release; otherwise the target needs Erlang of
    /// exactly this version.
    pub included: bool,
    /// The runtime's directory, relative to the release: `erts-13.1.5`.
    pub directory: PathBuf,
}

impl Erts {
    /// Returns the file that an included runtime always has, relative to the release.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.directory.join("bin/erlexec")
    }

    /// Returns the OTP release that this runtime belongs to, such as `25`; `None` for versions
    /// before OTP 17, which no current tool makes. Each OTP release has its own major or first
    /// minor version.
    #[must_use]
    pub fn otp_release(&self) -> Option<u32> {
        let mut numbers = self.version.split('.').map(|part| part.parse::<u32>().ok());
        let major = numbers.next()??;
        let minor = numbers.next().flatten().unwrap_or(0);
        match major {
            0..6 => None,
            6..10 => Some(major + 11),
            10 if minor < 4 => Some(21),
            10 => Some(22),
            _ => major.checked_add(12),
        }
    }
}

/// An Erlang release as its own files describe it.
#[derive(Debug)]
pub(super) struct Erlang {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) erts: Erts,
    /// Name and version of each application.
    pub(super) applications: Vec<(String, String)>,
    /// `releases/VERSION`.
    pub(super) directory: PathBuf,
    /// There is a start script of the release's name.
    pub(super) has_script: bool,
    /// The text of that script.
    pub(super) script: String,
    /// The verbs that the script knows.
    pub(super) verbs: Vec<String>,
    /// The directory of the current version has the files of `mix release`.
    pub(super) has_elixir: bool,
    /// The directory of the current version has Distillery's files.
    pub(super) has_libexec: bool,
}

/// Reads the files that describe an Erlang release; `None` where it has no
/// `releases/start_erl.data`.
pub(super) fn detect(root: &Path) -> Result<Option<Erlang>, ReleaseError> {
    let Some((erts_version, directory)) = current_version(root)? else {
        return Ok(None);
    };
    let rel = resource(root, &directory)?;
    let erts = Erts {
        directory: PathBuf::from(format!("erts-{erts_version}")),
        version: erts_version,
        included: false,
    };
    let erts = Erts {
        included: root.join(erts.program()).is_file(),
        ..erts
    };
    let has = |name: &str| root.join(&directory).join(name).exists();
    let (has_elixir, has_libexec) = (has("elixir") && has("env.sh"), has("libexec"));
    let script = read_if_there(&root.join("bin").join(&rel.name))?;
    let has_script = script.is_some();
    let script = String::from_utf8_lossy(&script.unwrap_or_default()).into_owned();
    let verbs = if has_libexec {
        distillery_verbs(root, &directory)?
    } else {
        start_script::verbs(&script)
    };
    Ok(Some(Erlang {
        name: rel.name,
        version: rel.version,
        erts,
        applications: rel.applications,
        directory,
        has_script,
        script,
        verbs,
        has_elixir,
        has_libexec,
    }))
}

/// Reads a release that has the files which describe one of Erlang.
pub(super) fn open(
    folder: &mut Folder<'_>,
    kind: &'static Kind,
    exclude: &mut Exclude<'_>,
) -> Result<(Release, Vec<Finding>), ReleaseError> {
    let path = folder.path;
    let Some(erlang) = folder.take_erlang()? else {
        return Err(kind.no_release(path)?);
    };
    let walk = Walk::new(path, exclude)?;
    let mut findings = links::check(path, &walk.files, kind)?;
    let (configuration, said) = Configuration::read(path, &erlang.directory)?;
    findings.extend(said);
    findings.extend(findings::foreign(&walk));
    let server = kind.server.map(|server| read_if_there(&path.join(server)));
    let server = server.transpose()?.flatten().unwrap_or_default();
    let start_script = erlang.has_script.then(|| StartScript {
        verbs: erlang.verbs,
        environment: start_script::assignments(&String::from_utf8_lossy(&server)),
        ..StartScript::of_release(Path::new("bin").join(&erlang.name), kind, &erlang.script)
    });
    let script = Path::new("bin").join(&erlang.name);
    findings.extend(hooks::finding(&script.to_string_lossy(), &erlang.script));
    let beside = script.parent().unwrap_or(Path::new("")).to_owned();
    findings.extend(hooks::missing(
        &script.to_string_lossy(),
        &erlang.script,
        |name| {
            let path = fs::path_bytes(&beside.join(name));
            walk.files.iter().any(|file| file.path == path)
        },
    ));
    let release = Release {
        path: path.to_owned(),
        kind,
        name: Some(erlang.name),
        version: Some(erlang.version),
        otp_version: erlang.erts.otp_release().map(|release| release.to_string()),
        erts: Some(erlang.erts),
        applications: erlang.applications,
        version_directory: Some(erlang.directory),
        start_script,
        programs: Vec::new(),
        machines: walk.machines,
        seen: walk.seen,
        newest_mtime: walk.newest_mtime,
        files: walk.files,
        configuration,
    };
    release.require_executable()?;
    findings.extend(findings::of_erlang(&release)?);
    Ok((release, findings))
}

/// Returns the versions that `releases/start_erl.data` names: that of ERTS, and
/// `releases/VERSION`.
fn current_version(root: &Path) -> Result<Option<(String, PathBuf)>, ReleaseError> {
    let path = root.join(START_ERL_DATA);
    let Some(content) = read_if_there(&path)? else {
        return Ok(None);
    };
    let content = String::from_utf8_lossy(&content).into_owned();
    let wrong = |expected: String| ReleaseError::StartErlData {
        path: path.clone(),
        content: super::files::shown(content.trim_end().as_bytes()),
        expected,
    };
    let fields: Vec<&str> = content.split_ascii_whitespace().collect();
    let [erts_version, version] = fields[..] else {
        return Err(wrong(
            "expected the versions of ERTS and of the release".into(),
        ));
    };
    if version.contains(['/', '\\']) || version.starts_with('.') || erts_version.contains('/') {
        return Err(wrong("expected versions without `/`".into()));
    }
    let directory = Path::new("releases").join(version);
    if !root.join(&directory).is_dir() {
        // As a command gives it whose output is taken as it is.
        if root.join("releases").join(format!("{version}\n")).is_dir() {
            return Err(ReleaseError::LineBreakInVersion {
                path: root.to_owned(),
                version: version.to_owned(),
            });
        }
        return Err(wrong(format!(
            "expected `{}` to be a directory",
            directory.display()
        )));
    }
    Ok(Some((erts_version.to_owned(), directory)))
}

/// Returns a file's content, or `None` where there is no such file, also behind a symlink.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, ReleaseError> {
    if !path.is_file() {
        // A file that may not be looked at is not missing.
        return match fs::metadata(path) {
            Err(error) if error.source.kind() == std::io::ErrorKind::PermissionDenied => {
                Err(error.into())
            }
            _ => Ok(None),
        };
    }
    Ok(Some(fs::read(path)?))
}

struct Resource {
    name: String,
    version: String,
    applications: Vec<(String, String)>,
}

/// Reads the only `.rel` file of a version, or the one of several that has a start script.
fn resource(root: &Path, directory: &Path) -> Result<Resource, ReleaseError> {
    let is_rel = |path: &PathBuf| path.extension().is_some_and(|e| e == "rel") && path.is_file();
    let paths: Vec<PathBuf> = fs::read_dir(&root.join(directory))?
        .into_iter()
        .filter(is_rel)
        .collect();
    let mut found = Vec::new();
    for path in &paths {
        found.push(parse_rel(path)?);
    }
    if found.len() > 1 {
        found.retain(|rel| root.join("bin").join(&rel.name).is_file());
    }
    match (found.len(), paths.is_empty()) {
        (1, _) => Ok(found.remove(0)),
        (_, true) => Err(ReleaseError::BadRel {
            path: directory.join("*.rel"),
            reason: "there is none, expected the one that the release was made from".into(),
        }),
        _ => Err(ReleaseError::SeveralNames {
            directory: directory.to_owned(),
            names: paths
                .iter()
                .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
                .collect(),
        }),
    }
}

fn parse_rel(path: &Path) -> Result<Resource, ReleaseError> {
    let bad = |reason: String| ReleaseError::BadRel {
        path: path.to_owned(),
        reason,
    };
    let terms = term::parse(&fs::read(path)?).map_err(|error| bad(error.to_string()))?;
    let parts = terms.first().and_then(Term::tuple).unwrap_or_default();
    let [tag, name, _erts, applications, ..] = parts else {
        return Err(bad(
            "expected `{release, {Name, Version}, {erts, Version}, …}`".into(),
        ));
    };
    let (Some("release"), Some([name, version])) = (tag.atom(), name.tuple()) else {
        return Err(bad("expected `{release, {Name, Version}, …}`".into()));
    };
    let (Some(name), Some(version)) = (name.text(), version.text()) else {
        return Err(bad("expected name and version as strings".into()));
    };
    if name.is_empty() || name.contains('/') || name.starts_with('.') {
        return Err(bad(format!("`{name}` is no name of a release")));
    }
    let applications = applications.list().unwrap_or_default();
    Ok(Resource {
        name: name.to_owned(),
        version: version.to_owned(),
        applications: applications
            .iter()
            .filter_map(|application| match application.tuple()? {
                [name, version, ..] => Some((name.atom()?.to_owned(), version.text()?.to_owned())),
                _ => None,
            })
            .collect(),
    })
}

/// Returns the verbs of a Distillery release, which keeps one script per verb.
fn distillery_verbs(root: &Path, directory: &Path) -> Result<Vec<String>, ReleaseError> {
    let mut verbs = Vec::new();
    for folder in ["libexec/commands", "commands"] {
        let folder = root.join(directory).join(folder);
        if !folder.is_dir() {
            continue;
        }
        for path in fs::read_dir(&folder)? {
            if let (Some(stem), Some("sh")) = (
                path.file_stem().and_then(|stem| stem.to_str()),
                path.extension().and_then(|extension| extension.to_str()),
            ) {
                verbs.push(stem.to_owned());
            }
        }
    }
    Ok(verbs)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Erlang {
        /// A release of which only the signs of its kind are known.
        pub(in crate::release) fn sketch(
            script: &str,
            has_elixir: bool,
            has_libexec: bool,
        ) -> Self {
            Self {
                name: "orders".into(),
                version: "1.0".into(),
                erts: Erts {
                    version: "13.1.5".into(),
                    included: true,
                    directory: PathBuf::new(),
                },
                applications: Vec::new(),
                directory: PathBuf::new(),
                has_script: true,
                verbs: start_script::verbs(script),
                script: script.into(),
                has_elixir,
                has_libexec,
            }
        }
    }

    #[test]
    fn otp_release_of_a_runtime() {
        for (version, expected) in [
            ("13.1.5", Some(25)),
            ("16.0", Some(28)),
            ("10.7.2.1", Some(22)),
            ("10.3.5", Some(21)),
            ("9.3", Some(20)),
            ("5.10.4", None),
            ("x", None),
        ] {
            let erts = Erts {
                version: version.into(),
                included: true,
                directory: PathBuf::new(),
            };
            assert_eq!(erts.otp_release(), expected, "{version}");
        }
    }
}
