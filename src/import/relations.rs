//! The relations of a control file, one by one.

use crate::debian::RelationField;

/// The fields of relations, in the order in which manifests have them.
pub(super) const FIELDS: [RelationField; 9] = [
    RelationField::PreDepends,
    RelationField::Depends,
    RelationField::Recommends,
    RelationField::Suggests,
    RelationField::Enhances,
    RelationField::Conflicts,
    RelationField::Breaks,
    RelationField::Replaces,
    RelationField::Provides,
];

/// Returns the fault of a relation alone, for a message that has its text already.
pub(super) fn fault(error: &str, text: &str) -> String {
    let start = format!("invalid relation `{text}`: ");
    error.strip_prefix(&start).unwrap_or(error).to_owned()
}

/// Returns the relations of a field, each on one line.
pub(super) fn parted(value: &str) -> Vec<String> {
    let parts = value.split(',').map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        words.join(" ")
    });
    parts.filter(|part| !part.is_empty()).collect()
}
