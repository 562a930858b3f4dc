//! Packages that nobody's tools would make.

mod contents;
mod damage;
mod limits;
mod refusals;
mod terminal;

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::forged::*;
use crate::support::Test;
