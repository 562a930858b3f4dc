//! Findings about ELF files: the libraries that they need, and on which suites they run.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// An ELF file is damaged, and packed as it is.
    ///
    /// Its needs of the target machine cannot be read, so they are in no relation, and the kernel or
    /// the loader will most likely refuse the file.
    ///
    /// Build it again, or leave it out with `exclude` below `[release]`.
    ELF_DAMAGED: Warning = "elf-damaged";

    /// A library that an ELF file needs is in no known package, and not in this one.
    ///
    /// The loader ends the program at start: "cannot open shared object file" (ld.so(8)).
    ///
    /// Put it into the package with `bundle-libraries`, leave out what needs it with `exclude`, or
    /// say that something else brings it with `allow-missing-libraries`, all below `[release]`.
    LIBRARY_NOT_FOUND: Error = "library-not-found";

    /// Libraries are in no known package, and one of `Depends` has to bring them.
    ///
    /// `Depends` of a package that is there already names packages of libraries that reldeb does not know, or
    /// others of its own version. Which libraries they have is not known here.
    LIBRARY_LEFT_TO_DEPENDS: Info = "library-left-to-depends";

    /// A library is in the package, but the loader does not look there.
    ///
    /// It looks in `DT_RPATH`, `LD_LIBRARY_PATH`, `DT_RUNPATH` and the folders of the system, in
    /// this order (ld.so(8)). The program does not start.
    ///
    /// Link with a RUNPATH such as `$ORIGIN/../lib`, or set `LD_LIBRARY_PATH` in `environment` of
    /// `[service]`.
    LIBRARY_NOT_SEARCHED: Error = "library-not-searched";

    /// The loader that a program names is on no Debian system.
    ///
    /// The kernel starts the loader of a program's header (ELF's `PT_INTERP`). Where it is missing,
    /// the program fails with "No such file or directory". Alpine's musl and Nix have loaders of
    /// their own.
    ///
    /// Build on Debian, or link statically.
    LOADER_NOT_FOUND: Error = "loader-not-found";

    /// A missing library is allowed by `allow-missing-libraries`.
    ///
    /// It is neither an error nor in `Depends`. What needs it fails on a machine where nothing else
    /// brings it.
    LIBRARY_MAY_BE_MISSING: Info = "library-may-be-missing";

    /// A library is in a Debian package that a minimal system lacks.
    ///
    /// `Depends` has the package, so APT installs it. For a package that needs nothing else, put it
    /// in with `bundle-libraries` below `[release]`.
    LIBRARY_BEYOND_MINIMAL: Info = "library-beyond-minimal";

    /// A library that is to be bundled is not on this machine.
    ///
    /// `bundle-libraries` takes libraries from `library-path` and from the folders of the system.
    ///
    /// Install the package that has it, or name its folder in `library-path` below `[release]`.
    LIBRARY_NOT_BUNDLED: Error = "library-not-bundled";

    /// Libraries of this machine are in the package.
    ///
    /// Debian's security updates do not reach copies (Debian Policy 4.13 asks packages of Debian
    /// not to have any).
    ///
    /// Build and publish the package again whenever this machine gets updates of them.
    LIBRARIES_BUNDLED: Warning = "libraries-bundled";

    /// `Depends` lacks a package that the ELF files need.
    ///
    /// APT then does not install it, and the program does not start where it is missing (Debian
    /// Policy 8.6).
    ///
    /// Add it to `depends` below `[package]`, or write `"auto"` for all that is needed.
    DEPENDS_LACKS: Warning = "depends-lacks";

    /// A relation names a library that has another name on the package's architecture.
    ///
    /// With 64-bit times Debian 13 and Ubuntu 24.04 gave libraries new names, such as `libssl3t64`. On
    /// architectures of 32 bits but i386 the old name is gone, and APT refuses to install the package.
    ///
    /// Name both, `libssl3t64 | libssl3`, or write `"auto"` in `depends` for all that is needed.
    RELATION_RENAMED: Warning = "relation-renamed";

    /// A suite of `suites` lacks what the ELF files need.
    ///
    /// The manifest promises that the package runs there. On such a machine APT refuses to install
    /// it, or the program fails at start.
    ///
    /// Build on the oldest suite of the list, bundle what newer ones have dropped, or take the
    /// suite out of `suites`. `reldeb check` tells all that is lacking.
    SUITE_LACKS: Error = "suite-lacks";

    /// The package runs on no known release of a distribution.
    ///
    /// It needs a library that is newer than all of them have, or that all have dropped.
    ///
    /// Build on the oldest release that it is for, or bundle the library with `bundle-libraries`.
    RUNS_NOWHERE: Warning = "runs-nowhere";

    /// The oldest release of a distribution on which the package runs.
    ///
    /// It follows from the symbol versions that the ELF files need. The message says what the
    /// release before lacks. To have it checked at every build, write `suites` below `[package]`.
    OLDEST_RELEASE: Info = "oldest-release";
}
