//! Findings about a repository that is published.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// The page for people could not be written.
    ///
    /// A repository with `repo init --page` writes it after each publication. The packages are published all the
    /// same, and apt does not read the page.
    ///
    /// Write it by `reldeb repo html`, or publish again.
    PAGE_NOT_WRITTEN: Warning = "page-not-written";
}
