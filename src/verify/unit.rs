//! The check by systemd of a unit that the author changes. The built-in unit is left to reldeb's
//! own tests, and an older systemd on this machine may not know all of it.

use std::process::Command;

use crate::deployment::{Contribution, Deployment, Service, UNIT};
use crate::finding::{Finding, tags};
use crate::fs::{self, TemporaryFolder};
use crate::tree::{Content, Kind, Origin};

/// Returns the faults that `systemd-analyze verify` finds in the unit itself; none where it is
/// not installed. Programs and users that this machine lacks do not count.
pub(crate) fn check_unit(
    deployment: &Deployment,
    contribution: &Contribution,
    own_templates: bool,
) -> Vec<Finding> {
    let has_directives = |service: &Service| !service.directives.is_empty();
    if !own_templates && !deployment.service.as_ref().is_some_and(has_directives) {
        return Vec::new();
    }
    let units = contribution.entries.iter().filter_map(|(path, entry)| {
        let is_unit = entry.origin == Origin::Template(UNIT.into());
        let Kind::Regular {
            content: Content::Bytes(bytes),
            ..
        } = &entry.kind
        else {
            return None;
        };
        let name = String::from_utf8_lossy(path.file_name()).into_owned();
        is_unit.then_some((name, bytes))
    });
    units
        .flat_map(|(name, text)| {
            // A machine without systemd-analyze finds nothing.
            let complaints = verify(&name, text).unwrap_or_default();
            complaints.into_iter().map(move |complaint| {
                let message = format!("systemd-analyze verify, `{name}`, {complaint}");
                Finding::new(tags::UNIT_REFUSED, message)
                    .with_hint("`reldeb plan --scripts` shows the unit")
            })
        })
        .collect()
}

/// Returns what systemd-analyze(1) says of the text of a unit; `None` where it is not installed.
pub(super) fn verify(name: &str, text: &[u8]) -> Option<Vec<String>> {
    let folder = TemporaryFolder::new().ok()?;
    let path = folder.path().join(name);
    fs::write(&path, text).ok()?;
    let output = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .arg(&path)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    Some(
        said.lines()
            .filter_map(|line| complaint(name, line))
            .collect(),
    )
}

/// Returns the complaint in a line of systemd-analyze(1), where it is about the text of this
/// unit.
fn complaint(name: &str, line: &str) -> Option<String> {
    // "/tmp/x/orders.service:8: Unknown key …"
    if let Some((_, rest)) = line.split_once(&format!("/{name}:")) {
        let (number, what) = rest.split_once(": ")?;
        number.parse::<usize>().ok()?;
        return Some(format!("line {number}: {}", what.trim_end_matches('.')));
    }
    // "orders.service: Service has … Refusing.", of a template with the name of an instance
    let (unit, what) = line.split_once(": ")?;
    let (stem, _) = name.rsplit_once('.')?;
    (unit.starts_with(stem) && what.ends_with("Refusing."))
        .then(|| format!("whole: {}", what.trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn only_the_text_of_the_unit_is_judged() {
        for (line, expected) in [
            (
                "/tmp/x/a.service:8: Unknown key 'MemoryMx' in section [Service], ignoring.",
                Some("line 8: Unknown key 'MemoryMx' in section [Service], ignoring"),
            ),
            (
                "a.service: Service has no ExecStart=. Refusing.",
                Some("whole: Service has no ExecStart=. Refusing"),
            ),
            (
                "a.service: Command /opt/a/a is not executable: No such file or directory",
                None,
            ),
            (
                "/usr/lib/systemd/system/b.service:3: Unknown key 'X' in section [Unit].",
                None,
            ),
            ("Failed to load x", None),
            ("", None),
        ] {
            assert_eq!(complaint("a.service", line).as_deref(), expected, "{line}");
        }
        let line = "a@test_instance.service: Two Refusing.";
        assert_eq!(
            complaint("a@.service", line).as_deref(),
            Some("whole: Two Refusing")
        );
    }
}
