//! The documents that policy wants below /usr/share/doc: copyright (12.5) and changelog (12.7).

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::compressed::{self, BEST};
use super::{PopulateError, changelog, license};
use crate::deb::gzip;
use crate::debian::Homepage;
use crate::fs;
use crate::plan::{PackagePlan, Settings};
use crate::template::Templates;
use crate::tree::{Content, Entry, Origin, PackagePath};

#[derive(Serialize)]
struct CopyrightContext<'a> {
    name: &'a str,
    homepage: &'a str,
    /// The holder of the copyright with a year, or that none is stated.
    holder: String,
    license: String,
    license_text: String,
}

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
    templates: &Templates,
) -> Result<Vec<(PackagePath, Entry)>, PopulateError> {
    let mut entries = vec![copyright(settings, plan, templates)?];
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

fn copyright(
    settings: &Settings,
    plan: &PackagePlan,
    templates: &Templates,
) -> Result<(PackagePath, Entry), PopulateError> {
    let template = "package/copyright";
    let homepage = plan.control.homepage.as_ref();
    let context = CopyrightContext {
        name: plan.control.package.as_str(),
        homepage: homepage.map_or("", Homepage::as_str),
        holder: holder(plan, settings),
        license: license::short_name(&plan.license),
        license_text: license::texts(&plan.license, &license::read(&settings.directory)?),
    };
    let text = templates.render(template, &context)?;
    document(
        plan,
        "copyright",
        text.into_bytes(),
        Origin::Template(template.into()),
    )
}

/// Returns who holds the copyright, with a year: it is never a holder that nobody
/// has named. lintian wants a year then too.
fn holder(plan: &PackagePlan, settings: &Settings) -> String {
    let year = time(settings).strftime("%Y");
    match &plan.copyright_holder {
        None => format!("not stated (packaged in {year})"),
        Some(holder) if says_year(holder) => holder.clone(),
        Some(holder) => format!("{year} {holder}"),
    }
}

/// Returns whether a text such as `2019-2026 Example Ltd` or `(c) 2019 Ann` starts with a year.
fn says_year(holder: &str) -> bool {
    let mut words = holder
        .split_whitespace()
        .skip_while(|word| ["copyright", "(c)", "©"].contains(&word.to_lowercase().as_str()));
    words.next().is_some_and(|word| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        digits == 4 && !word[digits..].starts_with(char::is_alphanumeric)
    })
}

/// Returns the Debian changelog, and the author's own where there is one. A native package
/// (no Debian revision) calls its Debian changelog `changelog.gz` and has no other of that
/// name.
fn changelogs(
    settings: &Settings,
    plan: &PackagePlan,
    templates: &Templates,
) -> Result<Vec<(PackagePath, Entry)>, PopulateError> {
    let debian_name = changelog::file_name(&plan.control.version);
    let mut entries = Vec::new();
    if let Some(path) = &plan.changelog {
        let read = fs::read(path)?;
        let text = compressed::gunzip(&read).unwrap_or(read);
        let origin = Origin::Files {
            key: Arc::new(changelog::KEY.to_owned()),
            source: Some(path.as_path().into()),
        };
        let starts_debian = text.starts_with(format!("{} (", plan.control.package).as_bytes());
        let name = match debian_name {
            _ if starts_debian => debian_name.to_owned(),
            "changelog.gz" => upstream_name(path),
            _ => "changelog.gz".to_owned(),
        };
        entries.push(document(plan, &name, gzip(&text, BEST), origin)?);
        if starts_debian {
            return Ok(entries);
        }
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
