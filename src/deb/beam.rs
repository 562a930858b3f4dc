//! Compiled Erlang modules on their way into the archive: read whole, stripped, or left as they
//! are where they are damaged.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::ArchiveError;
use crate::erlang;
use crate::finding::{Finding, tags};
use crate::fs::{self, FsError};
use crate::tree::{Content, Entry, Kind, PackagePath, Tree};

/// The size in bytes up to which a file is taken for a module: it is in memory while it is packed.
pub(crate) const MODULE_LIMIT: u64 = 64 << 20;

/// Tells whether a path is a module to be stripped.
pub(super) fn is_module(entry: &Entry) -> bool {
    source(entry).is_some()
}

/// Estimates the size in bytes of an entry in the package: a module loses about five eighths
/// with its debug chunks. The compressor is told, to divide its work.
pub(super) fn expected_size(entry: &Entry) -> u64 {
    if is_module(entry) {
        entry.size() / 8 * 3
    } else {
        entry.size()
    }
}

fn source(entry: &Entry) -> Option<(&Path, u64)> {
    match &entry.kind {
        Kind::Regular {
            content: Content::Beam { path, size },
            ..
        } => Some((path, *size)),
        _ => None,
    }
}

/// Reads a module as it is packed; `None` for everything else.
pub(super) fn read(
    path: &PackagePath,
    entry: &Entry,
    findings: &mut Vec<Finding>,
) -> Result<Option<Vec<u8>>, ArchiveError> {
    let Some((source, expected)) = source(entry) else {
        return Ok(None);
    };
    let bytes = read_whole(source, expected)?;
    match erlang::beam::strip(&bytes) {
        Ok(stripped) => Ok(Some(stripped.unwrap_or(bytes))),
        Err(error) => {
            let finding = Finding::new(
                tags::MODULE_NOT_STRIPPED,
                format!("`{path}` is packed as it is: {error}"),
            );
            findings.push(finding.with_hint_if(error.hint()).at_path(path));
            Ok(Some(bytes))
        }
    }
}

/// Reads a file that had `expected` bytes when the tree was made.
pub(super) fn read_whole(path: &Path, expected: u64) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    // One byte more tells a file that has grown.
    fs::open(path)?
        .take(expected + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| FsError::new("read", path, error))?;
    let read = bytes.len() as u64;
    if read == expected {
        return Ok(bytes);
    }
    let now = if read < expected {
        format!("{read} bytes")
    } else {
        "more".to_owned()
    };
    Err(ArchiveError::Changed {
        path: path.to_owned(),
        change: format!("it had {expected} bytes and has {now} now"),
    })
}

/// Reads every module of a tree for its size in the package, in bytes. `build` does not ask: it
/// reads each file once, when it packs it.
///
/// # Errors
/// [`ArchiveError::Fs`] and [`ArchiveError::Changed`].
pub fn packed_sizes(
    tree: &Tree,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<PackagePath, u64>, ArchiveError> {
    let mut sizes = BTreeMap::new();
    for (path, entry) in tree.archive_order() {
        if let Some(module) = read(path, entry, findings)? {
            sizes.insert(path.clone(), module.len() as u64);
        }
    }
    Ok(sizes)
}
