//! `reldeb check`: what a package needs on a machine and what is wrong with it, for people and for programs.

mod forms;

use std::fmt::Write;
use std::mem::ManuallyDrop;
use std::path::Path;

use crate::audit::{Audit, Library, Provider, Verdict};
use crate::deb::Deb;
use crate::debian::RelationField;
use crate::escape;
use crate::finding::{Finding, Location, Severity, Tag, tags};
use crate::lint::{DebReport, Policy, check_deb, check_package, unused_exceptions};
use crate::pipeline::{Package, Prepared};
use crate::tree::{Origin, PackagePath};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use self::forms::Placed;
use super::progress::Bytes;
use super::render::document as rendered;
use super::session::{Answer, Failure, Session};
use super::source::BuildSource;

/// The arguments of [`BuildSource`].
const SOURCE: [&str; 7] = [
    "manifest",
    "release",
    "variant",
    "package_version",
    "arch",
    "compression",
    "output",
];

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    /// A package file; or the packages of the manifest, without it all that it would make
    #[arg(value_name = "X.deb|PACKAGE")]
    packages: Vec<String>,
    /// Explain a kind of finding, by its tag, or list all tags; nothing is looked at
    #[arg(long, value_name = "TAG", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = SOURCE, conflicts_with = "packages")]
    explain: Option<String>,
    /// By whose rules: those of Debian's archive, those for packages from elsewhere, or both at their strictest
    #[arg(long, value_name = "POLICY", default_value = "third-party")]
    policy: Policy,
    /// The form of the answer; `--json` is `--format json`
    #[arg(long, value_name = "FORM", value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Make findings with this tag errors; can be given several times. What `[check]` allows stays allowed
    #[arg(long, value_name = "TAG", value_parser = parse_tag)]
    deny: Vec<&'static Tag>,
    #[command(flatten)]
    source: BuildSource,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One document with all that is known
    Json,
    /// SARIF 2.1.0, which services of code scanning read
    Sarif,
    /// Commands of GitHub's workflows, which show findings beside the manifest
    Github,
}

fn parse_tag(text: &str) -> Result<&'static Tag, String> {
    tags::find(text).map_err(|error| format!("{error}; {}", error.hint()))
}

/// Looks at a package file, or at the packages that the manifest would make; or explains a finding.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    match arguments.explain.as_deref() {
        Some("") => return Ok(list(session)),
        Some(name) => return explain(name, session),
        None => {}
    }
    let form = match arguments.format {
        Form::Text if session.json => Form::Json,
        form => form,
    };
    let file = arguments.file()?;
    let checked = match file {
        Some(path) => of_file(path, arguments.policy, session),
        None => of_manifest(arguments, session),
    };
    let (reports, mut placed) = match checked {
        Ok(checked) => checked,
        Err(failure) => return Err(undone(failure, form, &arguments.looked_at(file))),
    };
    for it in &mut placed {
        let tag = it.finding.tag;
        if arguments.deny.contains(&tag) && !it.is_allowed {
            it.finding.severity = Severity::Error;
        }
    }
    let findings: Vec<Finding> = placed.iter().map(|it| it.finding.clone()).collect();
    let output = match form {
        Form::Text => reports
            .iter()
            .map(text)
            .collect::<Vec<_>>()
            .join("\n")
            .into_bytes(),
        Form::Json => rendered(&document(&reports, &findings)),
        Form::Sarif => rendered(&forms::sarif(&placed)),
        Form::Github => forms::github(&placed, session.least()).into_bytes(),
    };
    session.judge(&findings, output, "")
}

/// Returns the failure of a check that could not look: what reads its form is told as well.
fn undone(failure: Failure, form: Form, file: &str) -> Failure {
    let output = match form {
        Form::Text | Form::Json => Vec::new(),
        Form::Sarif => rendered(&forms::sarif_of_failure(&failure, file)),
        Form::Github => forms::github_of_failure(&failure, file).into_bytes(),
    };
    failure.with_output(output).of_work()
}

type Checked = (Vec<DebReport>, Vec<Placed>);

fn of_file(path: &Path, policy: Policy, session: &Session) -> Result<Checked, Failure> {
    let deb = Deb::open(path)?;
    let bytes = Bytes {
        total: deb.size,
        done: vec![deb.bytes_read().clone()],
    };
    let report = session.watch("checking", &bytes, || check_deb(&deb, policy))?;
    let place = |finding: &Finding| Placed {
        finding: finding.clone(),
        line: None,
        file: path.display().to_string(),
        package: report.name[0].clone(),
        is_allowed: false,
    };
    let placed = report.findings.iter().map(place).collect();
    Ok((vec![report], placed))
}

fn of_manifest(arguments: &Arguments, session: &Session) -> Result<Checked, Failure> {
    let names = &arguments.packages;
    let prepare = || arguments.source.prepare(names, &session.environment);
    let prepared = session.watch("looking at the release", &Bytes::default(), prepare)?;
    let prepared = ManuallyDrop::into_inner(prepared);
    let mut placed = Vec::new();
    // Debug symbols need nothing on a machine.
    for package in prepared
        .packages
        .iter()
        .filter(|it| it.deployment.is_some())
    {
        let check = || check_package(package, arguments.policy);
        let found = session.watch("checking", &Bytes::default(), check)?;
        let found = prepared.findings_of(package, found);
        let all = package.findings.iter().cloned().chain(found);
        placed.extend(all.map(|finding| self::placed(finding, package)));
    }
    let unused = unused_exceptions(&prepared, placed.iter().map(|it| &it.finding));
    placed.extend(unused.into_iter().map(|finding| Placed {
        line: manifest_line(finding.location.as_ref()),
        file: prepared.packages.first().map(manifest).unwrap_or_default(),
        finding,
        package: String::new(),
        is_allowed: false,
    }));
    let Prepared { packages } = prepared;
    let packages = packages.into_iter().filter(|it| it.deployment.is_some());
    Ok((packages.map(of_package).collect(), placed))
}

/// Finds the line of the manifest that a finding is about, or that its path comes from.
fn placed(finding: Finding, package: &Package) -> Placed {
    let line = match &finding.location {
        Some(Location::Package { path }) => line_of(path, package),
        other => manifest_line(other.as_ref()),
    };
    Placed {
        line,
        file: manifest(package),
        package: package.control.package.to_string(),
        is_allowed: package.settings.allowed.contains(&finding.tag),
        finding,
    }
}

fn manifest(package: &Package) -> String {
    package.settings.manifest_path.display().to_string()
}

fn manifest_line(location: Option<&Location>) -> Option<(String, usize)> {
    match location {
        Some(Location::Manifest { manifest, line }) => Some((manifest.clone(), *line)),
        _ => None,
    }
}

fn line_of(path: &str, package: &Package) -> Option<(String, usize)> {
    let path = PackagePath::new(path).ok()?;
    let Origin::Files { key, .. } = &package.contents.get(&path)?.origin else {
        return None;
    };
    manifest_line(package.settings.places.files.get(key.as_str()))
}

impl Arguments {
    /// Returns the path of what is looked at: the package file, or the manifest.
    fn looked_at(&self, file: Option<&Path>) -> String {
        let path = file.map_or_else(|| self.source.manifest_file(), Path::to_owned);
        let shown = path.display().to_string();
        shown.strip_prefix("./").unwrap_or(&shown).to_owned()
    }

    /// Returns the package file that is named, which is looked at as it is.
    fn file(&self) -> Result<Option<&Path>, Failure> {
        let is_file = |name: &&String| {
            let path = Path::new(name);
            name.contains('/') || path.extension().is_some_and(|it| it == "deb") || path.exists()
        };
        let Some(file) = self.packages.iter().find(is_file) else {
            return Ok(None);
        };
        if self.packages.len() > 1 {
            let message = format!("`{file}` is a file, and is looked at alone");
            return Err(Failure::usage(message, "call it for each".to_owned()));
        }
        if let Some(flag) = self.source.flag() {
            let message = format!("`{file}` is a file, and `{flag}` is about a manifest");
            return Err(Failure::usage(message, format!("leave `{flag}` out")));
        }
        Ok(Some(Path::new(file)))
    }
}

fn explain(name: &str, session: &Session) -> Answer {
    let tag = tags::find(name)?;
    Ok(session.show(&explanation(tag), || {
        let lintian = match tag.lintian {
            [] => String::new(),
            names => format!("\nlintian: {}\n", names.join(", ")),
        };
        format!("{}\n{}\n{lintian}", heading(tag), tag.explanation())
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
        "remedy": tag.remedy(),
        "lintian": tag.lintian,
        "severity-in-debian": tag.debian,
    })
}

/// Returns the line that a tag has in the list.
fn heading(tag: &Tag) -> String {
    format!("{tag} ({}): {}\n", tag.severity, tag.summary())
}

fn of_package(package: Package) -> DebReport {
    let control = &package.control;
    let suites = package.settings.suites.iter();
    let depends = control.relations.get(RelationField::Depends);
    DebReport {
        name: [
            control.package.to_string(),
            control.version.to_string(),
            control.architecture.to_string(),
        ],
        depends: depends.map_or_else(String::new, ToString::to_string),
        suites: suites.map(|declared| declared.suite).collect(),
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
        Provider::Relations => "a package of Depends".to_owned(),
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

/// Returns what there is to say of the first package, with the others, where there are any.
fn document(reports: &[DebReport], findings: &[Finding]) -> Value {
    let mut reports = reports.iter().map(json);
    let mut document = reports.next().unwrap_or_else(|| json!({}));
    let others: Vec<Value> = reports.collect();
    if !others.is_empty() {
        document["others"] = others.into();
    }
    document["findings"] = json!(findings);
    document
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
    })
}
