//! Findings about the project, its manifest and what follows from it.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// An exception of `[check]` is of no use any more.
    ///
    /// Nothing in the package has this finding. Where it comes back, nobody would notice.
    ///
    /// Take the line out of `allow`.
    EXCEPTION_UNUSED: Warning = "exception-unused";

    /// The release of the project is not there yet.
    ///
    /// `reldeb init` writes a manifest all the same, with the place where the project's tool will
    /// put the release. What can only be read from a release is left open in it.
    ///
    /// Build the release with the command of the hint, then run `reldeb build`.
    NOT_BUILT: Warning = "not-built";

    /// The maintainer of the package is not known.
    ///
    /// Every package names the person who answers for it: `Maintainer` is mandatory (Debian Policy
    /// 5.6.2), and users see it in `apt show`.
    ///
    /// Set `DEBFULLNAME` and `DEBEMAIL`, or git's `user.name` and `user.email`, and run `reldeb
    /// init` again; or write `maintainer` below `[package]`.
    UNKNOWN_MAINTAINER: Warning = "unknown-maintainer";

    /// The version of the package is not known.
    ///
    /// dpkg and APT compare versions to decide what an upgrade is (Debian Policy 5.6.12). `reldeb
    /// init` writes `0.1.0` where the release does not say its own, or the packages of a Cargo workspace
    /// have several.
    ///
    /// Write `version` below `[package]`, as `{ git = true }` to take it from tags of git, or give
    /// `--version` to `reldeb build`.
    UNKNOWN_VERSION: Warning = "unknown-version";

    /// The project has no manifest, and a proposal takes its place.
    ///
    /// `cargo reldeb` builds a project that says nothing of reldeb, too: from the manifest that
    /// `reldeb init` would write. It is proposed anew by each build, and changes with the project.
    ///
    /// Run `reldeb init`, and keep the `reldeb.toml` that it writes.
    PROPOSED_MANIFEST: Warning = "proposed-manifest";

    /// The package will differ from that of the tool whose manifest was imported.
    ///
    /// `reldeb import` takes over what the other manifest says, but not what would harm the machine or
    /// what Debian does in another way: `docs/import.md` has the reasons.
    ///
    /// Nothing has to be done. The hint says why it is so, and how it can be had otherwise.
    IMPORT_DIFFERS: Warning = "import-differs";

    /// Something of an imported manifest has no equivalent.
    ///
    /// `reldeb import` leaves it out. A comment in the new manifest stands in its place.
    ///
    /// Do what the hint says, or leave it.
    IMPORT_LEFT_OUT: Warning = "import-left-out";

    /// A file in the place of a program has no right to be executed.
    ///
    /// The `rules` of an imported folder `debian` do not call `dh_fixperms`, which would make all files there
    /// executable, or call it so that it leaves the file out. The command is not found by who looks for it.
    ///
    /// Give it `mode = "0755"` in `[files]`, or put it into another folder where it is no program.
    IMPORT_NOT_EXECUTABLE: Warning = "import-not-executable";

    /// An imported package has no file, though the other manifest names some.
    ///
    /// None of them is for a .deb: nfpm packs each where its `packager` and `type` say. A package that only
    /// asks for others is built all the same.
    ///
    /// Write the files below `[files]`, or leave it where the package is to have none.
    IMPORT_EMPTY: Warning = "import-empty";

    /// A link leads a source of an imported folder `debian` out of the project.
    ///
    /// `reldeb build` packs what is at its end: a file of the build machine, which may be for few eyes.
    ///
    /// See that the package may have it, or put a file in the place of the link.
    IMPORT_OUTSIDE: Warning = "import-outside";

    /// The release of the project cannot be packaged.
    ///
    /// Most often it is one for development, with links into the build directory: the target
    /// machine has nothing where they lead.
    ///
    /// Build a release for production: `rebar3 as prod release`, `MIX_ENV=prod mix release`.
    UNUSABLE_RELEASE: Warning = "unusable-release";

    /// The configuration includes a file that neither the release nor the project has.
    ///
    /// Erlang reads the files that `sys.config` includes when the node starts (config(4)). It does
    /// not start without one of them.
    ///
    /// Write the file (`[].` is enough) and name it in `[files]`. With `mode = "0640"` and the
    /// service's group it becomes a conffile that may hold secrets.
    MISSING_INCLUDE: Warning = "missing-include";

    /// A pattern of `exclude` matches nothing in the release.
    ///
    /// It is mistyped, and then files are packed that were to be left out, or it is of a file that
    /// is no longer there.
    ///
    /// Patterns are those of gitignore(5), relative to the release. Correct it or remove it.
    EXCLUDE_MATCHES_NOTHING: Warning = "exclude-matches-nothing";

    /// A preset of `exclude` leaves files out.
    ///
    /// The message has their number and size, and why a running release does not need them. To
    /// keep some, write their path with a `!` in front, after the preset.
    PRESET_LEAVES_OUT: Info = "preset-leaves-out";

    /// Packages in the folder that packages are written to are left out.
    ///
    /// The folder lies in the release or among the files of `[files]`. Without this, each package
    /// would hold all packages before it.
    ///
    /// To be free of it, write packages to another folder with `--output`.
    OWN_OUTPUT: Info = "own-output";

    /// The version is taken from the release or from git.
    ///
    /// The message says how a foreign version became one of Debian: `1.0.0-rc.1` becomes
    /// `1.0.0~rc.1`, which sorts before `1.0.0` (Debian Policy 5.6.12, deb-version(7)).
    ///
    /// To choose it yourself, write `version` below `[package]`.
    VERSION_FROM_RELEASE: Info = "version-from-release";

    /// The architecture is that of the ELF files.
    ///
    /// A package without ELF files is for `all`. To choose it yourself, write `architecture` below
    /// `[package]`.
    ARCHITECTURE_FROM_RELEASE: Info = "architecture-from-release";

    /// The architecture of the manifest is not that of the ELF files.
    ///
    /// dpkg installs the package on machines of the architecture that it names, and the programs
    /// do not start there: "Exec format error".
    ///
    /// Leave `architecture` out, or build the release for that architecture.
    ARCHITECTURE_DIFFERS: Warning = "architecture-differs";

    /// The section is none of Debian's archive.
    ///
    /// Tools sort packages by section. dpkg takes any word, but lists of packages show an unknown
    /// section as a group of its own (Debian Policy 2.4).
    ///
    /// Write a known `section` below `[package]`; `misc` and `net` fit most services.
    UNKNOWN_SECTION: Warning = "unknown-section";

    /// The priority is one that Debian has given up.
    ///
    /// `extra` means what `optional` does (Debian Policy 2.5), and lintian warns of it.
    ///
    /// Leave `priority` out.
    PRIORITY_EXTRA: Warning = "priority-extra";

    /// The synopsis starts with the name of the package.
    ///
    /// Lists show the name right before it, so that it is read twice (Debian Policy 3.4.1).
    ///
    /// Say what the package is: `order service for shops`.
    SYNOPSIS_STARTS_WITH_NAME: Warning = "synopsis-starts-with-name";

    /// The synopsis starts with an article.
    ///
    /// A synopsis completes "the package is a …" (Debian Developer's Reference 6.2.2).
    ///
    /// Leave `a`, `an` or `the` out.
    SYNOPSIS_STARTS_WITH_ARTICLE: Warning = "synopsis-starts-with-article";

    /// The synopsis ends with a full stop.
    ///
    /// A synopsis is a phrase and no sentence (Debian Developer's Reference 6.2.2).
    ///
    /// Leave the full stop out.
    SYNOPSIS_ENDS_WITH_FULL_STOP: Warning = "synopsis-ends-with-full-stop";

    /// The synopsis is longer than 79 characters.
    ///
    /// `apt search` and `dpkg -l` show it on one line and cut it (Debian Policy 3.4.1 asks for
    /// less than 80 characters).
    ///
    /// Move the details to the lines after it.
    SYNOPSIS_TOO_LONG: Warning = "synopsis-too-long";

    /// The long description starts with the synopsis.
    ///
    /// Both are shown together, one above the other (Debian Policy 3.4.2).
    ///
    /// Start it with something new.
    EXTENDED_DESCRIPTION_REPEATS_SYNOPSIS: Warning = "extended-description-repeats-synopsis";

    /// A hook has no command, and is left out.
    ///
    /// It has only comments or blank lines, so nothing changes on the target machine.
    ///
    /// Write a command, or remove the hook from `[hooks]`.
    HOOK_WITHOUT_COMMAND: Info = "hook-without-command";

    /// The shell of a hook has a fault that shellcheck(1) knows.
    ///
    /// Hooks run as root in the package's maintainer scripts, often on machines where nobody
    /// watches. A variable without quotes or a failed command that goes unnoticed can destroy data
    /// there.
    ///
    /// Each remark has a number, SC2086 for example, that <https://www.shellcheck.net/wiki/>
    /// explains. `# shellcheck disable=SC2086` above a line silences one.
    HOOK_SHELLCHECK: Warning = "hook-shellcheck";

    /// A script of `[scripts]` has no command, and is left out.
    ///
    /// It has only comments or blank lines, so nothing changes on the target machine.
    ///
    /// Write a command, or remove the script from `[scripts]`.
    SCRIPT_WITHOUT_COMMAND: Info = "script-without-command";

    /// A script of `[scripts]` has a fault that shellcheck(1) knows.
    ///
    /// Maintainer scripts run as root, often on machines where nobody watches. A variable without
    /// quotes or a failed command that goes unnoticed can destroy data there.
    ///
    /// Each remark has a number, SC2086 for example, that <https://www.shellcheck.net/wiki/>
    /// explains. `# shellcheck disable=SC2086` above a line silences one.
    SCRIPT_SHELLCHECK: Warning = "script-shellcheck";

    /// The interpreter of a script may be missing when dpkg runs it.
    ///
    /// preinst runs when what `Pre-Depends` names is there, postinst and prerm when what `Depends`
    /// names is there, and postrm with nothing but the essential packages (Debian Policy 6.5 and
    /// 7.2). A script whose interpreter is missing fails: the package is not installed, or cannot
    /// be purged.
    ///
    /// It is an error where the interpreter cannot be there: a program of the package itself is not
    /// there for preinst and postrm, and no package of Debian has programs below /usr/local or /opt.
    ///
    /// Name the interpreter's package as the hint says, or write the script for sh, bash or perl,
    /// which are essential.
    SCRIPT_INTERPRETER: Warning = "script-interpreter";

    /// systemd does not accept a line of the unit.
    ///
    /// The unit has directives or a template of yours, or is one of `[units]`, and
    /// `systemd-analyze verify` complains. On the target machine systemd ignores the line, or refuses
    /// the unit so that the service does not start (systemd.unit(5), systemd.exec(5)).
    ///
    /// `reldeb plan --scripts` shows the rendered unit as it is packed. Correct `[service.systemd]`,
    /// the template or your unit. A directive that is newer than this machine's systemd is no fault.
    UNIT_REFUSED: Warning = "unit-refused";

    /// The service runs as root.
    ///
    /// `user = false` gives it no account of its own. Who breaks into the service then owns the
    /// machine.
    ///
    /// Leave `user` out to get a system user, and give single rights to the service instead, such
    /// as `capabilities = ["net_bind_service"]` in `[service]` for ports below 1024.
    SERVICE_RUNS_AS_ROOT: Warning = "service-runs-as-root";

    /// The service joins a group that has the power of an administrator.
    ///
    /// Members of `docker` or `disk`, for example, can become root; those of `adm` or `shadow` read
    /// what others should not.
    ///
    /// Leave the group out of `groups` in `[user]`, unless the service is there to use its power.
    SERVICE_IN_POWERFUL_GROUP: Warning = "service-in-powerful-group";

    /// The service's command takes the name of another program.
    ///
    /// `command` in `[service]` names the script in /usr/bin that starts, stops and asks the service. The
    /// program of that name stays in /opt, and is no command.
    ///
    /// Leave `command` out, or give it another name.
    PROGRAM_WITHOUT_COMMAND: Warning = "program-without-command";

    /// All instances of the service would have the same node name.
    ///
    /// A name is registered with epmd(1) once on a machine. The second instance ends at start, and
    /// commands for it reach the first one.
    ///
    /// Put `${INSTANCE}` into the name as the hint shows, or leave the name to reldeb.
    FIXED_NODE_NAME: Error = "fixed-node-name";
}
