//! The files that documents of the package are made of.

use schemars::JsonSchema;
use serde::Deserialize;

/// `license-file` as a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LicenseFile {
    /// The file, from the manifest's folder.
    pub path: String,
    /// How many of its first lines are left out; default: none.
    #[serde(default)]
    pub skip: u32,
}
