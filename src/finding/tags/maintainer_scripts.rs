//! Findings about maintainer scripts by the rules of Debian Policy.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A maintainer script is run by a program that may not be there.
    ///
    /// preinst and postrm can count on the shell and on Perl alone (Debian Policy 7.2).
    ///
    /// Write it for `/bin/sh`.
    SCRIPT_RUN_BY: Warning = "script-run-by", debian Error,
        lintian "control-interpreter-in-usr-local" "control-interpreter-without-depends" "control-interpreter-without-predepends" "forbidden-postrm-interpreter" "unknown-control-interpreter" "unusual-control-interpreter";

    /// A maintainer script goes on when a command fails.
    ///
    /// The package counts as installed, though it is not (Debian Policy 10.4).
    ///
    /// Write `set -e` below its first line.
    SCRIPT_IGNORES_ERRORS: Warning = "script-ignores-errors", lintian "maintainer-script-ignores-errors";

    /// A maintainer script for `/bin/sh` uses what only bash has.
    ///
    /// Debian's `/bin/sh` is dash: it fails there, or does something else.
    ///
    /// Write what POSIX has, or `#!/bin/bash` into its first line.
    SCRIPT_BASHISM: Warning = "script-bashism", lintian "possible-bashism-in-maintainer-script";

    /// A maintainer script starts or stops a service by itself.
    ///
    /// The machine may have another init system, be a chroot, or have a policy against it.
    ///
    /// Use deb-systemd-invoke(1) and invoke-rc.d(8) where they are there, as reldeb's own scripts do.
    SCRIPT_CALLS_MANAGER: Warning = "script-calls-manager",
        lintian "maintainer-script-calls-systemctl" "maintainer-script-calls-service" "maintainer-script-calls-start-stop-daemon"
            "maintainer-script-calls-init-script-directly";

    /// A maintainer script calls a program that is of another package.
    ///
    /// Nothing says that it is there: `adduser` is not on a minimal machine, `ucf` on few.
    ///
    /// Name its package in `depends`, or do without where it is missing.
    SCRIPT_NEEDS_PACKAGE: Warning = "script-needs-package",
        lintian "maintainer-script-needs-depends-on-adduser" "maintainer-script-needs-depends-on-ucf"
            "maintainer-script-needs-depends-on-update-inetd" "maintainer-script-needs-depends-on-xml-core"
            "maintainer-script-needs-depends-on-xfonts-utils";

    /// A maintainer script changes what is another's.
    ///
    /// It edits a file of another package or of the sysadmin's, calls ldconfig(8), makes devices, removes them, or asks
    /// the user without debconf.
    ///
    /// Ship a file of your own in the directory that the other package reads, or let a trigger do the work.
    SCRIPT_CHANGES_OTHERS: Warning = "script-changes-others", debian Error,
        lintian "maintainer-script-modifies-inetd-conf" "maintainer-script-changes-netbase" "maintainer-script-changes-ld-so-conf"
            "maintscript-calls-ldconfig" "mknod-in-maintainer-script" "maintainer-script-removes-device-files"
            "read-in-maintainer-script" "install-info-used-in-maintainer-script";

    /// A maintainer script registers something in a way that it cannot take back, or against the sysadmin.
    ///
    /// `update-alternatives --set`, and `--remove` in postrm, go over the sysadmin's choice; `dpkg-statoverride` without a
    /// look at what is there does as well; `dpkg-divert --local` is the sysadmin's own. An alternative or a diversion of a
    /// file of systemd hides what the sysadmin expects there (Debian Policy 3.9).
    ///
    /// Use `--install` in postinst and `--remove` in prerm, or `[alternatives]`; ask `dpkg-statoverride --list` first; divert with
    /// `--package`; change units, rules of udev and the like by drop-ins.
    SCRIPT_REGISTERS_WRONGLY: Warning = "script-registers-wrongly",
        lintian "maintainer-script-sets-alternative-improperly" "postrm-removes-alternative" "unconditional-use-of-dpkg-statoverride"
            "package-uses-local-diversion" "systemd-alternatives" "systemd-diversion";

    /// A maintainer script still has a word for debhelper.
    ///
    /// Where `#DEBHELPER#` stands, debhelper would have put code. It has not run.
    ///
    /// Take the line out, or let reldeb put its part there with `[scripts]`.
    SCRIPT_TOKEN: Warning = "script-token";
}
