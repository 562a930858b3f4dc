//! The keys of nfpm 1 for files, as the `contents` that nfpm 2 has in their place.

use super::super::node::{Content, Fault, Node, Table};

/// The keys that name files.
pub(super) const KEYS: [&str; 5] = [
    "files",
    "config_files",
    "config_noreplace_files",
    "symlinks",
    "empty_folders",
];

/// The tables from sources to targets, with the type of such contents.
const OF_SOURCES: [(&str, &str); 3] = [
    ("files", "file"),
    ("config_files", "config"),
    ("config_noreplace_files", "config|noreplace"),
];

/// Returns what these keys name, as entries of `contents`.
pub(super) fn contents(table: &Table) -> Result<Vec<Node>, Fault> {
    let mut nodes = Vec::new();
    for (key, kind) in OF_SOURCES {
        for (source, target) in table.table(key)?.into_iter().flat_map(Table::iter) {
            let target_path = target.as_text(key)?;
            nodes.push(entry(target.line, kind, source, target_path));
        }
    }
    let links = table.table("symlinks")?;
    for (name, target) in links.into_iter().flat_map(Table::iter) {
        let to = target.as_text("symlinks")?;
        nodes.push(entry(target.line, "symlink", to, name));
    }
    for node in table.list("empty_folders")? {
        let folder = node.as_text("empty_folders")?;
        nodes.push(entry(node.line, "dir", "", folder));
    }
    Ok(nodes)
}

fn entry(line: usize, kind: &str, source: &str, target: &str) -> Node {
    let mut table = Table::default();
    for (key, text) in [("src", source), ("dst", target), ("type", kind)] {
        table.insert(key.to_owned(), Node::text(line, text));
    }
    Node {
        line,
        content: Content::Table(table),
    }
}
