//! The Debian changelog of an author's own, as the tools that read it see it: deb-changelog(5).

use std::borrow::Cow;

use super::compressed;
use crate::debian::{PackageName, Version};
use crate::finding::{Finding, Tag, tags};
use crate::fs;
use crate::tree::{Entry, Kind, Origin, PackagePath, Source, Tree};

/// The key of the manifest that names a changelog.
pub(super) const KEY: &str = "package.changelog";

/// The newest entry of a Debian changelog.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Newest<'a> {
    pub(super) package: &'a str,
    pub(super) version: &'a str,
}

/// Returns the path of the Debian changelog.
pub(super) fn path(package: &PackageName, version: &Version) -> Option<PackagePath> {
    let name = file_name(version);
    PackagePath::new(format!("/usr/share/doc/{package}/{name}")).ok()
}

/// Returns the findings about the Debian changelogs of a tree that reldeb did not write.
pub(super) fn findings(
    tree: &Tree,
    package: &PackageName,
    source: &PackageName,
    version: &Version,
) -> Vec<Finding> {
    let place = path(package, version);
    let found = tree.iter().filter_map(|(path, entry)| {
        let Origin::Files { key, source: file } = &entry.origin else {
            return None;
        };
        let is_debian = Some(path) == place.as_ref();
        if !is_debian && **key != KEY {
            return None;
        }
        let shown = file.as_ref().map(|file| file.display().to_string());
        let shown = shown.unwrap_or_else(|| path.to_string());
        let Some(text) = compressed::gunzip(&packed(entry)?) else {
            let message = format!("`{shown}` is not compressed by gzip, as `{path}` must be");
            let hint = "write the target without `.gz`: it is compressed for you";
            let finding = Finding::new(tags::CHANGELOG_NOT_COMPRESSED, message);
            return Some(finding.with_hint(hint).at_path(path));
        };
        let text = String::from_utf8_lossy(&text);
        let (tag, fact) = of_text(&text, source, version, is_debian)?;
        let hint = format!(
            "begin it with `{source} ({version}) unstable; urgency=medium`, as `dch` does, or leave it out"
        );
        let finding = Finding::new(tag, format!("`{shown}` {fact}")).with_hint(hint);
        Some(finding.at_path(path))
    });
    found.collect()
}

/// Returns the tag and the fact about a changelog that is not the package's Debian changelog.
/// If another file is that, only one in Debian's form is meant as such.
fn of_text(
    text: &str,
    package: &PackageName,
    version: &Version,
    is_debian: bool,
) -> Option<(&'static Tag, String)> {
    match newest(text) {
        Err(line) if is_debian => Some((
            tags::CHANGELOG_UNREADABLE,
            format!("is no Debian changelog: line {line} is not in the form of deb-changelog(5)"),
        )),
        Ok(newest) if newest.package != package.as_str() => Some((
            tags::CHANGELOG_OF_ANOTHER_PACKAGE,
            format!(
                "is the changelog of `{}`, expected `{package}`",
                newest.package
            ),
        )),
        Ok(newest) if newest.version != version.to_string() => Some((
            tags::CHANGELOG_OF_ANOTHER_VERSION,
            format!(
                "is the changelog of version `{}`, expected `{version}`",
                newest.version
            ),
        )),
        Ok(_) | Err(_) => None,
    }
}

/// Returns the bytes of a file; `None` for what is none. One that cannot be read is an error when
/// it is packed.
pub(super) fn packed(entry: &Entry) -> Option<Cow<'_, [u8]>> {
    let Kind::Regular { content, .. } = &entry.kind else {
        return None;
    };
    match content.source() {
        Source::Bytes(bytes) => Some(Cow::Borrowed(&**bytes)),
        Source::File(path) => Some(Cow::Owned(fs::read(path).ok()?)),
    }
}

/// Returns the name of the Debian changelog: a native package (no Debian revision) has no other
/// changelog.
pub(super) fn file_name(version: &Version) -> &'static str {
    match version.debian_revision() {
        None => "changelog.gz",
        Some(_) => "changelog.Debian.gz",
    }
}

/// Reads the newest entry, which comes first, to its end; the error is the line, counted from 1,
/// at which tools give up.
pub(super) fn newest(text: &str) -> Result<Newest<'_>, usize> {
    let mut lines = (1..).zip(text.lines());
    let is_text = |(_, line): &(usize, &str)| !line.trim().is_empty();
    let (number, first) = lines.find(is_text).ok_or(1_usize)?;
    let newest = header(first).ok_or(number)?;
    let mut last = number;
    for (number, line) in lines.filter(is_text) {
        if let Some(trailer) = line.strip_prefix(" -- ") {
            return if is_signed(trailer) {
                Ok(newest)
            } else {
                Err(number)
            };
        }
        if !line.starts_with("  ") {
            return Err(number);
        }
        last = number;
    }
    Err(last)
}

/// Reads `orders (1.4.0) unstable; urgency=medium`.
fn header(line: &str) -> Option<Newest<'_>> {
    let (package, rest) = line.split_once(" (")?;
    let (version, rest) = rest.split_once(')')?;
    let (suites, _) = rest.split_once(';')?;
    let is_name = |name: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "-+.".contains(c);
        !name.is_empty() && name.chars().all(legal)
    };
    let is_version = !version.is_empty() && !version.contains(['(', ' ', '\t']);
    let mut suites_of_it = suites.split_whitespace().peekable();
    let has_suites = suites.starts_with(char::is_whitespace) && suites_of_it.peek().is_some();
    (is_name(package) && is_version && has_suites && suites_of_it.all(is_name))
        .then_some(Newest { package, version })
}

/// Returns whether the end of an entry has a name, an address and, after two blanks, a date.
fn is_signed(trailer: &str) -> bool {
    let date = trailer
        .split_once(" <")
        .and_then(|(_, rest)| rest.split_once(">  "));
    date.is_some_and(|(address, date)| {
        let is_date = jiff::fmt::rfc2822::parse(date.split(" (").next().unwrap_or(date)).is_ok();
        !address.is_empty() && is_date
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_entry_is_read_to_its_end() {
        let entry = |header: &str, change: &str, trailer: &str| {
            format!("{header}\n\n{change}\n\n{trailer}\n\norders (1.3) unstable; urgency=low\n")
        };
        let header = "orders (1.4-1) unstable; urgency=medium";
        let trailer = " -- Ann Example <ann@example.com>  Tue, 14 Nov 2023 22:13:20 +0000";
        let good = Ok(Newest {
            package: "orders",
            version: "1.4-1",
        });
        assert_eq!(newest(&entry(header, "  * x", trailer)), good);
        assert_eq!(
            newest(&format!("\n{}", entry(header, "  * x", trailer))),
            good
        );
        for (header, change, trailer, line) in [
            ("orders (1.4-1)", "  * x", trailer, 1),
            ("orders 1.4-1 unstable; urgency=medium", "  * x", trailer, 1),
            (
                "orders (1.4 1) unstable; urgency=medium",
                "  * x",
                trailer,
                1,
            ),
            (
                "or ders (1.4) unstable; urgency=medium",
                "  * x",
                trailer,
                1,
            ),
            ("orders (1.4); urgency=medium", "  * x", trailer, 1),
            (header, "* x", trailer, 3),
            (
                header,
                "  * x",
                " -- Ann Example <ann@example.com> Tue, 14 Nov 2023 22:13:20 +0000",
                5,
            ),
            (
                header,
                "  * x",
                " -- Ann Example <ann@example.com>  yesterday",
                5,
            ),
            (header, "  * x", " -- Ann Example", 5),
            (header, "  * x", "", 7),
        ] {
            assert_eq!(
                newest(&entry(header, change, trailer)),
                Err(line),
                "{header} {trailer}"
            );
        }
        assert_eq!(newest(""), Err(1));
        assert_eq!(newest(&format!("{header}\n  * x\n")), Err(2));
    }
}
