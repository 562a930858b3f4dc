//! `Entry`: a package in an index.

use std::cmp::Ordering;

use crate::debian::Version;

/// A package in an index: its stanza, and the fields that are looked at. Stanzas of other tools are
/// taken as they are: a field that is missing is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `Package`.
    pub package: String,
    /// `Version`.
    pub version: String,
    /// `Architecture`.
    pub architecture: String,
    /// `Filename`: the path of the package below the top of the repository.
    pub file: String,
    /// `Size` in bytes.
    pub size: u64,
    /// `SHA256`.
    pub sha256: String,
    /// The whole stanza, with the line break at its end.
    pub text: String,
}

impl Entry {
    /// Reads a stanza.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim_matches('\n');
        let field = |name| field(text, name).unwrap_or_default();
        Self {
            package: field("Package").to_owned(),
            version: field("Version").to_owned(),
            architecture: field("Architecture").to_owned(),
            file: plain_path(field("Filename")),
            size: field("Size").parse().unwrap_or(0),
            sha256: field("SHA256").to_ascii_lowercase(),
            text: format!("{text}\n"),
        }
    }

    /// Returns the value of a field, of its first line.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        field(&self.text, name)
    }

    /// Returns whether another entry is for the same version of the same package, as dpkg counts.
    #[must_use]
    pub fn is_same_version(&self, other: &Self) -> bool {
        self.package == other.package
            && self.architecture == other.architecture
            && self.compare_versions(other) == Ordering::Equal
    }

    /// Compares the versions as dpkg does; one that is none comes first.
    #[must_use]
    pub fn compare_versions(&self, other: &Self) -> Ordering {
        if self.version == other.version {
            return Ordering::Equal;
        }
        let of = |entry: &Self| entry.version.parse::<Version>();
        match (of(self), of(other)) {
            (Ok(one), Ok(other)) => one.cmp(&other),
            (Ok(_), Err(_)) => Ordering::Greater,
            (Err(_), Ok(_)) => Ordering::Less,
            (Err(_), Err(_)) => self.version.cmp(&other.version),
        }
    }

    /// Returns the order of the entries of an index: by name, then by version.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.package
            .cmp(&other.package)
            .then_with(|| self.compare_versions(other))
            .then_with(|| self.version.cmp(&other.version))
            .then_with(|| self.architecture.cmp(&other.architecture))
            .then_with(|| self.text.cmp(&other.text))
    }
}

/// Returns a path without empty names, `.` and `..`: other tools write `pool/./x`, which apt asks for as well.
fn plain_path(path: &str) -> String {
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

/// Returns the name of the package of a stanza.
pub(super) fn name(text: &str) -> &str {
    field(text.trim_matches('\n'), "Package").unwrap_or_default()
}

/// Returns the first line of the value of a field.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let value = line.get(name.len()..)?.strip_prefix(':')?;
        let same = line.get(..name.len())?.eq_ignore_ascii_case(name);
        same.then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_any_spelling_are_read() {
        let entry = Entry::read(
            "\nPACKAGE: orders\nversion:1.0\nDescription: text\n Version: 2.0\n\
             Filename: ./pool/orders.deb\nSize: 12\nSha256: AB\n\n",
        );
        assert_eq!(entry.package, "orders");
        assert_eq!(entry.version, "1.0");
        assert_eq!(entry.architecture, "");
        assert_eq!(entry.file, "pool/orders.deb");
        assert_eq!((entry.size, entry.sha256.as_str()), (12, "ab"));
        assert!(entry.text.starts_with("PACKAGE") && entry.text.ends_with("AB\n"));
    }

    #[test]
    fn versions_are_ordered_as_dpkg_does() {
        let entry = |version: &str| Entry::read(&format!("Package: a\nVersion: {version}\n"));
        for (one, other, expected) in [
            ("1.0", "1.00", Ordering::Equal),
            ("1.0~rc1", "1.0", Ordering::Less),
            ("1:1", "2", Ordering::Greater),
            ("-", "1", Ordering::Less),
        ] {
            assert_eq!(
                entry(one).compare_versions(&entry(other)),
                expected,
                "{one} {other}"
            );
        }
    }
}
