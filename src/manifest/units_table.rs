//! `[units]`: units of systemd that the author has written.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::spanned::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::checked::{Checked, TextOr};
use super::service_values::ServiceValueError;
use crate::vocabulary::OnUpgrade;

/// `[units]`: the name of each unit or drop-in to its source.
pub(super) type UnitsTable = BTreeMap<Spanned<Checked<UnitFile>>, TextOr<UnitTable>>;

/// A value of `[units]` as a table.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnitTable {
    /// A file, from the manifest's folder.
    pub source: Option<String>,
    /// True where the unit is enabled at the first installation; default: where it has `[Install]`.
    pub enable: Option<bool>,
    /// True where the unit is started at the first installation; default: as `enable`, but not where
    /// another unit of the package starts it.
    pub start: Option<bool>,
    /// The effect of an upgrade on a unit that runs.
    pub on_upgrade: Option<OnUpgrade>,
    /// True for a unit of the users' own managers; default: false.
    pub user: Option<bool>,
}

/// The types of units that can be files (systemd.unit(5)).
pub(super) const TYPES: [&str; 9] = [
    "automount",
    "mount",
    "path",
    "service",
    "slice",
    "socket",
    "swap",
    "target",
    "timer",
];

/// The longest name that systemd reads.
const LONGEST_NAME: usize = 255;

/// The name of a unit (`backup.timer`), or the path of a drop-in for one
/// (`cron.service.d/limit.conf`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitFile {
    path: String,
    unit: usize,
    stem: usize,
}

impl UnitFile {
    /// Returns the path below the directory of all units.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// Returns the name of the unit, which is another's where this is a drop-in.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.path[..self.unit]
    }

    /// Returns the name of the unit without its type.
    #[must_use]
    pub fn stem(&self) -> &str {
        &self.path[..self.stem]
    }

    /// Returns the type of the unit, such as `service`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.path[self.stem + 1..self.unit]
    }

    /// Returns whether this is no unit, but directives for one.
    #[must_use]
    pub fn is_drop_in(&self) -> bool {
        self.unit < self.path.len()
    }

    /// Returns whether this is a template, which runs only by the names of its instances.
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.stem().ends_with('@') && !self.is_drop_in()
    }

    /// Returns whether units of this type start others.
    #[must_use]
    pub fn is_trigger(&self) -> bool {
        matches!(self.kind(), "socket" | "timer" | "path" | "automount")
    }
}

impl FromStr for UnitFile {
    type Err = ServiceValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unit = match text.split_once('/') {
            None => Some(text),
            Some((directory, file)) => directory
                .strip_suffix(".d")
                .filter(|_| is_name(file) && file.ends_with(".conf") && file != ".conf"),
        };
        let parted = unit.and_then(|unit| Some((unit, unit.rsplit_once('.')?)));
        match parted {
            Some((unit, (stem, kind)))
                if is_name(unit)
                    && unit.len() <= LONGEST_NAME
                    && !stem.is_empty()
                    && !stem.starts_with(['@', '.', '-'])
                    && TYPES.contains(&kind) =>
            {
                Ok(Self {
                    path: text.to_owned(),
                    unit: unit.len(),
                    stem: stem.len(),
                })
            }
            _ => Err(ServiceValueError::new(
                format!("invalid unit `{}`", text.escape_debug()),
                Some(
                    "write the whole name of a unit, such as `backup.timer`, or of a drop-in, such as \
                     `cron.service.d/limit.conf`",
                ),
            )),
        }
    }
}

fn is_name(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || ":-_.@\\".contains(c);
    text.chars().all(legal)
}

impl fmt::Display for UnitFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.path)
    }
}

impl Serialize for UnitFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_units_have_a_type_and_no_other_path_than_a_drop_in() {
        for text in [
            "a.service",
            "a@.socket",
            "a@b.service",
            "mnt-a\\x2db.mount",
            "cron.service.d/limit.conf",
            "a-.slice.d/1.conf",
        ] {
            let file: UnitFile = text.parse().unwrap();
            assert_eq!(file.as_str(), text);
            assert_eq!(file.is_drop_in(), text.contains('/'), "{text}");
            assert_eq!(file.is_template(), text == "a@.socket", "{text}");
            assert_eq!(file.unit(), format!("{}.{}", file.stem(), file.kind()));
        }
        for text in [
            "",
            "a",
            "a.conf",
            ".service",
            "@.service",
            "../a.service",
            "/etc/a.service",
            "a.service.d",
            "a.service/b.conf",
            "service.d/b.conf",
            "a.service.d/b",
            "a.service.d/.conf",
            "a.service.d/x/b.conf",
            "a b.service",
            "a.service\n",
        ] {
            assert!(text.parse::<UnitFile>().is_err(), "{text}");
        }
    }
}
