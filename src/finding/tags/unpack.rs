//! Findings about a package that is there already: what dpkg says when it unpacks it.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// The control file cannot be parsed.
    ///
    /// dpkg refuses a package whose control file has a line that is neither a field nor its
    /// continuation (Debian Policy 5.1, deb-control(5)).
    ///
    /// Correct the line of the message in what made the package.
    CONTROL_SYNTAX: Error = "control-syntax";

    /// A field is in the control file twice.
    ///
    /// dpkg refuses it (Debian Policy 5.1).
    ///
    /// Leave one of the two out.
    CONTROL_FIELD_TWICE: Error = "control-field-twice";

    /// The control file lacks a field that dpkg needs.
    ///
    /// dpkg unpacks no package without `Package`, `Version` and `Architecture` (deb-control(5)).
    ///
    /// Add the field.
    CONTROL_FIELD_MISSING: Error = "control-field-missing";

    /// The value of a control field is none that dpkg takes.
    ///
    /// dpkg parses names, versions and relations when it unpacks, and stops at the first that it
    /// cannot read (deb-control(5), deb-version(7)).
    ///
    /// Write the value as the message says.
    CONTROL_FIELD: Error = "control-field";

    /// No machine has the architecture of the package.
    ///
    /// dpkg installs packages for `all`, for its own architecture and for those that were added to
    /// it. This one is none that Debian knows.
    ///
    /// Write one that `dpkg-architecture -L` lists.
    CONTROL_ARCHITECTURE: Error = "control-architecture";

    /// The control archive has something other than files with short names.
    ///
    /// dpkg refuses a directory in it, and a name of more than 100 bytes. It takes a link, but what
    /// tools show of it is not what is installed.
    ///
    /// Put only files at the top of the control archive (deb(5)).
    CONTROL_MEMBER: Error = "control-member";

    /// A file of the control archive has a dot in its name, and is not installed.
    ///
    /// dpkg keeps control files as `PACKAGE.NAME` and passes over names with a dot.
    ///
    /// Rename it, or leave it out.
    CONTROL_MEMBER_DOT: Warning = "control-member-dot";

    /// A line of `conffiles` cannot be read.
    ///
    /// Each line is an absolute path, or `remove-on-upgrade` and one (deb-conffiles(5)).
    ///
    /// Correct the line of the message.
    CONFFILES: Error = "conffiles";

    /// A path of the package is one that `conffiles` removes on upgrades.
    ///
    /// dpkg refuses a package that has a file which it says is gone (deb-conffiles(5)).
    ///
    /// Leave the file out, or the `remove-on-upgrade`.
    CONFFILE_REMOVED: Error = "conffile-removed";

    /// A line of `triggers` cannot be read.
    ///
    /// Each line is a directive such as `interest-noawait` or `activate`, and the name of a trigger
    /// (deb-triggers(5)).
    ///
    /// Correct the line of the message.
    TRIGGERS: Error = "triggers";

    /// An entry has a PAX header.
    ///
    /// dpkg reads the tar formats of GNU and of POSIX without PAX extensions (deb(5)).
    ///
    /// Make the archive with `tar --format=gnu`.
    PAX_HEADER: Error = "pax-header";

    /// An entry is of a type that dpkg refuses.
    ///
    /// dpkg makes files, directories, links, devices and pipes of entries, and nothing else
    /// (deb(5)).
    ///
    /// Make the archive with `tar --format=gnu`, without sparse files.
    ENTRY_KIND: Error = "entry-kind";

    /// An entry that is no file claims to have content.
    ///
    /// tar passes over the content, dpkg takes it for the next entries: a package may show other
    /// files to people than it installs.
    ///
    /// Do not install the package unless you know who made it.
    SIZE_WITHOUT_CONTENT: Warning = "size-without-content";

    /// A path has `..` in it.
    ///
    /// dpkg follows it, so the path is not where it seems to be.
    ///
    /// Do not install the package unless you know who made it.
    PATH_OUTSIDE: Error = "path-outside";

    /// A path or name is too long.
    ///
    /// dpkg writes each file as `NAME.dpkg-new` first, which must fit into the 255 bytes of a name.
    ///
    /// Shorten it.
    PATH_TOO_LONG: Error = "path-too-long";

    /// A path has a control character.
    ///
    /// dpkg refuses a line break in it, since its lists of files have a path a line. Others it
    /// takes, and prints as they are, so that a terminal obeys them.
    ///
    /// Rename the file.
    PATH_CONTROL_CHARACTER: Error = "path-control-character";

    /// A path is there twice.
    ///
    /// dpkg keeps the last entry, while people may look at the first. An error where a file comes
    /// first and then a directory, at which dpkg fails.
    ///
    /// Leave one of the two out.
    PATH_TWICE: Warning = "path-twice";

    /// A path lies in a directory that has no entry before it.
    ///
    /// dpkg makes no directories but those of the package: it fails where another package has not
    /// brought this one.
    ///
    /// Put an entry for each directory before what lies in it.
    DIRECTORY_MISSING: Error = "directory-missing", lintian "missing-intermediate-directory";

    /// A path lies in a symlink of the package.
    ///
    /// dpkg makes symlinks after everything else, so the directory is not there when it unpacks the
    /// file.
    ///
    /// Put the path where the symlink leads.
    DIRECTORY_IS_LINK: Error = "directory-is-link";

    /// A path lies in a file of the package.
    ///
    /// A file cannot hold others, so dpkg fails.
    ///
    /// Leave the file out, or make it a directory.
    DIRECTORY_IS_FILE: Error = "directory-is-file";

    /// A symlink leads to an empty name, or to one that is longer than Linux takes.
    ///
    /// symlink(2) refuses both, and so dpkg fails.
    ///
    /// Give it a target of 1 to 4095 bytes.
    SYMLINK_TARGET: Error = "symlink-target";

    /// A hard link leads to no file of the package before it.
    ///
    /// dpkg would link to a file of the machine that is not its own, or fail.
    ///
    /// Put the file before its link.
    HARD_LINK_TARGET: Error = "hard-link-target";

    /// The package has more paths than are looked at.
    ///
    /// Of those beyond 1.8 million only the names were checked, so the other findings are not
    /// complete. A real package has at most some hundred thousand.
    ///
    /// Do not install it unless you know who made it.
    TOO_MANY_PATHS: Error = "too-many-paths";

    /// Bytes lie behind the end of a compressed stream.
    ///
    /// dpkg stops reading at the end of the stream: it passes over a few bytes and fails at many,
    /// and installs none of them. A damaged second member of gzip looks like that.
    ///
    /// Get the package anew; if it is the same, do not install it unless you know who made it.
    BYTES_BEHIND_STREAM: Error = "bytes-behind-stream";

    /// The data archive has no bytes at all.
    ///
    /// dpkg from 1.23.6 on, of Debian 14, refuses it: even an archive without entries has an end.
    ///
    /// Build the package again with tools that write an archive.
    DATA_ARCHIVE_EMPTY: Error = "data-archive-empty";

    /// The package has an odd number of bytes.
    ///
    /// Members of an ar archive start at even places, so the last one needs a byte to fill
    /// (deb(5)). dpkg from 1.23.6 on, of Debian 14, refuses a package without it.
    ///
    /// Build the package again with tools that write the byte.
    ODD_LENGTH: Warning = "odd-length";

    /// A file has another content than `md5sums` says.
    ///
    /// dpkg does not compare them when it installs, but `dpkg --verify` reports the file as
    /// changed. The package was damaged or altered after it was made.
    ///
    /// Get the package anew from where it was published.
    MD5SUM_DIFFERS: Error = "md5sum-differs";

    /// `md5sums` names paths that are no files of the package.
    ///
    /// `dpkg --verify` will report them as missing.
    ///
    /// Make `md5sums` from the files that are packed (deb-md5sums(5)).
    MD5SUMS_PATH: Error = "md5sums-path";

    /// A line of `md5sums` is not a sum, two spaces and a path.
    ///
    /// dpkg passes over it or stops reading, so files are not verified later (deb-md5sums(5)).
    ///
    /// Correct the line of the message.
    MD5SUMS_LINE: Warning = "md5sums-line";

    /// `md5sums` has more lines than are compared.
    ///
    /// Those beyond 1.8 million were not compared, so damage may go unseen.
    ///
    /// Do not install the package unless you know who made it.
    MD5SUMS_TOO_LONG: Error = "md5sums-too-long";

    /// An ELF file is too large to be looked at.
    ///
    /// Files of more than 256 MiB are passed over, so what such a file needs is in no answer.
    ///
    /// Look at it with `readelf -d`.
    ELF_TOO_LARGE: Warning = "elf-too-large";

    /// The package has more ELF files than are looked at.
    ///
    /// The facts of one package may take only so much memory, enough for about 8,000 files. The needs
    /// of the others are in no answer.
    ///
    /// Look at them with `readelf -d`.
    ELF_TOO_MANY: Warning = "elf-too-many";

    /// An ELF file is not looked at, since no temporary file can be written.
    ///
    /// Larger files are copied to a temporary file. What this one needs is in no answer.
    ///
    /// Make room in `/tmp`, or set `TMPDIR` to a folder that has some.
    ELF_NOT_READ: Warning = "elf-not-read";

    /// The package has more links than are looked at.
    ///
    /// A library that is reached by one of the others may be reported as missing.
    ///
    /// Real packages have fewer; do not install it unless you know who made it.
    LINKS_TOO_MANY: Warning = "links-too-many";

    /// The package has more files than are looked at together.
    ///
    /// Each was looked at, but not what they have to do with each other.
    ///
    /// Real packages have fewer; do not install it unless you know who made it.
    FILES_TOO_MANY: Warning = "files-too-many";

    /// `Depends` or `Pre-Depends` cannot be read in full.
    ///
    /// They are too long, or not in the form of Debian Policy 7.1. What they name is not held against
    /// what the ELF files need, so more libraries than really do may seem to be missing.
    ///
    /// Compare them by hand, and have the package built with relations in the form of the policy.
    RELATIONS_NOT_READ: Warning = "relations-not-read";
}
