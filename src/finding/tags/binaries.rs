//! Findings about programs, libraries and scripts by the rules of Debian Policy.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A package for every architecture has programs of one.
    ///
    /// `all` says that it runs anywhere.
    ///
    /// Write the `architecture` of the programs.
    PROGRAM_IN_ALL: Error = "program-in-all", lintian "arch-independent-package-contains-binary-or-object";

    /// A program is for another architecture than the package.
    ///
    /// It does not run on the machines that the package can be installed on.
    ///
    /// Build it for the architecture of the package, or correct that.
    PROGRAM_OF_ANOTHER_MACHINE: Warning = "program-of-another-machine", debian Error, lintian "binary-from-other-architecture";

    /// A program or library lies where files are the same on all machines.
    ///
    /// /usr/share can be shared by machines of all kinds, and /etc is for configuration.
    ///
    /// Put it below /usr/lib/NAME.
    PROGRAM_PLACE: Warning = "program-place", debian Error, lintian "arch-dependent-file-in-usr-share" "binary-in-etc";

    /// A program or library has its debug symbols.
    ///
    /// They take most of its space, and nobody needs them to run it.
    ///
    /// Let reldeb strip it, or take them out with strip(1).
    NOT_STRIPPED: Info = "not-stripped", debian Error, lintian "unstripped-binary-or-object";

    /// A program has its libraries in itself.
    ///
    /// Their security updates are the package's own task.
    ///
    /// Link with the libraries of Debian, where it has them.
    LINKED_STATICALLY: Info = "linked-statically", debian Error, lintian "statically-linked-binary";

    /// A program looks for libraries in a directory of its own.
    ///
    /// So it finds those of the package, and misses updates of the same libraries in Debian.
    ///
    /// Link without `-rpath` where Debian has the libraries.
    SEARCH_PATH: Info = "search-path", debian Error, lintian "custom-library-search-path" "relative-library-search-path";

    /// A library has no soname.
    ///
    /// Programs that are linked with it ask for it by its path, and no update can take its place.
    ///
    /// Link it with `-Wl,-soname`.
    LIBRARY_WITHOUT_SONAME: Info = "library-without-soname", debian Error, lintian "sharedobject-in-library-directory-missing-soname";

    /// A library is executable.
    ///
    /// It is loaded, not run.
    ///
    /// Give it mode 0644.
    LIBRARY_EXECUTABLE: Info = "library-executable", debian Error, lintian "shared-library-is-executable";

    /// A library of all programs is not told to the dynamic linker, or something else is.
    ///
    /// What lies where the linker looks for libraries is found when the trigger `ldconfig` has run.
    ///
    /// Write `activate-noawait ldconfig` into `triggers` where there is such a library, and only there.
    LDCONFIG_TRIGGER: Warning = "ldconfig-trigger", debian Error,
        lintian "lacks-ldconfig-trigger" "package-has-unnecessary-activation-of-ldconfig-trigger";

    /// A library of all programs is not offered to other packages.
    ///
    /// Without `shlibs`, packages that are linked with it cannot find out what to depend on.
    ///
    /// Put the library into a private directory, or add `shlibs` to `[control-files]`.
    LIBRARY_NOT_OFFERED: Info = "library-not-offered", debian Error, lintian "no-shlibs";

    /// A program needs the C library, and the package asks for none.
    ///
    /// Nothing holds the package back on a machine whose C library is too old.
    ///
    /// Let `depends` have `auto`.
    LIBC_NOT_ASKED_FOR: Warning = "libc-not-asked-for", debian Error, lintian "missing-dependency-on-libc";

    /// A script is run by a program that is not where its first line says.
    ///
    /// It lies below /usr/local, is not named with its path, or is elsewhere on Debian.
    ///
    /// Write the path that Debian has, such as `#!/usr/bin/perl`.
    INTERPRETER_PATH: Warning = "interpreter-path", debian Error,
        lintian "interpreter-in-usr-local" "interpreter-not-absolute" "wrong-path-for-interpreter"
            "incorrect-path-for-interpreter" "script-without-interpreter";

    /// A command needs an interpreter that the package does not ask for.
    ///
    /// On a machine without it, the command does not start.
    ///
    /// Name its package in `depends`.
    INTERPRETER_NOT_ASKED_FOR: Info = "interpreter-not-asked-for", debian Error,
        lintian "missing-dep-for-interpreter" "python3-script-but-no-python3-dep" "python2-script-but-no-python2-dep"
            "ruby-script-but-no-ruby-dep" "php-script-but-no-php-cli-dep" "tclsh-script-but-no-tclsh-dep"
            "wish-script-but-no-wish-dep";
}
