//! `[check]`: findings that the author means.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

use super::checked::{Checked, Hinted};
use super::registry_values::Reason;
use super::service_values::ServiceValueError;
use super::spanned::Spanned;
use crate::finding::Tag;
use crate::finding::tags::{self, UnknownTag};

/// `[check]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct CheckTable {
    /// Findings that are neither errors nor warnings in this package, by their tags, each with the reason.
    pub allow: BTreeMap<Spanned<AllowedTag>, ExceptionReason>,
}

/// The tag of findings that are no errors in this package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedTag(pub &'static Tag);

impl Ord for AllowedTag {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.name.cmp(other.0.name)
    }
}

impl PartialOrd for AllowedTag {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for AllowedTag {
    type Err = UnknownTag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        tags::find(text).map(Self)
    }
}

impl Hinted for UnknownTag {
    fn hint(&self) -> Option<String> {
        // This calls the inherent method of the same name.
        Some(Self::hint(self))
    }
}

impl<'de> Deserialize<'de> for AllowedTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Checked::deserialize(deserializer).map(|checked| checked.0)
    }
}

impl JsonSchema for AllowedTag {
    fn schema_name() -> Cow<'static, str> {
        "AllowedTag".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        super::schema::of_text::<Self>()
    }
}

/// The reason for an exception, which an override of lintian has as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionReason(pub Reason);

impl FromStr for ExceptionReason {
    type Err = ServiceValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            let message = "an exception of `[check]` has no reason".to_owned();
            let hint = "say why the finding does no harm here";
            return Err(ServiceValueError::new(message, Some(hint)));
        }
        text.parse().map(Self)
    }
}

impl<'de> Deserialize<'de> for ExceptionReason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Checked::deserialize(deserializer).map(|checked| checked.0)
    }
}

impl JsonSchema for ExceptionReason {
    fn schema_name() -> Cow<'static, str> {
        Reason::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Reason::json_schema(generator)
    }
}
