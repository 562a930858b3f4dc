//! `ControlFile`: what dpkg is told of a package (deb-control(5)), every field in its type.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::field::{RelationField, RelationFieldError};
use super::relation::{Alternatives, Constraint, Operator, Relation, Relations};
use super::{
    Architecture, Description, Homepage, Maintainer, MultiArch, PackageName, Priority, Section,
    SourceName, Stanza, Version,
};

/// The control file of a binary package. It becomes text by `Display`, with its fields in the order
/// of dpkg-gencontrol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlFile {
    /// `Package`.
    pub package: PackageName,
    /// `Source`, where it is not the package's name.
    pub source: Option<SourceName>,
    /// `Version`.
    pub version: Version,
    /// `Architecture`.
    pub architecture: Architecture,
    /// `Maintainer`.
    pub maintainer: Maintainer,
    /// `Installed-Size` in KiB; known when the contents are packed.
    pub installed_size: Option<u64>,
    /// The relations to other packages.
    pub relations: RelationFields,
    /// `Section`.
    pub section: Section,
    /// `Priority`.
    pub priority: Priority,
    /// `Multi-Arch`.
    pub multi_arch: Option<MultiArch>,
    /// `Homepage`.
    pub homepage: Option<Homepage>,
    /// `Description`.
    pub description: Description,
    /// `Build-Ids`, of a package of debug symbols, which has `Auto-Built-Package` as well.
    pub build_ids: BTreeSet<BuildId>,
    /// All other fields.
    pub other: Stanza,
}

impl ControlFile {
    /// Returns the name of the package's file, as dpkg-deb gives it: without the epoch.
    #[must_use]
    pub fn file_name(&self) -> String {
        let version = self.version.without_epoch();
        format!("{}_{version}_{}.deb", self.package, self.architecture)
    }

    /// Returns the control file of the package that holds the debug symbols of this one, as
    /// debhelper writes it.
    #[must_use]
    pub fn of_debug_symbols(&self, package: PackageName, build_ids: BTreeSet<BuildId>) -> Self {
        let mut relations = RelationFields::default();
        relations.require(
            RelationField::Depends,
            Relations::from(Alternatives::from(Relation {
                package: self.package.clone(),
                qualifier: None,
                constraint: Some(Constraint {
                    operator: Operator::Equal,
                    version: self.version.clone(),
                }),
                restriction: None,
            })),
        );
        let source = self.source.clone();
        Self {
            source: Some(source.unwrap_or_else(|| self.package.clone().into())),
            version: self.version.clone(),
            architecture: self.architecture,
            maintainer: self.maintainer.clone(),
            installed_size: None,
            relations,
            section: Section::DEBUG,
            priority: Priority::OPTIONAL,
            multi_arch: self.multi_arch.filter(|it| *it == MultiArch::Same),
            homepage: None,
            description: Description::of_debug_symbols(&self.package),
            build_ids,
            other: Stanza::new(),
            package,
        }
    }
}

impl From<&ControlFile> for Stanza {
    fn from(control: &ControlFile) -> Self {
        let mut stanza = control.other.clone();
        stanza.put("Package", Some(&control.package));
        stanza.put("Source", control.source.as_ref());
        stanza.put("Version", Some(&control.version));
        stanza.put("Architecture", Some(&control.architecture));
        stanza.put("Maintainer", Some(&control.maintainer));
        stanza.put("Installed-Size", control.installed_size);
        for (field, relations) in control.relations.iter() {
            stanza.put(field.name(), Some(relations));
        }
        stanza.put("Section", Some(&control.section));
        stanza.put("Priority", Some(&control.priority));
        stanza.put("Multi-Arch", control.multi_arch);
        stanza.put("Homepage", control.homepage.as_ref());
        stanza.put("Description", Some(&control.description));
        if !control.build_ids.is_empty() {
            let ids: Vec<_> = control.build_ids.iter().map(BuildId::to_string).collect();
            stanza.put("Auto-Built-Package", Some("debug-symbols"));
            stanza.put("Build-Ids", Some(ids.join(" ")));
        }
        stanza.sort_binary_fields();
        stanza
    }
}

impl fmt::Display for ControlFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Stanza::from(self).fmt(f)
    }
}

/// The relation fields of a package, each with relations that it can have. None is empty: dpkg of
/// older releases refuses an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RelationFields(BTreeMap<RelationField, Relations>);

impl RelationFields {
    /// Returns the relations of a field.
    #[must_use]
    pub fn get(&self, field: RelationField) -> Option<&Relations> {
        self.0.get(&field)
    }

    /// Returns the fields that have relations.
    pub fn iter(&self) -> impl Iterator<Item = (RelationField, &Relations)> {
        self.0.iter().map(|(field, relations)| (*field, relations))
    }

    /// Adds relations as they are written: see [`Relations::append`].
    ///
    /// # Errors
    /// [`RelationFieldError`] where the field cannot have one of them.
    pub fn append(
        &mut self,
        field: RelationField,
        relations: Relations,
    ) -> Result<(), RelationFieldError> {
        field.check(&relations)?;
        if !relations.is_empty() {
            self.0.entry(field).or_default().append(relations);
        }
        Ok(())
    }

    /// Adds relations that must hold too, to a field of packages that are needed: see
    /// [`Relations::merge`].
    pub fn require(&mut self, field: RelationField, relations: Relations) {
        if !relations.is_empty() {
            self.0.entry(field).or_default().merge(relations);
        }
    }
}

/// The identity of a linked ELF file, which its debug symbols have as well; `Display` writes it in
/// hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BuildId(Box<[u8]>);

impl From<&[u8]> for BuildId {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Display for BuildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A control file for tests.
#[cfg(test)]
pub(crate) fn orders() -> ControlFile {
    let mut relations = RelationFields::default();
    let passwd = "passwd".parse().unwrap();
    relations.require(RelationField::PreDepends, passwd);
    ControlFile {
        package: "orders".parse().unwrap(),
        source: None,
        version: "1:2.0-1".parse().unwrap(),
        architecture: "amd64".parse().unwrap(),
        maintainer: "Ops <ops@example.com>".parse().unwrap(),
        installed_size: Some(12),
        relations,
        section: Section::MISC,
        priority: Priority::OPTIONAL,
        multi_arch: Some(MultiArch::Same),
        homepage: Some("https://example.com".parse().unwrap()),
        description: "Order service\nTakes orders.".parse().unwrap(),
        build_ids: BTreeSet::new(),
        other: Stanza::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_in_the_order_of_dpkg_gencontrol() {
        let mut control = orders();
        control.other.set("X-Team", "shop").unwrap();
        control.other.set("Origin", "Example").unwrap();
        assert_eq!(
            control.to_string(),
            "Package: orders\nVersion: 1:2.0-1\nArchitecture: amd64\nOrigin: Example\n\
             Maintainer: Ops <ops@example.com>\nInstalled-Size: 12\nPre-Depends: passwd\n\
             Section: misc\nPriority: optional\nMulti-Arch: same\nHomepage: https://example.com\n\
             Description: Order service\n Takes orders.\nX-Team: shop\n"
        );
        assert_eq!(control.file_name(), "orders_2.0-1_amd64.deb");
    }

    #[test]
    fn debug_symbols_depend_on_their_package() {
        let ids = [&b"\xab\x01"[..], b"\x0c"].map(BuildId::from);
        let name = "orders-dbgsym".parse().unwrap();
        let control = orders().of_debug_symbols(name, BTreeSet::from(ids));
        assert_eq!(
            control.to_string(),
            "Package: orders-dbgsym\nSource: orders\nVersion: 1:2.0-1\n\
             Auto-Built-Package: debug-symbols\nArchitecture: amd64\n\
             Maintainer: Ops <ops@example.com>\nDepends: orders (= 1:2.0-1)\nSection: debug\n\
             Priority: optional\nMulti-Arch: same\nDescription: debug symbols for orders\n\
             Build-Ids: 0c ab01\n"
        );
    }

    #[test]
    fn a_field_has_only_relations_that_it_can_have() {
        let mut relations = RelationFields::default();
        #[rustfmt::skip]
        let table = [
            (RelationField::Breaks, "ab | cd", "`ab | cd` in `Breaks` has alternatives", "separate the packages by `, `"),
            (RelationField::Provides, "ab (>= 1)", "`ab (>= 1)` in `Provides` is no single version", "write `ab (= 1)`"),
        ];
        for (field, text, message, hint) in table {
            let error = relations.append(field, text.parse().unwrap()).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert_eq!(error.hint().as_deref(), Some(hint));
        }
        for (field, text) in [
            (RelationField::Depends, "ab | cd"),
            (RelationField::Provides, "ab (= 1)"),
            (RelationField::Conflicts, "ab (<< 1)"),
            (RelationField::Suggests, ""),
        ] {
            relations.append(field, text.parse().unwrap()).unwrap();
        }
        let fields: Vec<_> = relations.iter().map(|(field, _)| field.name()).collect();
        assert_eq!(fields, ["Depends", "Conflicts", "Provides"]);
    }
}
