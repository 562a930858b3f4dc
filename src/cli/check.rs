//! `reldeb check`: what a package needs on a machine, for people and as JSON.

use std::fmt::Write;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::Args;
use reldeb::audit::{Audit, Library, Provider, Verdict};
use reldeb::deb::Deb;
use reldeb::debian::{RelationField, Suite};
use reldeb::escape;
use reldeb::finding::{Tag, tags};
use reldeb::lint::{DebReport, check_deb};
use reldeb::pipeline::{Package, Prepared};
use serde_json::{Value, json};

use super::session::{Answer, Session};
use super::source::BuildSource;

/// The arguments of [`BuildSource`].
const SOURCE: [&str; 6] = [
    "manifest",
    "variant",
    "package_version",
    "arch",
    "compression",
    "output",
];

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    /// A package; without it, the one that the manifest would make
    #[arg(value_name = "X.deb", conflicts_with_all = SOURCE)]
    package: Option<PathBuf>,
    /// Explain a kind of finding, by its tag, or list all tags; nothing is looked at
    #[arg(long, value_name = "TAG", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = SOURCE, conflicts_with = "package")]
    explain: Option<String>,
    #[command(flatten)]
    source: BuildSource,
}

/// Looks at a package, or at the one that the manifest would make; or explains a finding.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    match arguments.explain.as_deref() {
        Some("") => return Ok(list(session)),
        Some(name) => return explain(name, session),
        None => {}
    }
    let report = if let Some(path) = &arguments.package {
        check_deb(&Deb::open(path)?)?
    } else {
        let prepared = arguments.source.prepare(&session.environment)?;
        let Prepared { settings, packages } = ManuallyDrop::into_inner(prepared);
        let suites = settings.suites.iter().map(|declared| declared.suite);
        // Debug symbols need nothing on a machine.
        let Some(package) = packages.into_iter().next() else {
            return Ok(Vec::new());
        };
        of_package(package, suites.collect())
    };
    let output = session.show(&json(&report), || text(&report));
    session.judge(&report.findings, output, "")
}

fn explain(name: &str, session: &Session) -> Answer {
    let tag = tags::find(name)?;
    Ok(session.show(&explanation(tag), || {
        format!("{}\n{}\n", heading(tag), tag.explanation())
    }))
}

fn list(session: &Session) -> Vec<u8> {
    let all: Vec<Value> = tags::all().map(explanation).collect();
    session.show(&all, || tags::all().map(heading).collect())
}

fn explanation(tag: &Tag) -> Value {
    json!({
        "tag": tag,
        "severity": tag.severity,
        "summary": tag.summary(),
        "explanation": tag.explanation(),
    })
}

/// Returns the line that a tag has in the list.
fn heading(tag: &Tag) -> String {
    format!("{tag} ({}): {}\n", tag.severity, tag.summary())
}

fn of_package(package: Package, suites: Vec<Suite>) -> DebReport {
    let control = &package.control;
    let depends = control.relations.get(RelationField::Depends);
    DebReport {
        name: [
            control.package.to_string(),
            control.version.to_string(),
            control.architecture.to_string(),
        ],
        depends: depends.map_or_else(String::new, ToString::to_string),
        suites,
        audit: package.audit,
        findings: package.findings,
    }
}

fn text(report: &DebReport) -> String {
    let audit = &report.audit;
    let mut text = format!("{}\n", escape::line(&report.name.join(" ")));
    if audit.is_empty() {
        text.push_str("no ELF files: it runs wherever its other files do\n");
        return text;
    }
    text.push_str("\nlibraries:\n");
    text.push_str(&table(&library_rows(audit)));
    for program in &audit.static_programs {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  `{}` needs none", escape::line(program));
    }
    text.push_str("\nruns on:\n");
    text.push_str(&table(&suite_rows(report)));
    let depends = match report.depends.as_str() {
        "" => "nothing",
        depends => depends,
    };
    let _ = writeln!(text, "\ndepends on: {}", escape::line(depends));
    text
}

/// Each library: its name, where it is, the highest symbol version and the file that needs it.
fn library_rows(audit: &Audit) -> Vec<Vec<String>> {
    let row = |(soname, library): (&String, &Library)| {
        let places: Vec<_> = library.found.iter().map(place).collect();
        let mut row = vec![soname.clone(), places.join(", ")];
        row.push(match (&library.highest, library.needed_by.first()) {
            (Some((symbol, file)), _) => format!("{symbol} for {file}"),
            (None, Some(file)) => format!("for {file}"),
            (None, None) => String::new(),
        });
        row
    };
    audit.by_library.iter().map(row).collect()
}

fn place(found: &Provider) -> String {
    match found {
        Provider::Inside(path) => path.clone(),
        Provider::Package(relation) => relation.clone(),
        Provider::Nowhere => "nowhere".to_owned(),
    }
}

fn suite_rows(report: &DebReport) -> Vec<Vec<String>> {
    let row = |verdict: &Verdict| {
        let is_declared = report.suites.contains(&verdict.suite);
        let says = match (verdict.against.as_slice(), is_declared) {
            ([], false) => "yes".to_owned(),
            ([], true) => "yes, as declared".to_owned(),
            (against, false) => format!("no: {}", against.join("; ")),
            (against, true) => format!("no, but declared: {}", against.join("; ")),
        };
        vec![verdict.suite.to_string(), says]
    };
    report.audit.verdicts.iter().map(row).collect()
}

/// Rows with their columns below each other.
fn table(rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<_>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| escape::line(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        let _ = writeln!(text, "  {}", padded.join("  ").trim_end());
    }
    text
}

fn json(report: &DebReport) -> Value {
    let [package, version, architecture] = &report.name;
    let suites: Vec<_> = report.suites.iter().map(|suite| suite.name).collect();
    json!({
        "package": package,
        "version": version,
        "architecture": architecture,
        "depends": report.depends,
        "suites": suites,
        "audit": report.audit,
        "findings": report.findings,
    })
}
