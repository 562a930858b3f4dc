//! `[cargo]`: how `cargo reldeb` builds the programs.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};

use super::checked::Checked;
use super::service_values::{ServiceValueError, texts};

/// `[cargo]`: how `cargo reldeb` builds the programs; its options win.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct CargoTable {
    /// The profile; default: `release`.
    pub profile: Option<CargoProfile>,
    /// The features to activate; default: none.
    pub features: Vec<CargoFeature>,
    /// False where the feature `default` is not activated; default: true.
    pub default_features: Option<bool>,
}

texts! {
    /// The name of a profile of Cargo.
    CargoProfile: profile;
    /// A feature of a Cargo package, also one of a dependency as `name/feature`.
    CargoFeature: feature;
}

fn profile(text: &str) -> Result<(), ServiceValueError> {
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_legal) {
        return Ok(());
    }
    let message = format!("`{}` is no name of a profile", text.escape_debug());
    let hint = "use letters, digits, `-` and `_`, such as `dist`";
    Err(ServiceValueError::new(message, Some(hint)))
}

fn feature(text: &str) -> Result<(), ServiceValueError> {
    let is_legal = |c: char| !c.is_whitespace() && !c.is_control() && c != ',';
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_legal) {
        return Ok(());
    }
    let message = format!("`{}` is no feature", text.escape_debug());
    let hint = "write each feature as a text of its own, such as `[\"tls\", \"name/feature\"]`";
    Err(ServiceValueError::new(message, Some(hint)))
}
