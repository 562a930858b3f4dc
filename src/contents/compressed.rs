//! Documents that policy wants compressed: manual pages (12.1), pages of info (12.2) and changelogs
//! (12.7). The author's own are packed so, whatever their names.

use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

use super::{PopulateError, changelog};
use crate::debian::ControlFile;
use crate::finding::{Finding, tags};
use crate::tree::{Entry, Kind, Origin, PackagePath, PathError, Tree};

/// The compression level, the highest, as policy 12.3 asks.
pub(super) const BEST: u8 = 9;

/// The size in bytes to which a document may unpack.
const LARGEST_DOCUMENT: u64 = 64 << 20;

/// Returns the path under which a file is packed: with `.gz` at its end where it is a document that
/// policy wants compressed and is not.
pub(super) fn place(path: PackagePath, package: &str) -> Result<PackagePath, PathError> {
    if is_wanted(&path, package) {
        name(&path)
    } else {
        Ok(path)
    }
}

/// Returns the path that a file has once it is compressed.
pub(super) fn name(path: &PackagePath) -> Result<PackagePath, PathError> {
    PackagePath::new([path.as_bytes(), b".gz"].concat())
}

/// The size in bytes from which on policy 12.3 has documents compressed.
const LARGE: u64 = 4096;

/// The endings of names that `dh_compress` leaves as they are, in small letters.
const AS_THEY_ARE: [&str; 36] = [
    "-gz",
    "-z",
    ".bz2",
    ".css",
    ".devhelp2",
    ".epub",
    ".gif",
    ".gz",
    ".haddock",
    ".hs",
    ".htaccess",
    ".jar",
    ".jpeg",
    ".jpg",
    ".js",
    ".lz",
    ".lzma",
    ".map",
    ".odg",
    ".odp",
    ".odt",
    ".png",
    ".svg",
    ".svgz",
    ".taz",
    ".tgz",
    ".woff",
    ".woff2",
    ".xhtml",
    ".xz",
    ".z",
    ".zip",
    "_z",
    "copyright",
    "index.sgml",
    "objects.inv",
];

/// Returns whether `dh_compress` compresses a document of a size.
pub(crate) fn is_large(path: &PackagePath, size: u64) -> bool {
    let path = String::from_utf8_lossy(path.as_bytes());
    let Some(below) = path.strip_prefix("/usr/share/doc/") else {
        return false;
    };
    let (folders, name) = below.rsplit_once('/').unwrap_or(("", below));
    let mut folders = folders.split('/');
    let is_example = folders.clone().nth(1) == Some("examples");
    if is_example || folders.any(|folder| folder == "_sources") {
        return false;
    }
    let small = name.to_ascii_lowercase();
    let is_left = AS_THEY_ARE.iter().any(|end| small.ends_with(end))
        || small.contains(".htm") && name != "changelog.html"
        || name == "search_index.json";
    let is_always = ["changelog", "NEWS"].iter().any(|it| name.starts_with(it));
    !is_left && (size > LARGE || is_always)
}

/// Gives symlinks to documents that were compressed the new names, as `dh_compress` does.
pub(super) fn lead_links(tree: &mut Tree) -> Result<(), PopulateError> {
    loop {
        let mut moved = Vec::new();
        for (path, entry) in tree.iter() {
            let Kind::Symlink { target } = &entry.kind else {
                continue;
            };
            let from = match target.first() {
                Some(b'/') => Some(PackagePath::root()),
                _ => path.parent(),
            };
            let Some(to) = from.and_then(|from| from.walk(target)) else {
                continue;
            };
            let packed = name(&to)?;
            if tree.get(&to).is_none() && tree.get(&packed).is_some() && packed != *path {
                moved.push((path.clone(), [&target[..], b".gz"].concat(), entry.clone()));
            }
        }
        if moved.is_empty() {
            return Ok(());
        }
        for (path, target, entry) in moved {
            tree.remove(&path);
            let kind = Kind::Symlink { target };
            let path = if path.as_bytes().ends_with(b".gz") {
                path
            } else {
                name(&path)?
            };
            tree.insert(path, Entry { kind, ..entry })?;
        }
    }
}

/// Returns the path and the target of a symlink: one to a compressed document gets its name as well.
pub(super) fn place_link(
    path: PackagePath,
    target: Vec<u8>,
    package: &str,
) -> Result<(PackagePath, Vec<u8>), PathError> {
    let from = match target.first() {
        Some(b'/') => Some(PackagePath::root()),
        _ => path.parent(),
    };
    let leads_to = from.and_then(|from| from.walk(&target));
    if leads_to.is_some_and(|to| is_wanted(&to, package)) {
        Ok((place(path, package)?, [&target[..], b".gz"].concat()))
    } else {
        Ok((path, target))
    }
}

/// Returns whether a path of a tree would get another name in a package of this name.
pub(crate) fn would_compress(tree: &Tree, package: &str) -> bool {
    tree.iter().any(|(path, entry)| match &entry.kind {
        Kind::Directory => false,
        Kind::Regular { .. } => is_wanted(path, package),
        Kind::Symlink { target } => {
            let placed = place_link(path.clone(), target.clone(), package);
            placed.is_ok_and(|(_, placed)| placed != *target)
        }
    })
}

fn is_wanted(path: &PackagePath, package: &str) -> bool {
    const COMPRESSED: [&[u8]; 7] = [b".gz", b".bz2", b".xz", b".lzma", b".lz", b".zst", b".Z"];
    let name = path.file_name();
    let Some(directory) = path.parent() else {
        return false;
    };
    if COMPRESSED.iter().any(|end| name.ends_with(end)) {
        return false;
    }
    let bytes = directory.as_bytes();
    if bytes.starts_with(b"/usr/share/man/") {
        directory.file_name().starts_with(b"man")
    } else if bytes == b"/usr/share/info" {
        let mut parts = name.rsplit(|byte| *byte == b'.');
        let end = parts.next().unwrap_or_default();
        end == b"info" || end.starts_with(b"info-")
    } else {
        bytes == format!("/usr/share/doc/{package}").as_bytes()
            && [&b"changelog"[..], b"changelog.Debian", b"NEWS.Debian"].contains(&name)
    }
}

/// Returns the findings about documents that have the name of compressed ones alone.
pub(super) fn findings(tree: &Tree, control: &ControlFile) -> Vec<Finding> {
    let debian = changelog::path(&control.package, &control.version);
    let found = tree.iter().filter_map(|(path, entry)| {
        let (Origin::Release(_) | Origin::Files { .. }) = &entry.origin else {
            return None;
        };
        let plain = PackagePath::new(path.as_bytes().strip_suffix(b".gz")?).ok()?;
        // The Debian changelog has a finding of its own.
        if !is_wanted(&plain, control.package.as_str()) || debian.as_ref() == Some(path) {
            return None;
        }
        if gunzip(&changelog::packed(entry)?).is_some() {
            return None;
        }
        let message = format!("`{path}` is not compressed by gzip: its readers show nothing of it");
        let hint = format!("write the target as `{plain}`: it is compressed for you");
        let finding = Finding::new(tags::DOCUMENT_NOT_COMPRESSED, message);
        Some(finding.with_hint(hint).at_path(path))
    });
    found.collect()
}

/// Returns what was compressed by gzip; `None` for what gzip does not read, and for more than any
/// document holds.
pub(super) fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes).take(LARGEST_DOCUMENT + 1);
    reader.read_to_end(&mut plain).ok()?;
    (plain.len() as u64 <= LARGEST_DOCUMENT).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_their_place() {
        for (path, expected) in [
            ("/usr/share/man/man1/a.1", true),
            ("/usr/share/man/de/man8/a.8", true),
            ("/usr/share/man/man3/a.3erl", true),
            ("/usr/share/man/man1/a.1.gz", false),
            ("/usr/share/man/man1/a.1.xz", false),
            ("/usr/share/man/whatis", false),
            ("/usr/share/info/a.info", true),
            ("/usr/share/info/a.info-2", true),
            ("/usr/share/info/dir", false),
            ("/usr/share/info/a.png", false),
            ("/usr/share/doc/a/changelog", true),
            ("/usr/share/doc/a/changelog.Debian", true),
            ("/usr/share/doc/a/NEWS.Debian", true),
            ("/usr/share/doc/b/changelog", false),
            ("/usr/share/doc/a/README", false),
            ("/opt/a/share/man/man1/a.1", false),
        ] {
            let placed = place(PackagePath::new(path).unwrap(), "a").unwrap();
            let end = if expected { ".gz" } else { "" };
            assert_eq!(placed.to_string(), format!("{path}{end}"));
        }
    }

    #[test]
    fn symlinks_follow_the_documents() {
        for (path, target, expected) in [
            (
                "/usr/share/man/man1/b.1",
                "a.1",
                "/usr/share/man/man1/b.1.gz -> a.1.gz",
            ),
            (
                "/usr/share/man/man1/b.1",
                "../man8/a.8",
                "/usr/share/man/man1/b.1.gz -> ../man8/a.8.gz",
            ),
            (
                "/usr/share/man/man1/b.1",
                "/usr/share/man/man1/a.1",
                "/usr/share/man/man1/b.1.gz -> /usr/share/man/man1/a.1.gz",
            ),
            (
                "/usr/share/man/man1/b.1.gz",
                "a.1",
                "/usr/share/man/man1/b.1.gz -> a.1.gz",
            ),
            (
                "/usr/share/man/man1/b.1.gz",
                "a.1.gz",
                "/usr/share/man/man1/b.1.gz -> a.1.gz",
            ),
            (
                "/usr/share/man/man1/b.1",
                "/opt/a/a.1",
                "/usr/share/man/man1/b.1 -> /opt/a/a.1",
            ),
        ] {
            let path = PackagePath::new(path).unwrap();
            let (path, target) = place_link(path, target.into(), "a").unwrap();
            let target = String::from_utf8(target).unwrap();
            assert_eq!(format!("{path} -> {target}"), expected);
        }
    }

    #[test]
    fn only_what_is_compressed_is_unpacked() {
        let packed = crate::deb::gzip(b"text", BEST);
        assert_eq!(gunzip(&packed).as_deref(), Some(&b"text"[..]));
        assert_eq!(gunzip(&packed[..packed.len() - 9]), None);
        assert_eq!(gunzip(b"text"), None);
    }
}
