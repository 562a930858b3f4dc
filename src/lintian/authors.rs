//! The author's overrides, of `[lintian]` or in a file, beside those of reldeb.

use std::fmt::Write as _;

use crate::fs::{self, FsError};
use crate::manifest::{LintianTag, Reason};
use crate::tree::{Content, Entry, Kind, Source};

/// The author's overrides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Authors<'a>(pub(super) &'a [(LintianTag, Reason)]);

impl Authors<'_> {
    /// Returns whether a whole tag is overridden: then one of its places needs no line.
    pub(super) fn has(self, tag: &str) -> bool {
        let mut all = self.0.iter();
        all.any(|(written, _)| written.as_str() == tag)
    }

    /// Adds those that `text` has not, each below its reason.
    pub(super) fn add(self, package: &str, text: &mut String) {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let has = |line: &str| lines.iter().any(|other| other == line);
        for (tag, reason) in self.0 {
            let word = tag.as_str().split(' ').next().unwrap_or_default();
            let line = format!("{package}: {tag}");
            let is_covered = tag.as_str() != word
                && (has(&line) || has(&format!("{package}: {word} *")) || self.has(word));
            if is_covered {
                continue;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            for part in reason.as_str().trim().lines() {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "# {}", part.trim());
            }
            let _ = writeln!(text, "{line}");
        }
    }
}

/// A file of overrides that the author brings.
#[derive(Debug)]
pub(super) struct Brought {
    entry: Entry,
    text: String,
}

impl Brought {
    /// Reads it; `None` for a link, and for what is no text.
    ///
    /// # Errors
    /// [`FsError`] where it cannot be read.
    pub(super) fn read(entry: &Entry) -> Result<Option<Self>, FsError> {
        let Kind::Regular { content, .. } = &entry.kind else {
            return Ok(None);
        };
        let bytes = match content.source() {
            Source::Bytes(bytes) => bytes.to_vec(),
            Source::File(path) => fs::read(path)?,
        };
        let entry = entry.clone();
        Ok(String::from_utf8(bytes)
            .ok()
            .map(|text| Self { entry, text }))
    }

    /// Returns whether it says something of a tag: then the author knows it.
    pub(super) fn has(&self, tag: &str) -> bool {
        let lines = self
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        lines.into_iter().any(|line| {
            let line = line.split_once(": ").map_or(line, |(_, rest)| rest);
            line.split_whitespace().next() == Some(tag)
        })
    }

    /// Returns the entry of the file with more overrides behind its own.
    pub(super) fn with(self, more: &str) -> Entry {
        let Self {
            mut entry,
            mut text,
        } = self;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(more);
        if let Kind::Regular { content, .. } = &mut entry.kind {
            *content = Content::Bytes(text.into_bytes().into());
        }
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_doubled() {
        let written = |tag: &str, reason: &str| (tag.parse().unwrap(), reason.parse().unwrap());
        let overrides = [
            written("dir-or-file-in-opt opt/x", "covered"),
            written("no-manual-page", "None is\nneeded."),
            written("no-manual-page usr/bin/x", "covered"),
            written("spelling-error usr/bin/x", "A name."),
        ];
        let mut text = "# Ours.\nx: dir-or-file-in-opt *\n".to_owned();
        Authors(&overrides).add("x", &mut text);
        assert_eq!(
            text,
            "# Ours.\nx: dir-or-file-in-opt *\n\n# None is\n# needed.\nx: no-manual-page\n\n\
             # A name.\nx: spelling-error usr/bin/x\n"
        );
    }
}
