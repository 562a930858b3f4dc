//! The control archive.

pub mod maintainer_scripts;
