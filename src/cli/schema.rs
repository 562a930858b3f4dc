//! `reldeb schema`: the JSON schema of the manifest.

use crate::manifest;
use clap::Args;

use super::render::document;

#[derive(Debug, Args)]
pub(super) struct Arguments {}

/// Prints the schema, which is a JSON document anyway.
pub(super) fn run() -> Vec<u8> {
    document(&manifest::schema())
}
