//! Keys that stand below the header of a table inside the one that they belong to.

use serde::de::DeserializeOwned;

use super::error::{InvalidValue, Problem};
use super::tables::{ConffilesTable, PackageTable, ServiceTable, Tables};

/// A table with others in it that take any key, such as `[service.environment]`.
struct Around {
    name: &'static str,
    /// The names of the tables in it.
    inside: &'static [&'static str],
    /// Returns the keys that it has itself.
    keys: fn() -> Vec<String>,
}

const AROUND: &[Around] = &[
    Around {
        name: "service",
        inside: &["environment", "limits", "systemd"],
        keys: keys_of::<ServiceTable>,
    },
    Around {
        name: "package",
        inside: &["fields"],
        keys: keys_of::<PackageTable>,
    },
    Around {
        name: "conffiles",
        inside: &["renamed", "directory-to-symlink", "symlink-to-directory"],
        keys: keys_of::<ConffilesTable>,
    },
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
    let around = AROUND
        .iter()
        .find(|it| it.name == outer_name && it.inside.contains(&inner))?;
    let is_meant = (around.keys)().iter().any(|known| known == key);
    is_meant.then(|| format!("`{key}` belongs to `[{outer}]`: move it above `[{header}]`"))
}

/// Refuses a key of `[service]` that stands below the header `[service.environment]`, where it would be a
/// variable, and say nothing of the service. In `environment = { command = "…" }` nothing stands below by
/// mistake.
pub(super) fn check(tables: &Tables, text: &str) -> Result<(), InvalidValue> {
    let service = tables.service.iter();
    for (name, value) in service.flat_map(|service| &service.environment) {
        let span = value.span();
        if let Some(hint) = hint(text, span.start) {
            let message = format!("`{name}` would be a variable of the environment here");
            let otherwise = format!("; for a variable: `environment = {{ {name} = … }}`");
            return Err(InvalidValue::new(span, message, Some(hint + &otherwise)));
        }
    }
    Ok(())
}

/// Returns the keys of a table, as it tells them of one that it does not know.
pub(super) fn keys_of<T: DeserializeOwned>() -> Vec<String> {
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
