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

    /// The object store lets nobody read the repository without a key.
    ///
    /// apt has no key of the store, so that machines get `403 Forbidden` from it.
    ///
    /// Let everybody read what is below the prefix of the repository, or put a server before the bucket that may.
    /// In the second case nothing is wrong.
    REPOSITORY_NOT_READABLE: Warning = "repository-not-readable";
}
