//! Findings about the author's units of systemd.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A unit runs a program that is not in the package.
    ///
    /// Nor is it one that every Debian has, or it is not executable, or named without its path. The
    /// unit fails on machines where nothing else brings the program.
    ///
    /// Pack the program, or correct its path. If another package brings it, name that in `depends`.
    UNIT_PROGRAM: Warning = "unit-program";

    /// A unit runs as a user or group that nobody makes.
    ///
    /// systemd refuses to start it where the user is missing (status 217/USER).
    ///
    /// Let `[user]` make it, write `DynamicUser=yes` into the unit, or pack a file for
    /// systemd-sysusers(8) and run that in a hook.
    UNIT_USER: Warning = "unit-user";

    /// A unit starts or needs another one that is not in the package.
    ///
    /// By its name the other unit should be the package's own.
    ///
    /// Add it to `[units]`, or correct the name.
    UNIT_MISSING: Warning = "unit-missing";

    /// A unit works in a directory, or reads a file, that nobody provides.
    ///
    /// systemd refuses to start it (status 200/CHDIR, or `Failed to load environment files`).
    ///
    /// Let the package have it, let `StateDirectory=` or a snippet of tmpfiles.d make it, or write `-` before
    /// a path that may be missing.
    UNIT_PATH: Warning = "unit-path";

    /// A unit of `[files]` goes to the directory of the administrator's units.
    ///
    /// /etc/systemd is where the administrator replaces units of packages. A file there is a conffile, which
    /// stays when the package is removed, and the unit is neither enabled nor started.
    ///
    /// Write it below `[units]`, as the hint shows.
    UNIT_IN_ETC: Warning = "unit-in-etc";

    /// A unit of `[files]` is neither enabled nor started.
    ///
    /// It has an `[Install]` section, so it is meant to be enabled; but `[files]` only puts it there.
    /// Removed, it would run on without its files.
    ///
    /// Write it below `[units]`, as the hint shows.
    UNIT_NOT_REGISTERED: Warning = "unit-not-registered";
}
