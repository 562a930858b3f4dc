//! `reldeb fpm`: builds from a command line of fpm.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::Args;
use reldeb::debian::Architecture;
use reldeb::finding::{Finding, tags};
use reldeb::fpm::{self, Author, Request, Surroundings, Translation};
use reldeb::manifest::Manifest;
use reldeb::pipeline::{self, Built};
use reldeb::plan::BuildOptions;
use serde_json::json;

use super::session::{Answer, Failure, Session};
use super::{build, init, source};

/// The name of the manifest in messages: the command that shows it.
const MANIFEST: &str = "reldeb fpm --print-manifest";

#[derive(Debug, Args)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(super) struct Arguments {
    /// fpm's options and arguments: `reldeb fpm --help` lists them
    #[arg(
        value_name = "WORD",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<OsString>,
}

/// Returns the process's arguments with `--` behind `fpm`: what follows is fpm's, `-v` and `--help` too.
pub(super) fn shielded(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let mut at = 1;
    while let Some(word) = arguments.get(at) {
        if word == "fpm" {
            arguments.insert(at + 1, "--".into());
            break;
        }
        if !word.to_string_lossy().starts_with('-') {
            break;
        }
        at += if word == "--color" { 2 } else { 1 };
    }
    arguments
}

/// Builds the package, or shows the manifest.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let mut words = Vec::new();
    for word in &arguments.words {
        let word = word.to_str().ok_or_else(|| {
            let shown = word.to_string_lossy();
            let hint = "manifests can only name UTF-8".to_owned();
            Failure::usage(format!("`{shown}` is no UTF-8"), hint)
        })?;
        words.push(word.to_owned());
    }
    let author = init::author(Path::new("."), &session.environment);
    let surroundings = Surroundings {
        fpm_options: session.environment.get("FPMOPTS").cloned(),
        author: Author {
            name: author.name,
            email: author.email,
        },
    };
    match fpm::translate(&words, &surroundings)? {
        Request::Version => {
            let version = env!("CARGO_PKG_VERSION");
            Ok(session.show(&json!({ "version": version }), || format!("{version}\n")))
        }
        Request::Help(text) => Ok(session.show(&json!({ "help": text }), || text.clone())),
        Request::Package(translation) => build(*translation, session),
    }
}

fn build(translation: Translation, session: &Session) -> Answer {
    session.tell_all(&translation.findings);
    if translation.prints_manifest {
        let text = &translation.manifest_text;
        let document = json!({ "manifest": text, "findings": translation.findings });
        return Ok(session.show(&document, || text.clone()));
    }
    build::survive_file_limit();
    let path = PathBuf::from(MANIFEST);
    let text = translation.manifest_text.clone();
    let manifests = Manifest::parse(path, text, None, &session.environment)?;
    let epoch = source::source_date_epoch(&session.environment)?;
    let options = BuildOptions {
        source_date_epoch: epoch.or(translation.source_date_epoch),
        ..BuildOptions::default()
    };
    let prepared = ManuallyDrop::new(pipeline::prepare(&manifests, &options)?);
    let mut findings: Vec<Finding> = prepared.findings().cloned().collect();
    let refusal = session.show(&json!({ "findings": findings }), String::new);
    session.judge(&findings, refusal, ", nothing was written")?;
    if !translation.replaces {
        prepared.refuse_to_replace()?;
    }
    let built = prepared.build(None)?;
    let found: Vec<Finding> = built.iter().flat_map(|b| b.findings.clone()).collect();
    session.tell(&found);
    findings.splice(0..0, translation.findings);
    findings.extend(found);
    if translation.finds_architecture {
        let of_none = of_none(&built);
        session.tell_all(&of_none);
        findings.extend(of_none);
    }
    let document = build::document(&built, &findings);
    Ok(session.show(&document, || built.iter().map(created).collect()))
}

/// Tells that a package is for all machines, where fpm would take that of the build.
fn of_none(built: &[Built]) -> Vec<Finding> {
    let mut controls = built.iter().map(|built| &built.control);
    let is_all = controls.any(|control| control.architecture == Architecture::ALL);
    let message = "the package has no machine code, so its architecture is `all`";
    let finding = Finding::new(tags::FPM_DEFAULT, message)
        .with_hint("`-a native` is what fpm takes by itself");
    is_all.then_some(finding).into_iter().collect()
}

/// fpm's own last line, in which scripts look for `:path=>"…"`.
fn created(built: &Built) -> String {
    let path = built.path.strip_prefix("./").unwrap_or(&built.path);
    format!(
        "Created package {{:path=>{:?}}}\n",
        path.display().to_string()
    )
}
