//! reldeb turns a self-contained release directory into a Debian package.

pub mod archive;
pub mod beam;
pub mod check;
pub mod control;
pub mod debian;
pub mod finding;
pub mod fs;
pub mod release;
pub mod service;
pub mod template;
pub mod tree;
