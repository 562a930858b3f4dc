//! Rights of root's that the service has as its user: capabilities(7).

use super::names::refuse;
use super::{DeploymentError, Facts, Service};

/// Directives of the unit that would leave a capability without effect, and the value that is added to
/// each; empty: the directive is taken out.
const OBSTACLES: [(&str, &str, &str); 23] = [
    ("bpf", FILTER, "bpf"),
    ("chown", FILTER, "@chown"),
    ("mknod", "PrivateDevices", ""),
    ("net_raw", "RestrictAddressFamilies", "AF_PACKET"),
    ("perfmon", FILTER, "perf_event_open"),
    ("setgid", FILTER, "@setuid"),
    ("setuid", FILTER, "@setuid"),
    ("sys_boot", FILTER, "@reboot"),
    ("sys_chroot", FILTER, "chroot"),
    ("sys_module", FILTER, "@module"),
    ("sys_module", "ProtectKernelModules", ""),
    ("sys_nice", FILTER, "@resources"),
    ("sys_nice", "RestrictRealtime", ""),
    ("sys_pacct", FILTER, "acct"),
    ("sys_ptrace", FILTER, "@debug"),
    ("sys_rawio", FILTER, "@raw-io"),
    ("sys_rawio", "PrivateDevices", ""),
    ("sys_resource", FILTER, "@resources"),
    ("sys_time", FILTER, "@clock"),
    ("sys_time", "ProtectClock", ""),
    ("syslog", FILTER, "syslog"),
    ("syslog", "ProtectKernelLogs", ""),
    ("wake_alarm", "ProtectClock", ""),
];

const FILTER: &str = "SystemCallFilter";

/// Refuses capabilities for root, who has them all.
pub(super) fn check(facts: &Facts<'_>, service: &Service) -> Result<(), DeploymentError> {
    if service.capabilities.is_empty() {
        return Ok(());
    }
    let table = facts.manifest.tables.service.as_ref();
    let written = table.and_then(|table| table.capabilities.first());
    let message =
        "`capabilities` are for a service with a user, and this one runs as root".to_owned();
    let hint = "take out `user = false`, or `capabilities`".to_owned();
    Err(refuse(
        written.map(crate::manifest::Spanned::span),
        message,
        hint,
    ))
}

fn obstacles(service: &Service) -> impl Iterator<Item = (&'static str, &'static str)> {
    let has = |name: &str| service.capabilities.iter().any(|own| own.as_str() == name);
    let found = OBSTACLES.into_iter().filter(move |(name, ..)| has(name));
    found.map(|(_, directive, value)| (directive, value))
}

/// Returns the lines that the hardening of the unit needs beside its own, so that what the
/// capabilities give is not refused.
pub(super) fn added_lines(service: &Service) -> Vec<String> {
    let mut lines: Vec<String> = obstacles(service)
        .filter(|(_, value)| !value.is_empty())
        .map(|(directive, value)| format!("{directive}={value}"))
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

/// Returns the options of setpriv(1) that give the capabilities, each with a blank behind it.
pub(super) fn options(service: &Service) -> String {
    let names = service.capabilities.iter();
    let names: Vec<String> = names.map(|name| format!("+{}", name.as_str())).collect();
    if names.is_empty() {
        return String::new();
    }
    let names = names.join(",");
    let bounds = if service.hardening {
        format!("--bounding-set=-all,{names} ")
    } else {
        String::new()
    };
    format!("--inh-caps={names} --ambient-caps={names} {bounds}")
}

/// Returns the directives of the hardening that would take the capabilities away again.
pub(super) fn lifted(service: &Service) -> Vec<&'static str> {
    let found = obstacles(service).filter(|(_, value)| value.is_empty());
    found.map(|(directive, _)| directive).collect()
}

/// Returns the values of the unit's bounding set: the capabilities of the manifest, or those that the
/// author's directives give. Without either it has room for what an admin's drop-in most often gives:
/// as long as nobody gives a capability, `NoNewPrivileges` keeps the service from having one.
pub(super) fn bounding_set(service: &Service) -> Vec<String> {
    let own = service.directives.get("Service");
    let given = own.and_then(|own| own.get("AmbientCapabilities"));
    if let Some(given) = given.filter(|given| !given.is_empty()) {
        return given.iter().map(ToString::to_string).collect();
    }
    if service.capabilities.is_empty() {
        return vec!["CAP_NET_BIND_SERVICE".to_owned()];
    }
    vec![ambient(service)]
}

/// Returns the capabilities as systemd writes them.
pub(super) fn ambient(service: &Service) -> String {
    let names = service.capabilities.iter();
    let names: Vec<String> = names
        .map(|name| format!("CAP_{}", name.as_str().to_uppercase()))
        .collect();
    names.join(" ")
}
