//! The part that a package has in the registries of a Debian system.

use serde::Serialize;

use super::alternatives::{self, Alternative};
use super::triggers::{self, Triggers};
use super::{DeploymentError, Facts};
use crate::finding::Finding;

/// The part that a package has in the registries of a Debian system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Registries {
    /// The choices of the machine that the package offers itself for.
    pub alternatives: Vec<Alternative>,
    /// The triggers that it waits for and activates.
    pub triggers: Triggers,
    /// True where debconf asks for settings.
    pub debconf: bool,
}

impl Registries {
    /// Decides it from the manifest.
    pub(super) fn resolve(
        facts: &Facts<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, DeploymentError> {
        let (triggers, unanswered) = triggers::resolve(facts)?;
        findings.extend(unanswered);
        Ok(Self {
            alternatives: alternatives::resolve(facts)?,
            triggers,
            debconf: facts.manifest.tables.debconf.is_some(),
        })
    }
}
