//! Debian's value types, valid by construction.
