//! relx, alone or through rebar3, with either of its two start scripts.

use super::{Kind, NOTHING};

/// The extended start script, for kinds that are much like it.
pub(super) const EXTENDED: Kind = Kind {
    name: "relx",
    recognises: |signs| {
        signs.script.contains("RELX_CONFIG_PATH")
            || signs.script.contains("RELX_REPLACE_OS_VARS")
            || signs.verbs.iter().any(|verb| verb == "foreground")
    },
    foreground: &["foreground"],
    environment: &[
        ("ERL_CRASH_DUMP", "LOG/erl_crash.dump"),
        ("HOME", "STATE"),
        // Without a UTF-8 locale the VM takes file names and output for latin1.
        ("LANG", "C.UTF-8"),
        // The script appends the node's name without a slash.
        ("PIPE_DIR", "RUN/"),
        // Not in /run: it would vanish when the service stops, and the script then writes to /opt.
        ("RELX_OUT_FILE_PATH", "STATE"),
        ("RUNNER_LOG_DIR", "LOG"),
    ],
    is_node: true,
    has_ping: true,
    question: Some(["eval", "{init:get_status(), os:getpid()}."]),
    question_flags: Some("-start_epmd false"),
    renders_at_questions: true,
    ..NOTHING
};

/// A release with relx's extended start script: `foreground`, `ping`, `remote_console` and so on.
pub static RELX: Kind = EXTENDED;

/// A release with relx's plain start script, which hands all arguments to the emulator.
pub static RELX_WITHOUT_VERBS: Kind = Kind {
    name: "relx without extended_start_script",
    recognises: |_| true,
    // Without it the emulator reads standard input, and ends at once with status 0 where that is closed.
    foreground: &["-noinput"],
    environment: &[
        ("ERL_CRASH_DUMP", "LOG/erl_crash.dump"),
        ("HOME", "STATE"),
        ("LANG", "C.UTF-8"),
    ],
    is_node: true,
    has_verbs: false,
    ..NOTHING
};
