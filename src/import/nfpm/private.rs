//! Folders of a `tree` that only their owner, or a group, may look into: nfpm packs them so.

use std::path::Path;

use walkdir::WalkDir;

use super::super::files::{self, key};
use super::super::model::Model;
use super::super::node::Fault;
use super::contents::{Entry, with_slash};
use crate::debian::reserved;
use crate::fs;
use crate::manifest::draft::{Text, Value};

/// The mode of folders that everybody may look into.
const OPEN: u32 = 0o755;

/// The private folders of a tree.
pub(super) struct Private {
    /// The mode of the tree itself, which all folders in it have that are not named.
    root: u32,
    /// The folders with another one, by their paths below the tree.
    others: Vec<(String, u32)>,
}

impl Private {
    /// Looks for them. Where the entry has a mode, nfpm gives it to folders, too, and nobody could enter them.
    pub(super) fn of(entry: &Entry<'_>, root: &Path) -> Result<Self, Fault> {
        let mut private = Self {
            root: OPEN,
            others: Vec::new(),
        };
        if let Some(info) = entry.table.table("file_info")?
            && info.get("mode").is_some()
        {
            return Ok(private);
        }
        for found in WalkDir::new(root).sort_by_file_name().into_iter().flatten() {
            let Ok(metadata) = fs::metadata(found.path()) else {
                continue;
            };
            if !found.file_type().is_dir() {
                continue;
            }
            let bits = fs::mode(&metadata) & 0o7777;
            let mode = match bits & 0o007 {
                0 => bits,
                _ => OPEN,
            };
            let below = found.path().strip_prefix(root).unwrap_or(Path::new(""));
            if below.as_os_str().is_empty() {
                private.root = mode;
            } else if mode != private.root {
                let below = below.to_string_lossy().into_owned();
                private.others.push((below, mode));
            }
        }
        Ok(private)
    }

    /// Adds the mode of the tree to what its entry says.
    pub(super) fn of_tree(&self, more: &mut Vec<(Text, Value)>) {
        if self.root != OPEN {
            more.push(key("directory-mode", files::mode(self.root)));
        }
    }

    /// Adds the folders with other modes, but for those that the packages of Debian share.
    pub(super) fn add(&self, entry: &Entry<'_>, more: &[(Text, Value)], model: &mut Model) {
        let is_of_owner = |(name, _): &&(Text, Value)| matches!(&*name.meant(), "owner" | "group");
        let owners: Vec<_> = more.iter().filter(is_of_owner).cloned().collect();
        for (below, mode) in &self.others {
            let below = Text::literal(below);
            let target = format!("{}{}", with_slash(&entry.target), below.written());
            if reserved::is_shared_directory(&Text::verbatim(&target).meant()) {
                continue;
            }
            let mut value = vec![key("directory", true), key("mode", files::mode(*mode))];
            value.extend(owners.iter().cloned());
            let target = Text::verbatim(&format!("{target}/"));
            model.set("files", target, Value::Table(value));
        }
    }
}
