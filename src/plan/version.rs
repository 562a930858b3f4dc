//! The version: the command line's, the manifest's, or that of git, a command, a file or the release
//! made a Debian version.

use std::ops::Range;

use super::{BuildOptions, PlanError, ToolFailure};
use crate::debian::{ReleaseVersion, Version};
use crate::finding::{Finding, tags};
use crate::manifest::{Epoch, InvalidValue, Manifest, Tables, TextOr, VersionSource, VersionTable};
use crate::release::Release;

/// Returns the full version of the package; `file` is the first line of the file that the manifest
/// takes it from.
pub(super) fn resolve(
    manifest: &Manifest,
    release: &Release,
    file: Option<&str>,
    options: &BuildOptions,
    findings: &mut Vec<Finding>,
) -> Result<Version, PlanError> {
    let tables = &manifest.tables;
    if let Some(version) = &options.version {
        return Ok(version.clone());
    }
    let version = match (&options.release_version, &tables.package.version) {
        (Some(text), _) => mapped(text, "`--release-version`", findings)?,
        (None, Some(written)) => match written.get_ref() {
            TextOr::Text(text) => Version::from_manifest(text).map_err(|error| {
                InvalidValue::new(written.span(), error.to_string(), error.hint())
            })?,
            TextOr::Table(table) => from_source(table, written.span(), file, options, findings)?,
        },
        (None, None) => from_release(manifest, release, findings)?,
    };
    with_revision(tables, with_epoch(tables, version)?)
}

/// Returns the version that `version = { … }` stands for.
fn from_source(
    table: &VersionTable,
    place: Range<usize>,
    file: Option<&str>,
    options: &BuildOptions,
    findings: &mut Vec<Finding>,
) -> Result<Version, PlanError> {
    let source = table.source().map_err(|given| {
        let (message, hint) = VersionTable::fault(&given);
        InvalidValue::new(place.clone(), message, Some(hint))
    })?;
    let question = table.question();
    let answer = question.and_then(|it| options.version_answers.get(&it));
    match source {
        VersionSource::Git => {
            let asked = "`version = { git = true }`, but `git describe` ";
            let text = answered(
                answer,
                &format!("{asked}fails: "),
                &format!("{asked}was not asked"),
            )?;
            mapped(text, "`git describe`", findings)
        }
        VersionSource::Command(command) => {
            let asked = format!("`version = {{ command = … }}`, but `{command}` ");
            let text = answered(answer, &asked, &format!("{asked}was not run"))?;
            mapped(text, "the command", findings)
        }
        VersionSource::Upstream(text) => {
            let mapped = mapped(text, "`upstream`", findings);
            mapped.map_err(|error| match error {
                PlanError::FromRelease { message, hint } => {
                    InvalidValue::new(place, message, Some(hint)).into()
                }
                other => other,
            })
        }
        VersionSource::Exact(text) => Ok(text
            .parse::<Version>()
            .map_err(|error| InvalidValue::new(place, error.to_string(), error.hint()))?),
        VersionSource::File(path) => {
            mapped(file.unwrap_or_default(), &format!("`{path}`"), findings)
        }
    }
}

/// Returns the answer of a tool, or the error that it failed, or that nobody asked it.
fn answered<'a>(
    answer: Option<&'a Result<String, ToolFailure>>,
    fails: &str,
    unasked: &str,
) -> Result<&'a str, PlanError> {
    match answer {
        Some(Ok(text)) => Ok(text),
        Some(Err(failure)) => Err(PlanError::FromRelease {
            message: format!("{fails}{}", failure.words),
            hint: failure.hint.clone(),
        }),
        None => Err(PlanError::FromRelease {
            message: unasked.to_owned(),
            hint: "give the version with `--version`".into(),
        }),
    }
}

fn from_release(
    manifest: &Manifest,
    release: &Release,
    findings: &mut Vec<Finding>,
) -> Result<Version, PlanError> {
    let hint = "write `version = \"…\"` below `[package]`, or give `--version`";
    let Some(version) = &release.version else {
        if release.is_absent() {
            return Err(PlanError::Missing {
                key: "package.version",
                manifest: manifest.path().to_owned(),
                hint: hint.into(),
            });
        }
        return Err(PlanError::FromRelease {
            message: format!(
                "release `{}` does not tell its version",
                release.path.display()
            ),
            hint: hint.into(),
        });
    };
    let source = if release.is_absent() {
        "Cargo.toml"
    } else {
        "the release"
    };
    mapped(version, source, findings)
}

/// Makes a Debian version of a foreign one, with a finding that tells its source.
fn mapped(text: &str, source: &str, findings: &mut Vec<Finding>) -> Result<Version, PlanError> {
    let ReleaseVersion {
        version,
        explanation,
    } = Version::from_release(text).map_err(|error| PlanError::FromRelease {
        message: format!("version `{text}` of {source} makes no Debian version: {error}"),
        hint: with_own_epoch(text)
            .or_else(|| error.hint())
            .unwrap_or_else(|| "give the version with `--version`".into()),
    })?;
    let message = match explanation {
        None => format!("version `{version}` is that of {source}"),
        Some(explanation) => {
            format!("version `{version}` is made of `{text}` from {source}: {explanation}")
        }
    };
    findings.push(Finding::new(tags::VERSION_FROM_RELEASE, message));
    Ok(version)
}

/// Returns the hint for a version that brings its epoch, which no release and no tag has.
fn with_own_epoch(text: &str) -> Option<String> {
    let (epoch, rest) = text.split_once(':')?;
    let is_epoch = !epoch.is_empty() && epoch.chars().all(|c| c.is_ascii_digit());
    is_epoch.then(|| {
        format!("write `epoch = {epoch}` below `[package]`, and leave the version at `{rest}`")
    })
}

fn with_epoch(tables: &Tables, version: Version) -> Result<Version, PlanError> {
    let Some(epoch) = &tables.package.epoch else {
        return Ok(version);
    };
    let Epoch(number) = *epoch.get_ref();
    if version.epoch() != 0 {
        let message = format!("epoch is `{number}`, but version `{version}` has one of its own");
        let hint = "write it in one of the two".to_owned();
        return Err(InvalidValue::new(epoch.span(), message, Some(hint)).into());
    }
    Ok(version.with_epoch(number))
}

fn with_revision(tables: &Tables, version: Version) -> Result<Version, PlanError> {
    let Some(revision) = &tables.package.revision else {
        return Ok(version);
    };
    let version = version
        .with_revision(revision.get_ref())
        .map_err(|error| InvalidValue::new(revision.span(), error.to_string(), error.hint()))?;
    Ok(version)
}
