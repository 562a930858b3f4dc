//! `BuildSource`: the packages that a manifest makes, for the commands that look at it or write it.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use crate::deb::{Compression, Method};
use crate::debian::{Architecture, MachineName, Version};
use crate::manifest::{Manifest, ManifestError, TextOr, VersionQuestion};
use crate::pipeline::{self, Prepared};
use crate::plan::{BuildOptions, OutputPath, OutputPathError, ToolFailure};
use clap::Args;

use super::session::{Environment, Failure};
use super::{command, git};

/// The folder that is meant where no manifest is named.
const HERE: &str = ".";

#[derive(Debug, Clone, Args)]
pub(super) struct BuildSource {
    /// The manifest, or the folder it lies in
    #[arg(short, long, value_name = "FILE", default_value = HERE)]
    manifest: PathBuf,
    /// The directory of the release, in place of the manifest's
    #[arg(long, value_name = "DIRECTORY")]
    release: Option<PathBuf>,
    #[command(flatten)]
    settings: BuildSettings,
}

/// The arguments that stand above what the manifest says, whichever it is.
#[derive(Debug, Clone, Args)]
pub(super) struct BuildSettings {
    /// Lay `[variant.NAME]` over the manifest
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// The package's version, in place of the manifest's
    #[arg(long = "version", value_name = "VERSION", value_parser = parse_version)]
    package_version: Option<Version>,
    /// The version of the release, in its own spelling such as `v1.4.0-rc.1`
    #[arg(long, value_name = "VERSION", conflicts_with = "package_version")]
    release_version: Option<String>,
    /// The package's architecture, in place of the release's
    #[arg(long, value_name = "ARCHITECTURE", value_parser = parse_architecture)]
    arch: Option<Architecture>,
    #[arg(
        long,
        value_name = "METHOD",
        value_parser = parse_compression,
        help = format!(
            "{}, with an optional level such as `zstd:19`; or `fast`, `best`",
            Method::names()
        )
    )]
    compression: Option<Compression>,
    /// The file, or the folder, to write; `{name}` and `{version}` in a file's name are the package's
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

impl BuildSource {
    /// Returns a flag that was given.
    pub(super) fn flag(&self) -> Option<&'static str> {
        let settings = &self.settings;
        let flags = [
            (self.manifest != Path::new(HERE), "--manifest"),
            (self.release.is_some(), "--release"),
            (settings.variant.is_some(), "--variant"),
            (settings.package_version.is_some(), "--version"),
            (settings.release_version.is_some(), "--release-version"),
            (settings.arch.is_some(), "--arch"),
            (settings.compression.is_some(), "--compression"),
            (settings.output.is_some(), "--output"),
        ];
        flags
            .into_iter()
            .find_map(|(given, flag)| given.then_some(flag))
    }

    /// Returns the file of the manifest, also where none is there yet.
    pub(super) fn manifest_file(&self) -> PathBuf {
        let found = Manifest::file_at(&self.manifest);
        found.unwrap_or_else(|| self.manifest.join("reldeb.toml"))
    }

    /// Prepares the packages with these names, or all where none is named.
    pub(super) fn prepare(
        &self,
        packages: &[String],
        environment: &Environment,
    ) -> Result<ManuallyDrop<Prepared>, Failure> {
        let read = |path: &Path| self.settings.read(path, packages, environment);
        let manifests = match read(&self.manifest) {
            Err(
                error @ (ManifestError::NotFound { .. } | ManifestError::NoCargoMetadata { .. }),
            ) if self.manifest == Path::new(HERE) => match above(Path::new(HERE)) {
                Some(path) => read(&path)?,
                None => return Err(error.into()),
            },
            manifests => manifests?,
        };
        self.settings
            .prepare(&manifests, self.release.clone(), environment)
    }

    /// Prepares the packages to be written into a folder at once, not compressed.
    pub(super) fn prepare_in(
        &self,
        folder: &Path,
        environment: &Environment,
    ) -> Result<ManuallyDrop<Prepared>, Failure> {
        let settings = BuildSettings {
            output: Some(folder.to_owned()),
            compression: "none".parse().ok(),
            ..self.settings.clone()
        };
        let source = Self {
            settings,
            ..self.clone()
        };
        source.prepare(&[], environment)
    }
}

impl BuildSettings {
    /// Reads a manifest.
    pub(super) fn read(
        &self,
        path: &Path,
        packages: &[String],
        environment: &Environment,
    ) -> Result<Vec<Manifest>, ManifestError> {
        Manifest::read(path, self.variant.as_deref(), packages, environment)
    }

    /// Parses the text of a manifest.
    pub(super) fn parse(
        &self,
        path: PathBuf,
        text: String,
        environment: &Environment,
    ) -> Result<Vec<Manifest>, ManifestError> {
        Manifest::parse(path, text, self.variant.as_deref(), environment)
    }

    /// Returns whether the version of the packages was given.
    pub(super) fn has_version(&self) -> bool {
        self.package_version.is_some()
    }

    /// Returns whether the place of the packages was given.
    pub(super) fn has_output(&self) -> bool {
        self.output.is_some()
    }

    /// Prepares the packages of manifests. The process ends with its command, so the paths of a large
    /// tree are not given back one by one.
    pub(super) fn prepare(
        &self,
        manifests: &[Manifest],
        release: Option<PathBuf>,
        environment: &Environment,
    ) -> Result<ManuallyDrop<Prepared>, Failure> {
        let options = BuildOptions {
            release,
            version: self.package_version.clone(),
            architecture: self.arch,
            compression: self.compression,
            output: self.output.as_deref().map(output).transpose()?,
            source_date_epoch: source_date_epoch(environment)?,
            release_version: self.release_version.clone(),
            version_answers: self.version_answers(manifests),
        };
        let prepared = pipeline::prepare(manifests, &options)?;
        Ok(ManuallyDrop::new(prepared))
    }

    /// Returns the answers of git and of commands, where a package asks them and no argument does
    /// without.
    fn version_answers(
        &self,
        manifests: &[Manifest],
    ) -> BTreeMap<VersionQuestion, Result<String, ToolFailure>> {
        let mut answers = BTreeMap::new();
        if self.package_version.is_some() || self.release_version.is_some() {
            return answers;
        }
        for manifest in manifests {
            let written = manifest.tables.package.version.as_ref();
            let Some(TextOr::Table(table)) = written.map(crate::manifest::Spanned::get_ref) else {
                continue;
            };
            let Some(question) = table.question() else {
                continue;
            };
            answers.entry(question).or_insert_with_key(|question| {
                let directory = manifest.directory();
                match question {
                    VersionQuestion::Git => git::describe(directory),
                    VersionQuestion::Command(line) => command::line_of(line, directory),
                }
            });
        }
        answers
    }
}

/// Returns the manifest in the nearest folder above that has one, not beyond the top of the git
/// repository. Where others can write above, as in /tmp, theirs is not taken: it may run commands.
#[cfg(unix)]
fn above(folder: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let mine = folder.metadata().ok()?.uid();
    let depth = std::env::current_dir().ok()?.components().count();
    let mut folder = folder.to_owned();
    for step in 1..depth {
        if folder.join(".git").exists() {
            return None;
        }
        folder = std::iter::repeat_n("..", step).collect();
        let manifest = folder.join("reldeb.toml");
        if let Ok(found) = manifest.metadata() {
            return (found.uid() == mine).then_some(manifest);
        }
    }
    None
}

#[cfg(not(unix))]
fn above(_: &Path) -> Option<PathBuf> {
    None
}

/// <https://reproducible-builds.org/specs/source-date-epoch/>. A value that is no number is an
/// error: a silent "now" would break reproducibility unseen.
pub(super) fn source_date_epoch(environment: &Environment) -> Result<Option<u64>, Failure> {
    let Some(value) = environment.get("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    value.parse().map(Some).map_err(|_| {
        Failure::usage(
            format!(
                "SOURCE_DATE_EPOCH is `{}`, expected seconds since 1970",
                value.escape_debug()
            ),
            "set it with `SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`, or unset it".into(),
        )
    })
}

/// Reads the names in a path for packages. One that is no UTF-8 has none.
fn output(path: &Path) -> Result<OutputPath, Failure> {
    let Some(text) = path.to_str() else {
        return Ok(path.to_owned().into());
    };
    text.parse().map_err(|error: OutputPathError| {
        let hint = error.hint().unwrap_or_default();
        Failure::usage(error.to_string(), hint)
    })
}

/// clap prints one line: the hint goes behind the error.
fn with_hint(error: String, hint: Option<String>) -> String {
    match hint {
        Some(hint) => format!("{error} ({hint})"),
        None => error,
    }
}

fn parse_version(text: &str) -> Result<Version, String> {
    text.parse()
        .map_err(|e: crate::debian::VersionError| with_hint(e.to_string(), e.hint()))
}

fn parse_architecture(text: &str) -> Result<Architecture, String> {
    text.parse()
        .map(|MachineName(architecture)| architecture)
        .map_err(|e: crate::debian::ArchitectureError| with_hint(e.to_string(), e.hint()))
}

fn parse_compression(text: &str) -> Result<Compression, String> {
    text.parse()
        .map_err(|e: crate::deb::CompressionError| with_hint(e.to_string(), e.hint()))
}
