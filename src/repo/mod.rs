//! `reldeb repo`: a signed APT repository whose published index is its only state.

pub mod signing;
pub mod store;
