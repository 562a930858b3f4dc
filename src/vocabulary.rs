//! The words that a manifest chooses from, and the rooms below decide by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// The fate of the debug sections and symbol tables of the release's ELF files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DebugSymbols {
    /// They stay where they are.
    #[default]
    Keep,
    /// They are left out.
    Strip,
    /// They go into a package of their own, NAME-dbgsym.
    Package,
}

/// The effect of an upgrade on a running service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnUpgrade {
    /// Restart after the new version is configured.
    Restart,
    /// Stop before the new version is unpacked, start after it is configured.
    StopStart,
    /// Tell the running service to reload.
    Reload,
    /// Nothing: the old version runs on until the admin restarts it.
    None,
}

/// A directory that a service can have beside those for state and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceDirectory {
    /// /var/cache/NAME, for what can be made anew.
    Cache,
    /// /run/NAME, which every service has: the program is told of it.
    Run,
}

/// The way in which the service manager learns that the service serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// The program sends `READY=1` itself (`sd_notify(3)`).
    Notify,
    /// The release's script is asked until the node answers, for a bounded time.
    Ping,
    /// A started process counts as ready.
    Exec,
}

/// The moments at which the author's hooks run. "After" a removal is in postrm, "before" it in
/// prerm; a reinstallation is a configure of the version that is already there or an installation
/// over left configuration files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(field_identifier, rename_all = "kebab-case")]
pub enum HookEvent {
    /// In preinst, at the first installation.
    BeforeFirstInstall,
    /// In postinst at the first installation, before the service starts.
    AfterFirstInstall,
    /// In preinst of the new version.
    BeforeUpgrade,
    /// In postinst of the new version, before the service restarts.
    AfterUpgrade,
    /// In preinst, for the version that is there or over what a removal left.
    BeforeReinstall,
    /// In postinst, for the version that is there or over what a removal left.
    AfterReinstall,
    /// In prerm, before the service stops.
    BeforeRemove,
    /// In postrm, when the files are gone.
    AfterRemove,
    /// In postrm, before state and logs are removed.
    BeforePurge,
    /// In postrm, at its end.
    AfterPurge,
    /// In postinst, when another package activates a trigger that this one waits for.
    OnTrigger,
}

impl Serialize for HookEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl HookEvent {
    /// Its key in the manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeFirstInstall => "before-first-install",
            Self::AfterFirstInstall => "after-first-install",
            Self::BeforeUpgrade => "before-upgrade",
            Self::AfterUpgrade => "after-upgrade",
            Self::BeforeReinstall => "before-reinstall",
            Self::AfterReinstall => "after-reinstall",
            Self::BeforeRemove => "before-remove",
            Self::AfterRemove => "after-remove",
            Self::BeforePurge => "before-purge",
            Self::AfterPurge => "after-purge",
            Self::OnTrigger => "on-trigger",
        }
    }
}
