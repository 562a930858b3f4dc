//! Option `-X` of debhelper's commands: the patterns of `exclude` that leave the same out of a tree.

use super::folder::{Folder, files_below};

/// Returns whether a path has one of the texts in it.
pub(super) fn leave_out(excludes: &[String], path: &str) -> bool {
    excludes.iter().any(|text| path.contains(text))
}

/// Returns the patterns for a tree. debhelper looks at the path of each file from the tree's own name on; where it
/// is asked for what is in the tree, that is the name of whatever is right below it.
pub(super) fn of_tree(
    excludes: &[String],
    folder: &Folder<'_>,
    tree: &str,
    is_contents: bool,
) -> Vec<String> {
    if excludes.is_empty() {
        return Vec::new();
    }
    let on_disk = folder.on_disk(tree);
    let files = files_below(&on_disk);
    let name = tree.trim_end_matches('/').rsplit('/').next();
    let start = name.filter(|_| !is_contents).unwrap_or_default();
    let mut patterns = Vec::new();
    for text in excludes {
        let found = files.iter().filter(|below| {
            let path = format!("{start}{below}");
            path.trim_start_matches('/').contains(text)
        });
        let found: Vec<String> = found.map(|below| escaped(below)).collect();
        if text.contains('/') {
            patterns.extend(found);
        } else if !found.is_empty() || !on_disk.is_dir() {
            patterns.push(format!("*{}*", escaped(text)));
        }
    }
    patterns
}

/// Returns a path as a pattern of `exclude`.
pub(super) fn escaped(path: &str) -> String {
    let mut escaped = String::new();
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\' | ' ') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
