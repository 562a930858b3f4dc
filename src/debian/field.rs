//! The fields of control files: their names in dpkg's order, and which of them an author may set
//! (dpkg, `lib/dpkg/fields.c` and `lib/dpkg/parse.c`).

use std::str::FromStr;

use super::relation::{Alternatives, Operator, Relation, Relations};
use super::stanza::{Stanza, StanzaError, check_name};

/// A field of a binary package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name, as dpkg spells it.
    pub name: &'static str,
    /// The key of `[package]` that sets it, where it has one of its own.
    pub key: Option<&'static str>,
    /// True where the value may have more than one line.
    pub multi_line: bool,
}

impl Field {
    const fn keyed(name: &'static str, key: &'static str) -> Self {
        Self {
            name,
            key: Some(key),
            multi_line: false,
        }
    }

    const fn free(name: &'static str) -> Self {
        Self {
            name,
            key: None,
            multi_line: false,
        }
    }

    const fn multi_line(self) -> Self {
        Self {
            multi_line: true,
            ..self
        }
    }
}

/// The fields of a binary package in the order of dpkg-gencontrol, so that both write comparable
/// control files. Fields that are not named here follow by name.
pub const FIELDS: [Field; 35] = [
    Field::keyed("Package", "name"),
    Field::free("Package-Type"),
    Field::keyed("Source", "source"),
    Field::keyed("Version", "version"),
    Field::free("Kernel-Version"),
    Field::free("Built-For-Profiles").multi_line(),
    Field::free("Auto-Built-Package"),
    Field::keyed("Architecture", "architecture"),
    Field::free("Subarchitecture"),
    Field::free("Installer-Menu-Item"),
    Field::free("Build-Essential"),
    Field::free("Essential"),
    Field::free("Protected"),
    Field::free("Origin"),
    Field::free("Bugs"),
    Field::keyed("Maintainer", "maintainer"),
    Field::keyed("Installed-Size", "installed-size"),
    Field::keyed("Pre-Depends", "pre-depends").multi_line(),
    Field::keyed("Depends", "depends").multi_line(),
    Field::keyed("Recommends", "recommends").multi_line(),
    Field::keyed("Suggests", "suggests").multi_line(),
    Field::keyed("Enhances", "enhances").multi_line(),
    Field::keyed("Conflicts", "conflicts").multi_line(),
    Field::keyed("Breaks", "breaks").multi_line(),
    Field::keyed("Replaces", "replaces").multi_line(),
    Field::keyed("Provides", "provides").multi_line(),
    Field::free("Built-Using").multi_line(),
    Field::free("Static-Built-Using").multi_line(),
    Field::keyed("Section", "section"),
    Field::keyed("Priority", "priority"),
    Field::keyed("Multi-Arch", "multi-arch"),
    Field::keyed("Homepage", "homepage"),
    Field::keyed("Description", "description").multi_line(),
    Field::free("Tag").multi_line(),
    Field::free("Task").multi_line(),
];

/// The fields that dpkg or reldeb fills in: dpkg refuses most of them in a package.
const FILLED_IN: [&str; 7] = [
    "Auto-Built-Package",
    "Build-Ids",
    "Conffiles",
    "Config-Version",
    "Status",
    "Triggers-Awaited",
    "Triggers-Pending",
];

/// Names of old, each with the field that took its place. dpkg warns of them at every run.
const OBSOLETE: [(&str, &str); 6] = [
    ("Recommended", "Recommends"),
    ("Optional", "Suggests"),
    ("Class", "Priority"),
    ("Revision", "Version"),
    ("Package-Revision", "Version"),
    ("Package_Revision", "Version"),
];

/// Returns the fields that no author sets, and that have no key.
pub(crate) fn not_for_authors() -> impl Iterator<Item = &'static str> {
    FILLED_IN
        .into_iter()
        .chain(OBSOLETE.map(|(field, _)| field))
}

/// A field of relations to other packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names say it
pub enum RelationField {
    PreDepends,
    Depends,
    Recommends,
    Suggests,
    Enhances,
    Conflicts,
    Breaks,
    Replaces,
    Provides,
}

impl RelationField {
    /// The fields in the order of a control file.
    pub const ALL: [Self; 9] = [
        Self::PreDepends,
        Self::Depends,
        Self::Recommends,
        Self::Suggests,
        Self::Enhances,
        Self::Conflicts,
        Self::Breaks,
        Self::Replaces,
        Self::Provides,
    ];

    /// Returns the name of the field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreDepends => "Pre-Depends",
            Self::Depends => "Depends",
            Self::Recommends => "Recommends",
            Self::Suggests => "Suggests",
            Self::Enhances => "Enhances",
            Self::Conflicts => "Conflicts",
            Self::Breaks => "Breaks",
            Self::Replaces => "Replaces",
            Self::Provides => "Provides",
        }
    }

    /// Checks that the field can have these relations, as dpkg does: only fields of what is wanted
    /// may have alternatives, and only one version can be provided.
    ///
    /// # Errors
    /// [`RelationFieldError`] names the first relation that it cannot have.
    pub fn check(self, relations: &Relations) -> Result<(), RelationFieldError> {
        let takes_alternatives = !matches!(
            self,
            Self::Breaks | Self::Conflicts | Self::Provides | Self::Replaces
        );
        for alternatives in relations.iter().filter(|_| !takes_alternatives) {
            let [relation] = alternatives.relations() else {
                return Err(RelationFieldError::Alternatives {
                    field: self,
                    alternatives: alternatives.clone(),
                });
            };
            let constraint = relation.constraint.as_ref();
            let is_vague = constraint.is_some_and(|it| it.operator != Operator::Equal);
            if self == Self::Provides && is_vague {
                return Err(RelationFieldError::Provided(relation.clone()));
            }
        }
        Ok(())
    }
}

/// The reason why a field cannot have a relation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelationFieldError {
    /// Alternatives in a field where each package counts by itself.
    #[error("`{alternatives}` in `{}` has alternatives", field.name())]
    Alternatives {
        /// The field.
        field: RelationField,
        /// The alternatives.
        alternatives: Alternatives,
    },
    /// A provided package of more than one version.
    #[error("`{0}` in `Provides` is no single version")]
    Provided(Relation),
}

impl RelationFieldError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Alternatives { .. } => "separate the packages by `, `".into(),
            Self::Provided(relation) => {
                let version = relation
                    .constraint
                    .as_ref()
                    .map(|it| it.version.to_string());
                let version = version.unwrap_or_default();
                format!("write `{} (= {version})`", relation.package)
            }
        })
    }
}

/// The name of a field that an author may set though no key is made for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherField(String);

impl OtherField {
    /// Returns the name, as the author spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether a name is that of this field.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.0.eq_ignore_ascii_case(name)
    }

    /// Sets the field in a stanza.
    ///
    /// # Errors
    /// [`FieldError`] where the field cannot have the value.
    pub fn set(&self, value: &str, stanza: &mut Stanza) -> Result<(), FieldError> {
        let is_switch = self.is("Essential") || self.is("Protected");
        if is_switch && !["yes", "no"].contains(&value) {
            return Err(FieldError::NotYesOrNo {
                name: self.0.clone(),
                value: value.to_owned(),
            });
        }
        Ok(stanza.set(&self.0, value)?)
    }
}

impl FromStr for OtherField {
    type Err = FieldError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let known = FIELDS.iter().find(|field| is(field.name));
        if let Some((field, key)) = known.and_then(|known| Some((known.name, known.key?))) {
            return Err(FieldError::HasKey { field, key });
        }
        if let Some(field) = FILLED_IN.into_iter().find(|field| is(field)) {
            return Err(FieldError::FilledIn { field });
        }
        if let Some((field, now)) = OBSOLETE.into_iter().find(|(field, _)| is(field)) {
            return Err(FieldError::Obsolete { field, now });
        }
        check_name(name)?;
        Ok(Self(name.to_owned()))
    }
}

/// The reason why an author may not set a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// A field with a key of its own in `[package]`.
    #[error("field `{field}` has a key of its own")]
    HasKey {
        /// The field.
        field: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A field that is not the author's.
    #[error("field `{field}` is filled in by dpkg or reldeb")]
    FilledIn {
        /// The field.
        field: &'static str,
    },
    /// A field of old.
    #[error("field `{field}` is obsolete, expected `{now}`")]
    Obsolete {
        /// The field.
        field: &'static str,
        /// The field that took its place.
        now: &'static str,
    },
    /// A value other than those of a field that is a switch.
    #[error("invalid {name} `{}`, expected `yes` or `no`", value.escape_debug())]
    NotYesOrNo {
        /// The field, as the author spells it.
        name: String,
        /// The value.
        value: String,
    },
    /// A name or value that no control file can hold.
    #[error(transparent)]
    Stanza(#[from] StanzaError),
}

impl FieldError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::HasKey { key, .. } => format!("write `{key}` below `[package]`"),
            Self::FilledIn { field } | Self::Obsolete { field, .. } => {
                format!("leave `{field}` out")
            }
            Self::NotYesOrNo { name, .. } => format!("leave `{name}` out for `no`"),
            Self::Stanza(error) => return error.hint(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_sets_what_has_no_key_and_is_not_filled_in() {
        for name in ["Origin", "bugs", "X-Anything", "Tag"] {
            assert!(name.parse::<OtherField>().is_ok(), "{name}");
        }
        #[rustfmt::skip]
        let table = [
            ("package", "field `Package` has a key of its own", "write `name` below `[package]`"),
            ("STATUS", "field `Status` is filled in by dpkg or reldeb", "leave `Status` out"),
            ("Class", "field `Class` is obsolete, expected `Priority`", "leave `Class` out"),
            ("A", "invalid field name `A`: has one character, expected two at least", "use letters, digits and `-`, as in `Multi-Arch`"),
        ];
        for (name, message, hint) in table {
            let error = name.parse::<OtherField>().unwrap_err();
            assert_eq!(error.to_string(), message);
            assert_eq!(error.hint().as_deref(), Some(hint));
        }
    }
}
