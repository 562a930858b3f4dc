//! `reldeb plan`: shows what would be built.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use reldeb::control::maintainer_scripts::MaintainerScripts;
use reldeb::deb::{Deb, packed_sizes};
use reldeb::escape;
use reldeb::finding::Finding;
use reldeb::lint::upgrade::{self, Side};
use reldeb::plan::Plan;
use reldeb::tree::{Content, Kind, Origin, Tree};
use serde::Serialize;
use serde_json::{Map, Value};

use super::render::{Columns, line, section};
use super::session::{Answer, Session};
use super::source::Source;
use super::view::{PlannedPaths, Sizes, View};

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// Show also each rendered file and maintainer script
    #[arg(long)]
    scripts: bool,
    /// Tell what an upgrade from this package would meet
    #[arg(long, value_name = "OLD.deb")]
    previous: Option<PathBuf>,
}

/// Shows the package, also one that `build` would refuse.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let package = &mut *arguments.source.prepare(&session.environment)?;
    if let Some(previous) = &arguments.previous {
        let old = Side::read(&Deb::open(previous)?)?;
        let plan = &package.plan;
        let new = Side::planned(&plan.control, &package.tree);
        let changes = &plan.deployment.conffile_changes;
        let met = upgrade::findings(&old, &new, changes, &plan.target);
        package.findings.extend(met);
    }
    let sizes = packed_sizes(&package.tree, &mut package.findings)?;
    let (no_scripts, no_sizes) = (MaintainerScripts::default(), Sizes::new());
    let second = package.debug_symbols.as_ref();
    let document = Document {
        package: One::new(&package.plan, &package.tree, &package.scripts, &sizes),
        debug_symbols: second
            .map(|second| One::new(&second.plan, &second.tree, &no_scripts, &no_sizes)),
        suites: package
            .plan
            .suites
            .iter()
            .map(|declared| declared.suite.name)
            .collect(),
        findings: &package.findings,
        rendered: arguments.scripts.then(|| rendered(&package.tree)),
    };
    let output = session.show(&document, || document.text());
    session.judge(&package.findings, output, ": `build` would refuse")
}

/// All that is planned.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    #[serde(flatten)]
    package: One<'a>,
    debug_symbols: Option<One<'a>>,
    suites: Vec<&'a str>,
    findings: &'a [Finding],
    /// The text of each rendered file by its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    rendered: Option<Map<String, Value>>,
}

impl Document<'_> {
    fn text(&self) -> String {
        let mut text = self.package.text();
        if let Some(second) = &self.debug_symbols {
            text.push('\n');
            text.push_str(&second.text());
        }
        let scripts = &self.package.view.scripts;
        for (name, content) in self
            .rendered
            .iter()
            .flat_map(|files| files.iter().chain(scripts))
        {
            text.push('\n');
            text.push_str(&section(
                name,
                content.as_str().unwrap_or_default().as_bytes(),
            ));
        }
        text
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
}

impl<'a> One<'a> {
    fn new(plan: &Plan, tree: &'a Tree, scripts: &MaintainerScripts, sizes: &'a Sizes) -> Self {
        Self {
            output: plan.output.display().to_string(),
            compression: plan.compression.to_string(),
            mtime: plan.mtime,
            view: View::planned(plan, tree, scripts, sizes),
        }
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
