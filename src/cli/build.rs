//! `reldeb build`: writes the package.

use std::num::{NonZeroU16, NonZeroUsize};
#[cfg(unix)]
use std::sync::Arc;

use clap::Args;
use reldeb::finding::Finding;
use reldeb::pipeline::Built;
use serde_json::{Value, json};

use super::session::{Answer, Session};
use super::source::Source;

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: Source,
    /// How many threads compress at most; default: one for each core that the process may use
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_threads)]
    threads: Option<NonZeroUsize>,
}

/// A number that no machine needs is a slip.
fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse::<NonZeroU16>()
        .map(NonZeroUsize::from)
        .map_err(|_| "expected a whole number from 1 to 65535".to_owned())
}

/// Writes the package, unless something is wrong with it.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    survive_file_limit();
    let package = arguments.source.prepare(&session.environment)?;
    let refusal = session.show(&json!({ "findings": package.findings }), String::new);
    session.judge(&package.findings, refusal, ", nothing was written")?;
    let built = package.build(arguments.threads)?;
    let found: Vec<Finding> = built.iter().flat_map(|b| b.findings.clone()).collect();
    session.tell(&found);
    let findings = [package.findings.as_slice(), &found].concat();
    let main = built.first();
    let document = json!({
        "package": package.plan.control.package.to_string(),
        "version": package.plan.control.version.to_string(),
        "architecture": package.plan.control.architecture.to_string(),
        "path": main.map(|main| main.path.display().to_string()),
        "size": main.map(|main| main.size),
        "installed-size": main.map(|main| main.installed_size),
        "packages": built.iter().map(one).collect::<Vec<_>>(),
        "findings": findings,
    });
    let path = |built: &Built| format!("{}\n", built.path.display());
    Ok(session.show(&document, || built.iter().map(path).collect()))
}

/// Returns what there is to say of a package that was written.
fn one(built: &Built) -> Value {
    json!({
        "package": built.name.to_string(),
        "path": built.path.display().to_string(),
        "size": built.size,
        "installed-size": built.installed_size,
    })
}

/// Has a file that outgrows `ulimit -f` refused, as one that outgrows the disk is: without a handler the
/// signal ends the process without a word.
#[cfg(unix)]
fn survive_file_limit() {
    let nobody_asks = Arc::default();
    // Where it cannot be had, the signal does what it always did.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, nobody_asks);
}

#[cfg(not(unix))]
fn survive_file_limit() {}
