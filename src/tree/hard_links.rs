//! Further names of files of the package.

use super::{Content, Kind, PackagePath, Tree};

/// The file that a path is another name of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HardLink {
    /// Its path, which is the first in byte order.
    pub file: PackagePath,
    /// Its name in the data archive, such as `./usr/bin/tool`.
    pub name: Vec<u8>,
}

impl Tree {
    /// Makes a path another name of a file that comes before it.
    pub(crate) fn link_hard(&mut self, path: PackagePath, file: PackagePath) {
        let name = [b"./", file.relative()].concat();
        self.hard_links.insert(path, HardLink { file, name });
    }

    /// Returns the file that a path is another name of; `None` where it is a file of its own, as where
    /// only a part of it is packed.
    #[must_use]
    pub fn hard_link(&self, path: &PackagePath) -> Option<&HardLink> {
        let link = self.hard_links.get(path)?;
        let is_whole = |path: &PackagePath| {
            let kind = self.get(path).map(|entry| &entry.kind);
            matches!(
                kind,
                Some(Kind::Regular {
                    content: Content::File { .. },
                    conffile: false,
                })
            )
        };
        (is_whole(path) && is_whole(&link.file)).then_some(link)
    }

    /// Returns the hard links in byte order.
    pub fn hard_links(&self) -> impl Iterator<Item = (&PackagePath, &HardLink)> {
        let paths = self.hard_links.keys();
        paths.filter_map(|path| Some((path, self.hard_link(path)?)))
    }
}
