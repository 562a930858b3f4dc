//! `reldeb fpm`: builds from a command line of fpm.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use crate::debian::Architecture;
use crate::finding::{Finding, Location, tags};
use crate::fpm::{self, Author, OptionKind, Request, Surroundings, Translation};
use crate::manifest::Manifest;
use crate::pipeline::{self, Built};
use crate::plan::BuildOptions;
use clap::{Arg, ArgAction, Args, Command};
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

/// Returns the command line with fpm's options, for manual pages and completions: they are not parsed by it.
pub(super) fn with_options(command: Command) -> Command {
    command.mut_subcommand("fpm", |command| {
        let mut arguments = Vec::new();
        for option in fpm::OPTIONS {
            // By its name, so that `-v` and `--verbose` are fpm's here.
            let argument = Arg::new(option.long).long(option.long).help(option.meaning);
            let argument = match option.kind {
                OptionKind::Value => argument.value_name("VALUE").action(ArgAction::Set),
                OptionKind::List => argument.value_name("VALUE").action(ArgAction::Append),
                OptionKind::Switch | OptionKind::OnOff => argument.action(ArgAction::SetTrue),
            };
            arguments.push(match option.short {
                Some(letter) => argument.short(letter),
                None => argument,
            });
            if option.kind == OptionKind::OnOff {
                // clap keeps names for as long as the process lives.
                let no: &'static str = format!("no-{}", option.long).leak();
                let argument = Arg::new(no).long(no).help("turns that off");
                arguments.push(argument.action(ArgAction::SetTrue));
            }
        }
        command.args(arguments)
    })
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
        Request::Package(translation) => build(&translation, session),
    }
}

fn build(translation: &Translation, session: &Session) -> Answer {
    session.tell_all(&translation.findings);
    if translation.prints_manifest {
        let text = &translation.manifest_text;
        let document = json!({ "manifest": text, "findings": translation.findings });
        return Ok(session.show(&document, || text.clone()));
    }
    let names = translation.script_names.clone();
    write(translation, session).map_err(|failure| failure.with_message(|it| named(it, &names)))
}

fn write(translation: &Translation, session: &Session) -> Answer {
    let path = PathBuf::from(MANIFEST);
    let text = translation.manifest_text.clone();
    let manifests = Manifest::parse(path, text, None, &session.environment)?;
    let epoch = source::source_date_epoch(&session.environment)?;
    let options = BuildOptions {
        source_date_epoch: epoch.or(translation.source_date_epoch),
        ..BuildOptions::default()
    };
    let prepared = ManuallyDrop::new(pipeline::prepare(&manifests, &options)?);
    // The remarks about the scripts are among those of the translation, with the lines of the user's files.
    let found = prepared
        .findings()
        .filter(|it| it.tag != tags::SCRIPT_SHELLCHECK);
    let found = found.map(|it| of_command(it.clone(), translation));
    let mut findings = said_once(found);
    let refusal = session.show(&json!({ "findings": findings }), String::new);
    session.judge(&findings, refusal, ", nothing was written")?;
    if !translation.replaces {
        let hint = "give the package another version, or `-f`, which replaces it";
        let refused = prepared.refuse_to_replace().map_err(Failure::from);
        refused.map_err(|failure| failure.with_hint(hint.to_owned()))?;
    }
    let built = build::pack(&prepared, None, session)?;
    let found = built.iter().flat_map(|b| b.findings.clone());
    let found: Vec<Finding> = found.map(|it| of_command(it, translation)).collect();
    session.tell(&found);
    findings.splice(0..0, translation.findings.clone());
    findings.extend(found);
    if translation.finds_architecture {
        let of_none = of_none(&built);
        session.tell_all(&of_none);
        findings.extend(of_none);
    }
    let document = build::document(&built, &findings);
    Ok(session.show(&document, || built.iter().map(created).collect()))
}

/// Returns a finding about the manifest, which the user never saw, as one about the command.
fn of_command(finding: Finding, translation: &Translation) -> Finding {
    let location = finding.location.filter(|it| {
        let Location::Manifest { manifest, .. } = it else {
            return true;
        };
        manifest != MANIFEST
    });
    // The source may be an unpacked archive's, which nobody can name.
    let keeps_modes = "`--deb-use-file-permissions` packs the modes of the sources";
    let of_modes = [tags::PRIVATE_FILE, tags::SETUID_DROPPED].contains(&finding.tag);
    let by_options = of_modes && finding.hint.is_some();
    Finding {
        location,
        hint: by_options.then(|| keeps_modes.to_owned()).or(finding
            .hint
            .map(|hint| in_words_of_fpm(&translation.of_archives(&hint)))),
        message: named(
            &translation.of_archives(&finding.message),
            &translation.script_names,
        ),
        ..finding
    }
}

/// Returns a hint that names fpm's options in the place of the manifest's keys.
fn in_words_of_fpm(hint: &str) -> String {
    let keys = [
        ("depends", "--depends"),
        ("pre-depends", "--deb-pre-depends"),
    ];
    keys.iter().fold(hint.to_owned(), |hint, (key, option)| {
        hint.replace(
            &format!("`{key}` below `[package]`"),
            &format!("`{option}`"),
        )
    })
}

/// Leaves one of the findings about directories of another owner than root: `--deb-user` asks for all of them.
fn said_once(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut more = 0;
    let mut left: Vec<Finding> = Vec::new();
    for finding in findings {
        if finding.tag == tags::PATH_IN_WRITABLE_DIRECTORY
            && left.iter().any(|it| it.tag == finding.tag)
        {
            more += 1;
        } else {
            left.push(finding);
        }
    }
    for finding in &mut left {
        if finding.tag == tags::PATH_IN_WRITABLE_DIRECTORY {
            let hint = "leave out `--deb-user` and `--deb-group`, or give away what must be written alone, by the \
                        manifest of `--print-manifest`";
            finding.hint = Some(hint.to_owned());
            if more > 0 {
                finding.message = format!("{} (and {more} more)", finding.message);
            }
        }
    }
    left
}

/// Returns a message without the line of the manifest, and with the options that scripts are from.
fn named(message: &str, names: &[(String, String)]) -> String {
    let mut text = message.to_owned();
    let placed = message
        .strip_prefix(MANIFEST)
        .and_then(|it| it.strip_prefix(':')?.split_once(": "));
    if let Some((line, rest)) = placed {
        // Below it the error shows the line.
        text = rest.replace(&format!("\n  {line} | "), "\n  | ");
    }
    for (script, options) in names {
        let subject = format!("script `{script}`");
        if text.contains(&subject) {
            let fact = text.split("\n  | ").next().unwrap_or_default();
            text = fact.replace(&subject, options);
        }
    }
    text
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
