//! How far a service is confined, by its unit.

use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::escape;
use crate::finding::tags;
use crate::units::{UnitText, is_true};

/// Directives that take something away from a service, with their weight. Together they weigh 100.
const DIRECTIVES: [(&str, u32); 22] = [
    ("NoNewPrivileges", 9),
    ("ProtectSystem", 9),
    ("PrivateTmp", 6),
    ("PrivateDevices", 6),
    ("ProtectHome", 6),
    ("CapabilityBoundingSet", 9),
    ("ProtectKernelTunables", 5),
    ("ProtectKernelModules", 5),
    ("ProtectControlGroups", 4),
    ("RestrictNamespaces", 5),
    ("RestrictSUIDSGID", 4),
    ("SystemCallFilter", 7),
    ("RestrictAddressFamilies", 4),
    ("MemoryDenyWriteExecute", 2),
    ("LockPersonality", 3),
    ("ProtectKernelLogs", 3),
    ("ProtectClock", 3),
    ("ProtectHostname", 2),
    ("RestrictRealtime", 2),
    ("SystemCallArchitectures", 2),
    ("ProtectProc", 2),
    ("UMask", 2),
];

/// The weight of a service that runs as root, over that of its directives.
const ROOT: u32 = 100;

/// Checks the services.
pub(in super::super) fn whole(subject: &Subject, found: &mut Tally) {
    for (path, unit) in &subject.units {
        if !path.ends_with(".service") || unit.values("Service", "ExecStart").is_empty() {
            continue;
        }
        let (score, missing) = exposure(unit);
        if missing.is_empty() {
            continue;
        }
        let shown = escape::line(path);
        let most: Vec<String> = missing.iter().take(4).map(|it| format!("`{it}`")).collect();
        found.tell_at(&shown, tags::SERVICE_EXPOSED, || {
            format!(
                "the service `{shown}` is exposed {}.{} of 10, for want of {}",
                score / 10,
                score % 10,
                most.join(", ")
            )
        });
    }
}

/// Returns how far a service is exposed, in tenths from 0 to 100, and the directives that it lacks by their weight.
fn exposure(unit: &UnitText) -> (u32, Vec<&'static str>) {
    let is_on = |name: &str| {
        let value = unit.value("Service", name);
        value.is_some_and(|value| {
            is_true(value)
                || !["no", "false", "off", "0", "n", "f"].contains(&value.to_lowercase().as_str())
        })
    };
    let is_dynamic = is_on("DynamicUser");
    let implied = [
        "NoNewPrivileges",
        "ProtectSystem",
        "PrivateTmp",
        "ProtectHome",
        "RestrictSUIDSGID",
    ];
    let lacks = |name: &str| !(is_on(name) || is_dynamic && implied.contains(&name));
    let mut missing: Vec<(&str, u32)> = DIRECTIVES
        .into_iter()
        .filter(|(name, _)| lacks(name))
        .collect();
    let lost: u32 = missing.iter().map(|(_, weight)| weight).sum();
    let user = unit.value("Service", "User");
    let is_root = !is_dynamic && user.is_none_or(|user| user == "root" || user == "0");
    let all = DIRECTIVES.iter().map(|(_, weight)| weight).sum::<u32>() + ROOT;
    let lost = lost + if is_root { ROOT } else { 0 };
    if is_root {
        missing.push(("User", ROOT));
    }
    missing.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    (
        lost * 100 / all,
        missing.into_iter().map(|(name, _)| name).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_away_counts() {
        let score = |text: &str| {
            let unit = UnitText::parse(&format!("[Service]\nExecStart=/x\n{text}")).unwrap();
            exposure(&unit).0
        };
        let all = DIRECTIVES.map(|(name, _)| format!("{name}=yes\n")).concat();
        assert_eq!(score(""), 100);
        assert_eq!(score("User=x\n"), 50);
        assert_eq!(score("DynamicUser=yes\n"), 33);
        assert_eq!(score(&format!("{all}User=x\n")), 0);
        assert_eq!(score(&all), 50);
        assert_eq!(score("User=x\nNoNewPrivileges=no\n"), 50);
    }
}
