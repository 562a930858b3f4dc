//! Programs that are their own start script.

use super::{Kind, NOTHING};

/// A program of any other kind.
pub static PLAIN: Kind = Kind {
    name: "plain",
    environment: &[("HOME", "STATE")],
    takes_any_argument: true,
    reloads_by_signal: true,
    ..NOTHING
};
