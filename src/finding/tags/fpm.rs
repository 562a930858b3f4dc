//! Findings about a command line of fpm.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// An option of fpm has no meaning for a package of Debian.
    ///
    /// It is about another kind of package, or about the way in which fpm works. Nothing follows from
    /// it, with fpm neither.
    ///
    /// Take it out of the command.
    FPM_IGNORED: Info = "fpm-ignored";

    /// Something is done in another way than fpm does it.
    ///
    /// A value is respelled as Debian asks for it, a fault of fpm is not repeated, or something is said
    /// that fpm passes over.
    ///
    /// Write what the message says; then the package is the same.
    FPM_OTHERWISE: Warning = "fpm-otherwise";

    /// Something that the command line of fpm does not say is taken from elsewhere.
    ///
    /// fpm would take the name of the login and of the machine, or the machine's own architecture.
    ///
    /// Give it by its option.
    FPM_DEFAULT: Info = "fpm-default";

    /// Options of fpm come from a file or from the environment.
    ///
    /// The package depends on them as on the command line. `~/.fpm` is not read: another user would build
    /// another package.
    ///
    /// Write them on the command line, or keep the file with the project.
    FPM_OPTIONS: Info = "fpm-options";
}
