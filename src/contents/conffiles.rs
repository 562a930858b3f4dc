//! Findings about conffiles: names that dpkg reads otherwise, and text that is another with each
//! version, which makes dpkg ask the sysadmin at each.

use std::borrow::Cow;

use memchr::memmem;

use crate::finding::{Finding, tags};
use crate::fs;
use crate::tree::{Entry, Kind, PackagePath, Source, Tree};

/// The length in bytes of the longest name that dpkg reads from `conffiles`.
const LONGEST_NAME: usize = 996;

/// The greatest size in bytes of a file that is searched for versions.
const LARGEST_TEXT: u64 = 1 << 20;

/// Returns the findings about the conffiles of a tree; `target` is the release's place in it.
pub(super) fn findings(tree: &Tree, target: &PackagePath) -> Vec<Finding> {
    let versioned = versioned(tree, target);
    let mut findings = Vec::new();
    for (path, entry) in tree.iter().filter(|(_, entry)| entry.is_conffile()) {
        findings.extend(of_name(path));
        let text = text(entry).unwrap_or_default();
        if let Some(name) = versioned.iter().find(|name| names(&text, name)) {
            let name = String::from_utf8_lossy(name);
            let message = format!(
                "conffile `{path}` names `{name}`: with another version dpkg asks the sysadmin who changed it"
            );
            let hint = "leave the version out, and find the path at run time, as `code:priv_dir/1` \
                        and `code:lib_dir/1` do";
            let finding = Finding::new(tags::VERSION_IN_CONFFILE, message).with_hint(hint);
            findings.push(finding.at_path(path));
        }
    }
    findings
}

/// Returns the error about a name of which dpkg makes another.
fn of_name(path: &PackagePath) -> Option<Finding> {
    const OF_DPKG: [&[u8]; 4] = [b".dpkg-new", b".dpkg-old", b".dpkg-dist", b".dpkg-tmp"];
    let bytes = path.as_bytes();
    let fact = if bytes.ends_with(b" ") {
        "ends with a blank, which dpkg cuts off".to_owned()
    } else if bytes.len() > LONGEST_NAME {
        format!("is longer than the {LONGEST_NAME} bytes that dpkg reads")
    } else if OF_DPKG.iter().any(|end| bytes.ends_with(end)) {
        "has a name that dpkg gives to its own copies, and removes".to_owned()
    } else {
        return None;
    };
    let finding = Finding::new(tags::CONFFILE_NAME, format!("conffile `{path}` {fact}"));
    Some(
        finding
            .with_hint("rename it, or leave it out")
            .at_path(path),
    )
}

/// Returns the names of the release's directories that carry the version of ERTS or of an
/// application: `erts-13.1.5`, `lib/orders-1.4.0`.
fn versioned(tree: &Tree, target: &PackagePath) -> Vec<Vec<u8>> {
    let directories = tree.iter().filter(|(_, it)| it.kind == Kind::Directory);
    let below = directories.filter_map(|(path, _)| {
        let below = path.as_bytes().strip_prefix(target.as_bytes())?;
        below.strip_prefix(b"/")
    });
    let is_versioned = |below: &&[u8]| {
        let name = match below.strip_prefix(b"lib/") {
            Some(name) => name,
            None if below.starts_with(b"erts-") => below,
            None => return false,
        };
        let mut parts = name.rsplitn(2, |byte| *byte == b'-');
        let version = parts.next().unwrap_or_default();
        !name.contains(&b'/')
            && parts.next().is_some()
            && version.first().is_some_and(u8::is_ascii_digit)
    };
    below.filter(is_versioned).map(<[u8]>::to_vec).collect()
}

/// Returns whether a text has a name, not as a part of a longer one.
fn names(text: &[u8], name: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    memmem::find_iter(text, name).any(|start| {
        let (before, after) = (&text[..start], &text[start + name.len()..]);
        let goes_on = match after {
            [b'.', next, ..] | [next, ..] => is_part(next),
            [] => false,
        };
        !before.last().is_some_and(is_part) && !goes_on
    })
}

/// Returns the text of a file; `None` for one that is too large to be a text. One that cannot be
/// read is an error when it is packed.
fn text(entry: &Entry) -> Option<Cow<'_, [u8]>> {
    let Kind::Regular { content, .. } = &entry.kind else {
        return None;
    };
    match content.source() {
        Source::Bytes(bytes) => Some(Cow::Borrowed(&**bytes)),
        Source::File(path) if content.size() <= LARGEST_TEXT => fs::read(path).ok().map(Cow::Owned),
        Source::File(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_that_of_the_whole_name() {
        for (text, expected) in [
            ("/opt/a/erts-13.1/bin", true),
            ("erts-13.1", true),
            ("of erts-13.1.", true),
            ("erts-13.1.5", false),
            ("erts-13.10", false),
            ("my-erts-13.1", false),
            ("erts-13.1-rc", false),
            ("", false),
        ] {
            assert_eq!(names(text.as_bytes(), b"erts-13.1"), expected, "{text}");
        }
    }
}
