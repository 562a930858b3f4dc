//! The control archive: control, conffiles, md5sums and the maintainer scripts (deb(5)).

pub mod maintainer_scripts;

use crate::archive::{ControlMember, DataSummary};
use crate::debian::StanzaError;
use crate::plan::Plan;
use crate::tree::Tree;

use maintainer_scripts::MaintainerScripts;

/// The control archive before it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlArchive {
    /// The members in byte order, as dpkg-deb packs them.
    pub files: Vec<ControlMember>,
}

impl ControlArchive {
    /// Puts together what dpkg needs to know of a packed tree.
    ///
    /// # Errors
    /// [`StanzaError`] where a field cannot be written.
    pub fn new(
        plan: &Plan,
        tree: &Tree,
        scripts: &MaintainerScripts,
        data: &DataSummary<'_>,
    ) -> Result<Self, StanzaError> {
        let mut files = vec![Self::file("control", control(plan, data)?)];
        let conffiles = conffiles(tree);
        if !conffiles.is_empty() {
            files.push(Self::file("conffiles", conffiles));
        }
        let md5sums = md5sums(data);
        if !md5sums.is_empty() {
            files.push(Self::file("md5sums", md5sums));
        }
        for (script, text) in scripts.iter() {
            files.push(ControlMember {
                mode: 0o755,
                ..Self::file(script.name(), text.as_bytes().to_vec())
            });
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { files })
    }

    fn file(name: &str, content: Vec<u8>) -> ControlMember {
        ControlMember {
            name: name.to_owned(),
            mode: 0o644,
            content,
        }
    }
}

fn control(plan: &Plan, data: &DataSummary<'_>) -> Result<Vec<u8>, StanzaError> {
    let mut stanza = plan.control.stanza.clone();
    stanza.set("Installed-Size", data.installed_size.to_string())?;
    stanza.sort_binary_fields();
    Ok(stanza.to_string().into_bytes())
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

/// Digest and path without its slash (deb-md5sums(5)).
fn md5sums(data: &DataSummary<'_>) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // Of a large package this is megabytes: neither twice in memory nor digit by digit.
    let lines = data.md5sums.iter();
    let size = lines
        .map(|(path, _)| 32 + 2 + path.relative().len() + 1)
        .sum();
    let mut text = Vec::with_capacity(size);
    for (path, digest) in &data.md5sums {
        let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        text.extend(digits.map(|digit| DIGITS[usize::from(digit)]));
        text.extend_from_slice(b"  ");
        text.extend_from_slice(path.relative());
        text.push(b'\n');
    }
    text
}
