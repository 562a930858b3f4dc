//! Packages that nobody's tools would make.

mod contents;
mod damage;
mod limits;
mod old;
mod refusals;
mod terminal;

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::forged::*;
use crate::support::Test;

/// A plain release of one script, for a package without a service.
fn demo() -> Test {
    let manifest = r#"
        [package]
        name = "demo"
        version = "1.0"
        architecture = "all"
        maintainer = "Ops Team <ops@example.com>"
        description = "x"
        [release]
        path = "rel"
        kind = "plain"
        [service]
        managers = []
    "#;
    Test::new()
        .manifest(manifest)
        .executable("rel/bin/demo", "#!/bin/sh\n")
}
