//! Debian's value types, valid by construction.
//!
//! A value of these types is one that dpkg takes and Debian Policy allows, so
//! nothing after the manifest has to look at it again. Every type is read with
//! [`FromStr`](std::str::FromStr), written with [`Display`](std::fmt::Display) in its
//! one canonical spelling, and refuses with an error enum of its own that names
//! the text, the place and what was expected; `hint()` says what to write instead.
//! Nothing here reads files, the environment or the clock.

mod architecture;
mod package_name;
mod relation;
mod release_version;
mod text;
mod version;

pub use architecture::{Architecture, ArchitectureError};
pub use package_name::{PackageName, PackageNameError};
pub use relation::{
    Alternatives, Constraint, Operator, Qualifier, Relation, RelationError, Relations,
};
pub use release_version::ReleaseVersion;
pub use version::{Version, VersionError};
