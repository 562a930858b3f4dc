//! Folders that only their owner may look into, and that are 0755 in a package.

use std::path::Path;

use walkdir::WalkDir;

use super::super::notes::Notes;
use super::Source;
use super::contents::Entry;
use crate::fs;

impl Source<'_> {
    /// Says which folders of a tree were private.
    pub(super) fn private_folders(&self, entry: &Entry<'_>, root: &Path, notes: &mut Notes) {
        for found in WalkDir::new(root).sort_by_file_name().into_iter().flatten() {
            if !found.file_type().is_dir() {
                continue;
            }
            let Ok(metadata) = fs::metadata(found.path()) else {
                continue;
            };
            let mode = fs::mode(&metadata);
            if mode & 0o007 != 0 {
                continue;
            }
            let path = found.path();
            let shown = path.strip_prefix(&self.home).unwrap_or(path).display();
            notes.differs(
                Some(entry.line),
                &format!("folder `{shown}` has the mode {mode:04o}, and 0755 in the package"),
                "`directory-mode` of an entry in `[files]` gives its folders another",
            );
        }
    }
}
