//! Findings about the release as it lies on the build machine.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A symlink leads to a path of the target machine.
    ///
    /// Its target is absolute and lies where services keep their state, logs and settings. It is
    /// packed as it is. Whether something is there on the target machine is yours to know.
    ABSOLUTE_SYMLINK: Info = "absolute-symlink";

    /// A symlink leads to nothing in the package.
    ///
    /// It will lead to nothing on the target machine too; what opens it fails there.
    ///
    /// Leave it out with the pattern of the hint, or build the release with what it leads to. One of
    /// a folder in `[files]` can be written as `symlink` there, if it is meant.
    DANGLING_SYMLINK: Warning = "dangling-symlink";

    /// The release has a program for macOS or Windows.
    ///
    /// It does not run on Debian. A warning where the release has programs for Linux too: then it
    /// is most often a helper of a library that brings one for each system.
    ///
    /// Build the release on Linux, for example in a container; leave a needless helper out with
    /// `exclude` below `[release]`.
    FOREIGN_PROGRAM: Error = "foreign-program";

    /// The release has programs for several machines, or for one that Debian does not have.
    ///
    /// A package has one architecture, so it cannot be made of this release.
    ///
    /// Leave out what is not for the target with `exclude` below `[release]`.
    MACHINES: Warning = "machines";

    /// The release brings no Erlang runtime.
    ///
    /// It needs an Erlang of the very version that it was built with, which Debian's package may
    /// not be tomorrow.
    ///
    /// Build it with `{include_erts, true}` (rebar3) or `include_erts: true` (mix). Where it is to be without
    /// (`include-erts = false`), the package depends on an Erlang.
    NO_ERTS: Warning = "no-erts";

    /// The release has no start script of its name.
    ///
    /// Without one, the package has neither a service nor a command.
    ///
    /// Name the program with `program` in `[service]`, or build the release with its script.
    NO_START_SCRIPT: Warning = "no-start-script";

    /// A file of a build, of a run or of an editor is in the release.
    ///
    /// It would be installed on every machine. A crash dump or a cookie holds secrets; logs and
    /// backups of a test run are confusing at best.
    ///
    /// Leave it out with the pattern of the hint, in `exclude` below `[release]`, or build into an
    /// empty folder.
    LEFTOVER: Warning = "leftover";

    /// The release still holds older versions of itself.
    ///
    /// relx and mix leave what earlier builds made. Their applications make the package larger, and
    /// nothing starts them.
    ///
    /// Remove the release and build it again, or leave them out with the patterns of the hint.
    STALE_VERSION: Warning = "stale-version";

    /// A script names a path that only the build machine has.
    ///
    /// The target machine has nothing there, so the script fails, or it finds what somebody else
    /// put there.
    ///
    /// Derive the path from the place of the script: `$(dirname "$0")`.
    BUILD_MACHINE_PATH: Warning = "build-machine-path";

    /// `vm.args` has `-heart`.
    ///
    /// heart(3) restarts the node by itself. The service manager takes the old process for failed
    /// and starts one as well; both want the same name and ports, and `systemctl stop` does not
    /// stop the node.
    ///
    /// Remove `-heart`: the service restarts a node that ends.
    HEART: Warning = "heart";

    /// `sys.config` cannot be read as Erlang terms.
    ///
    /// The files that it includes are then not known, so none of them is checked or proposed. A
    /// node does not start with a broken one either (config(4)).
    ///
    /// Correct it; or name the files that it includes in `[files]` by hand.
    UNREADABLE_SYS_CONFIG: Warning = "unreadable-sys-config";

    /// `sys.config` includes a file whose name does not end in `.config`.
    ///
    /// Erlang puts `.config` in place of any other ending, and opens that file (config(4)). The one
    /// that was meant is not read.
    ///
    /// Rename the file, here and in `[files]`.
    INCLUDE_WITHOUT_CONFIG_SUFFIX: Warning = "include-without-config-suffix";

    /// The start script renders `.src` files at every command.
    ///
    /// It fills in variables of the environment and writes the result beside the file, where the
    /// service may not write. reldeb sends it to the service's state directory.
    TEMPLATE: Info = "template";

    /// The release writes its configuration at every start.
    ///
    /// Elixir's `runtime.exs` and config providers write a `sys.config` to `RELEASE_TMP`. reldeb
    /// sets that to the service's runtime directory, which is private and empty after a reboot.
    RUNTIME_CONFIG: Info = "runtime-config";

    /// The release brings an Erlang cookie.
    ///
    /// The cookie is the password of a node: who knows it can run any code in it. One that comes
    /// with the package is the same on all machines, and one in the arguments is shown by `ps` to
    /// every user. Info where it is a file of its own, which is left out or was asked for.
    ///
    /// Remove it from the release and leave `keep-cookie` out: the package makes a random cookie on
    /// each machine, in a file that only the service can read.
    BAKED_IN_COOKIE: Warning = "baked-in-cookie";

    /// The release takes its cookie from the environment.
    ///
    /// The cookie that the package makes on each machine is then not used; the settings of the
    /// service have to give one.
    ///
    /// To use the one of the package, take the cookie out of `vm.args`.
    COOKIE_FROM_ENVIRONMENT: Info = "cookie-from-environment";

    /// The start script passes the cookie to commands as an argument.
    ///
    /// Every user of the machine sees arguments with `ps`, and who knows the cookie controls the
    /// node.
    ///
    /// Leave `-setcookie` and `--cookie` out of the script: the node reads the cookie from the file
    /// in its home.
    COOKIE_ON_COMMAND_LINE: Warning = "cookie-on-command-line";

    /// The release writes to relative paths, which lead to where it may not write.
    ///
    /// The start script of relx starts the node in the directory of the release, so a relative path in
    /// `sys.config` or `vm.args`, such as the `log/error.log` of a logger, lies below `/opt/NAME`. That
    /// belongs to root and is read-only for the service, which then loses its logs, or does not start.
    /// An empty directory at the top of the release most often waits for such files.
    ///
    /// Write the `writable` line of the hint, which puts links to `/var/log/NAME` and `/var/lib/NAME`
    /// there; or configure absolute paths below those.
    RELATIVE_PATH: Warning = "relative-path";

    /// mnesia has no directory of its own.
    ///
    /// Its default lies in the directory that the node starts in, for relx the read-only directory of the
    /// release. mnesia then makes no schema on disc, and an application that needs one does not start.
    /// Tables in memory alone need none.
    ///
    /// Write the `dir` of the hint into `sys.config`.
    MNESIA_WITHOUT_DIRECTORY: Warning = "mnesia-without-directory";

    /// A pattern of `writable` matches no directory.
    ///
    /// Without a wildcard the directory would be made. A pattern with one only stands for directories that
    /// the release has.
    ///
    /// Correct the pattern, or name the directory without a wildcard.
    WRITABLE_MATCHES_NOTHING: Warning = "writable-matches-nothing";

    /// All instances write to the same directory.
    ///
    /// The release is there once, and so is the link in it that `writable` makes. Instances that open the
    /// same file destroy it for each other.
    ///
    /// Give each instance a path of its own, made of the variable `INSTANCE`, in the configuration of the
    /// release; or bind a directory of the instance's over the shared one in the unit, with the lines of the
    /// hint. Commands outside of the unit still see the shared one.
    SHARED_BY_INSTANCES: Warning = "shared-by-instances";

    /// The start script has hooks that never run.
    ///
    /// The hook `status` of relx runs at the verb of that name, which is the service manager's. The hooks
    /// around `install` and `upgrade` are those of releases that replace themselves: a package is upgraded
    /// by dpkg. `pre_start`, `post_start`, `pre_stop` and `post_stop` run, but for those of a start script
    /// that is not laid out as relx's.
    ///
    /// Do it in the application, in `start/2` and `prep_stop/1`; or write `ExecStartPost`, `ExecStop` and
    /// `ExecStopPost` below `[service.systemd.Service]`, which an init script has not.
    HOOKS_NEVER_RUN: Warning = "hooks-never-run";

    /// The start script names a hook that the release does not have.
    ///
    /// relx writes the hooks of `extended_start_script_hooks` into the start script and copies none of them.
    /// The script passes over one that is missing, so what it was to do is not done.
    ///
    /// Copy the hook into the release with an `overlay` of relx, or leave it out.
    HOOK_MISSING: Warning = "hook-missing";
}
