//! `[release] exclude`: gitignore patterns, each with whether it ever matched.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A pattern that is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("invalid pattern `{pattern}`: {reason}")]
pub struct PatternError {
    /// Which of the patterns, counted from 0.
    pub index: usize,
    /// The pattern as written.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Patterns of what is left out of a release.
#[derive(Debug)]
pub struct Patterns {
    together: Gitignore,
    /// Each on its own, to know which of them never match.
    alone: Vec<Alone>,
}

#[derive(Debug)]
struct Alone {
    pattern: String,
    matcher: Gitignore,
    matched: bool,
}

impl Patterns {
    /// Compiles patterns; the later ones rule, and `!` takes a path in again.
    ///
    /// # Errors
    /// [`PatternError`] names the pattern.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, PatternError> {
        let patterns: Vec<&str> = patterns.into_iter().collect();
        let mut alone = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            // A negation alone matches what the same pattern without it does.
            let matcher =
                compile(&[pattern.trim_start_matches('!')]).map_err(|reason| PatternError {
                    index,
                    pattern: (*pattern).to_owned(),
                    reason,
                })?;
            alone.push(Alone {
                pattern: (*pattern).to_owned(),
                matcher,
                matched: false,
            });
        }
        let together = compile(&patterns).map_err(|reason| PatternError {
            index: 0,
            pattern: patterns.join(" "),
            reason,
        })?;
        Ok(Self { together, alone })
    }

    /// Whether a path of the release is left out. Remembers which patterns matched.
    pub fn exclude(&mut self, path: &Path, is_directory: bool) -> bool {
        for alone in self.alone.iter_mut().filter(|alone| !alone.matched) {
            alone.matched = alone.matcher.matched(path, is_directory).is_ignore();
        }
        self.together.matched(path, is_directory).is_ignore()
    }

    /// The patterns that never matched, with their index.
    pub fn unmatched(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.alone.iter().enumerate();
        numbered
            .filter(|(_, alone)| !alone.matched)
            .map(|(index, alone)| (index, alone.pattern.as_str()))
    }
}

fn compile(patterns: &[&str]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        builder
            .add_line(None, pattern)
            .map_err(|error| error.to_string())?;
    }
    builder.build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        let case = |patterns: &[&str], path: &str, is_directory: bool, expected: bool| {
            let mut compiled = Patterns::new(patterns.iter().copied()).unwrap();
            assert_eq!(
                compiled.exclude(Path::new(path), is_directory),
                expected,
                "{patterns:?} {path}"
            );
        };
        case(&["*.a"], "lib/x/libx.a", false, true);
        case(&["**/*.a"], "lib/x/libx.a", false, true);
        case(&["lib/*/src/"], "lib/x/src", true, true);
        case(&["lib/*/src/"], "lib/x/src", false, false);
        case(&["/log"], "log", true, true);
        case(&["/log"], "lib/log", true, false);
        case(&["log"], "lib/log", true, true);
        case(&["*.a", "!keep.a"], "lib/keep.a", false, false);
    }

    #[test]
    fn patterns_that_never_match_are_known() {
        let mut patterns = Patterns::new(["*.a", "*.b"]).unwrap();
        patterns.exclude(Path::new("x.a"), false);
        assert_eq!(patterns.unmatched().collect::<Vec<_>>(), [(1, "*.b")]);
    }
}
