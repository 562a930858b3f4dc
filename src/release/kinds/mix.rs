//! Elixir's `mix release`.

use super::{FixedName, Kind, LEFTOVERS_OF_ERLANG, NOTHING};
use crate::release::erlang;

/// A release with the script of `mix release`: `start`, `remote`, `rpc`, `eval`, `pid`.
pub static MIX: Kind = Kind {
    name: "mix",
    word: "mix",
    sign: erlang::SIGN,
    recognises: |folder| Ok(folder.erlang()?.is_some_and(|found| found.has_elixir)),
    open: erlang::open,
    project_file: "mix.exs",
    build_command: |_| "MIX_ENV=prod mix release".to_owned(),
    description: "This Elixir release brings its runtime system and needs no Elixir on the machine.",
    foreground: &["start"],
    environment: &[
        ("ERL_CRASH_DUMP", "LOG/erl_crash.dump"),
        ("HOME", "STATE"),
        // Without a UTF-8 locale the VM takes file names and output for latin1.
        ("LANG", "C.UTF-8"),
        ("RELEASE_TMP", "RUN"),
    ],
    // Phoenix listens where PHX_SERVER is set, and this sets it.
    server: Some("bin/server"),
    is_erlang: true,
    has_cookie: true,
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
    // The unit sets it to NAME_INSTANCE, but env.sh has the last word.
    fixed_name: |configuration| {
        let name = configuration.release_node.as_deref()?;
        let own = FixedName::of_instance(name);
        (!name.contains('$')).then(|| FixedName {
            name: name.to_owned(),
            hint: format!("write `RELEASE_NODE=\"{own}\"` in rel/env.sh.eex, or leave it out"),
        })
    },
    editable: |it| {
        [&it.runtime_exs, &it.vm_args]
            .into_iter()
            .flatten()
            .map(AsRef::as_ref)
            .collect()
    },
    environment_file: Some("config/runtime.exs"),
    leftovers: LEFTOVERS_OF_ERLANG,
    runs: &[
        "ERTS/bin/beam.smp",
        "ERTS/bin/epmd",
        "ERTS/bin/erl",
        "ERTS/bin/erl_child_setup",
        "ERTS/bin/erlexec",
        "ERTS/bin/inet_gethost",
        "VERSION/elixir",
        "VERSION/iex",
    ],
    runtime_hint: "include it: `include_erts: true` in the release of mix.exs (or allow a release \
                   without: `include-erts = false` in `[release]`)",
    ..NOTHING
};
