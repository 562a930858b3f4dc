//! `Changelogs`: the newest changes of packages for the page of a repository. They are read from the packages, and
//! kept beside the page: a package never changes.

use std::collections::BTreeMap;
use std::io::{Read, Write as _};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};

use super::index::Entry;
use super::store::{Caching, Expected, Source, Store, StoreError};
use crate::deb::{ArchiveError, Deb};

/// The path of what is kept.
const KEPT: &str = "page.json";
/// The most changes of a package that are shown.
const MOST_CHANGES: usize = 5;
/// The most lines of a change.
const MOST_LINES: usize = 20;
/// The most characters of a line.
const LONGEST_LINE: usize = 300;
/// The most bytes of a changelog that are looked at.
const MOST_BYTES: u64 = 256 << 10;
/// The size up to which a package is fetched for its changelog.
const LARGEST: u64 = 64 << 20;
/// The most packages that one run reads; the next one reads on.
const MOST_READ: usize = 200;
/// The most bytes of changes on a page.
const MOST_TEXT: usize = 1 << 20;

/// The changes of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// The version.
    pub version: String,
    /// The day, where it can be read.
    pub date: Option<String>,
    /// The changes, each on a line.
    pub lines: Vec<String>,
}

impl Change {
    fn size(&self) -> usize {
        self.version.len() + self.lines.iter().map(String::len).sum::<usize>()
    }
}

/// The newest changes of packages, by the sums of these.
#[derive(Debug, Default)]
pub(crate) struct Changelogs {
    kept: BTreeMap<String, Vec<Change>>,
    used: BTreeMap<String, Vec<Change>>,
    read: usize,
    size: usize,
}

impl Changelogs {
    /// Reads what is kept beside the page. What cannot be read is read from the packages again.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub(crate) fn kept(store: &dyn Store) -> Result<Self, StoreError> {
        let object = store.get(KEPT)?;
        let kept = object.and_then(|it| serde_json::from_slice(&it.bytes).ok());
        Ok(Self {
            kept: kept.unwrap_or_default(),
            ..Self::default()
        })
    }

    /// Returns the newest changes of a package; none where it tells of none, or is too large, and none any more
    /// once the page has enough.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub(crate) fn of(
        &mut self,
        store: &dyn Store,
        entry: &Entry,
    ) -> Result<Vec<Change>, StoreError> {
        if !self.used.contains_key(&entry.sha256) {
            let changes = match self.kept.remove(&entry.sha256) {
                Some(changes) => changes,
                None if self.read == MOST_READ || entry.size > LARGEST => return Ok(Vec::new()),
                None => {
                    self.read += 1;
                    match store.get(&entry.file)? {
                        Some(object) => of_bytes(&object.bytes, &entry.package),
                        None => return Ok(Vec::new()),
                    }
                }
            };
            self.used.insert(entry.sha256.clone(), changes);
        }
        let changes = self.used.get(&entry.sha256).cloned().unwrap_or_default();
        self.size += changes.iter().map(Change::size).sum::<usize>();
        let is_enough = self.size > MOST_TEXT;
        Ok(if is_enough { Vec::new() } else { changes })
    }

    /// Keeps the changes that were asked for.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written.
    pub(crate) fn keep(&self, store: &dyn Store) -> Result<(), StoreError> {
        if self.read == 0 && self.kept.is_empty() {
            return Ok(());
        }
        // Texts and lists of texts always have a form in JSON.
        let bytes = serde_json::to_vec(&self.used).unwrap_or_default();
        let source = Source::Bytes(&bytes);
        store.put(KEPT, source, &Expected::Any, Caching::Ask)?;
        Ok(())
    }
}

/// Returns the newest changes in a package. One that cannot be read tells nothing: `verify` looks for those.
fn of_bytes(bytes: &[u8], package: &str) -> Vec<Change> {
    let file = tempfile::NamedTempFile::new().and_then(|mut file| {
        file.write_all(bytes)?;
        Ok(file)
    });
    let text = file.ok().and_then(|file| changelog(file.path(), package));
    changes(&text.unwrap_or_default())
}

/// The end of a search: what was found, or why it failed.
enum End {
    Found(Vec<u8>),
    Failed,
}

impl From<ArchiveError> for End {
    fn from(_: ArchiveError) -> Self {
        Self::Failed
    }
}

/// Returns the text of the changelog of a package, Debian's before that of others.
fn changelog(path: &Path, package: &str) -> Option<String> {
    let folder = format!("./usr/share/doc/{package}/changelog");
    let deb = Deb::open(path).ok()?;
    let mut other = None;
    let walk = deb.for_each_data_entry(|entry, content| {
        let Some(rest) = entry.name.strip_prefix(folder.as_bytes()) else {
            return Ok(());
        };
        let (is_debian, is_packed) = match rest {
            b".Debian.gz" => (true, true),
            b".Debian" => (true, false),
            b".gz" => (false, true),
            b"" => (false, false),
            _ => return Ok(()),
        };
        let mut bytes = Vec::new();
        let read = if is_packed {
            MultiGzDecoder::new(content)
                .take(MOST_BYTES)
                .read_to_end(&mut bytes)
        } else {
            content.take(MOST_BYTES).read_to_end(&mut bytes)
        };
        match read {
            Err(_) => Err(End::Failed),
            Ok(_) if is_debian => Err(End::Found(bytes)),
            Ok(_) => {
                other = Some(bytes);
                Ok(())
            }
        }
    });
    let bytes = match walk {
        Err(End::Found(bytes)) => Some(bytes),
        Ok(_) => other,
        Err(End::Failed) => None,
    };
    Some(String::from_utf8_lossy(&bytes?).into_owned())
}

/// Returns the newest changes in a text of the form of deb-changelog(5); none where it has another.
fn changes(text: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for line in text.lines() {
        let words = line.trim();
        if words.is_empty() {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            let Some(version) = version(line) else { break };
            if changes.len() == MOST_CHANGES {
                break;
            }
            changes.push(Change {
                version: cut(version),
                date: None,
                lines: Vec::new(),
            });
            continue;
        }
        let Some(change) = changes.last_mut() else {
            break;
        };
        if let Some(trailer) = line.strip_prefix(" -- ") {
            change.date = trailer.split_once("  ").and_then(|(_, date)| day(date));
        } else {
            add(change, words);
        }
    }
    changes
}

/// Returns the version in `NAME (VERSION) SUITE; urgency=…`.
fn version(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(" (")?;
    let (version, rest) = rest.split_once(')')?;
    (!name.contains(' ') && rest.contains(';')).then_some(version)
}

/// Adds a line: `*`, `-` and `+` begin a new one, `[ NAME ]` is one, and others go on.
fn add(change: &mut Change, words: &str) {
    if change.lines.last().is_some_and(|last| last == "…") {
        return;
    }
    let item = ["* ", "- ", "+ "]
        .iter()
        .find_map(|sign| words.strip_prefix(sign));
    if item.is_none()
        && !words.starts_with('[')
        && let Some(last) = change.lines.last_mut()
        && !last.starts_with('[')
    {
        *last = cut(&format!("{last} {words}"));
    } else if change.lines.len() < MOST_LINES {
        change.lines.push(cut(item.unwrap_or(words).trim()));
    } else if let Some(last) = change.lines.last_mut() {
        "…".clone_into(last);
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST_LINE {
        return text.to_owned();
    }
    let text: String = text.chars().take(LONGEST_LINE - 1).collect();
    text.trim_end_matches('…').to_owned() + "…"
}

/// Returns the day of a date as `Sun, 29 Nov 2026 12:00:00 +0000`.
fn day(date: &str) -> Option<String> {
    let date = jiff::fmt::rfc2822::parse(date.trim()).ok()?;
    Some(date.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(version: &str, date: Option<&str>, lines: &[&str]) -> Change {
        Change {
            version: version.into(),
            date: date.map(str::to_owned),
            lines: lines.iter().map(|&line| line.into()).collect(),
        }
    }

    #[test]
    fn changes_are_read_as_debian_writes_them() {
        let text = "orders (1:2.0-1) stable; urgency=medium\n\n  [ Ann ]\n  * Orders are\n    \
                    kept.\n    - All of them.\n\n -- Ann <a@example.com>  Sun, 29 Nov 2026 23:30:00 +0100\n\n\
                    orders (1.0) unstable; urgency=low\n\n  * First.\n\n -- Ann <a@example.com>  soon\n";
        assert_eq!(
            changes(text),
            [
                change(
                    "1:2.0-1",
                    Some("2026-11-29"),
                    &["[ Ann ]", "Orders are kept.", "All of them."]
                ),
                change("1.0", None, &["First."]),
            ]
        );
        for other in ["# 2.0\n\n* b\n", "", "  * b\n", "a b (1) c; d\n"] {
            assert_eq!(changes(other), [], "{other}");
        }
    }

    #[test]
    fn long_changelogs_are_cut() {
        let changes_of = |version| format!("a ({version}) b; c\n{}", "  * x\n".repeat(30));
        let text = (0..9).map(changes_of).collect::<Vec<_>>().concat();
        let text = text.replacen("* x", &format!("* {}", "y".repeat(400)), 1);
        let changes = changes(&text);
        assert_eq!(changes.len(), MOST_CHANGES);
        assert_eq!(changes[0].lines.len(), MOST_LINES);
        assert_eq!(changes[0].lines[0].chars().count(), LONGEST_LINE);
        assert_eq!(changes[0].lines[MOST_LINES - 1], "…");
    }
}
