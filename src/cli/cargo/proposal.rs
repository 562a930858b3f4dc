//! The manifest of a project that has none: what `reldeb init` would write.

use std::path::Path;

use crate::finding::{Finding, Tag, tags};
use crate::fs;
use crate::init::{self, InitEnvironment, Proposal};
use crate::manifest::Manifest;

use super::project::Project;
use super::{Arguments, MANIFEST};
use crate::cli::init::author;
use crate::cli::session::{Failure, Session};

/// Refuses what no proposal can be: a package that is asked for by name, and the table of another packer.
pub(super) fn refuse(arguments: &Arguments, project: &Project) -> Result<(), Failure> {
    if let Some(package) = arguments.packages.first() {
        let message = format!("there is no manifest that makes a package `{package}`");
        let hint = format!("`-p {package}` names a Cargo package");
        return Err(Failure::new(message).with_hint(hint));
    }
    project.refuse_table_of_cargo_deb()
}

/// Returns the proposed manifest, and the finding that it is one.
pub(super) fn manifests(
    arguments: &Arguments,
    project: &Project,
    built: &Path,
    session: &Session,
) -> Result<(Vec<Manifest>, Vec<Finding>), Failure> {
    let proposal = propose(project, built, session)?;
    check(&proposal, arguments, project)?;
    let message = format!("`{MANIFEST}` is not there: the package is what `reldeb init` proposes");
    let told = Finding::new(tags::PROPOSED_MANIFEST, message)
        .with_hint("`reldeb init` writes it, to be kept and changed");
    let environment = &session.environment;
    let Proposal {
        path,
        manifest_text,
        ..
    } = proposal;
    let manifests = arguments.settings.parse(path, manifest_text, environment)?;
    Ok((manifests, vec![told]))
}

/// Proposes a manifest: the maintainer is the author of the Cargo package, or else who is at work.
fn propose(project: &Project, built: &Path, session: &Session) -> Result<Proposal, Failure> {
    let directory = &project.directory;
    let output = fs::relative(built, &fs::canonicalize(directory)?);
    let by_author = InitEnvironment {
        variables: session.environment.clone(),
        cargo_output: Some(output.clone()),
        ..InitEnvironment::default()
    };
    let proposal = init::propose(directory, &by_author)?;
    if !has(&proposal, tags::UNKNOWN_MAINTAINER) {
        return Ok(proposal);
    }
    let by_who_is_at_work = InitEnvironment {
        cargo_output: Some(output),
        ..author(directory, &session.environment)
    };
    Ok(init::propose(directory, &by_who_is_at_work)?)
}

/// Refuses a proposal that has to be filled in before it makes a package.
fn check(proposal: &Proposal, arguments: &Arguments, project: &Project) -> Result<(), Failure> {
    let cargo = fs::canonicalize(&project.directory)?.join("Cargo.toml");
    let cargo = cargo.display();
    let (message, hint) = if has(proposal, tags::NOT_BUILT) {
        (
            format!("no program of `{cargo}` is built"),
            "leave `--no-build` out".to_owned(),
        )
    } else if has(proposal, tags::UNKNOWN_MAINTAINER) {
        (
            "who maintains the package is not known".to_owned(),
            format!(
                "write `authors = [\"Name <address>\"]` below `[package]` of `{cargo}`, or set \
                 DEBFULLNAME and DEBEMAIL"
            ),
        )
    } else if has(proposal, tags::UNKNOWN_VERSION) && !arguments.settings.has_version() {
        (
            "the packages of the workspace have several versions".to_owned(),
            "name one of them with `-p`, or give a version with `--version`".to_owned(),
        )
    } else {
        return Ok(());
    };
    Err(Failure::new(message).with_hint(hint))
}

fn has(proposal: &Proposal, tag: &'static Tag) -> bool {
    let mut findings = proposal.findings.iter();
    findings.any(|finding| finding.tag == tag)
}
