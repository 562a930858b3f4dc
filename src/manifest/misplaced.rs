//! Keys that stand below the header of a table inside the one that they belong to.

use serde::de::DeserializeOwned;

use super::error::Problem;
use super::tables::{ConffilesTable, PackageTable, ServiceTable};

/// Tables that take any key, such as `[service.environment]`, by the names of the tables around them and
/// the keys that those have.
const AROUND: &[(&str, &[&str], fn() -> Vec<String>)] = &[
    (
        "service",
        &["environment", "limits", "systemd"],
        keys_of::<ServiceTable>,
    ),
    ("package", &["fields"], keys_of::<PackageTable>),
    (
        "conffiles",
        &["renamed", "directory-to-symlink", "symlink-to-directory"],
        keys_of::<ConffilesTable>,
    ),
];

/// Returns the hint that the key at a place of the text, whose value is refused, was meant for the table
/// around its own.
pub(super) fn hint(text: &str, place: usize) -> Option<String> {
    let before = text.get(..place)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let key = text[start..].split(['=', '\n']).next()?.trim();
    let headers = before[..start].lines().map(str::trim);
    let header = headers.rev().find(|line| line.starts_with('['))?;
    let header = header.strip_prefix('[')?.split(']').next()?;
    let (outer, inner) = header.rsplit_once('.')?;
    let outer_name = outer.rsplit('.').next().unwrap_or(outer);
    let (.., keys) = AROUND
        .iter()
        .find(|(name, tables, _)| *name == outer_name && tables.contains(&inner))?;
    let is_meant = keys().iter().any(|known| known == key);
    is_meant.then(|| format!("`{key}` belongs to `[{outer}]`: move it above `[{header}]`"))
}

/// Returns the keys of a table, as it tells them of one that it does not know.
fn keys_of<T: DeserializeOwned>() -> Vec<String> {
    let unknown = toml::Table::from_iter([(String::new(), true.into())]);
    match T::deserialize(unknown).map_err(|error| Problem::from_serde(error.message())) {
        Err(Problem::UnknownKey { known, .. }) => known,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_table_around() {
        for (text, expected) in [
            (
                "[service.environment]\nA = \"1\"\nstart = false",
                Some("`[service]`"),
            ),
            ("[service.environment]\nstarts = false", None),
            ("[service]\nstart = 3", None),
            ("[package.fields]\ndepends = []", Some("`[package]`")),
            (
                "[variant.x.service.systemd]\nstart = 3",
                Some("`[variant.x.service]`"),
            ),
            ("[conffiles.renamed]\nremoved = []", Some("`[conffiles]`")),
            ("start = 3", None),
        ] {
            let found = hint(text, text.len() - 1);
            assert_eq!(found.is_some(), expected.is_some(), "{text}");
            assert!(
                found
                    .unwrap_or_default()
                    .contains(expected.unwrap_or_default())
            );
        }
    }
}
