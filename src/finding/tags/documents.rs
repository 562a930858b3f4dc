//! Findings about documents by the rules of Debian Policy.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// There is no copyright file, or it cannot be found as one.
    ///
    /// Each package says in /usr/share/doc/NAME/copyright who may do what with it, as a file of its own and
    /// not compressed (Debian Policy 12.5).
    ///
    /// Give `license` and `copyright` in `[package]`: then the file is made.
    COPYRIGHT_MISSING: Info = "copyright-missing", debian Error,
        lintian "no-copyright-file" "copyright-file-compressed" "copyright-file-is-symlink";

    /// There is no changelog.
    ///
    /// `apt changelog` and people look for changelog.gz or changelog.Debian.gz in /usr/share/doc/NAME (Debian Policy 12.7).
    ///
    /// Give `changelog` in `[package]`, or leave it to reldeb to write an entry.
    CHANGELOG_MISSING: Info = "changelog-missing", debian Error,
        lintian "no-changelog"
            "debian-changelog-file-missing-or-wrong-name";

    /// A document that is to be compressed is not, or one that is not to be is.
    ///
    /// Changelogs, manual pages and info documents are compressed by gzip (Debian Policy 12.1), which saves
    /// their space on every machine.
    ///
    /// Compress it with `gzip -9n`.
    DOCUMENT_COMPRESSION: Info = "document-compression", debian Error,
        lintian "changelog-file-not-compressed" "uncompressed-manual-page" "wrong-compression-in-manual-page"
            "info-document-not-compressed" "info-document-not-compressed-with-gzip" "debian-news-file-not-compressed";

    /// A document is executable, empty, or does not belong to root.
    ///
    /// It was copied with the mode that it had elsewhere.
    ///
    /// Give documents mode 0644, and leave out empty ones.
    DOCUMENT_MODE: Info = "document-mode", debian Warning,
        lintian "executable-in-usr-share-doc" "executable-manual-page" "zero-byte-file-in-doc-directory"
            "bad-owner-for-doc-file" "file-directly-in-usr-share-doc";

    /// A manual page is where man(1) does not find it, or has another section than its directory.
    ///
    /// Pages lie as `man1/NAME.1.gz` (Debian Policy 12.1).
    ///
    /// Rename the page.
    MANUAL_PAGE_PLACE: Warning = "manual-page-place", debian Error,
        lintian "wrong-name-for-manual-page" "odd-place-for-manual-page" "wrong-manual-section" "stray-folder-in-manual";

    /// A command has no manual page.
    ///
    /// Each command of /usr/bin has a page (Debian Policy 12.1).
    ///
    /// Write one, or let `completions` or help2man(1) make one from `--help`.
    MANUAL_PAGE_MISSING: Info = "manual-page-missing", debian Warning, lintian "no-manual-page";

    /// A file for other people than those of the machine is packed.
    ///
    /// How to build and install the program, or how to use it on another system, is of no use once it is
    /// installed.
    ///
    /// Leave it out with `exclude`.
    DOCUMENT_FOR_OTHERS: Info = "document-for-others", debian Warning,
        lintian "package-contains-upstream-installation-documentation" "package-contains-readme-for-other-platform-or-distro";

    /// The license is spelled out, where the machine has its text.
    ///
    /// Licenses such as the GPL and Apache 2.0 are in /usr/share/common-licenses.
    ///
    /// Name that file in the copyright file, by its full name and version.
    LICENSE_SPELLED_OUT: Info = "license-spelled-out", debian Error,
        lintian "copyright-file-contains-full-gpl-license" "copyright-file-contains-full-apache-2-license"
            "copyright-file-contains-full-gfdl-license"
            "copyright-refers-to-compressed-license" "copyright-refers-to-old-directory";
}
