//! The documents that policy wants below /usr/share/doc: copyright (12.5) and changelog (12.7).

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::compressed::{self, BEST};
use super::{PopulateError, changelog, copyright, source_name};
use crate::deb::gzip;
use crate::fs::{self, FsError};
use crate::plan::{PackagePlan, Settings};
use crate::release::Release;
use crate::template::Templates;
use crate::tree::{Content, Entry, Origin, PackagePath};

#[derive(Serialize)]
struct ChangelogContext<'a> {
    name: &'a str,
    version: &'a str,
    maintainer: &'a str,
    date: String,
}

/// Returns the documents of a package.
pub(super) fn entries(
    settings: &Settings,
    plan: &PackagePlan,
    release: &Release,
    templates: &Templates,
) -> Result<Vec<(PackagePath, Entry)>, PopulateError> {
    if !plan.documents {
        return Ok(Vec::new());
    }
    let year = time(settings).strftime("%Y").to_string();
    let text = copyright::render(settings, plan, release, &year, templates)?;
    let origin = Origin::Template(copyright::TEMPLATE.into());
    let mut entries = vec![document(plan, "copyright", text.into_bytes(), origin)?];
    entries.extend(changelogs(settings, plan, templates)?);
    Ok(entries)
}

fn document(
    plan: &PackagePlan,
    name: &str,
    content: Vec<u8>,
    origin: Origin,
) -> Result<(PackagePath, Entry), PopulateError> {
    let path = PackagePath::new(format!("/usr/share/doc/{}/{name}", plan.control.package))?;
    Ok((
        path,
        Entry::regular(Content::Bytes(Arc::from(content)), 0o644, origin),
    ))
}

/// Returns the Debian changelog, and the project's own where there is one. A native package
/// (no Debian revision) calls its Debian changelog `changelog.gz` and has no other of that
/// name.
fn changelogs(
    settings: &Settings,
    plan: &PackagePlan,
    templates: &Templates,
) -> Result<Vec<(PackagePath, Entry)>, PopulateError> {
    let debian_name = changelog::file_name(&plan.control.version);
    let name_of_upstream = |path: &Path| match debian_name {
        "changelog.gz" => upstream_name(path),
        _ => "changelog.gz".to_owned(),
    };
    let mut entries = Vec::new();
    let mut has_debian = false;
    if let Some(path) = &plan.changelog {
        let text = changelog_text(path)?;
        // Beside one of the project, it is the package's, whatever is wrong with it.
        has_debian = plan.upstream_changelog.is_some()
            || text.starts_with(format!("{} (", source_name(&plan.control)).as_bytes());
        let name = if has_debian {
            debian_name.to_owned()
        } else {
            name_of_upstream(path)
        };
        let origin = changelog_origin(changelog::KEY, path);
        entries.push(document(plan, &name, gzip(&text, BEST), origin)?);
    }
    if let Some(path) = &plan.upstream_changelog {
        let text = changelog_text(path)?;
        let origin = changelog_origin("package.upstream-changelog", path);
        entries.push(document(
            plan,
            &name_of_upstream(path),
            gzip(&text, BEST),
            origin,
        )?);
    }
    if has_debian {
        return Ok(entries);
    }
    let template = "package/changelog";
    let context = ChangelogContext {
        name: plan.control.package.as_str(),
        version: &plan.control.version.to_string(),
        maintainer: &plan.control.maintainer.to_string(),
        date: date(time(settings)),
    };
    let text = templates.render(template, &context)?;
    entries.push(document(
        plan,
        debian_name,
        gzip(text.as_bytes(), BEST),
        Origin::Template(template.into()),
    )?);
    Ok(entries)
}

/// Reads a changelog, which may be compressed by gzip.
fn changelog_text(path: &Path) -> Result<Vec<u8>, FsError> {
    let read = fs::read(path)?;
    Ok(compressed::gunzip(&read).unwrap_or(read))
}

fn changelog_origin(key: &str, path: &Path) -> Origin {
    Origin::Files {
        key: Arc::new(key.to_owned()),
        source: Some(path.into()),
    }
}

fn upstream_name(path: &Path) -> String {
    let name = path
        .file_stem()
        .filter(|_| path.extension() == Some("gz".as_ref()));
    let name = name.or(path.file_name()).map(|name| name.to_string_lossy());
    match name {
        // The Debian changelog has that name.
        None | Some(Cow::Borrowed("changelog")) => "NEWS.gz".to_owned(),
        Some(name) => format!("{name}.gz"),
    }
}

fn time(settings: &Settings) -> Timestamp {
    let seconds = i64::try_from(settings.mtime).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// Returns a date in the form of deb-changelog(5), in UTC.
fn date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
