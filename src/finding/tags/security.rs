//! Findings about what an attacker could use.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A file that looks like a secret is readable by all.
    ///
    /// A private key, an Erlang cookie, or a setting with a password in it. Every user of every
    /// machine can read it, and so can everybody who gets the package.
    ///
    /// Leave it out and have it made on the machine. If it must be in the package, give it a `mode` and a
    /// `group` in `[files]`.
    SECRET_READABLE: Warning = "secret-readable";

    /// A file or directory can be written by everybody.
    ///
    /// Any user of the machine can change it, and so what reads or runs it.
    ///
    /// Give it a `mode` and an `owner` in `[files]`. A directory that everybody must write to needs the
    /// sticky bit, as /tmp has it.
    WRITABLE_BY_ALL: Error = "writable-by-all";

    /// A program runs with the rights of its owner or group, whoever starts it.
    ///
    /// Each fault of a setuid or setgid program can give its user the rights of its owner
    /// (Debian Policy 10.9).
    ///
    /// Do without the bit: let a service do the work, or give the program the one capability that it needs.
    /// If it is meant, say so with a reason in `allow` of `[check]`.
    SETUID_PROGRAM: Warning = "setuid-program", lintian "elevated-privileges";

    /// A maintainer script gives a program a capability.
    ///
    /// Whoever starts the program has that power of root.
    ///
    /// Give the capability to the service in place of the program: `AmbientCapabilities=` of its unit.
    CAPABILITY_GIVEN: Info = "capability-given";

    /// Root runs or reads a file that others can write.
    ///
    /// What the service, or its group, can write, is run by root: as a command of a unit, an init script, a job of cron,
    /// a script of logrotate. Who takes over the service takes over the machine.
    ///
    /// Let root own the file and the directories above it.
    ROOT_RUNS_WRITABLE: Error = "root-runs-writable";

    /// A rule of sudo lets others run commands as root.
    ///
    /// A rule for `ALL` commands, or for a command that others can write, gives root away. Any other rule
    /// is worth a look.
    ///
    /// Name single commands with their arguments, or do without sudo: let a unit do the work, and polkit decide
    /// who may start it.
    SUDO_RULE: Warning = "sudo-rule";

    /// A service could be confined further.
    ///
    /// The message says how far it is exposed, from 0 to 10 as `systemd-analyze security` counts, by
    /// rules of reldeb's own, and which directives would help most.
    ///
    /// Add the directives to the unit where the program can live with them; systemd.exec(5) tells what each
    /// takes away.
    SERVICE_EXPOSED: Info = "service-exposed";

    /// A program is loaded at the same address each time.
    ///
    /// It is no position-independent executable, so an attacker knows where its code lies.
    ///
    /// Compile with `-fPIE` and link with `-pie`; compilers of Debian do unasked.
    NO_PIE: Info = "no-pie", debian Warning, lintian "hardening-no-pie";

    /// The tables of the dynamic linker stay writable in a program.
    ///
    /// A fault that writes past its bounds can turn a call of a library into another one.
    ///
    /// Link with `-Wl,-z,relro`, and with `-Wl,-z,now` so that all tables are covered.
    NO_RELRO: Info = "no-relro", debian Warning, lintian "hardening-no-relro";

    /// A program of C or C++ does not guard its stack.
    ///
    /// It was compiled by GCC or clang, is not small, and calls functions that write to buffers, but has
    /// no canary that would end it when one overflows.
    ///
    /// Compile with `-fstack-protector-strong`.
    NO_STACK_PROTECTOR: Info = "no-stack-protector";

    /// The stack of a program or library can hold code.
    ///
    /// Where a library asks for it, the whole program that loads it gets it. What overflows a buffer
    /// can run at once.
    ///
    /// Link with `-Wl,-z,noexecstack`, and give files of assembler a section `.note.GNU-stack`.
    EXECUTABLE_STACK: Warning = "executable-stack",
        lintian "executable-stack-in-shared-library";

    /// Libraries are looked for in a directory that others can write.
    ///
    /// The search path of the file is relative, empty, or leads below /tmp, /home or a directory of the service.
    /// Who can write there has the program run their code.
    ///
    /// Link with `$ORIGIN`, or take the path out with `patchelf --remove-rpath`.
    SEARCH_PATH_WRITABLE: Error = "search-path-writable";

    /// A maintainer script runs what it has downloaded.
    ///
    /// Who controls the other end, or the way there, is root on every machine; and the package is another one
    /// each time it is installed.
    ///
    /// Put what is needed into the package.
    SCRIPT_RUNS_DOWNLOAD: Error = "script-runs-download";

    /// A maintainer script removes a directory by a variable that may be empty.
    ///
    /// `rm -rf "$X/"` with an empty `X` removes the whole machine.
    ///
    /// Write the path itself, or `"${X:?}/"`, which ends the script where it is empty.
    SCRIPT_REMOVES_UNGUARDED: Warning = "script-removes-unguarded";

    /// A maintainer script changes owner or mode of all that is below a directory.
    ///
    /// Where the service can write there, it can put a link to a file of root's into the way, and own it at
    /// the next upgrade.
    ///
    /// Let the package, or tmpfiles.d, make directories with their owner, and leave alone what is below
    /// them.
    SCRIPT_CHANGES_TREE: Warning = "script-changes-tree", lintian "recursive-privilege-change";

    /// A maintainer script ends processes by their name or their user.
    ///
    /// It ends those of other packages, other containers and people as well.
    ///
    /// Let the service manager stop the service: it knows its processes.
    SCRIPT_KILLS_BY_NAME: Warning = "script-kills-by-name", lintian "killall-is-dangerous";

    /// A maintainer script uses a name in /tmp that everybody can guess.
    ///
    /// A user can put a link there beforehand, and root writes where it leads.
    ///
    /// Use mktemp(1).
    SCRIPT_TEMPORARY_FILE: Warning = "script-temporary-file",
        lintian "possibly-insecure-handling-of-tmp-files-in-maintainer-script";
}
