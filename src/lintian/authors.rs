//! `[lintian]`: the author's overrides, beside those of reldeb.

use std::fmt::Write as _;

use crate::manifest::{LintianTag, Reason};

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
