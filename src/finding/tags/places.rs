//! Findings about paths and modes by the rules of Debian Policy and the Filesystem Hierarchy Standard.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A path lies where only the sysadmin or the machine puts files.
    ///
    /// /usr/local, /home, /root, /srv, /mnt, /tmp, /run and /var/www are not for packages (Debian Policy 9.1). Where one of
    /// them is made at each start, the file is gone after the next one.
    ///
    /// Put it below /usr/lib/NAME, /opt/NAME or /var/lib/NAME. What must be in /run, let tmpfiles.d or
    /// `RuntimeDirectory=` make at each start.
    PLACE_OF_SYSADMIN: Warning = "place-of-sysadmin", debian Error,
        lintian "dir-in-usr-local" "file-in-usr-local" "dir-or-file-in-home" "dir-or-file-in-srv" "dir-or-file-in-mnt"
            "dir-or-file-in-tmp" "dir-or-file-in-run" "dir-or-file-in-var-run" "dir-or-file-in-var-lock"
            "dir-or-file-in-var-www" "dir-or-file-in-etc-opt" "dir-or-file-in-build-tree";

    /// A path lies below /opt.
    ///
    /// It is the place of software from elsewhere, so packages for Debian's own archive do not use it.
    ///
    /// For a package of Debian, use /usr/lib/NAME.
    PLACE_OPT: Info = "place-opt", debian Error, lintian "dir-or-file-in-opt";

    /// A path lies in no directory of the Filesystem Hierarchy Standard.
    ///
    /// Backups, quotas, read-only mounts and people expect files where others have them.
    ///
    /// Put programs below /usr, /opt/NAME or /usr/lib/NAME, state below /var/lib/NAME.
    PLACE_UNKNOWN: Warning = "place-unknown",
        lintian "non-standard-toplevel-dir" "non-standard-dir-in-usr" "non-standard-dir-in-var" "FSSTND-dir-in-usr"
            "FSSTND-dir-in-var" "file-in-unusual-dir" "subdir-in-bin" "subdir-in-usr-bin" "file-directly-in-usr-share"
            "use-of-compat-symlink" "package-installs-into-etc-rc.d"
            "package-installs-file-to-usr-x11r6";

    /// A file belongs to a user or group that no machine has.
    ///
    /// Its number is not one that Debian gives out for all machines (Debian Policy 9.2), so another account, or
    /// nobody, owns it there.
    ///
    /// Let root own the file, or name an `owner` that a script makes.
    OWNER_UNKNOWN: Warning = "owner-unknown", debian Error, lintian "wrong-file-owner-uid-or-gid";

    /// A file or directory has an unusual mode.
    ///
    /// Usual are 0644 for files, 0755 for programs and directories (Debian Policy 10.9).
    ///
    /// If it is not meant, leave the `mode` out.
    MODE_UNUSUAL: Info = "mode-unusual", debian Warning,
        lintian "non-standard-file-perm" "non-standard-dir-perm" "non-standard-executable-perm" "executable-is-not-world-readable";

    /// A file is executable, but neither a program nor a script.
    ///
    /// The kernel cannot start it; or it is a script without its first line.
    ///
    /// Take the bit away, or write `#!/bin/sh` into its first line.
    EXECUTABLE_WITHOUT_PROGRAM: Info = "executable-without-program", debian Warning, lintian "executable-not-elf-or-script";

    /// A script is not executable.
    ///
    /// Its first line says how it is run, but it cannot be.
    ///
    /// Give it mode 0755, or leave its first line out.
    SCRIPT_NOT_EXECUTABLE: Info = "script-not-executable", debian Warning, lintian "script-not-executable";

    /// A program of /usr/bin is empty.
    ///
    /// It does nothing, and says that all went well.
    ///
    /// Look at what was built.
    PROGRAM_EMPTY: Error = "program-empty", lintian "zero-byte-executable-in-path";

    /// A command is named for the language that it is written in.
    ///
    /// Other programs call it by its name, so the language could never be changed (Debian Policy 10.4).
    ///
    /// Leave `.sh`, `.pl` or `.py` out of the name.
    COMMAND_WITH_LANGUAGE: Info = "command-with-language", debian Warning, lintian "script-with-language-extension";

    /// A path has an odd name.
    ///
    /// It is no UTF-8, ends in a blank, begins with `-`, is `*`, or holds wildcards: people and scripts that
    /// meet it do something else than they meant.
    ///
    /// Rename the file.
    NAME_ODD: Warning = "name-odd",
        lintian "file-name-ends-in-whitespace" "file-name-contains-wildcard-character" "star-file" "hyphen-file"
            "shipped-file-without-utf8-name" "file-name-in-PATH-is-not-ASCII";

    /// A file is left over from an editor, a version control system, a test or another system.
    ///
    /// Nobody needs it, and it may tell what was not to be told, as `.git` does.
    ///
    /// Leave it out with `exclude`.
    FILE_LEFT_OVER: Warning = "file-left-over",
        lintian "backup-file-in-package" "nfs-temporary-file-in-package" "package-contains-vcs-control-dir"
            "package-contains-vcs-control-file" "svn-commit-file-in-package" "macos-ds-store-file-in-package"
            "macos-resource-fork-file-in-package" "windows-thumbnail-database-in-package" "package-contains-thumbnails-dir"
            "package-contains-xvpics-dir" "package-contains-npm-ignore-file" "package-contains-eslint-config-file"
            "package-contains-python-coverage-file" "package-contains-python-hypothesis-example"
            "package-contains-sass-cache-directory" "package-contains-bts-control-dir";

    /// A file that the machine makes from those of all packages is in this one.
    ///
    /// dpkg refuses it where another package has it too, or it hides what others brought.
    ///
    /// Leave it out: triggers make it when the package is installed.
    FILE_OF_TRIGGERS: Error = "file-of-triggers",
        lintian "package-contains-mime-cache-file" "package-contains-mimeinfo.cache-file"
            "package-contains-icon-cache-in-generic-dir" "package-contains-info-dir-file"
            "package-contains-compiled-glib-schema";

    /// A path is neither file, directory nor link.
    ///
    /// Devices, pipes and sockets are made on the machine (Debian Policy 10.6).
    ///
    /// Let tmpfiles.d or the service make it.
    FILE_SPECIAL: Error = "file-special", lintian "special-file";

    /// A file has a second name in another directory.
    ///
    /// A hard link cannot be unpacked where the two directories are on different disks.
    ///
    /// Use a symlink.
    HARD_LINK_ELSEWHERE: Info = "hard-link-elsewhere", debian Warning, lintian "package-contains-hardlink";

    /// A symlink is not written in the usual form.
    ///
    /// Within one directory below the root, links are relative, and between two of them absolute (Debian
    /// Policy 10.5): then they hold where a directory is mounted elsewhere. Detours such as `../x/y` from `x`, doubled
    /// slashes and one at the end are left out.
    ///
    /// Write the shortest target of that form.
    SYMLINK_FORM: Info = "symlink-form", debian Warning,
        lintian "absolute-symlink-in-top-level-folder" "relative-symlink" "lengthy-symlink" "symlink-has-double-slash"
            "symlink-ends-with-slash" "symlink-contains-spurious-segments" "compressed-symlink-with-wrong-ext";

    /// A symlink cannot lead where it was meant to.
    ///
    /// It leads to itself, above the root, below /tmp or the directory of a build, or has a wildcard in it.
    ///
    /// Correct its target.
    SYMLINK_LOST: Warning = "symlink-lost", debian Error,
        lintian "symlink-is-self-recursive" "symlink-has-too-many-up-segments" "symlink-target-in-tmp"
            "symlink-target-in-build-tree" "package-contains-broken-symlink-wildcard" "package-contains-unsafe-symlink";

    /// A path lies in /bin, /sbin or /lib.
    ///
    /// On every machine these are links to the directories below /usr. dpkg knows the path by this name alone,
    /// and can lose the file when it moves between packages.
    ///
    /// Put it below /usr.
    PLACE_ALIASED: Info = "place-aliased", debian Warning,
        lintian "aliased-location";

    /// A file is in the package twice, in /bin, /sbin or /lib and below /usr.
    ///
    /// On every machine both are one path, since the former directories are links to the latter. dpkg fails in the
    /// middle of unpacking the package.
    ///
    /// Leave the one outside of /usr out.
    PLACE_TWICE: Error = "place-twice",
        lintian "file-in-root-and-usr" "library-in-root-and-usr";

    /// The package sets up apt.
    ///
    /// It decides where all other packages come from. One that does nothing else, named `…-archive-keyring`, is no
    /// finding.
    ///
    /// Let a package of its own do so, or tell the sysadmin.
    APT_SETUP: Warning = "apt-setup", debian Error,
        lintian "package-installs-apt-sources" "package-installs-apt-preferences" "package-installs-apt-keyring";

    /// The package changes where all programs look for libraries.
    ///
    /// A library in /etc/ld.so.conf.d comes before those of Debian for every program of the machine.
    ///
    /// Let the programs find their own libraries by `$ORIGIN`.
    LIBRARIES_OF_ALL: Warning = "libraries-of-all", debian Error, lintian "package-modifies-ld.so-search-path";
}
