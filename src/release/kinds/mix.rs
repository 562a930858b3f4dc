//! Elixir's `mix release`.

use super::{Kind, NOTHING};

/// A release with the script of `mix release`: `start`, `remote`, `rpc`, `eval`, `pid`.
pub static MIX: Kind = Kind {
    name: "mix",
    recognises: |signs| signs.has_elixir,
    foreground: &["start"],
    environment: &[
        ("ERL_CRASH_DUMP", "LOG/erl_crash.dump"),
        ("HOME", "STATE"),
        // Without a UTF-8 locale the VM takes file names and output for latin1.
        ("LANG", "C.UTF-8"),
        ("RELEASE_TMP", "RUN"),
    ],
    is_node: true,
    has_ping: true,
    question: Some([
        "rpc",
        ":io.format(~c\"~p\", [{:init.get_status(), :os.getpid()}])",
    ]),
    // A question need not listen itself.
    question_flags: Some("-start_epmd false -dist_listen false"),
    own_verbs: &["eval", "version"],
    node_variable: Some("RELEASE_NODE"),
    cookie_variable: Some("RELEASE_COOKIE"),
    ..NOTHING
};
