//! Distillery, the predecessor of `mix release`, whose script is much like that of relx.

use super::{Kind, relx};

/// A release made by Distillery.
pub(super) static DISTILLERY: Kind = Kind {
    name: "distillery",
    recognises: |signs| signs.has_libexec || signs.script.contains("RELEASE_MUTABLE_DIR"),
    ..relx::EXTENDED
};
