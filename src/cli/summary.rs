//! The summary of a build, for somebody at a terminal: what there is now, what it will do on a machine, and
//! how to install it.

use std::path::Path;

use crate::deployment::{Deployment, Service};
use crate::pipeline::{Built, Package, Prepared};

use super::install;
use super::render::bytes;
use super::session::Session;

/// The most paths that are told of a list.
const MOST: usize = 4;

/// Tells what was built, where somebody looks.
pub(super) fn tell(prepared: &Prepared, built: &[Built], session: &Session) {
    if !session.is_watched {
        return;
    }
    for (package, built) in prepared.packages.iter().zip(built) {
        session.tell_rows(&heading(built), &rows(package));
    }
    let paths: Vec<&Path> = install::worth_installing(prepared, built).collect();
    let command = install::shown(&["sudo", "apt", "install"], &paths);
    session.tell_rows("To install:", &[("", command)]);
}

fn heading(built: &Built) -> String {
    let control = &built.control;
    let installed = control.installed_size.unwrap_or_default();
    format!(
        "{} {} ({}): {}, {} when installed",
        control.package,
        control.version,
        control.architecture,
        bytes(built.size),
        bytes(installed.saturating_mul(1024)),
    )
}

/// Returns what a package brings to a machine.
fn rows(package: &Package) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let mut add = |word, value: Option<String>| rows.extend(value.map(|value| (word, value)));
    let deployment = package.deployment.as_ref();
    add(
        "service",
        deployment.and_then(|it| service(it.service.as_ref()?)),
    );
    let units = deployment.map_or(&[][..], |it| &it.own_units);
    let units: Vec<String> = units.iter().map(|unit| unit.file.to_string()).collect();
    add("units", list(&units));
    add("user", deployment.and_then(user));
    let command = deployment.and_then(|it| it.command.as_ref());
    add("command", command.map(|it| it.name.clone()));
    let conffiles: Vec<String> = package
        .contents
        .conffiles()
        .map(ToString::to_string)
        .collect();
    add("conffiles", list(&conffiles));
    if deployment.is_some() {
        add("runs on", suites(package));
    }
    rows
}

fn service(service: &Service) -> Option<String> {
    let unit = if service.instances {
        format!("{}@.service", service.name)
    } else {
        format!("{}.service", service.name)
    };
    let script = format!("/etc/init.d/{}", service.name);
    let files = match (service.systemd, service.init) {
        (true, true) => format!("{unit} and {script}"),
        (true, false) => unit,
        (false, true) => script,
        (false, false) => return None,
    };
    let fate = match (service.enable, service.start) {
        _ if service.instances => "for the instances that are enabled",
        (true, true) => "enabled and started",
        (true, false) => "enabled, not started",
        (false, true) => "started, not enabled",
        (false, false) => "neither enabled nor started",
    };
    Some(format!("{files}, {fate}"))
}

fn user(deployment: &Deployment) -> Option<String> {
    let account = deployment.account.as_ref();
    match (account, &deployment.service) {
        (Some(account), _) => Some(account.user.to_string()),
        (None, Some(_)) => Some("root".to_owned()),
        (None, None) => None,
    }
}

/// Returns the suites that must run the package, or else those that do.
fn suites(package: &Package) -> Option<String> {
    let declared = package.settings.suites.iter().map(|it| it.suite.name);
    let names: Vec<&str> = declared.collect();
    if !names.is_empty() {
        return Some(names.join(", "));
    }
    let verdicts = package.audit.verdicts.iter();
    let good = verdicts.filter(|verdict| verdict.against.is_empty());
    let names: Vec<&str> = good.map(|verdict| verdict.suite.name).collect();
    (!package.audit.is_empty() && !names.is_empty()).then(|| names.join(", "))
}

/// Returns the first of a list, and the number of the others.
fn list(all: &[String]) -> Option<String> {
    let (first, others) = all.split_at(all.len().min(MOST));
    let text = first.join(", ");
    match others.len() {
        _ if first.is_empty() => None,
        0 => Some(text),
        more => Some(format!("{text} and {more} more")),
    }
}
