//! `reldeb plan`: shows what would be built.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::deb::{Deb, packed_sizes};
use crate::escape;
use crate::finding::Finding;
use crate::lint::upgrade::{self, Side};
use crate::pipeline::{Package, Prepared};
use crate::tree::{Content, Kind, Origin, Tree};
use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use super::render::{Columns, line, section};
use super::session::{Answer, Failure, Session};
use super::source::BuildSource;
use super::view::{PlannedPaths, Sizes, View};

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    /// The packages of the manifest; default: all
    #[arg(value_name = "PACKAGE")]
    packages: Vec<String>,
    #[command(flatten)]
    source: BuildSource,
    /// Show also each rendered file and maintainer script
    #[arg(long)]
    scripts: bool,
    /// Tell what an upgrade from this package would meet
    #[arg(long, value_name = "OLD.deb")]
    previous: Option<PathBuf>,
}

/// Shows the packages, also those that `build` would refuse.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let prepared = &*arguments
        .source
        .prepare(&arguments.packages, &session.environment)?;
    let mut findings: Vec<Finding> = prepared.findings().cloned().collect();
    if let Some(previous) = &arguments.previous {
        findings.extend(met(previous, prepared)?);
    }
    let mut sizes: Vec<Sizes> = Vec::new();
    for package in &prepared.packages {
        let mut found = Vec::new();
        sizes.push(packed_sizes(&package.contents, &mut found)?);
        findings.extend(prepared.findings_of(package, found));
    }
    let packages = prepared.packages.iter().zip(&sizes);
    let mut packages = packages.map(|(package, sizes)| One::new(package, sizes, arguments.scripts));
    let document = Document {
        package: packages.next(),
        others: packages.collect(),
        findings: &findings,
    };
    let output = session.show(&document, || document.text());
    session.judge(&findings, output, ": `build` would refuse")
}

/// Returns what an upgrade meets from the package in a file to the one of its name.
fn met(previous: &Path, prepared: &Prepared) -> Result<Vec<Finding>, Failure> {
    let old = Side::read(&Deb::open(previous)?)?;
    let mut packages = prepared.packages.iter();
    let of_its_name = packages.find(|package| package.control.package == old.name);
    let Some(package) = of_its_name.or_else(|| prepared.packages.first()) else {
        return Ok(Vec::new());
    };
    let new = Side::planned(&package.control, &package.contents);
    Ok(upgrade::findings(&old, &new, package.deployment.as_ref()))
}

/// All that is planned.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    package: Option<One<'a>>,
    /// The packages after the first, such as that of the debug symbols.
    others: Vec<One<'a>>,
    findings: &'a [Finding],
}

impl Document<'_> {
    fn text(&self) -> String {
        let packages = || self.package.iter().chain(&self.others);
        let paths = packages().map(One::text);
        let rendered = packages().flat_map(One::sections);
        paths.chain(rendered).collect::<Vec<_>>().join("\n")
    }
}

/// A package that is planned.
#[derive(Serialize)]
struct One<'a> {
    output: String,
    compression: String,
    mtime: u64,
    #[serde(flatten)]
    view: View<PlannedPaths<'a>>,
    /// The text of each rendered file by its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    rendered: Option<Map<String, Value>>,
    /// The code names of the suites that it must run on.
    suites: Vec<&'static str>,
}

impl<'a> One<'a> {
    fn new(package: &'a Package, sizes: &'a Sizes, scripts: bool) -> Self {
        let settings = &package.settings;
        let suites = settings.suites.iter();
        Self {
            suites: suites.map(|declared| declared.suite.name).collect(),
            output: package.output.display().to_string(),
            compression: settings.compression.to_string(),
            mtime: settings.mtime,
            view: View::planned(package, sizes),
            rendered: scripts.then(|| rendered(&package.contents)),
        }
    }

    /// Returns each rendered file and each maintainer script, where they are asked for.
    fn sections(&self) -> Vec<String> {
        let rendered = self.rendered.iter();
        let texts = rendered.flat_map(|files| {
            let scripts = files.iter().chain(&self.view.scripts);
            scripts.chain(&self.view.members)
        });
        let section = |(name, text): (&String, &Value)| {
            section(name, text.as_str().unwrap_or_default().as_bytes())
        };
        texts.map(section).collect()
    }

    /// Returns a line about the package, and one for each path: behind it whether it is a conffile, and
    /// who asked for it.
    fn text(&self) -> String {
        let view = &self.view;
        let mut text = [&view.package, &view.version, &view.architecture]
            .map(|name| name.as_deref().unwrap_or_default())
            .join(" ");
        // Writing to a String cannot fail.
        let _ = writeln!(text, ": {}", escape::line(&self.output));
        let columns = Columns::of(view.paths.iter());
        for entry in view.paths.iter() {
            let conffile = if entry.conffile { "  (conffile)" } else { "" };
            let origin = match entry.origin {
                None | Some(Origin::Parent) => String::new(),
                Some(origin) => format!("  <- {}", escape::line(&origin.to_string())),
            };
            let _ = writeln!(text, "{}{conffile}{origin}", line(&entry, columns));
        }
        text
    }
}

/// Returns the texts that templates made, by their paths.
fn rendered(tree: &Tree) -> Map<String, Value> {
    let rendered = tree.iter().filter_map(|(path, entry)| {
        let (Origin::Template(_) | Origin::Generated(_)) = entry.origin else {
            return None;
        };
        match &entry.kind {
            Kind::Regular {
                content: Content::Bytes(bytes),
                ..
            } => Some((path.to_string(), std::str::from_utf8(bytes).ok()?.into())),
            _ => None,
        }
    });
    rendered.collect()
}
