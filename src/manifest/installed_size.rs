//! `installed-size`.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use toml::Value;

/// A size in KiB: a whole number, or a text that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstalledSize(pub u64);

impl<'de> Deserialize<'de> for InstalledSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Value::deserialize(deserializer)?;
        let number = match &written {
            Value::Integer(number) => u64::try_from(*number).ok(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number.map(Self).ok_or_else(|| {
            let written = written
                .as_str()
                .map_or_else(|| written.to_string(), |it| it.escape_debug().to_string());
            D::Error::custom(format!(
                "invalid installed size `{written}`, expected a whole number of KiB"
            ))
        })
    }
}
