//! Findings about an upgrade from a package that is already installed somewhere.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// The previous package has another name.
    ///
    /// dpkg upgrades a package only by one of the same name; another one is installed beside it, and
    /// where both have a file, dpkg refuses it.
    ///
    /// Name the older package of this name. To take the place of another package, name it in
    /// `replaces`, `breaks` and `provides` (Debian Policy 7.6).
    PREVIOUS_OTHER_PACKAGE: Warning = "previous-other-package";

    /// The previous package has another architecture.
    ///
    /// apt takes a package of another architecture for another package, unless the machine has only
    /// one of them enabled.
    ///
    /// Compare with the package that the machines have.
    PREVIOUS_OTHER_ARCHITECTURE: Warning = "previous-other-architecture";

    /// The version is not higher than that of the previous package.
    ///
    /// apt installs what has the highest version (deb-version(7)): machines would keep the old package.
    ///
    /// Raise the version, or the `revision` where the release is the same.
    VERSION_NOT_HIGHER: Warning = "version-not-higher";

    /// A conffile of the previous package is gone.
    ///
    /// dpkg leaves it on the machine, with what the sysadmin wrote into it, but the new version does
    /// not read it: settings are silently lost. Where the new version has the path as a plain file, a link or a
    /// directory, dpkg puts that in its place, and keeps no copy.
    ///
    /// Say in `[conffiles]` that it was `removed` or `renamed`: then the maintainer scripts move it as
    /// dpkg-maintscript-helper(1) does.
    CONFFILE_GONE: Warning = "conffile-gone";

    /// A directory of the previous package is a link now.
    ///
    /// dpkg keeps a directory that is there, installs no link, and says nothing: the package works on
    /// new machines alone.
    ///
    /// Write the line of the hint into `[conffiles]`. Below the release the maintainer scripts do it
    /// unasked.
    DIRECTORY_BECOMES_LINK: Warning = "directory-becomes-link";

    /// A link of the previous package is a directory now.
    ///
    /// dpkg follows the link that is there, and unpacks the files of the directory where it leads.
    ///
    /// Write the line of the hint into `[conffiles]`. Below the release the maintainer scripts do it
    /// unasked.
    LINK_BECOMES_DIRECTORY: Warning = "link-becomes-directory";

    /// A unit of the previous package is gone.
    ///
    /// Nothing of the new version knows of it: a service, socket or timer that runs goes on running
    /// beside the new one, and the links that enabled it stay, also after a purge. Packages with
    /// `[units]` stop and forget such units by themselves.
    ///
    /// Write the lines of the hint into `[hooks]`, or keep the unit's name.
    UNIT_GONE: Warning = "unit-gone";

    /// An alternative of the previous package is gone.
    ///
    /// update-alternatives(1) keeps it, and its link leads to a file that is no longer there, also after
    /// a purge.
    ///
    /// Write the line of the hint into `[alternatives]`, as long as machines may have the older version.
    ALTERNATIVE_GONE: Warning = "alternative-gone";

    /// An Erlang application has a lower version than in the previous package.
    ///
    /// Most often an old build was packed by mistake, or two branches were mixed.
    ///
    /// Look at the dependencies of the project, and build the release anew.
    APPLICATION_GOES_DOWN: Warning = "application-goes-down";

    /// The service needs a variable that the previous version did without.
    ///
    /// Machines that are upgraded have no value for it: the service stops for the upgrade and is not
    /// started again, with a line that tells what to set.
    ///
    /// Have the sysadmins set it beforehand, or give the program a default and leave it out of
    /// `required-environment`.
    REQUIRED_ANEW: Warning = "required-anew";

    /// A secret of the previous version is no longer made.
    ///
    /// Machines that have it keep it in /etc/NAME/secrets, which the service reads only while `secrets`
    /// names one; a new machine has none. What is encrypted or signed with it cannot be read there.
    ///
    /// Leave it in `secrets` while the program reads it.
    SECRET_DROPPED: Warning = "secret-dropped";

    /// The variables in /etc/default/NAME differ from those of the previous version.
    ///
    /// It is a conffile: where a sysadmin has edited it, dpkg asks which one to keep, and an upgrade that
    /// asks nobody keeps the old lines.
    ///
    /// Have the program do with the lines of the older version, or tell the sysadmins.
    DEFAULTS_CHANGED: Warning = "defaults-changed";
}
