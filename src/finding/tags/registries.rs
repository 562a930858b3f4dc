//! Findings about entries in the registries of a Debian system.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// cron ignores a file of the package.
    ///
    /// It reads files in `/etc/cron.d` whose names are of letters, digits, `_` and `-`, which nobody but
    /// root can write, and whose last line ends. A line that it cannot read makes it ignore the whole file: one
    /// has five fields or a word such as `@daily`, then a user, then the command. Files in `/etc/cron.daily` and
    /// its siblings must be executable. It says nothing of the others: the job never runs.
    ///
    /// Do what the hint says.
    CRON_FILE_IGNORED: Error = "cron-file-ignored";

    /// logrotate ignores a file of the package.
    ///
    /// It passes over names of copies, such as `NAME.bak`, over files that others than root can write, and over
    /// entries that it cannot read or whose log has another: the logs grow until the disk is full.
    ///
    /// Do what the hint says.
    LOGROTATE_FILE_IGNORED: Error = "logrotate-file-ignored";

    /// sudo ignores or refuses a file of the package.
    ///
    /// It passes over names in `/etc/sudoers.d` with a dot in them or a `~` at their end, and asks for
    /// files that are root's with mode 0440 (sudoers(5)): the rules never count, and where others than
    /// root can write one, sudo says so at every call.
    ///
    /// Do what the hint says.
    SUDOERS_FILE_IGNORED: Error = "sudoers-file-ignored";

    /// systemd-sysusers refuses a file of the package.
    ///
    /// It reads nothing of a file with a line that it cannot read (sysusers.d(5)): the user is not made, postinst
    /// fails, and the package stays half configured. `u!` is known since systemd 257: an error where `suites` has one
    /// with an older systemd, a warning where there are no `suites`.
    ///
    /// Correct the line.
    SYSUSERS_FILE_REFUSED: Error = "sysusers-file-refused";

    /// systemd-tmpfiles passes over a line of the package.
    ///
    /// It says so in the journal at each start (tmpfiles.d(5)), and makes nothing: a service that needs the
    /// directory fails.
    ///
    /// Correct the line.
    TMPFILES_LINE_IGNORED: Warning = "tmpfiles-line-ignored";

    /// Entries of tmpfiles.d(5) are made by systemd alone.
    ///
    /// The maintainer scripts run `systemd-tmpfiles` where the machine has it. Where it has not, nothing
    /// is made, and nothing said. Warning where the service has an init script, too, else info.
    ///
    /// Make the directories in a hook, or depend on `systemd | systemd-tmpfiles`.
    TMPFILES_WITHOUT_SYSTEMD: Warning = "tmpfiles-without-systemd";

    /// The package waits for a trigger, and does nothing then.
    ///
    /// dpkg runs its postinst with `triggered` (deb-triggers(5)), which ends at once.
    ///
    /// Write a hook `on-trigger`, or leave the interest out.
    TRIGGER_WITHOUT_HOOK: Warning = "trigger-without-hook";
}
