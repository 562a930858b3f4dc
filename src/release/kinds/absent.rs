//! The place of a release in a package that has none.

use super::{Kind, NOTHING};

/// No release: all files of the package are those of `[files]`. It is none of the kinds that a
/// directory can be of.
pub static ABSENT: Kind = Kind {
    name: "absent",
    description: "This package is not part of Debian.",
    ..NOTHING
};
