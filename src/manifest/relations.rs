//! Relations between packages of one manifest: `${binary:Version}` and `${source:Version}` stand for
//! the version of the package itself, as in Debian's own control files.

use std::ops::Range;

use super::InvalidValue;
use crate::debian::{Architecture, PackageName, RelationField, Relations, Version};
use crate::message::{nearest, ticked};

/// The keys of `[package]` that are relations.
pub(crate) const KEYS: [&str; 9] = [
    "depends",
    "pre-depends",
    "recommends",
    "suggests",
    "enhances",
    "breaks",
    "conflicts",
    "provides",
    "replaces",
];

/// Returns whether this is the place of relations in a manifest.
pub(super) fn is_field(keys: &[String]) -> bool {
    matches!(keys, [table, key] if table == "package" && KEYS.contains(&key.as_str()))
}

/// A package among those of its manifest.
#[derive(Debug, Clone, Copy)]
pub struct Family<'a> {
    /// The package.
    pub name: &'a PackageName,
    /// The version of the package.
    pub version: &'a Version,
    /// The architecture of the package.
    pub architecture: Architecture,
    /// All packages of the manifest; empty where it has no `[packages]`.
    pub packages: &'a [PackageName],
}

impl Family<'_> {
    /// Returns the relations that are for the package's architecture, with its version in them.
    ///
    /// # Errors
    /// [`InvalidValue`] at `place` where a package that nobody makes here must have that version, or
    /// where a package for all architectures has a relation for some.
    /// One that is provided, broken or replaced may be any.
    pub fn settle(
        &self,
        field: RelationField,
        relations: &Relations,
        place: &Range<usize>,
    ) -> Result<Relations, InvalidValue> {
        let is_needed = matches!(
            field,
            RelationField::Depends
                | RelationField::PreDepends
                | RelationField::Recommends
                | RelationField::Suggests
                | RelationField::Enhances
        );
        if self.architecture.is_all() && relations.is_restricted() {
            let message = format!(
                "a relation of `{}` is for some architectures, but the package is for all",
                self.name
            );
            let hint = "leave out `[…]`".to_owned();
            return Err(InvalidValue::new(place.clone(), message, Some(hint)));
        }
        let relations = relations.clone().for_architecture(self.architecture);
        let stranger = relations
            .at_own_version()
            .find(|package| is_needed && !self.makes(package));
        if let Some(stranger) = stranger {
            return Err(self.no_sibling(stranger, place));
        }
        Ok(relations.of_version(self.version))
    }

    /// Returns whether a package is one of the manifest, or the debug symbols of one.
    fn makes(&self, package: &PackageName) -> bool {
        let name = package.as_str();
        let name = name.strip_suffix("-dbgsym").unwrap_or(name);
        let is_it = |package: &PackageName| package.as_str() == name;
        is_it(self.name) || self.packages.iter().any(is_it)
    }

    fn no_sibling(&self, stranger: &PackageName, place: &Range<usize>) -> InvalidValue {
        let siblings = self.packages.iter().filter(|it| *it != self.name);
        let siblings: Vec<&str> = siblings.map(PackageName::as_str).collect();
        let hint = match nearest(stranger.as_str(), siblings.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if siblings.is_empty() => "write the version itself".to_owned(),
            None => format!("the other packages are {}", ticked(&siblings)),
        };
        let message = format!(
            "`{stranger}` is no package of this manifest, so it does not have the version of `{}`",
            self.name
        );
        InvalidValue::new(place.clone(), message, Some(hint))
    }
}
