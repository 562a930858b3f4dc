//! The copyright file: machine-readable (copyright-format 1.0), with what somebody has said and nothing
//! else.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{PopulateError, license};
use crate::debian::Homepage;
use crate::plan::{PackagePlan, Settings};
use crate::release::{self, Component, Release};
use crate::template::Templates;

/// The template.
pub(super) const TEMPLATE: &str = "package/copyright";

#[derive(Serialize)]
struct Context<'a> {
    name: &'a str,
    homepage: &'a str,
    /// The holder of the copyright with a year, or that none is stated.
    holder: String,
    license: String,
    license_text: String,
    /// The parts that others have written.
    components: Vec<Part>,
    /// The texts of their licences by their short names.
    licenses: BTreeMap<String, String>,
}

/// A part that others have written, as a stanza shows it.
#[derive(Serialize)]
struct Part {
    title: Option<String>,
    files: Vec<String>,
    copyright: String,
    license: String,
}

/// Renders the copyright file; `year` is that of the package.
pub(super) fn render(
    settings: &Settings,
    plan: &PackagePlan,
    release: &Release,
    year: &str,
    templates: &Templates,
) -> Result<String, PopulateError> {
    let author_texts = match &plan.license_file {
        Some((path, skip)) => license::read_named(path, *skip)?,
        None => license::read(&settings.directory)?,
    };
    let homepage = plan.control.homepage.as_ref();
    let license = license::short_name(&plan.license);
    let components = release::components(release, &settings.directory)?;
    let mut licenses = BTreeMap::new();
    let mut parts = Vec::new();
    for component in components {
        let names = license::names(&component.licenses);
        for name in &names {
            let text = || license::text_of_another(name);
            if *name != license && !["and", "or"].contains(&name.as_str()) {
                licenses.entry(name.clone()).or_insert_with(text);
            }
        }
        parts.push(part(plan, component, names.join(" ")));
    }
    let context = Context {
        name: plan.control.package.as_str(),
        homepage: homepage.map_or("", Homepage::as_str),
        holder: holder(plan, year),
        license_text: license::texts(&plan.license, &author_texts),
        license,
        components: parts,
        licenses,
    };
    Ok(templates.render(TEMPLATE, &context)?)
}

fn part(plan: &PackagePlan, component: Component, license: String) -> Part {
    let files = component.directories.iter().map(|directory| {
        let directory = String::from_utf8_lossy(directory);
        pattern(&format!("{}/{directory}/*", plan.target))
    });
    let copyright = component.copyright.filter(|text| !text.contains('\n'));
    Part {
        title: component.title,
        files: files.collect(),
        copyright: copyright.unwrap_or_else(|| "not stated in the release".to_owned()),
        license,
    }
}

/// Returns a pattern of the package's paths, relative to its root: what the format would read in
/// another way is a `?`, and `*` at the end stays.
fn pattern(path: &str) -> String {
    let (path, end) = path.split_at(path.len() - 1);
    let path = path.trim_start_matches('/');
    let legal = |c: char| match c {
        '*' | '?' | '\\' => '?',
        c if c.is_whitespace() || c.is_control() => '?',
        c => c,
    };
    format!("{}{end}", path.chars().map(legal).collect::<String>())
}

/// Returns who holds the copyright, with a year: it is never a holder that nobody
/// has named. lintian wants a year then too.
fn holder(plan: &PackagePlan, year: &str) -> String {
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
