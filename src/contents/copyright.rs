//! The copyright file: machine-readable (copyright-format 1.0), with what somebody has said and nothing
//! else.

use serde::Serialize;

use super::{PopulateError, license};
use crate::debian::Homepage;
use crate::plan::{PackagePlan, Settings};
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
}

/// Renders the copyright file; `year` is that of the package.
pub(super) fn render(
    settings: &Settings,
    plan: &PackagePlan,
    year: &str,
    templates: &Templates,
) -> Result<String, PopulateError> {
    let author_texts = match &plan.license_file {
        Some((path, skip)) => license::read_named(path, *skip)?,
        None => license::read(&settings.directory)?,
    };
    let homepage = plan.control.homepage.as_ref();
    let license = license::short_name(&plan.license);
    let context = Context {
        name: plan.control.package.as_str(),
        homepage: homepage.map_or("", Homepage::as_str),
        holder: holder(plan, year),
        license_text: license::texts(&plan.license, &author_texts),
        license,
    };
    Ok(templates.render(TEMPLATE, &context)?)
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
