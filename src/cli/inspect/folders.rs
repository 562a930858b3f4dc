//! The sizes of a package's folders, the largest first.

use std::collections::BTreeMap;

use crate::deb::{ArchiveError, DataKind, Deb, KeptNames};
use crate::escape;
use crate::finding::Finding;
use crate::lint::read_as_dpkg;
use serde::Serialize;

/// The most folders that are told.
const MOST: usize = 20;

/// The most folders above a file that it is counted in: deeper ones have but the name of the last of these.
const DEEPEST: usize = 64;

/// A folder with all that is below it.
#[derive(Debug, Serialize)]
pub(super) struct FolderSize {
    folder: String,
    /// The size in bytes.
    size: u64,
    files: usize,
}

/// Returns the largest folders of a package, and what is damaged or would be refused.
pub(super) fn of(deb: &Deb) -> Result<(Vec<FolderSize>, Vec<Finding>), ArchiveError> {
    let mut sizes: BTreeMap<Vec<u8>, (u64, usize)> = BTreeMap::new();
    let mut names = KeptNames::default();
    let findings = read_as_dpkg(deb, |entry, _| {
        let Ok(path) = entry.path() else {
            return Ok(());
        };
        if entry.kind == DataKind::Regular {
            let path = path.as_bytes();
            let ends = (0..path.len()).filter(|at| path[*at] == b'/');
            for folder in ends.take(DEEPEST).map(|end| &path[..=end]) {
                if !sizes.contains_key(folder) {
                    names.name(deb, folder)?;
                    sizes.insert(folder.to_owned(), (0, 0));
                }
                if let Some((size, files)) = sizes.get_mut(folder) {
                    *size = size.saturating_add(entry.size);
                    *files += 1;
                }
            }
        }
        Ok::<_, ArchiveError>(())
    })?;
    let mut sizes: Vec<_> = sizes.into_iter().collect();
    sizes.sort_by(|(a, (size, _)), (b, (other, _))| other.cmp(size).then(a.cmp(b)));
    let largest = sizes.into_iter().take(MOST);
    let folders = largest.map(|(folder, (size, files))| FolderSize {
        folder: String::from_utf8_lossy(&folder).into_owned(),
        size,
        files,
    });
    Ok((folders.collect(), findings))
}

/// Returns a line for each folder.
pub(super) fn text(folders: &[FolderSize]) -> String {
    let width = |text: &FolderSize| text.size.to_string().len();
    let width = folders.iter().map(width).max().unwrap_or(0);
    let line = |it: &FolderSize| {
        let files = if it.files == 1 { "file" } else { "files" };
        let folder = escape::line(&it.folder);
        format!("{:>width$} {folder} ({} {files})\n", it.size, it.files)
    };
    folders.iter().map(line).collect()
}
