//! `Wanted`: packages that are asked for.

use std::fmt;
use std::str::FromStr;

use super::index::Entry;
use crate::debian::{PackageName, Version};

/// Packages that are asked for: of a name, and of a version where one is named.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The name.
    pub package: PackageName,
    /// The version; all where none is named.
    pub version: Option<Version>,
}

impl Wanted {
    /// Returns whether an entry is asked for.
    #[must_use]
    pub fn is(&self, entry: &Entry) -> bool {
        let same = |version: &Version| {
            entry
                .version
                .parse()
                .is_ok_and(|it: Version| it == *version)
        };
        entry.package == self.package.as_str() && self.version.as_ref().is_none_or(same)
    }
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (package, version) = match text.split_once('=') {
            Some((package, version)) => (package, Some(version)),
            None => (text, None),
        };
        let version = version.map(Version::from_str).transpose();
        Ok(Self {
            package: package
                .parse::<PackageName>()
                .map_err(|error| error.to_string())?,
            version: version.map_err(|error| error.to_string())?,
        })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.package)?;
        self.version
            .as_ref()
            .map_or(Ok(()), |it| write!(f, "={it}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_asked_for_by_name_and_version() {
        let entry = Entry::read("Package: orders\nVersion: 1:1.0\n");
        for (text, expected) in [
            ("orders", true),
            ("orders=1:1.0", true),
            ("orders=1:1.00", true),
            ("orders=1.0", false),
            ("order", false),
        ] {
            let wanted: Wanted = text.parse().unwrap();
            assert_eq!(wanted.is(&entry), expected, "{text}");
            assert_eq!(wanted.to_string(), text);
        }
    }
}
