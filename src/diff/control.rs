//! The fields of the two control files, relations one by one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::side::Side;
use crate::debian::{RelationField, Relations};

/// The fields that follow from other differences, or that are told apart.
const TOLD_ELSEWHERE: [&str; 4] = ["version", "installed-size", "package", "architecture"];

/// A field with another value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldChange {
    /// The name of the field, in lower case.
    pub field: String,
    /// The value in the old package.
    pub old: Option<String>,
    /// The value in the new package.
    pub new: Option<String>,
}

impl FieldChange {
    /// Returns whether both values begin with the same line.
    #[must_use]
    pub(crate) fn has_same_first_line(&self) -> bool {
        let first = |value: &Option<String>| {
            let value = value.as_deref().unwrap_or_default();
            value.lines().next().map(str::to_owned)
        };
        first(&self.old) == first(&self.new)
    }
}

/// A relation that is added, dropped or of other versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RelationChange {
    /// The name of the field, as `Depends`.
    pub field: &'static str,
    /// The relation in the old package.
    pub old: Option<String>,
    /// The relation in the new package.
    pub new: Option<String>,
}

/// Returns the fields that differ, without relations.
pub(super) fn fields(old: &Side, new: &Side) -> Vec<FieldChange> {
    let is_relation = |name: &str| {
        let mut fields = RelationField::ALL.iter();
        fields.any(|field| field.name().eq_ignore_ascii_case(name))
    };
    let names: BTreeSet<String> = old.fields.names().chain(new.fields.names()).collect();
    names
        .into_iter()
        .filter(|name| !is_relation(name) && !TOLD_ELSEWHERE.contains(&name.as_str()))
        .filter_map(|field| {
            let value = |side: &Side| {
                let value = side.fields.get(&field);
                (!value.is_empty()).then_some(value)
            };
            let (old, new) = (value(old), value(new));
            (old != new).then_some(FieldChange { field, old, new })
        })
        .collect()
}

/// Returns the relations that differ.
pub(super) fn relations(old: &Side, new: &Side) -> Vec<RelationChange> {
    let changes = RelationField::ALL.iter().flat_map(|field| {
        let name = field.name();
        let before = by_package(old, name);
        let after = by_package(new, name);
        let packages: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let change = |package| RelationChange {
            field: name,
            old: before.get(package).cloned(),
            new: after.get(package).cloned(),
        };
        let changes = packages.into_iter().map(change);
        changes.filter(|it| it.old != it.new).collect::<Vec<_>>()
    });
    changes.collect()
}

/// Returns the relations of a field by the packages that they are about. What cannot be read stands by
/// itself.
fn by_package(side: &Side, field: &str) -> BTreeMap<String, String> {
    let text = side.fields.get(&field.to_ascii_lowercase());
    let mut found = BTreeMap::new();
    for part in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (relations, errors) = Relations::read_leniently(part);
        let (key, value) = match relations.iter().next() {
            Some(alternatives) if errors.is_empty() => {
                let names = alternatives.relations().iter();
                let names: Vec<String> = names.map(|it| it.package.to_string()).collect();
                (names.join(" | "), relations.to_string())
            }
            _ => (part.to_owned(), part.to_owned()),
        };
        // One package may be named twice, with a lowest and a highest version.
        let known: &mut String = found.entry(key).or_default();
        if !known.is_empty() {
            known.push_str(", ");
        }
        known.push_str(&value);
    }
    found
}
