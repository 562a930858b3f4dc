//! The files that a release's configuration includes: what they say counts as well.

use std::path::{Path, PathBuf};

use super::configuration::Configuration;
use super::erlang::read_if_there;
use super::error::ReleaseError;
use super::relative;
use crate::erlang::term;

impl Configuration {
    /// Reads the included files that the release has itself: their paths start where the node does, or
    /// in the directory of the version.
    pub(super) fn read_includes(
        &mut self,
        root: &Path,
        directory: &Path,
    ) -> Result<(), ReleaseError> {
        for index in 0..self.includes.len() {
            let path = Path::new(self.includes[index].path.trim_start_matches("./"));
            let places = [path.to_owned(), directory.join(path)];
            let is_below = |place: &&PathBuf| place.is_relative() && root.join(place).is_file();
            let Some(place) = places.iter().find(is_below) else {
                continue;
            };
            if let Some(text) = read_if_there(&root.join(place))? {
                self.take_included(index, place, &text, |path| root.join(path).is_file());
            }
        }
        Ok(())
    }

    /// Returns the paths of the target whose included files nobody has found on the build machine.
    pub(crate) fn unread_includes(&self) -> Vec<&str> {
        let includes = self.includes.iter();
        let unread = includes.filter(|it| !it.is_read && it.path.starts_with('/'));
        unread.map(|it| it.path.as_str()).collect()
    }

    /// Takes in the text of an included file, which is at `path` in the release or on the target.
    /// Wrong terms in it are the node's to tell.
    pub(crate) fn take_included(
        &mut self,
        index: usize,
        path: &Path,
        text: &[u8],
        is_brought: impl Fn(&str) -> bool,
    ) {
        if let Some(include) = self.includes.get_mut(index) {
            include.is_read = true;
        }
        self.has_mnesia_directory |= sets_mnesia_directory(text);
        self.relative
            .extend(relative::in_terms(path, text, is_brought));
    }
}

/// Returns whether a text of Erlang terms configures a directory for mnesia.
pub(crate) fn sets_mnesia_directory(text: &[u8]) -> bool {
    let terms = term::parse(text).unwrap_or_default();
    let mnesia = terms.first().and_then(|list| list.property("mnesia"));
    mnesia.is_some_and(|mnesia| mnesia.property("dir").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_of_mnesia() {
        for (text, expected) in [
            ("[{mnesia, [{dir, \"/var/lib/o/mnesia\"}]}].", true),
            ("[{mnesia, [{dump_log_write_threshold, 9}]}].", false),
            ("[{other, [{dir, \"/tmp\"}]}].", false),
            ("[{mnesia, [{dir, ", false),
            ("[].", false),
        ] {
            assert_eq!(sets_mnesia_directory(text.as_bytes()), expected, "{text}");
        }
    }
}
