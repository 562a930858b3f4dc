//! `[release] exclude`: gitignore patterns that remember whether they ever matched, and presets,
//! which are named lists of patterns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::WalkDir;

use super::preset::{PRESETS, Pruned, preset};
use crate::finding::{Finding, tags};

/// A text that is not a pattern.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("invalid pattern `{pattern}`: {reason}")]
pub(crate) struct PatternError {
    /// The index of the pattern, counted from 0.
    pub index: usize,
    /// The pattern as written.
    pub pattern: String,
    /// The fault of the pattern.
    pub reason: String,
}

/// The patterns of the paths that are left out of a release, or of a tree of `[files]`.
#[derive(Debug, Clone)]
pub(crate) struct Patterns {
    together: Gitignore,
    /// The paths that each pattern of a preset left out.
    pruned: BTreeMap<(String, String), Vec<PathBuf>>,
    /// The patterns outside of presets, each on its own, to know which of them never match.
    alone: Vec<Alone>,
}

#[derive(Debug, Clone)]
struct Alone {
    index: usize,
    pattern: String,
    matcher: Gitignore,
    matched: bool,
}

impl Patterns {
    /// Compiles patterns; later ones override earlier ones, and `!` includes a path again.
    /// `preset:NAME` stands for the patterns of that preset.
    ///
    /// # Errors
    /// [`PatternError`] names the pattern.
    pub(crate) fn new<'a>(
        patterns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, PatternError> {
        let patterns: Vec<&str> = patterns.into_iter().collect();
        let mut alone = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            if pattern.starts_with(PRESET) {
                if preset(pattern).is_none() {
                    return Err(unknown_preset(index, pattern));
                }
                continue;
            }
            // A negation is tested by the same pattern without the `!`.
            let matcher =
                compile(&[pattern.trim_start_matches('!')]).map_err(|reason| PatternError {
                    index,
                    pattern: (*pattern).to_owned(),
                    reason,
                })?;
            alone.push(Alone {
                index,
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
        Ok(Self {
            together,
            pruned: BTreeMap::new(),
            alone,
        })
    }

    /// Returns whether a path of the release is left out. Remembers which patterns matched.
    pub(crate) fn exclude(&mut self, path: &Path, is_directory: bool) -> bool {
        for alone in self.alone.iter_mut().filter(|alone| !alone.matched) {
            alone.matched = alone.matcher.matched(path, is_directory).is_ignore();
        }
        match self.together.matched(path, is_directory) {
            Match::Ignore(glob) => {
                if let Some(name) = glob.from() {
                    let key = (name.display().to_string(), glob.original().to_owned());
                    self.pruned.entry(key).or_default().push(path.to_owned());
                }
                true
            }
            Match::None | Match::Whitelist(_) => false,
        }
    }

    /// Returns the paths that presets left out: the preset as written, its pattern, and
    /// the paths, relative to the release, each alone or with all that is below it.
    fn pruned(&self) -> impl Iterator<Item = (&str, &'static Pruned, &[PathBuf])> {
        self.pruned.iter().filter_map(|((name, pattern), paths)| {
            let pruned = preset(name)?.iter().find(|p| p.pattern == pattern)?;
            Some((name.as_str(), pruned, paths.as_slice()))
        })
    }

    /// Returns the findings about what presets left out of a release, pattern by pattern.
    #[must_use]
    pub(crate) fn findings(&self, release: &Path) -> Vec<Finding> {
        let said = self.pruned().map(|(name, pruned, paths)| {
            let (files, bytes) = size(release, paths);
            let count = if files == 1 { "file" } else { "files" };
            Finding::new(
                tags::PRESET_LEAVES_OUT,
                format!(
                    "`{name}` leaves out {files} {count} of {bytes} bytes by `{}`: {}",
                    pruned.pattern, pruned.why
                ),
            )
        });
        said.collect()
    }

    /// Returns the patterns that never matched, with their index.
    pub(crate) fn unmatched(&self) -> impl Iterator<Item = (usize, &str)> {
        let unmatched = self.alone.iter().filter(|alone| !alone.matched);
        unmatched.map(|alone| (alone.index, alone.pattern.as_str()))
    }
}

/// Returns the number of files at some paths of a release and below them, and of their bytes.
fn size(release: &Path, paths: &[PathBuf]) -> (u64, u64) {
    let (mut files, mut bytes) = (0, 0);
    for path in paths {
        // What is left out must not stop the build, whatever is wrong with it.
        let below = WalkDir::new(release.join(path)).into_iter().flatten();
        for metadata in below.filter_map(|found| found.metadata().ok()) {
            files += u64::from(!metadata.is_dir());
            bytes += if metadata.is_file() {
                metadata.len()
            } else {
                0
            };
        }
    }
    (files, bytes)
}

/// The start of an entry that names a preset.
const PRESET: &str = "preset:";

fn unknown_preset(index: usize, written: &str) -> PatternError {
    let known: Vec<String> = PRESETS
        .iter()
        .map(|(name, _)| format!("`{PRESET}{name}`"))
        .collect();
    PatternError {
        index,
        pattern: written.to_owned(),
        reason: format!("there is no such preset, expected {}", known.join(" or ")),
    }
}

fn compile(patterns: &[&str]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    let mut add = |from: Option<PathBuf>, pattern: &str| {
        let added = builder.add_line(from, pattern);
        added.map(|_| ()).map_err(|error| error.to_string())
    };
    for pattern in patterns {
        match preset(pattern) {
            Some(list) => list
                .iter()
                .try_for_each(|pruned| add(Some(pattern.into()), pruned.pattern))?,
            None => add(None, pattern)?,
        }
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
    fn a_preset_stands_for_its_patterns() {
        let mut patterns = Patterns::new(["preset:runtime", "!lib/b-*/src/", "*.b"]).unwrap();
        assert!(patterns.exclude(Path::new("lib/a-1/src"), true));
        assert!(!patterns.exclude(Path::new("lib/b-1/src"), true));
        assert!(patterns.exclude(Path::new("lib/a-1/priv/x.o"), false));
        let pruned: Vec<_> = patterns
            .pruned()
            .map(|(name, pruned, paths)| (name, pruned.pattern, paths.to_vec()))
            .collect();
        let expected = [("*.o", "lib/a-1/priv/x.o"), ("/lib/*/src/", "lib/a-1/src")];
        let expected =
            expected.map(|(pattern, path)| ("preset:runtime", pattern, vec![path.into()]));
        assert_eq!(pruned, expected);
        assert_eq!(patterns.unmatched().collect::<Vec<_>>(), [(2, "*.b")]);
        let unknown = Patterns::new(["*.a", "preset:all"]).unwrap_err();
        assert_eq!(unknown.index, 1);
        assert_eq!(
            unknown.to_string(),
            "invalid pattern `preset:all`: there is no such preset, expected `preset:runtime`"
        );
    }

    #[test]
    fn patterns_that_never_match_are_known() {
        let mut patterns = Patterns::new(["*.a", "*.b"]).unwrap();
        patterns.exclude(Path::new("x.a"), false);
        assert_eq!(patterns.unmatched().collect::<Vec<_>>(), [(1, "*.b")]);
    }
}
