//! Debian's value types, valid by construction.
//!
//! A value of these types is one that dpkg takes and Debian Policy allows, so code that
//! runs after the manifest is read need not check it again. Every type is read with
//! [`FromStr`](std::str::FromStr), written with [`Display`](std::fmt::Display) in its one
//! canonical spelling, and refuses with an error enum of its own that names the text, the
//! place and what was expected; `hint()` says what to write instead. Nothing here reads
//! files, the environment or the clock.

mod architecture;
mod archive_name;
mod control_file;
mod description;
mod field;
mod maintainer;
mod package_name;
mod relation;
mod relation_error;
mod release_version;
pub mod reserved;
mod restriction;
mod sections;
mod source_name;
mod stanza;
mod suite;
pub(crate) mod summary;
mod text;
mod unit_name;
mod user_name;
mod version;
mod word;

pub(crate) use architecture::foreign_machines;
pub use architecture::{Architecture, ArchitectureError, MachineName};
pub use archive_name::{ArchiveSuite, Component, FolderNameError};
#[cfg(test)]
pub(crate) use control_file::orders;
pub use control_file::{BuildId, ControlFile, RelationFields};
pub use description::{Description, DescriptionError};
pub(crate) use field::not_for_authors;
pub use field::{FIELDS, Field, FieldError, OtherField, RelationField, RelationFieldError};
pub use maintainer::{Maintainer, MaintainerError};
pub use package_name::{PackageName, PackageNameError};
pub(crate) use relation::OWN_VERSION;
pub use relation::{Alternatives, Constraint, Operator, Qualifier, Relation, Relations};
pub use relation_error::RelationError;
pub use release_version::ReleaseVersion;
pub use restriction::Restriction;
pub(crate) use sections::SECTIONS;
pub use source_name::SourceName;
pub use stanza::{Stanza, StanzaError};
pub use suite::{Distribution, SUITES, Suite, SuiteError};
pub(crate) use summary::summary;
pub use unit_name::{UnitName, UnitNameError};
pub use user_name::{UserName, UserNameError};
pub use version::{Version, VersionError};
pub use word::{Homepage, MultiArch, MultiArchError, Priority, Section, WordError};

/// Serialises types as their texts.
macro_rules! serialize_as_text {
    ($($type:ty),+) => {
        $(impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        })+
    };
}

serialize_as_text!(PackageName, UnitName, UserName, Version);
