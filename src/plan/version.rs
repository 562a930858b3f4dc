//! The version: the command line's, the manifest's, git's, or the release's made a Debian version.

use super::{BuildOptions, PlanError};
use crate::debian::{ReleaseVersion, Version};
use crate::finding::{Finding, tags};
use crate::manifest::{InvalidValue, Manifest, Tables, TextOr};
use crate::release::Release;

/// Returns the full version of the package.
pub(super) fn resolve(
    manifest: &Manifest,
    release: &Release,
    options: &BuildOptions,
    findings: &mut Vec<Finding>,
) -> Result<Version, PlanError> {
    let tables = &manifest.tables;
    if let Some(version) = &options.version {
        return Ok(version.clone());
    }
    let written = tables.package.version.as_ref();
    let version = match written.map(|written| (written.get_ref(), written.span())) {
        Some((TextOr::Text(text), span)) => {
            let invalid = |message: String, hint| InvalidValue::new(span.clone(), message, hint);
            Version::from_manifest(text).map_err(|e| invalid(e.to_string(), e.hint()))?
        }
        Some((TextOr::Table(table), span)) if !table.git => {
            let hint = Some("write `version = \"1.0\"`, or `{ git = true }`".to_owned());
            return Err(InvalidValue::new(
                span,
                "version gives neither a text nor `git = true`",
                hint,
            )
            .into());
        }
        Some((TextOr::Table(_), _)) => from_git(options, findings)?,
        None => from_release(manifest, release, findings)?,
    };
    with_revision(tables, version)
}

fn from_git(options: &BuildOptions, findings: &mut Vec<Finding>) -> Result<Version, PlanError> {
    let asked = "`version = { git = true }`, but `git describe` ";
    let described = match &options.git_describe {
        Some(Ok(described)) => described,
        Some(Err(failure)) => {
            return Err(PlanError::FromRelease {
                message: format!("{asked}fails: {}", failure.words),
                hint: failure.hint.clone(),
            });
        }
        None => {
            return Err(PlanError::FromRelease {
                message: format!("{asked}was not asked"),
                hint: "give the version with `--version`".into(),
            });
        }
    };
    mapped(described, "`git describe`", findings)
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
        hint: error
            .hint()
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

fn with_revision(tables: &Tables, version: Version) -> Result<Version, PlanError> {
    let Some(revision) = &tables.package.revision else {
        return Ok(version);
    };
    let version = version
        .with_revision(revision.get_ref())
        .map_err(|error| InvalidValue::new(revision.span(), error.to_string(), error.hint()))?;
    Ok(version)
}
