//! `SourcePath`: a file on the build machine as its user knows it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The path of a file without what lies above the release. The memory of the whole path is
/// shared, which saves megabytes for many files.
#[derive(Debug, Clone)]
pub struct SourcePath {
    whole: Arc<Path>,
    /// The number of components of the whole path that come before this one.
    above: usize,
}

impl SourcePath {
    /// Returns the path of a file without its first `above` components.
    #[must_use]
    pub fn new(whole: Arc<Path>, above: usize) -> Self {
        Self { whole, above }
    }

    /// Returns the path.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        let mut components = self.whole.components();
        components.by_ref().take(self.above).for_each(drop);
        components.as_path()
    }
}

impl<T: Into<PathBuf>> From<T> for SourcePath {
    fn from(path: T) -> Self {
        Self {
            whole: path.into().into(),
            above: 0,
        }
    }
}

impl PartialEq for SourcePath {
    fn eq(&self, other: &Self) -> bool {
        self.as_path() == other.as_path()
    }
}

impl Eq for SourcePath {}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_path().display().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_by_what_lies_below_the_release() {
        for (release, expected) in [
            ("rel", "bin/x"),
            ("/a/../rel", "bin/x"),
            ("./rel/", "bin"),
            (".", "bin/x"),
            ("", "bin/x"),
            ("/", "bin"),
        ] {
            let release = Path::new(release);
            let whole = release.join(expected).into();
            let path = SourcePath::new(whole, release.components().count());
            assert_eq!(path.to_string(), expected, "{}", release.display());
            assert_eq!(path, SourcePath::from(expected));
        }
    }
}
