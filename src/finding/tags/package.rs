//! Findings about the paths of the package that is made, and how they are packed.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// Files that are private here for a strict umask become readable by all.
    ///
    /// Their owner alone can read them on this machine, as a umask of 077 makes all files. Taken as
    /// they are, the service could not read its own program.
    ///
    /// To keep a file private, give it a `mode` in `[files]`.
    UMASK: Info = "umask";

    /// A file that is private on this machine becomes readable by root or the service's group.
    ///
    /// It may hold a secret, so it is not opened to everybody. But git does not keep such modes:
    /// built from a fresh clone, the file would be readable by all. Info where the release has it
    /// and the service can read it.
    ///
    /// Write down who may read it with the line of the hint, in `[files]`.
    PRIVATE_FILE: Warning = "private-file";

    /// A private key in the package is readable by all.
    ///
    /// Every user of every machine can copy it, and so can everybody who gets the package.
    ///
    /// Leave it out and let the sysadmin put a key there. If it must be in the package, give it a
    /// `mode` and a `group` in `[files]`, as the hint shows.
    PRIVATE_KEY_READABLE: Warning = "private-key-readable";

    /// A setuid or setgid bit of a file is dropped.
    ///
    /// Such a program runs with the rights of its owner, most often root, whoever starts it
    /// (Debian Policy 10.9). It is not taken over by accident.
    ///
    /// If it is meant, write the mode in `[files]` as the hint shows.
    SETUID_DROPPED: Warning = "setuid-dropped";

    /// A setuid or setgid program, or the capabilities of one, have no effect in the service.
    ///
    /// The unit has `NoNewPrivileges`, with which the kernel ignores both bits, and the capabilities of
    /// files (systemd.exec(5)). A service that runs as root has no use for those of root. A script runs with
    /// the capabilities of its interpreter (execve(2)).
    ///
    /// If the service runs the program, set `NoNewPrivileges = "no"` below `[service.systemd]`. Such a
    /// program has no capability beyond the unit's `CapabilityBoundingSet`, `"~"` is all of them.
    SETUID_WITHOUT_EFFECT: Warning = "setuid-without-effect";

    /// A path of the package lies in a directory that others than root can write.
    ///
    /// dpkg works as root and follows symlinks above a path. Who can write the directory can put a
    /// link there, and have dpkg write where only root may.
    ///
    /// Put the file below `/usr/share/NAME`, and let the service copy it to its state at start.
    PATH_IN_WRITABLE_DIRECTORY: Warning = "path-in-writable-directory";

    /// A directory in the release belongs to the service.
    ///
    /// The unit makes everything but the service's own directories read-only, so the service cannot
    /// write there; and what can change the program's own files can change the program.
    ///
    /// Let the service write below `/var/lib/NAME`.
    WRITABLE_DIRECTORY_IN_RELEASE: Warning = "writable-directory-in-release";

    /// A compiled module cannot be read, and is packed as it is.
    ///
    /// It is damaged, so the emulator most likely cannot load it either, and the code that needs it
    /// fails at run time.
    ///
    /// Build it again. If it is meant to be like that, `strip = false` below `[release]` leaves all
    /// modules alone.
    MODULE_NOT_STRIPPED: Warning = "module-not-stripped";

    /// An ELF file keeps its debug symbols.
    ///
    /// The file has a form from which they cannot be taken without a change of what is loaded, or
    /// it is too large. It works, but the package is larger.
    ///
    /// Link it again, or take the symbols out with strip(1) when the release is built.
    SYMBOLS_NOT_STRIPPED: Warning = "symbols-not-stripped";

    /// An ELF file has no build ID, and keeps its debug symbols.
    ///
    /// Debuggers find separate symbols by the build ID of the program.
    ///
    /// Link it with `--build-id`; with rustc by `-C link-arg=-Wl,--build-id`.
    NO_BUILD_ID: Warning = "no-build-id";

    /// There are no debug symbols for a package of their own.
    ///
    /// `debug-symbols = "package"` asks for `NAME-dbgsym`, but no file of the release, or of a package
    /// without one, has symbols that can be packed.
    ///
    /// Build with debug information: `debug = true` in `[profile.release]` of Cargo.toml, `-g` for
    /// a C compiler.
    NO_DEBUG_SYMBOLS: Warning = "no-debug-symbols";

    /// A symlink of the package lies below /etc.
    ///
    /// It is no conffile: dpkg puts it in the place of a file that the sysadmin has there, at every
    /// upgrade and without a question.
    ///
    /// Pack the file itself, or make the link at the first installation, in `after-first-install` of
    /// `[hooks]`.
    SYMLINK_IN_ETC: Warning = "symlink-in-etc";

    /// A conffile has a name of which dpkg makes another.
    ///
    /// dpkg cuts off a blank at the end of a line of `conffiles`, and reads lines of up to 997
    /// bytes. Names that end in `.dpkg-new`, `.dpkg-old`, `.dpkg-dist` or `.dpkg-tmp` are those of
    /// its own copies. The sysadmin's changes would be lost.
    ///
    /// Rename the file.
    CONFFILE_NAME: Error = "conffile-name";

    /// The text of a conffile has the version of ERTS or of an application.
    ///
    /// The next version has another text, so dpkg asks every sysadmin who changed the file; and in a
    /// file that stays as it is, the path is that of a directory which is gone.
    ///
    /// Find the path at run time: `code:priv_dir/1` and `code:lib_dir/1` know it.
    VERSION_IN_CONFFILE: Warning = "version-in-conffile";

    /// The Debian changelog is not in the form of deb-changelog(5).
    ///
    /// `apt changelog`, apt-listchanges and dpkg-parsechangelog do not read it.
    ///
    /// Mend the line, or give the file another name: then reldeb writes an entry.
    CHANGELOG_UNREADABLE: Warning = "changelog-unreadable";

    /// The Debian changelog is that of another package.
    ///
    /// Its newest entry, the first, names it.
    ///
    /// Write the package's name there, or leave the file out.
    CHANGELOG_OF_ANOTHER_PACKAGE: Warning = "changelog-of-another-package";

    /// The newest entry of the Debian changelog is not about this version.
    ///
    /// A sysadmin who looks up what an upgrade brings finds nothing of it.
    ///
    /// Add an entry for the version, as `dch --newversion` does.
    CHANGELOG_OF_ANOTHER_VERSION: Warning = "changelog-of-another-version";

    /// The Debian changelog has a name that ends in `.gz`, but is not compressed by gzip.
    ///
    /// Whatever opens it by its name fails (Debian Policy 12.7).
    ///
    /// Write the target without `.gz`: reldeb compresses it.
    CHANGELOG_NOT_COMPRESSED: Warning = "changelog-not-compressed";

    /// A document has a name that ends in `.gz`, but is not compressed by gzip.
    ///
    /// man(1), info(1) and whatever else opens it by its name show nothing of it (Debian Policy 12.1
    /// to 12.7).
    ///
    /// Write the target without `.gz`: reldeb compresses it.
    DOCUMENT_NOT_COMPRESSED: Warning = "document-not-compressed";

    /// Fewer threads compress than could, since memory is scarce.
    ///
    /// Each thread of xz or zstd needs memory of its own; half of what is available is used. The
    /// package has the same bytes, it only takes longer. A warning where `--threads` asked for
    /// more.
    ///
    /// Take a lower level with `--compression`, or allow the build more memory.
    FEWER_THREADS: Info = "fewer-threads";

    /// Two packages of one manifest have the same path.
    ///
    /// dpkg refuses to unpack the second, since each path that is no directory belongs to one
    /// package (Debian Policy 7.6). What several packages share, they get from the tables that they
    /// share. A directory may be in several, but with one owner and one mode: it has those of the package
    /// that is unpacked first.
    ///
    /// Leave the path to one of them, and let the other depend on it. Where they are never installed
    /// together, write `conflicts`. `replaces` alone lets both be installed, and the path goes with the
    /// one that is removed first. Give a directory the same owner and mode in both.
    PATH_IN_TWO_PACKAGES: Error = "path-in-two-packages";

    /// Two packages of one manifest are at odds about an alternative.
    ///
    /// update-alternatives(1) keeps one link for a name, and refuses a link that is another name's or a
    /// file of a package: the package that is installed second is not configured.
    ///
    /// Give the alternative the same name and link in both, or write `conflicts`.
    ALTERNATIVE_IN_TWO_PACKAGES: Error = "alternative-in-two-packages";

    /// Units of two packages of one manifest have the same name, or one is an instance of the other.
    ///
    /// systemd and Debian's helpers know units by their names alone: the purge of one package stops and
    /// disables the unit of the other.
    ///
    /// Give one of them another name, or write `conflicts`.
    UNIT_IN_TWO_PACKAGES: Error = "unit-in-two-packages";

    /// A package asks for another of the same manifest, or for itself, in a version that it does not have.
    ///
    /// The two could not be installed together. `${binary:Version}` is the version of the package
    /// that asks.
    ///
    /// Write one `version` below the `[package]` that they share, or the version that the other has.
    SIBLING_OF_ANOTHER_VERSION: Error = "sibling-of-another-version";

    /// A package needs another of the same manifest, and cannot be installed with it.
    ///
    /// The two conflict, one breaks the other, or each must be configured before the other: no machine can
    /// install them.
    ///
    /// Leave one of the two relations out.
    SIBLING_IN_CONFLICT: Error = "sibling-in-conflict";

    /// The package has a path that is Debian's, the machine's or the sysadmin's own.
    ///
    /// A file that no package owns, such as `/etc/passwd`, is replaced by dpkg without a word, and so is
    /// one that it knows by another spelling: `/bin/cat` and `/usr/bin/cat` are the same file. A path below
    /// a file, such as `/etc/passwd/x`, puts a directory in its place. The machine may not start again,
    /// and files of the sysadmin are lost.
    ///
    /// Write a path of the package's own.
    PATH_OF_DEBIAN: Error = "path-of-debian";
}
