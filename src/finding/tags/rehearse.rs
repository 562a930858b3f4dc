//! Findings about a package that lives in a throwaway system.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// dpkg fails in a rehearsal.
    ///
    /// A maintainer script ended with another status than 0. dpkg leaves the package half installed
    /// or half removed, and apt refuses further work until somebody repairs it.
    ///
    /// The last lines of dpkg are in the report. Let the script end with 0 wherever the machine is as
    /// it should be afterwards.
    DPKG_FAILED: Error = "dpkg-failed";

    /// A script cannot run twice.
    ///
    /// dpkg runs a script again after it was interrupted, after a failure, and when the same version
    /// is installed again. It must do what is not done yet, and pass over the rest.
    ///
    /// Ask before you make: `mkdir -p`, `getent passwd NAME || adduser …`.
    SCRIPT_NOT_IDEMPOTENT: Error = "script-not-idempotent";

    /// A script does not end.
    ///
    /// It waits for an answer that nobody gives, or for a service that never comes. An unattended
    /// upgrade stands still for ever.
    ///
    /// Ask by debconf, and wait for a limited time. `--limit` gives dpkg more time.
    TIME_LIMIT: Error = "time-limit";

    /// A service does not run where it should.
    ///
    /// It fails after the installation, or it ran before a step and does not after it.
    ///
    /// Let the scripts start it again at each `configure`, also after an upgrade that failed.
    SERVICE_NOT_READY: Error = "service-not-ready";

    /// dpkg asks about a configuration file that nobody edited.
    ///
    /// A script of the package changed a conffile, or one version ships what another made by a script.
    /// Everybody is asked at an upgrade, and an unattended one fails.
    ///
    /// Make the file by a script or ship it as a conffile, never both.
    CONFFILE_QUESTION: Error = "conffile-question";

    /// State or an edited configuration file is lost before the purge.
    ///
    /// Only a purge may take what the service or the administrator wrote.
    ///
    /// Remove it in `postrm purge` alone.
    STATE_LOST: Error = "state-lost";

    /// A directory does not get the mode or owner that the new version gives it.
    ///
    /// dpkg leaves the mode and owner of a directory that is there as they are. After an upgrade, files in it
    /// may be read by more or fewer users than after an installation.
    ///
    /// Set mode and owner in `postinst` where the version before had others.
    DIRECTORY_MODE_KEPT: Error = "directory-mode-kept";

    /// A user or group is gone, or has another number.
    ///
    /// Files that it owned belong to nobody, or to the next account that gets its number.
    ///
    /// Make accounts where they are missing, and never remove them at an upgrade or a removal.
    ACCOUNT_REMOVED: Error = "account-removed";

    /// A process of the package runs on after its removal.
    ///
    /// Its files are gone, and the next start may meet its port or its lock.
    ///
    /// Stop the service in `prerm`, and all that it started.
    PROCESS_LEFT: Error = "process-left";

    /// A file is left after the purge.
    ///
    /// dpkg does not know it, and no later version cleans up behind this one.
    ///
    /// Remove it in `postrm purge`.
    LEFT_BEHIND: Error = "left-behind";

    /// A link that starts a service is left after the purge.
    ///
    /// The init complains at each boot, and a package that brings the same name is started unasked.
    ///
    /// Let debhelper's `deb-systemd-helper` or `update-rc.d` make and remove it.
    UNIT_LINK_LEFT: Error = "unit-link-left";

    /// A file of the system is changed or gone after the purge.
    ///
    /// It belongs to another package or to the administrator, and dpkg cannot bring it back.
    ///
    /// Use a folder for fragments (`/etc/NAME.d`), an alternative or a diversion.
    OTHER_FILE_CHANGED: Error = "other-file-changed";

    /// A file is made at the installation that the package does not list.
    ///
    /// A script or the service made it. `dpkg -S` does not know whose it is.
    ///
    /// Nothing, where the purge removes it.
    NOT_IN_PLAN: Info = "not-in-plan";
}
