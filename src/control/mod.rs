//! The control archive: control, conffiles, md5sums, the maintainer scripts and what the manifest adds
//! (deb(5)).

pub(crate) mod control_files;
pub(crate) mod debconf;
pub(crate) mod ldconfig;
pub(crate) mod maintainer_scripts;
mod own_scripts;

use crate::deb::{ControlContent, ControlMember, DataSummary};
use crate::debian::ControlFile;
use crate::tree::Tree;

use maintainer_scripts::MaintainerScripts;

/// The control archive before it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ControlArchive<'a> {
    /// The members in byte order, as dpkg-deb packs them.
    pub files: Vec<ControlMember<'a>>,
}

impl<'a> ControlArchive<'a> {
    /// Puts together what dpkg needs to know of a packed tree.
    #[must_use]
    pub(crate) fn new(
        control: &ControlFile,
        tree: &Tree,
        scripts: &MaintainerScripts,
        others: &[ControlMember<'a>],
        data: &'a DataSummary<'a>,
    ) -> Self {
        let mut files = vec![Self::file("control", control.to_string())];
        let conffiles = conffiles(tree);
        if !conffiles.is_empty() {
            files.push(Self::file("conffiles", conffiles));
        }
        if !data.md5sums.is_empty() {
            files.push(Self::file(
                "md5sums",
                ControlContent::Md5sums(&data.md5sums),
            ));
        }
        for (script, text) in scripts.iter() {
            files.push(ControlMember {
                mode: 0o755,
                ..Self::file(script.name(), text.as_bytes().to_vec())
            });
        }
        files.extend_from_slice(others);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Self { files }
    }

    fn file(name: &str, content: impl Into<ControlContent<'a>>) -> ControlMember<'a> {
        ControlMember {
            name: name.to_owned(),
            mode: 0o644,
            content: content.into(),
        }
    }
}

/// Absolute paths, one a line (deb-conffiles(5)).
fn conffiles(tree: &Tree) -> Vec<u8> {
    let mut text = Vec::new();
    for path in tree.conffiles() {
        text.extend_from_slice(path.as_bytes());
        text.push(b'\n');
    }
    text
}
