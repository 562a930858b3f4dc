//! Units and alternatives of the previous package that the new one no longer has: the machine keeps
//! them, and nothing of the new version knows of them.

use std::collections::BTreeSet;

use crate::deployment::{Alternative, Deployment};
use crate::finding::{Finding, tags};
use crate::manifest::UnitFile;
use crate::tree::PackagePath;

/// The units and the alternatives of a package.
#[derive(Debug, Clone, Default)]
pub(super) struct Registered {
    /// The names of the system's units.
    units: BTreeSet<String>,
    /// Links, names and paths of the alternatives.
    alternatives: BTreeSet<[String; 3]>,
}

impl Registered {
    /// Takes a path that is one of a unit.
    pub(super) fn take(&mut self, path: &PackagePath) {
        let path = path.to_string();
        let below = path.strip_prefix("/usr").unwrap_or(&path);
        let name = below.strip_prefix("/lib/systemd/system/");
        let is_unit = |name: &&str| name.parse::<UnitFile>().is_ok_and(|it| !it.is_drop_in());
        self.units.extend(name.filter(is_unit).map(str::to_owned));
    }

    /// Takes the alternatives that a maintainer script offers.
    pub(super) fn read(&mut self, postinst: &[u8]) {
        let text = String::from_utf8_lossy(postinst);
        let offers = text.lines().filter_map(|line| {
            let rest = line.trim().strip_prefix("update-alternatives --install ")?;
            let mut words = rest.split_whitespace().map(|word| word.trim_matches('\''));
            Some([words.next()?, words.next()?, words.next()?].map(str::to_owned))
        });
        self.alternatives.extend(offers);
    }

    /// Returns the findings about those of the previous package that are gone.
    pub(super) fn findings(&self, old: &Self, deployment: Option<&Deployment>) -> Vec<Finding> {
        let Some(deployment) = deployment else {
            return Vec::new();
        };
        let mut findings = Vec::new();
        // The scripts of a package with units of the author's own look for what is gone.
        if deployment.own_units.is_empty() {
            findings.extend(old.units.difference(&self.units).map(|unit| of_unit(unit)));
        }
        let known = &deployment.registries.alternatives;
        let gone = old.alternatives.iter().filter(|it| !is_known(known, it));
        findings.extend(gone.map(of_alternative));
        findings
    }
}

fn is_known(known: &[Alternative], [_, name, path]: &[String; 3]) -> bool {
    known
        .iter()
        .any(|it| it.master.name == *name && it.master.path.as_bytes() == path.as_bytes())
}

fn of_unit(unit: &str) -> Finding {
    let message = format!("unit `{unit}` is gone: where it runs, it runs on, and its links stay");
    // Stopped before the new one starts: the two would share their state and their ports.
    let hint = format!(
        "write `before-upgrade = \"[ ! -d /run/systemd/system ] || systemctl stop {unit} || true\"` and \
         `after-upgrade = \"deb-systemd-helper purge {unit} >/dev/null || true\"` below `[hooks]`"
    );
    Finding::new(tags::UNIT_GONE, message).with_hint(hint)
}

fn of_alternative([link, name, path]: &[String; 3]) -> Finding {
    let message = format!("alternative `{path}` for `{link}` is gone: the link leads to nothing");
    let hint = format!(
        "write `\"{link}\" = {{ name = \"{name}\", path = \"{path}\", removed = true }}` below \
         `[alternatives]`"
    );
    Finding::new(tags::ALTERNATIVE_GONE, message).with_hint(hint)
}
