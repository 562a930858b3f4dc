//! `[publish]`: the repository where packages go.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Spanned;
use super::checked::Checked;
use crate::debian::{ArchiveSuite, Component};

/// `[publish]`: where `reldeb build --publish` puts the packages.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct PublishTable {
    /// The repository: a folder, or `s3://BUCKET/PREFIX`.
    pub target: Option<Spanned<String>>,
    /// The suite; default: `stable`.
    pub suite: Option<Checked<ArchiveSuite>>,
    /// The component; default: `main`.
    pub component: Option<Checked<Component>>,
    /// The address of an object store that is not of AWS; default: the variable `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
}
