//! The checks of Debian Policy, by subject.

pub(super) mod binaries;
pub(super) mod control;
pub(super) mod documents;
pub(super) mod fields;
pub(super) mod init;
pub(super) mod paths;
pub(super) mod relations;
pub(super) mod scripts;
pub(super) mod symlinks;
