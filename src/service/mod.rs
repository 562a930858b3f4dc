//! What each service manager contributes: files, and fragments of maintainer scripts.

pub mod model;
