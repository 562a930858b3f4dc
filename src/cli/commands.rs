//! One function per command: from arguments to the text on standard output.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::process::Command as Process;

use reldeb::deb::{Deb, packed_sizes};
use reldeb::error::Error;
use reldeb::finding::{Finding, Severity};
use reldeb::init::{self, InitEnvironment};
use reldeb::manifest::{Manifest, TextOr};
use reldeb::pipeline::Package;
use reldeb::plan::Overrides;
use reldeb::template::Templates;
use serde_json::json;

use super::arguments::{
    BuildArguments, Global, InitArguments, InspectArguments, PlanArguments, Source, TemplateAction,
    TemplateArguments,
};
use super::inspection::{self, Stopped};
use super::json::document;
use super::messages::Messages;
use super::{Answer, FAILED, Failure, USAGE, listing, unwritable};

pub(super) type Environment = BTreeMap<String, String>;

/// `reldeb init`.
pub(super) fn init(
    arguments: &InitArguments,
    global: &Global,
    environment: &Environment,
    messages: Messages,
) -> Answer {
    let known = |variable: &str, key: &str| {
        environment
            .get(variable)
            .cloned()
            .filter(|value| !value.is_empty())
            .or_else(|| git(&arguments.directory, &["config", "--get", key]))
            .filter(|value| !value.is_empty())
    };
    let author = InitEnvironment {
        name: known("DEBFULLNAME", "user.name"),
        email: known("DEBEMAIL", "user.email"),
    };
    let proposal = init::propose(&arguments.directory, &author).map_err(Error::from)?;
    proposal.write().map_err(Error::from)?;
    messages.findings(&proposal.findings);
    let path = proposal.path.display().to_string();
    if global.json {
        return Ok(document(&json!({
            "path": path,
            "next": proposal.next_command,
            "findings": proposal.findings,
        })));
    }
    Ok(format!("{path}\nnext: {}\n", proposal.next_command).into_bytes())
}

/// `reldeb plan`.
pub(super) fn plan(
    arguments: &PlanArguments,
    global: &Global,
    environment: &Environment,
    messages: Messages,
) -> Answer {
    let package = &mut *prepare(&arguments.source, environment)?;
    let sizes = packed_sizes(&package.tree, &mut package.findings).map_err(Error::from)?;
    messages.findings(&package.findings);
    let text = if global.json {
        document(&listing::plan_json(package, &sizes, arguments.scripts))
    } else {
        let mut text = listing::paths(package, &sizes);
        if arguments.scripts {
            text.extend(listing::rendered(package));
        }
        text
    };
    match errors(&package.findings) {
        None => Ok(text),
        Some(count) => Err(Failure {
            output: text,
            message: format!("{count} found: `build` would refuse"),
            status: FAILED,
            ..Failure::default()
        }),
    }
}

/// `reldeb build`.
pub(super) fn build(
    arguments: &BuildArguments,
    global: &Global,
    environment: &Environment,
    messages: Messages,
) -> Answer {
    let package = prepare(&arguments.source, environment)?;
    messages.findings(&package.findings);
    if let Some(count) = errors(&package.findings) {
        let findings = document(&json!({ "findings": package.findings }));
        return Err(Failure {
            output: if global.json { findings } else { Vec::new() },
            message: format!("{count} found, nothing was written"),
            status: FAILED,
            ..Failure::default()
        });
    }
    let built = package.build(arguments.threads).map_err(Failure::from)?;
    let found: Vec<Finding> = built.iter().flat_map(|b| b.findings.clone()).collect();
    messages.findings(&found);
    if let (true, Some(main)) = (global.json, built.first()) {
        let mut findings = package.findings.clone();
        findings.extend(found);
        let packages: Vec<_> = built.iter().map(listing::built_json).collect();
        return Ok(document(&json!({
            "package": package.plan.name.to_string(),
            "version": package.plan.version.to_string(),
            "architecture": package.plan.architecture.to_string(),
            "path": main.path.display().to_string(),
            "size": main.size,
            "installed-size": main.installed_size,
            "packages": packages,
            "findings": findings,
        })));
    }
    let paths = built
        .iter()
        .map(|built| format!("{}\n", built.path.display()));
    Ok(paths.collect::<String>().into_bytes())
}

/// `reldeb template`.
pub(super) fn template(arguments: &TemplateArguments) -> Answer {
    let templates = Templates::builtin().map_err(Error::from)?;
    match &arguments.action {
        TemplateAction::List => Ok(templates
            .names()
            .flat_map(|name| format!("{name}\n").into_bytes())
            .collect()),
        TemplateAction::Show { name } => {
            let source = templates.source(name).map_err(Error::from)?;
            Ok(source.as_bytes().to_vec())
        }
    }
}

/// `reldeb inspect`: prints while it reads.
pub(super) fn inspect(arguments: &InspectArguments, global: &Global, messages: Messages) -> Answer {
    let deb = Deb::open(&arguments.package).map_err(Error::from)?;
    let mut output = BufWriter::new(io::stdout().lock());
    let printed = if global.json {
        inspection::document(&deb, &mut output)
    } else {
        inspection::text(&deb, &mut output)
    };
    let flushed = output.flush();
    let findings = match printed {
        Ok(findings) => findings,
        Err(Stopped::Package(error)) => return Err(Error::from(error).into()),
        Err(Stopped::Output(error)) => return unwritable(&error).map(|()| Vec::new()),
    };
    flushed.or_else(|error| unwritable(&error))?;
    messages.findings(&findings);
    match errors(&findings) {
        None => Ok(Vec::new()),
        Some(count) => Err(Failure {
            message: format!(
                "{count} found: dpkg would refuse the package, or it is not what it seems"
            ),
            status: FAILED,
            ..Failure::default()
        }),
    }
}

/// The process ends with its command, so the paths of a large tree are not given back one by one.
pub(super) fn prepare(
    source: &Source,
    environment: &Environment,
) -> Result<ManuallyDrop<Package>, Failure> {
    let manifest = Manifest::read(&source.manifest, source.variant.as_deref(), environment)
        .map_err(Error::from)?;
    let overrides = Overrides {
        version: source.package_version.clone(),
        architecture: source.arch,
        compression: source.compression,
        output: source.output.clone(),
        source_date_epoch: source_date_epoch(environment)?,
        git_describe: git_describe(&manifest),
    };
    let package = Package::prepare(&manifest, &overrides)?;
    Ok(ManuallyDrop::new(package))
}

/// <https://reproducible-builds.org/specs/source-date-epoch/>. A value that is no number is an
/// error: a silent "now" would break reproducibility unseen.
fn source_date_epoch(environment: &Environment) -> Result<Option<u64>, Failure> {
    let Some(value) = environment.get("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    value.parse().map(Some).map_err(|_| Failure {
        message: format!(
            "SOURCE_DATE_EPOCH is `{}`, expected seconds since 1970",
            value.escape_debug()
        ),
        hint: Some(
            "set it with `SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`, or unset it".into(),
        ),
        status: USAGE,
        ..Failure::default()
    })
}

/// What git says of the manifest's folder, where the manifest asks for it.
fn git_describe(manifest: &Manifest) -> Option<String> {
    match manifest.tables.package.version.as_ref()?.get_ref() {
        TextOr::Table(table) if table.git => {}
        _ => return None,
    }
    git(manifest.directory(), &["describe", "--tags"])
}

/// Returns what git prints in a folder; `None` where it fails or is not there.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Process::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// How many findings are errors; `None` where none is.
pub(super) fn errors(findings: &[Finding]) -> Option<String> {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    match errors {
        0 => None,
        1 => Some("1 error".to_owned()),
        more => Some(format!("{more} errors")),
    }
}
