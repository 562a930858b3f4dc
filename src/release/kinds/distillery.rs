//! Distillery, the predecessor of `mix release`, whose script is much like that of relx.

use super::{Kind, relx};

/// A release made by Distillery.
pub(super) static DISTILLERY: Kind = Kind {
    name: "distillery",
    recognises: |folder| {
        let found = folder.erlang()?;
        Ok(found.is_some_and(|it| it.has_libexec || it.script.contains("RELEASE_MUTABLE_DIR")))
    },
    ..relx::EXTENDED
};
