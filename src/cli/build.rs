//! `reldeb build`: writes the packages.

use std::num::{NonZeroU16, NonZeroUsize};
use std::path::Path;

use crate::counter::Counter;
use crate::finding::Finding;
use crate::pipeline::{Built, Prepared};
use clap::Args;
use serde_json::{Value, json};

use super::install::{self, Installer};
use super::progress::Bytes;
use super::repo::{Addition, Keys, Publishing};
use super::session::{Answer, Failure, Session, print};
use super::source::BuildSource;
use super::summary;

/// Of an option that is there twice the last counts: rebar3 and mix put what a project has configured before what
/// is said on the command line.
#[derive(Debug, Args)]
#[command(disable_version_flag = true, args_override_self = true)]
pub(super) struct Arguments {
    /// The packages of the manifest; default: all
    #[arg(value_name = "PACKAGE")]
    packages: Vec<String>,
    #[command(flatten)]
    source: BuildSource,
    #[command(flatten)]
    writing: Writing,
    /// Add the packages to the repository of `[publish]`
    #[arg(long, conflicts_with = "install")]
    publish: bool,
    #[command(flatten)]
    keys: Keys,
}

/// The arguments on how packages are written.
#[derive(Debug, Args)]
pub(super) struct Writing {
    /// How many threads compress at most; default: one for each core that the process may use
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_threads)]
    threads: Option<NonZeroUsize>,
    /// Refuse to replace a package that is there
    #[arg(long)]
    no_replace: bool,
    /// Install what was built, with apt or else dpkg, by sudo where the user is not root
    #[arg(long)]
    install: bool,
}

/// A number that no machine needs is a slip.
fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse::<NonZeroU16>()
        .map(NonZeroUsize::from)
        .map_err(|_| "expected a whole number from 1 to 65535".to_owned())
}

/// Writes the packages, unless something is wrong with one.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let prepare = || {
        let source = &arguments.source;
        source.prepare(&arguments.packages, &session.environment)
    };
    let prepared = session.watch("looking at the release", &Bytes::default(), prepare)?;
    if !arguments.publish {
        return write(&prepared, Vec::new(), &arguments.writing, session);
    }
    let publishing = Publishing::of(&prepared, &arguments.keys, &session.environment)?;
    let (built, findings) = build(&prepared, Vec::new(), &arguments.writing, session)?;
    let additions = publishing.publish(&built, session)?;
    let mut document = document(&built, &findings);
    document["published"] = additions.iter().map(Addition::document).collect();
    Ok(session.show(&document, || {
        let texts = additions.iter().map(Addition::text);
        [paths(&built)].into_iter().chain(texts).collect()
    }))
}

/// Writes packages, unless something is wrong with one; `findings` were made on the way to them.
pub(super) fn write(
    prepared: &Prepared,
    findings: Vec<Finding>,
    arguments: &Writing,
    session: &Session,
) -> Answer {
    let installer = arguments
        .install
        .then(|| Installer::find(&session.environment));
    let installer = installer.transpose()?;
    let (built, findings) = build(prepared, findings, arguments, session)?;
    print(&session.show(&document(&built, &findings), || paths(&built)))?;
    let Some(installer) = installer else {
        summary::tell(prepared, &built, session);
        return Ok(Vec::new());
    };
    let paths: Vec<&Path> = install::worth_installing(prepared, &built).collect();
    installer.run(&paths, session)?;
    Ok(Vec::new())
}

/// Returns a line with the path of each package.
fn paths(built: &[Built]) -> String {
    let path = |built: &Built| format!("{}\n", built.path.display());
    built.iter().map(path).collect()
}

/// Writes packages, unless something is wrong with one. Returns them with all findings.
fn build(
    prepared: &Prepared,
    mut findings: Vec<Finding>,
    arguments: &Writing,
    session: &Session,
) -> Result<(Vec<Built>, Vec<Finding>), Failure> {
    findings.extend(prepared.findings().cloned());
    let refusal = session.show(&json!({ "findings": findings }), String::new);
    session.judge(&findings, refusal, ", nothing was written")?;
    if arguments.no_replace {
        prepared.refuse_to_replace()?;
    }
    let built = pack(prepared, arguments.threads, session)?;
    let found: Vec<Finding> = built.iter().flat_map(|b| b.findings.clone()).collect();
    session.tell(&found);
    findings.extend(found);
    Ok((built, findings))
}

/// Writes packages; somebody at a terminal sees how far it is.
pub(super) fn pack(
    prepared: &Prepared,
    threads: Option<NonZeroUsize>,
    session: &Session,
) -> Result<Vec<Built>, Failure> {
    let packed = Counter::default();
    let bytes = Bytes {
        total: prepared.bytes_to_pack(),
        done: vec![packed.clone()],
    };
    let build = || prepared.build_counted(threads, &packed);
    Ok(session.watch("packing", &bytes, build)?)
}

/// Returns what there is to say of all packages that were written; the first is the document itself.
pub(super) fn document(built: &[Built], findings: &[Finding]) -> Value {
    let mut document = built.first().map_or_else(|| json!({}), one);
    document["packages"] = built.iter().map(one).collect();
    document["findings"] = json!(findings);
    document
}

/// Returns what there is to say of a package that was written.
fn one(built: &Built) -> Value {
    let control = &built.control;
    json!({
        "package": control.package.to_string(),
        "version": control.version.to_string(),
        "architecture": control.architecture.to_string(),
        "path": built.path.display().to_string(),
        "size": built.size,
        "installed-size": control.installed_size,
    })
}
