//! `BuildSource`: the packages that a manifest makes, for the commands that look at it or write it.

use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::Args;
use reldeb::deb::{Compression, Method};
use reldeb::debian::{Architecture, Version};
use reldeb::manifest::{Manifest, TextOr, VersionSource};
use reldeb::pipeline::{self, Prepared};
use reldeb::plan::{BuildOptions, ToolFailure};

use super::session::{Environment, Failure};
use super::{command, git};

#[derive(Debug, Args)]
pub(super) struct BuildSource {
    /// The manifest, or the folder it lies in
    #[arg(short, long, value_name = "FILE", default_value = ".")]
    manifest: PathBuf,
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
    /// The file, or the folder, to write
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

impl BuildSource {
    /// Prepares the packages. The process ends with its command, so the paths of a large tree are
    /// not given back one by one.
    pub(super) fn prepare(
        &self,
        environment: &Environment,
    ) -> Result<ManuallyDrop<Prepared>, Failure> {
        let manifest = Manifest::read(&self.manifest, self.variant.as_deref(), environment)?;
        let options = BuildOptions {
            version: self.package_version.clone(),
            architecture: self.arch,
            compression: self.compression,
            output: self.output.clone(),
            source_date_epoch: source_date_epoch(environment)?,
            release_version: self.release_version.clone(),
            version_answer: self.version_answer(&manifest),
        };
        let prepared = pipeline::prepare(&manifest, &options)?;
        Ok(ManuallyDrop::new(prepared))
    }

    /// Returns what git, or a command, says of the manifest's folder, where the manifest asks for it and
    /// no argument does without.
    fn version_answer(&self, manifest: &Manifest) -> Option<Result<String, ToolFailure>> {
        if self.package_version.is_some() || self.release_version.is_some() {
            return None;
        }
        let TextOr::Table(table) = manifest.tables.package.version.as_ref()?.get_ref() else {
            return None;
        };
        match table.source().ok()? {
            VersionSource::Git => Some(git::describe(manifest.directory())),
            VersionSource::Command(line) => Some(command::line_of(line, manifest.directory())),
            VersionSource::Upstream(_) | VersionSource::File(_) => None,
        }
    }
}

/// <https://reproducible-builds.org/specs/source-date-epoch/>. A value that is no number is an
/// error: a silent "now" would break reproducibility unseen.
fn source_date_epoch(environment: &Environment) -> Result<Option<u64>, Failure> {
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

/// clap prints one line: the hint goes behind the error.
fn with_hint(error: String, hint: Option<String>) -> String {
    match hint {
        Some(hint) => format!("{error} ({hint})"),
        None => error,
    }
}

fn parse_version(text: &str) -> Result<Version, String> {
    text.parse()
        .map_err(|e: reldeb::debian::VersionError| with_hint(e.to_string(), e.hint()))
}

fn parse_architecture(text: &str) -> Result<Architecture, String> {
    text.parse()
        .map_err(|e: reldeb::debian::ArchitectureError| with_hint(e.to_string(), e.hint()))
}

fn parse_compression(text: &str) -> Result<Compression, String> {
    text.parse()
        .map_err(|e: reldeb::deb::CompressionError| with_hint(e.to_string(), e.hint()))
}
