//! The profiles of a Cargo project, for what becomes of the debug symbols of its programs.

use std::path::Path;

use toml::{Table, Value};

use super::packages::{read, workspace_of};
use crate::fs;
use crate::release::ReleaseError;

/// The profiles of the workspace that a package belongs to.
#[derive(Debug)]
pub(crate) struct CargoProfiles(Table);

/// The things that a profile says of symbols, by itself or by the one that it inherits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CargoSymbols {
    /// True where Cargo takes all of them out.
    pub are_stripped: bool,
    /// True where debug information is asked for.
    pub are_wanted: bool,
    /// True where it is another profile that asks for it.
    pub are_inherited: bool,
}

impl CargoProfiles {
    /// Reads the profiles that hold for the package in a directory: those of its workspace's root.
    ///
    /// # Errors
    /// [`ReleaseError::BadCargoManifest`] for a Cargo.toml that cannot be read.
    pub(crate) fn of(directory: &Path) -> Result<Self, ReleaseError> {
        let here = fs::canonicalize(directory)?;
        let (_, root) = workspace_of(&here, read(&here.join("Cargo.toml"))?)?;
        let profiles = root.get("profile").and_then(Value::as_table);
        Ok(Self(profiles.cloned().unwrap_or_default()))
    }

    /// Returns what a profile says of symbols.
    #[must_use]
    pub(crate) fn symbols(&self, name: &str) -> CargoSymbols {
        let strip = self.setting(name, "strip");
        let debug = self.setting(name, "debug");
        CargoSymbols {
            are_stripped: strip.is_some_and(|(value, _)| {
                value.as_bool() == Some(true) || value.as_str() == Some("symbols")
            }),
            are_wanted: debug.is_some_and(|(value, _)| {
                value.as_bool() != Some(false)
                    && value.as_integer() != Some(0)
                    && value.as_str() != Some("none")
            }),
            are_inherited: debug.is_some_and(|(_, is_inherited)| is_inherited),
        }
    }

    /// Returns the value of a key, and whether another profile has it.
    fn setting(&self, name: &str, key: &str) -> Option<(&Value, bool)> {
        let mut name = name;
        // One that inherits itself by way of others is Cargo's to complain about.
        for depth in 0..=self.0.len() {
            let profile = self.0.get(name)?;
            if let Some(value) = profile.get(key) {
                return Some((value, depth > 0));
            }
            name = profile.get("inherits")?.as_str()?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_what_becomes_of_symbols() {
        let symbols = |text: &str, name: &str| {
            let table = text.parse().unwrap();
            CargoProfiles(table).symbols(name)
        };
        let none = CargoSymbols::default();
        let wanted = CargoSymbols {
            are_wanted: true,
            ..none
        };
        let stripped = CargoSymbols {
            are_stripped: true,
            ..none
        };
        for (text, expected) in [
            ("", none),
            ("[release]\nlto = true\n", none),
            ("[release]\ndebug = false\n", none),
            ("[release]\ndebug = 0\n", none),
            ("[release]\ndebug = \"none\"\n", none),
            ("[dev]\ndebug = 1\n", none),
            ("[release]\nstrip = \"debuginfo\"\n", none),
            ("[release]\nstrip = false\n", none),
            ("[release]\ndebug = true\n", wanted),
            ("[release]\ndebug = 1\n", wanted),
            ("[release]\ndebug = \"line-tables-only\"\n", wanted),
            ("[release]\nstrip = true\n", stripped),
            ("[release]\nstrip = \"symbols\"\n", stripped),
        ] {
            assert_eq!(symbols(text, "release"), expected, "{text}");
        }
        let inherited = CargoSymbols {
            are_inherited: true,
            ..wanted
        };
        let text = "[release]\ndebug = 1\n[dist]\ninherits = \"release\"\n";
        assert_eq!(symbols(text, "dist"), inherited);
        let text = "[a]\ninherits = \"b\"\n[b]\ninherits = \"a\"\n";
        assert_eq!(symbols(text, "a"), none);
    }
}
