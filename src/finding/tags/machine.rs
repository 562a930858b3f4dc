//! Findings about what a package registers on the machine by the rules of Debian Policy.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// An init script has no header, or not all of it.
    ///
    /// Without systemd, update-rc.d(8) cannot say when to start it.
    ///
    /// Begin it with `### BEGIN INIT INFO`, with `Provides`, `Required-Start`, `Required-Stop`, `Default-Start` and
    /// `Default-Stop`, and `### END INIT INFO`.
    INIT_HEADER: Warning = "init-header",
        lintian "init.d-script-missing-lsb-section" "init.d-script-missing-lsb-keyword" "init.d-script-has-bad-lsb-line"
            "init.d-script-has-duplicate-lsb-section" "init.d-script-has-unterminated-lsb-section" "init.d-script-has-bad-start-runlevel"
            "init.d-script-has-bad-stop-runlevel" "init.d-script-has-conflicting-start-stop";

    /// An init script lacks an action that each of them has.
    ///
    /// Package managers call `start`, `stop`, `restart` and `force-reload` (Debian Policy 9.3.2).
    ///
    /// Add the action; `force-reload` may be the same as `restart`.
    INIT_ACTIONS: Warning = "init-actions", debian Error, lintian "init.d-script-does-not-implement-required-option";

    /// An init script is not registered, or a script registers one that is not there.
    ///
    /// Only update-rc.d(8) makes the links that start it.
    ///
    /// Call `update-rc.d NAME defaults` in postinst, and `update-rc.d NAME remove` in postrm when it is purged.
    INIT_REGISTRATION: Warning = "init-registration", debian Error,
        lintian "script-in-etc-init.d-not-registered-via-update-rc.d" "init.d-script-not-included-in-package"
            "postrm-does-not-call-updaterc.d-for-init.d-script" "preinst-calls-updaterc.d" "prerm-calls-updaterc.d";

    /// An init script has no unit beside it.
    ///
    /// systemd makes a poor one of it at each start, and newer versions no longer do.
    ///
    /// Add a unit of the same name.
    INIT_WITHOUT_UNIT: Warning = "init-without-unit", debian Error,
        lintian "omitted-systemd-service-for-init.d-script" "missing-systemd-service-for-init.d-script"
            "missing-systemd-service-for-init.d-rcS-script";

    /// An init script is not executable, or no conffile.
    ///
    /// It is not run, or the sysadmin's changes to it are lost at the next upgrade.
    ///
    /// Give it mode 0755, and let it be a conffile.
    INIT_MODE: Warning = "init-mode", debian Error,
        lintian "non-standard-file-permissions-for-etc-init.d-script" "init.d-script-not-marked-as-conffile";

    /// A unit lies where units of packages do not.
    ///
    /// /etc/systemd/system is the sysadmin's; what lies there cannot be changed by a drop-in alone.
    ///
    /// Put units into /usr/lib/systemd/system.
    UNIT_PLACE: Warning = "unit-place", debian Error,
        lintian "systemd-service-in-odd-location" "misplaced-systemd-tmpfiles";

    /// A unit uses a directive or value that is out of use.
    ///
    /// systemd warns of it at each start, or no longer knows it.
    ///
    /// Write what the message says.
    UNIT_OUT_OF_USE: Warning = "unit-out-of-use",
        lintian "systemd-service-file-refers-to-obsolete-target" "systemd-service-file-refers-to-obsolete-bindto"
            "systemd-service-file-uses-deprecated-syslog-facility" "kill-mode-none" "systemd-service-alias-without-extension" "systemd-service-file-wraps-init-script";

    /// A unit runs as `nobody` or `nogroup`.
    ///
    /// These are the users of what belongs to nobody: a service with their rights can reach what others with
    /// them left behind.
    ///
    /// Give it a user of its own, or `DynamicUser=yes`.
    UNIT_AS_NOBODY: Warning = "unit-as-nobody", lintian "systemd-service-file-uses-nobody-or-nogroup";

    /// A job of cron has a name or mode with which it does not run.
    ///
    /// cron ignores files with a dot in their name, those of /etc/cron.d that others can write or that are executable, and
    /// scripts of /etc/cron.daily that are not.
    ///
    /// Rename it, and give it mode 0644 in /etc/cron.d and 0755 elsewhere.
    CRON_FORM: Warning = "cron-form", debian Error,
        lintian "run-parts-cron-filename-contains-illegal-chars" "bad-permissions-for-etc-cron.d-script";

    /// A file of sudo has another mode than 0440.
    ///
    /// sudo wants it readable by root and its group alone.
    ///
    /// Give it mode 0440.
    SUDOERS_MODE: Warning = "sudoers-mode", debian Error, lintian "bad-perm-for-file-in-etc-sudoers.d";

    /// A file of configuration lies where another program does not read it, or only the sysadmin puts files.
    ///
    /// udev and D-Bus have directories below /usr for packages; modprobe reads files that end in `.conf`; what is in
    /// /etc/skel is copied to new users once.
    ///
    /// Put it into /usr/lib/udev/rules.d, /usr/share/dbus-1 or /usr/lib/modprobe.d.
    REGISTRY_PLACE: Info = "registry-place", debian Error,
        lintian "udev-rule-in-etc" "dbus-policy-in-etc" "non-conf-file-in-modprobe.d" "package-contains-file-in-etc-skel"
            "package-installs-deprecated-upstart-configuration" "executable-desktop-file";
}
