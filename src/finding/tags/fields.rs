//! Findings about the control archive by the rules of Debian Policy.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A field that each package needs is missing.
    ///
    /// `Maintainer` and `Description` say whom to ask, and about what; `Section` and `Priority` are what
    /// package managers sort by.
    ///
    /// Write the field.
    FIELD_MISSING: Warning = "field-missing", debian Error, lintian "required-field" "recommended-field";

    /// The package's name is none that Debian Policy allows.
    ///
    /// It has two characters at least, of lower case letters, digits, `+`, `-` and `.`, and begins with a
    /// letter or digit. dpkg-deb does not build others, and dpkg registers them under another name.
    ///
    /// Name it by that rule.
    PACKAGE_NAME_FORM: Error = "package-name-form", lintian "bad-package-name";

    /// A field is empty.
    ///
    /// dpkg takes it, but other tools do not.
    ///
    /// Leave the field out.
    FIELD_EMPTY: Warning = "field-empty", lintian "empty-field";

    /// A field is unknown to Debian.
    ///
    /// Nothing reads it. Other tools write `Vendor` and `License`.
    ///
    /// Leave the field out, or put `XB-` before its name in a source package.
    FIELD_UNKNOWN: Info = "field-unknown", debian Warning, lintian "unknown-field";

    /// A field holds control characters.
    ///
    /// They do something to the terminal of whoever looks at the package.
    ///
    /// Write plain text.
    FIELD_CONTROL_CHARACTERS: Warning = "field-control-characters", lintian "ansi-escape";

    /// The synopsis is empty or says nothing.
    ///
    /// It is the line that a search for packages shows.
    ///
    /// Say in a line what the package is, in more than one word and not by its name alone.
    SYNOPSIS_EMPTY: Info = "synopsis-empty", debian Error,
        lintian "description-synopsis-is-empty" "description-too-short" "description-is-pkg-name";

    /// The synopsis is not in the usual form.
    ///
    /// It is shown behind the package's name, so it does not begin with that or with an article, and has
    /// at most 80 characters (Debian Policy 3.4.1).
    ///
    /// Write it as the end of the sentence "this package is a …".
    SYNOPSIS_FORM: Info = "synopsis-form", debian Warning,
        lintian "description-starts-with-package-name" "description-synopsis-starts-with-article" "synopsis-too-long";

    /// There is a synopsis, but no description.
    ///
    /// Who does not know the package learns nothing about it.
    ///
    /// Write some sentences below the first line of `description`.
    DESCRIPTION_EMPTY: Info = "description-empty", debian Error, lintian "extended-description-is-empty";

    /// The description is not in the usual form.
    ///
    /// It has tabs or lines of more than 80 characters, repeats the synopsis, begins with a blank line or one that is
    /// indented, or names a homepage that has a field of its own (Debian Policy 5.6.13).
    ///
    /// Write paragraphs with a blank line between them, without indentation.
    DESCRIPTION_FORM: Info = "description-form", debian Warning,
        lintian "description-contains-tabs" "description-synopsis-is-duplicated"
            "description-starts-with-leading-spaces" "extended-description-line-too-long"
            "extended-description-contains-empty-paragraph" "description-contains-homepage"
            "description-contains-invalid-control-statement";

    /// Text of a template was not replaced.
    ///
    /// A tool wrote it to be filled in.
    ///
    /// Write what it asks for.
    TEMPLATE_TEXT: Warning = "template-text", debian Error,
        lintian "description-is-dh_make-template" "description-is-debmake-template" "section-is-dh_make-template"
            "copyright-contains-dh_make-todo-boilerplate" "helper-templates-in-copyright";

    /// The maintainer is no name with an address.
    ///
    /// Nobody can be asked about the package.
    ///
    /// Write `Name <address@example.com>`.
    MAINTAINER_FORM: Warning = "maintainer-form", debian Error,
        lintian "malformed-contact" "no-phrase" "root-in-contact" "too-many-contacts" "trailing-comma-in-maintainer-field";

    /// The homepage is no address.
    ///
    /// Package managers offer it to be opened.
    ///
    /// Write a URL that begins with `https://`, and nothing around it.
    HOMEPAGE_FORM: Warning = "homepage-form", lintian "bad-homepage" "superfluous-clutter-in-homepage";

    /// The section or the priority is none of Debian's.
    ///
    /// Package managers have no place for it.
    ///
    /// Take one of the sections of Debian Policy 2.4, such as `net`, and the priority `optional`.
    SECTION_UNKNOWN: Warning = "section-unknown",
        lintian "unknown-section" "unknown-priority" "priority-extra-is-replaced-by-priority-optional";

    /// A relation cannot be what was meant.
    ///
    /// It cannot be read, names the package itself, asks for and against the same package, uses the old
    /// `<` and `>`, or offers alternatives where there are none.
    ///
    /// Correct the field.
    RELATION_FORM: Warning = "relation-form", debian Error,
        lintian "bad-relation" "bad-version-in-relation" "obsolete-relation-form" "package-relation-with-self"
            "conflicts-with-dependency" "alternates-not-allowed";

    /// A package depends on one that every Debian has.
    ///
    /// Essential packages are always there. The relation only makes it harder to replace one by another.
    ///
    /// Leave it out, or name the version that is needed.
    DEPENDS_ON_ESSENTIAL: Info = "depends-on-essential", debian Error,
        lintian "depends-on-essential-package-without-using-version";

    /// A package claims to be essential.
    ///
    /// dpkg does not remove it unless it is forced to, and apt installs it on every machine.
    ///
    /// Leave `Essential` out.
    ESSENTIAL: Error = "essential", lintian "new-essential-package" "essential-no-not-needed" "unknown-essential-value";

    /// The Debian revision is zero, or of an odd form.
    ///
    /// Debian numbers its revisions from 1; 0 stands for what comes before.
    ///
    /// Write `revision = "1"`, or none.
    REVISION_FORM: Info = "revision-form", debian Warning, lintian "debian-revision-is-zero" "debian-revision-not-well-formed";

    /// A package has no files.
    ///
    /// It may have been built from an empty directory.
    ///
    /// Look at what was built. A package of relations alone says so in its description: `metapackage`,
    /// `transitional` or `dummy`.
    PACKAGE_EMPTY: Warning = "package-empty", lintian "empty-binary-package";

    /// A file of the control archive is unknown to dpkg, or empty.
    ///
    /// dpkg keeps it and does nothing with it: the name may be misspelt.
    ///
    /// Leave it out, or correct its name.
    CONTROL_FILE_UNKNOWN: Info = "control-file-unknown", debian Warning,
        lintian "unknown-control-file" "control-file-is-empty" "not-allowed-control-file" "maintainer-script-empty";

    /// A file of the control archive has an unusual mode or owner.
    ///
    /// Scripts have mode 0755, others 0644, and all belong to root.
    ///
    /// Correct the mode.
    CONTROL_FILE_MODE: Warning = "control-file-mode", debian Error,
        lintian "control-file-has-bad-permissions";

    /// A file below /etc is no conffile.
    ///
    /// dpkg replaces what the sysadmin wrote into it at each upgrade, without a question.
    ///
    /// Let it be a conffile, or put it below /usr.
    CONFFILE_NOT_MARKED: Warning = "conffile-not-marked", debian Error, lintian "file-in-etc-not-marked-as-conffile";

    /// A conffile is not where configuration lies.
    ///
    /// Below /usr, nobody looks for what a sysadmin may change, and the file system may be read-only.
    ///
    /// Put it below /etc, or let it be no conffile.
    CONFFILE_ELSEWHERE: Warning = "conffile-elsewhere", debian Error,
        lintian "file-in-usr-marked-as-conffile" "non-etc-file-marked-as-conffile" "file-in-etc-rc.d-marked-as-conffile";

    /// The list of conffiles is wrong.
    ///
    /// It names a path twice, one that is no path, or one that is no file of the package.
    ///
    /// Correct the list.
    CONFFILE_LISTED_WRONGLY: Error = "conffile-listed-wrongly",
        lintian "duplicate-conffile" "missing-conffile" "relative-conffile" "conffile-has-bad-file-type";

    /// A trigger is declared twice, or makes packages wait that need not.
    ///
    /// Without `-noawait`, what uses the trigger is not configured until it has run.
    ///
    /// Write `interest-noawait` or `activate-noawait`, once.
    TRIGGER_FORM: Info = "trigger-form", debian Warning, lintian "repeated-trigger-name" "uses-implicit-await-trigger";

    /// A member of the package is compressed in a way that is out of use, or not at all.
    ///
    /// dpkg will not read lzma and bzip2 for ever, and without compression the package is needlessly large.
    ///
    /// Use xz, zstd or gzip.
    COMPRESSION_OLD: Info = "compression-old", debian Error,
        lintian "lzma-deb-archive" "uses-deprecated-compression-for-data-tarball" "uses-no-compression-for-data-tarball"
            "uses-no-compression-for-control-tarball";
}
