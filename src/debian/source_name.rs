//! `SourceName`: the source package of a binary package.

use std::fmt;
use std::str::FromStr;

use super::package_name::{PackageName, PackageNameError};
use super::version::Version;

/// The name of a source package, with its version where the binary package has another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceName {
    /// The name.
    pub name: PackageName,
    /// The version.
    pub version: Option<Version>,
}

impl From<PackageName> for SourceName {
    fn from(name: PackageName) -> Self {
        Self {
            name,
            version: None,
        }
    }
}

impl FromStr for SourceName {
    type Err = PackageNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((name, rest)) = text.split_once('(')
            && let Some(version) = rest.strip_suffix(')')
            && let Ok(version) = version.trim().parse()
        {
            let mut source = Self::from(name.trim_end().parse::<PackageName>()?);
            source.version = Some(version);
            return Ok(source);
        }
        text.parse().map(|name: PackageName| name.into())
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        match &self.version {
            Some(version) => write!(f, " ({version})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_may_have_a_version() {
        for text in ["glibc", "glibc (2.36-9)", "x1 (1:2~rc1)"] {
            assert_eq!(text.parse::<SourceName>().unwrap().to_string(), text);
        }
        for text in ["", "x1 ()", "x1 (a_b)", "X (1)", "x1 1"] {
            assert!(text.parse::<SourceName>().is_err(), "{text}");
        }
    }
}
